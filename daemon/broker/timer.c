/* SPDX-License-Identifier: Apache-2.0 */
/* broker/timer.c - rule: an item that is neither acknowledged nor dead at its expires_at becomes a dead letter, whether it waits, is
 * frozen, quarantined or in somebody's hands; what is acknowledged late is acknowledged all the same.  Due times come from the entry. */
#include "broker/erased.h"
#include "broker/failure.h"
#include "broker/rows.h"
#include "broker/verbs.h"

static enum err add_due(struct world *world, Pb__TimerEntry *entry, int64_t due_at_us, uint64_t item)
{
	if (entry->n_items == 0) {
		entry->items = world_alloc(world, TIMER_ITEMS_MAX, sizeof(*entry->items));
		entry->due_at_us = world_alloc(world, TIMER_ITEMS_MAX, sizeof(*entry->due_at_us));
	}
	if (entry->items == NULL || entry->due_at_us == NULL)
		return ERR_NOMEM;
	entry->items[entry->n_items++] = item;
	entry->due_at_us[entry->n_due_at_us++] = due_at_us;
	return ERR_OK;
}

/* Fills the entry with what is due and of its kind, up to the first timer that is not. */
static enum err gather(struct world *world, Pb__TimerEntry *entry)
{
	struct bytes key, value;
	struct cursor *cursor;
	enum err err = cursor_open(world->txn, TABLE_TIMERS, &cursor);

	if (err != ERR_OK)
		return err;
	for (err = cursor_first(cursor, &key, &value); err == ERR_OK; err = cursor_next(cursor, &key, &value)) {
		struct timer_row timer;

		err = timer_decode(key, &timer);
		if (err != ERR_OK || timer.due_at_us > world->now_us || timer.kind != PB__TIMER_KIND__TIMER_KIND_EXPIRES ||
		    entry->n_items == TIMER_ITEMS_MAX)
			break;
		err = add_due(world, entry, timer.due_at_us, timer.number);
		if (err != ERR_OK)
			break;
	}
	cursor_close(cursor);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

enum err timer_first(struct txn *txn, struct timer_row *ret_timer)
{
	struct bytes key, value;
	struct cursor *cursor;
	enum err err = cursor_open(txn, TABLE_TIMERS, &cursor);

	if (err != ERR_OK)
		return err;
	err = cursor_first(cursor, &key, &value);
	if (err == ERR_OK)
		err = timer_decode(key, ret_timer);
	cursor_close(cursor);
	return err;
}

enum err timer_decide(struct world *world, struct decision *ret_decision)
{
	Pb__TimerEntry *entry = world_alloc(world, 1, sizeof(*entry));
	enum err err;

	if (entry == NULL)
		return ERR_NOMEM;
	pb__timer_entry__init(entry);
	entry->kind = PB__TIMER_KIND__TIMER_KIND_EXPIRES;
	err = gather(world, entry);
	if (err != ERR_OK)
		return err;
	if (entry->n_items > 0)
		return decide_entry(world, PB__ENTRY_BODY__BODY_TIMER, entry, ret_decision);
	decide_nothing(ret_decision);
	return ERR_OK;
}

static enum err bury(struct txn *txn, uint64_t item, int64_t due_at_us)
{
	struct delivery delivery;
	enum err err = delivery_get(txn, item, &delivery);

	if (err == ERR_NOT_FOUND)
		return erased_passes(txn, item);
	if (err == ERR_OK && delivery.expires_at_us != due_at_us)
		return ERR_CORRUPT;
	if (err == ERR_OK)
		failure_bury(txn, &delivery);
	return err;
}

enum err timer_apply(struct txn *txn, const struct leaf_header *header, const Pb__TimerEntry *entry)
{
	enum err err = ERR_OK;

	(void)header;
	if (entry->n_items != entry->n_due_at_us)
		return ERR_CORRUPT;
	for (size_t i = 0; err == ERR_OK && i < entry->n_items; i++)
		err = bury(txn, entry->items[i], entry->due_at_us[i]);
	return err;
}
