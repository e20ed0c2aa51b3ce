/* SPDX-License-Identifier: Apache-2.0 */
#include "store/merge.h"

#include "fixture.h"
#include "store/environment.h"

/* In the tree: b d f h.  Since then: a written, d gone, f written again, g written, h gone, x gone that was never there. */
static struct store *mixed(void)
{
	static const char *const tree[] = { "b", "d", "f", "h" };
	static const char *const since[] = { "a", "f", "g" };
	struct store *store = fixture_open();
	struct txn *txn = fixture_write(store);

	for (size_t i = 0; i < 4; i++)
		txn_put(txn, TABLE_QUEUE, bytes_of_text(tree[i]), bytes_of_text("tree"));
	require_ok(txn_commit(txn)); /* the first one goes into the trees */
	txn = fixture_write(store);
	for (size_t i = 0; i < 3; i++)
		txn_put(txn, TABLE_QUEUE, bytes_of_text(since[i]), bytes_of_text("since"));
	txn_put(txn, TABLE_QUEUE, bytes_of_text("x"), bytes_of_text("since"));
	txn_delete(txn, TABLE_QUEUE, bytes_of_text("d"));
	txn_delete(txn, TABLE_QUEUE, bytes_of_text("h"));
	txn_delete(txn, TABLE_QUEUE, bytes_of_text("x"));
	require_ok(txn_commit(txn));
	return store;
}

struct looking {
	struct store *store;
	struct txn *txn;
	MDB_cursor *mdb;
	const struct recent_run *run;
};

static struct looking look(void)
{
	struct looking looking = { .store = mixed() };

	looking.txn = fixture_read(looking.store);
	looking.run = &looking.txn->recent->runs[TABLE_QUEUE];
	check_uint(looking.run->count, 6);
	require(mdb_cursor_open(looking.txn->mdb, looking.store->tables[TABLE_QUEUE], &looking.mdb) == 0);
	return looking;
}

static void look_away(struct looking *looking)
{
	mdb_cursor_close(looking->mdb);
	txn_abort(looking->txn);
	store_close(looking->store);
}

static void check_found(int rc, struct bytes key, struct bytes value, const char *wanted)
{
	check_int(rc, wanted[0] == 0 ? MDB_NOTFOUND : 0);
	if (rc == 0) {
		check_bytes(key, bytes_of_text(wanted));
		check_bytes(value, bytes_of_text(wanted[0] == 'b' ? "tree" : "since"));
	}
}

static void test_from(void)
{
	static const struct {
		const char *key, *at, *behind;
	} cases[] = {
		{ "a", "a", "b" }, { "b", "b", "f" }, { "c", "f", "f" }, { "d", "f", "f" }, { "e", "f", "f" },
		{ "f", "f", "g" }, { "g", "g", "" },  { "h", "", "" },	 { "x", "", "" },   { "z", "", "" },
	};
	struct looking looking = look();
	struct bytes key = { 0 }, value = { 0 };
	int rc = merge_from(looking.mdb, looking.run, bytes_of(NULL, 0), false, &key, &value);

	check_found(rc, key, value, "a");
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		unit_context("from %s", cases[i].key);
		rc = merge_from(looking.mdb, looking.run, bytes_of_text(cases[i].key), false, &key, &value);
		check_found(rc, key, value, cases[i].at);
		rc = merge_from(looking.mdb, looking.run, bytes_of_text(cases[i].key), true, &key, &value);
		check_found(rc, key, value, cases[i].behind);
	}
	look_away(&looking);
}

static void test_before(void)
{
	static const char *const cases[][2] = {
		{ "a", "" }, { "b", "a" }, { "c", "b" }, { "d", "b" }, { "f", "b" }, { "g", "f" }, { "h", "g" }, { "x", "g" }, { "z", "g" },
	};
	struct looking looking = look();
	struct bytes key = { 0 }, value = { 0 };
	int rc = merge_before(looking.mdb, looking.run, bytes_of(NULL, 0), &key, &value);

	check_found(rc, key, value, "g");
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		unit_context("before %s", cases[i][0]);
		rc = merge_before(looking.mdb, looking.run, bytes_of_text(cases[i][0]), &key, &value);
		check_found(rc, key, value, cases[i][1]);
	}
	look_away(&looking);
}

UNIT_SUITE("store/merge",
	{ "the first row from a key on, out of both", test_from },
	{ "the last row before a key, out of both", test_before });
