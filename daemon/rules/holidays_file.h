/* SPDX-License-Identifier: Apache-2.0 */
/* rules/holidays_file.h - the lines of the file of public holidays that the Cabinet Office publishes each February for the year after.
 *
 * 「国民の祝日」について, syukujitsu.csv: a header line, then YYYY/M/D,name; in CP932, lines ending in CR LF.  Here UTF-8 is taken too,
 * with or without a byte order mark, and lines in any order: the date column alone decides.  (No second byte of CP932 is a comma or an
 * end of line, so both encodings are cut alike.)
 *
 * What follows here is for holidays.c, but for the limits and the report; callers use holidays.h. */
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"

#define HOLIDAYS_FILE_MAX (256u * 1024u) /* bytes; the official file of 1955 to 2027 has some 22,000 */
#define HOLIDAYS_MAX 4096u               /* days; the official file has about 1,070 */
#define HOLIDAYS_NAME_MAX 120u           /* bytes; longer names are dropped, not their days */
#define HOLIDAYS_YEAR_MIN 1948           /* 国民の祝日に関する法律 */
#define HOLIDAYS_YEAR_MAX 2999
#define HOLIDAYS_PROBLEMS_MAX 50u /* told of one file; one more then says that there are more */

/* line counts from 1; 0 is the file as a whole.  text tells what was found and what would be right; borrowed for the call. */
typedef void holidays_report(void *context, unsigned line, const char *text);

struct holiday_row {
	int32_t day; /* since 1970-01-01 */
	unsigned line;
	struct bytes name; /* within the file; empty where it was no UTF-8 */
};

struct holidays_reading {
	holidays_report *report; /* NULL: problems are counted only */
	void *context;
	unsigned problems;
	struct holiday_row *rows; /* room for HOLIDAYS_MAX */
	size_t count;
};

/* Tells a problem; above HOLIDAYS_PROBLEMS_MAX it is counted and not told. */
void holidays_problem(struct holidays_reading *reading, unsigned line, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Every line that is a day becomes a row, in the order of the file; every other is told.  ERR_TOO_LARGE above HOLIDAYS_MAX. */
enum err holidays_read_lines(struct holidays_reading *reading, struct bytes file);
