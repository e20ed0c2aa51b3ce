/* SPDX-License-Identifier: Apache-2.0 */
/* broker/action_item_act.c - rule: action items are assigned by the minutes or after them, to agencies that take part, each with its
 * day; their owners report, finish or hand back, the convener assigns anew or drops (contract/conference_states.h). */
#include "broker/business_time.h"
#include "broker/conference_act.h"
#include "broker/conference_after.h"
#include "contract/civil_time.h"
#include "contract/conference_states.h"
#include "rules/meetings.h"

#define I(name) PB__ACTION_ITEM_ACTION__ACTION_ITEM_ACTION_##name
#define DAYS_AGO 366        /* minutes that are late may hold a day that has passed */
#define DAYS_AHEAD (5 * 366)

/* The day, when it is one that an item may have. */
static bool due_day(const struct conference_work *work, const Pb__ActionItemAct *act, int32_t *ret_day)
{
	int32_t today = (int32_t)(work->world->now_us / (CIVIL_DAY_MINUTES * CIVIL_MINUTE_US));

	return civil_day_parse(bytes_of_text(act->due_on), ret_day) == ERR_OK && *ret_day >= 0 && *ret_day >= today - DAYS_AGO &&
	       *ret_day <= today + DAYS_AHEAD;
}

/* The agency that is to have it: one that takes part.  0: none. */
static uint32_t owner_of(const struct conference_work *work, const Pb__ActionItemAct *act)
{
	uint32_t number = conference_address(work, act->owner);
	const struct seat *seat = number == 0 ? NULL : conference_seat(&work->now, number);

	return seat != NULL && (seat_takes_part(seat) || number == work->now.convener) ? number : 0;
}

static enum err add(struct conference_work *work, const struct action_item *item)
{
	Pb__ActionItemAfter *after = action_item_after(work->world, item);

	if (after == NULL)
		return ERR_NOMEM;
	work->items[work->item_count++] = after;
	return ERR_OK;
}

static enum err set_due(struct conference_work *work, struct action_item *item, int32_t day)
{
	struct calendar calendar;
	enum err err = calendar_of(work->world, item->owner, &calendar);

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	item->clock_from_us = civil_time_us((struct civil_time){ .day = day }, calendar.offset_minutes);
	item->steps = 0;
	return action_item_clock(work->world, item);
}

static struct action_item item_new(const struct conference_work *work)
{
	struct action_item item = {
		.thread = work->now.number,
		.has_case = work->now.has_case,
		.lane = work->now.lane,
		.convener = work->now.convener,
		.assigned_at_us = work->world->now_us,
	};

	memcpy(item.thread_id, work->now.id, ID_BYTES);
	memcpy(item.case_id, work->now.case_id, ID_BYTES);
	return item;
}

static Pb__Party acts_as(const struct conference_work *work, const struct action_item *item, Pb__ActionItemAction action)
{
	uint32_t number = work->signer->agency->number;
	bool owners = action == I(REPORT) || action == I(FINISH) || action == I(HAND_BACK);

	if (number == item->owner && (owners || number != item->convener))
		return PB__PARTY__PARTY_OWNER;
	return number == item->convener ? PB__PARTY__PARTY_CONVENER : PB__PARTY__PARTY_PARTICIPANT;
}

static enum err step(struct conference_work *work, const struct action_item *item, const Pb__ActionItemAct *act, struct action_item_step *ret_step)
{
	struct action_item_act asked = { item->state, act->action, acts_as(work, item, act->action), 0, act->reason };
	struct transition_refusal refusal;
	int32_t day;

	if (work->view->n_parts > 0)
		asked.given |= NEED_WORD;
	if (owner_of(work, act) != 0)
		asked.given |= NEED_OWNER;
	if (due_day(work, act, &day))
		asked.given |= NEED_DUE_DATE;
	return action_item_decide(&asked, ret_step, &refusal) == ERR_OK ? ERR_OK : conference_object(work, &refusal);
}

/* Who is to do it must hear of it by this message. */
static enum err assign(struct conference_work *work, struct action_item *item, const Pb__ActionItemAct *act)
{
	int32_t day = 0;

	item->owner = owner_of(work, act);
	if (!conference_told_by_view(work, item->owner))
		work->objection = OBJECT(MALFORMED, .subject = "recipient");
	return work->objection.code == 0 && due_day(work, act, &day) ? set_due(work, item, day) : ERR_OK;
}

static enum err move(struct conference_work *work, struct action_item *item, const Pb__ActionItemAct *act)
{
	struct action_item_step next = { 0 };
	enum err err = step(work, item, act, &next);

	if (err != ERR_OK || work->objection.code != 0)
		return err;
	item->state = next.state;
	item->holder = next.holder;
	if (next.ended)
		item->timer_at_us = 0;
	if (act->action == I(ASSIGN))
		err = assign(work, item, act);
	else if (act->action == I(HAND_BACK))
		err = action_item_clock_anew(work->world, item); /* who holds it asked for none of it */
	else if (act->action == I(DROP) && !conference_told_by_view(work, item->owner))
		work->objection = OBJECT(MALFORMED, .subject = "recipient");
	return err == ERR_OK && work->objection.code == 0 ? add(work, item) : err;
}

static void check_room(struct conference_work *work, size_t more)
{
	if (work->now.item_count + more > CONFERENCE_ITEMS_MAX)
		work->objection = OBJECT(TOO_MANY, .subject = "conference_act.items", .value = (int64_t)(work->now.item_count + more),
					 .bound = CONFERENCE_ITEMS_MAX);
}

enum err action_items_assign(struct conference_work *work)
{
	enum err err = ERR_OK;

	check_room(work, work->act->n_items);
	for (size_t i = 0; err == ERR_OK && work->objection.code == 0 && i < work->act->n_items; i++) {
		struct action_item item = item_new(work);

		if (work->act->items[i]->action != I(ASSIGN) || work->act->items[i]->item != 0)
			work->objection = OBJECT(MALFORMED, .subject = "conference_act.items");
		else
			err = move(work, &item, work->act->items[i]);
	}
	return err;
}

static bool is_listed(const struct conference *conference, uint64_t number)
{
	for (size_t i = 0; i < conference->item_count; i++)
		if (conference->items[i] == number)
			return true;
	return false;
}

/* A further one, once there are minutes. */
static enum err assign_further(struct conference_work *work, const Pb__ActionItemAct *act)
{
	struct action_item item = item_new(work);
	struct transition_refusal refusal = { &action_item_table, 0, (unsigned)act->action, PB__PARTY__PARTY_CONVENER, 0, 0 };

	check_room(work, 1);
	if (work->objection.code != 0)
		return ERR_OK;
	return work->now.state == PB__CONFERENCE_STATE__CONFERENCE_STATE_HELD ? move(work, &item, act) : conference_object(work, &refusal);
}

enum err action_item_act(struct conference_work *work)
{
	const Pb__ActionItemAct *act = work->act->items[0];
	struct action_item item;
	enum err err;

	if (act->item == 0) {
		err = assign_further(work, act);
	} else if (!is_listed(&work->now, act->item)) {
		work->objection = OBJECT(UNKNOWN_ITEM, .value = (int64_t)act->item);
		return ERR_OK;
	} else {
		err = action_item_get(work->world->txn, act->item, &item);
		if (err == ERR_NOT_FOUND)
			return ERR_CORRUPT;
		if (err == ERR_OK)
			err = move(work, &item, act);
	}
	if (err == ERR_OK && work->objection.code == 0)
		conference_check_recipients(work);
	return err == ERR_OK && work->objection.code == 0 ? conference_clock(work) : err;
}
