/* SPDX-License-Identifier: Apache-2.0 */
/* contract/json_fault.c - see json_fault.h for the contract. */
#include "contract/json_fault.h"

#include <inttypes.h>
#include <stdio.h>

#define SHOWN_MAX 64

/* A text is shown as it is, a number as a number, the rest by its kind. */
static void show(const json_t *value, char shown[SHOWN_MAX])
{
	char text[SHOWN_MAX - 8];

	switch (json_typeof(value)) {
	case JSON_STRING:
		snprintf(shown, SHOWN_MAX, codec_text_cut(json_string_value(value), text, sizeof(text)) < json_string_length(value) ?
						   "\"%s...\"" : "\"%s\"", text);
		break;
	case JSON_INTEGER:
		snprintf(shown, SHOWN_MAX, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
		break;
	case JSON_REAL:
		snprintf(shown, SHOWN_MAX, "%g", json_real_value(value));
		break;
	case JSON_OBJECT:
		snprintf(shown, SHOWN_MAX, "{...}");
		break;
	case JSON_ARRAY:
		snprintf(shown, SHOWN_MAX, "[...]");
		break;
	default:
		snprintf(shown, SHOWN_MAX, "%s", json_is_true(value) ? "true" : json_is_false(value) ? "false" : "null");
		break;
	}
}

static void put_reason(char *to, size_t cap, const char *shown, const char *between, const char *reason)
{
	size_t len = codec_text_cut(shown, to, cap);

	if (len > 0)
		len += codec_text_cut(between, to + len, cap - len);
	codec_text_cut(reason, to + len, cap - len);
}

void json_tell(struct json_reader *reader, const struct codec_step *step, const json_t *value, const char *reason, const char *reason_ja)
{
	struct json_fault fault;
	char shown[SHOWN_MAX] = "";

	reader->faulty = true;
	if (reader->on_fault == NULL)
		return;
	if (value != NULL)
		show(value, shown);
	codec_path_write(step, fault.path, sizeof(fault.path));
	put_reason(fault.reason, sizeof(fault.reason), shown, ": ", reason);
	put_reason(fault.reason_ja, sizeof(fault.reason_ja), shown, ":", reason_ja);
	reader->on_fault(reader->context, &fault);
}
