/* SPDX-License-Identifier: Apache-2.0 */
/* store/cursor.c - walking a table; see txn.h for the contract. */
#include <stdlib.h>

#include "store/environment.h"
#include "store/merge.h"
#include "store/txn.h"

/* Where nothing can come beside the tree, LMDB's cursor does it all.  Else a cursor knows no more than the key it gave last, and looks for
 * each next one in both, whatever was written meanwhile. */
struct cursor {
	struct txn *txn;
	MDB_cursor *mdb;
	enum table table;
	bool merges;
	size_t at_len;              /* 0: it stands nowhere */
	uint8_t at[TABLE_KEY_MAX];
};

enum err cursor_open(struct txn *txn, enum table table, struct cursor **ret_cursor)
{
	struct cursor *cursor;
	enum err err;

	if (txn->err != ERR_OK)
		return txn->err;
	cursor = calloc(1, sizeof *cursor);
	if (cursor == NULL)
		return ERR_NOMEM;
	cursor->txn = txn;
	cursor->table = table;
	cursor->merges = txn->writes ? !txn->straight : txn->recent->runs[table].count > 0;
	err = store_err(mdb_cursor_open(txn->mdb, txn->store->tables[table], &cursor->mdb));
	if (err != ERR_OK) {
		free(cursor);
		return err;
	}
	*ret_cursor = cursor;
	return ERR_OK;
}

void cursor_close(struct cursor *cursor)
{
	if (cursor == NULL)
		return;
	mdb_cursor_close(cursor->mdb);
	free(cursor);
}

static enum err move(struct cursor *cursor, MDB_val *key, MDB_cursor_op op, struct bytes *ret_key, struct bytes *ret_value)
{
	MDB_val value;
	int rc;

	if (cursor->txn->err != ERR_OK)
		return cursor->txn->err;
	rc = mdb_cursor_get(cursor->mdb, key, &value, op);
	if (rc != 0)
		return store_err(rc);
	*ret_key = bytes_of(key->mv_data, key->mv_size);
	*ret_value = bytes_of(value.mv_data, value.mv_size);
	return ERR_OK;
}

/* ---- both together ---- */

static struct bytes at(const struct cursor *cursor)
{
	return bytes_of(cursor->at, cursor->at_len);
}

static void stand_at(struct cursor *cursor, struct bytes key)
{
	cursor->at_len = key.len <= sizeof cursor->at ? key.len : sizeof cursor->at;
	memmove(cursor->at, key.data, cursor->at_len);
}

static const struct recent_run *run_of(const struct cursor *cursor)
{
	return &cursor->txn->recent->runs[cursor->table];
}

static enum err arrive(struct cursor *cursor, int rc, const struct bytes *ret_key)
{
	if (rc == 0)
		stand_at(cursor, *ret_key);
	return store_err(rc);
}

static enum err move_from(struct cursor *cursor, struct bytes key, bool behind, struct bytes *ret_key, struct bytes *ret_value)
{
	if (cursor->txn->err != ERR_OK)
		return cursor->txn->err;
	return arrive(cursor, merge_from(cursor->mdb, run_of(cursor), key, behind, ret_key, ret_value), ret_key);
}

static enum err move_before(struct cursor *cursor, struct bytes key, struct bytes *ret_key, struct bytes *ret_value)
{
	if (cursor->txn->err != ERR_OK)
		return cursor->txn->err;
	return arrive(cursor, merge_before(cursor->mdb, run_of(cursor), key, ret_key, ret_value), ret_key);
}

enum err cursor_first(struct cursor *cursor, struct bytes *ret_key, struct bytes *ret_value)
{
	if (cursor->merges)
		return move_from(cursor, bytes_of(NULL, 0), false, ret_key, ret_value);
	return move(cursor, &(MDB_val){ 0 }, MDB_FIRST, ret_key, ret_value);
}

enum err cursor_last(struct cursor *cursor, struct bytes *ret_key, struct bytes *ret_value)
{
	if (cursor->merges)
		return move_before(cursor, bytes_of(NULL, 0), ret_key, ret_value);
	return move(cursor, &(MDB_val){ 0 }, MDB_LAST, ret_key, ret_value);
}

enum err cursor_seek(struct cursor *cursor, struct bytes least, struct bytes *ret_key, struct bytes *ret_value)
{
	MDB_val key = { least.len, (void *)(uintptr_t)least.data };

	if (least.len == 0)
		return cursor_first(cursor, ret_key, ret_value);
	if (!cursor->merges)
		return move(cursor, &key, MDB_SET_RANGE, ret_key, ret_value);
	stand_at(cursor, least);
	return move_from(cursor, least, false, ret_key, ret_value);
}

enum err cursor_next(struct cursor *cursor, struct bytes *ret_key, struct bytes *ret_value)
{
	if (cursor->merges)
		return move_from(cursor, at(cursor), true, ret_key, ret_value);
	return move(cursor, &(MDB_val){ 0 }, MDB_NEXT, ret_key, ret_value);
}

enum err cursor_previous(struct cursor *cursor, struct bytes *ret_key, struct bytes *ret_value)
{
	if (cursor->merges)
		return move_before(cursor, at(cursor), ret_key, ret_value);
	return move(cursor, &(MDB_val){ 0 }, MDB_PREV, ret_key, ret_value);
}
