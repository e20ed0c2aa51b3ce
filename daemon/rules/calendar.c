/* SPDX-License-Identifier: Apache-2.0 */
/* rules/calendar.c - see calendar.h for the contract.
 *
 * A walk stands on one date and goes forward over those on which the desk opens.  Within a date, time is what has elapsed of its open time:
 * 0 at its first opening, its whole length at its last closing. */
#include "rules/calendar.h"

#include "contract/civil_time.h"

#define DAY_US (CIVIL_DAY_MINUTES * CIVIL_MINUTE_US)
#define REACH_US (CALENDAR_REACH_DAYS * DAY_US)
#define WHOLE 100 /* hundredths in a business day */

struct walk {
	const struct calendar *calendar;
	struct holiday_list list;
	int32_t first; /* the date on which it began */
	int32_t day;
	const struct opening_span *spans; /* of day */
	size_t count;
	int64_t length_us; /* open time of day */
	bool provisional;
};

/* The file cannot open a date, only close it: one that is closed anyway needs no file. */
static bool is_in_doubt(const struct walk *walk)
{
	const struct opening_hours *hours = walk->calendar->hours;

	return walk->count > 0 && !hours->always && !hours->open_on_holidays && !holidays_cover(walk->calendar->holidays, walk->day);
}

static int64_t span_us(const struct opening_span *span)
{
	return (span->closes - span->opens) * CIVIL_MINUTE_US;
}

static void walk_to(struct walk *walk, int32_t day)
{
	walk->day = day;
	walk->count = opening_hours_of_day(walk->calendar->hours, &walk->list, day, &walk->spans);
	walk->length_us = 0;
	for (size_t i = 0; i < walk->count; i++)
		walk->length_us += span_us(&walk->spans[i]);
	walk->provisional = walk->provisional || is_in_doubt(walk);
}

static struct walk walk_from(const struct calendar *calendar, int32_t day)
{
	struct walk walk = { .calendar = calendar, .list = holidays_list(calendar->holidays), .first = day };

	walk_to(&walk, day);
	return walk;
}

/* To the next date on which the desk opens. */
static enum err walk_on(struct walk *walk)
{
	if (!opening_hours_ever(walk->calendar->hours))
		return ERR_NOT_FOUND;
	do {
		if (walk->day - walk->first >= CALENDAR_REACH_DAYS)
			return ERR_NOT_FOUND;
		walk_to(walk, walk->day + 1);
	} while (walk->count == 0);
	return ERR_OK;
}

/* What of the date's open time is over at a time of that day. */
static int64_t elapsed_at(const struct walk *walk, struct civil_time time)
{
	int64_t since_midnight = time.minute * CIVIL_MINUTE_US + time.us;
	int64_t elapsed = 0;

	for (size_t i = 0; i < walk->count; i++) {
		int64_t since_opening = since_midnight - walk->spans[i].opens * CIVIL_MINUTE_US;

		if (since_opening > 0)
			elapsed += since_opening < span_us(&walk->spans[i]) ? since_opening : span_us(&walk->spans[i]);
	}
	return elapsed;
}

/* The instant at which so much is over.  Where a span ends with it: its closing time, or else (open) the opening of the next.
 * elapsed_us is at most the date's length, and below it for an instant that is open. */
static struct reckoned instant_at(const struct walk *walk, int64_t elapsed_us, bool open)
{
	size_t i = 0;
	struct civil_time time = { .day = walk->day };

	while (i + 1 < walk->count && elapsed_us >= span_us(&walk->spans[i]) + (open ? 0 : 1))
		elapsed_us -= span_us(&walk->spans[i++]);
	time.us = walk->spans[i].opens * CIVIL_MINUTE_US + elapsed_us;
	return (struct reckoned){ civil_time_us(time, walk->calendar->offset_minutes), walk->provisional };
}

static bool is_instant(int64_t at_us)
{
	return at_us >= 0 && at_us < CALENDAR_UNTIL_US;
}

static struct civil_time civil(const struct calendar *calendar, int64_t at_us)
{
	return civil_time_of(at_us, calendar->offset_minutes);
}

bool calendar_open_at(const struct calendar *calendar, int64_t at_us)
{
	struct civil_time time = civil(calendar, at_us);
	struct holiday_list list = holidays_list(calendar->holidays);

	return opening_hours_open_at(calendar->hours, &list, time.day, time.minute);
}

/* Onto a date, and to a point of it that is open: from_us, or the next opening. */
static enum err walk_to_open(const struct calendar *calendar, int64_t from_us, struct walk *ret_walk, int64_t *ret_elapsed_us)
{
	struct civil_time time = civil(calendar, from_us);
	struct walk walk = walk_from(calendar, time.day);
	int64_t elapsed_us = elapsed_at(&walk, time);

	if (elapsed_us == walk.length_us) {
		enum err err = walk_on(&walk);

		if (err != ERR_OK)
			return err;
		elapsed_us = 0;
	}
	*ret_walk = walk;
	*ret_elapsed_us = elapsed_us;
	return ERR_OK;
}

enum err calendar_next_opening(const struct calendar *calendar, int64_t from_us, struct reckoned *ret)
{
	return calendar_after_business_days(calendar, from_us, 0, ret);
}

enum err calendar_open_time(const struct calendar *calendar, int64_t from_us, int64_t until_us, struct reckoned *ret)
{
	struct civil_time from, until;
	struct walk walk;
	int64_t sum;

	if (!is_instant(from_us) || !is_instant(until_us) || until_us < from_us || until_us - from_us > REACH_US)
		return ERR_RANGE;
	from = civil(calendar, from_us);
	until = civil(calendar, until_us);
	walk = walk_from(calendar, from.day);
	sum = -elapsed_at(&walk, from);
	while (walk.day < until.day) {
		sum += walk.length_us;
		walk_to(&walk, walk.day + 1);
	}
	*ret = (struct reckoned){ sum + elapsed_at(&walk, until), walk.provisional };
	return ERR_OK;
}

enum err calendar_after_open_time(const struct calendar *calendar, int64_t from_us, int64_t amount_us, struct reckoned *ret)
{
	struct civil_time from;
	struct walk walk;
	int64_t left_us;

	if (!is_instant(from_us) || amount_us < 0 || amount_us > REACH_US)
		return ERR_RANGE;
	if (amount_us == 0) {
		*ret = (struct reckoned){ from_us, false };
		return ERR_OK;
	}
	from = civil(calendar, from_us);
	walk = walk_from(calendar, from.day);
	left_us = amount_us + elapsed_at(&walk, from);
	while (left_us > walk.length_us) {
		enum err err;

		left_us -= walk.length_us;
		err = walk_on(&walk);
		if (err != ERR_OK)
			return err;
	}
	*ret = instant_at(&walk, left_us, false);
	return ERR_OK;
}

enum err calendar_after_business_days(const struct calendar *calendar, int64_t from_us, int64_t hundredths, struct reckoned *ret)
{
	struct walk walk;
	int64_t elapsed_us, share, of;
	enum err err;

	if (!is_instant(from_us) || hundredths < 0 || hundredths > (int64_t)CALENDAR_REACH_DAYS * WHOLE)
		return ERR_RANGE;
	err = walk_to_open(calendar, from_us, &walk, &elapsed_us);
	if (err != ERR_OK)
		return err;
	of = walk.length_us * WHOLE; /* share of these is how far into its business day the instant lies */
	share = elapsed_us * WHOLE + hundredths % WHOLE * walk.length_us;
	for (int64_t days = hundredths / WHOLE + share / of; days > 0 && err == ERR_OK; days--)
		err = walk_on(&walk);
	if (err != ERR_OK)
		return err;
	/* In minutes, which both lengths are whole numbers of: the product stays below 2^54.  Rounded down, so always below the length. */
	elapsed_us = share % of * (walk.length_us / CIVIL_MINUTE_US) / (of / CIVIL_MINUTE_US);
	*ret = instant_at(&walk, elapsed_us, true);
	return ERR_OK;
}
