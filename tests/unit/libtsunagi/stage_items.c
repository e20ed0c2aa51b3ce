/* SPDX-License-Identifier: Apache-2.0 */
/* stage_items.c - see stage.h: hand-outs, true ones and false ones, and reads. */
#include <stdlib.h>

#include "contract/codec.h"
#include "stage.h"

/* ---- hand-outs ---- */

static struct stage_item *next_item(struct stage *stage, const struct stage_session *session)
{
	bool any = atomic_load(&stage->lie) == LIE_OTHER_RECIPIENT;

	for (size_t i = 0; i < stage->item_count; i++) {
		struct stage_item *item = &stage->items[i];

		if (!item->dead && !item->out && (item->agency == session->agency) != any)
			return item;
	}
	return NULL;
}

static void change(struct stage *stage, Pb__HandoutItem *row, Pb__HandoutSource *source, struct buf *data, struct arena *arena)
{
	switch (atomic_load(&stage->lie)) {
	case LIE_CHANGED_PART:
		data->data[data->len / 2] ^= 1;
		break;
	case LIE_MOVED_PART:
		memcpy(data->data, stage->items[0].parts.data, data->len < stage->items[0].parts.len ? data->len : stage->items[0].parts.len);
		break;
	case LIE_CHANGED_STATEMENT:
		row->statement = pb_of_bytes(bytes_of(arena_copy(arena, bytes_of_pb(row->statement)), row->statement.len));
		row->statement.data[row->statement.len - 1] ^= 1; /* the directory's version, which is last */
		break;
	case LIE_CHANGED_SIGNATURE:
		source->signature = pb_of_bytes(bytes_of(arena_copy(arena, bytes_of_pb(source->signature)), source->signature.len));
		source->signature.data[source->signature.len - 1] ^= 1;
		break;
	case LIE_OTHER_PATH:
		row->view_count++;
		break;
	case LIE_UNKNOWN_SIGNER:
		source->certificate_sha256 = pb_of_bytes(bytes_of(arena_copy(arena, bytes_of_pb(source->certificate_sha256)), DIGEST_BYTES));
		source->certificate_sha256.data[0] ^= 1;
		break;
	case LIE_DATA_TOO_SHORT:
		data->len--;
		break;
	default:
		break;
	}
}

static void hand_out_one(struct stage *stage, struct stage_session *session, struct stage_item *item, unsigned copies)
{
	Pb__FromBroker message = PB__FROM_BROKER__INIT;
	Pb__Handout handout = PB__HANDOUT__INIT;
	Pb__HandoutSource source = PB__HANDOUT_SOURCE__INIT, *sources[1] = { &source };
	Pb__HandoutItem row = PB__HANDOUT_ITEM__INIT;
	Pb__HandoutItem **rows = calloc(copies, sizeof *rows);
	uint32_t withheld[LIMIT_PARTS];
	struct arena arena;
	struct buf data;

	arena_init(&arena, LIMIT_DECODE_BYTES);
	buf_init(&data, LIMIT_DATA_BYTES);
	source.certificate_sha256 = pb_of_bytes(digest_bytes(&item->certificate));
	source.signature = pb_of_bytes(buf_bytes(&item->signature));
	source.count = item->order_count;
	row.item = item->number;
	row.statement = pb_of_bytes(item->statement);
	row.view_index = item->view_index;
	row.view_count = item->view_count;
	row.view_path = pb_of_bytes(buf_bytes(&item->view_path));
	row.order_index = item->order_index;
	row.order_path = pb_of_bytes(buf_bytes(&item->order_path));
	row.seq = item->seq;
	row.accepted_at_us = (int64_t)be64_get(stage->entries[item->seq].header + 12);
	row.redelivered = item->redelivered;
	row.attempts = item->attempts;
	row.what = item->what;
	row.about = item->about;
	row.notice = pb_of_bytes(buf_bytes(&item->notice));
	row.withheld = withheld;
	row.n_withheld = stage_parts(item, withheld, &data);
	change(stage, &row, &source, &data, &arena);
	for (unsigned i = 0; i < copies; i++)
		rows[i] = &row;
	for (unsigned i = 1; i < copies; i++)
		stage_parts(item, withheld, &data);
	handout.n_sources = item->what == PB__ITEM_WHAT__ITEM_WHAT_NOTICE ? 0 : 1;
	handout.sources = sources;
	handout.n_items = copies;
	handout.items = rows;
	message.body_case = PB__FROM_BROKER__BODY_HANDOUT;
	message.handout = &handout;
	stage_send(stage, session, &message, buf_bytes(&data));
	buf_free(&data);
	arena_free(&arena);
	free(rows);
}

void stage_hand_out(struct stage *stage, struct stage_session *session)
{
	struct stage_item *item = NULL;

	if (atomic_load(&stage->hold_handouts))
		return;
	while (session->receives && session->used_items < session->credit_items && session->used_bytes < session->credit_bytes &&
	       (item = next_item(stage, session)) != NULL) {
		item->out = true;
		session->used_items++;
		session->used_bytes += item->parts.len;
		hand_out_one(stage, session, item, atomic_load(&stage->lie) == LIE_MORE_THAN_CREDIT ? 300 : 1);
		item->redelivered = true;
	}
}

/* ---- reads ---- */

static void read_directory(struct stage *stage, uint64_t offset, Pb__ReadResult *result, struct bytes *ret_data)
{
	struct bytes whole = buf_bytes(&stage->directory);
	size_t size = offset >= whole.len ? 0 : whole.len - offset;

	if (size > 1000)
		size = 1000; /* small pieces, so that there are several */
	result->result_case = PB__READ_RESULT__RESULT_DIRECTORY_SIZE;
	result->directory_size = whole.len;
	*ret_data = bytes_of(whole.data + offset, size);
}

static bool was_handed(const struct stage *stage, uint32_t agency, uint64_t number)
{
	for (size_t i = 0; i < stage->item_count; i++)
		if (stage->items[i].number == number && stage->items[i].agency == agency && stage->items[i].out)
			return true;
	return false;
}

/* To whom the item that names it was handed. */
static void read_blob(struct stage *stage, const struct stage_frame *frame, const Pb__Read *read, Pb__ReadResult *result,
		      struct bytes *ret_data)
{
	if (!was_handed(stage, frame->session->agency, read->blob_item))
		return;
	for (size_t i = 0; i < stage->blob_count; i++)
		if (bytes_equal(bytes_of_pb(read->blob_sha256), digest_bytes(&stage->blobs[i]))) {
			result->result_case = PB__READ_RESULT__RESULT_BLOB_SIZE;
			result->blob_size = (uint32_t)stage->blob_bytes[i].len;
			*ret_data = buf_bytes(&stage->blob_bytes[i]);
		}
}

static void read_certificate(struct stage *stage, ProtobufCBinaryData digest, Pb__ReadResult *result, Pb__Binding *binding)
{
	for (size_t i = 0; i < stage->agency_count; i++) {
		const struct stage_agency *agency = &stage->agencies[i];

		if (agency->binding_seq == 0 || !bytes_equal(bytes_of_pb(digest), digest_bytes(certificate_digest(agency->bundle->signing_certificate))))
			continue;
		binding->agency = (char *)(uintptr_t)agency->id;
		binding->device = 1;
		binding->signing_certificate = pb_of_bytes(certificate_der(agency->bundle->signing_certificate));
		binding->sealing_certificate = pb_of_bytes(certificate_der(agency->bundle->sealing[0].certificate));
		result->result_case = PB__READ_RESULT__RESULT_CERTIFICATE;
		result->certificate = binding;
	}
}

static void read_receipt(struct stage *stage, const struct stage_frame *frame, uint64_t seq, Pb__ReadResult *result)
{
	if (seq >= stage->entry_count)
		return;
	result->result_case = PB__READ_RESULT__RESULT_RECEIPT;
	result->receipt = (Pb__ReceiptProof *)(uintptr_t)stage_receipt(stage, seq, &stage->agencies[frame->session->agency - 1], frame->arena);
}

static void read_receipt_of(struct stage *stage, const struct stage_frame *frame, ProtobufCBinaryData id, Pb__ReadResult *result)
{
	for (uint64_t seq = 0; seq < stage->entry_count; seq++) {
		const Pb__EntryBody *body = NULL;

		if (CODEC_DECODE(entry_body, buf_bytes(&stage->entries[seq].body), frame->arena, &body, NULL) == ERR_OK &&
		    body->body_case == PB__ENTRY_BODY__BODY_SUBMIT && bytes_equal(bytes_of_pb(body->submit->message_id), bytes_of_pb(id)))
			read_receipt(stage, frame, seq, result);
	}
}

static void read_inbox(struct stage *stage, const struct stage_frame *frame, uint64_t after, Pb__ReadResult *result)
{
	struct arena *arena = frame->arena;
	Pb__Inbox *inbox = arena_alloc(arena, sizeof *inbox);

	pb__inbox__init(inbox);
	inbox->items = arena_calloc(arena, STAGE_ITEMS, sizeof *inbox->items);
	for (size_t i = 0; i < stage->item_count; i++) {
		const struct stage_item *item = &stage->items[i];
		const Pb__Statement *statement = NULL;
		Pb__InboxItem *row = arena_alloc(arena, sizeof *row);

		if (item->dead || item->agency != frame->session->agency || item->number <= after || item->what != PB__ITEM_WHAT__ITEM_WHAT_MESSAGE ||
		    CODEC_DECODE(statement, item->statement, arena, &statement, NULL) != ERR_OK)
			continue;
		pb__inbox_item__init(row);
		row->item = item->number;
		row->message_id = statement->view->message_id;
		row->sender = statement->view->sender;
		row->kind = statement->view->kind;
		row->urgency = statement->view->urgency;
		row->attempts = item->attempts;
		row->accepted_at_us = (int64_t)be64_get(stage->entries[item->seq].header + 12);
		row->state = (char *)(uintptr_t)(item->out ? "leased" : "waiting");
		row->size = (uint32_t)item->parts.len;
		inbox->items[inbox->n_items++] = row;
	}
	result->result_case = PB__READ_RESULT__RESULT_INBOX;
	result->inbox = inbox;
}

static void add_station(Pb__Trace *trace, struct arena *arena, const char *what, const char *agency, uint64_t seq, const struct stage *stage)
{
	Pb__Station *station = arena_alloc(arena, sizeof *station);

	pb__station__init(station);
	station->what = (char *)(uintptr_t)what;
	station->agency = (char *)(uintptr_t)agency;
	station->seq = seq;
	station->at_us = (int64_t)be64_get(stage->entries[seq].header + 12);
	trace->stations[trace->n_stations++] = station;
}

/* The submission, and what became of the first recipient's copy. */
static void read_trace(struct stage *stage, const struct stage_frame *frame, ProtobufCBinaryData id, Pb__ReadResult *result)
{
	struct arena *arena = frame->arena;
	Pb__Trace *trace = arena_alloc(arena, sizeof *trace);

	pb__trace__init(trace);
	trace->message_id = id;
	trace->stations = arena_calloc(arena, 2, sizeof *trace->stations);
	for (size_t i = 0; i < stage->item_count && trace->n_stations == 0; i++) {
		const struct stage_item *item = &stage->items[i];
		const Pb__Statement *statement = NULL;

		if (item->what != PB__ITEM_WHAT__ITEM_WHAT_MESSAGE || CODEC_DECODE(statement, item->statement, arena, &statement, NULL) != ERR_OK ||
		    !bytes_equal(bytes_of_pb(statement->view->message_id), bytes_of_pb(id)))
			continue;
		add_station(trace, arena, "SUBMIT", stage->agencies[frame->session->agency - 1].address, item->seq, stage);
		if (item->dead)
			add_station(trace, arena, "ACKNOWLEDGE", stage->agencies[item->agency - 1].address, item->seq, stage);
	}
	if (trace->n_stations == 0)
		return;
	result->result_case = PB__READ_RESULT__RESULT_TRACE;
	result->trace = trace;
}

void stage_read(struct stage *stage, const struct stage_frame *frame)
{
	const Pb__Read *read = frame->message->read;
	Pb__FromBroker message = PB__FROM_BROKER__INIT;
	Pb__ReadResult result = PB__READ_RESULT__INIT;
	Pb__Refusal refusal = PB__REFUSAL__INIT;
	Pb__Binding binding = PB__BINDING__INIT;
	struct bytes data = bytes_of(NULL, 0);

	refusal.code = PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_MESSAGE;
	result.number = read->number;
	result.result_case = PB__READ_RESULT__RESULT_REFUSAL;
	result.refusal = &refusal;
	if (atomic_load(&stage->refuse_reads) > 0) {
		atomic_fetch_sub(&stage->refuse_reads, 1);
		refusal.code = PB__REFUSAL_CODE__REFUSAL_CODE_OVERLOADED;
		refusal.retry_after_ms = 20;
	} else if (atomic_load(&stage->lie) == LIE_NO_SUCH_RESULT && read->what_case != PB__READ__WHAT_DIRECTORY_OFFSET) {
		result.result_case = PB__READ_RESULT__RESULT_DIRECTORY_SIZE;
		result.directory_size = 1;
	} else if (read->what_case == PB__READ__WHAT_DIRECTORY_OFFSET) {
		read_directory(stage, read->directory_offset, &result, &data);
	} else if (read->what_case == PB__READ__WHAT_CONFIDENTIAL_OFFSET) {
		stage_read_records(stage, frame, read->confidential_offset, &result, &data);
	} else if (read->what_case == PB__READ__WHAT_BLOB_SHA256) {
		read_blob(stage, frame, read, &result, &data);
	} else if (read->what_case == PB__READ__WHAT_CERTIFICATE_SHA256) {
		read_certificate(stage, read->certificate_sha256, &result, &binding);
	} else if (read->what_case == PB__READ__WHAT_RECEIPT_SEQ) {
		read_receipt(stage, frame, read->receipt_seq, &result);
	} else if (read->what_case == PB__READ__WHAT_RECEIPT_MESSAGE_ID) {
		read_receipt_of(stage, frame, read->receipt_message_id, &result);
	} else if (read->what_case == PB__READ__WHAT_INBOX_AFTER) {
		read_inbox(stage, frame, read->inbox_after, &result);
	} else if (read->what_case == PB__READ__WHAT_TRACE_MESSAGE_ID) {
		read_trace(stage, frame, read->trace_message_id, &result);
	} else if (read->what_case == PB__READ__WHAT_LEGS) {
		stage_read_legs(stage, frame, &result);
	} else {
		stage_read_shelf(stage, frame, &result);
	}
	message.body_case = PB__FROM_BROKER__BODY_READ_RESULT;
	message.read_result = &result;
	stage_send(stage, frame->session, &message, data);
	atomic_fetch_add(&stage->tallies[TALLY_READS], 1);
}
