/* SPDX-License-Identifier: Apache-2.0 */
/* contract/codec_scan.c - see codec_scan.h for the contract.
 *
 * The recursion follows known message fields only and is at most CODEC_DEPTH deep.  Every read is checked against the end of
 * the message that it stands in, which never lies behind its parent's. */
#include "contract/codec_scan.h"

#include "base/text.h"
#include "contract/codec_path.h"
#include "contract/fields.h"

#define FIELD_NUMBER_MAX ((1u << 29) - 1)
#define TAG_BYTES_MAX 5 /* as protobuf-c reads them */
#define TRACKED_FIELDS 64 /* of one message, for "given twice"; no schema of ours has more */

enum wire { WIRE_VARINT = 0, WIRE_64 = 1, WIRE_LENGTH = 2, WIRE_32 = 5 };

/* One field as it stands on the wire. */
struct occurrence {
	uint32_t number;
	unsigned wire;
	uint64_t value;       /* WIRE_VARINT */
	struct bytes payload; /* the others */
};

/* A message being read. */
struct level {
	const struct level *outer; /* NULL at the root */
	const ProtobufCMessageDescriptor *type;
	struct bytes bytes;
	unsigned depth;
	const uint8_t *here; /* where the present field starts */
	const ProtobufCFieldDescriptor *field; /* NULL: unknown to the schema */
	uint64_t seen;       /* bit per index of a singular field */
};

struct scan {
	size_t fields;
	struct codec_fault *fault;
};

static const char cut_off[] = "cut off";

static bool read_varint(const uint8_t **at, const uint8_t *end, uint64_t *ret_value)
{
	uint64_t value = 0;

	for (unsigned shift = 0; shift < 70 && *at < end; shift += 7) {
		uint8_t byte = *(*at)++;

		if (shift == 63 && byte > 1)
			return false; /* wider than 64 bits */
		value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80) {
			*ret_value = value;
			return true;
		}
	}
	return false;
}

static const char *take_payload(const uint8_t **at, const uint8_t *end, uint64_t len, struct bytes *ret_payload)
{
	if (len > (uint64_t)(end - *at))
		return cut_off;
	*ret_payload = bytes_of(*at, (size_t)len);
	*at += len;
	return NULL;
}

/* Reads one field and moves *at behind it; NULL, or why not. */
static const char *next_field(const uint8_t **at, const uint8_t *end, struct occurrence *ret_field)
{
	const uint8_t *start = *at;
	uint64_t tag;
	uint64_t len;

	if (!read_varint(at, end, &tag) || *at - start > TAG_BYTES_MAX)
		return "a field's tag is malformed";
	if (tag >> 3 == 0 || tag >> 3 > FIELD_NUMBER_MAX)
		return "a field number out of range";
	ret_field->number = (uint32_t)(tag >> 3);
	ret_field->wire = (unsigned)(tag & 7);
	switch (ret_field->wire) {
	case WIRE_VARINT:
		return read_varint(at, end, &ret_field->value) ? NULL : "a number is malformed";
	case WIRE_64:
		return take_payload(at, end, 8, &ret_field->payload);
	case WIRE_LENGTH:
		return read_varint(at, end, &len) ? take_payload(at, end, len, &ret_field->payload) : cut_off;
	case WIRE_32:
		return take_payload(at, end, 4, &ret_field->payload);
	default:
		return "a group or an unknown wire type";
	}
}

/* How many times the present field stood in the message before; only read when a path is written. */
static size_t index_of_present(const struct level *level)
{
	const uint8_t *at = level->bytes.data;
	struct occurrence field;
	size_t index = 0;

	while (at < level->here && next_field(&at, level->here, &field) == NULL)
		index += field.number == level->field->id;
	return index;
}

/* level is the message in which the fault stands and whose present field it is; NULL: the root itself. */
static enum err fail(struct scan *scan, const struct level *level, enum err err, const char *reason)
{
	struct codec_step steps[CODEC_DEPTH + 1];
	size_t count = 0;

	for (; level != NULL; level = level->outer) {
		struct codec_step *step = &steps[count++];

		*step = (struct codec_step){ .outer = level->outer != NULL ? step + 1 : NULL };
		if (level->field == NULL)
			continue;
		step->field = level->field->name;
		step->repeated = field_is_repeated(level->field);
		if (step->repeated)
			step->index = index_of_present(level);
	}
	codec_fault_set(scan->fault, count > 0 ? &steps[0] : NULL, reason);
	return err;
}

static enum err refuse(struct scan *scan, const struct level *level, const char *reason)
{
	return fail(scan, level, ERR_FORMAT, reason);
}

/* Numbers mostly count from 1 without a gap, so that the index is found at once. */
static const ProtobufCFieldDescriptor *field_of(const ProtobufCMessageDescriptor *type, uint32_t number)
{
	if (number <= type->n_fields && type->fields[number - 1].id == number)
		return &type->fields[number - 1];
	return protobuf_c_message_descriptor_get_field(type, number);
}

static unsigned wire_of(ProtobufCType type)
{
	switch (type) {
	case PROTOBUF_C_TYPE_STRING:
	case PROTOBUF_C_TYPE_BYTES:
	case PROTOBUF_C_TYPE_MESSAGE:
		return WIRE_LENGTH;
	case PROTOBUF_C_TYPE_FIXED64:
	case PROTOBUF_C_TYPE_SFIXED64:
	case PROTOBUF_C_TYPE_DOUBLE:
		return WIRE_64;
	case PROTOBUF_C_TYPE_FIXED32:
	case PROTOBUF_C_TYPE_SFIXED32:
	case PROTOBUF_C_TYPE_FLOAT:
		return WIRE_32;
	default:
		return WIRE_VARINT;
	}
}

/* NULL, or why the number is none of the field's type. */
static const char *number_fault(const ProtobufCFieldDescriptor *field, uint64_t value)
{
	switch (field->type) {
	case PROTOBUF_C_TYPE_ENUM:
		return codec_enum_knows(field->descriptor, (int64_t)value) ? NULL : "a value that the list does not have";
	case PROTOBUF_C_TYPE_BOOL:
		return value <= 1 ? NULL : "neither true nor false";
	case PROTOBUF_C_TYPE_UINT32:
	case PROTOBUF_C_TYPE_SINT32:
		return value <= UINT32_MAX ? NULL : "wider than 32 bits";
	case PROTOBUF_C_TYPE_INT32:
		return (int64_t)value >= INT32_MIN && (int64_t)value <= INT32_MAX ? NULL : "wider than 32 bits";
	default:
		return NULL;
	}
}

static enum err count_fields(struct scan *scan, const struct level *level, size_t more)
{
	scan->fields += more;
	if (scan->fields > CODEC_FIELDS)
		return fail(scan, level, ERR_TOO_LARGE, "more fields and elements than one message may have");
	return ERR_OK;
}

static enum err scan_packed_numbers(struct scan *scan, const struct level *level, struct bytes payload)
{
	const uint8_t *at = payload.data;
	const uint8_t *end = payload.data + payload.len;
	enum err err = ERR_OK;

	while (at < end && err == ERR_OK) {
		const char *fault = "a number is malformed";
		uint64_t value;

		if (read_varint(&at, end, &value))
			fault = number_fault(level->field, value);
		err = fault != NULL ? refuse(scan, level, fault) : count_fields(scan, level, 1);
	}
	return err;
}

static enum err scan_packed(struct scan *scan, const struct level *level, struct bytes payload)
{
	unsigned wire = wire_of(level->field->type);
	size_t width = wire == WIRE_64 ? 8 : 4;

	if (wire == WIRE_VARINT)
		return scan_packed_numbers(scan, level, payload);
	if (payload.len % width != 0)
		return refuse(scan, level, cut_off);
	return count_fields(scan, level, payload.len / width);
}

static enum err scan_message(struct scan *scan, struct level *level);

static enum err scan_length(struct scan *scan, const struct level *level, struct bytes payload)
{
	const ProtobufCFieldDescriptor *field = level->field;
	struct level inner = { .outer = level, .type = field->descriptor, .bytes = payload, .depth = level->depth + 1 };
	enum text_fault fault;

	if (field->type == PROTOBUF_C_TYPE_BYTES)
		return ERR_OK;
	if (field->type == PROTOBUF_C_TYPE_STRING) {
		fault = text_check(payload, NULL);
		return fault == TEXT_OK ? ERR_OK : refuse(scan, level, text_fault_text(fault));
	}
	if (inner.depth > CODEC_DEPTH)
		return refuse(scan, level, "nested too deep");
	return scan_message(scan, &inner);
}

/* A singular field may stand once: what a second one means is a matter of taste, and signed bytes must have one meaning. */
static bool given_twice(struct level *level)
{
	size_t index = (size_t)(level->field - level->type->fields);
	uint64_t bit = (uint64_t)1 << index % TRACKED_FIELDS;

	if (field_is_repeated(level->field))
		return false;
	if ((level->seen & bit) != 0)
		return true;
	level->seen |= bit;
	return false;
}

static enum err scan_field(struct scan *scan, struct level *level, const struct occurrence *occurrence)
{
	const ProtobufCFieldDescriptor *field = level->field;
	unsigned wire = wire_of(field->type);
	const char *fault;

	if (given_twice(level))
		return refuse(scan, level, "given twice");
	if (occurrence->wire != wire) {
		if (field_is_repeated(field) && wire != WIRE_LENGTH && occurrence->wire == WIRE_LENGTH)
			return scan_packed(scan, level, occurrence->payload);
		return refuse(scan, level, "of another type on the wire");
	}
	if (wire == WIRE_LENGTH)
		return scan_length(scan, level, occurrence->payload);
	fault = wire == WIRE_VARINT ? number_fault(field, occurrence->value) : NULL;
	return fault != NULL ? refuse(scan, level, fault) : ERR_OK;
}

/* How many members of the oneof that this field belongs to were seen. */
static size_t members_seen(const struct level *level, const ProtobufCFieldDescriptor *member)
{
	size_t count = 0;

	for (size_t i = 0; i < level->type->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &level->type->fields[i];

		if (field_is_member(field) && field->quantifier_offset == member->quantifier_offset)
			count += level->seen >> i & 1;
	}
	return count;
}

static enum err check_oneofs(struct scan *scan, const struct level *level)
{
	for (size_t i = 0; i < level->type->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &level->type->fields[i];
		size_t count;

		if (!field_is_member(field))
			continue;
		count = members_seen(level, field);
		if (count != 1)
			return refuse(scan, level->outer, count == 0 ? "says none of what it could say" : "says more than one thing");
	}
	return ERR_OK;
}

static enum err scan_message(struct scan *scan, struct level *level)
{
	const uint8_t *at = level->bytes.data;
	const uint8_t *end = level->bytes.data + level->bytes.len;
	struct occurrence occurrence;

	while (at < end) {
		const char *fault;
		enum err err;

		level->here = at;
		fault = next_field(&at, end, &occurrence);
		if (fault != NULL)
			return refuse(scan, level->outer, fault);
		level->field = field_of(level->type, occurrence.number);
		err = count_fields(scan, level, 1);
		if (err == ERR_OK && level->field != NULL)
			err = scan_field(scan, level, &occurrence);
		if (err != ERR_OK)
			return err;
	}
	return check_oneofs(scan, level);
}

enum err codec_scan(const ProtobufCMessageDescriptor *type, struct bytes bytes, struct codec_fault *fault)
{
	static const uint8_t nothing[1]; /* a pointer to count from where the bytes have none */
	struct scan scan = { .fault = fault };
	struct level root = { .type = type, .bytes = bytes.len > 0 ? bytes : bytes_of(nothing, 0) };

	return scan_message(&scan, &root);
}
