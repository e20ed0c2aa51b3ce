/* SPDX-License-Identifier: Apache-2.0 */
/* store/txn.h - transactions with a sticky error: write straight on, look once at commit.
 *
 * One write transaction at a time (the writer's).  Read transactions see the last commit before they began; keep them short.
 * A transaction belongs to the thread that began it.  Values read are borrowed: until the next write in the same transaction, or its end.
 *
 * ERR_CORRUPT means that LMDB found its pages damaged or that the caller's own knowledge of a table was wrong: stop, verify, restore. */
#pragma once
#include "base/bytes.h"
#include "base/err.h"
#include "store/store.h"
#include "store/tables.h"

struct txn;

/* ERR_BUSY while one is open, ERR_PERMISSION on a store opened read_only, ERR_IO after a commit failed with it. */
enum err txn_begin_write(struct store *store, struct txn **ret_txn);

/* Any thread.  ERR_BUSY when readers_max are open. */
enum err txn_begin_read(struct store *store, struct txn **ret_txn);

/* Durable on return of ERR_OK, and only then (P1).  Otherwise nothing of it happened: the sticky error, or what the commit said.
 * Either way txn is gone.  After an error of the commit itself (ERR_IO) the process must not go on writing: a failed sync is never retried. */
enum err txn_commit(struct txn *txn);

/* As txn_commit, but ERR_OK means no more than that it happens next, or not at all: it is durable once store_settle or store_is_settled says so,
 * and until then only the next write transaction sees it.  A large one is on its way to the disk meanwhile. */
enum err txn_hand_over(struct txn *txn);

void txn_abort(struct txn *txn); /* NULL does nothing; also ends a read transaction */

/* First failed write, or ERR_OK. */
enum err txn_error(const struct txn *txn);

/* Makes the transaction fail: its commit will return err. */
void txn_fail(struct txn *txn, enum err err);

/* Writes: do nothing once the transaction has failed. */
void txn_put(struct txn *txn, enum table table, struct bytes key, struct bytes value);     /* insert or replace */
void txn_append(struct txn *txn, enum table table, struct bytes key, struct bytes value);  /* key must be the table's greatest: ERR_CORRUPT */
void txn_delete(struct txn *txn, enum table table, struct bytes key);                      /* not there: ERR_CORRUPT */
void txn_forget(struct txn *txn, enum table table, struct bytes key);                      /* not there: nothing is done */
void txn_empty(struct txn *txn, enum table table);                                         /* all rows; for a rebuild */

/* Room for a new greatest row, filled by the caller before the next call on txn; NULL when the transaction has failed. */
uint8_t *txn_append_room(struct txn *txn, enum table table, struct bytes key, size_t len);

/* ERR_NOT_FOUND is an answer, not a failure: it does not stick. */
enum err txn_get(struct txn *txn, enum table table, struct bytes key, struct bytes *ret_value);

uint64_t txn_rows(struct txn *txn, enum table table);

/* ---- walking a table in key order ---- */
struct cursor;
enum err cursor_open(struct txn *txn, enum table table, struct cursor **ret_cursor);
void cursor_close(struct cursor *cursor); /* before its transaction ends; NULL does nothing */
/* Each gives ERR_NOT_FOUND past the end; key and value are borrowed as above. */
enum err cursor_first(struct cursor *cursor, struct bytes *ret_key, struct bytes *ret_value);
enum err cursor_last(struct cursor *cursor, struct bytes *ret_key, struct bytes *ret_value);
enum err cursor_seek(struct cursor *cursor, struct bytes least, struct bytes *ret_key, struct bytes *ret_value); /* first key >= least */
enum err cursor_next(struct cursor *cursor, struct bytes *ret_key, struct bytes *ret_value);
enum err cursor_previous(struct cursor *cursor, struct bytes *ret_key, struct bytes *ret_value);
