/* SPDX-License-Identifier: Apache-2.0 */
/* contract/codec_path.h - where in a message a fault stands.  Steps live on the stack of the walk that finds it. */
#pragma once
#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "contract/codec_fault.h"

struct codec_step {
	const struct codec_step *outer; /* NULL at the root */
	const char *field;              /* NULL: a field that the schema does not know */
	bool repeated;
	size_t index; /* of the element, if repeated */
};

/* Writes the path to step (NULL: the message itself, ""): "orders[3].statements".  Too long a path loses its end, between characters. */
void codec_path_write(const struct codec_step *step, char *path, size_t cap);

/* Sets path and reason, a constant. */
void codec_fault_set(struct codec_fault *fault, const struct codec_step *step, const char *reason);

/* Copies text into to, cut between UTF-8 characters where it does not fit cap bytes with its NUL; gives the bytes copied. */
size_t codec_text_cut(const char *text, char *to, size_t cap);

/* True for a value that the enum's schema names. */
bool codec_enum_knows(const ProtobufCEnumDescriptor *type, int64_t value);
