/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include "unit.h"

#define CHUNK (64u * 1024u)

static void test_nothing_taken(void)
{
	struct arena arena;

	arena_init(&arena, 1000);
	check_uint(arena.held, 0);
	check_uint(arena.used, 0);
	check(arena.chunks == NULL);
	arena_reset(&arena);
	check_uint(arena.held, 0);
	arena_free(&arena);
	arena_free(NULL);
}

static void test_alignment(void)
{
	struct arena arena;

	arena_init(&arena, 1 << 20);
	for (size_t size = 0; size < 100; size++) {
		unsigned char *room = arena_alloc(&arena, size);

		require(room != NULL);
		unit_context("size %zu", size);
		check_uint((uintptr_t)room % 16, 0);
		memset(room, 0xa5, size);
	}
	arena_free(&arena);
}

static void test_zero_size(void)
{
	struct arena arena;
	void *a, *b;

	arena_init(&arena, 32);
	a = arena_alloc(&arena, 0);
	b = arena_alloc(&arena, 0);
	check(a != NULL && b != NULL && a != b);
	check(arena_alloc(&arena, 0) == NULL); /* nothing is free of cost: a million empty fields have a bound */
	arena_free(&arena);
}

static void test_limit(void)
{
	struct arena arena;

	arena_init(&arena, 100);
	check(arena_alloc(&arena, 101) == NULL);
	check_uint(arena.held, 0); /* a refusal takes nothing */
	check(arena_alloc(&arena, 90) != NULL);
	check_uint(arena.used, 96);
	check(arena_alloc(&arena, 5) == NULL);
	check_uint(arena.used, 96);
	arena_free(&arena);
}

static void test_overflow(void)
{
	struct arena arena;

	arena_init(&arena, SIZE_MAX);
	check(arena_alloc(&arena, SIZE_MAX) == NULL);
	check(arena_alloc(&arena, SIZE_MAX - 14) == NULL);
	check(arena_alloc(&arena, SIZE_MAX - 15) == NULL);
	check(arena_alloc(&arena, PTRDIFF_MAX) == NULL);
	check(arena_calloc(&arena, SIZE_MAX / 2, 3) == NULL);
	check(arena_calloc(&arena, 3, SIZE_MAX / 2) == NULL);
	check(arena_calloc(&arena, SIZE_MAX / 16 + 2, 16) == NULL); /* the product would wrap to 16 */
	check(arena_text(&arena, (struct bytes){ NULL, SIZE_MAX }) == NULL);
	check_uint(arena.used, 0);
	check(arena_alloc(&arena, 10) != NULL);
	arena_free(&arena);
}

static void test_calloc(void)
{
	struct arena arena;
	uint8_t *room;

	arena_init(&arena, CHUNK);
	room = arena_alloc(&arena, 1000);
	require(room != NULL);
	memset(room, 0xff, 1000);
	arena_reset(&arena);
	room = arena_calloc(&arena, 10, 100);
	require(room != NULL);
	for (size_t i = 0; i < 1000; i++)
		check_uint(room[i], 0);
	check(arena_calloc(&arena, 0, 8) != NULL);
	check(arena_calloc(&arena, 8, 0) != NULL);
	arena_free(&arena);
}

static void test_copies(void)
{
	struct arena arena;
	char source[] = "花見川区";
	char *text;
	void *copy;

	arena_init(&arena, 1000);
	text = arena_text(&arena, bytes_of_text(source));
	copy = arena_copy(&arena, bytes_of(source, sizeof source));
	require(text != NULL && copy != NULL);
	memset(source, 'x', sizeof source);
	check_text(text, "花見川区");
	check_bytes(bytes_of(copy, sizeof source), bytes_of("花見川区", sizeof source));
	check_text(arena_text(&arena, bytes_of(NULL, 0)), "");
	check(arena_copy(&arena, bytes_of(NULL, 0)) != NULL);
	check(arena_copy(&arena, bytes_of("", 2000)) == NULL);
	arena_free(&arena);
}

static void test_reset(void)
{
	struct arena arena;

	arena_init(&arena, 1 << 20);
	for (int i = 0; i < 10; i++)
		require(arena_alloc(&arena, 16 * 1024) != NULL);
	require(arena_alloc(&arena, 300 * 1024) != NULL);
	check(arena.held > 300 * 1024);
	arena_reset(&arena);
	check_uint(arena.used, 0);
	check_uint(arena.limit, 1 << 20);
	check(arena.held >= CHUNK && arena.held < CHUNK + 64); /* the big one was given back */
	for (int i = 0; i < 4; i++)
		check(arena_alloc(&arena, 16 * 1024) != NULL);
	check(arena.held < CHUNK + 64); /* the kept one served again */
	arena_free(&arena);
	check_uint(arena.held, 0);
}

static void test_reset_without_ordinary(void)
{
	struct arena arena;

	arena_init(&arena, 1 << 20);
	require(arena_alloc(&arena, 200 * 1024) != NULL);
	arena_reset(&arena);
	check_uint(arena.held, 0);
	check(arena_alloc(&arena, 1) != NULL);
	arena_free(&arena);
}

/* The promise of the file's head: large and small requests in turn do not waste a chunk each. */
static void test_waste(void)
{
	struct arena arena;

	arena_init(&arena, 64 << 20);
	for (int i = 0; i < 200; i++) {
		require(arena_alloc(&arena, 16) != NULL);
		require(arena_alloc(&arena, (size_t)unit_random_below(100 * 1024)) != NULL);
		check(arena.held <= arena.used + arena.used / 3 + 2 * CHUNK);
	}
	arena_free(&arena);
}

/* Nothing handed out overlaps: every block keeps the byte it was filled with. */
static void test_no_overlap(void)
{
	enum { BLOCKS = 2000 };
	static struct {
		uint8_t *room;
		size_t size;
	} blocks[BLOCKS];
	struct arena arena;
	size_t spoilt = 0;

	arena_init(&arena, 64 << 20);
	for (size_t i = 0; i < BLOCKS; i++) {
		blocks[i].size = (size_t)unit_random_below(unit_random_below(50) == 0 ? 40000 : 300);
		blocks[i].room = arena_alloc(&arena, blocks[i].size);
		require(blocks[i].room != NULL);
		memset(blocks[i].room, (int)(i & 0xff), blocks[i].size);
	}
	for (size_t i = 0; i < BLOCKS; i++)
		for (size_t k = 0; k < blocks[i].size; k++)
			spoilt += blocks[i].room[k] != (i & 0xff);
	check_uint(spoilt, 0);
	arena_free(&arena);
}

static void test_limit_over_chunks(void)
{
	struct arena arena;
	size_t given = 0;

	arena_init(&arena, 1000 * 1000);
	while (arena_alloc(&arena, 1000) != NULL)
		given += 1008;
	check_uint(arena.used, given);
	check(given <= 1000 * 1000 && given + 1008 > 1000 * 1000);
	arena_reset(&arena);
	check(arena_alloc(&arena, 1000) != NULL);
	arena_free(&arena);
}

UNIT_SUITE("base/arena",
	{ "a new arena has taken nothing", test_nothing_taken },
	{ "everything is aligned to 16 bytes", test_alignment },
	{ "zero bytes have an address and a cost", test_zero_size },
	{ "used never passes the limit", test_limit },
	{ "sizes that overflow are refused", test_overflow },
	{ "calloc gives zeros, also in used memory", test_calloc },
	{ "copies are their own", test_copies },
	{ "reset keeps one ordinary chunk", test_reset },
	{ "reset keeps no large chunk", test_reset_without_ordinary },
	{ "mixed sizes waste little", test_waste },
	{ "blocks do not overlap", test_no_overlap },
	{ "the limit holds over many chunks", test_limit_over_chunks });
