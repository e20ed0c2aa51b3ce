/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/csv_message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contract/json.h"
#include "tsunagi/csv_cell.h"
#include "tsunagi/display.h"
#include "tsunagi/input_file.h"
#include "tsunagi/json_row.h"
#include "tsunagi/message_form.h"
#include "tsunagi/words.h"

/* ---- places in a message ---- */

/* The element of a list that a part of a path names: the nth, or a topic's; made, empty, where make says so. */
static json_t *element(json_t *list, const char *name, bool make)
{
	size_t number = strtoul(name, NULL, 10);
	json_t *made;

	if (number == 0) { /* a topic */
		json_t *topic;
		size_t index;

		json_array_foreach(list, index, topic)
			if (strcmp(json_row_text(topic, "topic"), name) == 0)
				return topic;
		made = make ? json_pack("{s:s}", "topic", name) : NULL;
		return made != NULL && json_array_append_new(list, made) == 0 ? made : NULL;
	}
	while (make && json_array_size(list) < number)
		if (json_array_append_new(list, json_object()) != 0)
			return NULL;
	return json_array_get(list, number - 1);
}

/* Whether the part behind it on the path is an element of a list. */
static bool holds_list(const char *part, const char *next)
{
	return next != NULL && (strcmp(part, "topics") == 0 || (*next >= '1' && *next <= '9'));
}

static json_t *step(json_t *at, const char *part, const char *next, bool make)
{
	json_t *found = json_is_array(at) ? element(at, part, make) : json_object_get(at, part);

	if (found == NULL && make && json_is_object(at)) {
		found = holds_list(part, next) ? json_array() : json_object();
		if (json_object_set_new(at, part, found) != 0)
			return NULL;
	}
	return found;
}

/* Where the last part of a path stands; ret_last is that part, in room. */
static json_t *holder(json_t *message, const char *path, bool make, char room[100], const char **ret_last)
{
	char *rest = NULL, *part, *next;
	json_t *at = message;

	snprintf(room, 100, "%s", path);
	for (part = strtok_r(room, ".", &rest); at != NULL; part = next) {
		next = strtok_r(NULL, ".", &rest);
		if (next == NULL)
			break;
		at = step(at, part, next, make);
	}
	*ret_last = part;
	return at;
}

static enum err put(json_t *message, const struct csv_column *column, const char *text)
{
	char room[100];
	const char *last = NULL;
	json_t *at = holder(message, column->path, true, room, &last);

	return at == NULL || json_object_set_new(at, last, csv_cell_value(column, text)) != 0 ? ERR_NOMEM : ERR_OK;
}

/* Rows of people that were left empty are nobody. */
static void drop_empty(json_t *json)
{
	json_t *value;
	const char *name;

	for (size_t i = json_array_size(json); i > 0; i--) {
		if (json_is_object(json_array_get(json, i - 1)) && json_object_size(json_array_get(json, i - 1)) == 0)
			json_array_remove(json, i - 1);
		else
			drop_empty(json_array_get(json, i - 1));
	}
	json_object_foreach(json, name, value)
		drop_empty(value);
}

/* ---- a row ---- */

static const char *text_at(const json_t *list, size_t index)
{
	const char *text = json_string_value(json_array_get(list, index));

	return text == NULL ? "" : text;
}

static Pb__Kind kind_of(const json_t *heading, const json_t *cells)
{
	static const struct csv_column column = { .path = "kind", .type = COLUMN_WORD, .words = &pb__kind__descriptor };
	Pb__Kind kind = PB__KIND__KIND_REQUEST;

	for (size_t i = 0; i < json_array_size(heading); i++) {
		const char *title = text_at(heading, i), *text = text_at(cells, i);

		if ((strcmp(title, "種類") == 0 || strcmp(title, "kind") == 0) && *text != '\0') {
			json_t *word = csv_cell_value(&column, text);

			if (!message_kind(json_string_value(word), &kind))
				kind = PB__KIND__KIND_REQUEST; /* the message's check names the cell */
			json_decref(word);
		}
	}
	return kind;
}

static enum err tell(char fault[300], const char *format, const char *heading)
{
	char clean[120];

	display_clean(heading, clean, sizeof clean);
	snprintf(fault, 300, format, clean); /* NOLINT: both of words() */
	return ERR_FORMAT;
}

static enum err fill(const struct csv_columns *columns, const json_t *heading, const json_t *cells, json_t *message, char fault[300])
{
	enum err err = ERR_OK;

	for (size_t i = 0; i < json_array_size(cells) && err == ERR_OK; i++) {
		const struct csv_column *column;

		if (*text_at(cells, i) == '\0')
			continue;
		if (i >= json_array_size(heading) || *text_at(heading, i) == '\0')
			return snprintf(fault, 300, words("column %zu has no heading", "%zu 列目に見出しがありません"), i + 1), ERR_FORMAT;
		column = csv_columns_find(columns, text_at(heading, i));
		if (column == NULL)
			return tell(fault, words("there is no column \"%s\"", "「%s」という列はありません"), text_at(heading, i));
		for (size_t j = 0; j < i; j++)
			if (*text_at(cells, j) != '\0' && csv_columns_find(columns, text_at(heading, j)) == column)
				return tell(fault, words("the column \"%s\" is there twice", "「%s」の列が二つあります"), text_at(heading, i));
		err = put(message, column, text_at(cells, i));
	}
	return err;
}

enum err csv_message_of_row(const json_t *heading, const json_t *cells, json_t **ret_message, char fault[300])
{
	Pb__Kind kind = kind_of(heading, cells);
	struct csv_columns columns = { 0 };
	json_t *message = json_pack("{s:s}", "kind", json_word(&pb__kind__descriptor, (int)kind));
	enum err err = message == NULL ? ERR_NOMEM : csv_columns_of(kind, &columns);

	*fault = '\0';
	if (err == ERR_OK)
		err = fill(&columns, heading, cells, message, fault);
	csv_columns_free(&columns);
	if (err != ERR_OK) {
		json_decref(message);
		return err;
	}
	drop_empty(message);
	*ret_message = message;
	return ERR_OK;
}

/* ---- a message ---- */

/* A request as its writer would say it: what only a delivery has is put into the writer's words, or left out. */
static json_t *as_written(const json_t *request)
{
	json_t *message = json_deep_copy(request);
	json_t *sheet = json_object_get(message, "sheet"), *attachment;
	size_t index;

	json_array_foreach(json_object_get(sheet, "attachments"), index, attachment) {
		if (json_object_get(message, "attach") == NULL)
			json_object_set_new(message, "attach", json_array());
		json_array_append_new(json_object_get(message, "attach"), json_pack("{s:s}", "path", json_row_text(attachment, "name")));
	}
	json_object_del(sheet, "attachments");
	if (json_object_get(message, "case_id") != NULL)
		json_object_set(message, "case", json_object_get(message, "case_id"));
	if (json_object_get(message, "thread_id") != NULL)
		json_object_set(message, "thread", json_object_get(message, "thread_id"));
	if (json_object_get(message, "recipient") != NULL)
		json_object_set_new(message, "to", json_pack("[O]", json_object_get(message, "recipient")));
	return message;
}

/* Topics in the form's order, which is all that a row keeps of theirs. */
static void order_topics(json_t *sheet)
{
	const ProtobufCEnumDescriptor *list = &pb__topic_name__descriptor;
	json_t *topics = json_object_get(sheet, "topics"), *ordered = json_array(), *topic;
	size_t index;

	for (unsigned i = 0; i < list->n_values; i++)
		json_array_foreach(topics, index, topic)
			if (strcmp(json_row_text(topic, "topic"), json_word(list, list->values[i].value)) == 0)
				json_array_append(ordered, topic);
	if (topics != NULL)
		json_object_set(sheet, "topics", ordered);
	json_decref(ordered);
}

static bool reads_back(const struct csv_columns *columns, const json_t *cells, const json_t *written)
{
	json_t *again = json_object(), *sheet = json_deep_copy(json_object_get(written, "sheet"));
	bool same = again != NULL;

	for (size_t i = 0; i < columns->count && same; i++)
		same = *text_at(cells, i) == '\0' || put(again, &columns->rows[i], text_at(cells, i)) == ERR_OK;
	drop_empty(again);
	order_topics(json_object_get(again, "sheet"));
	order_topics(sheet);
	same = same && (json_equal(json_object_get(again, "sheet"), sheet) || (json_object_size(sheet) == 0 && json_object_get(again, "sheet") == NULL));
	json_decref(again);
	json_decref(sheet);
	return same;
}

enum err csv_row_of_message(const struct csv_columns *columns, const json_t *request, json_t **ret_cells)
{
	json_t *written = as_written(request), *cells = json_array();
	struct buf text;
	enum err err = written == NULL || cells == NULL ? ERR_NOMEM : ERR_OK;

	buf_init(&text, INPUT_BYTES);
	for (size_t i = 0; i < columns->count && err == ERR_OK; i++) {
		char room[100];
		const char *last = NULL;
		const json_t *at = holder(written, columns->rows[i].path, false, room, &last);

		buf_clear(&text);
		csv_cell_text(&columns->rows[i], json_object_get(at, last), &text);
		if (buf_text(&text) == NULL || json_array_append_new(cells, json_string(buf_text(&text))) != 0)
			err = ERR_NOMEM;
	}
	buf_free(&text);
	if (err == ERR_OK && !reads_back(columns, cells, written))
		err = ERR_FORMAT;
	json_decref(written);
	if (err == ERR_OK)
		*ret_cells = cells;
	else
		json_decref(cells);
	return err;
}
