/* SPDX-License-Identifier: Apache-2.0 */
/* ledger/tree.h - the growing RFC 6962 tree: its right edge in memory, its complete subtrees in the tree table.
 *
 * The row of entry seq holds its leaf hash, then the hashes of the subtrees which that leaf completes, level 1 upwards: as many as
 * seq ends in one-bits.  So the subtree of 2^level leaves from start stands in row start + 2^level - 1, at offset 32 * level. */
#pragma once
#include "contract/merkle.h"
#include "store/txn.h"

#define TREE_ROW_MAX (65 * DIGEST_BYTES)

struct tree {
	uint64_t size;
	struct digest edge[64]; /* [level] is set where size has that bit: the complete subtrees, right to left */
};

/* Hashes of complete subtrees out of the tree table, for contract/merkle.h's proofs; reader is a struct txn *. */
merkle_read tree_read;

/* Bytes of the row of entry seq. */
size_t tree_row_len(uint64_t seq);

/* Adds one leaf; row gets what its row holds, tree_row_len(size before) bytes. */
void tree_grow(struct tree *tree, const struct digest *leaf, uint8_t row[TREE_ROW_MAX]);

struct digest tree_root(const struct tree *tree);

/* The edge of a tree of size out of the table.  ERR_NOT_FOUND or ERR_CORRUPT when rows are missing or of a wrong length. */
enum err tree_load(struct txn *txn, uint64_t size, struct tree *ret_tree);

/* The leaf hash of one entry out of the table. */
enum err tree_leaf(struct txn *txn, uint64_t seq, struct digest *ret_leaf);

/* The same with a cursor on TABLE_TREE: sooner where the leaf that it gave last is near. */
enum err tree_leaf_near(struct cursor *cursor, uint64_t seq, struct digest *ret_leaf);
