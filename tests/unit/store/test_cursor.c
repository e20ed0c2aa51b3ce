/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

static struct txn *with_rows(struct store *store, const uint64_t *numbers, size_t count)
{
	struct txn *txn = fixture_write(store);

	for (size_t i = 0; i < count; i++)
		fixture_put(txn, TABLE_TIMERS, numbers[i], "row");
	return txn;
}

static uint64_t number_of(struct bytes key)
{
	require(key.len == 8);
	return be64_get(key.data);
}

static void test_walk(void)
{
	static const uint64_t numbers[] = { 300, 2, 70000, 1, 256 };
	static const uint64_t sorted[] = { 1, 2, 256, 300, 70000 };
	struct store *store = fixture_open();
	struct txn *txn = with_rows(store, numbers, 5);
	struct cursor *cursor = NULL;
	struct bytes key, value;
	size_t count = 0;
	enum err err;

	require_ok(cursor_open(txn, TABLE_TIMERS, &cursor));
	for (err = cursor_first(cursor, &key, &value); err == ERR_OK && count < 6; err = cursor_next(cursor, &key, &value)) {
		check_uint(number_of(key), sorted[count]);
		check_bytes(value, bytes_of_text("row"));
		count++;
	}
	check_err(err, ERR_NOT_FOUND);
	check_uint(count, 5);
	for (err = cursor_last(cursor, &key, &value); err == ERR_OK && count > 0; err = cursor_previous(cursor, &key, &value))
		check_uint(number_of(key), sorted[--count]);
	check_err(err, ERR_NOT_FOUND);
	check_uint(count, 0);
	cursor_close(cursor);
	txn_abort(txn);
	store_close(store);
}

static void test_seek(void)
{
	static const uint64_t numbers[] = { 10, 20, 30 };
	static const struct {
		uint64_t least;
		uint64_t found; /* 0: none */
	} cases[] = { { 0, 10 }, { 10, 10 }, { 11, 20 }, { 20, 20 }, { 29, 30 }, { 30, 30 }, { 31, 0 }, { UINT64_MAX, 0 } };
	struct store *store = fixture_open();
	struct txn *txn = with_rows(store, numbers, 3);
	struct cursor *cursor = NULL;
	struct bytes key, value;

	require_ok(cursor_open(txn, TABLE_TIMERS, &cursor));
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct key least = key_u64(cases[i].least);
		enum err err = cursor_seek(cursor, key_bytes(&least), &key, &value);

		unit_context("at least %llu", (unsigned long long)cases[i].least);
		check_err(err, cases[i].found == 0 ? ERR_NOT_FOUND : ERR_OK);
		if (err == ERR_OK)
			check_uint(number_of(key), cases[i].found);
	}
	check_ok(cursor_seek(cursor, bytes_of(NULL, 0), &key, &value)); /* nothing is least of all */
	check_uint(number_of(key), 10);
	cursor_close(cursor);
	txn_abort(txn);
	store_close(store);
}

static void test_empty_table(void)
{
	struct store *store = fixture_open();
	struct txn *txn = fixture_read(store);
	struct cursor *cursor = NULL;
	struct bytes key, value;
	struct key least = key_u64(0);

	require_ok(cursor_open(txn, TABLE_TIMERS, &cursor));
	check_err(cursor_first(cursor, &key, &value), ERR_NOT_FOUND);
	check_err(cursor_last(cursor, &key, &value), ERR_NOT_FOUND);
	check_err(cursor_seek(cursor, key_bytes(&least), &key, &value), ERR_NOT_FOUND);
	cursor_close(cursor);
	cursor_close(NULL);
	txn_abort(txn);
	store_close(store);
}

/* A walk that takes rows away as it goes, as timers and pruning do. */
static void test_delete_on_the_way(void)
{
	struct store *store = fixture_open();
	struct txn *txn = fixture_write(store);
	struct cursor *cursor = NULL;
	struct bytes key, value;
	uint64_t number = 0;
	unsigned met = 0;

	for (uint64_t i = 0; i < 1000; i++)
		fixture_put(txn, TABLE_TIMERS, i, "a row that is long enough to fill several pages of the table");
	require_ok(cursor_open(txn, TABLE_TIMERS, &cursor));
	for (;;) {
		struct key least = key_u64(number);
		struct key found;

		if (cursor_seek(cursor, key_bytes(&least), &key, &value) != ERR_OK)
			break;
		check_uint(number_of(key), number);
		found = key_u64(number);
		if (number % 3 != 0)
			txn_delete(txn, TABLE_TIMERS, key_bytes(&found));
		met++;
		number++;
	}
	cursor_close(cursor);
	check_uint(met, 1000);
	check_uint(txn_rows(txn, TABLE_TIMERS), 334);
	check_ok(txn_commit(txn));
	store_close(store);
}

UNIT_SUITE("store/cursor",
	{ "forwards and backwards in key order", test_walk },
	{ "seek finds the first that is not less", test_seek },
	{ "an empty table has no first row", test_empty_table },
	{ "rows may go while one walks", test_delete_on_the_way });
