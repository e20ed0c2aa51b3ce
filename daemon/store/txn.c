/* SPDX-License-Identifier: Apache-2.0 */
/* store/txn.c - see txn.h for the contract. */
#include "store/txn.h"

#include <errno.h>
#include <stdlib.h>

#include "store/environment.h"

/* Read transactions kept for the next reader.  More would hold slots that commands beside the daemon need. */
#define IDLE_MAX 8

/* LMDB writes up to 64 pages at once, and calls a short write an input/output error. */
#define SHORT_WRITE_BYTES (1024u * 1024u)

/* ---- cursors ---- */

static void drop(MDB_cursor **cursor)
{
	if (*cursor != NULL)
		mdb_cursor_close(*cursor);
	*cursor = NULL;
}

/* Before a transaction that writes ends. */
static void drop_all(struct txn *txn)
{
	for (unsigned table = 0; table < TABLE_COUNT; table++) {
		drop(&txn->ends[table]);
		drop(&txn->seeks[table]);
	}
}

/* The cursor in its place among ends or seeks; NULL when it cannot be had, with the reason in ret_rc. */
static MDB_cursor *cursor_in(struct txn *txn, enum table table, MDB_cursor **place, int *ret_rc)
{
	*ret_rc = *place != NULL ? 0 : mdb_cursor_open(txn->mdb, txn->store->tables[table], place);
	return *place;
}

/* ---- beginning and ending ---- */

enum err txn_begin_write(struct store *store, struct txn **ret_txn)
{
	enum err err;

	if (store->read_only)
		return ERR_PERMISSION;
	if (atomic_load(&store->broken))
		return ERR_IO;
	if (atomic_flag_test_and_set(&store->writing))
		return ERR_BUSY;
	store->write = (struct txn){ .store = store, .writes = true };
	err = store_err(mdb_txn_begin(store->env, NULL, 0, &store->write.mdb));
	if (err != ERR_OK) {
		atomic_flag_clear(&store->writing);
		return err;
	}
	*ret_txn = &store->write;
	return ERR_OK;
}

static struct txn *idle_take(struct store *store)
{
	struct txn *txn;

	(void)pthread_mutex_lock(&store->idle_lock);
	txn = store->idle;
	if (txn != NULL) {
		store->idle = txn->next;
		store->idle_count--;
	}
	(void)pthread_mutex_unlock(&store->idle_lock);
	return txn;
}

static bool idle_give(struct txn *txn)
{
	struct store *store = txn->store;
	bool kept;

	mdb_txn_reset(txn->mdb);
	(void)pthread_mutex_lock(&store->idle_lock);
	kept = store->idle_count < IDLE_MAX;
	if (kept) {
		txn->next = store->idle;
		store->idle = txn;
		store->idle_count++;
	}
	(void)pthread_mutex_unlock(&store->idle_lock);
	return kept;
}

static void read_end(struct txn *txn)
{
	if (idle_give(txn))
		return;
	mdb_txn_abort(txn->mdb);
	free(txn);
}

enum err txn_begin_read(struct store *store, struct txn **ret_txn)
{
	struct txn *txn = idle_take(store);
	enum err err;

	if (txn != NULL) {
		txn->err = ERR_OK;
		err = store_err(mdb_txn_renew(txn->mdb));
	} else {
		txn = calloc(1, sizeof *txn);
		if (txn == NULL)
			return ERR_NOMEM;
		txn->store = store;
		err = store_err(mdb_txn_begin(store->env, NULL, MDB_RDONLY, &txn->mdb));
	}
	if (err != ERR_OK) {
		mdb_txn_abort(txn->mdb);
		free(txn);
		return err;
	}
	*ret_txn = txn;
	return ERR_OK;
}

void txn_abort(struct txn *txn)
{
	if (txn == NULL)
		return;
	if (!txn->writes) {
		read_end(txn);
		return;
	}
	drop_all(txn);
	mdb_txn_abort(txn->mdb);
	atomic_flag_clear(&txn->store->writing);
}

/* A full disk shows as EIO when a write fell short.  Taking a failed sync for that is harmless: LMDB never overwrites a page that the
 * last durable meta page reaches, and what a later transaction reaches it writes anew. */
static enum err write_err(const struct store *store, int rc)
{
	uint64_t bytes_free;

	if (rc == EIO && store_disk_free(store, &bytes_free) == ERR_OK && bytes_free < SHORT_WRITE_BYTES)
		return ERR_NOSPC;
	return store_err(rc);
}

enum err txn_commit(struct txn *txn)
{
	enum err err = txn->err;
	struct store *store = txn->store;

	if (err != ERR_OK || !txn->writes) {
		txn_abort(txn);
		return err;
	}
	drop_all(txn);
	err = write_err(store, mdb_txn_commit(txn->mdb));
	if (err == ERR_IO)
		atomic_store(&store->broken, true);
	atomic_flag_clear(&store->writing);
	return err;
}

enum err txn_error(const struct txn *txn)
{
	return txn->err;
}

void txn_fail(struct txn *txn, enum err err)
{
	if (txn->err == ERR_OK)
		txn->err = err;
}

/* ---- writing ---- */

static MDB_val val_of(struct bytes bytes)
{
	return (MDB_val){ bytes.len, (void *)(uintptr_t)bytes.data };
}

/* An unexpected answer of a write is a failure too: what the caller knew of the table is not so. */
static void stick(struct txn *txn, int rc)
{
	if (rc == MDB_KEYEXIST || rc == MDB_NOTFOUND)
		txn_fail(txn, ERR_CORRUPT);
	else if (rc != 0)
		txn_fail(txn, write_err(txn->store, rc));
}

/* Fails the transaction when it cannot be written to. */
static bool may_write(struct txn *txn)
{
	if (!txn->writes)
		txn_fail(txn, ERR_USAGE);
	return txn->err == ERR_OK;
}

static void put(struct txn *txn, enum table table, MDB_cursor **place, MDB_val k, MDB_val *v, unsigned flags)
{
	int rc;
	MDB_cursor *cursor;

	if (!may_write(txn))
		return;
	cursor = cursor_in(txn, table, place, &rc);
	stick(txn, cursor == NULL ? rc : mdb_cursor_put(cursor, &k, v, flags));
}

void txn_put(struct txn *txn, enum table table, struct bytes key, struct bytes value)
{
	MDB_val v = val_of(value);

	drop(&txn->ends[table]);
	put(txn, table, &txn->seeks[table], val_of(key), &v, 0);
}

void txn_append(struct txn *txn, enum table table, struct bytes key, struct bytes value)
{
	MDB_val v = val_of(value);

	put(txn, table, &txn->ends[table], val_of(key), &v, MDB_APPEND);
}

uint8_t *txn_append_room(struct txn *txn, enum table table, struct bytes key, size_t len)
{
	MDB_val v = { len, NULL };

	put(txn, table, &txn->ends[table], val_of(key), &v, MDB_APPEND | MDB_RESERVE);
	return txn->err == ERR_OK ? v.mv_data : NULL;
}

void txn_delete(struct txn *txn, enum table table, struct bytes key)
{
	MDB_val k = val_of(key);

	drop(&txn->ends[table]);
	drop(&txn->seeks[table]);
	if (may_write(txn))
		stick(txn, mdb_del(txn->mdb, txn->store->tables[table], &k, NULL));
}

void txn_forget(struct txn *txn, enum table table, struct bytes key)
{
	MDB_val k = val_of(key);
	int rc;

	drop(&txn->ends[table]);
	drop(&txn->seeks[table]);
	if (!may_write(txn))
		return;
	rc = mdb_del(txn->mdb, txn->store->tables[table], &k, NULL);
	stick(txn, rc == MDB_NOTFOUND ? 0 : rc);
}

void txn_empty(struct txn *txn, enum table table)
{
	drop(&txn->ends[table]);
	drop(&txn->seeks[table]);
	if (may_write(txn))
		stick(txn, mdb_drop(txn->mdb, txn->store->tables[table], 0));
}

/* ---- reading ---- */

/* What a write transaction seeks lies close together, and often it writes there next. */
static int seek(struct txn *txn, enum table table, MDB_val *k, MDB_val *v)
{
	MDB_cursor *cursor;
	int rc;

	if (!txn->writes)
		return mdb_get(txn->mdb, txn->store->tables[table], k, v);
	cursor = cursor_in(txn, table, &txn->seeks[table], &rc);
	return cursor == NULL ? rc : mdb_cursor_get(cursor, k, v, MDB_SET);
}

enum err txn_get(struct txn *txn, enum table table, struct bytes key, struct bytes *ret_value)
{
	MDB_val k = val_of(key);
	MDB_val v;
	int rc;

	if (txn->err != ERR_OK)
		return txn->err;
	rc = seek(txn, table, &k, &v);
	if (rc == 0)
		*ret_value = bytes_of(v.mv_data, v.mv_size);
	return store_err(rc);
}

uint64_t txn_rows(struct txn *txn, enum table table)
{
	MDB_stat stat;

	if (mdb_stat(txn->mdb, txn->store->tables[table], &stat) != 0)
		return 0;
	return stat.ms_entries;
}
