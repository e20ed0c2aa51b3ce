/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "trees.h"

#define VECTORS 8

/* The inputs and roots that Certificate Transparency's implementations share. */
static const char *const inputs[VECTORS] = { "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
					     "606162636465666768696a6b6c6d6e6f" };
static const char *const roots[VECTORS + 1] = {
	"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
	"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
	"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
	"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
	"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
	"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
	"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
	"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
	"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
};

static void vector_leaves(struct digest leaves[VECTORS])
{
	for (size_t i = 0; i < VECTORS; i++) {
		uint8_t data[16];
		size_t len = strlen(inputs[i]) / 2;

		require(text_unhex(inputs[i], data, len));
		leaves[i] = merkle_leaf(bytes_of(data, len));
	}
}

static void check_hex(const struct digest *hash, const char *hex)
{
	char text[2 * DIGEST_BYTES + 1];

	text_hex(digest_bytes(hash), text);
	check_text(text, hex);
}

static void test_known_roots(void)
{
	struct digest leaves[VECTORS];

	vector_leaves(leaves);
	for (size_t size = 0; size <= VECTORS; size++) {
		struct digest root = merkle_root(leaves, size);

		unit_context("size %zu", size);
		check_hex(&root, roots[size]);
	}
}

static void test_known_path(void)
{
	static const char *const expected[] = {
		"bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
		"ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
		"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
	};
	struct digest leaves[VECTORS];
	struct digest path[MERKLE_PATH_MAX];

	vector_leaves(leaves);
	require(merkle_path(leaves, 8, 5, path) == 3);
	for (size_t i = 0; i < 3; i++)
		check_hex(&path[i], expected[i]);
}

static void test_leaf_and_node_differ(void)
{
	struct digest left = merkle_leaf(bytes_of("a", 1));
	struct digest right = merkle_leaf(bytes_of("b", 1));
	struct digest node = merkle_node(&left, &right);
	uint8_t joined[2 * DIGEST_BYTES];
	struct digest leaf;

	memcpy(joined, left.bytes, DIGEST_BYTES);
	memcpy(joined + DIGEST_BYTES, right.bytes, DIGEST_BYTES);
	leaf = merkle_leaf(bytes_of(joined, sizeof(joined)));
	check(!digest_equal(&node, &leaf)); /* a leaf cannot pass for a node */
	node = merkle_node(&right, &left);
	leaf = merkle_node(&left, &right);
	check(!digest_equal(&node, &leaf)); /* nor left for right */
}

static void test_split(void)
{
	check_uint(merkle_split(2), 1);
	check_uint(merkle_split(3), 2);
	check_uint(merkle_split(4), 2);
	check_uint(merkle_split(5), 4);
	check_uint(merkle_split(UINT64_MAX), (uint64_t)1 << 63);
	check_uint(merkle_split((uint64_t)1 << 63), (uint64_t)1 << 62);
}

static void test_roots_by_definition(void)
{
	struct digest leaves[TREE_MAX];

	tree_leaves(leaves);
	for (size_t size = 0; size <= TREE_MAX; size++) {
		struct digest expected = tree_root(leaves, size);
		struct digest root = merkle_root(leaves, size);

		unit_context("size %zu", size);
		check(digest_equal(&root, &expected));
	}
}

static void test_frontier_at_each_size(void)
{
	struct merkle_frontier frontier = { 0 };
	struct digest leaves[TREE_MAX];

	tree_leaves(leaves);
	for (size_t size = 0; size < TREE_MAX; size++) {
		struct digest expected = tree_root(leaves, size);
		struct digest root = merkle_frontier_root(&frontier);

		unit_context("size %zu", size);
		check(digest_equal(&root, &expected));
		check_uint(frontier.size, size);
		check_uint(frontier.held, (unsigned)__builtin_popcountll(size));
		merkle_frontier_add(&frontier, &leaves[size]);
	}
}

static void test_every_path_leads_to_the_root(void)
{
	struct digest leaves[TREE_MAX];
	struct digest path[MERKLE_PATH_MAX];

	tree_leaves(leaves);
	for (size_t size = 1; size <= 70; size++) {
		struct digest root = tree_root(leaves, size);

		for (size_t index = 0; index < size; index++) {
			size_t count = merkle_path(leaves, size, index, path);
			struct digest led;

			unit_context("leaf %zu of %zu", index, size);
			check_ok(merkle_path_root(&leaves[index], index, size, bytes_of(path, count * DIGEST_BYTES), &led));
			check(digest_equal(&led, &root));
		}
	}
}

static void test_nodes_give_the_same_paths(void)
{
	struct digest leaves[TREE_MAX];
	struct digest nodes[MERKLE_NODES(TREE_MAX)];
	struct digest path[MERKLE_PATH_MAX];
	struct digest expected[MERKLE_PATH_MAX];

	tree_leaves(leaves);
	for (size_t size = 0; size <= 70; size++) {
		size_t filled = merkle_nodes(leaves, size, nodes);
		struct digest root = tree_root(leaves, size);
		size_t longest = 0;

		unit_context("size %zu", size);
		require(filled >= 1 && filled <= MERKLE_NODES(size));
		check(digest_equal(&nodes[filled - 1], &root));
		for (size_t index = 0; index < size; index++) {
			size_t count = merkle_path(leaves, size, index, expected);

			unit_context("leaf %zu of %zu", index, size);
			require(merkle_nodes_path(nodes, size, index, path) == count);
			check(count <= merkle_height(size));
			longest = count > longest ? count : longest;
			check_bytes(bytes_of(path, count * DIGEST_BYTES), bytes_of(expected, count * DIGEST_BYTES));
		}
		check(size == 0 || longest == merkle_height(size));
	}
}

/* More pairs than are joined at once, and a last one without a neighbour on several levels. */
static void test_nodes_of_a_large_tree(void)
{
	enum { MANY = 1021 };
	static struct digest leaves[MANY], nodes[MERKLE_NODES(MANY)];
	static struct bytes data[MANY];
	struct digest root;
	size_t filled;

	for (size_t i = 0; i < MANY; i++)
		data[i] = bytes_of("0123456789abcdef", i % 16);
	merkle_leaves(data, MANY, leaves);
	for (size_t i = 0; i < MANY; i++) {
		struct digest leaf = merkle_leaf(data[i]);

		check(digest_equal(&leaves[i], &leaf));
	}
	root = merkle_root(leaves, MANY);
	filled = merkle_nodes(leaves, MANY, nodes);
	check(digest_equal(&nodes[filled - 1], &root));
}

/* Any other place, size, leaf, length or bit gives another root, or none. */
static void test_wrong_paths_fail(void)
{
	struct digest leaves[TREE_MAX];
	struct digest path[MERKLE_PATH_MAX + 1] = { 0 };

	tree_leaves(leaves);
	for (size_t size = 1; size <= 33; size++) {
		struct digest root = tree_root(leaves, size);

		for (size_t index = 0; index < size; index++) {
			size_t count = merkle_path(leaves, size, index, path);
			struct bytes right = bytes_of(path, count * DIGEST_BYTES);
			struct digest led;

			unit_context("leaf %zu of %zu", index, size);
			for (size_t other = 0; other < size; other++) {
				if (other == index)
					continue;
				check(merkle_path_root(&leaves[index], other, size, right, &led) != ERR_OK || !digest_equal(&led, &root));
				check(merkle_path_root(&leaves[other], index, size, right, &led) != ERR_OK || !digest_equal(&led, &root));
			}
			check_err(merkle_path_root(&leaves[index], index, size, bytes_of(path, right.len + DIGEST_BYTES), &led), ERR_FORMAT);
			if (count == 0)
				continue;
			check_err(merkle_path_root(&leaves[index], index, size, bytes_of(path, right.len - DIGEST_BYTES), &led), ERR_FORMAT);
			check_err(merkle_path_root(&leaves[index], index, size, bytes_of(path, right.len - 1), &led), ERR_FORMAT);
			flip((uint8_t *)path, right.len);
			check_ok(merkle_path_root(&leaves[index], index, size, right, &led));
			check(!digest_equal(&led, &root));
		}
	}
}

static void test_path_out_of_bounds(void)
{
	struct digest leaf = merkle_leaf(bytes_of("x", 1));
	struct digest many[MERKLE_PATH_MAX + 1] = { 0 };
	struct digest led = leaf;

	check_err(merkle_path_root(&leaf, 0, 0, bytes_of(NULL, 0), &led), ERR_FORMAT);
	check_err(merkle_path_root(&leaf, 1, 1, bytes_of(NULL, 0), &led), ERR_FORMAT);
	check_err(merkle_path_root(&leaf, 0, UINT64_MAX, bytes_of(many, sizeof(many)), &led), ERR_FORMAT);
	check(digest_equal(&led, &leaf)); /* left alone */
	check_ok(merkle_path_root(&leaf, 0, UINT64_MAX, bytes_of(many, MERKLE_PATH_MAX * DIGEST_BYTES), &led));
	check_ok(merkle_path_root(&leaf, 0, 1, bytes_of(NULL, 0), &led));
	check(digest_equal(&led, &leaf));
}

UNIT_SUITE("contract/merkle_tree",
	{ "roots as published", test_known_roots },
	{ "a path as published", test_known_path },
	{ "a leaf is no node, left is not right", test_leaf_and_node_differ },
	{ "trees split at the power of two below", test_split },
	{ "roots as RFC 6962 defines them", test_roots_by_definition },
	{ "a frontier knows the root at each size", test_frontier_at_each_size },
	{ "every path leads to the root", test_every_path_leads_to_the_root },
	{ "nodes kept give the same paths", test_nodes_give_the_same_paths },
	{ "nodes of a large tree", test_nodes_of_a_large_tree },
	{ "wrong paths lead nowhere", test_wrong_paths_fail },
	{ "path bounds", test_path_out_of_bounds });
