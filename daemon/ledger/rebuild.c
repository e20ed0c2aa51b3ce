/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/entry.h"
#include "ledger/ledger.h"
#include "ledger/tree.h"
#include "store/keys.h"

/* Adds the entry in row to tree and its row to the table. */
static enum err add_row(struct txn *txn, struct tree *tree, struct bytes key, struct bytes row)
{
	uint8_t tree_row[TREE_ROW_MAX];
	uint64_t seq = tree->size;
	struct entry entry;
	struct digest leaf;
	enum err err = entry_parse(row, &entry);

	if (err != ERR_OK)
		return err;
	if (key.len != 8 || be64_get(key.data) != seq || entry.header.seq != seq)
		return ERR_CORRUPT;
	leaf = entry_leaf(&entry);
	tree_grow(tree, &leaf, tree_row);
	txn_append(txn, TABLE_TREE, key, bytes_of(tree_row, tree_row_len(seq)));
	return txn_error(txn);
}

static enum err add_rows(struct txn *txn, struct tree *tree)
{
	struct cursor *cursor;
	struct bytes key, row;
	enum err err = cursor_open(txn, TABLE_ENTRIES, &cursor);

	if (err != ERR_OK)
		return err;
	for (err = cursor_first(cursor, &key, &row); err == ERR_OK; err = cursor_next(cursor, &key, &row)) {
		err = add_row(txn, tree, key, row);
		if (err != ERR_OK)
			break;
	}
	cursor_close(cursor);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

/* A damaged entry must not be written into a fresh tree: the old one's leaf is what names it. */
static enum err check_against_last(struct txn *txn, const struct tree *tree)
{
	struct checkpoint checkpoint;
	struct digest root = tree_root(tree);
	struct bytes note;
	uint64_t size;
	enum err err = checkpoint_newest(txn, 0, &note, &size);

	if (err == ERR_NOT_FOUND)
		return tree->size == 0 ? ERR_OK : ERR_CORRUPT;
	if (err != ERR_OK)
		return err;
	if (checkpoint_parse(note, &checkpoint) != ERR_OK || checkpoint.size != tree->size || !digest_equal(&checkpoint.root, &root))
		return ERR_CORRUPT;
	return ERR_OK;
}

enum err ledger_rebuild_tree(struct txn *txn)
{
	struct tree tree = { 0 };
	enum err err;

	txn_empty(txn, TABLE_TREE);
	err = add_rows(txn, &tree);
	return err == ERR_OK ? check_against_last(txn, &tree) : err;
}
