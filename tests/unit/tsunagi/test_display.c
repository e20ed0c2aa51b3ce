/* SPDX-License-Identifier: Apache-2.0 */
#include <locale.h>
#include <string.h>

#include "base/text.h"
#include "tsunagi/display.h"
#include "tsunagi/words.h"
#include "unit.h"

static void utf8(void)
{
	require(setlocale(LC_CTYPE, "C.UTF-8") != NULL);
}

static void test_width(void)
{
	utf8();
	check_uint(display_width(""), 0);
	check_uint(display_width("abc"), 3);
	check_uint(display_width("花見川"), 6);
	check_uint(display_width("Linkセンター"), 12);
	check_uint(display_width("葛\xf3\xa0\x84\x80城"), 4);  /* a variation selector takes no room */
	check_uint(display_width("か\xe3\x82\x99"), 2);        /* combining voiced mark */
	check_uint(display_width("a\x1b[31mb"), 7);            /* an escape counts as the space it becomes */
	check_uint(display_width("\xff\xfe"), 2);
}

static void test_clean(void)
{
	static const struct {
		const char *from;
		const char *to;
	} rows[] = {
		{ "plain", "plain" },
		{ "渡邉 髙𣘺", "渡邉 髙𣘺" },
		{ "a\nb\tc", "a b c" },
		{ "\x1b]0;title\x07x", " ]0;title x" },
		{ "\xc2\x9b" "31m", " 31m" },          /* C1: the one-byte form of an escape */
		{ "a\xe2\x80\xae" "b", "a b" },        /* right-to-left override */
		{ "\xff" "a\xc3", "?a?" },
	};
	char to[64];

	utf8();
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		display_clean(rows[i].from, to, sizeof to);
		check_text(to, rows[i].to);
	}
}

static void test_clean_is_bounded(void)
{
	char to[8];

	utf8();
	display_clean("abcdefg", to, sizeof to);
	check_text(to, "abcdefg");
	display_clean("abcdefgh", to, sizeof to);
	check_text(to, "abcd…");
	display_clean("花見川区", to, sizeof to);
	check_text(to, "花…");
}

/* Whatever comes in, what goes out is clean UTF-8 within its room. */
static void test_any_bytes(void)
{
	char from[200];
	char to[64];

	utf8();
	for (int round = 0; round < 2000; round++) {
		size_t length = unit_random_below(sizeof from - 1);
		size_t room = 8 + unit_random_below(sizeof to - 7);

		unit_random_bytes((uint8_t *)from, length);
		from[length] = '\0';
		display_clean(from, to, room);
		if (!check(strlen(to) < room) || !check(text_check(bytes_of_text(to), NULL) != TEXT_BAD_UTF8) || !check(strpbrk(to, "\x1b\n\r\a") == NULL))
			return;
	}
}

static void test_time(void)
{
	char to[DISPLAY_TIME];

	display_time(0, to);
	check_text(to, "-");
	display_time(INT64_C(1795344612345000), to);
	check_text(to, "2026-11-22T19:50:12+09:00");
}

static void test_duration(void)
{
	static const struct {
		int64_t us;
		const char *english;
		const char *japanese;
	} rows[] = {
		{ 0, "0 s", "0 秒" },
		{ -5, "0 s", "0 秒" },
		{ 59999999, "59 s", "59 秒" },
		{ 185000000, "3 min 5 s", "3 分 5 秒" },
		{ 7260000000, "2 h 1 min", "2 時間 1 分" },
		{ 180000000000, "2 d 2 h", "2 日 2 時間" },
	};
	char to[40];

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		words_start(LANGUAGE_EN);
		display_duration(rows[i].us, to, sizeof to);
		check_text(to, rows[i].english);
		words_start(LANGUAGE_JA);
		display_duration(rows[i].us, to, sizeof to);
		check_text(to, rows[i].japanese);
	}
	words_start(LANGUAGE_EN);
}

static void test_numbers(void)
{
	char to[32];

	display_count(0, to);
	check_text(to, "0");
	display_count(999, to);
	check_text(to, "999");
	display_count(1234567, to);
	check_text(to, "1,234,567");
	display_count(UINT64_MAX, to);
	check_text(to, "18,446,744,073,709,551,615");
	display_bytes(0, to);
	check_text(to, "0 B");
	display_bytes(1023, to);
	check_text(to, "1023 B");
	display_bytes(1536, to);
	check_text(to, "1.5 KiB");
	display_bytes(UINT64_C(64) << 30, to);
	check_text(to, "64.0 GiB");
	display_bytes(UINT64_MAX, to);
	check_text(to, "16.0 EiB");
}

UNIT_SUITE("tsunagi/display",
	{ "full-width characters take two columns", test_width },
	{ "control characters lose their power", test_clean },
	{ "cleaning stays within its room, at a character", test_clean_is_bounded },
	{ "any bytes come out clean", test_any_bytes },
	{ "times carry their offset", test_time },
	{ "durations in two languages", test_duration },
	{ "counts and sizes", test_numbers });
