/* SPDX-License-Identifier: Apache-2.0 */
#include "front/proof.h"

#include "broker/lookup.h"
#include "contract/codec.h"

static enum err inclusion(struct txn *txn, uint64_t seq, uint64_t size, struct arena *arena, ProtobufCBinaryData *ret_path)
{
	struct buf path;
	enum err err;

	buf_init(&path, MERKLE_PATH_MAX * DIGEST_BYTES);
	err = merkle_prove(tree_read, txn, seq, size, &path);
	if (err == ERR_OK)
		err = pb_keep(arena, buf_bytes(&path), ret_path);
	buf_free(&path);
	return err;
}

/* The entry that bound the signer's certificate, all of it: certificates are no secret. */
static enum err add_binding(struct txn *txn, const Pb__SignedOrder *order, uint64_t size, struct arena *arena, Pb__ReceiptProof *proof)
{
	const Pb__Binding *binding;
	struct digest digest;
	struct entry entry;
	enum err err;

	if (order->certificate_sha256.len != DIGEST_BYTES)
		return ERR_CORRUPT;
	memcpy(digest.bytes, order->certificate_sha256.data, DIGEST_BYTES);
	err = certificate_binding(txn, &digest, arena, &binding);
	if (err == ERR_OK)
		err = entry_read(txn, binding->seq, &entry);
	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	proof->certificate = binding->signing_certificate;
	proof->binding_seq = binding->seq;
	proof->binding_header = pb_of_bytes(entry.header_bytes);
	proof->binding_salt = pb_of_bytes(entry.salt);
	proof->binding_body = pb_of_bytes(entry.body);
	err = pb_keep(arena, digest_bytes(&entry.body_hash), &proof->binding_body_hash);
	return err == ERR_OK ? inclusion(txn, binding->seq, size, arena, &proof->binding_inclusion) : err;
}

enum err proof_of_entry(struct txn *txn, const struct entry *entry, const Pb__SignedOrder *order, uint64_t size, bool with_body,
			struct arena *arena, Pb__ReceiptProof *ret_proof)
{
	Pb__ReceiptProof proof;
	enum err err;

	pb__receipt_proof__init(&proof);
	proof.header = pb_of_bytes(entry->header_bytes);
	if (with_body) {
		proof.salt = pb_of_bytes(entry->salt);
		proof.body = pb_of_bytes(entry->body);
	}
	err = pb_keep(arena, digest_bytes(&entry->body_hash), &proof.body_hash);
	if (err == ERR_OK)
		err = inclusion(txn, entry->header.seq, size, arena, &proof.inclusion);
	if (err == ERR_OK && order != NULL)
		err = add_binding(txn, order, size, arena, &proof);
	if (err == ERR_OK)
		*ret_proof = proof;
	return err;
}
