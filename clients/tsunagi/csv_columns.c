/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/csv_columns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contract/fields.h"
#include "contract/json.h"
#include "envelope.pb-c.h"
#include "tsunagi/csv.h"
#include "tsunagi/field_labels.h"
#include "tsunagi/message_form.h"

#define DEPTH 6

/* Where in the message a field stands: both names of the way to it. */
struct place {
	char path[100];
	char title[120];
};

static void add(struct csv_columns *columns, const char *path, const char *title, enum csv_column_type type, const ProtobufCEnumDescriptor *words)
{
	struct csv_column *column = &columns->rows[columns->count];

	if (columns->count == CSV_COLUMNS)
		return;
	snprintf(column->path, sizeof column->path, "%s", path);
	snprintf(column->title, sizeof column->title, "%s", title);
	column->type = type;
	column->words = words;
	columns->count++;
}

/* Its name behind those of what it stands in; a label that is empty adds none. */
static struct place inside(const struct place *outer, const char *name, const char *label, unsigned number)
{
	struct place place;
	char digits[12] = "";

	if (number > 0)
		snprintf(digits, sizeof digits, "%u", number);
	snprintf(place.path, sizeof place.path, "%.50s%s%.30s%s%s", outer->path, *outer->path == '\0' ? "" : ".", name, number > 0 ? "." : "", digits);
	snprintf(place.title, sizeof place.title, "%.50s%s%.50s%s", outer->title, *outer->title == '\0' || *label == '\0' ? "" : " ", label, digits);
	return place;
}

static void add_topics(struct csv_columns *columns, const struct place *outer)
{
	const ProtobufCEnumDescriptor *list = &pb__topic_name__descriptor;
	char path[100], title[120];

	for (unsigned i = 0; i < list->n_values; i++) {
		if (list->values[i].value == 0)
			continue;
		snprintf(path, sizeof path, "%.50s.topics.%.30s.mark", outer->path, json_word(list, list->values[i].value));
		snprintf(title, sizeof title, "お困りごと %s", field_word(list, list->values[i].value));
		add(columns, path, title, COLUMN_TOPIC_MARK, &pb__topic_mark__descriptor);
		snprintf(path, sizeof path, "%.50s.topics.%.30s.note", outer->path, json_word(list, list->values[i].value));
		snprintf(title, sizeof title, "お困りごと %s 内容", field_word(list, list->values[i].value));
		add(columns, path, title, COLUMN_TOPIC_NOTE, NULL);
	}
}

static void add_fields(struct csv_columns *columns, const ProtobufCMessageDescriptor *type, const struct place *outer, unsigned depth);

static void add_within(struct csv_columns *columns, const ProtobufCFieldDescriptor *field, const char *label, const struct place *outer, unsigned depth)
{
	struct place place;

	if (field->descriptor == &pb__attachment__descriptor)
		return; /* files are named at the end */
	if (field->descriptor == &pb__topic__descriptor) {
		add_topics(columns, outer);
		return;
	}
	for (unsigned i = 1; i <= (field_is_repeated(field) ? CSV_MEMBERS : 1); i++) {
		place = inside(outer, field->name, label, field_is_repeated(field) ? i : 0);
		add_fields(columns, field->descriptor, &place, depth + 1);
	}
}

static enum csv_column_type type_of(const ProtobufCFieldDescriptor *field)
{
	if (field->type == PROTOBUF_C_TYPE_ENUM)
		return field_is_repeated(field) ? COLUMN_WORDS : COLUMN_WORD;
	if (field->type == PROTOBUF_C_TYPE_BOOL)
		return COLUMN_YES_NO;
	if (field->type == PROTOBUF_C_TYPE_STRING || field->type == PROTOBUF_C_TYPE_BYTES)
		return field_is_repeated(field) ? COLUMN_TEXTS : COLUMN_TEXT;
	return COLUMN_NUMBER;
}

static void add_fields(struct csv_columns *columns, const ProtobufCMessageDescriptor *type, const struct place *outer, unsigned depth)
{
	for (unsigned i = 0; i < type->n_fields && depth < DEPTH; i++) {
		const ProtobufCFieldDescriptor *field = &type->fields[i];
		const char *label = field_label(type, field->name);
		struct place place;

		if (label == NULL)
			continue;
		if (field->type == PROTOBUF_C_TYPE_MESSAGE) {
			add_within(columns, field, label, outer, depth);
			continue;
		}
		place = inside(outer, field->name, label, 0);
		add(columns, place.path, place.title, type_of(field), field->type == PROTOBUF_C_TYPE_ENUM ? field->descriptor : NULL);
	}
}

static void add_head(struct csv_columns *columns, Pb__Kind kind)
{
	const struct place basis = { "basis", "" };

	add(columns, "key", "再送キー", COLUMN_TEXT, NULL);
	add(columns, "kind", "種類", COLUMN_WORD, &pb__kind__descriptor);
	add(columns, "to", "宛先", COLUMN_TEXTS, NULL);
	if (kind == PB__KIND__KIND_REQUEST) {
		add(columns, "ask", "依頼の内容", COLUMN_WORD, &pb__ask__descriptor);
		add(columns, "take", "受け方", COLUMN_WORD, &pb__take__descriptor);
		add(columns, "co_support", "依頼元も支援を続ける", COLUMN_YES_NO, NULL);
		add(columns, "report_days", "経過報告の間隔(日)", COLUMN_NUMBER, NULL);
	}
	add(columns, "urgency", "緊急度", COLUMN_WORD, &pb__urgency__descriptor);
	add_fields(columns, &pb__basis_claim__descriptor, &basis, 1);
	add(columns, "release", "開示の時期", COLUMN_WORD, &pb__release__descriptor);
	add(columns, "case", "ケース番号", COLUMN_TEXT, NULL);
	add(columns, "thread", "元の依頼の番号", COLUMN_TEXT, NULL);
	add(columns, "respond_by", "回答期限", COLUMN_TEXT, NULL);
	add(columns, "expires_at", "有効期限", COLUMN_TEXT, NULL);
}

enum err csv_columns_of(Pb__Kind kind, struct csv_columns *ret_columns)
{
	const ProtobufCFieldDescriptor *content = message_content(kind);
	struct csv_columns columns = { .rows = calloc(CSV_COLUMNS, sizeof *columns.rows) };
	struct place place = { 0 };

	if (columns.rows == NULL)
		return ERR_NOMEM;
	add_head(&columns, kind);
	snprintf(place.path, sizeof place.path, "%s", content->name);
	add_fields(&columns, content->descriptor, &place, 1);
	if (kind != PB__KIND__KIND_ANNOUNCEMENT)
		add(&columns, "attach", "添付", COLUMN_FILES, NULL);
	*ret_columns = columns;
	return ERR_OK;
}

void csv_columns_free(struct csv_columns *columns)
{
	free(columns->rows);
	columns->rows = NULL;
	columns->count = 0;
}

const struct csv_column *csv_columns_find(const struct csv_columns *columns, const char *heading)
{
	size_t length;

	heading += strspn(heading, " ");
	length = strlen(heading);
	while (length > 0 && heading[length - 1] == ' ')
		length--;
	for (size_t i = 0; i < columns->count; i++) {
		const struct csv_column *column = &columns->rows[i];

		if ((strlen(column->title) == length && strncmp(column->title, heading, length) == 0) ||
		    (strlen(column->path) == length && strncmp(column->path, heading, length) == 0))
			return column;
	}
	return NULL;
}

const char **csv_columns_titles(const struct csv_columns *columns)
{
	const char **titles = calloc(columns->count, sizeof *titles);

	for (size_t i = 0; titles != NULL && i < columns->count; i++)
		titles[i] = columns->rows[i].title;
	return titles;
}
