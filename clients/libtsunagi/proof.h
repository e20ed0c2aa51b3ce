/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/proof.h - a ledger entry held against a checkpoint, and the signed order in it against its signer.
 *
 * Nothing here knows whom to trust: the caller verified the checkpoint's signature. */
#pragma once
#include "contract/checkpoint.h"
#include "contract/codec.h"
#include "contract/leaf.h"
#include "contract/merkle.h"
#include "crypto/certificate.h"
#include "ledger.pb-c.h"

struct proof_entry {
	struct bytes header, body_hash, salt, body, inclusion;
};

struct proved_entry {
	struct leaf_header header;
	struct digest leaf;
	const Pb__EntryBody *body; /* in the arena; NULL when it is no longer there */
};

/* ERR_AUTH when something does not hold; ret_reason: a constant that says what.  ERR_NOMEM. */
enum err proof_check_entry(const struct proof_entry *entry, const struct checkpoint *checkpoint, struct arena *arena,
			   struct proved_entry *ret_proved, const char **ret_reason);

/* ERR_AUTH unless the order was signed for site by this certificate's key. */
enum err proof_check_order(const Pb__SignedOrder *order, const char *site, const struct certificate *signer, const char **ret_reason);

/* ERR_AUTH unless the entry's body binds this signing certificate; *ret_agency is the agency's number. */
enum err proof_check_binding(const struct proved_entry *binding, const struct digest *signing, uint32_t *ret_agency, const char **ret_reason);
