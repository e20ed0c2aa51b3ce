/* SPDX-License-Identifier: Apache-2.0 */
/* broker/batch_refuse.c - answers for a batch that could not be made durable: nothing of it happened, so that everything in it may be
 * asked for again. */
#include "broker/batch.h"

#define RETRY_AFTER_MS 1000u

/* Submissions are told why; what must get through, acknowledgements above all, is told to come again. */
static void fill(const struct batch *batch, bool submission, enum err err, Pb__Refusal *refusal)
{
	pb__refusal__init(refusal);
	if (err != ERR_NOSPC && err != ERR_NOMEM) {
		refusal->code = REFUSE(STOPPING);
	} else if (err == ERR_NOSPC && submission) {
		refusal->code = REFUSE(STORE_FULL);
		refusal->value = (int64_t)batch->world.room.disk_free_bytes;
		refusal->bound = (int64_t)batch->world.room.reserve_bytes;
	} else {
		refusal->code = REFUSE(OVERLOADED);
		refusal->retry_after_ms = RETRY_AFTER_MS;
	}
}

static bool is_submission(const struct inbound_order *order)
{
	return order->statement_count > 0 && order->decoded != NULL && order->decoded[0]->body_case == PB__STATEMENT__BODY_VIEW;
}

static void refuse_frame(struct batch *batch, const struct inbound *inbound, enum err err)
{
	size_t count = inbound->batch.count;
	Pb__FromBroker *frame;
	struct outbound *outbound = outbox_add_frame(&batch->replies, OUTBOUND_FRAME, inbound->session, inbound->agency, &frame);
	struct arena *arena = outbound == NULL ? NULL : &outbound->arena;
	struct { Pb__Reply reply; Pb__Refusal refusal; } *made = arena == NULL ? NULL : arena_alloc(arena, count * sizeof(*made));
	Pb__Reply **replies = arena == NULL ? NULL : arena_alloc(arena, count * sizeof(*replies));
	Pb__Replies *all = arena == NULL ? NULL : arena_alloc(arena, sizeof(*all));

	if (made == NULL || replies == NULL || all == NULL) {
		outbox_clear(&batch->replies); /* no memory even to refuse: the client hears nothing and sends again */
		return;
	}
	for (size_t i = 0; i < count; i++) {
		pb__reply__init(&made[i].reply);
		fill(batch, is_submission(&inbound->batch.orders[i]), err, &made[i].refusal);
		made[i].reply.outcome_case = PB__REPLY__OUTCOME_REFUSAL;
		made[i].reply.refusal = &made[i].refusal;
		replies[i] = &made[i].reply;
	}
	pb__replies__init(all);
	all->batch = inbound->batch.number;
	all->replies = replies;
	all->n_replies = count;
	frame->body_case = PB__FROM_BROKER__BODY_REPLIES;
	frame->replies = all;
	writer_tell(batch->broker, outbound);
	batch->replies.count = 0;
}

static void refuse_blob(struct batch *batch, const struct inbound *inbound, enum err err)
{
	Pb__FromBroker *frame;
	struct outbound *outbound = outbox_add_frame(&batch->replies, OUTBOUND_FRAME, inbound->session, inbound->agency, &frame);
	struct { Pb__BlobStored stored; Pb__Refusal refusal; } *made =
		outbound == NULL ? NULL : arena_alloc(&outbound->arena, sizeof(*made));

	if (made == NULL) {
		outbox_clear(&batch->replies);
		return;
	}
	pb__blob_stored__init(&made->stored);
	fill(batch, true, err, &made->refusal);
	made->stored.number = inbound->blob.number;
	made->stored.refusal = &made->refusal;
	frame->body_case = PB__FROM_BROKER__BODY_BLOB_STORED;
	frame->blob_stored = &made->stored;
	writer_tell(batch->broker, outbound);
	batch->replies.count = 0;
}

static void refuse_invited(struct batch *batch, const struct inbound *inbound, enum err err)
{
	Pb__FromBroker *frame;
	struct outbound *outbound = outbox_add_frame(&batch->replies, OUTBOUND_FRAME, inbound->session, inbound->agency, &frame);
	struct { Pb__Enrolled enrolled; Pb__Refusal refusal; } *made =
		outbound == NULL ? NULL : arena_alloc(&outbound->arena, sizeof(*made));

	if (made == NULL) {
		outbox_clear(&batch->replies);
		return;
	}
	pb__enrolled__init(&made->enrolled);
	fill(batch, false, err, &made->refusal);
	made->enrolled.refusal = &made->refusal;
	frame->body_case = PB__FROM_BROKER__BODY_ENROLLED;
	frame->enrolled = &made->enrolled;
	writer_tell(batch->broker, outbound);
	batch->replies.count = 0;
}

static void refuse_operator(const struct batch *batch, struct inbound *inbound, enum err err)
{
	Pb__AdminReply reply = PB__ADMIN_REPLY__INIT;
	Pb__Refusal refusal;

	fill(batch, true, err, &refusal);
	reply.body_case = PB__ADMIN_REPLY__BODY_REFUSAL;
	reply.refusal = &refusal;
	inbound->answer(inbound, &reply);
}

/* The writer does not know this session: it must begin anew. */
static void drop_session(struct batch *batch, const struct inbound *inbound)
{
	struct outbound *outbound;

	sessions_close(batch->broker->sessions, inbound->session);
	if (inbound->type == INBOUND_SESSION_CLOSE)
		return; /* what it had in hand goes back when its leases run out */
	outbound = outbox_add(&batch->replies, OUTBOUND_CLOSE, inbound->session, inbound->agency);
	if (outbound == NULL)
		return;
	batch->replies.count = 0;
	writer_tell(batch->broker, outbound);
}

void batch_refuse_all(struct batch *batch, enum err err)
{
	for (size_t i = 0; i < batch->count; i++) {
		struct inbound *inbound = batch->inbound[i];

		if (inbound->answer != NULL)
			refuse_operator(batch, inbound, err);
		else if (inbound->type == INBOUND_BATCH)
			refuse_frame(batch, inbound, err);
		else if (inbound->type == INBOUND_BLOB)
			refuse_blob(batch, inbound, err);
		else if (inbound->type == INBOUND_BIND)
			refuse_invited(batch, inbound, err);
		else if (inbound->type == INBOUND_SESSION_OPEN || inbound->type == INBOUND_SESSION_CLOSE)
			drop_session(batch, inbound);
	}
}
