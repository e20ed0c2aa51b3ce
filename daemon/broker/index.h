/* SPDX-License-Identifier: Apache-2.0 */
/* broker/index.h - a hash table of small numbers (open addressing, linear probing): finds an array's place by what stands there.
 *
 * It holds no keys but 32 bits of each one's hash, so that a walk, a removal or a growing table hardly ever has to look at the array,
 * which is far larger than a cache: the caller walks the candidates of a hash and compares.  At most three quarters full, 8 bytes a
 * cell: 10.7 to 21.3 bytes per number held. */
#pragma once
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define INDEX_NONE UINT32_MAX

/* The hash of what stands at place; the same as long as it is in the index. */
typedef uint64_t index_hash(const void *owner, uint32_t place);

struct index_cell {
	uint32_t place; /* INDEX_NONE where empty */
	uint32_t hash;  /* the lower half; its lowest bits say which cell is home */
};

struct index {
	struct index_cell *cells; /* a power of two of them; NULL while nothing was ever held */
	size_t mask;
	size_t held;
	size_t most; /* held before it grows */
	index_hash *hash;
	const void *owner; /* handed to hash */
};

void index_init(struct index *index, index_hash *hash, const void *owner);
void index_free(struct index *index); /* empty and usable again afterwards */

/* Whatever room that takes: index_add after it cannot fail.  ERR_NOMEM. */
enum err index_reserve(struct index *index, size_t count);

/* ERR_NOMEM when it would have to grow and cannot. */
enum err index_add(struct index *index, uint32_t place);

/* One that is not held is let be.  Other cells move: end a walk first. */
void index_remove(struct index *index, uint32_t place);

/* Puts fresh where held stands: both have the same hash. */
void index_replace(struct index *index, uint32_t held, uint32_t fresh);

/* For places whose hash may be this one: for (walk = index_walk(index, hash); (place = index_next(index, &walk)) != INDEX_NONE;) */
struct index_walk {
	size_t at;
	uint32_t hash;
};

static inline struct index_walk index_walk(const struct index *index, uint64_t hash)
{
	return (struct index_walk){ (uint32_t)hash & index->mask, (uint32_t)hash };
}

static inline uint32_t index_next(const struct index *index, struct index_walk *walk)
{
	if (index->cells == NULL)
		return INDEX_NONE;
	for (;;) {
		struct index_cell cell = index->cells[walk->at];

		if (cell.place == INDEX_NONE)
			return INDEX_NONE;
		walk->at = (walk->at + 1) & index->mask;
		if (cell.hash == walk->hash)
			return cell.place;
	}
}

static inline size_t index_bytes(const struct index *index)
{
	return index->cells == NULL ? 0 : (index->mask + 1) * sizeof(*index->cells);
}

/* Spreads a number over all 64 bits.  seed keeps outsiders from choosing numbers that collide. */
static inline uint64_t index_mix(uint64_t number, uint64_t seed)
{
	uint64_t mixed = number ^ seed;

	mixed = (mixed ^ mixed >> 32) * 0x9e3779b97f4a7c15u;
	mixed = (mixed ^ mixed >> 29) * 0xd6e8feb86659fd93u;
	return mixed ^ mixed >> 32;
}
