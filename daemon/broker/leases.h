/* SPDX-License-Identifier: Apache-2.0 */
/* broker/leases.h - what is handed out and not yet answered, in memory alone: a restart forgets it and counts nothing.
 *
 * A lease ends by an answer, by its session's end, or after lease_us.  What a recipient could not handle rests before it is tried
 * again: 1 s after the first failure, twice as long after each further one, never longer than a lease.
 * Only the writer's thread changes anything; leases_held may be called by any thread. */
#pragma once
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct leases;

enum err leases_new(int64_t lease_us, uint64_t seed, struct leases **ret_leases);
void leases_free(struct leases *leases);

/* Times are of the monotonic clock, and never less than those of the call before.  A lease that the item has is ended first. */
enum err leases_add(struct leases *leases, uint64_t item, uint64_t session, int64_t now_us);
enum err leases_rest(struct leases *leases, uint64_t item, uint32_t attempts, int64_t now_us);
void leases_end(struct leases *leases, uint64_t item);

/* The session that holds it; 0: none, or it rests. */
uint64_t leases_session(const struct leases *leases, uint64_t item);

/* Calls each for the leases of one session, oldest first; each must not change leases. */
void leases_of(const struct leases *leases, uint64_t session, void (*each)(void *context, uint64_t item), void *context);
size_t leases_count_of(const struct leases *leases, uint64_t session);

/* Calls each for all that is leased or rests, or for what has run out at now_us (max of them); each must not change leases. */
void leases_each(const struct leases *leases, void (*each)(void *context, uint64_t item), void *context);
void leases_each_over(const struct leases *leases, int64_t now_us, size_t max, void (*each)(void *context, uint64_t item), void *context);

/* When the next one runs out; INT64_MAX: none is held. */
int64_t leases_next_us(const struct leases *leases);

/* Which of these items a session holds.  Any thread. */
void leases_held(struct leases *leases, const uint64_t *items, size_t count, bool *ret_held);
