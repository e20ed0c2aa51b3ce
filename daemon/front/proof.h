/* SPDX-License-Identifier: Apache-2.0 */
/* front/proof.h - an entry with all that proves it, for agencies and operators. */
#pragma once
#include "base/arena.h"
#include "frame.pb-c.h"
#include "ledger/entry.h"

/* Fills in the proof of entry seq in the tree of the newest checkpoint, with the binding of the certificate that signed it, if one did.
 *   size       of that checkpoint's tree
 *   with_body  whether salt and body are told
 *   order      the entry's own, if an agency ordered it; NULL otherwise
 * Everything lives in the arena or is borrowed from txn. */
enum err proof_of_entry(struct txn *txn, const struct entry *entry, const Pb__SignedOrder *order, uint64_t size, bool with_body,
			struct arena *arena, Pb__ReceiptProof *ret_proof);
