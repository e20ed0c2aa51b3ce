/* SPDX-License-Identifier: Apache-2.0 */
/* ledger/open.h - the ledger's own state, and loading it from the store; for ledger.c. */
#pragma once
#include "contract/checkpoint.h"
#include "ledger/tree.h"

#define LEDGER_FAULT_TEXT 320

struct ledger_state {
	struct tree tree;
	int64_t last_time_us; /* of the last entry */
};

struct ledger {
	const struct private_key *key;
	char origin[CHECKPOINT_ORIGIN_MAX];
	struct ledger_state kept; /* as committed */
	struct ledger_state open; /* with the entries of the open batch */
	struct buf note;          /* the newest checkpoint */
	uint64_t note_size;       /* of the tree it seals; 0: none, sign anew */
	char fault[LEDGER_FAULT_TEXT];
};

/* Fills kept and note.  ERR_CORRUPT with fault set when the tables disagree among themselves or with the key. */
enum err ledger_load(struct ledger *ledger, struct store *store);
