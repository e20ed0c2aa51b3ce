/* SPDX-License-Identifier: Apache-2.0 */
/* broker/rows_clock.h - the row that says how the site's clock stands, in the CALENDAR table.  As rows.h has it. */
#pragma once
#include "broker/clock_watch.h"
#include "store/txn.h"

void clock_row_put(struct txn *txn, const struct clock_row *row);

/* All zero while there is none: it runs, and was never moved. */
enum err clock_row_get(struct txn *txn, struct clock_row *ret_row);
