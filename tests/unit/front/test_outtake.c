/* SPDX-License-Identifier: Apache-2.0 */
/* From the writer to the sessions: each word to whom it is for, and to nobody else. */
#include "front/outtake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#include "alone.h"

enum { SESSIONS = 4 };

static struct house house;
static struct alone alone;
static struct front *const front = &alone.front;
static void *dealers[SESSIONS];
static struct peer *peers[SESSIONS]; /* of agencies 7, 7, 8 and 9 */

static void open_all(void)
{
	static const uint32_t agencies[SESSIONS] = { 7, 7, 8, 9 };

	house_open(&house, NULL);
	alone_open(&alone, &house, &alone_roomy);
	for (size_t i = 0; i < SESSIONS; i++) {
		uint32_t routing;

		dealers[i] = alone_dealer(&alone, &routing);
		peers[i] = alone_peer(&alone, routing, agencies[i], -1);
	}
}

static void close_all(void)
{
	for (size_t i = 0; i < SESSIONS; i++)
		zmq_close(dealers[i]);
	alone_close(&alone);
	house_close(&house);
}

/* As the writer hands it over; the frame, if any, is copied. */
static void hand_over(enum outbound_type type, uint64_t session, uint32_t agency, const Pb__FromBroker *frame)
{
	struct outbound *outbound = calloc(1, sizeof *outbound);
	const ProtobufCMessage *copy = NULL;

	require(outbound != NULL);
	*outbound = (struct outbound){ .type = type, .session = session, .agency = agency };
	arena_init(&outbound->arena, 1 << 16);
	if (frame != NULL)
		require_ok(codec_copy(&frame->base, &outbound->arena, &copy));
	outbound->frame = (const Pb__FromBroker *)copy;
	require_ok(ring_push(broker_outbound(front->broker), outbound, true));
}

static Pb__FromBroker pong_of(uint64_t number)
{
	Pb__FromBroker message = PB__FROM_BROKER__INIT;

	message.body_case = PB__FROM_BROKER__BODY_PONG;
	message.pong = number;
	return message;
}

/* The body of the next message that a session's client got; NOT_SET: none. */
static Pb__FromBroker__BodyCase got(size_t session)
{
	const Pb__FromBroker *message;
	Pb__FromBroker__BodyCase body;
	struct arena arena;
	uint8_t bytes[2000];
	int len = zmq_recv(dealers[session], bytes, sizeof bytes, ZMQ_DONTWAIT);

	if (len < 0)
		return PB__FROM_BROKER__BODY__NOT_SET;
	check_int(zmq_recv(dealers[session], bytes + len, 1, 0), 0);
	arena_init(&arena, 1 << 16);
	require_ok(CODEC_DECODE(from_broker, bytes_of(bytes, (size_t)len), &arena, &message, NULL));
	body = message->body_case;
	arena_free(&arena);
	return body;
}

static void check_got(const char *who)
{
	for (size_t i = 0; i < SESSIONS; i++) {
		unit_context("session %zu of %s", i, who);
		check_int(got(i), who[i] == 'x' ? PB__FROM_BROKER__BODY_PONG : PB__FROM_BROKER__BODY__NOT_SET);
		check_int(got(i), PB__FROM_BROKER__BODY__NOT_SET); /* once */
	}
}

static void test_addressed(void)
{
	const Pb__FromBroker pong = pong_of(1);

	open_all();
	hand_over(OUTBOUND_FRAME, peers[1]->number, 0, &pong);
	outtake(front, SIZE_MAX);
	check_got("-x--");
	hand_over(OUTBOUND_FRAME, 0, 7, &pong); /* all of an agency's */
	outtake(front, SIZE_MAX);
	check_got("xx--");
	hand_over(OUTBOUND_FRAME, 0, 0, &pong); /* everybody */
	outtake(front, SIZE_MAX);
	check_got("xxxx");
	hand_over(OUTBOUND_FRAME, 0, 10, &pong); /* an agency that is not here */
	hand_over(OUTBOUND_FRAME, peers[1]->number + (1 << 16), 0, &pong); /* a session that is not any more */
	outtake(front, SIZE_MAX);
	check_got("----");
	close_all();
}

/* Only those that said Hello hear what all are told; one that is ending hears nothing more. */
static void test_states(void)
{
	const Pb__FromBroker pong = pong_of(1);

	open_all();
	peers[0]->state = PEER_ENROLLING;
	peers[1]->state = PEER_LEAVING;
	hand_over(OUTBOUND_FRAME, 0, 0, &pong);
	hand_over(OUTBOUND_FRAME, peers[1]->number, 0, &pong);
	outtake(front, SIZE_MAX);
	check_got("--xx");
	check_int(peers[1]->state, PEER_LEAVING);
	close_all();
}

static void test_as_many_as_asked(void)
{
	const Pb__FromBroker pong = pong_of(1);

	open_all();
	for (unsigned i = 0; i < 100; i++)
		hand_over(OUTBOUND_FRAME, peers[0]->number, 0, &pong);
	outtake(front, 70); /* more than at once, and fewer than there are */
	for (unsigned i = 0; i < 70; i++)
		require(got(0) == PB__FROM_BROKER__BODY_PONG);
	check_int(got(0), PB__FROM_BROKER__BODY__NOT_SET);
	outtake(front, 70);
	for (unsigned i = 0; i < 30; i++)
		require(got(0) == PB__FROM_BROKER__BODY_PONG);
	check_int(got(0), PB__FROM_BROKER__BODY__NOT_SET);
	outtake(front, 0);
	close_all();
}

/* An answered batch makes room for the next; an answer that nobody waits for makes none. */
static void test_answers(void)
{
	Pb__FromBroker message = PB__FROM_BROKER__INIT;
	Pb__Replies replies = PB__REPLIES__INIT;
	const Pb__FromBroker pong = pong_of(1);

	open_all();
	message.body_case = PB__FROM_BROKER__BODY_REPLIES;
	message.replies = &replies;
	peers[0]->unanswered = 2;
	hand_over(OUTBOUND_FRAME, peers[0]->number, 0, &pong);
	outtake(front, SIZE_MAX);
	check_uint(peers[0]->unanswered, 2); /* another word is no answer */
	hand_over(OUTBOUND_FRAME, peers[0]->number, 0, &message);
	outtake(front, SIZE_MAX);
	check_uint(peers[0]->unanswered, 1);
	hand_over(OUTBOUND_FRAME, peers[0]->number, 0, &message);
	hand_over(OUTBOUND_FRAME, peers[0]->number, 0, &message);
	outtake(front, SIZE_MAX);
	check_uint(peers[0]->unanswered, 0);
	close_all();
}

/* An enrolled invitation's connection has done what it could: it comes again, with its own key. */
static void test_enrolled(void)
{
	Pb__FromBroker message = PB__FROM_BROKER__INIT;
	Pb__Enrolled enrolled = PB__ENROLLED__INIT;
	uint32_t routing;

	open_all();
	message.body_case = PB__FROM_BROKER__BODY_ENROLLED;
	message.enrolled = &enrolled;
	routing = peers[0]->routing;
	peers[0]->state = PEER_ENROLLING;
	hand_over(OUTBOUND_FRAME, peers[0]->number, 0, &message);
	outtake(front, SIZE_MAX);
	check_int(got(0), PB__FROM_BROKER__BODY_ENROLLED);
	check(peer_by_routing(&front->peers, routing) == NULL);
	close_all();
}

static void test_close(void)
{
	Pb__FromBroker message = PB__FROM_BROKER__INIT;
	Pb__Notice notice = PB__NOTICE__INIT;
	uint32_t first, second;

	open_all();
	message.body_case = PB__FROM_BROKER__BODY_NOTICE;
	message.notice = &notice;
	first = peers[0]->routing;
	second = peers[1]->routing;
	hand_over(OUTBOUND_CLOSE, peers[0]->number, 0, &message);
	hand_over(OUTBOUND_CLOSE, peers[1]->number, 0, NULL); /* without a word */
	hand_over(OUTBOUND_CLOSE, peers[0]->number, 0, &message); /* the number is nobody's by now */
	outtake(front, SIZE_MAX);
	check_int(got(0), PB__FROM_BROKER__BODY_NOTICE);
	check_int(got(0), PB__FROM_BROKER__BODY__NOT_SET);
	check_int(got(1), PB__FROM_BROKER__BODY__NOT_SET);
	check(peer_by_routing(&front->peers, first) == NULL && peer_by_routing(&front->peers, second) == NULL);
	check_uint(front->peers.count, SESSIONS - 2);
	close_all();
}

/* Keys that changed: read again once for all that came, and whose key is no more is told. */
static void test_keys(void)
{
	open_all();
	check_uint(front->keyring.room, 0); /* never loaded so far: every session's key is unknown to it */
	hand_over(OUTBOUND_KEYS, 0, 0, NULL);
	outtake(front, SIZE_MAX);
	for (size_t i = 0; i < SESSIONS; i++)
		check_int(got(i), PB__FROM_BROKER__BODY_NOTICE);
	check_uint(front->peers.count, 0);
	close_all();
}

/* A word that lets a new key in is followed by the keys at once, though the writer has not said so yet. */
static void test_keys_before_they_are_told(void)
{
	Pb__FromBroker message = PB__FROM_BROKER__INIT;
	Pb__Replies replies = PB__REPLIES__INIT;

	open_all();
	message.body_case = PB__FROM_BROKER__BODY_REPLIES;
	message.replies = &replies;
	peers[0]->unanswered = 1;
	hand_over(OUTBOUND_FRAME, peers[0]->number, 0, &message);
	outtake(front, SIZE_MAX);
	check_uint(front->peers.count, SESSIONS); /* an answer like any other: nobody's key is looked at */
	peers[0]->unanswered = 1;
	peers[0]->binds = true;
	hand_over(OUTBOUND_FRAME, peers[0]->number, 0, &message);
	outtake(front, SIZE_MAX);
	check_uint(front->peers.count, 0);
	close_all();
}

static void hand_over_end(enum err err)
{
	struct outbound *outbound = calloc(1, sizeof *outbound);

	require(outbound != NULL);
	*outbound = (struct outbound){ .type = OUTBOUND_STOPPED, .err = err };
	arena_init(&outbound->arena, 1000);
	require_ok(ring_push(broker_outbound(front->broker), outbound, true));
}

/* The writer's end is the daemon's; the first reason is the one that counts. */
static void test_writer_ended(void)
{
	char text[100];

	open_all();
	hand_over_end(ERR_NOSPC);
	hand_over_end(ERR_OK);
	outtake(front, SIZE_MAX);
	check_err(front->ended, ERR_NOSPC);
	check_err(front_ended(front, text, sizeof text), ERR_NOSPC);
	check_text(text, "the writer has ended");
	check_uint(front->peers.count, SESSIONS); /* whoever stops the daemon tells them */
	close_all();
}

/* What the writer handed out counts against the session's credit whether or not it is still there to be read. */
static void test_handouts_are_counted(void)
{
	struct outbound *outbound = calloc(1, sizeof *outbound);

	open_all();
	require(outbound != NULL);
	*outbound = (struct outbound){ .type = OUTBOUND_HANDOUT, .session = peers[0]->number, .part_bytes = 1234 };
	arena_init(&outbound->arena, 1000);
	require_ok(ring_push(broker_outbound(front->broker), outbound, true));
	outtake(front, SIZE_MAX);
	check_uint(peers[0]->handed_bytes, 1234);
	check_uint(peers[0]->handed_items, 0);
	check_int(got(0), PB__FROM_BROKER__BODY__NOT_SET); /* no item, no frame */
	check_int(peers[0]->state, PEER_OPEN);
	close_all();
}

/* An item whose entry is not there is passed over; one that does not hold ends the daemon, with its number. */
static void test_items_that_are_not_there(void)
{
	struct handout_item item = { .item = 1, .seq = 0 }; /* genesis: no submission */
	struct outbound *outbound = calloc(1, sizeof *outbound);
	char text[100];

	open_all();
	require(outbound != NULL);
	*outbound = (struct outbound){ .type = OUTBOUND_HANDOUT, .session = peers[0]->number, .items = &item, .item_count = 1 };
	arena_init(&outbound->arena, 1000);
	require_ok(ring_push(broker_outbound(front->broker), outbound, true));
	outtake(front, SIZE_MAX);
	check_err(front_ended(front, text, sizeof text), ERR_CORRUPT);
	check_text(text, "entry 0 is damaged");
	check_int(got(0), PB__FROM_BROKER__BODY__NOT_SET);
	check_uint(front->peers.count, SESSIONS - 1); /* its session ends without a count against its items */
	close_all();
}

UNIT_SUITE("front/outtake",
	{ "each to whom it is for", test_addressed },
	{ "only to those that are open", test_states },
	{ "as many as asked for", test_as_many_as_asked },
	{ "answers make room", test_answers },
	{ "an enrolled connection ends", test_enrolled },
	{ "sessions that the writer closes", test_close },
	{ "keys that changed", test_keys },
	{ "keys before they are told", test_keys_before_they_are_told },
	{ "the writer ended", test_writer_ended },
	{ "hand-outs are counted", test_handouts_are_counted },
	{ "items that are not there", test_items_that_are_not_there });
