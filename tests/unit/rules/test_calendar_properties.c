/* SPDX-License-Identifier: Apache-2.0 */
/* What must hold for every desk: random weeks, instants and amounts against counting minutes one by one, and against each other. */
#include "rules/calendar.h"

#include "contract/civil_time.h"
#include "desks.h"
#include "unit.h"

#define MINUTE_US CIVIL_MINUTE_US
#define DAY_US (1440 * MINUTE_US)
#define ROUNDS 300

/* A week with at least one span; some of its desks work on holidays, few never close. */
static struct opening_hours random_hours(void)
{
	struct opening_hours hours = { .always = unit_random_below(16) == 0, .open_on_holidays = unit_random_below(4) == 0 };

	for (unsigned weekday = 0; weekday < 7; weekday++) {
		uint16_t from = (uint16_t)unit_random_below(600);

		hours.counts[weekday] = (uint8_t)unit_random_below(4);
		for (unsigned i = 0; i < hours.counts[weekday]; i++) {
			uint16_t closes = (uint16_t)(from + 1 + unit_random_below((1440u - from) / (unsigned)(hours.counts[weekday] - i)));

			hours.spans[weekday][i] = (struct opening_span){ from, closes };
			from = (uint16_t)(closes + 1);
			if (from >= 1438)
				hours.counts[weekday] = (uint8_t)(i + 1);
		}
	}
	if (hours.counts[3] == 0) {
		hours.counts[3] = 1;
		hours.spans[3][0] = (struct opening_span){ 540, 1020 };
	}
	return hours;
}

/* In the years of the file and one on either side. */
static int64_t random_instant(void)
{
	return at("2025-06-01 00:00") + (int64_t)unit_random_below(3 * 365 * (uint64_t)DAY_US);
}

static struct calendar random_calendar(const struct opening_hours *hours)
{
	return (struct calendar){ hours, sample_holidays(), TOKYO };
}

/* Counts open minutes of the desk, one by one. */
static int64_t counted(const struct calendar *calendar, int64_t from_us, int64_t until_us)
{
	int64_t minutes = 0;

	for (int64_t us = from_us; us < until_us; us += MINUTE_US)
		minutes += calendar_open_at(calendar, us);
	return minutes;
}

static void test_against_counting(void)
{
	for (unsigned round = 0; round < ROUNDS; round++) {
		struct opening_hours hours = random_hours();
		struct calendar calendar = random_calendar(&hours);
		int64_t from_us = random_instant() / MINUTE_US * MINUTE_US;
		int64_t until_us = from_us + (int64_t)unit_random_below(15 * 1440) * MINUTE_US;
		struct reckoned sum, reached;

		unit_context("round %u", round);
		require_ok(calendar_open_time(&calendar, from_us, until_us, &sum));
		check_int(sum.us, counted(&calendar, from_us, until_us) * MINUTE_US);
		require_ok(calendar_after_open_time(&calendar, from_us, sum.us, &reached));
		check(reached.us <= until_us);
		check_int(counted(&calendar, from_us, reached.us) * MINUTE_US, sum.us);
		if (sum.us > 0)
			check(calendar_open_at(&calendar, reached.us - 1)); /* not a moment later than it must be */
	}
}

static void test_next_opening_is_next(void)
{
	for (unsigned round = 0; round < ROUNDS; round++) {
		struct opening_hours hours = random_hours();
		struct calendar calendar = random_calendar(&hours);
		int64_t from_us = random_instant();
		int64_t to_next_minute = MINUTE_US - from_us % MINUTE_US;
		struct reckoned next;

		unit_context("round %u", round);
		require_ok(calendar_next_opening(&calendar, from_us, &next));
		check(calendar_open_at(&calendar, next.us));
		if (calendar_open_at(&calendar, from_us))
			check_int(next.us, from_us);
		else
			check_int(counted(&calendar, from_us + to_next_minute, next.us), 0);
	}
}

/* Open time adds up, its two functions are each other's inverse, and later is never earlier. */
static void test_open_time(void)
{
	for (unsigned round = 0; round < ROUNDS * 10; round++) {
		struct opening_hours hours = random_hours();
		struct calendar calendar = random_calendar(&hours);
		int64_t from_us = random_instant();
		int64_t later_us = from_us + (int64_t)unit_random_below(5 * (uint64_t)DAY_US);
		int64_t first_us = (int64_t)unit_random_below(3 * (uint64_t)DAY_US);
		int64_t second_us = (int64_t)unit_random_below(3 * (uint64_t)DAY_US);
		struct reckoned half, whole, steps, sum, other;

		unit_context("round %u", round);
		require_ok(calendar_after_open_time(&calendar, from_us, first_us, &half));
		require_ok(calendar_after_open_time(&calendar, half.us, second_us, &steps));
		require_ok(calendar_after_open_time(&calendar, from_us, first_us + second_us, &whole));
		check_int(steps.us, whole.us);
		check(half.us <= whole.us);
		require_ok(calendar_open_time(&calendar, from_us, whole.us, &sum));
		check_int(sum.us, first_us + second_us);
		require_ok(calendar_open_time(&calendar, from_us, half.us, &other));
		check_int(other.us, first_us);
		require_ok(calendar_after_open_time(&calendar, later_us, first_us, &other));
		check(half.us <= other.us || first_us == 0);
	}
}

/* Dates between two instants on which the desk opens: after the first's, up to the second's. */
static int64_t dates_between(const struct calendar *calendar, int64_t from_us, int64_t until_us)
{
	int32_t last = civil_time_of(until_us, TOKYO).day;
	const struct opening_span *spans;
	struct holiday_list list = holidays_list(calendar->holidays);
	int64_t dates = 0;

	for (int32_t day = civil_time_of(from_us, TOKYO).day + 1; day <= last; day++)
		dates += opening_hours_of_day(calendar->hours, &list, day, &spans) > 0;
	return dates;
}

/* N business days are N dates further, end while the desk is open, and at the same time of day where the hours are the same. */
static void test_business_days_count_dates(void)
{
	for (unsigned round = 0; round < ROUNDS * 10; round++) {
		struct opening_hours hours = random_hours();
		struct calendar calendar = random_calendar(&hours);
		int64_t days = (int64_t)unit_random_below(40);
		struct reckoned from, reached;
		struct civil_time start, end;

		unit_context("round %u", round);
		require_ok(calendar_next_opening(&calendar, random_instant(), &from));
		require_ok(calendar_after_business_days(&calendar, from.us, days * 100, &reached));
		check(calendar_open_at(&calendar, reached.us));
		check_int(dates_between(&calendar, from.us, reached.us), days);
		start = civil_time_of(from.us, TOKYO);
		end = civil_time_of(reached.us, TOKYO);
		if (hours.always || civil_weekday(start.day) == civil_weekday(end.day)) {
			check_int(end.minute, start.minute);
			check_int(end.us, start.us);
		}
	}
}

/* Half of a business day rounds down to a microsecond of the date it ends on; a step more can lose one more, at most as often as dates differ in
 * length by a factor of 1440. */
#define ROUNDING_US 1441

static void test_business_days_add_up(void)
{
	for (unsigned round = 0; round < ROUNDS * 10; round++) {
		struct opening_hours hours = random_hours();
		struct calendar calendar = random_calendar(&hours);
		int64_t from_us = random_instant();
		int64_t later_us = from_us + (int64_t)unit_random_below(5 * (uint64_t)DAY_US);
		int64_t first = (int64_t)unit_random_below(1500);
		int64_t second = (int64_t)unit_random_below(1500);
		struct reckoned half, steps, whole, other, lost;

		unit_context("round %u", round);
		require_ok(calendar_after_business_days(&calendar, from_us, first, &half));
		require_ok(calendar_after_business_days(&calendar, half.us, second, &steps));
		require_ok(calendar_after_business_days(&calendar, from_us, first + second, &whole));
		check(half.us <= whole.us);
		check(steps.us <= whole.us);
		require_ok(calendar_open_time(&calendar, steps.us, whole.us, &lost));
		check(lost.us <= ROUNDING_US);
		require_ok(calendar_after_business_days(&calendar, later_us, first, &other));
		check(half.us <= other.us);
		require_ok(calendar_after_business_days(&calendar, from_us, first + 1, &other));
		check(half.us < other.us);
	}
}

/* A desk with the same hours on each of its dates loses nothing at all. */
static void test_equal_dates_add_up_exactly(void)
{
	static const enum desk desks[] = { WEEKDAYS, TUESDAY, LUNCH, NURSES, ALWAYS };

	for (unsigned round = 0; round < ROUNDS * 10; round++) {
		struct calendar calendar = desk_calendar(desks[unit_random_below(sizeof desks / sizeof *desks)]);
		int64_t from_us = random_instant();
		int64_t first = (int64_t)unit_random_below(1500);
		int64_t second = (int64_t)unit_random_below(1500);
		struct reckoned half, steps, whole, from, sum;

		unit_context("round %u", round);
		require_ok(calendar_next_opening(&calendar, from_us, &from));
		require_ok(calendar_after_business_days(&calendar, from_us, first, &half));
		require_ok(calendar_after_business_days(&calendar, half.us, second, &steps));
		require_ok(calendar_after_business_days(&calendar, from_us, first + second, &whole));
		check_int(steps.us, whole.us);
		/* And days are hours: so many hundredths of one date's. */
		require_ok(calendar_open_time(&calendar, from_us, whole.us, &sum));
		require_ok(calendar_after_business_days(&calendar, from.us, 100, &half));
		require_ok(calendar_open_time(&calendar, from.us, half.us, &steps));
		check_int(sum.us, steps.us / 100 * (first + second));
	}
}

/* Provisional is exactly what another file could move: closing a date of a year that the file lacks. */
static void test_provisional(void)
{
	for (unsigned round = 0; round < ROUNDS * 10; round++) {
		struct opening_hours hours = random_hours();
		struct calendar calendar = random_calendar(&hours);
		int64_t from_us = random_instant();
		struct reckoned reached;

		unit_context("round %u", round);
		require_ok(calendar_after_business_days(&calendar, from_us, (int64_t)unit_random_below(2000), &reached));
		if (hours.always || hours.open_on_holidays)
			check(!reached.provisional);
		else if (!holidays_cover(calendar.holidays, civil_time_of(reached.us, TOKYO).day))
			check(reached.provisional);
		else if (from_us >= at("2026-01-01 00:00"))
			check(!reached.provisional);
	}
}

UNIT_SUITE("rules/calendar properties",
	{ "open time, minute by minute", test_against_counting },
	{ "the next opening, minute by minute", test_next_opening_is_next },
	{ "open time adds up and comes back", test_open_time },
	{ "business days count dates", test_business_days_count_dates },
	{ "business days add up and keep their order", test_business_days_add_up },
	{ "of dates alike, exactly", test_equal_dates_add_up_exactly },
	{ "provisional where a file is missing, only there", test_provisional });
