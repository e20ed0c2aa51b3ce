/* SPDX-License-Identifier: Apache-2.0 */
/* contract/json_write.c - json_of_message of json.h. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/id.h"
#include "contract/fields.h"
#include "contract/json_field.h"

static json_t *of_id(struct bytes bytes)
{
	return bytes.len == ID_BYTES ? json_id(bytes.data) : json_base64(bytes); /* not 16 bytes: shown as it is */
}

static json_t *of_word(const ProtobufCEnumDescriptor *type, int value)
{
	const char *word = json_word(type, value);

	return word != NULL ? json_string(word) : json_integer(value);
}

static json_t *of_unsigned(uint64_t value)
{
	char text[24];

	if (value <= INT64_MAX)
		return json_integer((json_int_t)value);
	snprintf(text, sizeof(text), "%" PRIu64, value);
	return json_string(text);
}

static json_t *of_real(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

static json_t *of_value(const ProtobufCFieldDescriptor *field, const void *value)
{
	bool wide = field_width(field) == 8;

	switch (json_form_of(field)) {
	case JSON_FORM_TEXT:
	case JSON_FORM_DATE:
		return json_string(field_pointer(value) != NULL ? (const char *)field_pointer(value) : "");
	case JSON_FORM_TIME:
		return json_time(*(const int64_t *)value);
	case JSON_FORM_ID:
		return of_id(bytes_of_pb(*(const ProtobufCBinaryData *)value));
	case JSON_FORM_BYTES:
		return json_base64(bytes_of_pb(*(const ProtobufCBinaryData *)value));
	case JSON_FORM_WORD:
		return of_word(field->descriptor, *(const int *)value);
	case JSON_FORM_TRUTH:
		return json_boolean(*(const protobuf_c_boolean *)value);
	case JSON_FORM_SIGNED:
		return json_integer(wide ? *(const int64_t *)value : *(const int32_t *)value);
	case JSON_FORM_UNSIGNED:
		return of_unsigned(wide ? *(const uint64_t *)value : *(const uint32_t *)value);
	case JSON_FORM_REAL:
		return of_real(wide ? *(const double *)value : (double)*(const float *)value);
	case JSON_FORM_OBJECT:
		return field_pointer(value) != NULL ? json_of_message(field_pointer(value)) : json_object();
	}
	return NULL;
}

static json_t *of_elements(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, size_t count)
{
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++) {
		if (json_array_append_new(array, of_value(field, field_value(message, field, i))) != 0) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

json_t *json_of_message(const ProtobufCMessage *message)
{
	json_t *object = json_object();

	for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
		size_t count = field_count(message, field);
		char name[JSON_NAME_MAX];
		json_t *value;

		if (count == 0)
			continue;
		json_name_of(field, name);
		value = field_is_repeated(field) ? of_elements(message, field, count) : of_value(field, field_value(message, field, 0));
		if (json_object_set_new(object, name, value) != 0) {
			json_decref(object);
			return NULL;
		}
	}
	return object;
}
