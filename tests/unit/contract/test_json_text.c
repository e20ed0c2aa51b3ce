/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "contract/json.h"
#include "unit.h"

static void check_json_text(json_t *json, const char *expected)
{
	check_text(json_string_value(json), expected);
	json_decref(json);
}

static void test_known(void)
{
	const uint8_t id[16] = { 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0x7d, 0xef, 0x81, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef };

	/* RFC 4648 10 */
	check_json_text(json_base64(bytes_of_text("")), "");
	check_json_text(json_base64(bytes_of_text("f")), "Zg==");
	check_json_text(json_base64(bytes_of_text("fo")), "Zm8=");
	check_json_text(json_base64(bytes_of_text("foobar")), "Zm9vYmFy");
	check_json_text(json_hex(bytes_of_text("")), "");
	check_json_text(json_hex(bytes_of("\0\x0f\xff", 3)), "000fff");
	check_json_text(json_id(id), "01234567-89ab-7def-8123-456789abcdef");
	check_json_text(json_time(0), "1970-01-01T09:00:00.000+09:00");
}

static void test_any_length(void)
{
	uint8_t bytes[200], back[200];

	for (size_t len = 0; len <= sizeof bytes; len++) {
		json_t *base64, *hex;
		size_t got = 0;

		unit_context("%zu bytes", len);
		unit_random_bytes(bytes, len);
		base64 = json_base64(bytes_of(bytes, len));
		hex = json_hex(bytes_of(bytes, len));
		require(base64 != NULL && hex != NULL);
		check_ok(text_unbase64(bytes_of_text(json_string_value(base64)), back, sizeof back, &got));
		check_bytes(bytes_of(back, got), bytes_of(bytes, len));
		check(text_unhex(json_string_value(hex), back, len));
		check_bytes(bytes_of(back, len), bytes_of(bytes, len));
		json_decref(base64);
		json_decref(hex);
	}
}

UNIT_SUITE("contract/json_text", { "known texts", test_known }, { "any length", test_any_length });
