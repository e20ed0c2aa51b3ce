/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/message_form.h"

#include <ctype.h>
#include <string.h>

#include "contract/fields.h"
#include "contract/json.h"
#include "contract/limits.h"
#include "envelope.pb-c.h"

#define REPORT_DAYS_MAX 366 /* rules/deadlines.h */
#define DEPTH 6 /* messages within messages; schemas are not recursive */

bool message_kind(const char *word, Pb__Kind *ret_kind)
{
	char upper[32];
	size_t length = strlen(word);
	int value;

	if (length >= sizeof upper)
		return false;
	for (size_t i = 0; i <= length; i++)
		upper[i] = (char)toupper((unsigned char)word[i]);
	if (!json_word_value(&pb__kind__descriptor, upper, &value) || value == 0)
		return false;
	*ret_kind = (Pb__Kind)value;
	return true;
}

const ProtobufCFieldDescriptor *message_content(Pb__Kind kind)
{
	static const struct {
		Pb__Kind kind;
		const char *field;
	} contents[] = {
		{ PB__KIND__KIND_REQUEST, "sheet" },
		{ PB__KIND__KIND_CONFERENCE, "conference" },
		{ PB__KIND__KIND_CONSENT, "consent" },
		{ PB__KIND__KIND_NOTE, "note" },
		{ PB__KIND__KIND_ANNOUNCEMENT, "announcement" },
	};

	for (size_t i = 0; i < sizeof contents / sizeof *contents; i++)
		if (contents[i].kind == kind)
			return protobuf_c_message_descriptor_get_field_by_name(&pb__content__descriptor, contents[i].field);
	return NULL;
}

/* What the sender's library fills in: keys and digests of attachments, which stand under "attach" instead. */
static bool is_filled_in(const ProtobufCFieldDescriptor *field)
{
	return strcmp(field->name, "attachments") == 0;
}

static const char *first_word(const ProtobufCEnumDescriptor *words)
{
	return words->n_values > 1 ? json_word(words, words->values[1].value) : "";
}

static json_t *blank(const ProtobufCMessageDescriptor *type, unsigned depth);

static json_t *blank_value(const ProtobufCFieldDescriptor *field, unsigned depth)
{
	switch (field->type) {
	case PROTOBUF_C_TYPE_MESSAGE:
		return blank(field->descriptor, depth + 1);
	case PROTOBUF_C_TYPE_ENUM: /* a question that must be answered is not answered beforehand */
		return field->descriptor == &pb__answered__descriptor ? json_null() : json_string(first_word(field->descriptor));
	case PROTOBUF_C_TYPE_BOOL:
		return json_false();
	case PROTOBUF_C_TYPE_STRING:
		return json_string("");
	case PROTOBUF_C_TYPE_BYTES:
		return json_null();
	default:
		return json_integer(0);
	}
}

static json_t *blank(const ProtobufCMessageDescriptor *type, unsigned depth)
{
	json_t *json = json_object();

	for (unsigned i = 0; i < type->n_fields && depth < DEPTH; i++) {
		const ProtobufCFieldDescriptor *field = &type->fields[i];
		json_t *value;

		if (is_filled_in(field))
			continue;
		if (!field_is_repeated(field))
			value = blank_value(field, depth);
		else if (field->type == PROTOBUF_C_TYPE_BYTES || field->type == PROTOBUF_C_TYPE_ENUM)
			value = json_array();
		else
			value = json_pack("[o]", blank_value(field, depth));
		json_object_set_new(json, field->name, value);
	}
	return json;
}

json_t *message_template(Pb__Kind kind)
{
	const ProtobufCFieldDescriptor *content = message_content(kind);
	json_t *json = json_object();

	json_object_set_new(json, "kind", json_string(json_word(&pb__kind__descriptor, (int)kind)));
	if (kind == PB__KIND__KIND_REQUEST) {
		json_object_set_new(json, "ask", json_string("REFER"));
		json_object_set_new(json, "take", json_string("ALL"));
		json_object_set_new(json, "co_support", json_false());
	}
	json_object_set_new(json, "to", json_pack("[s]", ""));
	json_object_set_new(json, "urgency", json_string("ROUTINE"));
	if (kind != PB__KIND__KIND_ANNOUNCEMENT)
		json_object_set_new(json, "basis", json_pack("{s:s,s:s,s:s}", "basis", "PUBLIC_DUTY", "law", "ENTRUSTMENT_CONTRACT", "reason", ""));
	json_object_set_new(json, "release", json_string("ON_DELIVERY"));
	json_object_set_new(json, "key", json_null());
	json_object_set_new(json, content->name, blank(content->descriptor, 1));
	if (kind != PB__KIND__KIND_ANNOUNCEMENT)
		json_object_set_new(json, "attach", json_array());
	return json;
}

static json_t *words_schema(const ProtobufCEnumDescriptor *type)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < type->n_values; i++)
		if (type->values[i].value != 0)
			json_array_append_new(list, json_string(json_word(type, type->values[i].value)));
	return json_pack("{s:o}", "enum", list);
}

static json_t *text_schema(const char *format)
{
	return format == NULL ? json_pack("{s:s}", "type", "string") : json_pack("{s:s,s:s}", "type", "string", "format", format);
}

static json_t *attach_schema(void)
{
	return json_pack("{s:s,s:i,s:{s:s,s:[s],s:b,s:{s:o,s:o,s:{s:s,s:o}}}}", "type", "array", "maxItems", (int)LIMIT_ATTACHMENTS, "items", "type", "object",
			 "required", "path", "additionalProperties", 0, "properties", "path", text_schema(NULL), "media_type", text_schema(NULL), "classes",
			 "type", "array", "items", words_schema(&pb__disclosure_class__descriptor));
}

/* The nested schema without what only a whole document carries. */
static json_t *inner(const ProtobufCMessageDescriptor *type)
{
	json_t *schema = json_schema(type);

	json_object_del(schema, "$schema");
	return schema;
}

json_t *message_schema(Pb__Kind kind)
{
	const ProtobufCFieldDescriptor *content = message_content(kind);
	json_t *properties = json_object();

	json_object_set_new(properties, "kind", json_pack("{s:s}", "const", json_word(&pb__kind__descriptor, (int)kind)));
	if (kind == PB__KIND__KIND_REQUEST) {
		json_object_set_new(properties, "ask", words_schema(&pb__ask__descriptor));
		json_object_set_new(properties, "take", words_schema(&pb__take__descriptor));
		json_object_set_new(properties, "co_support", json_pack("{s:s}", "type", "boolean"));
		json_object_set_new(properties, "report_days",
				    json_pack("{s:s,s:i,s:i}", "type", "integer", "minimum", 0, "maximum", REPORT_DAYS_MAX));
	}
	json_object_set_new(properties, "to", json_pack("{s:s,s:i,s:i,s:{s:s}}", "type", "array", "minItems", 1, "maxItems", (int)LIMIT_RECIPIENTS, "items",
							"type", "string"));
	json_object_set_new(properties, "urgency", words_schema(&pb__urgency__descriptor));
	json_object_set_new(properties, "basis", inner(&pb__basis_claim__descriptor));
	json_object_set_new(properties, "release", words_schema(&pb__release__descriptor));
	json_object_set_new(properties, "case", text_schema("uuid"));
	json_object_set_new(properties, "thread", text_schema("uuid"));
	json_object_set_new(properties, "respond_by", text_schema("date-time"));
	json_object_set_new(properties, "expires_at", text_schema("date-time"));
	json_object_set_new(properties, "key", text_schema(NULL));
	json_object_set_new(properties, "rule", text_schema(NULL));
	json_object_set_new(properties, "attach", attach_schema());
	json_object_set_new(properties, content->name, inner(content->descriptor));
	return json_pack("{s:s,s:s,s:s,s:[s,s,s],s:b,s:o}", "$schema", "https://json-schema.org/draft/2020-12/schema", "title",
			 json_word(&pb__kind__descriptor, (int)kind), "type", "object", "required", "kind", "to", content->name,
			 "additionalProperties", 0, "properties", properties);
}
