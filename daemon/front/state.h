/* SPDX-License-Identifier: Apache-2.0 */
/* front/state.h - what the front's thread works on.  For this room only; everything here belongs to that thread unless it says else. */
#pragma once
#include <pthread.h>
#include <stdatomic.h>

#include "base/brisk.h"
#include "base/log.h"
#include "contract/checkpoint.h"
#include "contract/limits.h"
#include "broker/broker.h"
#include "config/home.h"
#include "front/endpoint.h"
#include "front/faults.h"
#include "front/frame.h"
#include "front/guard.h"
#include "front/pulse.h"
#include "front/zap.h"

#define FRONT_FAULT_TEXT 256
#define SENDING_RESERVE_SHARE 4 /* of the bound on unsent bytes, for answers while an idle reader is being cut */

struct admin; /* front/admin.h */

/* The signed directory as it was last asked for. */
struct snapshot {
	struct buf signed_bytes; /* a serialised SignedSnapshot */
	uint64_t version;
	bool built;
};

/* Things that may happen often are told once a second at most, with their number. */
struct tally {
	uint64_t refused_keys;  /* ZAP */
	uint64_t thrown_away;   /* messages without identity, or not of two frames */
	uint64_t overloaded;    /* batches */
	uint64_t bad_frames;    /* malformed, or of a bad signature */
	uint64_t cut;           /* guard.cut when last told */
	uint64_t refused_shakes;/* guard.refused when last told */
};

struct front {
	struct config config;
	const struct site_keys *keys;
	struct store *store;
	struct broker *broker;
	int64_t started_at_us;
	char origin[CHECKPOINT_ORIGIN_MAX];
	uint32_t epoch;

	struct endpoint endpoint;
	struct keyring keyring;
	struct peers peers;
	struct guard guard;
	struct snapshot snapshot;
	struct arena scratch;     /* one frame's decoded message, until an inbound takes it over */
	struct arena reading;     /* what one answer or hand-out read */
	struct buf packing;       /* one control frame */
	struct flow pending;      /* received, not decided.  Any thread gives back */
	struct flow sending;      /* not on the wire yet.  Any thread gives back */
	struct tally tally;
	int64_t mono_us;          /* of this turn */
	int64_t wall_us;          /* of this turn */
	int64_t site_us;          /* the site's time: ahead of wall_us where a test site's clock was moved */
	bool told_frozen;         /* that the clock jumped */
	int64_t next_tick_us;     /* monotonic */
	struct brisk brisk;
	int64_t next_tell_us;     /* monotonic */
	bool told_closing;        /* that the doors are closed */
	struct admin *admin;

	pthread_t thread;
	bool thread_runs;
	int wake_fd;              /* other threads raise it after setting one of these: */
	atomic_bool close_doors, stop;
	pthread_mutex_t reload_mutex;
	struct config reload;     /* under reload_mutex, with: */
	bool reload_due;

	/* For operators' threads: what never changes, and what any thread may look at. */
	char site[64];
	uint64_t connections_max, mailbox_items, reserve_size;
	atomic_uint_least64_t certificate_days;
	atomic_uint_least64_t turns;
	atomic_uint open_peers;
	atomic_size_t connections;
	struct pulses pulses;
	struct faults faults;
	int ended_fd;
	pthread_mutex_t ended_mutex;
	enum err ended;           /* under ended_mutex, with: */
	char ended_text[FRONT_FAULT_TEXT];
};

/* From the call of front_close_doors on, also for what came in before the front's thread heard of it. */
static inline bool front_is_closing(const struct front *front)
{
	return atomic_load(&front->close_doors);
}

/* Hears of connections that came and went since the last time. */
void front_listen(struct front *front);

/* A read of the tables failed: damage ends the daemon, anything else is logged.  what: a constant word.  Gives err back. */
enum err front_read_failed(struct front *front, enum err err, const char *what, uint64_t number);

/* The front cannot go on; the first reason stays.  Any thread. */
void front_end(struct front *front, enum err err, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* ---- dispatch.c: what a frame from a client means ---- */

/* Takes the frame over. */
void dispatch(struct front *front, struct frame *frame);

/* ---- peer_life.c ---- */

/* Ends a session: the writer is told, now or as soon as it takes it.  reason: a constant word for the log. */
void peer_end(struct front *front, struct peer *peer, bool clean, const char *reason);

/* Ends it because of a fault of the client or of its key, and tells it why.  If it then says nothing new, its connection is cut. */
void peer_expel(struct front *front, struct peer *peer, const Pb__Refusal *refusal, const char *reason);

/* The credit that the session gave, to the writer, as far as it reads; the rest when it has read, or at the next tick. */
void peer_offer_credit(struct front *front, struct peer *peer);

/* Offers again what the writer had no room for; ends the sessions that say nothing. */
void peers_tick(struct front *front);

/* Ends every session whose key is no longer what it was, and forgets the certificates seen. */
void peers_recheck(struct front *front);

/* ---- reply.c: sending to one session ---- */

/* Packs and sends; on failure the session has ended when this returns (look at its state). */
void reply_send(struct front *front, struct peer *peer, const Pb__FromBroker *message, struct parcel *data);

/* To a connection that has no session. */
void reply_stranger(struct front *front, uint32_t routing, const Pb__Refusal *refusal);

void reply_closing(struct front *front, struct peer *peer, const Pb__Refusal *refusal);

/* Room for a frame to session.  When all that is not sent yet reaches its bound, the session that leaves most unread ends, and its
 * connection is cut: what it holds comes free.  NULL when that is this session, when it does not read, or when memory is short. */
struct parcel *reply_room(struct front *front, struct peer *peer, size_t size);
