/* SPDX-License-Identifier: Apache-2.0 */
/* base/bytes.h - a borrowed run of bytes.  Copying the struct copies no bytes and owns nothing. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct bytes {
	const uint8_t *data; /* may be NULL only when len is 0 */
	size_t len;
};

static inline struct bytes bytes_of(const void *data, size_t len)
{
	return (struct bytes){ (const uint8_t *)data, len };
}

static inline struct bytes bytes_of_text(const char *text)
{
	return bytes_of(text, strlen(text));
}

static inline bool bytes_equal(struct bytes a, struct bytes b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

/* Big-endian numbers, as keys and hashed headers hold them. */
static inline void be16_put(uint8_t *to, uint16_t value)
{
	to[0] = (uint8_t)(value >> 8);
	to[1] = (uint8_t)value;
}

static inline void be32_put(uint8_t *to, uint32_t value)
{
	be16_put(to, (uint16_t)(value >> 16));
	be16_put(to + 2, (uint16_t)value);
}

static inline void be64_put(uint8_t *to, uint64_t value)
{
	be32_put(to, (uint32_t)(value >> 32));
	be32_put(to + 4, (uint32_t)value);
}

static inline uint16_t be16_get(const uint8_t *from)
{
	return (uint16_t)((uint16_t)(from[0] << 8) | from[1]);
}

static inline uint32_t be32_get(const uint8_t *from)
{
	return (uint32_t)be16_get(from) << 16 | be16_get(from + 2);
}

static inline uint64_t be64_get(const uint8_t *from)
{
	return (uint64_t)be32_get(from) << 32 | be32_get(from + 4);
}
