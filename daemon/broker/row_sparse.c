/* SPDX-License-Identifier: Apache-2.0 */
/* broker/row_sparse.c - see row_sparse.h for the contract. */
#include "broker/row_sparse.h"

#include <string.h>

#define MASK_BYTES 4u

static uint64_t load(const void *place, size_t width)
{
	uint64_t wide;
	uint32_t narrow;

	if (width == 8) {
		memcpy(&wide, place, sizeof(wide));
		return wide;
	}
	if (width == 4) {
		memcpy(&narrow, place, sizeof(narrow));
		return narrow;
	}
	return *(const uint8_t *)place;
}

static void keep(void *place, size_t width, uint64_t value)
{
	uint32_t narrow = (uint32_t)value;

	if (width == 8)
		memcpy(place, &value, sizeof(value));
	else if (width == 4)
		memcpy(place, &narrow, sizeof(narrow));
	else
		*(uint8_t *)place = (uint8_t)value;
}

static void put(uint8_t *to, size_t width, uint64_t value)
{
	if (width == 8)
		be64_put(to, value);
	else if (width == 4)
		be32_put(to, (uint32_t)value);
	else
		*to = (uint8_t)value;
}

static uint64_t get(const uint8_t *from, size_t width)
{
	return width == 8 ? be64_get(from) : width == 4 ? be32_get(from) : *from;
}

void sparse_put(const struct sparse_field *fields, size_t count, const void *from, uint8_t **at)
{
	uint8_t *to = *at + MASK_BYTES;
	uint32_t mask = 0;

	for (size_t i = 0; i < count; i++) {
		uint64_t value = load((const uint8_t *)from + fields[i].offset, fields[i].in_struct);

		if (value == 0)
			continue;
		mask |= UINT32_C(1) << i;
		put(to, fields[i].in_row, value);
		to += fields[i].in_row;
	}
	be32_put(*at, mask);
	*at = to;
}

bool sparse_take(const struct sparse_field *fields, size_t count, struct bytes *row, void *to)
{
	const uint8_t *at = row->data + MASK_BYTES;
	size_t left;
	uint32_t mask;

	if (row->len < MASK_BYTES)
		return false;
	mask = be32_get(row->data);
	left = row->len - MASK_BYTES;
	if (count < SPARSE_FIELDS_MAX && mask >> count != 0)
		return false;
	for (; mask != 0; mask &= mask - 1) {
		const struct sparse_field *field = &fields[__builtin_ctz(mask)];

		if (left < field->in_row)
			return false;
		keep((uint8_t *)to + field->offset, field->in_struct, get(at, field->in_row));
		at += field->in_row;
		left -= field->in_row;
	}
	*row = bytes_of(at, left);
	return true;
}
