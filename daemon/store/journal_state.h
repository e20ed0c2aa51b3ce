/* SPDX-License-Identifier: Apache-2.0 */
/* store/journal_state.h - the row that names the journal's file, in a tree of its own; for this room alone. */
#pragma once
#include "store/environment.h"

#define JOURNAL_TREE "journal" /* LMDB's name of it; one row: salt 16, generation u64, SHA-256 of both */
#define JOURNAL_STATE "state"  /* and its key */

struct journal_state {
	uint8_t salt[JOURNAL_SALT_BYTES];
	uint64_t generation;
};

/* ERR_NOT_FOUND: there is no journal. */
enum err journal_state_get(const struct store *store, MDB_txn *mdb, struct journal_state *ret_state);

/* Of the store's open file; LMDB's answers. */
int journal_state_put(struct store *store, MDB_txn *mdb, uint64_t generation);
int journal_state_delete(struct store *store, MDB_txn *mdb);

/* Opens the file that it names, unless the store has it open. */
enum err journal_state_open(struct store *store, const struct journal_state *state);
