/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

#include "unit.h"

struct row {
	const char *text;
	size_t len;
	enum text_fault fault;
	size_t offset;
};
#define ROW(text, fault, offset) { text, sizeof text - 1, fault, offset }

static void check_rows(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t offset = 4711;

		unit_context("row %zu", i);
		check_int(text_check(bytes_of(rows[i].text, rows[i].len), &offset), rows[i].fault);
		check_uint(offset, rows[i].fault == TEXT_OK ? 4711 : rows[i].offset);
		check_int(text_check(bytes_of(rows[i].text, rows[i].len), NULL), rows[i].fault);
	}
}
#define CHECK_ROWS(rows) check_rows(rows, sizeof(rows) / sizeof(rows)[0])

static void test_good(void)
{
	static const struct row rows[] = {
		ROW("", TEXT_OK, 0),
		ROW("plain", TEXT_OK, 0),
		ROW("tab\tand\r\nlines", TEXT_OK, 0),
		ROW("千葉市花見川区", TEXT_OK, 0),
		ROW("ﾁﾊﾞ ① ㈱ ～", TEXT_OK, 0),
		ROW("\xf0\xa0\xae\xb7", TEXT_OK, 0),             /* 𠮷, U+20BB7, beyond the basic plane */
		ROW("\xe8\xbe\xbb\xf3\xa0\x84\x80", TEXT_OK, 0), /* 辻 with a variation selector, U+E0100 */
		ROW("\xef\xa4\xa9", TEXT_OK, 0),                 /* compatibility ideograph U+F929 */
		ROW("\xc2\xa0", TEXT_OK, 0),
		ROW("\xef\xbf\xbd", TEXT_OK, 0), /* the replacement character is a character */
		ROW("\xf3\xaf\xbf\xbd", TEXT_OK, 0), /* U+EFFFD, the last before the private planes */
	};

	CHECK_ROWS(rows);
}

static void test_bad_utf8(void)
{
	static const struct row rows[] = {
		ROW("\x80", TEXT_BAD_UTF8, 0),
		ROW("ab\xbf", TEXT_BAD_UTF8, 2),
		ROW("\xc3", TEXT_BAD_UTF8, 0),
		ROW("a\xe3\x81", TEXT_BAD_UTF8, 1),
		ROW("a\xe3", TEXT_BAD_UTF8, 1),
		ROW("\xf0\xa0\xae", TEXT_BAD_UTF8, 0),
		ROW("\xc3(", TEXT_BAD_UTF8, 0),
		ROW("\xe3\x81(", TEXT_BAD_UTF8, 0),
		ROW("\xe3(\x81", TEXT_BAD_UTF8, 0),
		ROW("\xf0\xa0(\xb7", TEXT_BAD_UTF8, 0),
		ROW("\xfe", TEXT_BAD_UTF8, 0),
		ROW("\xff", TEXT_BAD_UTF8, 0),
		ROW("\xf8\x88\x80\x80\x80", TEXT_BAD_UTF8, 0),
		ROW("\x90\x8d\x82\xb1", TEXT_BAD_UTF8, 0), /* Shift_JIS */
	};

	CHECK_ROWS(rows);
}

static void test_overlong(void)
{
	static const struct row rows[] = {
		ROW("\xc0\x80", TEXT_BAD_UTF8, 0),
		ROW("\xc0\xaf", TEXT_BAD_UTF8, 0),
		ROW("\xc1\xbf", TEXT_BAD_UTF8, 0),
		ROW("\xe0\x80\xaf", TEXT_BAD_UTF8, 0),
		ROW("\xe0\x9f\xbf", TEXT_BAD_UTF8, 0),
		ROW("\xe0\xa0\x80", TEXT_OK, 0),
		ROW("\xf0\x80\x80\xaf", TEXT_BAD_UTF8, 0),
		ROW("\xf0\x8f\xbf\xbf", TEXT_BAD_UTF8, 0),
		ROW("\xf0\x90\x80\x80", TEXT_OK, 0),
	};

	CHECK_ROWS(rows);
}

static void test_surrogates(void)
{
	static const struct row rows[] = {
		ROW("\xed\x9f\xbf", TEXT_OK, 0),
		ROW("\xed\xa0\x80", TEXT_BAD_UTF8, 0),
		ROW("\xed\xaf\xbf", TEXT_BAD_UTF8, 0),
		ROW("\xed\xb0\x80", TEXT_BAD_UTF8, 0),
		ROW("\xed\xbf\xbf", TEXT_BAD_UTF8, 0),
		ROW("\xed\xa0\xbd\xed\xb8\x80", TEXT_BAD_UTF8, 0), /* a pair, as CESU-8 writes it */
		ROW("\xf4\x90\x80\x80", TEXT_BAD_UTF8, 0),         /* U+110000 */
		ROW("\xf5\x80\x80\x80", TEXT_BAD_UTF8, 0),
	};

	CHECK_ROWS(rows);
}

static void test_private_use(void)
{
	static const struct row rows[] = {
		ROW("\xee\x80\x80", TEXT_PRIVATE_USE, 0),       /* U+E000 */
		ROW("山\xee\x80\x81", TEXT_PRIVATE_USE, 3),     /* as in a name copied from an office's system */
		ROW("\xef\xa3\xbf", TEXT_PRIVATE_USE, 0),       /* U+F8FF */
		ROW("\xef\xa4\x80", TEXT_OK, 0),                /* U+F900 */
		ROW("\xf3\xb0\x80\x80", TEXT_PRIVATE_USE, 0),   /* U+F0000 */
		ROW("\xf4\x80\x80\x80", TEXT_PRIVATE_USE, 0),   /* U+100000 */
		ROW("\xf4\x8f\xbf\xbd", TEXT_PRIVATE_USE, 0),   /* U+10FFFD */
	};

	CHECK_ROWS(rows);
}

static void test_noncharacters(void)
{
	static const struct row rows[] = {
		ROW("\xef\xb7\x8f", TEXT_OK, 0),
		ROW("\xef\xb7\x90", TEXT_NONCHARACTER, 0),
		ROW("\xef\xb7\xaf", TEXT_NONCHARACTER, 0),
		ROW("\xef\xb7\xb0", TEXT_OK, 0),
		ROW("\xef\xbf\xbe", TEXT_NONCHARACTER, 0),
		ROW("\xef\xbf\xbf", TEXT_NONCHARACTER, 0),
		ROW("\xf0\x9f\xbf\xbe", TEXT_NONCHARACTER, 0),
		ROW("\xf4\x8f\xbf\xbf", TEXT_NONCHARACTER, 0),
	};

	CHECK_ROWS(rows);
}

static void test_controls(void)
{
	for (unsigned code = 0; code < 0xa0; code++) {
		uint8_t bytes[2] = { (uint8_t)code, 0 };
		size_t len = 1;
		enum text_fault expected = TEXT_OK;

		if (code >= 0x80) {
			bytes[0] = 0xc2;
			bytes[1] = (uint8_t)code;
			len = 2;
		}
		if (code == 0)
			expected = TEXT_NUL;
		else if ((code < 0x20 && code != 9 && code != 10 && code != 13) || code >= 0x7f)
			expected = TEXT_CONTROL;
		unit_context("U+%04X", code);
		check_int(text_check(bytes_of(bytes, len), NULL), expected);
	}
}

static size_t encode(uint32_t code, uint8_t to[4])
{
	if (code < 0x80) {
		to[0] = (uint8_t)code;
		return 1;
	}
	if (code < 0x800) {
		to[0] = (uint8_t)(0xc0 | code >> 6);
		to[1] = (uint8_t)(0x80 | (code & 63));
		return 2;
	}
	if (code < 0x10000) {
		to[0] = (uint8_t)(0xe0 | code >> 12);
		to[1] = (uint8_t)(0x80 | (code >> 6 & 63));
		to[2] = (uint8_t)(0x80 | (code & 63));
		return 3;
	}
	to[0] = (uint8_t)(0xf0 | code >> 18);
	to[1] = (uint8_t)(0x80 | (code >> 12 & 63));
	to[2] = (uint8_t)(0x80 | (code >> 6 & 63));
	to[3] = (uint8_t)(0x80 | (code & 63));
	return 4;
}

/* All that four bytes can write, each in its shortest form: what is no surrogate and not too high decodes to itself. */
static void test_every_code_point(void)
{
	size_t wrong = 0;
	uint32_t first = 0;

	for (uint32_t code = 0; code < 0x120000; code++) {
		uint8_t bytes[4];
		size_t len = encode(code, bytes);
		uint32_t decoded = UINT32_MAX;
		bool sound = code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
		size_t got = text_decode(bytes_of(bytes, len), &decoded);

		if (got != (sound ? len : 0) || decoded != (sound ? code : UINT32_MAX)) {
			first = wrong == 0 ? code : first;
			wrong++;
		}
	}
	unit_context("first U+%04X", first);
	check_uint(wrong, 0);
}

/* Between kanji each is found for what it is alone, and at its place; what is cut off is not UTF-8 where it begins. */
static void test_among_kanji(void)
{
	size_t wrong = 0;

	for (uint32_t code = 0; code < 0x110000; code++) {
		uint8_t bytes[3 + 4 + 3] = "\xe6\x97\xa5"; /* 日 */
		size_t len = encode(code, bytes + 3);
		enum text_fault alone = text_check(bytes_of(bytes + 3, len), NULL);
		size_t offset = 3;

		memcpy(bytes + 3 + len, "\xe6\x9c\xac", 3); /* 本 */
		wrong += text_check(bytes_of(bytes, 3 + len + 3), &offset) != alone || offset != 3;
		for (size_t cut = 1; cut < len; cut++)
			wrong += text_check(bytes_of(bytes, 3 + cut), &offset) != TEXT_BAD_UTF8 || offset != 3;
	}
	check_uint(wrong, 0);
}

/* Every run of two bytes: accepted exactly if it is two ASCII characters or one of U+0080 to U+07FF. */
static void test_every_pair(void)
{
	size_t accepted = 0;

	for (unsigned pair = 0; pair < 0x10000; pair++) {
		uint8_t bytes[2] = { (uint8_t)(pair >> 8), (uint8_t)pair };

		accepted += text_check(bytes_of(bytes, 2), NULL) != TEXT_BAD_UTF8;
	}
	/* The ASCII pairs without the 127 that begin well but with a NUL are found as NUL, not as bad: all 128 * 128 count.  With a
	 * control first, the second byte is not looked at. */
	check_uint(accepted, 128 * 128 + (0x800 - 0x80) + 30 * 128);
}

static void test_decode_bounds(void)
{
	uint32_t code = 5;

	check_uint(text_decode(bytes_of(NULL, 0), &code), 0);
	check_uint(text_decode(bytes_of("\xe3\x81\x82", 2), &code), 0);
	check_uint(code, 5);
	check_uint(text_decode(bytes_of("\xe3\x81\x82x", 4), &code), 3);
	check_uint(code, 0x3042);
}

static void test_fault_texts(void)
{
	for (int i = TEXT_OK; i <= TEXT_NONCHARACTER; i++)
		for (int k = i + 1; k <= TEXT_NONCHARACTER; k++)
			check(strcmp(text_fault_text((enum text_fault)i), text_fault_text((enum text_fault)k)) != 0);
	check(strlen(text_fault_text((enum text_fault)99)) > 0);
}

static void test_labels(void)
{
	static const char *const good[] = { "a", "0", "chiba", "hanamigawa-jiritsu", "x--y", "1-2-3",
		"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk" };
	static const char *const bad[] = { "", "-", "-a", "a-", "A", "a b", "a.b", "a_b", "a@b", "千葉", "a\n",
		"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijkl" };

	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		unit_context("%s", good[i]);
		check(text_is_label(bytes_of_text(good[i])));
	}
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		unit_context("%s", bad[i]);
		check(!text_is_label(bytes_of_text(bad[i])));
	}
	check(!text_is_label(bytes_of("a\0b", 3)));
}

static void test_addresses(void)
{
	static const char *const bad[] = { "", "@", "a@", "@b", "a", "a@b@c", "a@@b", "A@b", "a@b ", "a@-b", "a b@c" };
	struct bytes agency = bytes_of_text("before");
	struct bytes site = bytes_of_text("before");

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		unit_context("%s", bad[i]);
		check(!text_split_address(bytes_of_text(bad[i]), &agency, &site));
		check_bytes(agency, bytes_of_text("before"));
		check_bytes(site, bytes_of_text("before"));
	}
	check(!text_split_address(bytes_of(NULL, 0), &agency, &site));
	check(text_split_address(bytes_of_text("wakaba-youth@chiba-city"), &agency, &site));
	check_bytes(agency, bytes_of_text("wakaba-youth"));
	check_bytes(site, bytes_of_text("chiba-city"));
}

static void test_hex(void)
{
	static const uint8_t bytes[] = { 0x00, 0x0f, 0xf0, 0xab, 0xff };
	uint8_t back[5];
	char text[11];

	text_hex(bytes_of(bytes, 5), text);
	check_text(text, "000ff0abff");
	check(text_unhex("000FF0abFF", back, 5));
	check_bytes(bytes_of(back, 5), bytes_of(bytes, 5));
	text_hex(bytes_of(NULL, 0), text);
	check_text(text, "");
	check(text_unhex("", back, 0));
}

static void test_unhex_refuses(void)
{
	static const char *const bad[] = { "", "0", "00", "000", "00000", "0g00", "g000", "00 0", "0x00", "-000", "00\xff\xff" };
	uint8_t back[2];

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		unit_context("%s", bad[i]);
		check(!text_unhex(bad[i], back, 2));
	}
	check(!text_unhex("00", back, 0));
}

/* RFC 4648, section 10. */
static void test_base64(void)
{
	static const struct {
		const char *plain, *text;
	} rows[] = {
		{ "", "" }, { "f", "Zg==" }, { "fo", "Zm8=" }, { "foo", "Zm9v" }, { "foob", "Zm9vYg==" }, { "fooba", "Zm9vYmE=" },
		{ "foobar", "Zm9vYmFy" }, { "\xfb\xff\xfe", "+//+" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char text[16];
		uint8_t back[8];
		size_t len = 0;

		text_base64(bytes_of_text(rows[i].plain), text);
		check_text(text, rows[i].text);
		check_ok(text_unbase64(bytes_of_text(rows[i].text), back, sizeof back, &len));
		check_bytes(bytes_of(back, len), bytes_of_text(rows[i].plain));
	}
}

static void test_unbase64_refuses(void)
{
	static const char *const bad[] = {
		"Z", "Zg", "Zg=", "Zg===", "====", "=", "Z===", "Zh==", "Zm9=", "Zm8=Zm8=", "Zg==Zm9v", "Zm 9", "Zm9\n", "Zm9v\n",
		"Zm-_", "Zm9v====", "Z=g=", "=Zg=", "Zm\xe3\x81",
	};
	uint8_t back[16];
	size_t len = 77;

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		unit_context("%s", bad[i]);
		check_err(text_unbase64(bytes_of_text(bad[i]), back, sizeof back, &len), ERR_FORMAT);
		check_uint(len, 77);
	}
	check_err(text_unbase64(bytes_of("Zm\0v", 4), back, sizeof back, &len), ERR_FORMAT);
}

static void test_unbase64_room(void)
{
	uint8_t back[4] = { 0, 0, 0, 0xee };
	size_t len = 77;

	check_err(text_unbase64(bytes_of_text("Zm9v"), back, 2, &len), ERR_TOO_LARGE);
	check_err(text_unbase64(bytes_of_text("Zm8="), back, 1, &len), ERR_TOO_LARGE);
	check_uint(len, 77);
	check_ok(text_unbase64(bytes_of_text("Zm9v"), back, 3, &len));
	check_uint(len, 3);
	check_uint(back[3], 0xee);
	check_ok(text_unbase64(bytes_of(NULL, 0), NULL, 0, &len));
	check_uint(len, 0);
}

static void test_random(void)
{
	for (int i = 0; i < 300; i++) {
		uint8_t bytes[100], back[100];
		char text[201];
		size_t len = (size_t)unit_random_below(sizeof bytes + 1);
		size_t got = 0;

		unit_random_bytes(bytes, len);
		text_base64(bytes_of(bytes, len), text);
		check_uint(strlen(text), (len + 2) / 3 * 4);
		check_ok(text_unbase64(bytes_of_text(text), back, sizeof back, &got));
		check_bytes(bytes_of(back, got), bytes_of(bytes, len));
		text_hex(bytes_of(bytes, len), text);
		check(text_unhex(text, back, len));
		check_bytes(bytes_of(back, len), bytes_of(bytes, len));
	}
}

UNIT_SUITE("base/text",
	{ "text that may stand", test_good },
	{ "what is not UTF-8", test_bad_utf8 },
	{ "overlong forms", test_overlong },
	{ "surrogates and above U+10FFFF", test_surrogates },
	{ "gaiji: private use", test_private_use },
	{ "noncharacters", test_noncharacters },
	{ "controls", test_controls },
	{ "every code point decodes to itself", test_every_code_point },
	{ "every code point among kanji", test_among_kanji },
	{ "every pair of bytes", test_every_pair },
	{ "decoding reads no further than it may", test_decode_bounds },
	{ "every fault has its own text", test_fault_texts },
	{ "labels", test_labels },
	{ "addresses", test_addresses },
	{ "hexadecimal", test_hex },
	{ "what is no hexadecimal", test_unhex_refuses },
	{ "base64, by RFC 4648's own examples", test_base64 },
	{ "what is no strict base64", test_unbase64_refuses },
	{ "base64 keeps to its room", test_unbase64_room },
	{ "random bytes come back", test_random });
