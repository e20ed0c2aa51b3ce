/* SPDX-License-Identifier: Apache-2.0 */
#include "store/journal.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fixture.h"

static uint64_t tree_rows(struct store *store, MDB_dbi tree)
{
	MDB_stat stat = { 0 };
	MDB_txn *mdb;

	require(mdb_txn_begin(store->env, NULL, MDB_RDONLY, &mdb) == 0);
	require(mdb_stat(mdb, tree, &stat) == 0);
	mdb_txn_abort(mdb);
	return stat.ms_entries;
}

static void check_split(struct store *store, unsigned blocks, uint64_t in_tree)
{
	check_uint(store->journal_blocks, blocks);
	check_uint(tree_rows(store, store->tables[TABLE_QUEUE]), in_tree);
}

static void commit_one(struct store *store, uint64_t number, const char *text)
{
	struct txn *txn = fixture_write(store);

	fixture_put(txn, TABLE_QUEUE, number, text);
	require_ok(txn_commit(txn));
}

/* What the first small transaction wrote stands in the trees, with the file's name. */
static struct store *open_begun(void)
{
	struct store *store = fixture_open();
	struct txn *txn = fixture_write(store);

	fixture_put(txn, TABLE_STANDINGS, 0, "begun");
	require_ok(txn_commit(txn));
	check_uint(store->journal_blocks, 0);
	check_uint(tree_rows(store, store->tables[TABLE_STANDINGS]), 1);
	return store;
}

static void test_small_ones_share_a_block(void)
{
	struct store *store = open_begun();
	struct txn *txn = fixture_write(store);

	for (uint64_t i = 0; i < 20; i++)
		fixture_put(txn, TABLE_QUEUE, i, "row");
	require_ok(txn_commit(txn));
	check_split(store, 1, 0);
	txn = fixture_read(store);
	check_uint(txn_rows(txn, TABLE_QUEUE), 20);
	fixture_check(txn, TABLE_QUEUE, 19, "row");
	fixture_check(txn, TABLE_QUEUE, 20, NULL);
	txn_abort(txn);
	store_close(store);
}

static void test_nothing_written_is_nothing(void)
{
	struct store *store = fixture_open();
	struct txn *txn = fixture_write(store);
	struct key key = key_u64(1);

	txn_forget(txn, TABLE_QUEUE, key_bytes(&key));
	check_ok(txn_commit(txn));
	check_split(store, 0, 0);
	store_close(store);
}

static void test_many_are_folded(void)
{
	struct store *store = open_begun();
	uint64_t count = 0;

	do
		commit_one(store, count++, "row");
	while (store->journal_blocks > 0);
	check(count > 1);
	check_split(store, 0, count);
	commit_one(store, count, "row");
	check_split(store, 1, count);
	store_close(store);
}

static void test_large_ones_fold(void)
{
	struct store *store = open_begun();
	struct txn *txn;

	commit_one(store, 1, "before");
	commit_one(store, 5000, "before");
	txn = fixture_write(store);
	for (uint64_t i = 2; i < 4000; i++)
		fixture_put(txn, TABLE_QUEUE, i, "row");
	fixture_check(txn, TABLE_QUEUE, 1, "before");
	fixture_check(txn, TABLE_QUEUE, 2, "row");
	require_ok(txn_commit(txn));
	check_split(store, 0, 4000);
	store_close(store);
}

static void test_a_large_one_aborted(void)
{
	struct store *store = open_begun();
	struct txn *txn;

	commit_one(store, 1, "kept");
	txn = fixture_write(store);
	for (uint64_t i = 1; i < 4000; i++)
		fixture_put(txn, TABLE_QUEUE, i, "given up");
	txn_abort(txn);
	check_split(store, 1, 0);
	txn = fixture_write(store);
	fixture_check(txn, TABLE_QUEUE, 1, "kept");
	fixture_check(txn, TABLE_QUEUE, 2, NULL);
	fixture_put(txn, TABLE_QUEUE, 2, "given up too");
	txn_abort(txn);
	commit_one(store, 3, "kept");
	check_split(store, 2, 0);
	store_close(store);

	store = fixture_open();
	txn = fixture_read(store);
	fixture_check(txn, TABLE_QUEUE, 1, "kept");
	fixture_check(txn, TABLE_QUEUE, 2, NULL);
	fixture_check(txn, TABLE_QUEUE, 3, "kept");
	check_uint(txn_rows(txn, TABLE_QUEUE), 2);
	txn_abort(txn);
	store_close(store);
}

static void test_meta_stands_in_its_tree(void)
{
	struct store *store = open_begun();
	struct txn *txn;

	commit_one(store, 1, "before");
	txn = fixture_write(store);
	txn_put(txn, TABLE_META, bytes_of_text("mark"), bytes_of_text("due"));
	require_ok(txn_commit(txn));
	check_split(store, 0, 1);
	store_close(store);
}

static void test_a_reader_keeps_its_snapshot(void)
{
	struct store *store = open_begun();
	struct txn *early, *late;

	commit_one(store, 1, "first");
	early = fixture_read(store);
	for (uint64_t i = 0; i < 100; i++) /* folded more than once meanwhile, and its pages would be used again */
		commit_one(store, i, "second");
	late = fixture_read(store);
	fixture_check(early, TABLE_QUEUE, 1, "first");
	fixture_check(early, TABLE_QUEUE, 2, NULL);
	check_uint(txn_rows(early, TABLE_QUEUE), 1);
	fixture_check(late, TABLE_QUEUE, 1, "second");
	check_uint(txn_rows(late, TABLE_QUEUE), 100);
	txn_abort(early);
	txn_abort(late);
	store_close(store);
}

static void test_beside_and_in_copies(void)
{
	struct store *store = open_begun(), *beside = NULL;
	struct store_options options = fixture_options(unit_folder());
	struct txn *txn;
	char copy[4096];

	commit_one(store, 7, "seven");
	require(snprintf(copy, sizeof copy, "%s/copy", unit_folder()) < (int)sizeof copy && mkdir(copy, 0700) == 0);
	require_ok(store_copy(store, copy));
	store_close(store);
	options.read_only = true;
	for (int i = 0; i < 2; i++) {
		require_ok(store_open(&options, &beside));
		txn = fixture_read(beside);
		fixture_check(txn, TABLE_QUEUE, 7, "seven");
		txn_abort(txn);
		store_close(beside);
		options.directory = copy;
	}
}

static void test_the_end_is_looked_for_in_both(void)
{
	struct store *store = fixture_open();
	struct txn *txn = fixture_write(store);
	struct key last = key_u64(9);

	fixture_append(txn, TABLE_ENTRIES, 9, "nine");
	journal_fold(txn);
	require_ok(txn_commit(txn));
	txn = fixture_write(store);
	fixture_append(txn, TABLE_ENTRIES, 8, "behind what the tree has");
	check_err(txn_commit(txn), ERR_CORRUPT);
	txn = fixture_write(store);
	fixture_append(txn, TABLE_ENTRIES, 10, "ten");
	fixture_append(txn, TABLE_ENTRIES, 10, "ten again");
	check_err(txn_commit(txn), ERR_CORRUPT);
	txn = fixture_write(store);
	txn_delete(txn, TABLE_ENTRIES, key_bytes(&last));
	fixture_append(txn, TABLE_ENTRIES, 9, "nine again");
	check_ok(txn_commit(txn));
	txn = fixture_write(store);
	txn_delete(txn, TABLE_ENTRIES, key_bytes(&last));
	txn_delete(txn, TABLE_ENTRIES, key_bytes(&last));
	check_err(txn_commit(txn), ERR_CORRUPT); /* it is not there any more */
	store_close(store);
}

static void test_a_clean_end_leaves_whole_trees(void)
{
	struct store_options options = fixture_options(unit_folder());
	struct store *store = open_begun();

	commit_one(store, 1, "one");
	check_split(store, 1, 0);
	store_close(store);
	options.read_only = true;
	require_ok(store_open(&options, &store));
	check_split(store, 0, 1);
	store_close(store);
}

static bool is_there(const char *name)
{
	char path[4096];

	require(snprintf(path, sizeof path, "%s/%s", unit_folder(), name) < (int)sizeof path);
	return access(path, F_OK) == 0;
}

static void test_the_file_is_there_while_it_is_needed(void)
{
	struct store *store = fixture_open();

	check(!is_there(JOURNAL_FILE)); /* opening is no reason to write */
	commit_one(store, 1, "one");
	check(is_there(JOURNAL_FILE));
	store_close(store);
	check(!is_there(JOURNAL_FILE));
	store = fixture_open();
	check_split(store, 0, 1);
	commit_one(store, 2, "two");
	check(is_there(JOURNAL_FILE));
	store_close(store);
}

/* One that was begun when the power failed, or ended with, is nobody's. */
static void test_a_file_that_nothing_names(void)
{
	struct journal_file file = { .fd = -1 };
	struct store *store = fixture_open();

	require_ok(journal_file_create(store->directory, &file));
	require_ok(journal_file_append(&file, 1, 0, bytes_of_text("not records at all")));
	journal_file_close(&file);
	store_close(store);
	store = fixture_open();
	check(!is_there(JOURNAL_FILE));
	commit_one(store, 1, "one");
	store_close(store);
}

/* Where no file can be made, since a folder stands in its way. */
static void test_without_a_file(void)
{
	struct store *store = fixture_open();
	char path[4096];

	require(snprintf(path, sizeof path, "%s/%s.new", unit_folder(), JOURNAL_FILE) < (int)sizeof path && mkdir(path, 0700) == 0);
	for (uint64_t i = 1; i <= 3; i++) {
		commit_one(store, i, "one");
		check_split(store, 0, i);
	}
	require(rmdir(path) == 0);
	commit_one(store, 4, "one");
	commit_one(store, 5, "one");
	check_split(store, 1, 4);
	store_close(store);
}

/* ---- at random, held against a plain array ---- */

#define KEYS 60u
#define STEPS 600u

struct model {
	uint32_t values[2][KEYS]; /* by table; 0: not there */
};

static const enum table tables[2] = { TABLE_QUEUE, TABLE_TIMERS };

static void check_value(struct bytes value, uint32_t wanted)
{
	require(value.len >= 4);
	check_uint(be32_get(value.data), wanted);
}

static void check_forwards(const struct model *model, unsigned t, struct txn *txn)
{
	struct cursor *cursor = NULL;
	struct bytes key, value;
	enum err err;
	uint64_t rows = 0;

	require_ok(cursor_open(txn, tables[t], &cursor));
	err = cursor_first(cursor, &key, &value);
	for (uint64_t i = 0; i < KEYS; i++) {
		if (model->values[t][i] == 0)
			continue;
		rows++;
		require_ok(err);
		check_uint(be64_get(key.data), i);
		check_value(value, model->values[t][i]);
		err = cursor_next(cursor, &key, &value);
	}
	check_err(err, ERR_NOT_FOUND);
	cursor_close(cursor);
	check_uint(txn_rows(txn, tables[t]), rows);
}

static void check_backwards(const struct model *model, unsigned t, struct txn *txn)
{
	struct cursor *cursor = NULL;
	struct bytes key, value;
	enum err err;

	require_ok(cursor_open(txn, tables[t], &cursor));
	err = cursor_last(cursor, &key, &value);
	for (uint64_t i = KEYS; i-- > 0;) {
		if (model->values[t][i] == 0)
			continue;
		require_ok(err);
		check_uint(be64_get(key.data), i);
		err = cursor_previous(cursor, &key, &value);
	}
	check_err(err, ERR_NOT_FOUND);
	cursor_close(cursor);
}

static void check_gets(const struct model *model, unsigned t, struct txn *txn)
{
	for (uint64_t i = 0; i < KEYS; i++) {
		struct key key = key_u64(i);
		struct bytes value;
		enum err err = txn_get(txn, tables[t], key_bytes(&key), &value);

		check_err(err, model->values[t][i] == 0 ? ERR_NOT_FOUND : ERR_OK);
		if (err == ERR_OK)
			check_value(value, model->values[t][i]);
	}
}

static void check_model(const struct model *model, struct txn *txn)
{
	for (unsigned t = 0; t < 2; t++) {
		check_forwards(model, t, txn);
		check_backwards(model, t, txn);
		check_gets(model, t, txn);
	}
}

static uint64_t after_last(const struct model *model, unsigned t)
{
	uint64_t end = KEYS;

	while (end > 0 && model->values[t][end - 1] == 0)
		end--;
	return end;
}

static void write_one(struct model *model, struct txn *txn)
{
	static uint8_t bytes[3000];
	unsigned t = (unsigned)unit_random_below(2);
	uint64_t number = unit_random_below(KEYS), end = after_last(model, t);
	uint32_t value = (uint32_t)unit_random_below(UINT32_MAX - 1) + 1;
	struct bytes row = bytes_of(bytes, 4 + unit_random_below(unit_random_below(8) == 0 ? sizeof bytes - 4 : 60));
	struct key key = key_u64(number);

	be32_put(bytes, value);
	switch (unit_random_below(4)) {
	case 0:
		txn_forget(txn, tables[t], key_bytes(&key));
		model->values[t][number] = 0;
		break;
	case 1:
		if (model->values[t][number] != 0)
			txn_delete(txn, tables[t], key_bytes(&key));
		model->values[t][number] = 0;
		break;
	case 2:
		key = key_u64(end);
		if (end == KEYS)
			break;
		txn_append(txn, tables[t], key_bytes(&key), row);
		model->values[t][end] = value;
		break;
	default:
		txn_put(txn, tables[t], key_bytes(&key), row);
		model->values[t][number] = value;
		break;
	}
}

static void run_one(struct store *store, struct model *model)
{
	struct model coming = *model;
	struct txn *txn = fixture_write(store);
	uint64_t count = unit_random_below(unit_random_below(8) == 0 ? 100 : 6);

	for (uint64_t i = 0; i < count; i++)
		write_one(&coming, txn);
	if (unit_random_below(4) == 0)
		check_model(&coming, txn);
	if (unit_random_below(5) == 0) {
		txn_abort(txn);
		return;
	}
	require_ok(txn_commit(txn));
	*model = coming;
}

/* As after a kill: closed without a word, the files as they were. */
static struct store *open_copy(struct store *store, unsigned number)
{
	static char folder[4096];
	struct store_options options = fixture_options(folder);
	struct store *copy = NULL;

	require(snprintf(folder, sizeof folder, "%s/copy%u", unit_folder(), number) < (int)sizeof folder && mkdir(folder, 0700) == 0);
	fixture_copy_files(store, folder);
	store_close(store);
	require_ok(store_open(&options, &copy));
	return copy;
}

static void test_at_random(void)
{
	struct store *store = fixture_open();
	struct model model = { 0 }, then = { 0 };
	struct txn *reader = NULL;

	for (unsigned step = 0; step < STEPS; step++) {
		run_one(store, &model);
		if (reader != NULL && unit_random_below(20) == 0) {
			check_model(&then, reader);
			txn_abort(reader);
			reader = NULL;
		}
		if (reader == NULL && unit_random_below(3) == 0) {
			reader = fixture_read(store);
			then = model;
			check_model(&then, reader);
		}
		if (reader == NULL && unit_random_below(10) == 0)
			store = open_copy(store, step);
	}
	txn_abort(reader);
	store_close(store);
}

UNIT_SUITE("store/journal",
	{ "a small transaction is one block", test_small_ones_share_a_block },
	{ "one that wrote nothing is none", test_nothing_written_is_nothing },
	{ "after some of them the trees hold all", test_many_are_folded },
	{ "a large one takes them along", test_large_ones_fold },
	{ "a large one that is given up leaves them", test_a_large_one_aborted },
	{ "marks stand in their own tree", test_meta_stands_in_its_tree },
	{ "a reader keeps what it began with", test_a_reader_keeps_its_snapshot },
	{ "read beside a writer, and out of a copy", test_beside_and_in_copies },
	{ "a clean end leaves whole trees", test_a_clean_end_leaves_whole_trees },
	{ "the file is there while it is needed", test_the_file_is_there_while_it_is_needed },
	{ "a file that nothing names", test_a_file_that_nothing_names },
	{ "without a file", test_without_a_file },
	{ "the end of a table is looked for in both", test_the_end_is_looked_for_in_both },
	{ "tables are as they would be without it", test_at_random });
