/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/sheet_page.h"

#include <stdio.h>
#include <string.h>

#include "content.pb-c.h"
#include "envelope.pb-c.h"
#include "tsunagi/field_labels.h"
#include "tsunagi/html.h"
#include "tsunagi/json_row.h"
#include "tsunagi/reply_slip.h"
#include "tsunagi/sheet_body.h"
#include "tsunagi/sheet_style.h"
#include "tsunagi/sheet_words.h"

/* Columns of text from which on the page is set smaller; measured on the sample network's sheets. */
#define FULL 2300
#define FULLER 3000

static const char *density(const json_t *sheet)
{
	/* rows of people and named facts take a line each, however short */
	size_t rows = json_array_size(json_object_get(sheet, "household")) + json_object_size(json_object_get(sheet, "facts")) +
		      2 * json_object_size(json_object_get(sheet, "outreach"));
	size_t columns = sheet_fullness(sheet) + 60 * rows;

	return columns > FULLER ? " class=fuller" : columns > FULL ? " class=full" : "";
}

/* The number on every page, for those that part from the first.  It stands inside the style: nothing but a code's own characters may. */
static void put_footer(const char *code, struct buf *out)
{
	if (*code != '\0' && code[strspn(code, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-")] == '\0')
		buf_printf(out, "@page{@bottom-center{content:\"番号 %s\";font-size:7pt;color:#444}}", code);
}

static void put_document_head(const json_t *request, const char *class, struct buf *out)
{
	buf_put_text(out, "<!DOCTYPE html>\n<html lang=ja><head><meta charset=utf-8>"
			  "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; style-src 'unsafe-inline'\">"
			  "<meta name=referrer content=no-referrer><title>つなぎシート ");
	html_put(out, sheet_code(request)); /* titles show in print queues: no name */
	buf_printf(out, "</title><style>%s", sheet_style);
	put_footer(sheet_code(request), out);
	buf_printf(out, "</style></head>\n<body%s>\n", class);
}

static void put_title(const json_t *request, struct buf *out)
{
	const char *code = sheet_code(request);

	buf_put_text(out, "<header><h1>つなぎシート</h1>");
	if (strcmp(json_row_text(request, "urgency"), "DANGER") == 0)
		buf_put_text(out, "<span class=danger>命の危険:電話でも連絡(110・119)</span>");
	buf_put_text(out, "<p>番号 ");
	html_put_in(out, "b", "", *code == '\0' ? "(未送信)" : code);
	if (*code != '\0') {
		buf_put_text(out, "<br><span class=id>");
		html_put(out, json_row_text(request, "message_id"));
		buf_put_text(out, "</span>");
	}
	buf_put_text(out, "</p></header>\n");
}

static void put_agencies(const json_t *request, struct buf *out)
{
	const json_t *list = json_object_get(request, "to");
	json_t *agency;
	size_t index;

	json_array_foreach(list, index, agency) {
		html_put(out, index == 0 ? "" : "、");
		html_put(out, json_is_string(agency) ? json_string_value(agency) : "");
	}
	if (list == NULL)
		html_put(out, json_row_text(request, "recipient"));
}

static void put_basis(const json_t *basis, struct buf *out)
{
	const char *law = sheet_word(basis, "law", &pb__law__descriptor);

	html_put(out, sheet_word(basis, "basis", &pb__basis__descriptor));
	if (*law != '\0')
		html_put(out, " ");
	html_put(out, law);
	if (*json_row_text(basis, "reason") != '\0')
		html_put(out, " ");
	html_put(out, json_row_text(basis, "reason"));
}

/* A word of the envelope, under its label. */
static void put_word(const json_t *request, const char *field, const ProtobufCEnumDescriptor *list, struct buf *out)
{
	html_put_in(out, "th", " class=k", field_label(&pb__view__descriptor, field));
	html_put_in(out, "td", "", sheet_word(request, field, list));
}

static void put_optional_row(const json_t *request, const char *name, const char *field, struct buf *out)
{
	if (*json_row_text(request, name) == '\0')
		return;
	buf_put_text(out, "<tr>");
	html_put_in(out, "th", " class=k", field_label(&pb__view__descriptor, field));
	html_put_in(out, "td", " colspan=5", json_row_text(request, name));
	buf_put_text(out, "</tr>");
}

static void put_envelope(const json_t *request, struct buf *out)
{
	const char *case_name = *json_row_text(request, "case") == '\0' ? "case_id" : "case";

	buf_put_text(out, "<table><tr>");
	put_word(request, "ask", &pb__ask__descriptor, out);
	put_word(request, "urgency", &pb__urgency__descriptor, out);
	put_word(request, "take", &pb__take__descriptor, out);
	buf_put_text(out, "</tr><tr><th class=k>宛先</th><td colspan=5>");
	put_agencies(request, out);
	if (*json_row_text(request, "sender") != '\0') {
		buf_put_text(out, " (差出 ");
		html_put(out, json_row_text(request, "sender"));
		buf_put_text(out, ")");
	}
	if (json_is_true(json_object_get(request, "co_support")))
		html_put(out, " (依頼元も支援を続けます)");
	buf_put_text(out, "</td></tr><tr><th class=k>共有の根拠</th><td colspan=5>");
	put_basis(json_object_get(request, "basis"), out);
	buf_put_text(out, "</td></tr>");
	put_optional_row(request, "respond_by", "respond_by", out);
	put_optional_row(request, case_name, "case_id", out);
	buf_put_text(out, "</table>\n");
}

void sheet_page_put(const json_t *request, struct buf *out)
{
	const json_t *sheet = json_object_get(request, "sheet");

	put_document_head(request, density(sheet), out);
	put_title(request, out);
	put_envelope(request, out);
	if (sheet == NULL)
		buf_put_text(out, "<p>本文は、受けると返事をした後に開示されます。</p>\n");
	else
		sheet_body_put(sheet, json_object_get(request, "attach"), out);
	reply_slip_put(request, out);
	buf_put_text(out, "\n</body></html>\n");
}

void sheet_page_put_nameless(const json_t *request, struct buf *out)
{
	char time[DISPLAY_TIME];

	json_row_time(request, "accepted_at", time);
	buf_put_text(out, "つなぎ:依頼が届きました\n\n");
	buf_printf(out, "  番号    %s\n", sheet_code(request));
	buf_printf(out, "  緊急度  %s\n", sheet_word(request, "urgency", &pb__urgency__descriptor));
	buf_printf(out, "  内容    %s\n", sheet_word(request, "ask", &pb__ask__descriptor));
	buf_printf(out, "  差出    %s\n", json_row_text(request, "sender"));
	buf_printf(out, "  受付    %s\n\n", time);
	buf_put_text(out, "共有フォルダーのシートを開いて確認してください。この紙に個人の名前は載りません。\n");
}
