/* SPDX-License-Identifier: Apache-2.0 */
/* contract/codec_unpack.c - see codec_unpack.h for the contract.
 *
 * A message is read once for its singular fields, which also counts the elements of its repeated ones, and, from the first of those to
 * the last, once more, when their arrays have the size they need. */
#include "contract/codec_unpack.h"

#include "contract/codec_fault.h"
#include "contract/codec_wire.h"
#include "contract/fields.h"

struct unpacking {
	struct arena *arena;
	bool within; /* bytes fields are borrowed */
	uint8_t depth;
};

static enum err unpack_message(struct unpacking unpacking, const ProtobufCMessageDescriptor *type, struct bytes bytes,
			       ProtobufCMessage **ret_message);

static uint64_t little_endian(struct bytes bytes)
{
	uint64_t value = 0;

	for (size_t i = bytes.len; i > 0; i--)
		value = value << 8 | bytes.data[i - 1];
	return value;
}

/* A number as the struct holds it: 4 or 8 bytes of the host's order. */
static void put_number(const ProtobufCFieldDescriptor *field, uint64_t value, void *place)
{
	uint32_t narrow;

	if (field->type == PROTOBUF_C_TYPE_SINT32 || field->type == PROTOBUF_C_TYPE_SINT64)
		value = value >> 1 ^ (0 - (value & 1));
	if (field_width(field) == 8) {
		memcpy(place, &value, sizeof(value));
	} else {
		narrow = field->type == PROTOBUF_C_TYPE_BOOL ? value != 0 : (uint32_t)value;
		memcpy(place, &narrow, sizeof(narrow));
	}
}

static enum err put_bytes(struct unpacking unpacking, struct bytes payload, void *place)
{
	ProtobufCBinaryData data = { payload.len, NULL };

	if (payload.len > 0)
		data.data = unpacking.within ? (uint8_t *)(uintptr_t)payload.data : arena_copy(unpacking.arena, payload);
	memcpy(place, &data, sizeof(data));
	return data.data != NULL || payload.len == 0 ? ERR_OK : ERR_TOO_LARGE;
}

/* A text, some bytes or a message. */
static enum err put_payload(struct unpacking unpacking, const ProtobufCFieldDescriptor *field, struct bytes payload, void *place)
{
	ProtobufCMessage *message;
	const char *text;
	enum err err;

	switch (field->type) {
	case PROTOBUF_C_TYPE_MESSAGE:
		unpacking.depth++;
		err = unpack_message(unpacking, field->descriptor, payload, &message);
		if (err == ERR_OK)
			memcpy(place, &message, sizeof(message));
		return err;
	case PROTOBUF_C_TYPE_STRING:
		text = arena_text(unpacking.arena, payload);
		memcpy(place, &text, sizeof(text));
		return text != NULL ? ERR_OK : ERR_TOO_LARGE;
	default:
		return put_bytes(unpacking, payload, place);
	}
}

static inline enum err put_value(struct unpacking unpacking, const ProtobufCFieldDescriptor *field,
				 const struct codec_occurrence *occurrence, void *place)
{
	if (occurrence->wire != codec_wire_of(field->type))
		return ERR_FORMAT;
	if (occurrence->wire == CODEC_WIRE_LENGTH)
		return put_payload(unpacking, field, occurrence->payload, place);
	put_number(field, occurrence->wire == CODEC_WIRE_VARINT ? occurrence->value : little_endian(occurrence->payload), place);
	return ERR_OK;
}

static bool is_packed(const ProtobufCFieldDescriptor *field, const struct codec_occurrence *occurrence)
{
	return occurrence->wire == CODEC_WIRE_LENGTH && codec_wire_of(field->type) != CODEC_WIRE_LENGTH;
}

/* How many elements one occurrence of a repeated field brings. */
static size_t elements_in(const ProtobufCFieldDescriptor *field, const struct codec_occurrence *occurrence)
{
	unsigned wire = codec_wire_of(field->type);
	size_t count = 0;

	if (!is_packed(field, occurrence))
		return 1;
	if (wire != CODEC_WIRE_VARINT)
		return occurrence->payload.len / (wire == CODEC_WIRE_64 ? 8 : 4);
	for (size_t i = 0; i < occurrence->payload.len; i++)
		count += occurrence->payload.data[i] < 0x80; /* a number's last byte */
	return count;
}

/* Appends what one occurrence brings; n counts what is there already. */
static enum err put_elements(struct unpacking unpacking, const ProtobufCFieldDescriptor *field,
			     const struct codec_occurrence *occurrence, uint8_t *elements, size_t *n)
{
	const uint8_t *at = occurrence->payload.data;
	size_t width = field_width(field);
	struct codec_occurrence one = { .wire = codec_wire_of(field->type) };

	if (!is_packed(field, occurrence))
		return put_value(unpacking, field, occurrence, elements + (*n)++ * width);
	for (size_t left = elements_in(field, occurrence); left > 0; left--) {
		const uint8_t *end = occurrence->payload.data + occurrence->payload.len;

		if (one.wire != CODEC_WIRE_VARINT)
			(void)codec_payload(&at, end, one.wire == CODEC_WIRE_64 ? 8 : 4, &one.payload);
		else if (!codec_varint(&at, end, &one.value))
			return ERR_FORMAT;
		if (put_value(unpacking, field, &one, elements + (*n)++ * width) != ERR_OK)
			return ERR_FORMAT;
	}
	return ERR_OK;
}

/* Reads the singular fields and counts the others' elements; tells from where to where those stand (no bytes: nowhere). */
static enum err unpack_singular(struct unpacking unpacking, ProtobufCMessage *message, struct bytes bytes, struct bytes *ret_repeated)
{
	const uint8_t *at = bytes.data;
	const uint8_t *end = bytes.data + bytes.len;
	struct codec_occurrence occurrence;
	enum err err = ERR_OK;

	while (at < end && err == ERR_OK) {
		const ProtobufCFieldDescriptor *field;
		const uint8_t *here = at;

		if (codec_next(&at, end, &occurrence) != NULL)
			return ERR_FORMAT;
		field = codec_field(message->descriptor, occurrence.number);
		if (field == NULL)
			continue;
		if (field_is_repeated(field)) {
			*field_elements(message, field) += elements_in(field, &occurrence);
			if (ret_repeated->len == 0)
				ret_repeated->data = here;
			ret_repeated->len = (size_t)(at - ret_repeated->data);
			continue;
		}
		if (field_is_member(field))
			*field_chosen(message, field) = field->id;
		err = put_value(unpacking, field, &occurrence, field_place(message, field));
	}
	return err;
}

/* Gives each repeated field its array and sets its count back to 0, to count what has been put in. */
static enum err make_arrays(struct unpacking unpacking, ProtobufCMessage *message)
{
	const ProtobufCFieldDescriptor *end = fields_end(message->descriptor);

	for (const ProtobufCFieldDescriptor *field = message->descriptor->fields; field != end; field++) {
		void *elements;

		if (!field_is_repeated(field) || *field_elements(message, field) == 0)
			continue;
		elements = arena_alloc(unpacking.arena, *field_elements(message, field) * field_width(field));
		if (elements == NULL)
			return ERR_TOO_LARGE;
		memcpy(field_place(message, field), &elements, sizeof(elements));
		*field_elements(message, field) = 0;
	}
	return ERR_OK;
}

static enum err unpack_repeated(struct unpacking unpacking, ProtobufCMessage *message, struct bytes bytes)
{
	const uint8_t *at = bytes.data;
	const uint8_t *end = bytes.data + bytes.len;
	struct codec_occurrence occurrence;
	enum err err = make_arrays(unpacking, message);

	while (at < end && err == ERR_OK) {
		const ProtobufCFieldDescriptor *field;
		uint8_t *elements;

		if (codec_next(&at, end, &occurrence) != NULL)
			return ERR_FORMAT;
		field = codec_field(message->descriptor, occurrence.number);
		if (field == NULL || !field_is_repeated(field))
			continue;
		memcpy(&elements, field_place(message, field), sizeof(uint8_t *));
		err = put_elements(unpacking, field, &occurrence, elements, field_elements(message, field));
	}
	return err;
}

static enum err unpack_message(struct unpacking unpacking, const ProtobufCMessageDescriptor *type, struct bytes bytes,
			       ProtobufCMessage **ret_message)
{
	ProtobufCMessage *message;
	struct bytes repeated = bytes_of(NULL, 0);
	enum err err;

	if (unpacking.depth > CODEC_DEPTH)
		return ERR_FORMAT;
	message = arena_alloc(unpacking.arena, type->sizeof_message);
	if (message == NULL)
		return ERR_TOO_LARGE;
	type->message_init(message);
	err = unpack_singular(unpacking, message, bytes, &repeated);
	if (err == ERR_OK && repeated.len > 0)
		err = unpack_repeated(unpacking, message, repeated);
	if (err == ERR_OK)
		*ret_message = message;
	return err;
}

static enum err unpack(struct unpacking unpacking, const ProtobufCMessageDescriptor *type, struct bytes bytes, ProtobufCMessage **ret_message)
{
	static const uint8_t nothing[1]; /* a pointer to count from where the bytes have none */

	return unpack_message(unpacking, type, bytes.len > 0 ? bytes : bytes_of(nothing, 0), ret_message);
}

enum err codec_unpack(const ProtobufCMessageDescriptor *type, struct bytes bytes, struct arena *arena, ProtobufCMessage **ret_message)
{
	return unpack((struct unpacking){ .arena = arena }, type, bytes, ret_message);
}

enum err codec_unpack_within(const ProtobufCMessageDescriptor *type, struct bytes bytes, struct arena *arena, ProtobufCMessage **ret_message)
{
	return unpack((struct unpacking){ .arena = arena, .within = true }, type, bytes, ret_message);
}
