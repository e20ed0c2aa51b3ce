/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/holidays.h"

#include <stdlib.h>

#include "contract/civil_time.h"

static int by_day(const void *left, const void *right)
{
	const struct holiday_row *a = left;
	const struct holiday_row *b = right;

	if (a->day != b->day)
		return a->day < b->day ? -1 : 1;
	return a->line < b->line ? -1 : a->line > b->line;
}

static int by_line(const void *left, const void *right)
{
	const struct holiday_row *a = left;
	const struct holiday_row *b = right;

	return a->line < b->line ? -1 : a->line > b->line;
}

/* Rows are in order of their days; problems are told in the order of the lines. */
static void tell_duplicates(struct holidays_reading *reading)
{
	struct holiday_row twice[HOLIDAYS_PROBLEMS_MAX + 1];
	unsigned first_lines[HOLIDAYS_PROBLEMS_MAX + 1] = { 0 };
	size_t count = 0;

	for (size_t i = 1; i < reading->count && count < sizeof twice / sizeof *twice; i++)
		if (reading->rows[i].day == reading->rows[i - 1].day)
			twice[count++] = reading->rows[i];
	qsort(twice, count, sizeof *twice, by_line);
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < reading->count && first_lines[i] == 0; j++)
			if (reading->rows[j].day == twice[i].day)
				first_lines[i] = reading->rows[j].line;
		holidays_problem(reading, twice[i].line, "this day stands in line %u already; each day stands once", first_lines[i]);
	}
}

static int32_t year_of(int32_t day)
{
	return civil_date_of(day).year;
}

static int32_t day_of(int32_t year, int32_t month, int32_t day)
{
	return civil_day_of((struct civil_date){ year, month, day });
}

static bool rows_hold(const struct holidays_reading *reading, int32_t day)
{
	struct holiday_row wanted = { .day = day };
	size_t low = 0;
	size_t high = reading->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (by_day(&reading->rows[middle], &wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < reading->count && reading->rows[low].day == day;
}

/* Rows are in order of their days. */
static void tell_gaps(struct holidays_reading *reading)
{
	int32_t first, last;

	if (reading->count == 0) {
		holidays_problem(reading, 0, "holds no holiday at all; take the Cabinet Office's file of 国民の祝日");
		return;
	}
	first = year_of(reading->rows[0].day);
	last = year_of(reading->rows[reading->count - 1].day);
	for (int32_t year = first; year <= last; year++)
		if (!rows_hold(reading, day_of(year, 1, 1)) || !rows_hold(reading, day_of(year, 11, 23)))
			holidays_problem(reading, 0, "%d is not whole: 1 January and 23 November are holidays of every year; take the whole file",
				(int)year);
}

/* One block: the names' texts follow the pointers.  Rows are in order, each day once. */
static const char **copy_names(const struct holidays_reading *reading)
{
	size_t room = reading->count * sizeof(const char *);
	const char **names;
	char *text;

	for (size_t i = 0; i < reading->count; i++)
		room += reading->rows[i].name.len + 1;
	names = malloc(room);
	if (names == NULL)
		return NULL;
	text = (char *)(names + reading->count);
	for (size_t i = 0; i < reading->count; i++) {
		size_t len = reading->rows[i].name.len;

		names[i] = text;
		if (len > 0)
			memcpy(text, reading->rows[i].name.data, len);
		text[len] = '\0';
		text += len + 1;
	}
	return names;
}

static enum err make(const struct holidays_reading *reading, struct holidays **ret_holidays)
{
	struct holidays *made = calloc(1, sizeof *made);
	int32_t *days = malloc(reading->count * sizeof *days);
	const char **names = copy_names(reading);

	if (made == NULL || days == NULL || names == NULL) {
		free(names);
		free(days);
		free(made);
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < reading->count; i++)
		days[i] = reading->rows[i].day;
	*made = (struct holidays){ { days, reading->count }, names, year_of(days[0]), year_of(days[reading->count - 1]) };
	*ret_holidays = made;
	return ERR_OK;
}

enum err holidays_parse(struct bytes file, holidays_report *report, void *context, struct holidays **ret_holidays)
{
	struct holidays_reading reading = { .report = report, .context = context };
	enum err err;

	if (file.len > HOLIDAYS_FILE_MAX) {
		holidays_problem(&reading, 0, "%zu bytes; a holiday file has at most %u", file.len, HOLIDAYS_FILE_MAX);
		return ERR_TOO_LARGE;
	}
	reading.rows = malloc(HOLIDAYS_MAX * sizeof *reading.rows);
	if (reading.rows == NULL)
		return ERR_NOMEM;
	err = holidays_read_lines(&reading, file);
	if (err != ERR_OK)
		goto out;
	qsort(reading.rows, reading.count, sizeof *reading.rows, by_day);
	tell_duplicates(&reading);
	if (reading.problems == 0)
		tell_gaps(&reading);
	err = reading.problems > 0 ? ERR_FORMAT : make(&reading, ret_holidays);
out:
	free(reading.rows);
	return err;
}

void holidays_free(struct holidays *holidays)
{
	if (holidays == NULL)
		return;
	free((void *)(uintptr_t)holidays->list.days); /* ours, lent out as const */
	free(holidays->names);
	free(holidays);
}

struct holiday_list holidays_list(const struct holidays *holidays)
{
	return holidays != NULL ? holidays->list : (struct holiday_list){ NULL, 0 };
}

bool holidays_cover(const struct holidays *holidays, int32_t day)
{
	int32_t year = year_of(day);

	return holidays != NULL && year >= holidays->first_year && year <= holidays->last_year;
}

static int compare_days(const void *left, const void *right)
{
	int32_t a = *(const int32_t *)left;
	int32_t b = *(const int32_t *)right;

	return a < b ? -1 : a > b;
}

const char *holidays_name(const struct holidays *holidays, int32_t day)
{
	const int32_t *found;

	if (holidays == NULL)
		return NULL;
	found = bsearch(&day, holidays->list.days, holidays->list.count, sizeof day, compare_days);
	return found != NULL ? holidays->names[found - holidays->list.days] : NULL;
}

int32_t holidays_alarm_day(const struct holidays *holidays)
{
	return holidays != NULL ? day_of(holidays->last_year + 1, 1, 1) - HOLIDAYS_ALARM_DAYS : INT32_MIN;
}
