/* SPDX-License-Identifier: Apache-2.0 */
/* front/guard.h - connections before and beneath sessions: how many there are, and which ones say nothing.
 *
 * ZeroMQ tells of accepted and ended connections on a monitor socket and gives no way to end one.  Unbinding is none either: in
 * 4.3.4 it drops every connection of the endpoint, without an event.  So the guard cuts a connection itself, by shutdown(2) of its descriptor. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct connection {
	int64_t since_us; /* monotonic: accepted, or its session ended; 0: none with this descriptor */
	uint64_t peer;    /* the session that it belongs to; 0: it has not said who it is */
	uint32_t routing; /* of that session, or of the last one */
	bool claimed;     /* routing is set */
};

struct guard {
	struct connection *connections; /* by descriptor */
	size_t room;
	size_t count;
	size_t most;
	uint64_t cut;                   /* since the start, for too many or for silence */
	uint64_t refused;               /* handshakes that failed */
};

/* most connections at once; descriptors below descriptor_limit. */
enum err guard_init(struct guard *guard, size_t most, size_t descriptor_limit);
void guard_free(struct guard *guard);

/* Reads all that the monitor socket holds.  ended is called for the session, if any, of each connection that ended. */
void guard_listen(struct guard *guard, void *monitor, int64_t mono_us, void (*ended)(void *context, uint64_t peer), void *context);

/* For guard_listen, and for tests: a connection came, or went.  Beyond the bound the unknown connection that is longest there is
 * cut; if all are known, the new one. */
void guard_accepted(struct guard *guard, int fd, int64_t mono_us);
uint64_t guard_ended(struct guard *guard, int fd); /* gives its session, or 0 */

/* The connection of this descriptor has said who it is.
 *
 * What a connection said may be read after it ended and its descriptor became another's.  Routing ids tell them apart: the ROUTER
 * counts them up.  False: the descriptor is free or a later connection's by now, so this one is over.
 *   ret_displaced  a session that was taken for this descriptor's and whose connection is over; 0: none */
bool guard_known(struct guard *guard, int fd, uint32_t routing, uint64_t peer, uint64_t *ret_displaced);

/* Its session has ended: if it says nothing new it will be cut.  Nothing happens unless the descriptor is that session's. */
void guard_unknown(struct guard *guard, int fd, uint64_t peer, int64_t mono_us);

/* Cuts the connection of a session (peer 0: one that has none), if the descriptor is still its own. */
void guard_cut(struct guard *guard, int fd, uint64_t peer);

/* Cuts the connections that have been there since before_us and have not said who they are. */
void guard_cut_silent(struct guard *guard, int64_t before_us);
