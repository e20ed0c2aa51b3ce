/* SPDX-License-Identifier: Apache-2.0 */
/* contract/codec.c - see codec.h for the contract. */
#include "contract/codec.h"

#include "contract/codec_path.h"
#include "contract/codec_scan.h"

/* protobuf-c's allocator over an arena: nothing is freed one by one. */
struct arena_source {
	struct arena *arena;
	bool full;
};

static void *source_alloc(void *context, size_t size)
{
	struct arena_source *source = context;
	void *room = arena_alloc(source->arena, size);

	if (room == NULL)
		source->full = true;
	return room;
}

static void source_free(void *context, void *room)
{
	(void)context;
	(void)room;
}

static enum err unpack(const ProtobufCMessageDescriptor *type, struct bytes bytes, struct arena *arena,
		       const ProtobufCMessage **ret_message, struct codec_fault *fault)
{
	struct arena_source source = { arena, false };
	ProtobufCAllocator allocator = { source_alloc, source_free, &source };
	ProtobufCMessage *message = protobuf_c_message_unpack(type, &allocator, bytes.len, bytes.data);

	if (message != NULL) {
		*ret_message = message;
		return ERR_OK;
	}
	codec_fault_set(fault, NULL, source.full ? "takes more memory than one message may" : "malformed");
	return source.full ? ERR_TOO_LARGE : ERR_FORMAT;
}

enum err codec_decode(const ProtobufCMessageDescriptor *type, struct bytes bytes, struct arena *arena,
		      const ProtobufCMessage **ret_message, struct codec_fault *fault)
{
	struct codec_fault unread;
	enum err err;

	if (fault == NULL)
		fault = &unread;
	err = codec_scan(type, bytes, fault);
	return err != ERR_OK ? err : unpack(type, bytes, arena, ret_message, fault);
}

size_t codec_size(const ProtobufCMessage *message)
{
	return protobuf_c_message_get_packed_size(message);
}

enum err codec_pack(const ProtobufCMessage *message, struct buf *out)
{
	size_t size = codec_size(message);
	uint8_t *room;

	if (size == 0)
		return out->err;
	room = buf_grow(out, size);
	if (room == NULL)
		return out->err;
	protobuf_c_message_pack(message, room);
	return ERR_OK;
}

enum err codec_copy(const ProtobufCMessage *message, struct arena *arena, const ProtobufCMessage **ret_copy)
{
	struct codec_fault unread;
	size_t size = codec_size(message);
	uint8_t *packed = arena_alloc(arena, size);

	if (packed == NULL)
		return ERR_TOO_LARGE;
	protobuf_c_message_pack(message, packed);
	return unpack(message->descriptor, bytes_of(packed, size), arena, ret_copy, &unread);
}
