/* SPDX-License-Identifier: Apache-2.0 */
/* Who may open a session, and what it is told first. */
#include <stdio.h>
#include <string.h>
#include <zmq.h>

#include "alone.h"
#include "base/clock.h"
#include "contract/checkpoint.h"
#include "contract/limits.h"
#include "front/hello.h"

static const char *const ids[] = { "alpha", "beta", "gamma" };
static struct house house;
static struct visitor alpha;
static Pb__Hello said;

static bool no_session(void *context)
{
	(void)context;
	return house_sessions(&house) == 0;
}

/* Alpha is connected, and nobody has a session. */
static void open_with(void (*change)(struct config *config))
{
	house_open(&house, change);
	house_directory(&house, ids, 3);
	visitor_new(&alpha, &house, "alpha");
	visitor_enrol(&alpha);
	visitor_connect(&alpha, alpha.curve_public, alpha.curve_secret);
	require(eventually(no_session, NULL)); /* that of enrolling is over */
	pb__hello__init(&said);
	said.version_min = WIRE_VERSION;
	said.version_max = WIRE_VERSION;
	said.software = pb_of_text("visitor");
	said.agency = alpha.address;
}

static void close_house(void)
{
	visitor_free(&alpha);
	house_close(&house);
}

static void say(struct visitor *visitor)
{
	Pb__FromClient message = PB__FROM_CLIENT__INIT;

	message.body_case = PB__FROM_CLIENT__BODY_HELLO;
	message.hello = &said;
	visitor_send(visitor, &message, bytes_of(NULL, 0));
}

static const Pb__Welcome *welcomed(void)
{
	say(&alpha);
	return visitor_await(&alpha, PB__FROM_BROKER__BODY_WELCOME)->welcome;
}

static const Pb__Refusal *closing(void)
{
	const Pb__Notice *notice;

	do
		notice = visitor_await(&alpha, PB__FROM_BROKER__BODY_NOTICE)->notice;
	while (notice->kind != PB__NOTICE_KIND__NOTICE_KIND_CLOSING);
	require(notice->refusal != NULL);
	return notice->refusal;
}

static const Pb__Refusal *refused(void)
{
	say(&alpha);
	return closing();
}

static void odd_heartbeat(struct config *config)
{
	config->heartbeat = 7500000;
	config->session_batches = 3;
}

static void test_welcome(void)
{
	int64_t before_us = clock_wall_us();
	const Pb__Welcome *welcome;
	uint8_t key[ED25519_BYTES];
	struct checkpoint head;

	open_with(odd_heartbeat);
	welcome = welcomed();
	check_uint(welcome->version, WIRE_VERSION);
	check_text(welcome->site, HOUSE_SITE);
	check_uint(welcome->epoch, 1);
	check(welcome->now_us >= before_us && welcome->now_us <= clock_wall_us());
	check_text(welcome->agency, alpha.address);
	check_uint(welcome->device, 1);
	check_uint(welcome->heartbeat_ms, 7500);
	check_uint(welcome->batches_open_max, 3);
	check_uint(welcome->batch_bytes_max, LIMIT_DATA_BYTES);
	check(welcome->directory_version > 0);
	require_ok(ed25519_public(house.keys.checkpoint, key));
	check_ok(checkpoint_open(bytes_of_text(welcome->checkpoint), HOUSE_SITE "/1", key, &head));
	require(welcome->n_bindings == 1);
	check_text(welcome->bindings[0]->agency, "alpha");
	check_text(welcome->bindings[0]->device_name, "desk-1");
	check_uint(welcome->bindings[0]->device, 1);
	check_bytes(bytes_of_pb(welcome->bindings[0]->signing_certificate), certificate_der(alpha.signing_certificate));
	check_bytes(bytes_of_pb(welcome->bindings[0]->sealing_certificate), certificate_der(alpha.sealing_certificate));
	check(welcome->bindings[0]->seq > 0 && welcome->bindings[0]->bound_at_us > 0);
	check_int(welcome->bindings[0]->ends_at_us, 0);
	close_house();
}

/* Only one's own devices: whom else the site has is the directory's to say. */
static void test_own_bindings_alone(void)
{
	struct visitor beta;

	open_with(NULL);
	visitor_new(&beta, &house, "beta");
	visitor_enrol(&beta);
	check_uint(welcomed()->n_bindings, 1);
	visitor_free(&beta);
	close_house();
}

static void test_versions(void)
{
	static const struct {
		uint32_t least, most;
		bool spoken;
	} rows[] = {
		{ WIRE_VERSION, WIRE_VERSION, true },  { 0, WIRE_VERSION, true },
		{ WIRE_VERSION, UINT32_MAX, true },    { 0, UINT32_MAX, true },
		{ 0, WIRE_VERSION - 1, false },	       { WIRE_VERSION + 1, UINT32_MAX, false },
		{ UINT32_MAX, 0, false },	       { 0, 0, false },
	};

	open_with(NULL);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		unit_context("%u to %u", rows[i].least, rows[i].most);
		said.version_min = rows[i].least;
		said.version_max = rows[i].most;
		visitor_connect(&alpha, alpha.curve_public, alpha.curve_secret);
		if (rows[i].spoken) {
			check_uint(welcomed()->version, WIRE_VERSION);
		} else {
			const Pb__Refusal *refusal = refused();

			check_int(refusal->code, PB__REFUSAL_CODE__REFUSAL_CODE_VERSION);
			check_int(refusal->value, rows[i].most);
			check_int(refusal->bound, WIRE_VERSION);
		}
	}
	close_house();
}

static void test_addresses(void)
{
	static const char *const others[] = { "beta@chiba-city", "alpha", "alpha@", "alpha@chiba-pref", "alpha@chiba-city2", "Alpha@chiba-city",
					      "xalpha@chiba-city", "alph@chiba-city", "" };

	open_with(NULL);
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		const Pb__Refusal *refusal;

		unit_context("%s", others[i]);
		said.agency = pb_of_text(others[i]);
		refusal = refused(); /* on one connection: a refused Hello costs no other */
		check_int(refusal->code, PB__REFUSAL_CODE__REFUSAL_CODE_NOT_YOURS);
		check_text(refusal->subject, others[i]);
	}
	said.agency = alpha.address;
	check_text(welcomed()->agency, alpha.address);
	check_uint(house_sessions(&house), 1);
	close_house();
}

/* What a device knows of the log: only a past that is this log's is proved from. */
static void test_known_pasts(void)
{
	const Pb__Welcome *welcome;
	struct checkpoint head;

	open_with(NULL);
	welcome = welcomed();
	require_ok(checkpoint_parse(bytes_of_text(welcome->checkpoint), &head));
	check_uint(welcome->consistency.len, 0); /* known_size 0: nothing known */
	require(head.size > 2);
	const struct {
		uint32_t epoch;
		uint64_t size;
		bool proved;
	} rows[] = {
		{ 1, head.size, false },     /* the same head: nothing to prove */
		{ 1, head.size - 1, true },  { 1, 1, true },
		{ 1, head.size + 1, false }, { 1, UINT64_MAX, false },
		{ 0, head.size - 1, false }, { 2, head.size - 1, false }, /* another epoch's */
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		unit_context("row %zu", i);
		visitor_connect(&alpha, alpha.curve_public, alpha.curve_secret);
		said.known_epoch = rows[i].epoch;
		said.known_size = rows[i].size;
		welcome = welcomed();
		check((welcome->consistency.len > 0) == rows[i].proved);
		check(*welcome->checkpoint != '\0');
	}
	close_house();
}

static void few(struct config *config)
{
	config->connections_max = 12;
}

/* One device may not take every place: a quarter of them, and one. */
static void test_share_of_one_device(void)
{
	enum { MOST = 12 / 4 + 1 };
	struct visitor more[MOST], beta;
	const Pb__Refusal *refusal;

	open_with(few);
	for (size_t i = 0; i < MOST; i++) {
		more[i] = alpha;
		more[i].socket = NULL;
		arena_init(&more[i].arena, 1 << 20);
		buf_init(&more[i].data, 1 << 20);
		visitor_connect(&more[i], alpha.curve_public, alpha.curve_secret);
		visitor_hello(&more[i]);
	}
	refusal = refused();
	check_int(refusal->code, PB__REFUSAL_CODE__REFUSAL_CODE_TOO_MANY);
	check_text(refusal->subject, "sessions");
	check_int(refusal->value, MOST);
	check_int(refusal->bound, MOST);
	visitor_new(&beta, &house, "beta"); /* another one comes in */
	visitor_enrol(&beta);
	visitor_free(&beta);
	for (size_t i = 0; i < MOST; i++) {
		visitor_hang_up(&more[i]);
		arena_free(&more[i].arena);
		buf_free(&more[i].data);
	}
	close_house();
}

static void test_when_stopping(void)
{
	open_with(NULL);
	front_close_doors(house.front);
	check_int(refused()->code, PB__REFUSAL_CODE__REFUSAL_CODE_STOPPING);
	check_uint(house_sessions(&house), 0);
	close_house();
}

/* Out of the directory it opens no further session, with a key that still opens a connection; named again, it does. */
static void test_agency_that_left(void)
{
	static const char *const fewer[] = { "beta", "gamma" };

	open_with(NULL);
	house_directory(&house, fewer, 2);
	check_int(refused()->code, PB__REFUSAL_CODE__REFUSAL_CODE_REVOKED);
	check_uint(house_sessions(&house), 0);
	house_directory(&house, ids, 3);
	check_text(welcomed()->agency, alpha.address);
	close_house();
}

/* A long name of a program, with what would forge a line of the log, is told as text and breaks nothing. */
static void test_odd_software(void)
{
	static char longer[20000];

	open_with(NULL);
	memset(longer, 'x', sizeof longer - 1);
	said.software = longer;
	check_text(welcomed()->agency, alpha.address);
	visitor_connect(&alpha, alpha.curve_public, alpha.curve_secret);
	said.software = pb_of_text("a\nlevel=error event=forged");
	check_text(welcomed()->agency, alpha.address);
	close_house();
}

/* ---- with a writer that stands still ---- */

static struct alone alone;
static struct frame frame;

/* Alpha's key is known; a connection with that routing number can be answered. */
static void *open_alone(const struct alone_bounds *bounds)
{
	struct txn *txn;
	void *dealer;

	open_with(NULL);
	visitor_hang_up(&alpha);
	alone_open(&alone, &house, bounds);
	require_ok(txn_begin_read(alone.front.store, &txn));
	require_ok(keyring_load(&alone.front.keyring, txn));
	txn_abort(txn);
	dealer = alone_dealer(&alone, &frame.routing);
	frame.fd = 100;
	return dealer;
}

static void close_alone(void *dealer)
{
	zmq_close(dealer);
	visitor_free(&alpha);
	alone_close(&alone);
	house_close(&house);
}

static void say_alone(void)
{
	static char identity[KEYRING_IDENTITY];

	key_identity(keyring_find(&alone.front.keyring, alpha.curve_public, alone.front.wall_us), identity);
	frame.identity = identity;
	hello(&alone.front, &frame, &said);
}

/* The refusal's code; 0: a welcome. */
static Pb__RefusalCode answered(void *dealer)
{
	const Pb__FromBroker *message;
	Pb__RefusalCode code = PB__REFUSAL_CODE__REFUSAL_CODE_UNSPECIFIED;
	struct arena arena;
	uint8_t bytes[8000];
	int len = zmq_recv(dealer, bytes, sizeof bytes, 0);

	require(len > 0 && zmq_recv(dealer, bytes + len, 1, 0) == 0);
	arena_init(&arena, 1 << 20);
	require_ok(CODEC_DECODE(from_broker, bytes_of(bytes, (size_t)len), &arena, &message, NULL));
	if (message->body_case == PB__FROM_BROKER__BODY_NOTICE)
		code = message->notice->refusal->code;
	else
		check_int(message->body_case, PB__FROM_BROKER__BODY_WELCOME);
	arena_free(&arena);
	return code;
}

/* The writer hears of a session before anything else of it: when it cannot, there is none, and the client may come again. */
static void test_writer_that_is_full(void)
{
	const struct alone_bounds bounds = { 4, 1, 8, 1 << 20, 0, 1 << 20, 1 << 18 };
	void *dealer = open_alone(&bounds);

	guard_accepted(&alone.front.guard, frame.fd, 1);
	alone_fill_ring(&alone);
	say_alone();
	check_int(answered(dealer), PB__REFUSAL_CODE__REFUSAL_CODE_OVERLOADED);
	check_uint(alone.front.peers.count, 0);
	check_uint(atomic_load(&alone.front.open_peers), 0);
	check_uint(alone.front.guard.connections[frame.fd].peer, 0); /* it is a connection that has said nothing */
	close_alone(dealer);
}

static void test_no_place(void)
{
	const struct alone_bounds bounds = { 64, 1, 2, 1 << 20, 0, 1 << 20, 1 << 18 };
	void *dealer = open_alone(&bounds);

	alone_peer(&alone, frame.routing + 1, 90, -1);
	alone_peer(&alone, frame.routing + 2, 91, -1);
	say_alone();
	check_int(answered(dealer), PB__REFUSAL_CODE__REFUSAL_CODE_OVERLOADED);
	check_uint(alone.front.peers.count, 2);
	close_alone(dealer);
}

/* The descriptor was another session's, whose end nobody has told yet: that one is over, and will cut nobody. */
static void test_descriptor_of_an_earlier_one(void)
{
	void *dealer = open_alone(&alone_roomy);
	struct peer *earlier = alone_peer(&alone, frame.routing - 1, 90, frame.fd);
	struct peer *peer;

	say_alone();
	check_int(answered(dealer), 0);
	check(earlier->gone);
	check_int(earlier->fd, -1);
	peer = peer_by_routing(&alone.front.peers, frame.routing);
	require(peer != NULL);
	check(!peer->gone);
	check_int(peer->fd, frame.fd);
	check_uint(atomic_load(&alone.front.open_peers), 2);
	close_alone(dealer);
}

/* It spoke, and hung up before it was read: its session is over with the next tick. */
static void test_connection_that_is_over(void)
{
	void *dealer = open_alone(&alone_roomy);
	struct peer *peer;

	say_alone(); /* the guard knows of no such connection */
	check_int(answered(dealer), 0);
	peer = peer_by_routing(&alone.front.peers, frame.routing);
	require(peer != NULL);
	check(peer->gone);
	check_int(peer->fd, -1);
	close_alone(dealer);
}

UNIT_SUITE("front/hello",
	{ "a welcome says it all", test_welcome },
	{ "own bindings alone", test_own_bindings_alone },
	{ "versions", test_versions },
	{ "in another's name", test_addresses },
	{ "what is known of the past", test_known_pasts },
	{ "one device's share of the places", test_share_of_one_device },
	{ "when stopping", test_when_stopping },
	{ "an agency that left the directory", test_agency_that_left },
	{ "odd names of programs", test_odd_software },
	{ "a writer that is full", test_writer_that_is_full },
	{ "no place", test_no_place },
	{ "the descriptor of an earlier one", test_descriptor_of_an_earlier_one },
	{ "a connection that is over", test_connection_that_is_over });
