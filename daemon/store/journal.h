/* SPDX-License-Identifier: Apache-2.0 */
/* store/journal.h - small transactions in a file of their own, one write and one sync each; for this room alone.
 *
 * A lone message touches the last page of a dozen trees, each of them a write of its own to the disk, and LMDB syncs twice.  So a small
 * transaction's commit puts all that it wrote into one block of the journal's file instead, as durable as anything; what is read looks there
 * first.  Once some blocks stand there, or when a transaction grows large, all of them go into the trees in key order: the journal is folded,
 * within that transaction.  Tables are as they would be without it; nobody outside this room knows of it.
 *
 * A tree of the journal's own names the file, by its salt, and the generation of blocks that stand on the trees: a commit that folds counts it
 * up, so that blocks stand on the trees as they are, or are in them already.  A store that was closed has no such file. */
#pragma once
#include "store/environment.h"

/* Loads what an earlier process left, and makes sure that the disk has it; where nothing was left, nothing is written.  Once, as a store is opened; a read_only one only gets ready to look. */
enum err journal_open(struct store *store);

/* Leaves the trees whole, for tools that know no more than LMDB, when it can; and frees what journal_open took. */
void journal_close(struct store *store);

/* Takes in what stands in the journal with a read transaction's snapshot, which it may renew. */
enum err journal_look(struct txn *txn);
void journal_unlook(struct txn *txn); /* before the transaction is reset: what it looked at may go */

/* Records a write of a small transaction; a value's bytes are put where *ret_room says.  False: it goes straight to the trees, or failed. */
bool journal_room(struct txn *txn, enum table table, bool gone, struct bytes key, size_t len, uint8_t **ret_room);

/* From here on txn writes straight to the trees, which hold everything.  Failures stick. */
void journal_fold(struct txn *txn);

/* Ends a write transaction whose cursors are dropped: in the journal, in the trees, or nowhere when it failed or wrote nothing. */
enum err journal_commit(struct txn *txn);
void journal_abort(struct txn *txn);
