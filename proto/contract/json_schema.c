/* SPDX-License-Identifier: Apache-2.0 */
/* contract/json_schema.c - json_schema of json.h: the rules of json_read.c, told to other tools. */
#include "contract/fields.h"
#include "contract/json_field.h"

static json_t *object_schema(const ProtobufCMessageDescriptor *type);

static json_t *word_schema(const ProtobufCEnumDescriptor *type)
{
	json_t *words = json_array();

	for (unsigned i = 0; i < type->n_values; i++) {
		if (type->values[i].value != 0)
			json_array_append_new(words, json_string(json_word(type, type->values[i].value)));
	}
	return json_pack("{s:o}", "enum", words);
}

static json_t *unsigned_schema(const ProtobufCFieldDescriptor *field)
{
	if (field_width(field) == 8)
		return json_pack("{s:[s,s], s:i}", "type", "integer", "string", "minimum", 0);
	return json_pack("{s:s, s:i, s:I}", "type", "integer", "minimum", 0, "maximum", (json_int_t)UINT32_MAX);
}

static json_t *value_schema(const ProtobufCFieldDescriptor *field)
{
	switch (json_form_of(field)) {
	case JSON_FORM_TEXT:
		return json_pack("{s:s}", "type", "string");
	case JSON_FORM_DATE:
		return json_pack("{s:s, s:s, s:[s,s]}", "type", "string", "description", "YYYY-MM-DD, or 和暦", "examples", "1970-03-01",
				 "昭和45年3月1日");
	case JSON_FORM_TIME:
		return json_pack("{s:s, s:s}", "type", "string", "format", "date-time");
	case JSON_FORM_ID:
		return json_pack("{s:s, s:s}", "type", "string", "format", "uuid");
	case JSON_FORM_BYTES:
		return json_pack("{s:s, s:s}", "type", "string", "contentEncoding", "base64");
	case JSON_FORM_WORD:
		return word_schema(field->descriptor);
	case JSON_FORM_TRUTH:
		return json_pack("{s:s}", "type", "boolean");
	case JSON_FORM_SIGNED:
		return json_pack("{s:s}", "type", "integer");
	case JSON_FORM_UNSIGNED:
		return unsigned_schema(field);
	case JSON_FORM_REAL:
		return json_pack("{s:s}", "type", "number");
	case JSON_FORM_OBJECT:
		return object_schema(field->descriptor);
	}
	return NULL;
}

/* {"oneOf": [{"required": ["sheet"]}, ...]}; no type of ours has two oneofs. */
static json_t *choices_of(const ProtobufCMessageDescriptor *type)
{
	json_t *choices = json_array();

	for (unsigned i = 0; i < type->n_fields; i++) {
		char name[JSON_NAME_MAX];

		if (!field_is_member(&type->fields[i]))
			continue;
		json_name_of(&type->fields[i], name);
		json_array_append_new(choices, json_pack("{s:[s]}", "required", name));
	}
	return choices;
}

static json_t *object_schema(const ProtobufCMessageDescriptor *type)
{
	json_t *properties = json_object();
	json_t *choices = choices_of(type);
	json_t *schema;

	for (unsigned i = 0; i < type->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &type->fields[i];
		json_t *value = value_schema(field);
		char name[JSON_NAME_MAX];

		json_name_of(field, name);
		if (field_is_repeated(field))
			value = json_pack("{s:s, s:o}", "type", "array", "items", value);
		json_object_set_new(properties, name, value);
	}
	schema = json_pack("{s:s, s:o, s:b}", "type", "object", "properties", properties, "additionalProperties", 0);
	if (json_array_size(choices) > 0)
		json_object_set(schema, "oneOf", choices);
	json_decref(choices);
	return schema;
}

json_t *json_schema(const ProtobufCMessageDescriptor *type)
{
	json_t *schema = object_schema(type);

	if (json_object_set_new(schema, "$schema", json_string("https://json-schema.org/draft/2020-12/schema")) != 0 ||
	    json_object_set_new(schema, "title", json_string(type->short_name)) != 0) {
		json_decref(schema);
		return NULL;
	}
	return schema;
}
