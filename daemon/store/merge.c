/* SPDX-License-Identifier: Apache-2.0 */
/* store/merge.c - see merge.h for the contract. */
#include "store/merge.h"

/* Where the tree's cursor stands. */
struct tree_row {
	MDB_cursor *mdb;
	struct bytes key, value;
	int rc; /* MDB_NOTFOUND: past its end */
};

static void step(struct tree_row *tree, struct bytes key, MDB_cursor_op op)
{
	MDB_val k = { key.len, (void *)(uintptr_t)key.data };
	MDB_val v = { 0, NULL };

	tree->rc = mdb_cursor_get(tree->mdb, &k, &v, op);
	tree->key = bytes_of(k.mv_data, k.mv_size);
	tree->value = bytes_of(v.mv_data, v.mv_size);
}

/* order: how the recent row stands to the tree's, the nearer one below 0.  Gives what is nearer, and the recent one of two with one key;
 * false when that one is deleted, so that both are passed. */
static bool nearer(const struct tree_row *tree, const struct recent_row *recent, int order, struct bytes *ret_key, struct bytes *ret_value)
{
	bool from_tree = recent == NULL || (tree->rc == 0 && order > 0);

	if (!from_tree && recent->gone)
		return false;
	*ret_key = from_tree ? tree->key : recent->key;
	*ret_value = from_tree ? tree->value : recent->value;
	return true;
}

int merge_from(MDB_cursor *mdb, const struct recent_run *run, struct bytes key, bool behind, struct bytes *ret_key, struct bytes *ret_value)
{
	struct tree_row tree = { .mdb = mdb };
	size_t at = recent_seek(run, key);

	step(&tree, key, key.len == 0 ? MDB_FIRST : MDB_SET_RANGE);
	if (behind && tree.rc == 0 && recent_compare(tree.key, key) == 0)
		step(&tree, key, MDB_NEXT);
	if (behind && at < run->count && recent_compare(run->rows[at].key, key) == 0)
		at++;
	for (;; at++) {
		const struct recent_row *recent = at < run->count ? &run->rows[at] : NULL;
		int order = recent != NULL && tree.rc == 0 ? recent_compare(recent->key, tree.key) : 0;

		if (tree.rc != 0 && (recent == NULL || tree.rc != MDB_NOTFOUND))
			return tree.rc;
		if (nearer(&tree, recent, order, ret_key, ret_value))
			return 0;
		if (tree.rc == 0 && order == 0)
			step(&tree, key, MDB_NEXT);
	}
}

int merge_before(MDB_cursor *mdb, const struct recent_run *run, struct bytes key, struct bytes *ret_key, struct bytes *ret_value)
{
	struct tree_row tree = { .mdb = mdb, .rc = MDB_NOTFOUND };
	size_t before = key.len == 0 ? run->count : recent_seek(run, key);

	if (key.len != 0)
		step(&tree, key, MDB_SET_RANGE);
	if (tree.rc == 0 || tree.rc == MDB_NOTFOUND)
		step(&tree, key, tree.rc == 0 ? MDB_PREV : MDB_LAST);
	for (;; before--) {
		const struct recent_row *recent = before > 0 ? &run->rows[before - 1] : NULL;
		int order = recent != NULL && tree.rc == 0 ? -recent_compare(recent->key, tree.key) : 0;

		if (tree.rc != 0 && (recent == NULL || tree.rc != MDB_NOTFOUND))
			return tree.rc;
		if (nearer(&tree, recent, order, ret_key, ret_value))
			return 0;
		if (tree.rc == 0 && order == 0)
			step(&tree, key, MDB_PREV);
	}
}
