/* SPDX-License-Identifier: Apache-2.0 */
/* rules/meetings.h - what is due when of conferences and their action items, and who hears of it when it is not done.
 *
 *   PROPOSED     its date is fixed within 5 business days of its convener
 *   CONVENED     its minutes are sent within 2 business days after it ended
 *   HELD         it is closed within 5 business days after its minutes, and after the last of its open action items is due; when
 *                all are settled by then, it closes by itself
 *   action item  done by the end of its day: due at the next opening after it; its owner is told when that day begins
 *   purge        confirmed within 1 business day
 *
 * Silence is never an end: who holds what is overdue is told again, then those who wait for it, then the coordinator, and so on every
 * 5 business days for as long as it is open.  Pure, as calendar.h is; desks that never open are reckoned by the wall clock. */
#pragma once
#include "rules/calendar.h"

struct reckoned meetings_date_due(int64_t proposed_us, const struct calendar *convener);
struct reckoned meetings_minutes_due(int64_t ends_at_us, const struct calendar *convener);
struct reckoned meetings_close_due(int64_t from_us, const struct calendar *convener);
struct reckoned meetings_purge_due(int64_t asked_us, const struct calendar *holder);

/* What an item that was handed back owes: another owner, or that it is dropped.  2 business days of the convener. */
struct reckoned meetings_hand_back_due(int64_t handed_back_us, const struct calendar *convener);

/* The beginning of the owner's day, and its end.  day: since 1970-01-01, not negative. */
struct reckoned meetings_item_begins(int32_t day, const struct calendar *owner);
struct reckoned meetings_item_due(int32_t day, const struct calendar *owner);

/* Who hears at step n of what is open: 0 is the first, at its due time (of an action item: on its day). */
struct meetings_told {
	bool waiting;     /* who waits for it: the convener of an action item */
	bool coordinator; /* the holder's */
};
struct meetings_told meetings_step(uint32_t n);

/* When step n + 1 comes, counted from step n's own time. */
struct reckoned meetings_after_step(uint32_t n, int64_t step_us, const struct calendar *holder);
