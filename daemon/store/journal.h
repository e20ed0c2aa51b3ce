/* SPDX-License-Identifier: Apache-2.0 */
/* store/journal.h - small transactions in one row each, of a tree of their own; for this room alone.
 *
 * A lone message touches the last page of a dozen trees, each of them a write of its own to the disk.  So a small transaction's commit
 * puts all that it wrote into one row of the journal instead, as durable as anything; what is read looks there first.  Once some rows
 * stand there, or when a transaction grows large, all of them go into the trees in key order: the journal is folded, within that
 * transaction.  Tables are as they would be without it; nobody outside this room knows of it. */
#pragma once
#include "store/environment.h"

#define JOURNAL_TREE "journal" /* LMDB's name of it */

/* Loads what an earlier process left; that is not a reason to write.  Once, as a store is opened for writing. */
enum err journal_open(struct store *store);

/* Leaves the trees whole, for tools that know no more than LMDB, when it can; and frees what journal_open took. */
void journal_close(struct store *store);

/* A transaction of its own that does nothing else.  ERR_BUSY while one is open. */
enum err journal_fold_all(struct store *store);

/* Takes in what stands in the journal in a read transaction's snapshot. */
enum err journal_look(struct txn *txn);

/* Records a write of a small transaction; a value's bytes are put where *ret_room says.  False: it goes straight to the trees, or failed. */
bool journal_room(struct txn *txn, enum table table, bool gone, struct bytes key, size_t len, uint8_t **ret_room);

/* From here on txn writes straight to the trees, which hold everything.  Failures stick. */
void journal_fold(struct txn *txn);

void journal_before_commit(struct txn *txn); /* the row, or a fold; failures stick */
void journal_committed(struct store *store, bool straight);
void journal_aborted(struct store *store, bool straight);
