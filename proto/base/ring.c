/* SPDX-License-Identifier: Apache-2.0 */
/* Invariant, whenever the mutex is free: the eventfd is readable exactly when count > 0. */
#include "base/ring.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "base/brisk.h"
#include "base/clock.h"

struct ring {
	pthread_mutex_t mutex;
	int fd;
	struct brisk brisk; /* the consumer's */
	size_t capacity;
	size_t reserve;
	size_t first; /* of the oldest item */
	size_t count;
	void *items[];
};

enum err ring_new(size_t capacity, size_t reserve, struct ring **ret_ring)
{
	struct ring *ring;
	int fd;

	if (capacity == 0 || reserve >= capacity || capacity > (SIZE_MAX - sizeof *ring) / sizeof ring->items[0])
		return ERR_RANGE;
	ring = calloc(1, sizeof *ring + capacity * sizeof ring->items[0]);
	if (ring == NULL)
		return ERR_NOMEM;
	fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (fd < 0) {
		free(ring);
		return err_from_errno(errno);
	}
	pthread_mutex_init(&ring->mutex, NULL); /* without attributes it cannot fail on Linux */
	ring->fd = fd;
	ring->capacity = capacity;
	ring->reserve = reserve;
	*ret_ring = ring;
	return ERR_OK;
}

void ring_free(struct ring *ring)
{
	if (ring == NULL)
		return;
	close(ring->fd);
	pthread_mutex_destroy(&ring->mutex);
	free(ring);
}

/* An eventfd whose counter goes from 0 to 1 and back takes and gives 8 bytes without fail. */
static void raise_event(struct ring *ring)
{
	eventfd_write(ring->fd, 1);
}

static void clear_event(struct ring *ring)
{
	eventfd_t raised;

	eventfd_read(ring->fd, &raised);
}

enum err ring_push(struct ring *ring, void *item, bool privileged)
{
	size_t room = ring->capacity - (privileged ? 0 : ring->reserve);
	enum err err = ERR_BUSY;

	pthread_mutex_lock(&ring->mutex);
	if (ring->count < room) {
		ring->items[(ring->first + ring->count) % ring->capacity] = item;
		if (ring->count++ == 0)
			raise_event(ring);
		err = ERR_OK;
	}
	pthread_mutex_unlock(&ring->mutex);
	return err;
}

size_t ring_take(struct ring *ring, void **items, size_t max)
{
	size_t taken = 0;

	pthread_mutex_lock(&ring->mutex);
	for (; taken < max && ring->count > 0; taken++) {
		items[taken] = ring->items[ring->first];
		ring->first = (ring->first + 1) % ring->capacity;
		ring->count--;
	}
	if (taken > 0 && ring->count == 0)
		clear_event(ring);
	pthread_mutex_unlock(&ring->mutex);
	return taken;
}

int ring_fd(const struct ring *ring)
{
	return ring->fd;
}

static void sleep_until_raised(const struct ring *ring, long long timeout_us)
{
	struct pollfd event = { .fd = ring->fd, .events = POLLIN };
	long long start = clock_mono_us();
	long long left = timeout_us;

	for (;;) {
		struct timespec wait = { .tv_sec = (time_t)(left / 1000000), .tv_nsec = (long)(left % 1000000) * 1000 };

		if (ppoll(&event, 1, timeout_us < 0 ? NULL : &wait, NULL) >= 0 || errno != EINTR)
			return;
		left = timeout_us - (clock_mono_us() - start); /* a signal came: wait for the rest */
		if (timeout_us >= 0 && left <= 0)
			return;
	}
}

void ring_wait(struct ring *ring, long long timeout_us)
{
	bool long_enough = timeout_us < 0 || timeout_us >= BRISK_US;
	long long start = clock_mono_us();

	while (ring_count(ring) == 0 && long_enough && brisk_stays(&ring->brisk, start))
		;
	if (ring_count(ring) == 0)
		sleep_until_raised(ring, timeout_us);
	brisk_learn(&ring->brisk, start, ring_count(ring) > 0);
}

size_t ring_count(struct ring *ring)
{
	size_t count;

	pthread_mutex_lock(&ring->mutex);
	count = ring->count;
	pthread_mutex_unlock(&ring->mutex);
	return count;
}
