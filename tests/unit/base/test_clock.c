/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"

#include <stdio.h>
#include <time.h>

#include "unit.h"

#define SECOND INT64_C(1000000)

static void test_wall(void)
{
	int64_t before = (int64_t)time(NULL) * SECOND;
	int64_t now = clock_wall_us();

	check(now >= before - SECOND); /* time() may lag behind by its tick */
	check(now < before + 10 * SECOND);
}

static void test_mono(void)
{
	int64_t last = clock_mono_us();

	check(last > 0);
	for (int i = 0; i < 10000; i++) {
		int64_t now = clock_mono_us();

		check(now >= last);
		last = now;
	}
}

struct row {
	int64_t us;
	int offset;
	const char *text;
};

static void test_format(void)
{
	static const struct row rows[] = {
		{ 0, 0, "1970-01-01T00:00:00.000Z" },
		{ 0, 540, "1970-01-01T09:00:00.000+09:00" },
		{ INT64_C(1795344612345678), 540, "2026-11-22T19:50:12.345+09:00" },
		{ INT64_C(1795344612345678), 0, "2026-11-22T10:50:12.345Z" },
		{ INT64_C(1795344612345678), -210, "2026-11-22T07:20:12.345-03:30" },
		{ -1, 0, "1969-12-31T23:59:59.999Z" },
		{ -SECOND, 0, "1969-12-31T23:59:59.000Z" },
		{ INT64_C(951782400) * SECOND, 0, "2000-02-29T00:00:00.000Z" },
		{ 0, 1439, "1970-01-01T23:59:00.000+23:59" },
		{ 0, 1440, "1970-01-01T00:00:00.000Z" },
		{ 0, INT32_MIN, "1970-01-01T00:00:00.000Z" },
	};
	char text[CLOCK_TEXT];

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		clock_format(rows[i].us, rows[i].offset, text);
		check_text(text, rows[i].text);
	}
}

/* No moment overruns the buffer. */
static void test_format_extremes(void)
{
	char text[CLOCK_TEXT + 8];

	memset(text, '#', sizeof text);
	clock_format(INT64_MAX, 1439, text);
	check_text(text, "294247-01-11T03:59:54.775+23:59");
	clock_format(INT64_MIN, -1439, text);
	check(strlen(text) < CLOCK_TEXT);
	check(text[CLOCK_TEXT] == '#');
}

static void test_parse(void)
{
	static const struct row rows[] = {
		{ 0, 0, "1970-01-01T00:00:00Z" },
		{ 0, 0, "1970-01-01t09:00:00+09:00" },
		{ 0, 0, "1969-12-31T20:30:00-03:30" },
		{ INT64_C(1795344612345678), 0, "2026-11-22T19:50:12.345678+09:00" },
		{ INT64_C(1795344612345000), 0, "2026-11-22T19:50:12.345+09:00" },
		{ INT64_C(1795344612300000), 0, "2026-11-22T10:50:12.3z" },
		{ INT64_C(951782400) * SECOND, 0, "2000-02-29T00:00:00Z" },
		{ INT64_C(-62167219200) * SECOND, 0, "0000-01-01T00:00:00Z" },
		{ INT64_C(253402300799) * SECOND + 999999, 0, "9999-12-31T23:59:59.999999Z" },
		{ 0, 0, "1970-01-01T00:00:00-00:00" },
		/* The leap second at the end of 2016, in UTC and in Japan. */
		{ INT64_C(1483228800) * SECOND, 0, "2016-12-31T23:59:60Z" },
		{ INT64_C(1483228800) * SECOND + 500000, 0, "2017-01-01T08:59:60.5+09:00" },
	};
	int64_t us;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		unit_context("%s", rows[i].text);
		us = -1;
		check_ok(clock_parse(rows[i].text, &us));
		check_int(us, rows[i].us);
	}
}

static void test_parse_refuses(void)
{
	static const char *const rows[] = {
		"", "Z", "2026", "2026-11-22", "2026-11-22T19:50:12", "2026-11-22 19:50:12Z", "2026-11-22T19:50Z",
		"2026-11-22T19:50:12+0900", "2026-11-22T19:50:12+09", "2026-11-22T19:50:12.+09:00", "2026-11-22T19:50:12.1234567Z",
		"2026-11-22T19:50:12Z ", " 2026-11-22T19:50:12Z", "2026-11-22T19:50:12ZZ", "2026-13-01T00:00:00Z",
		"2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-01-32T00:00:00Z", "2026-04-31T00:00:00Z",
		"2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z",
		"2026-01-01T00:00:61Z", "2026-01-01T00:00:60Z", "2026-01-01T23:59:60+09:00", "2026-01-01T00:00:00+24:00",
		"2026-01-01T00:00:00+09:60", "26-01-01T00:00:00Z", "12026-01-01T00:00:00Z", "-026-01-01T00:00:00Z",
		"2026-1-1T00:00:00Z", "2026/01/01T00:00:00Z", "2026-01-01T0 :00:00Z", "2026-01-01T00:00:00,5Z",
		"2026-01-01T00:00:00+-9:00", "令和8年11月22日",
	};
	int64_t us = 77;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		unit_context("%s", rows[i]);
		check_err(clock_parse(rows[i], &us), ERR_FORMAT);
		check_int(us, 77);
	}
}

/* Cut anywhere, a time is no time: nothing is read behind the end. */
static void test_parse_prefixes(void)
{
	static const char whole[] = "2026-11-22T19:50:12.345678+09:00";
	char part[sizeof whole];
	int64_t us;

	for (size_t len = 0; len < sizeof whole - 1; len++) {
		snprintf(part, sizeof part, "%.*s", (int)len, whole);
		unit_context("%s", part);
		check_err(clock_parse(part, &us), ERR_FORMAT);
	}
}

static void test_round_trip(void)
{
	char text[CLOCK_TEXT];
	int64_t us;

	for (int i = 0; i < 5000; i++) {
		int64_t ms = (int64_t)unit_random_below(UINT64_C(253402300800000) + UINT64_C(62167219200000)) - INT64_C(62167219200000);
		int offset = (int)unit_random_below(2 * 1439 + 1) - 1439;

		if (ms / 1000 + offset * 60 < INT64_C(-62167219200) || ms / 1000 + offset * 60 >= INT64_C(253402300799))
			continue; /* another year than four digits can write */
		clock_format(ms * 1000, offset, text);
		unit_context("%s", text);
		check_ok(clock_parse(text, &us));
		check_int(us, ms * 1000);
	}
}

UNIT_SUITE("base/clock",
	{ "the wall clock tells the time", test_wall },
	{ "the monotonic clock never goes back", test_mono },
	{ "format shows milliseconds and offset", test_format },
	{ "format stays within its buffer", test_format_extremes },
	{ "parse takes what RFC 3339 allows", test_parse },
	{ "parse refuses everything else", test_parse_refuses },
	{ "parse refuses every cut time", test_parse_prefixes },
	{ "what is formatted is parsed", test_round_trip });
