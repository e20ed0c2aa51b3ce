/* SPDX-License-Identifier: Apache-2.0 */
/* A journal that does not hold: refused at every start, and never dropped, for what was accepted last stands there alone. */
#include <stdio.h>
#include <sys/stat.h>

#include "base/file.h"
#include "fixture.h"
#include "store/journal.h"

static struct store_options options;

static void put_row(struct store *store, uint64_t number, struct bytes row)
{
	uint8_t at[8];
	MDB_val key = { sizeof at, at };
	MDB_val value = { row.len, (void *)(uintptr_t)row.data };
	MDB_txn *mdb;

	be64_put(at, number);
	require(mdb_txn_begin(store->env, NULL, 0, &mdb) == 0);
	require(mdb_put(mdb, store->journal_tree, &key, &value, 0) == 0);
	require(mdb_txn_commit(mdb) == 0);
}

static void drop_row(struct store *store, uint64_t number)
{
	uint8_t at[8];
	MDB_val key = { sizeof at, at };
	MDB_txn *mdb;

	be64_put(at, number);
	require(mdb_txn_begin(store->env, NULL, 0, &mdb) == 0);
	require(mdb_del(mdb, store->journal_tree, &key, NULL) == 0);
	require(mdb_txn_commit(mdb) == 0);
}

static uint64_t rows_left(struct store *store)
{
	MDB_txn *mdb;
	MDB_stat stat;

	require(mdb_txn_begin(store->env, NULL, MDB_RDONLY, &mdb) == 0);
	require(mdb_stat(mdb, store->journal_tree, &stat) == 0);
	mdb_txn_abort(mdb);
	return stat.ms_entries;
}

/* Two small transactions, as a killed process leaves them: closed without a fold. */
static struct store *open_with_two(void)
{
	struct store *store = fixture_open();

	options = fixture_options(unit_folder());
	for (uint64_t i = 1; i <= 2; i++) {
		struct txn *txn = fixture_write(store);

		fixture_put(txn, TABLE_QUEUE, i, "acknowledged");
		require_ok(txn_commit(txn));
	}
	check_uint(rows_left(store), 2);
	store->journal_rows = 0;
	return store;
}

static void check_refused(struct store *store)
{
	struct store *again = NULL;

	store_close(store);
	for (unsigned start = 0; start < 2; start++) {
		unit_context("start %u", start);
		check_err(store_open(&options, &again), ERR_CORRUPT);
	}
}

static void test_left_by_a_kill(void)
{
	struct store *store = open_with_two();
	struct txn *txn;

	store_close(store);
	require_ok(store_open(&options, &store));
	txn = fixture_read(store);
	fixture_check(txn, TABLE_QUEUE, 1, "acknowledged");
	fixture_check(txn, TABLE_QUEUE, 2, "acknowledged");
	txn_abort(txn);
	store_close(store);
}

static void test_odd_row(void)
{
	struct store *store = open_with_two();

	put_row(store, 0, bytes_of_text("odd"));
	check_refused(store);
	options.read_only = true;
	require_ok(store_open(&options, &store));
	check_uint(rows_left(store), 2); /* nothing was folded, nothing dropped */
	check_err(txn_begin_read(store, &(struct txn *){ NULL }), ERR_CORRUPT);
	store_close(store);
}

static void test_rows_behind_it_stay(void)
{
	struct store *store = open_with_two();

	put_row(store, 1, bytes_of_text("odd"));
	check_refused(store);
	options.read_only = true;
	require_ok(store_open(&options, &store));
	check_uint(rows_left(store), 2);
	store_close(store);
}

static void test_row_with_another_number(void)
{
	static uint8_t row[30];
	struct key key = key_u64(1);
	struct store *store = open_with_two();

	(void)recent_record(row, TABLE_QUEUE, false, key_bytes(&key), sizeof row - RECENT_RECORD_BYTES - key.len);
	put_row(store, 1u << 8, bytes_of(row, sizeof row)); /* 0 with a bit turned */
	check_refused(store);
}

static void test_row_that_is_missing(void)
{
	struct store *store = open_with_two();

	drop_row(store, 0);
	check_refused(store);
}

static void test_key_that_is_too_long(void)
{
	static uint8_t row[700], name[TABLE_KEY_MAX + 1];
	struct store *store = open_with_two();

	memset(name, 7, sizeof name);
	(void)recent_record(row, TABLE_QUEUE, false, bytes_of(name, sizeof name), sizeof row - RECENT_RECORD_BYTES - sizeof name);
	put_row(store, 2, bytes_of(row, sizeof row));
	check_refused(store);
}

static void test_table_that_is_never_there(void)
{
	static uint8_t row[30];
	struct key key = key_u64(1);
	struct store *store = open_with_two();

	(void)recent_record(row, TABLE_META, false, key_bytes(&key), sizeof row - RECENT_RECORD_BYTES - key.len);
	put_row(store, 2, bytes_of(row, sizeof row));
	check_refused(store);
}

/* Rows that parse, more of them than are ever written: the next transaction would have no room. */
static void test_too_much(void)
{
	static uint8_t row[16000];
	struct key key = key_u64(1);
	struct store *store = open_with_two();

	(void)recent_record(row, TABLE_QUEUE, false, key_bytes(&key), sizeof row - RECENT_RECORD_BYTES - key.len);
	for (uint64_t i = 0; i < 16; i++)
		put_row(store, i, bytes_of(row, sizeof row));
	check_refused(store);
}

/* What was deleted, and that durably, is in no copy made afterwards. */
static void test_deleted_is_in_no_copy(void)
{
	static const char secret[] = "the shelter is at Honcho 3-5";
	static uint8_t large[5000];
	struct key key = key_u64(1);
	struct store *store = fixture_open();
	struct txn *txn = fixture_write(store);
	char folder[4096], path[4200];
	struct buf file;

	memset(large, 'b', sizeof large);
	memcpy(large + 1000, secret, strlen(secret));
	txn_put(txn, TABLE_PARTS, key_bytes(&key), bytes_of(large, sizeof large));
	journal_fold(txn);
	require_ok(txn_commit(txn));
	txn = fixture_write(store);
	txn_delete(txn, TABLE_PARTS, key_bytes(&key));
	require_ok(txn_commit(txn));
	require(snprintf(folder, sizeof folder, "%s/backup", unit_folder()) < (int)sizeof folder && mkdir(folder, 0700) == 0);
	require_ok(store_copy(store, folder));
	store_close(store);
	snprintf(path, sizeof path, "%s/data.mdb", folder);
	buf_init(&file, 1u << 28);
	require_ok(file_read(path, &file));
	check(memmem(file.data, file.len, secret, strlen(secret)) == NULL);
	buf_free(&file);
}

UNIT_SUITE("store/journal_damage",
	{ "left by a kill, it is read", test_left_by_a_kill },
	{ "a row that does not parse", test_odd_row },
	{ "one behind others", test_rows_behind_it_stay },
	{ "a row with another number", test_row_with_another_number },
	{ "a row that is missing", test_row_that_is_missing },
	{ "a key that is too long", test_key_that_is_too_long },
	{ "a table that is never there", test_table_that_is_never_there },
	{ "more than is ever written", test_too_much },
	{ "what was deleted is in no copy", test_deleted_is_in_no_copy });
