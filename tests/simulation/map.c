/* SPDX-License-Identifier: Apache-2.0 */
#include "map.h"

#include <stdlib.h>

static size_t place_of(const struct map *map, uint64_t key)
{
	size_t at = (size_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> 20) & (map->room - 1);

	while (map->places[at].value != NULL && map->places[at].key != key)
		at = (at + 1) & (map->room - 1);
	return at;
}

void *map_get(const struct map *map, uint64_t key)
{
	return map->room == 0 ? NULL : map->places[place_of(map, key)].value;
}

static void grow(struct map *map)
{
	struct map old = *map;

	map->room = old.room == 0 ? 1024 : 2 * old.room;
	map->places = calloc(map->room, sizeof(*map->places));
	if (map->places == NULL)
		abort();
	for (size_t i = 0; i < old.room; i++)
		if (old.places[i].value != NULL)
			map->places[place_of(map, old.places[i].key)] = old.places[i];
	free(old.places);
}

void map_put(struct map *map, uint64_t key, void *value)
{
	size_t at;

	if (2 * map->held >= map->room)
		grow(map);
	at = place_of(map, key);
	map->held += map->places[at].value == NULL;
	map->places[at] = (struct map_place){ key, value };
}

void map_free(struct map *map)
{
	free(map->places);
	*map = (struct map){ 0 };
}
