/* SPDX-License-Identifier: Apache-2.0 */
/* contract/request_states.h - the life of a leg: one recipient's share of a request (domain: the life of a request; wire: 4, 5, 15).
 *
 * A leg has exactly one holder while it is open, and ends in a named state.  An ended leg admits nothing.  The table is
 * request_states.c's; this is how to ask it.  Three things stand outside it, in the hands of who asks:
 *
 * - RECEIVE happens once: a further acknowledgement of the same message, in whatever state, moves nothing.
 * - a dead letter is a SUBMITTED leg held by its sender: EXPIRE and REQUEUE say so with NEED_DEAD_LETTER.
 * - when a coordinator holds a leg whose agency closed, it acts as the RECIPIENT, and goes on holding it. */
#pragma once
#include "contract/transitions.h"

#define LEG_STATE_COUNT (PB__LEG_STATE__LEG_STATE_TAKEN_ELSEWHERE + 1)
#define LEG_ACTION_COUNT (PB__LEG_ACTION__LEG_ACTION_RESEAL + 1)

extern const struct transition_table leg_table;

/* What somebody wants to do to a leg. */
struct leg_act {
	Pb__LegState state; /* the leg's present one; UNSPECIFIED: it is not there yet (SUBMIT, OPEN) */
	Pb__Party holder;   /* the leg's present one */
	Pb__LegAction action;
	Pb__Party by;       /* SENDER, RECIPIENT, BROKER or OPERATOR */
	bool across;        /* an ACCEPT recorded at the recipient's site, which is not the origin */
	uint32_t given;     /* set of NEED_…; REASON and OUTCOME are judged by the codes below, not by their bits */
	Pb__Reason reason;
	Pb__Outcome outcome;
};

struct leg_step {
	Pb__LegState state;
	Pb__Party holder; /* UNSPECIFIED: nobody, it ended */
	bool ended;
};

/* What the act leads to.  ERR_REFUSED, with the refusal, when it is not allowed now or lacks something; a code of another
 * action counts as missing.  Nothing is needed of what a row does not ask for: a further reason does no harm. */
enum err leg_decide(const struct leg_act *act, struct leg_step *ret_step, struct transition_refusal *ret_refusal);

/* The set of LegActions that this party may take in this state: what "request show" lists. */
uint32_t leg_actions_allowed(Pb__LegState state, Pb__Party by);

bool leg_is_open(Pb__LegState state);

/* Whether there is a state in which this party may take that action. */
bool leg_action_is_by(Pb__LegAction action, Pb__Party by);

/* Whether the code belongs to the action. */
bool leg_reason_fits(Pb__LegAction action, Pb__Reason reason);
bool leg_outcome_fits(Pb__Outcome outcome);

/* Whether a sender may close a whole request with it (request_standing.h). */
bool request_outcome_fits(Pb__Outcome outcome);
