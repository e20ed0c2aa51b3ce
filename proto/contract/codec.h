/* SPDX-License-Identifier: Apache-2.0 */
/* contract/codec.h - protobuf with bounds.  protobuf-c lives here.
 *
 * Decoding checks the bytes as it reads them (nesting, field and element counts, sizes, UTF-8, private-use characters,
 * known enum values, exactly one member of each oneof, no singular field twice), all driven by descriptors, all
 * memory from one capped arena: hostile input costs its own size and no more (promise P8). */
#pragma once
#include <protobuf-c/protobuf-c.h>

#include "base/arena.h"
#include "base/buf.h"
#include "contract/codec_fault.h"

/* Unpacks bytes into the arena.  ret_message lives as long as the arena's content; string and bytes fields are copies in it.
 *
 *   fault  may be NULL; set whenever ERR_FORMAT or ERR_TOO_LARGE is returned
 *
 * Fields that the schema does not know are ignored: a newer partner may send some.
 *
 * ERR_FORMAT     malformed, too deep, bad text, unknown enum value, oneof with no or two members, a singular field given twice
 * ERR_TOO_LARGE  too many fields, or the arena's limit
 *
 * What the arena holds of the message after either is only freed with the rest. */
enum err codec_decode(const ProtobufCMessageDescriptor *type, struct bytes bytes, struct arena *arena,
		      const ProtobufCMessage **ret_message, struct codec_fault *fault);

/* The same, but that bytes fields are no copies: they lie in bytes, which must live as long as the arena's content. */
enum err codec_decode_within(const ProtobufCMessageDescriptor *type, struct bytes bytes, struct arena *arena,
			     const ProtobufCMessage **ret_message, struct codec_fault *fault);

/* Typed: CODEC_DECODE(view, Pb__View, bytes, arena, &view, &fault). */
#define CODEC_DECODE(lower, bytes, arena, ret, fault) \
	codec_decode(&pb__##lower##__descriptor, (bytes), (arena), (const ProtobufCMessage **)(ret), (fault))
#define CODEC_DECODE_WITHIN(lower, bytes, arena, ret, fault) \
	codec_decode_within(&pb__##lower##__descriptor, (bytes), (arena), (const ProtobufCMessage **)(ret), (fault))

/* Appends the packed message to out. */
enum err codec_pack(const ProtobufCMessage *message, struct buf *out);

/* Bytes that packing takes. */
size_t codec_size(const ProtobufCMessage *message);

/* Packs the message, unchanged since, into room for the size that codec_size told. */
void codec_pack_into(const ProtobufCMessage *message, uint8_t *room, size_t size);

/* A deep copy into the arena. */
enum err codec_copy(const ProtobufCMessage *message, struct arena *arena, const ProtobufCMessage **ret_copy);

/* Checks text, enums and oneofs of a message built here, as codec_decode does of one received.  Errors as there; fault may be NULL. */
enum err codec_check(const ProtobufCMessage *message, struct codec_fault *fault);

static inline struct bytes bytes_of_pb(ProtobufCBinaryData data)
{
	return bytes_of(data.data, data.len);
}

static inline ProtobufCBinaryData pb_of_bytes(struct bytes bytes)
{
	return (ProtobufCBinaryData){ bytes.len, (uint8_t *)(uintptr_t)bytes.data };
}

/* A bytes field that lives as long as the arena's content: a copy in it.  ERR_NOMEM. */
static inline enum err pb_keep(struct arena *arena, struct bytes bytes, ProtobufCBinaryData *ret_data)
{
	const uint8_t *kept = arena_copy(arena, bytes);

	if (kept == NULL)
		return ERR_NOMEM;
	*ret_data = pb_of_bytes(bytes_of(kept, bytes.len));
	return ERR_OK;
}

/* A text for a generated struct, whose fields are not const: protobuf-c never writes to it. */
static inline char *pb_of_text(const char *text)
{
	return (char *)(uintptr_t)text;
}
