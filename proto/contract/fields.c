/* SPDX-License-Identifier: Apache-2.0 */
/* contract/fields.c - see fields.h for the contract. */
#include "contract/fields.h"

/* Called for each field of whatever is packed, most of them absent: so one look at its type, no loop over bytes, and no call. */
static inline bool stands(const ProtobufCFieldDescriptor *field, const void *value)
{
	const char *text;
	uint64_t wide;
	uint32_t narrow;

	switch (field->type) {
	case PROTOBUF_C_TYPE_STRING:
		text = field_pointer(value);
		return text != NULL && text[0] != '\0';
	case PROTOBUF_C_TYPE_MESSAGE:
		return field_pointer(value) != NULL;
	case PROTOBUF_C_TYPE_BYTES:
		return ((const ProtobufCBinaryData *)value)->len > 0;
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_SINT64:
	case PROTOBUF_C_TYPE_SFIXED64:
	case PROTOBUF_C_TYPE_UINT64:
	case PROTOBUF_C_TYPE_FIXED64:
	case PROTOBUF_C_TYPE_DOUBLE:
		memcpy(&wide, value, sizeof(wide));
		return wide != 0;
	default: /* as field_width has it */
		memcpy(&narrow, value, sizeof(narrow));
		return narrow != 0;
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
