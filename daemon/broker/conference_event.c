/* SPDX-License-Identifier: Apache-2.0 */
/* broker/conference_event.c - rule: who holds what is due is told, then who waits for it, then the coordinator, and again; a conference whose
 * time is over and whose action items are settled closes by itself.  However late a timer comes, it tells each but once. */
#include "broker/conference_event.h"

#include "broker/business_time.h"
#include "broker/conference_after.h"
#include "broker/conference_tell.h"
#include "broker/rows_cases.h"
#include "broker/thread_entries.h"
#include "broker/told.h"
#include "contract/conference_states.h"
#include "rules/meetings.h"

#define NOTICE(name) PB__NOTICE_WHAT__NOTICE_WHAT_##name

/* Moves to the last step that is due by now: what the clock jumped over is told once. */
static enum err advance(struct world *world, uint32_t holder, uint32_t *steps, int64_t *timer_at_us, uint32_t *ret_step)
{
	struct calendar calendar;
	enum err err = calendar_of(world, holder, &calendar);

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	do {
		*ret_step = *steps;
		*timer_at_us = meetings_after_step(*steps, *timer_at_us, &calendar).us;
		++*steps;
	} while (*timer_at_us <= world->now_us);
	return ERR_OK;
}

/* ---- conferences ---- */

static enum err all_settled(struct txn *txn, const struct conference *conference, bool *ret_settled)
{
	*ret_settled = true;
	for (size_t i = 0; i < conference->item_count; i++) {
		struct action_item item;
		enum err err = action_item_get(txn, conference->items[i], &item);

		if (err != ERR_OK)
			return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
		*ret_settled = *ret_settled && !action_item_is_open(item.state);
	}
	return ERR_OK;
}

/* Whether the table lets the site close it now. */
static bool closes(struct conference *conference, bool settled)
{
	struct conference_act act = {
		.state = conference->state,
		.action = PB__CONFERENCE_ACTION__CONFERENCE_ACTION_CLOSE,
		.by = PB__PARTY__PARTY_BROKER,
		.given = settled ? NEED_ITEMS_SETTLED : 0,
	};
	struct transition_refusal refusal;
	struct conference_step step;

	if (conference_decide(&act, &step, &refusal) != ERR_OK)
		return false;
	conference->state = step.state;
	conference->timer_at_us = 0;
	return true;
}

static enum err close_conference(struct world *world, const struct conference *conference, struct conference_telling *telling)
{
	enum err err = conference_telling_begin(world, conference, telling);

	if (err != ERR_OK)
		return err;
	telling->notice->what = NOTICE(CONFERENCE_CLOSED);
	telling->notice->holder = PB__PARTY__PARTY_UNSPECIFIED;
	return conference_tell_seats(telling, conference);
}

static enum err chase_convener(struct world *world, struct conference *conference, struct conference_telling *telling)
{
	enum err err = conference_telling_begin(world, conference, telling);
	uint32_t step = 0;

	if (err == ERR_OK)
		err = advance(world, conference->convener, &conference->steps, &conference->timer_at_us, &step);
	if (err != ERR_OK)
		return err;
	telling->notice->what = NOTICE(MEETING_DUE);
	err = conference_tell(telling, conference->convener, conference->id);
	if (err == ERR_OK && meetings_step(step).coordinator)
		err = conference_tell_coordinator(telling, conference->convener, conference->id);
	return err;
}

enum err conference_due_decide(struct world *world, const struct timer_row *timer, struct decision *ret_decision)
{
	struct conference *conference = world_alloc(world, 1, sizeof(*conference));
	struct conference_telling telling = { 0 };
	bool settled;
	enum err err = conference == NULL ? ERR_NOMEM : conference_get(world->txn, timer->number, conference);

	if (err == ERR_OK && conference->timer_at_us != timer->due_at_us)
		err = ERR_CORRUPT;
	if (err == ERR_OK)
		err = all_settled(world->txn, conference, &settled);
	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	err = closes(conference, settled) ? close_conference(world, conference, &telling) : chase_convener(world, conference, &telling);
	if (err != ERR_OK)
		return err;
	telling.entry->conference = conference_after(world, conference, NULL, 0);
	return telling.entry->conference == NULL ? ERR_NOMEM :
						 decide_entry(world, PB__ENTRY_BODY__BODY_CONFERENCE_EVENT, telling.entry, ret_decision);
}

/* ---- action items ---- */

static enum err chase_item(struct conference_telling *telling, struct action_item *item)
{
	uint32_t holder = action_item_holder(item), step = 0;
	enum err err = advance(telling->world, holder, &item->steps, &item->timer_at_us, &step);
	struct meetings_told told = meetings_step(step);

	if (err != ERR_OK)
		return err;
	telling->notice->what = told.waiting ? NOTICE(ACTION_ITEM_OVERDUE) : item->purge ? NOTICE(PURGE) : NOTICE(ACTION_ITEM_DUE);
	err = conference_tell(telling, holder, item->thread_id);
	if (err == ERR_OK && told.waiting)
		err = conference_tell(telling, item->convener, item->thread_id);
	if (err == ERR_OK && told.coordinator)
		err = conference_tell_coordinator(telling, holder, item->thread_id);
	return err == ERR_OK ? conference_telling_put(telling, item) : err;
}

enum err action_item_due_decide(struct world *world, const struct timer_row *timer, struct decision *ret_decision)
{
	struct action_item item;
	struct conference_telling telling;
	enum err err = action_item_get(world->txn, timer->number, &item);

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	if (item.timer_at_us != timer->due_at_us)
		return ERR_CORRUPT;
	err = action_item_telling_begin(world, &item, &telling);
	if (err == ERR_OK)
		err = chase_item(&telling, &item);
	return err == ERR_OK ? decide_entry(world, PB__ENTRY_BODY__BODY_CONFERENCE_EVENT, telling.entry, ret_decision) : err;
}

/* ---- apply ---- */

static struct bytes case_of(const Pb__ConferenceEventEntry *entry)
{
	return entry->conference != NULL ? bytes_of_pb(entry->conference->case_id) : action_items_case(entry->items, entry->n_items);
}

/* Who goes on takes part in the case; 0: nobody new does. */
static uint32_t comes_in(const Pb__ConferenceEventEntry *entry)
{
	if (entry->handed_over == 0)
		return 0;
	if (entry->n_items > 0)
		return entry->items[0]->owner;
	return entry->conference != NULL ? entry->conference->convener : 0;
}

enum err conference_event_apply(struct txn *txn, const struct leaf_header *header, const Pb__ConferenceEventEntry *entry)
{
	enum err err = entry->conference == NULL ? ERR_OK : conference_apply(txn, header, entry->conference);

	if (err == ERR_OK)
		err = action_items_apply(txn, header, entry->items, entry->n_items);
	if (err == ERR_OK)
		err = case_note(txn, case_of(entry), header->seq, comes_in(entry));
	thread_note_conference(txn, header, entry);
	return err == ERR_OK ? told_apply(txn, header, 0, entry->told, entry->n_told) : err;
}
