/* SPDX-License-Identifier: Apache-2.0 */
/* Sending to sessions that read, that do not, and that are gone: what it takes of memory has a bound, and who does not read is cut. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zmq.h>

#include "alone.h"
#include "front/refusals.h"

#define UNREAD_MOST (8u << 20) /* of one session, before it is served no further */

static struct house house;
static struct alone alone;
static struct front *const front = &alone.front;

static void open_with(const struct alone_bounds *bounds)
{
	house_open(&house, NULL);
	alone_open(&alone, &house, bounds);
}

static void close_all(void)
{
	alone_close(&alone);
	house_close(&house);
}

static void test_within_its_bound(void)
{
	const struct alone_bounds bounds = { 256, 32, 64, 1 << 20, 0, 100u << 20, 10u << 20 };
	struct parcel *first, *second;
	struct peer *peer;

	open_with(&bounds);
	peer = alone_peer(&alone, 5, 7, -1);
	first = reply_room(front, peer, UNREAD_MOST);
	require(first != NULL);
	second = reply_room(front, peer, 1000); /* exactly at its bound: once more */
	require(second != NULL);
	check(reply_room(front, peer, 0) == NULL);
	check_int(peer->state, PEER_OPEN); /* what to do about it is the caller's */
	parcel_free(second);
	second = reply_room(front, peer, 0);
	check(second != NULL);
	parcel_free(first);
	parcel_free(second);
	close_all();
}

/* The bound of all is reached: the session that leaves most unread pays for it, and the one that asks is served out of the reserve. */
static void test_most_unread_is_cut(void)
{
	const struct alone_bounds bounds = { 256, 32, 64, 1 << 20, 0, 1000, 200 };
	struct peer *asking, *some, *most;
	struct parcel *parcels[3], *got;
	int pair[2];
	char byte;

	open_with(&bounds);
	require(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) == 0);
	asking = alone_peer(&alone, 5, 7, -1);
	some = alone_peer(&alone, 6, 8, -1);
	most = alone_peer(&alone, 7, 9, pair[0]);
	parcels[0] = reply_room(front, asking, 100);
	parcels[1] = reply_room(front, some, 300);
	parcels[2] = reply_room(front, most, 400);
	require(parcels[0] != NULL && parcels[1] != NULL && parcels[2] != NULL);
	got = reply_room(front, asking, 150);
	check(got != NULL);
	check_uint(flow_bytes(&front->sending), 950);
	check(peer_by_routing(&front->peers, 7) == NULL);
	check(recv(pair[1], &byte, 1, 0) == 0); /* so that what it holds comes free */
	check(peer_by_routing(&front->peers, 6) == some);
	check(peer_by_routing(&front->peers, 5) == asking);
	parcel_free(got);
	for (size_t i = 0; i < 3; i++)
		parcel_free(parcels[i]);
	close(pair[0]);
	close(pair[1]);
	close_all();
}

static void test_most_unread_asks_itself(void)
{
	const struct alone_bounds bounds = { 256, 32, 64, 1 << 20, 0, 1000, 200 };
	struct peer *asking, *other;
	struct parcel *parcels[2];

	open_with(&bounds);
	asking = alone_peer(&alone, 5, 7, -1);
	other = alone_peer(&alone, 6, 8, -1);
	parcels[0] = reply_room(front, asking, 500);
	parcels[1] = reply_room(front, other, 300);
	check(reply_room(front, asking, 1) == NULL);
	check_uint(front->peers.count, 2); /* nobody else pays */
	parcel_free(parcels[0]);
	parcel_free(parcels[1]);
	close_all();
}

/* The reserve is a loan until the other's memory comes free, not a second bound. */
static void test_reserve_has_an_end(void)
{
	const struct alone_bounds bounds = { 256, 32, 64, 1 << 20, 0, 1000, 200 };
	struct peer *asking, *other;
	struct parcel *parcel;

	open_with(&bounds);
	asking = alone_peer(&alone, 5, 7, -1);
	other = alone_peer(&alone, 6, 8, -1);
	parcel = reply_room(front, other, 800);
	require(parcel != NULL);
	check(reply_room(front, asking, 201) == NULL);
	check(peer_by_routing(&front->peers, 6) == NULL); /* cut all the same */
	check(peer_by_routing(&front->peers, 5) == asking);
	check(reply_room(front, asking, 1) == NULL); /* now it is the one with most */
	parcel_free(parcel);
	close_all();
}

/* Those that are leaving already free nothing by being ended again. */
static void test_leaving_are_passed_over(void)
{
	const struct alone_bounds bounds = { 4, 1, 64, 1 << 20, 0, 1000, 200 };
	struct peer *asking, *leaving;
	struct parcel *parcel;

	open_with(&bounds);
	asking = alone_peer(&alone, 5, 7, -1);
	leaving = alone_peer(&alone, 6, 8, -1);
	alone_fill_ring(&alone);
	parcel = reply_room(front, leaving, 800);
	require(parcel != NULL);
	peer_end(front, leaving, false, "silent");
	require(leaving->state == PEER_LEAVING);
	check(reply_room(front, asking, 100) == NULL);
	check_int(asking->state, PEER_OPEN);
	parcel_free(parcel);
	close_all();
}

/* ---- sent ---- */

static Pb__FromBroker pong_of(uint64_t number)
{
	Pb__FromBroker message = PB__FROM_BROKER__INIT;

	message.body_case = PB__FROM_BROKER__BODY_PONG;
	message.pong = number;
	return message;
}

static void test_both_frames_arrive(void)
{
	const Pb__FromBroker message = pong_of(4711);
	const Pb__FromBroker *got;
	struct parcel *data;
	struct arena arena;
	struct peer *peer;
	uint8_t bytes[100];
	uint32_t routing;
	void *dealer;
	int len;

	open_with(&alone_roomy);
	dealer = alone_dealer(&alone, &routing);
	peer = alone_peer(&alone, routing, 7, -1);
	data = reply_room(front, peer, 5);
	require(data != NULL);
	memcpy(parcel_bytes(data), "bytes", 5);
	reply_send(front, peer, &message, data);
	len = zmq_recv(dealer, bytes, sizeof bytes, 0);
	require(len > 0);
	arena_init(&arena, 1 << 16);
	require_ok(CODEC_DECODE(from_broker, bytes_of(bytes, (size_t)len), &arena, &got, NULL));
	check_uint(got->pong, 4711);
	check_int(zmq_recv(dealer, bytes, sizeof bytes, 0), 5);
	check_bytes(bytes_of(bytes, 5), bytes_of_text("bytes"));
	check_int(peer->state, PEER_OPEN);
	arena_free(&arena);
	zmq_close(dealer);
	close_all();
}

static void test_to_one_that_is_gone(void)
{
	const Pb__FromBroker message = pong_of(1);
	struct peer *peer;
	uint32_t routing;
	void *dealer;

	open_with(&alone_roomy);
	dealer = alone_dealer(&alone, &routing);
	peer = alone_peer(&alone, routing + 1, 7, -1); /* nobody's */
	reply_send(front, peer, &message, reply_room(front, peer, 100));
	check(peer_by_routing(&front->peers, routing + 1) == NULL);
	check_uint(flow_bytes(&front->sending), 0); /* both frames given back */
	zmq_close(dealer);
	close_all();
}

/* No room for the control frame: the data frame is freed with the session. */
static void test_no_room_for_control(void)
{
	const struct alone_bounds bounds = { 256, 32, 64, 1 << 20, 0, 102, 0 };
	const Pb__FromBroker message = pong_of(UINT64_MAX);
	struct parcel *data;
	struct peer *peer;

	open_with(&bounds);
	peer = alone_peer(&alone, 5, 7, -1);
	data = reply_room(front, peer, 100);
	require(data != NULL);
	reply_send(front, peer, &message, data);
	check(peer_by_routing(&front->peers, 5) == NULL);
	check_uint(flow_bytes(&front->sending), 0);
	close_all();
}

static bool nothing_unsent(void *context)
{
	struct frame frame;

	(void)context;
	check_err(frame_receive(front->endpoint.router, &frame), ERR_NOT_FOUND); /* where the router learns of the end */
	return flow_bytes(&front->sending) == 0;
}

/* It does not read: ZeroMQ takes so many and no more, the session ends, and the daemon holds no more than its bound. */
static void test_one_that_does_not_read(void)
{
	const Pb__FromBroker message = pong_of(1);
	struct peer *peer;
	uint32_t routing;
	unsigned sent = 0;
	void *dealer;

	open_with(&alone_roomy);
	dealer = alone_dealer(&alone, &routing);
	alone_peer(&alone, routing, 7, -1);
	while ((peer = peer_by_routing(&front->peers, routing)) != NULL && sent++ < 100000)
		reply_send(front, peer, &message, NULL);
	check(peer == NULL);
	check(sent > 100);
	zmq_close(dealer);
	check(eventually(nothing_unsent, NULL)); /* as soon as the connection is gone */
	close_all();
}

static void test_strangers_word(void)
{
	const Pb__Refusal refusal = refusal_of(PB__REFUSAL_CODE__REFUSAL_CODE_VERSION, "version", 9, 1);
	const Pb__FromBroker *got;
	struct arena arena;
	uint8_t bytes[200];
	uint32_t routing;
	void *dealer;
	int len;

	open_with(&alone_roomy);
	dealer = alone_dealer(&alone, &routing);
	reply_stranger(front, routing, &refusal);
	len = zmq_recv(dealer, bytes, sizeof bytes, 0);
	require(len > 0);
	arena_init(&arena, 1 << 16);
	require_ok(CODEC_DECODE(from_broker, bytes_of(bytes, (size_t)len), &arena, &got, NULL));
	require(got->body_case == PB__FROM_BROKER__BODY_NOTICE && got->notice->refusal != NULL);
	check_int(got->notice->kind, PB__NOTICE_KIND__NOTICE_KIND_CLOSING);
	check_text(got->notice->refusal->subject, "version");
	check_int(got->notice->refusal->value, 9);
	check_int(got->notice->refusal->bound, 1);
	check_uint(front->peers.count, 0); /* it is a stranger still */
	reply_stranger(front, routing + 1, &refusal); /* gone meanwhile: nothing happens */
	arena_free(&arena);
	zmq_close(dealer);
	close_all();
}

/* ---- refusals that outlive what they were made from ---- */

static void test_kept_refusal(void)
{
	Pb__Refusal refusal;
	const Pb__Refusal *kept;
	char subject[] = "view.parts";
	struct arena arena;

	refusal = refusal_of(PB__REFUSAL_CODE__REFUSAL_CODE_TOO_MANY, subject, 5, 4);
	arena_init(&arena, 1000);
	kept = refusal_keep(&arena, &refusal);
	require(kept != NULL);
	subject[0] = 'x';
	refusal.value = 0;
	check_text(kept->subject, "view.parts");
	check_int(kept->code, PB__REFUSAL_CODE__REFUSAL_CODE_TOO_MANY);
	check_int(kept->value, 5);
	check_int(kept->bound, 4);
	refusal = refusal_overloaded(7, 8);
	kept = refusal_keep(&arena, &refusal);
	require(kept != NULL);
	check_text(kept->subject, "");
	check_uint(kept->retry_after_ms, RETRY_MS);
	arena_free(&arena);
	for (size_t room = 0; room < sizeof *kept; room += 16) {
		arena_init(&arena, room);
		check(refusal_keep(&arena, &refusal) == NULL);
		arena_free(&arena);
	}
}

UNIT_SUITE("front/reply",
	{ "within a session's bound", test_within_its_bound },
	{ "the one that leaves most unread is cut", test_most_unread_is_cut },
	{ "the one that leaves most unread asks itself", test_most_unread_asks_itself },
	{ "the reserve has an end", test_reserve_has_an_end },
	{ "those that leave are passed over", test_leaving_are_passed_over },
	{ "both frames arrive", test_both_frames_arrive },
	{ "to one that is gone", test_to_one_that_is_gone },
	{ "no room for the control frame", test_no_room_for_control },
	{ "one that does not read", test_one_that_does_not_read },
	{ "a stranger's word", test_strangers_word },
	{ "a refusal that is kept", test_kept_refusal });
