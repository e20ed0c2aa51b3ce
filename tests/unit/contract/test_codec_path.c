/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/codec_path.h"

#include "frame.pb-c.h"

#include "unit.h"

static void test_path(void)
{
	const struct codec_step batch = { .field = "batch" };
	const struct codec_step orders = { .outer = &batch, .field = "orders", .repeated = true, .index = 3 };
	const struct codec_step unknown = { .outer = &orders };
	struct codec_fault fault;

	codec_fault_set(&fault, NULL, "why");
	check_text(fault.path, "");
	check_text(fault.reason, "why");
	codec_fault_set(&fault, &batch, "why");
	check_text(fault.path, "batch");
	codec_fault_set(&fault, &orders, "why");
	check_text(fault.path, "batch.orders[3]");
	codec_fault_set(&fault, &unknown, "why");
	check_text(fault.path, "batch.orders[3].(unknown)");
}

static void test_any_room(void)
{
	const struct codec_step outer = { .field = "outer", .repeated = true, .index = 12345 };
	const struct codec_step inner = { .outer = &outer, .field = "氏名" };
	const char whole[] = "outer[12345].氏名";

	for (size_t cap = 1; cap < 40; cap++) {
		char path[40];
		size_t len;

		memset(path, '#', sizeof(path));
		codec_path_write(&inner, path, cap);
		len = strlen(path);
		unit_context("%zu bytes", cap);
		check(len < cap);
		check(memcmp(path, whole, len) == 0);
		check(len == sizeof(whole) - 1 || ((uint8_t)whole[len] & 0xc0) != 0x80); /* between characters */
		check(cap == sizeof(path) || path[cap] == '#');
	}
}

static void test_cut(void)
{
	char to[8];

	check_uint(codec_text_cut("abc", to, sizeof(to)), 3);
	check_text(to, "abc");
	check_uint(codec_text_cut("abcdefg", to, sizeof(to)), 7);
	check_uint(codec_text_cut("abcdefgh", to, sizeof(to)), 7);
	check_text(to, "abcdefg");
	check_uint(codec_text_cut("つなぎ", to, sizeof(to)), 6);
	check_text(to, "つな");
	check_uint(codec_text_cut("つ", to, 1), 0);
	check_text(to, "");
}

static void test_enum_values(void)
{
	const ProtobufCEnumDescriptor *codes = &pb__refusal_code__descriptor;

	check(codec_enum_knows(codes, 0));
	check(codec_enum_knows(codes, PB__REFUSAL_CODE__REFUSAL_CODE_ERASED));
	check(!codec_enum_knows(codes, 13)); /* the gap between the groups */
	check(!codec_enum_knows(codes, 19));
	check(codec_enum_knows(codes, PB__REFUSAL_CODE__REFUSAL_CODE_MAILBOX_FULL));
	check(!codec_enum_knows(codes, 1000));
	check(!codec_enum_knows(codes, -1));
	check(!codec_enum_knows(codes, INT64_MAX));
	check(!codec_enum_knows(codes, INT64_MIN));
	check(!codec_enum_knows(codes, ((int64_t)1 << 32) + 1)); /* not taken for 1 */
}

UNIT_SUITE("contract/codec_path",
	{ "a path names each step", test_path },
	{ "a path in any room", test_any_room },
	{ "texts are cut between characters", test_cut },
	{ "enum values", test_enum_values });
