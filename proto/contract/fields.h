/* SPDX-License-Identifier: Apache-2.0 */
/* contract/fields.h - the fields of a protobuf-c message, found through its descriptor. */
#pragma once
#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static inline bool field_is_member(const ProtobufCFieldDescriptor *field)
{
	return (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0;
}

static inline bool field_is_repeated(const ProtobufCFieldDescriptor *field)
{
	return field->label == PROTOBUF_C_LABEL_REPEATED;
}

/* Behind the last field of the type.  One without fields has no array either, and to NULL not even nothing may be added. */
static inline const ProtobufCFieldDescriptor *fields_end(const ProtobufCMessageDescriptor *type)
{
	return type->n_fields == 0 ? type->fields : type->fields + type->n_fields;
}

/* Bytes of one value in the struct or in the array of a repeated field. */
static inline size_t field_width(const ProtobufCFieldDescriptor *field)
{
	static const uint8_t widths[] = {
		[PROTOBUF_C_TYPE_INT32] = 4,
		[PROTOBUF_C_TYPE_SINT32] = 4,
		[PROTOBUF_C_TYPE_SFIXED32] = 4,
		[PROTOBUF_C_TYPE_UINT32] = 4,
		[PROTOBUF_C_TYPE_FIXED32] = 4,
		[PROTOBUF_C_TYPE_FLOAT] = 4,
		[PROTOBUF_C_TYPE_BOOL] = sizeof(protobuf_c_boolean),
		[PROTOBUF_C_TYPE_ENUM] = 4,
		[PROTOBUF_C_TYPE_INT64] = 8,
		[PROTOBUF_C_TYPE_SINT64] = 8,
		[PROTOBUF_C_TYPE_SFIXED64] = 8,
		[PROTOBUF_C_TYPE_UINT64] = 8,
		[PROTOBUF_C_TYPE_FIXED64] = 8,
		[PROTOBUF_C_TYPE_DOUBLE] = 8,
		[PROTOBUF_C_TYPE_STRING] = sizeof(void *),
		[PROTOBUF_C_TYPE_BYTES] = sizeof(ProtobufCBinaryData),
		[PROTOBUF_C_TYPE_MESSAGE] = sizeof(void *),
	};

	return widths[field->type];
}

/* Where the struct holds the field: its value, or the pointer to its array. */
static inline void *field_place(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	return (uint8_t *)(uintptr_t)message + field->offset;
}

/* Of a oneof: the number of the member that is chosen; 0: none. */
static inline uint32_t *field_chosen(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *member)
{
	return (uint32_t *)(void *)((uint8_t *)(uintptr_t)message + member->quantifier_offset);
}

/* Of a repeated field: how many elements it has. */
static inline size_t *field_elements(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *repeated)
{
	return (size_t *)(void *)((uint8_t *)(uintptr_t)message + repeated->quantifier_offset);
}

/* A text or message that a value points to. */
static inline const void *field_pointer(const void *value)
{
	const void *pointer;

	memcpy(&pointer, value, sizeof(pointer));
	return pointer;
}

/* A bit for each type of which a value is eight bytes, or begins with eight that are zero when there is none: a pointer, a length. */
#define FIELD_TYPES_WIDE													\
	(1u << PROTOBUF_C_TYPE_INT64 | 1u << PROTOBUF_C_TYPE_SINT64 | 1u << PROTOBUF_C_TYPE_SFIXED64 | 1u << PROTOBUF_C_TYPE_UINT64 |\
	 1u << PROTOBUF_C_TYPE_FIXED64 | 1u << PROTOBUF_C_TYPE_DOUBLE | 1u << PROTOBUF_C_TYPE_STRING | 1u << PROTOBUF_C_TYPE_BYTES |\
	 1u << PROTOBUF_C_TYPE_MESSAGE)

/* Of a field with one value: whether it is neither absent, empty nor zero.  Asked of each field of whatever is packed, most of them absent:
 * so one look at its first bytes, and no loop over types. */
static inline bool field_stands(const ProtobufCFieldDescriptor *field, const void *value)
{
	uint64_t wide;
	uint32_t narrow;

	if ((FIELD_TYPES_WIDE >> field->type & 1) == 0) {
		memcpy(&narrow, value, sizeof(narrow));
		return narrow != 0;
	}
	memcpy(&wide, value, sizeof(wide));
	return wide != 0 && (field->type != PROTOBUF_C_TYPE_STRING || *(const char *)field_pointer(value) != '\0');
}

/* How many values stand in the field: elements, a chosen member, or 1 for what is neither absent, empty nor zero. */
size_t field_count(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field);

/* Value index < field_count. */
static inline const void *field_value(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, size_t index)
{
	const uint8_t *place = field_place(message, field);

	if (field_is_repeated(field))
		memcpy(&place, place, sizeof(uint8_t *));
	return place + index * field_width(field);
}
