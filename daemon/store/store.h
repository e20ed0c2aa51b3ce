/* SPDX-License-Identifier: Apache-2.0 */
/* store/store.h - the one LMDB environment of a home.  LMDB lives in this room.
 *
 * Full sync always (no WRITEMAP, NOMETASYNC; NOSYNC, since the syncs are ours: confirm.h).  One process writes; readers are snapshots that never block the writer.
 * Never open it twice in one process, and never carry it across fork. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct store;

/* Name in the META table of a mark that derived tables are not to be trusted: they were left half derived, or an earlier release's. */
#define STORE_REBUILD_MARK "rebuild"

struct store_options {
	const char *directory; /* holds data.mdb, lock.mdb, and journal while it is written to */
	uint64_t map_bytes;    /* upper bound of the file, fixed for the life of the process; read_only may give 0: as the writer set it */
	uint64_t reserve_bytes;/* kept allocated beyond the pages in use: what acknowledgements may still use on a full disk */
	unsigned readers_max;
	bool read_only;        /* for commands beside a daemon, or after a kill, when they undo what never was durable: ERR_PERMISSION where
	                        * they may not; nothing is created */
	bool create;           /* make an empty store when there is none; else ERR_NOT_FOUND */
};

/* ERR_BUSY when another process has it open for writing, ERR_VERSION when it was written by a newer release. */
enum err store_open(const struct store_options *options, struct store **ret_store);
void store_close(struct store *store);

/* What was handed over (txn_hand_over) is durable on return of ERR_OK; after ERR_IO the process must not go on writing.  Nothing to do: ERR_OK.
 * store_is_settled: whether store_settle would not wait.  The writer's thread. */
enum err store_settle(struct store *store);
bool store_is_settled(struct store *store);

/* What room is left.  The reserve is blocks allocated behind the last page in use (fallocate), so nobody else can take them.
 *
 *   tight  true: the reserve could not be kept whole.  Refuse submissions; acknowledgements, withdrawals and reads go on. */
struct store_room {
	uint64_t used_bytes;      /* pages in use, free list aside */
	uint64_t map_bytes;
	uint64_t disk_free_bytes; /* of the file system; store_make_room tells what it saw when it last had to look */
	uint64_t reserve_bytes;   /* allocated ahead now */
	bool tight;
};

/* Tops the reserve up when it can and says how things stand; cheap enough for every batch.  Writer's thread only. */
enum err store_make_room(struct store *store, struct store_room *ret_room);

/* Reads how things stand without changing anything; any thread. */
enum err store_look_at_room(struct store *store, struct store_room *ret_room);

/* Clears the slots of readers that died.  ret_cleared may be NULL.  Once at start and now and then. */
enum err store_check_readers(struct store *store, int *ret_cleared);

/* Copies a consistent, compacted snapshot into an existing empty directory while the daemon runs. */
enum err store_copy(struct store *store, const char *directory);
