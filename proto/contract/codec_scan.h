/* SPDX-License-Identifier: Apache-2.0 */
/* contract/codec_scan.h - looks through wire bytes before anything is allocated for them. */
#pragma once
#include <protobuf-c/protobuf-c.h>

#include "base/bytes.h"
#include "base/err.h"
#include "contract/codec_fault.h"

/* One pass over the bytes of a message of this type, following message fields through the descriptors.  Refuses what protobuf-c
 * would take without a word, and what a correct encoder never writes: groups, field number 0, lengths beyond the end, values too wide
 * for their type, a wire type that is not the field's, a singular field given twice, more than one member of a oneof or none, enum
 * values that the schema does not name, text that base/text.h refuses.  Fields that the schema does not know are counted and skipped.
 *
 *   fault  set on every failure
 *
 * ERR_FORMAT, or ERR_TOO_LARGE above CODEC_FIELDS. */
enum err codec_scan(const ProtobufCMessageDescriptor *type, struct bytes bytes, struct codec_fault *fault);
