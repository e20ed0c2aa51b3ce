/* SPDX-License-Identifier: Apache-2.0 */
/* rules/holidays.h - public holidays, read from the Cabinet Office's file (its form: holidays_file.h).
 *
 * A year that the file lacks is not a year without holidays: what is reckoned into it is provisional.  The years of a file are
 * therefore whole (each has 1 January and 23 November, holidays of every year since the law of 1948) and without a gap; a file that was
 * cut off is refused rather than half believed.
 *
 * Pure: bytes and day numbers (contract/civil_time.h) in, day numbers out; any thread. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"
#include "contract/opening_hours.h"
#include "rules/holidays_file.h"

#define HOLIDAYS_ALARM_DAYS 90 /* before the first day that the file lacks */

/* Read once, then never changed. */
struct holidays {
	struct holiday_list list; /* ascending, each day once, at least two a year */
	const char **names;       /* of each day: UTF-8; "" where the file's was not */
	int32_t first_year;
	int32_t last_year;
};

/* Reads a whole file.
 *
 *   file    borrowed for the call
 *   report  told of every problem: bad lines, then days given twice, then years that are not whole; NULL: nobody
 *
 * ERR_FORMAT     there was a problem, and it was told
 * ERR_TOO_LARGE  more than HOLIDAYS_FILE_MAX bytes or HOLIDAYS_MAX days; told too
 * ERR_NOMEM
 * *ret_holidays is written on ERR_OK only; the caller's, freed by holidays_free. */
enum err holidays_parse(struct bytes file, holidays_report *report, void *context, struct holidays **ret_holidays);

/* NULL is accepted. */
void holidays_free(struct holidays *holidays);

/* The days, for contract/opening_hours.h; empty for NULL.  Borrowed from holidays. */
struct holiday_list holidays_list(const struct holidays *holidays);

/* Whether the file says what is a holiday in the year of that day.  NULL, no file at all: never. */
bool holidays_cover(const struct holidays *holidays, int32_t day);

/* The name of a holiday, "" where the file's was no UTF-8; NULL for any other day. */
const char *holidays_name(const struct holidays *holidays, int32_t day);

/* From this day on the operator is alarmed that the next year's file is missing: HOLIDAYS_ALARM_DAYS before the first day of the year after
 * the last.  INT32_MIN for NULL: without a file, at once. */
int32_t holidays_alarm_day(const struct holidays *holidays);
