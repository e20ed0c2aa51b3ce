/* SPDX-License-Identifier: Apache-2.0 */
/* Small requests fill the first chunk of the list; a large one gets a chunk of its own behind it, so that the room left in
 * the first is not lost.  So held stays below one chunk more than used and a third. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>

#define ARENA_ALIGN 16u
#define ARENA_CHUNK (64u * 1024u)        /* bytes of an ordinary chunk */
#define ARENA_LARGE (ARENA_CHUNK / 4u)   /* a request above this gets a chunk of its own */

struct arena_chunk {
	struct arena_chunk *next;
	size_t size; /* of data */
	size_t used;
	alignas(ARENA_ALIGN) uint8_t data[];
};

void arena_init(struct arena *arena, size_t limit)
{
	*arena = (struct arena){ .limit = limit };
}

static struct arena_chunk *chunk_new(struct arena *arena, size_t size)
{
	struct arena_chunk *chunk;

	if (size > SIZE_MAX - sizeof *chunk)
		return NULL;
	chunk = malloc(sizeof *chunk + size);
	if (chunk == NULL)
		return NULL;
	*chunk = (struct arena_chunk){ .size = size };
	arena->held += sizeof *chunk + size;
	return chunk;
}

/* Another chunk, with room for size bytes, linked into the list. */
static struct arena_chunk *chunk_for(struct arena *arena, size_t size)
{
	struct arena_chunk *first = arena->chunks;
	bool large = size > ARENA_LARGE;
	struct arena_chunk *chunk = chunk_new(arena, large ? size : ARENA_CHUNK);

	if (chunk == NULL)
		return NULL;
	if (large && first != NULL) {
		chunk->next = first->next;
		first->next = chunk;
	} else {
		chunk->next = first;
		arena->chunks = chunk;
	}
	return chunk;
}

static inline void *take(struct arena *arena, struct arena_chunk *chunk, size_t rounded)
{
	void *room = chunk->data + chunk->used;

	chunk->used += rounded;
	arena->used += rounded;
	return room;
}

/* Not inline: it is seldom called from where each allocation passes, and what it keeps in registers would be saved there each time. */
__attribute__((noinline)) static void *take_from_another(struct arena *arena, size_t rounded)
{
	struct arena_chunk *chunk = chunk_for(arena, rounded);

	return chunk != NULL ? take(arena, chunk, rounded) : NULL;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	struct arena_chunk *chunk = arena->chunks;
	size_t rounded;

	if (size > SIZE_MAX - (ARENA_ALIGN - 1))
		return NULL;
	rounded = size == 0 ? ARENA_ALIGN : (size + ARENA_ALIGN - 1) / ARENA_ALIGN * ARENA_ALIGN;
	if (arena->used > arena->limit || rounded > arena->limit - arena->used)
		return NULL;
	if (chunk == NULL || rounded > chunk->size - chunk->used)
		return take_from_another(arena, rounded);
	return take(arena, chunk, rounded);
}

void *arena_calloc(struct arena *arena, size_t count, size_t size)
{
	void *room;

	if (size != 0 && count > SIZE_MAX / size)
		return NULL;
	room = arena_alloc(arena, count * size);
	if (room != NULL)
		memset(room, 0, count * size);
	return room;
}

void *arena_copy(struct arena *arena, struct bytes bytes)
{
	void *room = arena_alloc(arena, bytes.len);

	if (room != NULL && bytes.len > 0)
		memcpy(room, bytes.data, bytes.len);
	return room;
}

char *arena_text(struct arena *arena, struct bytes bytes)
{
	char *text;

	if (bytes.len == SIZE_MAX)
		return NULL;
	text = arena_alloc(arena, bytes.len + 1);
	if (text == NULL)
		return NULL;
	if (bytes.len > 0)
		memcpy(text, bytes.data, bytes.len);
	text[bytes.len] = '\0';
	return text;
}

void arena_reset(struct arena *arena)
{
	struct arena_chunk *kept = NULL;
	struct arena_chunk *chunk = arena->chunks;

	while (chunk != NULL) {
		struct arena_chunk *next = chunk->next;

		if (kept == NULL && chunk->size == ARENA_CHUNK)
			kept = chunk;
		else
			free(chunk);
		chunk = next;
	}
	arena_init(arena, arena->limit);
	if (kept == NULL)
		return;
	kept->next = NULL;
	kept->used = 0;
	arena->chunks = kept;
	arena->held = sizeof *kept + kept->size;
}

void arena_free(struct arena *arena)
{
	if (arena == NULL)
		return;
	while (arena->chunks != NULL) {
		struct arena_chunk *next = arena->chunks->next;

		free(arena->chunks);
		arena->chunks = next;
	}
	arena_init(arena, 0);
}
