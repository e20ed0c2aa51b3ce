/* SPDX-License-Identifier: Apache-2.0 */
/* stage_ledger.c - see stage.h: an append-only tree in memory. */
#include <stdio.h>

#include "base/clock.h"
#include "contract/checkpoint.h"
#include "contract/codec.h"
#include "crypto/note.h"
#include "stage.h"
#include "unit.h"

uint64_t stage_append(struct stage *stage, uint16_t type, const Pb__EntryBody *body)
{
	uint64_t seq = stage->entry_count;
	struct stage_entry *entry = &stage->entries[seq];
	const struct leaf_header header = { .format = LEDGER_FORMAT, .type = type, .seq = seq, .time_us = clock_wall_us() };

	if (seq + 1 >= STAGE_ENTRIES)
		return 0;
	buf_init(&entry->body, 4u * 1024u * 1024u);
	if (codec_pack(&body->base, &entry->body) != ERR_OK)
		return 0;
	random_bytes(entry->salt, sizeof entry->salt);
	leaf_header_encode(&header, entry->header);
	entry->body_hash = leaf_body_hash(entry->salt, buf_bytes(&entry->body));
	stage->leaves[seq] = leaf_hash(entry->header, &entry->body_hash);
	stage->entry_count++;
	return seq;
}

enum err stage_read_tree(void *reader, unsigned level, uint64_t start, struct digest *ret_hash)
{
	const struct stage *stage = reader;

	*ret_hash = merkle_root(stage->leaves + start, (size_t)1 << level);
	return ERR_OK;
}

void stage_checkpoint(const struct stage *stage, const struct private_key *key, struct buf *out)
{
	struct checkpoint checkpoint = { .size = stage->entry_count, .root = merkle_root(stage->leaves, stage->entry_count) };

	checkpoint_origin(STAGE_SITE, 1, checkpoint.origin);
	if (checkpoint_sign(&checkpoint, key, out) != ERR_OK)
		out->err = ERR_CRYPTO;
}

void stage_inclusion(struct stage *stage, uint64_t seq, struct buf *out)
{
	if (merkle_prove(stage_read_tree, stage, seq, stage->entry_count, out) != ERR_OK)
		out->err = ERR_CORRUPT;
}

void stage_trusted_key(const struct stage *stage, struct buf *out)
{
	require_ok(note_key_format(STAGE_SITE "/1", stage->checkpoint_public, out));
}

static ProtobufCBinaryData keep(struct arena *arena, struct bytes bytes)
{
	return pb_of_bytes(bytes_of(arena_copy(arena, bytes), bytes.len));
}

static ProtobufCBinaryData inclusion_of(struct stage *stage, uint64_t seq, struct arena *arena)
{
	ProtobufCBinaryData kept;
	struct buf path;

	buf_init(&path, MERKLE_PATH_MAX * DIGEST_BYTES);
	stage_inclusion(stage, seq, &path);
	kept = keep(arena, buf_bytes(&path));
	buf_free(&path);
	return kept;
}

const Pb__ReceiptProof *stage_receipt(struct stage *stage, uint64_t seq, const struct stage_agency *signer, struct arena *arena)
{
	Pb__ReceiptProof *proof = arena_alloc(arena, sizeof *proof);
	const struct stage_entry *entry = &stage->entries[seq];
	const struct stage_entry *binding = &stage->entries[signer->binding_seq];
	struct buf note;

	pb__receipt_proof__init(proof);
	buf_init(&note, NOTE_MAX);
	stage_checkpoint(stage, stage->checkpoint_key, &note);
	proof->checkpoint = arena_text(arena, buf_bytes(&note));
	buf_free(&note);
	proof->header = pb_of_bytes(bytes_of(entry->header, sizeof entry->header));
	proof->body_hash = pb_of_bytes(digest_bytes(&entry->body_hash));
	proof->salt = pb_of_bytes(bytes_of(entry->salt, sizeof entry->salt));
	proof->body = pb_of_bytes(buf_bytes(&entry->body));
	proof->inclusion = inclusion_of(stage, seq, arena);
	proof->certificate = pb_of_bytes(certificate_der(signer->bundle->signing_certificate));
	proof->binding_seq = signer->binding_seq;
	proof->binding_header = pb_of_bytes(bytes_of(binding->header, sizeof binding->header));
	proof->binding_body_hash = pb_of_bytes(digest_bytes(&binding->body_hash));
	proof->binding_salt = pb_of_bytes(bytes_of(binding->salt, sizeof binding->salt));
	proof->binding_body = pb_of_bytes(buf_bytes(&binding->body));
	proof->binding_inclusion = inclusion_of(stage, signer->binding_seq, arena);
	return proof;
}
