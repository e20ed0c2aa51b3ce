/* SPDX-License-Identifier: Apache-2.0 */
/* deploy/chiba/holidays.csv against the law itself (国民の祝日に関する法律):
 *
 *   2条  fixed days: 元日 1-1, 建国記念の日 2-11, 天皇誕生日 2-23, 昭和の日 4-29, 憲法記念日 5-3, みどりの日 5-4, こどもの日 5-5, 山の日 8-11,
 *        文化の日 11-3, 勤労感謝の日 11-23; Mondays: 成人の日 second of January, 海の日 third of July, 敬老の日 third of September, スポーツの日
 *        second of October; the equinoxes as the almanac gives them (2026-03-20 and 09-23, 2027-03-21 and 09-23).
 *   3条2項  a holiday on a Sunday moves its rest to the next day that is no holiday: 2026-05-03 is a Sunday, 05-04 and 05-05 are holidays, so
 *        2026-05-06; 2027-03-21 is a Sunday, so 2027-03-22.
 *   3条3項  a day between two holidays is one: 2026-09-22 between 敬老の日 (09-21) and 秋分の日 (09-23).  In 2027 they are three days apart. */
#include "contract/civil_time.h"
#include "desks.h"
#include "unit.h"

static int32_t date(int32_t year, int32_t month, int32_t day_of_month)
{
	return civil_day_of((struct civil_date){ year, month, day_of_month });
}

static int32_t nth_monday(int32_t year, int32_t month, int32_t nth)
{
	int32_t first = date(year, month, 1);

	return first + (int32_t)((8 - civil_weekday(first)) % 7) + 7 * (nth - 1);
}

/* 2条: the approximation of the equinoxes' days that holds from 1980 to 2099 (海上保安庁水路部 暦計算研究会編 新こよみ便利帳). */
static int32_t equinox(int32_t year, bool autumn)
{
	int32_t since = year - 1980;
	int64_t ten_thousandths = (autumn ? 232488 : 208431) + INT64_C(242194) * since / 100;

	return date(year, autumn ? 9 : 3, (int32_t)(ten_thousandths / 10000) - since / 4);
}

static bool is_named(int32_t day_number)
{
	static const struct {
		int32_t month;
		int32_t day;
	} fixed[] = { { 1, 1 }, { 2, 11 }, { 2, 23 }, { 4, 29 }, { 5, 3 }, { 5, 4 }, { 5, 5 }, { 8, 11 }, { 11, 3 }, { 11, 23 } };
	struct civil_date civil = civil_date_of(day_number);

	for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
		if (civil.month == fixed[i].month && civil.day == fixed[i].day)
			return true;
	return day_number == nth_monday(civil.year, 1, 2) || day_number == nth_monday(civil.year, 7, 3) ||
	       day_number == nth_monday(civil.year, 9, 3) || day_number == nth_monday(civil.year, 10, 2) ||
	       day_number == equinox(civil.year, false) || day_number == equinox(civil.year, true);
}

/* 3条2項: behind an unbroken row of named days with a Sunday among them. */
static bool is_substitute(int32_t day_number)
{
	if (is_named(day_number))
		return false;
	for (int32_t before = day_number - 1; is_named(before); before--)
		if (civil_weekday(before) == 7)
			return true;
	return false;
}

static bool is_between(int32_t day_number)
{
	return !is_named(day_number) && is_named(day_number - 1) && is_named(day_number + 1);
}

static void test_against_the_law(void)
{
	const struct holidays *holidays = sample_holidays();

	for (int32_t number = date(2026, 1, 1); number < date(2028, 1, 1); number++) {
		char text[CIVIL_DATE];

		civil_day_format(number, text);
		unit_context("%s", text);
		check_int(holidays_name(holidays, number) != NULL, is_named(number) || is_substitute(number) || is_between(number));
	}
	check_uint(holidays->list.count, 18 + 17);
	check_int(holidays->first_year, 2026);
	check_int(holidays->last_year, 2027);
}

static void test_days_known_by_heart(void)
{
	static const struct {
		const char *day;
		const char *name;
	} rows[] = {
		{ "2026-01-01", "元日" },       { "2026-01-12", "成人の日" }, { "2026-03-20", "春分の日" }, { "2026-05-05", "こどもの日" },
		{ "2026-05-06", "休日" },       { "2026-05-07", NULL },       { "2026-09-21", "敬老の日" }, { "2026-09-22", "休日" },
		{ "2026-09-23", "秋分の日" },   { "2026-12-29", NULL },       { "2027-03-21", "春分の日" }, { "2027-03-22", "休日" },
		{ "2027-05-06", NULL },         { "2027-09-21", NULL },       { "2027-09-22", NULL },       { "2027-10-11", "スポーツの日" },
		{ "2027-11-23", "勤労感謝の日" }, { "2025-01-01", NULL },     { "2028-01-01", NULL },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		int32_t number = day(rows[i].day);

		unit_context("%s", rows[i].day);
		check_text(holidays_name(sample_holidays(), number), rows[i].name);
	}
}

UNIT_SUITE("deploy/chiba/holidays.csv",
	{ "holds what the law says, and nothing else", test_against_the_law },
	{ "days known by heart", test_days_known_by_heart });
