/* SPDX-License-Identifier: Apache-2.0 */
/* front/open_legs.h - whatever is open at the site and whose turn it is, by its timer: each has exactly one, so that nothing is looked at that
 * ended. */
#pragma once
#include "broker/lookup_legs.h"
#include "ledger.pb-c.h"

/* A leg; or a request that its sender has to decide about, a conference, an action item. */
struct open_turn {
	Pb__TimerKind kind;     /* LEG, REQUEST, CONFERENCE or ACTION_ITEM */
	uint64_t number;        /* of that */
	const struct leg *leg;  /* LEG; else NULL, and: */
	uint8_t thread_id[16];  /* of the request, of the conference, of that to which the item belongs */
	uint64_t item;          /* ACTION_ITEM: its number */
	uint32_t asked_by;      /* agency: who asked, who convened, who is to hear that the item is done */
	/* of all */
	uint32_t holder;        /* agency */
	int64_t due_at_us;
	int64_t next_at_us;     /* when the site does something next about it */
	bool provisional;
};

/* Calls each in the order in which their timers are due, until it gives another result than ERR_OK, which is returned. */
enum err open_turns_each(struct txn *txn, enum err (*each)(void *context, const struct open_turn *turn), void *context);

/* Whether its holder is late. */
static inline bool turn_is_late(const struct open_turn *turn, int64_t now_us)
{
	return turn->due_at_us != 0 && turn->due_at_us <= now_us;
}

/* The same of a leg that may have ended. */
static inline bool leg_is_late(const struct leg *leg, int64_t now_us)
{
	return leg->timer_at_us != 0 && leg->due_at_us != 0 && leg->due_at_us <= now_us;
}

/* What the site does next about it, when nobody says a word: rules/deadlines.h's steps in order. */
Pb__NoticeWhat leg_next(const struct leg *leg);
