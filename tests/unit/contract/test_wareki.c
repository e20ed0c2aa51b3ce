/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/wareki.h"

#include <stdio.h>

#include "unit.h"

struct row {
	const char *text;
	const char *date; /* NULL: refused */
	enum err err;
};

static void check_rows(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char date[WAREKI_DATE] = "untouched";

		unit_context("%s", rows[i].text);
		check_err(wareki_parse(bytes_of_text(rows[i].text), date), rows[i].err);
		check_text(date, rows[i].date != NULL ? rows[i].date : "untouched");
	}
}

#define CHECK_ROWS(rows) check_rows(rows, sizeof(rows) / sizeof(*(rows)))
#define GOOD(text, date) { text, date, ERR_OK }
#define NO_FORM(text) { text, NULL, ERR_FORMAT }
#define NO_DAY(text) { text, NULL, ERR_RANGE }

static void test_writings(void)
{
	static const struct row rows[] = {
		GOOD("昭和45年3月1日", "1970-03-01"),
		GOOD("昭和４５年３月１日", "1970-03-01"),
		GOOD("昭和 45 年 3 月 1 日", "1970-03-01"),
		GOOD("昭和　45年　3月　1日", "1970-03-01"),
		GOOD("昭和45.3.1", "1970-03-01"),
		GOOD("昭和45年3月1", "1970-03-01"),
		GOOD("S45.3.1", "1970-03-01"),
		GOOD("s45.03.01", "1970-03-01"),
		GOOD("S45-3-1", "1970-03-01"),
		GOOD("S45/3/1", "1970-03-01"),
		GOOD("S45年3月1日", "1970-03-01"),
		GOOD("Ｓ４５．３．１", "1970-03-01"),
		GOOD("㍼45年3月1日", "1970-03-01"),
		GOOD("昭和45・3・1", "1970-03-01"),
		GOOD("1970-03-01", "1970-03-01"),
		GOOD("1970-3-1", "1970-03-01"),
		GOOD("1970/3/1", "1970-03-01"),
		GOOD("1970.3.1", "1970-03-01"),
		GOOD("1970年3月1日", "1970-03-01"),
		GOOD("１９７０年３月１日", "1970-03-01"),
		GOOD("  1970-03-01  ", "1970-03-01"),
	};

	CHECK_ROWS(rows);
}

static void test_eras(void)
{
	static const struct row rows[] = {
		GOOD("明治45年1月1日", "1912-01-01"), GOOD("M45.1.1", "1912-01-01"), GOOD("㍾45.1.1", "1912-01-01"),
		GOOD("大正元年8月1日", "1912-08-01"), GOOD("T1.8.1", "1912-08-01"), GOOD("㍽1.8.1", "1912-08-01"),
		GOOD("昭和2年1月1日", "1927-01-01"),
		GOOD("平成元年1月8日", "1989-01-08"), GOOD("H1.1.8", "1989-01-08"), GOOD("㍻元.1.8", "1989-01-08"),
		GOOD("令和元年5月1日", "2019-05-01"), GOOD("R1.5.1", "2019-05-01"), GOOD("㋿元年5月1日", "2019-05-01"),
		GOOD("令和7年11月4日", "2025-11-04"),
	};

	CHECK_ROWS(rows);
}

/* The day before each era, its first and last day, and the day after. */
static void test_boundaries(void)
{
	static const struct row rows[] = {
		NO_DAY("明治5年12月2日"), GOOD("明治6年1月1日", "1873-01-01"), GOOD("明治45年7月30日", "1912-07-30"), NO_DAY("明治45年7月31日"),
		NO_DAY("大正元年7月29日"), GOOD("大正元年7月30日", "1912-07-30"), GOOD("大正15年12月25日", "1926-12-25"), NO_DAY("大正15年12月26日"),
		NO_DAY("昭和元年12月24日"), GOOD("昭和元年12月25日", "1926-12-25"), GOOD("昭和64年1月7日", "1989-01-07"), NO_DAY("昭和64年1月8日"),
		NO_DAY("平成元年1月7日"), GOOD("平成元年1月8日", "1989-01-08"), GOOD("平成31年4月30日", "2019-04-30"), NO_DAY("平成31年5月1日"),
		NO_DAY("令和元年4月30日"), GOOD("令和元年5月1日", "2019-05-01"),
		NO_DAY("1867-12-31"), GOOD("1868-01-01", "1868-01-01"), GOOD("2999-12-31", "2999-12-31"), NO_DAY("3000-01-01"),
	};

	CHECK_ROWS(rows);
}

static void test_impossible_days(void)
{
	static const struct row rows[] = {
		NO_DAY("昭和45年2月29日"), GOOD("昭和47年2月29日", "1972-02-29"), NO_DAY("1900-02-29"), GOOD("2000-02-29", "2000-02-29"),
		NO_DAY("1970-02-30"), NO_DAY("1970-04-31"), NO_DAY("1970-00-10"), NO_DAY("1970-13-10"), NO_DAY("1970-10-00"), NO_DAY("1970-10-32"),
		NO_DAY("昭和0年3月1日"), NO_DAY("昭和65年1月1日"), NO_DAY("昭和999年1月1日"), NO_DAY("0-1-1"), NO_DAY("70-3-1"),
	};

	CHECK_ROWS(rows);
}

static void test_no_dates(void)
{
	static const struct row rows[] = {
		NO_FORM(""), NO_FORM(" "), NO_FORM("昭和"), NO_FORM("昭和45年"), NO_FORM("昭和45年3月"), NO_FORM("2月30日"), NO_FORM("45年3月1日生"),
		NO_FORM("昭45年3月1日"), NO_FORM("昭成45年3月1日"), NO_FORM("和昭45年3月1日"), NO_FORM("慶応3年1月1日"), NO_FORM("X45.3.1"),
		NO_FORM("SH45.3.1"), NO_FORM("19700301"), NO_FORM("19700-3-1"), NO_FORM("1970-003-1"), NO_FORM("1970-3-1-1"), NO_FORM("-1970-3-1"),
		NO_FORM("1970--3-1"), NO_FORM("1970-3-1日日"), NO_FORM("1970-3日-1"), NO_FORM("昭和四十五年三月一日"), NO_FORM("不詳"),
		NO_FORM("1970-3-1T00:00"), NO_FORM("123456789012345678901234567890"), NO_FORM("\xe6\x98"), NO_FORM("\xff"), NO_FORM("1970\xc2-3-1"),
	};

	CHECK_ROWS(rows);
	check_err(wareki_parse(bytes_of("1970-03-01\0", 11), (char[WAREKI_DATE]){ 0 }), ERR_FORMAT);
	check_err(wareki_parse(bytes_of(NULL, 0), (char[WAREKI_DATE]){ 0 }), ERR_FORMAT);
}

/* Every day that exists comes back as it was, and no other day does. */
static void test_every_day(void)
{
	for (int year = 1868; year < 2040; year++) {
		unsigned days = 0;

		for (int month = 0; month <= 13; month++) {
			for (int day = 0; day <= 32; day++) {
				char text[32];
				char date[WAREKI_DATE];

				snprintf(text, sizeof(text), "%04d-%02d-%02d", year, month, day);
				if (wareki_parse(bytes_of_text(text), date) != ERR_OK)
					continue;
				days++;
				check_text(date, text);
			}
		}
		unit_context("%d", year);
		check_uint(days, (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 366 : 365);
	}
}

static void test_noise(void)
{
	for (unsigned round = 0; round < 20000; round++) {
		uint8_t noise[24];
		char date[WAREKI_DATE] = "untouched";
		size_t len = unit_random_below(sizeof(noise));

		unit_random_bytes(noise, len);
		if (wareki_parse(bytes_of(noise, len), date) != ERR_OK)
			check_text(date, "untouched");
	}
}

UNIT_SUITE("contract/wareki",
	{ "all the ways to write a day", test_writings },
	{ "eras", test_eras },
	{ "first and last days of eras", test_boundaries },
	{ "days that do not exist", test_impossible_days },
	{ "what is no date", test_no_dates },
	{ "every day there is", test_every_day },
	{ "noise", test_noise });
