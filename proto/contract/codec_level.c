/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/codec_level.h"

#include "contract/codec_path.h"
#include "contract/codec_wire.h"

/* How many times the present field stood in the message before; only read when a path is written. */
static size_t index_of_present(const struct codec_level *level)
{
	const uint8_t *at = level->bytes.data;
	struct codec_occurrence field;
	size_t index = 0;

	while (at < level->here && codec_next(&at, level->here, &field) == NULL)
		index += field.number == level->field->id;
	return index;
}

void codec_level_fault(const struct codec_level *level, const char *reason, struct codec_fault *fault)
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
	codec_fault_set(fault, count > 0 ? &steps[0] : NULL, reason);
}

const char *codec_level_number(const ProtobufCFieldDescriptor *field, uint64_t value)
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

/* How many members of the oneof that this field belongs to were seen. */
static size_t members_seen(const struct codec_level *level, const ProtobufCFieldDescriptor *member)
{
	size_t count = 0;

	for (size_t i = 0; i < level->type->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &level->type->fields[i];

		if (field_is_member(field) && field->quantifier_offset == member->quantifier_offset)
			count += level->seen >> i & 1;
	}
	return count;
}

const char *codec_level_oneofs(const struct codec_level *level)
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
			return count == 0 ? "says none of what it could say" : "says more than one thing";
	}
	return NULL;
}
