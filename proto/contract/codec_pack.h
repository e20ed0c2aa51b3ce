/* SPDX-License-Identifier: Apache-2.0 */
/* contract/codec_pack.h - from a message to wire bytes, back to front: what stands in a message is written before its length is, so that no
 * size is ever reckoned beforehand. */
#pragma once
#include <protobuf-c/protobuf-c.h>
#include <stddef.h>
#include <stdint.h>

/* Packs the message against the end of the room and tells how many bytes that takes.  When that is more than the room has, its content
 * is undefined: try again with as much.  room may be NULL with len 0.  The bytes are those of protobuf_c_message_pack. */
size_t codec_pack_back(const ProtobufCMessage *message, uint8_t *room, size_t len);
