/* SPDX-License-Identifier: Apache-2.0 */
/* contract/fields.c - see fields.h for the contract. */
#include "contract/fields.h"

static bool stands(const ProtobufCFieldDescriptor *field, const void *value)
{
	static const uint8_t zero[8];
	const char *text;

	switch (field->type) {
	case PROTOBUF_C_TYPE_STRING:
		text = field_pointer(value);
		return text != NULL && text[0] != '\0';
	case PROTOBUF_C_TYPE_MESSAGE:
		return field_pointer(value) != NULL;
	case PROTOBUF_C_TYPE_BYTES:
		return ((const ProtobufCBinaryData *)value)->len > 0;
	default:
		return memcmp(value, zero, field_width(field)) != 0;
	}
}

size_t field_count(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	if (field_is_repeated(field))
		return *field_elements(message, field);
	if (field_is_member(field))
		return *field_chosen(message, field) == field->id ? 1 : 0;
	return stands(field, field_place(message, field)) ? 1 : 0;
}
