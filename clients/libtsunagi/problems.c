/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/problems.c - see problems.h for the contract. */
#include "libtsunagi/problems.h"

#include "contract/refusal.h"

#define SHOWN_VALUE 80 /* bytes of a refused value in the sentence */

static void add_row(struct problems *problems, const char *field, json_t *message)
{
	if (problems->list == NULL)
		problems->list = json_array();
	if (json_array_append_new(problems->list, json_pack("{s:s, s:o}", "field", field, "message", message)) != 0)
		problems->no_memory = true;
}

void problems_add(struct problems *problems, const char *field, const char *en, const char *ja, const char *value)
{
	bool japanese = language_of_environment() == LANGUAGE_JA;
	struct buf text;

	buf_init(&text, 4096);
	buf_put_text(&text, japanese ? ja : en);
	if (value != NULL) {
		size_t len = strnlen(value, SHOWN_VALUE);

		while (len > 0 && ((uint8_t)value[len] & 0xc0) == 0x80)
			len--;
		buf_printf(&text, japanese ? "(「%.*s」)" : " (\"%.*s\")", (int)len, value);
	}
	add_row(problems, field, json_string(buf_text(&text)));
	buf_free(&text);
}

void problems_on_fault(void *context, const struct json_fault *fault)
{
	bool japanese = language_of_environment() == LANGUAGE_JA;

	add_row(context, fault->path, json_string(japanese ? fault->reason_ja : fault->reason));
}

size_t problems_count(const struct problems *problems)
{
	return json_array_size(problems->list) + (problems->no_memory ? 1 : 0);
}

void problems_text(const struct problems *problems, struct buf *out)
{
	size_t index = 0;
	json_t *row = NULL;

	json_array_foreach(problems->list, index, row)
		buf_printf(out, "%s%s: %s", index == 0 ? "" : "; ", json_string_value(json_object_get(row, "field")),
			   json_string_value(json_object_get(row, "message")));
}

json_t *problems_json(const struct problems *problems)
{
	return problems->list == NULL ? json_array() : json_incref(problems->list);
}

void problems_free(struct problems *problems)
{
	json_decref(problems->list);
	problems->list = NULL;
}
