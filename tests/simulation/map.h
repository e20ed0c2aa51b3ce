/* SPDX-License-Identifier: Apache-2.0 */
/* map.h - numbers to pointers; the model's own, so that it shares no index with what it judges. */
#pragma once
#include <stddef.h>
#include <stdint.h>

struct map {
	struct map_place {
		uint64_t key;
		void *value; /* NULL: free */
	} *places;
	size_t room, held;
};

void *map_get(const struct map *map, uint64_t key); /* NULL: not there */
void map_put(struct map *map, uint64_t key, void *value); /* inserts or replaces; value is not NULL */
void map_free(struct map *map); /* the places only */
