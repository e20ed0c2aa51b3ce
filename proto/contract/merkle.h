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
struct digest merkle_node(const struct digest *left, const struct digest *right);

/* ---- a whole tree in memory: batches ---- */

/* The root over count leaf hashes (count 0: the empty tree's). */
struct digest merkle_root(const struct digest *leaves, size_t count);

/* The audit path of leaf index (index < count), leaf's sibling first: hashes into path, their number returned. */
size_t merkle_path(const struct digest *leaves, size_t count, size_t index, struct digest path[MERKLE_PATH_MAX]);

/* The root that a leaf hash and its path lead to.  ERR_FORMAT when the path's length is not that of (index, size). */
enum err merkle_path_root(const struct digest *leaf, uint64_t index, uint64_t size, struct bytes path, struct digest *ret_root);

/* ---- a tree that is stored: the ledger ---- */

/* Gives the hash of the complete subtree of 2^level leaves that starts at leaf (start is a multiple of 2^level). */
typedef enum err merkle_read(void *reader, unsigned level, uint64_t start, struct digest *ret_hash);

/* The hash of leaves [from, to) as RFC 6962 defines it for a tree of that size; from is aligned as in any such split. */
enum err merkle_range_hash(merkle_read *read, void *reader, uint64_t from, uint64_t to, struct digest *ret_hash);

/* Inclusion of one leaf in a tree of size: path hashes appended to out, 32 bytes each.  ERR_RANGE unless index < size. */
enum err merkle_prove(merkle_read *read, void *reader, uint64_t index, uint64_t size, struct buf *out);

/* Consistency from old_size to size (RFC 6962 2.1.2); old_size 0 or equal gives nothing. */
enum err merkle_prove_consistency(merkle_read *read, void *reader, uint64_t old_size, uint64_t size, struct buf *out);

/* ERR_AUTH unless proof shows that the tree (size, root) continues (old_size, old_root). */
enum err merkle_check_consistency(uint64_t old_size, const struct digest *old_root, uint64_t size, const struct digest *root,
				  struct bytes proof);

/* ---- a run of neighbouring leaves with one proof ----
 *
 * To prove leaves [from, to) in a tree of size, it is enough to give the hashes of the maximal subtrees outside the run, in the
 * order in which a recursion from the root, left before right, meets them.  At most 2 * 64 hashes, whatever the run's length. */

/* Appends those hashes to out.  ERR_RANGE unless from < to <= size. */
enum err merkle_prove_range(merkle_read *read, void *reader, uint64_t from, uint64_t to, uint64_t size, struct buf *out);

/* The root that the run's leaf hashes (to - from of them) and the proof lead to.  ERR_FORMAT when the proof has too few or too many hashes. */
enum err merkle_range_root(const struct digest *leaves, uint64_t from, uint64_t to, uint64_t size, struct bytes proof,
			   struct digest *ret_root);

/* One leaf's own inclusion path (as merkle_prove gives it) out of a run and its proof; appended to out. */
enum err merkle_range_path(const struct digest *leaves, uint64_t from, uint64_t to, uint64_t size, struct bytes proof,
			   uint64_t index, struct buf *out);
