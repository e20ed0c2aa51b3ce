/* SPDX-License-Identifier: Apache-2.0 */
/* How sessions go on and end, with a clock and a writer that stand still until told. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zmq.h>

#include "alone.h"
#include "front/held.h"
#include "front/refusals.h"

static struct house house;
static struct alone alone;
static struct front *const front = &alone.front;

/* The front's end of a connection, and the other to see it cut. */
static int here[4], there[4];

static void open_with(const struct alone_bounds *bounds)
{
	house_open(&house, NULL);
	alone_open(&alone, &house, bounds);
	for (size_t i = 0; i < 4; i++) {
		int pair[2];

		require(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) == 0);
		here[i] = pair[0];
		there[i] = pair[1];
	}
}

static void close_all(void)
{
	for (size_t i = 0; i < 4; i++) {
		close(here[i]);
		close(there[i]);
	}
	alone_close(&alone);
	house_close(&house);
}

static bool is_cut(size_t connection)
{
	char byte;

	return recv(there[connection], &byte, 1, 0) == 0;
}

static void test_end(void)
{
	struct peer *peer;
	uint64_t number;

	open_with(&alone_roomy);
	peer = alone_peer(&alone, 5, 7, here[0]);
	number = peer->number;
	check_uint(pulse_readers(&front->pulses, 7), 1);
	peer_end(front, peer, true, "bye");
	check(peer_by_number(&front->peers, number) == NULL);
	check(peer_by_routing(&front->peers, 5) == NULL);
	check_uint(atomic_load(&front->open_peers), 0);
	check_uint(pulse_readers(&front->pulses, 7), 0);
	check(!is_cut(0)); /* it may say Hello again, on the same connection */
	check_uint(front->guard.count, 1);
	guard_cut_silent(&front->guard, front->mono_us + 1); /* and is cut when it does not */
	check(is_cut(0));
	close_all();
}

/* One that asked for nothing leaves its agency's readers as they are. */
static void test_end_of_a_sender(void)
{
	struct peer *peer;

	open_with(&alone_roomy);
	alone_peer(&alone, 5, 7, -1);
	peer = alone_peer(&alone, 6, 7, -1);
	peer->receives = false;
	pulse_reader(&front->pulses, 7, -1);
	peer_end(front, peer, false, "connection_lost");
	check_uint(pulse_readers(&front->pulses, 7), 1);
	check_uint(atomic_load(&front->open_peers), 1);
	close_all();
}

static void test_end_of_an_invitation(void)
{
	struct peer *peer;

	open_with(&alone_roomy);
	alone_fill_ring(&alone); /* the writer has never heard of it, and need not */
	peer = peer_add(&front->peers, 5, PEER_ENROLLING);
	require(peer != NULL);
	peer_end(front, peer, true, "not_enrolled");
	check_uint(front->peers.count, 0);
	check_uint(atomic_load(&front->open_peers), 0);
	close_all();
}

static bool all_gone(void *context)
{
	(void)context;
	peers_tick(front);
	return front->peers.count == 0;
}

/* The writer must hear of every end, or leases would hang: while its ring is full the session stays, and counts as ended once. */
static void test_end_that_must_wait(void)
{
	const struct alone_bounds bounds = { 4, 1, 8, 1 << 20, 0, 1 << 20, 1 << 18 };
	struct peer *peer;

	open_with(&bounds);
	peer = alone_peer(&alone, 5, 7, here[0]);
	alone_fill_ring(&alone);
	peer_end(front, peer, true, "bye");
	require(peer_by_routing(&front->peers, 5) == peer);
	check_int(peer->state, PEER_LEAVING);
	check(peer->clean);
	check_uint(atomic_load(&front->open_peers), 0);
	peer_end(front, peer, false, "silent"); /* the first end is the one that counts */
	check(peer->clean);
	check_uint(atomic_load(&front->open_peers), 0);
	check_uint(pulse_readers(&front->pulses, 7), 0);
	peers_tick(front);
	check_uint(front->peers.count, 1);
	alone_run_writer(&alone);
	check(eventually(all_gone, NULL));
	close_all();
}

static void test_silent(void)
{
	struct peer *quiet, *heard;

	open_with(&alone_roomy);
	front->config.session_timeout = 15000000;
	quiet = alone_peer(&alone, 5, 7, here[0]);
	heard = alone_peer(&alone, 6, 8, here[1]);
	front->mono_us += 15000000;
	heard->heard_us = front->mono_us;
	peers_tick(front); /* exactly at its time: still here */
	check_uint(front->peers.count, 2);
	check_int(pulse_seen(&front->pulses, 7), front->wall_us);
	front->mono_us++;
	peers_tick(front);
	check(peer_by_number(&front->peers, quiet->number) == NULL);
	check(is_cut(0) && !is_cut(1));
	check(peer_by_routing(&front->peers, 6) == heard);
	check_uint(front->guard.count, 1);
	close_all();
}

/* Its connection ended; the descriptor is another's by now, who must not be cut for it. */
static void test_gone(void)
{
	struct peer *peer, *next;
	uint64_t displaced;

	open_with(&alone_roomy);
	peer = alone_peer(&alone, 5, 7, here[0]);
	next = alone_peer(&alone, 6, 8, -1);
	check_uint(guard_ended(&front->guard, here[0]), peer->number);
	guard_accepted(&front->guard, here[0], front->mono_us);
	require(guard_known(&front->guard, here[0], 6, next->number, &displaced));
	peer->gone = true;
	peer->heard_us = 0; /* silent for long, too: lost counts */
	peers_tick(front);
	check(peer_by_routing(&front->peers, 5) == NULL);
	check(peer_by_routing(&front->peers, 6) == next);
	check(!is_cut(0));
	close_all();
}

static void test_only_the_open_are_seen(void)
{
	struct peer *peer;

	open_with(&alone_roomy);
	peer = peer_add(&front->peers, 5, PEER_ENROLLING);
	require(peer != NULL);
	peer->agency = 9;
	peer->heard_us = front->mono_us;
	peers_tick(front);
	check_int(pulse_seen(&front->pulses, 9), 0);
	check_uint(front->peers.count, 1);
	front->mono_us += (int64_t)front->config.session_timeout + 1;
	peers_tick(front);
	check_uint(front->peers.count, 0); /* an Enrol that nobody answers does not keep a place for ever */
	close_all();
}

/* ---- credit ---- */

static void give_credit(struct peer *peer, uint64_t items, uint64_t bytes)
{
	peer->credit_items = items;
	peer->credit_bytes = bytes;
	peer_offer_credit(front, peer);
}

static void test_credit_within_what_is_read(void)
{
	struct peer *peer;

	open_with(&alone_roomy);
	peer = alone_peer(&alone, 5, 7, -1);
	give_credit(peer, 10, 1000);
	check_uint(peer->offered_items, 10);
	check_uint(peer->offered_bytes, 1000);
	check(!peer->credit_due);
	give_credit(peer, UINT64_MAX, UINT64_MAX); /* as much as may wait unsent, and no more */
	check_uint(peer->offered_items, (4u << 20) / 2048);
	check_uint(peer->offered_bytes, 4u << 20);
	check(peer->credit_due);
	peer->handed_items = 100;
	peer->handed_bytes = 1000000;
	peer_offer_credit(front, peer);
	check_uint(peer->offered_items, 100 + (4u << 20) / 2048);
	check_uint(peer->offered_bytes, 1000000 + (4u << 20));
	close_all();
}

static void test_credit_of_one_that_does_not_read(void)
{
	struct peer *peer;

	open_with(&alone_roomy);
	peer = alone_peer(&alone, 5, 7, -1);
	atomic_store(&peer->flow->bytes, 3u << 20);
	give_credit(peer, UINT64_MAX, UINT64_MAX);
	check_uint(peer->offered_bytes, 1u << 20);
	check_uint(peer->offered_items, (1u << 20) / 2048);
	atomic_store(&peer->flow->bytes, 5u << 20); /* over its bound: nothing more, and nothing taken back */
	peer_offer_credit(front, peer);
	check_uint(peer->offered_bytes, 1u << 20);
	check(peer->credit_due);
	atomic_store(&peer->flow->bytes, 0); /* it has read: the next tick tells the writer */
	peers_tick(front);
	check_uint(peer->offered_bytes, 4u << 20);
	close_all();
}

static void test_credit_that_is_smaller(void)
{
	struct peer *peer;

	open_with(&alone_roomy);
	peer = alone_peer(&alone, 5, 7, -1);
	give_credit(peer, 10, 1000);
	give_credit(peer, 5, 500); /* never told to the writer: totals only grow */
	check_uint(peer->offered_items, 10);
	check_uint(peer->offered_bytes, 1000);
	give_credit(peer, 11, 500); /* either may grow alone */
	check_uint(peer->offered_items, 11);
	close_all();
}

static bool credit_offered(void *context)
{
	const struct peer *peer = context;

	peers_tick(front);
	return peer->offered_items == 10;
}

static void test_credit_that_must_wait(void)
{
	const struct alone_bounds bounds = { 4, 1, 8, 1 << 20, 0, 1 << 20, 1 << 18 };
	struct peer *peer;

	open_with(&bounds);
	peer = alone_peer(&alone, 5, 7, -1);
	alone_fill_ring(&alone);
	give_credit(peer, 10, 1000);
	check_uint(peer->offered_items, 0);
	check(peer->credit_due);
	alone_run_writer(&alone);
	check(eventually(credit_offered, peer));
	check(!peer->credit_due);
	close_all();
}

/* ---- keys that changed ---- */

static const char *const ids[] = { "alpha", "beta", "gamma" };

static void load_keys(void)
{
	struct txn *txn;

	require_ok(txn_begin_read(front->store, &txn));
	require_ok(keyring_load(&front->keyring, txn));
	txn_abort(txn);
}

/* The word that a session's connection gets at its end. */
static void check_told(void *dealer, Pb__RefusalCode code)
{
	const Pb__FromBroker *message;
	struct arena arena;
	uint8_t bytes[1000];
	int len = zmq_recv(dealer, bytes, sizeof bytes, 0);

	require(len >= 0);
	check_int(zmq_recv(dealer, bytes + len, 1, 0), 0);
	arena_init(&arena, 1 << 16);
	require_ok(CODEC_DECODE(from_broker, bytes_of(bytes, (size_t)len), &arena, &message, NULL));
	require(message->body_case == PB__FROM_BROKER__BODY_NOTICE);
	check_int(message->notice->kind, PB__NOTICE_KIND__NOTICE_KIND_CLOSING);
	check_int(message->notice->refusal->code, code);
	arena_free(&arena);
}

static void test_recheck(void)
{
	struct peer *holds, *replaced, *invited;
	struct visitor alpha;
	uint32_t routing;
	void *dealer;

	house_open(&house, NULL);
	house_directory(&house, ids, 3);
	visitor_new(&alpha, &house, "alpha");
	visitor_enrol(&alpha);
	visitor_hang_up(&alpha);
	alone_open(&alone, &house, &alone_roomy);
	load_keys();
	dealer = alone_dealer(&alone, &routing);
	holds = alone_peer(&alone, routing + 1, 1, -1);
	key_identity(keyring_find(&front->keyring, alpha.curve_public, front->wall_us), holds->identity);
	require_ok(certificate_from_der(certificate_der(alpha.signing_certificate), &holds->certificate));
	replaced = alone_peer(&alone, routing, 1, -1);
	memcpy(replaced->identity, holds->identity, sizeof replaced->identity);
	replaced->identity[strlen(replaced->identity) - 1] ^= 1; /* a key that it had before */
	invited = peer_add(&front->peers, routing + 2, PEER_ENROLLING);
	snprintf(invited->identity, sizeof invited->identity, "i:00");
	peers_recheck(front);
	check(peer_by_routing(&front->peers, routing + 1) == holds);
	check(holds->certificate == NULL); /* looked up anew with the next batch */
	check(peer_by_routing(&front->peers, routing) == NULL);
	check(peer_by_routing(&front->peers, routing + 2) == invited); /* used, but its answer is still to come */
	check_told(dealer, PB__REFUSAL_CODE__REFUSAL_CODE_REVOKED);
	zmq_close(dealer);
	visitor_free(&alpha);
	alone_close(&alone);
	house_close(&house);
}

UNIT_SUITE("front/peer_life",
	{ "a session ends", test_end },
	{ "a session that only sends ends", test_end_of_a_sender },
	{ "an invitation's end is nobody's business", test_end_of_an_invitation },
	{ "an end that must wait for the writer", test_end_that_must_wait },
	{ "silence", test_silent },
	{ "a connection that is gone", test_gone },
	{ "only open sessions are seen", test_only_the_open_are_seen },
	{ "credit within what is read", test_credit_within_what_is_read },
	{ "credit of one that does not read", test_credit_of_one_that_does_not_read },
	{ "credit that is smaller", test_credit_that_is_smaller },
	{ "credit that must wait for the writer", test_credit_that_must_wait },
	{ "keys that changed", test_recheck });
