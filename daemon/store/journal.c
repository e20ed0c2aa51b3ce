/* SPDX-License-Identifier: Apache-2.0 */
/* store/journal.c - see journal.h for the contract.
 *
 * Invariant between transactions: store->journal holds, one behind another, the records of all rows of the tree, kept bytes in rows
 * rows, and store->recent is what they come to.  Within a small transaction its own records stand behind them, and recent has them too. */
#include "store/journal.h"

#include <stdlib.h>

#define TXN_BYTES (16u * 1024u)       /* what a small transaction may write */
#define JOURNAL_BYTES (256u * 1024u)  /* and all of them; readers look through as much as each of them begins */
#define JOURNAL_ROWS 32u

static struct bytes records_kept(const struct store *store)
{
	return bytes_of(store->journal, store->journal_kept);
}

/* ---- reading what stands there ---- */

/* The rows are numbered from 0 without a gap, and as many as their tree says: whatever else is found is damage. */
static enum err each_row(MDB_txn *mdb, MDB_dbi tree, enum err (*take)(void *context, struct bytes records), void *context)
{
	MDB_stat stat;
	uint64_t number = 0;
	MDB_cursor *cursor;
	MDB_val key, value;
	enum err err = store_err(mdb_cursor_open(mdb, tree, &cursor));
	int rc;

	if (err != ERR_OK)
		return err;
	for (rc = mdb_cursor_get(cursor, &key, &value, MDB_FIRST); rc == 0 && err == ERR_OK; rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) {
		if (key.mv_size != 8 || be64_get(key.mv_data) != number++)
			err = ERR_CORRUPT;
		else
			err = take(context, bytes_of(value.mv_data, value.mv_size));
	}
	mdb_cursor_close(cursor);
	if (err == ERR_OK && (mdb_stat(mdb, tree, &stat) != 0 || stat.ms_entries != number))
		err = ERR_CORRUPT;
	if (err != ERR_OK)
		return err;
	return rc == MDB_NOTFOUND ? ERR_OK : store_err(rc);
}

static enum err take_in(void *context, struct bytes records)
{
	return recent_read(context, records);
}

enum err journal_look(struct txn *txn)
{
	struct store *store = txn->store;
	MDB_stat stat;
	enum err err = store_err(mdb_stat(txn->mdb, store->journal_tree, &stat));

	recent_clear(&txn->snapshot);
	if (err != ERR_OK)
		return err;
	return each_row(txn->mdb, store->journal_tree, take_in, &txn->snapshot);
}

/* ---- opening ---- */

static enum err keep_row(void *context, struct bytes records)
{
	struct store *store = context;

	if (records.len > JOURNAL_BYTES - TXN_BYTES - store->journal_kept || store->journal_rows == JOURNAL_ROWS - 1)
		return ERR_CORRUPT; /* no more is ever written */
	memcpy(store->journal + store->journal_kept, records.data, records.len);
	store->journal_kept += records.len;
	store->journal_rows++;
	return ERR_OK;
}

enum err journal_open(struct store *store)
{
	MDB_txn *mdb;
	enum err err;

	store->journal = malloc(JOURNAL_BYTES);
	if (store->journal == NULL)
		return ERR_NOMEM;
	err = store_err(mdb_txn_begin(store->env, NULL, MDB_RDONLY, &mdb));
	if (err != ERR_OK)
		return err;
	err = each_row(mdb, store->journal_tree, keep_row, store);
	mdb_txn_abort(mdb);
	store->journal_len = store->journal_kept;
	if (err == ERR_OK)
		err = recent_read(&store->recent, records_kept(store));
	if (err != ERR_OK)
		store->journal_rows = 0; /* what was not understood is never folded: the rows stay where they are */
	return err;
}

/* ---- writing ---- */

/* META is read before there is a journal, and seldom written. */
static bool is_small(enum table table, struct bytes key, size_t len, size_t written)
{
	return table != TABLE_META && key.len > 0 && key.len <= TABLE_KEY_MAX && len <= TXN_BYTES &&
	       written + RECENT_RECORD_BYTES + key.len + len <= TXN_BYTES;
}

bool journal_room(struct txn *txn, enum table table, bool gone, struct bytes key, size_t len, uint8_t **ret_room)
{
	struct store *store = txn->store;
	size_t written = store->journal_len - store->journal_kept;
	struct recent_row row = { .gone = gone };
	uint8_t *at = store->journal + store->journal_len;
	enum err err;

	if (txn->straight)
		return false;
	if (!is_small(table, key, len, written)) {
		journal_fold(txn);
		return false;
	}
	*ret_room = recent_record(at, table, gone, key, len);
	row.key = bytes_of(at + RECENT_RECORD_BYTES, key.len);
	row.value = bytes_of(*ret_room, len);
	err = recent_set(&store->recent, table, &row);
	if (err != ERR_OK)
		store_fail(txn, err);
	else
		store->journal_len += RECENT_RECORD_BYTES + key.len + len;
	return err == ERR_OK;
}

/* ---- folding ---- */

static int fold_row(MDB_cursor *cursor, const struct recent_row *row, bool beyond)
{
	MDB_val key = { row->key.len, (void *)(uintptr_t)row->key.data };
	MDB_val value = { row->value.len, (void *)(uintptr_t)row->value.data };
	int rc;

	if (!row->gone)
		return mdb_cursor_put(cursor, &key, &value, beyond ? MDB_APPEND : 0);
	rc = beyond ? MDB_NOTFOUND : mdb_cursor_get(cursor, &key, NULL, MDB_SET);
	if (rc == 0)
		rc = mdb_cursor_del(cursor, 0);
	return rc == MDB_NOTFOUND ? 0 : rc; /* written and deleted since the last fold */
}

/* Rows behind the tree's last one are appended, so that its pages are filled. */
static int fold_run(MDB_cursor *cursor, const struct recent_run *run)
{
	MDB_val key, value;
	int rc = mdb_cursor_get(cursor, &key, &value, MDB_LAST);
	size_t beyond = rc == 0 ? recent_seek(run, bytes_of(key.mv_data, key.mv_size)) : 0;

	if (rc == 0 && beyond < run->count && recent_compare(run->rows[beyond].key, bytes_of(key.mv_data, key.mv_size)) == 0)
		beyond++;
	if (rc == MDB_NOTFOUND)
		rc = 0;
	for (size_t i = 0; rc == 0 && i < run->count; i++)
		rc = fold_row(cursor, &run->rows[i], i >= beyond);
	return rc;
}

static int fold_table(struct txn *txn, enum table table)
{
	MDB_cursor *cursor;
	int rc = mdb_cursor_open(txn->mdb, txn->store->tables[table], &cursor);

	if (rc != 0)
		return rc;
	rc = fold_run(cursor, &txn->store->recent.runs[table]);
	mdb_cursor_close(cursor);
	return rc;
}

void journal_fold(struct txn *txn)
{
	struct store *store = txn->store;
	int rc = 0;

	if (txn->straight || txn->err != ERR_OK)
		return;
	txn->straight = true;
	for (unsigned table = 0; rc == 0 && table < TABLE_COUNT; table++)
		if (store->recent.runs[table].count > 0)
			rc = fold_table(txn, (enum table)table);
	if (rc == 0 && store->journal_rows > 0)
		rc = mdb_drop(txn->mdb, store->journal_tree, 0);
	recent_clear(&store->recent);
	if (rc != 0)
		store_fail(txn, store_write_err(store, rc));
}

/* ---- ending a transaction ---- */

static int put_row(struct txn *txn)
{
	struct store *store = txn->store;
	uint8_t number[8];
	MDB_val key = { sizeof number, number };
	MDB_val value = { store->journal_len - store->journal_kept, store->journal + store->journal_kept };

	be64_put(number, store->journal_rows);
	return mdb_put(txn->mdb, store->journal_tree, &key, &value, MDB_APPEND);
}

void journal_before_commit(struct txn *txn)
{
	struct store *store = txn->store;

	if (txn->straight || txn->err != ERR_OK || store->journal_len == store->journal_kept)
		return;
	if (store->journal_rows + 1 == JOURNAL_ROWS || store->journal_len + TXN_BYTES > JOURNAL_BYTES) {
		journal_fold(txn);
	} else {
		int rc = put_row(txn);

		if (rc != 0)
			store_fail(txn, store_write_err(store, rc));
	}
}

void journal_committed(struct store *store, bool straight)
{
	if (straight) {
		store->journal_len = 0;
		store->journal_rows = 0;
	} else if (store->journal_len != store->journal_kept) {
		store->journal_rows++;
	}
	store->journal_kept = store->journal_len;
}

void journal_aborted(struct store *store, bool straight)
{
	if (!straight && store->journal_len == store->journal_kept)
		return;
	recent_clear(&store->recent);
	store->journal_len = store->journal_kept;
	/* They parsed before, and the arrays held as many rows. */
	if (recent_read(&store->recent, records_kept(store)) != ERR_OK)
		atomic_store(&store->broken, true);
}

/* ---- between transactions ---- */

static enum err fold_and_commit(struct txn *txn)
{
	enum err err;

	journal_fold(txn);
	err = txn->err;
	if (err == ERR_OK)
		err = store_write_err(txn->store, mdb_txn_commit(txn->mdb));
	else
		mdb_txn_abort(txn->mdb);
	if (err == ERR_IO)
		atomic_store(&txn->store->broken, true);
	if (err == ERR_OK)
		journal_committed(txn->store, txn->straight);
	else
		journal_aborted(txn->store, txn->straight);
	return err;
}

enum err journal_fold_all(struct store *store)
{
	struct txn txn = { .store = store, .writes = true, .recent = &store->recent };
	enum err err;

	if (atomic_load(&store->broken))
		return ERR_IO;
	if (atomic_flag_test_and_set(&store->writing))
		return ERR_BUSY;
	err = store_err(mdb_txn_begin(store->env, NULL, 0, &txn.mdb));
	if (err == ERR_OK)
		err = fold_and_commit(&txn);
	atomic_flag_clear(&store->writing);
	return err;
}

void journal_close(struct store *store)
{
	if (store->journal_rows > 0)
		(void)journal_fold_all(store); /* what stays is durable where it is */
	recent_free(&store->recent);
	free(store->journal);
}
