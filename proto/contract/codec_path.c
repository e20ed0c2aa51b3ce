/* SPDX-License-Identifier: Apache-2.0 */
/* contract/codec_path.c - see codec_path.h for the contract. */
#include "contract/codec_path.h"

#include <stdio.h>
#include <string.h>

size_t codec_text_cut(const char *text, char *to, size_t cap)
{
	size_t len = strnlen(text, cap);

	if (len == cap) {
		len--;
		while (len > 0 && ((uint8_t)text[len] & 0xc0) == 0x80)
			len--;
	}
	memcpy(to, text, len);
	to[len] = '\0';
	return len;
}

/* Writes at to and gives how many bytes. */
static size_t put_step(const struct codec_step *step, char *to, size_t cap)
{
	size_t len = 0;
	char index[32];

	if (step->outer != NULL) {
		len = put_step(step->outer, to, cap);
		len += codec_text_cut(".", to + len, cap - len);
	}
	len += codec_text_cut(step->field != NULL ? step->field : "(unknown)", to + len, cap - len);
	if (step->repeated) {
		snprintf(index, sizeof(index), "[%zu]", step->index);
		len += codec_text_cut(index, to + len, cap - len);
	}
	return len;
}

void codec_path_write(const struct codec_step *step, char *path, size_t cap)
{
	path[0] = '\0';
	if (step != NULL)
		put_step(step, path, cap);
}

void codec_fault_set(struct codec_fault *fault, const struct codec_step *step, const char *reason)
{
	codec_path_write(step, fault->path, sizeof(fault->path));
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
