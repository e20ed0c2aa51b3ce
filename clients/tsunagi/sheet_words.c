/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/sheet_words.h"

#include "contract/json.h"
#include "tsunagi/display.h"
#include "tsunagi/field_labels.h"
#include "tsunagi/json_row.h"

#define LINE_BREAK_COLUMNS 50

static const char *word_text(const char *word, const ProtobufCEnumDescriptor *list)
{
	const char *text = NULL;
	int value = 0;

	if (json_word_value(list, word, &value))
		text = field_word(list, value);
	return text == NULL ? word : text;
}

const char *sheet_word(const json_t *row, const char *name, const ProtobufCEnumDescriptor *list)
{
	return word_text(json_row_text(row, name), list);
}

void sheet_put_words(const json_t *words, const ProtobufCEnumDescriptor *list, struct buf *out)
{
	json_t *word;
	size_t index;

	json_array_foreach(words, index, word) {
		if (json_is_string(word))
			buf_printf(out, "%s%s", index == 0 ? "" : "、", word_text(json_string_value(word), list));
	}
}

const char *sheet_code(const json_t *request)
{
	return json_row_text(request, "code");
}

static size_t text_columns(const char *text)
{
	size_t columns = display_width(text);

	for (; *text != '\0'; text++)
		columns += *text == '\n' ? LINE_BREAK_COLUMNS : 0;
	return columns;
}

size_t sheet_fullness(const json_t *json)
{
	size_t columns = 0, index;
	const char *name;
	json_t *value;

	if (json_is_string(json))
		return text_columns(json_string_value(json));
	json_array_foreach(json, index, value)
		columns += sheet_fullness(value);
	json_object_foreach((json_t *)(uintptr_t)json, name, value)
		columns += sheet_fullness(value);
	return columns;
}
