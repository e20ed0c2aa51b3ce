/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/holidays.h"

#include <stdio.h>
#include <stdlib.h>

#include "desks.h"
#include "unit.h"

#define WHOLE(year) #year "/1/1,元日\n" #year "/11/23,勤労感謝の日\n"
#define TOLD_MAX 64

struct told {
	unsigned count;
	unsigned lines[TOLD_MAX];
	char texts[TOLD_MAX][256];
};

static void tell(void *context, unsigned line, const char *text)
{
	struct told *told = context;

	require(told->count < TOLD_MAX);
	told->lines[told->count] = line;
	snprintf(told->texts[told->count++], sizeof told->texts[0], "%s", text);
}

static struct holidays *parse(const char *file)
{
	struct holidays *holidays = NULL;
	struct told told = { 0 };

	check_ok(holidays_parse(bytes_of_text(file), tell, &told, &holidays));
	check_uint(told.count, 0);
	require(holidays != NULL);
	return holidays;
}

static void check_refused(const char *file, enum err err, unsigned line, const char *begins)
{
	struct holidays *holidays = NULL;
	struct told told = { 0 };

	check_err(holidays_parse(bytes_of_text(file), tell, &told, &holidays), err);
	check(holidays == NULL);
	check_uint(told.count, 1);
	check_uint(told.lines[0], line);
	if (!check(strncmp(told.texts[0], begins, strlen(begins)) == 0))
		check_text(told.texts[0], begins);
}

static void test_days_in_order(void)
{
	struct holidays *holidays = parse("head\n2027/11/23,d\n2026/1/1,a\n2027/1/1,c\n2026/11/23,b\n");
	const int32_t days[] = { day("2026-01-01"), day("2026-11-23"), day("2027-01-01"), day("2027-11-23") };
	static const char *const names[] = { "a", "b", "c", "d" };

	require(holidays->list.count == 4);
	for (size_t i = 0; i < 4; i++) {
		check_int(holidays->list.days[i], days[i]);
		check_text(holidays->names[i], names[i]);
		check_text(holidays_name(holidays, days[i]), names[i]);
		check(holidays_name(holidays, days[i] + 1) == NULL);
		check(holidays_name(holidays, days[i] - 1) == NULL);
	}
	check_int(holidays->first_year, 2026);
	check_int(holidays->last_year, 2027);
	holidays_free(holidays);
}

static void test_coverage(void)
{
	struct holidays *holidays = parse("head\n" WHOLE(2026) WHOLE(2027));

	check(!holidays_cover(holidays, day("2025-12-31")));
	check(holidays_cover(holidays, day("2026-01-01")));
	check(holidays_cover(holidays, day("2027-12-31")));
	check(!holidays_cover(holidays, day("2028-01-01")));
	check(!holidays_cover(holidays, INT32_MAX));
	check(!holidays_cover(holidays, INT32_MIN));
	check_int(holidays_alarm_day(holidays), day("2027-10-03")); /* 29 days of October, 30, 31: 90 to 2028-01-01 */
	holidays_free(holidays);
	holidays = parse(WHOLE(2028));
	check_int(holidays_alarm_day(holidays), day("2028-10-03")); /* a leap year ends as any other */
	holidays_free(holidays);
}

static void test_nothing_loaded(void)
{
	check_uint(holidays_list(NULL).count, 0);
	check(!holidays_cover(NULL, day("2026-01-01")));
	check(holidays_name(NULL, day("2026-01-01")) == NULL);
	check_int(holidays_alarm_day(NULL), INT32_MIN);
	holidays_free(NULL);
}

static void test_years_not_whole(void)
{
	check_refused("", ERR_FORMAT, 0, "holds no holiday at all");
	check_refused("head\n", ERR_FORMAT, 0, "holds no holiday at all");
	check_refused("head\n" WHOLE(2026) "2027/1/1,元日\n2027/5/3,憲法記念日\n", ERR_FORMAT, 0, "2027 is not whole");
	check_refused("head\n2026/11/23,勤労感謝の日\n", ERR_FORMAT, 0, "2026 is not whole");
	check_refused("head\n" WHOLE(2025) WHOLE(2027), ERR_FORMAT, 0, "2026 is not whole");
}

static void test_days_given_twice(void)
{
	struct holidays *holidays = NULL;
	struct told told = { 0 };

	check_refused("head\n" WHOLE(2026) "2026/1/1,元日\n", ERR_FORMAT, 4, "this day stands in line 2 already");
	check_refused("head\n2026/01/01,元日\n" WHOLE(2026), ERR_FORMAT, 3, "this day stands in line 2 already");
	check_err(holidays_parse(bytes_of_text("2026/11/23,a\n2026/1/1,b\n2026/1/1,b\n2026/11/23,a\n2026/1/1,b\n"), tell, &told, &holidays), ERR_FORMAT);
	require(told.count == 3);
	check_uint(told.lines[0], 3);
	check_uint(told.lines[1], 4);
	check_uint(told.lines[2], 5);
	check(strstr(told.texts[1], "line 1 ") != NULL);
	check(strstr(told.texts[2], "line 2 ") != NULL);
}

static void test_every_problem_is_told(void)
{
	struct holidays *holidays = NULL;
	struct told told = { 0 };

	check_err(holidays_parse(bytes_of_text("head\nx\n2026/1/1,a\n2026/13/1,b\n1947/1/1,c\n2026/1/1,a\n"), tell, &told, &holidays), ERR_FORMAT);
	require(told.count == 4);
	check_uint(told.lines[0], 2);
	check_uint(told.lines[1], 4);
	check_uint(told.lines[2], 5);
	check_uint(told.lines[3], 6);
	check_err(holidays_parse(bytes_of_text("head\nx\n"), NULL, NULL, &holidays), ERR_FORMAT);
	check(holidays == NULL);
}

static void test_too_many_problems(void)
{
	struct holidays *holidays = NULL;
	struct told told = { 0 };
	char file[1000];

	memset(file, 'x', sizeof file);
	for (size_t i = 1; i < sizeof file; i += 2)
		file[i] = '\n';
	check_err(holidays_parse(bytes_of(file, sizeof file), tell, &told, &holidays), ERR_FORMAT);
	check_uint(told.count, HOLIDAYS_PROBLEMS_MAX + 1);
	check_uint(told.lines[HOLIDAYS_PROBLEMS_MAX - 1], HOLIDAYS_PROBLEMS_MAX + 1);
	check_text(told.texts[HOLIDAYS_PROBLEMS_MAX], "there are more problems than these");
}

static void test_too_large(void)
{
	struct holidays *holidays = NULL;
	struct told told = { 0 };
	char *file = calloc(1, HOLIDAYS_FILE_MAX + 1);

	require(file != NULL);
	memset(file, '\n', HOLIDAYS_FILE_MAX + 1);
	check_err(holidays_parse(bytes_of(file, HOLIDAYS_FILE_MAX + 1), tell, &told, &holidays), ERR_TOO_LARGE);
	check_uint(told.count, 1);
	check_err(holidays_parse(bytes_of(file, HOLIDAYS_FILE_MAX), NULL, NULL, &holidays), ERR_FORMAT);
	free(file);
	check(holidays == NULL);
}

/* Names do not count, however broken; days do. */
static void test_names(void)
{
	struct holidays *holidays = parse("2026/1/1,\x8c\xb3\x93\xfa\n2026/5/5\n2026/5/6,\n2026/11/3,文化の日,more\n2026/11/23,勤労感謝の日");

	check_text(holidays_name(holidays, day("2026-01-01")), "");
	check_text(holidays_name(holidays, day("2026-05-05")), "");
	check_text(holidays_name(holidays, day("2026-05-06")), "");
	check_text(holidays_name(holidays, day("2026-11-03")), "文化の日");
	check_text(holidays_name(holidays, day("2026-11-23")), "勤労感謝の日");
	holidays_free(holidays);
}

/* Any bytes whatever give an answer, and a file with one of its bytes changed is never half believed: days are right or it is refused. */
static void test_noise(void)
{
	static const char good[] = "head\r\n" WHOLE(2026) "2026/5/3,憲法記念日\r\n" WHOLE(2027);

	for (unsigned round = 0; round < 20000; round++) {
		uint8_t noise[sizeof good - 1];
		struct holidays *holidays = NULL;

		memcpy(noise, good, sizeof noise);
		for (uint64_t changes = 1 + unit_random_below(3); changes > 0; changes--)
			noise[unit_random_below(sizeof noise)] = (uint8_t)unit_random();
		if (round % 4 == 0)
			unit_random_bytes(noise, sizeof noise);
		if (holidays_parse(bytes_of(noise, sizeof noise), NULL, NULL, &holidays) == ERR_OK) {
			for (size_t i = 1; i < holidays->list.count; i++)
				check(holidays->list.days[i] > holidays->list.days[i - 1]);
			check(holidays->last_year - holidays->first_year < 4 && holidays->list.count >= 2);
		} else {
			check(holidays == NULL);
		}
		holidays_free(holidays);
	}
}

UNIT_SUITE("rules/holidays",
	{ "days are put in order", test_days_in_order },
	{ "covered years and the alarm before they end", test_coverage },
	{ "nothing loaded", test_nothing_loaded },
	{ "years that are not whole are refused", test_years_not_whole },
	{ "days given twice are refused", test_days_given_twice },
	{ "every problem is told with its line", test_every_problem_is_told },
	{ "too many problems", test_too_many_problems },
	{ "too large", test_too_large },
	{ "names", test_names },
	{ "noise", test_noise });
