/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "contract/limits.h"
#include "fixture.h"
#include "store/environment.h"

static char *path_in(const char *folder, const char *name)
{
	static char path[4200];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

static struct store *open_read_only(void)
{
	struct store_options options = fixture_options(unit_folder());
	struct store *store = NULL;

	options.read_only = true;
	options.map_bytes = 0;
	require_ok(store_open(&options, &store));
	return store;
}

static void test_nothing_there(void)
{
	struct store_options options = fixture_options(unit_folder());
	struct store *store = NULL;

	options.create = false;
	check_err(store_open(&options, &store), ERR_NOT_FOUND);
	check(access(path_in(unit_folder(), "data.mdb"), F_OK) != 0);
	options.read_only = true;
	options.create = true; /* reading creates nothing whatever is asked */
	check_err(store_open(&options, &store), ERR_NOT_FOUND);
	check(access(path_in(unit_folder(), "lock.mdb"), F_OK) != 0);
	options.directory = "/nonexistent/store";
	check_err(store_open(&options, &store), ERR_NOT_FOUND);
	check(store == NULL);
	store_close(NULL);
}

static void test_bad_options(void)
{
	struct store_options options = fixture_options(unit_folder());
	struct store *store = NULL;

	options.readers_max = 0;
	check_err(store_open(&options, &store), ERR_USAGE);
	options = fixture_options(unit_folder());
	options.map_bytes = 0;
	check_err(store_open(&options, &store), ERR_USAGE);
	check(store == NULL);
}

static void test_files_are_private(void)
{
	struct stat status;

	store_close(fixture_open());
	require(stat(path_in(unit_folder(), "data.mdb"), &status) == 0);
	check_uint(status.st_mode & 0777, 0600);
	require(stat(path_in(unit_folder(), "lock.mdb"), &status) == 0);
	check_uint(status.st_mode & 0777, 0600);
	check((uint64_t)status.st_blocks * 512 >= (uint64_t)status.st_size); /* no hole to die in when the disk is full */
}

static void test_second_writer(void)
{
	struct store *store = fixture_open();
	struct store_options options = fixture_options(unit_folder());
	struct store *second = NULL;
	pid_t child;
	int status = 0;

	check_err(store_open(&options, &second), ERR_BUSY);
	child = fork(); /* which opens for itself and touches nothing of ours */
	if (child == 0)
		_exit(store_open(&options, &second) == ERR_BUSY ? 0 : 1);
	require(waitpid(child, &status, 0) == child);
	check_int(status, 0);
	store_close(store);
	store_close(fixture_open()); /* the lock goes with its holder */
}

static void test_lock_of_a_dead_writer(void)
{
	struct store_options options = fixture_options(unit_folder());
	struct store *store = NULL;
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		struct txn *txn = NULL;

		if (store_open(&options, &store) != ERR_OK || txn_begin_write(store, &txn) != ERR_OK)
			_exit(1);
		fixture_put(txn, TABLE_QUEUE, 1, "never committed");
		_exit(0); /* in the middle of a transaction */
	}
	require(waitpid(child, &status, 0) == child);
	require(status == 0);
	store = fixture_open();
	struct txn *txn = fixture_write(store);

	fixture_check(txn, TABLE_QUEUE, 1, NULL);
	txn_abort(txn);
	store_close(store);
}

/* In a process of its own, as commands do: LMDB must not be opened twice in one. */
static int count_rows_elsewhere(enum table table)
{
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		struct store_options options = fixture_options(unit_folder());
		struct store *store = NULL;
		struct txn *txn = NULL;
		struct txn *refused = NULL;

		options.read_only = true;
		options.map_bytes = 0;
		if (store_open(&options, &store) != ERR_OK || txn_begin_read(store, &txn) != ERR_OK ||
		    txn_begin_write(store, &refused) != ERR_PERMISSION)
			_exit(255);
		status = (int)txn_rows(txn, table);
		txn_abort(txn);
		store_close(store);
		_exit(status);
	}
	require(waitpid(child, &status, 0) == child);
	return WEXITSTATUS(status);
}

static void test_reader_beside_a_writer(void)
{
	struct store *store = fixture_open();
	struct txn *txn = fixture_write(store);

	fixture_put(txn, TABLE_QUEUE, 1, "one");
	fixture_put(txn, TABLE_QUEUE, 2, "two");
	check_ok(txn_commit(txn));
	txn = fixture_write(store);
	fixture_put(txn, TABLE_QUEUE, 3, "not yet");
	check_int(count_rows_elsewhere(TABLE_QUEUE), 2);
	check_ok(txn_commit(txn));
	check_int(count_rows_elsewhere(TABLE_QUEUE), 3);
	store_close(store);
}

static void test_reading_a_copy_creates_nothing(void)
{
	struct store_options options = fixture_options(unit_folder());
	struct store *store, *writer = NULL;

	store_close(fixture_open());
	require(unlink(path_in(unit_folder(), "lock.mdb")) == 0);
	store = open_read_only();
	check_err(store_open(&options, &writer), ERR_BUSY); /* nobody would keep its pages for us */
	txn_abort(fixture_read(store));
	store_close(store);
	check(access(path_in(unit_folder(), "lock.mdb"), F_OK) != 0);
	store_close(fixture_open());
}

static void write_format(const char *value, size_t len)
{
	struct store *store = fixture_open();
	struct txn *txn = fixture_write(store);

	if (value == NULL)
		txn_delete(txn, TABLE_META, bytes_of_text("store_format"));
	else
		txn_put(txn, TABLE_META, bytes_of_text("store_format"), bytes_of(value, len));
	require_ok(txn_commit(txn));
	store_close(store);
}

static void test_newer_format(void)
{
	struct store_options options = fixture_options(unit_folder());
	struct store *store = NULL;
	uint8_t next[4];

	be32_put(next, STORE_FORMAT + 1);
	write_format((const char *)next, sizeof next);
	check_err(store_open(&options, &store), ERR_VERSION);
	options.read_only = true;
	check_err(store_open(&options, &store), ERR_VERSION);
	check(store == NULL);
}

/* A writer takes an earlier release's store over, and says that its derived tables are not to be trusted; a reader leaves it alone. */
static void test_earlier_format(void)
{
	struct store_options options = fixture_options(unit_folder());
	struct store *store = NULL;
	struct bytes value;
	struct txn *txn;

	write_format("\0\0\0\1", 4);
	options.read_only = true;
	check_err(store_open(&options, &store), ERR_VERSION);
	store = fixture_open();
	txn = fixture_write(store);
	require_ok(txn_get(txn, TABLE_META, bytes_of_text(STORE_REBUILD_MARK), &value));
	require_ok(txn_get(txn, TABLE_META, bytes_of_text("store_format"), &value));
	check_uint(be32_get(value.data), STORE_FORMAT);
	txn_abort(txn);
	store_close(store);
}

static void test_no_format(void)
{
	struct store_options options = fixture_options(unit_folder());
	struct store *store = NULL;

	write_format(NULL, 0);
	check_err(store_open(&options, &store), ERR_CORRUPT);
}

static void test_odd_format(void)
{
	struct store_options options = fixture_options(unit_folder());
	struct store *store = NULL;

	write_format("1", 1);
	check_err(store_open(&options, &store), ERR_CORRUPT);
}

static void test_not_a_store(void)
{
	struct store_options options = fixture_options(unit_folder());
	struct store *store = NULL;
	FILE *file = fopen(path_in(unit_folder(), "data.mdb"), "w");

	require(file != NULL);
	for (unsigned i = 0; i < 5000; i++)
		fputs("not LMDB ", file);
	fclose(file);
	check_err(store_open(&options, &store), ERR_CORRUPT);
	check(store == NULL);
}

/* A file that lost its end must be told, and kill nobody who reads it. */
static void test_cut_off(void)
{
	struct store_options options = fixture_options(unit_folder());
	struct store *store = fixture_open();
	static uint8_t value[20000];
	struct txn *txn = fixture_write(store);
	struct bytes found;
	unsigned unreadable = 0;

	for (uint64_t number = 0; number < 100; number++) {
		struct key key = key_u64(number);

		txn_append(txn, TABLE_ENTRIES, key_bytes(&key), bytes_of(value, sizeof value));
	}
	require_ok(txn_commit(txn));
	store_close(store);
	require(truncate(path_in(unit_folder(), "data.mdb"), 40 * 4096) == 0);

	store = NULL;
	options.read_only = true;
	check_err(store_open(&options, &store), ERR_CORRUPT);
	options.read_only = false;
	if (store_open(&options, &store) == ERR_OK) { /* its tables' roots may be gone as well */
		txn = fixture_read(store);
		for (uint64_t number = 0; number < 100; number++) {
			struct key key = key_u64(number);

			unreadable += txn_get(txn, TABLE_ENTRIES, key_bytes(&key), &found) != ERR_OK;
		}
		check(unreadable > 0);
		txn_abort(txn);
		store_close(store);
	}
}

static void test_copy(void)
{
	struct store *store = fixture_open();
	struct txn *txn = fixture_write(store);
	char copy[4200];
	struct store_options options = fixture_options(copy);
	struct txn *open;

	for (uint64_t number = 0; number < 2000; number++)
		fixture_append(txn, TABLE_ENTRIES, number, "an entry");
	require_ok(txn_commit(txn));
	snprintf(copy, sizeof copy, "%s/copy", unit_folder());
	require(mkdir(copy, 0700) == 0);
	open = fixture_write(store); /* copying waits for nobody */
	fixture_put(open, TABLE_QUEUE, 1, "not in the copy");
	check_ok(store_copy(store, copy));
	require_ok(txn_commit(open));
	check_err(store_copy(store, copy), ERR_EXISTS);
	check_err(store_copy(store, "/nonexistent/copy"), ERR_NOT_FOUND);
	store_close(store);

	options.create = false;
	store = NULL;
	require_ok(store_open(&options, &store));
	txn = fixture_read(store);
	check_uint(txn_rows(txn, TABLE_ENTRIES), 2000);
	check_uint(txn_rows(txn, TABLE_QUEUE), 0);
	fixture_check(txn, TABLE_ENTRIES, 1999, "an entry");
	txn_abort(txn);
	store_close(store);
}

static void test_dead_readers(void)
{
	struct store *store = fixture_open();
	int cleared = -1;
	int status = 0;
	pid_t child;

	check_ok(store_check_readers(store, &cleared));
	check_int(cleared, 0);
	child = fork();
	if (child == 0) {
		struct store *mine = open_read_only();
		struct txn *txn = fixture_read(mine);

		_exit(txn != NULL ? 0 : 1); /* with its snapshot still held */
	}
	require(waitpid(child, &status, 0) == child);
	require(status == 0);
	check_ok(store_check_readers(store, &cleared));
	check_int(cleared, 1);
	check_ok(store_check_readers(store, NULL));
	store_close(store);
}

static void test_commit_failed_for_good(void)
{
	struct store *store = fixture_open();
	struct txn *txn = NULL;

	atomic_store(&store->broken, true); /* as a failed sync leaves it */
	check_err(txn_begin_write(store, &txn), ERR_IO);
	check(txn == NULL);
	txn_abort(fixture_read(store)); /* reading goes on */
	store_close(store);
}

#define ODD_KEYS 3000u

/* Of one to twenty bytes, most of them as others begin. */
static struct bytes draw_key(uint8_t to[20])
{
	size_t len = 1 + (size_t)unit_random_below(20);

	for (size_t i = 0; i < len; i++)
		to[i] = (uint8_t)(unit_random_below(2) == 0 ? 0x7f : 0x80);
	return bytes_of(to, len);
}

/* Finds them with LMDB alone, which looks for them in its own order. */
static void check_found_plainly(uint8_t keys[ODD_KEYS][20], const size_t *lens)
{
	MDB_env *env;
	MDB_txn *txn;
	MDB_dbi dbi;

	require(mdb_env_create(&env) == 0);
	require(mdb_env_set_maxdbs(env, TABLE_COUNT + 1) == 0);
	require(mdb_env_open(env, unit_folder(), MDB_RDONLY, 0600) == 0);
	require(mdb_txn_begin(env, NULL, MDB_RDONLY, &txn) == 0);
	require(mdb_dbi_open(txn, table_name(TABLE_AGENCY_IDS), 0, &dbi) == 0);
	for (size_t i = 0; i < ODD_KEYS; i++)
		if (!check_int(mdb_get(txn, dbi, &(MDB_val){ lens[i], keys[i] }, &(MDB_val){ 0 }), 0))
			break;
	mdb_txn_abort(txn);
	mdb_env_close(env);
}

static void test_order_is_lmdbs(void)
{
	static uint8_t keys[ODD_KEYS][20];
	static size_t lens[ODD_KEYS];
	struct store *store = fixture_open();
	struct txn *txn = fixture_write(store);

	for (size_t i = 0; i < ODD_KEYS; i++) {
		struct bytes key = draw_key(keys[i]);

		lens[i] = key.len;
		txn_put(txn, TABLE_AGENCY_IDS, key, bytes_of_text("row"));
	}
	require_ok(txn_commit(txn));
	store_close(store);
	check_found_plainly(keys, lens);
}

UNIT_SUITE("store/store",
	{ "nothing there is not an empty store", test_nothing_there },
	{ "options are checked", test_bad_options },
	{ "files are the owner's alone and have their blocks", test_files_are_private },
	{ "a second writer is turned away", test_second_writer },
	{ "a dead writer leaves no lock", test_lock_of_a_dead_writer },
	{ "commands read beside the daemon", test_reader_beside_a_writer },
	{ "reading a copy creates nothing", test_reading_a_copy_creates_nothing },
	{ "a newer format is refused", test_newer_format },
	{ "of an earlier release", test_earlier_format },
	{ "a missing format is damage", test_no_format },
	{ "an odd format is damage", test_odd_format },
	{ "what is no store is refused", test_not_a_store },
	{ "a file cut off is damage, not a crash", test_cut_off },
	{ "a copy is a whole store", test_copy },
	{ "slots of dead readers are cleared", test_dead_readers },
	{ "after a failed sync nothing is written", test_commit_failed_for_good },
	{ "rows stand in LMDB's own order", test_order_is_lmdbs });
