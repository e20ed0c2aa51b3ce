/* SPDX-License-Identifier: Apache-2.0 */
/* ledger/entry.h - reading entries and proofs, in any transaction. */
#pragma once
#include "base/arena.h"
#include "contract/leaf.h"
#include "contract/merkle.h"
#include "ledger.pb-c.h"
#include "store/txn.h"

struct entry {
	struct leaf_header header;
	struct bytes header_bytes;
	struct bytes salt;         /* empty once erased */
	struct bytes body;         /* empty once erased */
	struct digest body_hash;
};

/* Borrowed from txn.  Holds the row against the tree's leaf hash: ERR_CORRUPT when they disagree. */
enum err entry_read(struct txn *txn, uint64_t seq, struct entry *ret_entry);

/* The same, with the body decoded into the arena. */
enum err entry_decode(struct txn *txn, uint64_t seq, struct arena *arena, struct entry *ret_entry, const Pb__EntryBody **ret_body);

/* Hashes of complete subtrees out of the tree table; reader is a struct txn *. */
merkle_read tree_read;

/* The newest checkpoint at or below size (0: the newest of all): its note, borrowed, and its size. */
enum err checkpoint_newest(struct txn *txn, uint64_t size, struct bytes *ret_note, uint64_t *ret_size);
