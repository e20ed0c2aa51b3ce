/* SPDX-License-Identifier: Apache-2.0 */
/* chance.h - numbers that follow from a seed alone: SplitMix64. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct chance {
	uint64_t state;
};

uint64_t chance_next(struct chance *chance);
uint64_t chance_below(struct chance *chance, uint64_t bound); /* 0 to bound - 1; bound is at least 1 */
bool chance_in(struct chance *chance, uint64_t of, uint64_t times); /* true so many times of that many */
void chance_bytes(struct chance *chance, void *to, size_t len);

/* One of several, each as often as its weight says; the sum is above 0. */
size_t chance_weighted(struct chance *chance, const unsigned *weights, size_t count);
