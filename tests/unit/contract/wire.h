/* SPDX-License-Identifier: Apache-2.0 */
/* wire.h - protobuf bytes put together by hand, right or wrong. */
#pragma once
#include "base/buf.h"

/* An empty buffer with room enough; freed by the caller. */
struct buf wire_buf(void);

void wire_varint(struct buf *buf, uint64_t value);
void wire_tag(struct buf *buf, uint64_t number, unsigned wire);
void wire_number(struct buf *buf, uint64_t number, uint64_t value);
void wire_bytes(struct buf *buf, uint64_t number, struct bytes bytes);
void wire_text(struct buf *buf, uint64_t number, const char *text);
