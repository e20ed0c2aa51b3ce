/* SPDX-License-Identifier: Apache-2.0 */
/* broker/rows.c - the rows of what moves: queue, deliveries, timers, messages.  See rows.h for the contract. */
#include "broker/rows.h"

/* How rows end, behind what all of them have: of a View with nothing, its expiry, its expiry and what was told about it; of what the
 * site told with what it is, the message that it is about, and what was told about that before. */
#define TIMED_BYTES 8
#define FOLLOWED_BYTES (8 + 8)
#define TOLD_BYTES (1 + 8 + 8)
#define CONDITIONAL 0x80u  /* beside the lane */
#define STATE_AT 9         /* offset of the state in a delivery's row */
#define VIEW_HASH_AT 43
#define DELIVERY_BYTES (VIEW_HASH_AT + DIGEST_BYTES)
#define WAITING_BYTES 24   /* in the queue alone: what the mailbox index needs */
#define QUEUE_ROW_BYTES (DELIVERY_BYTES + WAITING_BYTES)
#define TIMER_KEY_BYTES (8 + 1 + 8)
#define MESSAGE_KEY_BYTES (16 + 4)
#define MESSAGE_ROW_BYTES 8

/* ---- how rows end ---- */

struct ending {
	int64_t expires_at_us;
	uint64_t about;
	uint64_t told;
	uint8_t what;
};

/* Its length. */
static size_t ending_encode(const struct ending *ending, uint8_t to[TOLD_BYTES])
{
	if (ending->what != PB__ITEM_WHAT__ITEM_WHAT_MESSAGE) {
		to[0] = ending->what;
		be64_put(to + 1, ending->about);
		be64_put(to + 9, ending->told);
		return TOLD_BYTES;
	}
	be64_put(to, (uint64_t)ending->expires_at_us);
	be64_put(to + 8, ending->told);
	return ending->told != 0 ? FOLLOWED_BYTES : ending->expires_at_us != 0 ? TIMED_BYTES : 0;
}

static bool is_ended(struct bytes row, size_t fixed)
{
	return row.len == fixed || row.len == fixed + TIMED_BYTES || row.len == fixed + FOLLOWED_BYTES || row.len == fixed + TOLD_BYTES;
}

/* ERR_CORRUPT unless the row is so long, and when it ends like what the site told and says that it is a message's. */
static enum err ending_decode(struct bytes row, size_t fixed, struct ending *ret_ending)
{
	const uint8_t *from = row.data + fixed;
	size_t len = is_ended(row, fixed) ? row.len - fixed : SIZE_MAX;

	*ret_ending = (struct ending){ 0 };
	if (len == TOLD_BYTES)
		*ret_ending = (struct ending){ .what = from[0], .about = be64_get(from + 1), .told = be64_get(from + 9) };
	else if (len >= TIMED_BYTES && len <= FOLLOWED_BYTES)
		ret_ending->expires_at_us = (int64_t)be64_get(from);
	if (len == FOLLOWED_BYTES)
		ret_ending->told = be64_get(from + 8);
	return len == SIZE_MAX || (len == TOLD_BYTES && from[0] == PB__ITEM_WHAT__ITEM_WHAT_MESSAGE) ? ERR_CORRUPT : ERR_OK;
}

/* ---- deliveries, in both tables ---- */

static void delivery_encode(const struct delivery *delivery, uint8_t to[DELIVERY_BYTES])
{
	be32_put(to, delivery->agency);
	be32_put(to + 4, delivery->sender);
	to[8] = (uint8_t)(delivery->lane | (delivery->conditional ? CONDITIONAL : 0));
	to[STATE_AT] = (uint8_t)delivery->state;
	to[10] = delivery->reason;
	be32_put(to + 11, delivery->attempts);
	be32_put(to + 15, delivery->handouts);
	be64_put(to + 19, delivery->last_handout_seq);
	be64_put(to + 27, delivery->failed_seq);
	be64_put(to + 35, delivery->ended_seq);
	memcpy(to + VIEW_HASH_AT, delivery->view_hash.bytes, DIGEST_BYTES);
}

static size_t delivery_end(const struct delivery *delivery, uint8_t to[TOLD_BYTES])
{
	return ending_encode(&(struct ending){ delivery->expires_at_us, delivery->about, delivery->told, delivery->what }, to);
}

/* Where that which is handed out stands: with the message when it is one's. */
static void place(struct delivery *delivery)
{
	uint64_t item = delivery->about != 0 ? delivery->about : delivery->item;

	delivery->seq = item_seq(item);
	delivery->recipient = item_recipient(item);
}

/* fixed: the length of its table's rows, but for how they end. */
static enum err decode(uint64_t item, struct bytes value, size_t fixed, struct delivery *ret_delivery)
{
	const uint8_t *from = value.data;
	struct ending ending;

	if (ending_decode(value, fixed, &ending) != ERR_OK)
		return ERR_CORRUPT;
	*ret_delivery = (struct delivery){
		.item = item,
		.agency = be32_get(from),
		.sender = be32_get(from + 4),
		.lane = (uint8_t)(from[8] & ~CONDITIONAL),
		.conditional = (from[8] & CONDITIONAL) != 0,
		.state = (enum delivery_state)from[STATE_AT],
		.reason = from[10],
		.attempts = be32_get(from + 11),
		.handouts = be32_get(from + 15),
		.last_handout_seq = be64_get(from + 19),
		.failed_seq = be64_get(from + 27),
		.ended_seq = be64_get(from + 35),
		.expires_at_us = ending.expires_at_us,
		.about = ending.about,
		.told = ending.told,
		.what = ending.what,
	};
	memcpy(ret_delivery->view_hash.bytes, from + VIEW_HASH_AT, DIGEST_BYTES);
	place(ret_delivery);
	return ERR_OK;
}

enum err delivery_decode(struct bytes key, struct bytes value, struct delivery *ret_delivery)
{
	return key.len == 8 ? decode(be64_get(key.data), value, QUEUE_ROW_BYTES, ret_delivery) : ERR_CORRUPT;
}

enum err delivery_get(struct txn *txn, uint64_t item, struct delivery *ret_delivery)
{
	struct key key = key_u64(item);
	size_t fixed = QUEUE_ROW_BYTES;
	struct bytes value;
	enum err err = txn_get(txn, TABLE_QUEUE, key_bytes(&key), &value);

	if (err == ERR_NOT_FOUND) {
		fixed = DELIVERY_BYTES;
		err = txn_get(txn, TABLE_DELIVERIES, key_bytes(&key), &value);
	}
	return err != ERR_OK ? err : decode(item, value, fixed, ret_delivery);
}

/* What it was submitted with stays. */
static enum err keep_waiting(struct txn *txn, const struct key *key, uint8_t to[WAITING_BYTES])
{
	struct bytes value;
	enum err err = txn_get(txn, TABLE_QUEUE, key_bytes(key), &value);

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err; /* what is not acknowledged has its row */
	if (!is_ended(value, QUEUE_ROW_BYTES))
		return ERR_CORRUPT;
	memcpy(to, value.data + DELIVERY_BYTES, WAITING_BYTES);
	return ERR_OK;
}

void delivery_put(struct txn *txn, const struct delivery *delivery)
{
	bool open = delivery->state != DELIVERY_ACKNOWLEDGED;
	struct key key = key_u64(delivery->item);
	uint8_t row[QUEUE_ROW_BYTES + TOLD_BYTES];
	size_t len = open ? QUEUE_ROW_BYTES : DELIVERY_BYTES;
	enum err err = open ? keep_waiting(txn, &key, row + DELIVERY_BYTES) : ERR_OK;

	if (err != ERR_OK) {
		txn_fail(txn, err);
		return;
	}
	delivery_encode(delivery, row);
	len += delivery_end(delivery, row + len);
	txn_put(txn, open ? TABLE_QUEUE : TABLE_DELIVERIES, key_bytes(&key), bytes_of(row, len));
}

void delivery_acknowledge(struct txn *txn, struct delivery *delivery, uint64_t seq)
{
	struct key key = key_u64(delivery->item);

	txn_delete(txn, TABLE_QUEUE, key_bytes(&key));
	delivery->state = DELIVERY_ACKNOWLEDGED;
	delivery->ended_seq = seq;
	delivery_put(txn, delivery);
}

enum err delivery_of(struct txn *txn, uint64_t item, uint32_t agency, struct bytes view_hash, struct delivery *ret_delivery)
{
	enum err err = delivery_get(txn, item, ret_delivery);

	if (err != ERR_OK)
		return err;
	if (ret_delivery->agency != agency)
		return ERR_NOT_FOUND;
	if (bytes_equal(view_hash, digest_bytes(&ret_delivery->view_hash)))
		return ERR_OK;
	return ret_delivery->handouts > 0 ? ERR_CONFLICT : ERR_NOT_FOUND;
}

/* ---- queue ---- */

void queue_row_append(struct txn *txn, const struct queue_row *row)
{
	struct key key = key_u64(row->item);
	struct delivery delivery = {
		.agency = row->agency,
		.sender = row->sender,
		.lane = row->lane,
		.conditional = row->conditional,
		.state = (enum delivery_state)row->state,
		.view_hash = row->view_hash,
		.expires_at_us = row->expires_at_us,
		.about = row->about,
		.told = row->told,
		.what = row->what,
	};
	uint8_t to[QUEUE_ROW_BYTES + TOLD_BYTES];
	uint8_t *waiting = to + DELIVERY_BYTES;

	delivery_encode(&delivery, to);
	be64_put(waiting, row->thread);
	be32_put(waiting + 8, row->part_bytes);
	be32_put(waiting + 12, row->statement_bytes);
	be64_put(waiting + 16, (uint64_t)row->accepted_at_us);
	txn_append(txn, TABLE_QUEUE, key_bytes(&key), bytes_of(to, QUEUE_ROW_BYTES + delivery_end(&delivery, to + QUEUE_ROW_BYTES)));
}

enum err queue_row_decode(struct bytes key, struct bytes value, struct queue_row *ret_row)
{
	const uint8_t *waiting;
	struct delivery delivery;
	enum err err = delivery_decode(key, value, &delivery);

	if (err != ERR_OK)
		return err;
	waiting = value.data + DELIVERY_BYTES;
	*ret_row = (struct queue_row){
		.item = delivery.item,
		.agency = delivery.agency,
		.sender = delivery.sender,
		.lane = delivery.lane,
		.conditional = delivery.conditional,
		.state = (uint8_t)delivery.state,
		.thread = be64_get(waiting),
		.part_bytes = be32_get(waiting + 8),
		.statement_bytes = be32_get(waiting + 12),
		.accepted_at_us = (int64_t)be64_get(waiting + 16),
		.expires_at_us = delivery.expires_at_us,
		.about = delivery.about,
		.told = delivery.told,
		.what = delivery.what,
		.view_hash = delivery.view_hash,
	};
	return ERR_OK;
}

enum err queue_row_get(struct txn *txn, uint64_t item, struct queue_row *ret_row)
{
	struct key key = key_u64(item);
	struct bytes value;
	enum err err = txn_get(txn, TABLE_QUEUE, key_bytes(&key), &value);

	return err != ERR_OK ? err : queue_row_decode(key_bytes(&key), value, ret_row);
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

enum err timer_seek(struct cursor *cursor, const struct timer_row *least, struct bytes *ret_key, struct bytes *ret_value)
{
	uint8_t key[TIMER_KEY_BYTES];

	return cursor_seek(cursor, timer_key(least, key), ret_key, ret_value);
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

void message_put(struct txn *txn, struct bytes message_id, uint32_t sender, uint64_t seq)
{
	uint8_t key[MESSAGE_KEY_BYTES];
	uint8_t value[MESSAGE_ROW_BYTES];

	be64_put(value, seq);
	txn_put(txn, TABLE_MESSAGES, message_key(message_id, sender, key), bytes_of(value, sizeof(value)));
}

enum err message_row_decode(struct bytes value, uint64_t *ret_seq)
{
	if (value.len != MESSAGE_ROW_BYTES)
		return ERR_CORRUPT;
	*ret_seq = be64_get(value.data);
	return ERR_OK;
}

enum err message_get(struct txn *txn, struct bytes message_id, uint32_t sender, uint64_t *ret_seq)
{
	uint8_t key[MESSAGE_KEY_BYTES];
	struct bytes value;
	enum err err = txn_get(txn, TABLE_MESSAGES, message_key(message_id, sender, key), &value);

	return err != ERR_OK ? err : message_row_decode(value, ret_seq);
}
