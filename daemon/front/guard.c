/* SPDX-License-Identifier: Apache-2.0 */
#include "front/guard.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <zmq.h>

enum err guard_init(struct guard *guard, size_t most, size_t descriptor_limit)
{
	*guard = (struct guard){ .room = descriptor_limit, .most = most };
	guard->connections = calloc(descriptor_limit, sizeof *guard->connections);
	return guard->connections != NULL ? ERR_OK : ERR_NOMEM;
}

void guard_free(struct guard *guard)
{
	free(guard->connections);
	*guard = (struct guard){ 0 };
}

static struct connection *connection_at(const struct guard *guard, int fd)
{
	return fd >= 0 && (size_t)fd < guard->room ? &guard->connections[fd] : NULL;
}

/* The descriptor of the unknown connection that has been there longest; fallback when all are known. */
static int longest_unknown(const struct guard *guard, int fallback)
{
	int64_t since = INT64_MAX;
	int found = fallback;

	for (size_t fd = 0; fd < guard->room; fd++) {
		const struct connection *connection = &guard->connections[fd];

		if (connection->since_us == 0 || connection->peer != 0 || connection->since_us >= since)
			continue;
		since = connection->since_us;
		found = (int)fd;
	}
	return found;
}

void guard_accepted(struct guard *guard, int fd, int64_t mono_us)
{
	struct connection *connection = connection_at(guard, fd);

	if (connection == NULL) {
		shutdown(fd, SHUT_RDWR);
		return;
	}
	if (connection->since_us == 0)
		guard->count++;
	*connection = (struct connection){ .since_us = mono_us > 0 ? mono_us : 1 };
	if (guard->count > guard->most)
		guard_cut(guard, longest_unknown(guard, fd), 0);
}

uint64_t guard_ended(struct guard *guard, int fd)
{
	struct connection *connection = connection_at(guard, fd);
	uint64_t peer;

	if (connection == NULL || connection->since_us == 0)
		return 0;
	peer = connection->peer;
	*connection = (struct connection){ 0 };
	guard->count--;
	return peer;
}

bool guard_known(struct guard *guard, int fd, uint32_t routing, uint64_t peer, uint64_t *ret_displaced)
{
	struct connection *connection = connection_at(guard, fd);

	*ret_displaced = 0;
	if (connection == NULL || connection->since_us == 0)
		return false;
	if (connection->claimed && connection->routing != routing) {
		if ((int32_t)(routing - connection->routing) < 0)
			return false;
		*ret_displaced = connection->peer;
	}
	connection->peer = peer;
	connection->routing = routing;
	connection->claimed = true;
	return true;
}

void guard_unknown(struct guard *guard, int fd, uint64_t peer, int64_t mono_us)
{
	struct connection *connection = connection_at(guard, fd);

	if (connection == NULL || connection->since_us == 0 || connection->peer != peer)
		return;
	connection->since_us = mono_us > 0 ? mono_us : 1;
	connection->peer = 0;
}

void guard_cut(struct guard *guard, int fd, uint64_t peer)
{
	struct connection *connection = connection_at(guard, fd);

	/* Only what the guard knows to be a connection; it is forgotten at once, and its end, told later, counts no more. */
	if (connection == NULL || connection->since_us == 0 || connection->peer != peer)
		return;
	shutdown(fd, SHUT_RDWR);
	guard_ended(guard, fd);
	guard->cut++;
}

void guard_cut_silent(struct guard *guard, int64_t before_us)
{
	for (size_t fd = 0; fd < guard->room; fd++)
		if (guard->connections[fd].since_us != 0 && guard->connections[fd].peer == 0 && guard->connections[fd].since_us < before_us)
			guard_cut(guard, (int)fd, 0);
}

/* An event is two frames: uint16 event and uint32 value in the machine's order, then the endpoint's text. */
static bool receive_event(void *monitor, uint16_t *ret_event, uint32_t *ret_value)
{
	uint8_t event[6];
	char address[256];
	int more = 0;
	size_t len = sizeof more;

	if (zmq_recv(monitor, event, sizeof event, ZMQ_DONTWAIT) != (int)sizeof event)
		return false;
	memcpy(ret_event, event, sizeof *ret_event);
	memcpy(ret_value, event + sizeof *ret_event, sizeof *ret_value);
	while (zmq_getsockopt(monitor, ZMQ_RCVMORE, &more, &len) == 0 && more)
		zmq_recv(monitor, address, sizeof address, ZMQ_DONTWAIT);
	return true;
}

void guard_listen(struct guard *guard, void *monitor, int64_t mono_us, void (*ended)(void *context, uint64_t peer), void *context)
{
	uint16_t event;
	uint32_t value;
	uint64_t peer;

	while (receive_event(monitor, &event, &value)) {
		switch (event) {
		case ZMQ_EVENT_ACCEPTED:
			guard_accepted(guard, (int)value, mono_us);
			break;
		case ZMQ_EVENT_DISCONNECTED:
			peer = guard_ended(guard, (int)value);
			if (peer != 0)
				ended(context, peer);
			break;
		case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL:
		case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL:
		case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH:
			guard->refused++;
			break;
		default:
			break;
		}
	}
}
