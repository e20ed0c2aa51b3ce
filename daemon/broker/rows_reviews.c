/* SPDX-License-Identifier: Apache-2.0 */
/* broker/rows_reviews.c - see rows_reviews.h for the contract. */
#include "broker/rows_reviews.h"

#include "store/keys.h"

#define REVIEW_ROW_BYTES (4 + 1 + 8)

static struct bytes encode(const struct review_row *row, uint8_t to[REVIEW_ROW_BYTES])
{
	be32_put(to, row->sender);
	to[4] = row->danger;
	be64_put(to + 5, row->reviewed_seq);
	return bytes_of(to, REVIEW_ROW_BYTES);
}

void review_row_append(struct txn *txn, const struct review_row *row)
{
	struct key key = key_u64(row->seq);
	uint8_t value[REVIEW_ROW_BYTES];

	txn_append(txn, TABLE_REVIEWS, key_bytes(&key), encode(row, value));
}

void review_row_put(struct txn *txn, const struct review_row *row)
{
	struct key key = key_u64(row->seq);
	uint8_t value[REVIEW_ROW_BYTES];

	txn_put(txn, TABLE_REVIEWS, key_bytes(&key), encode(row, value));
}

static enum err decode(struct bytes key, struct bytes value, struct review_row *ret_row)
{
	if (key.len != 8 || value.len != REVIEW_ROW_BYTES || value.data[4] > 1)
		return ERR_CORRUPT;
	*ret_row = (struct review_row){
		.seq = be64_get(key.data),
		.sender = be32_get(value.data),
		.danger = value.data[4] != 0,
		.reviewed_seq = be64_get(value.data + 5),
	};
	return ERR_OK;
}

enum err review_row_get(struct txn *txn, uint64_t seq, struct review_row *ret_row)
{
	struct key key = key_u64(seq);
	struct bytes value;
	enum err err = txn_get(txn, TABLE_REVIEWS, key_bytes(&key), &value);

	return err != ERR_OK ? err : decode(key_bytes(&key), value, ret_row);
}

enum err review_row_forget(struct txn *txn, uint64_t seq)
{
	struct key key = key_u64(seq);
	struct bytes value;
	enum err err = txn_get(txn, TABLE_REVIEWS, key_bytes(&key), &value);

	if (err == ERR_OK)
		txn_delete(txn, TABLE_REVIEWS, key_bytes(&key));
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

enum err review_rows_each(struct txn *txn, uint64_t from, enum err (*each)(void *context, const struct review_row *row), void *context)
{
	struct key least = key_u64(from);
	struct bytes key, value;
	struct cursor *cursor;
	enum err err = cursor_open(txn, TABLE_REVIEWS, &cursor);

	if (err != ERR_OK)
		return err;
	for (err = cursor_seek(cursor, key_bytes(&least), &key, &value); err == ERR_OK; err = cursor_next(cursor, &key, &value)) {
		struct review_row row;

		err = decode(key, value, &row);
		if (err == ERR_OK)
			err = each(context, &row);
		if (err != ERR_OK)
			break;
	}
	cursor_close(cursor);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}
