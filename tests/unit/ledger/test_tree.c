/* SPDX-License-Identifier: Apache-2.0 */
/* The stored tree against trees in memory, for every size up to a few hundred. */
#include "ledger/tree.h"

#include <stdlib.h>

#include "site.h"

#define LEAVES 600

static struct digest leaves[LEAVES];

/* A committed tree of LEAVES random leaves, under a read transaction. */
static struct txn *plant(struct site *site)
{
	struct tree tree = { 0 };
	struct txn *txn = NULL;
	uint8_t row[TREE_ROW_MAX];

	require_ok(txn_begin_write(site->store, &txn));
	for (uint64_t seq = 0; seq < LEAVES; seq++) {
		struct key key = key_u64(seq);
		struct digest root, expected;

		unit_random_bytes(leaves[seq].bytes, DIGEST_BYTES);
		tree_grow(&tree, &leaves[seq], row);
		txn_append(txn, TABLE_TREE, key_bytes(&key), bytes_of(row, tree_row_len(seq)));
		root = tree_root(&tree);
		expected = merkle_root(leaves, seq + 1);
		unit_context("size %llu", (unsigned long long)seq + 1);
		check(digest_equal(&root, &expected));
	}
	require_ok(txn_commit(txn));
	require_ok(txn_begin_read(site->store, &txn));
	return txn;
}

static void test_row_len(void)
{
	static const struct {
		uint64_t seq;
		size_t hashes;
	} cases[] = { { 0, 1 }, { 1, 2 }, { 2, 1 }, { 3, 3 }, { 4, 1 }, { 7, 4 }, { 8, 1 }, { 1023, 11 }, { 1024, 1 },
		      { UINT64_MAX - 1, 1 }, { UINT64_MAX / 2, 64 }, { UINT64_MAX, 65 } };

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		check_uint(tree_row_len(cases[i].seq), cases[i].hashes * DIGEST_BYTES);
	check(TREE_ROW_MAX >= tree_row_len(UINT64_MAX));
}

static void test_empty(void)
{
	struct tree tree = { 0 };
	struct digest root = tree_root(&tree);
	struct digest expected = digest_of(bytes_of(NULL, 0));

	check(digest_equal(&root, &expected));
}

static void test_proofs(void)
{
	struct site site;
	struct txn *txn;
	struct buf proof;

	site_open(&site);
	txn = plant(&site);
	buf_init(&proof, 65536);
	for (uint64_t size = 1; size <= LEAVES; size++) {
		struct digest root, hash;
		struct digest expected = merkle_root(leaves, size);
		uint64_t index = unit_random_below(size);
		uint64_t old_size = 1 + unit_random_below(size);
		struct digest old_root = merkle_root(leaves, old_size);

		unit_context("size %llu index %llu old %llu", (unsigned long long)size, (unsigned long long)index,
			     (unsigned long long)old_size);
		check_ok(merkle_range_hash(tree_read, txn, 0, size, &hash));
		check(digest_equal(&hash, &expected));
		buf_clear(&proof);
		check_ok(merkle_prove(tree_read, txn, index, size, &proof));
		check_ok(merkle_path_root(&leaves[index], index, size, buf_bytes(&proof), &root));
		check(digest_equal(&root, &expected));
		buf_clear(&proof);
		check_ok(merkle_prove_consistency(tree_read, txn, old_size, size, &proof));
		check_ok(merkle_check_consistency(old_size, &old_root, size, &expected, buf_bytes(&proof)));
	}
	buf_free(&proof);
	txn_abort(txn);
	site_close(&site);
}

static void test_load(void)
{
	struct site site;
	struct txn *txn;

	site_open(&site);
	txn = plant(&site);
	for (uint64_t size = 0; size <= LEAVES; size++) {
		struct tree tree = { 0 };
		struct digest root, expected = merkle_root(leaves, size);

		unit_context("size %llu", (unsigned long long)size);
		check_ok(tree_load(txn, size, &tree));
		root = tree_root(&tree);
		check_uint(tree.size, size);
		check(digest_equal(&root, &expected));
	}
	txn_abort(txn);
	site_close(&site);
}

static void test_read_bounds(void)
{
	struct site site;
	struct txn *txn;
	struct digest hash;
	struct tree tree;

	site_open(&site);
	txn = plant(&site);
	check_ok(tree_read(txn, 0, LEAVES - 1, &hash));
	check(digest_equal(&hash, &leaves[LEAVES - 1]));
	check_err(tree_read(txn, 0, LEAVES, &hash), ERR_NOT_FOUND);
	check_err(tree_read(txn, 10, 0, &hash), ERR_NOT_FOUND); /* 1024 leaves */
	check_err(tree_read(txn, 3, 4, &hash), ERR_RANGE);      /* not where such a subtree starts */
	check_err(tree_read(txn, 64, 0, &hash), ERR_RANGE);
	check_err(tree_load(txn, LEAVES + 1, &tree), ERR_NOT_FOUND);
	txn_abort(txn);
	site_put(&site, TABLE_TREE, key_u64(5), bytes_of("short", 5));
	require_ok(txn_begin_read(site.store, &txn));
	check_err(tree_read(txn, 0, 5, &hash), ERR_CORRUPT);
	check_err(tree_leaf(txn, 5, &hash), ERR_CORRUPT);
	txn_abort(txn);
	site_close(&site);
}

/* With a cursor, wherever it stood before. */
static void test_leaf_near(void)
{
	struct cursor *cursor = NULL;
	struct digest leaf;
	struct site site;
	struct txn *txn;

	site_open(&site);
	txn = plant(&site);
	require_ok(cursor_open(txn, TABLE_TREE, &cursor));
	for (unsigned round = 0; round < 300; round++) {
		uint64_t seq = unit_random_below(LEAVES);

		require_ok(tree_leaf_near(cursor, seq, &leaf));
		check(digest_equal(&leaf, &leaves[seq]));
	}
	check_err(tree_leaf_near(cursor, LEAVES, &leaf), ERR_NOT_FOUND);
	cursor_close(cursor);
	txn_abort(txn);
	site_put(&site, TABLE_TREE, key_u64(5), bytes_of("short", 5));
	site_delete(&site, TABLE_TREE, key_u64(7));
	require_ok(txn_begin_read(site.store, &txn));
	require_ok(cursor_open(txn, TABLE_TREE, &cursor));
	check_err(tree_leaf_near(cursor, 5, &leaf), ERR_CORRUPT);
	check_err(tree_leaf_near(cursor, 7, &leaf), ERR_NOT_FOUND);
	cursor_close(cursor);
	txn_abort(txn);
	site_close(&site);
}

UNIT_SUITE("ledger/tree",
	{ "a row holds what its leaf completes", test_row_len },
	{ "the empty tree's root", test_empty },
	{ "proofs of every size lead to the root of a tree in memory", test_proofs },
	{ "the edge is loaded for every size", test_load },
	{ "what is not there is told", test_read_bounds },
	{ "a leaf near the last one", test_leaf_near });
