/* SPDX-License-Identifier: Apache-2.0 */
/* broker/replies.c - what each asker is told, built before the commit from the open transaction and sent after it. */
#include "broker/batch.h"
#include "broker/reply_run.h"
#include "ledger/entry.h"

#define PATH_BYTES (2u * MERKLE_PATH_MAX * DIGEST_BYTES)

typedef enum err prover(struct batch *batch, uint64_t from, uint64_t to, struct buf *out);

static enum err prove_one(struct batch *batch, uint64_t from, uint64_t to, struct buf *out)
{
	(void)to;
	return merkle_prove(tree_read, batch->world.txn, from, batch->note_size, out);
}

static enum err prove_run(struct batch *batch, uint64_t from, uint64_t to, struct buf *out)
{
	return merkle_prove_range(tree_read, batch->world.txn, from, to, batch->note_size, out);
}

/* The proof's hashes in the arena. */
static enum err prove(struct batch *batch, prover *proves, uint64_t from, uint64_t to, struct arena *arena,
		      ProtobufCBinaryData *ret_path)
{
	struct buf path;
	enum err err;

	buf_init(&path, PATH_BYTES);
	err = proves(batch, from, to, &path);
	if (err == ERR_OK)
		err = pb_keep(arena, buf_bytes(&path), ret_path);
	buf_free(&path);
	return err;
}

static enum err put_lanes(struct arena *arena, const Pb__EntryBody *body, Pb__Accepted *accepted)
{
	if (body->body_case != PB__ENTRY_BODY__BODY_SUBMIT)
		return ERR_OK;
	accepted->lanes = arena_alloc(arena, body->submit->n_recipients * sizeof(*accepted->lanes));
	if (accepted->lanes == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < body->submit->n_recipients; i++)
		accepted->lanes[accepted->n_lanes++] = body->submit->recipients[i]->lane;
	return ERR_OK;
}

/* The receipt of an entry that this batch recorded. */
static enum err accept_new(const struct outcome *outcome, struct arena *arena, Pb__Accepted *accepted)
{
	enum err err;

	pb__accepted__init(accepted);
	err = pb_keep(arena, bytes_of(outcome->header, LEAF_HEADER_BYTES), &accepted->header);
	if (err == ERR_OK)
		err = pb_keep(arena, digest_bytes(&outcome->body_hash), &accepted->body_hash);
	return err != ERR_OK ? err : put_lanes(arena, outcome->decision.body, accepted);
}

static enum err lanes_again(struct batch *batch, uint64_t seq, struct arena *arena, Pb__Accepted *accepted)
{
	const Pb__EntryBody *body;
	struct entry entry;
	enum err err = entry_decode(batch->world.txn, seq, &batch->scratch, &entry, &body);

	if (err == ERR_OK)
		err = put_lanes(arena, body, accepted);
	arena_reset(&batch->scratch);
	return err;
}

/* The first receipt again, with its own path. */
static enum err accept_again(struct batch *batch, uint64_t seq, struct arena *arena, Pb__Accepted *accepted)
{
	struct entry entry;
	enum err err = entry_read(batch->world.txn, seq, &entry);

	if (err != ERR_OK)
		return err;
	pb__accepted__init(accepted);
	accepted->duplicate = true;
	err = pb_keep(arena, entry.header_bytes, &accepted->header);
	if (err == ERR_OK)
		err = pb_keep(arena, digest_bytes(&entry.body_hash), &accepted->body_hash);
	if (err == ERR_OK && entry.header.type == PB__ENTRY_TYPE__ENTRY_TYPE_SUBMIT)
		err = lanes_again(batch, seq, arena, accepted);
	return err != ERR_OK ? err : prove(batch, prove_one, seq, seq + 1, arena, &accepted->inclusion);
}

/* A refusal made elsewhere, copied: its own memory ends before the message leaves. */
static enum err copy_refusal(struct arena *arena, const Pb__Refusal *refusal, Pb__Refusal **ret_copy)
{
	Pb__Refusal *copy = arena_alloc(arena, sizeof(*copy));

	if (copy == NULL)
		return ERR_NOMEM;
	*copy = *refusal;
	if (refusal->subject != NULL && refusal->subject[0] != '\0') {
		copy->subject = arena_text(arena, bytes_of_text(refusal->subject));
		if (copy->subject == NULL)
			return ERR_NOMEM;
	}
	*ret_copy = copy;
	return ERR_OK;
}

static enum err reply(struct batch *batch, const struct outcome *outcome, struct arena *arena, Pb__Reply *reply_to,
		      Pb__Accepted *accepted)
{
	pb__reply__init(reply_to);
	if (outcome->decision.kind == DECISION_REFUSED) {
		reply_to->outcome_case = PB__REPLY__OUTCOME_REFUSAL;
		return copy_refusal(arena, outcome->decision.refusal, &reply_to->refusal);
	}
	reply_to->outcome_case = PB__REPLY__OUTCOME_ACCEPTED;
	reply_to->accepted = accepted;
	return outcome->decision.kind == DECISION_ENTRY ? accept_new(outcome, arena, accepted)
							: accept_again(batch, outcome->seq, arena, accepted);
}

/* The run of new entries that one frame made; false: none. */
static bool run_of(const struct outcome *outcomes, size_t count, uint64_t *ret_from, uint64_t *ret_to)
{
	bool any = false;

	for (size_t i = 0; i < count; i++) {
		if (outcomes[i].decision.kind != DECISION_ENTRY)
			continue;
		if (!any)
			*ret_from = outcomes[i].seq;
		*ret_to = outcomes[i].seq + 1;
		any = true;
	}
	return any;
}

static enum err put_note(struct batch *batch, struct arena *arena, char **ret_checkpoint)
{
	char *checkpoint = arena_text(arena, batch->note);

	if (checkpoint == NULL)
		return ERR_NOMEM;
	*ret_checkpoint = checkpoint;
	return ERR_OK;
}

static bool any_accepted(const struct outcome *outcomes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (outcomes[i].decision.kind != DECISION_REFUSED)
			return true;
	return false;
}

/* An answer for each order. */
static enum err reply_to_each(struct batch *batch, const struct outcome *outcomes, size_t count, struct arena *arena, Pb__Replies *all)
{
	struct { Pb__Reply reply; Pb__Accepted accepted; } *made = arena_alloc(arena, count * sizeof(*made));
	enum err err = ERR_OK;

	all->replies = arena_alloc(arena, count * sizeof(*all->replies));
	if (made == NULL || all->replies == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; err == ERR_OK && i < count; i++) {
		all->replies[i] = &made[i].reply;
		err = reply(batch, &outcomes[i], arena, &made[i].reply, &made[i].accepted);
	}
	all->n_replies = count;
	return err;
}

static enum err reply_to_frame(struct batch *batch, const struct inbound *inbound, const struct outcome *outcomes)
{
	size_t count = inbound->batch.count;
	Pb__FromBroker *frame;
	struct outbound *outbound = outbox_add_frame(&batch->replies, OUTBOUND_FRAME, inbound->session, inbound->agency, &frame);
	struct arena *arena = outbound == NULL ? NULL : &outbound->arena;
	Pb__Replies *all = arena == NULL ? NULL : arena_alloc(arena, sizeof(*all));
	uint64_t from, to;
	enum err err;

	if (all == NULL)
		return ERR_NOMEM;
	pb__replies__init(all);
	frame->body_case = PB__FROM_BROKER__BODY_REPLIES;
	frame->replies = all;
	all->batch = inbound->batch.number;
	err = reply_run_fits(outcomes, count) ? reply_run(outcomes, count, arena, all)
					      : reply_to_each(batch, outcomes, count, arena, all);
	if (err == ERR_OK && any_accepted(outcomes, count))
		err = put_note(batch, arena, &all->checkpoint);
	if (err == ERR_OK && run_of(outcomes, count, &from, &to))
		err = prove(batch, prove_run, from, to, arena, &all->range_path);
	return err;
}

static enum err reply_to_blob(struct batch *batch, const struct inbound *inbound, const struct outcome *outcome)
{
	Pb__FromBroker *frame;
	struct outbound *outbound = outbox_add_frame(&batch->replies, OUTBOUND_FRAME, inbound->session, inbound->agency, &frame);
	Pb__BlobStored *stored = outbound == NULL ? NULL : arena_alloc(&outbound->arena, sizeof(*stored));

	if (stored == NULL)
		return ERR_NOMEM;
	pb__blob_stored__init(stored);
	stored->number = inbound->blob.number;
	frame->body_case = PB__FROM_BROKER__BODY_BLOB_STORED;
	frame->blob_stored = stored;
	return outcome->decision.kind == DECISION_REFUSED
		       ? copy_refusal(&outbound->arena, outcome->decision.refusal, &stored->refusal)
		       : ERR_OK;
}

/* ---- enrolments ---- */

static enum err fill_enrolled(struct batch *batch, const struct inbound *inbound, const struct outcome *outcome, struct arena *arena,
			      Pb__Enrolled *enrolled)
{
	const struct broker *broker = batch->broker;
	const Pb__BindEntry *entry = outcome->decision.body->bind;
	struct bytes key;
	uint8_t public_key[ED25519_BYTES];
	enum err err = ed25519_public(broker->options.checkpoint_key, public_key);

	key = bytes_of(public_key, sizeof(public_key));
	enrolled->site = arena_text(arena, bytes_of_text(broker->options.site));
	enrolled->agency = arena_text(arena, bytes_of_text(inbound->bind.address));
	enrolled->accepted = arena_alloc(arena, sizeof(*enrolled->accepted));
	if (enrolled->site == NULL || enrolled->agency == NULL || enrolled->accepted == NULL)
		return ERR_NOMEM;
	enrolled->epoch = broker->epoch;
	enrolled->device = entry->device;
	if (err == ERR_OK)
		err = pb_keep(arena, bytes_of_pb(entry->signing_certificate), &enrolled->signing_certificate);
	if (err == ERR_OK)
		err = pb_keep(arena, bytes_of_pb(entry->sealing_certificate), &enrolled->sealing_certificate);
	if (err == ERR_OK)
		err = pb_keep(arena, certificate_der(broker->options.site_certificate), &enrolled->site_certificate);
	if (err == ERR_OK)
		err = pb_keep(arena, key, &enrolled->checkpoint_key);
	if (err == ERR_OK)
		err = accept_new(outcome, arena, enrolled->accepted);
	if (err == ERR_OK)
		err = prove(batch, prove_one, outcome->seq, outcome->seq + 1, arena, &enrolled->accepted->inclusion);
	return err != ERR_OK ? err : put_note(batch, arena, &enrolled->checkpoint);
}

static enum err make_enrolled(struct batch *batch, const struct inbound *inbound, const struct outcome *outcome, struct arena *arena,
			      Pb__Enrolled **ret_enrolled)
{
	Pb__Enrolled *enrolled = arena_alloc(arena, sizeof(*enrolled));
	enum err err;

	if (enrolled == NULL)
		return ERR_NOMEM;
	pb__enrolled__init(enrolled);
	err = outcome->decision.kind == DECISION_REFUSED ? copy_refusal(arena, outcome->decision.refusal, &enrolled->refusal)
							  : fill_enrolled(batch, inbound, outcome, arena, enrolled);
	if (err == ERR_OK)
		*ret_enrolled = enrolled;
	return err;
}

static enum err reply_to_invited(struct batch *batch, const struct inbound *inbound, const struct outcome *outcome)
{
	Pb__FromBroker *frame;
	struct outbound *outbound = outbox_add_frame(&batch->replies, OUTBOUND_FRAME, inbound->session, inbound->agency, &frame);

	if (outbound == NULL)
		return ERR_NOMEM;
	frame->body_case = PB__FROM_BROKER__BODY_ENROLLED;
	return make_enrolled(batch, inbound, outcome, &outbound->arena, &frame->enrolled);
}

/* ---- operators ---- */

static enum err reply_to_operator(struct batch *batch, const struct inbound *inbound, struct outcome *outcome)
{
	static const Pb__AdminNothing nothing = PB__ADMIN_NOTHING__INIT;
	Pb__AdminReply *made = arena_alloc(&batch->arena, sizeof(*made));

	if (made == NULL)
		return ERR_NOMEM;
	pb__admin_reply__init(made);
	made->seq = outcome->decision.kind == DECISION_ENTRY ? outcome->seq : 0;
	outcome->reply = made;
	if (outcome->decision.kind == DECISION_REFUSED) {
		made->body_case = PB__ADMIN_REPLY__BODY_REFUSAL;
		return copy_refusal(&batch->arena, outcome->decision.refusal, &made->refusal);
	}
	if (inbound->type == INBOUND_BIND) {
		made->body_case = PB__ADMIN_REPLY__BODY_ENROLLED;
		return make_enrolled(batch, inbound, outcome, &batch->arena, &made->enrolled);
	}
	made->body_case = PB__ADMIN_REPLY__BODY_DONE;
	made->done = (Pb__AdminNothing *)(uintptr_t)&nothing;
	return ERR_OK;
}

static enum err reply_to(struct batch *batch, size_t index)
{
	const struct inbound *inbound = batch->inbound[index];
	struct outcome *outcomes = batch->outcomes[index];

	switch (inbound->type) {
	case INBOUND_BATCH:
		return reply_to_frame(batch, inbound, outcomes);
	case INBOUND_BLOB:
		return reply_to_blob(batch, inbound, outcomes);
	case INBOUND_BIND:
		return inbound->session != 0 ? reply_to_invited(batch, inbound, outcomes) : reply_to_operator(batch, inbound, outcomes);
	case INBOUND_OPERATOR:
		return reply_to_operator(batch, inbound, outcomes);
	case INBOUND_SESSION_OPEN:
	case INBOUND_SESSION_CLOSE:
	case INBOUND_CREDIT:
		break;
	}
	return ERR_OK;
}

enum err batch_replies(struct batch *batch)
{
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < batch->count; i++)
		err = reply_to(batch, i);
	return err;
}
