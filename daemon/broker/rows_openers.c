/* SPDX-License-Identifier: Apache-2.0 */
/* broker/rows_openers.c - the rows of items that not every device can open.  See rows.h for the contract. */
#include "broker/rows.h"

void openers_put(struct txn *txn, uint64_t item, const struct openers *openers)
{
	struct key key = key_u64(item);
	uint8_t row[4 * LIMIT_DEVICES];

	for (size_t i = 0; i < openers->count; i++)
		be32_put(row + 4 * i, openers->devices[i]);
	txn_put(txn, TABLE_OPENERS, key_bytes(&key), bytes_of(row, 4 * openers->count));
}

enum err openers_get(struct txn *txn, uint64_t item, struct openers *ret_openers)
{
	struct key key = key_u64(item);
	struct bytes value;
	enum err err = txn_get(txn, TABLE_OPENERS, key_bytes(&key), &value);

	if (err != ERR_OK)
		return err;
	if (value.len == 0 || value.len % 4 != 0 || value.len / 4 > LIMIT_DEVICES)
		return ERR_CORRUPT;
	ret_openers->count = value.len / 4;
	for (size_t i = 0; i < ret_openers->count; i++)
		ret_openers->devices[i] = be32_get(value.data + 4 * i);
	return ERR_OK;
}

enum err openers_forget(struct txn *txn, uint64_t item)
{
	struct key key = key_u64(item);
	struct bytes value;
	enum err err = txn_get(txn, TABLE_OPENERS, key_bytes(&key), &value);

	if (err == ERR_OK)
		txn_delete(txn, TABLE_OPENERS, key_bytes(&key));
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

enum err openers_each(struct txn *txn, void (*each)(void *context, uint64_t item), void *context)
{
	struct bytes key, value;
	struct cursor *cursor;
	enum err err = cursor_open(txn, TABLE_OPENERS, &cursor);

	if (err != ERR_OK)
		return err;
	for (err = cursor_first(cursor, &key, &value); err == ERR_OK; err = cursor_next(cursor, &key, &value)) {
		if (key.len != 8) {
			err = ERR_CORRUPT;
			break;
		}
		each(context, be64_get(key.data));
	}
	cursor_close(cursor);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}
