/* SPDX-License-Identifier: Apache-2.0 */
/* contract/json_field.h - what a field is in JSON, by its type and name; the writer, the reader and the schema agree here. */
#pragma once
#include "contract/json.h"

#define JSON_NAME_MAX 64 /* of a field, with the NUL */

enum json_form {
	JSON_FORM_TEXT,
	JSON_FORM_DATE,     /* text: a day */
	JSON_FORM_TIME,     /* int64 microseconds: RFC 3339 */
	JSON_FORM_ID,       /* bytes: UUID */
	JSON_FORM_BYTES,    /* base64 */
	JSON_FORM_WORD,     /* enum */
	JSON_FORM_TRUTH,
	JSON_FORM_SIGNED,   /* int32, int64 */
	JSON_FORM_UNSIGNED, /* uint32, uint64, fixed */
	JSON_FORM_REAL,
	JSON_FORM_OBJECT
};

enum json_form json_form_of(const ProtobufCFieldDescriptor *field);

/* The field's name in JSON. */
void json_name_of(const ProtobufCFieldDescriptor *field, char name[JSON_NAME_MAX]);

/* The field of that JSON name, or NULL. */
const ProtobufCFieldDescriptor *json_field_named(const ProtobufCMessageDescriptor *type, const char *name);

/* The JSON name nearest to a mistyped one, within two edits; false when there is none so near. */
bool json_name_near(const ProtobufCMessageDescriptor *type, const char *name, char near[JSON_NAME_MAX]);
