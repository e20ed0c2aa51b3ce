/* SPDX-License-Identifier: Apache-2.0 */
/* broker/rows_standings.c - see rows_standings.h for the contract. */
#include "broker/rows_standings.h"

#include "contract/codec.h"
#include "contract/limits.h"
#include "store/keys.h"

#define SAID_BYTES 8

enum err standing_put(struct txn *txn, uint32_t agency, const struct standing_row *row)
{
	uint8_t key[4], said[SAID_BYTES];
	struct buf value;
	enum err err;

	be32_put(key, agency);
	be64_put(said, (uint64_t)row->said_at_us);
	buf_init(&value, LIMIT_STATEMENT_BYTES);
	buf_put(&value, bytes_of(said, sizeof(said)));
	err = codec_pack(&row->standing->base, &value);
	if (err == ERR_OK)
		txn_put(txn, TABLE_STANDINGS, bytes_of(key, sizeof(key)), buf_bytes(&value));
	buf_free(&value);
	return err;
}

enum err standing_get(struct txn *txn, uint32_t agency, struct arena *arena, struct standing_row *ret_row)
{
	uint8_t key[4];
	struct bytes value;
	enum err err;

	be32_put(key, agency);
	err = txn_get(txn, TABLE_STANDINGS, bytes_of(key, sizeof(key)), &value);
	if (err != ERR_OK)
		return err;
	if (value.len < SAID_BYTES)
		return ERR_CORRUPT;
	ret_row->said_at_us = (int64_t)be64_get(value.data);
	err = CODEC_DECODE(standing, bytes_of(value.data + SAID_BYTES, value.len - SAID_BYTES), arena, &ret_row->standing, NULL);
	return err == ERR_FORMAT || err == ERR_TOO_LARGE ? ERR_CORRUPT : err;
}
