/* SPDX-License-Identifier: Apache-2.0 */
/* ledger/entry.h - reading entries and proofs, in any transaction.
 *
 * A row of the entries table is header(20) || salt(32) || body, the body never empty; once erased it is header(20) || body hash(32). */
#pragma once
#include "base/arena.h"
#include "contract/leaf.h"
#include "ledger.pb-c.h"
#include "ledger/tree.h" /* tree_read, for proofs */
#include "store/txn.h"

struct entry {
	struct leaf_header header;
	struct bytes header_bytes;
	struct bytes salt;         /* empty once erased */
	struct bytes body;         /* empty once erased */
	struct digest body_hash;
};

/* A row of the entries table taken apart, borrowed from it; nothing is held against the tree.  ERR_CORRUPT when it is too short. */
enum err entry_parse(struct bytes row, struct entry *ret_entry);

/* The same without hashing: the body hash of one that was not erased is not set. */
enum err entry_take_apart(struct bytes row, struct entry *ret_entry);

struct digest entry_leaf(const struct entry *entry);
bool entry_is_erased(const struct entry *entry);

/* Borrowed from txn.  Holds the row against the tree's leaf hash: ERR_CORRUPT when they disagree. */
enum err entry_read(struct txn *txn, uint64_t seq, struct entry *ret_entry);

/* The same, with the body decoded into the arena.
 * ERR_NOT_FOUND also when it was erased, ERR_VERSION when a newer release wrote it, ERR_TOO_LARGE when the arena is too small. */
enum err entry_decode(struct txn *txn, uint64_t seq, struct arena *arena, struct entry *ret_entry, const Pb__EntryBody **ret_body);

/* The first entry of that time or a later one; the number of the next entry where there is none.  Times never go back. */
enum err entry_seq_at(struct txn *txn, int64_t time_us, uint64_t *ret_seq);

/* The newest checkpoint at or below size (0: the newest of all): its note, borrowed, and its size.  ERR_NOT_FOUND when there is none. */
enum err checkpoint_newest(struct txn *txn, uint64_t size, struct bytes *ret_note, uint64_t *ret_size);
