/* SPDX-License-Identifier: Apache-2.0 */
/* front/frame.h - one ZeroMQ message of the agencies' socket: routing id, control frame, data frame. */
#pragma once
#include <zmq.h>

#include "base/buf.h"
#include "front/flow.h"
#include "front/peers.h"

struct frame {
	uint32_t routing;      /* of the connection: the four bytes that the ROUTER counted up */
	int fd;                /* its descriptor; -1: unknown */
	const char *identity;  /* its User-Id, borrowed from control; NULL: none */
	zmq_msg_t control;
	zmq_msg_t data;
};

/* Takes the next message without waiting; on ERR_OK frame_free it.
 * ERR_NOT_FOUND  nothing there
 * ERR_FORMAT     one was there and is thrown away: not two frames, or a routing id of the client's own choice.  fd is set, to cut it. */
enum err frame_receive(void *router, struct frame *ret_frame);
void frame_free(struct frame *frame);

static inline struct bytes frame_bytes(zmq_msg_t *message)
{
	return bytes_of(zmq_msg_data(message), zmq_msg_size(message));
}

/* ---- what is sent ----
 *
 * A parcel is the memory of one frame until ZeroMQ has put it on the wire, counted against the session and against all sessions: a
 * client that asks and does not read must not make the daemon hold what it asked for (P7). */
struct parcel;

/* Room for size bytes; NULL when memory is short or the bound of all sessions is reached. */
struct parcel *parcel_new(size_t size, struct flow *all, struct peer_flow *peer, bool privileged);
uint8_t *parcel_bytes(struct parcel *parcel);
void parcel_free(struct parcel *parcel); /* one that was not sent; NULL does nothing */

/* Sends both frames to a connection; data may be NULL: an empty frame.  Takes both parcels, whatever comes back.
 * ERR_UNREACHABLE when the connection is gone, ERR_BUSY when it does not read. */
enum err frame_send(void *router, uint32_t routing, struct parcel *control, struct parcel *data);
