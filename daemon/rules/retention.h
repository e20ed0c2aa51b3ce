/* SPDX-License-Identifier: Apache-2.0 */
/* rules/retention.h - when what is kept falls due for deletion.
 *
 * Parts go a while after everything in their thread ended (30 days unless the site says otherwise): agencies keep their own records.  Bodies of
 * ledger entries follow a schedule in years (default 5); their hashes stay.  Neither falls due while anything of the thread is open -
 * a leg, a conference, an action item such as a purge not yet confirmed, a consent in force - however old it is.  Bodies alone do not wait for
 * a consent that has no end: nothing rests on it any more, and it would have its case kept for ever.
 *
 * Days and years are those of the wall calendar: 30 days are 30 whole ones after the day on which it ended, years run to the end of its
 * anniversary (29 February: 1 March), and it falls due as the next day begins: so nobody has less than was promised.
 *
 * Pure: integers in, integers out; microseconds since 1970-01-01 UTC and the zone's offset in minutes. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "envelope.pb-c.h"

#define RETENTION_PART_DAYS 30
#define RETENTION_BODY_YEARS 5
#define RETENTION_PART_DAYS_MAX 3660
#define RETENTION_BODY_YEARS_MAX 100
#define RETENTION_KINDS (PB__KIND__KIND_ANNOUNCEMENT + 1)

struct retention_schedule {
	uint32_t part_days;                   /* 1 to RETENTION_PART_DAYS_MAX */
	uint32_t body_years[RETENTION_KINDS]; /* by the kind that opened the thread, 1 to RETENTION_BODY_YEARS_MAX; [0]: what is of no thread */
	int offset_minutes;
};

/* The schedule unless the site says otherwise. */
struct retention_schedule retention_default(int offset_minutes);

/* ERR_RANGE when a number of it is out of bounds. */
enum err retention_check(const struct retention_schedule *schedule);

/* Where a thread stands. */
struct retention_thread {
	Pb__Kind kind;         /* of the message that opened it; UNSPECIFIED: no thread */
	uint32_t open;         /* legs, conferences, action items and consents that are */
	int64_t ended_us;      /* when the last of them ended; what had none: when its last message was accepted */
};

/* When its parts, and the bodies of its entries, may be deleted: from that moment on.  The schedule is one that retention_check let pass.
 *
 * ERR_BUSY   something of it is open: there is no such moment yet
 * ERR_RANGE  it ended before 1970 or after 9899 */
enum err retention_parts_due(const struct retention_schedule *schedule, const struct retention_thread *thread, int64_t *ret_us);
enum err retention_bodies_due(const struct retention_schedule *schedule, const struct retention_thread *thread, int64_t *ret_us);
