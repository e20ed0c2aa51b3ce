/* SPDX-License-Identifier: Apache-2.0 */
/* broker/rows_calendar.c - the rows of what days and clocks are: the holiday file.  See rows.h for the contract. */
#include "broker/rows.h"

static struct bytes holidays_key(void)
{
	return bytes_of_text("holidays");
}

void holiday_file_put(struct txn *txn, struct bytes file)
{
	txn_put(txn, TABLE_CALENDAR, holidays_key(), file);
}

enum err holiday_file_get(struct txn *txn, struct bytes *ret_file)
{
	return txn_get(txn, TABLE_CALENDAR, holidays_key(), ret_file);
}
