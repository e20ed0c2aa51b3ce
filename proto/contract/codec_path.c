/* SPDX-License-Identifier: Apache-2.0 */
/* contract/codec_path.c - see codec_path.h for the contract. */
#include "contract/codec_path.h"

#include <stdio.h>

/* Appends at *at, keeps the NUL, and leaves *at within the room. */
static void put(struct codec_fault *fault, size_t *at, const char *text)
{
	size_t room = sizeof(fault->path) - 1 - *at;
	size_t len = strnlen(text, room);

	memcpy(fault->path + *at, text, len);
	*at += len;
	fault->path[*at] = '\0';
}

static void put_step(struct codec_fault *fault, size_t *at, const struct codec_step *step)
{
	char index[32] = "";

	if (step->outer != NULL) {
		put_step(fault, at, step->outer);
		put(fault, at, ".");
	}
	if (step->repeated)
		snprintf(index, sizeof(index), "[%zu]", step->index);
	put(fault, at, step->field != NULL ? step->field : "(unknown)");
	put(fault, at, index);
}

void codec_fault_set(struct codec_fault *fault, const struct codec_step *step, const char *reason)
{
	size_t at = 0;

	fault->path[0] = '\0';
	if (step != NULL)
		put_step(fault, &at, step);
	fault->reason = reason;
}

bool codec_enum_knows(const ProtobufCEnumDescriptor *type, int64_t value)
{
	if (value >= 0 && value < type->n_values && type->values[value].value == value)
		return true; /* most lists count from 0 without a gap */
	if (value < INT32_MIN || value > INT32_MAX)
		return false;
	return protobuf_c_enum_descriptor_get_value(type, (int)value) != NULL;
}
