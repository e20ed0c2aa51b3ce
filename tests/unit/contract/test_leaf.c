/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/leaf.h"

#include "base/text.h"
#include "contract/merkle.h"
#include "unit.h"

static const struct leaf_header header = { .format = 1, .type = 16, .seq = 0x0102030405060708, .time_us = 0x0011223344556677 };

static void test_header_bytes(void)
{
	uint8_t bytes[LEAF_HEADER_BYTES];
	char hex[2 * LEAF_HEADER_BYTES + 1];

	leaf_header_encode(&header, bytes);
	text_hex(bytes_of(bytes, sizeof(bytes)), hex);
	check_text(hex, "0001001001020304050607080011223344556677");
}

static void test_header_round_trip(void)
{
	uint8_t bytes[LEAF_HEADER_BYTES];

	for (unsigned round = 0; round < 200; round++) {
		struct leaf_header from;
		struct leaf_header back;

		unit_random_bytes((uint8_t *)&from, sizeof(from));
		leaf_header_encode(&from, bytes);
		require_ok(leaf_header_decode(bytes_of(bytes, sizeof(bytes)), &back));
		check_uint(back.format, from.format);
		check_uint(back.type, from.type);
		check_uint(back.seq, from.seq);
		check_int(back.time_us, from.time_us);
	}
}

static void test_header_length(void)
{
	uint8_t bytes[LEAF_HEADER_BYTES + 1] = { 0 };
	struct leaf_header back = { .seq = 5 };

	for (size_t len = 0; len <= sizeof(bytes); len++) {
		if (len != LEAF_HEADER_BYTES)
			check_err(leaf_header_decode(bytes_of(bytes, len), &back), ERR_FORMAT);
	}
	check_uint(back.seq, 5);
}

static void test_leaf_is_a_merkle_leaf(void)
{
	uint8_t whole[LEAF_HEADER_BYTES + DIGEST_BYTES];
	uint8_t salt[LEAF_SALT_BYTES];
	uint8_t salted[LEAF_SALT_BYTES + 4] = { 0 };
	struct digest body, leaf, expected;

	memset(salt, 0xaa, sizeof(salt));
	memcpy(salted, salt, sizeof(salt));
	memcpy(salted + sizeof(salt), "body", 4);
	body = leaf_body_hash(salt, bytes_of("body", 4));
	expected = digest_of(bytes_of(salted, sizeof(salted)));
	check(digest_equal(&body, &expected));

	leaf_header_encode(&header, whole);
	memcpy(whole + LEAF_HEADER_BYTES, body.bytes, DIGEST_BYTES);
	leaf = leaf_hash(whole, &body);
	expected = merkle_leaf(bytes_of(whole, sizeof(whole)));
	check(digest_equal(&leaf, &expected));
}

/* Each input moves the hash: header, salt, body. */
static void test_everything_counts(void)
{
	uint8_t bytes[LEAF_HEADER_BYTES];
	uint8_t salt[LEAF_SALT_BYTES] = { 0 };
	struct digest body = leaf_body_hash(salt, bytes_of("body", 4));
	struct digest first, other;

	leaf_header_encode(&header, bytes);
	first = leaf_hash(bytes, &body);
	for (size_t i = 0; i < LEAF_HEADER_BYTES; i++) {
		bytes[i] ^= 1;
		other = leaf_hash(bytes, &body);
		check(!digest_equal(&first, &other));
		bytes[i] ^= 1;
	}
	for (size_t i = 0; i < LEAF_SALT_BYTES; i++) {
		salt[i] ^= 1;
		other = leaf_body_hash(salt, bytes_of("body", 4));
		check(!digest_equal(&body, &other));
		salt[i] ^= 1;
	}
	other = leaf_body_hash(salt, bytes_of("bodz", 4));
	check(!digest_equal(&body, &other));
	other = leaf_body_hash(salt, bytes_of(NULL, 0));
	check(!digest_equal(&body, &other));
}

UNIT_SUITE("contract/leaf",
	{ "the header's bytes", test_header_bytes },
	{ "the header comes back", test_header_round_trip },
	{ "the header's length", test_header_length },
	{ "a leaf of the ledger is one of RFC 6962", test_leaf_is_a_merkle_leaf },
	{ "header, salt and body all count", test_everything_counts });
