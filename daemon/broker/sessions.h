/* SPDX-License-Identifier: Apache-2.0 */
/* broker/sessions.h - the writer's view of who is connected: agency, device, and what each session has asked to be handed.
 *
 * Credit is counted from the session's Hello: what was granted in all, and what of it was used.  The writer's own (one thread).
 * Pointers last until the next sessions_open or sessions_close. */
#pragma once
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SESSION_HELD_MAX 8192u /* items in one session's hands, whatever it asks for (P7) */

struct session {
	uint64_t number;
	uint32_t agency;
	uint32_t device;
	bool receives;
	bool closing;        /* handed nothing more; gone once that is durable */
	uint64_t granted_items, granted_bytes;
	uint64_t used_items, used_bytes;
	uint32_t held;       /* items in its hands */
	uint32_t prev, next; /* ring of its agency's sessions */
};

struct sessions;

enum err sessions_new(uint64_t seed, size_t max, struct sessions **ret_sessions);
void sessions_free(struct sessions *sessions);

/* One that is open already stays as it is.  ERR_BUSY when max are open. */
enum err sessions_open(struct sessions *sessions, const struct session *session);
void sessions_close(struct sessions *sessions, uint64_t number); /* one that is not open is let be */
struct session *sessions_find(const struct sessions *sessions, uint64_t number); /* NULL: not open */

/* The agency's next session, in turn, that receives and has credit left; NULL: none. */
struct session *sessions_turn(struct sessions *sessions, uint32_t agency);

static inline bool session_has_credit(const struct session *session)
{
	return session->receives && !session->closing && session->held < SESSION_HELD_MAX && session->used_items < session->granted_items &&
	       session->used_bytes < session->granted_bytes;
}

/* Calls each for every session of the agency; each must not open or close any. */
void sessions_of(const struct sessions *sessions, uint32_t agency, void (*each)(void *context, const struct session *session),
		 void *context);

size_t sessions_receiving(const struct sessions *sessions); /* how many said that they will ask for hand-outs */
