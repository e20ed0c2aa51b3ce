/* SPDX-License-Identifier: Apache-2.0 */
/* contract/codec_wire.h - protobuf's wire format, field by field.  Inline: it is on the way of every message, twice.
 *
 * Every read is checked against the end; nothing is ever read behind it. */
#pragma once
#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>

#include "base/bytes.h"

#define CODEC_FIELD_NUMBER_MAX ((1u << 29) - 1)
#define CODEC_TAG_BYTES_MAX 5 /* a field number and a wire type need no more */

enum codec_wire { CODEC_WIRE_VARINT = 0, CODEC_WIRE_64 = 1, CODEC_WIRE_LENGTH = 2, CODEC_WIRE_32 = 5 };

/* One field as it stands on the wire. */
struct codec_occurrence {
	uint32_t number;
	unsigned wire;
	uint64_t value;       /* CODEC_WIRE_VARINT */
	struct bytes payload; /* the others */
};

/* Ten bytes at most, and no more than 64 bits. */
static inline bool codec_long_varint(const uint8_t **at, const uint8_t *end, uint64_t *ret_value)
{
	const uint8_t *from = *at;
	uint64_t value = 0;

	for (unsigned shift = 0; shift < 70 && from < end; shift += 7) {
		uint8_t byte = *from++;

		if (shift == 63 && byte > 1)
			return false;
		value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80) {
			*at = from;
			*ret_value = value;
			return true;
		}
	}
	return false;
}

/* Most numbers and lengths take one byte or two. */
static inline bool codec_varint(const uint8_t **at, const uint8_t *end, uint64_t *ret_value)
{
	const uint8_t *from = *at;

	if (from < end && from[0] < 0x80) {
		*ret_value = from[0];
		*at = from + 1;
		return true;
	}
	if (end - from >= 2 && from[1] < 0x80) {
		*ret_value = (uint64_t)from[1] << 7 | (from[0] & 0x7f);
		*at = from + 2;
		return true;
	}
	return codec_long_varint(at, end, ret_value);
}

static inline const char *codec_payload(const uint8_t **at, const uint8_t *end, uint64_t len, struct bytes *ret_payload)
{
	if (len > (uint64_t)(end - *at))
		return "cut off";
	*ret_payload = bytes_of(*at, (size_t)len);
	*at += len;
	return NULL;
}

/* Reads one field and moves *at behind it; NULL, or why not, a constant. */
static inline const char *codec_next(const uint8_t **at, const uint8_t *end, struct codec_occurrence *ret_field)
{
	const uint8_t *start = *at;
	uint64_t tag;
	uint64_t len;

	if (!codec_varint(at, end, &tag) || *at - start > CODEC_TAG_BYTES_MAX)
		return "a field's tag is malformed";
	if ((tag >> 3) - 1 >= CODEC_FIELD_NUMBER_MAX)
		return "a field number out of range";
	*ret_field = (struct codec_occurrence){ .number = (uint32_t)(tag >> 3), .wire = (unsigned)(tag & 7) };
	switch (ret_field->wire) {
	case CODEC_WIRE_VARINT:
		return codec_varint(at, end, &ret_field->value) ? NULL : "a number is malformed";
	case CODEC_WIRE_64:
		return codec_payload(at, end, 8, &ret_field->payload);
	case CODEC_WIRE_LENGTH:
		return codec_varint(at, end, &len) ? codec_payload(at, end, len, &ret_field->payload) : "cut off";
	case CODEC_WIRE_32:
		return codec_payload(at, end, 4, &ret_field->payload);
	default:
		return "a group or an unknown wire type";
	}
}

/* The field of that number, or NULL.  Numbers mostly count from 1 without a gap, so that it is found at once. */
static inline const ProtobufCFieldDescriptor *codec_field(const ProtobufCMessageDescriptor *type, uint32_t number)
{
	if (number - 1 < type->n_fields && type->fields[number - 1].id == number)
		return &type->fields[number - 1];
	return protobuf_c_message_descriptor_get_field(type, number);
}

/* How one value of that type stands on the wire. */
static inline unsigned codec_wire_of(ProtobufCType type)
{
	static const uint8_t wires[] = {
		[PROTOBUF_C_TYPE_STRING] = CODEC_WIRE_LENGTH,
		[PROTOBUF_C_TYPE_BYTES] = CODEC_WIRE_LENGTH,
		[PROTOBUF_C_TYPE_MESSAGE] = CODEC_WIRE_LENGTH, /* the last of all types; those not named are varints */
		[PROTOBUF_C_TYPE_FIXED64] = CODEC_WIRE_64,
		[PROTOBUF_C_TYPE_SFIXED64] = CODEC_WIRE_64,
		[PROTOBUF_C_TYPE_DOUBLE] = CODEC_WIRE_64,
		[PROTOBUF_C_TYPE_FIXED32] = CODEC_WIRE_32,
		[PROTOBUF_C_TYPE_SFIXED32] = CODEC_WIRE_32,
		[PROTOBUF_C_TYPE_FLOAT] = CODEC_WIRE_32,
	};

	return wires[type];
}
