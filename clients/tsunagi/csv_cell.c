/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/csv_cell.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "contract/json.h"
#include "tsunagi/field_labels.h"
#include "tsunagi/outgoing.h"

#define BLANKS " \t\r\n"

/* The text without blanks around it. */
static struct bytes trimmed(const char *text, size_t length)
{
	while (length > 0 && strchr(BLANKS, text[length - 1]) != NULL)
		length--;
	while (length > 0 && strchr(BLANKS, *text) != NULL) {
		text++;
		length--;
	}
	return bytes_of(text, length);
}

/* Desks write the circles with whichever sign their keyboard gives first. */
static const char *same_sign(const char *text)
{
	static const char *const circles[] = { "〇", "◯", "o", "O" };

	for (size_t i = 0; i < sizeof circles / sizeof *circles; i++)
		if (strcmp(text, circles[i]) == 0)
			return "○";
	return text;
}

static json_t *word_value(const ProtobufCEnumDescriptor *list, struct bytes text)
{
	char word[200];

	if (text.len >= sizeof word)
		return json_stringn((const char *)text.data, text.len);
	memcpy(word, text.data, text.len);
	word[text.len] = '\0';
	for (unsigned i = 0; i < list->n_values; i++) {
		const char *shown = field_word(list, list->values[i].value);

		if (shown != NULL && strcmp(shown, list == &pb__topic_mark__descriptor ? same_sign(word) : word) == 0)
			return json_string(json_word(list, list->values[i].value));
	}
	return json_string(word);
}

static json_t *number_value(const char *text)
{
	struct bytes digits = trimmed(text, strlen(text));
	char *end = NULL;
	long long number;

	errno = 0;
	number = strtoll((const char *)digits.data, &end, 10);
	if (digits.len == 0 || errno != 0 || end != (const char *)digits.data + digits.len)
		return json_string(text);
	return json_integer(number);
}

static json_t *yes_no_value(const char *text)
{
	static const char *const yes[] = { "はい", "true", "TRUE", "1", "○" }, *const no[] = { "いいえ", "false", "FALSE", "0" };

	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
		if (strcmp(yes[i], same_sign(text)) == 0)
			return json_true();
	for (size_t i = 0; i < sizeof no / sizeof *no; i++)
		if (strcmp(no[i], text) == 0)
			return json_false();
	return json_string(text);
}

/* Bytes of a separator at text: 、 , ; or a line end; a file's name may hold all but the last. */
static size_t separator(const char *text, enum csv_column_type type)
{
	if (*text == '\n' || *text == '\r')
		return 1;
	if (type == COLUMN_FILES)
		return 0;
	if (*text == ',' || *text == ';')
		return 1;
	return strncmp(text, "、", strlen("、")) == 0 ? strlen("、") : 0;
}

static json_t *element(const struct csv_column *column, struct bytes text)
{
	json_t *path;

	if (column->type == COLUMN_WORDS)
		return word_value(column->words, text);
	if (column->type == COLUMN_TEXTS)
		return json_stringn((const char *)text.data, text.len);
	path = json_stringn((const char *)text.data, text.len);
	return json_pack("{s:s,s:o}", "media_type", outgoing_media_type(path == NULL ? "" : json_string_value(path)), "path", path);
}

static json_t *list_value(const struct csv_column *column, const char *text)
{
	json_t *list = json_array();

	while (*text != '\0') {
		size_t length = 0;
		struct bytes piece;

		while (text[length] != '\0' && separator(text + length, column->type) == 0)
			length++;
		piece = trimmed(text, length);
		if (piece.len > 0)
			json_array_append_new(list, element(column, piece));
		text += length;
		text += *text == '\0' ? 0 : separator(text, column->type);
	}
	return list;
}

json_t *csv_cell_value(const struct csv_column *column, const char *text)
{
	switch (column->type) {
	case COLUMN_NUMBER:
		return number_value(text);
	case COLUMN_YES_NO:
		return yes_no_value(text);
	case COLUMN_WORD:
	case COLUMN_TOPIC_MARK:
		return word_value(column->words, trimmed(text, strlen(text)));
	case COLUMN_WORDS:
	case COLUMN_TEXTS:
	case COLUMN_FILES:
		return list_value(column, text);
	default:
		return json_string(text);
	}
}

static void put_one(const struct csv_column *column, const json_t *value, struct buf *out)
{
	int number = 0;

	if (json_is_integer(value))
		buf_printf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	else if (json_is_true(value))
		buf_put_text(out, "はい");
	else if (json_is_object(value))
		buf_put_text(out, json_string_value(json_object_get(value, "path")));
	else if (json_is_string(value) && column->words != NULL && json_word_value(column->words, json_string_value(value), &number) && number != 0)
		buf_put_text(out, field_word(column->words, number));
	else if (json_is_string(value))
		buf_put_text(out, json_string_value(value));
}

void csv_cell_text(const struct csv_column *column, const json_t *value, struct buf *out)
{
	json_t *one;
	size_t index;

	if (!json_is_array(value)) {
		put_one(column, value, out);
		return;
	}
	json_array_foreach(value, index, one) {
		if (index > 0)
			buf_put_text(out, column->type == COLUMN_FILES ? "\n" : "、");
		put_one(column, one, out);
	}
}
