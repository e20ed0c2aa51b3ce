/* SPDX-License-Identifier: Apache-2.0 */
/* contract/conference_series.c - see conference_series.h for the contract. */
#include "contract/conference_series.h"

#define LAST_NTH 5u
#define DAY_MAX 2932896 /* 9999-12-31, the last day that a date can be written for */

/* ---- reading ---- */

static enum err fault(const char *field, enum err err, const char **ret_field)
{
	*ret_field = field;
	return err;
}

static bool filled(const char *text)
{
	return text != NULL && text[0] != '\0';
}

static enum err read_dates(const Pb__Series *series, struct conference_series *read, const char **ret_field)
{
	enum err err = filled(series->starts_on) ? civil_day_parse(bytes_of_text(series->starts_on), &read->first) : ERR_FORMAT;

	if (err != ERR_OK)
		return fault("starts_on", err, ret_field);
	read->until = INT32_MAX;
	if (filled(series->until_on))
		err = civil_day_parse(bytes_of_text(series->until_on), &read->until);
	if (err == ERR_OK && read->until < read->first)
		err = ERR_RANGE;
	return err != ERR_OK ? fault("until_on", err, ret_field) : ERR_OK;
}

/* Which of weekday, nth and day a step takes. */
static enum err check_rule(const Pb__Series *series, const char **ret_field)
{
	bool weekly = series->step == PB__SERIES_STEP__SERIES_STEP_WEEKLY;
	bool by_weekday = weekly || series->weekday != 0;

	if (series->step < PB__SERIES_STEP__SERIES_STEP_WEEKLY || series->step > PB__SERIES_STEP__SERIES_STEP_EVERY_OTHER_MONTH)
		return fault("step", ERR_RANGE, ret_field);
	if (series->weekday > 7 || (weekly && series->weekday == 0))
		return fault("weekday", ERR_RANGE, ret_field);
	if (by_weekday && !weekly ? series->nth < 1 || series->nth > LAST_NTH : series->nth != 0)
		return fault("nth", ERR_RANGE, ret_field);
	if (by_weekday ? series->day != 0 : series->day < 1 || series->day > 31)
		return fault("day", ERR_RANGE, ret_field);
	return ERR_OK;
}

enum err conference_series_read(const Pb__Series *series, struct conference_series *ret_series, const char **ret_field)
{
	struct conference_series read = { series->step, series->weekday, series->nth, series->day, 0, 0 };
	enum err err = check_rule(series, ret_field);

	if (err == ERR_OK)
		err = read_dates(series, &read, ret_field);
	if (err == ERR_OK)
		*ret_series = read;
	return err;
}

/* ---- reckoning ---- */

/* The first day from day on that is this weekday. */
static int32_t weekday_from(int32_t day, unsigned weekday)
{
	return day + (int32_t)((weekday + 7 - civil_weekday(day)) % 7);
}

/* The occurrence of a month, which is counted from the year 0. */
static int32_t occurrence_in(const struct conference_series *series, int32_t month)
{
	struct civil_date date = { month / 12, month % 12 + 1, 1 };
	int32_t begins = civil_day_of(date);
	int32_t ends = civil_day_of((struct civil_date){ (month + 1) / 12, (month + 1) % 12 + 1, 1 }) - 1;

	if (series->weekday == 0)
		return begins + (int32_t)series->day - 1 < ends ? begins + (int32_t)series->day - 1 : ends;
	if (series->nth == LAST_NTH)
		return weekday_from(ends - 6, series->weekday);
	return weekday_from(begins, series->weekday) + 7 * (int32_t)(series->nth - 1);
}

static int32_t month_of(int32_t day)
{
	struct civil_date date = civil_date_of(day);

	return date.year * 12 + date.month - 1;
}

/* The first from day on.  At most two steps: a month's occurrence may lie before the day, the next one's cannot. */
static int32_t monthly_from(const struct conference_series *series, int32_t day)
{
	int32_t step = series->step == PB__SERIES_STEP__SERIES_STEP_EVERY_OTHER_MONTH ? 2 : 1;
	int32_t first = month_of(series->first);
	int32_t month = first + (month_of(day) - first) / step * step;

	while (occurrence_in(series, month) < day)
		month += step;
	return occurrence_in(series, month);
}

enum err conference_series_next(const struct conference_series *series, int32_t after, int32_t *ret_day)
{
	int32_t last = series->until < DAY_MAX ? series->until : DAY_MAX;
	int32_t from = after < series->first ? series->first : after + 1;
	int32_t day;

	if (after >= last)
		return ERR_NOT_FOUND;
	day = series->step == PB__SERIES_STEP__SERIES_STEP_WEEKLY ? weekday_from(from, series->weekday) : monthly_from(series, from);
	if (day > last)
		return ERR_NOT_FOUND;
	*ret_day = day;
	return ERR_OK;
}
