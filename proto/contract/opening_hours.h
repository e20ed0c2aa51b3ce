/* SPDX-License-Identifier: Apache-2.0 */
/* contract/opening_hours.h - when a desk is open: its weekly hours, as the directory states them, over a list of holidays.
 *
 * Not stated at all: Monday to Friday 9:00 to 17:00.  Closed on public holidays and from 29 December to 3 January, unless the entry
 * is open at any hour or says that it opens on holidays.  Hours over midnight stand as two spans, one ending at 24:00, the next
 * day's beginning at 00:00.  Pure: days and minutes are civil_time.h's. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "directory.pb-c.h"

#define OPENING_SPANS 8u /* of one weekday */

/* Minutes of one day. */
struct opening_span {
	uint16_t opens;
	uint16_t closes; /* after opens; 1440 is the end of the day; the first minute that is closed */
};

/* Compiled from the directory's entry; holds no pointer. */
struct opening_hours {
	bool always;           /* no closed hours, whatever the day */
	bool open_on_holidays; /* weekly hours hold on holidays and at the year's end too */
	uint8_t counts[7];     /* spans of each weekday, from Monday */
	struct opening_span spans[7][OPENING_SPANS]; /* ascending, apart from each other */
};

/* Public holidays as days since 1970-01-01, ascending, each once; borrowed. */
struct holiday_list {
	const int32_t *days;
	size_t count;
};

/* Compiles an entry's hours; NULL, or neither always nor a span, gives the usual hours.  Spans that touch or overlap become one.
 *
 * ERR_FORMAT     a time that is not HH:MM, a day outside 1 to 7, a span that closes before it opens
 * ERR_TOO_LARGE  more than OPENING_SPANS spans on one weekday
 * *ret_hours is written on ERR_OK only. */
enum err opening_hours_compile(const Pb__Hours *hours, struct opening_hours *ret_hours);

/* "HH:MM" to minutes; "24:00" is 1440.  ERR_FORMAT otherwise. */
enum err opening_minute_parse(const char *text, uint16_t *ret_minute);

/* In the list, or 29 December to 3 January.  Logarithmic in the list. */
bool opening_is_holiday(const struct holiday_list *holidays, int32_t day);

/* The spans in which the desk is open on that day, ascending; they live as long as hours does.  Gives their number, 0 on a closed day. */
size_t opening_hours_of_day(const struct opening_hours *hours, const struct holiday_list *holidays, int32_t day,
			    const struct opening_span **ret_spans);

/* Whether it is open in that minute of that day. */
bool opening_hours_open_at(const struct opening_hours *hours, const struct holiday_list *holidays, int32_t day, int32_t minute);

/* Whether there is an hour of an ordinary week in which it opens.  False for a desk that never does. */
bool opening_hours_ever(const struct opening_hours *hours);

/* Minutes from that minute until one in which it is open: 0 when it is open now, -1 when it does not open within days days. */
int64_t opening_hours_until_open(const struct opening_hours *hours, const struct holiday_list *holidays, int32_t day, int32_t minute,
				 int32_t days);
