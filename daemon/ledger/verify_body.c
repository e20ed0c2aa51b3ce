/* SPDX-License-Identifier: Apache-2.0 */
/* ledger/verify_body.c - what a good entry says: does it decode, did its agency sign it, are its parts and segments there. */
#include <inttypes.h>

#include "contract/codec.h"
#include "contract/limits.h"
#include "contract/signed_order.h"
#include "frame.pb-c.h"
#include "ledger/verify_walk.h"
#include "store/parts.h"

_Static_assert((int)PB__ENTRY_TYPE__ENTRY_TYPE_SUBMIT == (int)PB__ENTRY_BODY__BODY_SUBMIT &&
		       (int)PB__ENTRY_TYPE__ENTRY_TYPE_GENESIS == (int)PB__ENTRY_BODY__BODY_GENESIS &&
		       (int)PB__ENTRY_TYPE__ENTRY_TYPE_ACCESS == (int)PB__ENTRY_BODY__BODY_ACCESS,
	       "an entry's type is the field number of its body");

/* Runs through all Views of a message, counting their parts together. */
struct submitted {
	uint64_t seq;
	unsigned parts;
	const struct digest *blobs; /* of the segments that the entry names */
	size_t blob_count;
	size_t blob_next;           /* Views name them in the same order, nearly always */
	bool blobs_unknown;         /* one has a damaged head, which the walk over the segments names */
};

static bool names_segment(struct submitted *submitted, struct bytes digest)
{
	if (submitted->blobs_unknown)
		return true;
	for (size_t i = 0; i < submitted->blob_count; i++) {
		size_t at = (submitted->blob_next + i) % submitted->blob_count;

		if (bytes_equal(digest_bytes(&submitted->blobs[at]), digest)) {
			submitted->blob_next = at + 1;
			return true;
		}
	}
	return false;
}

static void check_view(struct verify *verify, struct submitted *submitted, const Pb__View *view)
{
	for (size_t i = 0; i < view->n_parts; i++) {
		const Pb__PartRef *part = view->parts[i];

		verify_part(verify, submitted->seq, (uint16_t)submitted->parts, bytes_of_pb(part->sha256), part->size);
		submitted->parts++;
	}
	for (size_t i = 0; i < view->n_blobs; i++)
		if (!names_segment(submitted, bytes_of_pb(view->blobs[i]->sha256)))
			verify_found(verify, "entry", submitted->seq, 0, "segment %zu of a View is among none of those that the entry refers to", i);
}

/* The digests of the segments that the entry refers to. */
static void load_segments(struct verify *verify, const Pb__SubmitEntry *submit, struct submitted *submitted)
{
	struct digest *digests = arena_calloc(&verify->arena, submit->n_blobs, sizeof *digests);

	if (digests == NULL) {
		verify->err = ERR_NOMEM;
		return;
	}
	for (size_t i = 0; i < submit->n_blobs; i++) {
		struct blob_head head;
		enum err err = blob_head(verify->txn, submit->blobs[i], &head);

		if (err == ERR_NOT_FOUND)
			verify_absent_segment(verify, submitted->seq, submit->blobs[i]);
		else if (err == ERR_OK)
			digests[i] = head.digest;
		else if (err != ERR_CORRUPT)
			verify->err = err;
		submitted->blobs_unknown |= err != ERR_OK;
	}
	submitted->blobs = digests;
	submitted->blob_count = submit->n_blobs;
}

static void check_submit(struct verify *verify, uint64_t seq, const Pb__SubmitEntry *submit)
{
	struct submitted submitted = { .seq = seq };

	if (submit->order == NULL) {
		verify_found(verify, "entry", seq, 0, "a submission without its order");
		return;
	}
	load_segments(verify, submit, &submitted);
	for (size_t i = 0; i < submit->order->n_statements && verify->err == ERR_OK; i++) {
		const Pb__Statement *statement;
		struct codec_fault fault;
		enum err err = CODEC_DECODE(statement, bytes_of_pb(submit->order->statements[i]), &verify->arena, &statement, &fault);

		if (err == ERR_OK && statement->body_case == PB__STATEMENT__BODY_VIEW)
			check_view(verify, &submitted, statement->view);
		else if (err == ERR_OK)
			verify_found(verify, "entry", seq, 0, "statement %zu of its order is no View", i);
		else
			verify_found(verify, "entry", seq, 0, "statement %zu of its order does not decode: %s: %s", i, fault.path, fault.reason);
	}
}

static void check_decoded(struct verify *verify, const struct leaf_header *header, const Pb__EntryBody *body)
{
	if ((unsigned)body->body_case != header->type)
		verify_found(verify, "entry", header->seq, 0, "its header says type %u, its body is of type %u", (unsigned)header->type,
			     (unsigned)body->body_case);
	if (signed_order_of(body) != NULL)
		verify_order(verify, header->seq, signed_order_of(body));
	if (body->body_case == PB__ENTRY_BODY__BODY_BIND)
		verify_binding(verify, header->seq, body->bind);
	if (body->body_case == PB__ENTRY_BODY__BODY_SUBMIT)
		check_submit(verify, header->seq, body->submit);
	if (body->body_case == PB__ENTRY_BODY__BODY_ERASE)
		verify_erasure(verify, header->seq, body->erase);
	if (body->body_case == PB__ENTRY_BODY__BODY_PRUNE)
		verify_pruning(verify, header->seq, body->prune);
	verify_results(verify, header->seq, body);
	verify_told(verify, header->seq, body);
}

void verify_body(struct verify *verify, const struct entry *entry)
{
	const Pb__EntryBody *body;
	struct codec_fault fault;
	uint64_t seq = entry->header.seq;
	enum err err;

	verify_parts_before(verify, seq, 0);
	if (entry_is_erased(entry)) {
		verify_bodiless(verify, seq);
		return;
	}
	arena_reset(&verify->arena);
	err = CODEC_DECODE(entry_body, entry->body, &verify->arena, &body, &fault);
	if (err == ERR_OK) {
		check_decoded(verify, &entry->header, body);
		return;
	}
	if (entry->header.format > LEDGER_FORMAT)
		verify_found(verify, "entry", seq, 0, "is of format %u, which a newer release wrote: verify with that", (unsigned)entry->header.format);
	else
		verify_found(verify, "entry", seq, 0, "its body does not decode: %s: %s", fault.path, fault.reason);
	verify_parts_skip(verify, seq);
}
