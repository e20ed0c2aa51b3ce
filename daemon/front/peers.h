/* SPDX-License-Identifier: Apache-2.0 */
/* front/peers.h - who is connected and has said who they are.
 *
 * A session is found by the connection's routing id, which the ROUTER made up (never by one that a client chose), or by its number,
 * which is never given twice.  The connection's identity (keyring.h) is remembered and compared with every frame's. */
#pragma once
#include <stdatomic.h>

#include "base/buf.h"
#include "crypto/certificate.h"
#include "front/keyring.h"

#define PEERS_MOST 65535u /* a number's low 16 bits are its place */

enum peer_state {
	PEER_NONE,
	PEER_ENROLLING, /* an invitation's: it may only enrol */
	PEER_OPEN,
	PEER_LEAVING    /* ended; the writer is still to be told */
};

/* Bytes sent to one session that ZeroMQ still holds.  Outlives the session: the last to let go frees it. */
struct peer_flow {
	atomic_uint users;
	atomic_size_t bytes;
};

struct peer {
	enum peer_state state;
	uint64_t number;
	uint32_t routing;
	int fd;                       /* of its connection, to cut it; -1: unknown */
	uint32_t agency;
	uint32_t device;
	char identity[KEYRING_IDENTITY];
	char address[128];            /* agency@site */
	bool confidential;            /* no log names it */
	bool receives;                /* asked for hand-outs */
	bool clean;                   /* LEAVING: it said bye */
	bool gone;                    /* its connection ended; what it said before may still wait to be read */
	bool credit_due;              /* the writer has less than the session gave: offer it again */
	uint64_t credit_items, credit_bytes;   /* what the session gave, in all */
	uint64_t offered_items, offered_bytes; /* what of it the writer has heard of */
	uint64_t handed_items, handed_bytes;   /* what the writer has used of it */
	uint64_t returned_items, returned_bytes; /* of that, what was never sent: the session's to be used again */
	int64_t heard_us;             /* monotonic */
	int64_t next_scan_us;         /* monotonic: no costly read before */
	unsigned unanswered;          /* batches */
	bool binds;                   /* one of them binds a device */
	struct certificate *certificate; /* the signer last seen; ours */
	struct peer_flow *flow;
	struct buf records;           /* the sealed records of who is behind it, until the last piece was asked for (read_confidential.c) */
	int64_t records_sealed_us;    /* monotonic; 0: never */
};

struct peers {
	struct peer *slots;
	uint32_t *by_routing;  /* open addressing over slot numbers + 1; 0: free */
	size_t slot_count;
	size_t table_mask;
	size_t count;          /* of any state but NONE */
	uint64_t next;         /* of the numbers' upper 48 bits */
	uint32_t *free_slots;  /* a stack */
	size_t free_count;
};

/* Room for most sessions (at most PEERS_MOST).  first_number: anything greater than any number given before, such as the time. */
enum err peers_init(struct peers *peers, size_t most, uint64_t first_number);
void peers_free(struct peers *peers);

/* A new session of that state; NULL when full or out of memory.  routing must not have one yet. */
struct peer *peer_add(struct peers *peers, uint32_t routing, enum peer_state state);
void peer_remove(struct peers *peers, struct peer *peer);

/* NULL when there is none. */
struct peer *peer_by_routing(const struct peers *peers, uint32_t routing);
struct peer *peer_by_number(const struct peers *peers, uint64_t number);

/* The next one at or after *place in some order, NULL at the end; *place starts at 0.  The one given may be removed. */
struct peer *peer_next(const struct peers *peers, size_t *place);

/* Sessions of one device. */
size_t peers_of(const struct peers *peers, uint32_t agency, uint32_t device);

/* How a log names it: a confidential agency stands in none. */
static inline const char *peer_logged_as(const struct peer *peer)
{
	return peer->confidential ? "*" : peer->address;
}

struct peer_flow *peer_flow_new(void); /* with one user; NULL when memory is short */
void peer_flow_keep(struct peer_flow *flow);
void peer_flow_drop(struct peer_flow *flow); /* NULL does nothing; any thread */
