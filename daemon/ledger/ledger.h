/* SPDX-License-Identifier: Apache-2.0 */
/* ledger/ledger.h - the site's append-only log: entries, their Merkle tree, a signed checkpoint with every commit.
 *
 * The struct is the writer's own (one thread).  Within a batch: ledger_append as often as needed, ledger_seal once, commit, then
 * ledger_keep; or txn_abort and ledger_forget.  Readers use ledger/entry.h on read transactions. */
#pragma once
#include "contract/checkpoint.h"
#include "contract/leaf.h"
#include "store/txn.h"

struct ledger;

/* What one append made. */
struct ledger_entry {
	struct leaf_header header;
	uint8_t header_bytes[LEAF_HEADER_BYTES];
	struct digest body_hash;
	struct digest leaf;
};

/* Loads size, frontier and last time, and checks that the last checkpoint is of this tree and by this key.
 *   key  borrowed for the ledger's life
 * ERR_CORRUPT when they disagree: stop, and say what ledger_fault tells: in this one case *ret_ledger is set too, and good for
 * ledger_fault and ledger_close alone. */
enum err ledger_open(struct store *store, const char *site, uint32_t epoch, const struct private_key *key,
		     struct ledger **ret_ledger);
void ledger_close(struct ledger *ledger);

/* Appends one entry: the row, and its tree row.  now_us is raised to the last entry's time when the clock went back.
 *   salt  LEAF_SALT_BYTES random bytes, drawn by the loop
 *   body  a packed EntryBody, never empty
 * Failures stick in txn. */
void ledger_append(struct ledger *ledger, struct txn *txn, uint16_t type, int64_t now_us, const uint8_t salt[LEAF_SALT_BYTES],
		   struct bytes body, struct ledger_entry *ret_entry);

/* Signs the head and stores the checkpoint; the note is borrowed until the next seal. */
enum err ledger_seal(struct ledger *ledger, struct txn *txn, struct bytes *ret_note);

void ledger_keep(struct ledger *ledger);   /* the transaction was committed */
void ledger_forget(struct ledger *ledger); /* it was not: back to the last kept state */

/* Empties the tree table and derives it anew from the entries, erased ones included; before ledger_open, as part of a rebuild.
 * ERR_CORRUPT when an entry does not parse, when one is missing, or when the last checkpoint is not of these entries: abort txn, so
 * that the old tree still tells ledger_verify which of them is damaged. */
enum err ledger_rebuild_tree(struct txn *txn);

uint64_t ledger_size(const struct ledger *ledger);          /* entries, those of the open batch included */
int64_t ledger_last_time_us(const struct ledger *ledger);   /* of the last of them; 0: there is none */
const char *ledger_origin(const struct ledger *ledger);
const char *ledger_fault(const struct ledger *ledger);      /* text of what ERR_CORRUPT found */
