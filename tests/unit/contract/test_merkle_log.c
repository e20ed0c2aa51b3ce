/* SPDX-License-Identifier: Apache-2.0 */
#include "trees.h"

static struct buf proof_buf(void)
{
	struct buf buf;

	buf_init(&buf, 2 * MERKLE_PATH_MAX * DIGEST_BYTES);
	return buf;
}

static void test_range_hash(void)
{
	struct digest leaves[TREE_MAX];
	struct digest hash;

	tree_leaves(leaves);
	for (uint64_t size = 0; size <= TREE_MAX; size++) {
		struct digest expected = tree_root(leaves, size);

		unit_context("size %ju", (uintmax_t)size);
		check_ok(merkle_range_hash(tree_read, leaves, 0, size, &hash));
		check(digest_equal(&hash, &expected));
	}
	for (uint64_t from = 0; from < TREE_MAX; from += 32) {
		struct digest expected = tree_root(leaves + from, 21);

		check_ok(merkle_range_hash(tree_read, leaves, from, from + 21, &hash));
		check(digest_equal(&hash, &expected));
	}
}

static void test_range_hash_refuses(void)
{
	struct digest leaves[TREE_MAX];
	struct digest hash;

	tree_leaves(leaves);
	check_err(merkle_range_hash(tree_read, leaves, 5, 5, &hash), ERR_RANGE);
	check_err(merkle_range_hash(tree_read, leaves, 6, 5, &hash), ERR_RANGE);
	check_err(merkle_range_hash(tree_read, leaves, 1, 3, &hash), ERR_RANGE); /* no subtree starts there */
	check_err(merkle_range_hash(tree_read, leaves, 4, 9, &hash), ERR_OK);
	check_err(merkle_range_hash(tree_read, leaves, 4, 12, &hash), ERR_RANGE);
	check_err(merkle_range_hash(tree_read_damaged, NULL, 0, 3, &hash), ERR_CORRUPT);
}

static void test_inclusion(void)
{
	struct digest leaves[TREE_MAX];
	struct digest path[MERKLE_PATH_MAX];
	struct buf proof = proof_buf();

	tree_leaves(leaves);
	for (uint64_t size = 1; size <= 70; size++) {
		struct digest root = tree_root(leaves, size);

		for (uint64_t index = 0; index < size; index++) {
			size_t count = merkle_path(leaves, size, index, path);
			struct digest led;

			unit_context("leaf %ju of %ju", (uintmax_t)index, (uintmax_t)size);
			buf_clear(&proof);
			check_ok(merkle_prove(tree_read, leaves, index, size, &proof));
			check_bytes(buf_bytes(&proof), bytes_of(path, count * DIGEST_BYTES));
			check_ok(merkle_path_root(&leaves[index], index, size, buf_bytes(&proof), &led));
			check(digest_equal(&led, &root));
		}
	}
	check_err(merkle_prove(tree_read, leaves, 5, 5, &proof), ERR_RANGE);
	check_err(merkle_prove(tree_read, leaves, 0, 0, &proof), ERR_RANGE);
	check_err(merkle_prove(tree_read_damaged, NULL, 2, 5, &proof), ERR_CORRUPT);
	buf_free(&proof);
}

static void test_proof_without_room(void)
{
	struct digest leaves[TREE_MAX];
	struct buf proof;

	tree_leaves(leaves);
	buf_init(&proof, DIGEST_BYTES);
	check_err(merkle_prove(tree_read, leaves, 2, 5, &proof), ERR_TOO_LARGE);
	buf_free(&proof);
}

static void test_consistency(void)
{
	struct digest leaves[TREE_MAX];
	struct buf proof = proof_buf();

	tree_leaves(leaves);
	for (uint64_t size = 0; size <= 70; size++) {
		struct digest root = tree_root(leaves, size);

		for (uint64_t old = 0; old <= size; old++) {
			struct digest old_root = tree_root(leaves, old);

			unit_context("from %ju to %ju", (uintmax_t)old, (uintmax_t)size);
			buf_clear(&proof);
			check_ok(merkle_prove_consistency(tree_read, leaves, old, size, &proof));
			check_ok(merkle_check_consistency(old, &old_root, size, &root, buf_bytes(&proof)));
		}
	}
	check_err(merkle_prove_consistency(tree_read, leaves, 6, 5, &proof), ERR_RANGE);
	check_err(merkle_prove_consistency(tree_read_damaged, NULL, 3, 5, &proof), ERR_CORRUPT);
	buf_free(&proof);
}

/* A verifier is not to be fooled: another head, another size, a proof cut, lengthened or altered. */
static void check_altered(const struct digest *leaves, uint64_t old, uint64_t size, struct buf *proof)
{
	struct digest root = tree_root(leaves, size);
	struct digest old_root = tree_root(leaves, old);
	struct digest other = merkle_leaf(bytes_of("another history", 15));
	struct bytes right = buf_bytes(proof);

	check_err(merkle_check_consistency(old, &other, size, &root, right), ERR_AUTH);
	if (old > 0) /* anything continues nothing */
		check_err(merkle_check_consistency(old, &old_root, size, &other, right), ERR_AUTH);
	for (uint64_t wrong = 0; wrong <= size + 1; wrong++) {
		if (wrong != old)
			check_err(merkle_check_consistency(wrong, &old_root, size, &root, right), ERR_AUTH);
	}
	if (right.len > 0) {
		check_err(merkle_check_consistency(old, &old_root, size, &root, bytes_of(right.data, right.len - DIGEST_BYTES)), ERR_AUTH);
		check_err(merkle_check_consistency(old, &old_root, size, &root, bytes_of(right.data, right.len - 1)), ERR_AUTH);
		flip(proof->data, proof->len);
		check_err(merkle_check_consistency(old, &old_root, size, &root, right), ERR_AUTH);
	}
	buf_put(proof, digest_bytes(&other));
	check_err(merkle_check_consistency(old, &old_root, size, &root, buf_bytes(proof)), ERR_AUTH);
}

static void test_altered_consistency(void)
{
	struct digest leaves[TREE_MAX];
	struct buf proof = proof_buf();

	tree_leaves(leaves);
	for (uint64_t size = 1; size <= 40; size++) {
		for (uint64_t old = 0; old <= size; old++) {
			unit_context("from %ju to %ju", (uintmax_t)old, (uintmax_t)size);
			buf_clear(&proof);
			require_ok(merkle_prove_consistency(tree_read, leaves, old, size, &proof));
			check_altered(leaves, old, size, &proof);
		}
	}
	buf_free(&proof);
}

/* A log that rewrote one leaf cannot continue the old head. */
static void test_rewritten_history(void)
{
	struct digest leaves[TREE_MAX];
	struct digest old_root;
	struct digest root;
	struct buf proof = proof_buf();

	tree_leaves(leaves);
	old_root = tree_root(leaves, 23);
	flip(leaves[11].bytes, DIGEST_BYTES);
	root = tree_root(leaves, 50);
	require_ok(merkle_prove_consistency(tree_read, leaves, 23, 50, &proof));
	check_err(merkle_check_consistency(23, &old_root, 50, &root, buf_bytes(&proof)), ERR_AUTH);
	buf_free(&proof);
}

static void test_random_proofs_fail(void)
{
	struct digest leaves[TREE_MAX];

	tree_leaves(leaves);
	for (unsigned round = 0; round < 2000; round++) {
		uint64_t size = 1 + unit_random_below(TREE_MAX);
		uint64_t old = unit_random_below(size);
		struct digest root = tree_root(leaves, size > 40 ? 40 : size);
		struct digest old_root = merkle_leaf(bytes_of(&old, sizeof(old)));
		uint8_t noise[10 * DIGEST_BYTES];

		unit_random_bytes(noise, sizeof(noise));
		check_err(merkle_check_consistency(old, &old_root, size, &root, bytes_of(noise, unit_random_below(11) * DIGEST_BYTES)),
			  ERR_AUTH);
	}
}

static void test_huge_sizes(void)
{
	struct digest root = merkle_leaf(bytes_of("root", 4));
	uint8_t noise[80 * DIGEST_BYTES];

	unit_random_bytes(noise, sizeof(noise));
	for (size_t count = 0; count <= 80; count++)
		check_err(merkle_check_consistency(UINT64_MAX - 1, &root, UINT64_MAX, &root, bytes_of(noise, count * DIGEST_BYTES)), ERR_AUTH);
}

UNIT_SUITE("contract/merkle_log",
	{ "hash of a range", test_range_hash },
	{ "ranges that no tree has", test_range_hash_refuses },
	{ "every leaf's inclusion", test_inclusion },
	{ "a proof without room", test_proof_without_room },
	{ "consistency of every pair", test_consistency },
	{ "altered consistency fails", test_altered_consistency },
	{ "rewritten history fails", test_rewritten_history },
	{ "random proofs fail", test_random_proofs_fail },
	{ "huge sizes end", test_huge_sizes });
