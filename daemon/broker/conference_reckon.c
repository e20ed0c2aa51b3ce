/* SPDX-License-Identifier: Apache-2.0 */
/* broker/conference_reckon.c - rule: what is due of a conference or an action item and counted days whose holidays nobody knew is reckoned again
 * when they are known, as legs are (leg_reckon.c): once, for what is open, and with no word to anybody. */
#include "broker/conference_act.h"
#include "broker/conference_after.h"
#include "broker/conference_event.h"

static enum err say(struct world *world, Pb__ConferenceAfter *conference, Pb__ActionItemAfter *item, struct decision *ret_decision)
{
	Pb__ConferenceEventEntry *entry = world_alloc(world, 1, sizeof(*entry));
	Pb__ActionItemAfter **items = world_alloc(world, 1, sizeof(*items));

	if (entry == NULL || items == NULL || (conference == NULL && item == NULL))
		return ERR_NOMEM;
	pb__conference_event_entry__init(entry);
	entry->conference = conference;
	entry->items = items;
	if (item != NULL)
		items[entry->n_items++] = item;
	return decide_entry(world, PB__ENTRY_BODY__BODY_CONFERENCE_EVENT, entry, ret_decision);
}

enum err conference_reckon_decide(struct world *world, uint64_t number, struct decision *ret_decision)
{
	struct conference_work *work = world_alloc(world, 1, sizeof(*work));
	struct reckoned due;
	enum err err = work == NULL ? ERR_NOMEM : conference_get(world->txn, number, &work->now);

	decide_nothing(ret_decision);
	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	work->world = world;
	if (!work->now.provisional || work->now.timer_at_us == 0 || work->now.clock_from_us == 0)
		return ERR_OK;
	err = conference_due(work, &due);
	if (err != ERR_OK || (due.us == work->now.due_at_us && due.provisional))
		return err;
	work->now.due_at_us = due.us;
	work->now.provisional = due.provisional;
	if (work->now.steps == 0)
		work->now.timer_at_us = due.us;
	return say(world, conference_after(world, &work->now, NULL, 0), NULL, ret_decision);
}

enum err action_item_reckon_decide(struct world *world, uint64_t number, struct decision *ret_decision)
{
	struct action_item item, was;
	enum err err = action_item_get(world->txn, number, &item);

	decide_nothing(ret_decision);
	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	if (!item.provisional || item.timer_at_us == 0 || item.clock_from_us == 0)
		return ERR_OK;
	was = item;
	err = action_item_clock(world, &item);
	/* What was told at once begins with its second step, which comes when it is due. */
	if (err == ERR_OK && item.steps == 1 && was.timer_at_us == was.due_at_us)
		item.timer_at_us = item.due_at_us;
	if (err != ERR_OK || (item.due_at_us == was.due_at_us && item.timer_at_us == was.timer_at_us && item.provisional))
		return err;
	return say(world, NULL, action_item_after(world, &item), ret_decision);
}
