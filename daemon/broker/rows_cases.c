/* SPDX-License-Identifier: Apache-2.0 */
/* broker/rows_cases.c - see rows_cases.h for the contract. */
#include "broker/rows_cases.h"

#include "base/buf.h"
#include "contract/limits.h"

#define HEAD_BYTES (8 + 1 + 4 + 2) /* seq, protected, how many members, how many are kept out */
#define MEMBER_BYTES 4
#define ROW_BYTES_MAX (16u * 1024u * 1024u) /* what a row may grow to: every agency that a directory can name, and more */
#define ENTRY_KEY_BYTES (ID_BYTES + 8)

/* ---- reading ---- */

static bool texts_fit(const struct case_row *row)
{
	size_t at = 0;

	for (size_t i = 0; i < row->kept_out_count; i++) {
		if (at >= row->kept_out.len || row->kept_out.data[at] >= CASE_KEPT_OUT_BYTES)
			return false;
		at += 1u + row->kept_out.data[at];
	}
	return at == row->kept_out.len;
}

enum err case_row_decode(struct bytes value, struct case_row *ret_row)
{
	struct case_row row;
	size_t head;

	if (value.len < HEAD_BYTES + MEMBER_BYTES)
		return ERR_CORRUPT;
	row.seq = be64_get(value.data);
	row.protected = value.data[8] != 0;
	row.member_count = be32_get(value.data + 9);
	row.kept_out_count = be16_get(value.data + 13);
	row.members = value.data + HEAD_BYTES;
	if (row.member_count == 0 || row.member_count > (value.len - HEAD_BYTES) / MEMBER_BYTES)
		return ERR_CORRUPT;
	head = HEAD_BYTES + row.member_count * MEMBER_BYTES;
	row.kept_out = bytes_of(value.data + head, value.len - head);
	if (!texts_fit(&row))
		return ERR_CORRUPT;
	*ret_row = row;
	return ERR_OK;
}

enum err case_get(struct txn *txn, struct bytes case_id, struct case_row *ret_row)
{
	struct bytes value;
	enum err err = txn_get(txn, TABLE_CASES, case_id, &value);

	return err != ERR_OK ? err : case_row_decode(value, ret_row);
}

uint32_t case_member(const struct case_row *row, size_t index)
{
	return be32_get(row->members + index * MEMBER_BYTES);
}

bool case_has_member(const struct case_row *row, uint32_t agency)
{
	for (size_t i = 0; i < row->member_count; i++)
		if (case_member(row, i) == agency)
			return true;
	return false;
}

void case_kept_out(const struct case_row *row, size_t index, char to[CASE_KEPT_OUT_BYTES])
{
	const uint8_t *at = row->kept_out.data;

	for (size_t i = 0; i < index; i++)
		at += 1u + *at;
	memcpy(to, at + 1, *at);
	to[*at] = '\0';
}

enum err cases_each(struct txn *txn, struct bytes after, enum err (*each)(void *context, struct bytes case_id, const struct case_row *row),
		    void *context)
{
	struct bytes key, value;
	struct cursor *cursor;
	enum err err = cursor_open(txn, TABLE_CASES, &cursor);

	if (err != ERR_OK)
		return err;
	err = after.len == 0 ? cursor_first(cursor, &key, &value) : cursor_seek(cursor, after, &key, &value);
	if (err == ERR_OK && bytes_equal(key, after))
		err = cursor_next(cursor, &key, &value);
	for (; err == ERR_OK; err = cursor_next(cursor, &key, &value)) {
		struct case_row row;

		err = key.len == ID_BYTES ? case_row_decode(value, &row) : ERR_CORRUPT;
		if (err == ERR_OK)
			err = each(context, key, &row);
		if (err != ERR_OK)
			break;
	}
	cursor_close(cursor);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

/* ---- writing ---- */

static void put_u32(struct buf *buf, uint32_t number)
{
	uint8_t bytes[4];

	be32_put(bytes, number);
	buf_put(buf, bytes_of(bytes, sizeof(bytes)));
}

static void encode_head(uint8_t to[HEAD_BYTES], uint64_t seq, bool protected, size_t members, size_t kept_out)
{
	be64_put(to, seq);
	to[8] = protected;
	be32_put(to + 9, (uint32_t)members);
	be16_put(to + 13, (uint16_t)kept_out);
}

static void put_head(struct buf *buf, uint64_t seq, bool protected, size_t members, size_t kept_out)
{
	uint8_t head[HEAD_BYTES];

	encode_head(head, seq, protected, members, kept_out);
	buf_put(buf, bytes_of(head, sizeof(head)));
}

/* Writes the row that buf holds, and frees it. */
static void put_row(struct txn *txn, struct bytes case_id, struct buf *buf)
{
	if (buf->err != ERR_OK)
		txn_fail(txn, buf->err);
	else
		txn_put(txn, TABLE_CASES, case_id, buf_bytes(buf));
	buf_free(buf);
}

void case_open(struct txn *txn, struct bytes case_id, uint64_t seq, uint32_t owner, const uint32_t *joins, size_t join_count)
{
	uint8_t row[HEAD_BYTES + (1 + LIMIT_RECIPIENTS) * MEMBER_BYTES];
	uint8_t *at = row + HEAD_BYTES;

	if (join_count > LIMIT_RECIPIENTS) {
		txn_fail(txn, ERR_CORRUPT);
		return;
	}
	encode_head(row, seq, false, 1 + join_count, 0);
	be32_put(at, owner);
	at += MEMBER_BYTES;
	for (size_t i = 0; i < join_count; i++, at += MEMBER_BYTES)
		be32_put(at, joins[i]);
	txn_put(txn, TABLE_CASES, case_id, bytes_of(row, (size_t)(at - row)));
}

static enum err get_for_change(struct txn *txn, struct bytes case_id, struct case_row *ret_row)
{
	enum err err = case_get(txn, case_id, ret_row);

	return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
}

enum err case_join(struct txn *txn, struct bytes case_id, const uint32_t *joins, size_t join_count)
{
	struct case_row row;
	size_t fresh = 0;
	struct buf to;
	enum err err = get_for_change(txn, case_id, &row);

	if (err != ERR_OK)
		return err;
	for (size_t i = 0; i < join_count; i++)
		fresh += !case_has_member(&row, joins[i]);
	if (fresh == 0)
		return ERR_OK;
	buf_init(&to, ROW_BYTES_MAX);
	put_head(&to, row.seq, row.protected, row.member_count + fresh, row.kept_out_count);
	buf_put(&to, bytes_of(row.members, row.member_count * MEMBER_BYTES));
	for (size_t i = 0; i < join_count; i++)
		if (!case_has_member(&row, joins[i]))
			put_u32(&to, joins[i]);
	buf_put(&to, row.kept_out);
	put_row(txn, case_id, &to);
	return ERR_OK;
}

static void put_marked(struct buf *to, const struct case_row *row, bool protected, char *const *kept_out, size_t kept_out_count)
{
	put_head(to, row->seq, protected, row->member_count, kept_out_count);
	buf_put(to, bytes_of(row->members, row->member_count * MEMBER_BYTES));
	for (size_t i = 0; i < kept_out_count; i++) {
		buf_put_byte(to, (uint8_t)strlen(kept_out[i]));
		buf_put_text(to, kept_out[i]);
	}
}

enum err case_mark(struct txn *txn, struct bytes case_id, bool protected, char *const *kept_out, size_t kept_out_count)
{
	struct case_row row;
	struct buf to;
	enum err err = get_for_change(txn, case_id, &row);

	if (err != ERR_OK)
		return err;
	buf_init(&to, ROW_BYTES_MAX);
	put_marked(&to, &row, protected, kept_out, kept_out_count);
	kept_out_put(txn, case_id, &row, false);
	put_row(txn, case_id, &to);
	err = case_get(txn, case_id, &row);
	if (err == ERR_OK)
		kept_out_put(txn, case_id, &row, true);
	return err;
}

enum err case_own(struct txn *txn, struct bytes case_id, uint32_t owner)
{
	struct case_row row;
	struct buf to;
	enum err err = case_get(txn, case_id, &row);

	if (err != ERR_OK)
		return err;
	buf_init(&to, ROW_BYTES_MAX);
	put_head(&to, row.seq, row.protected, row.member_count + !case_has_member(&row, owner), row.kept_out_count);
	put_u32(&to, owner);
	for (size_t i = 0; i < row.member_count; i++)
		if (case_member(&row, i) != owner)
			put_u32(&to, case_member(&row, i));
	buf_put(&to, row.kept_out);
	put_row(txn, case_id, &to);
	return ERR_OK;
}

enum err case_drop(struct txn *txn, struct bytes case_id)
{
	struct case_row row;
	enum err err = case_get(txn, case_id, &row);

	if (err == ERR_OK)
		kept_out_put(txn, case_id, &row, false);
	if (err == ERR_OK)
		txn_delete(txn, TABLE_CASES, case_id);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

/* ---- what the ledger holds of it ---- */

static struct bytes entry_key(struct bytes case_id, uint64_t seq, uint8_t to[ENTRY_KEY_BYTES])
{
	memcpy(to, case_id.data, ID_BYTES);
	be64_put(to + ID_BYTES, seq);
	return bytes_of(to, ENTRY_KEY_BYTES);
}

void case_entry_put(struct txn *txn, struct bytes case_id, uint64_t seq)
{
	uint8_t key[ENTRY_KEY_BYTES];

	txn_put(txn, TABLE_CASE_ENTRIES, entry_key(case_id, seq, key), bytes_of(NULL, 0));
}

/* The first entry noted; ERR_NOT_FOUND: none is left. */
static enum err first_entry(struct txn *txn, struct bytes case_id, uint64_t *ret_seq)
{
	uint8_t least[ENTRY_KEY_BYTES];
	struct bytes key, value;
	struct cursor *cursor;
	enum err err = cursor_open(txn, TABLE_CASE_ENTRIES, &cursor);

	if (err != ERR_OK)
		return err;
	err = cursor_seek(cursor, entry_key(case_id, 0, least), &key, &value);
	if (err == ERR_OK && (key.len != ENTRY_KEY_BYTES || memcmp(key.data, least, ID_BYTES) != 0))
		err = ERR_NOT_FOUND;
	if (err == ERR_OK)
		*ret_seq = be64_get(key.data + ID_BYTES);
	cursor_close(cursor);
	return err;
}

void case_entries_forget(struct txn *txn, struct bytes case_id)
{
	uint8_t key[ENTRY_KEY_BYTES];
	uint64_t seq;

	while (txn_error(txn) == ERR_OK && first_entry(txn, case_id, &seq) == ERR_OK)
		txn_delete(txn, TABLE_CASE_ENTRIES, entry_key(case_id, seq, key));
}

enum err case_note(struct txn *txn, struct bytes case_id, uint64_t seq, uint32_t joins)
{
	struct case_row row;
	enum err err;

	if (case_id.len != ID_BYTES)
		return case_id.len == 0 ? ERR_OK : ERR_CORRUPT;
	case_entry_put(txn, case_id, seq);
	err = joins == 0 ? ERR_NOT_FOUND : case_get(txn, case_id, &row);
	if (err == ERR_OK)
		err = case_join(txn, case_id, &joins, 1);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

/* Those that a row says: all but the one that opened the case. */
static enum err each_row(struct txn *txn, struct bytes case_id, uint64_t from, enum err (*each)(void *context, uint64_t seq), void *context)
{
	uint8_t least[ENTRY_KEY_BYTES];
	struct bytes key, value;
	struct cursor *cursor;
	enum err err = cursor_open(txn, TABLE_CASE_ENTRIES, &cursor);

	if (err != ERR_OK)
		return err;
	for (err = cursor_seek(cursor, entry_key(case_id, from, least), &key, &value); err == ERR_OK; err = cursor_next(cursor, &key, &value)) {
		if (key.len != ENTRY_KEY_BYTES) {
			err = ERR_CORRUPT;
			break;
		}
		if (memcmp(key.data, least, ID_BYTES) != 0)
			break;
		err = each(context, be64_get(key.data + ID_BYTES));
		if (err != ERR_OK)
			break;
	}
	cursor_close(cursor);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

enum err case_entries_each(struct txn *txn, struct bytes case_id, uint64_t from, enum err (*each)(void *context, uint64_t seq), void *context)
{
	struct case_row row;
	enum err err = case_get(txn, case_id, &row);

	if (err == ERR_OK && row.seq >= from) {
		from = row.seq + 1;
		err = each(context, row.seq);
	}
	return err == ERR_OK || err == ERR_NOT_FOUND ? each_row(txn, case_id, from, each, context) : err;
}
