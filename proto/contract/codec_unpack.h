/* SPDX-License-Identifier: Apache-2.0 */
/* contract/codec_unpack.h - wire bytes that codec_scan has passed into protobuf-c's structs.
 *
 * In place of protobuf-c's own unpacking, which parses everything a second time without trust, keeps what it does not know, and
 * takes scratch memory with every message: half of what decoding cost. */
#pragma once
#include <protobuf-c/protobuf-c.h>

#include "base/arena.h"
#include "base/err.h"

/* bytes must have passed codec_scan for this type, or come from protobuf-c's packing.  Everything lies in the arena; fields that the
 * schema does not know are left out.
 *
 * ERR_TOO_LARGE  the arena's limit; ERR_FORMAT  bytes that no scan would have passed, never read beyond their end */
enum err codec_unpack(const ProtobufCMessageDescriptor *type, struct bytes bytes, struct arena *arena, ProtobufCMessage **ret_message);

/* The same, but that its bytes fields lie where they stand in bytes. */
enum err codec_unpack_within(const ProtobufCMessageDescriptor *type, struct bytes bytes, struct arena *arena, ProtobufCMessage **ret_message);
