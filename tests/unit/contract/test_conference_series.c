/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/conference_series.h"

#include <string.h>

#include "unit.h"

#define WEEKLY PB__SERIES_STEP__SERIES_STEP_WEEKLY
#define MONTHLY PB__SERIES_STEP__SERIES_STEP_MONTHLY
#define OTHER_MONTH PB__SERIES_STEP__SERIES_STEP_EVERY_OTHER_MONTH

static int32_t day_of(const char *text)
{
	int32_t day = 0;

	require_ok(civil_day_parse(bytes_of_text(text), &day));
	return day;
}

static Pb__Series series_of(Pb__SeriesStep step, unsigned weekday, unsigned nth, unsigned day, const char *starts_on, const char *until_on)
{
	Pb__Series series = PB__SERIES__INIT;

	series.step = step;
	series.weekday = weekday;
	series.nth = nth;
	series.day = day;
	series.starts_on = (char *)(uintptr_t)starts_on;
	series.until_on = (char *)(uintptr_t)until_on;
	return series;
}

/* Reckoned by hand with a paper calendar: 2026-11-01 is a Sunday, 2026-12-01 a Tuesday, 2027-01-01 a Friday, 2027-02-01 a Monday,
 * 2026-05-01 a Friday, 2026-07-01 a Wednesday, 2026-09-01 a Tuesday. */
static const struct {
	Pb__SeriesStep step;
	unsigned weekday, nth, day;
	const char *starts_on, *until_on;
	const char *after;
	const char *next; /* NULL: none */
} rows[] = {
	/* staff meeting, every Wednesday */
	{ WEEKLY, 3, 0, 0, "2026-11-22", "", "2026-11-22", "2026-11-25" },
	{ WEEKLY, 3, 0, 0, "2026-11-22", "", "2026-11-24", "2026-11-25" },
	{ WEEKLY, 3, 0, 0, "2026-11-22", "", "2026-11-25", "2026-12-02" },
	{ WEEKLY, 3, 0, 0, "2026-11-22", "", "2026-12-30", "2027-01-06" },
	{ WEEKLY, 3, 0, 0, "2026-11-22", "", "2020-01-01", "2026-11-25" },
	{ WEEKLY, 7, 0, 0, "2026-11-22", "", "2026-11-21", "2026-11-22" },
	{ WEEKLY, 1, 0, 0, "2026-11-22", "2026-11-30", "2026-11-23", "2026-11-30" },
	{ WEEKLY, 1, 0, 0, "2026-11-22", "2026-11-29", "2026-11-23", NULL },
	/* on the 15th */
	{ MONTHLY, 0, 0, 15, "2026-11-01", "", "2026-11-01", "2026-11-15" },
	{ MONTHLY, 0, 0, 15, "2026-11-01", "", "2026-11-15", "2026-12-15" },
	{ MONTHLY, 0, 0, 15, "2026-11-01", "", "2026-12-15", "2027-01-15" },
	{ MONTHLY, 0, 0, 15, "2026-11-16", "", "2026-11-01", "2026-12-15" },
	{ MONTHLY, 0, 0, 15, "2026-11-01", "2026-12-14", "2026-11-15", NULL },
	{ MONTHLY, 0, 0, 15, "2026-11-01", "2026-12-15", "2026-11-15", "2026-12-15" },
	/* on the 31st: no month is left out */
	{ MONTHLY, 0, 0, 31, "2027-01-31", "", "2027-01-31", "2027-02-28" },
	{ MONTHLY, 0, 0, 31, "2027-01-31", "", "2027-02-28", "2027-03-31" },
	{ MONTHLY, 0, 0, 31, "2027-01-31", "", "2027-03-31", "2027-04-30" },
	{ MONTHLY, 0, 0, 31, "2027-01-31", "", "2028-01-31", "2028-02-29" },
	{ MONTHLY, 0, 0, 29, "2027-01-31", "", "2027-01-31", "2027-02-28" },
	{ MONTHLY, 0, 0, 29, "2027-01-31", "", "2028-02-01", "2028-02-29" },
	/* the second Tuesday */
	{ MONTHLY, 2, 2, 0, "2026-11-01", "", "2026-11-01", "2026-11-10" },
	{ MONTHLY, 2, 2, 0, "2026-11-01", "", "2026-11-10", "2026-12-08" },
	{ MONTHLY, 2, 2, 0, "2026-11-01", "", "2026-12-08", "2027-01-12" },
	/* the first Sunday, on the first */
	{ MONTHLY, 7, 1, 0, "2026-10-01", "", "2026-10-31", "2026-11-01" },
	/* the fourth Monday, and the last */
	{ MONTHLY, 1, 4, 0, "2026-11-01", "", "2026-11-01", "2026-11-23" },
	{ MONTHLY, 1, 4, 0, "2026-11-01", "", "2026-11-23", "2026-12-28" },
	{ MONTHLY, 1, 5, 0, "2026-11-01", "", "2026-11-23", "2026-11-30" },
	{ MONTHLY, 1, 5, 0, "2026-11-01", "", "2026-11-30", "2026-12-28" },
	/* the last Friday */
	{ MONTHLY, 5, 5, 0, "2026-11-01", "", "2026-11-26", "2026-11-27" },
	{ MONTHLY, 5, 5, 0, "2026-11-01", "", "2026-12-25", "2027-01-29" },
	{ MONTHLY, 5, 5, 0, "2026-11-01", "", "2027-01-29", "2027-02-26" },
	/* education liaison, every other month */
	{ OTHER_MONTH, 0, 0, 10, "2026-11-10", "", "2026-01-01", "2026-11-10" },
	{ OTHER_MONTH, 0, 0, 10, "2026-11-10", "", "2026-11-10", "2027-01-10" },
	{ OTHER_MONTH, 0, 0, 10, "2026-11-10", "", "2026-12-05", "2027-01-10" },
	{ OTHER_MONTH, 0, 0, 10, "2026-11-20", "", "2026-11-20", "2027-01-10" },
	{ OTHER_MONTH, 0, 0, 31, "2026-12-31", "", "2026-12-31", "2027-02-28" },
	{ OTHER_MONTH, 0, 0, 31, "2026-12-31", "", "2027-02-28", "2027-04-30" },
	/* every other month on the third Thursday: May, July, September */
	{ OTHER_MONTH, 4, 3, 0, "2026-05-01", "", "2026-05-01", "2026-05-21" },
	{ OTHER_MONTH, 4, 3, 0, "2026-05-01", "", "2026-05-21", "2026-07-16" },
	{ OTHER_MONTH, 4, 3, 0, "2026-05-01", "", "2026-06-18", "2026-07-16" },
	{ OTHER_MONTH, 4, 3, 0, "2026-05-01", "", "2026-07-16", "2026-09-17" },
	/* the end of time */
	{ MONTHLY, 0, 0, 31, "2026-11-01", "", "9999-12-30", "9999-12-31" },
	{ MONTHLY, 0, 0, 31, "2026-11-01", "", "9999-12-31", NULL },
	{ MONTHLY, 0, 0, 1, "2026-11-01", "", "9999-12-30", NULL },
};

static void test_by_hand(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		Pb__Series written = series_of(rows[i].step, rows[i].weekday, rows[i].nth, rows[i].day, rows[i].starts_on, rows[i].until_on);
		struct conference_series series;
		const char *field = NULL;
		char text[CIVIL_DATE] = "";
		int32_t day = 0;

		unit_context("row %zu, after %s", i, rows[i].after);
		require_ok(conference_series_read(&written, &series, &field));
		check_err(conference_series_next(&series, day_of(rows[i].after), &day), rows[i].next != NULL ? ERR_OK : ERR_NOT_FOUND);
		if (rows[i].next == NULL)
			continue;
		civil_day_format(day, text);
		check_text(text, rows[i].next);
	}
}

static void refused(Pb__Series series, const char *field, enum err err)
{
	struct conference_series read = { .day = 77 };
	const char *at = "none";

	unit_context("%s", field);
	check_err(conference_series_read(&series, &read, &at), err);
	check_text(at, field);
	check_uint(read.day, 77);
}

static void test_what_is_no_series(void)
{
	refused(series_of(0, 3, 0, 0, "2026-11-22", ""), "step", ERR_RANGE);
	refused(series_of((Pb__SeriesStep)9, 3, 0, 0, "2026-11-22", ""), "step", ERR_RANGE);
	refused(series_of(WEEKLY, 0, 0, 0, "2026-11-22", ""), "weekday", ERR_RANGE);
	refused(series_of(WEEKLY, 8, 0, 0, "2026-11-22", ""), "weekday", ERR_RANGE);
	refused(series_of(WEEKLY, 3, 1, 0, "2026-11-22", ""), "nth", ERR_RANGE);
	refused(series_of(WEEKLY, 3, 0, 1, "2026-11-22", ""), "day", ERR_RANGE);
	refused(series_of(MONTHLY, 3, 0, 0, "2026-11-22", ""), "nth", ERR_RANGE);
	refused(series_of(MONTHLY, 3, 6, 0, "2026-11-22", ""), "nth", ERR_RANGE);
	refused(series_of(MONTHLY, 3, 2, 9, "2026-11-22", ""), "day", ERR_RANGE);
	refused(series_of(MONTHLY, 0, 2, 9, "2026-11-22", ""), "nth", ERR_RANGE);
	refused(series_of(MONTHLY, 0, 0, 0, "2026-11-22", ""), "day", ERR_RANGE);
	refused(series_of(OTHER_MONTH, 0, 0, 32, "2026-11-22", ""), "day", ERR_RANGE);
	refused(series_of(MONTHLY, 0, 0, 9, "", ""), "starts_on", ERR_FORMAT);
	refused(series_of(MONTHLY, 0, 0, 9, NULL, NULL), "starts_on", ERR_FORMAT);
	refused(series_of(MONTHLY, 0, 0, 9, "2026-02-30", ""), "starts_on", ERR_RANGE);
	refused(series_of(MONTHLY, 0, 0, 9, "2026-11-22", "soon"), "until_on", ERR_FORMAT);
	refused(series_of(MONTHLY, 0, 0, 9, "2026-11-22", "2026-11-21"), "until_on", ERR_RANGE);
}

/* ---- against every day looked at in turn ---- */

static int32_t month_length(struct civil_date date)
{
	return civil_day_of((struct civil_date){ date.year + date.month / 12, date.month % 12 + 1, 1 }) -
	       civil_day_of((struct civil_date){ date.year, date.month, 1 });
}

static bool falls_on(const struct conference_series *series, int32_t day)
{
	struct civil_date date = civil_date_of(day);
	struct civil_date first = civil_date_of(series->first);
	int32_t length = month_length(date);
	int32_t months = (date.year - first.year) * 12 + date.month - first.month;

	if (day < series->first || day > series->until)
		return false;
	if (series->step == OTHER_MONTH && months % 2 != 0)
		return false;
	if (series->weekday != 0 && civil_weekday(day) != series->weekday)
		return false;
	if (series->step == WEEKLY)
		return true;
	if (series->weekday == 0)
		return date.day == ((int32_t)series->day < length ? (int32_t)series->day : length);
	return series->nth == 5 ? date.day + 7 > length : (date.day - 1) / 7 + 1 == (int32_t)series->nth;
}

static struct conference_series drawn(void)
{
	struct conference_series series = { .step = (Pb__SeriesStep)(1 + unit_random_below(3)) };

	if (series.step == WEEKLY || unit_random_below(2) == 0)
		series.weekday = 1 + (unsigned)unit_random_below(7);
	if (series.step != WEEKLY && series.weekday != 0)
		series.nth = 1 + (unsigned)unit_random_below(5);
	if (series.weekday == 0)
		series.day = 1 + (unsigned)unit_random_below(31);
	series.first = 20000 + (int32_t)unit_random_below(3000);
	series.until = unit_random_below(3) == 0 ? series.first + (int32_t)unit_random_below(200) : INT32_MAX;
	return series;
}

static void test_against_every_day(void)
{
	for (unsigned i = 0; i < 3000; i++) {
		struct conference_series series = drawn();
		int32_t after = series.first - 100 + (int32_t)unit_random_below(500);
		int32_t expected = after + 1;
		int32_t day = 0;
		enum err err = conference_series_next(&series, after, &day);

		while (expected <= after + 300 && !falls_on(&series, expected))
			expected++;
		unit_context("step %d, weekday %u, nth %u, day %u, first %d, until %d, after %d", (int)series.step, series.weekday, series.nth, series.day,
			     series.first, series.until, after);
		check_err(err, expected <= after + 300 ? ERR_OK : ERR_NOT_FOUND);
		if (err == ERR_OK)
			check_int(day, expected);
	}
}

UNIT_SUITE("contract/conference_series",
	{ "dates reckoned by hand", test_by_hand },
	{ "what is no series", test_what_is_no_series },
	{ "against every day in turn", test_against_every_day });
