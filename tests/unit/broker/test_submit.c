/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/limits.h"
#include "contract/merkle.h"
#include "ledger/entry.h"
#include "site.h"
#include "store/parts.h"
#include "unit.h"

static struct site site;
static struct desk_device alice, bob, carol;

static const char *const three[] = { "alice", "bob", "carol", "silent" };

static void set_up(void)
{
	site = (struct site){ 0 };
	site_open(&site);
	site_directory(&site, three, 4);
	alice = site_enrol(&site, "alice");
	bob = site_enrol(&site, "bob");
	carol = site_enrol(&site, "carol");
}

static uint64_t seq_of(const Pb__Reply *reply)
{
	struct leaf_header header = { 0 };

	require(reply->outcome_case == PB__REPLY__OUTCOME_ACCEPTED);
	require_ok(leaf_header_decode(bytes_of_pb(reply->accepted->header), &header));
	return header.seq;
}

static void test_accepted(void)
{
	struct draft draft;
	const Pb__Accepted *accepted;
	struct delivery delivery;
	uint64_t seq, found;
	struct buf part;
	struct digest digest;
	uint8_t expected[100];
	struct txn *txn;

	set_up();
	draft = site_draft(&site, &alice, &bob);
	draft.to[1] = &carol;
	draft.to_count = 2;
	draft.urgency = PB__URGENCY__URGENCY_SOON;
	site_submit(&site, &draft);
	require(site_refusal(&site, 0) == 0);
	accepted = site_reply(&site, 0)->accepted;
	seq = seq_of(site_reply(&site, 0));
	check(!accepted->duplicate);
	check_uint(accepted->n_lanes, 2);
	check_int(accepted->lanes[1], PB__URGENCY__URGENCY_SOON);

	delivery = site_delivery(&site, site_item(&site, 2));
	check_uint(delivery.seq, seq);
	check_uint(delivery.recipient, 1);
	check_uint(delivery.agency, carol.agency);
	check_uint(delivery.sender, alice.agency);
	check_int(delivery.state, DELIVERY_WAITING);

	txn = site_read(&site);
	check_ok(message_seq(txn, draft.id, alice.agency, &found));
	check_uint(found, seq);
	check_err(message_seq(txn, draft.id, bob.agency, &found), ERR_NOT_FOUND);
	check_ok(message_seq(txn, draft.id, 0, &found));
	memset(expected, 16, sizeof(expected));
	memcpy(expected, draft.id, 16);
	digest = digest_of(bytes_of(expected, sizeof(expected)));
	buf_init(&part, 1000);
	check_ok(part_load(txn, seq, 1, sizeof(expected), &digest, &part));
	buf_free(&part);
	txn_abort(txn);
	check_uint(broker_waiting(site.broker, bob.agency), 1);
	site_close(&site);
}

/* Sizes of all its parts, and beside them which of those wait for whoever accepts. */
static void test_parts_held(void)
{
	const Pb__SubmitEntry__Recipient *recipient;
	const Pb__EntryBody *body;
	struct draft draft;
	struct entry entry;
	struct arena arena;
	struct txn *txn;

	set_up();
	draft = site_draft(&site, &alice, &bob);
	draft.kind = PB__KIND__KIND_REQUEST;
	draft.parts = 3;
	site_submit(&site, &draft);
	txn = site_read(&site);
	arena_init(&arena, 1 << 20);
	require_ok(entry_decode(txn, seq_of(site_reply(&site, 0)), &arena, &entry, &body));
	recipient = body->submit->recipients[0];
	require(recipient->n_part_sizes == 3 && recipient->n_held == 2);
	for (size_t i = 0; i < 3; i++)
		check_uint(recipient->part_sizes[i], 100);
	check_uint(recipient->held[0], 1);
	check_uint(recipient->held[1], 2);
	arena_free(&arena);
	txn_abort(txn);
	site_close(&site);
}

/* The receipt's own proof leads from the entry to the checkpoint's root. */
static void test_range_proof(void)
{
	struct inbound *frame;
	const Pb__Replies *replies;
	struct checkpoint checkpoint;
	struct digest leaves[5], root;
	uint64_t from;

	set_up();
	frame = frame_new(&alice);
	for (int i = 0; i < 5; i++) {
		struct draft draft = site_draft(&site, &alice, &bob);

		frame_submit(frame, &draft);
	}
	site_run(&site, frame);
	replies = site_replies(&site, 0);
	require(replies != NULL && replies->n_replies == 5);
	from = seq_of(replies->replies[0]);
	for (size_t i = 0; i < 5; i++) {
		const Pb__Accepted *accepted = replies->replies[i]->accepted;
		struct digest body_hash;

		check_uint(seq_of(replies->replies[i]), from + i);
		memcpy(body_hash.bytes, accepted->body_hash.data, DIGEST_BYTES);
		leaves[i] = leaf_hash(accepted->header.data, &body_hash);
	}
	require_ok(checkpoint_parse(bytes_of_text(replies->checkpoint), &checkpoint));
	check_ok(merkle_range_root(leaves, from, from + 5, checkpoint.size, bytes_of_pb(replies->range_path), &root));
	check(digest_equal(&root, &checkpoint.root));
	site_close(&site);
}

static void test_duplicate(void)
{
	struct draft draft;
	struct inbound *first, *second;
	uint64_t seq, entries;
	struct checkpoint checkpoint;
	struct digest body_hash, leaf, root;
	const Pb__Replies *replies;

	set_up();
	draft = site_draft(&site, &alice, &bob);
	first = frame_new(&alice);
	frame_submit(first, &draft);
	second = frame_new(&alice);
	frame_submit(second, &draft);
	/* the same bytes: Views carry nonces, so a repeat sends what was sent */
	((struct bytes *)(uintptr_t)second->batch.orders[0].statements)[0] =
		bytes_of(arena_copy(&second->arena, first->batch.orders[0].statements[0]), first->batch.orders[0].statements[0].len);
	((struct digest *)(uintptr_t)second->batch.orders[0].leaf_hashes)[0] = first->batch.orders[0].leaf_hashes[0];
	site_run(&site, first);
	seq = seq_of(site_reply(&site, 0));
	entries = ledger_size(site.broker->ledger);
	site_run(&site, second);
	replies = site_replies(&site, 0);
	require(site_refusal(&site, 0) == 0);
	check(replies->replies[0]->accepted->duplicate);
	check_uint(seq_of(replies->replies[0]), seq);
	check_uint(ledger_size(site.broker->ledger), entries);
	check_uint(replies->range_path.len, 0);
	require_ok(checkpoint_parse(bytes_of_text(replies->checkpoint), &checkpoint));
	memcpy(body_hash.bytes, replies->replies[0]->accepted->body_hash.data, DIGEST_BYTES);
	leaf = leaf_hash(replies->replies[0]->accepted->header.data, &body_hash);
	check_ok(merkle_path_root(&leaf, seq, checkpoint.size, bytes_of_pb(replies->replies[0]->accepted->inclusion), &root));
	check(digest_equal(&root, &checkpoint.root));
	check_uint(broker_waiting(site.broker, bob.agency), 1);
	site_close(&site);
}

static void test_duplicate_in_one_frame(void)
{
	struct draft draft;
	struct inbound *frame;

	set_up();
	draft = site_draft(&site, &alice, &bob);
	frame = frame_new(&alice);
	frame_submit(frame, &draft);
	frame_submit(frame, &draft); /* another nonce: other content */
	((struct inbound_order *)(uintptr_t)frame->batch.orders)[frame->batch.count] = frame->batch.orders[0];
	frame->batch.count++;
	site_run(&site, frame);
	check_int(site_refusal(&site, 0), 0);
	check_int(site_refusal(&site, 1), REFUSE(CONFLICT));
	require(site_refusal(&site, 2) == 0);
	check(site_reply(&site, 2)->accepted->duplicate);
	check_uint(seq_of(site_reply(&site, 2)), seq_of(site_reply(&site, 0)));
	site_close(&site);
}

/* The same Views but for the last, or with the two of them the other way round, are another message. */
static void test_part_of_the_former(void)
{
	struct draft draft;
	struct inbound *frame, *again;
	struct inbound_order *order;
	struct digest *hashes;

	set_up();
	draft = site_draft(&site, &alice, &bob);
	draft.to[1] = &carol;
	draft.to_count = 2;
	frame = frame_new(&alice);
	frame_submit(frame, &draft);
	again = frame_new(&alice);
	frame_submit(again, &draft);
	order = (struct inbound_order *)(uintptr_t)again->batch.orders;
	hashes = (struct digest *)(uintptr_t)order->leaf_hashes;
	hashes[0] = frame->batch.orders[0].leaf_hashes[0];
	hashes[1] = frame->batch.orders[0].leaf_hashes[1];
	order[1] = order[0];
	order[1].statement_count = order[1].part_count = 1;
	order[2] = order[0];
	order[2].leaf_hashes = (struct digest[]){ hashes[1], hashes[0] };
	again->batch.count = 3;
	site_run(&site, frame);
	require(site_refusal(&site, 0) == 0);
	site_run(&site, again);
	check_int(site_refusal(&site, 0), 0);
	check(site_reply(&site, 0)->accepted->duplicate);
	check_int(site_refusal(&site, 1), REFUSE(CONFLICT));
	check_int(site_refusal(&site, 2), REFUSE(CONFLICT));
	site_close(&site);
}

/* A refusal uses up no id (P3). */
static void test_refusal_keeps_the_id(void)
{
	struct desk_device silent;
	struct draft draft;

	set_up();
	site_make_device(&site, "silent", &silent);
	draft = site_draft(&site, &alice, &silent);
	site_submit(&site, &draft);
	check_int(site_refusal(&site, 0), REFUSE(NOT_ENROLLED));
	check_text(site_reply(&site, 0)->refusal->subject, "silent@" SITE_NAME);
	check_uint(site_replies(&site, 0)->range_path.len, 0);
	draft.to[0] = &bob;
	site_submit(&site, &draft);
	check_int(site_refusal(&site, 0), 0);
	site_close(&site);
}

/* ---- each thing that can be said against a message ---- */

static void other_kind(Pb__View *view, size_t index)
{
	if (index == 1)
		view->kind = PB__KIND__KIND_CONFERENCE;
}

static void other_sender(Pb__View *view, size_t index)
{
	(void)index;
	view->sender = (char *)(uintptr_t)"bob@" SITE_NAME;
}

static void no_nonce(Pb__View *view, size_t index)
{
	(void)index;
	view->nonce.len = 15;
}

static void no_case(Pb__View *view, size_t index)
{
	(void)index;
	view->case_id.len = 0;
}

static void stranger(Pb__View *view, size_t index)
{
	if (index == 1)
		view->recipient = (char *)(uintptr_t)"nobody@" SITE_NAME;
}

static void other_site(Pb__View *view, size_t index)
{
	if (index == 0)
		view->recipient = (char *)(uintptr_t)"bob@elsewhere";
}

static void twice(Pb__View *view, size_t index)
{
	(void)index;
	view->recipient = (char *)(uintptr_t)"bob@" SITE_NAME;
}

static void not_for_bob(Pb__View *view, size_t index)
{
	(void)index;
	view->sealed_to++;
	view->n_sealed_to--;
}

static void for_a_stranger(Pb__View *view, size_t index)
{
	static uint8_t foreign[DIGEST_BYTES] = { 1 };

	(void)index;
	view->sealed_to[1] = pb_of_bytes(bytes_of(foreign, sizeof(foreign)));
}

static void old_id(Pb__View *view, size_t index)
{
	(void)index;
	be64_put(view->message_id.data, ((uint64_t)SITE_NOW_US / 1000 - 401ull * 86400 * 1000) << 16 | 0x7000);
}

static void future_id(Pb__View *view, size_t index)
{
	(void)index;
	be64_put(view->message_id.data, ((uint64_t)SITE_NOW_US / 1000 + 11 * 60 * 1000) << 16 | 0x7000);
}

static void version_4(Pb__View *view, size_t index)
{
	(void)index;
	view->message_id.data[6] = 0x40;
}

static void identity(Pb__View *view, size_t index)
{
	(void)index;
	view->parts[0]->classes[0] = PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_IDENTITY;
}

static void whereabouts(Pb__View *view, size_t index)
{
	(void)index;
	view->basis->basis = PB__BASIS__BASIS_CONSENT;
	view->basis->consent_id = view->case_id;
	view->parts[0]->classes[0] = PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_WHEREABOUTS;
}

static void no_basis(Pb__View *view, size_t index)
{
	(void)index;
	view->basis = NULL;
}

static void request_without_ask(Pb__View *view, size_t index)
{
	(void)index;
	view->kind = PB__KIND__KIND_REQUEST;
}

static void note_supported(Pb__View *view, size_t index)
{
	(void)index;
	view->co_support = true;
}

static void a_request(Pb__View *view)
{
	view->kind = PB__KIND__KIND_REQUEST;
	view->ask = PB__ASK__ASK_ADVISE;
	view->take = PB__TAKE__TAKE_ALL;
}

static void supported_of_one(Pb__View *view, size_t index)
{
	a_request(view);
	view->co_support = index > 0;
}

static void reports_of_one(Pb__View *view, size_t index)
{
	a_request(view);
	view->report_days = 30 * (uint32_t)index;
}

static void first_of_one(Pb__View *view, size_t index)
{
	a_request(view);
	view->take = index > 0 ? PB__TAKE__TAKE_ANY_ONE : PB__TAKE__TAKE_ALL;
}

static void closes_of_one(Pb__View *view, size_t index)
{
	a_request(view);
	view->close = index > 0 ? PB__OUTCOME__OUTCOME_RESOLVED : PB__OUTCOME__OUTCOME_UNSPECIFIED;
}

static void answer_of_one(Pb__View *view, size_t index)
{
	view->respond_by_us = index > 0 ? SITE_NOW_US : 0;
}

static void end_of_one(Pb__View *view, size_t index)
{
	view->expires_at_us = SITE_NOW_US + (int64_t)index;
}

static void directory_of_one(Pb__View *view, size_t index)
{
	view->directory_version += index;
}

static void expired(Pb__View *view, size_t index)
{
	(void)index;
	view->expires_at_us = SITE_NOW_US;
}

static void unreleased(Pb__View *view, size_t index)
{
	(void)index;
	view->parts[0]->release = PB__RELEASE__RELEASE_UNSPECIFIED;
}

static void test_objections(void)
{
	static const struct {
		const char *name;
		void (*change)(Pb__View *view, size_t index);
		Pb__RefusalCode code;
	} cases[] = {
		{ "Views differ in kind", other_kind, REFUSE(MALFORMED) },
		{ "a note goes on supporting", note_supported, REFUSE(MALFORMED) },
		{ "another's name", other_sender, REFUSE(NOT_YOURS) },
		{ "no nonce", no_nonce, REFUSE(MALFORMED) },
		{ "no case", no_case, REFUSE(MALFORMED) },
		{ "unknown agency", stranger, REFUSE(UNKNOWN_AGENCY) },
		{ "another site", other_site, REFUSE(UNKNOWN_AGENCY) },
		{ "one recipient twice", twice, REFUSE(MALFORMED) },
		{ "not sealed to the recipient", not_for_bob, REFUSE(STALE_KEY) },
		{ "sealed to a stranger", for_a_stranger, REFUSE(STALE_KEY) },
		{ "an id of long ago", old_id, REFUSE(ID_TIME) },
		{ "an id of the future", future_id, REFUSE(ID_TIME) },
		{ "no UUIDv7", version_4, REFUSE(MALFORMED) },
		{ "identity, anonymously", identity, REFUSE(BASIS) },
		{ "whereabouts before acceptance", whereabouts, REFUSE(BASIS) },
		{ "no basis", no_basis, REFUSE(BASIS) },
		{ "a request that asks nothing", request_without_ask, REFUSE(MALFORMED) },
		{ "expired", expired, REFUSE(EXPIRED) },
		{ "a part that is never released", unreleased, REFUSE(MALFORMED) },
	};
	uint64_t entries;

	set_up();
	entries = ledger_size(site.broker->ledger);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct draft draft = site_draft(&site, &alice, &bob);

		unit_context("%s", cases[i].name);
		draft.to[1] = &carol;
		draft.to_count = 2;
		draft.change = cases[i].change;
		site_submit(&site, &draft);
		check_int(site_refusal(&site, 0), cases[i].code);
		check_uint(ledger_size(site.broker->ledger), entries);
	}
	unit_context(" ");
	check_uint(broker_waiting(site.broker, bob.agency), 0);
	site_close(&site);
}

/* What differs is named, not what stands beside it. */
static void test_differing(void)
{
	static const struct {
		const char *field;
		void (*change)(Pb__View *view, size_t index);
	} cases[] = {
		{ "kind", other_kind },		 { "co_support", supported_of_one }, { "report_days", reports_of_one }, { "take", first_of_one },
		{ "close", closes_of_one },	 { "respond_by_us", answer_of_one }, { "expires_at_us", end_of_one },
		{ "directory_version", directory_of_one },
	};

	set_up();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct draft draft = site_draft(&site, &alice, &bob);

		unit_context("%s", cases[i].field);
		draft.to[1] = &carol;
		draft.to_count = 2;
		draft.change = cases[i].change;
		site_submit(&site, &draft);
		check_int(site_refusal(&site, 0), REFUSE(MALFORMED));
		check_text(site_reply(&site, 0)->refusal->subject, cases[i].field);
	}
	unit_context(" ");
	site_close(&site);
}

static void test_mailbox_full(void)
{
	struct draft draft;

	site = (struct site){ .options.mailbox_items_max = 2 };
	site_open(&site);
	site_directory(&site, three, 4);
	alice = site_enrol(&site, "alice");
	bob = site_enrol(&site, "bob");
	for (int i = 0; i < 3; i++) {
		draft = site_draft(&site, &alice, &bob);
		site_submit(&site, &draft);
	}
	check_int(site_refusal(&site, 0), REFUSE(MAILBOX_FULL));
	check_int(site_reply(&site, 0)->refusal->value, 2);
	check_int(site_reply(&site, 0)->refusal->bound, 2);
	draft.urgency = PB__URGENCY__URGENCY_DANGER;
	site_submit(&site, &draft);
	check_int(site_refusal(&site, 0), 0);
	site_close(&site);
}

static void test_site_full(void)
{
	struct draft draft;

	site = (struct site){ .options.items_max = 16 };
	site_open(&site);
	site_directory(&site, three, 4);
	alice = site_enrol(&site, "alice");
	bob = site_enrol(&site, "bob");
	for (int i = 0; i < 17; i++) {
		draft = site_draft(&site, &alice, &bob);
		site_submit(&site, &draft);
		check_int(site_refusal(&site, 0), i < 16 ? 0 : REFUSE(MAILBOX_FULL));
	}
	draft.urgency = PB__URGENCY__URGENCY_DANGER;
	site_submit(&site, &draft);
	check_int(site_refusal(&site, 0), 0);
	draft = site_draft(&site, &alice, &bob);
	draft.urgency = PB__URGENCY__URGENCY_DANGER;
	site_submit(&site, &draft);
	check_int(site_refusal(&site, 0), REFUSE(MAILBOX_FULL)); /* danger has its bound too */
	site_close(&site);
}

static void test_blobs(void)
{
	struct digest digest = digest_of(bytes_of("a sealed segment", 16));
	struct draft draft;
	uint64_t rows;

	set_up();
	draft = site_draft(&site, &alice, &bob);
	draft.blob = &digest;
	draft.blob_size = 16;
	site_submit(&site, &draft);
	check_int(site_refusal(&site, 0), REFUSE(MISSING_BLOB));
	check_uint(strlen(site_reply(&site, 0)->refusal->subject), 64);
	site_run(&site, site_blob(&alice, bytes_of("a sealed segment", 16)));
	require(site_told(&site, OUTBOUND_FRAME, 0) != NULL);
	check_int(site_told(&site, OUTBOUND_FRAME, 0)->frame->body_case, PB__FROM_BROKER__BODY_BLOB_STORED);
	check(site_told(&site, OUTBOUND_FRAME, 0)->frame->blob_stored->refusal == NULL);
	check_uint(site_told(&site, OUTBOUND_FRAME, 0)->frame->blob_stored->number, 7);
	site_submit(&site, &draft);
	check_int(site_refusal(&site, 0), 0);
	draft = site_draft(&site, &carol, &bob); /* who knows the digest, and names it to have it read */
	draft.blob = &digest;
	draft.blob_size = 16;
	site_submit(&site, &draft);
	check_int(site_refusal(&site, 0), REFUSE(NOT_YOURS));
	check_uint(strlen(site_reply(&site, 0)->refusal->subject), 64);
	site_run(&site, site_blob(&alice, bytes_of("nobody refers to me", 19)));
	site_table_digest(&site, TABLE_BLOB_INDEX, &rows);
	check_uint(rows, 2);
	site_pass(&site, (int64_t)(LIMIT_BLOB_ORPHAN_S + 1000) * 1000000);
	site_run(&site, NULL);
	site_table_digest(&site, TABLE_BLOB_INDEX, &rows);
	check_uint(rows, 1);
	site_close(&site);
}

/* Statements that are not all Views, or that are two where one is due. */
static void test_mixed_orders(void)
{
	struct draft draft;
	struct inbound *frame;
	struct inbound_order *orders;
	uint64_t item = 1;
	struct digest hash = { 0 };

	set_up();
	draft = site_draft(&site, &alice, &bob);
	draft.to[1] = &carol;
	draft.to_count = 2;
	frame = frame_new(&alice);
	frame_submit(frame, &draft);
	frame_acknowledge(frame, &item, &hash, 1);
	orders = (struct inbound_order *)(uintptr_t)frame->batch.orders;
	((const Pb__Statement **)(uintptr_t)orders[0].decoded)[1] = orders[1].decoded[0];
	orders[2] = orders[0];
	orders[2].statement_count = 0;
	frame->batch.count = 3;
	site_run(&site, frame);
	check_int(site_refusal(&site, 0), REFUSE(MALFORMED));
	check_int(site_refusal(&site, 1), REFUSE(UNKNOWN_ITEM));
	check_int(site_refusal(&site, 2), REFUSE(MALFORMED));
	site_close(&site);
}

UNIT_SUITE("broker/submit",
	{ "a message of two Views is recorded with its parts", test_accepted },
	{ "parts, and which of them are held", test_parts_held },
	{ "one proof serves a frame's entries", test_range_proof },
	{ "a repeat gets the first receipt, with its own proof", test_duplicate },
	{ "a repeat within one frame, and a conflict", test_duplicate_in_one_frame },
	{ "other Views under an id that was used, some of them the same", test_part_of_the_former },
	{ "a refusal uses up no id", test_refusal_keeps_the_id },
	{ "what can be said against a message", test_objections },
	{ "what differs between Views is named", test_differing },
	{ "a full mailbox refuses all but danger", test_mailbox_full },
	{ "a full site refuses, danger a little later", test_site_full },
	{ "segments come first, and die when nobody refers to them", test_blobs },
	{ "orders of mixed statements", test_mixed_orders });
