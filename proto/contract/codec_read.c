/* SPDX-License-Identifier: Apache-2.0 */
/* contract/codec_read.c - see codec_read.h for the contract.
 *
 * A message is read once for its singular fields, which also counts the elements of its repeated ones, and, from the first of those to the
 * last, once more, when their arrays have the size they need.  The recursion follows known message fields only and is at most CODEC_DEPTH
 * deep; a message's end never lies behind its parent's. */
#include "contract/codec_read.h"

#include "base/text.h"
#include "contract/codec_level.h"
#include "contract/codec_path.h"
#include "contract/codec_wire.h"

struct reading {
	struct codec_how how;
	struct arena *arena;
	struct codec_fault *fault;
	size_t fields;
};

static enum err read_message(struct reading *reading, const struct codec_level *outer, const ProtobufCMessageDescriptor *type,
			     struct bytes bytes, ProtobufCMessage **ret_message);

static enum err refuse(const struct reading *reading, const struct codec_level *level, const char *reason)
{
	codec_level_fault(level, reason, reading->fault);
	return ERR_FORMAT;
}

static enum err no_memory(const struct reading *reading)
{
	codec_fault_set(reading->fault, NULL, "takes more memory than one message may");
	return ERR_TOO_LARGE;
}

static enum err count_fields(struct reading *reading, const struct codec_level *level, size_t more)
{
	reading->fields += more;
	if (reading->fields <= CODEC_FIELDS || reading->how.ours)
		return ERR_OK;
	codec_level_fault(level, "more fields and elements than one message may have", reading->fault);
	return ERR_TOO_LARGE;
}

/* ---- one value ---- */

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

static enum err read_text(const struct reading *reading, const struct codec_level *level, struct bytes payload, void *place)
{
	enum text_fault fault = reading->how.ours ? TEXT_OK : text_check(payload, NULL);
	const char *text;

	if (fault != TEXT_OK)
		return refuse(reading, level, text_fault_text(fault));
	text = arena_text(reading->arena, payload);
	memcpy(place, &text, sizeof(text));
	return text != NULL ? ERR_OK : no_memory(reading);
}

static enum err read_bytes(const struct reading *reading, struct bytes payload, void *place)
{
	ProtobufCBinaryData data = { payload.len, NULL };

	if (payload.len > 0)
		data.data = reading->how.within ? (uint8_t *)(uintptr_t)payload.data : arena_copy(reading->arena, payload);
	memcpy(place, &data, sizeof(data));
	return data.data != NULL || payload.len == 0 ? ERR_OK : no_memory(reading);
}

static enum err read_nested(struct reading *reading, const struct codec_level *level, struct bytes payload, void *place)
{
	ProtobufCMessage *message;
	enum err err;

	if (level->depth == CODEC_DEPTH)
		return refuse(reading, level, "nested too deep");
	err = read_message(reading, level, level->field->descriptor, payload, &message);
	if (err == ERR_OK)
		memcpy(place, &message, sizeof(message));
	return err;
}

/* One value of the present field, of whose wire type it is. */
static inline enum err read_value(struct reading *reading, const struct codec_level *level, const struct codec_occurrence *occurrence, void *place)
{
	const ProtobufCFieldDescriptor *field = level->field;

	if (occurrence->wire == CODEC_WIRE_VARINT) {
		const char *fault = reading->how.ours ? NULL : codec_level_number(field, occurrence->value);

		if (fault != NULL)
			return refuse(reading, level, fault);
		put_number(field, occurrence->value, place);
		return ERR_OK;
	}
	switch (field->type) {
	case PROTOBUF_C_TYPE_MESSAGE:
		return read_nested(reading, level, occurrence->payload, place);
	case PROTOBUF_C_TYPE_STRING:
		return read_text(reading, level, occurrence->payload, place);
	case PROTOBUF_C_TYPE_BYTES:
		return read_bytes(reading, occurrence->payload, place);
	default:
		put_number(field, little_endian(occurrence->payload), place);
		return ERR_OK;
	}
}

static enum err read_singular(struct reading *reading, struct codec_level *level, const struct codec_occurrence *occurrence,
			      ProtobufCMessage *message)
{
	const ProtobufCFieldDescriptor *field = level->field;

	if (codec_level_given_twice(level))
		return refuse(reading, level, "given twice");
	if (occurrence->wire != codec_wire_of(field->type))
		return refuse(reading, level, "of another type on the wire");
	if (field_is_member(field))
		*field_chosen(message, field) = field->id;
	return read_value(reading, level, occurrence, field_place(message, field));
}

/* ---- repeated fields ---- */

static bool is_packed(const ProtobufCFieldDescriptor *field, const struct codec_occurrence *occurrence)
{
	return occurrence->wire == CODEC_WIRE_LENGTH && codec_wire_of(field->type) != CODEC_WIRE_LENGTH;
}

static size_t packed_width(const ProtobufCFieldDescriptor *field)
{
	return codec_wire_of(field->type) == CODEC_WIRE_64 ? 8 : 4;
}

/* How many elements a packed payload has, if nothing is wrong with it. */
static size_t packed_elements(const ProtobufCFieldDescriptor *field, struct bytes payload)
{
	size_t count = 0;

	if (codec_wire_of(field->type) != CODEC_WIRE_VARINT)
		return payload.len / packed_width(field);
	for (size_t i = 0; i < payload.len; i++)
		count += payload.data[i] < 0x80; /* a number's last byte */
	return count;
}

/* Counts what the present occurrence brings; the field's count is that of its array for now. */
static enum err count_elements(struct reading *reading, const struct codec_level *level, const struct codec_occurrence *occurrence,
			       ProtobufCMessage *message)
{
	size_t count;

	if (!is_packed(level->field, occurrence)) {
		(*field_elements(message, level->field))++;
		return ERR_OK;
	}
	count = packed_elements(level->field, occurrence->payload);
	*field_elements(message, level->field) += count;
	return count_fields(reading, level, count);
}

/* Gives each repeated field its array and sets its count back to 0, to count what has been put in. */
static enum err make_arrays(const struct reading *reading, ProtobufCMessage *message)
{
	const ProtobufCFieldDescriptor *end = fields_end(message->descriptor);

	for (const ProtobufCFieldDescriptor *field = message->descriptor->fields; field != end; field++) {
		void *elements;

		if (!field_is_repeated(field) || *field_elements(message, field) == 0)
			continue;
		elements = arena_alloc(reading->arena, *field_elements(message, field) * field_width(field));
		if (elements == NULL)
			return no_memory(reading);
		memcpy(field_place(message, field), &elements, sizeof(elements));
		*field_elements(message, field) = 0;
	}
	return ERR_OK;
}

/* elements has room for packed_elements of them; n counts what stands there. */
static enum err read_packed(struct reading *reading, const struct codec_level *level, struct bytes payload, uint8_t *elements, size_t *n)
{
	struct codec_occurrence one = { .wire = codec_wire_of(level->field->type) };
	size_t width = field_width(level->field);
	const uint8_t *at = payload.data;
	const uint8_t *end = payload.len > 0 ? at + payload.len : at;
	enum err err = ERR_OK;

	if (one.wire != CODEC_WIRE_VARINT && payload.len % packed_width(level->field) != 0)
		return refuse(reading, level, "cut off");
	while (at < end && err == ERR_OK) {
		if (one.wire != CODEC_WIRE_VARINT)
			(void)codec_payload(&at, end, packed_width(level->field), &one.payload);
		else if (!codec_varint(&at, end, &one.value))
			return refuse(reading, level, "a number is malformed");
		err = read_value(reading, level, &one, elements + (*n)++ * width);
	}
	return err;
}

static enum err read_elements(struct reading *reading, const struct codec_level *level, const struct codec_occurrence *occurrence,
			      ProtobufCMessage *message)
{
	const ProtobufCFieldDescriptor *field = level->field;
	size_t *n = field_elements(message, field);
	uint8_t *elements;

	memcpy(&elements, field_place(message, field), sizeof(uint8_t *));
	if (occurrence->wire == codec_wire_of(field->type))
		return read_value(reading, level, occurrence, elements + (*n)++ * field_width(field));
	if (!is_packed(field, occurrence))
		return refuse(reading, level, "of another type on the wire");
	return read_packed(reading, level, occurrence->payload, elements, n);
}

/* bytes: from the first repeated field to the last, read once before. */
static enum err read_repeated(struct reading *reading, struct codec_level *level, struct bytes bytes, ProtobufCMessage *message)
{
	const uint8_t *at = bytes.data;
	const uint8_t *end = bytes.data + bytes.len;
	struct codec_occurrence occurrence;
	enum err err = make_arrays(reading, message);

	while (at < end && err == ERR_OK) {
		level->here = at;
		if (codec_next(&at, end, &occurrence) != NULL)
			return ERR_FORMAT;
		level->field = codec_field(level->type, occurrence.number);
		if (level->field != NULL && field_is_repeated(level->field))
			err = read_elements(reading, level, &occurrence, message);
	}
	return err;
}

/* ---- a message ---- */

/* ret_repeated: from where to where repeated fields stand; no bytes: nowhere. */
static enum err read_fields(struct reading *reading, struct codec_level *level, ProtobufCMessage *message, struct bytes *ret_repeated)
{
	const uint8_t *at = level->bytes.data;
	const uint8_t *end = level->bytes.data + level->bytes.len;
	struct codec_occurrence occurrence;

	*ret_repeated = bytes_of(NULL, 0);
	while (at < end) {
		const char *fault;
		enum err err;

		level->here = at;
		fault = codec_next(&at, end, &occurrence);
		if (fault != NULL)
			return refuse(reading, level->outer, fault);
		level->field = codec_field(level->type, occurrence.number);
		err = count_fields(reading, level, 1);
		if (err == ERR_OK && level->field != NULL && !field_is_repeated(level->field)) {
			err = read_singular(reading, level, &occurrence, message);
		} else if (err == ERR_OK && level->field != NULL) {
			if (ret_repeated->len == 0)
				ret_repeated->data = level->here;
			ret_repeated->len = (size_t)(at - ret_repeated->data);
			err = count_elements(reading, level, &occurrence, message);
		}
		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}

static enum err read_message(struct reading *reading, const struct codec_level *outer, const ProtobufCMessageDescriptor *type,
			     struct bytes bytes, ProtobufCMessage **ret_message)
{
	struct codec_level level = { .outer = outer, .type = type, .bytes = bytes, .depth = outer != NULL ? outer->depth + 1 : 0 };
	ProtobufCMessage *message = arena_alloc(reading->arena, type->sizeof_message);
	struct bytes repeated;
	const char *fault;
	enum err err;

	if (message == NULL)
		return no_memory(reading);
	type->message_init(message);
	err = read_fields(reading, &level, message, &repeated);
	if (err != ERR_OK)
		return err;
	fault = reading->how.ours ? NULL : codec_level_oneofs(&level);
	if (fault != NULL)
		return refuse(reading, outer, fault);
	if (repeated.len > 0)
		err = read_repeated(reading, &level, repeated, message);
	if (err == ERR_OK)
		*ret_message = message;
	return err;
}

enum err codec_read(const ProtobufCMessageDescriptor *type, struct bytes bytes, struct codec_how how, struct arena *arena,
		    ProtobufCMessage **ret_message, struct codec_fault *fault)
{
	static const uint8_t nothing[1]; /* a pointer to count from where the bytes have none */
	struct reading reading = { .how = how, .arena = arena, .fault = fault };

	return read_message(&reading, NULL, type, bytes.len > 0 ? bytes : bytes_of(nothing, 0), ret_message);
}
