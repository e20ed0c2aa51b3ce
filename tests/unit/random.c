/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

#include "running.h"
#include "unit.h"

static uint64_t state;
static bool started; /* for the running test */

uint64_t unit_seed(void)
{
	static uint64_t seed;
	static bool known;
	const char *given = getenv("UNIT_SEED");

	if (known)
		return seed;
	if (given != NULL)
		seed = strtoull(given, NULL, 0);
	else if (getrandom(&seed, sizeof seed, 0) != (ssize_t)sizeof seed)
		abort();
	known = true;
	printf("seed %" PRIu64 " (repeat with UNIT_SEED=%" PRIu64 ")\n", seed, seed);
	return seed;
}

void random_restart(void)
{
	started = false;
}

/* FNV-1a, so that a test draws the same numbers whether it runs alone or after others. */
static uint64_t name_hash(const char *name)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (; *name != '\0'; name++)
		hash = (hash ^ (uint8_t)*name) * UINT64_C(0x100000001b3);
	return hash;
}

/* SplitMix64. */
uint64_t unit_random(void)
{
	uint64_t mixed;

	if (!started) {
		state = unit_seed() ^ name_hash(running_name());
		started = true;
	}
	state += UINT64_C(0x9e3779b97f4a7c15);
	mixed = state;
	mixed = (mixed ^ mixed >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94d049bb133111eb);
	return mixed ^ mixed >> 31;
}

uint64_t unit_random_below(uint64_t bound)
{
	return unit_random() % bound; /* the bias is below 2^-32 for any bound a test uses */
}

void unit_random_bytes(uint8_t *to, size_t len)
{
	for (size_t i = 0; i < len; i++)
		to[i] = (uint8_t)(unit_random() >> 56);
}
