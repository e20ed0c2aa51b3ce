/* SPDX-License-Identifier: Apache-2.0 */
/* broker/rows_kept_out.c - the lists of protected cases by who stands on them; see rows_cases.h for the contract. */
#include "base/buf.h"
#include "broker/rows_cases.h"

#define KEY_BYTES (CASE_KEPT_OUT_BYTES + ID_BYTES)

/* address, 0, case id; without the last: what all keys of the address begin with. */
static struct bytes kept_out_key(struct bytes address, struct bytes case_id, uint8_t to[KEY_BYTES])
{
	memcpy(to, address.data, address.len);
	to[address.len] = 0;
	if (case_id.len != 0)
		memcpy(to + address.len + 1, case_id.data, case_id.len);
	return bytes_of(to, address.len + 1 + case_id.len);
}

/* Of each address in a row's list, which may name one twice: in, or out. */
static void kept_out_set(struct txn *txn, struct bytes case_id, struct bytes list, bool in)
{
	uint8_t to[KEY_BYTES];
	struct bytes value;

	for (size_t at = 0; at < list.len; at += 1u + list.data[at]) {
		struct bytes key = kept_out_key(bytes_of(list.data + at + 1, list.data[at]), case_id, to);

		if (in)
			txn_put(txn, TABLE_KEPT_OUT, key, bytes_of(NULL, 0));
		else if (txn_get(txn, TABLE_KEPT_OUT, key, &value) == ERR_OK)
			txn_delete(txn, TABLE_KEPT_OUT, key);
	}
}

void kept_out_put(struct txn *txn, struct bytes case_id, const struct case_row *row, bool in)
{
	struct buf list;

	if (!row->protected || row->kept_out.len == 0)
		return;
	buf_init(&list, row->kept_out.len);
	buf_put(&list, row->kept_out); /* the row goes with the first write */
	if (list.err != ERR_OK)
		txn_fail(txn, list.err);
	else
		kept_out_set(txn, case_id, buf_bytes(&list), in);
	buf_free(&list);
}

enum err kept_out_of(struct txn *txn, struct bytes address, struct bytes case_id, bool *ret_kept_out)
{
	uint8_t key[KEY_BYTES];
	struct bytes value;
	enum err err = ERR_NOT_FOUND;

	if (address.len < CASE_KEPT_OUT_BYTES && case_id.len == ID_BYTES)
		err = txn_get(txn, TABLE_KEPT_OUT, kept_out_key(address, case_id, key), &value);
	*ret_kept_out = err == ERR_OK;
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

enum err kept_out_of_any(struct txn *txn, struct bytes address, bool *ret_kept_out)
{
	uint8_t least[KEY_BYTES];
	struct bytes prefix, key, value;
	struct cursor *cursor;
	enum err err;

	*ret_kept_out = false;
	if (address.len >= CASE_KEPT_OUT_BYTES)
		return ERR_OK;
	prefix = kept_out_key(address, bytes_of(NULL, 0), least);
	err = cursor_open(txn, TABLE_KEPT_OUT, &cursor);
	if (err != ERR_OK)
		return err;
	err = cursor_seek(cursor, prefix, &key, &value);
	*ret_kept_out = err == ERR_OK && key.len > prefix.len && memcmp(key.data, prefix.data, prefix.len) == 0;
	cursor_close(cursor);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}
