/* SPDX-License-Identifier: Apache-2.0 */
/* rules/calendar.h - business time: the opening hours of whoever holds the turn, laid over the holidays.
 *
 * daemon/rules/ holds what is allowed and when, as pure functions: this file reckons time, holidays.h reads the holiday file, deadlines.h
 * says what is due when.  Integers in, integers out: microseconds since 1970-01-01 UTC (as ledger and frames hold them) and the zone's
 * offset in minutes, handed in; no clock, no zone files, no allocation.  Any thread.
 *
 * Two measures, since the field uses both:
 *
 *   Open time      microseconds in which the desk is open.  "2 of the desk's open hours have passed" at the first instant at which that much
 *                  is over, be it closing time: Friday 15:00 and two hours give Friday 17:00.
 *
 *   Business days  A business day is a date on which the desk opens; the open time of any such date is one day, long or short.  So N days
 *                  after Tuesday 10:30 is 10:30 on the Nth date after it on which the desk opens, as a caseworker counts with a finger on
 *                  the wall calendar, and half a day is half of that date's hours.  What comes while the desk is closed counts from its
 *                  next opening: Friday 18:00 and Saturday are as good as Monday 9:00, so that nobody's time runs while nobody is in, and
 *                  one who wrote later is never answered earlier.  Likewise a due instant is always one at which the desk is open: a day
 *                  that would end at Friday's closing ends at Monday's opening (the day of arrival does not count, as in 民法140条).
 *                  Where the date reached has other hours than the date of arrival, the instant lies as far into its hours as it lay in
 *                  the other's: 14:00 of 10-18 (half the day) becomes 12:30 of 9-16.  That is what makes days add up: two and three are five,
 *                  and 60 % of five is three.
 *                  A desk that never closes has business days of 24 hours.
 *
 * Every reckoning walks dates, at most CALENDAR_REACH_DAYS of them. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "contract/opening_hours.h"
#include "rules/holidays.h"

#define CALENDAR_REACH_DAYS 3660                       /* ten years: nothing is due later */
#define CALENDAR_UNTIL_US INT64_C(253402300800000000) /* 10000-01-01: instants lie from 1970 to before this */

/* All pointers are borrowed. */
struct calendar {
	const struct opening_hours *hours;
	const struct holidays *holidays; /* NULL: no file loaded */
	int offset_minutes;              /* of the site's zone from UTC (civil_zone): 540 in Asia/Tokyo; within a day */
};

/* An instant, or an amount of open time. */
struct reckoned {
	int64_t us;
	bool provisional; /* a date was counted as open that the holiday file does not speak of: reckon again when it does */
};

/* Whether the desk is open.  Any instant. */
bool calendar_open_at(const struct calendar *calendar, int64_t at_us);

/* The four below write *ret on ERR_OK only.
 *
 * ERR_RANGE      an instant before 1970 or after 9999, or an amount or a stretch of more than CALENDAR_REACH_DAYS
 * ERR_NOT_FOUND  the desk never opens, or not often enough within CALENDAR_REACH_DAYS */

/* The first instant, not before from_us, at which the desk is open. */
enum err calendar_next_opening(const struct calendar *calendar, int64_t from_us, struct reckoned *ret);

/* Open time from one instant to another.  ERR_RANGE when until_us is before from_us. */
enum err calendar_open_time(const struct calendar *calendar, int64_t from_us, int64_t until_us, struct reckoned *ret);

/* The first instant at which amount_us of open time have passed since from_us; from_us itself for 0. */
enum err calendar_after_open_time(const struct calendar *calendar, int64_t from_us, int64_t amount_us, struct reckoned *ret);

/* hundredths: of a business day, 250 for two and a half.  For 0, the next opening. */
enum err calendar_after_business_days(const struct calendar *calendar, int64_t from_us, int64_t hundredths, struct reckoned *ret);
