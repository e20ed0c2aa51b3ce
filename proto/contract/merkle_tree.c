/* SPDX-License-Identifier: Apache-2.0 */
/* contract/merkle_tree.c - hashing, and whole trees in memory; see merkle.h for the contract. */
#include "contract/merkle.h"

#include "crypto/digests.h"

#define PAIRS_AT_ONCE 128

static const uint8_t leaf_prefix[1] = { 0x00 };
static const uint8_t node_prefix[1] = { 0x01 };

struct digest merkle_leaf(struct bytes data)
{
	const struct bytes parts[] = { bytes_of(leaf_prefix, 1), data };
	struct digest hash;

	digest_of_parts(parts, 2, &hash);
	return hash;
}

void merkle_leaves(const struct bytes *data, size_t count, struct digest *ret_leaves)
{
	digests_of(bytes_of(leaf_prefix, 1), data, count, ret_leaves);
}

struct digest merkle_node(const struct digest *left, const struct digest *right)
{
	uint8_t joined[1 + 2 * DIGEST_BYTES];

	joined[0] = node_prefix[0];
	memcpy(joined + 1, left->bytes, DIGEST_BYTES);
	memcpy(joined + 1 + DIGEST_BYTES, right->bytes, DIGEST_BYTES);
	return digest_of(bytes_of(joined, sizeof(joined)));
}

/* A new leaf joins the subtrees of its own size, as a carry does in an addition. */
void merkle_frontier_add(struct merkle_frontier *frontier, const struct digest *leaf)
{
	struct digest hash = *leaf;

	for (uint64_t carry = frontier->size; (carry & 1) != 0; carry >>= 1)
		hash = merkle_node(&frontier->subtrees[--frontier->held], &hash);
	frontier->subtrees[frontier->held++] = hash;
	frontier->size++;
}

struct digest merkle_frontier_root(const struct merkle_frontier *frontier)
{
	struct digest root;

	if (frontier->held == 0)
		return digest_of(bytes_of(NULL, 0));
	root = frontier->subtrees[frontier->held - 1];
	for (unsigned i = frontier->held - 1; i > 0; i--)
		root = merkle_node(&frontier->subtrees[i - 1], &root);
	return root;
}

struct digest merkle_root(const struct digest *leaves, size_t count)
{
	struct merkle_frontier frontier;

	frontier.held = 0;
	frontier.size = 0;
	for (size_t i = 0; i < count; i++)
		merkle_frontier_add(&frontier, &leaves[i]);
	return merkle_frontier_root(&frontier);
}

size_t merkle_path(const struct digest *leaves, size_t count, size_t index, struct digest path[MERKLE_PATH_MAX])
{
	size_t from = 0;
	size_t to = count;
	size_t length = 0;
	struct digest down[MERKLE_PATH_MAX]; /* root's child first */

	while (to - from > 1) {
		size_t middle = from + (size_t)merkle_split(to - from);

		if (index < middle) {
			down[length++] = merkle_root(leaves + middle, to - middle);
			to = middle;
		} else {
			down[length++] = merkle_root(leaves + from, middle - from);
			from = middle;
		}
	}
	for (size_t i = 0; i < length; i++)
		path[i] = down[length - 1 - i];
	return length;
}

/* The nodes above pairs of neighbours. */
static void join_pairs(const struct digest *below, size_t pairs, struct digest *ret_nodes)
{
	struct bytes joined[PAIRS_AT_ONCE];

	for (size_t done = 0; done < pairs; done += PAIRS_AT_ONCE) {
		size_t count = pairs - done < PAIRS_AT_ONCE ? pairs - done : PAIRS_AT_ONCE;

		for (size_t i = 0; i < count; i++)
			joined[i] = bytes_of(&below[2 * (done + i)], 2 * DIGEST_BYTES);
		digests_of(bytes_of(node_prefix, 1), joined, count, ret_nodes + done);
	}
}

/* A level's last node without a neighbour moves up as it is: this gives the very tree that splitting at powers of two does. */
size_t merkle_nodes(const struct digest *leaves, size_t count, struct digest *nodes)
{
	const struct digest *below = nodes;
	size_t width = count;
	size_t filled = count;

	if (count == 0) {
		nodes[0] = merkle_root(NULL, 0);
		return 1;
	}
	memcpy(nodes, leaves, count * sizeof(*leaves));
	while (width > 1) {
		join_pairs(below, width / 2, nodes + filled);
		filled += width / 2;
		if ((width & 1) != 0)
			nodes[filled++] = below[width - 1];
		below += width;
		width = (width + 1) / 2;
	}
	return filled;
}

size_t merkle_nodes_path(const struct digest *nodes, size_t count, size_t index, struct digest *path)
{
	size_t length = 0;

	for (size_t width = count; width > 1; width = (width + 1) / 2) {
		size_t neighbour = index ^ 1;

		if (neighbour < width)
			path[length++] = nodes[neighbour];
		nodes += width;
		index >>= 1;
	}
	return length;
}

/* RFC 9162 2.1.3.2.  place and last are the node's and the level's last node's numbers, level by level upwards. */
enum err merkle_path_root(const struct digest *leaf, uint64_t index, uint64_t size, struct bytes path, struct digest *ret_root)
{
	uint64_t place = index;
	uint64_t last = size - 1;
	struct digest root = *leaf;

	if (index >= size || path.len % DIGEST_BYTES != 0 || path.len / DIGEST_BYTES > MERKLE_PATH_MAX)
		return ERR_FORMAT;
	for (size_t at = 0; at < path.len; at += DIGEST_BYTES) {
		struct digest neighbour;

		if (last == 0)
			return ERR_FORMAT; /* longer than the tree is high */
		memcpy(neighbour.bytes, path.data + at, DIGEST_BYTES);
		if ((place & 1) != 0 || place == last) {
			root = merkle_node(&neighbour, &root);
			for (; (place & 1) == 0 && place != 0; place >>= 1)
				last >>= 1;
		} else {
			root = merkle_node(&root, &neighbour);
		}
		place >>= 1;
		last >>= 1;
	}
	if (last != 0)
		return ERR_FORMAT; /* shorter */
	*ret_root = root;
	return ERR_OK;
}
