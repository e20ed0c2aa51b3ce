/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/opening_hours.h"

#include <string.h>

#include "contract/civil_time.h"

static const struct opening_span whole_day = { 0, CIVIL_DAY_MINUTES };

static bool take_pair(const char *text, unsigned *ret_number)
{
	if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9')
		return false;
	*ret_number = (unsigned)(text[0] - '0') * 10 + (unsigned)(text[1] - '0');
	return true;
}

enum err opening_minute_parse(const char *text, uint16_t *ret_minute)
{
	unsigned hours, minutes;

	if (strlen(text) != 5 || text[2] != ':' || !take_pair(text, &hours) || !take_pair(text + 3, &minutes) || minutes > 59 ||
	    hours * 60 + minutes > CIVIL_DAY_MINUTES)
		return ERR_FORMAT;
	*ret_minute = (uint16_t)(hours * 60 + minutes);
	return ERR_OK;
}

/* Puts span among the day's, in order, and joins what touches it. */
static enum err add_span(struct opening_hours *hours, unsigned weekday, struct opening_span span)
{
	struct opening_span *spans = hours->spans[weekday - 1];
	size_t count = hours->counts[weekday - 1];
	size_t first = 0;
	size_t last;

	while (first < count && spans[first].closes < span.opens)
		first++;
	for (last = first; last < count && spans[last].opens <= span.closes; last++) {
		span.opens = spans[last].opens < span.opens ? spans[last].opens : span.opens;
		span.closes = spans[last].closes > span.closes ? spans[last].closes : span.closes;
	}
	if (last == first && count == OPENING_SPANS)
		return ERR_TOO_LARGE;
	memmove(&spans[first + 1], &spans[last], (count - last) * sizeof *spans);
	spans[first] = span;
	hours->counts[weekday - 1] = (uint8_t)(count - (last - first) + 1);
	return ERR_OK;
}

static enum err add_days(struct opening_hours *hours, const Pb__OpenSpan *stated)
{
	struct opening_span span;
	enum err err = opening_minute_parse(stated->opens, &span.opens);

	if (err == ERR_OK)
		err = opening_minute_parse(stated->closes, &span.closes);
	if (err == ERR_OK && span.opens >= span.closes)
		err = ERR_FORMAT;
	for (size_t i = 0; err == ERR_OK && i < stated->n_days; i++)
		err = stated->days[i] < 1 || stated->days[i] > 7 ? ERR_FORMAT : add_span(hours, stated->days[i], span);
	return err;
}

static void set_usual(struct opening_hours *hours)
{
	for (unsigned day = 0; day < 5; day++) {
		hours->counts[day] = 1;
		hours->spans[day][0] = (struct opening_span){ 9 * 60, 17 * 60 };
	}
}

enum err opening_hours_compile(const Pb__Hours *hours, struct opening_hours *ret_hours)
{
	struct opening_hours compiled = { .always = hours != NULL && hours->always,
					  .open_on_holidays = hours != NULL && hours->open_on_holidays };
	enum err err = ERR_OK;

	if (hours == NULL || (!hours->always && hours->n_spans == 0))
		set_usual(&compiled);
	for (size_t i = 0; err == ERR_OK && hours != NULL && i < hours->n_spans; i++)
		err = add_days(&compiled, hours->spans[i]);
	if (err == ERR_OK)
		*ret_hours = compiled;
	return err;
}

bool opening_is_holiday(const struct holiday_list *holidays, int32_t day)
{
	struct civil_date date = civil_date_of(day);
	size_t low = 0;
	size_t high = holidays->count;

	if ((date.month == 12 && date.day >= 29) || (date.month == 1 && date.day <= 3))
		return true;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (holidays->days[middle] < day)
			low = middle + 1;
		else
			high = middle;
	}
	return low < holidays->count && holidays->days[low] == day;
}

size_t opening_hours_of_day(const struct opening_hours *hours, const struct holiday_list *holidays, int32_t day,
			    const struct opening_span **ret_spans)
{
	unsigned weekday = civil_weekday(day);

	if (hours->always) {
		*ret_spans = &whole_day;
		return 1;
	}
	*ret_spans = hours->spans[weekday - 1];
	if (hours->counts[weekday - 1] == 0 || (!hours->open_on_holidays && opening_is_holiday(holidays, day)))
		return 0;
	return hours->counts[weekday - 1];
}

bool opening_hours_open_at(const struct opening_hours *hours, const struct holiday_list *holidays, int32_t day, int32_t minute)
{
	const struct opening_span *spans;
	size_t count = opening_hours_of_day(hours, holidays, day, &spans);

	for (size_t i = 0; i < count; i++)
		if (minute >= spans[i].opens && minute < spans[i].closes)
			return true;
	return false;
}

bool opening_hours_ever(const struct opening_hours *hours)
{
	for (size_t day = 0; day < 7; day++)
		if (hours->counts[day] > 0)
			return true;
	return hours->always;
}

int64_t opening_hours_until_open(const struct opening_hours *hours, const struct holiday_list *holidays, int32_t day, int32_t minute,
				 int32_t days)
{
	const struct opening_span *spans;

	for (int32_t ahead = 0; ahead <= days; ahead++) {
		size_t count = opening_hours_of_day(hours, holidays, day + ahead, &spans);
		int32_t from = ahead == 0 ? minute : 0;

		for (size_t i = 0; i < count; i++)
			if (from < spans[i].closes)
				return (int64_t)ahead * CIVIL_DAY_MINUTES + (spans[i].opens > from ? spans[i].opens : from) - minute;
	}
	return -1;
}
