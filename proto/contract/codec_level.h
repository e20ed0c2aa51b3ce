/* SPDX-License-Identifier: Apache-2.0 */
/* contract/codec_level.h - a message on its way from the wire, among those around it, and what is refused of it.  For codec_read.c alone. */
#pragma once
#include <protobuf-c/protobuf-c.h>

#include "base/bytes.h"
#include "base/err.h"
#include "contract/codec_fault.h"
#include "contract/fields.h"

#define CODEC_LEVEL_TRACKED 64 /* fields of one message, for "given twice"; no schema of ours has more */

struct codec_level {
	const struct codec_level *outer; /* NULL at the root */
	const ProtobufCMessageDescriptor *type;
	struct bytes bytes;
	unsigned depth;
	const uint8_t *here; /* where the present field starts */
	const ProtobufCFieldDescriptor *field; /* NULL: unknown to the schema */
	uint64_t seen;       /* bit per index of a singular field */
};

/* Sets the fault: of level's present field; of the root itself where level is NULL.  reason: a constant. */
void codec_level_fault(const struct codec_level *level, const char *reason, struct codec_fault *fault);

/* NULL, or why the number is none of the field's type. */
const char *codec_level_number(const ProtobufCFieldDescriptor *field, uint64_t value);

/* NULL, or what the message says too little or too much of, once all its fields are seen. */
const char *codec_level_oneofs(const struct codec_level *level);

/* Marks the present field, a singular one.  It may stand once: what a second one means is a matter of taste, and signed bytes must
 * have one meaning. */
static inline bool codec_level_given_twice(struct codec_level *level)
{
	size_t index = (size_t)(level->field - level->type->fields);
	uint64_t bit = (uint64_t)1 << index % CODEC_LEVEL_TRACKED;
	bool twice = (level->seen & bit) != 0;

	level->seen |= bit;
	return twice;
}
