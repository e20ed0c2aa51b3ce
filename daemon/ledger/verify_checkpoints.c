/* SPDX-License-Identifier: Apache-2.0 */
/* ledger/verify_checkpoints.c - the signed heads, and what they say of a single leaf. */
#include <inttypes.h>

#include "contract/checkpoint.h"
#include "ledger/verify.h"
#include "ledger/verify_walk.h"
#include "store/keys.h"

/* Later checkpoints to try when those right behind an entry are damaged too. */
#define TRIES 16

/* True when the origin line is this site's, in whatever epoch: the signature vouches for the rest. */
static bool origin_is_ours(const struct verify *verify, const char *origin)
{
	size_t len = strlen(verify->site);

	return strncmp(origin, verify->site, len) == 0 && origin[len] == '/';
}

static bool open_note(const struct verify *verify, struct bytes note, uint64_t size, struct checkpoint *ret_checkpoint)
{
	struct checkpoint parsed;

	return checkpoint_parse(note, &parsed) == ERR_OK && origin_is_ours(verify, parsed.origin) &&
	       checkpoint_open(note, parsed.origin, verify->checkpoint_key, ret_checkpoint) == ERR_OK && ret_checkpoint->size == size;
}

static void check_note(struct verify *verify, struct bytes note, uint64_t size)
{
	struct checkpoint checkpoint;
	struct digest root = tree_root(&verify->tree);

	verify->result->checkpoints++;
	if (!open_note(verify, note, size, &checkpoint)) {
		verify_found(verify, "checkpoint", size, 0, "is no checkpoint over %" PRIu64 " entries of %s signed by the site's key", size,
			     verify->site);
		return;
	}
	if (verify->tree_lost || digest_equal(&checkpoint.root, &root))
		return;
	verify_found(verify, "checkpoint", size, 0, "its root is not that of the entries: one from %" PRIu64 " to %" PRIu64
		     " was changed together with its tree row", verify->sealed, size - 1);
	verify->tree_lost = true; /* every later root differs as well */
}

/* Walks the checkpoints up to size; true when the last row met is of exactly that size. */
static void pass_checkpoints(struct verify *verify, uint64_t size)
{
	struct walk *walk = &verify->checkpoints;

	while (!walk->ended && (walk->key.len != 8 || be64_get(walk->key.data) <= size)) {
		uint64_t here = walk->key.len == 8 ? be64_get(walk->key.data) : 0;

		if (walk->key.len == 8 && here == size) {
			check_note(verify, walk->row, size);
			verify->sealed = size;
		} else {
			verify_found(verify, "checkpoint", here, 0, "is stored under a size that the ledger never had");
		}
		walk_step(verify, walk);
	}
}

void verify_checkpoint_here(struct verify *verify)
{
	pass_checkpoints(verify, verify->tree.size);
}

void verify_checkpoints_end(struct verify *verify)
{
	struct walk *walk = &verify->checkpoints;
	bool beyond = !walk->ended;

	for (; !walk->ended; walk_step(verify, walk))
		verify_found(verify, "checkpoint", walk->key.len == 8 ? be64_get(walk->key.data) : 0, 0,
			     "seals more than the %" PRIu64 " entries that are there: the last ones are lost", verify->tree.size);
	if (!beyond && verify->sealed != verify->tree.size)
		verify_found(verify, "checkpoint", verify->tree.size, 0, "entries %" PRIu64 " to %" PRIu64 " are sealed by no checkpoint",
			     verify->sealed, verify->tree.size - 1);
}

/* The root to which leaf, as entry seq, leads in the tree of size, by the stored hashes around it. */
static bool leads_to(struct verify *verify, uint64_t seq, const struct digest *leaf, const struct checkpoint *checkpoint)
{
	struct digest root;
	bool holds;

	buf_clear(&verify->scratch);
	holds = merkle_prove(tree_read, verify->txn, seq, checkpoint->size, &verify->scratch) == ERR_OK && verify->scratch.err == ERR_OK &&
		merkle_path_root(leaf, seq, checkpoint->size, buf_bytes(&verify->scratch), &root) == ERR_OK &&
		digest_equal(&root, &checkpoint->root);
	buf_clear(&verify->scratch);
	return holds;
}

bool verify_leaf_is_sealed(struct verify *verify, uint64_t seq, const struct digest *leaf, uint64_t *ret_size)
{
	struct key least = key_u64(seq + 1);
	struct checkpoint checkpoint;
	struct cursor *cursor;
	struct bytes key, note;
	bool sealed = false;
	unsigned tries = 0;
	enum err err = cursor_open(verify->txn, TABLE_CHECKPOINTS, &cursor);

	if (err != ERR_OK) {
		verify->err = err;
		return false;
	}
	err = cursor_seek(cursor, key_bytes(&least), &key, &note);
	for (; err == ERR_OK && !sealed && tries < TRIES; tries++) {
		if (key.len == 8 && open_note(verify, note, be64_get(key.data), &checkpoint) && leads_to(verify, seq, leaf, &checkpoint)) {
			*ret_size = checkpoint.size;
			sealed = true;
		}
		err = cursor_next(cursor, &key, &note);
	}
	cursor_close(cursor);
	return sealed;
}
