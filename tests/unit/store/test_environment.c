/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "fixture.h"
#include "store/environment.h"

static void test_errors(void)
{
	static const struct {
		int code;
		enum err err;
	} cases[] = {
		{ 0, ERR_OK },
		{ MDB_NOTFOUND, ERR_NOT_FOUND },
		{ MDB_MAP_FULL, ERR_NOSPC },
		{ ENOSPC, ERR_NOSPC },
		{ EDQUOT, ERR_NOSPC },
		{ EIO, ERR_IO },
		{ MDB_PANIC, ERR_IO },
		{ MDB_CORRUPTED, ERR_CORRUPT },
		{ MDB_PAGE_NOTFOUND, ERR_CORRUPT },
		{ MDB_INVALID, ERR_CORRUPT },
		{ MDB_CURSOR_FULL, ERR_CORRUPT },
		{ MDB_READERS_FULL, ERR_BUSY },
		{ MDB_VERSION_MISMATCH, ERR_VERSION },
		{ MDB_BAD_VALSIZE, ERR_USAGE },
		{ MDB_TXN_FULL, ERR_TOO_LARGE },
		{ ENOMEM, ERR_NOMEM },
		{ EACCES, ERR_PERMISSION },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		unit_context("code %d", cases[i].code);
		check_err(store_err(cases[i].code), cases[i].err);
	}
}

static void test_used_end_grows(void)
{
	struct store *store = fixture_open();
	uint64_t before = store_used_end(store);
	struct txn *txn = fixture_write(store);
	static uint8_t value[100000];
	struct key key = key_u64(1);

	txn_append(txn, TABLE_ENTRIES, key_bytes(&key), bytes_of(value, sizeof value));
	check_ok(txn_commit(txn));
	check(store_used_end(store) >= before + sizeof value);
	check_uint(store_used_end(store) % store->page_bytes, 0);
	store_close(store);
}

UNIT_SUITE("store/environment",
	{ "LMDB's errors and the system's read as the house's", test_errors },
	{ "the end in use follows what is stored", test_used_end_grows });
