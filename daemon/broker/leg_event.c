/* SPDX-License-Identifier: Apache-2.0 */
/* broker/leg_event.c - rules: when one agency took a request to any one, the others' legs end; what an agency that closes had not answered
 * ends, and what it had taken, or held for another, stays with its coordinator, or the next one up that is there and may know of the
 * case; what consent no longer covers is never handed out. */
#include "broker/leg_event.h"

#include "broker/leg_event_draft.h"
#include "broker/leg_parts.h"
#include "broker/successor.h"
#include "broker/rows_cases.h"

#define A(name) PB__LEG_ACTION__LEG_ACTION_##name
#define NOTICE(name) PB__NOTICE_WHAT__NOTICE_WHAT_##name
#define BROKER PB__PARTY__PARTY_BROKER

enum err leg_take_elsewhere_decide(struct world *world, uint64_t leg, struct decision *ret_decision)
{
	struct leg_event event;
	bool handed;
	enum err err = leg_event_begin(world, leg, &event);

	if (err != ERR_OK)
		return err;
	if (!leg_change_lost(&event.change, event.at)) {
		decide_nothing(ret_decision);
		return ERR_OK;
	}
	err = leg_was_handed(world, event.leg, &handed);
	if (err == ERR_OK)
		err = leg_event_act(&event, A(TAKE_ELSEWHERE), BROKER, NEED_ANY_ONE, PB__REASON__REASON_UNSPECIFIED);
	if (err == ERR_OK && handed) /* who never heard of it need not hear that it is over */
		err = tell_plain(&event.telling, event.leg->agency, event.leg, NOTICE(TAKEN_ELSEWHERE));
	return err == ERR_OK ? leg_event_end(&event, ret_decision) : leg_event_or_nothing(err, ret_decision);
}

/* Who holds it now, and who asked for it. */
static enum err tell_closed(struct leg_event *event)
{
	const struct leg *leg = event->leg;
	Pb__SiteNotice notice;
	enum err err;

	if (!leg_is_open(leg->state))
		return tell_plain(&event->telling, leg->asker, leg, NOTICE(UNDELIVERABLE));
	pb__site_notice__init(&notice);
	notice.what = NOTICE(AGENCY_CLOSED);
	notice.place = PB__PARTY__PARTY_RECIPIENT;
	err = tell(&event->telling, leg->acting, leg, &notice);
	notice.holder_agency = (char *)(uintptr_t)address_for(event->world, leg->asker, leg->acting);
	return err == ERR_OK ? tell(&event->telling, leg->asker, leg, &notice) : err;
}

enum err leg_close_agency_decide(struct world *world, uint64_t leg, const struct naming *named, struct decision *ret_decision)
{
	struct leg_event event;
	struct succession of;
	uint32_t coordinator = 0;
	bool stays = false;
	enum err err = leg_event_begin(world, leg, &event);

	if (err != ERR_OK)
		return err;
	of = (struct succession){ &event.change.request, leg, event.leg->acting != 0 ? event.leg->acting : event.leg->agency, named->agency };
	err = successor_of(world, &of, &coordinator);
	if (err == ERR_OK) /* whoever is to act is there, or there again */
		err = can_act_in(world, &event.change.request, of.agency, &stays);
	if (err != ERR_OK)
		return err;
	if (stays || (event.leg->acting != 0 && coordinator == 0)) {
		decide_nothing(ret_decision);
		return ERR_OK;
	}
	err = leg_event_act(&event, A(CLOSE_AGENCY), BROKER, 0, PB__REASON__REASON_AGENCY_CLOSED);
	if (err != ERR_OK)
		return leg_event_or_nothing(err, ret_decision);
	if (leg_is_open(event.leg->state)) { /* where there is no coordinator it comes back to who asked */
		event.leg->acting = coordinator != 0 ? coordinator : event.leg->asker;
		event.after->acting = event.leg->acting;
		event.leg->reason = PB__REASON__REASON_AGENCY_CLOSED;
		event.after->reason = event.leg->reason;
		event.handed_over = named->agency != 0 && coordinator == named->agency ? named->entry : 0;
	}
	err = tell_closed(&event);
	return err == ERR_OK ? leg_event_end(&event, ret_decision) : err;
}

static enum err set_blocked(struct leg_event *event, const uint32_t *parts, size_t count)
{
	event->blocked = world_alloc(event->world, count, sizeof(*parts));
	if (event->blocked == NULL)
		return ERR_NOMEM;
	if (count > 0)
		memcpy(event->blocked, parts, count * sizeof(*parts));
	event->blocked_count = count;
	return ERR_OK;
}

/* Both ends hear of it: one waits for what it was to get, the other for who was to have it. */
static enum err tell_blocked(struct leg_event *event, bool whole, bool handed)
{
	Pb__SiteNotice notice;
	enum err err;

	pb__site_notice__init(&notice);
	notice.what = whole ? NOTICE(BLOCKED) : NOTICE(PART_BLOCKED);
	notice.parts = event->blocked;
	notice.n_parts = event->blocked_count;
	err = tell(&event->telling, event->leg->asker, event->leg, &notice);
	if (err == ERR_OK && handed)
		err = tell(&event->telling, event->leg->agency, event->leg, &notice);
	return err;
}

enum err leg_block_decide(struct world *world, uint64_t leg, Pb__Reason reason, const uint32_t *parts, size_t count,
			  struct decision *ret_decision)
{
	bool whole = count == 0;
	struct leg_event event;
	bool handed = false;
	enum err err = leg_event_begin(world, leg, &event);

	if (err == ERR_OK)
		err = leg_was_handed(world, event.leg, &handed);
	if (err == ERR_OK)
		err = set_blocked(&event, parts, count);
	if (err != ERR_OK)
		return err;
	err = leg_event_act(&event, whole ? A(BLOCK) : A(BLOCK_PART), BROKER,
			    NEED_PARTS_WAITING | (handed ? 0 : (uint32_t)NEED_NOTHING_DELIVERED), reason);
	if (err != ERR_OK)
		return leg_event_or_nothing(err, ret_decision);
	err = tell_blocked(&event, whole, handed);
	return err == ERR_OK ? leg_event_end(&event, ret_decision) : err;
}
