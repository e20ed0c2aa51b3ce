/* SPDX-License-Identifier: Apache-2.0 */
/* samples.h - messages as they stand on a real wire, and every message type that there is. */
#pragma once
#include "contract/codec.h"
#include "admin.pb-c.h"
#include "content.pb-c.h"
#include "directory.pb-c.h"
#include "envelope.pb-c.h"
#include "frame.pb-c.h"
#include "ledger.pb-c.h"

#include "unit.h"

/* A View with one part, and a Statement that says it.  Everything lives in arena. */
Pb__View *sample_view(struct arena *arena);
Pb__Statement *sample_statement(struct arena *arena);

/* A FromClient with a batch of count orders, a View each. */
Pb__FromClient *sample_frame(struct arena *arena, size_t count);

/* A sheet with every kind of field set. */
Pb__Content *sample_sheet(struct arena *arena);

/* Packed into the arena. */
struct bytes sample_packed(const ProtobufCMessage *message, struct arena *arena);

/* 16 or 32 bytes that differ by the seed. */
ProtobufCBinaryData sample_bytes(struct arena *arena, size_t len, uint8_t seed);

/* Every type that stands alone on a wire or in a store. */
extern const ProtobufCMessageDescriptor *const sample_types[];
extern const size_t sample_type_count;
