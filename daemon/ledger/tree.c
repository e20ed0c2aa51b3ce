/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/tree.h"

#include "store/keys.h"

size_t tree_row_len(uint64_t seq)
{
	unsigned completed = seq == UINT64_MAX ? 64 : (unsigned)__builtin_ctzll(~seq);

	return DIGEST_BYTES * (1 + (size_t)completed);
}

void tree_grow(struct tree *tree, const struct digest *leaf, uint8_t row[TREE_ROW_MAX])
{
	struct digest node = *leaf;
	unsigned level = 0;

	memcpy(row, node.bytes, DIGEST_BYTES);
	for (; (tree->size >> level & 1) != 0; level++) {
		node = merkle_node(&tree->edge[level], &node);
		memcpy(row + DIGEST_BYTES * (level + 1), node.bytes, DIGEST_BYTES);
	}
	tree->edge[level] = node;
	tree->size++;
}

struct digest tree_root(const struct tree *tree)
{
	struct digest root;
	bool begun = false;

	if (tree->size == 0)
		return merkle_root(NULL, 0);
	for (unsigned level = 0; level < 64; level++) {
		if ((tree->size >> level & 1) == 0)
			continue;
		root = begun ? merkle_node(&tree->edge[level], &root) : tree->edge[level];
		begun = true;
	}
	return root;
}

enum err tree_read(void *reader, unsigned level, uint64_t start, struct digest *ret_hash)
{
	struct txn *txn = reader;
	uint64_t leaves = level < 64 ? UINT64_C(1) << level : 0;
	uint64_t seq = start + leaves - 1;
	struct key key = key_u64(seq);
	struct bytes row;
	enum err err;

	if (leaves == 0 || start % leaves != 0)
		return ERR_RANGE;
	err = txn_get(txn, TABLE_TREE, key_bytes(&key), &row);
	if (err != ERR_OK)
		return err;
	if (row.len != tree_row_len(seq))
		return ERR_CORRUPT;
	memcpy(ret_hash->bytes, row.data + (size_t)DIGEST_BYTES * level, DIGEST_BYTES);
	return ERR_OK;
}

enum err tree_leaf(struct txn *txn, uint64_t seq, struct digest *ret_leaf)
{
	return tree_read(txn, 0, seq, ret_leaf);
}

enum err tree_leaf_near(struct cursor *cursor, uint64_t seq, struct digest *ret_leaf)
{
	struct key wanted = key_u64(seq);
	struct bytes key, row;
	enum err err = cursor_seek(cursor, key_bytes(&wanted), &key, &row);

	if (err != ERR_OK)
		return err;
	if (!bytes_equal(key, key_bytes(&wanted)))
		return ERR_NOT_FOUND;
	if (row.len != tree_row_len(seq))
		return ERR_CORRUPT;
	memcpy(ret_leaf->bytes, row.data, DIGEST_BYTES);
	return ERR_OK;
}

enum err tree_load(struct txn *txn, uint64_t size, struct tree *ret_tree)
{
	struct tree tree = { .size = size };
	uint64_t end = size;

	for (unsigned level = 0; level < 64; level++) {
		uint64_t leaves = UINT64_C(1) << level;
		enum err err;

		if ((size & leaves) == 0)
			continue;
		err = tree_read(txn, level, end - leaves, &tree.edge[level]);
		if (err != ERR_OK)
			return err;
		end -= leaves;
	}
	*ret_tree = tree;
	return ERR_OK;
}
