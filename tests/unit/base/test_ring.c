/* SPDX-License-Identifier: Apache-2.0 */
#include "base/ring.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "unit.h"

/* Items are numbers in pointers' clothes; 0 would be NULL, so they begin with 1. */
static void *item_of(uintptr_t number)
{
	return (void *)number;
}

static struct ring *new_ring(size_t capacity, size_t reserve)
{
	struct ring *ring = NULL;

	require_ok(ring_new(capacity, reserve, &ring));
	return ring;
}

static bool is_readable(const struct ring *ring)
{
	struct pollfd event = { .fd = ring_fd(ring), .events = POLLIN };

	return poll(&event, 1, 0) == 1 && (event.revents & POLLIN) != 0;
}

static void test_bounds(void)
{
	struct ring *ring = NULL;

	check_err(ring_new(0, 0, &ring), ERR_RANGE);
	check_err(ring_new(4, 4, &ring), ERR_RANGE);
	check_err(ring_new(4, 5, &ring), ERR_RANGE);
	check_err(ring_new(SIZE_MAX, 0, &ring), ERR_RANGE);
	check_err(ring_new(SIZE_MAX / 16, 0, &ring), ERR_NOMEM);
	check(ring == NULL);
	ring_free(NULL);
}

static void test_no_descriptor(void)
{
	struct rlimit before, none;
	struct ring *ring = NULL;
	enum err err;

	require(getrlimit(RLIMIT_NOFILE, &before) == 0);
	none = before;
	none.rlim_cur = 0;
	require(setrlimit(RLIMIT_NOFILE, &none) == 0);
	err = ring_new(4, 0, &ring);
	setrlimit(RLIMIT_NOFILE, &before);
	check_err(err, ERR_BUSY);
	check(ring == NULL);
}

static void test_order(void)
{
	struct ring *ring = new_ring(8, 0);
	void *items[8];

	for (uintptr_t i = 1; i <= 5; i++)
		check_ok(ring_push(ring, item_of(i), false));
	check_uint(ring_count(ring), 5);
	check_uint(ring_take(ring, items, 2), 2);
	check(items[0] == item_of(1) && items[1] == item_of(2));
	check_uint(ring_take(ring, items, 8), 3);
	check(items[0] == item_of(3) && items[2] == item_of(5));
	check_uint(ring_take(ring, items, 8), 0);
	ring_free(ring);
}

static void test_full(void)
{
	struct ring *ring = new_ring(3, 0);
	void *items[3];

	for (uintptr_t i = 1; i <= 3; i++)
		check_ok(ring_push(ring, item_of(i), false));
	check_err(ring_push(ring, item_of(4), false), ERR_BUSY);
	check_err(ring_push(ring, item_of(4), true), ERR_BUSY);
	check_uint(ring_count(ring), 3);
	check_uint(ring_take(ring, items, 1), 1);
	check_ok(ring_push(ring, item_of(5), false));
	check_uint(ring_take(ring, items, 3), 3);
	check(items[2] == item_of(5));
	ring_free(ring);
}

static void test_reserve(void)
{
	struct ring *ring = new_ring(5, 2);
	void *items[5];

	for (uintptr_t i = 1; i <= 3; i++)
		check_ok(ring_push(ring, item_of(i), false));
	check_err(ring_push(ring, item_of(9), false), ERR_BUSY);
	check_ok(ring_push(ring, item_of(4), true));
	check_ok(ring_push(ring, item_of(5), true));
	check_err(ring_push(ring, item_of(9), true), ERR_BUSY);
	check_uint(ring_take(ring, items, 2), 2);
	check_err(ring_push(ring, item_of(9), false), ERR_BUSY); /* three wait: the reserve is not touched */
	check_uint(ring_take(ring, items, 1), 1);
	check_ok(ring_push(ring, item_of(6), false));
	check_uint(ring_take(ring, items, 5), 3);
	check(items[0] == item_of(4) && items[1] == item_of(5) && items[2] == item_of(6));
	ring_free(ring);
}

static void test_one_slot(void)
{
	struct ring *ring = new_ring(1, 0);
	void *item;

	for (uintptr_t i = 1; i < 10; i++) {
		check_ok(ring_push(ring, item_of(i), false));
		check_err(ring_push(ring, item_of(99), true), ERR_BUSY);
		check_uint(ring_take(ring, &item, 1), 1);
		check(item == item_of(i));
	}
	ring_free(ring);
}

static void test_descriptor(void)
{
	struct ring *ring = new_ring(4, 0);
	void *items[4];

	check(!is_readable(ring));
	check_ok(ring_push(ring, item_of(1), false));
	check(is_readable(ring));
	check_ok(ring_push(ring, item_of(2), false));
	check_uint(ring_take(ring, items, 0), 0);
	check(is_readable(ring));
	check_uint(ring_take(ring, items, 1), 1);
	check(is_readable(ring));
	check_uint(ring_take(ring, items, 4), 1);
	check(!is_readable(ring));
	check_uint(ring_take(ring, items, 4), 0);
	check_ok(ring_push(ring, item_of(3), false));
	check(is_readable(ring));
	ring_free(ring);
}

/* Against a plain model: contents, count, refusals and the descriptor. */
static void test_model(void)
{
	enum { CAPACITY = 7, RESERVE = 3 };
	struct ring *ring = new_ring(CAPACITY, RESERVE);
	uintptr_t next = 1, oldest = 1;

	for (int i = 0; i < 5000; i++) {
		size_t waiting = next - oldest;

		if (unit_random_below(3) != 0) {
			bool privileged = unit_random_below(2) == 0;
			bool fits = waiting < (privileged ? CAPACITY : CAPACITY - RESERVE);

			check_err(ring_push(ring, item_of(next), privileged), fits ? ERR_OK : ERR_BUSY);
			next += fits ? 1 : 0;
		} else {
			void *items[CAPACITY];
			size_t max = (size_t)unit_random_below(CAPACITY + 1);
			size_t taken = ring_take(ring, items, max);

			check_uint(taken, waiting < max ? waiting : max);
			for (size_t k = 0; k < taken; k++)
				check(items[k] == item_of(oldest++));
		}
		check_uint(ring_count(ring), next - oldest);
		check(is_readable(ring) == (next != oldest));
	}
	ring_free(ring);
}

static void test_wait_timeout(void)
{
	struct ring *ring = new_ring(4, 0);
	int64_t start = clock_mono_us();

	ring_wait(ring, 20000);
	check(clock_mono_us() - start >= 20000);
	start = clock_mono_us();
	ring_wait(ring, 0);
	check(clock_mono_us() - start < 1000000);
	ring_free(ring);
}

static void test_wait_has_some(void)
{
	struct ring *ring = new_ring(4, 0);

	check_ok(ring_push(ring, item_of(1), false));
	ring_wait(ring, -1); /* would hang the test */
	ring_wait(ring, INT64_C(3600) * 1000000);
	check_uint(ring_count(ring), 1);
	ring_free(ring);
}

static void *push_one(void *argument)
{
	ring_push(argument, item_of(1), false);
	return NULL;
}

static void test_wait_wakes(void)
{
	for (int i = 0; i < 50; i++) {
		struct ring *ring = new_ring(4, 0);
		pthread_t thread;

		require(pthread_create(&thread, NULL, push_one, ring) == 0);
		ring_wait(ring, -1);
		check_uint(ring_count(ring), 1);
		pthread_join(thread, NULL);
		ring_free(ring);
	}
}

static atomic_int signals_seen;

static void count_signal(int signal_number)
{
	(void)signal_number;
	atomic_fetch_add(&signals_seen, 1);
}

struct interruption {
	struct ring *ring;
	pthread_t waiter;
};

/* Interrupts the waiter until it was seen to be, then gives it what it waits for. */
static void *interrupt(void *argument)
{
	struct interruption *interruption = argument;

	for (int i = 1; i <= 3; i++) {
		pthread_kill(interruption->waiter, SIGUSR1);
		while (atomic_load(&signals_seen) < i)
			sched_yield();
	}
	ring_push(interruption->ring, item_of(1), false);
	return NULL;
}

static void test_wait_signals(void)
{
	struct sigaction action = { .sa_handler = count_signal };
	struct sigaction before;
	struct interruption interruption = { new_ring(4, 0), pthread_self() };
	pthread_t thread;

	atomic_store(&signals_seen, 0);
	sigaction(SIGUSR1, &action, &before);
	require(pthread_create(&thread, NULL, interrupt, &interruption) == 0);
	ring_wait(interruption.ring, -1);
	check_uint(ring_count(interruption.ring), 1); /* a signal alone does not end the wait */
	pthread_join(thread, NULL);
	sigaction(SIGUSR1, &before, NULL);
	ring_free(interruption.ring);
}

#define PRODUCERS 4
#define EACH 20000

struct producer {
	struct ring *ring;
	uintptr_t number;
	size_t refused;
};

/* Items are producer * EACH + sequence + 1; a refused one is tried again, so that nothing may be missing. */
static void *produce(void *argument)
{
	struct producer *producer = argument;

	for (uintptr_t i = 0; i < EACH; i++) {
		while (ring_push(producer->ring, item_of(producer->number * EACH + i + 1), i % 7 == 0) != ERR_OK) {
			producer->refused++;
			sched_yield();
		}
	}
	return NULL;
}

/* Takes all and gives how many came out of their producer's order. */
static size_t consume(struct ring *ring)
{
	uintptr_t next[PRODUCERS] = { 0 };
	size_t taken = 0;
	size_t misplaced = 0;

	while (taken < (size_t)PRODUCERS * EACH) {
		void *items[32];
		size_t count;

		ring_wait(ring, -1); /* hangs if a wake-up is lost */
		count = ring_take(ring, items, 32);
		for (size_t i = 0; i < count; i++) {
			uintptr_t number = (uintptr_t)items[i] - 1;

			misplaced += number / EACH >= PRODUCERS || number % EACH != next[number / EACH]++;
		}
		taken += count;
	}
	return misplaced;
}

static void test_threads(void)
{
	struct ring *ring = new_ring(64, 8);
	struct producer producers[PRODUCERS];
	pthread_t threads[PRODUCERS];

	for (uintptr_t i = 0; i < PRODUCERS; i++) {
		producers[i] = (struct producer){ ring, i, 0 };
		require(pthread_create(&threads[i], NULL, produce, &producers[i]) == 0);
	}
	check_uint(consume(ring), 0);
	for (size_t i = 0; i < PRODUCERS; i++)
		pthread_join(threads[i], NULL);
	check_uint(ring_count(ring), 0);
	check(!is_readable(ring));
	ring_free(ring);
}

UNIT_SUITE("base/ring",
	{ "sizes that make no ring are refused", test_bounds },
	{ "a process without descriptors is told so", test_no_descriptor },
	{ "order is kept", test_order },
	{ "a full ring refuses", test_full },
	{ "the reserve is for privileged pushes", test_reserve },
	{ "one slot is enough", test_one_slot },
	{ "the descriptor tells whether something waits", test_descriptor },
	{ "it does what a model does", test_model },
	{ "a wait ends in time", test_wait_timeout },
	{ "a wait does not wait when something is there", test_wait_has_some },
	{ "a push wakes the waiter", test_wait_wakes },
	{ "signals do not end a wait", test_wait_signals },
	{ "many producers lose, double and turn nothing", test_threads });
