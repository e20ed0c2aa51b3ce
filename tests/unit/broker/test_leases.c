/* SPDX-License-Identifier: Apache-2.0 */
#include "broker/leases.h"
#include "unit.h"

static struct leases *leases;
static uint64_t seen[64];
static size_t seen_count;

static void see(void *context, uint64_t item)
{
	(void)context;
	require(seen_count < 64);
	seen[seen_count++] = item;
}

static size_t over(int64_t now_us)
{
	seen_count = 0;
	leases_each_over(leases, now_us, 64, see, NULL);
	return seen_count;
}

static void test_times(void)
{
	require_ok(leases_new(1000, 1, &leases));
	check(leases_next_us(leases) == INT64_MAX);
	require_ok(leases_add(leases, 11, 5, 100));
	require_ok(leases_add(leases, 12, 5, 200));
	check_int(leases_next_us(leases), 1100);
	check_uint(over(1099), 0);
	check_uint(over(1100), 1);
	check_uint(seen[0], 11);
	check_uint(over(5000), 2);
	leases_end(leases, 11);
	check_int(leases_next_us(leases), 1200);
	leases_end(leases, 11);
	leases_end(leases, 12);
	check(leases_next_us(leases) == INT64_MAX);
	leases_free(leases);
}

static void test_sessions(void)
{
	require_ok(leases_new(1000, 1, &leases));
	for (uint64_t item = 1; item <= 6; item++)
		require_ok(leases_add(leases, item, 5 + item % 2, (int64_t)item));
	check_uint(leases_session(leases, 3), 6);
	check_uint(leases_session(leases, 99), 0);
	check_uint(leases_count_of(leases, 5), 3);
	leases_end(leases, 2); /* the first of session 5 */
	leases_end(leases, 5); /* the last of session 6 */
	seen_count = 0;
	leases_of(leases, 5, see, NULL);
	check_uint(seen_count, 2);
	check_uint(seen[0], 4);
	check_uint(seen[1], 6);
	seen_count = 0;
	leases_of(leases, 6, see, NULL);
	check_uint(seen_count, 2);
	check_uint(seen[0], 1);
	check_uint(seen[1], 3);
	require_ok(leases_add(leases, 4, 6, 50)); /* handed out again, elsewhere */
	check_uint(leases_count_of(leases, 5), 1);
	check_uint(leases_count_of(leases, 6), 3);
	leases_free(leases);
}

/* 1 s, 2 s, 4 s ... and never longer than a lease. */
static void test_rest(void)
{
	static const struct { uint32_t attempts; int64_t us; } cases[] = {
		{ 1, 1000000 }, { 2, 2000000 }, { 4, 8000000 }, { 5, 10000000 }, { 1000, 10000000 },
	};
	bool held = true;

	require_ok(leases_new(10000000, 1, &leases));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		require_ok(leases_rest(leases, 7, cases[i].attempts, 0));
		check_int(leases_next_us(leases), cases[i].us);
	}
	check_uint(leases_session(leases, 7), 0);
	leases_held(leases, (uint64_t[]){ 7 }, 1, &held);
	check(!held);
	seen_count = 0;
	leases_each(leases, see, NULL);
	check_uint(seen_count, 1);
	leases_free(leases);
}

static void test_held(void)
{
	const uint64_t items[] = { 1, 2, 3 };
	bool held[3];

	require_ok(leases_new(1000, 1, &leases));
	require_ok(leases_add(leases, 2, 9, 0));
	leases_held(leases, items, 3, held);
	check(!held[0]);
	check(held[1]);
	check(!held[2]);
	leases_free(leases);
	leases_free(NULL);
}

/* Against an array: which session holds what. */
static void test_random(void)
{
	uint64_t holder[200] = { 0 };
	uint64_t counts[9];

	require_ok(leases_new(1000, unit_random(), &leases));
	for (int i = 0; i < 20000; i++) {
		uint64_t item = unit_random_below(200);

		if (unit_random_below(2) == 0) {
			holder[item] = 1 + unit_random_below(8);
			require_ok(leases_add(leases, item, holder[item], i));
		} else {
			holder[item] = 0;
			leases_end(leases, item);
		}
	}
	memset(counts, 0, sizeof(counts));
	for (uint64_t item = 0; item < 200; item++) {
		check_uint(leases_session(leases, item), holder[item]);
		counts[holder[item]]++;
	}
	for (uint64_t session = 1; session <= 8; session++)
		check_uint(leases_count_of(leases, session), counts[session]);
	leases_free(leases);
}

UNIT_SUITE("broker/leases",
	{ "leases run out in order", test_times },
	{ "a session's leases, oldest first", test_sessions },
	{ "what was refused rests, twice as long each time", test_rest },
	{ "which items are held", test_held },
	{ "20,000 random leases", test_random });
