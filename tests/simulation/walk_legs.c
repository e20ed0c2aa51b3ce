/* SPDX-License-Identifier: Apache-2.0 */
/* walk_legs.c - what parties do to requests: mostly what the state admits, with what it needs; now and then anything, by anybody. */
#include <stdio.h>

#include "contract/civil_time.h"
#include "legs.h"

#define A(name) PB__LEG_ACTION__LEG_ACTION_##name
#define JAPAN 540 /* minutes */

static const Pb__Reason reasons[] = {
	[A(DECLINE)] = PB__REASON__REASON_FULL,
	[A(REDIRECT)] = PB__REASON__REASON_OTHER_FITS_BETTER,
	[A(HOLD)] = PB__REASON__REASON_SUPPORT_REFUSED,
	[A(WITHDRAW)] = PB__REASON__REASON_NO_LONGER_NEEDED,
};

static void set_day(struct sim *sim, struct said *said)
{
	int32_t today = civil_time_of(sim->site.clocks.wall_us, JAPAN).day;
	int32_t days = 1 + (int32_t)chance_below(&sim->chance, 60);
	bool right = !chance_in(&sim->chance, 20, 1);

	if (said->action != A(START) && said->action != A(HOLD))
		return;
	if ((said->action == A(START)) == right)
		days = -days;
	civil_day_format(today + days, said->on);
}

static void fill(struct sim *sim, struct letter *letter, Pb__LegAction action)
{
	struct chance *chance = &sim->chance;
	struct said *said = &letter->said;

	said->action = action;
	if ((size_t)action < sizeof(reasons) / sizeof(*reasons) && !chance_in(chance, 20, 1))
		said->reason = reasons[action];
	if (action == A(COMPLETE) && !chance_in(chance, 20, 1))
		said->outcome = PB__OUTCOME__OUTCOME_RESOLVED;
	if (action == A(REDIRECT) && !chance_in(chance, 20, 1))
		said->next = &sim->desks[chance_below(chance, sim->desk_count)];
	said->purge = action == A(WITHDRAW) && chance_in(chance, 3, 1);
	if (action == A(DECLINE))
		said->none_known = !chance_in(chance, 20, 1);
	if (!chance_in(chance, 20, 1))
		set_day(sim, said);
	letter->parts = action == A(ASK) || action == A(REPORT) || chance_in(chance, 4, 1) ? 1 : 0;
	if (action == A(SEAL))
		letter->parts = 1 + chance_below(chance, 2);
	letter->urgency = letter->thread->urgency;
	letter->ask = letter->thread->ask;
}

/* One of a set of actions. */
static Pb__LegAction one_of(struct sim *sim, uint32_t set)
{
	unsigned count = 0, skip;

	set &= ~(UINT32_C(1) << A(RECEIVE)); /* which an acknowledgement says */
	for (uint32_t rest = set; rest != 0; rest &= rest - 1)
		count++;
	skip = count == 0 ? 0 : (unsigned)chance_below(&sim->chance, count);
	for (unsigned action = 1; action < LEG_ACTION_COUNT; action++)
		if (transition_set_has(set, action) && skip-- == 0)
			return (Pb__LegAction)action;
	return A(SEEN);
}

static void address_to(struct letter *letter, struct desk *desk)
{
	letter->to[0] = desk;
	letter->sealed_to[0] = desk->bound;
	letter->to_count = 1;
}

/* Anything but what comes with an acknowledgement. */
static Pb__LegAction any_action(struct sim *sim)
{
	static const Pb__LegAction actions[] = { A(SEEN), A(ASK), A(ACCEPT), A(DECLINE), A(REDIRECT), A(START), A(REPORT),
						 A(HOLD), A(RESUME), A(COMPLETE), A(ANSWER), A(WITHDRAW), A(SEAL) };

	return actions[chance_below(&sim->chance, sizeof(actions) / sizeof(*actions))];
}

static bool is_party(const struct desk *desk, const struct m_leg *leg)
{
	return leg->desk == desk || leg->acting == desk->number;
}

/* A recent leg that this desk sent, has or holds. */
static struct m_leg *some_leg(struct sim *sim, const struct desk *desk, bool any)
{
	const struct legs *legs = sim->legs;

	for (size_t tries = 0; tries < 60 && legs->count > 0; tries++) {
		size_t back = (size_t)chance_below(&sim->chance, legs->count > 400 && tries < 50 ? 400 : legs->count);
		struct m_leg *leg = legs->all[legs->count - 1 - back];

		if (leg->request->gone && !chance_in(&sim->chance, 6, 1))
			continue;
		if ((leg_is_open(leg->state) || chance_in(&sim->chance, 10, 1)) && (any || is_party(desk, leg) || leg->request->sender == desk))
			return leg;
	}
	return NULL;
}

static bool close_it(struct sim *sim, struct letter *letter)
{
	const struct legs *legs = sim->legs;

	for (size_t tries = 0; tries < 40 && legs->request_count > 0; tries++) {
		const struct m_request *request = legs->requests[chance_below(&sim->chance, legs->request_count)];

		if (request->gone || request->sender != letter->from->desk ||
		    (request->state != PB__REQUEST_STATE__REQUEST_STATE_DECISION_DUE && !chance_in(&sim->chance, 8, 1)))
			continue;
		letter->thread = (struct letter *)(uintptr_t)request->opening;
		letter->said.close = PB__OUTCOME__OUTCOME_SENDER_SUPPORTS;
		letter->parts = 0;
		letter->urgency = letter->thread->urgency;
		letter->ask = letter->thread->ask;
		address_to(letter, letter->from->desk);
		return true;
	}
	return false;
}

/* Which of several is meant: as a library does that knows, as one that does not, and wrongly. */
static void name_leg(struct sim *sim, const struct m_leg *leg, struct letter *letter)
{
	const struct m_request *request = leg->request;

	if (chance_in(&sim->chance, 40, 1))
		leg = request->legs[chance_below(&sim->chance, request->count)];
	letter->said.leg = chance_in(&sim->chance, 2, 1) ? leg->number : 0;
}

static bool act_as_sender(struct sim *sim, struct letter *letter, const struct m_leg *leg)
{
	uint32_t allowed = leg_actions_allowed(leg->state, PB__PARTY__PARTY_SENDER);
	uint32_t withdraw = UINT32_C(1) << A(WITHDRAW);
	struct desk *to = leg->acting != 0 ? desk_by_number(sim, leg->acting) : leg->desk;

	if (to == NULL)
		return false;
	if (allowed != withdraw || !chance_in(&sim->chance, 4, 1))
		allowed &= ~withdraw;
	address_to(letter, to);
	if (allowed == 0 && !chance_in(&sim->chance, 10, 1))
		return false;
	fill(sim, letter, allowed == 0 ? any_action(sim) : one_of(sim, allowed));
	name_leg(sim, leg, letter);
	return true;
}

bool walk_act(struct sim *sim, struct place *by, struct letter *letter)
{
	bool wild = chance_in(&sim->chance, 20, 1);
	const struct m_leg *leg;
	uint32_t allowed;

	letter->kind = PB__KIND__KIND_REQUEST;
	letter->expires_at_us = 0;
	letter->take = PB__TAKE__TAKE_UNSPECIFIED;
	letter->consent = NULL;
	if (chance_in(&sim->chance, 15, 1) && close_it(sim, letter)) {
		letter->case_number = letter->thread->case_number;
		return true;
	}
	leg = some_leg(sim, by->desk, wild);
	if (leg == NULL)
		return false;
	letter->thread = (struct letter *)(uintptr_t)leg->request->opening;
	letter->case_number = letter->thread->case_number;
	if (leg->request->sender == by->desk && !wild)
		return act_as_sender(sim, letter, leg);
	address_to(letter, leg->request->sender);
	if (leg->request->sender == by->desk)
		return false;
	allowed = leg_actions_allowed(leg->state, PB__PARTY__PARTY_RECIPIENT);
	fill(sim, letter, wild || allowed == 0 ? any_action(sim) : one_of(sim, allowed));
	name_leg(sim, leg, letter);
	return true;
}
