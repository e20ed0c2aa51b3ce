/* SPDX-License-Identifier: Apache-2.0 */
/* What they give is what digest_of_parts gives, whatever stands beside. */
#include "crypto/digests.h"

#include "unit.h"

#define RUNS_MAX 80
#define RUN_MAX 600

static uint8_t pool[RUNS_MAX * RUN_MAX];

static void check_all(struct bytes prefix, const struct bytes *runs, size_t count)
{
	struct digest digests[RUNS_MAX];

	digests_of(prefix, runs, count, digests);
	for (size_t i = 0; i < count; i++) {
		struct digest alone;

		digest_of_parts((const struct bytes[]){ prefix, runs[i] }, 2, &alone);
		unit_context("run %zu of %zu: %zu after %zu bytes", i, count, runs[i].len, prefix.len);
		check(digest_equal(&digests[i], &alone));
	}
}

/* One block, the padding's block beside it, and what comes after: each length beside all others. */
static void test_every_length(void)
{
	static const size_t prefix_lengths[] = { 0, 1, 32, 63 };
	struct bytes runs[RUNS_MAX];

	unit_random_bytes(pool, sizeof pool);
	for (size_t p = 0; p < 4; p++)
		for (size_t first = 0; first < 200; first += 40) {
			for (size_t i = 0; i < RUNS_MAX; i++)
				runs[i] = bytes_of(pool + i * RUN_MAX + i % 7, first + i);
			check_all(bytes_of(pool + 3, prefix_lengths[p]), runs, RUNS_MAX);
		}
}

/* As tree nodes, as statements: all of one length, and more or fewer of them than lanes. */
static void test_every_count(void)
{
	struct bytes runs[RUNS_MAX];

	unit_random_bytes(pool, sizeof pool);
	for (size_t count = 0; count <= RUNS_MAX; count++) {
		for (size_t i = 0; i < count; i++)
			runs[i] = bytes_of(pool + 64 * i, 64);
		check_all(bytes_of("\x01", 1), runs, count);
		for (size_t i = 0; i < count; i++)
			runs[i].len = 300;
		check_all(bytes_of(NULL, 0), runs, count);
	}
}

/* A long one outlasts all others wherever it stands, and empty ones have no address. */
static void test_unequal(void)
{
	struct bytes runs[RUNS_MAX];

	unit_random_bytes(pool, sizeof pool);
	for (int round = 0; round < 200; round++) {
		size_t count = 1 + (size_t)unit_random_below(RUNS_MAX);

		for (size_t i = 0; i < count; i++)
			runs[i] = unit_random_below(5) > 0 ? bytes_of(pool + i * RUN_MAX, (size_t)unit_random_below(RUN_MAX)) :
							     bytes_of(NULL, 0);
		runs[unit_random_below(count)] = bytes_of(pool, sizeof pool - (size_t)unit_random_below(RUN_MAX));
		check_all(bytes_of(pool + 5, (size_t)unit_random_below(64)), runs, count);
	}
}

UNIT_SUITE("crypto/digests",
	{ "every length beside every other", test_every_length },
	{ "every count", test_every_count },
	{ "a long one among short and empty ones", test_unequal });
