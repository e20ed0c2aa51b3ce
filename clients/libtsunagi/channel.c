/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/channel.c - see channel.h for the contract.
 *
 * Invariants: a socket is open in CONNECTING and CONNECTED and in no other state; its two descriptors are in the epoll set exactly while
 * it is open; retry_at_us is meant in WAITING only. */
#include "libtsunagi/channel.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "crypto/digest.h"

#define RETRY_FIRST_US 100000LL
#define RETRY_LAST_US 30000000LL
#define CONTEXT_SOCKETS 64 /* closed ones count until libzmq's reaper has them */

struct channel {
	void *context;
	char *const *endpoints;
	size_t endpoint_count;
	size_t endpoint;
	struct wire_keys keys;
	struct wire_socket socket;
	enum channel_state state;
	enum channel_fault fault;
	bool tried, reached; /* of this attempt: TCP was begun; something answered */
	unsigned failures;
	int64_t retry_at_us;
	int64_t timer_at_us;
	int poller, timer, marker;
	zmq_msg_t control, data; /* the message last received */
};

static bool watch(struct channel *channel, int descriptor)
{
	struct epoll_event event = { .events = EPOLLIN, .data.fd = descriptor };

	return epoll_ctl(channel->poller, EPOLL_CTL_ADD, descriptor, &event) == 0;
}

static enum err open_descriptors(struct channel *channel)
{
	channel->poller = epoll_create1(EPOLL_CLOEXEC);
	channel->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	channel->marker = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	channel->context = zmq_ctx_new();
	if (channel->poller < 0 || channel->timer < 0 || channel->marker < 0 || channel->context == NULL ||
	    !watch(channel, channel->timer) || !watch(channel, channel->marker))
		return ERR_BUSY;
	zmq_ctx_set(channel->context, ZMQ_MAX_SOCKETS, CONTEXT_SOCKETS);
	zmq_ctx_set(channel->context, ZMQ_IO_THREADS, 1);
	return ERR_OK;
}

enum err channel_new(char *const *endpoints, size_t endpoint_count, const struct wire_keys *keys, struct channel **ret_channel)
{
	struct channel *channel = calloc(1, sizeof *channel);
	enum err err = ERR_OK;

	if (channel == NULL)
		return ERR_NOMEM;
	channel->endpoints = endpoints;
	channel->endpoint_count = endpoint_count;
	channel->keys = *keys;
	channel->timer_at_us = INT64_MAX;
	channel->poller = channel->timer = channel->marker = -1;
	zmq_msg_init(&channel->control);
	zmq_msg_init(&channel->data);
	err = open_descriptors(channel);
	if (err != ERR_OK) {
		channel_free(channel, 0);
		return err;
	}
	*ret_channel = channel;
	return ERR_OK;
}

static void close_socket(struct channel *channel, int linger_ms)
{
	if (channel->socket.dealer == NULL)
		return;
	epoll_ctl(channel->poller, EPOLL_CTL_DEL, channel->socket.dealer_fd, NULL);
	epoll_ctl(channel->poller, EPOLL_CTL_DEL, channel->socket.monitor_fd, NULL);
	wire_close(&channel->socket, linger_ms);
}

void channel_free(struct channel *channel, int linger_ms)
{
	if (channel == NULL)
		return;
	zmq_msg_close(&channel->control);
	zmq_msg_close(&channel->data);
	close_socket(channel, linger_ms);
	if (channel->context != NULL)
		zmq_ctx_term(channel->context);
	if (channel->timer >= 0)
		close(channel->timer);
	if (channel->marker >= 0)
		close(channel->marker);
	if (channel->poller >= 0)
		close(channel->poller);
	secret_wipe(&channel->keys, sizeof channel->keys);
	free(channel);
}

/* Arms the descriptor for whichever comes first: the next attempt or the owner's moment. */
static void arm_timer(struct channel *channel)
{
	int64_t at_us = channel->timer_at_us;
	struct itimerspec when = { 0 };

	if (channel->state == CHANNEL_WAITING && channel->retry_at_us < at_us)
		at_us = channel->retry_at_us;
	if (at_us != INT64_MAX) {
		int64_t left_us = at_us - clock_mono_us();

		left_us = left_us < 1 ? 1 : left_us;
		when.it_value.tv_sec = left_us / 1000000;
		when.it_value.tv_nsec = left_us % 1000000 * 1000;
	}
	timerfd_settime(channel->timer, 0, &when, NULL);
}

void channel_set_timer(struct channel *channel, int64_t at_us)
{
	if (channel->timer_at_us == at_us)
		return;
	channel->timer_at_us = at_us;
	arm_timer(channel);
}

/* Between half and one and a half of a time that doubles with each failure. */
static int64_t retry_delay_us(unsigned failures)
{
	int64_t middle_us = RETRY_FIRST_US << (failures > 9 ? 9 : failures);
	uint32_t chance = 0;

	if (middle_us > RETRY_LAST_US)
		middle_us = RETRY_LAST_US;
	random_bytes(&chance, sizeof chance);
	return middle_us / 2 + (int64_t)(chance % (uint64_t)middle_us);
}

static void fail_attempt(struct channel *channel, enum channel_fault fault)
{
	close_socket(channel, 0);
	channel->fault = fault;
	channel->retry_at_us = clock_mono_us() + retry_delay_us(channel->failures);
	channel->failures++;
	channel->endpoint = (channel->endpoint + 1) % channel->endpoint_count;
	channel->state = CHANNEL_WAITING;
	arm_timer(channel);
}

static void start_attempt(struct channel *channel)
{
	channel->tried = false;
	channel->reached = false;
	if (wire_open(channel->context, &channel->keys, channel->endpoints[channel->endpoint], &channel->socket) != ERR_OK ||
	    !watch(channel, channel->socket.dealer_fd) || !watch(channel, channel->socket.monitor_fd)) {
		fail_attempt(channel, CHANNEL_FAULT_NAME);
		return;
	}
	channel->state = CHANNEL_CONNECTING;
	arm_timer(channel);
}

void channel_connect(struct channel *channel)
{
	if (channel->state == CHANNEL_IDLE || channel->state == CHANNEL_WAITING)
		start_attempt(channel);
	channel_mark(channel); /* whoever waits looks at it first: see channel_work */
}

void channel_drop(struct channel *channel)
{
	if (channel->state == CHANNEL_CONNECTING || channel->state == CHANNEL_CONNECTED)
		fail_attempt(channel, CHANNEL_FAULT_DROPPED);
}

void channel_end(struct channel *channel, int linger_ms)
{
	close_socket(channel, linger_ms);
	channel->state = CHANNEL_IDLE;
	channel->fault = CHANNEL_FAULT_NONE;
	channel->failures = 0;
	arm_timer(channel);
}

/* What the end of an attempt means, by how far it had come. */
static enum channel_fault fault_at_end(const struct channel *channel)
{
	if (channel->state == CHANNEL_CONNECTED)
		return CHANNEL_FAULT_LOST;
	if (channel->reached)
		return CHANNEL_FAULT_BROKER_KEY;
	if (channel->tried || strncmp(channel->endpoints[channel->endpoint], "ipc:", 4) == 0)
		return CHANNEL_FAULT_CONNECT;
	return CHANNEL_FAULT_NAME;
}

static void take_event(struct channel *channel, enum wire_event event)
{
	switch (event) {
	case WIRE_TRYING:
		channel->tried = true;
		break;
	case WIRE_CONNECTED:
		channel->reached = true;
		break;
	case WIRE_ADMITTED:
		channel->state = CHANNEL_CONNECTED;
		channel->fault = CHANNEL_FAULT_NONE;
		break;
	case WIRE_REFUSED:
		fail_attempt(channel, CHANNEL_FAULT_NOT_ADMITTED);
		break;
	case WIRE_GARBLED:
		fail_attempt(channel, CHANNEL_FAULT_BROKER_KEY);
		break;
	case WIRE_CLOSED:
	case WIRE_RETRY:
		fail_attempt(channel, fault_at_end(channel));
		break;
	case WIRE_NOTHING:
		break;
	}
}

static void clear_descriptors(struct channel *channel)
{
	uint64_t count = 0;

	/* Nothing to read is as good: they are only to be not readable. */
	if (read(channel->marker, &count, sizeof count) < 0 && errno != EAGAIN)
		return;
	if (read(channel->timer, &count, sizeof count) == (ssize_t)sizeof count)
		arm_timer(channel);
}

static void take_events(struct channel *channel)
{
	enum wire_event event = WIRE_NOTHING;

	while (channel->socket.dealer != NULL && (event = wire_event(&channel->socket)) != WIRE_NOTHING)
		take_event(channel, event);
}

void channel_work(struct channel *channel)
{
	clear_descriptors(channel);
	take_events(channel);
	if (channel->state == CHANNEL_WAITING && clock_mono_us() >= channel->retry_at_us) {
		start_attempt(channel);
		/* A monitor that was never found empty tells nobody of what it holds: libzmq signals only a reader that went to sleep.  Without this
		 * look, an attempt that succeeds at once is waited for without end. */
		take_events(channel);
	}
	/* Asking lets libzmq take its own commands: until then the descriptor would stay readable and the wait would spin. */
	if (channel->state == CHANNEL_CONNECTING && wire_has_input(&channel->socket))
		return;
}

enum channel_state channel_state(const struct channel *channel)
{
	return channel->state;
}

enum channel_fault channel_fault(const struct channel *channel)
{
	return channel->fault;
}

const char *channel_endpoint(const struct channel *channel)
{
	size_t shown = channel->endpoint;

	if (channel->state == CHANNEL_WAITING) /* the next one is set already */
		shown = (shown + channel->endpoint_count - 1) % channel->endpoint_count;
	return channel->endpoints[shown];
}

unsigned channel_failures(const struct channel *channel)
{
	return channel->failures;
}

void channel_settled(struct channel *channel)
{
	channel->failures = 0;
}

enum err channel_send(struct channel *channel, zmq_msg_t *control, zmq_msg_t *data)
{
	return channel->state == CHANNEL_CONNECTED ? wire_send(&channel->socket, control, data) : ERR_UNREACHABLE;
}

bool channel_can_send(struct channel *channel)
{
	return channel->state == CHANNEL_CONNECTED && wire_can_send(&channel->socket);
}

bool channel_has_input(struct channel *channel)
{
	return channel->state == CHANNEL_CONNECTED && wire_has_input(&channel->socket);
}

enum err channel_receive(struct channel *channel, struct bytes *ret_control, struct bytes *ret_data)
{
	enum err err = ERR_OK;

	if (channel->state != CHANNEL_CONNECTED)
		return ERR_TIMEOUT;
	zmq_msg_close(&channel->control);
	zmq_msg_close(&channel->data);
	err = wire_receive(&channel->socket, &channel->control, &channel->data);
	if (err != ERR_OK)
		return err;
	*ret_control = bytes_of(zmq_msg_data(&channel->control), zmq_msg_size(&channel->control));
	*ret_data = bytes_of(zmq_msg_data(&channel->data), zmq_msg_size(&channel->data));
	return ERR_OK;
}

int channel_fd(const struct channel *channel)
{
	return channel->poller;
}

void channel_mark(struct channel *channel)
{
	uint64_t one = 1;

	if (write(channel->marker, &one, sizeof one) < 0)
		return; /* full: it is readable already */
}

void channel_wait(struct channel *channel, int64_t until_us)
{
	struct epoll_event event;
	int64_t left_us = until_us - clock_mono_us();
	int timeout_ms = 0;

	if (left_us > 0)
		timeout_ms = left_us > 3600000000LL ? 3600000 : (int)((left_us + 999) / 1000);
	/* An interrupted wait ends early; the caller's loop looks at the clock. */
	epoll_wait(channel->poller, &event, 1, timeout_ms);
}
