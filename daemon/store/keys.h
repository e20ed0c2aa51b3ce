/* SPDX-License-Identifier: Apache-2.0 */
/* store/keys.h - keys of the tables, built on the stack; key_bytes borrows from the struct key it is given.
 *
 * What is behind len is left as it is: clearing it made a compiler copy the whole, through loads that wait for the stores before them. */
#pragma once
#include "base/bytes.h"

struct key {
	uint8_t data[56];
	size_t len;
};

static inline struct key key_u64(uint64_t number)
{
	struct key key;

	key.len = 8;
	be64_put(key.data, number);
	return key;
}

static inline struct key key_u32_u32(uint32_t first, uint32_t second)
{
	struct key key;

	key.len = 8;
	be32_put(key.data, first);
	be32_put(key.data + 4, second);
	return key;
}

static inline struct key key_u32_u64(uint32_t first, uint64_t second)
{
	struct key key;

	key.len = 12;
	be32_put(key.data, first);
	be64_put(key.data + 4, second);
	return key;
}

static inline struct key key_u64_u64(uint64_t first, uint64_t second)
{
	struct key key;

	key.len = 16;
	be64_put(key.data, first);
	be64_put(key.data + 8, second);
	return key;
}

static inline struct key key_u64_u16(uint64_t number, uint16_t second)
{
	struct key key;

	key.len = 10;
	be64_put(key.data, number);
	be16_put(key.data + 8, second);
	return key;
}

static inline struct key key_u64_u8_u8(uint64_t number, uint8_t second, uint8_t third)
{
	struct key key;

	key.len = 10;
	be64_put(key.data, number);
	key.data[8] = second;
	key.data[9] = third;
	return key;
}

static inline struct bytes key_bytes(const struct key *key)
{
	return bytes_of(key->data, key->len);
}
