/* SPDX-License-Identifier: Apache-2.0 */
#include "front/guard.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zmq.h>

#include "unit.h"

/* The guard's end of a connection; the other is kept to see it cut. */
static void make_pair(int pair[2])
{
	require(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) == 0);
}

static bool is_cut(int other_end)
{
	char byte;

	return recv(other_end, &byte, 1, 0) == 0;
}

/* Routing ids that count up with the calls. */
static bool known(struct guard *guard, int fd, uint64_t peer)
{
	static uint32_t routing = UINT32_MAX - 2; /* past its end as well */
	uint64_t displaced;

	return guard_known(guard, fd, routing++, peer, &displaced);
}

static void test_count(void)
{
	struct guard guard;

	require_ok(guard_init(&guard, 10, 100));
	guard_accepted(&guard, 5, 1);
	guard_accepted(&guard, 6, 1);
	check_uint(guard.count, 2);
	known(&guard, 6, 77);
	check_uint(guard_ended(&guard, 6), 77);
	check_uint(guard_ended(&guard, 6), 0); /* told once */
	check_uint(guard_ended(&guard, 5), 0);
	check_uint(guard.count, 0);
	check_uint(guard_ended(&guard, -1), 0);
	check_uint(guard_ended(&guard, 1000), 0);
	known(&guard, 1000, 1);
	guard_cut(&guard, -1, 0);
	guard_free(&guard);
}

static void test_too_many(void)
{
	struct guard guard;
	int pairs[4][2];

	for (unsigned i = 0; i < 4; i++)
		make_pair(pairs[i]);
	require_ok(guard_init(&guard, 2, 1000));
	guard_accepted(&guard, pairs[0][0], 10);
	guard_accepted(&guard, pairs[1][0], 20);
	known(&guard, pairs[0][0], 1);
	guard_accepted(&guard, pairs[2][0], 30); /* the unknown one that is longest there goes */
	check(!is_cut(pairs[0][1]) && is_cut(pairs[1][1]) && !is_cut(pairs[2][1]));
	known(&guard, pairs[2][0], 2);
	guard_accepted(&guard, pairs[3][0], 40); /* all others are known: the new one */
	check(is_cut(pairs[3][1]) && !is_cut(pairs[0][1]) && !is_cut(pairs[2][1]));
	check_uint(guard.count, 2);
	check_uint(guard.cut, 2);
	guard_free(&guard);
	for (unsigned i = 0; i < 4; i++) {
		close(pairs[i][0]);
		close(pairs[i][1]);
	}
}

static void test_silent(void)
{
	struct guard guard;
	int silent[2], heard[2], late[2];

	make_pair(silent);
	make_pair(heard);
	make_pair(late);
	require_ok(guard_init(&guard, 10, 1000));
	guard_accepted(&guard, silent[0], 100);
	guard_accepted(&guard, heard[0], 100);
	guard_accepted(&guard, late[0], 200);
	known(&guard, heard[0], 9);
	guard_cut_silent(&guard, 150);
	check(is_cut(silent[1]) && !is_cut(heard[1]) && !is_cut(late[1]));
	guard_unknown(&guard, heard[0], 8, 300); /* another's end is nothing to it */
	guard_cut_silent(&guard, 301);
	check(!is_cut(heard[1]));
	guard_unknown(&guard, heard[0], 9, 300); /* its session ended */
	guard_cut_silent(&guard, 250);
	check(is_cut(late[1]) && !is_cut(heard[1]));
	guard_cut_silent(&guard, 301);
	check(is_cut(heard[1]));
	check_uint(guard.count, 0);
	guard_free(&guard);
	for (unsigned i = 0; i < 2; i++) {
		close(silent[i]);
		close(heard[i]);
		close(late[i]);
	}
}

/* Descriptors that the guard was not told of are nobody's to cut. */
static void test_only_connections(void)
{
	struct guard guard;
	int pair[2];

	make_pair(pair);
	require_ok(guard_init(&guard, 10, 1000));
	guard_cut(&guard, pair[0], 0);
	check(!is_cut(pair[1]));
	guard_free(&guard);
	close(pair[0]);
	close(pair[1]);
}

/* A descriptor is one connection's after another's; words of the first may be read when the second is there. */
static void test_late_words(void)
{
	struct guard guard;
	uint64_t displaced;
	int pair[2];

	make_pair(pair);
	require_ok(guard_init(&guard, 10, 1000));
	check(!guard_known(&guard, pair[0], 7, 70, &displaced)); /* ended, and the descriptor is free */
	guard_accepted(&guard, pair[0], 10);
	check(guard_known(&guard, pair[0], 7, 70, &displaced)); /* late, but the new one has said nothing yet */
	check(guard_known(&guard, pair[0], 8, 80, &displaced)); /* now it has */
	check_uint(displaced, 70);
	check(!guard_known(&guard, pair[0], 6, 60, &displaced));
	check_uint(displaced, 0);
	guard_unknown(&guard, pair[0], 70, 20);
	guard_cut(&guard, pair[0], 70);
	guard_cut(&guard, pair[0], 0);
	guard_cut_silent(&guard, 1000);
	check(!is_cut(pair[1])); /* whatever becomes of the others */
	check_uint(guard_ended(&guard, pair[0]), 80);
	guard_free(&guard);
	close(pair[0]);
	close(pair[1]);
}

/* ---- what ZeroMQ tells ---- */

struct monitor {
	void *context, *telling, *listening;
	uint64_t ended[8];
	size_t ended_count;
};

static void monitor_open(struct monitor *monitor)
{
	*monitor = (struct monitor){ .context = zmq_ctx_new() };
	monitor->telling = zmq_socket(monitor->context, ZMQ_PAIR);
	monitor->listening = zmq_socket(monitor->context, ZMQ_PAIR);
	require(zmq_bind(monitor->telling, "inproc://events") == 0 && zmq_connect(monitor->listening, "inproc://events") == 0);
}

static void monitor_close(struct monitor *monitor)
{
	zmq_close(monitor->telling);
	zmq_close(monitor->listening);
	zmq_ctx_term(monitor->context);
}

static void ended(void *context, uint64_t peer)
{
	struct monitor *monitor = context;

	require(monitor->ended_count < 8);
	monitor->ended[monitor->ended_count++] = peer;
}

/* As libzmq does: the event and its value in one frame, the endpoint in another. */
static void tell(struct monitor *monitor, uint16_t event, int value)
{
	uint8_t frame[6];

	memcpy(frame, &event, sizeof event);
	memcpy(frame + sizeof event, &value, sizeof value);
	require(zmq_send(monitor->telling, frame, sizeof frame, ZMQ_SNDMORE) == (int)sizeof frame);
	require(zmq_send(monitor->telling, "ipc:///run/a", 12, 0) == 12);
}

static void test_listening(void)
{
	struct monitor monitor;
	struct guard guard;
	int pair[2];

	make_pair(pair);
	monitor_open(&monitor);
	require_ok(guard_init(&guard, 10, 1000));
	guard_listen(&guard, monitor.listening, 5, ended, &monitor); /* nothing was told */
	check_uint(guard.count, 0);
	tell(&monitor, ZMQ_EVENT_ACCEPTED, pair[0]);
	tell(&monitor, ZMQ_EVENT_ACCEPTED, pair[1]);
	tell(&monitor, ZMQ_EVENT_HANDSHAKE_FAILED_AUTH, 400);
	tell(&monitor, ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL, 1);
	tell(&monitor, ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL, 1);
	tell(&monitor, ZMQ_EVENT_LISTENING, pair[0]); /* not asked for, and nothing to us */
	guard_listen(&guard, monitor.listening, 7, ended, &monitor);
	check_uint(guard.count, 2);
	check_uint(guard.refused, 3);
	check_int(guard.connections[pair[0]].since_us, 7);
	known(&guard, pair[0], 42);
	tell(&monitor, ZMQ_EVENT_DISCONNECTED, pair[1]); /* it had no session: nobody is told */
	tell(&monitor, ZMQ_EVENT_DISCONNECTED, pair[0]);
	tell(&monitor, ZMQ_EVENT_DISCONNECTED, pair[0]); /* twice, as after it was cut */
	guard_listen(&guard, monitor.listening, 9, ended, &monitor);
	require(monitor.ended_count == 1);
	check_uint(monitor.ended[0], 42);
	check_uint(guard.count, 0);
	guard_free(&guard);
	monitor_close(&monitor);
	close(pair[0]);
	close(pair[1]);
}

/* The same descriptor again without a word of its end: counted once, and the new one has said nothing. */
static void test_accepted_again(void)
{
	struct guard guard;
	int pair[2];

	make_pair(pair);
	require_ok(guard_init(&guard, 10, 1000));
	guard_accepted(&guard, pair[0], 10);
	known(&guard, pair[0], 7);
	guard_accepted(&guard, pair[0], 20);
	check_uint(guard.count, 1);
	check_uint(guard_ended(&guard, pair[0]), 0); /* 7 was the earlier one's */
	guard_free(&guard);
	close(pair[0]);
	close(pair[1]);
}

/* A descriptor beyond what could be followed is not served: nobody could cut it later. */
static void test_descriptor_beyond(void)
{
	struct guard guard;
	int pair[2];

	make_pair(pair);
	require_ok(guard_init(&guard, 10, (size_t)pair[0])); /* one too few */
	guard_accepted(&guard, pair[0], 10);
	check(is_cut(pair[1]));
	check_uint(guard.count, 0);
	guard_unknown(&guard, pair[0], 0, 10);
	guard_free(&guard);
	close(pair[0]);
	close(pair[1]);
}

/* A clock that begins at nothing: a connection of its first moment is one all the same. */
static void test_first_moment(void)
{
	struct guard guard;
	int pair[2];

	make_pair(pair);
	require_ok(guard_init(&guard, 10, 1000));
	guard_accepted(&guard, pair[0], 0);
	known(&guard, pair[0], 7);
	guard_unknown(&guard, pair[0], 7, 0);
	check_uint(guard.count, 1);
	guard_cut(&guard, pair[0], 0);
	check(is_cut(pair[1]));
	check_uint(guard.count, 0);
	check_uint(guard.cut, 1);
	guard_free(&guard);
	close(pair[0]);
	close(pair[1]);
}

UNIT_SUITE("front/guard",
	{ "what ZeroMQ tells", test_listening },
	{ "a descriptor accepted again", test_accepted_again },
	{ "a descriptor beyond the limit", test_descriptor_beyond },
	{ "the clock's first moment", test_first_moment },
	{ "connections are counted once", test_count },
	{ "too many", test_too_many },
	{ "those that say nothing", test_silent },
	{ "nothing else is cut", test_only_connections },
	{ "late words of an earlier connection", test_late_words });
