/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/holiday_print.h - which years' holidays are known, and until when that is enough. */
#pragma once
#include <jansson.h>

#include "rules/holidays.h"

/* Two lines: the years, and the day from which the daemon warns that the next file is missing. */
void holiday_print_years(const struct holidays *holidays);

/* Every holiday with its name, a line each. */
void holiday_print_days(const struct holidays *holidays);

/* {"days","first_year","last_year","warns_on"}, the caller's; "holidays" with days: [{"date","name"}]. */
json_t *holiday_json(const struct holidays *holidays, bool days);
