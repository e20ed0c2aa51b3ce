/* SPDX-License-Identifier: Apache-2.0 */
/* contract/transitions.h - states as a table: which state admits which action by whom, what it leads to, and what it needs.
 *
 * Three things of the hand-over live by such a table: a leg of a request (request_states.h), a conference and an action item
 * (conference_states.h).  States, actions and needs are sets of at most 32: bit n stands for value n of the schema's list, and
 * bit 0 of a set of states for what is not there yet.  Pure: the same question always has the same answer. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "vocabulary.pb-c.h"

#include "base/err.h"

/* What an action may need.  Whoever asks says what is there; the table says what must be.  Numbers travel in refusals: never reused. */
#define NEEDS(X)                                                                                                              \
	X(BASIS, 0)              /* a basis that covers the recipient and every class */                                     \
	X(QUESTION, 1)           /* its words stand in a part */                                                             \
	X(REASON, 2)             /* a code that belongs to the action */                                                     \
	X(SUGGESTION, 3)         /* who could help instead, or the word that none is known */                                \
	X(NEXT_AGENCY, 4)                                                                                                     \
	X(FIRST_CONTACT, 5)      /* the day on which it was made */                                                          \
	X(WORD, 6)               /* on progress */                                                                           \
	X(REVIEW_DATE, 7)                                                                                                     \
	X(OUTCOME, 8)            /* a code that belongs to the action */                                                     \
	X(LAST_ESCALATION, 9)    /* the clock's last step passed without an answer */                                        \
	X(PARTS_WAITING, 10)     /* parts that are undelivered or unreleased */                                              \
	X(NOTHING_DELIVERED, 11) /* no part of it ever left */                                                               \
	X(DEAD_LETTER, 12)       /* its message is one */                                                                    \
	X(ANY_ONE, 13)           /* one agency is to take the request, and another's acceptance stands */                    \
	X(DATE, 14)              /* when the conference is held */                                                           \
	X(ANSWER, 15)            /* one of ACCEPTED, TENTATIVE, DECLINED, DELEGATED; the last with NEXT_AGENCY and BASIS */   \
	X(MINUTES, 16)                                                                                                        \
	X(DISSENT, 17)           /* its words stand in a part */                                                             \
	X(MATERIALS, 18)                                                                                                      \
	X(ITEMS_SETTLED, 19)     /* every action item done or dropped */                                                     \
	X(OWNER, 20)             /* of an action item: an agency that the basis covers */                                    \
	X(DUE_DATE, 21)

enum {
#define X(name, bit) NEED_##name = 1 << (bit),
	NEEDS(X)
#undef X
};

#define TRANSITION_SAME (-1) /* the next state, or its holder, is the present one */

struct transition {
	uint32_t from; /* set of states */
	unsigned action;
	Pb__Party by;
	int next;
	int next_across; /* when the recipient is at another site than the origin; else as next */
	int holder;      /* a Pb__Party: whose turn it is then */
	uint32_t needs;
};

/* One of the three, with the lists that its numbers are of. */
struct transition_table {
	const char *name; /* in refusals, before the action's word: "leg" */
	const struct transition *rows;
	size_t count;
	const ProtobufCEnumDescriptor *states;
	const ProtobufCEnumDescriptor *actions;
};

/* The row for it, or NULL: it is not allowed.  Unknown values are never allowed. */
const struct transition *transition_find(const struct transition_table *table, unsigned state, unsigned action, Pb__Party by);

/* The set of actions that this state admits by that party. */
uint32_t transitions_allowed(const struct transition_table *table, unsigned state, Pb__Party by);

/* Why an action was refused: it is not allowed now (missing is 0), or it lacks something. */
struct transition_refusal {
	const struct transition_table *table;
	unsigned state;
	unsigned action;
	Pb__Party by;
	uint32_t allowed; /* set of actions that would be */
	uint32_t missing; /* set of needs */
};

/* The row when the action is allowed and what it needs is given; else NULL, with the refusal. */
const struct transition *transition_decide(const struct transition_table *table, unsigned state, unsigned action, Pb__Party by,
					   uint32_t given, struct transition_refusal *ret_refusal);

/* True when value is a member of the set. */
static inline bool transition_set_has(uint32_t set, unsigned value)
{
	return value < 32 && (set >> value & 1) != 0;
}
