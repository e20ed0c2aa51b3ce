/* SPDX-License-Identifier: Apache-2.0 */
/* base/ring.h - a bounded queue of pointers between threads: many producers, one consumer.
 *
 * A full ring pushes back on who fills it (promise P7).  The last slots are a reserve that only a privileged push may use:
 * acknowledgements and danger to life still pass when the rest is full.  Order is kept. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct ring;

/* capacity slots, of which reserve are for privileged pushes.  ret_ring is the caller's to free with ring_free.
 * ERR_RANGE for no slots or a reserve that leaves none; ERR_NOMEM; ERR_BUSY when the process has no descriptors left. */
enum err ring_new(size_t capacity, size_t reserve, struct ring **ret_ring);

/* Does not free what still waits in it: drain it first.  NULL does nothing. */
void ring_free(struct ring *ring);

/* ERR_BUSY when full; the item then stays the caller's.  Any thread; never blocks. */
enum err ring_push(struct ring *ring, void *item, bool privileged);

/* Takes up to max items, oldest first, and gives how many; 0 when empty.  Consumer thread only; never blocks. */
size_t ring_take(struct ring *ring, void **items, size_t max);

/* Readable (an eventfd) while the ring may hold something; for poll.  ring_take clears it when it empties the ring. */
int ring_fd(const struct ring *ring);

/* Waits until something is there or timeout_us has passed (negative: for ever).  Consumer thread only. */
void ring_wait(struct ring *ring, long long timeout_us);

/* How many wait now; any thread, for gauges. */
size_t ring_count(struct ring *ring);
