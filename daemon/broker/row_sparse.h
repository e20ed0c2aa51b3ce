/* SPDX-License-Identifier: Apache-2.0 */
/* broker/row_sparse.h - a struct's numbers as a row holds them: a mask of those that are not zero (u32), then these, big-endian.
 *
 * Most rows are written once with little to say yet; what is not said takes no room.  Both ways name the same fields in the same order, at
 * most SPARSE_FIELDS_MAX of them, each with its bytes in the row, 1, 4 or 8: constants, from which a compiler makes a few instructions each. */
#pragma once
#include "base/bytes.h"

#define SPARSE_FIELDS_MAX 32u
#define SPARSE_MASK_BYTES 4u
#define SPARSE_BYTES_MAX (SPARSE_MASK_BYTES + 8u * SPARSE_FIELDS_MAX)

/* ---- writing ---- */

struct sparse_put {
	uint8_t *start, *at;
	uint32_t mask;
	unsigned field; /* the next one */
};

static inline struct sparse_put sparse_begin(uint8_t *to)
{
	return (struct sparse_put){ .start = to, .at = to + SPARSE_MASK_BYTES };
}

/* A number wider than its place in the row is a mistake of its caller. */
static inline void sparse_put(struct sparse_put *put, uint64_t value, size_t bytes)
{
	uint32_t bit = UINT32_C(1) << put->field++;

	if (value == 0)
		return;
	put->mask |= bit;
	if (bytes == 8)
		be64_put(put->at, value);
	else if (bytes == 4)
		be32_put(put->at, (uint32_t)value);
	else
		*put->at = (uint8_t)value;
	put->at += bytes;
}

/* Where the row goes on. */
static inline uint8_t *sparse_end(const struct sparse_put *put)
{
	be32_put(put->start, put->mask);
	return put->at;
}

/* ---- reading ---- */

struct sparse_take {
	const uint8_t *at;
	size_t left;
	uint32_t mask;
	unsigned field; /* the next one */
	bool cut; /* off: what was taken since is 0 */
};

static inline struct sparse_take sparse_open(struct bytes row)
{
	if (row.len < SPARSE_MASK_BYTES)
		return (struct sparse_take){ .cut = true };
	return (struct sparse_take){ .at = row.data + SPARSE_MASK_BYTES, .left = row.len - SPARSE_MASK_BYTES, .mask = be32_get(row.data) };
}

static inline uint64_t sparse_take(struct sparse_take *take, size_t bytes)
{
	const uint8_t *at = take->at;

	if ((take->mask >> take->field++ & 1) == 0)
		return 0;
	if (take->left < bytes) {
		take->cut = true;
		return 0;
	}
	take->at += bytes;
	take->left -= bytes;
	return bytes == 8 ? be64_get(at) : bytes == 4 ? be32_get(at) : *at;
}

/* Takes them all off the front of row.  False: it is cut off, or says what no field is for. */
static inline bool sparse_close(const struct sparse_take *take, struct bytes *row)
{
	*row = bytes_of(take->at, take->left);
	return !take->cut && (take->field == SPARSE_FIELDS_MAX || take->mask >> take->field == 0);
}
