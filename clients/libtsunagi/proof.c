/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/proof.c - see proof.h for the contract. */
#include "libtsunagi/proof.h"

#include "contract/batch.h"
#include "contract/signed_order.h"

static enum err check_body(const struct proof_entry *entry, const struct digest *body_hash, struct arena *arena, struct proved_entry *proved,
			   const char **ret_reason)
{
	struct digest computed;
	enum err err = ERR_OK;

	if (entry->salt.len == 0 && entry->body.len == 0)
		return ERR_OK; /* erased: the proof stays */
	*ret_reason = "the entry's content is not what its hash says";
	if (entry->salt.len != LEAF_SALT_BYTES)
		return ERR_AUTH;
	computed = leaf_body_hash(entry->salt.data, entry->body);
	if (!digest_equal(&computed, body_hash))
		return ERR_AUTH;
	*ret_reason = "the entry's content is none that this version knows";
	err = CODEC_DECODE(entry_body, entry->body, arena, &proved->body, NULL);
	if (err == ERR_NOMEM)
		return err;
	return err == ERR_OK ? ERR_OK : ERR_AUTH;
}

enum err proof_check_entry(const struct proof_entry *entry, const struct checkpoint *checkpoint, struct arena *arena,
			   struct proved_entry *ret_proved, const char **ret_reason)
{
	struct proved_entry proved = { .body = NULL };
	struct digest body_hash, root;
	enum err err = ERR_OK;

	*ret_reason = "the entry's header makes no sense";
	if (leaf_header_decode(entry->header, &proved.header) != ERR_OK || entry->body_hash.len != DIGEST_BYTES)
		return ERR_AUTH;
	memcpy(body_hash.bytes, entry->body_hash.data, DIGEST_BYTES);
	proved.leaf = leaf_hash(entry->header.data, &body_hash);
	*ret_reason = "the entry is not in the checkpoint's tree";
	if (merkle_path_root(&proved.leaf, proved.header.seq, checkpoint->size, entry->inclusion, &root) != ERR_OK ||
	    !digest_equal(&root, &checkpoint->root))
		return ERR_AUTH;
	err = check_body(entry, &body_hash, arena, &proved, ret_reason);
	if (err == ERR_OK)
		*ret_proved = proved;
	return err;
}

enum err proof_check_order(const Pb__SignedOrder *order, const char *site, const struct certificate *signer, const char **ret_reason)
{
	struct digest root;

	*ret_reason = "the order names another certificate";
	if (!bytes_equal(bytes_of_pb(order->certificate_sha256), digest_bytes(certificate_digest(signer))))
		return ERR_AUTH;
	*ret_reason = "the order's path does not lead to a batch";
	if (signed_order_root(order, &root) != ERR_OK)
		return ERR_AUTH;
	*ret_reason = "the agency's signature does not hold";
	return batch_verify(site, signer, &root, bytes_of_pb(order->signature));
}

enum err proof_check_binding(const struct proved_entry *binding, const struct digest *signing, uint32_t *ret_agency, const char **ret_reason)
{
	struct digest bound;

	*ret_reason = "the entry that bound the certificate is none";
	if (binding->body == NULL || binding->body->body_case != PB__ENTRY_BODY__BODY_BIND ||
	    binding->header.type != PB__ENTRY_TYPE__ENTRY_TYPE_BIND)
		return ERR_AUTH;
	bound = digest_of(bytes_of_pb(binding->body->bind->signing_certificate));
	*ret_reason = "the ledger bound another certificate";
	if (!digest_equal(&bound, signing))
		return ERR_AUTH;
	*ret_agency = binding->body->bind->agency;
	return ERR_OK;
}
