/* SPDX-License-Identifier: Apache-2.0 */
/* contract/civil_time.h - what the clock on a desk's wall says: days and minutes of a site's zone.  Integers alone, no library's
 * zone files, so that every machine reckons the same and for ever.
 *
 * A day is a number: days since 1970-01-01 of the proleptic Gregorian calendar.  A zone is its offset from UTC in minutes. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"

#define CIVIL_DAY_MINUTES 1440
#define CIVIL_MINUTE_US INT64_C(60000000)
#define CIVIL_DATE 11 /* YYYY-MM-DD and the NUL */

struct civil_time {
	int32_t day;    /* since 1970-01-01 */
	int32_t minute; /* of the day, 0 to 1439 */
	int64_t us;     /* within the minute */
};

struct civil_date {
	int32_t year; /* 0000 to 9999 in text */
	int32_t month; /* 1 to 12 */
	int32_t day; /* of the month, 1 to 31 */
};

/* The offset of a zone by its IANA name, for zones that know no summer time: Asia/Tokyo (since 1952), UTC and a few more.
 * ERR_NOT_FOUND for every other: its hours cannot be told by an offset. */
enum err civil_zone(const char *name, int *ret_offset_minutes);

/* Microseconds since 1970-01-01 UTC as the wall clock shows them, and back. */
struct civil_time civil_time_of(int64_t at_us, int offset_minutes);
int64_t civil_time_us(struct civil_time time, int offset_minutes);

/* ISO: 1 Monday to 7 Sunday. */
unsigned civil_weekday(int32_t day);

/* month is 1 to 12; day may lie outside the month and counts on. */
int32_t civil_day_of(struct civil_date date);
struct civil_date civil_date_of(int32_t day);

/* Exactly YYYY-MM-DD; ERR_FORMAT otherwise, ERR_RANGE when there is no such day. */
enum err civil_day_parse(struct bytes text, int32_t *ret_day);

/* Years 0000 to 9999. */
void civil_day_format(int32_t day, char text[CIVIL_DATE]);
