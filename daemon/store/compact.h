/* SPDX-License-Identifier: Apache-2.0 */
/* store/compact.h - a file that holds nothing but what stands in it: what was deleted stays in LMDB's free pages, and behind the end of rows,
 * until the file is written anew.
 *
 * The rows are put one by one into a new file, which was never part of anything else: LMDB's own compacting copy takes whole pages over, with
 * what an earlier record left behind the end of one.  Then the new file takes the old one's place.
 *
 * It is done as the store is opened, before anyone else has it: whoever reads it would have to be stopped while files change places, and a
 * broker that is stopped anyway does not make a caller wait who is in danger.  Until then the mark stands, and `status` says so. */
#pragma once
#include <stdbool.h>

#include "store/store.h"
#include "store/txn.h"

/* Name in the META table of the mark. */
#define STORE_COMPACT_MARK "compact"

/* Within a transaction that deletes for good: the file is to be written anew. */
void store_compact_mark(struct txn *txn);

/* ERR_NOT_FOUND: no mark stands. */
enum err store_compact_due(struct txn *txn);

/* In the place of store_open, for the one writer.  Where a mark stands the file is written anew; ret_compacted, may be NULL, tells.
 * A power cut at any moment leaves the old file or the new one, whole, under its name; what was begun is thrown away by the next open.  Where
 * the disk has no room for a second file the store is opened as it is, and the mark stays. */
enum err store_open_compacted(const struct store_options *options, struct store **ret_store, bool *ret_compacted);
