/* SPDX-License-Identifier: Apache-2.0 */
/* contract/codec.c - see codec.h for the contract. */
#include "contract/codec.h"

#include <string.h>

#include "contract/codec_pack.h"
#include "contract/codec_read.h"

static enum err decode(const ProtobufCMessageDescriptor *type, struct bytes bytes, struct codec_how how, struct arena *arena,
		       const ProtobufCMessage **ret_message, struct codec_fault *fault)
{
	struct codec_fault unread;
	ProtobufCMessage *message;
	enum err err = codec_read(type, bytes, how, arena, &message, fault != NULL ? fault : &unread);

	if (err == ERR_OK)
		*ret_message = message;
	return err;
}

enum err codec_decode(const ProtobufCMessageDescriptor *type, struct bytes bytes, struct arena *arena,
		      const ProtobufCMessage **ret_message, struct codec_fault *fault)
{
	return decode(type, bytes, (struct codec_how){ 0 }, arena, ret_message, fault);
}

enum err codec_decode_within(const ProtobufCMessageDescriptor *type, struct bytes bytes, struct arena *arena,
			     const ProtobufCMessage **ret_message, struct codec_fault *fault)
{
	return decode(type, bytes, (struct codec_how){ .within = true }, arena, ret_message, fault);
}

size_t codec_size(const ProtobufCMessage *message)
{
	return codec_pack_back(message, NULL, 0);
}

void codec_pack_into(const ProtobufCMessage *message, uint8_t *room, size_t size)
{
	(void)codec_pack_back(message, room, size);
}

enum err codec_pack(const ProtobufCMessage *message, struct buf *out)
{
	size_t before = out->len;
	size_t spare = out->data != NULL ? out->cap - before : 0;
	size_t size = codec_pack_back(message, spare > 0 ? out->data + before : NULL, spare);
	uint8_t *room = buf_grow(out, size);

	if (room == NULL)
		return out->err;
	if (size <= spare && size > 0)
		memmove(room, room + (spare - size), size);
	else
		codec_pack_into(message, room, size);
	return ERR_OK;
}

enum err codec_copy(const ProtobufCMessage *message, struct arena *arena, const ProtobufCMessage **ret_copy)
{
	size_t size = codec_size(message);
	uint8_t *packed = arena_alloc(arena, size);

	if (packed == NULL)
		return ERR_TOO_LARGE;
	codec_pack_into(message, packed, size);
	return decode(message->descriptor, bytes_of(packed, size), (struct codec_how){ .ours = true }, arena, ret_copy, NULL);
}
