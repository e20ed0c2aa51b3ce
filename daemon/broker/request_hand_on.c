/* SPDX-License-Identifier: Apache-2.0 */
/* broker/request_hand_on.c - rule: a sender that is no more leaves nothing without a holder.  Its coordinator, or the next one up that is there,
 * answers, withdraws and decides in its place from then on, and hears what it would have heard; where there is none, a first-line centre
 * does, which takes every consultation, or whom an operator names (hand_over.c).  Those who work on the request are told to whom they speak now.  What is sealed stays sealed: what
 * waits for the sender to seal it lapses, and comes back to who acts. */
#include "broker/leg_change.h"
#include "broker/leg_event.h"
#include "broker/requests.h"
#include "broker/successor.h"

#define NOTICE(name) PB__NOTICE_WHAT__NOTICE_WHAT_##name

static bool is_waited_for(const struct leg_change *change)
{
	bool waited = change->request.state == PB__REQUEST_STATE__REQUEST_STATE_WAITING || change->request.timer_at_us != 0;

	for (size_t i = 0; i < change->count; i++)
		waited = waited || change->legs[i].timer_at_us != 0;
	return waited;
}

/* Who goes on; 0: nobody can, or it is not needed. */
static enum err choose(struct world *world, const struct leg_change *change, uint32_t named, uint32_t *ret_next)
{
	const struct request *request = &change->request;
	const struct succession of = { request, 0, request_asker(request), named };
	bool stays = false;
	enum err err = can_act_in(world, request, request_asker(request), &stays);

	*ret_next = 0;
	if (err != ERR_OK || stays || !is_waited_for(change))
		return err;
	err = successor_of(world, &of, ret_next);
	return err != ERR_OK || *ret_next != 0 ? err : first_line_for(world, &of, ret_next);
}

/* A decision is due anew: who is to make it has only heard of it. */
static enum err fill(struct world *world, struct leg_change *change, uint32_t next, Pb__RequestAfter *after)
{
	struct request *request = &change->request;
	struct reckoned due = { request->due_at_us, request->provisional };
	enum err err = ERR_OK;

	request->acting = next;
	if (request->timer_at_us != 0)
		err = request_clock_decision(world, next, world->now_us, &due);
	pb__request_after__init(after);
	after->request = request->request;
	after->state = request->state;
	after->due_at_us = request->due_at_us = due.us;
	after->timer_at_us = request->timer_at_us = request->timer_at_us == 0 ? 0 : due.us;
	after->provisional = request->provisional = due.provisional;
	after->outcome = request->outcome;
	after->acting = next;
	return err;
}

/* One of them: who goes on, or who works on it and is told for whom it does. */
static enum err tell_one(struct telling *telling, uint32_t closed, uint32_t reader)
{
	const struct world *world = telling->world;
	uint32_t next = telling->request->acting;
	Pb__SiteNotice notice;

	pb__site_notice__init(&notice);
	notice.what = NOTICE(AGENCY_CLOSED);
	notice.place = PB__PARTY__PARTY_SENDER;
	notice.agency = (char *)(uintptr_t)address_for(world, reader, closed);
	if (reader != next)
		notice.holder_agency = (char *)(uintptr_t)address_for(world, reader, next);
	return tell(telling, reader, NULL, &notice);
}

static enum err tell_all(struct world *world, struct leg_change *change, uint32_t closed, struct telling *telling)
{
	enum err err;

	telling_begin(world, &change->request, 0, telling);
	err = tell_one(telling, closed, change->request.acting);
	for (size_t i = 0; err == ERR_OK && i < change->count; i++)
		if (change->legs[i].timer_at_us != 0)
			err = tell_one(telling, closed, change->legs[i].acting != 0 ? change->legs[i].acting : change->legs[i].agency);
	return err;
}

enum err request_hand_on_decide(struct world *world, uint64_t number, const struct naming *named, struct decision *ret_decision)
{
	Pb__RequestEventEntry *entry = world_alloc(world, 1, sizeof(*entry));
	struct leg_change change;
	struct telling telling;
	uint32_t next = 0, closed;
	enum err err = leg_change_read(world, number, &change);

	decide_nothing(ret_decision);
	if (err == ERR_OK)
		err = choose(world, &change, named->agency, &next);
	if (err != ERR_OK || next == 0)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	if (entry == NULL)
		return ERR_NOMEM;
	pb__request_event_entry__init(entry);
	entry->request = world_alloc(world, 1, sizeof(*entry->request));
	if (entry->request == NULL)
		return ERR_NOMEM;
	entry->handed_over = next == named->agency ? named->entry : 0;
	closed = request_asker(&change.request);
	err = fill(world, &change, next, entry->request);
	if (err == ERR_OK)
		err = tell_all(world, &change, closed, &telling);
	if (err == ERR_OK)
		err = telling_list(&telling, &entry->told, &entry->n_told);
	return err == ERR_OK ? decide_entry(world, PB__ENTRY_BODY__BODY_REQUEST_EVENT, entry, ret_decision) : err;
}
