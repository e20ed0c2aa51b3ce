/* SPDX-License-Identifier: Apache-2.0 */
/* trees.h - trees to test against: numbered leaves, and a stored tree that gives complete subtrees only. */
#pragma once
#include "contract/merkle.h"
#include "unit.h"

#define TREE_MAX 160

/* Leaf n hashes the number n. */
static inline void tree_leaves(struct digest leaves[TREE_MAX])
{
	for (uint32_t i = 0; i < TREE_MAX; i++) {
		uint8_t data[4];

		be32_put(data, i);
		leaves[i] = merkle_leaf(bytes_of(data, sizeof(data)));
	}
}

/* The definition of RFC 6962 2.1, word for word: slow, recursive, and not how the code under test does it. */
static inline struct digest tree_root(const struct digest *leaves, uint64_t count)
{
	struct digest left, right;
	uint64_t k = 1;

	if (count == 0)
		return digest_of(bytes_of(NULL, 0));
	if (count == 1)
		return leaves[0];
	while (k * 2 < count)
		k *= 2;
	left = tree_root(leaves, k);
	right = tree_root(leaves + k, count - k);
	return merkle_node(&left, &right);
}

/* A merkle_read over leaves; fails the test when asked for what a ledger would not have stored. */
static inline enum err tree_read(void *reader, unsigned level, uint64_t start, struct digest *ret_hash)
{
	const struct digest *leaves = reader;
	uint64_t width = (uint64_t)1 << level;

	check(start % width == 0);
	check(start + width <= TREE_MAX);
	if (start + width > TREE_MAX)
		return ERR_RANGE;
	*ret_hash = tree_root(leaves + start, width);
	return ERR_OK;
}

/* A merkle_read whose store is damaged. */
static inline enum err tree_read_damaged(void *reader, unsigned level, uint64_t start, struct digest *ret_hash)
{
	(void)reader;
	(void)level;
	(void)start;
	(void)ret_hash;
	return ERR_CORRUPT;
}

/* Flips one bit somewhere. */
static inline void flip(uint8_t *data, size_t len)
{
	data[unit_random_below(len)] ^= (uint8_t)(1u << unit_random_below(8));
}
