/* SPDX-License-Identifier: Apache-2.0 */
/* broker/rows.c - the rows of what moves: queue, deliveries, timers, messages.  See rows.h for the contract. */
#include "broker/rows.h"

#define TOLD_BYTES (1 + 8) /* what, about: at the end of a row that is no View's */
#define QUEUE_ROW_BYTES 66
#define QUEUE_ROW_TIMED_BYTES (QUEUE_ROW_BYTES + 8) /* with an expiry */
#define QUEUE_ROW_TOLD_BYTES (QUEUE_ROW_BYTES + TOLD_BYTES)
#define QUEUE_STATE_AT 9      /* offset of the state in a row */
#define DELIVERY_BYTES 75
#define DELIVERY_TIMED_BYTES (DELIVERY_BYTES + 8) /* with an expiry */
#define DELIVERY_TOLD_BYTES (DELIVERY_BYTES + TOLD_BYTES)
#define TIMER_KEY_BYTES (8 + 1 + 8)
#define MESSAGE_KEY_BYTES (16 + 4)
#define MESSAGE_ROW_BYTES (8 + DIGEST_BYTES)

/* What comes after a row's fixed fields, in room for TOLD_BYTES: nothing, an expiry, or what the item is.  Its length. */
static size_t ending_encode(int64_t expires_at_us, uint8_t what, uint64_t about, uint8_t *to)
{
	if (what != PB__ITEM_WHAT__ITEM_WHAT_MESSAGE) {
		to[0] = what;
		be64_put(to + 1, about);
		return TOLD_BYTES;
	}
	if (expires_at_us == 0)
		return 0;
	be64_put(to, (uint64_t)expires_at_us);
	return 8;
}

/* row: as long as one of the three that begin with so many fixed bytes.  ERR_CORRUPT when an item that no entry makes stands there. */
static enum err ending_decode(struct bytes row, size_t fixed, int64_t *ret_expires_at_us, uint8_t *ret_what, uint64_t *ret_about)
{
	struct bytes ending = bytes_of(row.data + fixed, row.len - fixed);

	*ret_expires_at_us = ending.len == 8 ? (int64_t)be64_get(ending.data) : 0;
	*ret_what = ending.len == TOLD_BYTES ? ending.data[0] : PB__ITEM_WHAT__ITEM_WHAT_MESSAGE;
	*ret_about = ending.len == TOLD_BYTES ? be64_get(ending.data + 1) : 0;
	return ending.len == TOLD_BYTES && *ret_what == PB__ITEM_WHAT__ITEM_WHAT_MESSAGE ? ERR_CORRUPT : ERR_OK;
}

/* ---- queue ---- */

void queue_row_append(struct txn *txn, const struct queue_row *row)
{
	struct key key = key_u64(row->item);
	uint8_t to[QUEUE_ROW_TOLD_BYTES];
	size_t len;

	be32_put(to, row->agency);
	be32_put(to + 4, row->sender);
	to[8] = row->lane;
	to[QUEUE_STATE_AT] = row->state;
	be64_put(to + 10, row->thread);
	be32_put(to + 18, row->part_bytes);
	be32_put(to + 22, row->statement_bytes);
	be64_put(to + 26, (uint64_t)row->accepted_at_us);
	memcpy(to + 34, row->view_hash.bytes, DIGEST_BYTES);
	len = QUEUE_ROW_BYTES + ending_encode(row->expires_at_us, row->what, row->about, to + QUEUE_ROW_BYTES);
	txn_append(txn, TABLE_QUEUE, key_bytes(&key), bytes_of(to, len));
}

static bool is_queue_row(struct bytes value)
{
	return value.len == QUEUE_ROW_BYTES || value.len == QUEUE_ROW_TIMED_BYTES || value.len == QUEUE_ROW_TOLD_BYTES;
}

enum err queue_row_decode(struct bytes key, struct bytes value, struct queue_row *ret_row)
{
	const uint8_t *from = value.data;

	if (key.len != 8 || !is_queue_row(value))
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
	};
	memcpy(ret_row->view_hash.bytes, from + 34, DIGEST_BYTES);
	return ending_decode(value, QUEUE_ROW_BYTES, &ret_row->expires_at_us, &ret_row->what, &ret_row->about);
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
	uint8_t row[QUEUE_ROW_TOLD_BYTES];
	struct bytes value;
	enum err err = txn_get(txn, TABLE_QUEUE, key_bytes(&key), &value);

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err; /* what is not acknowledged has its row */
	if (!is_queue_row(value))
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

static size_t delivery_encode(const struct delivery *delivery, uint8_t to[DELIVERY_TOLD_BYTES])
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
	return DELIVERY_BYTES + ending_encode(delivery->expires_at_us, delivery->what, delivery->about, to + DELIVERY_BYTES);
}

/* Where that which is handed out stands: with the message when it is one's. */
static void place(struct delivery *delivery)
{
	uint64_t item = delivery->about != 0 ? delivery->about : delivery->item;

	delivery->seq = item_seq(item);
	delivery->recipient = item_recipient(item);
}

static enum err delivery_decode(uint64_t item, struct bytes value, struct delivery *ret_delivery)
{
	const uint8_t *from = value.data;
	enum err err;

	if (value.len != DELIVERY_BYTES && value.len != DELIVERY_TIMED_BYTES && value.len != DELIVERY_TOLD_BYTES)
		return ERR_CORRUPT;
	*ret_delivery = (struct delivery){
		.item = item,
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
	};
	memcpy(ret_delivery->view_hash.bytes, from + 43, DIGEST_BYTES);
	err = ending_decode(value, DELIVERY_BYTES, &ret_delivery->expires_at_us, &ret_delivery->what, &ret_delivery->about);
	place(ret_delivery);
	return err;
}

void delivery_put(struct txn *txn, const struct delivery *delivery)
{
	struct key key = key_u64(delivery->item);
	uint8_t row[DELIVERY_TOLD_BYTES];
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
		.agency = row.agency,
		.sender = row.sender,
		.what = row.what,
		.lane = row.lane,
		.state = (enum delivery_state)row.state,
		.expires_at_us = row.expires_at_us,
		.about = row.about,
		.view_hash = row.view_hash,
	};
	place(ret_delivery);
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
