/* SPDX-License-Identifier: Apache-2.0 */
/* base/arena.h - memory that is freed all at once and never passes its limit (promise P7). */
#pragma once
#include <stddef.h>

#include "base/bytes.h"

struct arena_chunk;

struct arena {
	struct arena_chunk *chunks; /* the one being filled first */
	size_t used;                /* bytes handed out since the last reset, alignment included */
	size_t held;                /* bytes taken from the system */
	size_t limit;               /* used never passes it */
};

/* Nothing is allocated yet. */
void arena_init(struct arena *arena, size_t limit);

/* 16-byte aligned, not zeroed; NULL when the limit or the system's memory is reached.  Zero bytes give a non-NULL pointer. */
void *arena_alloc(struct arena *arena, size_t size);

/* The same, zeroed; NULL also when count * size overflows. */
void *arena_calloc(struct arena *arena, size_t count, size_t size);

/* A copy that lives as long as the arena's content; NULL as above. */
void *arena_copy(struct arena *arena, struct bytes bytes);

/* A NUL-terminated copy. */
char *arena_text(struct arena *arena, struct bytes bytes);

/* Everything handed out becomes invalid; one chunk of 64 KiB is kept for the next round, if there is one. */
void arena_reset(struct arena *arena);

/* Frees everything; usable again after arena_init.  NULL does nothing. */
void arena_free(struct arena *arena);
