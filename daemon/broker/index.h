/* SPDX-License-Identifier: Apache-2.0 */
/* broker/index.h - a hash table of small numbers (open addressing, linear probing): finds an array's place by what stands there.
 *
 * It holds no keys: the caller walks the candidates of a hash and looks at its own array.  At most three quarters full, 4 bytes a
 * cell: 5.3 to 10.7 bytes per number held. */
#pragma once
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define INDEX_NONE UINT32_MAX

/* The hash of what stands at place; the same as long as it is in the index. */
typedef uint64_t index_hash(const void *owner, uint32_t place);

struct index {
	uint32_t *cells; /* a power of two of them, INDEX_NONE where empty; NULL while nothing was ever held */
	size_t mask;
	size_t held;
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

/* For places whose hash may be this one: for (at = index_walk(...); (place = index_at(index, at)) != INDEX_NONE; at = index_on(index, at)) */
static inline size_t index_walk(const struct index *index, uint64_t hash)
{
	return (size_t)hash & index->mask;
}

static inline uint32_t index_at(const struct index *index, size_t at)
{
	return index->cells == NULL ? INDEX_NONE : index->cells[at];
}

static inline size_t index_on(const struct index *index, size_t at)
{
	return (at + 1) & index->mask;
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
