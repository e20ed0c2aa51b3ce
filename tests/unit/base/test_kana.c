/* SPDX-License-Identifier: Apache-2.0 */
/* Names as they sound: which writings are the same for a search, and which are not. */
#include "base/kana.h"

#include <string.h>

#include "unit.h"

static struct buf folded[2];

static const char *fold(size_t which, const char *text)
{
	buf_free(&folded[which]);
	buf_init(&folded[which], 4096);
	kana_fold(bytes_of_text(text), &folded[which]);
	return buf_text(&folded[which]);
}

static void test_same(void)
{
	static const char *const rows[][2] = {
		{ "たなか", "タナカ" },
		{ "たなか", "ﾀﾅｶ" },
		{ "やまだ たろう", "ﾔﾏﾀﾞﾀﾛｳ" },          /* a sound mark of its own */
		{ "かやま れん", "カヤマ　レン" },          /* an ideographic space */
		{ "ぱぴぷぺぽ", "ﾊﾟﾋﾟﾌﾟﾍﾟﾎﾟ" },
		{ "がぎぐげござじずぜぞだぢづでどばびぶべぼ", "ｶﾞｷﾞｸﾞｹﾞｺﾞｻﾞｼﾞｽﾞｾﾞｿﾞﾀﾞﾁﾞﾂﾞﾃﾞﾄﾞﾊﾞﾋﾞﾌﾞﾍﾞﾎﾞ" },
		{ "ゔぃおら", "ヴィオラ" },
		{ "ゔぃおら", "ｳﾞｨｵﾗ" },
		{ "が", "か\xe3\x82\x99" },                  /* combining, as some systems store it */
		{ "ぱ", "は\xe3\x82\x9a" },
		{ "らーめん", "ﾗｰﾒﾝ" },
		{ "じょんすみす", "ジョン・スミス" },
		{ "abc123", "ＡＢＣ１２３" },
		{ "しょうきゃっ", "ｼｮｳｷｬｯ" },
		{ "をん", "ｦﾝ" },
		{ "葛", "葛\xf3\xa0\x84\x80" },              /* which of its forms is meant says nothing of the name */
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		unit_context("row %zu", i);
		check_text(fold(0, rows[i][0]), fold(1, rows[i][1]));
	}
}

static void test_different(void)
{
	static const char *const rows[][2] = {
		{ "たなか", "たなが" }, { "はな", "ばな" }, { "ばな", "ぱな" }, { "きよう", "きょう" }, { "田中", "たなか" }, { "な\xe3\x82\x99", "な" }, { "お゜", "お" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		unit_context("row %zu", i);
		check(strcmp(fold(0, rows[i][0]), fold(1, rows[i][1])) != 0);
	}
}

/* Kanji, other scripts and what is no text at all stay as they are. */
static void test_untouched(void)
{
	check_text(fold(0, "髙橋 渡邉"), "髙橋渡邉");
	check_text(fold(0, "Müller"), "müller");
	check_text(fold(0, "𠮷野家"), "𠮷野家");
	check_text(fold(0, ""), "");
	check_text(fold(0, "a\xff\xe3\x81"), "a\xff\xe3\x81");
	check_text(fold(0, "\xe3\x81\xff"), "\xe3\x81\xff");
	check_text(fold(0, "\xe3\x82\x99"), "\xe3\x82\x99"); /* a mark with nothing before it */
}

static bool holds(const char *text, const char *sought)
{
	fold(0, text);
	fold(1, sought);
	return kana_holds(&folded[0], &folded[1]);
}

static void test_holds(void)
{
	check(holds("かやま れん", "ヤマ"));
	check(holds("かやま れん", "ﾏﾚ"));
	check(holds("かやま れん", ""));
	check(!holds("かやま れん", "れんか"));
	check(!holds("", "か"));
	check(holds("", ""));
	check(!holds("れ", "れん"));
}

/* Whatever bytes come: it ends, within its bound, and twice gives what once gives. */
static void test_anything(void)
{
	uint8_t bytes[64];

	for (int i = 0; i < 2000; i++) {
		struct buf once, twice;
		size_t len = (size_t)unit_random_below(sizeof bytes);

		unit_random_bytes(bytes, len);
		for (size_t at = 0; at + 2 < len && i % 2 == 0; at += 3) { /* half of them near kana */
			bytes[at] = 0xe3;
			bytes[at + 1] = (uint8_t)(0x81 + unit_random_below(3));
			bytes[at + 2] = (uint8_t)(0x80 + unit_random_below(64));
		}
		buf_init(&once, 256);
		buf_init(&twice, 256);
		kana_fold(bytes_of(bytes, len), &once);
		kana_fold(buf_bytes(&once), &twice);
		check_ok(once.err);
		check(once.len <= len);
		if (i % 2 == 0 && len % 3 == 0)
			check_bytes(buf_bytes(&twice), buf_bytes(&once));
		buf_free(&once);
		buf_free(&twice);
	}
}

UNIT_SUITE("base/kana",
	{ "the same", test_same },
	{ "different", test_different },
	{ "untouched", test_untouched },
	{ "holds", test_holds },
	{ "anything", test_anything });
