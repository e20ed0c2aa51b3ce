/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/digest_avx512.h"

#include "crypto/digest.h"
#include "unit.h"

static const uint32_t initial[DIGEST_WORDS] = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 };

struct sixteen {
	uint32_t state[DIGEST_WORDS][DIGEST_LANES] __attribute__((aligned(64)));
	const uint8_t *at[DIGEST_LANES];
};

static void begin(struct sixteen *sixteen)
{
	for (size_t i = 0; i < DIGEST_WORDS; i++)
		for (size_t lane = 0; lane < DIGEST_LANES; lane++)
			sixteen->state[i][lane] = initial[i];
}

static struct digest digest_in(const struct sixteen *sixteen, size_t lane)
{
	struct digest digest;

	for (size_t i = 0; i < DIGEST_WORDS; i++)
		be32_put(digest.bytes + 4 * i, sixteen->state[i][lane]);
	return digest;
}

/* A run of whole blocks but for its padding, which is put behind it. */
static void pad(uint8_t *run, size_t len, size_t padded)
{
	memset(run + len, 0, padded - len);
	run[len] = 0x80;
	be64_put(run + padded - 8, (uint64_t)len * 8);
}

/* Another letter and another length in each lane, two blocks of each. */
static void test_each_its_own(void)
{
	static uint8_t runs[DIGEST_LANES][2 * DIGEST_BLOCK];
	struct sixteen sixteen;

	if (!digest_avx512_available())
		return;
	begin(&sixteen);
	for (size_t lane = 0; lane < DIGEST_LANES; lane++) {
		size_t len = DIGEST_BLOCK + 2 * lane;

		memset(runs[lane], (int)('a' + lane), len);
		pad(runs[lane], len, sizeof runs[lane]);
		sixteen.at[lane] = runs[lane];
	}
	digest_avx512(sixteen.state, sixteen.at, 2);
	for (size_t lane = 0; lane < DIGEST_LANES; lane++) {
		struct digest digest = digest_in(&sixteen, lane);
		struct digest alone = digest_of(bytes_of(runs[lane], DIGEST_BLOCK + 2 * lane));

		unit_context("lane %zu", lane);
		check(digest_equal(&digest, &alone));
		check(sixteen.at[lane] == runs[lane] + sizeof runs[lane]);
	}
}

/* Block by block is what all at once is, and no block is nothing. */
static void test_in_steps(void)
{
	static uint8_t blocks[DIGEST_LANES][5 * DIGEST_BLOCK];
	struct sixteen whole, stepped;

	if (!digest_avx512_available())
		return;
	unit_random_bytes(blocks[0], sizeof blocks);
	begin(&whole);
	begin(&stepped);
	for (size_t lane = 0; lane < DIGEST_LANES; lane++)
		whole.at[lane] = stepped.at[lane] = blocks[lane];
	digest_avx512(whole.state, whole.at, 5);
	digest_avx512(stepped.state, stepped.at, 0);
	for (int i = 0; i < 5; i++)
		digest_avx512(stepped.state, stepped.at, 1);
	check(memcmp(whole.state, stepped.state, sizeof whole.state) == 0);
}

UNIT_SUITE("crypto/digest_avx512",
	{ "each lane its own", test_each_its_own },
	{ "block by block", test_in_steps });
