/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/opening_hours.h"

#include <stdio.h>

#include "contract/civil_time.h"
#include "unit.h"

#define DAYS(...) (uint32_t[]){ __VA_ARGS__ }, sizeof((uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t)

static const struct holiday_list none;

static int32_t day_of(const char *text)
{
	int32_t day = 0;

	require_ok(civil_day_parse(bytes_of_text(text), &day));
	return day;
}

static Pb__OpenSpan span_of(uint32_t *days, size_t count, const char *opens, const char *closes)
{
	Pb__OpenSpan span = PB__OPEN_SPAN__INIT;

	span.days = days;
	span.n_days = count;
	span.opens = (char *)(uintptr_t)opens;
	span.closes = (char *)(uintptr_t)closes;
	return span;
}

static enum err compile(Pb__OpenSpan *spans, size_t count, struct opening_hours *hours)
{
	Pb__Hours stated = PB__HOURS__INIT;
	Pb__OpenSpan *rows[16];

	for (size_t i = 0; i < count; i++)
		rows[i] = &spans[i];
	stated.spans = rows;
	stated.n_spans = count;
	return opening_hours_compile(&stated, hours);
}

static void test_minutes(void)
{
	static const struct {
		const char *text;
		int minute; /* -1: refused */
	} rows[] = {
		{ "00:00", 0 }, { "09:30", 570 }, { "23:59", 1439 }, { "24:00", 1440 }, { "24:01", -1 }, { "25:00", -1 }, { "12:60", -1 },
		{ "9:00", -1 }, { "09-00", -1 }, { "", -1 }, { "09:00 ", -1 }, { "0x:00", -1 }, { "12:0x", -1 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		uint16_t minute = 4711;

		unit_context("%s", rows[i].text);
		check_err(opening_minute_parse(rows[i].text, &minute), rows[i].minute < 0 ? ERR_FORMAT : ERR_OK);
		check_uint(minute, rows[i].minute < 0 ? 4711u : (unsigned)rows[i].minute);
	}
}

static void test_usual(void)
{
	struct opening_hours hours;
	int32_t friday = day_of("2026-11-20");

	require_ok(opening_hours_compile(NULL, &hours));
	check(opening_hours_open_at(&hours, &none, friday, 9 * 60));
	check(opening_hours_open_at(&hours, &none, friday, 17 * 60 - 1));
	check(!opening_hours_open_at(&hours, &none, friday, 17 * 60));
	check(!opening_hours_open_at(&hours, &none, friday, 9 * 60 - 1));
	check(!opening_hours_open_at(&hours, &none, friday + 1, 12 * 60)); /* Saturday */
	check(!opening_hours_open_at(&hours, &none, friday + 2, 12 * 60));
	check(opening_hours_open_at(&hours, &none, friday + 3, 12 * 60));
	check(opening_hours_ever(&hours));
}

static void test_holidays(void)
{
	int32_t days[] = { day_of("2026-11-03"), day_of("2026-11-23") };
	struct holiday_list holidays = { days, 2 };
	Pb__Hours stated = PB__HOURS__INIT;
	struct opening_hours hours;

	require_ok(opening_hours_compile(&stated, &hours));
	check(!opening_hours_open_at(&hours, &holidays, days[0], 600));
	check(opening_hours_open_at(&hours, &none, days[0], 600)); /* a Tuesday otherwise */
	check(!opening_hours_open_at(&hours, &holidays, days[1], 600));
	check(opening_hours_open_at(&hours, &holidays, days[1] + 1, 600));
	stated.open_on_holidays = true;
	require_ok(opening_hours_compile(&stated, &hours));
	check(opening_hours_open_at(&hours, &holidays, days[0], 600));
	check(opening_hours_open_at(&hours, &holidays, day_of("2026-12-31"), 600)); /* a Thursday */
	check(!opening_hours_open_at(&hours, &holidays, days[0], 18 * 60));
}

static void test_year_end(void)
{
	static const struct {
		const char *day;
		bool holiday;
	} rows[] = {
		{ "2026-12-28", false }, { "2026-12-29", true }, { "2026-12-31", true }, { "2027-01-01", true },
		{ "2027-01-03", true },  { "2027-01-04", false },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		unit_context("%s", rows[i].day);
		check(opening_is_holiday(&none, day_of(rows[i].day)) == rows[i].holiday);
	}
}

static void test_always(void)
{
	Pb__Hours stated = PB__HOURS__INIT;
	struct opening_hours hours;
	const struct opening_span *spans;
	int32_t new_year = day_of("2027-01-01");

	stated.always = true;
	require_ok(opening_hours_compile(&stated, &hours));
	require(opening_hours_of_day(&hours, &none, new_year, &spans) == 1);
	check_uint(spans[0].opens, 0);
	check_uint(spans[0].closes, 1440);
	check(opening_hours_open_at(&hours, &none, new_year, 3 * 60));
	check(opening_hours_ever(&hours));
}

/* Two spans a day with a pause; a night desk over midnight as two spans. */
static void test_spans(void)
{
	Pb__OpenSpan stated[] = { span_of(DAYS(1), "13:00", "17:00"), span_of(DAYS(1), "09:00", "12:00"),
				  span_of(DAYS(5), "22:00", "24:00"), span_of(DAYS(6), "00:00", "05:00") };
	struct opening_hours hours;
	const struct opening_span *spans;
	int32_t monday = day_of("2026-11-16");

	require_ok(compile(stated, 4, &hours));
	require(opening_hours_of_day(&hours, &none, monday, &spans) == 2);
	check_uint(spans[0].opens, 540); /* in order, whatever the order of the file */
	check_uint(spans[0].closes, 720);
	check_uint(spans[1].opens, 780);
	check(!opening_hours_open_at(&hours, &none, monday, 12 * 60 + 30));
	check(opening_hours_open_at(&hours, &none, monday + 4, 23 * 60 + 59));
	check(opening_hours_open_at(&hours, &none, monday + 5, 0));
	check(!opening_hours_open_at(&hours, &none, monday + 5, 300));
	check_uint(opening_hours_of_day(&hours, &none, monday + 1, &spans), 0);
}

static void test_joining(void)
{
	Pb__OpenSpan stated[] = { span_of(DAYS(1), "09:00", "10:00"), span_of(DAYS(1), "12:00", "13:00"),
				  span_of(DAYS(1), "15:00", "16:00"), span_of(DAYS(1), "10:00", "12:30") };
	struct opening_hours hours;

	require_ok(compile(stated, 4, &hours));
	check_uint(hours.counts[0], 2);
	check_uint(hours.spans[0][0].opens, 540);
	check_uint(hours.spans[0][0].closes, 780);
	check_uint(hours.spans[0][1].opens, 900);
	check_uint(hours.spans[0][1].closes, 960);
}

/* Spans in any order open exactly the minutes that any of them covers. */
static void test_random_spans(void)
{
	uint32_t wednesday[] = { 3 };

	for (int round = 0; round < 300; round++) {
		char texts[12][2][8];
		Pb__OpenSpan stated[12];
		bool open[1440] = { false };
		struct opening_hours hours;
		size_t count = 1 + unit_random_below(8);

		for (size_t i = 0; i < count; i++) {
			unsigned opens = (unsigned)unit_random_below(1440);
			unsigned closes = opens + 1 + (unsigned)unit_random_below(1440 - opens);

			snprintf(texts[i][0], sizeof texts[i][0], "%02u:%02u", opens / 60 % 25, opens % 60);
			snprintf(texts[i][1], sizeof texts[i][1], "%02u:%02u", closes / 60 % 25, closes % 60);
			stated[i] = span_of(wednesday, 1, texts[i][0], texts[i][1]);
			memset(open + opens, true, closes - opens);
		}
		require_ok(compile(stated, count, &hours));
		for (int32_t minute = 0; minute < 1440; minute++)
			require(opening_hours_open_at(&hours, &none, day_of("2026-11-18"), minute) == open[minute]);
	}
}

static void test_refused(void)
{
	Pb__OpenSpan rows[] = { span_of(DAYS(1), "17:00", "09:00"), span_of(DAYS(1), "09:00", "09:00"), span_of(DAYS(0), "09:00", "10:00"),
				span_of(DAYS(8), "09:00", "10:00"), span_of(DAYS(1), "9", "10:00"), span_of(DAYS(1), "09:00", "") };
	struct opening_hours hours = { .counts = { 42 } };

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		unit_context("row %zu", i);
		check_err(compile(&rows[i], 1, &hours), ERR_FORMAT);
		check_uint(hours.counts[0], 42);
	}
}

static void test_too_many(void)
{
	uint32_t sunday[] = { 7 };
	char texts[9][2][8];
	Pb__OpenSpan stated[9];
	struct opening_hours hours = { .counts = { 42 } };

	for (unsigned i = 0; i < 9; i++) {
		snprintf(texts[i][0], sizeof texts[i][0], "%02u:00", (2 * i) % 24);
		snprintf(texts[i][1], sizeof texts[i][1], "%02u:00", (2 * i + 1) % 24);
		stated[i] = span_of(sunday, 1, texts[i][0], texts[i][1]);
	}
	check_err(compile(stated, 9, &hours), ERR_TOO_LARGE);
	check_uint(hours.counts[0], 42);
	check_ok(compile(stated, 8, &hours));
	check_uint(hours.counts[6], 8);
}

static void test_until_open(void)
{
	static const struct {
		const char *day;
		int32_t minute;
		int64_t until;
	} rows[] = {
		{ "2026-11-20", 600, 0 },              /* Friday 10:00 */
		{ "2026-11-20", 500, 40 },             /* 8:20 */
		{ "2026-11-20", 1019, 0 },             /* 16:59 */
		{ "2026-11-20", 1020, 16 * 60 + 2 * 1440 + 1440 }, /* 17:00: Saturday, Sunday, Monday is a holiday */
		{ "2026-11-22", 0, 2 * 1440 + 540 },   /* Sunday */
		{ "2026-12-28", 1020, 16 * 60 + 6 * 1440 }, /* the year's end: 2027-01-04 */
	};
	int32_t holidays[] = { day_of("2026-11-23") };
	struct holiday_list list = { holidays, 1 };
	struct opening_hours hours;
	struct opening_hours never = { .always = false };

	require_ok(opening_hours_compile(NULL, &hours));
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		unit_context("%s %d", rows[i].day, rows[i].minute);
		check_int(opening_hours_until_open(&hours, &list, day_of(rows[i].day), rows[i].minute, 30), rows[i].until);
	}
	check_int(opening_hours_until_open(&hours, &list, day_of("2026-11-22"), 0, 1), -1);
	check_int(opening_hours_until_open(&hours, &list, day_of("2026-11-22"), 0, 2), 2 * 1440 + 540);
	check(!opening_hours_ever(&never));
	check_int(opening_hours_until_open(&never, &none, 0, 0, 400), -1);
}

UNIT_SUITE("contract/opening_hours",
	{ "times of day", test_minutes },
	{ "the usual hours", test_usual },
	{ "holidays close, unless the entry says otherwise", test_holidays },
	{ "the year's end", test_year_end },
	{ "a desk that never closes", test_always },
	{ "several spans a day, and over midnight", test_spans },
	{ "spans that touch become one", test_joining },
	{ "random spans open what they cover", test_random_spans },
	{ "what makes no hours is refused", test_refused },
	{ "more spans than a day may have", test_too_many },
	{ "how long until it opens", test_until_open });
