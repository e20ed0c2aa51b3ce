/* SPDX-License-Identifier: Apache-2.0 */
/* A whole site in one process, spoken to over real sockets. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "contract/batch.h"
#include "contract/checkpoint.h"
#include "contract/leaf.h"
#include "contract/limits.h"
#include "house.h"

static const char *const ids[] = { "alpha", "beta", "gamma" };
static struct house house;
static struct visitor alpha, beta, gamma;

static void open_three(void)
{
	house_open(&house, NULL);
	house_directory(&house, ids, 3);
	visitor_new(&alpha, &house, "alpha");
	visitor_new(&beta, &house, "beta");
	visitor_new(&gamma, &house, "gamma");
	visitor_enrol(&alpha);
	visitor_enrol(&beta);
	visitor_enrol(&gamma);
}

static void close_three(void)
{
	visitor_free(&alpha);
	visitor_free(&beta);
	visitor_free(&gamma);
	house_close(&house);
}

/* One note from alpha; its id and the reply's header. */
static void submit(const struct visitor *const *to, size_t count, uint8_t id[16], struct leaf_header *ret_header)
{
	const Pb__Replies *replies;
	struct parcels parcels;

	parcels_begin(&parcels);
	parcels_note(&parcels, &alpha, to, count, 1000, id, NULL);
	visitor_send_batch(&alpha, &parcels, NULL);
	replies = visitor_replies(&alpha);
	require(replies->n_replies == 1);
	require(replies->replies[0]->outcome_case == PB__REPLY__OUTCOME_ACCEPTED);
	check_ok(leaf_header_decode(bytes_of_pb(replies->replies[0]->accepted->header), ret_header));
	parcels_free(&parcels);
}

static void test_main_job(void)
{
	const struct visitor *to[] = { &beta, &gamma };
	const Pb__Handout *handout;
	const Pb__Replies *replies;
	struct leaf_header header;
	struct digest order, root;
	struct parcels parcels;
	struct buf message;
	uint8_t id[16];

	open_three();
	submit(to, 2, id, &header);
	visitor_credit(&beta, 10, 1 << 20);
	handout = visitor_await(&beta, PB__FROM_BROKER__BODY_HANDOUT)->handout;
	require(handout->n_items == 1 && handout->n_sources == 1);
	check_uint(handout->items[0]->seq, header.seq);
	check_uint(handout->items[0]->view_count, 2);
	check_uint(beta.data.len, 1000);
	check(!handout->items[0]->redelivered);

	/* The sender's own word, from the statement to the signature. */
	order = merkle_leaf(bytes_of_pb(handout->items[0]->statement));
	check_ok(merkle_path_root(&order, handout->items[0]->view_index, 2, bytes_of_pb(handout->items[0]->view_path), &root));
	order = order_hash_of_root(&root);
	check_ok(merkle_path_root(&order, handout->items[0]->order_index, handout->sources[0]->count,
				  bytes_of_pb(handout->items[0]->order_path), &root));
	buf_init(&message, 1000);
	batch_signed_message(HOUSE_SITE, &alpha.signer, &root, &message);
	check_ok(certificate_verify(alpha.signing_certificate, buf_bytes(&message), bytes_of_pb(handout->sources[0]->signature)));
	buf_free(&message);

	parcels_begin(&parcels);
	parcels_acknowledge(&parcels, handout->items[0]->item, bytes_of_pb(handout->items[0]->statement));
	visitor_send_batch(&beta, &parcels, NULL);
	replies = visitor_replies(&beta);
	check_int(replies->replies[0]->outcome_case, PB__REPLY__OUTCOME_ACCEPTED);
	parcels_free(&parcels);
	close_three();
}

static void test_welcome_proves_the_past(void)
{
	const Pb__Welcome *welcome;
	struct checkpoint before, after;
	struct leaf_header header;
	uint8_t id[16], key[ED25519_BYTES];
	const struct visitor *to[] = { &beta };

	open_three();
	require_ok(ed25519_public(house.keys.checkpoint, key));
	visitor_connect(&beta, beta.curve_public, beta.curve_secret);
	welcome = visitor_hello(&beta);
	check_text(welcome->site, HOUSE_SITE);
	check_uint(welcome->n_bindings, 1);
	check_ok(checkpoint_open(bytes_of_text(welcome->checkpoint), HOUSE_SITE "/1", key, &before));
	check_uint(welcome->consistency.len, 0);
	for (int i = 0; i < 3; i++)
		submit(to, 1, id, &header);
	visitor_connect(&beta, beta.curve_public, beta.curve_secret);
	visitor_say_hello(&beta, before.size, beta.address, WIRE_VERSION);
	welcome = visitor_await(&beta, PB__FROM_BROKER__BODY_WELCOME)->welcome;
	check_ok(checkpoint_open(bytes_of_text(welcome->checkpoint), HOUSE_SITE "/1", key, &after));
	check(after.size > before.size);
	check_ok(merkle_check_consistency(before.size, &before.root, after.size, &after.root, bytes_of_pb(welcome->consistency)));
	close_three();
}

static Pb__RefusalCode refused_hello(struct visitor *visitor, const char *agency, uint32_t version)
{
	const Pb__Notice *notice;

	visitor_connect(visitor, visitor->curve_public, visitor->curve_secret);
	visitor_say_hello(visitor, 0, agency, version);
	notice = visitor_await(visitor, PB__FROM_BROKER__BODY_NOTICE)->notice;
	require(notice->kind == PB__NOTICE_KIND__NOTICE_KIND_CLOSING && notice->refusal != NULL);
	return notice->refusal->code;
}

static void test_hello_refused(void)
{
	Pb__FromClient ping = PB__FROM_CLIENT__INIT;
	Pb__FromClient again = PB__FROM_CLIENT__INIT;
	Pb__Hello hello = PB__HELLO__INIT;

	open_three();
	check_int(refused_hello(&alpha, beta.address, WIRE_VERSION), PB__REFUSAL_CODE__REFUSAL_CODE_NOT_YOURS);
	check_int(refused_hello(&alpha, alpha.address, 99), PB__REFUSAL_CODE__REFUSAL_CODE_VERSION);
	ping.body_case = PB__FROM_CLIENT__BODY_PING;
	ping.ping = 7;
	visitor_send(&alpha, &ping, bytes_of(NULL, 0)); /* the last Hello was refused: there is no session */
	check_int(visitor_await(&alpha, PB__FROM_BROKER__BODY_NOTICE)->notice->refusal->code, PB__REFUSAL_CODE__REFUSAL_CODE_NO_HELLO);
	visitor_hello(&alpha);
	visitor_send(&alpha, &ping, bytes_of(NULL, 0));
	check_uint(visitor_await(&alpha, PB__FROM_BROKER__BODY_PONG)->pong, 7);
	again.body_case = PB__FROM_CLIENT__BODY_HELLO;
	again.hello = &hello;
	visitor_send(&alpha, &again, bytes_of(NULL, 0));
	check_int(visitor_await(&alpha, PB__FROM_BROKER__BODY_NOTICE)->notice->refusal->code, PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED);
	close_three();
}

static void test_stranger_gets_nowhere(void)
{
	struct visitor stranger;

	open_three();
	visitor_new(&stranger, &house, "alpha");
	visitor_connect(&stranger, stranger.curve_public, stranger.curve_secret);
	visitor_say_hello(&stranger, 0, alpha.address, WIRE_VERSION);
	check(visitor_receive(&stranger, 500) == NULL);
	visitor_free(&stranger);
	close_three();
}

/* The one-time key opens a connection that may enrol and nothing else, and opens none once it was used. */
static void test_invitation_can_only_enrol(void)
{
	Pb__FromClient message = PB__FROM_CLIENT__INIT;
	uint8_t public_key[CURVE_BYTES], secret_key[CURVE_BYTES];
	struct visitor delta;
	static const char *const four[] = { "alpha", "beta", "delta", "gamma" };

	open_three();
	house_directory(&house, four, 4);
	visitor_new(&delta, &house, "delta");
	require_ok(curve_key_new(public_key, secret_key));
	visitor_invite(&delta, public_key);
	visitor_connect(&delta, public_key, secret_key);
	message.body_case = PB__FROM_CLIENT__BODY_PING;
	visitor_send(&delta, &message, bytes_of(NULL, 0));
	check_int(visitor_await(&delta, PB__FROM_BROKER__BODY_NOTICE)->notice->refusal->code, PB__REFUSAL_CODE__REFUSAL_CODE_NO_HELLO);
	visitor_say_hello(&delta, 0, delta.address, WIRE_VERSION);
	check_int(visitor_await(&delta, PB__FROM_BROKER__BODY_NOTICE)->notice->refusal->code, PB__REFUSAL_CODE__REFUSAL_CODE_INVITATION);
	check(visitor_enrol_with(&delta, public_key, secret_key)->refusal == NULL);
	visitor_connect(&delta, public_key, secret_key);
	visitor_send(&delta, &message, bytes_of(NULL, 0));
	check(visitor_receive(&delta, 500) == NULL);
	visitor_free(&delta);
	close_three();
}

static void test_revoked_session_ends(void)
{
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;
	Pb__AdminRevoke revoke = PB__ADMIN_REVOKE__INIT;
	const Pb__Notice *notice;
	struct arena arena;

	open_three();
	arena_init(&arena, 1 << 20);
	revoke.agency = (char *)(uintptr_t)"beta";
	revoke.compromised = true;
	revoke.reason = (char *)(uintptr_t)"lost";
	request.body_case = PB__ADMIN_REQUEST__BODY_AGENCY_REVOKE;
	request.agency_revoke = &revoke;
	check_int(house_ask(&house, &request, &arena)->body_case, PB__ADMIN_REPLY__BODY_DONE);
	do
		notice = visitor_await(&beta, PB__FROM_BROKER__BODY_NOTICE)->notice;
	while (notice->kind != PB__NOTICE_KIND__NOTICE_KIND_CLOSING);
	check_int(notice->refusal->code, PB__REFUSAL_CODE__REFUSAL_CODE_REVOKED);
	visitor_connect(&beta, beta.curve_public, beta.curve_secret);
	visitor_say_hello(&beta, 0, beta.address, WIRE_VERSION);
	check(visitor_receive(&beta, 500) == NULL); /* the key opens nothing any more */
	arena_free(&arena);
	close_three();
}

static void test_directory_pieces(void)
{
	Pb__Read read = PB__READ__INIT;
	const Pb__ReadResult *result;
	const Pb__SignedSnapshot *signed_snapshot;
	const Pb__DirectorySnapshot *snapshot;
	struct digest digest;
	struct arena arena;
	struct buf whole;
	uint8_t key[ED25519_BYTES];

	open_three();
	buf_init(&whole, 1 << 24);
	arena_init(&arena, 1 << 24);
	read.what_case = PB__READ__WHAT_DIRECTORY_OFFSET;
	do {
		read.directory_offset = whole.len;
		result = visitor_read(&alpha, &read);
		require(result->result_case == PB__READ_RESULT__RESULT_DIRECTORY_SIZE && alpha.data.len > 0);
		buf_put(&whole, buf_bytes(&alpha.data));
	} while (whole.len < result->directory_size);
	require_ok(CODEC_DECODE(signed_snapshot, buf_bytes(&whole), &arena, &signed_snapshot, NULL));
	digest = directory_signed_digest(HOUSE_SITE, bytes_of_pb(signed_snapshot->snapshot));
	require_ok(ed25519_public(house.keys.checkpoint, key));
	check_ok(ed25519_verify(key, digest_bytes(&digest), bytes_of_pb(signed_snapshot->signature)));
	require_ok(CODEC_DECODE(directory_snapshot, bytes_of_pb(signed_snapshot->snapshot), &arena, &snapshot, NULL));
	check_uint(snapshot->file->n_agencies, 3);
	check_uint(snapshot->n_bindings, 3);
	read.directory_offset = 1 << 30;
	check_uint(visitor_read(&alpha, &read)->directory_size, whole.len);
	check_uint(alpha.data.len, 0);
	arena_free(&arena);
	buf_free(&whole);
	close_three();
}

static void test_receipts_and_traces_are_private(void)
{
	const struct visitor *to[] = { &beta };
	Pb__Read receipt = PB__READ__INIT, trace = PB__READ__INIT, inbox = PB__READ__INIT;
	const Pb__ReadResult *result;
	struct leaf_header header;
	struct digest body_hash, leaf, root;
	struct checkpoint head;
	uint8_t id[16];

	open_three();
	submit(to, 1, id, &header);
	receipt.what_case = PB__READ__WHAT_RECEIPT_MESSAGE_ID;
	receipt.receipt_message_id = pb_of_bytes(bytes_of(id, 16));
	result = visitor_read(&alpha, &receipt);
	require(result->result_case == PB__READ_RESULT__RESULT_RECEIPT);
	check(result->receipt->body.len > 0 && result->receipt->binding_body.len > 0);
	memcpy(body_hash.bytes, result->receipt->body_hash.data, DIGEST_BYTES);
	leaf = leaf_hash(result->receipt->header.data, &body_hash);
	require_ok(checkpoint_parse(bytes_of_text(result->receipt->checkpoint), &head));
	check_ok(merkle_path_root(&leaf, header.seq, head.size, bytes_of_pb(result->receipt->inclusion), &root));
	check(digest_equal(&root, &head.root));
	check_int(visitor_read(&beta, &receipt)->result_case, PB__READ_RESULT__RESULT_REFUSAL); /* beta sent no such message */

	receipt.what_case = PB__READ__WHAT_RECEIPT_SEQ;
	receipt.receipt_seq = header.seq;
	result = visitor_read(&beta, &receipt);
	require(result->result_case == PB__READ_RESULT__RESULT_RECEIPT);
	check_uint(result->receipt->body.len, 0); /* who else was asked is not beta's to know */
	check_int(visitor_read(&gamma, &receipt)->result_case, PB__READ_RESULT__RESULT_REFUSAL);

	trace.what_case = PB__READ__WHAT_TRACE_MESSAGE_ID;
	trace.trace_message_id = pb_of_bytes(bytes_of(id, 16));
	result = visitor_read(&alpha, &trace);
	require(result->result_case == PB__READ_RESULT__RESULT_TRACE);
	check_text(result->trace->stations[0]->what, "SUBMIT");
	check_text(result->trace->stations[0]->agency, "alpha");
	check_int(visitor_read(&gamma, &trace)->result_case, PB__READ_RESULT__RESULT_REFUSAL);

	inbox.what_case = PB__READ__WHAT_INBOX_AFTER;
	result = visitor_read(&beta, &inbox);
	require(result->result_case == PB__READ_RESULT__RESULT_INBOX);
	check_uint(result->inbox->n_items, 1);
	check_text(result->inbox->items[0]->sender, alpha.address);
	check_text(result->inbox->items[0]->state, "waiting");
	close_three();
}

static void test_blobs(void)
{
	Pb__FromClient message = PB__FROM_CLIENT__INIT;
	Pb__BlobPut put = PB__BLOB_PUT__INIT;
	Pb__Read read = PB__READ__INIT;
	uint8_t segment[5000];
	struct digest digest;

	open_three();
	unit_random_bytes(segment, sizeof segment);
	digest = digest_of(bytes_of(segment, sizeof segment));
	put.number = 3;
	put.sha256 = pb_of_bytes(digest_bytes(&digest));
	put.size = sizeof segment;
	message.body_case = PB__FROM_CLIENT__BODY_BLOB_PUT;
	message.blob_put = &put;
	visitor_send(&alpha, &message, bytes_of(segment, sizeof segment));
	check(visitor_await(&alpha, PB__FROM_BROKER__BODY_BLOB_STORED)->blob_stored->refusal == NULL);
	read.what_case = PB__READ__WHAT_BLOB_SHA256;
	read.blob_sha256 = put.sha256;
	check_uint(visitor_read(&alpha, &read)->blob_size, sizeof segment);
	check_bytes(buf_bytes(&alpha.data), bytes_of(segment, sizeof segment));
	segment[0] ^= 1;
	visitor_send(&alpha, &message, bytes_of(segment, sizeof segment));
	check_int(visitor_await(&alpha, PB__FROM_BROKER__BODY_BLOB_STORED)->blob_stored->refusal->code, PB__REFUSAL_CODE__REFUSAL_CODE_BAD_DIGEST);
	close_three();
}

static void test_restart_keeps_everything(void)
{
	const struct visitor *to[] = { &beta };
	struct leaf_header header;
	const Pb__Handout *handout;
	uint8_t id[16];

	open_three();
	submit(to, 1, id, &header);
	house_stop(&house);
	house_start(&house);
	visitor_connect(&beta, beta.curve_public, beta.curve_secret);
	visitor_hello(&beta);
	visitor_credit(&beta, 10, 1 << 20);
	handout = visitor_await(&beta, PB__FROM_BROKER__BODY_HANDOUT)->handout;
	check_uint(handout->items[0]->seq, header.seq);
	close_three();
}

static void test_stopping_is_told(void)
{
	const Pb__Notice *notice;

	open_three();
	front_close_doors(house.front);
	notice = visitor_await(&alpha, PB__FROM_BROKER__BODY_NOTICE)->notice;
	while (notice->kind != PB__NOTICE_KIND__NOTICE_KIND_CLOSING)
		notice = visitor_await(&alpha, PB__FROM_BROKER__BODY_NOTICE)->notice;
	check_int(notice->refusal->code, PB__REFUSAL_CODE__REFUSAL_CODE_STOPPING);
	close_three();
}

UNIT_SUITE("front/end_to_end",
	{ "submitted, handed out, verified, acknowledged", test_main_job },
	{ "a welcome proves the past", test_welcome_proves_the_past },
	{ "hellos that are refused", test_hello_refused },
	{ "a stranger gets nowhere", test_stranger_gets_nowhere },
	{ "an invitation can only enrol, and once", test_invitation_can_only_enrol },
	{ "a revoked agency's session ends", test_revoked_session_ends },
	{ "the directory in pieces, signed", test_directory_pieces },
	{ "receipts, traces and inboxes are their owners'", test_receipts_and_traces_are_private },
	{ "segments", test_blobs },
	{ "a restart loses nothing", test_restart_keeps_everything },
	{ "stopping is told", test_stopping_is_told });
