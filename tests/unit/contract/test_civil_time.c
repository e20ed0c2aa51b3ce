/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/civil_time.h"

#include "base/clock.h"
#include "unit.h"

static int32_t day_of(const char *text)
{
	int32_t day = 0;

	require_ok(civil_day_parse(bytes_of_text(text), &day));
	return day;
}

static void test_days(void)
{
	static const struct {
		const char *text;
		int32_t day;
		unsigned weekday;
	} rows[] = {
		{ "1970-01-01", 0, 4 },      { "1969-12-31", -1, 3 },    { "1970-01-05", 4, 1 },      { "2000-02-29", 11016, 2 },
		{ "2026-11-22", 20779, 7 },  { "2024-02-29", 19782, 4 }, { "2100-03-01", 47541, 1 },  { "1900-01-01", -25567, 1 },
		{ "9999-12-31", 2932896, 5 }, { "0000-03-01", -719468, 3 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char text[CIVIL_DATE];

		unit_context("%s", rows[i].text);
		check_int(day_of(rows[i].text), rows[i].day);
		check_uint(civil_weekday(rows[i].day), rows[i].weekday);
		civil_day_format(rows[i].day, text);
		check_text(text, rows[i].text);
	}
}

static void test_refused(void)
{
	static const struct {
		const char *text;
		enum err err;
	} rows[] = {
		{ "", ERR_FORMAT },           { "2026-1-1", ERR_FORMAT },    { "2026/01/01", ERR_FORMAT }, { "2026-01-01 ", ERR_FORMAT },
		{ "2026-02-29", ERR_RANGE },  { "2100-02-29", ERR_RANGE },   { "2026-13-01", ERR_RANGE },  { "2026-00-10", ERR_RANGE },
		{ "2026-04-31", ERR_RANGE },  { "2026-04-00", ERR_RANGE },   { "20a6-04-01", ERR_FORMAT },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		int32_t day = 4711;

		unit_context("%s", rows[i].text);
		check_err(civil_day_parse(bytes_of_text(rows[i].text), &day), rows[i].err);
		check_int(day, 4711);
	}
}

/* Every day of four hundred years follows the one before, in date and weekday. */
static void test_succession(void)
{
	int32_t first = day_of("1850-01-01");
	struct civil_date before = civil_date_of(first - 1);

	for (int32_t day = first; day < first + 146097; day++) {
		struct civil_date date = civil_date_of(day);
		bool same_month = date.year == before.year && date.month == before.month && date.day == before.day + 1;
		bool next_month = date.day == 1 && (date.month == before.month + 1 || (date.month == 1 && before.month == 12));

		require(same_month || next_month);
		require(civil_day_of(date) == day);
		require(civil_weekday(day) == civil_weekday(day - 1) % 7 + 1);
		before = date;
	}
}

static void test_wall_clock(void)
{
	int64_t us = 0;
	struct civil_time time;

	require_ok(clock_parse("2026-12-31T15:00:30.5Z", &us));
	time = civil_time_of(us, 540); /* midnight in Tokyo */
	check_int(time.day, day_of("2027-01-01"));
	check_int(time.minute, 0);
	check_int(time.us, 30500000);
	check_int(civil_time_us(time, 540), us);
	time = civil_time_of(us, 0);
	check_int(time.day, day_of("2026-12-31"));
	check_int(time.minute, 15 * 60);
	time = civil_time_of(-1, -60); /* before 1970, west of Greenwich */
	check_int(time.day, -1);
	check_int(time.minute, 22 * 60 + 59);
	check_int(time.us, 59999999);
	check_int(civil_time_us(time, -60), -1);
}

static void test_round_trip(void)
{
	for (int i = 0; i < 20000; i++) {
		int64_t us = (int64_t)(unit_random() >> 4) - (INT64_C(1) << 59);
		int offset = (int)unit_random_below(2878) - 1439;
		struct civil_time time = civil_time_of(us, offset);

		require(time.minute >= 0 && time.minute < 1440 && time.us >= 0 && time.us < CIVIL_MINUTE_US);
		require(civil_time_us(time, offset) == us);
	}
}

/* The first and last instants that a number can hold, 292,000 years away, are told without overflow. */
static void test_farthest(void)
{
	struct civil_time first = civil_time_of(INT64_MIN, -720);
	struct civil_time last = civil_time_of(INT64_MAX, 540);

	check_int(first.day, -106751992);
	check_int(first.minute, 19 * 60 + 59 - 720); /* -9223372036854.775808 s is 19:59:05.224192 */
	check_int(first.us, 5224192);
	check_int(last.day, 106751991);
	check_int(last.minute, 4 * 60 + 540);
	check_int(last.us, 54775807);
}

static void test_zones(void)
{
	int offset = 4711;

	check_ok(civil_zone("Asia/Tokyo", &offset));
	check_int(offset, 540);
	check_ok(civil_zone("UTC", &offset));
	check_int(offset, 0);
	check_err(civil_zone("Europe/Berlin", &offset), ERR_NOT_FOUND); /* has summer time */
	check_err(civil_zone("", &offset), ERR_NOT_FOUND);
	check_int(offset, 0);
}

UNIT_SUITE("contract/civil_time",
	{ "days, dates and weekdays", test_days },
	{ "what is no date is refused", test_refused },
	{ "each day follows the one before", test_succession },
	{ "what the wall clock shows", test_wall_clock },
	{ "any moment, there and back", test_round_trip },
	{ "the farthest instants", test_farthest },
	{ "zones without summer time", test_zones });
