/* SPDX-License-Identifier: Apache-2.0 */
/* broker/rows_clock.c - see rows_clock.h for the contract. */
#include "broker/rows_clock.h"

#include "store/keys.h"

#define CLOCK_ROW_BYTES (1 + 4 * 8)

static struct bytes clock_key(void)
{
	return bytes_of_text("clock");
}

void clock_row_put(struct txn *txn, const struct clock_row *row)
{
	uint8_t to[CLOCK_ROW_BYTES];

	to[0] = row->frozen ? 1 : 0;
	be64_put(to + 1, (uint64_t)row->jumped_us);
	be64_put(to + 9, (uint64_t)row->wall_us);
	be64_put(to + 17, (uint64_t)row->since_us);
	be64_put(to + 25, (uint64_t)row->moved_us);
	txn_put(txn, TABLE_CALENDAR, clock_key(), bytes_of(to, sizeof(to)));
}

enum err clock_row_get(struct txn *txn, struct clock_row *ret_row)
{
	struct bytes value;
	enum err err = txn_get(txn, TABLE_CALENDAR, clock_key(), &value);

	if (err == ERR_NOT_FOUND) {
		*ret_row = (struct clock_row){ 0 };
		return ERR_OK;
	}
	if (err != ERR_OK)
		return err;
	if (value.len != CLOCK_ROW_BYTES || value.data[0] > 1)
		return ERR_CORRUPT;
	*ret_row = (struct clock_row){
		.frozen = value.data[0] == 1,
		.jumped_us = (int64_t)be64_get(value.data + 1),
		.wall_us = (int64_t)be64_get(value.data + 9),
		.since_us = (int64_t)be64_get(value.data + 17),
		.moved_us = (int64_t)be64_get(value.data + 25),
	};
	return ERR_OK;
}
