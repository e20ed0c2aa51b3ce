/* SPDX-License-Identifier: Apache-2.0 */
/* Dates worked by hand, with a wall calendar of 2026 to 2028 and the holidays of deploy/chiba/holidays.csv.
 *
 * Where to begin counting: 2026-01-01 is a Thursday, 2027-01-01 a Friday, 2028-01-01 a Saturday. */
#include "rules/calendar.h"

#include <stdio.h>

#include "contract/civil_time.h"
#include "desks.h"
#include "unit.h"

#define MINUTE_US CIVIL_MINUTE_US
#define HOUR_US (60 * MINUTE_US)
#define DAY_US (24 * HOUR_US)

struct row {
	enum desk desk;
	const char *from;
	int64_t amount; /* hundredths of a business day, or minutes */
	const char *expected;
	bool provisional;
	const char *why;
};

typedef enum err reckoning(const struct calendar *calendar, int64_t from_us, int64_t amount, struct reckoned *ret);

static enum err open_minutes(const struct calendar *calendar, int64_t from_us, int64_t minutes, struct reckoned *ret)
{
	return calendar_after_open_time(calendar, from_us, minutes * MINUTE_US, ret);
}

static enum err opening(const struct calendar *calendar, int64_t from_us, int64_t amount, struct reckoned *ret)
{
	(void)amount;
	return calendar_next_opening(calendar, from_us, ret);
}

static void check_rows(reckoning *reckon, const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct calendar calendar = desk_calendar(rows[i].desk);
		int64_t from_us = at(rows[i].from);
		struct reckoned reached = { 0 };
		char text[INSTANT_TEXT];

		unit_context("desk %d, %s + %lld: %s", rows[i].desk, rows[i].from, (long long)rows[i].amount, rows[i].why);
		check_ok(reckon(&calendar, from_us, rows[i].amount, &reached));
		check_text(said(reached.us, text), rows[i].expected);
		check_int(reached.provisional, rows[i].provisional);
	}
}

#define CHECK_ROWS(reckon, rows) check_rows(reckon, rows, sizeof(rows) / sizeof *(rows))

static void test_plain_weeks(void)
{
	static const struct row rows[] = {
		{ WEEKDAYS, "2026-06-02 10:30", 500, "2026-06-09 10:30", false, "a plain week: Tuesday to Tuesday" },
		{ WEEKDAYS, "2026-06-02 10:30", 300, "2026-06-05 10:30", false, "60 % of five are three" },
		{ WEEKDAYS, "2026-06-02 10:30", 750, "2026-06-11 14:30", false, "150 % of five: seven dates, then four of eight hours" },
		{ WEEKDAYS, "2026-06-05 15:00", 250, "2026-06-10 11:00", false, "Tuesday 15:00, and half a day: two hours there, two on Wednesday" },
		{ WEEKDAYS, "2026-06-05 13:00", 50, "2026-06-08 09:00", false, "half a day ends at closing: the next opening" },
		{ WEEKDAYS, "2026-06-01 09:00", 100, "2026-06-02 09:00", false, "the day of arrival does not count, even from opening on" },
		{ WEEKDAYS, "2026-06-05 16:59", 100, "2026-06-08 16:59", false, "the last minute of Friday" },
		{ WEEKDAYS, "2026-06-05 17:00", 100, "2026-06-09 09:00", false, "at closing nobody is in: counts from Monday 9:00" },
		{ WEEKDAYS, "2026-06-05 18:00", 500, "2026-06-15 09:00", false, "Friday evening is as good as Monday 9:00" },
		{ WEEKDAYS, "2026-06-06 12:00", 500, "2026-06-15 09:00", false, "so is Saturday" },
		{ WEEKDAYS, "2026-06-08 08:00", 500, "2026-06-15 09:00", false, "and Monday before opening" },
		{ WEEKDAYS, "2026-06-08 09:00", 500, "2026-06-15 09:00", false, "and Monday 9:00 itself" },
		{ WEEKDAYS, "2026-06-02 10:30:00.000001", 100, "2026-06-03 10:30:00.000001", false, "nothing is rounded" },
	};

	CHECK_ROWS(calendar_after_business_days, rows);
}

/* 2026: Wednesday 29 April; Sunday 3 to Tuesday 5 May, and Wednesday 6 as the substitute for Sunday.  2027: Thursday 29 April; Monday 3 to
 * Wednesday 5 May, no substitute. */
static void test_golden_weeks(void)
{
	static const struct row rows[] = {
		{ WEEKDAYS, "2026-04-28 15:00", 100, "2026-04-30 15:00", false, "Wednesday is 昭和の日" },
		{ WEEKDAYS, "2026-05-01 10:00", 100, "2026-05-07 10:00", false, "Saturday, Sunday, two holidays and the substitute 05-06" },
		{ WEEKDAYS, "2026-04-28 10:00", 500, "2026-05-11 10:00", false, "04-30, 05-01, 05-07, 05-08, 05-11" },
		{ WEEKDAYS, "2026-05-02 12:00", 200, "2026-05-11 09:00", false, "counts from Thursday 05-07 9:00" },
		{ WEEKDAYS, "2026-05-06 10:00", 100, "2026-05-08 09:00", false, "on the substitute holiday the desk is closed" },
		{ WEEKDAYS, "2026-05-01 16:00", 1500, "2026-05-27 16:00", false, "300 % of five: 05-07, -08, -11 to -15, -18 to -22, -25 to -27" },
		{ WEEKDAYS, "2027-04-28 11:00", 100, "2027-04-30 11:00", false, "Thursday is 昭和の日" },
		{ WEEKDAYS, "2027-04-30 11:00", 100, "2027-05-06 11:00", false, "no substitute: 05-06 is an ordinary Thursday" },
		{ WEEKDAYS, "2027-04-28 11:00", 500, "2027-05-11 11:00", false, "04-30, 05-06, 05-07, 05-10, 05-11" },
		{ NURSES, "2026-05-01 10:00", 300, "2026-05-05 10:00", false, "open on holidays, not on Sundays: 05-02, 05-04, 05-05" },
		{ SATURDAY, "2026-05-02 10:00", 100, "2026-05-07 10:00", false, "from Saturday over four closed days" },
	};

	CHECK_ROWS(calendar_after_business_days, rows);
}

static void test_other_holidays(void)
{
	static const struct row rows[] = {
		{ WEEKDAYS, "2026-09-18 14:00", 100, "2026-09-24 14:00", false, "敬老の日, the day between two holidays, 秋分の日" },
		{ WEEKDAYS, "2026-09-17 14:00", 200, "2026-09-24 14:00", false, "Friday, then Thursday" },
		{ WEEKDAYS, "2026-09-22 09:30", 100, "2026-09-25 09:00", false, "the day between is closed: counts from Thursday" },
		{ WEEKDAYS, "2027-09-17 14:00", 200, "2027-09-22 14:00", false, "in 2027 two days lie between: neither is a holiday" },
		{ WEEKDAYS, "2027-09-22 16:00", 100, "2027-09-24 16:00", false, "秋分の日 on Thursday" },
		{ WEEKDAYS, "2027-03-19 10:00", 100, "2027-03-23 10:00", false, "春分の日 on Sunday, so Monday 03-22 is the substitute" },
		{ WEEKDAYS, "2026-03-19 10:00", 100, "2026-03-23 10:00", false, "春分の日 on Friday 03-20" },
		{ WEEKDAYS, "2026-01-09 10:00", 100, "2026-01-13 10:00", false, "成人の日, second Monday of January" },
		{ WEEKDAYS, "2027-01-08 10:00", 100, "2027-01-12 10:00", false, "成人の日 again, 01-11" },
		{ WEEKDAYS, "2026-02-09 10:00", 200, "2026-02-12 10:00", false, "建国記念の日 on Wednesday" },
		{ WEEKDAYS, "2026-07-17 10:00", 100, "2026-07-21 10:00", false, "海の日, third Monday of July" },
		{ WEEKDAYS, "2026-08-10 10:00", 100, "2026-08-12 10:00", false, "山の日 on Tuesday" },
		{ WEEKDAYS, "2026-08-12 10:00", 200, "2026-08-14 10:00", false, "お盆 is no holiday" },
		{ WEEKDAYS, "2026-10-09 10:00", 100, "2026-10-13 10:00", false, "スポーツの日, second Monday of October" },
		{ WEEKDAYS, "2026-11-20 10:00", 100, "2026-11-24 10:00", false, "勤労感謝の日 on Monday" },
	};

	CHECK_ROWS(calendar_after_business_days, rows);
}

/* Closed from 29 December to 3 January, whatever the weekday. */
static void test_year_ends(void)
{
	static const struct row rows[] = {
		{ WEEKDAYS, "2026-12-28 16:00", 100, "2027-01-04 16:00", false, "Monday the last day, Monday the first" },
		{ WEEKDAYS, "2026-12-28 17:30", 100, "2027-01-05 09:00", false, "after the last closing: counts from 01-04 9:00" },
		{ WEEKDAYS, "2026-12-25 10:00", 500, "2027-01-07 10:00", false, "12-28, 01-04, -05, -06, -07" },
		{ WEEKDAYS, "2026-01-01 10:00", 100, "2026-01-06 09:00", false, "counts from Monday 01-05" },
		{ WEEKDAYS, "2027-12-27 10:00", 100, "2027-12-28 10:00", false, "the last day of the file's last year that counts" },
		{ NURSES, "2026-12-28 10:00", 100, "2026-12-29 10:00", false, "works at the year's end" },
		{ NURSES, "2026-12-31 10:00", 100, "2027-01-01 10:00", false, "and on New Year's Day, a Friday" },
	};

	CHECK_ROWS(calendar_after_business_days, rows);
}

static void test_beyond_the_file(void)
{
	static const struct row rows[] = {
		{ WEEKDAYS, "2027-12-28 10:00", 100, "2028-01-04 10:00", true, "the first date of a year that the file lacks" },
		{ WEEKDAYS, "2028-01-07 10:00", 100, "2028-01-10 10:00", true, "成人の日 of 2028, as the file will tell" },
		{ WEEKDAYS, "2025-12-22 10:00", 100, "2025-12-23 10:00", true, "before the file begins" },
		{ WEEKDAYS, "2025-12-26 10:00", 100, "2026-01-05 10:00", true, "begins before the file" },
		{ NURSES, "2027-12-30 10:00", 200, "2028-01-01 10:00", false, "open on holidays: needs no file" },
		{ ALWAYS, "2027-12-31 00:00", 500, "2028-01-05 00:00", false, "never closes: needs no file" },
	};

	CHECK_ROWS(calendar_after_business_days, rows);
}

static void test_february(void)
{
	static const struct row rows[] = {
		{ WEEKDAYS, "2027-02-26 10:00", 100, "2027-03-01 10:00", false, "no leap day: Friday to Monday" },
		{ WEEKDAYS, "2028-02-28 10:00", 100, "2028-02-29 10:00", true, "Tuesday the leap day" },
		{ WEEKDAYS, "2028-02-28 10:00", 200, "2028-03-01 10:00", true, "Wednesday behind it" },
		{ NURSES, "2028-02-28 10:00", 200, "2028-03-01 10:00", false, "the same without a file" },
		{ ALWAYS, "2028-02-28 12:00", 50, "2028-02-29 00:00", false, "half a day of 24 hours" },
		{ ALWAYS, "2028-02-29 23:59", 36600, "2029-03-01 23:59", false, "366 days from a leap day" },
	};

	CHECK_ROWS(calendar_after_business_days, rows);
}

static void test_other_weeks(void)
{
	static const struct row rows[] = {
		{ SATURDAY, "2026-06-05 14:00", 100, "2026-06-06 13:30", false, "half of eight hours, then half of seven" },
		{ SATURDAY, "2026-06-05 14:00", 200, "2026-06-08 14:00", false, "Monday has Friday's hours again" },
		{ SATURDAY, "2026-06-06 13:30", 100, "2026-06-08 14:00", false, "half of Saturday's seven is half of Monday's eight" },
		{ SATURDAY, "2026-06-06 17:00", 100, "2026-06-09 10:00", false, "Saturday's closing: counts from Monday" },
		{ SATURDAY, "2026-06-02 14:00", 600, "2026-06-09 14:00", false, "six dates a week" },
		{ TUESDAY, "2026-06-06 16:00", 100, "2026-06-09 16:00", false, "closed on Sunday and Monday" },
		{ TUESDAY, "2026-09-19 16:00", 100, "2026-09-24 16:00", false, "closed on Tuesday and Wednesday too, as holidays" },
		{ LUNCH, "2026-06-02 11:00", 100, "2026-06-03 11:00", false, "the same hour, with a pause between" },
		{ LUNCH, "2026-06-02 11:00", 50, "2026-06-02 15:30", false, "half of seven hours, the pause left out" },
		{ LUNCH, "2026-06-02 12:30", 100, "2026-06-03 13:00", false, "in the pause: counts from 13:00" },
		{ NIGHT, "2026-06-02 23:00", 100, "2026-06-03 23:00", false, "before midnight" },
		{ NIGHT, "2026-06-02 03:00", 100, "2026-06-03 03:00", false, "after midnight" },
		{ NIGHT, "2026-06-02 18:00", 50, "2026-06-03 00:00", false, "half of the date's twelve hours ends at midnight, where the next begins" },
		{ NIGHT, "2026-06-01 21:00", 100, "2026-06-02 18:00", false, "Monday has but six hours: half of them, half of Tuesday's twelve" },
		{ ALWAYS, "2026-06-05 23:30", 100, "2026-06-06 23:30", false, "24 hours" },
		{ ALWAYS, "2026-12-31 23:59", 100, "2027-01-01 23:59", false, "over the year's end" },
	};

	CHECK_ROWS(calendar_after_business_days, rows);
}

static void test_open_time(void)
{
	static const struct row rows[] = {
		{ WEEKDAYS, "2026-06-05 15:00", 120, "2026-06-05 17:00", false, "over at closing time" },
		{ WEEKDAYS, "2026-06-05 15:00", 121, "2026-06-08 09:01", false, "one minute more is Monday's" },
		{ WEEKDAYS, "2026-06-05 18:00", 120, "2026-06-08 11:00", false, "Friday evening: two hours of Monday" },
		{ WEEKDAYS, "2026-06-06 12:00", 0, "2026-06-06 12:00", false, "nothing at all has passed at once" },
		{ WEEKDAYS, "2026-06-01 09:00", 2400, "2026-06-05 17:00", false, "a week of forty hours" },
		{ WEEKDAYS, "2026-05-01 16:00", 120, "2026-05-07 10:00", false, "over the Golden Week" },
		{ WEEKDAYS, "2026-12-28 16:00", 120, "2027-01-04 10:00", false, "over the year's end" },
		{ WEEKDAYS, "2027-12-28 16:00", 60, "2027-12-28 17:00", false, "still within the file" },
		{ WEEKDAYS, "2027-12-28 16:00", 120, "2028-01-04 10:00", true, "into a year that it lacks" },
		{ LUNCH, "2026-06-02 11:00", 60, "2026-06-02 12:00", false, "until the pause" },
		{ LUNCH, "2026-06-02 11:30", 60, "2026-06-02 13:30", false, "over the pause" },
		{ NIGHT, "2026-06-02 23:00", 120, "2026-06-03 01:00", false, "over midnight" },
		{ NIGHT, "2026-06-06 05:00", 120, "2026-06-08 19:00", false, "Saturday's early hours, then Monday evening" },
		{ SATURDAY, "2026-06-06 16:30", 60, "2026-06-08 10:30", false, "over Sunday" },
		{ ALWAYS, "2026-06-06 23:00", 240, "2026-06-07 03:00", false, "never closed" },
	};

	CHECK_ROWS(open_minutes, rows);
}

static void test_next_opening(void)
{
	static const struct row rows[] = {
		{ WEEKDAYS, "2026-06-01 09:00", 0, "2026-06-01 09:00", false, "open is at once" },
		{ WEEKDAYS, "2026-06-01 16:59:59.999999", 0, "2026-06-01 16:59:59.999999", false, "until the last moment" },
		{ WEEKDAYS, "2026-06-01 17:00", 0, "2026-06-02 09:00", false, "closing time is closed" },
		{ WEEKDAYS, "2026-06-07 12:00", 0, "2026-06-08 09:00", false, "Sunday" },
		{ WEEKDAYS, "2026-01-02 10:00", 0, "2026-01-05 09:00", false, "a Friday at the year's end, and no public holiday" },
		{ WEEKDAYS, "2027-01-03 12:00", 0, "2027-01-04 09:00", false, "Monday the fourth" },
		{ WEEKDAYS, "2027-12-28 17:00", 0, "2028-01-04 09:00", true, "beyond the file" },
		{ LUNCH, "2026-06-02 12:00", 0, "2026-06-02 13:00", false, "the pause" },
		{ NIGHT, "2026-06-03 00:00", 0, "2026-06-03 00:00", false, "midnight within a night" },
		{ NIGHT, "2026-06-02 06:00", 0, "2026-06-02 18:00", false, "morning" },
		{ NIGHT, "2026-06-06 06:00", 0, "2026-06-08 18:00", false, "the week-end" },
		{ ALWAYS, "2027-01-01 00:00", 0, "2027-01-01 00:00", false, "never closed" },
	};

	CHECK_ROWS(opening, rows);
}

static void test_time_between(void)
{
	static const struct {
		enum desk desk;
		const char *from;
		const char *until;
		int64_t minutes;
		bool provisional;
		const char *why;
	} rows[] = {
		{ WEEKDAYS, "2026-06-01 00:00", "2026-06-08 00:00", 2400, false, "a week" },
		{ WEEKDAYS, "2026-06-06 00:00", "2026-06-08 00:00", 0, false, "a week-end" },
		{ WEEKDAYS, "2026-06-01 10:00", "2026-06-01 10:00", 0, false, "no time" },
		{ WEEKDAYS, "2026-05-01 00:00", "2026-05-08 00:00", 960, false, "Golden Week: Friday and Thursday" },
		{ WEEKDAYS, "2026-01-01 00:00", "2027-01-01 00:00", 240 * 480, false,
		  "2026: 261 weekdays, less 17 holidays on weekdays (all but 憲法記念日), less 01-02 and 12-29 to 12-31" },
		{ WEEKDAYS, "2027-01-01 00:00", "2028-01-01 00:00", 242 * 480, false,
		  "2027: 261 weekdays, less 16 holidays on weekdays (all but 春分の日), less 12-29 to 12-31" },
		{ WEEKDAYS, "2027-12-28 16:00", "2028-01-04 10:00", 120, true, "into a year that the file lacks" },
		{ WEEKDAYS, "2027-12-28 17:00", "2028-01-03 23:59", 0, false, "no date there opens, whatever the file will say" },
		{ LUNCH, "2026-06-02 11:00", "2026-06-02 14:00", 120, false, "without the pause" },
		{ NIGHT, "2026-06-02 23:00", "2026-06-03 05:00", 360, false, "over midnight" },
		{ SATURDAY, "2026-06-01 00:00", "2026-06-08 00:00", 5 * 480 + 420, false, "six dates" },
		{ ALWAYS, "2026-01-01 00:00", "2027-01-01 00:00", 365 * 1440, false, "a year" },
		{ ALWAYS, "2028-01-01 00:00", "2029-01-01 00:00", 366 * 1440, false, "a leap year, beyond the file" },
		{ SHUT, "2026-01-01 00:00", "2027-01-01 00:00", 0, false, "a desk that never opens" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct calendar calendar = desk_calendar(rows[i].desk);
		int64_t from_us = at(rows[i].from);
		int64_t until_us = at(rows[i].until);
		struct reckoned sum = { -1, false };

		unit_context("desk %d, %s to %s: %s", rows[i].desk, rows[i].from, rows[i].until, rows[i].why);
		check_ok(calendar_open_time(&calendar, from_us, until_us, &sum));
		check_int(sum.us, rows[i].minutes * MINUTE_US);
		check_int(sum.provisional, rows[i].provisional);
	}
}

static void test_open_at(void)
{
	static const struct {
		enum desk desk;
		const char *at;
		bool open;
	} rows[] = {
		{ WEEKDAYS, "2026-06-01 08:59:59.999999", false }, { WEEKDAYS, "2026-06-01 09:00", true },
		{ WEEKDAYS, "2026-06-01 16:59:59.999999", true },  { WEEKDAYS, "2026-06-01 17:00", false },
		{ WEEKDAYS, "2026-06-06 10:00", false },           { WEEKDAYS, "2026-05-06 10:00", false },
		{ WEEKDAYS, "2026-12-29 10:00", false },           { SATURDAY, "2026-06-06 16:59", true },
		{ SATURDAY, "2026-06-06 17:00", false },           { LUNCH, "2026-06-02 12:30", false },
		{ NIGHT, "2026-06-02 23:59:59.999999", true },     { NIGHT, "2026-06-03 00:00", true },
		{ NIGHT, "2026-06-01 00:00", false },              { NURSES, "2027-01-01 10:00", true },
		{ ALWAYS, "2027-01-01 00:00", true },              { SHUT, "2026-06-01 10:00", false },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct calendar calendar = desk_calendar(rows[i].desk);
		int64_t at_us = at(rows[i].at);

		unit_context("desk %d at %s", rows[i].desk, rows[i].at);
		check_int(calendar_open_at(&calendar, at_us), rows[i].open);
	}
}

/* What was provisional is reckoned again when the file goes on: 成人の日 of 2028 is its second Monday, 01-10. */
static void test_a_longer_file(void)
{
	static const char file[] = "header\n2027/1/1,a\n2027/11/23,b\n2028/1/1,a\n2028/1/10,c\n2028/11/23,b\n";
	struct holidays *longer = NULL;
	struct calendar calendar = desk_calendar(WEEKDAYS);
	int64_t from_us = at("2028-01-07 10:00");
	struct reckoned reached;
	char text[INSTANT_TEXT];

	require_ok(holidays_parse(bytes_of_text(file), NULL, NULL, &longer));
	calendar.holidays = longer;
	check_ok(calendar_after_business_days(&calendar, from_us, 100, &reached));
	check_text(said(reached.us, text), "2028-01-11 10:00");
	check(!reached.provisional);
	holidays_free(longer);
}

static void test_no_file(void)
{
	struct calendar calendar = { desk_hours(WEEKDAYS), NULL, TOKYO };
	int64_t from_us = at("2026-05-01 10:00");
	struct reckoned reached;
	char text[INSTANT_TEXT];

	check_ok(calendar_after_business_days(&calendar, from_us, 100, &reached));
	check_text(said(reached.us, text), "2026-05-04 10:00");
	check(reached.provisional);
	from_us = at("2026-12-28 10:00");
	check_ok(calendar_after_business_days(&calendar, from_us, 100, &reached));
	check_text(said(reached.us, text), "2027-01-04 10:00");
}

/* The same instant is Friday evening in Tokyo and Friday noon in London. */
static void test_zones(void)
{
	struct calendar calendar = desk_calendar(WEEKDAYS);
	int64_t from_us = at("2026-06-05 21:00");
	struct reckoned reached;

	check(!calendar_open_at(&calendar, from_us));
	calendar.offset_minutes = 0;
	check(calendar_open_at(&calendar, from_us));
	check_ok(calendar_after_open_time(&calendar, from_us, 6 * HOUR_US, &reached));
	check_int(reached.us, at("2026-06-08 19:00")); /* five hours until 17:00, one from Monday 9:00 */
	calendar.offset_minutes = -300;
	check(!calendar_open_at(&calendar, from_us)); /* 7:00 */
	check_ok(calendar_next_opening(&calendar, from_us, &reached));
	check_int(reached.us, at("2026-06-05 23:00"));
}

static void test_never_open(void)
{
	struct calendar calendar = desk_calendar(SHUT);
	struct reckoned reached = { 42, true };
	int64_t from_us = at("2026-06-01 10:00");

	check_err(calendar_next_opening(&calendar, from_us, &reached), ERR_NOT_FOUND);
	check_err(calendar_after_open_time(&calendar, from_us, 1, &reached), ERR_NOT_FOUND);
	check_err(calendar_after_business_days(&calendar, from_us, 100, &reached), ERR_NOT_FOUND);
	check_int(reached.us, 42);
	check_ok(calendar_after_open_time(&calendar, from_us, 0, &reached));
	check_int(reached.us, from_us);
}

/* One minute a week: enough of it for a year or two, not for a thousand days of eight hours. */
static void test_hardly_open(void)
{
	struct opening_hours hours = { .counts = { [6] = 1 }, .spans = { [6] = { { 600, 601 } } } };
	struct calendar calendar = { &hours, sample_holidays(), TOKYO };
	struct reckoned reached = { 42, false };
	int64_t from_us = at("2026-06-01 10:00");

	check_err(calendar_after_open_time(&calendar, from_us, 1000 * HOUR_US, &reached), ERR_NOT_FOUND);
	check_err(calendar_after_business_days(&calendar, from_us, 100000, &reached), ERR_NOT_FOUND);
	check_int(reached.us, 42);
	check_ok(calendar_after_open_time(&calendar, from_us, 2 * MINUTE_US, &reached));
	check_int(reached.us, at("2026-06-14 10:01"));
}

static void test_bounds(void)
{
	struct calendar calendar = desk_calendar(ALWAYS);
	struct reckoned reached = { 42, true };
	int64_t from_us = at("2026-06-01 10:00");
	const int64_t wrong[] = { -1, INT64_MIN, CALENDAR_UNTIL_US, INT64_MAX };

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		unit_context("%lld", (long long)wrong[i]);
		check_err(calendar_next_opening(&calendar, wrong[i], &reached), ERR_RANGE);
		check_err(calendar_after_open_time(&calendar, wrong[i], 1, &reached), ERR_RANGE);
		check_err(calendar_after_business_days(&calendar, wrong[i], 1, &reached), ERR_RANGE);
		check_err(calendar_open_time(&calendar, wrong[i], from_us, &reached), ERR_RANGE);
		check_err(calendar_open_time(&calendar, from_us, wrong[i], &reached), ERR_RANGE);
		check(calendar_open_at(&calendar, wrong[i]));
	}
	check_err(calendar_open_time(&calendar, from_us, from_us - 1, &reached), ERR_RANGE);
	check_err(calendar_open_time(&calendar, from_us, from_us + CALENDAR_REACH_DAYS * DAY_US + 1, &reached), ERR_RANGE);
	check_err(calendar_after_open_time(&calendar, from_us, -1, &reached), ERR_RANGE);
	check_err(calendar_after_open_time(&calendar, from_us, CALENDAR_REACH_DAYS * DAY_US + 1, &reached), ERR_RANGE);
	check_err(calendar_after_business_days(&calendar, from_us, -1, &reached), ERR_RANGE);
	check_err(calendar_after_business_days(&calendar, from_us, INT64_MAX, &reached), ERR_RANGE);
	check_int(reached.us, 42);
	check_ok(calendar_open_time(&calendar, from_us, from_us + CALENDAR_REACH_DAYS * DAY_US, &reached));
	check_int(reached.us, CALENDAR_REACH_DAYS * DAY_US);
	check_ok(calendar_after_open_time(&calendar, CALENDAR_UNTIL_US - 1, CALENDAR_REACH_DAYS * DAY_US, &reached));
	check_int(reached.us, CALENDAR_UNTIL_US - 1 + CALENDAR_REACH_DAYS * DAY_US);
	check_ok(calendar_after_business_days(&calendar, 0, CALENDAR_REACH_DAYS * INT64_C(100), &reached));
	check_int(reached.us, CALENDAR_REACH_DAYS * DAY_US);
}

UNIT_SUITE("rules/calendar",
	{ "plain weeks", test_plain_weeks },
	{ "the Golden Weeks of 2026 and 2027", test_golden_weeks },
	{ "other holidays", test_other_holidays },
	{ "year ends", test_year_ends },
	{ "beyond the holiday file", test_beyond_the_file },
	{ "leap days", test_february },
	{ "Saturdays, pauses, nights, 24/365", test_other_weeks },
	{ "open time", test_open_time },
	{ "the next opening", test_next_opening },
	{ "open time between two instants", test_time_between },
	{ "open or not", test_open_at },
	{ "a longer file settles what was provisional", test_a_longer_file },
	{ "no file at all", test_no_file },
	{ "zones", test_zones },
	{ "a desk that never opens", test_never_open },
	{ "a desk that hardly opens", test_hardly_open },
	{ "bounds", test_bounds });
