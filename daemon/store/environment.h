/* SPDX-License-Identifier: Apache-2.0 */
/* store/environment.h - what the files of this room share and nobody else includes: the structs, and how LMDB's errors read here. */
#pragma once
#include <lmdb.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "store/journal_file.h"
#include "store/journal_share.h"
#include "store/recent.h"
#include "store/syncer.h"
#include "store/tables.h"

struct txn {
	struct store *store;
	MDB_txn *mdb;
	struct txn *next; /* among the idle read transactions */
	enum err err;     /* sticky */
	bool writes;
	bool straight;           /* writes to the trees themselves: see journal.h */
	size_t written;          /* bytes of what it wrote there */
	struct recent *recent;   /* what is looked at before the trees: the store's for the writer, else the snapshot's */
	struct recent snapshot;

	/* A read transaction's, from where its snapshot borrows; buffer is NULL when it has none.  See journal.c. */
	struct journal_buffer *buffer;
	uint64_t serial; /* of the buffer whose first taken bytes are in the snapshot */
	size_t taken;
	uint8_t *records; /* its own copy of them, beside a writer of another process */

	/* Cursors of a write transaction, so that most calls need no way down the tree: one stands behind the last row that was appended,
	 * one where the last row was sought.  A write of another kind to the table closes the first; NULL: none. */
	MDB_cursor *ends[TABLE_COUNT];
	MDB_cursor *seeks[TABLE_COUNT];
};

/* Which commit readers may see: see snapshots.h. */
struct snapshots {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool hidden;     /* LMDB's last commit, or the one it is about to make */
	bool lost;       /* and it will never be shown */
	uint64_t newest; /* while hidden: the one before it */
	struct txn *idle; /* reset, each keeping its slot in the readers' table and pinning no pages; while hidden: all at newest */
	unsigned count;
};

struct store {
	MDB_env *env;
	MDB_dbi tables[TABLE_COUNT];
	int directory;          /* its lock makes us the one writer */
	bool read_only;
	uint64_t page_bytes;
	uint64_t map_bytes;
	uint64_t reserve_bytes; /* wanted */

	/* The reserve: written by the writer's thread, read by any. */
	_Atomic uint64_t allocated_end;
	_Atomic bool tight;
	bool can_allocate; /* the file system knows fallocate */
	_Atomic uint64_t free_seen;

	/* Segments below this number are all referred to, for ever: pruning starts here.  One whose reference was aborted with its
	 * transaction may wait for the next start.  Writer's thread; 0 after opening. */
	uint64_t blob_floor;

	/* Small transactions since the last fold: see journal.c.  Writer's thread, but for what readers share. */
	MDB_dbi journal_tree;
	struct journal_file journal_file;
	struct journal_share journal_share;
	uint64_t journal_generation;
	size_t journal_len, journal_kept;
	unsigned journal_blocks;
	struct recent recent;

	/* LMDB's last commit, until it is durable: see settle.c.  The writer's. */
	struct syncer syncer;
	bool unsettled;
	bool syncing; /* by the thread */
	bool lost;    /* it never will be */
	uint64_t unconfirmed; /* its number */

	struct txn write;
	atomic_flag writing;
	_Atomic bool broken; /* a commit failed in a way after which nothing may be written */

	struct snapshots snapshots;
};

/* The err for what LMDB or the system said. */
enum err store_err(int code);

/* The same for what a write said: a full disk can show as EIO. */
enum err store_write_err(const struct store *store, int rc);

/* The first failure of a transaction stays: its commit will return it. */
static inline void store_fail(struct txn *txn, enum err err)
{
	if (txn->err == ERR_OK)
		txn->err = err;
}

/* End of the last page in use, in bytes from the start of the file. */
uint64_t store_used_end(const struct store *store);

/* rows.c: before a transaction that writes ends. */
void txn_drop_cursors(struct txn *txn);

/* The number of LMDB's last commit. */
uint64_t store_last_commit(const struct store *store);

/* Bytes that the file system still has for an ordinary process. */
enum err store_disk_free(const struct store *store, uint64_t *ret_bytes);

/* reserve.c: takes the reserve as the file is opened.  A full disk is no error: it makes things tight. */
enum err store_reserve_open(struct store *store);
