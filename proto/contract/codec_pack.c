/* SPDX-License-Identifier: Apache-2.0 */
/* contract/codec_pack.c - see codec_pack.h for the contract. */
#include "contract/codec_pack.h"

#include "contract/codec_wire.h"
#include "contract/fields.h"

/* at moves towards start; size counts on when nothing fits any more. */
struct packing {
	uint8_t *start;
	uint8_t *at;
	size_t size;
};

/* The place of len further bytes in front of the others; NULL: there is no room for them. */
static uint8_t *room_for(struct packing *packing, size_t len)
{
	packing->size += len;
	if ((size_t)(packing->at - packing->start) < len)
		return NULL;
	packing->at -= len;
	return packing->at;
}

static void pack_raw(struct packing *packing, const void *data, size_t len)
{
	uint8_t *to = len > 0 ? room_for(packing, len) : NULL;

	if (to != NULL)
		memcpy(to, data, len);
}

/* Most tags, lengths and values of enums are one byte. */
static inline void pack_varint(struct packing *packing, uint64_t value)
{
	unsigned bits = 64 - (unsigned)__builtin_clzll(value | 1);
	size_t len = value < 0x80 ? 1 : (bits + 6) / 7;
	uint8_t *to = room_for(packing, len);

	if (to == NULL)
		return;
	if (len == 1) {
		*to = (uint8_t)value;
		return;
	}
	for (size_t i = 0; i + 1 < len; i++, value >>= 7)
		to[i] = (uint8_t)(value | 0x80);
	to[len - 1] = (uint8_t)value;
}

static void pack_tag(struct packing *packing, const ProtobufCFieldDescriptor *field, unsigned wire)
{
	pack_varint(packing, (uint64_t)field->id << 3 | wire);
}

static void pack_little_endian(struct packing *packing, uint64_t value, size_t len)
{
	uint8_t *to = room_for(packing, len);

	for (size_t i = 0; to != NULL && i < len; i++, value >>= 8)
		to[i] = (uint8_t)value;
}

/* A number as the wire has it: signed 32-bit ones are as wide as 64-bit ones, zigzag where the type says so. */
static uint64_t number_at(const ProtobufCFieldDescriptor *field, const void *value)
{
	uint64_t wide;
	uint32_t narrow;

	if (field_width(field) == 8) {
		memcpy(&wide, value, sizeof(wide));
		return field->type == PROTOBUF_C_TYPE_SINT64 ? wide << 1 ^ (0 - (wide >> 63)) : wide;
	}
	memcpy(&narrow, value, sizeof(narrow));
	switch (field->type) {
	case PROTOBUF_C_TYPE_SINT32:
		return narrow << 1 ^ (0 - (narrow >> 31));
	case PROTOBUF_C_TYPE_INT32:
	case PROTOBUF_C_TYPE_ENUM:
		return (uint64_t)(int64_t)(int32_t)narrow;
	case PROTOBUF_C_TYPE_BOOL:
		return narrow != 0;
	default:
		return narrow;
	}
}

static void pack_number(struct packing *packing, const ProtobufCFieldDescriptor *field, const void *value)
{
	unsigned wire = codec_wire_of(field->type);

	if (wire == CODEC_WIRE_VARINT)
		pack_varint(packing, number_at(field, value));
	else
		pack_little_endian(packing, number_at(field, value), wire == CODEC_WIRE_64 ? 8 : 4);
}

static void pack_message(struct packing *packing, const ProtobufCMessage *message);

/* A text, some bytes or a message, without its length. */
static void pack_payload(struct packing *packing, const ProtobufCFieldDescriptor *field, const void *value)
{
	const ProtobufCBinaryData *data = value;
	const char *text;

	switch (field->type) {
	case PROTOBUF_C_TYPE_MESSAGE:
		pack_message(packing, field_pointer(value));
		return;
	case PROTOBUF_C_TYPE_STRING:
		text = field_pointer(value);
		pack_raw(packing, text, text == NULL ? 0 : strlen(text));
		return;
	default:
		pack_raw(packing, data->data, data->len);
	}
}

static void pack_with_length(struct packing *packing, const ProtobufCFieldDescriptor *field, const void *value)
{
	size_t before = packing->size;

	pack_payload(packing, field, value);
	pack_varint(packing, packing->size - before);
	pack_tag(packing, field, CODEC_WIRE_LENGTH);
}

static inline void pack_value(struct packing *packing, const ProtobufCFieldDescriptor *field, const void *value)
{
	unsigned wire = codec_wire_of(field->type);

	if (wire == CODEC_WIRE_LENGTH) {
		pack_with_length(packing, field, value);
		return;
	}
	pack_number(packing, field, value);
	pack_tag(packing, field, wire);
}

/* Numbers back to back under one tag. */
static void pack_together(struct packing *packing, const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, size_t count)
{
	size_t before = packing->size;

	while (count-- > 0)
		pack_number(packing, field, field_value(message, field, count));
	pack_varint(packing, packing->size - before);
	pack_tag(packing, field, CODEC_WIRE_LENGTH);
}

/* A oneof's member that is chosen, but was given no text or message. */
static bool is_hollow(const ProtobufCFieldDescriptor *field, const void *value)
{
	const void *pointer;

	if (field->type != PROTOBUF_C_TYPE_STRING && field->type != PROTOBUF_C_TYPE_MESSAGE)
		return false;
	pointer = field_pointer(value);
	return pointer == NULL || pointer == field->default_value;
}

static void pack_repeated(struct packing *packing, const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	size_t count = *field_elements(message, field);

	if (count > 0 && (field->flags & PROTOBUF_C_FIELD_FLAG_PACKED) != 0) {
		pack_together(packing, message, field, count);
		return;
	}
	while (count-- > 0)
		pack_value(packing, field, field_value(message, field, count));
}

static void pack_message(struct packing *packing, const ProtobufCMessage *message)
{
	const ProtobufCMessageDescriptor *type = message->descriptor;

	for (const ProtobufCFieldDescriptor *field = fields_end(type); field != type->fields;) {
		const void *place = field_place(message, --field);

		if (field_is_repeated(field)) {
			pack_repeated(packing, message, field);
		} else if (field_is_member(field)) {
			if (*field_chosen(message, field) == field->id && !is_hollow(field, place))
				pack_value(packing, field, place);
		} else if (field_stands(field, place)) {
			pack_value(packing, field, place);
		}
	}
}

size_t codec_pack_back(const ProtobufCMessage *message, uint8_t *room, size_t len)
{
	static uint8_t nowhere[1];
	struct packing packing = { .start = room != NULL ? room : nowhere };

	packing.at = packing.start + (room != NULL ? len : 0);
	pack_message(&packing, message);
	return packing.size;
}
