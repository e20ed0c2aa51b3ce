/* SPDX-License-Identifier: Apache-2.0 */
/* contract/codec_read.h - wire bytes into protobuf-c's structs, each field checked as it is read.
 *
 * In place of protobuf-c's own unpacking, which takes without a word what a correct encoder never writes, keeps what it does not know, and
 * takes scratch memory with every message.  Refused are groups, field number 0, lengths beyond the end, values too wide for their type,
 * a wire type that is not the field's, a singular field given twice, more than one member of a oneof or none, enum values that the schema
 * does not name, text that base/text.h refuses, and more than CODEC_DEPTH levels.  Fields that the schema does not know are counted and skipped. */
#pragma once
#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "contract/codec_fault.h"

struct codec_how {
	bool within; /* bytes fields lie where they stand in bytes */
	bool ours;   /* packed here from a message built here: its values, texts, oneofs and their number are whatever they were */
};

/* Everything lies in the arena, also what was read before a fault.
 *
 *   fault  set on every failure
 *
 * ERR_FORMAT, or ERR_TOO_LARGE above CODEC_FIELDS or the arena's limit. */
enum err codec_read(const ProtobufCMessageDescriptor *type, struct bytes bytes, struct codec_how how, struct arena *arena,
		    ProtobufCMessage **ret_message, struct codec_fault *fault);
