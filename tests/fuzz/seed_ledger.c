/* SPDX-License-Identifier: Apache-2.0 */
#include "seed_ledger.h"

#include <stdlib.h>

#include "contract/batch.h"
#include "contract/checkpoint.h"
#include "contract/codec.h"
#include "contract/limits.h"
#include "seed_keys.h"

static void must(bool holds)
{
	if (!holds)
		abort();
}

void seed_ledger_add(struct seed_ledger *ledger, uint16_t type, struct bytes body)
{
	must(ledger->count < SEED_ENTRIES);
	ledger->bodies[ledger->count] = body;
	ledger->types[ledger->count++] = type;
}

void seed_ledger_seal(struct seed_ledger *ledger)
{
	struct checkpoint checkpoint = { .origin = SEED_SITE "/1", .size = ledger->count };
	struct buf note;

	for (size_t i = 0; i < ledger->count; i++) {
		const struct leaf_header header = { LEDGER_FORMAT, ledger->types[i], i, SEED_NOW_US };

		leaf_header_encode(&header, ledger->headers[i]);
		ledger->body_hashes[i] = leaf_body_hash(ledger->salt, ledger->bodies[i]);
		ledger->leaves[i] = leaf_hash(ledger->headers[i], &ledger->body_hashes[i]);
	}
	checkpoint.root = merkle_root(ledger->leaves, ledger->count);
	buf_init(&note, NOTE_MAX - 1);
	must(checkpoint_sign(&checkpoint, seed_keys()->checkpoint_key, &note) == ERR_OK);
	memcpy(ledger->note, note.data, note.len);
	ledger->note[note.len] = '\0';
	buf_free(&note);
}

static ProtobufCBinaryData path_of(const struct seed_ledger *ledger, size_t index, struct digest *path)
{
	return (ProtobufCBinaryData){ merkle_path(ledger->leaves, ledger->count, index, path) * DIGEST_BYTES, path->bytes };
}

void seed_ledger_prove(struct seed_ledger *ledger, size_t index, size_t binding, Pb__ReceiptProof *ret_proof)
{
	pb__receipt_proof__init(ret_proof);
	ret_proof->header = (ProtobufCBinaryData){ LEAF_HEADER_BYTES, ledger->headers[index] };
	ret_proof->body_hash = (ProtobufCBinaryData){ DIGEST_BYTES, ledger->body_hashes[index].bytes };
	ret_proof->salt = (ProtobufCBinaryData){ LEAF_SALT_BYTES, ledger->salt };
	ret_proof->body = pb_of_bytes(ledger->bodies[index]);
	ret_proof->inclusion = path_of(ledger, index, ledger->path);
	ret_proof->checkpoint = ledger->note;
	ret_proof->certificate = pb_of_bytes(certificate_der(seed_keys()->signing));
	ret_proof->binding_seq = binding;
	ret_proof->binding_header = (ProtobufCBinaryData){ LEAF_HEADER_BYTES, ledger->headers[binding] };
	ret_proof->binding_body_hash = (ProtobufCBinaryData){ DIGEST_BYTES, ledger->body_hashes[binding].bytes };
	ret_proof->binding_salt = ret_proof->salt;
	ret_proof->binding_body = pb_of_bytes(ledger->bodies[binding]);
	ret_proof->binding_inclusion = path_of(ledger, binding, ledger->binding_path);
}

void seed_sign_order(Pb__SignedOrder *order)
{
	static uint8_t signature[SIGNATURE_P256_MAX];
	const struct digest *certificate = certificate_digest(seed_keys()->signing);
	struct bytes statements[LIMIT_RECIPIENTS];
	size_t count = order->n_statements < LIMIT_RECIPIENTS ? order->n_statements : LIMIT_RECIPIENTS;
	size_t len = sizeof signature;
	struct digest hash;
	struct buf message;

	for (size_t i = 0; i < count; i++)
		statements[i] = bytes_of_pb(order->statements[i]);
	hash = order_hash(statements, count);
	buf_init(&message, 1024);
	batch_signed_message(SEED_SITE, certificate, &hash, &message);
	must(message.err == ERR_OK && signature_sign_p256(seed_keys()->signing_key, buf_bytes(&message), signature, &len) == ERR_OK);
	buf_free(&message);
	order->index = 0;
	order->count = 1;
	order->path = (ProtobufCBinaryData){ 0, NULL };
	order->certificate_sha256 = pb_of_bytes(digest_bytes(certificate));
	order->signature = (ProtobufCBinaryData){ len, signature };
}
