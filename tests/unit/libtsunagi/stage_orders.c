/* SPDX-License-Identifier: Apache-2.0 */
/* stage_orders.c - see stage.h: what a batch's orders become, and the replies to them. */
#include <stdlib.h>

#include "contract/batch.h"
#include "contract/codec.h"
#include "stage.h"

struct batching {
	struct stage *stage;
	const struct stage_frame *frame;
	const Pb__Batch *batch;
	struct digest hashes[LIMIT_ORDERS];
	struct bytes data; /* what is left of it */
	Pb__Reply replies[LIMIT_ORDERS], *list[LIMIT_ORDERS];
	Pb__Accepted accepted[LIMIT_ORDERS];
	Pb__Refusal refusals[LIMIT_ORDERS];
	uint64_t first, count; /* entries that this batch made */
};

static const struct stage_agency *author(const struct batching *batching)
{
	return &batching->stage->agencies[batching->frame->session->agency - 1];
}

static void refuse(struct batching *batching, size_t index, int code)
{
	Pb__Refusal *refusal = &batching->refusals[index];

	pb__refusal__init(refusal);
	refusal->code = (Pb__RefusalCode)code;
	refusal->subject = (char *)(uintptr_t)"told";
	refusal->retry_after_ms = 30;
	batching->replies[index].outcome_case = PB__REPLY__OUTCOME_REFUSAL;
	batching->replies[index].refusal = refusal;
}

static void accept(struct batching *batching, size_t index, uint64_t seq, bool duplicate)
{
	struct stage_entry *entry = &batching->stage->entries[seq];
	Pb__Accepted *accepted = &batching->accepted[index];

	pb__accepted__init(accepted);
	accepted->header = pb_of_bytes(bytes_of(entry->header, sizeof entry->header));
	accepted->body_hash = pb_of_bytes(digest_bytes(&entry->body_hash));
	accepted->duplicate = duplicate;
	batching->replies[index].outcome_case = PB__REPLY__OUTCOME_ACCEPTED;
	batching->replies[index].accepted = accepted;
	if (!duplicate && batching->count++ == 0)
		batching->first = seq;
}

static struct stage_agency *find_agency(struct stage *stage, const char *address)
{
	for (size_t i = 0; i < stage->agency_count; i++)
		if (strcmp(stage->agencies[i].address, address) == 0)
			return &stage->agencies[i];
	return NULL;
}

/* The entry of an earlier submission with this message id; false: none. */
static bool find_message(const struct stage *stage, ProtobufCBinaryData id, uint64_t *ret_seq, struct arena *arena)
{
	for (uint64_t seq = 0; seq < stage->entry_count; seq++) {
		const Pb__EntryBody *body = NULL;

		if (be16_get(stage->entries[seq].header + 2) != PB__ENTRY_TYPE__ENTRY_TYPE_SUBMIT ||
		    CODEC_DECODE(entry_body, buf_bytes(&stage->entries[seq].body), arena, &body, NULL) != ERR_OK)
			continue;
		if (bytes_equal(bytes_of_pb(body->submit->message_id), bytes_of_pb(id))) {
			*ret_seq = seq;
			return true;
		}
	}
	return false;
}

static void keep_path(struct buf *to, const struct digest *path, size_t count)
{
	buf_init(to, MERKLE_PATH_MAX * DIGEST_BYTES);
	for (size_t i = 0; i < count; i++)
		buf_put(to, digest_bytes(&path[i]));
}

static void add_item(struct batching *batching, size_t order, size_t index, const struct digest *leaves, uint64_t seq, const Pb__View *view,
		     struct bytes parts)
{
	struct stage *stage = batching->stage;
	struct stage_item *item = &stage->items[stage->item_count];
	const Pb__Order *orders = batching->batch->orders[order];
	struct digest path[MERKLE_PATH_MAX];
	struct bytes statement = bytes_of_pb(orders->statements[index]);
	uint8_t *copy = malloc(statement.len + 1);

	if (stage->item_count + 1 >= STAGE_ITEMS || copy == NULL) {
		free(copy);
		return;
	}
	memcpy(copy, statement.data, statement.len);
	item->statement = bytes_of(copy, statement.len);
	item->number = ++stage->item_count;
	item->seq = seq;
	item->agency = find_agency(stage, view->recipient)->number;
	item->view_hash = leaves[index];
	item->view_index = (uint32_t)index;
	item->view_count = (uint32_t)orders->n_statements;
	item->order_index = (uint32_t)order;
	item->order_count = (uint32_t)batching->batch->n_orders;
	keep_path(&item->view_path, path, merkle_path(leaves, orders->n_statements, index, path));
	keep_path(&item->order_path, path, merkle_path(batching->hashes, batching->batch->n_orders, order, path));
	buf_init(&item->signature, SIGNATURE_P256_MAX);
	buf_put(&item->signature, bytes_of_pb(batching->batch->signature));
	memcpy(item->certificate.bytes, batching->batch->certificate_sha256.data, DIGEST_BYTES);
	buf_init(&item->parts, LIMIT_DATA_BYTES);
	buf_put(&item->parts, parts);
}

/* The parts of one View from the front of the data. */
static struct bytes cut_parts(struct batching *batching, const Pb__View *view)
{
	size_t size = 0;
	struct bytes parts;

	for (size_t i = 0; i < view->n_parts; i++)
		size += view->parts[i]->size;
	if (size > batching->data.len)
		size = batching->data.len;
	parts = bytes_of(batching->data.data, size);
	batching->data = bytes_of(batching->data.data + size, batching->data.len - size);
	return parts;
}

static Pb__SignedOrder *signed_order(struct batching *batching, size_t index)
{
	struct arena *arena = batching->frame->arena;
	Pb__SignedOrder *order = arena_alloc(arena, sizeof *order);
	struct digest path[MERKLE_PATH_MAX];
	size_t count = merkle_path(batching->hashes, batching->batch->n_orders, index, path);

	pb__signed_order__init(order);
	order->n_statements = batching->batch->orders[index]->n_statements;
	order->statements = batching->batch->orders[index]->statements;
	order->index = (uint32_t)index;
	order->count = (uint32_t)batching->batch->n_orders;
	order->path = pb_of_bytes(bytes_of(arena_copy(arena, bytes_of(path, count * sizeof *path)), count * DIGEST_BYTES));
	order->certificate_sha256 = batching->batch->certificate_sha256;
	order->signature = batching->batch->signature;
	order->agency = batching->frame->session->agency;
	order->device = 1;
	return order;
}

static void submit(struct batching *batching, size_t index, const Pb__Statement *const *statements, int refusal)
{
	struct stage *stage = batching->stage;
	const Pb__Order *order = batching->batch->orders[index];
	struct digest leaves[LIMIT_RECIPIENTS];
	struct bytes parts[LIMIT_RECIPIENTS];
	Pb__EntryBody body = PB__ENTRY_BODY__INIT;
	Pb__SubmitEntry entry = PB__SUBMIT_ENTRY__INIT;
	uint64_t seq = 0;

	for (size_t i = 0; i < order->n_statements; i++) {
		leaves[i] = merkle_leaf(bytes_of_pb(order->statements[i]));
		parts[i] = cut_parts(batching, statements[i]->view);
	}
	if (refusal != 0) {
		refuse(batching, index, refusal);
		return;
	}
	if (find_message(stage, statements[0]->view->message_id, &seq, batching->frame->arena)) {
		accept(batching, index, seq, true);
		atomic_fetch_add(&stage->tallies[TALLY_DUPLICATES], 1);
		return;
	}
	entry.order = signed_order(batching, index);
	entry.message_id = statements[0]->view->message_id;
	body.body_case = PB__ENTRY_BODY__BODY_SUBMIT;
	body.submit = &entry;
	seq = stage_append(stage, PB__ENTRY_TYPE__ENTRY_TYPE_SUBMIT, &body);
	for (size_t i = 0; i < order->n_statements; i++)
		add_item(batching, index, i, leaves, seq, statements[i]->view, parts[i]);
	accept(batching, index, seq, false);
	atomic_fetch_add(&stage->tallies[TALLY_SUBMITTED], 1);
}

static struct stage_item *item_of(struct batching *batching, uint64_t number, ProtobufCBinaryData view_hash)
{
	struct stage_item *item = number == 0 || number > batching->stage->item_count ? NULL : &batching->stage->items[number - 1];

	if (item == NULL || item->agency != batching->frame->session->agency || !bytes_equal(bytes_of_pb(view_hash), digest_bytes(&item->view_hash)))
		return NULL;
	return item;
}

static void acknowledge(struct batching *batching, size_t index, const Pb__Acknowledge *said)
{
	Pb__EntryBody body = PB__ENTRY_BODY__INIT;
	Pb__AcknowledgeEntry entry = PB__ACKNOWLEDGE_ENTRY__INIT;

	for (size_t i = 0; i < said->n_items; i++)
		if (item_of(batching, said->items[i]->item, said->items[i]->view_hash) == NULL) {
			refuse(batching, index, PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_ITEM);
			return;
		}
	for (size_t i = 0; i < said->n_items; i++) {
		struct stage_item *item = item_of(batching, said->items[i]->item, said->items[i]->view_hash);

		if (!item->dead)
			atomic_fetch_add(&batching->stage->tallies[TALLY_ACKNOWLEDGED], 1);
		item->dead = true;
	}
	atomic_fetch_add(&batching->stage->tallies[TALLY_ACKNOWLEDGES], 1);
	entry.order = signed_order(batching, index);
	body.body_case = PB__ENTRY_BODY__BODY_ACKNOWLEDGE;
	body.acknowledge = &entry;
	accept(batching, index, stage_append(batching->stage, PB__ENTRY_TYPE__ENTRY_TYPE_ACKNOWLEDGE, &body), false);
}

static void take_refusal(struct batching *batching, size_t index, const Pb__Refuse *said)
{
	struct stage_item *item = item_of(batching, said->item, said->view_hash);
	Pb__EntryBody body = PB__ENTRY_BODY__INIT;
	Pb__RefuseEntry entry = PB__REFUSE_ENTRY__INIT;

	if (item == NULL) {
		refuse(batching, index, PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_ITEM);
		return;
	}
	item->out = false;
	item->redelivered = true;
	item->attempts++;
	item->dead = item->dead || said->reason != PB__REFUSE_REASON__REFUSE_REASON_RETRY_LATER;
	entry.order = signed_order(batching, index);
	entry.reason = said->reason;
	body.body_case = PB__ENTRY_BODY__BODY_REFUSE;
	body.refuse = &entry;
	atomic_fetch_add(&batching->stage->tallies[TALLY_REFUSED], 1);
	accept(batching, index, stage_append(batching->stage, PB__ENTRY_TYPE__ENTRY_TYPE_REFUSE, &body), false);
}

/* What an agency says of a case, of itself or of what it deleted: an entry, and kept for the test to look at. */
static void keep(struct batching *batching, size_t index, const Pb__Statement *statement)
{
	Pb__EntryBody body = PB__ENTRY_BODY__INIT;
	Pb__PurgedEntry purged = PB__PURGED_ENTRY__INIT;
	Pb__MarkCaseEntry mark = PB__MARK_CASE_ENTRY__INIT;
	Pb__StandingEntry standing = PB__STANDING_ENTRY__INIT;
	Pb__EntryType type = PB__ENTRY_TYPE__ENTRY_TYPE_PURGED;

	stage_keep_said(batching->stage, bytes_of_pb(batching->batch->orders[index]->statements[0]));
	if (statement->body_case == PB__STATEMENT__BODY_PURGED) {
		purged.order = signed_order(batching, index);
		body.body_case = PB__ENTRY_BODY__BODY_PURGED;
		body.purged = &purged;
	} else if (statement->body_case == PB__STATEMENT__BODY_MARK_CASE) {
		mark.order = signed_order(batching, index);
		body.body_case = PB__ENTRY_BODY__BODY_MARK_CASE;
		body.mark_case = &mark;
		type = PB__ENTRY_TYPE__ENTRY_TYPE_MARK_CASE;
	} else {
		standing.order = signed_order(batching, index);
		body.body_case = PB__ENTRY_BODY__BODY_STANDING;
		body.standing = &standing;
		type = PB__ENTRY_TYPE__ENTRY_TYPE_STANDING;
	}
	accept(batching, index, stage_append(batching->stage, (uint16_t)type, &body), false);
}

static int told_to_refuse(struct stage *stage)
{
	int left = atomic_load(&stage->refuse_count);

	if (left == 0)
		return 0;
	atomic_store(&stage->refuse_count, left - 1);
	return atomic_load(&stage->refuse_code);
}

static void answer(struct batching *batching, size_t index)
{
	const Pb__Order *order = batching->batch->orders[index];
	const Pb__Statement *statements[LIMIT_RECIPIENTS];
	int refusal = told_to_refuse(batching->stage);

	pb__reply__init(&batching->replies[index]);
	batching->list[index] = &batching->replies[index];
	for (size_t i = 0; i < order->n_statements && i < LIMIT_RECIPIENTS; i++)
		if (CODEC_DECODE(statement, bytes_of_pb(order->statements[i]), batching->frame->arena, &statements[i], NULL) != ERR_OK) {
			refuse(batching, index, PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED);
			return;
		}
	if (statements[0]->body_case == PB__STATEMENT__BODY_VIEW)
		submit(batching, index, statements, refusal);
	else if (refusal != 0)
		refuse(batching, index, refusal);
	else if (statements[0]->body_case == PB__STATEMENT__BODY_ACKNOWLEDGE)
		acknowledge(batching, index, statements[0]->acknowledge);
	else if (statements[0]->body_case == PB__STATEMENT__BODY_REFUSE)
		take_refusal(batching, index, statements[0]->refuse);
	else if (statements[0]->body_case == PB__STATEMENT__BODY_BIND_DEVICE)
		accept(batching, index,
		       stage_bind(batching->stage, &batching->stage->agencies[batching->frame->session->agency - 1], statements[0]->bind_device), false);
	else if (statements[0]->body_case == PB__STATEMENT__BODY_PURGED || statements[0]->body_case == PB__STATEMENT__BODY_MARK_CASE ||
		 statements[0]->body_case == PB__STATEMENT__BODY_SAY_STANDING)
		keep(batching, index, statements[0]);
	else
		refuse(batching, index, PB__REFUSAL_CODE__REFUSAL_CODE_NOT_YOURS);
}

/* The batch's signature holds by the author's certificate of now. */
static bool signature_holds(struct batching *batching)
{
	const struct certificate *certificate = author(batching)->bundle->signing_certificate;
	struct digest root = merkle_root(batching->hashes, batching->batch->n_orders);
	struct buf message;
	bool holds = false;

	buf_init(&message, 1024);
	batch_signed_message(STAGE_SITE, certificate_digest(certificate), &root, &message);
	holds = certificate_verify(certificate, buf_bytes(&message), bytes_of_pb(batching->batch->signature)) == ERR_OK;
	buf_free(&message);
	return holds;
}

static void send_replies(struct batching *batching)
{
	struct stage *stage = batching->stage;
	int lie = atomic_load(&stage->lie);
	Pb__FromBroker message = PB__FROM_BROKER__INIT;
	Pb__Replies replies = PB__REPLIES__INIT;
	struct buf note, path, inclusions[8];
	size_t duplicates = 0;

	buf_init(&note, 16384);
	buf_init(&path, 2 * MERKLE_PATH_MAX * DIGEST_BYTES);
	stage_checkpoint(stage, lie == LIE_FORGED_CHECKPOINT ? stage->other_key : stage->checkpoint_key, &note);
	if (batching->count > 0)
		note.err = merkle_prove_range(stage_read_tree, stage, batching->first, batching->first + batching->count, stage->entry_count, &path);
	for (size_t i = 0; i < batching->batch->n_orders; i++) {
		if (batching->replies[i].outcome_case != PB__REPLY__OUTCOME_ACCEPTED || !batching->accepted[i].duplicate || duplicates == 8)
			continue;
		buf_init(&inclusions[duplicates], 4096);
		stage_inclusion(stage, be64_get(batching->accepted[i].header.data + 4), &inclusions[duplicates]);
		batching->accepted[i].inclusion = pb_of_bytes(buf_bytes(&inclusions[duplicates++]));
	}
	if (lie == LIE_OUTSIDE_TREE && batching->count > 0)
		batching->accepted[0].body_hash.data[0] ^= 1;
	replies.batch = batching->batch->number + (lie == LIE_OTHER_BATCH ? 1000 : 0);
	replies.n_replies = batching->batch->n_orders - (lie == LIE_TOO_FEW_REPLIES ? 1 : 0);
	replies.replies = batching->list;
	replies.checkpoint = (char *)(uintptr_t)buf_text(&note);
	replies.range_path = pb_of_bytes(buf_bytes(&path));
	message.body_case = PB__FROM_BROKER__BODY_REPLIES;
	message.replies = &replies;
	stage_send(stage, batching->frame->session, &message, bytes_of(NULL, 0));
	if (lie == LIE_OUTSIDE_TREE && batching->count > 0)
		batching->accepted[0].body_hash.data[0] ^= 1;
	while (duplicates > 0)
		buf_free(&inclusions[--duplicates]);
	buf_free(&note);
	buf_free(&path);
}

void stage_batch(struct stage *stage, const struct stage_frame *frame)
{
	struct batching *batching = calloc(1, sizeof *batching);
	bool holds = false;

	if (batching == NULL)
		return;
	batching->stage = stage;
	batching->frame = frame;
	batching->batch = frame->message->batch;
	batching->data = frame->data;
	for (size_t i = 0; i < batching->batch->n_orders; i++) {
		const Pb__Order *order = batching->batch->orders[i];
		struct bytes statements[LIMIT_RECIPIENTS];

		for (size_t k = 0; k < order->n_statements && k < LIMIT_RECIPIENTS; k++)
			statements[k] = bytes_of_pb(order->statements[k]);
		batching->hashes[i] = order_hash(statements, order->n_statements);
	}
	holds = signature_holds(batching); /* by the certificate of now: an order may replace it */
	for (size_t i = 0; i < batching->batch->n_orders; i++) {
		answer(batching, i);
		if (!holds)
			refuse(batching, i, PB__REFUSAL_CODE__REFUSAL_CODE_BAD_SIGNATURE);
	}
	if (atomic_load(&stage->lie) != LIE_SILENT)
		send_replies(batching);
	atomic_fetch_add(&stage->tallies[TALLY_BATCHES], 1);
	free(batching);
}
