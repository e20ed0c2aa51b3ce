/* SPDX-License-Identifier: Apache-2.0 */
/* table.c - see table.h. */
#include "table.h"

#include "unit.h"

struct store *table_open(void)
{
	const struct store_options options = {
		.directory = unit_folder(),
		.map_bytes = 64u * 1024u * 1024u,
		.reserve_bytes = 64u * 1024u,
		.readers_max = 8,
		.create = true,
	};
	struct store *store;

	require_ok(store_open(&options, &store));
	return store;
}

struct txn *table_begin(struct store *store)
{
	struct txn *txn;

	require_ok(txn_begin_write(store, &txn));
	return txn;
}

void table_each_wrong_length(struct txn *txn, enum table table, struct bytes key, void (*read)(struct txn *txn))
{
	uint8_t row[4096];
	struct bytes value;
	size_t len;

	require_ok(txn_get(txn, table, key, &value));
	require(value.len > 0 && value.len < sizeof(row));
	len = value.len;
	memcpy(row, value.data, len);
	row[len] = 0;
	txn_put(txn, table, key, bytes_of(row, len + 1));
	read(txn);
	txn_put(txn, table, key, bytes_of(row, len - 1));
	read(txn);
	txn_put(txn, table, key, bytes_of(row, len));
	require_ok(txn_error(txn));
}
