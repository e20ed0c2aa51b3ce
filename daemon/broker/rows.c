/* SPDX-License-Identifier: Apache-2.0 */
/* broker/rows.c - the rows of what moves: queue, deliveries, timers, messages.  See rows.h for the contract. */
#include "broker/rows.h"

#define QUEUE_ROW_BYTES 66
#define QUEUE_ROW_TIMED_BYTES (QUEUE_ROW_BYTES + 8) /* with an expiry */
#define QUEUE_STATE_AT 9      /* offset of the state in a row */
#define DELIVERY_BYTES 75
#define DELIVERY_TIMED_BYTES (DELIVERY_BYTES + 8) /* with an expiry */
#define TIMER_KEY_BYTES (8 + 1 + 8)
#define MESSAGE_KEY_BYTES (16 + 4)
#define MESSAGE_ROW_BYTES (8 + DIGEST_BYTES)

/* ---- queue ---- */

void queue_row_append(struct txn *txn, const struct queue_row *row)
{
	struct key key = key_u64(row->item);
	uint8_t to[QUEUE_ROW_TIMED_BYTES];

	be32_put(to, row->agency);
	be32_put(to + 4, row->sender);
	to[8] = row->lane;
	to[QUEUE_STATE_AT] = row->state;
	be64_put(to + 10, row->thread);
	be32_put(to + 18, row->part_bytes);
	be32_put(to + 22, row->statement_bytes);
	be64_put(to + 26, (uint64_t)row->accepted_at_us);
	memcpy(to + 34, row->view_hash.bytes, DIGEST_BYTES);
	be64_put(to + QUEUE_ROW_BYTES, (uint64_t)row->expires_at_us);
	txn_append(txn, TABLE_QUEUE, key_bytes(&key), bytes_of(to, row->expires_at_us == 0 ? QUEUE_ROW_BYTES : QUEUE_ROW_TIMED_BYTES));
}

enum err queue_row_decode(struct bytes key, struct bytes value, struct queue_row *ret_row)
{
	const uint8_t *from = value.data;

	if (key.len != 8 || (value.len != QUEUE_ROW_BYTES && value.len != QUEUE_ROW_TIMED_BYTES))
		return ERR_CORRUPT;
	*ret_row = (struct queue_row){
		.item = be64_get(key.data),
		.agency = be32_get(from),
		.sender = be32_get(from + 4),
		.lane = from[8],
		.state = from[QUEUE_STATE_AT],
		.thread = be64_get(from + 10),
		.part_bytes = be32_get(from + 18),
		.statement_bytes = be32_get(from + 22),
		.accepted_at_us = (int64_t)be64_get(from + 26),
		.expires_at_us = value.len == QUEUE_ROW_BYTES ? 0 : (int64_t)be64_get(from + QUEUE_ROW_BYTES),
	};
	memcpy(ret_row->view_hash.bytes, from + 34, DIGEST_BYTES);
	return ERR_OK;
}

enum err queue_row_get(struct txn *txn, uint64_t item, struct queue_row *ret_row)
{
	struct key key = key_u64(item);
	struct bytes value;
	enum err err = txn_get(txn, TABLE_QUEUE, key_bytes(&key), &value);

	return err != ERR_OK ? err : queue_row_decode(key_bytes(&key), value, ret_row);
}

enum err queue_row_set_state(struct txn *txn, uint64_t item, enum delivery_state state)
{
	struct key key = key_u64(item);
	uint8_t row[QUEUE_ROW_TIMED_BYTES];
	struct bytes value;
	enum err err = txn_get(txn, TABLE_QUEUE, key_bytes(&key), &value);

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err; /* what is not acknowledged has its row */
	if (value.len != QUEUE_ROW_BYTES && value.len != QUEUE_ROW_TIMED_BYTES)
		return ERR_CORRUPT;
	memcpy(row, value.data, value.len);
	row[QUEUE_STATE_AT] = (uint8_t)state;
	txn_put(txn, TABLE_QUEUE, key_bytes(&key), bytes_of(row, value.len));
	return ERR_OK;
}

void queue_row_delete(struct txn *txn, uint64_t item)
{
	struct key key = key_u64(item);

	txn_delete(txn, TABLE_QUEUE, key_bytes(&key));
}

/* ---- deliveries ---- */

static size_t delivery_encode(const struct delivery *delivery, uint8_t to[DELIVERY_TIMED_BYTES])
{
	be32_put(to, delivery->agency);
	be32_put(to + 4, delivery->sender);
	to[8] = delivery->lane;
	to[9] = (uint8_t)delivery->state;
	to[10] = delivery->reason;
	be32_put(to + 11, delivery->attempts);
	be32_put(to + 15, delivery->handouts);
	be64_put(to + 19, delivery->last_handout_seq);
	be64_put(to + 27, delivery->failed_seq);
	be64_put(to + 35, delivery->ended_seq);
	memcpy(to + 43, delivery->view_hash.bytes, DIGEST_BYTES);
	if (delivery->expires_at_us == 0)
		return DELIVERY_BYTES;
	be64_put(to + DELIVERY_BYTES, (uint64_t)delivery->expires_at_us);
	return DELIVERY_TIMED_BYTES;
}

static enum err delivery_decode(uint64_t item, struct bytes value, struct delivery *ret_delivery)
{
	const uint8_t *from = value.data;

	if (value.len != DELIVERY_BYTES && value.len != DELIVERY_TIMED_BYTES)
		return ERR_CORRUPT;
	*ret_delivery = (struct delivery){
		.item = item,
		.seq = item_seq(item),
		.recipient = item_recipient(item),
		.agency = be32_get(from),
		.sender = be32_get(from + 4),
		.lane = from[8],
		.state = (enum delivery_state)from[9],
		.reason = from[10],
		.attempts = be32_get(from + 11),
		.handouts = be32_get(from + 15),
		.last_handout_seq = be64_get(from + 19),
		.failed_seq = be64_get(from + 27),
		.ended_seq = be64_get(from + 35),
		.expires_at_us = value.len == DELIVERY_BYTES ? 0 : (int64_t)be64_get(from + DELIVERY_BYTES),
	};
	memcpy(ret_delivery->view_hash.bytes, from + 43, DIGEST_BYTES);
	return ERR_OK;
}

void delivery_put(struct txn *txn, const struct delivery *delivery)
{
	struct key key = key_u64(delivery->item);
	uint8_t row[DELIVERY_TIMED_BYTES];
	size_t len = delivery_encode(delivery, row);

	txn_put(txn, TABLE_DELIVERIES, key_bytes(&key), bytes_of(row, len));
}

/* One that nothing happened to since it was submitted. */
static enum err delivery_of_queue(struct txn *txn, uint64_t item, struct delivery *ret_delivery)
{
	struct queue_row row;
	enum err err = queue_row_get(txn, item, &row);

	if (err != ERR_OK)
		return err;
	*ret_delivery = (struct delivery){
		.item = item,
		.seq = item_seq(item),
		.recipient = item_recipient(item),
		.agency = row.agency,
		.sender = row.sender,
		.lane = row.lane,
		.state = (enum delivery_state)row.state,
		.expires_at_us = row.expires_at_us,
		.view_hash = row.view_hash,
	};
	return ERR_OK;
}

enum err delivery_get(struct txn *txn, uint64_t item, struct delivery *ret_delivery)
{
	struct key key = key_u64(item);
	struct bytes value;
	enum err err = txn_get(txn, TABLE_DELIVERIES, key_bytes(&key), &value);

	if (err == ERR_NOT_FOUND)
		return delivery_of_queue(txn, item, ret_delivery);
	return err != ERR_OK ? err : delivery_decode(item, value, ret_delivery);
}

/* ---- timers, messages ---- */

static struct bytes timer_key(const struct timer_row *timer, uint8_t to[TIMER_KEY_BYTES])
{
	be64_put(to, (uint64_t)timer->due_at_us);
	to[8] = (uint8_t)timer->kind;
	be64_put(to + 9, timer->number);
	return bytes_of(to, TIMER_KEY_BYTES);
}

void timer_put(struct txn *txn, const struct timer_row *timer)
{
	uint8_t key[TIMER_KEY_BYTES];

	txn_put(txn, TABLE_TIMERS, timer_key(timer, key), bytes_of(NULL, 0));
}

void timer_drop(struct txn *txn, const struct timer_row *timer)
{
	uint8_t key[TIMER_KEY_BYTES];

	txn_delete(txn, TABLE_TIMERS, timer_key(timer, key));
}

enum err timer_decode(struct bytes key, struct timer_row *ret_timer)
{
	if (key.len != TIMER_KEY_BYTES)
		return ERR_CORRUPT;
	*ret_timer = (struct timer_row){ (int64_t)be64_get(key.data), (Pb__TimerKind)key.data[8], be64_get(key.data + 9) };
	return ERR_OK;
}

static struct bytes message_key(struct bytes message_id, uint32_t sender, uint8_t to[MESSAGE_KEY_BYTES])
{
	memcpy(to, message_id.data, 16);
	be32_put(to + 16, sender);
	return bytes_of(to, MESSAGE_KEY_BYTES);
}

void message_put(struct txn *txn, struct bytes message_id, uint32_t sender, const struct message_row *row)
{
	uint8_t key[MESSAGE_KEY_BYTES];
	uint8_t value[MESSAGE_ROW_BYTES];

	be64_put(value, row->seq);
	memcpy(value + 8, row->order_hash.bytes, DIGEST_BYTES);
	txn_put(txn, TABLE_MESSAGES, message_key(message_id, sender, key), bytes_of(value, sizeof(value)));
}

enum err message_row_decode(struct bytes value, struct message_row *ret_row)
{
	if (value.len != MESSAGE_ROW_BYTES)
		return ERR_CORRUPT;
	ret_row->seq = be64_get(value.data);
	memcpy(ret_row->order_hash.bytes, value.data + 8, DIGEST_BYTES);
	return ERR_OK;
}

enum err message_get(struct txn *txn, struct bytes message_id, uint32_t sender, struct message_row *ret_row)
{
	uint8_t key[MESSAGE_KEY_BYTES];
	struct bytes value;
	enum err err = txn_get(txn, TABLE_MESSAGES, message_key(message_id, sender, key), &value);

	return err != ERR_OK ? err : message_row_decode(value, ret_row);
}
