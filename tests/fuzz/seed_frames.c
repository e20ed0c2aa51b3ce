/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/seed_frames.c - pairs of frames: the choosing byte, the length of the control frame in four bytes, both frames. */
#include "seeds.h"

#include "contract/merkle.h"
#include "frame.pb-c.h"

enum { FROM_CLIENT, FROM_BROKER };

static void write_frame(const char *name, int side, const ProtobufCMessage *message, struct bytes data)
{
	struct bytes control = sample_packed(message);
	uint8_t length[4];
	struct buf frame;

	be32_put(length, (uint32_t)control.len);
	buf_init(&frame, SEED_MAX);
	buf_put(&frame, bytes_of(length, sizeof(length)));
	buf_put(&frame, control);
	buf_put(&frame, data);
	must(frame.err == ERR_OK, name);
	write_seed("frame", name, side, buf_bytes(&frame));
	buf_free(&frame);
}

static const struct bytes no_data;

/* ---- from clients ---- */

static void write_batch(const char *name, struct bytes statement, struct bytes data)
{
	Pb__FromClient frame = PB__FROM_CLIENT__INIT;
	Pb__Batch batch = PB__BATCH__INIT;
	Pb__Order order = PB__ORDER__INIT;
	Pb__Order *orders[] = { &order };
	ProtobufCBinaryData statements[1] = { pb_of_bytes(statement) };
	Pb__SignedOrder signed_order = PB__SIGNED_ORDER__INIT;

	order.n_statements = signed_order.n_statements = 1;
	order.statements = signed_order.statements = statements;
	seed_sign_order(&signed_order);
	batch.number = 3;
	batch.n_orders = 1;
	batch.orders = orders;
	batch.certificate_sha256 = signed_order.certificate_sha256;
	batch.signature = signed_order.signature;
	frame.body_case = PB__FROM_CLIENT__BODY_BATCH;
	frame.batch = &batch;
	write_frame(name, FROM_CLIENT, &frame.base, data);
}

static void write_statement(const char *name, Pb__Statement__BodyCase body_case, void *body)
{
	Pb__Statement statement = PB__STATEMENT__INIT;

	statement.body_case = body_case;
	statement.view = body; /* every member of the union is a pointer */
	write_batch(name, sample_packed(&statement.base), no_data);
}

static void seed_statements(void)
{
	struct digest hash = merkle_leaf(sample_statement());
	ProtobufCBinaryData view_hash = { DIGEST_BYTES, hash.bytes };
	Pb__Acknowledge__Item item = PB__ACKNOWLEDGE__ITEM__INIT;
	Pb__Acknowledge__Item *items[] = { &item, &item };
	Pb__Acknowledge acknowledge = PB__ACKNOWLEDGE__INIT;
	Pb__Refuse refuse = PB__REFUSE__INIT;
	Pb__BindDevice bind = PB__BIND_DEVICE__INIT;
	Pb__UnbindDevice unbind = PB__UNBIND_DEVICE__INIT;
	struct buf request;

	write_batch("batch-view", sample_statement(), sample_part());
	item.item = 7;
	item.view_hash = refuse.view_hash = view_hash;
	acknowledge.n_items = 2;
	acknowledge.items = items;
	write_statement("batch-acknowledge", PB__STATEMENT__BODY_ACKNOWLEDGE, &acknowledge);
	refuse.item = 7;
	refuse.reason = PB__REFUSE_REASON__REFUSE_REASON_NOT_AUTHENTIC;
	refuse.detail = pb_of_text("署名が合わない");
	write_statement("batch-refuse", PB__STATEMENT__BODY_REFUSE, &refuse);
	buf_init(&request, LIMIT_REQUEST_BYTES);
	must(certificate_request(seed_keys()->signing_key, SEED_ADDRESS, "desk-2", &request) == ERR_OK, "request");
	bind.device_name = pb_of_text("desk-2");
	bind.curve_key = view_hash;
	bind.signing_request = bind.sealing_request = pb_of_bytes(sample_kept(&request));
	write_statement("batch-bind", PB__STATEMENT__BODY_BIND_DEVICE, &bind);
	unbind.device = 2;
	unbind.compromised = true;
	write_statement("batch-unbind", PB__STATEMENT__BODY_UNBIND_DEVICE, &unbind);
}

static void seed_client(void)
{
	Pb__FromClient frame = PB__FROM_CLIENT__INIT;
	Pb__Hello hello = PB__HELLO__INIT;
	Pb__Credit credit = PB__CREDIT__INIT;
	Pb__BlobPut put = PB__BLOB_PUT__INIT;
	Pb__Read read = PB__READ__INIT;
	struct bytes segment = sample_segment();
	struct digest digest = digest_of(segment);

	seed_statements();
	hello.version_min = hello.version_max = 1;
	hello.agency = pb_of_text(SEED_ADDRESS);
	hello.software = pb_of_text("seeds");
	hello.known_epoch = 1;
	hello.known_size = 2;
	hello.receives = true;
	frame.body_case = PB__FROM_CLIENT__BODY_HELLO;
	frame.hello = &hello;
	write_frame("hello", FROM_CLIENT, &frame.base, no_data);
	credit.items = 64;
	credit.bytes = UINT64_MAX;
	frame.body_case = PB__FROM_CLIENT__BODY_CREDIT;
	frame.credit = &credit;
	write_frame("credit", FROM_CLIENT, &frame.base, no_data);
	put.number = 9;
	put.sha256 = pb_of_bytes(digest_bytes(&digest));
	put.size = (uint32_t)segment.len;
	frame.body_case = PB__FROM_CLIENT__BODY_BLOB_PUT;
	frame.blob_put = &put;
	write_frame("blob-put", FROM_CLIENT, &frame.base, segment);
	read.number = 10;
	read.what_case = PB__READ__WHAT_TRACE_MESSAGE_ID;
	read.trace_message_id = (ProtobufCBinaryData){ sizeof(sample_id), sample_id };
	frame.body_case = PB__FROM_CLIENT__BODY_READ;
	frame.read = &read;
	write_frame("read-trace", FROM_CLIENT, &frame.base, no_data);
	frame.body_case = PB__FROM_CLIENT__BODY_PING;
	frame.ping = 7;
	write_frame("ping", FROM_CLIENT, &frame.base, no_data);
}

/* ---- from brokers ---- */

static Pb__Binding *binding(void)
{
	static Pb__Binding binding = PB__BINDING__INIT;

	binding.agency = pb_of_text(SEED_AGENCY);
	binding.device = 1;
	binding.device_name = pb_of_text("desk");
	binding.signing_certificate = pb_of_bytes(certificate_der(seed_keys()->signing));
	binding.sealing_certificate = pb_of_bytes(certificate_der(seed_keys()->sealing));
	binding.bound_at_us = SEED_NOW_US;
	return &binding;
}

static void seed_welcome(void)
{
	Pb__FromBroker frame = PB__FROM_BROKER__INIT;
	Pb__Welcome welcome = PB__WELCOME__INIT;
	Pb__Binding *bindings[] = { binding() };

	welcome.version = 1;
	welcome.site = pb_of_text(SEED_SITE);
	welcome.epoch = 1;
	welcome.now_us = SEED_NOW_US;
	welcome.agency = pb_of_text(SEED_ADDRESS);
	welcome.device = 1;
	welcome.checkpoint = sample_ledger()->note;
	welcome.n_bindings = 1;
	welcome.bindings = bindings;
	welcome.heartbeat_ms = 5000;
	frame.body_case = PB__FROM_BROKER__BODY_WELCOME;
	frame.welcome = &welcome;
	write_frame("welcome", FROM_BROKER, &frame.base, no_data);
}

/* What was accepted, refused, and accepted before, in one tree. */
static void seed_replies(void)
{
	struct seed_ledger *ledger = sample_ledger();
	Pb__FromBroker frame = PB__FROM_BROKER__INIT;
	Pb__Replies replies = PB__REPLIES__INIT;
	Pb__Accepted accepted[2] = { PB__ACCEPTED__INIT, PB__ACCEPTED__INIT };
	Pb__Refusal refusal = PB__REFUSAL__INIT;
	Pb__Reply reply[3] = { PB__REPLY__INIT, PB__REPLY__INIT, PB__REPLY__INIT };
	Pb__Reply *pointers[] = { &reply[0], &reply[1], &reply[2] };
	Pb__Urgency lanes[] = { PB__URGENCY__URGENCY_ROUTINE };

	for (size_t i = 0; i < 2; i++) {
		accepted[i].header = (ProtobufCBinaryData){ LEAF_HEADER_BYTES, ledger->headers[i] };
		accepted[i].body_hash = pb_of_bytes(digest_bytes(&ledger->body_hashes[i]));
		accepted[i].n_lanes = 1;
		accepted[i].lanes = lanes;
		reply[i].outcome_case = PB__REPLY__OUTCOME_ACCEPTED;
		reply[i].accepted = &accepted[i];
	}
	accepted[0].duplicate = true;
	accepted[0].inclusion = pb_of_bytes(digest_bytes(&ledger->leaves[1]));
	refusal.code = PB__REFUSAL_CODE__REFUSAL_CODE_STALE_KEY;
	refusal.subject = pb_of_text(SEED_ADDRESS);
	reply[2].outcome_case = PB__REPLY__OUTCOME_REFUSAL;
	reply[2].refusal = &refusal;
	replies.batch = 3;
	replies.n_replies = 3;
	replies.replies = pointers;
	replies.checkpoint = ledger->note;
	replies.range_path = pb_of_bytes(digest_bytes(&ledger->leaves[0]));
	frame.body_case = PB__FROM_BROKER__BODY_REPLIES;
	frame.replies = &replies;
	write_frame("replies", FROM_BROKER, &frame.base, no_data);
}

/* The ledger's second entry, told as a run of one. */
static void seed_run(void)
{
	struct seed_ledger *ledger = sample_ledger();
	Pb__FromBroker frame = PB__FROM_BROKER__INIT;
	Pb__Replies replies = PB__REPLIES__INIT;
	Pb__AcceptedRun run = PB__ACCEPTED_RUN__INIT;
	Pb__Urgency lanes[] = { PB__URGENCY__URGENCY_ROUTINE };

	run.header = (ProtobufCBinaryData){ LEAF_HEADER_BYTES, ledger->headers[1] };
	run.body_hashes = pb_of_bytes(digest_bytes(&ledger->body_hashes[1]));
	run.n_lanes = 1;
	run.lanes = lanes;
	replies.batch = 3;
	replies.run = &run;
	replies.checkpoint = ledger->note;
	replies.range_path = pb_of_bytes(digest_bytes(&ledger->leaves[0]));
	frame.body_case = PB__FROM_BROKER__BODY_REPLIES;
	frame.replies = &replies;
	write_frame("run", FROM_BROKER, &frame.base, no_data);
}

static void seed_handout(void)
{
	Pb__FromBroker frame = PB__FROM_BROKER__INIT;
	Pb__Handout handout = PB__HANDOUT__INIT;
	Pb__HandoutSource source = PB__HANDOUT_SOURCE__INIT;
	Pb__HandoutSource *sources[] = { &source };
	Pb__HandoutItem item = PB__HANDOUT_ITEM__INIT;
	Pb__HandoutItem *items[] = { &item };
	Pb__SignedOrder order = PB__SIGNED_ORDER__INIT;
	ProtobufCBinaryData statements[] = { pb_of_bytes(sample_statement()) };

	order.n_statements = 1;
	order.statements = statements;
	seed_sign_order(&order);
	source.certificate_sha256 = order.certificate_sha256;
	source.signature = order.signature;
	source.count = item.view_count = 1;
	item.item = 7;
	item.statement = statements[0];
	item.seq = 1;
	item.accepted_at_us = SEED_NOW_US;
	handout.n_sources = handout.n_items = 1;
	handout.sources = sources;
	handout.items = items;
	frame.body_case = PB__FROM_BROKER__BODY_HANDOUT;
	frame.handout = &handout;
	write_frame("handout", FROM_BROKER, &frame.base, sample_part());
	item.what = PB__ITEM_WHAT__ITEM_WHAT_RELEASE;
	item.about = 5;
	write_frame("handout-release", FROM_BROKER, &frame.base, sample_part());
	item.what = PB__ITEM_WHAT__ITEM_WHAT_SEAL_TASK;
	item.notice = pb_of_bytes(sample_notice());
	write_frame("handout-seal-task", FROM_BROKER, &frame.base, sample_part());
	pb__handout_item__init(&item);
	item.item = 8;
	item.what = PB__ITEM_WHAT__ITEM_WHAT_NOTICE;
	item.notice = pb_of_bytes(sample_notice());
	handout.n_sources = 0;
	write_frame("handout-notice", FROM_BROKER, &frame.base, no_data);
}

static void seed_results(void)
{
	Pb__FromBroker frame = PB__FROM_BROKER__INIT;
	Pb__ReadResult result = PB__READ_RESULT__INIT;
	Pb__Inbox inbox = PB__INBOX__INIT;
	Pb__InboxItem item = PB__INBOX_ITEM__INIT;
	Pb__InboxItem *items[] = { &item };
	Pb__Notice notice = PB__NOTICE__INIT;
	Pb__ReceiptProof proof;

	seed_ledger_prove(sample_ledger(), 1, 0, &proof);
	frame.body_case = PB__FROM_BROKER__BODY_READ_RESULT;
	frame.read_result = &result;
	result.number = 10;
	result.checkpoint = sample_ledger()->note;
	result.result_case = PB__READ_RESULT__RESULT_RECEIPT;
	result.receipt = &proof;
	write_frame("read-receipt", FROM_BROKER, &frame.base, no_data);
	result.result_case = PB__READ_RESULT__RESULT_CERTIFICATE;
	result.certificate = binding();
	write_frame("read-certificate", FROM_BROKER, &frame.base, no_data);
	item.item = 7;
	item.message_id = (ProtobufCBinaryData){ sizeof(sample_id), sample_id };
	item.sender = pb_of_text(SEED_ADDRESS);
	item.kind = PB__KIND__KIND_REQUEST;
	item.what = PB__ITEM_WHAT__ITEM_WHAT_NOTICE;
	item.notice = PB__NOTICE_WHAT__NOTICE_WHAT_ALARM;
	inbox.n_items = 1;
	inbox.items = items;
	result.result_case = PB__READ_RESULT__RESULT_INBOX;
	result.inbox = &inbox;
	write_frame("read-inbox", FROM_BROKER, &frame.base, no_data);
	notice.kind = PB__NOTICE_KIND__NOTICE_KIND_BINDING;
	notice.binding = binding();
	frame.body_case = PB__FROM_BROKER__BODY_NOTICE;
	frame.notice = &notice;
	write_frame("notice", FROM_BROKER, &frame.base, no_data);
}

void seed_frames(void)
{
	seed_client();
	seed_welcome();
	seed_replies();
	seed_run();
	seed_handout();
	seed_results();
}
