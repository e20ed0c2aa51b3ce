/* SPDX-License-Identifier: Apache-2.0 */
/* broker/leg_reckon.c - rule: a due time that reached into a year whose holidays nobody knew is reckoned again when they are known: once for
 * what is open, and with no word to anybody, since nothing has happened but that the calendar is right now. */
#include "broker/leg_event.h"
#include "broker/leg_event_draft.h"

static bool is_same(const struct leg *a, const struct leg *b)
{
	return a->due_at_us == b->due_at_us && a->timer_at_us == b->timer_at_us && a->provisional == b->provisional;
}

enum err leg_reckon_decide(struct world *world, uint64_t number, struct decision *ret_decision)
{
	struct leg_event event;
	struct leg was;
	enum err err = leg_event_begin(world, number, &event);

	if (err != ERR_OK)
		return err;
	was = *event.leg;
	if (was.provisional)
		err = leg_clock_reckon(world, event.change.request.report_days, event.leg);
	if (err == ERR_OK && is_same(&was, event.leg)) {
		decide_nothing(ret_decision);
		return ERR_OK;
	}
	if (err == ERR_OK)
		err = leg_change_after(world, event.leg, PB__LEG_ACTION__LEG_ACTION_UNSPECIFIED, &event.after);
	return err == ERR_OK ? leg_event_end(&event, ret_decision) : err;
}

static enum err say(struct world *world, const struct request *request, struct reckoned due, struct decision *ret_decision)
{
	Pb__RequestEventEntry *entry = world_alloc(world, 1, sizeof(*entry));
	Pb__RequestAfter *after = world_alloc(world, 1, sizeof(*after));

	if (entry == NULL || after == NULL)
		return ERR_NOMEM;
	pb__request_event_entry__init(entry);
	pb__request_after__init(after);
	after->request = request->request;
	after->state = request->state;
	after->due_at_us = due.us;
	after->timer_at_us = request->steps == 0 ? due.us : request->timer_at_us;
	after->steps = request->steps;
	after->outcome = request->outcome;
	after->provisional = due.provisional;
	entry->request = after;
	return decide_entry(world, PB__ENTRY_BODY__BODY_REQUEST_EVENT, entry, ret_decision);
}

enum err request_reckon_decide(struct world *world, uint64_t number, struct decision *ret_decision)
{
	struct request request;
	struct reckoned due;
	enum err err = request_get(world->txn, number, &request);

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	due = (struct reckoned){ request.due_at_us, request.provisional };
	if (request.provisional && request.timer_at_us != 0) /* since_us: when its last leg ended */
		err = request_clock_decision(world, request_asker(&request), request.since_us, &due);
	if (err != ERR_OK)
		return err;
	if (due.us != request.due_at_us || due.provisional != request.provisional)
		return say(world, &request, due, ret_decision);
	decide_nothing(ret_decision);
	return ERR_OK;
}
