/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

static int compare(struct key a, struct key b)
{
	size_t len = a.len < b.len ? a.len : b.len;
	int order = memcmp(a.data, b.data, len);

	return order != 0 ? order : (int)a.len - (int)b.len;
}

static void test_lengths(void)
{
	check_uint(key_u64(1).len, 8);
	check_uint(key_u32_u32(1, 2).len, 8);
	check_uint(key_u64_u64(1, 2).len, 16);
	check_uint(key_u64_u16(1, 2).len, 10);
	check_uint(key_u64_u8_u8(1, 2, 3).len, 10);
}

static void test_bytes(void)
{
	struct key key = key_u64_u8_u8(0x0102030405060708, 0x09, 0x0a);

	check_bytes(key_bytes(&key), bytes_of("\1\2\3\4\5\6\7\10\11\12", 10));
}

static void test_byte_order_is_number_order(void)
{
	static const uint64_t numbers[] = { 0, 1, 255, 256, 65535, 65536, UINT32_MAX, UINT64_C(1) << 32, UINT64_MAX };

	for (size_t i = 0; i + 1 < sizeof numbers / sizeof numbers[0]; i++) {
		check(compare(key_u64(numbers[i]), key_u64(numbers[i + 1])) < 0);
		check(compare(key_u64_u64(numbers[i], UINT64_MAX), key_u64_u64(numbers[i + 1], 0)) < 0);
		check(compare(key_u64_u16(numbers[i], UINT16_MAX), key_u64_u16(numbers[i + 1], 0)) < 0);
		check(compare(key_u64_u8_u8(numbers[i], 7, UINT8_MAX), key_u64_u8_u8(numbers[i], 8, 0)) < 0);
		check(compare(key_u32_u32((uint32_t)i, UINT32_MAX), key_u32_u32((uint32_t)i + 1, 0)) < 0);
	}
}

UNIT_SUITE("store/keys",
	{ "each form has its length", test_lengths },
	{ "numbers are big-endian, one after another", test_bytes },
	{ "byte order is number order", test_byte_order_is_number_order });
