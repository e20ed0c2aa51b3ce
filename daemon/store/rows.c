/* SPDX-License-Identifier: Apache-2.0 */
/* store/rows.c - writing and reading rows in a transaction; see txn.h for the contract. */
#include "store/environment.h"
#include "store/journal.h"
#include "store/merge.h"
#include "store/txn.h"

/* ---- cursors ---- */

static void drop(MDB_cursor **cursor)
{
	if (*cursor != NULL)
		mdb_cursor_close(*cursor);
	*cursor = NULL;
}

void txn_drop_cursors(struct txn *txn)
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
		txn_fail(txn, store_write_err(txn->store, rc));
}

/* Fails the transaction when it cannot be written to. */
static bool may_write(struct txn *txn)
{
	if (!txn->writes)
		txn_fail(txn, ERR_USAGE);
	return txn->err == ERR_OK;
}

/* Room in the journal; false: the row goes straight to its tree, or the transaction failed. */
static bool room_in_journal(struct txn *txn, enum table table, bool gone, struct bytes key, size_t len, uint8_t **ret_room)
{
	return !txn->straight && journal_room(txn, table, gone, key, len, ret_room);
}

/* Greater than every key of the table?  What the caller takes for its end may not be so. */
static int check_end(struct txn *txn, enum table table, struct bytes key)
{
	const struct recent_run *run = &txn->recent->runs[table];
	struct bytes last, value;
	int rc;
	MDB_cursor *cursor = cursor_in(txn, table, &txn->ends[table], &rc);

	if (cursor != NULL)
		rc = merge_before(cursor, run, bytes_of(NULL, 0), &last, &value);
	if (rc == 0)
		return recent_compare(key, last) > 0 ? 0 : MDB_KEYEXIST;
	return rc == MDB_NOTFOUND ? 0 : rc;
}

static void put_straight(struct txn *txn, enum table table, MDB_cursor **place, struct bytes key, MDB_val *v, unsigned flags)
{
	MDB_val k = val_of(key);
	int rc;
	MDB_cursor *cursor = cursor_in(txn, table, place, &rc);

	txn->written += key.len + v->mv_size;
	stick(txn, cursor == NULL ? rc : mdb_cursor_put(cursor, &k, v, flags));
}

void txn_put(struct txn *txn, enum table table, struct bytes key, struct bytes value)
{
	MDB_val v = val_of(value);
	uint8_t *room;

	if (!may_write(txn))
		return;
	if (room_in_journal(txn, table, false, key, value.len, &room)) {
		if (value.len > 0)
			memcpy(room, value.data, value.len);
	} else if (may_write(txn)) {
		drop(&txn->ends[table]);
		put_straight(txn, table, &txn->seeks[table], key, &v, 0);
	}
}

uint8_t *txn_append_room(struct txn *txn, enum table table, struct bytes key, size_t len)
{
	MDB_val v = { len, NULL };
	uint8_t *room;

	if (may_write(txn) && !txn->straight)
		stick(txn, check_end(txn, table, key));
	if (!may_write(txn))
		return NULL;
	if (room_in_journal(txn, table, false, key, len, &room))
		return room;
	if (may_write(txn))
		put_straight(txn, table, &txn->ends[table], key, &v, MDB_APPEND | MDB_RESERVE);
	return txn->err == ERR_OK ? v.mv_data : NULL;
}

void txn_append(struct txn *txn, enum table table, struct bytes key, struct bytes value)
{
	uint8_t *room = txn_append_room(txn, table, key, value.len);

	if (room != NULL && value.len > 0)
		memcpy(room, value.data, value.len);
}

static int delete_straight(struct txn *txn, enum table table, MDB_val *k)
{
	MDB_val v;
	int rc;
	MDB_cursor *cursor = cursor_in(txn, table, &txn->seeks[table], &rc);

	if (cursor != NULL)
		rc = mdb_cursor_get(cursor, k, &v, MDB_SET);
	return rc == 0 ? mdb_cursor_del(cursor, 0) : rc;
}

/* Failures stick; MDB_NOTFOUND is for the caller to judge. */
static int delete(struct txn *txn, enum table table, struct bytes key)
{
	MDB_val k = val_of(key);
	struct bytes value;
	uint8_t *room;
	enum err err;

	if (!may_write(txn))
		return 0;
	err = txn->straight ? ERR_OK : txn_get(txn, table, key, &value);
	if (err == ERR_NOT_FOUND)
		return MDB_NOTFOUND;
	if (err != ERR_OK)
		txn_fail(txn, err);
	if (may_write(txn) && table_kind(table) == TABLE_PRIMARY)
		journal_fold(txn); /* what is destroyed leaves its tree with this commit: no copy made after it has it */
	if (!may_write(txn) || room_in_journal(txn, table, true, key, 0, &room) || !may_write(txn))
		return 0;
	drop(&txn->ends[table]);
	return delete_straight(txn, table, &k);
}

void txn_delete(struct txn *txn, enum table table, struct bytes key)
{
	stick(txn, delete(txn, table, key));
}

void txn_forget(struct txn *txn, enum table table, struct bytes key)
{
	int rc = delete(txn, table, key);

	stick(txn, rc == MDB_NOTFOUND ? 0 : rc);
}

void txn_empty(struct txn *txn, enum table table)
{
	if (may_write(txn))
		journal_fold(txn);
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
	const struct recent_row *row;
	MDB_val k = val_of(key);
	MDB_val v;
	int rc;

	if (txn->err != ERR_OK)
		return txn->err;
	row = txn->straight ? NULL : recent_find(txn->recent, table, key);
	if (row != NULL && row->gone)
		return ERR_NOT_FOUND;
	if (row != NULL) {
		*ret_value = row->value;
		return ERR_OK;
	}
	rc = seek(txn, table, &k, &v);
	if (rc == 0)
		*ret_value = bytes_of(v.mv_data, v.mv_size);
	return store_err(rc);
}

uint64_t txn_rows(struct txn *txn, enum table table)
{
	const struct recent_run *run = &txn->recent->runs[table];
	MDB_stat stat;
	uint64_t rows;

	if (mdb_stat(txn->mdb, txn->store->tables[table], &stat) != 0)
		return 0;
	rows = stat.ms_entries;
	for (size_t i = 0; i < run->count; i++) {
		MDB_val k = val_of(run->rows[i].key);
		MDB_val v;
		bool there = mdb_get(txn->mdb, txn->store->tables[table], &k, &v) == 0;

		rows += !there && !run->rows[i].gone;
		rows -= there && run->rows[i].gone;
	}
	return rows;
}
