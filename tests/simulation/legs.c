/* SPDX-License-Identifier: Apache-2.0 */
/* legs.c - see legs.h. */
#include "legs.h"

#include <stdlib.h>

#include "unit.h"

#define IN(name) (UINT32_C(1) << PB__LEG_ACTION__LEG_ACTION_##name)

static void *grown(void *list, size_t count, size_t *room)
{
	if (count < *room)
		return list;
	*room = *room == 0 ? 256 : 2 * *room;
	list = realloc(list, *room * sizeof(void *));
	require(list != NULL);
	return list;
}

struct m_request *request_new(struct sim *sim, uint64_t seq, const struct letter *opening)
{
	struct m_request *request = calloc(1, sizeof(*request));
	struct legs *legs = sim->legs;

	require(request != NULL);
	*request = (struct m_request){
		.seq = seq,
		.opening = opening,
		.sender = opening->from->desk,
		.take = opening->take,
		.urgency = opening->urgency,
		.state = PB__REQUEST_STATE__REQUEST_STATE_WAITING,
	};
	legs->requests = grown(legs->requests, legs->request_count, &legs->request_room);
	legs->requests[legs->request_count++] = request;
	map_put(&legs->by_seq, seq, request);
	return request;
}

struct m_leg *leg_new(struct sim *sim, struct m_request *request, uint64_t number, struct desk *desk)
{
	struct m_leg *leg = calloc(1, sizeof(*leg));
	struct legs *legs = sim->legs;

	require(leg != NULL && request->count < M_LEGS);
	*leg = (struct m_leg){ .number = number, .request = request, .desk = desk };
	request->legs[request->count++] = leg;
	legs->all = grown(legs->all, legs->count, &legs->room);
	legs->all[legs->count++] = leg;
	map_put(&legs->by_number, number, leg);
	return leg;
}

struct m_request *request_of_thread(struct sim *sim, const struct letter *thread, const struct desk *sender)
{
	struct m_request *request = thread == NULL || !thread->accepted || thread->erased ? NULL : map_get(&sim->legs->by_seq, thread->seq);

	if (request == NULL || (thread->from->desk != sender && (request->acting == 0 || request->acting != sender->number)))
		return NULL;
	return request;
}

static bool admits(const struct m_leg *leg, Pb__LegAction action)
{
	return transition_set_has(leg_actions_allowed(leg->state, legs_party(action)), (unsigned)action);
}

static bool can_be_meant(const struct m_leg *leg, uint32_t agency, uint64_t named)
{
	return (leg->desk->number == agency || leg->acting == agency) && (named == 0 || named == leg->number);
}

/* An act is meant for the leg that it names, or the only one whose state admits it; where none does, it is refused by how an open one
 * stands, and of those the agency's own. */
/* Another acts for its agency. */
static bool is_held(const struct m_leg *leg, uint32_t agency)
{
	return leg->desk->number == agency && leg->acting != 0 && leg->acting != agency && leg_is_open(leg->state);
}

static unsigned likeliness(const struct m_leg *leg, uint32_t agency, const struct said *said)
{
	if (!can_be_meant(leg, agency, said->leg) || is_held(leg, agency))
		return 0;
	return 1 + (admits(leg, said->action) ? 4u : 0) + (leg_is_open(leg->state) ? 2u : 0) + (leg->desk->number == agency);
}

size_t legs_that_fit(const struct m_request *request, uint32_t agency, const struct said *said)
{
	size_t fit = 0;

	for (size_t i = 0; i < request->count; i++)
		fit += likeliness(request->legs[i], agency, said) > 0 && admits(request->legs[i], said->action);
	return fit;
}

bool leg_is_anothers(const struct m_request *request, uint32_t agency, const struct said *said)
{
	for (size_t i = 0; i < request->count; i++)
		if (can_be_meant(request->legs[i], agency, said->leg) && is_held(request->legs[i], agency))
			return true;
	return false;
}

struct m_leg *leg_meant(const struct m_request *request, uint32_t agency, const struct said *said)
{
	struct m_leg *found = NULL;
	unsigned most = 0;

	for (size_t i = 0; i < request->count; i++) {
		unsigned likely = likeliness(request->legs[i], agency, said);

		if (likely <= most)
			continue;
		most = likely;
		found = request->legs[i];
	}
	return found;
}

static bool is_taken(Pb__LegState state)
{
	return state == PB__LEG_STATE__LEG_STATE_ACCEPTED || state == PB__LEG_STATE__LEG_STATE_ACTIVE ||
	       state == PB__LEG_STATE__LEG_STATE_ON_HOLD || state == PB__LEG_STATE__LEG_STATE_COMPLETED;
}

bool leg_is_lost(const struct m_leg *leg)
{
	const struct m_request *request = leg->request;

	if (request->take != PB__TAKE__TAKE_ANY_ONE || !leg_is_open(leg->state) || is_taken(leg->state))
		return false;
	for (size_t i = 0; i < request->count; i++)
		if (is_taken(request->legs[i]->state))
			return true;
	return false;
}

size_t request_leg_states(const struct m_request *request, Pb__LegState states[2 * M_LEGS])
{
	size_t count = 0;

	for (size_t i = 0; i < request->count; i++) {
		states[count++] = request->legs[i]->state;
		if (request->legs[i]->next != NULL) /* somebody is about to be asked */
			states[count++] = PB__LEG_STATE__LEG_STATE_AWAITING_SEAL;
	}
	return count;
}

struct request_standing request_stands(const struct m_request *request)
{
	Pb__LegState states[2 * M_LEGS];
	size_t count = request_leg_states(request, states);

	return request_standing_of(request->take, states, count, request->closed);
}

Pb__Party legs_party(Pb__LegAction action)
{
	uint32_t senders = IN(ANSWER) | IN(WITHDRAW) | IN(SEAL);

	return transition_set_has(senders, (unsigned)action) ? PB__PARTY__PARTY_SENDER : PB__PARTY__PARTY_RECIPIENT;
}

struct leg_act legs_act(const struct letter *letter, const struct m_leg *leg)
{
	const struct said *said = &letter->said;
	struct leg_act act = {
		.state = leg->state,
		.holder = leg->holder,
		.action = said->action,
		.by = legs_party(said->action),
		.given = NEED_BASIS,
		.reason = said->reason,
		.outcome = said->outcome,
	};

	if (letter->parts > 0)
		act.given |= NEED_QUESTION | NEED_WORD;
	if (said->next != NULL)
		act.given |= NEED_NEXT_AGENCY | NEED_SUGGESTION;
	if (said->none_known)
		act.given |= NEED_SUGGESTION;
	if (said->on[0] != '\0')
		act.given |= NEED_FIRST_CONTACT | NEED_REVIEW_DATE;
	return act;
}

bool legs_redirect_allowed(const struct m_leg *leg, const struct desk *next)
{
	const struct m_request *request = leg->request;
	unsigned redirects = 0;

	if (next == request->sender)
		return false;
	for (size_t i = 0; i < request->count; i++) {
		if (request->legs[i]->desk == next || request->legs[i]->next == next)
			return false;
		redirects += request->legs[i]->state == PB__LEG_STATE__LEG_STATE_REDIRECTED;
	}
	return redirects < REDIRECTS_MAX;
}

void legs_free(struct sim *sim)
{
	struct legs *legs = sim->legs;

	for (size_t i = 0; i < legs->count; i++)
		free(legs->all[i]);
	for (size_t i = 0; i < legs->request_count; i++)
		free(legs->requests[i]);
	free(legs->all);
	free(legs->requests);
	map_free(&legs->by_number);
	map_free(&legs->by_seq);
	map_free(&legs->by_item);
	free(legs);
}
