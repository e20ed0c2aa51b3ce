/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/holidays_file.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/text.h"
#include "contract/civil_time.h"

#define EXCERPT_MAX 24u /* bytes of a line that are shown */

void holidays_problem(struct holidays_reading *reading, unsigned line, const char *format, ...)
{
	char text[256];
	va_list arguments;

	reading->problems++;
	if (reading->report == NULL || reading->problems > HOLIDAYS_PROBLEMS_MAX + 1)
		return;
	if (reading->problems > HOLIDAYS_PROBLEMS_MAX) {
		reading->report(reading->context, 0, "there are more problems than these");
		return;
	}
	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	reading->report(reading->context, line, text);
}

/* The beginning of a line, as it may be shown: what is not ASCII becomes "?", since the encoding is not known. */
static void excerpt(struct bytes line, char text[EXCERPT_MAX + 1])
{
	size_t len = line.len < EXCERPT_MAX ? line.len : EXCERPT_MAX;

	for (size_t i = 0; i < len; i++)
		text[i] = (char)(line.data[i] >= 0x20 && line.data[i] < 0x7f ? line.data[i] : '?');
	text[len] = '\0';
}

static struct bytes skip(struct bytes text, size_t count)
{
	return bytes_of(text.data + count, text.len - count);
}

/* One to most digits; *rest moves behind them. */
static bool take_number(struct bytes *rest, size_t least, size_t most, int32_t *ret_number)
{
	size_t count = 0;
	int32_t number = 0;

	while (count < rest->len && count < most && rest->data[count] >= '0' && rest->data[count] <= '9')
		number = number * 10 + (rest->data[count++] - '0');
	if (count < least)
		return false;
	*rest = skip(*rest, count);
	*ret_number = number;
	return true;
}

static bool take(struct bytes *rest, uint8_t character)
{
	if (rest->len == 0 || rest->data[0] != character)
		return false;
	*rest = skip(*rest, 1);
	return true;
}

/* YYYY/M/D up to a comma or the end; *rest is then what stands behind the comma. */
static bool take_date(struct bytes *rest, struct civil_date *ret_date)
{
	return take_number(rest, 4, 4, &ret_date->year) && take(rest, '/') && take_number(rest, 1, 2, &ret_date->month) && take(rest, '/') &&
	       take_number(rest, 1, 2, &ret_date->day) && (rest->len == 0 || take(rest, ','));
}

static bool exists(struct civil_date date)
{
	struct civil_date back;

	if (date.month < 1 || date.month > 12)
		return false;
	back = civil_date_of(civil_day_of(date)); /* counts on from days outside the month */
	return back.month == date.month && back.day == date.day;
}

/* The second column, without what might follow it; empty where it cannot be shown. */
static struct bytes name_of(struct bytes rest)
{
	const uint8_t *comma = rest.len > 0 ? memchr(rest.data, ',', rest.len) : NULL;

	if (comma != NULL)
		rest.len = (size_t)(comma - rest.data);
	if (rest.len > HOLIDAYS_NAME_MAX || text_check(rest, NULL) != TEXT_OK)
		rest.len = 0;
	return rest;
}

static enum err read_day(struct holidays_reading *reading, unsigned line, struct bytes text)
{
	struct bytes rest = text;
	struct civil_date date;
	char shown[EXCERPT_MAX + 1];

	excerpt(text, shown);
	if (!take_date(&rest, &date)) {
		holidays_problem(reading, line, "\"%s\": begins with no date; a line is YYYY/M/D,name", shown);
	} else if (date.year < HOLIDAYS_YEAR_MIN || date.year > HOLIDAYS_YEAR_MAX) {
		holidays_problem(reading, line, "the year is %d; a holiday lies in %d to %d", (int)date.year, HOLIDAYS_YEAR_MIN, HOLIDAYS_YEAR_MAX);
	} else if (!exists(date)) {
		holidays_problem(reading, line, "%d/%d/%d: there is no such day", (int)date.year, (int)date.month, (int)date.day);
	} else if (reading->count == HOLIDAYS_MAX) {
		holidays_problem(reading, line, "more than %u days; leave out years long past", HOLIDAYS_MAX);
		return ERR_TOO_LARGE;
	} else {
		reading->rows[reading->count++] = (struct holiday_row){ civil_day_of(date), line, name_of(rest) };
	}
	return ERR_OK;
}

/* The next line without its end; *rest moves behind it. */
static struct bytes take_line(struct bytes *rest)
{
	const uint8_t *end = memchr(rest->data, '\n', rest->len);
	struct bytes line = bytes_of(rest->data, end != NULL ? (size_t)(end - rest->data) : rest->len);

	*rest = skip(*rest, line.len + (end != NULL ? 1 : 0));
	if (line.len > 0 && line.data[line.len - 1] == '\r')
		line.len--;
	return line;
}

/* A header says in words what the columns are; a first line that begins as a date does is a day, so that none is ever lost. */
static bool is_header(unsigned line, struct bytes text)
{
	return line == 1 && (text.data[0] < '0' || text.data[0] > '9');
}

enum err holidays_read_lines(struct holidays_reading *reading, struct bytes file)
{
	enum err err = ERR_OK;

	if (file.len >= 3 && memcmp(file.data, "\xef\xbb\xbf", 3) == 0)
		file = skip(file, 3);
	for (unsigned line = 1; err == ERR_OK && file.len > 0; line++) {
		struct bytes text = take_line(&file);

		if (text.len > 0 && !is_header(line, text))
			err = read_day(reading, line, text);
	}
	return err;
}
