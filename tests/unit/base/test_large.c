/* SPDX-License-Identifier: Apache-2.0 */
#include "base/large.h"

#include <stdlib.h>
#include <string.h>

#include "unit.h"

#define MIB ((size_t)1 << 20)

/* Advice changes nothing that a program can see. */
static void test_content_stays(void)
{
	static const size_t sizes[] = { 0, 1, 4096, 2 * MIB - 1, 2 * MIB, 9 * MIB + 5 };

	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		uint8_t *block = malloc(sizes[i] + 1);

		require(block != NULL);
		memset(block, 0x5a, sizes[i] + 1);
		large_advise(block, sizes[i]);
		for (size_t at = 0; at <= sizes[i]; at += sizes[i] < 4096 ? 1 : 4095)
			check_uint(block[at], 0x5a);
		memset(block, 0x33, sizes[i] + 1);
		free(block);
	}
}

static void test_any_place(void)
{
	uint8_t *block = calloc(1, 8 * MIB);

	require(block != NULL);
	for (size_t offset = 0; offset < 5000; offset += 613) {
		large_advise(block + offset, 6 * MIB - offset);
		check_uint(block[offset], 0);
	}
	free(block);
}

UNIT_SUITE("base/large",
	{ "what a block holds stays", test_content_stays },
	{ "a block may start and end anywhere", test_any_place });
