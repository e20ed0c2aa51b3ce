/* SPDX-License-Identifier: Apache-2.0 */
#include "trees.h"

#define SIZES 70

static struct digest leaves[TREE_MAX];

static struct buf proof_buf(void)
{
	struct buf buf;

	tree_leaves(leaves);
	buf_init(&buf, 2 * MERKLE_PATH_MAX * DIGEST_BYTES);
	return buf;
}

static void test_every_range(void)
{
	struct buf proof = proof_buf();

	for (uint64_t size = 1; size <= SIZES; size++) {
		struct digest root = tree_root(leaves, size);

		for (uint64_t from = 0; from < size; from++) {
			for (uint64_t to = from + 1; to <= size; to++) {
				struct digest led;

				unit_context("[%ju, %ju) of %ju", (uintmax_t)from, (uintmax_t)to, (uintmax_t)size);
				buf_clear(&proof);
				check_ok(merkle_prove_range(tree_read, leaves, from, to, size, &proof));
				check_ok(merkle_range_root(leaves + from, from, to, size, buf_bytes(&proof), &led));
				check(digest_equal(&led, &root));
			}
		}
	}
	buf_free(&proof);
}

static void test_paths_out_of_ranges(void)
{
	struct buf proof = proof_buf();
	struct buf path = proof_buf();
	struct digest expected[MERKLE_PATH_MAX];

	for (uint64_t size = 1; size <= 35; size++) {
		for (uint64_t from = 0; from < size; from++) {
			for (uint64_t to = from + 1; to <= size; to++) {
				buf_clear(&proof);
				require_ok(merkle_prove_range(tree_read, leaves, from, to, size, &proof));
				for (uint64_t index = from; index < to; index++) {
					size_t count = merkle_path(leaves, size, index, expected);

					unit_context("%ju in [%ju, %ju) of %ju", (uintmax_t)index, (uintmax_t)from, (uintmax_t)to,
						     (uintmax_t)size);
					buf_clear(&path);
					check_ok(merkle_range_path(leaves + from, from, to, size, buf_bytes(&proof), index, &path));
					check_bytes(buf_bytes(&path), bytes_of(expected, count * DIGEST_BYTES));
				}
			}
		}
	}
	buf_free(&path);
	buf_free(&proof);
}

static void check_all_paths(uint64_t from, uint64_t to, uint64_t size, struct bytes proof)
{
	struct digest expected[MERKLE_PATH_MAX];
	struct digest whole = tree_root(leaves, size);
	struct buf paths[SIZES];
	struct digest root;

	for (uint64_t i = 0; i < to - from; i++)
		buf_init(&paths[i], MERKLE_PATH_MAX * DIGEST_BYTES);
	check_ok(merkle_range_paths(leaves + from, from, to, size, proof, paths, &root));
	check(digest_equal(&root, &whole));
	for (uint64_t i = 0; i < to - from; i++) {
		size_t count = merkle_path(leaves, size, from + i, expected);

		check_bytes(buf_bytes(&paths[i]), bytes_of(expected, count * DIGEST_BYTES));
		buf_free(&paths[i]);
	}
}

static void test_all_paths_at_once(void)
{
	struct buf proof = proof_buf();

	for (uint64_t size = 1; size <= 35; size++) {
		for (uint64_t from = 0; from < size; from++) {
			for (uint64_t to = from + 1; to <= size; to++) {
				buf_clear(&proof);
				require_ok(merkle_prove_range(tree_read, leaves, from, to, size, &proof));
				unit_context("[%ju, %ju) of %ju", (uintmax_t)from, (uintmax_t)to, (uintmax_t)size);
				check_all_paths(from, to, size, buf_bytes(&proof));
			}
		}
	}
	buf_free(&proof);
}

static void test_all_paths_refuse(void)
{
	struct buf proof = proof_buf();
	struct digest root = { 0 };
	struct digest untouched = root;
	struct buf paths[2];

	require_ok(merkle_prove_range(tree_read, leaves, 3, 5, 20, &proof));
	for (size_t i = 0; i < 2; i++)
		buf_init(&paths[i], MERKLE_PATH_MAX * DIGEST_BYTES);
	check_err(merkle_range_paths(leaves, 5, 5, 20, buf_bytes(&proof), paths, &root), ERR_RANGE);
	check_err(merkle_range_paths(leaves, 3, 5, 4, buf_bytes(&proof), paths, &root), ERR_RANGE);
	for (size_t cut = DIGEST_BYTES; cut <= proof.len; cut += DIGEST_BYTES)
		check_err(merkle_range_paths(leaves + 3, 3, 5, 20, bytes_of(proof.data, proof.len - cut), paths, &root), ERR_FORMAT);
	buf_free(&paths[1]);
	buf_init(&paths[1], DIGEST_BYTES); /* no room */
	check_err(merkle_range_paths(leaves + 3, 3, 5, 20, buf_bytes(&proof), paths, &root), ERR_TOO_LARGE);
	buf_put_byte(&proof, 0);
	check_err(merkle_range_paths(leaves + 3, 3, 5, 20, buf_bytes(&proof), paths, &root), ERR_FORMAT);
	check(digest_equal(&root, &untouched));
	for (size_t i = 0; i < 2; i++)
		buf_free(&paths[i]);
	buf_free(&proof);
}

/* One leaf's range is its inclusion, in another order: as many hashes. */
static void test_single_leaf(void)
{
	struct buf proof = proof_buf();
	struct buf single = proof_buf();

	for (uint64_t index = 0; index < 50; index++) {
		buf_clear(&proof);
		buf_clear(&single);
		require_ok(merkle_prove_range(tree_read, leaves, index, index + 1, 50, &proof));
		require_ok(merkle_prove(tree_read, leaves, index, 50, &single));
		check_uint(proof.len, single.len);
	}
	buf_free(&single);
	buf_free(&proof);
}

static void test_whole_tree_needs_nothing(void)
{
	struct buf proof = proof_buf();

	require_ok(merkle_prove_range(tree_read, leaves, 0, 37, 37, &proof));
	check_uint(proof.len, 0);
	buf_free(&proof);
}

static void check_altered(uint64_t from, uint64_t to, uint64_t size, struct buf *proof)
{
	struct digest root = tree_root(leaves, size);
	struct bytes right = buf_bytes(proof);
	struct digest run[TREE_MAX];
	struct digest led;

	memcpy(run, leaves + from, (size_t)(to - from) * sizeof(*run));
	flip((uint8_t *)run, (size_t)(to - from) * sizeof(*run));
	check_ok(merkle_range_root(run, from, to, size, right, &led));
	check(!digest_equal(&led, &root));
	if (right.len > 0) {
		check_err(merkle_range_root(leaves + from, from, to, size, bytes_of(right.data, right.len - DIGEST_BYTES), &led), ERR_FORMAT);
		check_err(merkle_range_root(leaves + from, from, to, size, bytes_of(right.data, right.len - 1), &led), ERR_FORMAT);
		flip(proof->data, proof->len);
		check_ok(merkle_range_root(leaves + from, from, to, size, right, &led));
		check(!digest_equal(&led, &root));
	}
	buf_put(proof, digest_bytes(&root));
	check_err(merkle_range_root(leaves + from, from, to, size, buf_bytes(proof), &led), ERR_FORMAT);
	proof->len -= DIGEST_BYTES - 1;
	check_err(merkle_range_root(leaves + from, from, to, size, buf_bytes(proof), &led), ERR_FORMAT);
}

static void test_altered_ranges(void)
{
	struct buf proof = proof_buf();

	for (uint64_t size = 1; size <= 24; size++) {
		for (uint64_t from = 0; from < size; from++) {
			for (uint64_t to = from + 1; to <= size; to++) {
				unit_context("[%ju, %ju) of %ju", (uintmax_t)from, (uintmax_t)to, (uintmax_t)size);
				buf_clear(&proof);
				require_ok(merkle_prove_range(tree_read, leaves, from, to, size, &proof));
				check_altered(from, to, size, &proof);
			}
		}
	}
	buf_free(&proof);
}

static void test_bounds(void)
{
	struct buf proof = proof_buf();
	struct digest led;

	check_err(merkle_prove_range(tree_read, leaves, 3, 3, 5, &proof), ERR_RANGE);
	check_err(merkle_prove_range(tree_read, leaves, 4, 3, 5, &proof), ERR_RANGE);
	check_err(merkle_prove_range(tree_read, leaves, 3, 6, 5, &proof), ERR_RANGE);
	check_err(merkle_prove_range(tree_read_damaged, NULL, 3, 4, 5, &proof), ERR_CORRUPT);
	check_err(merkle_range_root(leaves, 3, 3, 5, bytes_of(NULL, 0), &led), ERR_RANGE);
	check_err(merkle_range_root(leaves, 3, 6, 5, bytes_of(NULL, 0), &led), ERR_RANGE);
	check_err(merkle_range_path(leaves, 3, 5, 8, bytes_of(NULL, 0), 2, &proof), ERR_RANGE);
	check_err(merkle_range_path(leaves, 3, 5, 8, bytes_of(NULL, 0), 5, &proof), ERR_RANGE);
	buf_free(&proof);
}

/* A failed path leaves what was in out. */
static void test_failed_path_leaves_out(void)
{
	struct buf proof = proof_buf();
	struct buf path = proof_buf();

	require_ok(merkle_prove_range(tree_read, leaves, 3, 5, 20, &proof));
	buf_put_text(&path, "before");
	for (size_t cut = DIGEST_BYTES; cut <= proof.len; cut += DIGEST_BYTES) {
		struct bytes less = bytes_of(proof.data, proof.len - cut);

		check_err(merkle_range_path(leaves + 3, 3, 5, 20, less, 4, &path), ERR_FORMAT);
		check_bytes(buf_bytes(&path), bytes_of_text("before"));
	}
	buf_put_byte(&proof, 0);
	check_err(merkle_range_path(leaves + 3, 3, 5, 20, buf_bytes(&proof), 4, &path), ERR_FORMAT);
	check_bytes(buf_bytes(&path), bytes_of_text("before"));
	buf_free(&path);
	buf_free(&proof);
}

static void test_at_most_two_hashes_a_level(void)
{
	struct buf proof = proof_buf();
	uint64_t size = 100;

	for (uint64_t from = 0; from < size; from++) {
		for (uint64_t to = from + 1; to <= size; to++) {
			buf_clear(&proof);
			require_ok(merkle_prove_range(tree_read, leaves, from, to, size, &proof));
			check(proof.len <= (size_t)2 * 7 * DIGEST_BYTES);
		}
	}
	buf_free(&proof);
}

UNIT_SUITE("contract/merkle_range",
	{ "every range leads to the root", test_every_range },
	{ "every leaf's own path comes out", test_paths_out_of_ranges },
	{ "all paths at once", test_all_paths_at_once },
	{ "all paths, or none", test_all_paths_refuse },
	{ "a range of one leaf", test_single_leaf },
	{ "the whole tree needs no proof", test_whole_tree_needs_nothing },
	{ "altered ranges fail", test_altered_ranges },
	{ "bounds", test_bounds },
	{ "a failed path leaves nothing behind", test_failed_path_leaves_out },
	{ "at most two hashes a level", test_at_most_two_hashes_a_level });
