/* SPDX-License-Identifier: Apache-2.0 */
/* contract/conference_series.h - when a conference that is held again and again is held next.  Pure, on civil days (civil_time.h).
 *
 * Weekly on a weekday; monthly or every other month (隔月, counted from the first one's month), by the day of the month or on the nth
 * weekday.  No occurrence is left out without a word: the 31st of a shorter month is its last day, and the fifth weekday is the
 * last one.  (RFC 5545's BYMONTHDAY=31 would skip those months: whoever exports a series writes its dates.)  Holidays move
 * nothing: the convener does. */
#pragma once
#include "content.pb-c.h"

#include "contract/civil_time.h"

struct conference_series {
	Pb__SeriesStep step;
	unsigned weekday; /* ISO: 1 Monday to 7 Sunday; 0: by the day of the month */
	unsigned nth;     /* 1 to 4, 5: the last */
	unsigned day;     /* of the month, 1 to 31 */
	int32_t first;    /* none lies before it; its week's or month's own may lie after it */
	int32_t until;    /* the last day on which one may fall; INT32_MAX: no end */
};

/* Reads and checks a series of the schema; ret_series is written on ERR_OK only.
 *
 *   ret_field  set on failure: the field at fault, such as "weekday"; a constant
 *
 * ERR_FORMAT  starts_on or until_on is no date
 * ERR_RANGE   no step, or a weekday, nth or day that the step does not take, or an end before the beginning */
enum err conference_series_read(const Pb__Series *series, struct conference_series *ret_series, const char **ret_field);

/* The first occurrence after that day.  series is one that conference_series_read gave.
 * ERR_NOT_FOUND  there is none any more */
enum err conference_series_next(const struct conference_series *series, int32_t after, int32_t *ret_day);
