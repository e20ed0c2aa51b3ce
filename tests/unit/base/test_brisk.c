/* SPDX-License-Identifier: Apache-2.0 */
#include "base/brisk.h"

#include "base/ring.h"
#include "unit.h"

static void test_learns(void)
{
	struct brisk brisk = { 0 };
	long long now = clock_mono_us();

	check(!brisk_stays(&brisk, now)); /* nothing is known: asleep at once */
	brisk_learn(&brisk, clock_mono_us(), true);
	check(brisk_stays(&brisk, clock_mono_us()));
	brisk_learn(&brisk, clock_mono_us(), false);
	check(!brisk_stays(&brisk, clock_mono_us()));
	brisk_learn(&brisk, clock_mono_us() - BRISK_US, true); /* it came, but late */
	check(!brisk_stays(&brisk, clock_mono_us()));
}

static void test_for_a_moment_only(void)
{
	struct brisk brisk = { .is = true };
	long long start = clock_mono_us();

	while (brisk_stays(&brisk, start))
		;
	check(clock_mono_us() - start >= BRISK_US);
	check(!brisk_stays(&brisk, start - BRISK_US));
}

/* A ring that is watched gives what is there, and gives up when its time is over, however short. */
static void test_in_a_ring(void)
{
	static const long long timeouts[] = { 0, 100, 20000 };
	struct ring *ring = NULL;
	int item = 1;
	void *taken;

	require_ok(ring_new(4, 0, &ring));
	for (size_t i = 0; i < sizeof timeouts / sizeof timeouts[0]; i++) {
		long long start;

		require_ok(ring_push(ring, &item, false));
		ring_wait(ring, -1);
		check_uint(ring_take(ring, &taken, 1), 1);
		start = clock_mono_us();
		ring_wait(ring, timeouts[i]);
		check(clock_mono_us() - start >= timeouts[i]);
		check_uint(ring_count(ring), 0);
	}
	ring_free(ring);
}

UNIT_SUITE("base/brisk",
	{ "it learns from the last time", test_learns },
	{ "for a moment only", test_for_a_moment_only },
	{ "in a ring", test_in_a_ring });
