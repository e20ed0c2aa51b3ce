/* SPDX-License-Identifier: Apache-2.0 */
/* contract/conference_states.h - the life of a conference, of its participants' answers, and of its action items (domain: conferences).
 *
 * PROPOSED -> CONVENED -> HELD -> CLOSED, or CANCELLED before it was held.  The convener holds a conference while it is open: to
 * fix its date, to send its minutes, to see its action items settled.  Each open action item has its own holder: its owner, or the
 * convener once the owner handed it back, so that what nobody can do does not lie with nobody.
 *
 * A purge that a recall asks for is an action item as well: its convener is who recalled, its owner who holds the parts. */
#pragma once
#include "contract/transitions.h"

#define CONFERENCE_STATE_COUNT (PB__CONFERENCE_STATE__CONFERENCE_STATE_CANCELLED + 1)
#define CONFERENCE_ACTION_COUNT (PB__CONFERENCE_ACTION__CONFERENCE_ACTION_CANCEL + 1)
#define CONFERENCE_ANSWER_COUNT (PB__CONFERENCE_ANSWER__CONFERENCE_ANSWER_DELEGATED + 1)
#define ACTION_ITEM_STATE_COUNT (PB__ACTION_ITEM_STATE__ACTION_ITEM_STATE_DROPPED + 1)
#define ACTION_ITEM_ACTION_COUNT (PB__ACTION_ITEM_ACTION__ACTION_ITEM_ACTION_DROP + 1)

extern const struct transition_table conference_table;
extern const struct transition_table action_item_table;

struct conference_act {
	Pb__ConferenceState state; /* UNSPECIFIED: it is not there yet (PROPOSE) */
	Pb__ConferenceAction action;
	Pb__Party by;              /* CONVENER, PARTICIPANT or BROKER; a convener takes part in its own conference as PARTICIPANT too */
	uint32_t given;            /* set of NEED_…; REASON and ANSWER are judged by the fields below */
	Pb__Reason reason;         /* CANCEL */
	Pb__ConferenceAnswer answer; /* ANSWER: the new one */
	Pb__ConferenceAnswer answered; /* ANSWER: the participant's present one */
};

struct conference_step {
	Pb__ConferenceState state;
	Pb__Party holder;   /* UNSPECIFIED: nobody, it ended */
	bool ended;
	bool asks_again;    /* the date changed: every answer but DELEGATED is forgotten */
};

/* ERR_REFUSED with the refusal when it is not allowed now or lacks something. */
enum err conference_decide(const struct conference_act *act, struct conference_step *ret_step, struct transition_refusal *ret_refusal);

uint32_t conference_actions_allowed(Pb__ConferenceState state, Pb__Party by);
bool conference_is_open(Pb__ConferenceState state);

/* Whether a participant whose answer is answered (UNSPECIFIED: none) may answer so.  It may change its mind until the conference is
 * held; who delegated has left its seat to another. */
bool conference_answer_allowed(Pb__ConferenceAnswer answered, Pb__ConferenceAnswer answer);

/* What an answer needs besides: DELEGATED an agency that the basis covers. */
uint32_t conference_answer_needs(Pb__ConferenceAnswer answer);

struct action_item_act {
	Pb__ActionItemState state; /* UNSPECIFIED: it is not there yet (ASSIGN) */
	Pb__ActionItemAction action;
	Pb__Party by;              /* CONVENER or OWNER */
	uint32_t given;            /* set of NEED_…; REASON is judged by the field below */
	Pb__Reason reason;
};

struct action_item_step {
	Pb__ActionItemState state;
	Pb__Party holder; /* OWNER, CONVENER; UNSPECIFIED: nobody, it ended */
	bool ended;
};

enum err action_item_decide(const struct action_item_act *act, struct action_item_step *ret_step, struct transition_refusal *ret_refusal);

uint32_t action_item_actions_allowed(Pb__ActionItemState state, Pb__Party by);
bool action_item_is_open(Pb__ActionItemState state);
