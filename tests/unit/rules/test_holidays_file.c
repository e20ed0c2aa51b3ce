/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/holidays_file.h"

#include <stdio.h>
#include <stdlib.h>

#include "desks.h"
#include "unit.h"

#define ROWS 8

struct seen {
	struct holidays_reading reading;
	struct holiday_row rows[ROWS];
	unsigned line; /* of the last problem */
	char text[256];
};

static void note(void *context, unsigned line, const char *text)
{
	struct seen *seen = context;

	seen->line = line;
	snprintf(seen->text, sizeof seen->text, "%s", text);
}

/* The files here are shorter than ROWS. */
static void read_file(struct seen *seen, struct bytes file)
{
	*seen = (struct seen){ .reading = { .report = note } };
	seen->reading.context = seen;
	seen->reading.rows = seen->rows;
	check_ok(holidays_read_lines(&seen->reading, file));
}

static void check_row(const struct seen *seen, size_t i, const char *date, unsigned line, const char *name)
{
	require(i < seen->reading.count);
	check_int(seen->rows[i].day, day(date));
	check_uint(seen->rows[i].line, line);
	check_bytes(seen->rows[i].name, bytes_of_text(name));
}

/* As the Cabinet Office publishes it: CP932, CR LF. */
static void test_official_form(void)
{
	static const char file[] = "\x8d\x91\x96\xaf\x82\xcc\x8f\x6a\x93\xfa\x81\x45\x8b\x78\x93\xfa\x8c\x8e\x93\xfa,\x96\xbc\x8f\xcc\r\n"
				   "2026/1/1,\x8c\xb3\x93\xfa\r\n"
				   "2026/1/12,\x90\xac\x90\x6c\x82\xcc\x93\xfa\r\n";
	struct seen seen;

	read_file(&seen, bytes_of_text(file));
	check_uint(seen.reading.problems, 0);
	check_uint(seen.reading.count, 2);
	check_row(&seen, 0, "2026-01-01", 2, "");
	check_row(&seen, 1, "2026-01-12", 3, "");
}

static void test_other_forms(void)
{
	static const char *const files[] = {
		"国民の祝日・休日月日,国民の祝日・休日名称\n2026/1/1,元日\n",
		"\xef\xbb\xbf国民の祝日・休日月日,国民の祝日・休日名称\r\n2026/1/1,元日\r\n",
		"\xef\xbb\xbfhead\n2026/01/01,元日",
		"head\n2026/1/1,元日,",
		"\n2026/1/1,元日\n\n\n",
	};
	struct seen seen;

	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		unit_context("file %zu", i);
		read_file(&seen, bytes_of_text(files[i]));
		check_uint(seen.reading.problems, 0);
		check_uint(seen.reading.count, 1);
		check_row(&seen, 0, "2026-01-01", 2, "元日");
	}
}

/* A file whose header was lost keeps its first day. */
static void test_no_header(void)
{
	struct seen seen;

	read_file(&seen, bytes_of_text("2026/1/1,元日\n2026/1/12,成人の日\n"));
	check_uint(seen.reading.count, 2);
	check_row(&seen, 0, "2026-01-01", 1, "元日");
	check_row(&seen, 1, "2026-01-12", 2, "成人の日");
	read_file(&seen, bytes_of_text("\xef\xbb\xbf" "2026/1/1,元日\n"));
	check_uint(seen.reading.count, 1);
	check_row(&seen, 0, "2026-01-01", 1, "元日");
}

static void test_bad_lines(void)
{
	static const struct {
		const char *line;
		const char *text;
	} rows[] = {
		{ "2026-1-1,元日", "\"2026-1-1,??????\": begins with no date; a line is YYYY/M/D,name" },
		{ "26/1/1,a", "\"26/1/1,a\": begins with no date; a line is YYYY/M/D,name" },
		{ "02026/1/1,a", "\"02026/1/1,a\": begins with no date; a line is YYYY/M/D,name" },
		{ "2026/1,a", "\"2026/1,a\": begins with no date; a line is YYYY/M/D,name" },
		{ "2026/1/,a", "\"2026/1/,a\": begins with no date; a line is YYYY/M/D,name" },
		{ "2026//1,a", "\"2026//1,a\": begins with no date; a line is YYYY/M/D,name" },
		{ "2026/001/1,a", "\"2026/001/1,a\": begins with no date; a line is YYYY/M/D,name" },
		{ "2026/1/1 ,a", "\"2026/1/1 ,a\": begins with no date; a line is YYYY/M/D,name" },
		{ "2026/1/1a", "\"2026/1/1a\": begins with no date; a line is YYYY/M/D,name" },
		{ " 2026/1/1,a", "\" 2026/1/1,a\": begins with no date; a line is YYYY/M/D,name" },
		{ ",a", "\",a\": begins with no date; a line is YYYY/M/D,name" },
		{ "元日,2026/1/1", "\"??????,2026/1/1\": begins with no date; a line is YYYY/M/D,name" },
		{ "123456789012345678901234567890", "\"123456789012345678901234\": begins with no date; a line is YYYY/M/D,name" },
		{ "1947/1/1,a", "the year is 1947; a holiday lies in 1948 to 2999" },
		{ "3000/1/1,a", "the year is 3000; a holiday lies in 1948 to 2999" },
		{ "0000/1/1,a", "the year is 0; a holiday lies in 1948 to 2999" },
		{ "2026/0/1,a", "2026/0/1: there is no such day" },
		{ "2026/13/1,a", "2026/13/1: there is no such day" },
		{ "2026/1/0,a", "2026/1/0: there is no such day" },
		{ "2026/1/32,a", "2026/1/32: there is no such day" },
		{ "2026/2/29,a", "2026/2/29: there is no such day" },
		{ "2026/4/31,a", "2026/4/31: there is no such day" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct seen seen;
		char file[128];

		unit_context("%s", rows[i].line);
		snprintf(file, sizeof file, "head\n2026/1/1,a\n%s\n2026/5/3,b\n", rows[i].line);
		read_file(&seen, bytes_of_text(file));
		check_uint(seen.reading.problems, 1);
		check_uint(seen.line, 3);
		check_text(seen.text, rows[i].text);
		check_uint(seen.reading.count, 2);
		check_row(&seen, 1, "2026-05-03", 4, "b");
	}
}

static void test_days_at_the_edge(void)
{
	struct seen seen;

	read_file(&seen, bytes_of_text("head\n1948/1/1,a\n2999/12/31,b\n2028/2/29,c\n"));
	check_uint(seen.reading.problems, 0);
	check_row(&seen, 0, "1948-01-01", 2, "a");
	check_row(&seen, 1, "2999-12-31", 3, "b");
	check_row(&seen, 2, "2028-02-29", 4, "c");
}

/* Only what may be shown is kept as a name. */
static void test_names(void)
{
	char longest[HOLIDAYS_NAME_MAX + 32] = "2026/1/1,";
	char file[2 * sizeof longest + 4];
	struct seen seen;

	memset(longest + 9, 'n', HOLIDAYS_NAME_MAX);
	snprintf(file, sizeof file, "%s\n%sn\n", longest, longest);
	read_file(&seen, bytes_of_text(file));
	check_uint(seen.rows[0].name.len, HOLIDAYS_NAME_MAX);
	check_uint(seen.rows[1].name.len, 0);
	read_file(&seen, bytes_of("2026/1/1,a\0b\n2026/1/2,a\tb\n2026/1/3,\xee\x80\x80\n", 39));
	check_uint(seen.reading.count, 3);
	check_row(&seen, 0, "2026-01-01", 1, "");
	check_row(&seen, 2, "2026-01-03", 3, "");
}

/* UTF-16, as an office tool's "Unicode text", is told line by line rather than taken for an empty year. */
static void test_wide_text(void)
{
	static const char file[] = "\xff\xfeh\0\r\0\n\0" "2\0000\0002\0006\0/\0001\0/\0001\0";
	struct seen seen;

	read_file(&seen, bytes_of(file, sizeof file - 1));
	check_uint(seen.reading.count, 0);
	check_uint(seen.reading.problems, 1);
	check_uint(seen.line, 2);
}

static void test_too_many_days(void)
{
	const size_t len = sizeof "2026/1/1\n" - 1;
	struct holidays_reading reading = { .rows = calloc(HOLIDAYS_MAX, sizeof *reading.rows) };
	char *file = malloc((HOLIDAYS_MAX + 1) * len);

	require(reading.rows != NULL && file != NULL);
	for (size_t i = 0; i <= HOLIDAYS_MAX; i++)
		memcpy(file + i * len, "2026/1/1\n", len);
	check_ok(holidays_read_lines(&reading, bytes_of(file, HOLIDAYS_MAX * len)));
	check_uint(reading.count, HOLIDAYS_MAX);
	reading.count = 0;
	check_err(holidays_read_lines(&reading, bytes_of(file, (HOLIDAYS_MAX + 1) * len)), ERR_TOO_LARGE);
	check_uint(reading.problems, 1);
	free(file);
	free(reading.rows);
}

UNIT_SUITE("rules/holidays_file",
	{ "the official form", test_official_form },
	{ "other forms", test_other_forms },
	{ "no header", test_no_header },
	{ "lines that are no days", test_bad_lines },
	{ "the first and last days there are", test_days_at_the_edge },
	{ "names", test_names },
	{ "wide text", test_wide_text },
	{ "too many days", test_too_many_days });
