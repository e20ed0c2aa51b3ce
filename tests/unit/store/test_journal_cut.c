/* SPDX-License-Identifier: Apache-2.0 */
/* Promise P1 at every step of the store's own: the power fails, and what was told is there, whole and in its order. */
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "disk.h"
#include "fixture.h"
#include "store/journal.h"

static const char *folder_of(const char *name, unsigned number)
{
	static char path[4096];

	require(snprintf(path, sizeof path, "%s/%s%u", unit_folder(), name, number) < (int)sizeof path);
	return path;
}

static struct store *open_at(const char *folder, bool read_only)
{
	struct store_options options = fixture_options(folder);
	struct store *store = NULL;

	options.read_only = read_only;
	require_ok(store_open(&options, &store));
	return store;
}

/* ---- a sync that failed, or was not lived to see ---- */

static void put_one(struct store *store, uint64_t number, enum err wanted)
{
	struct txn *txn = fixture_write(store);

	fixture_put(txn, TABLE_QUEUE, number, "one");
	check_err(txn_commit(txn), wanted);
}

static bool is_there(struct store *store, uint64_t number)
{
	struct txn *txn = fixture_read(store);
	struct key key = key_u64(number);
	struct bytes value;
	bool there = txn_get(txn, TABLE_QUEUE, key_bytes(&key), &value) == ERR_OK;

	txn_abort(txn);
	return there;
}

/* The disk as it is, with nothing that was not synced. */
static void check_on_disk(unsigned cut, uint64_t number, bool wanted)
{
	char folder[4096];
	struct store *store;

	unit_context("cut %u", cut);
	strcpy(folder, folder_of("cut", cut));
	disk_cut(folder, false);
	store = open_at(folder, false);
	check(is_there(store, number) == wanted);
	store_close(store);
}

/* Three small ones, the last of which was never synced; the next start finds it in the kernel's cache. */
static void leave_unsynced(bool dropped)
{
	struct store *store = fixture_open();
	struct txn *txn;

	put_one(store, 1, ERR_OK);
	put_one(store, 2, ERR_OK);
	disk_begin(unit_folder());
	disk_fail_sync(JOURNAL_FILE, dropped);
	put_one(store, 3, ERR_IO);
	if (!check_err(txn_begin_write(store, &txn), ERR_IO)) /* nothing may follow */
		txn_abort(txn);
	store_close(store);
	check_on_disk(0, 2, true);
	check_on_disk(1, 3, false);
}

static void check_found_is_kept(bool dropped)
{
	struct store *store;
	bool found;

	leave_unsynced(dropped);
	store = open_at(unit_folder(), false);
	found = is_there(store, 3);
	check_on_disk(2, 3, found);
	put_one(store, 4, ERR_OK);
	check_on_disk(3, 3, found);
	check_on_disk(4, 4, true);
	store_close(store);
	disk_end();
}

static void test_found_after_a_kill(void)
{
	check_found_is_kept(false);
}

static void test_found_after_a_failed_sync(void)
{
	check_found_is_kept(true);
}

static void test_found_beside_the_writer(void)
{
	struct store *beside;

	leave_unsynced(false);
	beside = open_at(unit_folder(), true);
	check_on_disk(2, 3, is_there(beside, 3));
	store_close(beside);
	disk_end();
}

/* ---- cut at any step ---- */

#define COMMITS 75u
#define CUTS 30u /* anywhere, beside one at each sync */
#define STEPS 1000u
#define RING 7u /* rows that are written again and again */
#define LARGE 9u /* every so many is large enough to be handed over while the next one goes on */
#define LARGE_ROWS 90u
#define LARGE_BYTES 4000u

/* Shared with the process whose power fails. */
struct progress {
	unsigned begun, told, steps, sync_count;
	unsigned syncs[STEPS];
};

static void write_large(struct txn *txn, unsigned number)
{
	static uint8_t value[LARGE_BYTES];

	memset(value, (int)number, sizeof value);
	for (unsigned i = 0; i < LARGE_ROWS; i++) {
		struct key key = key_u64(i);

		txn_put(txn, TABLE_MESSAGES, key_bytes(&key), bytes_of(value, sizeof value));
	}
}

static void write_one(struct store *store, unsigned number)
{
	static uint8_t part[5000];
	struct txn *txn = fixture_write(store);
	struct key key = key_u64(number), before = key_u64(number - 3);
	char text[32];

	snprintf(text, sizeof text, "by %u", number);
	fixture_append(txn, TABLE_ENTRIES, number, text);
	fixture_put(txn, TABLE_QUEUE, number % RING, text);
	memset(part, (int)number, sizeof part);
	txn_put(txn, TABLE_PARTS, key_bytes(&key), bytes_of(part, number * 97 % sizeof part));
	if (number % 20 == 0)
		txn_delete(txn, TABLE_PARTS, key_bytes(&before)); /* which folds */
	if (number % 27 == 0)
		for (uint64_t i = 0; i < 1000; i++)
			fixture_put(txn, TABLE_TIMERS, i, text); /* too much for the journal */
	if (number % LARGE == 0)
		write_large(txn, number);
	require_ok(txn_hand_over(txn));
}

static unsigned count_of(struct store *store)
{
	struct txn *txn = fixture_read(store);
	unsigned count = (unsigned)txn_rows(txn, TABLE_ENTRIES);

	txn_abort(txn);
	return count;
}

/* Goes on where an earlier one ended. */
static void run(const char *folder, struct progress *progress)
{
	struct store *store = open_at(folder, false);
	unsigned from = count_of(store) + 1;

	require(from > progress->told && from <= progress->begun + 1);
	progress->told = from - 1; /* whoever reads it sees it */
	for (unsigned i = from; i < from + COMMITS; i++) {
		progress->begun = i;
		write_one(store, i);
		progress->told = store_is_settled(store) ? i : i - 1; /* the one before was waited for */
	}
	require_ok(store_settle(store));
	progress->told = progress->begun;
	store_close(store);
}

static void check_row(struct txn *txn, enum table table, uint64_t number, unsigned by)
{
	char text[32];

	snprintf(text, sizeof text, "by %u", by);
	fixture_check(txn, table, number, by == 0 ? NULL : text);
}

static void check_large(struct txn *txn, unsigned by)
{
	check_uint(txn_rows(txn, TABLE_MESSAGES), by == 0 ? 0 : LARGE_ROWS);
	for (unsigned i = 0; by != 0 && i < LARGE_ROWS; i++) {
		struct key key = key_u64(i);
		struct bytes value;
		size_t at = 0;

		require_ok(txn_get(txn, TABLE_MESSAGES, key_bytes(&key), &value));
		while (at < value.len && value.data[at] == (uint8_t)by)
			at++;
		check_uint(at, LARGE_BYTES);
	}
}

/* All that the first so many wrote, and nothing of a later one. */
static void check_state(struct txn *txn, unsigned count)
{
	unsigned deleted = count / 20;

	for (unsigned i = 1; i <= count; i++)
		check_row(txn, TABLE_ENTRIES, i, i);
	for (unsigned i = 0; i < RING && i < count; i++)
		check_row(txn, TABLE_QUEUE, (count - i) % RING, count - i);
	check_row(txn, TABLE_TIMERS, 500, count / 27 * 27);
	check_large(txn, count / LARGE * LARGE);
	check_uint(txn_rows(txn, TABLE_PARTS), count - deleted);
	check_uint(txn_rows(txn, TABLE_QUEUE), count < RING ? count : RING);
}

static void check_cut(const char *folder, const struct progress *progress)
{
	struct store_options options = fixture_options(folder);
	struct store *store;
	struct txn *txn;
	unsigned count;

	if (progress->begun == 0)
		return; /* it need not be a store yet */
	for (int read_only = 1; read_only >= 0; read_only--) {
		options.read_only = read_only != 0;
		require_ok(store_open(&options, &store));
		txn = fixture_read(store);
		count = (unsigned)txn_rows(txn, TABLE_ENTRIES);
		check(count >= progress->told && count <= progress->begun);
		check_state(txn, count);
		txn_abort(txn);
		store_close(store);
	}
}

/* Runs it in a process whose power fails after so many steps; 0: never. */
static void run_in(const char *home, unsigned steps, unsigned number, struct progress *progress)
{
	pid_t child;
	int status;

	(void)unit_random(); /* so that each process draws what no other does */
	child = fork();
	if (child == 0) {
		disk_begin(home);
		disk_cut_after(steps, folder_of("cut", number));
		run(home, progress);
		progress->steps = disk_steps();
		for (unsigned i = 0; i <= progress->steps && progress->sync_count < STEPS; i++)
			if (disk_step_is_sync(i))
				progress->syncs[progress->sync_count++] = i;
		_exit(1);
	}
	require(child > 0 && waitpid(child, &status, 0) == child);
	check(WIFEXITED(status) && WEXITSTATUS(status) == (steps == 0));
}

static void run_until(unsigned steps, unsigned number, struct progress *progress)
{
	char home[4096];

	strcpy(home, folder_of("home", number));
	require(mkdir(home, 0700) == 0);
	*progress = (struct progress){ 0 };
	run_in(home, steps, number, progress);
}

static void check_cut_after(unsigned steps, unsigned number, struct progress *progress)
{
	run_until(steps, number, progress);
	unit_context("cut after %u steps, told %u", steps, progress->told);
	check_cut(folder_of("cut", number), progress);
}

static void test_cut_at_any_step(void)
{
	struct progress whole, *progress = mmap(NULL, sizeof *progress, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	unsigned number = 0;

	require(progress != MAP_FAILED);
	run_until(0, number++, progress);
	whole = *progress;
	check(whole.sync_count > COMMITS && whole.steps > 2 * COMMITS);
	for (unsigned i = 0; i < whole.sync_count; i++)
		check_cut_after(whole.syncs[i], number++, progress);
	for (unsigned i = 0; i < CUTS; i++)
		check_cut_after(1 + (unsigned)unit_random_below(whole.steps), number++, progress);
	munmap(progress, sizeof *progress);
}

/* One that is cut as it opens, too, or soon after, and goes on with what the disk has then. */
static void test_cut_again_and_again(void)
{
	struct progress *progress = mmap(NULL, sizeof *progress, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	char home[4096];
	unsigned number = 0;

	require(progress != MAP_FAILED);
	strcpy(home, folder_of("home", number));
	require(mkdir(home, 0700) == 0);
	store_close(open_at(home, false));
	for (unsigned i = 0; i < CUTS; i++) {
		unsigned steps = 1 + (unsigned)unit_random_below(i % 3 == 0 ? 100 : i % 3 == 1 ? 8 : 30);

		unit_context("cut %u, after %u steps, told %u", i, steps, progress->told);
		run_in(home, steps, ++number, progress);
		strcpy(home, folder_of("cut", number));
	}
	check_cut(home, progress);
	munmap(progress, sizeof *progress);
}

/* ---- another process, while it is written to ---- */

/* What was told when the reader began is there, and it sees no more than one state. */
static bool read_beside(struct store *store, struct progress *progress)
{
	unsigned told = *(volatile unsigned *)&progress->told;
	struct txn *txn = fixture_read(store);
	unsigned count = (unsigned)txn_rows(txn, TABLE_ENTRIES);
	bool held = check(count >= told);

	check_state(txn, count);
	txn_abort(txn);
	return held;
}

static void test_beside_the_writer(void)
{
	struct progress *progress = mmap(NULL, sizeof *progress, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct store *store;
	unsigned reads = 0;
	pid_t child;
	int status;

	require(progress != MAP_FAILED);
	store_close(fixture_open());
	child = fork();
	if (child == 0) {
		for (unsigned i = 0; i < 10; i++)
			run(unit_folder(), progress);
		_exit(0);
	}
	while (waitpid(child, &status, WNOHANG) == 0) {
		store = open_at(unit_folder(), true);
		for (unsigned i = 0; i < 50 && read_beside(store, progress); i++)
			reads++;
		store_close(store);
	}
	check_int(status, 0);
	check(reads > 0);
	munmap(progress, sizeof *progress);
}

UNIT_SUITE("store/journal_cut",
	{ "cut again and again", test_cut_again_and_again },
	{ "what a start finds after a kill is on the disk", test_found_after_a_kill },
	{ "and after a sync that failed", test_found_after_a_failed_sync },
	{ "and what a reader finds beside the writer", test_found_beside_the_writer },
	{ "cut at any step", test_cut_at_any_step },
	{ "read by another process meanwhile", test_beside_the_writer });
