/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/disclosure_page.h"

#include <string.h>

#include "tsunagi/happening_words.h"
#include "tsunagi/html.h"
#include "tsunagi/json_row.h"
#include "tsunagi/records.h"

#define CELL 1200
#define TEXT_BYTES 4096u

/* Rows break over pages, headings come again on each: a report may be long, and nothing of it may be cut off. */
static const char style[] =
	"@page{size:A4 portrait;margin:12mm 11mm 14mm;@bottom-right{content:counter(page) \" / \" counter(pages);font-size:7pt;color:#444}"
	"@bottom-left{content:\"提供の記録の報告 取扱注意(個人情報)\";font-size:7pt;color:#444}}"
	"*{box-sizing:border-box}html{font-family:\"Noto Sans CJK JP\",\"IPAexGothic\",\"Yu Gothic\",\"Hiragino Sans\",\"MS PGothic\",sans-serif;color:#000;"
	"background:#fff;-webkit-print-color-adjust:exact;print-color-adjust:exact}"
	"body{margin:0 auto;max-width:187.4mm;font-size:8.4pt;line-height:1.4}"
	"h1{font-size:15pt;letter-spacing:.2em;margin:0 0 2mm;text-align:center}h2{font-size:10.5pt;margin:4mm 0 1mm;border-left:1.5mm solid #000;padding-left:2mm}"
	"p{margin:.6mm 0}table{width:100%;border-collapse:collapse;table-layout:fixed}thead{display:table-header-group}tr{break-inside:avoid}"
	"th,td{border:.2mm solid #333;padding:.5mm 1.1mm;vertical-align:top;text-align:left;overflow-wrap:anywhere}th{background:#eee;font-weight:500}"
	"table.head th{width:30mm}.t{width:25mm}.a{width:30mm}.w{width:36mm}.n{width:13mm;text-align:right}.c{width:23mm;white-space:nowrap}td.n{text-align:right}small{display:block;font-size:.88em;color:#222}";

/* An agency by its name, where the report knows it, over its address. */
static void put_agency(const json_t *names, const char *address, struct buf *out)
{
	const char *name = json_row_text(names, address);

	buf_put_text(out, "<td>");
	html_put(out, *name == '\0' ? address : name);
	if (*name != '\0')
		html_put_in(out, "small", "", address);
	buf_put_text(out, "</td>");
}

static void put_head_row(const char *name, const char *text, struct buf *out)
{
	buf_put_text(out, "<tr>");
	html_put_in(out, "th", "", name);
	html_put_in(out, "td", "", text);
	buf_put_text(out, "</tr>\n");
}

static void put_case(const json_t *disclosure, const char *made, struct buf *out)
{
	const json_t *shown = json_object_get(disclosure, "case"), *person = json_object_get(disclosure, "person");
	char members[4096];

	records_words_in("", json_object_get(shown, "members"), LANGUAGE_JA, members, sizeof members);
	buf_put_text(out, "<h1>提供の記録の報告</h1>\n<table class=head>\n");
	if (person != NULL)
		put_head_row("本人", json_row_text(person, "name"), out);
	put_head_row("ケース", json_row_text(shown, "case_id"), out);
	buf_put_text(out, "<tr><th>担当機関</th>");
	put_agency(json_object_get(disclosure, "names"), json_row_text(shown, "owner"), out);
	buf_put_text(out, "</tr>\n");
	put_head_row("参加機関", members, out);
	put_head_row("保護の対象", json_is_true(json_object_get(shown, "protected")) ? "はい" : "いいえ", out);
	put_head_row("作成", made, out);
	buf_put_text(out, "</table>\n<p>このケースについて、どの機関がどの機関へ、いつ、どのような情報を、何に基づいて提供したかを、拠点の台帳から示します。"
			  "台帳は封筒の情報だけを保存し、本文の内容は含みません。</p>\n");
}

/* 2026-11-28T19:05:12+09:00 as a date and a time, which break between them. */
static void put_time(const json_t *row, const char *name, struct buf *out)
{
	char time[DISPLAY_TIME];

	json_row_time(row, name, time);
	if (strlen(time) < 19) /* none, or what is no time */
		buf_put_text(out, "-");
	else
		buf_printf(out, "%.10s %.8s", time, time + 11);
}

static void put_basis(const json_t *basis, struct buf *out)
{
	const char *law = json_row_text(basis, "law"), *reason = json_row_text(basis, "reason"), *consent = json_row_text(basis, "consent_id");

	html_put(out, records_word_in("basis.basis", json_row_text(basis, "basis"), LANGUAGE_JA));
	if (*law != '\0')
		html_put_in(out, "small", "", records_word_in("basis.law", law, LANGUAGE_JA));
	if (*reason != '\0')
		html_put_in(out, "small", "", reason);
	if (*consent != '\0')
		html_put_in(out, "small", "", consent);
}

static void put_provision(const json_t *names, const json_t *row, struct buf *out)
{
	char classes[CELL];

	records_words_in("text_classes", json_object_get(row, "classes"), LANGUAGE_JA, classes, sizeof classes);
	buf_put_text(out, "<tr><td>");
	put_time(row, "at", out);
	buf_put_text(out, "<small>受領 ");
	put_time(row, "acknowledged_at", out);
	buf_put_text(out, "</small></td>");
	put_agency(names, json_row_text(row, "from"), out);
	put_agency(names, json_row_text(row, "to"), out);
	buf_put_text(out, "<td>");
	html_put(out, classes);
	if (json_is_true(json_object_get(row, "released")))
		buf_put_text(out, "<small>受諾後に開示</small>");
	if (json_array_size(json_object_get(row, "blocked")) > 0)
		buf_put_text(out, "<small>同意がなくなり一部を停止</small>");
	buf_put_text(out, "</td><td>");
	put_basis(json_object_get(row, "basis"), out);
	buf_put_text(out, "</td>");
	html_put_in(out, "td", " class=c", json_row_text(row, "code"));
	buf_put_text(out, "</tr>\n");
}

static void put_provisions(const json_t *names, const json_t *list, struct buf *out)
{
	json_t *row;
	size_t index;

	buf_put_text(out, "<h2>1 提供した情報</h2>\n");
	if (json_array_size(list) == 0) {
		buf_put_text(out, "<p>提供したものはありません。</p>\n");
		return;
	}
	buf_put_text(out, "<table><thead><tr><th class=t>提供日時</th><th class=a>提供元</th><th class=a>提供先</th><th>情報の項目</th><th class=w>根拠</th><th class=c>番号</th></tr>"
			  "</thead><tbody>\n");
	json_array_foreach(list, index, row)
		put_provision(names, row, out);
	buf_put_text(out, "</tbody></table>\n");
}

static void put_text(const json_t *row, void (*put)(const json_t *row, enum language language, struct buf *out), struct buf *out)
{
	struct buf text;

	buf_init(&text, TEXT_BYTES);
	put(row, LANGUAGE_JA, &text);
	html_put_in(out, "td", "", buf_text(&text) == NULL ? "" : buf_text(&text));
	buf_free(&text);
}

static void put_happening(const json_t *names, const json_t *row, struct buf *out)
{
	const char *by = json_row_text(row, "by"), *login = json_row_text(row, "operator");

	buf_put_text(out, "<tr><td>");
	put_time(row, "at", out);
	buf_put_text(out, "</td>");
	put_agency(names, *by != '\0' ? by : *login != '\0' ? login : happening_is_operators(row) ? "(運用担当)" : "(拠点)", out);
	put_agency(names, json_row_text(row, "to"), out);
	put_text(row, happening_put_what, out);
	put_text(row, happening_put_then, out);
	buf_printf(out, "<td class=n>%" JSON_INTEGER_FORMAT "</td></tr>\n", json_integer_value(json_object_get(row, "seq")));
}

static void put_happenings(const json_t *names, const json_t *list, struct buf *out)
{
	json_t *row;
	size_t index;

	buf_put_text(out, "<h2>2 経過(依頼・受領・差し戻し・停止・撤回・廃棄・消去・照会)</h2>\n<table><thead><tr><th class=t>日時</th><th class=a>だれが</th>"
			  "<th class=a>相手</th><th class=w>できごと</th><th>その後</th><th class=n>記録</th></tr></thead><tbody>\n");
	json_array_foreach(list, index, row)
		put_happening(names, row, out);
	buf_put_text(out, "</tbody></table>\n");
}

void disclosure_page_put(const json_t *disclosure, const char *made, struct buf *out)
{
	buf_printf(out, "<!DOCTYPE html>\n<html lang=ja><head><meta charset=utf-8><meta http-equiv=Content-Security-Policy content=\"default-src 'none'; "
			"style-src 'unsafe-inline'\"><meta name=referrer content=no-referrer><title>提供の記録の報告</title><style>%s</style></head>\n<body>\n", style);
	put_case(disclosure, made, out);
	put_provisions(json_object_get(disclosure, "names"), json_object_get(disclosure, "provisions"), out);
	put_happenings(json_object_get(disclosure, "names"), json_object_get(disclosure, "happenings"), out);
	buf_put_text(out, "</body></html>\n");
}
