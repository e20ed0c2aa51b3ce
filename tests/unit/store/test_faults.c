/* SPDX-License-Identifier: Apache-2.0 */
/* Promise P1 where the disk fails: at any write or sync, once or for a while; what was told is there afterwards, and nothing by halves. */
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "disk.h"
#include "fixture.h"

#define ROUNDS 200u
#define COMMITS 40u
#define MANY 1000u /* rows: too much for the journal */
#define LARGE_ROWS 90u
#define LARGE_BYTES 4000u /* so many of them are handed over while the next one goes on */

static void folder_of(char path[4096], const char *name, unsigned number)
{
	require(snprintf(path, 4096, "%s/%s%u", unit_folder(), name, number) < 4096);
}

static enum err open_as(const char *folder, bool read_only, struct store **ret_store)
{
	struct store_options options = fixture_options(folder);

	options.read_only = read_only;
	return store_open(&options, ret_store);
}

/* ---- what is written, and what is to be there ---- */

static const char *text_of(unsigned number)
{
	static char text[32];

	snprintf(text, sizeof text, "by %u", number);
	return text;
}

static void write_large(struct txn *txn, unsigned number)
{
	static uint8_t value[LARGE_BYTES];

	memset(value, (int)number, sizeof value);
	for (uint64_t i = 0; i < LARGE_ROWS; i++) {
		struct key key = key_u64(i);

		txn_put(txn, TABLE_MESSAGES, key_bytes(&key), bytes_of(value, sizeof value));
	}
}

static enum err write_one(struct store *store, unsigned number)
{
	struct txn *txn;
	enum err err = txn_begin_write(store, &txn);

	if (err != ERR_OK)
		return err;
	fixture_append(txn, TABLE_ENTRIES, number, text_of(number));
	for (uint64_t i = 0; number % 5 == 0 && i < MANY; i++)
		fixture_put(txn, TABLE_TIMERS, i, text_of(number));
	if (number % 4 == 0)
		write_large(txn, number);
	return txn_hand_over(txn);
}

static void check_large(struct txn *txn, unsigned by)
{
	check_uint(txn_rows(txn, TABLE_MESSAGES), by == 0 ? 0 : LARGE_ROWS);
	for (uint64_t i = 0; by != 0 && i < LARGE_ROWS; i++) {
		struct key key = key_u64(i);
		struct bytes value;

		require_ok(txn_get(txn, TABLE_MESSAGES, key_bytes(&key), &value));
		check(value.data[0] == by && value.data[LARGE_BYTES - 1] == by);
	}
}

static void check_left(const char *folder, bool read_only, unsigned told, unsigned begun)
{
	struct store *store;
	struct txn *txn;
	unsigned count;

	require_ok(open_as(folder, read_only, &store));
	txn = fixture_read(store);
	count = (unsigned)txn_rows(txn, TABLE_ENTRIES);
	check(count >= told && count <= begun);
	for (unsigned i = 1; i <= count; i++)
		fixture_check(txn, TABLE_ENTRIES, i, text_of(i));
	fixture_check(txn, TABLE_TIMERS, MANY / 2, count < 5 ? NULL : text_of(count / 5 * 5));
	check_large(txn, count / 4 * 4);
	txn_abort(txn);
	store_close(store);
}

/* ---- a daemon's course: what finds no room is tried again, anything else ends it ---- */

struct course {
	unsigned told, begun;
};

static void run(struct store *store, unsigned commits, struct course *course)
{
	*course = (struct course){ .begun = 1 };
	for (;;) {
		enum err err = write_one(store, course->begun);

		if (err == ERR_NOSPC)
			continue;
		if (err == ERR_OK && (store_is_settled(store) || unit_random_below(3) == 0)) {
			err = store_settle(store);
			if (err == ERR_OK)
				course->told = course->begun;
		}
		if (err != ERR_OK || course->begun == commits)
			return;
		course->begun++;
	}
}

static void fail_some(unsigned round)
{
	unsigned from = 1 + (unsigned)unit_random_below(round % 2 == 0 ? 40 : 80); /* a new store's first commit has some thirty */
	unsigned count = 1 + (unsigned)unit_random_below(round % 4 < 3 ? 3 : 30);
	int error = unit_random_below(2) == 0 ? ENOSPC : EIO;

	unit_context("round %u: %u from write %u on fail with %d", round, count, from, error);
	disk_fail_some(from, count, error);
}

/* Closed, killed, or without power; what is left is in folder. */
static void end(struct store *store, unsigned round, char folder[4096])
{
	disk_fail_some(0, 0, 0);
	if (round % 3 == 0) {
		folder_of(folder, "cut", round);
		disk_cut(folder, true);
	}
	if (round % 3 == 1)
		store_close(store);
	else
		fixture_leave(store);
	disk_end();
}

static void test_any_write(void)
{
	for (unsigned round = 0; round < ROUNDS; round++) {
		struct course course;
		struct store *store;
		char folder[4096];

		folder_of(folder, "home", round);
		require(mkdir(folder, 0700) == 0);
		require_ok(open_as(folder, false, &store));
		disk_begin(folder);
		fail_some(round);
		run(store, 1 + (unsigned)unit_random_below(round % 2 == 0 ? 3 : COMMITS), &course);
		end(store, round, folder);
		check_left(folder, true, course.told, course.begun);
		check_left(folder, false, course.told, course.begun);
	}
}

UNIT_SUITE("store/faults", { "any write or sync may fail", test_any_write });
