/* SPDX-License-Identifier: Apache-2.0 */
/* contract/merkle.h - Merkle trees as RFC 6962 section 2 (and RFC 9162) defines them, over SHA-256.
 *
 *   leaf(d) = H(0x00 || d)      node(l, r) = H(0x01 || l || r)      MTH of nothing = H()
 *
 * Sizes and indexes are uint64.  No allocation; recursion is at most 64 deep. */
#pragma once
#include "base/buf.h"
#include "crypto/digest.h"

#define MERKLE_PATH_MAX 64 /* hashes in one inclusion path */

struct digest merkle_leaf(struct bytes data);
void merkle_leaves(const struct bytes *data, size_t count, struct digest *ret_leaves); /* of each; ret_leaves overlaps none of them */
struct digest merkle_node(const struct digest *left, const struct digest *right);

/* Where a tree of n > 1 leaves splits: the largest power of two below n. */
static inline uint64_t merkle_split(uint64_t n)
{
	return (uint64_t)1 << (63 - __builtin_clzll(n - 1));
}

/* Hashes in the longest path of a tree of n > 0 leaves. */
static inline unsigned merkle_height(uint64_t n)
{
	return n > 1 ? 64 - (unsigned)__builtin_clzll(n - 1) : 0;
}

/* ---- a tree that grows, of which only the right edge is kept ---- */

/* The roots of the complete subtrees, the largest first, one for each 1 bit of size.  All zero: an empty tree. */
struct merkle_frontier {
	struct digest subtrees[MERKLE_PATH_MAX];
	unsigned held;
	uint64_t size;
};

void merkle_frontier_add(struct merkle_frontier *frontier, const struct digest *leaf);
struct digest merkle_frontier_root(const struct merkle_frontier *frontier);

/* ---- a whole tree in memory: batches ---- */

/* The root over count leaf hashes (count 0: the empty tree's). */
struct digest merkle_root(const struct digest *leaves, size_t count);

/* The audit path of leaf index (index < count), leaf's sibling first: hashes into path, their number returned. */
size_t merkle_path(const struct digest *leaves, size_t count, size_t index, struct digest path[MERKLE_PATH_MAX]);

/* Where the paths of all leaves are wanted: every node is hashed once and kept.  nodes has room for MERKLE_NODES(count); filled with the
 * levels one after another, leaves first, and the root last; their number is returned.  Then merkle_nodes_path hashes nothing
 * and gives what merkle_path gives. */
#define MERKLE_NODES(count) (2 * (size_t)(count) + MERKLE_PATH_MAX)
size_t merkle_nodes(const struct digest *leaves, size_t count, struct digest *nodes);
size_t merkle_nodes_path(const struct digest *nodes, size_t count, size_t index, struct digest *path); /* room for merkle_height(count) */

/* The root that a leaf hash and its path lead to.  ERR_FORMAT when the path's length is not that of (index, size). */
enum err merkle_path_root(const struct digest *leaf, uint64_t index, uint64_t size, struct bytes path, struct digest *ret_root);

/* ---- a tree that is stored: the ledger ---- */

/* Gives the hash of the complete subtree of 2^level leaves that starts at leaf (start is a multiple of 2^level). */
typedef enum err merkle_read(void *reader, unsigned level, uint64_t start, struct digest *ret_hash);

/* The hash of leaves [from, to) as RFC 6962 defines it for a tree of that size; 0, 0 gives the empty tree's.  ERR_RANGE unless from
 * is a multiple of the largest power of two within to - from, as it is in any such split. */
enum err merkle_range_hash(merkle_read *read, void *reader, uint64_t from, uint64_t to, struct digest *ret_hash);

/* Inclusion of one leaf in a tree of size: path hashes appended to out, 32 bytes each.  ERR_RANGE unless index < size. */
enum err merkle_prove(merkle_read *read, void *reader, uint64_t index, uint64_t size, struct buf *out);

/* Consistency from old_size to size (RFC 6962 2.1.2); old_size 0 or equal gives nothing.  ERR_RANGE if it is larger. */
enum err merkle_prove_consistency(merkle_read *read, void *reader, uint64_t old_size, uint64_t size, struct buf *out);

/* ERR_AUTH unless proof shows that the tree (size, root) continues (old_size, old_root); every tree continues the empty one. */
enum err merkle_check_consistency(uint64_t old_size, const struct digest *old_root, uint64_t size, const struct digest *root,
				  struct bytes proof);

/* ---- a run of neighbouring leaves with one proof ----
 *
 * To prove leaves [from, to) in a tree of size, it is enough to give the hashes of the maximal subtrees outside the run, in the
 * order in which a recursion from the root, left before right, meets them.  At most 2 * 64 hashes, whatever the run's length. */

/* Appends those hashes to out.  ERR_RANGE unless from < to <= size. */
enum err merkle_prove_range(merkle_read *read, void *reader, uint64_t from, uint64_t to, uint64_t size, struct buf *out);

/* The root that the run's leaf hashes (to - from of them) and the proof lead to.  ERR_FORMAT when the proof has too few or too many
 * hashes; ERR_RANGE as above. */
enum err merkle_range_root(const struct digest *leaves, uint64_t from, uint64_t to, uint64_t size, struct bytes proof,
			   struct digest *ret_root);

/* One leaf's own inclusion path (as merkle_prove gives it) out of a run and its proof; appended to out, which is left as it was on
 * ERR_FORMAT or ERR_RANGE.  Nothing is verified here: merkle_path_root tells whether the path leads to the root. */
enum err merkle_range_path(const struct digest *leaves, uint64_t from, uint64_t to, uint64_t size, struct bytes proof,
			   uint64_t index, struct buf *out);

/* The root and the inclusion paths of all leaves of a run at once: paths[i] gets the path of leaf from + i, appended.  Each node is
 * hashed once, where asking for the paths one by one would hash the run as often as it has leaves.  Errors as merkle_range_root's, and
 * what a buffer says; the buffers then hold parts. */
enum err merkle_range_paths(const struct digest *leaves, uint64_t from, uint64_t to, uint64_t size, struct bytes proof, struct buf *paths,
			    struct digest *ret_root);
