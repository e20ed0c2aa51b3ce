/* SPDX-License-Identifier: Apache-2.0 */
#include "front/held.h"

#include <string.h>

#include "alone.h"

static struct house house;
static struct alone alone;
static const struct peer seven = { .number = 99, .agency = 7, .device = 3 };
static const struct peer eight = { .number = 98, .agency = 8, .device = 1 };

static void open_alone(const struct alone_bounds *bounds)
{
	house_open(&house, NULL);
	alone_open(&alone, &house, bounds);
}

static void close_alone(void)
{
	alone_close(&alone);
	house_close(&house);
}

static size_t pending_of(uint32_t agency)
{
	return atomic_load(&alone.front.pulses.agencies[agency].pending);
}

static struct held *make(enum inbound_type type, const struct peer *peer)
{
	struct held *held = held_new(&alone.front, type, peer);

	require(held != NULL);
	return held;
}

/* With a data frame of size bytes. */
static struct held *make_with(enum inbound_type type, const struct peer *peer, size_t size)
{
	struct held *held = make(type, peer);
	struct frame frame = { 0 };

	zmq_msg_init(&frame.control);
	require(zmq_msg_init_size(&frame.data, size) == 0);
	memset(zmq_msg_data(&frame.data), 0, size);
	held_take_data(held, &frame);
	frame_free(&frame);
	return held;
}

static void test_whose_it_is(void)
{
	struct held *held;

	open_alone(&alone_roomy);
	held = make(INBOUND_BLOB, &seven);
	check_int(held->inbound.type, INBOUND_BLOB);
	check_uint(held->inbound.session, 99);
	check_uint(held->inbound.agency, 7);
	check_uint(held->inbound.device, 3);
	check(held->inbound.release != NULL && held->inbound.answer == NULL);
	held_free(held);
	held_free(NULL);
	close_alone();
}

/* A small frame's bytes stand in its struct: they must be read from where they went. */
static void test_takes_the_data(void)
{
	struct frame frame = { 0 };
	struct held *held;

	open_alone(&alone_roomy);
	held = make(INBOUND_BATCH, &seven);
	zmq_msg_init(&frame.control);
	require(zmq_msg_init_size(&frame.data, 5) == 0);
	memcpy(zmq_msg_data(&frame.data), "bytes", 5);
	held_take_data(held, &frame);
	check_bytes(frame_bytes(&held->data), bytes_of_text("bytes"));
	check_uint(frame_bytes(&frame.data).len, 0);
	memset(&frame.data, 0xff, sizeof frame.data); /* nothing may lead back to it */
	check_bytes(frame_bytes(&held->data), bytes_of_text("bytes"));
	zmq_msg_init(&frame.data);
	frame_free(&frame);
	held_free(held);
	close_alone();
}

static void test_takes_the_scratch(void)
{
	struct held *held;
	char *kept;

	open_alone(&alone_roomy);
	held = make(INBOUND_BATCH, &seven);
	kept = arena_text(&alone.front.scratch, bytes_of_text("decoded"));
	held_take_scratch(&alone.front, held);
	check_uint(alone.front.scratch.used, 0);
	check_uint(alone.front.scratch.held, 0);
	check_uint(alone.front.scratch.limit, LIMIT_DECODE_BYTES);
	arena_text(&alone.front.scratch, bytes_of_text("another")); /* the next frame's */
	check_text(kept, "decoded");
	check(held->inbound.arena.used > 0);
	held_free(held);
	close_alone();
}

static void test_charged_by_what_it_takes(void)
{
	struct held *held;
	size_t bytes;

	open_alone(&alone_roomy);
	held = make_with(INBOUND_BATCH, &seven, 100000);
	arena_alloc(&held->inbound.arena, 1000);
	bytes = sizeof *held + 100000 + held->inbound.arena.held;
	check(held_charge(&alone.front, held, false));
	check_uint(flow_bytes(&alone.front.pending), bytes);
	check_uint(pending_of(7), bytes);
	held_free(held);
	check_uint(flow_bytes(&alone.front.pending), 0);
	check_uint(pending_of(7), 0);
	close_alone();
}

/* Takes as many inbounds of one agency as go in; gives how many bytes that were. */
static size_t take_all(enum inbound_type type, const struct peer *peer, bool privileged)
{
	struct held *taken[200];
	size_t count = 0, bytes;

	do {
		require(count < sizeof taken / sizeof *taken);
		taken[count++] = make_with(type, peer, 64 * 1024);
	} while (held_charge(&alone.front, taken[count - 1], privileged));
	bytes = pending_of(peer->agency);
	check_uint(taken[count - 1]->charged, 0);
	for (size_t i = 0; i < count; i++)
		held_free(taken[i]);
	check_uint(pending_of(peer->agency), 0);
	return bytes;
}

/* One agency fills its own share, and the last that goes in may pass it: of segments least, of what is urgent most. */
static void test_shares(void)
{
	static const struct {
		enum inbound_type type;
		bool privileged;
		size_t share;
	} rows[] = {
		{ INBOUND_BATCH, false, 64u << 20 >> 5 },
		{ INBOUND_BLOB, false, 64u << 20 >> 7 },
		{ INBOUND_BATCH, true, 64u << 20 >> 3 },
		{ INBOUND_BIND, true, 64u << 20 >> 3 },
	};

	open_alone(&alone_roomy);
	alone.front.config.pending_bytes_max = 64u << 20;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		size_t bytes = take_all(rows[i].type, &seven, rows[i].privileged);

		unit_context("row %zu", i);
		check(bytes >= rows[i].share);
		check(bytes < rows[i].share + 66 * 1024);
	}
	close_alone();
}

static void test_anothers_share(void)
{
	struct held *large, *refused, *other;

	open_alone(&alone_roomy);
	large = make_with(INBOUND_BATCH, &seven, 3u << 20);
	check(held_charge(&alone.front, large, false)); /* nothing is too large for a share that is empty */
	refused = make(INBOUND_BATCH, &seven);
	check(!held_charge(&alone.front, refused, false));
	check(held_charge(&alone.front, refused, true)); /* an acknowledgement still passes */
	other = make_with(INBOUND_BATCH, &eight, 1000);
	check(held_charge(&alone.front, other, false));
	held_free(large);
	held_free(refused);
	held_free(other);
	close_alone();
}

/* Refused by the bound of all: its agency's share is given back as well. */
static void test_bound_of_all(void)
{
	const struct alone_bounds bounds = { 256, 32, 64, 300000, 100000, 1 << 20, 1 << 18 };
	struct held *first, *second;

	open_alone(&bounds);
	first = make_with(INBOUND_BATCH, &seven, 150000);
	second = make_with(INBOUND_BATCH, &eight, 100000);
	check(held_charge(&alone.front, first, false));
	check(!held_charge(&alone.front, second, false));
	check_uint(pending_of(8), 0);
	check_uint(second->charged, 0);
	check(held_charge(&alone.front, second, true)); /* out of the reserve */
	held_free(second);
	held_free(first);
	close_alone();
}

/* A full ring: what was offered is freed and its charge given back; the reserve is for the privileged alone. */
static void test_full_ring(void)
{
	const struct alone_bounds bounds = { 8, 3, 64, 64u << 20, 0, 1 << 20, 1 << 18 };
	struct held *held;
	unsigned taken = 0, privileged = 0;

	open_alone(&bounds);
	for (;; taken++) {
		held = make_with(INBOUND_SESSION_CLOSE, &seven, 1000);
		require(held_charge(&alone.front, held, false));
		if (held_offer(&alone.front, held, false) != ERR_OK)
			break;
	}
	check_uint(taken, 5);
	check(pending_of(7) > 5 * 1000 && pending_of(7) < 6 * (1000 + sizeof *held));
	for (;; privileged++)
		if (held_offer(&alone.front, make(INBOUND_SESSION_CLOSE, &seven), true) != ERR_OK)
			break;
	check_uint(privileged, 3);
	close_alone(); /* where all is given back, or it fails */
}

static void test_writer_ended(void)
{
	struct held *held;

	open_alone(&alone_roomy);
	alone_run_writer(&alone);
	broker_stop(alone.front.broker);
	held = make_with(INBOUND_BATCH, &seven, 1000);
	require(held_charge(&alone.front, held, false));
	check_err(held_offer(&alone.front, held, true), ERR_STOPPED);
	check_uint(pending_of(7), 0);
	close_alone();
}

UNIT_SUITE("front/held",
	{ "whose it is", test_whose_it_is },
	{ "the data frame is taken over", test_takes_the_data },
	{ "what was decoded is taken over", test_takes_the_scratch },
	{ "charged by what it takes", test_charged_by_what_it_takes },
	{ "an agency's share", test_shares },
	{ "another's share is untouched", test_anothers_share },
	{ "the bound of all", test_bound_of_all },
	{ "a full ring", test_full_ring },
	{ "a writer that has ended", test_writer_ended });
