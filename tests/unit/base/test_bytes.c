/* SPDX-License-Identifier: Apache-2.0 */
#include "base/bytes.h"

#include "unit.h"

static void test_of_text(void)
{
	struct bytes bytes = bytes_of_text("つなぎ");

	check_uint(bytes.len, 9);
	check_uint(bytes.data[0], 0xe3);
	check_uint(bytes_of_text("").len, 0);
}

static void test_equal(void)
{
	check(bytes_equal(bytes_of_text("abc"), bytes_of_text("abc")));
	check(!bytes_equal(bytes_of_text("abc"), bytes_of_text("abd")));
	check(!bytes_equal(bytes_of_text("abc"), bytes_of_text("ab")));
	check(bytes_equal(bytes_of("a\0b", 3), bytes_of("a\0b", 3)));
	check(!bytes_equal(bytes_of("a\0b", 3), bytes_of("a\0c", 3)));
	check(bytes_equal(bytes_of(NULL, 0), bytes_of_text("")));
}

static void test_big_endian(void)
{
	static const uint8_t expected[] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	uint8_t put[8];

	be64_put(put, UINT64_C(0x0102030405060708));
	check_bytes(bytes_of(put, 8), bytes_of(expected, 8));
	be32_put(put, 0x01020304);
	check_bytes(bytes_of(put, 4), bytes_of(expected, 4));
	be16_put(put, 0x0102);
	check_bytes(bytes_of(put, 2), bytes_of(expected, 2));
	check_uint(be16_get(expected), 0x0102);
	check_uint(be32_get(expected), 0x01020304);
	check_uint(be64_get(expected), UINT64_C(0x0102030405060708));
}

static void test_extremes(void)
{
	uint8_t put[8];

	be64_put(put, UINT64_MAX);
	check_uint(be64_get(put), UINT64_MAX);
	check_uint(be32_get(put), UINT32_MAX);
	check_uint(be16_get(put), UINT16_MAX);
	be64_put(put, 0);
	check_uint(be64_get(put), 0);
	be64_put(put, UINT64_C(1) << 63);
	check_uint(put[0], 0x80);
	check_uint(be64_get(put), UINT64_C(1) << 63);
}

static void test_round_trip(void)
{
	uint8_t put[8];

	for (int i = 0; i < 1000; i++) {
		uint64_t value = unit_random();

		be64_put(put, value);
		check_uint(be64_get(put), value);
		be32_put(put, (uint32_t)value);
		check_uint(be32_get(put), (uint32_t)value);
		be16_put(put, (uint16_t)value);
		check_uint(be16_get(put), (uint16_t)value);
	}
}

/* Keys in the store are compared as bytes: the order must be that of the numbers. */
static void test_order(void)
{
	uint8_t a[8], b[8];

	for (int i = 0; i < 1000; i++) {
		uint64_t low = unit_random();
		uint64_t high = unit_random();

		be64_put(a, low);
		be64_put(b, high);
		check((memcmp(a, b, 8) < 0) == (low < high));
	}
}

UNIT_SUITE("base/bytes",
	{ "text gives its bytes without the NUL", test_of_text },
	{ "equality looks at length and content", test_equal },
	{ "numbers stand most significant byte first", test_big_endian },
	{ "largest and smallest numbers", test_extremes },
	{ "what is put is got", test_round_trip },
	{ "order of bytes is order of numbers", test_order });
