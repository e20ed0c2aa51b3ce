/* SPDX-License-Identifier: Apache-2.0 */
/* config/fault_texts.c - see fault_texts.h for the contract. */
#include "config/fault_texts.h"

#include <string.h>

static const struct fault_text rows[] = {
	/* files */
	{ "there are further problems", "ほかにも問題があります" },
	{ "cannot be read", "読めません" },
	{ "cannot be read: %s", "読めません:%s" },
	{ "not YAML: %s at byte %zu", "YAML ではありません:%s(%zu バイト目)" },
	{ "not YAML: %s%s%s", "YAML ではありません:%s%s%s" },
	{ "a second document; the file must hold one", "文書が二つあります。一つのファイルには一つだけ書けます" },
	{ "the file must hold one mapping, such as \"site: chiba-city\"", "「site: chiba-city」のような項目の並びを一つ書いてください" },
	{ "a key must be plain text", "項目名は文字で書いてください" },
	{ "more than %d keys in one mapping", "一つの並びに書ける項目は %d 個までです" },
	{ "more than %u bytes in memory", "大きすぎます。メモリー上で %u バイトまでです" },
	{ "needs a mapping of fields", "「項目: 値」の並びが必要です" },
	{ "%s is given twice; first in line %u", "%s が二度あります(最初は %u 行目)" },
	{ "%s: %s is given twice", "%s: %s が二度あります" },
	{ "%s: %zu bytes; at most %u", "%s: %zu バイトあります。%u バイトまでです" },
	{ "%s: \"%s\" is no whole number", "%s:「%s」は整数ではありません" },
	{ "%s: \"%s\" is not in the list", "%s:「%s」は一覧にない語です" },
	{ "%s: \"%s\"; it is %s", "%s:「%s」は使えません。%s のいずれかです" },
	{ "%s: an empty word", "%s: 空の語があります" },
	{ "%s: cannot be given in a file", "%s: ファイルには書けません" },
	{ "%s: needs a list of at most %zu", "%s: %zu 個までの一覧が必要です" },
	{ "%s: needs a text", "%s: 文字が必要です" },
	{ "%s: needs a value", "%s: 値が必要です" },
	{ "%s: needs true or false", "%s: true か false が必要です" },
	{ "%s: there is no such field", "%s: そのような項目はありません" },
	{ "%s: there is no such option", "%s: そのような設定はありません" },

	/* the directory */
	{ "%s: there is no agency \"%s\"", "%s: 機関「%s」はありません" },
	{ "%s: %s cannot be its own", "%s: %s は自分自身を指定できません" },
	{ "%s: a confidential agency has none", "%s: 秘匿機関には書けません" },
	{ "agencies: there is none", "agencies: 機関が一つもありません" },
	{ "care_office_number: \"%s\" is not 10 digits with the right check digit", "care_office_number:「%s」は検査数字の合う 10 桁ではありません" },
	{ "corporate_number: \"%s\" is not 13 digits with the right check digit", "corporate_number:「%s」は検査数字の合う 13 桁ではありません" },
	{ "confirmed_on: \"%s\" is no date, YYYY-MM-DD", "confirmed_on:「%s」は日付(YYYY-MM-DD)ではありません" },
	{ "coordinator: %s is confidential", "coordinator: %s は秘匿機関です" },
	{ "coordinator: missing; who hears when %s stays silent?", "coordinator: ありません。%s が応答しないとき、どの機関に知らせますか" },
	{ "coordinator: that of a confidential agency is its proxy, %s", "coordinator: 秘匿機関の取りまとめは代理機関 %s です" },
	{ "hours: always and spans exclude each other", "hours: always と spans は両方は書けません" },
	{ "hours: closes at %s, not after it opens at %s", "hours: 閉まる時刻 %s が、開く時刻 %s より後ではありません" },
	{ "hours: days are 1 (Monday) to 7 (Sunday), ascending, each once", "hours: 曜日は 1(月)から 7(日)を、小さい順に一度ずつ書いてください" },
	{ "hours: more than %u spans on one day", "hours: 一日に書ける時間帯は %u 個までです" },
	{ "hours: opens and closes are HH:MM, in quotes", "hours: 時刻は \"09:00\" のように引用符で囲んでください" },
	{ "id: %s is given twice; also in line %u", "id: %s が二度あります(%u 行目にもあります)" },
	{ "id: \"%s\" is no label (1 to 63 of a-z, 0-9 and inner hyphens)", "id:「%s」は使えません(a-z、0-9、途中のハイフンで 1~63 文字)" },
	{ "services: id \"%s\" is no label (1 to 63 of a-z, 0-9 and inner hyphens)", "services: id「%s」は使えません(a-z、0-9、途中のハイフンで 1~63 文字)" },
	{ "services: %s is given twice", "services: %s が二度あります" },
	{ "kinds: one is given twice", "kinds: 同じものが二度あります" },
	{ "names: %s has no name in Japanese (ja)", "names: %s に日本語の名前(ja)がありません" },
	{ "names: the site has no name in Japanese (ja)", "names: 拠点に日本語の名前(ja)がありません" },
	{ "proxy: %s is confidential itself", "proxy: %s 自身が秘匿機関です" },
	{ "proxy: missing; a confidential agency is reached through one", "proxy: ありません。秘匿機関には代理機関が必要です" },
	{ "proxy: only a confidential agency has one", "proxy: 秘匿機関だけに書けます" },
	{ "local_government_code: \"%s\" is not six digits with the right check digit", "local_government_code:「%s」は検査数字の合う 6 桁ではありません" },
	{ "zone: \"%s\" is no IANA name such as Asia/Tokyo", "zone:「%s」は Asia/Tokyo のような時間帯名ではありません" },

	/* options */
	{ "local_government_code: missing; six digits, such as \"121002\"", "local_government_code: ありません。\"121002\" のような 6 桁です" },
	{ "site: missing; the site's DNS label, such as chiba-city", "site: ありません。chiba-city のような拠点の名前です" },
	{ "site: \"%s\" is no DNS label (1 to 63 of a-z, 0-9 and inner hyphens)", "site:「%s」は使えません(a-z、0-9、途中のハイフンで 1~63 文字)" },
	{ "log_level: \"%s\"; it is one of debug, info, warn, error", "log_level:「%s」は使えません。debug、info、warn、error のいずれかです" },

	/* a home */
	{ "the site's name must be a label: 1 to 63 of a-z, 0-9, inner hyphens", "拠点の名前は a-z、0-9、途中のハイフンで 1~63 文字です" },
	{ "the code must be six digits with the right check digit", "全国地方公共団体コードは検査数字の合う 6 桁です" },
	{ "too many endpoints", "接続先が多すぎます" },
	{ "there is a site here already", "ここにはすでに拠点があります" },
	{ "it is there already: an earlier start was interrupted; remove keys/ and start again",
	  "すでにあります。前回の作成が途中で止まっています。keys/ を消してやり直してください" },
	{ "it must belong to the daemon's user alone: chmod 0700", "デーモンの利用者だけのものにしてください(chmod 0700)" },
	{ "a key must belong to the daemon's user alone: chmod 0600", "鍵はデーモンの利用者だけのものにしてください(chmod 0600)" },
	{ "it does not hold such a key", "鍵が入っていません" },
	{ "it is not the certificate of site.key", "site.key の証明書ではありません" },
};

const char *fault_text(const char *en, enum language language)
{
	for (size_t i = 0; language == LANGUAGE_JA && i < sizeof rows / sizeof *rows; i++)
		if (strcmp(rows[i].en, en) == 0)
			return rows[i].ja;
	return en;
}

const struct fault_text *fault_texts(size_t *ret_count)
{
	*ret_count = sizeof rows / sizeof *rows;
	return rows;
}
