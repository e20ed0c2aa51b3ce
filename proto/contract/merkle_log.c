/* SPDX-License-Identifier: Apache-2.0 */
/* contract/merkle_log.c - proofs out of a stored tree; see merkle.h for the contract.
 *
 * Only complete subtrees are stored.  Whatever a proof needs is put together from those. */
#include "contract/merkle.h"

struct span {
	uint64_t from;
	uint64_t to;
};

static unsigned level_of(uint64_t power)
{
	return (unsigned)__builtin_ctzll(power);
}

/* The largest power of two that is not more than n (n > 0). */
static uint64_t power_within(uint64_t n)
{
	return (uint64_t)1 << (63 - __builtin_clzll(n));
}

enum err merkle_range_hash(merkle_read *read, void *reader, uint64_t from, uint64_t to, struct digest *ret_hash)
{
	struct digest parts[MERKLE_PATH_MAX]; /* complete subtrees, the largest first */
	size_t count = 0;
	enum err err;

	if (from == 0 && to == 0) {
		*ret_hash = merkle_root(NULL, 0);
		return ERR_OK;
	}
	if (from >= to || from % power_within(to - from) != 0)
		return ERR_RANGE;
	while (from < to) {
		uint64_t power = power_within(to - from);

		err = read(reader, level_of(power), from, &parts[count]);
		if (err != ERR_OK)
			return err;
		count++;
		from += power;
	}
	for (; count > 1; count--)
		parts[count - 2] = merkle_node(&parts[count - 2], &parts[count - 1]);
	*ret_hash = parts[0];
	return ERR_OK;
}

/* Appends the hashes of spans, the last first: a descent collects them from the root down, a proof gives them from the leaf up. */
static enum err put_spans(merkle_read *read, void *reader, const struct span *spans, size_t count, struct buf *out)
{
	while (count > 0) {
		struct digest hash;
		enum err err;

		count--;
		err = merkle_range_hash(read, reader, spans[count].from, spans[count].to, &hash);
		if (err != ERR_OK)
			return err;
		buf_put(out, digest_bytes(&hash));
	}
	return out->err;
}

enum err merkle_prove(merkle_read *read, void *reader, uint64_t index, uint64_t size, struct buf *out)
{
	struct span here = { 0, size };
	struct span beside[MERKLE_PATH_MAX];
	size_t count = 0;

	if (index >= size)
		return ERR_RANGE;
	while (here.to - here.from > 1) {
		uint64_t middle = here.from + merkle_split(here.to - here.from);

		if (index < middle) {
			beside[count++] = (struct span){ middle, here.to };
			here.to = middle;
		} else {
			beside[count++] = (struct span){ here.from, middle };
			here.from = middle;
		}
	}
	return put_spans(read, reader, beside, count, out);
}

/* RFC 6962 2.1.2.  The descent follows the border of the old tree until what is left of it is one whole subtree; that subtree is
 * the old root itself as long as the descent never turned right, and must be given otherwise. */
enum err merkle_prove_consistency(merkle_read *read, void *reader, uint64_t old_size, uint64_t size, struct buf *out)
{
	struct span here = { 0, size };
	struct span spans[MERKLE_PATH_MAX + 1];
	size_t count = 0;

	if (old_size > size)
		return ERR_RANGE;
	if (old_size == 0 || old_size == size)
		return ERR_OK;
	while (here.to != old_size) {
		uint64_t middle = here.from + merkle_split(here.to - here.from);

		if (old_size <= middle) {
			spans[count++] = (struct span){ middle, here.to };
			here.to = middle;
		} else {
			spans[count++] = (struct span){ here.from, middle };
			here.from = middle;
		}
	}
	if (here.from != 0)
		spans[count++] = here;
	return put_spans(read, reader, spans, count, out);
}

struct climb {
	uint64_t place; /* number of the old tree's last node at this level */
	uint64_t last;  /* number of the new tree's last node at this level */
	struct digest old_root;
	struct digest root;
};

/* One hash of the proof, RFC 9162 2.1.4.2 step 6; false when the trees are not that high. */
static bool climb_step(struct climb *climb, const struct digest *hash)
{
	if (climb->last == 0)
		return false;
	if ((climb->place & 1) != 0 || climb->place == climb->last) {
		climb->old_root = merkle_node(hash, &climb->old_root);
		climb->root = merkle_node(hash, &climb->root);
		for (; (climb->place & 1) == 0 && climb->place != 0; climb->place >>= 1)
			climb->last >>= 1;
	} else {
		climb->root = merkle_node(&climb->root, hash);
	}
	climb->place >>= 1;
	climb->last >>= 1;
	return true;
}

/* What is left of proof after the climb has its start: the old root itself if that is a complete subtree, else the first hash. */
static bool climb_start(struct climb *climb, uint64_t old_size, const struct digest *old_root, uint64_t size, struct bytes *proof)
{
	climb->place = old_size - 1;
	climb->last = size - 1;
	for (; (climb->place & 1) != 0; climb->place >>= 1)
		climb->last >>= 1;
	if ((old_size & (old_size - 1)) == 0) {
		climb->old_root = *old_root;
	} else {
		if (proof->len < DIGEST_BYTES)
			return false;
		memcpy(climb->old_root.bytes, proof->data, DIGEST_BYTES);
		*proof = bytes_of(proof->data + DIGEST_BYTES, proof->len - DIGEST_BYTES);
	}
	climb->root = climb->old_root;
	return true;
}

enum err merkle_check_consistency(uint64_t old_size, const struct digest *old_root, uint64_t size, const struct digest *root,
				  struct bytes proof)
{
	struct climb climb;
	struct digest hash;

	if (old_size > size || proof.len % DIGEST_BYTES != 0)
		return ERR_AUTH;
	if (old_size == size)
		return proof.len == 0 && digest_equal(old_root, root) ? ERR_OK : ERR_AUTH;
	if (old_size == 0) {
		struct digest nothing = merkle_root(NULL, 0);

		return proof.len == 0 && digest_equal(old_root, &nothing) ? ERR_OK : ERR_AUTH;
	}
	if (!climb_start(&climb, old_size, old_root, size, &proof))
		return ERR_AUTH;
	for (size_t at = 0; at < proof.len; at += DIGEST_BYTES) {
		memcpy(hash.bytes, proof.data + at, DIGEST_BYTES);
		if (!climb_step(&climb, &hash))
			return ERR_AUTH;
	}
	if (climb.last != 0 || !digest_equal(&climb.old_root, old_root) || !digest_equal(&climb.root, root))
		return ERR_AUTH;
	return ERR_OK;
}
