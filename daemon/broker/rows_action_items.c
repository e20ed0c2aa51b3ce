/* SPDX-License-Identifier: Apache-2.0 */
/* broker/rows_action_items.c - the rows of action items; see rows_conferences.h and conferences.h for the contract. */
#include "broker/row_fields.h"
#include "broker/rows_conferences.h"

#define ROW_BYTES (8 + 2 * ID_BYTES + 4 + 3 * 4 + 5 * 8)

static void encode(const struct action_item *item, uint8_t to[ROW_BYTES])
{
	uint8_t *at = to;

	row_put_u64(&at, item->thread);
	row_put_id(&at, item->thread_id);
	row_put_id(&at, item->case_id);
	row_put_u8(&at, (uint8_t)(item->has_case | item->purge << 1 | item->provisional << 2));
	row_put_u8(&at, (uint8_t)item->state);
	row_put_u8(&at, (uint8_t)item->holder);
	row_put_u8(&at, (uint8_t)item->lane);
	row_put_u32(&at, item->owner);
	row_put_u32(&at, item->convener);
	row_put_u32(&at, item->steps);
	row_put_time(&at, item->assigned_at_us);
	row_put_time(&at, item->due_at_us);
	row_put_time(&at, item->timer_at_us);
	row_put_time(&at, item->clock_from_us);
	row_put_time(&at, item->ended_at_us);
}

static enum err decode(uint64_t number, struct bytes value, struct action_item *ret_item)
{
	struct action_item item = { .number = number };
	const uint8_t *at = value.data;
	uint8_t flags;

	if (value.len != ROW_BYTES)
		return ERR_CORRUPT;
	item.thread = row_get_u64(&at);
	row_get_id(&at, item.thread_id);
	row_get_id(&at, item.case_id);
	flags = row_get_u8(&at);
	item.has_case = (flags & 1) != 0;
	item.purge = (flags & 2) != 0;
	item.provisional = (flags & 4) != 0;
	item.state = (Pb__ActionItemState)row_get_u8(&at);
	item.holder = (Pb__Party)row_get_u8(&at);
	item.lane = (Pb__Urgency)row_get_u8(&at);
	item.owner = row_get_u32(&at);
	item.convener = row_get_u32(&at);
	item.steps = row_get_u32(&at);
	item.assigned_at_us = row_get_time(&at);
	item.due_at_us = row_get_time(&at);
	item.timer_at_us = row_get_time(&at);
	item.clock_from_us = row_get_time(&at);
	item.ended_at_us = row_get_time(&at);
	*ret_item = item;
	return ERR_OK;
}

enum err action_item_get(struct txn *txn, uint64_t number, struct action_item *ret_item)
{
	struct key key = key_u64(number);
	struct bytes value;
	enum err err = txn_get(txn, TABLE_ACTION_ITEMS, key_bytes(&key), &value);

	return err != ERR_OK ? err : decode(number, value, ret_item);
}

uint32_t action_item_holder(const struct action_item *item)
{
	return item->holder == PB__PARTY__PARTY_CONVENER ? item->convener : item->owner;
}

/* Whether the item stands in that agency's list. */
static bool is_listed(const struct action_item *item, uint32_t agency)
{
	return item != NULL && item->timer_at_us != 0 && (item->owner == agency || item->convener == agency);
}

static void move_index(struct txn *txn, const struct action_item *was, const struct action_item *now, uint32_t agency)
{
	struct key key = row_key_u32_u64(agency, now->number);

	if (is_listed(was, agency) == is_listed(now, agency))
		return;
	if (is_listed(now, agency))
		txn_put(txn, TABLE_AGENCY_ITEMS, key_bytes(&key), bytes_of(NULL, 0));
	else
		txn_delete(txn, TABLE_AGENCY_ITEMS, key_bytes(&key));
}

static void move_timer(struct txn *txn, int64_t was_us, int64_t now_us, uint64_t number)
{
	if (was_us == now_us)
		return;
	if (was_us != 0)
		timer_drop(txn, &(struct timer_row){ was_us, PB__TIMER_KIND__TIMER_KIND_ACTION_ITEM, number });
	if (now_us != 0)
		timer_put(txn, &(struct timer_row){ now_us, PB__TIMER_KIND__TIMER_KIND_ACTION_ITEM, number });
}

enum err action_item_row_put(struct txn *txn, const struct action_item *item)
{
	struct key key = key_u64(item->number);
	struct action_item was;
	uint8_t row[ROW_BYTES];
	enum err err = action_item_get(txn, item->number, &was);
	bool known = err == ERR_OK;

	if (err != ERR_OK && err != ERR_NOT_FOUND)
		return err;
	if (known && was.owner != item->owner && was.owner != item->convener)
		move_index(txn, &was, item, was.owner);
	if (known && was.convener != was.owner && was.convener != item->owner && was.convener != item->convener)
		move_index(txn, &was, item, was.convener);
	move_index(txn, known ? &was : NULL, item, item->owner);
	if (item->convener != item->owner)
		move_index(txn, known ? &was : NULL, item, item->convener);
	move_timer(txn, known ? was.timer_at_us : 0, item->timer_at_us, item->number);
	encode(item, row);
	txn_put(txn, TABLE_ACTION_ITEMS, key_bytes(&key), bytes_of(row, sizeof(row)));
	return ERR_OK;
}

enum err action_item_row_drop(struct txn *txn, uint64_t number)
{
	struct key key = key_u64(number);
	struct action_item was, ended;
	enum err err = action_item_get(txn, number, &was);

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	ended = was;
	ended.timer_at_us = 0;
	move_index(txn, &was, &ended, was.owner);
	if (was.convener != was.owner)
		move_index(txn, &was, &ended, was.convener);
	move_timer(txn, was.timer_at_us, 0, number);
	txn_delete(txn, TABLE_ACTION_ITEMS, key_bytes(&key));
	return ERR_OK;
}

enum err action_item_each(struct txn *txn, uint32_t agency, uint64_t after, enum err (*each)(void *context, const struct action_item *item),
			  void *context)
{
	struct key first = row_key_u32_u64(agency, after + 1);
	struct bytes key, value;
	struct cursor *cursor;
	enum err err;

	if (after == UINT64_MAX)
		return ERR_OK; /* no number is greater */
	err = cursor_open(txn, TABLE_AGENCY_ITEMS, &cursor);
	if (err != ERR_OK)
		return err;
	for (err = cursor_seek(cursor, key_bytes(&first), &key, &value); err == ERR_OK; err = cursor_next(cursor, &key, &value)) {
		struct action_item item;

		if (key.len != 12 || be32_get(key.data) != agency)
			break;
		err = action_item_get(txn, be64_get(key.data + 4), &item);
		if (err == ERR_NOT_FOUND)
			err = ERR_CORRUPT;
		if (err == ERR_OK)
			err = each(context, &item);
		if (err != ERR_OK)
			break;
	}
	cursor_close(cursor);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}
