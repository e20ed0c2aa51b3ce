/* SPDX-License-Identifier: Apache-2.0 */
/* broker/row_sparse.h - a struct's numbers as a row holds them: a mask of those that are not zero (u32), then these, big-endian.
 *
 * Most rows are written once with little to say yet; what is not said takes no room. */
#pragma once
#include <stddef.h>

#include "base/bytes.h"

#define SPARSE_FIELDS_MAX 32u
#define SPARSE_BYTES_MAX (4u + 8u * SPARSE_FIELDS_MAX)

/* One of them.  Widths are 1 (bool), 4 or 8 bytes in the struct, and 1, 4 or 8 in the row. */
struct sparse_field {
	uint16_t offset;
	uint8_t in_struct;
	uint8_t in_row;
};

#define SPARSE_FIELD(type, member, bytes) { offsetof(type, member), sizeof(((type *)0)->member), bytes }

/* Moves *at past what it wrote.  A number wider than its place in the row is a mistake of its table. */
void sparse_put(const struct sparse_field *fields, size_t count, const void *from, uint8_t **at);

/* Sets those members of *to that the row says, and takes them off the front of row; *to was all zero.  False: it is cut off, or says what no
 * field is for. */
bool sparse_take(const struct sparse_field *fields, size_t count, struct bytes *row, void *to);
