/* SPDX-License-Identifier: Apache-2.0 */
/* broker/conference_clock.c - when the convener's next turn is due: one clock of a conference at a time (P4). */
#include "broker/business_time.h"
#include "broker/conference_act.h"
#include "contract/civil_time.h"
#include "contract/conference_states.h"
#include "rules/meetings.h"

#define S(name) PB__CONFERENCE_STATE__CONFERENCE_STATE_##name

/* An item as this entry leaves it, if it changes it. */
static const Pb__ActionItemAfter *changed(const struct conference_work *work, uint64_t number)
{
	for (size_t i = 0; i < work->item_count; i++)
		if (work->items[i]->item == number)
			return work->items[i];
	return NULL;
}

static void look(Pb__ActionItemState state, int64_t due_us, bool *settled, int64_t *last_due_us)
{
	if (!action_item_is_open(state))
		return;
	*settled = false;
	if (due_us > *last_due_us)
		*last_due_us = due_us;
}

enum err conference_items_settled(struct conference_work *work, bool *ret_settled, int64_t *ret_last_due_us)
{
	*ret_settled = true;
	*ret_last_due_us = 0;
	for (size_t i = 0; i < work->now.item_count; i++) {
		const Pb__ActionItemAfter *after = changed(work, work->now.items[i]);
		struct action_item item;
		enum err err;

		if (after != NULL)
			continue;
		err = action_item_get(work->world->txn, work->now.items[i], &item);
		if (err != ERR_OK)
			return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
		look(item.state, item.due_at_us, ret_settled, ret_last_due_us);
	}
	for (size_t i = 0; i < work->item_count; i++)
		look(work->items[i]->state, work->items[i]->due_at_us, ret_settled, ret_last_due_us);
	return ERR_OK;
}

enum err conference_due(struct conference_work *work, struct reckoned *ret_due)
{
	const struct conference *now = &work->now;
	struct calendar calendar;
	int64_t last_due_us;
	bool settled;
	enum err err = calendar_of(work->world, now->convener, &calendar);

	if (err == ERR_OK)
		err = conference_items_settled(work, &settled, &last_due_us);
	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	*ret_due = (struct reckoned){ 0 };
	if (now->state == S(PROPOSED))
		*ret_due = meetings_date_due(now->clock_from_us, &calendar);
	else if (now->state == S(CONVENED))
		*ret_due = meetings_minutes_due(now->ends_at_us, &calendar);
	else if (now->state == S(HELD))
		*ret_due = meetings_close_due(last_due_us > now->clock_from_us ? last_due_us : now->clock_from_us, &calendar);
	return ERR_OK;
}

enum err conference_clock(struct conference_work *work)
{
	struct conference *now = &work->now;
	struct reckoned due;
	enum err err;

	now->clock_from_us = work->world->now_us;
	err = conference_due(work, &due);
	if (err != ERR_OK)
		return err;
	now->due_at_us = due.us;
	now->timer_at_us = due.us;
	now->provisional = due.provisional;
	now->steps = 0;
	return ERR_OK;
}

/* ---- action items ---- */

static int32_t day_of(const struct action_item *item, const struct calendar *calendar)
{
	return civil_time_of(item->clock_from_us, calendar->offset_minutes).day;
}

enum err action_item_clock(struct world *world, struct action_item *item)
{
	bool back = item->state == PB__ACTION_ITEM_STATE__ACTION_ITEM_STATE_HANDED_BACK;
	struct calendar calendar;
	struct reckoned begins, due;
	enum err err = calendar_of(world, back ? item->convener : item->owner, &calendar);

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	if (back)
		begins = due = meetings_hand_back_due(item->clock_from_us, &calendar);
	else if (item->purge)
		begins = due = meetings_purge_due(item->clock_from_us, &calendar);
	else {
		begins = meetings_item_begins(day_of(item, &calendar), &calendar);
		due = meetings_item_due(day_of(item, &calendar), &calendar);
	}
	item->due_at_us = due.us;
	item->provisional = due.provisional;
	if (item->steps == 0)
		item->timer_at_us = begins.us;
	return ERR_OK;
}

enum err action_item_clock_anew(struct world *world, struct action_item *item)
{
	enum err err;

	item->clock_from_us = world->now_us;
	item->steps = 0;
	err = action_item_clock(world, item);
	item->timer_at_us = item->due_at_us;
	item->steps = 1;
	return err;
}
