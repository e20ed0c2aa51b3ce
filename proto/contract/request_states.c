/* SPDX-License-Identifier: Apache-2.0 */
/* contract/request_states.c - see request_states.h for the contract. */
#include "contract/request_states.h"

#include "contract/reasons.h"

#define S(name) (UINT32_C(1) << PB__LEG_STATE__LEG_STATE_##name)
#define A(name) PB__LEG_ACTION__LEG_ACTION_##name
#define N(name) PB__LEG_STATE__LEG_STATE_##name
#define P(name) PB__PARTY__PARTY_##name
#define SAME TRANSITION_SAME

#define NOT_THERE S(UNSPECIFIED)
#define UNANSWERED (S(SUBMITTED) | S(RECEIVED) | S(QUESTIONED))
#define UNDECIDED (UNANSWERED | S(AWAITING_SEAL) | S(ACCEPTING)) /* nobody has taken it */
#define TAKEN (S(ACCEPTED) | S(ACTIVE) | S(ON_HOLD))
#define ANY_OPEN (UNDECIDED | TAKEN)

#define ROW(from, action, by, next, holder, needs) { from, A(action), P(by), next, next, holder, needs }

static const struct transition rows[] = {
	ROW(NOT_THERE, SUBMIT, SENDER, N(SUBMITTED), P(RECIPIENT), NEED_BASIS),
	ROW(NOT_THERE, OPEN, BROKER, N(AWAITING_SEAL), P(SENDER), NEED_BASIS),
	ROW(S(AWAITING_SEAL), SEAL, SENDER, N(SUBMITTED), P(RECIPIENT), 0),

	ROW(S(SUBMITTED), RECEIVE, RECIPIENT, N(RECEIVED), P(RECIPIENT), 0),
	ROW(ANY_OPEN & ~(S(AWAITING_SEAL) | S(SUBMITTED)), SEEN, RECIPIENT, SAME, SAME, 0),
	ROW(S(SUBMITTED) | S(RECEIVED), ASK, RECIPIENT, N(QUESTIONED), P(SENDER), NEED_QUESTION),
	ROW(S(QUESTIONED), ANSWER, SENDER, N(RECEIVED), P(RECIPIENT), 0),

	{ UNANSWERED, A(ACCEPT), P(RECIPIENT), N(ACCEPTED), N(ACCEPTING), P(RECIPIENT), 0 },
	ROW(S(ACCEPTING), CONFIRM, BROKER, N(ACCEPTED), P(RECIPIENT), 0),
	ROW(UNANSWERED, DECLINE, RECIPIENT, N(DECLINED), P(SENDER), NEED_REASON | NEED_SUGGESTION),
	ROW(UNANSWERED | S(ACCEPTED), REDIRECT, RECIPIENT, N(REDIRECTED), P(SENDER), NEED_NEXT_AGENCY | NEED_BASIS),

	ROW(S(ACCEPTED), START, RECIPIENT, N(ACTIVE), P(RECIPIENT), NEED_FIRST_CONTACT),
	ROW(S(ACTIVE), REPORT, RECIPIENT, N(ACTIVE), P(RECIPIENT), NEED_WORD),
	ROW(S(ACTIVE), HOLD, RECIPIENT, N(ON_HOLD), P(RECIPIENT), NEED_REASON | NEED_REVIEW_DATE),
	ROW(S(ON_HOLD), RESUME, RECIPIENT, N(ACTIVE), P(RECIPIENT), 0),
	ROW(TAKEN, COMPLETE, RECIPIENT, N(COMPLETED), P(UNSPECIFIED), NEED_OUTCOME),
	ROW(ANY_OPEN, WITHDRAW, SENDER, N(WITHDRAWN), P(UNSPECIFIED), NEED_REASON),

	ROW(UNANSWERED | S(AWAITING_SEAL), LAPSE, BROKER, N(LAPSED), P(SENDER), NEED_LAST_ESCALATION),
	ROW(ANY_OPEN, BLOCK, BROKER, N(BLOCKED), P(SENDER), NEED_REASON | NEED_PARTS_WAITING | NEED_NOTHING_DELIVERED),
	ROW(ANY_OPEN, BLOCK_PART, BROKER, SAME, SAME, NEED_REASON | NEED_PARTS_WAITING),
	ROW(S(SUBMITTED), DEAD_LETTER, BROKER, N(SUBMITTED), P(SENDER), 0),
	ROW(S(SUBMITTED), REQUEUE, OPERATOR, N(SUBMITTED), P(RECIPIENT), NEED_DEAD_LETTER),
	ROW(S(SUBMITTED), EXPIRE, OPERATOR, N(UNDELIVERABLE), P(SENDER), NEED_REASON | NEED_DEAD_LETTER),
	ROW(S(SUBMITTED), EXPIRE, BROKER, N(UNDELIVERABLE), P(SENDER), NEED_REASON | NEED_DEAD_LETTER),
	ROW(UNDECIDED, CLOSE_AGENCY, BROKER, N(UNDELIVERABLE), P(SENDER), NEED_REASON),
	ROW(TAKEN, CLOSE_AGENCY, BROKER, SAME, P(COORDINATOR), NEED_REASON),
	ROW(UNDECIDED, TAKE_ELSEWHERE, BROKER, N(TAKEN_ELSEWHERE), P(UNSPECIFIED), NEED_ANY_ONE),
	ROW(UNANSWERED, RESEAL, BROKER, N(AWAITING_SEAL), P(SENDER), NEED_REASON | NEED_PARTS_WAITING),
};

const struct transition_table leg_table = {
	"leg", rows, sizeof(rows) / sizeof(*rows), &pb__leg_state__descriptor, &pb__leg_action__descriptor,
};

_Static_assert(LEG_STATE_COUNT <= 32 && LEG_ACTION_COUNT <= 32, "states and actions fit their sets");

uint32_t leg_actions_allowed(Pb__LegState state, Pb__Party by)
{
	return transitions_allowed(&leg_table, (unsigned)state, by);
}

bool leg_is_open(Pb__LegState state)
{
	return transition_set_has(ANY_OPEN, (unsigned)state);
}

bool leg_action_is_by(Pb__LegAction action, Pb__Party by)
{
	for (size_t i = 0; i < leg_table.count; i++)
		if (leg_table.rows[i].action == (unsigned)action && leg_table.rows[i].by == by)
			return true;
	return false;
}

bool leg_reason_fits(Pb__LegAction action, Pb__Reason reason)
{
	return reason_fits(&pb__leg_action__descriptor, (unsigned)action, reason);
}

bool leg_outcome_fits(Pb__Outcome outcome)
{
	return outcome_fits_completion(outcome);
}

bool request_outcome_fits(Pb__Outcome outcome)
{
	return outcome_fits_closing(outcome);
}

/* What is given, with the codes judged. */
static uint32_t given_by(const struct leg_act *act)
{
	uint32_t given = act->given & ~(uint32_t)(NEED_REASON | NEED_OUTCOME);

	if (leg_reason_fits(act->action, act->reason))
		given |= NEED_REASON;
	if (leg_outcome_fits(act->outcome))
		given |= NEED_OUTCOME;
	return given;
}

/* A leg whose agency closed stays with its coordinator, wherever the recipient would have the turn. */
static Pb__Party holder_after(const struct leg_act *act, const struct transition *row)
{
	if (row->holder == TRANSITION_SAME || (row->holder == P(RECIPIENT) && act->holder == P(COORDINATOR)))
		return act->holder;
	return (Pb__Party)row->holder;
}

enum err leg_decide(const struct leg_act *act, struct leg_step *ret_step, struct transition_refusal *ret_refusal)
{
	const struct transition *row =
		transition_decide(&leg_table, (unsigned)act->state, (unsigned)act->action, act->by, given_by(act), ret_refusal);
	int next;

	if (row == NULL)
		return ERR_REFUSED;
	next = act->across ? row->next_across : row->next;
	ret_step->state = next == TRANSITION_SAME ? act->state : (Pb__LegState)next;
	ret_step->holder = holder_after(act, row);
	ret_step->ended = !leg_is_open(ret_step->state);
	return ERR_OK;
}
