/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/wire_socket.c - see wire_socket.h for the contract. */
#include "libtsunagi/wire_socket.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>

#include "contract/limits.h"

#define WIRE_HIGH_WATER 64          /* messages; the protocol allows far fewer unanswered batches */
#define WIRE_CONNECT_MS 10000
#define WIRE_HANDSHAKE_MS 10000
#define WIRE_HEARTBEAT_MS 5000
#define WIRE_HEARTBEAT_DEAD_MS 20000
#define WIRE_NEVER_MS 3600000       /* we make a new socket long before */

struct option {
	int name;
	int value;
};

static const struct option options[] = {
	{ ZMQ_LINGER, 0 },
	{ ZMQ_IMMEDIATE, 1 }, /* nothing is queued for a connection that does not stand */
	{ ZMQ_SNDHWM, WIRE_HIGH_WATER },
	{ ZMQ_RCVHWM, WIRE_HIGH_WATER },
	{ ZMQ_CONNECT_TIMEOUT, WIRE_CONNECT_MS },
	{ ZMQ_HANDSHAKE_IVL, WIRE_HANDSHAKE_MS },
	{ ZMQ_HEARTBEAT_IVL, WIRE_HEARTBEAT_MS },
	{ ZMQ_HEARTBEAT_TIMEOUT, WIRE_HEARTBEAT_DEAD_MS },
	{ ZMQ_RECONNECT_IVL, WIRE_NEVER_MS },
	{ ZMQ_IPV6, 1 },
};

static bool set_options(void *dealer, const struct wire_keys *keys)
{
	int64_t largest = LIMIT_DATA_BYTES;

	for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
		if (zmq_setsockopt(dealer, options[i].name, &options[i].value, sizeof options[i].value) != 0)
			return false;
	return zmq_setsockopt(dealer, ZMQ_MAXMSGSIZE, &largest, sizeof largest) == 0 &&
	       zmq_setsockopt(dealer, ZMQ_CURVE_SERVERKEY, keys->broker, CURVE_BYTES) == 0 &&
	       zmq_setsockopt(dealer, ZMQ_CURVE_PUBLICKEY, keys->own_public, CURVE_BYTES) == 0 &&
	       zmq_setsockopt(dealer, ZMQ_CURVE_SECRETKEY, keys->own_secret, CURVE_BYTES) == 0;
}

static bool descriptor_of(void *socket, int *ret_descriptor)
{
	size_t size = sizeof *ret_descriptor;

	return zmq_getsockopt(socket, ZMQ_FD, ret_descriptor, &size) == 0;
}

/* Monitors are found by name within a context: each gets its own. */
static bool open_monitor(void *context, struct wire_socket *socket)
{
	static atomic_ulong number;
	char name[64];
	int zero = 0;

	snprintf(name, sizeof name, "inproc://tsunagi-monitor-%lu", atomic_fetch_add(&number, 1));
	if (zmq_socket_monitor(socket->dealer, name, ZMQ_EVENT_ALL) != 0)
		return false;
	socket->monitor = zmq_socket(context, ZMQ_PAIR);
	return socket->monitor != NULL && zmq_setsockopt(socket->monitor, ZMQ_LINGER, &zero, sizeof zero) == 0 &&
	       zmq_connect(socket->monitor, name) == 0 && descriptor_of(socket->monitor, &socket->monitor_fd);
}

enum err wire_open(void *context, const struct wire_keys *keys, const char *endpoint, struct wire_socket *ret_socket)
{
	struct wire_socket socket = { .dealer = zmq_socket(context, ZMQ_DEALER) };

	if (socket.dealer == NULL)
		return ERR_BUSY;
	if (!set_options(socket.dealer, keys) || !open_monitor(context, &socket) || !descriptor_of(socket.dealer, &socket.dealer_fd)) {
		wire_close(&socket, 0);
		return ERR_BUSY;
	}
	if (zmq_connect(socket.dealer, endpoint) != 0) {
		wire_close(&socket, 0);
		return ERR_RANGE;
	}
	*ret_socket = socket;
	return ERR_OK;
}

void wire_close(struct wire_socket *socket, int linger_ms)
{
	if (socket->dealer != NULL) {
		zmq_socket_monitor(socket->dealer, NULL, 0);
		zmq_setsockopt(socket->dealer, ZMQ_LINGER, &linger_ms, sizeof linger_ms);
		zmq_close(socket->dealer);
	}
	if (socket->monitor != NULL)
		zmq_close(socket->monitor);
	*socket = (struct wire_socket){ 0 };
}

static enum wire_event event_meaning(int event)
{
	switch (event) {
	case ZMQ_EVENT_CONNECT_DELAYED:
		return WIRE_TRYING;
	case ZMQ_EVENT_CONNECTED:
		return WIRE_CONNECTED;
	case ZMQ_EVENT_HANDSHAKE_SUCCEEDED:
		return WIRE_ADMITTED;
	case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH:
		return WIRE_REFUSED;
	case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL:
	case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL:
		return WIRE_GARBLED;
	case ZMQ_EVENT_DISCONNECTED:
	case ZMQ_EVENT_CLOSED:
		return WIRE_CLOSED;
	case ZMQ_EVENT_CONNECT_RETRIED:
		return WIRE_RETRY;
	default:
		return WIRE_NOTHING;
	}
}

/* Takes one message of the monitor: event and value, then the endpoint. */
static bool take_event(void *monitor, int *ret_event)
{
	zmq_msg_t message;
	bool taken = false;
	uint16_t event = 0;

	zmq_msg_init(&message);
	if (zmq_msg_recv(&message, monitor, ZMQ_DONTWAIT) >= (int)sizeof event) {
		memcpy(&event, zmq_msg_data(&message), sizeof event);
		taken = true;
		while (zmq_msg_more(&message) && zmq_msg_recv(&message, monitor, ZMQ_DONTWAIT) >= 0)
			;
	}
	zmq_msg_close(&message);
	*ret_event = event;
	return taken;
}

enum wire_event wire_event(struct wire_socket *socket)
{
	int event = 0;

	while (socket->monitor != NULL && take_event(socket->monitor, &event))
		if (event_meaning(event) != WIRE_NOTHING)
			return event_meaning(event);
	return WIRE_NOTHING;
}

static bool has_event(struct wire_socket *socket, int wanted)
{
	int events = 0;
	size_t size = sizeof events;

	return socket->dealer != NULL && zmq_getsockopt(socket->dealer, ZMQ_EVENTS, &events, &size) == 0 && (events & wanted) != 0;
}

bool wire_can_send(struct wire_socket *socket)
{
	return has_event(socket, ZMQ_POLLOUT);
}

bool wire_has_input(struct wire_socket *socket)
{
	return has_event(socket, ZMQ_POLLIN);
}

enum err wire_send(struct wire_socket *socket, zmq_msg_t *control, zmq_msg_t *data)
{
	if (zmq_msg_send(control, socket->dealer, ZMQ_SNDMORE | ZMQ_DONTWAIT) < 0)
		return errno == EAGAIN ? ERR_BUSY : ERR_UNREACHABLE;
	/* libzmq takes the rest of a message whose start it took. */
	return zmq_msg_send(data, socket->dealer, ZMQ_DONTWAIT) < 0 ? ERR_UNREACHABLE : ERR_OK;
}

enum err wire_receive(struct wire_socket *socket, zmq_msg_t *control, zmq_msg_t *data)
{
	bool two = false;

	zmq_msg_init(control);
	zmq_msg_init(data);
	if (zmq_msg_recv(control, socket->dealer, ZMQ_DONTWAIT) < 0)
		return errno == EAGAIN || errno == EINTR ? ERR_TIMEOUT : ERR_UNREACHABLE;
	two = zmq_msg_more(control) && zmq_msg_recv(data, socket->dealer, ZMQ_DONTWAIT) >= 0 && !zmq_msg_more(data);
	while (zmq_msg_more(two ? data : control) && zmq_msg_recv(data, socket->dealer, ZMQ_DONTWAIT) >= 0 && zmq_msg_more(data))
		;
	return two ? ERR_OK : ERR_FORMAT;
}
