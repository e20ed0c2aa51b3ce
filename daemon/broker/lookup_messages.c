/* SPDX-License-Identifier: Apache-2.0 */
/* broker/lookup_messages.c - messages and open deliveries; see lookup.h for the contract. */
#include "broker/lookup.h"

#include "base/id.h"
#include "broker/rows.h"

enum err delivery_each_open(struct txn *txn, uint32_t agency, uint64_t after,
			    enum err (*each)(void *context, const struct delivery *delivery), void *context)
{
	struct key least = key_u64(after + 1);
	struct delivery delivery;
	struct bytes key, value;
	struct cursor *cursor;
	enum err err;

	if (after == UINT64_MAX)
		return ERR_OK;
	err = cursor_open(txn, TABLE_QUEUE, &cursor);
	if (err != ERR_OK)
		return err;
	for (err = cursor_seek(cursor, key_bytes(&least), &key, &value); err == ERR_OK; err = cursor_next(cursor, &key, &value)) {
		err = delivery_decode(key, value, &delivery);
		if (err == ERR_OK && delivery.state != DELIVERY_UNDELIVERABLE && (agency == 0 || delivery.agency == agency))
			err = each(context, &delivery);
		if (err != ERR_OK)
			break;
	}
	cursor_close(cursor);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

/* The first item of that table from this one on; UINT64_MAX when there is none. */
static enum err first_item(struct cursor *cursor, uint64_t from, uint64_t *ret_item)
{
	struct key least = key_u64(from);
	struct bytes key, value;
	enum err err = cursor_seek(cursor, key_bytes(&least), &key, &value);

	*ret_item = UINT64_MAX;
	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	if (key.len != 8)
		return ERR_CORRUPT;
	*ret_item = be64_get(key.data);
	return ERR_OK;
}

/* An item stands in one of the two tables. */
static enum err each_of_both(struct txn *txn, struct cursor *queue, struct cursor *acknowledged, uint64_t from,
			     enum err (*each)(void *context, const struct delivery *delivery), void *context)
{
	for (;;) {
		struct delivery delivery;
		uint64_t open, ended;
		enum err err = first_item(queue, from, &open);

		if (err == ERR_OK)
			err = first_item(acknowledged, from, &ended);
		if (err != ERR_OK)
			return err;
		from = open < ended ? open : ended;
		if (from == UINT64_MAX)
			return ERR_OK;
		err = delivery_get(txn, from++, &delivery);
		if (err == ERR_OK)
			err = each(context, &delivery);
		if (err != ERR_OK)
			return err;
	}
}

enum err delivery_each(struct txn *txn, uint64_t from, enum err (*each)(void *context, const struct delivery *delivery), void *context)
{
	struct cursor *queue = NULL, *acknowledged = NULL;
	enum err err = cursor_open(txn, TABLE_QUEUE, &queue);

	if (err == ERR_OK)
		err = cursor_open(txn, TABLE_DELIVERIES, &acknowledged);
	if (err == ERR_OK)
		err = each_of_both(txn, queue, acknowledged, from, each, context);
	cursor_close(acknowledged);
	cursor_close(queue);
	return err;
}

/* The first sender's of that id, in order of sender. */
static enum err message_seq_any(struct txn *txn, const uint8_t message_id[16], uint64_t *ret_seq)
{
	struct bytes key, value;
	struct cursor *cursor;
	enum err err = cursor_open(txn, TABLE_MESSAGES, &cursor);

	if (err != ERR_OK)
		return err;
	err = cursor_seek(cursor, bytes_of(message_id, 16), &key, &value);
	if (err == ERR_OK && (key.len < 16 || memcmp(key.data, message_id, 16) != 0))
		err = ERR_NOT_FOUND;
	if (err == ERR_OK)
		err = message_row_decode(value, ret_seq);
	cursor_close(cursor);
	return err;
}

enum err message_seq(struct txn *txn, const uint8_t message_id[16], uint32_t sender, uint64_t *ret_seq)
{
	if (sender == 0)
		return message_seq_any(txn, message_id, ret_seq);
	return message_get(txn, bytes_of(message_id, 16), sender, ret_seq);
}

/* What a row is to who looks for the code: ERR_NOT_FOUND where it has another, or is not taken. */
static enum err try_row(struct bytes key, struct bytes value, uint64_t tail, enum err (*accept)(void *context, uint64_t seq), void *context)
{
	struct id id;
	uint64_t seq;

	if (key.len < ID_BYTES)
		return ERR_CORRUPT;
	memcpy(id.bytes, key.data, ID_BYTES);
	if (id_tail(&id) != tail)
		return ERR_NOT_FOUND;
	if (message_row_decode(value, &seq) != ERR_OK)
		return ERR_CORRUPT;
	return accept(context, seq);
}

enum err message_by_code(struct txn *txn, uint64_t tail, enum err (*accept)(void *context, uint64_t seq), void *context, uint8_t ret_message_id[16])
{
	struct bytes key, value;
	struct cursor *cursor;
	size_t left = MESSAGES_BY_CODE;
	enum err err = cursor_open(txn, TABLE_MESSAGES, &cursor);
	enum err found = ERR_NOT_FOUND;

	if (err != ERR_OK)
		return err;
	for (err = cursor_last(cursor, &key, &value); err == ERR_OK && found == ERR_NOT_FOUND && left > 0; left--) {
		found = try_row(key, value, tail, accept, context);
		if (found == ERR_OK)
			memcpy(ret_message_id, key.data, ID_BYTES);
		else if (found == ERR_NOT_FOUND)
			err = cursor_previous(cursor, &key, &value);
	}
	cursor_close(cursor);
	return found != ERR_NOT_FOUND || err == ERR_OK ? found : err;
}
