/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/json_field.h"
#include "contract/fields.h"
#include "samples.h"

static const char *text_at(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

static void test_head(void)
{
	json_t *schema = json_schema(&pb__sheet__descriptor);

	require(schema != NULL);
	check_text(text_at(schema, "$schema"), "https://json-schema.org/draft/2020-12/schema");
	check_text(text_at(schema, "title"), "Sheet");
	check_text(text_at(schema, "type"), "object");
	check(json_is_false(json_object_get(schema, "additionalProperties")));
	json_decref(schema);
}

static void test_properties(void)
{
	json_t *schema = json_schema(&pb__view__descriptor);
	json_t *properties = json_object_get(schema, "properties");
	json_t *parts = json_object_get(properties, "parts");
	json_t *urgency = json_object_get(json_object_get(properties, "urgency"), "enum");

	check_text(text_at(json_object_get(properties, "created_at"), "format"), "date-time");
	check(json_object_get(properties, "created_at_us") == NULL);
	check_text(text_at(json_object_get(properties, "message_id"), "format"), "uuid");
	check_text(text_at(json_object_get(properties, "nonce"), "contentEncoding"), "base64");
	check_text(text_at(parts, "type"), "array");
	check_text(text_at(json_object_get(parts, "items"), "type"), "object");
	check_uint(json_array_size(urgency), 4);
	check_text(json_string_value(json_array_get(urgency, 0)), "ROUTINE");
	json_decref(schema);
}

static void test_choices(void)
{
	json_t *schema = json_schema(&pb__content__descriptor);
	json_t *choices = json_object_get(schema, "oneOf");

	check_uint(json_array_size(choices), 5);
	check_text(json_string_value(json_array_get(json_object_get(json_array_get(choices, 0), "required"), 0)), "sheet");
	json_decref(schema);
	schema = json_schema(&pb__view__descriptor);
	check(json_object_get(schema, "oneOf") == NULL);
	json_decref(schema);
}

/* Every field of every message stands in its schema under the name that the reader takes. */
static void check_object(const json_t *schema, const ProtobufCMessageDescriptor *type)
{
	const json_t *properties = json_object_get(schema, "properties");

	check_uint(json_object_size(properties), type->n_fields);
	for (unsigned i = 0; i < type->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &type->fields[i];
		const json_t *property;
		char name[JSON_NAME_MAX];

		json_name_of(field, name);
		property = json_object_get(properties, name);
		unit_context("%s.%s", type->short_name, name);
		require(property != NULL);
		if (field_is_repeated(field))
			property = json_object_get(property, "items");
		check(json_object_size(property) > 0);
		if (field->type == PROTOBUF_C_TYPE_MESSAGE)
			check_object(property, field->descriptor);
	}
}

static void test_all_types(void)
{
	for (size_t i = 0; i < sample_type_count; i++) {
		json_t *schema = json_schema(sample_types[i]);

		require(schema != NULL);
		check_object(schema, sample_types[i]);
		json_decref(schema);
	}
}

UNIT_SUITE("contract/json_schema",
	{ "the head of a schema", test_head },
	{ "properties", test_properties },
	{ "choices", test_choices },
	{ "every field of every type", test_all_types });
