/* SPDX-License-Identifier: Apache-2.0 */
/* broker/index.c - see index.h for the contract.
 *
 * Invariant: between a place's home cell (its hash) and the cell that holds it, no cell is empty. */
#include "broker/index.h"

#include <stdlib.h>
#include <string.h>

#define INDEX_LEAST 64u /* cells */

void index_init(struct index *index, index_hash *hash, const void *owner)
{
	*index = (struct index){ .hash = hash, .owner = owner };
}

void index_free(struct index *index)
{
	free(index->cells);
	index_init(index, index->hash, index->owner);
}

static void insert(struct index *index, uint32_t place)
{
	size_t at = index_walk(index, index->hash(index->owner, place));

	while (index->cells[at] != INDEX_NONE)
		at = index_on(index, at);
	index->cells[at] = place;
}

static enum err grow(struct index *index, size_t cells)
{
	uint32_t *old = index->cells;
	size_t old_cells = old == NULL ? 0 : index->mask + 1;
	uint32_t *fresh = malloc(cells * sizeof(*fresh));

	if (fresh == NULL)
		return ERR_NOMEM;
	memset(fresh, 0xff, cells * sizeof(*fresh));
	index->cells = fresh;
	index->mask = cells - 1;
	for (size_t at = 0; at < old_cells; at++)
		if (old[at] != INDEX_NONE)
			insert(index, old[at]);
	free(old);
	return ERR_OK;
}

enum err index_reserve(struct index *index, size_t count)
{
	size_t cells = index->cells == NULL ? INDEX_LEAST : index->mask + 1;

	while (count > cells / 4 * 3)
		cells *= 2;
	return index->cells != NULL && cells == index->mask + 1 ? ERR_OK : grow(index, cells);
}

enum err index_add(struct index *index, uint32_t place)
{
	enum err err = index_reserve(index, index->held + 1);

	if (err != ERR_OK)
		return err;
	insert(index, place);
	index->held++;
	return ERR_OK;
}

/* Moves later cells of the run back over the hole, so that no walk ends too early (Knuth 6.4, algorithm R). */
static void close_hole(struct index *index, size_t hole)
{
	for (size_t at = index_on(index, hole); index->cells[at] != INDEX_NONE; at = index_on(index, at)) {
		size_t home = index_walk(index, index->hash(index->owner, index->cells[at]));

		if (((at - home) & index->mask) >= ((at - hole) & index->mask)) {
			index->cells[hole] = index->cells[at];
			hole = at;
		}
	}
	index->cells[hole] = INDEX_NONE;
}

/* False when it is not held, which can only be once memory ran out. */
static bool cell_of(const struct index *index, uint32_t place, size_t *ret_at)
{
	size_t at = index_walk(index, index->hash(index->owner, place));

	while (index_at(index, at) != place) {
		if (index_at(index, at) == INDEX_NONE)
			return false;
		at = index_on(index, at);
	}
	*ret_at = at;
	return true;
}

void index_remove(struct index *index, uint32_t place)
{
	size_t at;

	if (!cell_of(index, place, &at))
		return;
	close_hole(index, at);
	index->held--;
}

void index_replace(struct index *index, uint32_t held, uint32_t fresh)
{
	size_t at;

	if (cell_of(index, held, &at))
		index->cells[at] = fresh;
}
