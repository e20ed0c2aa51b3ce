/* SPDX-License-Identifier: Apache-2.0 */
/* contract/json_field.c - see json_field.h for the contract. */
#include "contract/json_field.h"

#include <stdio.h>

#define TIME_SUFFIX "_us"

static bool ends_in(const char *name, const char *suffix)
{
	size_t len = strlen(name);
	size_t tail = strlen(suffix);

	return len > tail && strcmp(name + len - tail, suffix) == 0;
}

static enum json_form form_of_bytes(const char *name)
{
	return ends_in(name, "_id") || ends_in(name, "_ids") || ends_in(name, "_cases") ? JSON_FORM_ID : JSON_FORM_BYTES;
}

static enum json_form form_of_text(const char *name)
{
	return strcmp(name, "birth_date") == 0 || ends_in(name, "_on") ? JSON_FORM_DATE : JSON_FORM_TEXT;
}

enum json_form json_form_of(const ProtobufCFieldDescriptor *field)
{
	switch (field->type) {
	case PROTOBUF_C_TYPE_STRING:
		return form_of_text(field->name);
	case PROTOBUF_C_TYPE_BYTES:
		return form_of_bytes(field->name);
	case PROTOBUF_C_TYPE_MESSAGE:
		return JSON_FORM_OBJECT;
	case PROTOBUF_C_TYPE_ENUM:
		return JSON_FORM_WORD;
	case PROTOBUF_C_TYPE_BOOL:
		return JSON_FORM_TRUTH;
	case PROTOBUF_C_TYPE_FLOAT:
	case PROTOBUF_C_TYPE_DOUBLE:
		return JSON_FORM_REAL;
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_SINT64:
	case PROTOBUF_C_TYPE_SFIXED64:
		return ends_in(field->name, TIME_SUFFIX) ? JSON_FORM_TIME : JSON_FORM_SIGNED;
	case PROTOBUF_C_TYPE_INT32:
	case PROTOBUF_C_TYPE_SINT32:
	case PROTOBUF_C_TYPE_SFIXED32:
		return JSON_FORM_SIGNED;
	default:
		return JSON_FORM_UNSIGNED;
	}
}

void json_name_of(const ProtobufCFieldDescriptor *field, char name[JSON_NAME_MAX])
{
	size_t len = strlen(field->name);

	if (json_form_of(field) == JSON_FORM_TIME)
		len -= strlen(TIME_SUFFIX);
	snprintf(name, JSON_NAME_MAX, "%.*s", (int)len, field->name);
}

const ProtobufCFieldDescriptor *json_field_named(const ProtobufCMessageDescriptor *type, const char *name)
{
	char own[JSON_NAME_MAX];

	for (unsigned i = 0; i < type->n_fields; i++) {
		json_name_of(&type->fields[i], own);
		if (strcmp(own, name) == 0)
			return &type->fields[i];
	}
	return NULL;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Levenshtein's distance, one row kept; b is shorter than JSON_NAME_MAX. */
static size_t edits(const char *a, const char *b)
{
	size_t row[JSON_NAME_MAX];
	size_t width = strlen(b);

	for (size_t k = 0; k <= width; k++)
		row[k] = k;
	for (size_t i = 0; a[i] != '\0'; i++) {
		size_t corner = row[0]++;

		for (size_t k = 0; k < width; k++) {
			size_t changed = corner + (a[i] != b[k]);

			corner = row[k + 1];
			row[k + 1] = least(changed, least(row[k], corner) + 1);
		}
	}
	return row[width];
}

bool json_name_near(const ProtobufCMessageDescriptor *type, const char *name, char near[JSON_NAME_MAX])
{
	size_t best = 3;

	if (strnlen(name, JSON_NAME_MAX) >= JSON_NAME_MAX)
		return false;
	for (unsigned i = 0; i < type->n_fields; i++) {
		char own[JSON_NAME_MAX];
		size_t distance;

		json_name_of(&type->fields[i], own);
		distance = edits(name, own);
		if (distance < best && distance < strlen(own)) {
			best = distance;
			memcpy(near, own, sizeof(own));
		}
	}
	return best < 3;
}
