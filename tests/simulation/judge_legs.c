/* SPDX-License-Identifier: Apache-2.0 */
/* judge_legs.c - why an act on legs may be refused: nobody's leg, not now, something missing, passed around. */
#include "contract/civil_time.h"
#include "legs.h"

#define JAPAN 540 /* minutes */
#define DAYS_MAX 366 /* ahead or back */
#define A(name) PB__LEG_ACTION__LEG_ACTION_##name

/* The day that is given must be one that can be meant when the order's turn comes. */
static bool is_wrong_day(const struct sim *sim, const struct said *said)
{
	int32_t today = civil_time_of(sim->site.clocks.wall_us, JAPAN).day, day;

	if (said->on[0] == '\0')
		return false;
	if (civil_day_parse(bytes_of_text(said->on), &day) != ERR_OK)
		return true;
	if (said->action == A(START))
		return day > today || day < today - DAYS_MAX;
	return day < today || day > today + DAYS_MAX;
}

static bool next_reason(const struct letter *letter, Pb__RefusalCode code)
{
	const struct desk *next = letter->said.next;

	if (next == NULL)
		return false;
	if (code == REFUSE(UNKNOWN_AGENCY))
		return next->closed || next->confidential || letter->from->desk->confidential || letter->to[0]->confidential;
	if (letter->said.action != A(REDIRECT))
		return false;
	if (code == REFUSE(NOT_ENROLLED))
		return next->bound == 0;
	return code == REFUSE(KIND_NOT_TAKEN) && (next->kinds & UINT32_C(1) << PB__KIND__KIND_REQUEST) == 0;
}

static bool table_reason(const struct letter *letter, const struct m_leg *leg, Pb__RefusalCode code)
{
	struct leg_act act = legs_act(letter, leg);
	struct transition_refusal refused;
	struct leg_step step;

	if (code == REFUSE(REDIRECT))
		return act.action == A(REDIRECT) && letter->said.next != NULL && !legs_redirect_allowed(leg, letter->said.next);
	if (leg_is_lost(leg))
		return code == REFUSE(NOT_NOW);
	if (leg_decide(&act, &step, &refused) == ERR_OK)
		return false;
	return code == (refused.missing == 0 ? REFUSE(NOT_NOW) : REFUSE(INCOMPLETE));
}

static bool close_reason(struct sim *sim, const struct letter *letter, Pb__RefusalCode code)
{
	const struct m_request *request = request_of_thread(sim, letter->thread, letter->from->desk);
	Pb__LegState states[2 * M_LEGS];
	struct request_standing standing;
	enum request_close_fault fault;

	if (request == NULL)
		return code == REFUSE(UNKNOWN_MESSAGE);
	standing = request_stands(request);
	fault = request_close_check(&standing, states, request_leg_states(request, states), letter->said.close);
	if (fault == REQUEST_CLOSE_OUTCOME)
		return code == REFUSE(INCOMPLETE);
	return fault != REQUEST_CLOSE_OK && code == REFUSE(NOT_NOW);
}

static Pb__RefusalCode none_reason(const struct m_request *request, uint32_t party, const struct said *said)
{
	return leg_is_anothers(request, party, said) ? REFUSE(HELD_BY_ANOTHER) : REFUSE(UNKNOWN_MESSAGE);
}

bool judge_act(struct sim *sim, const struct letter *letter, Pb__RefusalCode code)
{
	bool sender = legs_party(letter->said.action) == PB__PARTY__PARTY_SENDER;
	struct m_request *request;

	if (letter->said.close != 0)
		return close_reason(sim, letter, code);
	if (letter->said.action == 0)
		return false;
	if (next_reason(letter, code))
		return true;
	request = request_of_thread(sim, letter->thread, sender ? letter->from->desk : letter->to[0]);
	if (request == NULL)
		return code == REFUSE(UNKNOWN_MESSAGE);
	if (code == REFUSE(MALFORMED))
		return is_wrong_day(sim, &letter->said);
	for (size_t i = 0; i < letter->to_count; i++) {
		uint32_t party = sender ? letter->to[i]->number : letter->from->desk->number;
		const struct m_leg *leg = leg_meant(request, party, &letter->said);

		if (legs_that_fit(request, party, &letter->said) > 1) {
			if (code == REFUSE(WHICH_LEG))
				return true;
			continue;
		}
		if (leg == NULL ? code == none_reason(request, party, &letter->said) : table_reason(letter, leg, code))
			return true;
	}
	return false;
}
