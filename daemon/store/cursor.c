/* SPDX-License-Identifier: Apache-2.0 */
/* store/cursor.c - walking a table; see txn.h for the contract. */
#include <stdlib.h>

#include "store/environment.h"
#include "store/txn.h"

struct cursor {
	struct txn *txn;
	MDB_cursor *mdb;
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

enum err cursor_first(struct cursor *cursor, struct bytes *ret_key, struct bytes *ret_value)
{
	return move(cursor, &(MDB_val){ 0 }, MDB_FIRST, ret_key, ret_value);
}

enum err cursor_last(struct cursor *cursor, struct bytes *ret_key, struct bytes *ret_value)
{
	return move(cursor, &(MDB_val){ 0 }, MDB_LAST, ret_key, ret_value);
}

enum err cursor_seek(struct cursor *cursor, struct bytes least, struct bytes *ret_key, struct bytes *ret_value)
{
	MDB_val key = { least.len, (void *)(uintptr_t)least.data };

	if (least.len == 0)
		return cursor_first(cursor, ret_key, ret_value);
	return move(cursor, &key, MDB_SET_RANGE, ret_key, ret_value);
}

enum err cursor_next(struct cursor *cursor, struct bytes *ret_key, struct bytes *ret_value)
{
	return move(cursor, &(MDB_val){ 0 }, MDB_NEXT, ret_key, ret_value);
}

enum err cursor_previous(struct cursor *cursor, struct bytes *ret_key, struct bytes *ret_value)
{
	return move(cursor, &(MDB_val){ 0 }, MDB_PREV, ret_key, ret_value);
}
