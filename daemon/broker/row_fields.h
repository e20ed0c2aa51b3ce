/* SPDX-License-Identifier: Apache-2.0 */
/* broker/row_fields.h - a row's fields, one after the other, big-endian.  Each moves *at past what it wrote or read; the caller has
 * seen to the room. */
#pragma once
#include <string.h>

#include "base/bytes.h"
#include "base/id.h"
#include "store/keys.h"

static inline void row_put_u8(uint8_t **at, uint8_t value)
{
	*(*at)++ = value;
}

static inline void row_put_u32(uint8_t **at, uint32_t value)
{
	be32_put(*at, value);
	*at += 4;
}

static inline void row_put_u64(uint8_t **at, uint64_t value)
{
	be64_put(*at, value);
	*at += 8;
}

static inline void row_put_time(uint8_t **at, int64_t value)
{
	row_put_u64(at, (uint64_t)value);
}

static inline void row_put_id(uint8_t **at, const uint8_t id[ID_BYTES])
{
	memcpy(*at, id, ID_BYTES);
	*at += ID_BYTES;
}

static inline uint8_t row_get_u8(const uint8_t **at)
{
	return *(*at)++;
}

static inline uint32_t row_get_u32(const uint8_t **at)
{
	uint32_t value = be32_get(*at);

	*at += 4;
	return value;
}

static inline uint64_t row_get_u64(const uint8_t **at)
{
	uint64_t value = be64_get(*at);

	*at += 8;
	return value;
}

static inline int64_t row_get_time(const uint8_t **at)
{
	return (int64_t)row_get_u64(at);
}

static inline void row_get_id(const uint8_t **at, uint8_t id[ID_BYTES])
{
	memcpy(id, *at, ID_BYTES);
	*at += ID_BYTES;
}

static inline struct key row_key_u32_u64(uint32_t first, uint64_t second)
{
	struct key key = { .len = 12 };

	be32_put(key.data, first);
	be64_put(key.data + 4, second);
	return key;
}
