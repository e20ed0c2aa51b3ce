/* SPDX-License-Identifier: Apache-2.0 */
/* The table of what is kept for the law, for operators and for agencies. */
#include "tsunagi/commands.h"
#include "tsunagi/records.h"
#include "tsunagi/subcommands.h"

static const struct option_row review_options[] = {
	RECORDS_OPTIONS,
	{ "all", NULL, { "what was reviewed too", "点検済みのものも示す" } },
	{ NULL },
};

static const struct option_row review_done_options[] = {
	{ "note", "TEXT", { "what was found; stands in the ledger, so name no person", "点検の所見。台帳に残るので個人名は書かない" } },
	{ NULL },
};

#define ENCODING_ROW { "encoding", "E", { "utf-8 (with byte order mark, the default) or cp932", "utf-8(BOM 付き、既定)または cp932" } }
#define OUT_ROW { "out", "FILE", { "the file to write; else stdout", "書き出すファイル。なければ標準出力" } }

static const struct option_row provisions_options[] = {
	RECORDS_OPTIONS,
	RECORDS_RECEIVED,
	{ "csv", NULL, { "as the record that the law asks for, for office tools", "法令の記録簿として CSV で" } },
	ENCODING_ROW,
	OUT_ROW,
	{ NULL },
};

static const struct option_row disclosure_options[] = {
	RECORDS_RECEIVED,
	{ "print", NULL, { "as a page (HTML, A4) that any browser prints", "ブラウザーで印刷できるページ(HTML、A4)で" } },
	OUT_ROW,
	{ NULL },
};

static const struct option_row search_options[] = { RECORDS_RECEIVED, { NULL } };

const struct command commands_of_records[] = {
	{ "provisions", "", 0, 0, provisions_options, cmd_provisions,
	  { "the records of what was provided: when, from and to whom, what, on which basis", "提供の記録(いつ、どこからどこへ、何を、何に基づいて)を示す" },
	  { "APPI articles 29 and 30. With --as the person's name is added from this device's own copies, and never leaves it; the operator's\n"
	    "list has none, and the ledger records that it was asked.",
	    "個人情報保護法29条・30条の記録です。--as を付けると、この端末にある控えから本人の氏名が補われます(外には出ません)。\n"
	    "運用担当の一覧に氏名はなく、照会は台帳に残ります。" },
	  "tsunagi provisions --csv --since 2026-04-01 --received inbox --out record.csv --as link.bundle\ntsunagi provisions --json" },
	{ "disclosure", "CASE", 1, 1, disclosure_options, cmd_disclosure,
	  { "all that was provided about a case, to whom and why", "ケースについての提供のすべて(開示請求の報告)を示す" },
	  { "For the operator and for the agency that owns the case: hand-outs, acknowledgements, refusals, blocks, withdrawals, purges,\n"
	    "erasures, and which operators looked.",
	    "運用担当とケースの担当機関のための報告です。提供、受領、差し戻し、停止、撤回、廃棄、消去、運用担当の照会が載ります。" },
	  "tsunagi disclosure 01930a1b-2c3d-7e4f-8a5b-6c7d8e9f0a1b --print --out report.html --as link.bundle" },
	{ "search", "NAME", 1, 1, search_options, cmd_search,
	  { "finds what this device holds of a person, by name or kana", "氏名またはふりがなで、この端末にある控えを探す" },
	  { "Hiragana, katakana and half-width are the same here, and spaces do not count. Asks no broker.",
	    "ひらがな、カタカナ、半角の違いと空白は問いません。ブローカーには問い合わせません。" },
	  "tsunagi search たなか --received inbox --as link.bundle" },
	{ "review", "", 0, 0, review_options, cmd_review,
	  { "what was provided without the person's consent, danger to life, and what was handed over: to be looked at afterwards",
	    "同意によらない提供、命の危険での一斉連絡、閉鎖した機関の引き継ぎ(事後の点検の対象)を示す" },
	  { "Envelopes alone. The operator sees all of them, and the ledger records that it was asked; with --as an agency sees what it\n"
	    "sent and was handed, and nothing of what operators handed over.",
	    "封筒の情報だけです。運用担当にはすべてが示され、照会は台帳に残ります。--as を付けると、その機関が送ったものと\n"
	    "受け取ったものが示されます(運用担当による引き継ぎは示されません)。" },
	  "tsunagi review\ntsunagi review --since 2026-11-01 --all --json\ntsunagi review --as link.bundle" },
	{ "review done", "ID...", 1, 1000, review_done_options, cmd_review_done,
	  { "records that it was reviewed", "点検したことを記録する" },
	  { "ID is the entry's number, or the message's id or short code. Who said so and when stands in the ledger.",
	    "ID は記録の番号、または連絡の番号か短いコードです。だれがいつ点検したかが台帳に残ります。" },
	  "tsunagi review done 1042 --note \"police told at once; law and reason fit\"" },
	{ NULL },
};
