/* SPDX-License-Identifier: Apache-2.0 */
/* broker/rows_polls.c - see rows_polls.h for the contract. */
#include "broker/rows_polls.h"

#include "store/keys.h"

#define POLL_ROW_BYTES 16

void poll_row_put(struct txn *txn, uint32_t agency, const struct poll_row *row)
{
	uint8_t key[4], value[POLL_ROW_BYTES];

	be32_put(key, agency);
	be64_put(value, (uint64_t)row->handed_at_us);
	be64_put(value + 8, row->told_seq);
	txn_put(txn, TABLE_POLLS, bytes_of(key, sizeof(key)), bytes_of(value, sizeof(value)));
}

enum err poll_row_get(struct txn *txn, uint32_t agency, struct poll_row *ret_row)
{
	uint8_t key[4];
	struct bytes value;
	enum err err;

	be32_put(key, agency);
	err = txn_get(txn, TABLE_POLLS, bytes_of(key, sizeof(key)), &value);
	if (err == ERR_NOT_FOUND) {
		*ret_row = (struct poll_row){ 0 };
		return ERR_OK;
	}
	if (err != ERR_OK)
		return err;
	if (value.len != POLL_ROW_BYTES)
		return ERR_CORRUPT;
	*ret_row = (struct poll_row){ .handed_at_us = (int64_t)be64_get(value.data), .told_seq = be64_get(value.data + 8) };
	return ERR_OK;
}
