/* SPDX-License-Identifier: Apache-2.0 */
/* broker/index.c - see index.h for the contract.
 *
 * Invariant: between a place's home cell (its hash) and the cell that holds it, no cell is empty. */
#include "broker/index.h"

#include <stdlib.h>
#include <string.h>

#include "base/large.h"

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

static size_t after(const struct index *index, size_t at)
{
	return (at + 1) & index->mask;
}

static void insert(struct index *index, struct index_cell cell)
{
	size_t at = cell.hash & index->mask;

	while (index->cells[at].place != INDEX_NONE)
		at = after(index, at);
	index->cells[at] = cell;
}

static enum err grow(struct index *index, size_t cells)
{
	struct index_cell *old = index->cells;
	size_t old_cells = old == NULL ? 0 : index->mask + 1;
	struct index_cell *fresh = malloc(cells * sizeof(*fresh));

	if (fresh == NULL)
		return ERR_NOMEM;
	large_advise(fresh, cells * sizeof(*fresh));
	memset(fresh, 0xff, cells * sizeof(*fresh));
	index->cells = fresh;
	index->mask = cells - 1;
	index->most = cells / 4 * 3;
	for (size_t at = 0; at < old_cells; at++)
		if (old[at].place != INDEX_NONE)
			insert(index, old[at]);
	free(old);
	return ERR_OK;
}

enum err index_reserve(struct index *index, size_t count)
{
	size_t cells = INDEX_LEAST;

	if (count <= index->most)
		return ERR_OK;
	while (count > cells / 4 * 3)
		cells *= 2;
	return grow(index, cells);
}

enum err index_add(struct index *index, uint32_t place)
{
	enum err err = index_reserve(index, index->held + 1);

	if (err != ERR_OK)
		return err;
	insert(index, (struct index_cell){ place, (uint32_t)index->hash(index->owner, place) });
	index->held++;
	return ERR_OK;
}

/* Moves later cells of the run back over the hole, so that no walk ends too early (Knuth 6.4, algorithm R). */
static void close_hole(struct index *index, size_t hole)
{
	for (size_t at = after(index, hole); index->cells[at].place != INDEX_NONE; at = after(index, at)) {
		size_t home = index->cells[at].hash & index->mask;

		if (((at - home) & index->mask) >= ((at - hole) & index->mask)) {
			index->cells[hole] = index->cells[at];
			hole = at;
		}
	}
	index->cells[hole].place = INDEX_NONE;
}

/* NULL when it is not held, which can only be once memory ran out. */
static struct index_cell *cell_of(const struct index *index, uint32_t place)
{
	if (index->cells == NULL)
		return NULL;
	for (size_t at = (uint32_t)index->hash(index->owner, place) & index->mask; index->cells[at].place != INDEX_NONE; at = after(index, at))
		if (index->cells[at].place == place)
			return &index->cells[at];
	return NULL;
}

void index_remove(struct index *index, uint32_t place)
{
	const struct index_cell *cell = cell_of(index, place);

	if (cell == NULL)
		return;
	close_hole(index, (size_t)(cell - index->cells));
	index->held--;
}

void index_replace(struct index *index, uint32_t held, uint32_t fresh)
{
	struct index_cell *cell = cell_of(index, held);

	if (cell != NULL)
		cell->place = fresh;
}
