/* SPDX-License-Identifier: Apache-2.0 */
/* contract/json_value.h - one JSON value into one field that is no message. */
#pragma once
#include "contract/json_fault.h"

/* Writes the value to place, which is as wide as field_width says; leaves it as it was when something is wrong, which is told, or
 * when the arena is full, which the reader notes. */
void json_read_value(struct json_reader *reader, const struct codec_step *step, const ProtobufCFieldDescriptor *field,
		     const json_t *json, void *place);
