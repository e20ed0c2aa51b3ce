/* SPDX-License-Identifier: Apache-2.0 */
/* broker/conference_event.c - rule: who holds what is due is told, then who waits for it, then the coordinator, and again; a conference whose
 * time is over and whose action items are settled closes by itself.  However late a timer comes, it tells each but once. */
#include "broker/conference_event.h"

#include "broker/business_time.h"
#include "broker/conference_after.h"
#include "broker/notices.h"
#include "broker/rows_cases.h"
#include "broker/thread_entries.h"
#include "broker/told.h"
#include "contract/conference_states.h"
#include "rules/meetings.h"

#define NOTICE(name) PB__NOTICE_WHAT__NOTICE_WHAT_##name

struct event {
	struct world *world;
	Pb__ConferenceEventEntry *entry;
	Pb__SiteNotice *notice;
	Pb__Urgency lane;
	uint32_t opened_by, about; /* agencies that the notice names, to each reader as it may know them */
};

static enum err event_new(struct world *world, Pb__SiteNotice *notice, Pb__Urgency lane, uint32_t opened_by, uint32_t about, struct event *ret_event)
{
	*ret_event = (struct event){ world, world_alloc(world, 1, sizeof(*ret_event->entry)), notice, lane, opened_by, about };
	if (ret_event->entry == NULL || notice == NULL)
		return ERR_NOMEM;
	pb__conference_event_entry__init(ret_event->entry);
	ret_event->entry->told = world_alloc(world, TOLD_ITEMS_MAX, sizeof(*ret_event->entry->told));
	notice->at_us = world->now_us;
	return ret_event->entry->told == NULL ? ERR_NOMEM : ERR_OK;
}

/* Number of the agency that hears when this one stays silent, 0: there is none.  A confidential agency's is its proxy alone. */
static enum err coordinator_of(struct world *world, uint32_t number, uint32_t *ret_coordinator)
{
	const struct registry_agency *holder = registry_agency(world->registry, number);
	const struct registry_agency *coordinator;
	struct agency agency;
	enum err err = agency_by_number(world->txn, number, world->arena, &agency);

	*ret_coordinator = 0;
	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	coordinator = registry_by_id(world->registry, bytes_of_text(agency.record->coordinator));
	if (coordinator != NULL && !coordinator->closed && (holder == NULL || registry_may_correspond(holder, coordinator)))
		*ret_coordinator = coordinator->number;
	return ERR_OK;
}

static bool was_told(const struct event *event, uint32_t number)
{
	for (size_t i = 0; i < event->entry->n_told; i++)
		if (event->entry->told[i]->agency == number)
			return true;
	for (const struct untold *later = event->world->untold; later != NULL; later = later->next)
		if (later->told->agency == number)
			return true;
	return false;
}

static void name_to(struct event *event, uint32_t reader)
{
	event->notice->opened_by = (char *)(uintptr_t)address_for(event->world, reader, event->opened_by);
	event->notice->agency = (char *)(uintptr_t)address_for(event->world, reader, event->about);
}

/* Tells an agency, or where it is closed its coordinator; each hears once of one event. */
static enum err tell(struct event *event, uint32_t number, const uint8_t thread_id[ID_BYTES])
{
	const struct registry_agency *agency = registry_agency(event->world->registry, number);
	Pb__ConferenceEventEntry *entry = event->entry;
	Pb__Told *told;
	enum err err = ERR_OK;

	if (agency == NULL || agency->closed)
		err = coordinator_of(event->world, number, &number);
	if (err != ERR_OK || number == 0 || was_told(event, number))
		return err;
	name_to(event, number);
	err = told_notice(event->world, number, event->lane, told_thread(bytes_of(thread_id, ID_BYTES)), event->notice, &told);
	if (err != ERR_OK)
		return err;
	if (entry->n_told == TOLD_ITEMS_MAX)
		return notices_defer(event->world, told, bytes_of_pb(event->notice->case_id));
	entry->told[entry->n_told++] = told;
	return ERR_OK;
}

static enum err tell_coordinator(struct event *event, uint32_t of, const uint8_t thread_id[ID_BYTES])
{
	uint32_t coordinator;
	enum err err = coordinator_of(event->world, of, &coordinator);

	return err != ERR_OK || coordinator == 0 ? err : tell(event, coordinator, thread_id);
}

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

static char *address_of(struct world *world, uint32_t number)
{
	const struct registry_agency *agency = registry_agency(world->registry, number);

	return (char *)(uintptr_t)(agency == NULL ? "" : agency->address);
}

static enum err put_id(struct world *world, const uint8_t id[ID_BYTES], ProtobufCBinaryData *ret)
{
	return pb_keep(world->arena, bytes_of(id, ID_BYTES), ret);
}

/* ---- conferences ---- */

static Pb__SiteNotice *conference_notice(struct world *world, const struct conference *conference)
{
	Pb__SiteNotice *notice = world_alloc(world, 1, sizeof(*notice));

	if (notice == NULL)
		return NULL;
	pb__site_notice__init(notice);
	if (put_id(world, conference->id, &notice->thread_id) != ERR_OK ||
	    (conference->has_case && put_id(world, conference->case_id, &notice->case_id) != ERR_OK))
		return NULL;
	notice->kind = PB__KIND__KIND_CONFERENCE;
	notice->opened_by = address_of(world, conference->convener);
	notice->agency = notice->opened_by;
	notice->urgency = conference->lane;
	notice->holder = PB__PARTY__PARTY_CONVENER;
	notice->due_at_us = conference->due_at_us;
	notice->times = conference->steps;
	notice->conference_state = conference->state;
	return notice;
}

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

static enum err tell_seats(struct event *event, const struct conference *conference)
{
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < conference->seat_count; i++)
		if (seat_takes_part(&conference->seats[i]))
			err = tell(event, conference->seats[i].agency, conference->id);
	return err;
}

static enum err close_conference(struct world *world, const struct conference *conference, struct event *event)
{
	enum err err = event_new(world, conference_notice(world, conference), conference->lane, conference->convener, conference->convener, event);

	if (err != ERR_OK)
		return err;
	event->notice->what = NOTICE(CONFERENCE_CLOSED);
	event->notice->holder = PB__PARTY__PARTY_UNSPECIFIED;
	return tell_seats(event, conference);
}

static enum err chase_convener(struct world *world, struct conference *conference, struct event *event)
{
	enum err err = event_new(world, conference_notice(world, conference), conference->lane, conference->convener, conference->convener, event);
	uint32_t step = 0;

	if (err == ERR_OK)
		err = advance(world, conference->convener, &conference->steps, &conference->timer_at_us, &step);
	if (err != ERR_OK)
		return err;
	event->notice->what = NOTICE(MEETING_DUE);
	err = tell(event, conference->convener, conference->id);
	if (err == ERR_OK && meetings_step(step).coordinator)
		err = tell_coordinator(event, conference->convener, conference->id);
	return err;
}

enum err conference_due_decide(struct world *world, const struct timer_row *timer, struct decision *ret_decision)
{
	struct conference *conference = world_alloc(world, 1, sizeof(*conference));
	struct event event = { 0 };
	bool settled;
	enum err err = conference == NULL ? ERR_NOMEM : conference_get(world->txn, timer->number, conference);

	if (err == ERR_OK && conference->timer_at_us != timer->due_at_us)
		err = ERR_CORRUPT;
	if (err == ERR_OK)
		err = all_settled(world->txn, conference, &settled);
	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	err = closes(conference, settled) ? close_conference(world, conference, &event) : chase_convener(world, conference, &event);
	if (err != ERR_OK)
		return err;
	event.entry->conference = conference_after(world, conference, NULL, 0);
	return event.entry->conference == NULL ? ERR_NOMEM :
						 decide_entry(world, PB__ENTRY_BODY__BODY_CONFERENCE_EVENT, event.entry, ret_decision);
}

/* ---- action items ---- */

Pb__SiteNotice *action_item_notice(struct world *world, const struct action_item *item)
{
	Pb__SiteNotice *notice = world_alloc(world, 1, sizeof(*notice));

	if (notice == NULL)
		return NULL;
	pb__site_notice__init(notice);
	if (put_id(world, item->thread_id, &notice->thread_id) != ERR_OK ||
	    (item->has_case && put_id(world, item->case_id, &notice->case_id) != ERR_OK))
		return NULL;
	notice->kind = item->purge ? PB__KIND__KIND_REQUEST : PB__KIND__KIND_CONFERENCE;
	notice->opened_by = address_of(world, item->convener);
	notice->agency = address_of(world, item->owner);
	notice->urgency = item->lane;
	notice->holder = item->holder;
	notice->due_at_us = item->due_at_us;
	notice->number = item->number;
	notice->times = item->steps;
	notice->item_state = item->state;
	return notice;
}

static enum err put_item(struct event *event, const struct action_item *item)
{
	event->entry->items = world_alloc(event->world, 1, sizeof(*event->entry->items));
	if (event->entry->items == NULL)
		return ERR_NOMEM;
	event->entry->items[0] = action_item_after(event->world, item);
	event->entry->n_items = 1;
	return event->entry->items[0] == NULL ? ERR_NOMEM : ERR_OK;
}

static enum err chase_item(struct event *event, struct action_item *item)
{
	uint32_t holder = action_item_holder(item), step = 0;
	enum err err = advance(event->world, holder, &item->steps, &item->timer_at_us, &step);
	struct meetings_told told = meetings_step(step);

	if (err != ERR_OK)
		return err;
	event->notice->what = told.waiting ? NOTICE(ACTION_ITEM_OVERDUE) : item->purge ? NOTICE(PURGE) : NOTICE(ACTION_ITEM_DUE);
	err = tell(event, holder, item->thread_id);
	if (err == ERR_OK && told.waiting)
		err = tell(event, item->convener, item->thread_id);
	if (err == ERR_OK && told.coordinator)
		err = tell_coordinator(event, holder, item->thread_id);
	return err == ERR_OK ? put_item(event, item) : err;
}

enum err action_item_due_decide(struct world *world, const struct timer_row *timer, struct decision *ret_decision)
{
	struct action_item item;
	struct event event;
	enum err err = action_item_get(world->txn, timer->number, &item);

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	if (item.timer_at_us != timer->due_at_us)
		return ERR_CORRUPT;
	err = event_new(world, action_item_notice(world, &item), item.lane, item.convener, item.owner, &event);
	if (err == ERR_OK)
		err = chase_item(&event, &item);
	return err == ERR_OK ? decide_entry(world, PB__ENTRY_BODY__BODY_CONFERENCE_EVENT, event.entry, ret_decision) : err;
}

/* ---- apply ---- */

static struct bytes case_of(const Pb__ConferenceEventEntry *entry)
{
	return entry->conference != NULL ? bytes_of_pb(entry->conference->case_id) : action_items_case(entry->items, entry->n_items);
}

enum err conference_event_apply(struct txn *txn, const struct leaf_header *header, const Pb__ConferenceEventEntry *entry)
{
	enum err err = entry->conference == NULL ? ERR_OK : conference_apply(txn, header, entry->conference);

	if (err == ERR_OK)
		err = action_items_apply(txn, header, entry->items, entry->n_items);
	if (err == ERR_OK)
		err = case_note(txn, case_of(entry), header->seq, 0);
	thread_note_conference(txn, header, entry);
	return err == ERR_OK ? told_apply(txn, header, 0, entry->told, entry->n_told) : err;
}
