/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/desk_page.h"

#include <string.h>

#include "contract/json.h"
#include "contract/vocabulary_texts.h"
#include "envelope.pb-c.h"
#include "tsunagi/field_labels.h"
#include "tsunagi/html.h"
#include "tsunagi/json_row.h"
#include "tsunagi/message_form.h"
#include "tsunagi/sheet_page.h"
#include "tsunagi/sheet_style.h"
#include "tsunagi/sheet_words.h"

#define DEPTH 4 /* of what a content holds */

static const char *word_text(const ProtobufCEnumDescriptor *list, const char *word)
{
	int value = 0;
	const char *text = json_word_value(list, word, &value) ? vocabulary_text(list, value, LANGUAGE_JA) : NULL;

	return text != NULL ? text : word;
}

/* The site's own word, whatever its thread is. */
static bool is_notice(const json_t *delivery)
{
	return strcmp(json_row_text(delivery, "type"), "notice") == 0;
}

static const char *kind_text(const json_t *delivery)
{
	static const struct {
		const char *kind, *text;
	} rows[] = { { "REQUEST", "依頼" }, { "CONFERENCE", "会議" }, { "CONSENT", "同意" }, { "NOTE", "連絡" }, { "ANNOUNCEMENT", "お知らせ" } };

	for (size_t i = 0; !is_notice(delivery) && i < sizeof rows / sizeof *rows; i++)
		if (strcmp(json_row_text(delivery, "kind"), rows[i].kind) == 0)
			return rows[i].text;
	return is_notice(delivery) ? "通知" : "連絡";
}

bool desk_page_is_sheet(const json_t *delivery)
{
	return !is_notice(delivery) && strcmp(json_row_text(delivery, "kind"), "REQUEST") == 0 &&
	       (json_object_get(delivery, "sheet") != NULL || (json_object_get(delivery, "parts") != NULL && json_object_get(delivery, "leg_act") == NULL));
}

const char *desk_page_summary(const json_t *delivery)
{
	const json_t *leg = json_object_get(delivery, "leg_act"), *conference = json_object_get(delivery, "conference_act");

	if (leg != NULL && !desk_page_is_sheet(delivery))
		return word_text(&pb__leg_action__descriptor, json_row_text(leg, "action"));
	if (conference != NULL)
		return word_text(&pb__conference_action__descriptor, json_row_text(conference, "action"));
	return kind_text(delivery);
}

/* ---- what was written ---- */

static void put_row(const char *label, const char *text, struct buf *out)
{
	if (*text == '\0')
		return;
	buf_put_text(out, "<tr>");
	html_put_in(out, "th", "", label);
	html_put_in(out, "td", "", text);
	buf_put_text(out, "</tr>\n");
}

static void put_fields(const json_t *object, const ProtobufCMessageDescriptor *type, int depth, struct buf *out);

static void put_value(const json_t *value, const ProtobufCFieldDescriptor *field, const char *label, int depth, struct buf *out)
{
	const json_t *row;
	size_t index;

	if (json_is_array(value)) {
		json_array_foreach(value, index, row)
			put_value(row, field, label, depth, out);
	} else if (json_is_object(value) && field->type == PROTOBUF_C_TYPE_MESSAGE && depth < DEPTH) {
		put_fields(value, field->descriptor, depth + 1, out);
	} else if (json_is_string(value)) {
		put_row(label, field->type == PROTOBUF_C_TYPE_ENUM ? word_text(field->descriptor, json_string_value(value)) : json_string_value(value), out);
	}
}

/* In the schema's order; what no desk fills in has no label and is left out. */
static void put_fields(const json_t *object, const ProtobufCMessageDescriptor *type, int depth, struct buf *out)
{
	for (unsigned i = 0; i < type->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &type->fields[i];
		const json_t *value = json_object_get(object, field->name);
		const char *label = field_label(type, field->name);

		if (value != NULL && label != NULL)
			put_value(value, field, label, depth, out);
	}
}

static void put_content(const json_t *delivery, struct buf *out)
{
	const ProtobufCMessageDescriptor *contents = &pb__content__descriptor;

	for (unsigned i = 0; i < contents->n_fields; i++) {
		const json_t *body = json_object_get(delivery, contents->fields[i].name);

		if (json_is_object(body))
			put_fields(body, contents->fields[i].descriptor, 0, out);
	}
}

/* ---- what it does ---- */

static void put_act(const json_t *act, const ProtobufCEnumDescriptor *actions, struct buf *out)
{
	if (act == NULL)
		return;
	put_row("返答・操作", word_text(actions, json_row_text(act, "action")), out);
	put_row("理由", word_text(&pb__reason__descriptor, json_row_text(act, "reason")), out);
	put_row("結果", word_text(&pb__outcome__descriptor, json_row_text(act, "outcome")), out);
	put_row("出欠", word_text(&pb__conference_answer__descriptor, json_row_text(act, "answer")), out);
	put_row("日付", json_row_text(act, "on"), out);
	put_row("開始", json_row_text(act, "starts_at"), out);
	put_row("終了", json_row_text(act, "ends_at"), out);
	put_row("機関", json_is_true(json_object_get(act, "none_known")) ? "なし" : json_row_text(act, "next_agency"), out);
}

static void put_thread(const json_t *delivery, struct buf *out)
{
	const char *thread = json_row_text(delivery, is_notice(delivery) ? "thread" : "thread_id");
	char code[ID_CODE_TEXT];
	struct id id;

	if (id_parse(thread, &id) != ERR_OK)
		return;
	id_code(&id, code);
	put_row("もとの番号", code, out);
}

static void put_form(const json_t *delivery, struct buf *out)
{
	char time[DISPLAY_TIME];

	json_row_time(delivery, "accepted_at", time);
	buf_put_text(out, "<!DOCTYPE html>\n<html lang=ja><head><meta charset=utf-8>"
			  "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; style-src 'unsafe-inline'\">"
			  "<meta name=referrer content=no-referrer><title>つなぎ ");
	html_put(out, sheet_code(delivery));
	buf_printf(out, "</title><style>%s</style></head>\n<body><header><h1>", sheet_style);
	html_put(out, kind_text(delivery));
	buf_put_text(out, "</h1><p>番号 ");
	html_put_in(out, "b", "", sheet_code(delivery));
	buf_put_text(out, "</p></header>\n<table>");
	put_row("差出", json_row_text(delivery, is_notice(delivery) ? "site" : "sender"), out);
	put_row("受付", time, out);
	put_thread(delivery, out);
	put_row("知らせ", json_row_text(delivery, "title"), out);
	put_row("内容", json_row_text(delivery, "text"), out);
	put_act(json_object_get(delivery, "leg_act"), &pb__leg_action__descriptor, out);
	put_act(json_object_get(delivery, "conference_act"), &pb__conference_action__descriptor, out);
	put_content(delivery, out);
	buf_put_text(out, "</table>\n</body></html>\n");
}

void desk_page_put(const json_t *delivery, struct buf *out)
{
	if (desk_page_is_sheet(delivery))
		sheet_page_put(delivery, out);
	else
		put_form(delivery, out);
}
