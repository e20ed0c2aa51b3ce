/* SPDX-License-Identifier: Apache-2.0 */
/* front/open_legs.h - every open leg of the site, by its timer: each has exactly one, so that nothing is looked at that ended. */
#pragma once
#include "broker/lookup_legs.h"

/* Calls each in the order in which their timers are due, until it gives another result than ERR_OK, which is returned. */
enum err open_legs_each(struct txn *txn, enum err (*each)(void *context, const struct leg *leg), void *context);

/* Whether its holder is late. */
static inline bool leg_is_late(const struct leg *leg, int64_t now_us)
{
	return leg->timer_at_us != 0 && leg->due_at_us != 0 && leg->due_at_us <= now_us;
}

/* What the site does next about it, when nobody says a word: rules/deadlines.h's steps in order. */
Pb__NoticeWhat leg_next(const struct leg *leg);
