/* SPDX-License-Identifier: Apache-2.0 */
#include "broker/index.h"
#include "unit.h"

#define PLACES 3000u

static uint64_t keys[PLACES];
static bool held[PLACES];

/* Few bits, so that runs are long and wrap around. */
static uint64_t hash(const void *owner, uint32_t place)
{
	(void)owner;
	return index_mix(keys[place], 0) & 0xff;
}

static bool finds(const struct index *index, uint32_t wanted)
{
	uint32_t place;

	for (struct index_walk walk = index_walk(index, hash(NULL, wanted));
	     (place = index_next(index, &walk)) != INDEX_NONE;)
		if (place == wanted)
			return true;
	return false;
}

static void test_random(void)
{
	struct index index;
	size_t count = 0;

	index_init(&index, hash, NULL);
	for (uint32_t i = 0; i < PLACES; i++) {
		keys[i] = unit_random_below(500);
		held[i] = false;
	}
	for (int i = 0; i < 20000; i++) {
		uint32_t place = (uint32_t)unit_random_below(i < 5000 ? 200 : PLACES);

		if (held[place]) {
			index_remove(&index, place);
			count--;
		} else {
			require_ok(index_add(&index, place));
			count++;
		}
		held[place] = !held[place];
		check(finds(&index, place) == held[place]);
	}
	check_uint(index.held, count);
	for (uint32_t i = 0; i < PLACES; i++)
		check(finds(&index, i) == held[i]);
	index_free(&index);
}

static void test_empty(void)
{
	struct index index;

	index_init(&index, hash, NULL);
	check(!finds(&index, 1));
	index_remove(&index, 1);
	check_uint(index_bytes(&index), 0);
	require_ok(index_add(&index, 1));
	index_remove(&index, 2);
	check(finds(&index, 1));
	index_free(&index);
	check(!finds(&index, 1));
}

static void test_replace(void)
{
	struct index index;

	index_init(&index, hash, NULL);
	keys[1] = keys[2] = 9;
	require_ok(index_add(&index, 1));
	index_replace(&index, 1, 2);
	check(!finds(&index, 1));
	check(finds(&index, 2));
	check_uint(index.held, 1);
	index_free(&index);
}

static void test_reserve(void)
{
	struct index index;
	size_t bytes;

	index_init(&index, hash, NULL);
	require_ok(index_reserve(&index, 1000));
	bytes = index_bytes(&index);
	for (uint32_t i = 0; i < 1000; i++)
		require_ok(index_add(&index, i));
	check_uint(index_bytes(&index), bytes);
	index_free(&index);
}

UNIT_SUITE("broker/index",
	{ "what was added and not removed is found", test_random },
	{ "an empty one finds nothing", test_empty },
	{ "one in place of another", test_replace },
	{ "what is reserved needs no more room", test_reserve });
