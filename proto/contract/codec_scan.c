/* SPDX-License-Identifier: Apache-2.0 */
/* contract/codec_scan.c - see codec_scan.h for the contract.
 *
 * The recursion follows known message fields only and is at most CODEC_DEPTH deep.  A message's end never lies behind its parent's. */
#include "contract/codec_scan.h"

#include "base/text.h"
#include "contract/codec_path.h"
#include "contract/codec_wire.h"
#include "contract/fields.h"

#define TRACKED_FIELDS 64 /* of one message, for "given twice"; no schema of ours has more */

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

/* How many times the present field stood in the message before; only read when a path is written. */
static size_t index_of_present(const struct level *level)
{
	const uint8_t *at = level->bytes.data;
	struct codec_occurrence field;
	size_t index = 0;

	while (at < level->here && codec_next(&at, level->here, &field) == NULL)
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

		if (codec_varint(&at, end, &value))
			fault = number_fault(level->field, value);
		err = fault != NULL ? refuse(scan, level, fault) : count_fields(scan, level, 1);
	}
	return err;
}

static enum err scan_packed(struct scan *scan, const struct level *level, struct bytes payload)
{
	unsigned wire = codec_wire_of(level->field->type);
	size_t width = wire == CODEC_WIRE_64 ? 8 : 4;

	if (wire == CODEC_WIRE_VARINT)
		return scan_packed_numbers(scan, level, payload);
	if (payload.len % width != 0)
		return refuse(scan, level, "cut off");
	return count_fields(scan, level, payload.len / width);
}

static enum err scan_message(struct scan *scan, struct level *level);

static enum err scan_text(struct scan *scan, const struct level *level, struct bytes text)
{
	enum text_fault fault = text_check(text, NULL);

	return fault == TEXT_OK ? ERR_OK : refuse(scan, level, text_fault_text(fault));
}

static enum err scan_nested(struct scan *scan, const struct level *level, struct bytes bytes)
{
	struct level inner = { .outer = level, .type = level->field->descriptor, .bytes = bytes, .depth = level->depth + 1 };

	return inner.depth > CODEC_DEPTH ? refuse(scan, level, "nested too deep") : scan_message(scan, &inner);
}

static enum err scan_length(struct scan *scan, const struct level *level, struct bytes payload)
{
	if (level->field->type == PROTOBUF_C_TYPE_BYTES)
		return ERR_OK;
	if (level->field->type == PROTOBUF_C_TYPE_STRING)
		return scan_text(scan, level, payload);
	return scan_nested(scan, level, payload);
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

static enum err scan_field(struct scan *scan, struct level *level, const struct codec_occurrence *occurrence)
{
	const ProtobufCFieldDescriptor *field = level->field;
	unsigned wire = codec_wire_of(field->type);
	const char *fault;

	if (given_twice(level))
		return refuse(scan, level, "given twice");
	if (occurrence->wire != wire) {
		if (field_is_repeated(field) && wire != CODEC_WIRE_LENGTH && occurrence->wire == CODEC_WIRE_LENGTH)
			return scan_packed(scan, level, occurrence->payload);
		return refuse(scan, level, "of another type on the wire");
	}
	if (wire == CODEC_WIRE_LENGTH)
		return scan_length(scan, level, occurrence->payload);
	fault = wire == CODEC_WIRE_VARINT ? number_fault(field, occurrence->value) : NULL;
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
	const ProtobufCFieldDescriptor *end = fields_end(level->type);
	unsigned looked_at = 0; /* offset of the last oneof: its members stand together */

	for (const ProtobufCFieldDescriptor *field = level->type->fields; field != end; field++) {
		size_t count;

		if (!field_is_member(field) || field->quantifier_offset == looked_at)
			continue;
		looked_at = field->quantifier_offset;
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
	struct codec_occurrence occurrence;

	while (at < end) {
		const char *fault;
		enum err err;

		level->here = at;
		fault = codec_next(&at, end, &occurrence);
		if (fault != NULL)
			return refuse(scan, level->outer, fault);
		level->field = codec_field(level->type, occurrence.number);
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
