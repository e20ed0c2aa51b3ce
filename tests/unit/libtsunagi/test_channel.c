/* SPDX-License-Identifier: Apache-2.0 */
/* The way to a broker: which step fails, how long is waited before the next attempt, and what the descriptor tells. */
#include "libtsunagi/channel.h"

#include <poll.h>
#include <stdio.h>

#include "base/clock.h"
#include "stage.h"
#include "unit.h"

struct way {
	char endpoints[3][600];
	char *list[3];
	struct wire_keys keys;
	struct channel *channel;
};

/* A channel to these endpoints (NULL ends the list early) with keys of its own. */
static void begin(struct way *way, const uint8_t *broker_key, const char *first, const char *second)
{
	size_t count = second == NULL ? 1 : 2;

	snprintf(way->endpoints[0], sizeof way->endpoints[0], "%s", first);
	snprintf(way->endpoints[1], sizeof way->endpoints[1], "%s", second == NULL ? "" : second);
	way->list[0] = way->endpoints[0];
	way->list[1] = way->endpoints[1];
	require_ok(curve_key_new(way->keys.own_public, way->keys.own_secret));
	if (broker_key != NULL)
		memcpy(way->keys.broker, broker_key, CURVE_BYTES);
	else
		memcpy(way->keys.broker, way->keys.own_public, CURVE_BYTES);
	require_ok(channel_new(way->list, count, &way->keys, &way->channel));
}

static void wait_for(struct way *way, enum channel_state state)
{
	int64_t until_us = clock_mono_us() + UNIT_PATIENCE_US;

	channel_work(way->channel);
	while (channel_state(way->channel) != state && clock_mono_us() < until_us) {
		channel_wait(way->channel, clock_mono_us() + 50000);
		channel_work(way->channel);
	}
	require(check_int(channel_state(way->channel), state));
}

static void wait_for_failures(struct way *way, unsigned count)
{
	int64_t until_us = clock_mono_us() + UNIT_PATIENCE_US;

	while (channel_failures(way->channel) < count && clock_mono_us() < until_us) {
		channel_wait(way->channel, clock_mono_us() + 50000);
		channel_work(way->channel);
	}
	require(channel_failures(way->channel) >= count);
}

static bool readable(const struct way *way)
{
	struct pollfd poll_one = { .fd = channel_fd(way->channel), .events = POLLIN };

	return poll(&poll_one, 1, 0) == 1;
}

static void test_idle(void)
{
	struct way way;
	struct bytes control, data;
	zmq_msg_t frames[2];

	begin(&way, NULL, "ipc:///no/such/socket", NULL);
	check_int(channel_state(way.channel), CHANNEL_IDLE);
	channel_work(way.channel); /* nobody asked it to connect */
	check_int(channel_state(way.channel), CHANNEL_IDLE);
	check_int(channel_fault(way.channel), CHANNEL_FAULT_NONE);
	zmq_msg_init_size(&frames[0], 1);
	zmq_msg_init_size(&frames[1], 1);
	check_err(channel_send(way.channel, &frames[0], &frames[1]), ERR_UNREACHABLE);
	check_uint(zmq_msg_size(&frames[0]) + zmq_msg_size(&frames[1]), 2); /* they are the caller's still */
	zmq_msg_close(&frames[0]);
	zmq_msg_close(&frames[1]);
	check_err(channel_receive(way.channel, &control, &data), ERR_TIMEOUT);
	check(!channel_can_send(way.channel) && !channel_has_input(way.channel));
	check(!readable(&way));
	channel_drop(way.channel);
	check_uint(channel_failures(way.channel), 0);
	channel_free(way.channel, 0);
	channel_free(NULL, 0);
}

/* Each attempt after a failure waits at least half of a time that doubles; so a broker that comes back is not stormed. */
static void test_waits_longer_each_time(void)
{
	struct way way;
	int64_t failed_us = 0;

	begin(&way, NULL, "ipc:///no/such/socket", NULL);
	channel_connect(way.channel);
	for (unsigned failure = 1; failure <= 3; failure++) {
		unit_context("failure %u", failure);
		wait_for_failures(&way, failure);
		failed_us = clock_mono_us();
		check_int(channel_state(way.channel), CHANNEL_WAITING);
		check_int(channel_fault(way.channel), CHANNEL_FAULT_CONNECT);
		check(!readable(&way)); /* and does not spin meanwhile */
		while (channel_state(way.channel) == CHANNEL_WAITING) {
			channel_wait(way.channel, clock_mono_us() + 1000000);
			channel_work(way.channel);
			if (channel_failures(way.channel) > failure)
				break;
		}
		check(clock_mono_us() - failed_us >= (INT64_C(45000) << (failure - 1)));
	}
	channel_free(way.channel, 0);
}

/* Who asks to connect is not made to wait. */
static void test_connect_now(void)
{
	struct way way;
	unsigned before;

	begin(&way, NULL, "ipc:///no/such/socket", NULL);
	channel_connect(way.channel);
	wait_for_failures(&way, 2);
	before = channel_failures(way.channel);
	if (channel_state(way.channel) == CHANNEL_WAITING)
		channel_connect(way.channel);
	check(channel_state(way.channel) == CHANNEL_CONNECTING || channel_failures(way.channel) > before);
	channel_free(way.channel, 0);
}

/* wire_open goes through here (the linker's --wrap): the test that wants it is held up behind it, as a busy machine would. */
static int held_up_ms;

enum err __real_wire_open(void *context, const struct wire_keys *keys, const char *endpoint, struct wire_socket *ret_socket);
enum err __wrap_wire_open(void *context, const struct wire_keys *keys, const char *endpoint, struct wire_socket *ret_socket);

enum err __wrap_wire_open(void *context, const struct wire_keys *keys, const char *endpoint, struct wire_socket *ret_socket)
{
	enum err err = __real_wire_open(context, keys, endpoint, ret_socket);

	if (held_up_ms > 0) /* what libzmq has to say is said by then; nothing but time can be awaited without taking it */
		poll(NULL, 0, held_up_ms);
	return err;
}

/* An attempt of the channel's own may succeed before anybody looks at what libzmq tells of it; whoever then waits for the descriptor alone
 * must be woken.  Nothing else wakes here: no owner's timer, and no wait that ends early. */
static void test_noticed_at_once(void)
{
	struct stage *stage = stage_new();
	struct way way;

	stage_agency(stage, "link");
	stage_start(stage);
	begin(&way, stage->curve_public, stage->endpoint, NULL);
	channel_connect(way.channel);
	wait_for(&way, CHANNEL_CONNECTED);
	held_up_ms = 200;
	for (unsigned round = 0; round < 3; round++) {
		int64_t until_us = clock_mono_us() + UNIT_PATIENCE_US;

		unit_context("round %u", round);
		channel_drop(way.channel);
		channel_settled(way.channel); /* so that the next attempt comes soon */
		while (channel_state(way.channel) != CHANNEL_CONNECTED && clock_mono_us() < until_us) {
			channel_wait(way.channel, until_us);
			channel_work(way.channel);
		}
		check_int(channel_state(way.channel), CHANNEL_CONNECTED);
		check(clock_mono_us() < until_us); /* woken, not timed out */
	}
	held_up_ms = 0;
	channel_free(way.channel, 0);
	stage_free(stage);
}

static void test_endpoints_in_turn(void)
{
	struct way way;
	const char *first = "ipc:///no/such/first", *second = "ipc:///no/such/second";

	begin(&way, NULL, first, second);
	check_text(channel_endpoint(way.channel), first);
	channel_connect(way.channel);
	wait_for_failures(&way, 1);
	check_text(channel_endpoint(way.channel), first); /* the one that failed */
	wait_for_failures(&way, 2);
	check_text(channel_endpoint(way.channel), second);
	wait_for_failures(&way, 3);
	check_text(channel_endpoint(way.channel), first);
	channel_free(way.channel, 0);
}

static void test_faults(void)
{
	static const struct {
		const char *endpoint;
		enum channel_fault fault;
	} rows[] = {
		{ "ipc:///no/such/socket", CHANNEL_FAULT_CONNECT },
		{ "tcp://127.0.0.1:1", CHANNEL_FAULT_CONNECT },
		{ "tcp://", CHANNEL_FAULT_NAME },
		{ "nonsense", CHANNEL_FAULT_NAME },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct way way;

		unit_context("%s", rows[i].endpoint);
		begin(&way, NULL, rows[i].endpoint, NULL);
		channel_connect(way.channel);
		wait_for_failures(&way, 1);
		check_int(channel_fault(way.channel), rows[i].fault);
		channel_free(way.channel, 0);
	}
}

static void test_connected_and_lost(void)
{
	struct stage *stage = stage_new();
	struct way way;

	stage_agency(stage, "link");
	stage_start(stage);
	begin(&way, stage->curve_public, "ipc:///no/such/socket", stage->endpoint);
	channel_connect(way.channel);
	wait_for(&way, CHANNEL_CONNECTED);
	check_text(channel_endpoint(way.channel), stage->endpoint);
	check_uint(channel_failures(way.channel), 1); /* connected is not yet welcome */
	check_int(channel_fault(way.channel), CHANNEL_FAULT_NONE);
	check(channel_can_send(way.channel));
	channel_settled(way.channel);
	check_uint(channel_failures(way.channel), 0);
	stage_stop(stage);
	wait_for_failures(&way, 1);
	check_int(channel_fault(way.channel), CHANNEL_FAULT_LOST);
	channel_free(way.channel, 0);
	stage_free(stage);
}

static void test_dropped_and_ended(void)
{
	struct stage *stage = stage_new();
	struct way way;

	stage_agency(stage, "link");
	stage_start(stage);
	begin(&way, stage->curve_public, stage->endpoint, NULL);
	channel_connect(way.channel);
	wait_for(&way, CHANNEL_CONNECTED);
	channel_drop(way.channel);
	check_int(channel_state(way.channel), CHANNEL_WAITING);
	check_int(channel_fault(way.channel), CHANNEL_FAULT_DROPPED);
	check_uint(channel_failures(way.channel), 1);
	wait_for(&way, CHANNEL_CONNECTED); /* again, by itself */
	channel_end(way.channel, 100);
	check_int(channel_state(way.channel), CHANNEL_IDLE);
	check_uint(channel_failures(way.channel), 0);
	channel_work(way.channel);
	check_int(channel_state(way.channel), CHANNEL_IDLE); /* and not by itself */
	channel_connect(way.channel);
	wait_for(&way, CHANNEL_CONNECTED);
	channel_free(way.channel, 0);
	stage_free(stage);
}

static void test_another_brokers_key(void)
{
	struct stage *stage = stage_new();
	struct way way;

	stage_agency(stage, "link");
	stage_start(stage);
	begin(&way, NULL, stage->endpoint, NULL);
	channel_connect(way.channel);
	wait_for_failures(&way, 1);
	check_int(channel_fault(way.channel), CHANNEL_FAULT_BROKER_KEY);
	channel_free(way.channel, 0);
	stage_free(stage);
}

/* The descriptor tells of the owner's moment and of a mark, once each. */
static void test_timer_and_mark(void)
{
	struct way way;
	int64_t before_us;

	begin(&way, NULL, "ipc:///no/such/socket", NULL);
	check(!readable(&way));
	channel_mark(way.channel);
	channel_mark(way.channel);
	check(readable(&way));
	channel_work(way.channel);
	check(!readable(&way));
	before_us = clock_mono_us();
	channel_set_timer(way.channel, before_us + 60000);
	check(!readable(&way) || clock_mono_us() - before_us >= 60000);
	while (!readable(&way) && clock_mono_us() - before_us < 5000000)
		channel_wait(way.channel, before_us + 5000000);
	check(readable(&way));
	check(clock_mono_us() - before_us >= 60000);
	channel_set_timer(way.channel, INT64_MAX);
	channel_work(way.channel);
	check(!readable(&way));
	channel_set_timer(way.channel, 1); /* long over: at once */
	before_us = clock_mono_us();
	channel_wait(way.channel, before_us + 5000000);
	check(readable(&way));
	channel_free(way.channel, 0);
}

/* The wait ends at its time when nothing happens, and at once when that is over. */
static void test_waits_end(void)
{
	struct way way;
	int64_t before_us;

	begin(&way, NULL, "ipc:///no/such/socket", NULL);
	before_us = clock_mono_us();
	channel_wait(way.channel, before_us + 40000);
	check(clock_mono_us() - before_us >= 40000);
	before_us = clock_mono_us();
	channel_wait(way.channel, before_us - 1000000);
	check(clock_mono_us() - before_us < 5000000);
	channel_free(way.channel, 0);
}

UNIT_SUITE("libtsunagi/channel",
	{ "an attempt that succeeds at once", test_noticed_at_once },
	{ "idle", test_idle },
	{ "waits longer each time", test_waits_longer_each_time },
	{ "connect now", test_connect_now },
	{ "endpoints in turn", test_endpoints_in_turn },
	{ "faults", test_faults },
	{ "connected and lost", test_connected_and_lost },
	{ "dropped and ended", test_dropped_and_ended },
	{ "another broker's key", test_another_brokers_key },
	{ "timer and mark", test_timer_and_mark },
	{ "waits end", test_waits_end });
