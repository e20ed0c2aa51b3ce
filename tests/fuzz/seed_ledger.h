/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/seed_ledger.h - a small ledger in memory, sealed by the seeds' checkpoint key: what an honest, or a hostile, site could sign. */
#pragma once
#include "contract/leaf.h"
#include "crypto/note.h"
#include "ledger.pb-c.h"
#include "frame.pb-c.h"

#define SEED_ENTRIES 4

struct seed_ledger {
	struct bytes bodies[SEED_ENTRIES]; /* borrowed */
	uint16_t types[SEED_ENTRIES];
	size_t count;
	/* worked out by seed_ledger_seal */
	uint8_t headers[SEED_ENTRIES][LEAF_HEADER_BYTES];
	uint8_t salt[LEAF_SALT_BYTES]; /* of every entry */
	struct digest body_hashes[SEED_ENTRIES], leaves[SEED_ENTRIES];
	struct digest path[SEED_ENTRIES]; /* of the entry that was proved last */
	struct digest binding_path[SEED_ENTRIES];
	char note[NOTE_MAX];
};

void seed_ledger_add(struct seed_ledger *ledger, uint16_t type, struct bytes body);
void seed_ledger_seal(struct seed_ledger *ledger);

/* The receipt of entry number index, whose signer entry number binding bound; points into the ledger. */
void seed_ledger_prove(struct seed_ledger *ledger, size_t index, size_t binding, Pb__ReceiptProof *ret_proof);

/* Signs the order as the seeds' device, alone in its batch; certificate, path and signature are set, and point to static memory. */
void seed_sign_order(Pb__SignedOrder *order);
