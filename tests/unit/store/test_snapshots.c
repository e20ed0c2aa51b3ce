/* SPDX-License-Identifier: Apache-2.0 */
#include "store/snapshots.h"

#include <unistd.h>

#include "fixture.h"

#define READERS 6u /* more than are kept for who comes while a commit is hidden */

struct reader {
	struct store *store;
	uint64_t number; /* of the commit that it saw */
	enum err err;
};

static void *read_once(void *context)
{
	struct reader *reader = context;
	struct txn *txn;

	reader->err = snapshots_take(reader->store, &txn);
	if (reader->err == ERR_OK) {
		reader->number = mdb_txn_id(txn->mdb);
		snapshots_give_back(txn);
	}
	return NULL;
}

static void commit(struct store *store)
{
	struct txn *txn = fixture_write(store);

	txn_empty(txn, TABLE_TIMERS); /* straight to the trees */
	fixture_put(txn, TABLE_TIMERS, 1, "one");
	require_ok(txn_commit(txn));
}

static void test_kept_for_the_next(void)
{
	struct store *store = fixture_open();
	struct txn *txns[READERS], *again;

	commit(store);
	for (unsigned i = 0; i < READERS; i++)
		require_ok(snapshots_take(store, &txns[i]));
	for (unsigned i = 0; i < READERS; i++)
		snapshots_give_back(txns[i]);
	check_uint(store->snapshots.count, READERS);
	require_ok(snapshots_take(store, &again));
	check(again == txns[READERS - 1]);
	commit(store);
	check_uint(mdb_txn_id(again->mdb) + 1, store_last_commit(store)); /* as it began */
	require_ok(snapshots_renew(again));
	check_uint(mdb_txn_id(again->mdb), store_last_commit(store));
	snapshots_give_back(again);
	store_close(store);
}

/* Some get what was begun before; the rest wait until it is shown. */
static void test_while_one_is_hidden(void)
{
	struct store *store = fixture_open();
	struct reader reader = { .store = store };
	struct txn *txns[8];
	unsigned count = 0;
	uint64_t before;
	pthread_t thread;

	commit(store);
	before = store_last_commit(store);
	snapshots_hide(store);
	while (store->snapshots.idle != NULL) {
		require_ok(snapshots_take(store, &txns[count]));
		check_uint(mdb_txn_id(txns[count++]->mdb), before);
	}
	check(count >= 4);
	require(pthread_create(&thread, NULL, read_once, &reader) == 0);
	usleep(20000); /* it may wait already */
	snapshots_give_back(txns[--count]); /* whoever comes next has it */
	pthread_join(thread, NULL);
	check_err(reader.err, ERR_OK);
	check_uint(reader.number, before);
	require_ok(snapshots_take(store, &txns[count++]));
	require(pthread_create(&thread, NULL, read_once, &reader) == 0);
	snapshots_show(store);
	pthread_join(thread, NULL);
	check_err(reader.err, ERR_OK);
	while (count > 0)
		snapshots_give_back(txns[--count]);
	commit(store);
	check_uint(store_last_commit(store), before + 1);
	store_close(store);
}

static void test_lost(void)
{
	struct store *store = fixture_open();
	struct reader reader = { .store = store };
	struct txn *txns[8];
	unsigned count = 0;
	pthread_t thread;

	commit(store);
	snapshots_hide(store);
	while (store->snapshots.idle != NULL)
		require_ok(snapshots_take(store, &txns[count++]));
	require(pthread_create(&thread, NULL, read_once, &reader) == 0);
	snapshots_lose(store);
	pthread_join(thread, NULL);
	check_err(reader.err, ERR_IO);
	check_err(snapshots_renew(txns[0]), ERR_IO);
	txns[0]->err = ERR_IO; /* it reads no more */
	while (count > 0)
		snapshots_give_back(txns[--count]);
	fixture_leave(store);
}

UNIT_SUITE("store/snapshots",
	{ "kept for the next reader", test_kept_for_the_next },
	{ "while a commit is hidden", test_while_one_is_hidden },
	{ "once it is lost", test_lost });
