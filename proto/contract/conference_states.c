/* SPDX-License-Identifier: Apache-2.0 */
/* contract/conference_states.c - see conference_states.h for the contract. */
#include "contract/conference_states.h"

#include "contract/reasons.h"

#define P(name) PB__PARTY__PARTY_##name
#define SAME TRANSITION_SAME

/* ---- a conference ---- */

#define S(name) (UINT32_C(1) << PB__CONFERENCE_STATE__CONFERENCE_STATE_##name)
#define N(name) PB__CONFERENCE_STATE__CONFERENCE_STATE_##name
#define ROW(from, action, by, next, holder, needs) \
	{ from, PB__CONFERENCE_ACTION__CONFERENCE_ACTION_##action, P(by), next, next, holder, needs }

#define NOT_THERE S(UNSPECIFIED)
#define AHEAD (S(PROPOSED) | S(CONVENED))
#define OPEN (AHEAD | S(HELD))

static const struct transition conference_rows[] = {
	ROW(NOT_THERE, PROPOSE, CONVENER, N(PROPOSED), P(CONVENER), NEED_BASIS),
	ROW(AHEAD, CONVENE, CONVENER, N(CONVENED), P(CONVENER), NEED_DATE),
	ROW(AHEAD, ANSWER, PARTICIPANT, SAME, P(CONVENER), NEED_ANSWER),
	ROW(OPEN, MATERIALS, CONVENER, SAME, P(CONVENER), NEED_MATERIALS),
	ROW(OPEN, MATERIALS, PARTICIPANT, SAME, P(CONVENER), NEED_MATERIALS),
	ROW(S(CONVENED), MINUTES, CONVENER, N(HELD), P(CONVENER), NEED_MINUTES),
	ROW(S(HELD), DISSENT, PARTICIPANT, SAME, P(CONVENER), NEED_DISSENT),
	ROW(S(HELD), CLOSE, CONVENER, N(CLOSED), P(UNSPECIFIED), NEED_ITEMS_SETTLED),
	ROW(S(HELD), CLOSE, BROKER, N(CLOSED), P(UNSPECIFIED), NEED_ITEMS_SETTLED),
	ROW(AHEAD, CANCEL, CONVENER, N(CANCELLED), P(UNSPECIFIED), NEED_REASON),
};

const struct transition_table conference_table = {
	"conference", conference_rows, sizeof(conference_rows) / sizeof(*conference_rows), &pb__conference_state__descriptor,
	&pb__conference_action__descriptor,
};

uint32_t conference_actions_allowed(Pb__ConferenceState state, Pb__Party by)
{
	return transitions_allowed(&conference_table, (unsigned)state, by);
}

bool conference_is_open(Pb__ConferenceState state)
{
	return transition_set_has(OPEN, (unsigned)state);
}

#undef S
#undef N
#undef ROW
#undef NOT_THERE
#undef OPEN

/* ---- answers ---- */

/* By the present answer, the set of new ones. */
#define ANSWERS                                                       \
	(UINT32_C(1) << PB__CONFERENCE_ANSWER__CONFERENCE_ANSWER_ACCEPTED |  \
	 UINT32_C(1) << PB__CONFERENCE_ANSWER__CONFERENCE_ANSWER_TENTATIVE | \
	 UINT32_C(1) << PB__CONFERENCE_ANSWER__CONFERENCE_ANSWER_DECLINED |  \
	 UINT32_C(1) << PB__CONFERENCE_ANSWER__CONFERENCE_ANSWER_DELEGATED)

static const uint32_t answers_after[CONFERENCE_ANSWER_COUNT] = {
	[PB__CONFERENCE_ANSWER__CONFERENCE_ANSWER_UNSPECIFIED] = ANSWERS,
	[PB__CONFERENCE_ANSWER__CONFERENCE_ANSWER_ACCEPTED] = ANSWERS,
	[PB__CONFERENCE_ANSWER__CONFERENCE_ANSWER_TENTATIVE] = ANSWERS,
	[PB__CONFERENCE_ANSWER__CONFERENCE_ANSWER_DECLINED] = ANSWERS,
	[PB__CONFERENCE_ANSWER__CONFERENCE_ANSWER_DELEGATED] = 0,
};

bool conference_answer_allowed(Pb__ConferenceAnswer answered, Pb__ConferenceAnswer answer)
{
	return (size_t)answered < CONFERENCE_ANSWER_COUNT && transition_set_has(answers_after[answered], (unsigned)answer);
}

uint32_t conference_answer_needs(Pb__ConferenceAnswer answer)
{
	return answer == PB__CONFERENCE_ANSWER__CONFERENCE_ANSWER_DELEGATED ? NEED_NEXT_AGENCY | NEED_BASIS : 0;
}

/* ---- deciding ---- */

static uint32_t conference_given(const struct conference_act *act)
{
	uint32_t given = act->given & ~(uint32_t)(NEED_REASON | NEED_ANSWER);

	if (reason_fits(&pb__conference_action__descriptor, (unsigned)act->action, act->reason))
		given |= NEED_REASON;
	if (conference_answer_allowed(act->answered, act->answer))
		given |= NEED_ANSWER;
	return given;
}

/* DELEGATED needs more than the other answers do. */
static bool delegates_well(const struct conference_act *act, uint32_t given, struct transition_refusal *ret_refusal)
{
	uint32_t missing = conference_answer_needs(act->answer) & ~given;

	if (act->action != PB__CONFERENCE_ACTION__CONFERENCE_ACTION_ANSWER || missing == 0)
		return true;
	*ret_refusal = (struct transition_refusal){ &conference_table,
						    (unsigned)act->state,
						    (unsigned)act->action,
						    act->by,
						    conference_actions_allowed(act->state, act->by),
						    missing };
	return false;
}

enum err conference_decide(const struct conference_act *act, struct conference_step *ret_step, struct transition_refusal *ret_refusal)
{
	uint32_t given = conference_given(act);
	const struct transition *row =
		transition_decide(&conference_table, (unsigned)act->state, (unsigned)act->action, act->by, given, ret_refusal);

	if (row == NULL || !delegates_well(act, given, ret_refusal))
		return ERR_REFUSED;
	ret_step->state = row->next == TRANSITION_SAME ? act->state : (Pb__ConferenceState)row->next;
	ret_step->holder = (Pb__Party)row->holder;
	ret_step->ended = !conference_is_open(ret_step->state);
	ret_step->asks_again = act->action == PB__CONFERENCE_ACTION__CONFERENCE_ACTION_CONVENE &&
			       act->state == PB__CONFERENCE_STATE__CONFERENCE_STATE_CONVENED;
	return ERR_OK;
}

/* ---- action items ---- */

#define S(name) (UINT32_C(1) << PB__ACTION_ITEM_STATE__ACTION_ITEM_STATE_##name)
#define N(name) PB__ACTION_ITEM_STATE__ACTION_ITEM_STATE_##name
#define ROW(from, action, by, next, holder, needs) \
	{ from, PB__ACTION_ITEM_ACTION__ACTION_ITEM_ACTION_##action, P(by), next, next, holder, needs }

#define NOT_THERE S(UNSPECIFIED)
#define OPEN (S(OPEN) | S(HANDED_BACK))

static const struct transition action_item_rows[] = {
	ROW(NOT_THERE | OPEN, ASSIGN, CONVENER, N(OPEN), P(OWNER), NEED_OWNER | NEED_DUE_DATE),
	ROW(S(OPEN), REPORT, OWNER, N(OPEN), P(OWNER), NEED_WORD),
	ROW(S(OPEN), FINISH, OWNER, N(DONE), P(UNSPECIFIED), 0),
	ROW(S(OPEN), HAND_BACK, OWNER, N(HANDED_BACK), P(CONVENER), NEED_REASON),
	ROW(OPEN, DROP, CONVENER, N(DROPPED), P(UNSPECIFIED), NEED_REASON),
};

const struct transition_table action_item_table = {
	"action_item", action_item_rows, sizeof(action_item_rows) / sizeof(*action_item_rows), &pb__action_item_state__descriptor,
	&pb__action_item_action__descriptor,
};

uint32_t action_item_actions_allowed(Pb__ActionItemState state, Pb__Party by)
{
	return transitions_allowed(&action_item_table, (unsigned)state, by);
}

bool action_item_is_open(Pb__ActionItemState state)
{
	return transition_set_has(OPEN, (unsigned)state);
}

enum err action_item_decide(const struct action_item_act *act, struct action_item_step *ret_step, struct transition_refusal *ret_refusal)
{
	bool reasoned = reason_fits(&pb__action_item_action__descriptor, (unsigned)act->action, act->reason);
	uint32_t given = (act->given & ~(uint32_t)NEED_REASON) | (reasoned ? NEED_REASON : 0);
	const struct transition *row =
		transition_decide(&action_item_table, (unsigned)act->state, (unsigned)act->action, act->by, given, ret_refusal);

	if (row == NULL)
		return ERR_REFUSED;
	ret_step->state = (Pb__ActionItemState)row->next;
	ret_step->holder = (Pb__Party)row->holder;
	ret_step->ended = !action_item_is_open(ret_step->state);
	return ERR_OK;
}
