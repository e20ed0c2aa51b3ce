/* SPDX-License-Identifier: Apache-2.0 */
/* contract/wareki.h - dates as desks write them: 和暦 or Gregorian, kanji or letters, half- or full-width digits.
 *
 * Understood: 昭和45年3月1日, 平成元年1月8日, S45.3.1, ㍼45/3/1, R7-11-04, 1970-03-01, 1970/3/1, 1970年3月1日; spaces anywhere. */
#pragma once
#include "base/bytes.h"
#include "base/err.h"

#define WAREKI_DATE 11 /* YYYY-MM-DD and the NUL */

/* Writes the day as YYYY-MM-DD.  date is written on ERR_OK only.
 *
 * An era runs from its first to its last day; the days on which it changed hands in 1912 and 1926 belong to both, as registers
 * write them.  明治 counts from its sixth year (1873), when the Gregorian calendar came; Gregorian years from 1868 to 2999.
 *
 * ERR_FORMAT  none of the forms above
 * ERR_RANGE   no such day (2月30日), or not in that era (昭和64年1月8日) */
enum err wareki_parse(struct bytes text, char date[WAREKI_DATE]);
