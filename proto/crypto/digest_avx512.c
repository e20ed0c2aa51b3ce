/* SPDX-License-Identifier: Apache-2.0 */
/* crypto/digest_avx512.c - see digest_avx512.h for the contract.  Register i holds word i of every lane. */
#include "crypto/digest_avx512.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define LANES DIGEST_LANES
#define WORDS DIGEST_WORDS
#define BLOCK DIGEST_BLOCK
#define WITH_AVX512 __attribute__((target("avx512f,avx512bw")))
#define XOR3 0x96 /* truth tables of VPTERNLOG */
#define CHOOSE 0xca
#define MAJORITY 0xe8

static const uint32_t round_constants[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be,
	0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa,
	0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85,
	0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
	0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f,
	0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

bool digest_avx512_available(void)
{
	return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw");
}

WITH_AVX512 static inline __m512i xor3(__m512i a, __m512i b, __m512i c)
{
	return _mm512_ternarylogic_epi32(a, b, c, XOR3);
}

/* Big-endian words, and the sixteen lanes' blocks turned into sixteen registers of one word each. */
WITH_AVX512 static inline void load_blocks(const uint8_t *const at[LANES], __m512i words[LANES])
{
	const __m512i big_endian = _mm512_broadcast_i32x4(_mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203));
	__m512i a[LANES], b[LANES];

	for (int i = 0; i < LANES; i++)
		a[i] = _mm512_shuffle_epi8(_mm512_loadu_si512(at[i]), big_endian);
	for (int i = 0; i < LANES; i += 2) {
		b[i] = _mm512_unpacklo_epi32(a[i], a[i + 1]);
		b[i + 1] = _mm512_unpackhi_epi32(a[i], a[i + 1]);
	}
	for (int i = 0; i < LANES; i += 4) {
		a[i] = _mm512_unpacklo_epi64(b[i], b[i + 2]);
		a[i + 1] = _mm512_unpackhi_epi64(b[i], b[i + 2]);
		a[i + 2] = _mm512_unpacklo_epi64(b[i + 1], b[i + 3]);
		a[i + 3] = _mm512_unpackhi_epi64(b[i + 1], b[i + 3]);
	}
	for (int i = 0; i < 4; i++) {
		b[i] = _mm512_shuffle_i32x4(a[i], a[i + 4], 0x88);
		b[i + 4] = _mm512_shuffle_i32x4(a[i], a[i + 4], 0xdd);
		b[i + 8] = _mm512_shuffle_i32x4(a[i + 8], a[i + 12], 0x88);
		b[i + 12] = _mm512_shuffle_i32x4(a[i + 8], a[i + 12], 0xdd);
	}
	for (int i = 0; i < 4; i++) {
		words[i] = _mm512_shuffle_i32x4(b[i], b[i + 8], 0x88);
		words[i + 4] = _mm512_shuffle_i32x4(b[i + 4], b[i + 12], 0x88);
		words[i + 8] = _mm512_shuffle_i32x4(b[i], b[i + 8], 0xdd);
		words[i + 12] = _mm512_shuffle_i32x4(b[i + 4], b[i + 12], 0xdd);
	}
}

/* The message's word for a round from the 16th on, in the place of the one sixteen rounds earlier. */
WITH_AVX512 static inline __m512i next_word(__m512i words[16], unsigned round)
{
	__m512i near = words[(round + 1) % 16], far = words[(round + 14) % 16];
	__m512i sigma0 = xor3(_mm512_ror_epi32(near, 7), _mm512_ror_epi32(near, 18), _mm512_srli_epi32(near, 3));
	__m512i sigma1 = xor3(_mm512_ror_epi32(far, 17), _mm512_ror_epi32(far, 19), _mm512_srli_epi32(far, 10));

	words[round % 16] = _mm512_add_epi32(_mm512_add_epi32(words[round % 16], sigma0), _mm512_add_epi32(words[(round + 9) % 16], sigma1));
	return words[round % 16];
}

/* The variables a to h change their places in state instead of their values, one place down a round. */
WITH_AVX512 static inline void do_round(__m512i state[WORDS], unsigned round, __m512i word)
{
	__m512i a = state[(64 - round) % WORDS], b = state[(65 - round) % WORDS], c = state[(66 - round) % WORDS];
	__m512i e = state[(68 - round) % WORDS], f = state[(69 - round) % WORDS], g = state[(70 - round) % WORDS];
	__m512i *d = &state[(67 - round) % WORDS], *h = &state[(71 - round) % WORDS];
	__m512i sum1 = xor3(_mm512_ror_epi32(e, 6), _mm512_ror_epi32(e, 11), _mm512_ror_epi32(e, 25));
	__m512i sum0 = xor3(_mm512_ror_epi32(a, 2), _mm512_ror_epi32(a, 13), _mm512_ror_epi32(a, 22));
	__m512i chosen = _mm512_ternarylogic_epi32(e, f, g, CHOOSE);
	__m512i first = _mm512_add_epi32(_mm512_add_epi32(_mm512_add_epi32(*h, word), chosen), sum1);

	*d = _mm512_add_epi32(*d, first);
	*h = _mm512_add_epi32(_mm512_add_epi32(first, sum0), _mm512_ternarylogic_epi32(a, b, c, MAJORITY));
}

WITH_AVX512 void digest_avx512(uint32_t kept[WORDS][LANES], const uint8_t *at[LANES], size_t blocks)
{
	__m512i state[WORDS], words[16];

	for (unsigned i = 0; i < WORDS; i++)
		state[i] = _mm512_load_si512(kept[i]);
	while (blocks-- > 0) {
		load_blocks(at, words);
#pragma GCC unroll 64
		for (unsigned round = 0; round < 64; round++) {
			__m512i word = round < 16 ? words[round] : next_word(words, round);

			do_round(state, round, _mm512_add_epi32(word, _mm512_set1_epi32((int)round_constants[round])));
		}
		for (unsigned i = 0; i < WORDS; i++) {
			state[i] = _mm512_add_epi32(state[i], _mm512_load_si512(kept[i]));
			_mm512_store_si512(kept[i], state[i]);
		}
		for (unsigned i = 0; i < LANES; i++)
			at[i] += BLOCK;
	}
}

#else

bool digest_avx512_available(void)
{
	return false;
}

void digest_avx512(uint32_t kept[DIGEST_WORDS][DIGEST_LANES], const uint8_t *at[DIGEST_LANES], size_t blocks)
{
	(void)kept;
	(void)at;
	(void)blocks;
}

#endif
