/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/sheet_body.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "content.pb-c.h"
#include "contract/json.h"
#include "tsunagi/field_labels.h"
#include "tsunagi/form_date.h"
#include "tsunagi/html.h"
#include "tsunagi/json_row.h"
#include "tsunagi/sheet_words.h"

#define TOPIC_COLUMNS 5

static void put_cell(const json_t *row, const ProtobufCMessageDescriptor *type, const char *field, struct buf *out)
{
	html_put_in(out, "th", " class=k", field_label(type, field));
	html_put_in(out, "td", "", json_row_text(row, field));
}

static void put_date_cell(const json_t *row, const ProtobufCMessageDescriptor *type, const char *field, struct buf *out)
{
	char date[FORM_DATE];

	form_date(json_row_text(row, field), date);
	html_put_in(out, "th", " class=k", field_label(type, field));
	html_put_in(out, "td", "", date);
}

static void put_reception(const json_t *sheet, struct buf *out)
{
	buf_put_text(out, "<table><tr>");
	put_date_cell(sheet, &pb__sheet__descriptor, "received_on", out);
	put_cell(sheet, &pb__sheet__descriptor, "organisation", out);
	put_cell(sheet, &pb__sheet__descriptor, "worker", out);
	buf_put_text(out, "</tr></table>\n");
}

static void put_name(const json_t *person, struct buf *out)
{
	buf_put_text(out, "<th class=k>氏名<br><small>ふりがな</small></th><td colspan=2>");
	html_put_in(out, "span", " class=kana", json_row_text(person, "kana"));
	html_put_in(out, "span", " class=name", json_row_text(person, "name"));
	buf_put_text(out, "</td>");
}

/* Who hides from violence is found on no sheet but the one that says it: the row is there only when it is filled in. */
static void put_whereabouts(const json_t *person, struct buf *out)
{
	if (*json_row_text(person, "whereabouts") == '\0')
		return;
	buf_put_text(out, "<tr><th class=k>居所<br><small>取扱厳重注意</small></th>");
	html_put_in(out, "td", " colspan=7", json_row_text(person, "whereabouts"));
	buf_put_text(out, "</tr>");
}

static void put_person(const json_t *sheet, struct buf *out)
{
	const json_t *person = json_object_get(sheet, "person");
	const json_t *visitor = json_object_get(sheet, "visitor");
	char birth[FORM_DATE];

	form_date(json_row_text(person, "birth_date"), birth);
	buf_put_text(out, "<table><tr>");
	put_name(person, out);
	html_put_in(out, "th", " class=n", "性別");
	html_put_in(out, "td", " class=n", sheet_word(person, "sex", &pb__sex__descriptor));
	html_put_in(out, "th", " class=k", "生年月日");
	html_put_in(out, "td", " colspan=2", birth);
	buf_put_text(out, "</tr><tr><th class=k>住所</th>");
	html_put_in(out, "td", " colspan=4", json_row_text(person, "address"));
	html_put_in(out, "th", " class=k", "電話");
	html_put_in(out, "td", " colspan=2", json_row_text(person, "phone"));
	buf_put_text(out, "</tr><tr><th class=k>E-mail</th>");
	html_put_in(out, "td", " colspan=2", json_row_text(person, "email"));
	html_put_in(out, "th", " class=n", "区");
	html_put_in(out, "td", "", json_row_text(sheet, "ward"));
	html_put_in(out, "th", " class=k", "年代");
	html_put_in(out, "td", " colspan=2", json_row_text(sheet, "age_band"));
	buf_put_text(out, "</tr>");
	put_whereabouts(person, out);
	buf_put_text(out, "<tr><th class=k>来談者</th>");
	html_put_in(out, "td", " colspan=4", json_row_text(visitor, "name"));
	html_put_in(out, "th", " class=k", "関係");
	html_put_in(out, "td", " colspan=2", json_row_text(visitor, "relation"));
	buf_put_text(out, "</tr></table>\n");
}

static void put_member(const json_t *member, struct buf *out)
{
	json_int_t age = json_integer_value(json_object_get(member, "age"));
	char text[24] = "";

	if (age > 0)
		snprintf(text, sizeof text, "%" JSON_INTEGER_FORMAT, age);
	html_put_in(out, "td", "", json_row_text(member, "name"));
	html_put_in(out, "td", "", text);
	html_put_in(out, "td", "", json_row_text(member, "relation"));
	html_put_in(out, "td", "", json_row_text(member, "remark"));
	buf_put_text(out, "</tr>");
}

static void put_household(const json_t *sheet, struct buf *out)
{
	const json_t *list = json_object_get(sheet, "household");
	size_t count = json_array_size(list) == 0 ? 1 : json_array_size(list); /* an empty line to write on */

	buf_printf(out, "<table class=list><colgroup><col style=\"width:27mm\"><col style=\"width:40mm\"><col style=\"width:13mm\">"
			"<col style=\"width:32mm\"><col></colgroup><tr><th class=side rowspan=%zu>世帯構成</th><th>氏名</th><th>年齢</th>"
			"<th>続柄</th><th>備考</th></tr>", count + 1);
	for (size_t i = 0; i < count; i++) {
		buf_put_text(out, "<tr class=short>");
		put_member(json_array_get(list, i), out);
	}
	buf_put_text(out, "</table>\n");
}

/* ---- topics: the form's grid, in the form's order ---- */

static void put_topic(const json_t *topics, int value, struct buf *out)
{
	const char *word = json_word(&pb__topic_name__descriptor, value);
	const char *mark = "", *class = "";
	json_t *topic;
	size_t index;

	json_array_foreach(topics, index, topic) {
		if (strcmp(json_row_text(topic, "topic"), word) != 0)
			continue;
		mark = sheet_word(topic, "mark", &pb__topic_mark__descriptor);
		class = strcmp(json_row_text(topic, "mark"), "MAIN") == 0 ? " class=main" : "";
	}
	buf_printf(out, "<td%s>", class);
	html_put_in(out, "span", " class=mark", mark);
	html_put(out, field_word(&pb__topic_name__descriptor, value));
	json_array_foreach(topics, index, topic) { /* a topic that was named twice keeps both its notes */
		if (strcmp(json_row_text(topic, "topic"), word) == 0 && *json_row_text(topic, "note") != '\0')
			html_put_in(out, "small", "", json_row_text(topic, "note"));
	}
	buf_put_text(out, "</td>");
}

static void put_topics(const json_t *sheet, struct buf *out)
{
	const ProtobufCEnumDescriptor *list = &pb__topic_name__descriptor;
	const json_t *topics = json_object_get(sheet, "topics");
	unsigned rows = (list->n_values - 1 + TOPIC_COLUMNS - 1) / TOPIC_COLUMNS;
	unsigned placed = 0;

	buf_printf(out, "<table class=topics><tr class=short><th rowspan=%u>お困りごと<br><small>○ あり<br>◎ 主なもの</small></th>", rows);
	for (unsigned i = 0; i < list->n_values; i++) {
		if (list->values[i].value == 0)
			continue;
		if (placed > 0 && placed % TOPIC_COLUMNS == 0)
			buf_put_text(out, "</tr><tr class=short>");
		put_topic(topics, list->values[i].value, out);
		placed++;
	}
	buf_put_text(out, "</tr></table>\n");
}

/* ---- texts, and what only some requests have ---- */

static void put_text_row(const json_t *sheet, const char *field, struct buf *out)
{
	buf_put_text(out, "<tr>");
	html_put_in(out, "th", "", field_label(&pb__sheet__descriptor, field));
	html_put_in(out, "td", "", json_row_text(sheet, field));
	buf_put_text(out, "</tr>");
}

static void put_value(const json_t *value, const ProtobufCFieldDescriptor *field, struct buf *out)
{
	char text[FORM_DATE];
	int number = 0;

	if (json_is_true(value)) {
		buf_put_text(out, "はい");
	} else if (json_is_integer(value)) {
		snprintf(text, sizeof text, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
		html_put(out, text);
	} else if (field->type == PROTOBUF_C_TYPE_ENUM && json_word_value(field->descriptor, json_string_value(value), &number)) {
		html_put(out, field_word(field->descriptor, number));
	} else if (json_is_string(value)) {
		form_date(json_string_value(value), text);
		html_put(out, json_string_length(value) == 10 ? text : json_string_value(value));
	}
}

/* A message within the sheet as one row of labels and values, driven by its schema: a field that joins it is printed. */
static void put_within(const json_t *sheet, const char *name, struct buf *out)
{
	const ProtobufCMessageDescriptor *type = protobuf_c_message_descriptor_get_field_by_name(&pb__sheet__descriptor, name)->descriptor;
	const json_t *within = json_object_get(sheet, name);

	if (json_object_size(within) == 0)
		return;
	buf_put_text(out, "<tr>");
	html_put_in(out, "th", "", field_label(&pb__sheet__descriptor, name));
	buf_put_text(out, "<td><dl>");
	for (unsigned i = 0; i < type->n_fields; i++) {
		const json_t *value = json_object_get(within, type->fields[i].name);

		if (value == NULL)
			continue;
		buf_put_text(out, "<div>");
		html_put_in(out, "dt", "", field_label(type, type->fields[i].name));
		buf_put_text(out, "<dd>");
		put_value(value, &type->fields[i], out);
		buf_put_text(out, "</dd></div>");
	}
	buf_put_text(out, "</dl></td></tr>");
}

static void put_classes(const json_t *sheet, struct buf *out)
{
	if (json_array_size(json_object_get(sheet, "text_classes")) == 0)
		return;
	buf_put_text(out, "<tr><th>文章の内容</th><td>");
	sheet_put_words(json_object_get(sheet, "text_classes"), &pb__disclosure_class__descriptor, out);
	buf_put_text(out, "</td></tr>");
}

static void put_linked_cases(const json_t *sheet, struct buf *out)
{
	json_t *value;
	size_t index;

	if (json_array_size(json_object_get(sheet, "household_cases")) == 0)
		return;
	buf_put_text(out, "<tr><th>同じ世帯のケース</th><td>");
	json_array_foreach(json_object_get(sheet, "household_cases"), index, value) {
		html_put(out, index == 0 ? "" : "、");
		html_put(out, json_string_value(value));
	}
	buf_put_text(out, "</td></tr>");
}

static void put_attachments(const json_t *sheet, const json_t *attach, struct buf *out)
{
	const json_t *list = json_object_get(sheet, "attachments");
	bool first = true;
	json_t *row;
	size_t index;

	buf_put_text(out, "<tr class=short><th>添付</th><td>");
	json_array_foreach(list, index, row) {
		html_put(out, first ? "" : "、");
		html_put(out, json_row_text(row, "name"));
		first = false;
	}
	json_array_foreach(attach, index, row) {
		html_put(out, first ? "" : "、");
		html_put(out, json_row_text(row, "path"));
		first = false;
	}
	html_put(out, first ? "なし" : "");
	buf_put_text(out, "</td></tr>");
}

void sheet_body_put(const json_t *sheet, const json_t *attach, struct buf *out)
{
	static const char *const texts[] = { "history", "wishes", "referral_reason", "expected_support", "risk", "not_seen" };
	static const char *const within[] = { "facts", "outreach", "occasion", "supporter", "inquiry", "capacity", "concern" };

	put_reception(sheet, out);
	put_person(sheet, out);
	put_household(sheet, out);
	put_topics(sheet, out);
	buf_put_text(out, "<table>");
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		put_text_row(sheet, texts[i], out);
	for (size_t i = 0; i < sizeof within / sizeof *within; i++)
		put_within(sheet, within[i], out);
	put_classes(sheet, out);
	put_linked_cases(sheet, out);
	put_attachments(sheet, attach, out);
	buf_put_text(out, "</table>\n");
}
