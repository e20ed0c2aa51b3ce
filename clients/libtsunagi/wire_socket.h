/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/wire_socket.h - one DEALER socket with CURVE, and the monitor that tells what becomes of its connection.
 *
 * A socket makes one attempt at one endpoint: it is closed and made anew for the next, since a refused one never tries again. */
#pragma once
#include <zmq.h>

#include "base/bytes.h"
#include "base/err.h"
#include "crypto/signature.h"

struct wire_keys {
	uint8_t broker[CURVE_BYTES];
	uint8_t own_public[CURVE_BYTES];
	uint8_t own_secret[CURVE_BYTES];
};

struct wire_socket {
	void *dealer;  /* NULL: closed */
	void *monitor;
	int dealer_fd; /* edge-triggered: drain by wire_receive */
	int monitor_fd;
};

enum wire_event {
	WIRE_NOTHING,
	WIRE_TRYING,     /* the connection is being made */
	WIRE_CONNECTED,  /* TCP or Unix socket; the handshake follows */
	WIRE_ADMITTED,   /* the handshake succeeded */
	WIRE_REFUSED,    /* the broker does not admit our key */
	WIRE_GARBLED,    /* the handshake failed otherwise */
	WIRE_CLOSED,     /* the attempt, or the connection, is over */
	WIRE_RETRY       /* the library below would try again later: nothing could be reached */
};

/* Starts the attempt.  ERR_RANGE for an endpoint that is no endpoint; ERR_BUSY when there are no descriptors left. */
enum err wire_open(void *context, const struct wire_keys *keys, const char *endpoint, struct wire_socket *ret_socket);

/* linger_ms: how long what was sent may still take to leave. */
void wire_close(struct wire_socket *socket, int linger_ms);

/* The next event; WIRE_NOTHING when there is none now. */
enum wire_event wire_event(struct wire_socket *socket);

/* Both frames or none; what was sent is empty after it, and the caller closes both whatever comes.  ERR_BUSY: not now; ERR_UNREACHABLE. */
enum err wire_send(struct wire_socket *socket, zmq_msg_t *control, zmq_msg_t *data);
bool wire_can_send(struct wire_socket *socket);

/* ERR_TIMEOUT when nothing is there; ERR_FORMAT when it was not two frames (they are gone).  The messages are the caller's to close. */
enum err wire_receive(struct wire_socket *socket, zmq_msg_t *control, zmq_msg_t *data);

/* True when something waits to be received: the descriptor alone does not tell. */
bool wire_has_input(struct wire_socket *socket);
