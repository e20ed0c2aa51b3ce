/* SPDX-License-Identifier: Apache-2.0 */
/* crypto/digest_avx512.h - FIPS 180-4's compression of sixteen blocks at once.  For digests.c alone. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DIGEST_LANES 16
#define DIGEST_WORDS 8  /* of a state */
#define DIGEST_BLOCK 64 /* bytes */

/* Whether this processor can, and its system lets it. */
bool digest_avx512_available(void);

/* Takes blocks of each lane, from at[lane] on, into its state, whose word i stands in state[i][lane]; at is moved past them.  state is
 * aligned to 64 bytes.  Nothing happens where it is not available. */
void digest_avx512(uint32_t state[DIGEST_WORDS][DIGEST_LANES], const uint8_t *at[DIGEST_LANES], size_t blocks);
