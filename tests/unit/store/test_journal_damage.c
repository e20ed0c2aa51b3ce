/* SPDX-License-Identifier: Apache-2.0 */
/* What a killed process leaves, and a journal that does not hold: refused at every start and never dropped, for what was accepted last
 * stands there alone. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "fixture.h"
#include "store/journal.h"
#include "store/journal_state.h"

static char folder[4096];
static struct store_options options;

/* Three small transactions, the last two in the journal, in a folder of their own as a kill would leave them. */
static void leave_two(void)
{
	struct store *store = fixture_open();

	require(snprintf(folder, sizeof folder, "%s/left", unit_folder()) < (int)sizeof folder && mkdir(folder, 0700) == 0);
	options = fixture_options(folder);
	for (uint64_t i = 0; i <= 2; i++) {
		struct txn *txn = fixture_write(store);

		fixture_put(txn, TABLE_QUEUE, i, "acknowledged");
		require_ok(txn_commit(txn));
	}
	check_uint(store->journal_blocks, 2);
	fixture_copy_files(store, folder);
	store_close(store);
}

static const char *left(const char *name)
{
	static char path[4200];

	require(snprintf(path, sizeof path, "%s/%s", folder, name) < (int)sizeof path);
	return path;
}

/* The store that was left, its journal opened for whoever wants to change it. */
static struct journal_file open_file(struct store **ret_store)
{
	struct journal_file file = { .fd = -1 };
	struct store *store = NULL;
	struct journal_content content = { .records = malloc(JOURNAL_BYTES) };
	MDB_val key = { sizeof JOURNAL_STATE - 1, (void *)(uintptr_t)JOURNAL_STATE }, value;
	MDB_txn *mdb;

	options.read_only = true;
	require_ok(store_open(&options, &store));
	options.read_only = false;
	require(mdb_txn_begin(store->env, NULL, MDB_RDONLY, &mdb) == 0);
	require(mdb_get(mdb, store->journal_tree, &key, &value) == 0);
	require_ok(journal_file_open(store->directory, value.mv_data, false, &file));
	require_ok(journal_file_read(&file, 1, &content));
	mdb_txn_abort(mdb);
	free(content.records);
	*ret_store = store;
	return file;
}

static void append(uint64_t generation, uint32_t number, struct bytes records)
{
	struct store *store;
	struct journal_file file = open_file(&store);

	require_ok(journal_file_append(&file, generation, number, records));
	journal_file_close(&file);
	store_close(store);
}

/* Twice, and beside a writer as well. */
static void check_refused(void)
{
	struct store *again = NULL;
	struct txn *txn;

	for (unsigned start = 0; start < 2; start++) {
		check_err(store_open(&options, &again), ERR_CORRUPT);
	}
	options.read_only = true;
	require_ok(store_open(&options, &again));
	options.read_only = false;
	check_err(txn_begin_read(again, &txn), ERR_CORRUPT);
	store_close(again);
}

static void check_both_there(void)
{
	struct store *store;
	struct txn *txn;

	for (int read_only = 1; read_only >= 0; read_only--) {
		options.read_only = read_only != 0;
		require_ok(store_open(&options, &store));
		txn = fixture_read(store);
		for (uint64_t i = 0; i <= 2; i++)
			fixture_check(txn, TABLE_QUEUE, i, "acknowledged");
		txn_abort(txn);
		store_close(store);
	}
}

static void test_left_by_a_kill(void)
{
	leave_two();
	check_both_there();
}

/* Goes on where the killed one ended. */
static void test_goes_on(void)
{
	struct store *store;
	struct txn *txn;

	leave_two();
	require_ok(store_open(&options, &store));
	check_uint(store->journal_blocks, 2);
	txn = fixture_write(store);
	fixture_put(txn, TABLE_QUEUE, 3, "later");
	require_ok(txn_commit(txn));
	check_uint(store->journal_blocks, 3);
	txn = fixture_read(store);
	fixture_check(txn, TABLE_QUEUE, 1, "acknowledged");
	fixture_check(txn, TABLE_QUEUE, 3, "later");
	txn_abort(txn);
	store_close(store);
}

static void check_records_refused(struct bytes records)
{
	leave_two();
	append(1, 2, records);
	check_refused();
}

static void test_records_that_do_not_parse(void)
{
	check_records_refused(bytes_of_text("odd"));
}

static void test_key_that_is_too_long(void)
{
	static uint8_t records[700], name[TABLE_KEY_MAX + 1];

	memset(name, 7, sizeof name);
	(void)recent_record(records, TABLE_QUEUE, false, bytes_of(name, sizeof name), sizeof records - RECENT_RECORD_BYTES - sizeof name);
	check_records_refused(bytes_of(records, sizeof records));
}

static void test_table_that_is_never_there(void)
{
	static uint8_t records[30];
	struct key key = key_u64(1);

	(void)recent_record(records, TABLE_META, false, key_bytes(&key), sizeof records - RECENT_RECORD_BYTES - key.len);
	check_records_refused(bytes_of(records, sizeof records));
}

static void test_block_of_a_later_generation(void)
{
	struct store *store;
	struct journal_file file;

	leave_two();
	file = open_file(&store);
	require_ok(journal_file_clear(&file));
	require_ok(journal_file_append(&file, 2, 0, bytes_of_text("on trees that are not here")));
	journal_file_close(&file);
	store_close(store);
	check_refused();
}

static void test_file_that_is_gone(void)
{
	leave_two();
	require(unlink(left(JOURNAL_FILE)) == 0);
	check_refused();
}

static void test_file_of_another_store(void)
{
	struct journal_file file;
	int directory;

	leave_two();
	directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	require(directory >= 0);
	require_ok(journal_file_create(directory, &file));
	journal_file_close(&file);
	close(directory);
	check_refused();
}

static void test_file_that_was_cut_off(void)
{
	leave_two();
	require(truncate(left(JOURNAL_FILE), 9000) == 0);
	check_refused();
}

/* Killed between the commit that folds and the clearing of the file: the file as it was before, beside trees that hold it all. */
static void test_folded_and_not_cleared(void)
{
	struct store *store;
	struct buf file;

	leave_two();
	buf_init(&file, 1u << 24);
	require_ok(file_read(left(JOURNAL_FILE), &file));
	require_ok(store_open(&options, &store));
	for (uint64_t i = 0; store->journal_blocks > 0; i++) {
		struct txn *txn = fixture_write(store);

		fixture_put(txn, TABLE_TIMERS, i, "until it is folded");
		require_ok(txn_commit(txn));
	}
	require(pwrite(store->journal_file.fd, file.data, file.len, 0) == (ssize_t)file.len);
	buf_free(&file);
	fixture_leave(store);
	check_both_there();
	require_ok(store_open(&options, &store));
	check_uint(store->journal_blocks, 0);
	store_close(store);
}

/* What was deleted, and that durably, is in no copy made afterwards, and not in the journal. */
static void test_deleted_is_in_no_copy(void)
{
	static const char secret[] = "the shelter is at Honcho 3-5";
	static const char *const names[] = { "copy/data.mdb", JOURNAL_FILE };
	static uint8_t large[5000];
	struct key key = key_u64(1);
	struct store *store = fixture_open();
	struct txn *txn = fixture_write(store);
	char path[4200];
	struct buf file;

	fixture_put(txn, TABLE_QUEUE, 1, "begun");
	require_ok(txn_commit(txn));
	memset(large, 'b', sizeof large);
	memcpy(large + 1000, secret, strlen(secret));
	txn = fixture_write(store);
	txn_put(txn, TABLE_PARTS, key_bytes(&key), bytes_of(large, sizeof large));
	require_ok(txn_commit(txn));
	check_uint(store->journal_blocks, 1);
	txn = fixture_write(store);
	txn_delete(txn, TABLE_PARTS, key_bytes(&key));
	require_ok(txn_commit(txn));
	require(snprintf(path, sizeof path, "%s/copy", unit_folder()) < (int)sizeof path && mkdir(path, 0700) == 0);
	require_ok(store_copy(store, path));
	for (size_t i = 0; i < 2; i++) {
		unit_context("%s", names[i]);
		snprintf(path, sizeof path, "%s/%s", unit_folder(), names[i]);
		buf_init(&file, 1u << 28);
		require_ok(file_read(path, &file));
		check(memmem(file.data, file.len, secret, strlen(secret)) == NULL);
		buf_free(&file);
	}
	store_close(store);
}

/* Of the row that names the file, as it stands in data.mdb. */
static size_t read_state(uint8_t row[64])
{
	MDB_val key = { sizeof JOURNAL_STATE - 1, (void *)(uintptr_t)JOURNAL_STATE }, value;
	struct store *store;
	MDB_txn *mdb;

	options.read_only = true;
	require_ok(store_open(&options, &store));
	options.read_only = false;
	require(mdb_txn_begin(store->env, NULL, MDB_RDONLY, &mdb) == 0);
	require(mdb_get(mdb, store->journal_tree, &key, &value) == 0 && value.mv_size <= 64);
	memcpy(row, value.mv_data, value.mv_size);
	mdb_txn_abort(mdb);
	store_close(store);
	return value.mv_size;
}

/* The bits, wherever those bytes stand in data.mdb; the pages of before may have them too. */
static void flip(struct bytes where, size_t index, uint8_t bits)
{
	struct buf data;
	int file = open(left("data.mdb"), O_RDWR | O_CLOEXEC);
	const uint8_t *found;
	bool any = false;

	buf_init(&data, 1u << 28);
	require_ok(file_read(left("data.mdb"), &data));
	for (size_t from = 0; (found = memmem(data.data + from, data.len - from, where.data, where.len)) != NULL; from++) {
		uint8_t byte = found[index] ^ bits;

		from = (size_t)(found - data.data);
		require(pwrite(file, &byte, 1, (off_t)(from + index)) == 1);
		any = true;
	}
	check(any);
	close(file);
	buf_free(&data);
}

/* A greater generation would make blocks look as if they stood in the trees, and another key as if there were no journal. */
static void test_any_byte_of_the_state(void)
{
	uint8_t bytes[sizeof JOURNAL_STATE - 1 + 64];
	size_t len = sizeof JOURNAL_STATE - 1;

	leave_two();
	memcpy(bytes, JOURNAL_STATE, len);
	len += read_state(bytes + len);
	for (size_t i = 0; i < len; i++) {
		uint8_t bits = (uint8_t)(1u << unit_random_below(8));

		unit_context("byte %zu", i);
		flip(bytes_of(bytes, len), i, bits);
		bytes[i] ^= bits;
		check_refused();
		flip(bytes_of(bytes, len), i, bits);
		bytes[i] ^= bits;
	}
	check_both_there();
}

/* A table whose name is damaged is never taken for one that was not there yet. */
static void test_any_name_of_a_table(void)
{
	static const char *const names[] = { JOURNAL_TREE, "entries", "parts", "blobs", "checkpoints" };
	struct store *store;

	leave_two();
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		char changed[16];

		unit_context("%s", names[i]);
		strcpy(changed, names[i]);
		changed[1] ^= 2;
		flip(bytes_of_text(names[i]), 1, 2);
		check_err(store_open(&options, &store), ERR_CORRUPT);
		flip(bytes_of_text(changed), 1, 2);
	}
	check_both_there();
}

/* Fuller than any process leaves it. */
static void check_full(size_t len, uint32_t blocks)
{
	static uint8_t records[JOURNAL_BLOCK_BYTES];
	struct store *store;

	leave_two();
	for (uint32_t i = 2; i < blocks; i++) {
		struct key key = key_u64(i);

		(void)recent_record(records, TABLE_TIMERS, false, key_bytes(&key), len - RECENT_RECORD_BYTES - key.len);
		append(1, i, bytes_of(records, len));
	}
	require_ok(store_open(&options, &store));
	check_uint(store->journal_blocks, blocks);
	for (uint64_t i = 3; i < 6; i++) {
		struct txn *txn = fixture_write(store);

		fixture_put(txn, TABLE_QUEUE, i, "later");
		require_ok(txn_commit(txn));
	}
	check_uint(store->journal_blocks, 2);
	fixture_leave(store);
	check_both_there();
}

static void test_as_many_blocks_as_can_be(void)
{
	check_full(100, JOURNAL_BLOCKS);
}

static void test_as_many_bytes_as_can_be(void)
{
	check_full(JOURNAL_BLOCK_BYTES, JOURNAL_BYTES / JOURNAL_BLOCK_BYTES + 1);
}

UNIT_SUITE("store/journal_damage",
	{ "left by a kill, it is read", test_left_by_a_kill },
	{ "and the next one goes on behind it", test_goes_on },
	{ "folded, and killed before it was cleared", test_folded_and_not_cleared },
	{ "records that do not parse", test_records_that_do_not_parse },
	{ "a key that is too long", test_key_that_is_too_long },
	{ "a table that is never there", test_table_that_is_never_there },
	{ "a block of a later generation", test_block_of_a_later_generation },
	{ "any byte of the row that names it", test_any_byte_of_the_state },
	{ "any name of a table", test_any_name_of_a_table },
	{ "as many blocks as can be", test_as_many_blocks_as_can_be },
	{ "as many bytes as can be", test_as_many_bytes_as_can_be },
	{ "a file that is gone", test_file_that_is_gone },
	{ "a file of another store", test_file_of_another_store },
	{ "a file that was cut off", test_file_that_was_cut_off },
	{ "what was deleted is in no copy", test_deleted_is_in_no_copy });
