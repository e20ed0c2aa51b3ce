/* SPDX-License-Identifier: Apache-2.0 */
/* store/merge.h - a table as it stands: its tree, and what was written since and is not in it yet; for this room alone.
 *
 * mdb is a cursor of that tree, wherever it stands; it is moved.  Key and value are borrowed as in txn.h. */
#pragma once
#include "store/environment.h"
#include "store/recent.h"

/* The first row at key (or strictly behind it); a key of no bytes: the first of all.  MDB_NOTFOUND when there is none. */
int merge_from(MDB_cursor *mdb, const struct recent_run *run, struct bytes key, bool behind, struct bytes *ret_key, struct bytes *ret_value);

/* The last row before key; a key of no bytes: the last of all. */
int merge_before(MDB_cursor *mdb, const struct recent_run *run, struct bytes key, struct bytes *ret_key, struct bytes *ret_value);
