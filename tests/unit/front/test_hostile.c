/* SPDX-License-Identifier: Apache-2.0 */
/* A client with a valid key that does everything wrong: it learns why, and another one notices nothing. */
#include <stdio.h>
#include <string.h>
#include <zmq.h>

#include "base/clock.h"
#include "contract/limits.h"
#include "house.h"

static const char *const ids[] = { "alpha", "beta", "gamma" };
static struct house house;
static struct visitor bad, good;

static void small(struct config *config)
{
	config->session_batches = 4;
	config->connections_max = 12;
	config->session_timeout = 600000000;
	config->heartbeat = 300000000; /* nobody here is cut for being slow */
}

static void open_two(void)
{
	house_open(&house, small);
	house_directory(&house, ids, 3);
	visitor_new(&bad, &house, "alpha");
	visitor_new(&good, &house, "beta");
	visitor_enrol(&bad);
	visitor_enrol(&good);
}

/* The other one is served as ever. */
static void close_two(void)
{
	Pb__FromClient ping = PB__FROM_CLIENT__INIT;

	ping.body_case = PB__FROM_CLIENT__BODY_PING;
	ping.ping = 5;
	visitor_send(&good, &ping, bytes_of(NULL, 0));
	check_uint(visitor_await(&good, PB__FROM_BROKER__BODY_PONG)->pong, 5);
	visitor_free(&bad);
	visitor_free(&good);
	house_close(&house);
}

static Pb__RefusalCode closing_code(void)
{
	const Pb__Notice *notice;

	do
		notice = visitor_await(&bad, PB__FROM_BROKER__BODY_NOTICE)->notice;
	while (notice->kind != PB__NOTICE_KIND__NOTICE_KIND_CLOSING);
	return notice->refusal->code;
}

static void again(void)
{
	visitor_connect(&bad, bad.curve_public, bad.curve_secret);
	visitor_hello(&bad);
}

static void test_garbage(void)
{
	static uint8_t large[LIMIT_CONTROL_BYTES + 1];
	uint8_t noise[500];

	open_two();
	visitor_send_raw(&bad, bytes_of_text("\xff\xff\xff"), bytes_of(NULL, 0));
	check_int(closing_code(), PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED);
	again();
	visitor_send_raw(&bad, bytes_of(NULL, 0), bytes_of(NULL, 0));
	check_int(closing_code(), PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED);
	again();
	visitor_send_raw(&bad, bytes_of(large, sizeof large), bytes_of(NULL, 0));
	check_int(closing_code(), PB__REFUSAL_CODE__REFUSAL_CODE_TOO_LARGE);
	for (unsigned i = 0; i < 200; i++) {
		unit_random_bytes(noise, sizeof noise);
		visitor_send_raw(&bad, bytes_of(noise, unit_random_below(sizeof noise)), bytes_of(noise, unit_random_below(100)));
	}
	again();
	close_two();
}

static void test_ping_with_data(void)
{
	Pb__FromClient ping = PB__FROM_CLIENT__INIT;

	open_two();
	ping.body_case = PB__FROM_CLIENT__BODY_PING;
	visitor_send(&bad, &ping, bytes_of_text("left over"));
	check_int(closing_code(), PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED);
	close_two();
}

/* One frame, or three: thrown away, and the connection is cut; a ZeroMQ client comes back by itself, without a session. */
static void test_wrong_number_of_frames(void)
{
	Pb__FromClient ping = PB__FROM_CLIENT__INIT;

	open_two();
	require(zmq_send(bad.socket, "x", 1, 0) == 1);
	again();
	require(zmq_send(bad.socket, "x", 1, ZMQ_SNDMORE) == 1);
	require(zmq_send(bad.socket, "y", 1, ZMQ_SNDMORE) == 1);
	require(zmq_send(bad.socket, "z", 1, 0) == 1);
	again();
	ping.body_case = PB__FROM_CLIENT__BODY_PING;
	visitor_send(&bad, &ping, bytes_of(NULL, 0));
	visitor_await(&bad, PB__FROM_BROKER__BODY_PONG);
	close_two();
}

/* With an id of its own choice a client could stand in another's way. */
static void test_chosen_routing_id(void)
{
	int linger = 0;

	open_two();
	visitor_hang_up(&bad);
	bad.socket = zmq_socket(house.context, ZMQ_DEALER);
	zmq_setsockopt(bad.socket, ZMQ_LINGER, &linger, sizeof linger);
	zmq_setsockopt(bad.socket, ZMQ_ROUTING_ID, "chosen", 6);
	zmq_setsockopt(bad.socket, ZMQ_CURVE_SERVERKEY, house.keys.curve_public, CURVE_BYTES);
	zmq_setsockopt(bad.socket, ZMQ_CURVE_PUBLICKEY, bad.curve_public, CURVE_BYTES);
	zmq_setsockopt(bad.socket, ZMQ_CURVE_SECRETKEY, bad.curve_secret, CURVE_BYTES);
	require(zmq_connect(bad.socket, house.endpoint) == 0);
	visitor_say_hello(&bad, 0, bad.address, WIRE_VERSION);
	check(visitor_receive(&bad, 500) == NULL);
	close_two();
}

/* ---- batches ---- */

static void wrong_signature(Pb__Batch *batch)
{
	batch->signature.data[batch->signature.len - 1] ^= 1;
}

static void no_signature(Pb__Batch *batch)
{
	batch->signature.len = 0;
}

static void foreign_signer(Pb__Batch *batch)
{
	batch->certificate_sha256 = pb_of_bytes(digest_bytes(&good.signer));
}

static void unknown_signer(Pb__Batch *batch)
{
	static uint8_t nobody[DIGEST_BYTES];

	batch->certificate_sha256 = pb_of_bytes(bytes_of(nobody, sizeof nobody));
}

static void sealing_certificate(Pb__Batch *batch)
{
	batch->certificate_sha256 = pb_of_bytes(digest_bytes(certificate_digest(bad.sealing_certificate)));
}

static void short_digest(Pb__Batch *batch)
{
	batch->certificate_sha256.len = 5;
}

static void another_order(Pb__Batch *batch)
{
	batch->orders[0]->statements[0] = batch->orders[1]->statements[0];
}

static void test_bad_signatures(void)
{
	static void (*const spoils[])(Pb__Batch *batch) = { wrong_signature,	 no_signature, foreign_signer, unknown_signer,
							    sealing_certificate, short_digest };
	const struct visitor *to[] = { &good };
	const Pb__Replies *replies;
	struct parcels parcels;
	uint8_t id[16];

	open_two();
	for (size_t i = 0; i < sizeof spoils / sizeof *spoils; i++) {
		unit_context("spoil %zu", i);
		parcels_begin(&parcels);
		parcels_note(&parcels, &bad, to, 1, 100, id, NULL);
		parcels_note(&parcels, &bad, to, 1, 100, id, NULL);
		visitor_send_batch(&bad, &parcels, spoils[i]);
		replies = visitor_replies(&bad);
		check_uint(replies->batch, bad.batches);
		require(replies->n_replies == 2);
		for (size_t j = 0; j < 2; j++) {
			require(replies->replies[j]->outcome_case == PB__REPLY__OUTCOME_REFUSAL);
			check_int(replies->replies[j]->refusal->code, PB__REFUSAL_CODE__REFUSAL_CODE_BAD_SIGNATURE);
		}
		parcels_free(&parcels);
	}
	close_two();
}

/* What was signed is what counts: a statement put in another's place breaks the tree (here its digests too). */
static void test_swapped_statement(void)
{
	const struct visitor *to[] = { &good };
	const Pb__Replies *replies;
	struct parcels parcels;
	uint8_t id[16];

	open_two();
	parcels_begin(&parcels);
	parcels_note(&parcels, &bad, to, 1, 100, id, NULL);
	parcels_note(&parcels, &bad, to, 1, 100, id, NULL);
	visitor_send_batch(&bad, &parcels, another_order);
	replies = visitor_replies(&bad);
	check_int(replies->replies[0]->refusal->code, PB__REFUSAL_CODE__REFUSAL_CODE_BAD_SIGNATURE);
	check_int(replies->replies[1]->refusal->code, PB__REFUSAL_CODE__REFUSAL_CODE_BAD_SIGNATURE);
	parcels_free(&parcels);
	close_two();
}

static void from_another(Pb__View *view)
{
	view->sender = good.address;
}

static void test_in_anothers_name(void)
{
	const struct visitor *to[] = { &good };
	const Pb__Replies *replies;
	struct parcels parcels;
	uint8_t id[16];

	open_two();
	parcels_begin(&parcels);
	parcels_note(&parcels, &bad, to, 1, 100, id, from_another);
	visitor_send_batch(&bad, &parcels, NULL);
	replies = visitor_replies(&bad);
	require(replies->replies[0]->outcome_case == PB__REPLY__OUTCOME_REFUSAL);
	check_int(replies->replies[0]->refusal->code, PB__REFUSAL_CODE__REFUSAL_CODE_NOT_YOURS);
	parcels_free(&parcels);
	close_two();
}

/* More batches at once than it may: every one is answered, none is lost, those beyond are told to wait. */
static void test_many_batches_at_once(void)
{
	enum { BATCHES = 200 };
	const struct visitor *to[] = { &good };
	unsigned accepted = 0, overloaded = 0;
	struct parcels parcels;
	uint8_t id[16];

	open_two();
	for (unsigned i = 0; i < BATCHES; i++) {
		parcels_begin(&parcels);
		parcels_note(&parcels, &bad, to, 1, 50000, id, NULL);
		visitor_send_batch(&bad, &parcels, NULL);
		parcels_free(&parcels);
	}
	for (unsigned i = 0; i < BATCHES; i++) {
		const Pb__Replies *replies = visitor_replies(&bad);

		require(replies->n_replies == 1);
		if (replies->replies[0]->outcome_case == PB__REPLY__OUTCOME_ACCEPTED)
			accepted++;
		else if (replies->replies[0]->refusal->code == PB__REFUSAL_CODE__REFUSAL_CODE_OVERLOADED)
			overloaded += replies->replies[0]->refusal->retry_after_ms > 0;
	}
	check_uint(accepted + overloaded, BATCHES);
	check(accepted > 0);
	close_two();
}

/* It asks for a segment again and again and reads nothing: its session ends, the daemon does not hold what it asked for.
 * libzmq notices the end of a connection when it reads; this client does not, so that its own sends may stop for good. */
static bool session_ended(void *context)
{
	const struct buf *question = context;

	for (unsigned i = 0; i < 100; i++)
		if (zmq_send(bad.socket, question->data, question->len, ZMQ_SNDMORE | ZMQ_DONTWAIT) >= 0)
			zmq_send(bad.socket, "", 0, ZMQ_DONTWAIT);
	check(front_unread(house.front) < (16u << 20));
	return house_sessions(&house) == 1;
}

static void test_does_not_read(void)
{
	static uint8_t segment[LIMIT_BLOB_BYTES];
	Pb__FromClient message = PB__FROM_CLIENT__INIT;
	Pb__BlobPut put = PB__BLOB_PUT__INIT;
	Pb__Read read = PB__READ__INIT;
	struct digest digest;
	struct buf question;

	open_two();
	digest = digest_of(bytes_of(segment, sizeof segment));
	put.sha256 = pb_of_bytes(digest_bytes(&digest));
	put.size = sizeof segment;
	message.body_case = PB__FROM_CLIENT__BODY_BLOB_PUT;
	message.blob_put = &put;
	visitor_send(&bad, &message, bytes_of(segment, sizeof segment));
	check(visitor_await(&bad, PB__FROM_BROKER__BODY_BLOB_STORED)->blob_stored->refusal == NULL);
	check_uint(house_sessions(&house), 2);
	read.what_case = PB__READ__WHAT_BLOB_SHA256;
	read.blob_sha256 = put.sha256;
	message.body_case = PB__FROM_CLIENT__BODY_READ;
	message.read = &read;
	buf_init(&question, 1000);
	require_ok(codec_pack(&message.base, &question));
	check(eventually(session_ended, &question));
	buf_free(&question);
	close_two();
}

/* More connections than there may be: those that said who they are stay. */
static void test_too_many_connections(void)
{
	enum { EXTRA = 40 };
	void *sockets[EXTRA];
	int linger = 0;

	open_two();
	for (unsigned i = 0; i < EXTRA; i++) {
		sockets[i] = zmq_socket(house.context, ZMQ_DEALER);
		require(sockets[i] != NULL);
		zmq_setsockopt(sockets[i], ZMQ_LINGER, &linger, sizeof linger);
		zmq_setsockopt(sockets[i], ZMQ_CURVE_SERVERKEY, house.keys.curve_public, CURVE_BYTES);
		zmq_setsockopt(sockets[i], ZMQ_CURVE_PUBLICKEY, bad.curve_public, CURVE_BYTES);
		zmq_setsockopt(sockets[i], ZMQ_CURVE_SECRETKEY, bad.curve_secret, CURVE_BYTES);
		require(zmq_connect(sockets[i], house.endpoint) == 0);
	}
	for (unsigned i = 0; i < 50; i++) {
		Pb__FromClient ping = PB__FROM_CLIENT__INIT;

		ping.body_case = PB__FROM_CLIENT__BODY_PING;
		visitor_send(&good, &ping, bytes_of(NULL, 0));
		visitor_await(&good, PB__FROM_BROKER__BODY_PONG);
	}
	for (unsigned i = 0; i < EXTRA; i++)
		zmq_close(sockets[i]);
	close_two();
}

UNIT_SUITE("front/hostile",
	{ "garbage", test_garbage },
	{ "data where none belongs", test_ping_with_data },
	{ "one frame, or three", test_wrong_number_of_frames },
	{ "a routing id of its own choice", test_chosen_routing_id },
	{ "signatures that do not hold", test_bad_signatures },
	{ "a statement in another's place", test_swapped_statement },
	{ "in another's name", test_in_anothers_name },
	{ "many batches at once", test_many_batches_at_once },
	{ "asks and does not read", test_does_not_read },
	{ "too many connections", test_too_many_connections });
