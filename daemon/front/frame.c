/* SPDX-License-Identifier: Apache-2.0 */
#include "front/frame.h"

#include <errno.h>
#include <stdlib.h>

#define ROUTING_BYTES 5u /* what a ROUTER makes up: a zero byte and four bytes counted up from a random start */

static bool more_follows(void *router)
{
	int more = 0;
	size_t len = sizeof more;

	return zmq_getsockopt(router, ZMQ_RCVMORE, &more, &len) == 0 && more != 0;
}

/* A message that was begun is all there: ZeroMQ delivers whole messages. */
static void throw_away_rest(void *router)
{
	zmq_msg_t rest;

	while (more_follows(router)) {
		zmq_msg_init(&rest);
		zmq_msg_recv(&rest, router, ZMQ_DONTWAIT);
		zmq_msg_close(&rest);
	}
}

static bool receive_part(void *router, zmq_msg_t *message)
{
	return more_follows(router) && zmq_msg_recv(message, router, ZMQ_DONTWAIT) >= 0;
}

static bool routing_made_here(zmq_msg_t *message, uint32_t *ret_routing)
{
	const uint8_t *bytes = zmq_msg_data(message);

	if (zmq_msg_size(message) != ROUTING_BYTES || bytes[0] != 0)
		return false;
	*ret_routing = be32_get(bytes + 1);
	return true;
}

/* ZMQ_SRCFD is marked deprecated and has no successor; without it a connection could not be cut. */
static int descriptor_of(zmq_msg_t *message)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
	return zmq_msg_get(message, ZMQ_SRCFD);
#pragma GCC diagnostic pop
}

enum err frame_receive(void *router, struct frame *ret_frame)
{
	zmq_msg_t routing;
	bool whole;

	zmq_msg_init(&routing);
	if (zmq_msg_recv(&routing, router, ZMQ_DONTWAIT) < 0) {
		zmq_msg_close(&routing);
		return ERR_NOT_FOUND;
	}
	zmq_msg_init(&ret_frame->control);
	zmq_msg_init(&ret_frame->data);
	whole = receive_part(router, &ret_frame->control) && receive_part(router, &ret_frame->data) && !more_follows(router);
	throw_away_rest(router);
	/* Properties stand on a message's parts: libzmq 4.3.4 leaves them off a routing id that it read ahead for a poll. */
	ret_frame->fd = descriptor_of(&ret_frame->control);
	whole = routing_made_here(&routing, &ret_frame->routing) && whole;
	zmq_msg_close(&routing);
	if (!whole) {
		frame_free(ret_frame);
		return ERR_FORMAT;
	}
	ret_frame->identity = zmq_msg_gets(&ret_frame->control, "User-Id");
	return ERR_OK;
}

void frame_free(struct frame *frame)
{
	zmq_msg_close(&frame->control);
	zmq_msg_close(&frame->data);
}

struct parcel {
	struct flow *all;
	struct peer_flow *peer;
	size_t size;
	uint8_t bytes[];
};

struct parcel *parcel_new(size_t size, struct flow *all, struct peer_flow *peer, bool privileged)
{
	struct parcel *parcel;

	if (!flow_take(all, size, privileged))
		return NULL;
	parcel = malloc(sizeof *parcel + size);
	if (parcel == NULL) {
		flow_give(all, size);
		return NULL;
	}
	*parcel = (struct parcel){ .all = all, .peer = peer, .size = size };
	peer_flow_keep(peer);
	atomic_fetch_add(&peer->bytes, size);
	return parcel;
}

uint8_t *parcel_bytes(struct parcel *parcel)
{
	return parcel->bytes;
}

void parcel_free(struct parcel *parcel)
{
	if (parcel == NULL)
		return;
	flow_give(parcel->all, parcel->size);
	atomic_fetch_sub(&parcel->peer->bytes, parcel->size);
	peer_flow_drop(parcel->peer);
	free(parcel);
}

/* Called by ZeroMQ, on its thread, when it needs the bytes no more. */
static void parcel_sent(void *bytes, void *parcel)
{
	(void)bytes;
	parcel_free(parcel);
}

static void wrap(zmq_msg_t *message, struct parcel *parcel)
{
	if (parcel == NULL || zmq_msg_init_data(message, parcel->bytes, parcel->size, parcel_sent, parcel) != 0) {
		parcel_free(parcel);
		zmq_msg_init(message);
	}
}

static enum err send_error(void)
{
	return errno == EAGAIN ? ERR_BUSY : ERR_UNREACHABLE;
}

enum err frame_send(void *router, uint32_t routing, struct parcel *control, struct parcel *data)
{
	uint8_t to[ROUTING_BYTES] = { 0 };
	zmq_msg_t messages[2];
	enum err err = ERR_OK;

	be32_put(to + 1, routing);
	wrap(&messages[0], control);
	wrap(&messages[1], data);
	/* With ZMQ_ROUTER_MANDATORY this first part decides; those after it go where it went. */
	if (zmq_send(router, to, sizeof to, ZMQ_SNDMORE | ZMQ_DONTWAIT) < 0)
		err = send_error();
	if (err == ERR_OK && zmq_msg_send(&messages[0], router, ZMQ_SNDMORE | ZMQ_DONTWAIT) < 0)
		err = send_error();
	if (err == ERR_OK && zmq_msg_send(&messages[1], router, ZMQ_DONTWAIT) < 0)
		err = send_error();
	zmq_msg_close(&messages[0]);
	zmq_msg_close(&messages[1]);
	return err;
}
