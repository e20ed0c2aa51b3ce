/* SPDX-License-Identifier: Apache-2.0 */
/* contract/merkle_range.c - a run of neighbouring leaves with one proof; see merkle.h for the contract.
 *
 * All functions walk the same recursion from the root, left before right.  A subtree is outside the run (one hash of the proof),
 * inside it (hashed from the leaves), or split; at each level at most two subtrees are split, so that the walk is short. */
#include "contract/merkle.h"

struct run {
	const struct digest *leaves;
	uint64_t from;
	uint64_t to;
	struct bytes rest; /* of the proof */
};

static bool outside(uint64_t from, uint64_t to, uint64_t low, uint64_t high)
{
	return high <= from || low >= to;
}

static bool inside(uint64_t from, uint64_t to, uint64_t low, uint64_t high)
{
	return from <= low && high <= to;
}

static enum err prove(merkle_read *read, void *reader, uint64_t from, uint64_t to, uint64_t low, uint64_t high, struct buf *out)
{
	struct digest hash;
	uint64_t middle;
	enum err err;

	if (inside(from, to, low, high))
		return ERR_OK;
	if (outside(from, to, low, high)) {
		err = merkle_range_hash(read, reader, low, high, &hash);
		if (err == ERR_OK)
			buf_put(out, digest_bytes(&hash));
		return err;
	}
	middle = low + merkle_split(high - low);
	err = prove(read, reader, from, to, low, middle, out);
	if (err == ERR_OK)
		err = prove(read, reader, from, to, middle, high, out);
	return err;
}

enum err merkle_prove_range(merkle_read *read, void *reader, uint64_t from, uint64_t to, uint64_t size, struct buf *out)
{
	enum err err;

	if (from >= to || to > size)
		return ERR_RANGE;
	err = prove(read, reader, from, to, 0, size, out);
	return err != ERR_OK ? err : out->err;
}

static enum err take_hash(struct run *run, struct digest *ret_hash)
{
	if (run->rest.len < DIGEST_BYTES)
		return ERR_FORMAT;
	memcpy(ret_hash->bytes, run->rest.data, DIGEST_BYTES);
	run->rest = bytes_of(run->rest.data + DIGEST_BYTES, run->rest.len - DIGEST_BYTES);
	return ERR_OK;
}

static enum err subtree_hash(struct run *run, uint64_t low, uint64_t high, struct digest *ret_hash)
{
	struct digest left;
	struct digest right;
	uint64_t middle;
	enum err err;

	if (outside(run->from, run->to, low, high))
		return take_hash(run, ret_hash);
	if (inside(run->from, run->to, low, high)) {
		*ret_hash = merkle_root(run->leaves + (low - run->from), (size_t)(high - low));
		return ERR_OK;
	}
	middle = low + merkle_split(high - low);
	err = subtree_hash(run, low, middle, &left);
	if (err == ERR_OK)
		err = subtree_hash(run, middle, high, &right);
	if (err == ERR_OK)
		*ret_hash = merkle_node(&left, &right);
	return err;
}

enum err merkle_range_root(const struct digest *leaves, uint64_t from, uint64_t to, uint64_t size, struct bytes proof,
			   struct digest *ret_root)
{
	struct run run = { leaves, from, to, proof };
	struct digest root;
	enum err err;

	if (from >= to || to > size)
		return ERR_RANGE;
	err = subtree_hash(&run, 0, size, &root);
	if (err != ERR_OK)
		return err;
	if (run.rest.len != 0)
		return ERR_FORMAT;
	*ret_root = root;
	return ERR_OK;
}

static void put_path_within(const struct run *run, uint64_t low, uint64_t high, uint64_t index, struct buf *out)
{
	struct digest path[MERKLE_PATH_MAX];
	size_t length = merkle_path(run->leaves + (low - run->from), (size_t)(high - low), (size_t)(index - low), path);

	for (size_t i = 0; i < length; i++)
		buf_put(out, digest_bytes(&path[i]));
}

/* Appends the path of index within the subtree [low, high), which the run splits or covers. */
static enum err put_path(struct run *run, uint64_t low, uint64_t high, uint64_t index, struct buf *out)
{
	struct digest beside;
	uint64_t middle;
	enum err err;

	if (inside(run->from, run->to, low, high)) {
		put_path_within(run, low, high, index, out);
		return ERR_OK;
	}
	middle = low + merkle_split(high - low);
	if (index < middle) {
		err = put_path(run, low, middle, index, out);
		if (err == ERR_OK)
			err = subtree_hash(run, middle, high, &beside);
	} else {
		err = subtree_hash(run, low, middle, &beside);
		if (err == ERR_OK)
			err = put_path(run, middle, high, index, out);
	}
	if (err == ERR_OK)
		buf_put(out, digest_bytes(&beside));
	return err;
}

enum err merkle_range_path(const struct digest *leaves, uint64_t from, uint64_t to, uint64_t size, struct bytes proof,
			   uint64_t index, struct buf *out)
{
	struct run run = { leaves, from, to, proof };
	size_t before = out->len;
	enum err err;

	if (from >= to || to > size || index < from || index >= to)
		return ERR_RANGE;
	err = put_path(&run, 0, size, index, out);
	if (err == ERR_OK && run.rest.len != 0)
		err = ERR_FORMAT;
	if (err == ERR_OK)
		return out->err;
	if (out->err == ERR_OK)
		out->len = before;
	return err;
}

static uint64_t later(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Appends hash to the paths of those of [low, high) that are in the run. */
static void put_beside(const struct run *run, uint64_t low, uint64_t high, const struct digest *hash, struct buf *paths)
{
	for (uint64_t i = later(low, run->from); i < earlier(high, run->to); i++)
		buf_put(&paths[i - run->from], digest_bytes(hash));
}

/* The subtree's hash; each leaf of the run in it has its path up to the subtree's root afterwards. */
static enum err subtree_paths(struct run *run, uint64_t low, uint64_t high, struct buf *paths, struct digest *ret_hash)
{
	struct digest left;
	struct digest right;
	uint64_t middle;
	enum err err;

	if (outside(run->from, run->to, low, high))
		return take_hash(run, ret_hash);
	if (high - low == 1) {
		*ret_hash = run->leaves[low - run->from];
		return ERR_OK;
	}
	middle = low + merkle_split(high - low);
	err = subtree_paths(run, low, middle, paths, &left);
	if (err == ERR_OK)
		err = subtree_paths(run, middle, high, paths, &right);
	if (err != ERR_OK)
		return err;
	put_beside(run, low, middle, &right, paths);
	put_beside(run, middle, high, &left, paths);
	*ret_hash = merkle_node(&left, &right);
	return ERR_OK;
}

enum err merkle_range_paths(const struct digest *leaves, uint64_t from, uint64_t to, uint64_t size, struct bytes proof, struct buf *paths,
			    struct digest *ret_root)
{
	struct run run = { leaves, from, to, proof };
	struct digest root;
	enum err err;

	if (from >= to || to > size)
		return ERR_RANGE;
	err = subtree_paths(&run, 0, size, paths, &root);
	if (err == ERR_OK && run.rest.len != 0)
		err = ERR_FORMAT;
	for (uint64_t i = 0; i < to - from && err == ERR_OK; i++)
		err = paths[i].err;
	if (err == ERR_OK)
		*ret_root = root;
	return err;
}
