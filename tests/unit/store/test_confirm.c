/* SPDX-License-Identifier: Apache-2.0 */
#include "store/confirm.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "disk.h"
#include "fixture.h"
#include "store/settle.h"

#define DATA "data.mdb"
#define PAGE 4096u
#define ROWS 100u
#define LARGE 4000u /* bytes of a row: so many are written while the next transaction goes on */

static struct store *open_as(bool read_only, enum err wanted)
{
	struct store_options options = fixture_options(unit_folder());
	struct store *store = NULL;

	options.read_only = read_only;
	if (!check_err(store_open(&options, &store), wanted))
		require(store != NULL || wanted != ERR_OK);
	return store;
}

static const char *path_of(const char *name)
{
	static char path[4096];

	require(snprintf(path, sizeof path, "%s/%s", unit_folder(), name) < (int)sizeof path);
	return path;
}

/* Rows of a number's, and none of another's. */
static struct txn *write_large(struct store *store, uint8_t number)
{
	static uint8_t value[LARGE];
	struct txn *txn = fixture_write(store);

	memset(value, number, sizeof value);
	for (uint64_t i = 0; i < ROWS; i++) {
		struct key key = key_u64(i);

		txn_put(txn, TABLE_PARTS, key_bytes(&key), bytes_of(value, sizeof value));
	}
	return txn;
}

static uint8_t read_large(struct txn *txn)
{
	struct key key = key_u64(ROWS / 2);
	struct bytes value;

	return txn_get(txn, TABLE_PARTS, key_bytes(&key), &value) == ERR_OK ? value.data[LARGE / 2] : 0;
}

static uint8_t seen(struct store *store)
{
	struct txn *txn = fixture_read(store);
	uint8_t number = read_large(txn);

	txn_abort(txn);
	return number;
}

static void commit_large(struct store *store, uint8_t number)
{
	require_ok(txn_commit(write_large(store, number)));
}

/* ---- one that is not durable ---- */

static void test_not_seen_before_it_is_durable(void)
{
	struct store *store = fixture_open();
	struct txn *next, *old;

	commit_large(store, 9);
	old = fixture_read(store);
	commit_large(store, 1);
	disk_begin(unit_folder());
	disk_hold_sync(DATA);
	require_ok(txn_hand_over(write_large(store, 2)));
	check(!store_is_settled(store));
	check_uint(read_large(old), 9);
	txn_abort(old); /* which is not for the next reader */
	for (unsigned i = 0; i < 20; i++)
		check_uint(seen(store), 1);
	next = fixture_write(store); /* its writer goes on from there */
	check_uint(read_large(next), 2);
	txn_abort(next);
	check_uint(seen(store), 1);
	disk_let_go();
	require_ok(store_settle(store));
	check(store_is_settled(store));
	check_uint(seen(store), 2);
	store_close(store);
	disk_end();
}

/* Both files' syncs: before either, a cut leaves what was there before. */
static void test_not_durable_before_it_is_confirmed(void)
{
	const char *const held[] = { DATA, JOURNAL_FILE };

	for (unsigned i = 0; i < 2; i++) {
		struct store *store = fixture_open(), *cut;
		struct store_options options;
		char folder[4200];

		commit_large(store, 1);
		disk_begin(unit_folder());
		disk_hold_sync(held[i]);
		require_ok(txn_hand_over(write_large(store, 2)));
		require(snprintf(folder, sizeof folder, "%s/cut%u", unit_folder(), i) < (int)sizeof folder);
		for (unsigned tries = 0; tries < 1000 && disk_steps() == 0; tries++)
			usleep(100); /* it may have come to the sync, or not */
		disk_cut(folder, true);
		disk_let_go();
		require_ok(store_settle(store));
		store_close(store);
		disk_end();
		options = fixture_options(folder);
		require_ok(store_open(&options, &cut));
		check_uint(seen(cut), 1);
		commit_large(cut, 3);
		check_uint(seen(cut), 3);
		store_close(cut);
	}
}

static void lose(struct store *store, uint8_t number)
{
	disk_begin(unit_folder());
	disk_fail_sync(DATA, false);
	check_err(txn_commit(write_large(store, number)), ERR_IO);
}

static void test_a_sync_that_failed(void)
{
	struct store *store = fixture_open();
	struct txn *txn;

	commit_large(store, 1);
	commit_large(store, 2);
	lose(store, 3);
	check_err(store_settle(store), ERR_IO); /* and so it stays */
	check_err(txn_begin_write(store, &txn), ERR_IO);
	if (txn_begin_read(store, &txn) == ERR_OK) {
		check_uint(read_large(txn), 2);
		txn_abort(txn);
	}
	store_close(store);
	disk_end();
	store = open_as(false, ERR_OK);
	check_uint(seen(store), 2); /* though the kernel shows another */
	commit_large(store, 4);
	store_close(store);
	store = open_as(true, ERR_OK);
	check_uint(seen(store), 4);
	store_close(store);
}

static void check_on_disk(unsigned number, uint8_t wanted)
{
	struct store_options options;
	struct store *store = NULL;
	char folder[4200];

	require(snprintf(folder, sizeof folder, "%s/disk%u", unit_folder(), number) < (int)sizeof folder);
	disk_cut(folder, false);
	options = fixture_options(folder);
	require_ok(store_open(&options, &store));
	check_uint(seen(store), wanted);
	store_close(store);
}

/* The kernel may show a confirmation that the disk never had: whoever takes it for true makes it so. */
static void test_a_confirmation_that_was_not_synced(void)
{
	for (unsigned dropped = 0; dropped < 2; dropped++) {
		struct store *store = fixture_open();
		uint8_t before = seen(store), found;

		commit_large(store, before + 1);
		disk_begin(unit_folder());
		disk_fail_sync(JOURNAL_FILE, dropped);
		check_err(txn_commit(write_large(store, before + 2)), ERR_IO);
		store_close(store);
		check_on_disk(3 * dropped, before + 1);
		store = open_as(false, ERR_OK);
		found = seen(store);
		check_on_disk(3 * dropped + 1, found);
		commit_large(store, before + 3);
		check_on_disk(3 * dropped + 2, before + 3);
		store_close(store);
		disk_end();
	}
}

/* Who only reads a store that nobody writes finds no more than was confirmed, and the next writer what the reader did. */
static void test_undone_by_a_reader(void)
{
	struct store *store = fixture_open();

	commit_large(store, 1);
	lose(store, 2);
	store_close(store);
	disk_end();
	for (unsigned i = 0; i < 2; i++) {
		store = open_as(true, ERR_OK);
		check_uint(seen(store), 1);
		store_close(store);
	}
	store = open_as(false, ERR_OK);
	check_uint(seen(store), 1);
	commit_large(store, 3);
	store_close(store);
}

/* ---- beside others ---- */

static int lock_directory(void)
{
	int directory = open(unit_folder(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	require(directory >= 0 && flock(directory, LOCK_EX | LOCK_NB) == 0);
	return directory;
}

/* In a process of its own, which ends with what it sees, or 100 and more for an error. */
static pid_t looker_outside(void)
{
	pid_t child = fork();

	if (child == 0) {
		struct store_options options = fixture_options(unit_folder());
		struct store *store;
		struct txn *txn;
		enum err err;

		options.read_only = true;
		err = store_open(&options, &store);
		if (err == ERR_OK)
			err = txn_begin_read(store, &txn);
		_exit(err == ERR_OK ? read_large(txn) : 100 + (int)err);
	}
	return child;
}

static int what_was_seen(pid_t child)
{
	int status;

	require(child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int look_from_outside(void)
{
	return what_was_seen(looker_outside());
}

static void test_not_seen_from_outside(void)
{
	struct store *store = fixture_open();

	commit_large(store, 1);
	check_int(look_from_outside(), 1);
	disk_begin(unit_folder());
	disk_hold_sync(DATA);
	require_ok(txn_hand_over(write_large(store, 2)));
	check_int(look_from_outside(), 100 + ERR_BUSY);
	disk_let_go();
	require_ok(store_settle(store));
	check_int(look_from_outside(), 2);
	store_close(store);
	disk_end();
}

/* Behind a slow disk there is nearly always one that is not durable: who began with it waits for it, and need not be quicker than the next. */
static void test_seen_from_outside_on_a_slow_disk(void)
{
	struct store *store = fixture_open();
	pid_t child;

	commit_large(store, 1);
	disk_begin(unit_folder());
	disk_hold_sync(DATA);
	require_ok(txn_hand_over(write_large(store, 2)));
	child = looker_outside();
	usleep(500000);
	disk_let_go();
	require_ok(store_settle(store));
	disk_hold_sync(DATA);
	require_ok(txn_hand_over(write_large(store, 3)));
	check_int(what_was_seen(child), 2);
	disk_let_go();
	require_ok(store_settle(store));
	store_close(store);
	disk_end();
}

/* What one of two who only read undoes, the other one waits for. */
static void test_undone_by_two_at_once(void)
{
	struct store *store = fixture_open();
	pid_t child;
	int directory;

	commit_large(store, 1);
	lose(store, 2);
	store_close(store);
	disk_end();
	directory = lock_directory();
	child = looker_outside();
	usleep(20000);
	require(flock(directory, LOCK_UN) == 0); /* the child has it open, too */
	close(directory);
	check_int(what_was_seen(child), 1);
}

/* Reads the store once it is told to, says so, and goes on having it open until the pipe is closed. */
static pid_t reader_beside(int to_reader[2], int from_reader[2])
{
	pid_t child;
	char byte;

	(void)unit_folder(); /* the same for both */
	require(pipe(to_reader) == 0 && pipe(from_reader) == 0);
	child = fork();
	if (child == 0) {
		struct store *beside;

		close(to_reader[1]);
		if (read(to_reader[0], &byte, 1) != 1)
			_exit(1);
		beside = open_as(true, ERR_OK);
		if (seen(beside) != 1 || write(from_reader[1], "", 1) != 1)
			_exit(2);
		_exit(read(to_reader[0], &byte, 1) == 0 ? 0 : 3);
	}
	close(to_reader[0]);
	return child;
}

/* Another process that reads keeps LMDB's count of transactions, and with it the number of the one that was undone. */
static void test_undone_while_another_reads(void)
{
	int to_reader[2], from_reader[2], status;
	pid_t child = reader_beside(to_reader, from_reader); /* before there is a lock that it would inherit */
	struct store *store = fixture_open();
	char byte;

	commit_large(store, 1);
	require(child > 0 && write(to_reader[1], "", 1) == 1 && read(from_reader[0], &byte, 1) == 1);
	lose(store, 2);
	store_close(store);
	disk_end();
	for (uint8_t number = 3; number < 8; number++) {
		store = open_as(false, ERR_OK);
		check_uint(seen(store), number == 3 ? 1 : number - 1);
		commit_large(store, number);
		fixture_leave(store);
	}
	close(to_reader[1]);
	require(waitpid(child, &status, 0) == child);
	check_int(status, 0);
	store = open_as(false, ERR_OK);
	check_uint(seen(store), 7);
	store_close(store);
}

/* And once it is gone, the count goes back. */
static void test_undone_twice_while_another_reads(void)
{
	int to_reader[2], from_reader[2], status;
	pid_t child = reader_beside(to_reader, from_reader);
	struct store *store = fixture_open();
	char byte;

	commit_large(store, 1);
	require(child > 0 && write(to_reader[1], "", 1) == 1 && read(from_reader[0], &byte, 1) == 1);
	for (uint8_t number = 2; number < 5; number++) {
		lose(store, number);
		store_close(store);
		disk_end();
		store = open_as(false, ERR_OK);
		check_int(look_from_outside(), 1);
	}
	fixture_leave(store);
	close(to_reader[1]);
	require(waitpid(child, &status, 0) == child);
	check_int(status, 0);
	store = open_as(false, ERR_OK);
	check_int(look_from_outside(), 1);
	commit_large(store, 5);
	check_int(look_from_outside(), 5);
	lose(store, 6);
	store_close(store);
	disk_end();
	store = open_as(false, ERR_OK);
	check_uint(seen(store), 5);
	store_close(store);
}

/* ---- beside a writer that is about to confirm ---- */

static void copy_aside(const char *name, const char *to)
{
	static uint8_t bytes[4 * MIB];
	int from = open(path_of(name), O_RDONLY | O_CLOEXEC), copy = open(path_of(to), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	ssize_t got;

	require(from >= 0 && copy >= 0);
	while ((got = read(from, bytes, sizeof bytes)) > 0)
		require(write(copy, bytes, (size_t)got) == got);
	close(from);
	close(copy);
}

static uint8_t slots[JOURNAL_SLOTS * PAGE];

static void read_slots(const char *name)
{
	int fd = open(path_of(name), O_RDONLY | O_CLOEXEC);

	require(fd >= 0 && pread(fd, slots, sizeof slots, PAGE) == (ssize_t)sizeof slots);
	close(fd);
}

static void write_slots(void)
{
	int fd = open(path_of(JOURNAL_FILE), O_WRONLY | O_CLOEXEC);

	require(fd >= 0 && pwrite(fd, slots, sizeof slots, PAGE) == (ssize_t)sizeof slots);
	close(fd);
}

/* Commit 3 is on the disk, and is confirmed by write_slots; that of a directory says that its writer is there. */
static int leave_unconfirmed(void)
{
	struct store *store = fixture_open();

	commit_large(store, 1);
	commit_large(store, 2);
	copy_aside(JOURNAL_FILE, "before");
	commit_large(store, 3);
	fixture_leave(store);
	copy_aside(JOURNAL_FILE, "after");
	read_slots("before");
	write_slots();
	read_slots("after");
	return lock_directory();
}

/* The writer writes that it is confirmed, and has not synced that yet: whoever reads it does. */
static void test_read_before_its_confirmation_is_synced(void)
{
	int directory = leave_unconfirmed();
	struct store *store = open_as(true, ERR_OK);
	struct txn *txn;

	disk_begin(unit_folder());
	disk_after_sync(JOURNAL_FILE, write_slots);
	if (txn_begin_read(store, &txn) == ERR_OK) {
		check_on_disk(0, read_large(txn));
		txn_abort(txn);
	}
	disk_after_sync(NULL, NULL);
	write_slots();
	check_uint(seen(store), 3);
	check_on_disk(1, 3);
	store_close(store);
	disk_end();
	close(directory);
}

/* ---- files that do not belong together ---- */

static void rename_in_folder(const char *from, const char *to)
{
	char old[4096];

	strcpy(old, path_of(from));
	require(rename(old, path_of(to)) == 0);
}

static void test_an_older_data_file(void)
{
	struct store *store = fixture_open();

	commit_large(store, 1);
	copy_aside(DATA, "older");
	commit_large(store, 2);
	commit_large(store, 3);
	fixture_leave(store);
	rename_in_folder("older", DATA);
	check(open_as(false, ERR_CORRUPT) == NULL);
}

/* What was left of another store is neither believed nor let do harm. */
static void test_the_file_of_another_store(void)
{
	struct store *store = fixture_open();

	commit_large(store, 1);
	copy_aside(JOURNAL_FILE, "another");
	store_close(store);
	require(unlink(path_of(DATA)) == 0 && unlink(path_of("lock.mdb")) == 0);
	store = fixture_open();
	for (uint8_t number = 1; number < 9; number++)
		commit_large(store, number);
	store_close(store);
	rename_in_folder("another", JOURNAL_FILE);
	store = open_as(true, ERR_OK);
	check_uint(seen(store), 8);
	store_close(store);
	store = open_as(false, ERR_OK);
	check_uint(seen(store), 8);
	commit_large(store, 9);
	store_close(store);
}

static void flip(const char *name, off_t at)
{
	int fd = open(path_of(name), O_RDWR | O_CLOEXEC);
	uint8_t byte;

	require(fd >= 0 && pread(fd, &byte, 1, at) == 1);
	byte ^= 1;
	require(pwrite(fd, &byte, 1, at) == 1);
	close(fd);
}

/* A slot that was damaged may be the newest: nothing is undone for it, and nothing goes on. */
static void test_a_damaged_slot(void)
{
	struct store *store = fixture_open();

	for (uint8_t number = 1; number < 4; number++)
		commit_large(store, number);
	fixture_leave(store);
	for (unsigned slot = 0; slot < JOURNAL_SLOTS; slot++) {
		off_t at = (off_t)((1 + slot) * PAGE + unit_random_below(JOURNAL_SECTOR));

		flip(JOURNAL_FILE, at);
		check(open_as(false, ERR_CORRUPT) == NULL);
		flip(JOURNAL_FILE, at);
	}
	store = open_as(false, ERR_OK);
	check_uint(seen(store), 3);
	store_close(store);
}

/* The first commit can do without a file of its own; what was begun of one says that the commit before it was the last. */
static void test_a_file_that_was_begun_in_vain(void)
{
	for (unsigned retried = 0; retried < 2; retried++) {
		struct store *store = fixture_open();
		uint8_t before = seen(store);
		struct txn *txn;

		disk_begin(unit_folder());
		if (retried == 0) {
			disk_fail_sync(JOURNAL_FILE, false);
		} else {
			txn = write_large(store, before + 2);
			disk_fill(DATA);
			check_err(txn_commit(txn), ERR_NOSPC);
			disk_fill(JOURNAL_FILE ".new");
		}
		commit_large(store, before + 1);
		check_on_disk(retried, before + 1);
		fixture_leave(store);
		disk_end();
		store = open_as(false, ERR_OK);
		check_uint(seen(store), before + 1);
		store_close(store);
	}
}

/* ---- by itself ---- */

static void test_a_page_that_did_not_change(void)
{
	struct store *store = fixture_open();
	const struct confirm_data data = settle_data(store);
	uint64_t number = 0;

	commit_large(store, 1);
	require_ok(confirm_read(&store->journal_file, &number));
	check_uint(number, store_last_commit(store));
	check_err(confirm_write(&store->journal_file, &data, number + 2), ERR_CORRUPT);
	require_ok(confirm_read(&store->journal_file, &number));
	check_uint(number, store_last_commit(store));
	store_close(store);
}

UNIT_SUITE("store/confirm",
	{ "not seen before it is durable", test_not_seen_before_it_is_durable },
	{ "not durable before it is confirmed", test_not_durable_before_it_is_confirmed },
	{ "a sync that failed", test_a_sync_that_failed },
	{ "a confirmation that was not synced", test_a_confirmation_that_was_not_synced },
	{ "undone by a reader where there is no writer", test_undone_by_a_reader },
	{ "not seen from outside either", test_not_seen_from_outside },
	{ "seen from outside on a slow disk", test_seen_from_outside_on_a_slow_disk },
	{ "undone by two readers at once", test_undone_by_two_at_once },
	{ "undone while another process reads", test_undone_while_another_reads },
	{ "undone twice while another process reads", test_undone_twice_while_another_reads },
	{ "read before its confirmation is synced", test_read_before_its_confirmation_is_synced },
	{ "an older data file", test_an_older_data_file },
	{ "the file of another store", test_the_file_of_another_store },
	{ "a damaged slot", test_a_damaged_slot },
	{ "a file that was begun in vain", test_a_file_that_was_begun_in_vain },
	{ "a page that did not change", test_a_page_that_did_not_change });
