/* SPDX-License-Identifier: Apache-2.0 */
#include "wire.h"

struct buf wire_buf(void)
{
	struct buf buf;

	buf_init(&buf, 64u * 1024u * 1024u);
	return buf;
}

void wire_varint(struct buf *buf, uint64_t value)
{
	for (; value > 0x7f; value >>= 7)
		buf_put_byte(buf, (uint8_t)(value | 0x80));
	buf_put_byte(buf, (uint8_t)value);
}

void wire_tag(struct buf *buf, uint64_t number, unsigned wire)
{
	wire_varint(buf, number << 3 | wire);
}

void wire_number(struct buf *buf, uint64_t number, uint64_t value)
{
	wire_tag(buf, number, 0);
	wire_varint(buf, value);
}

void wire_bytes(struct buf *buf, uint64_t number, struct bytes bytes)
{
	wire_tag(buf, number, 2);
	wire_varint(buf, bytes.len);
	buf_put(buf, bytes);
}

void wire_text(struct buf *buf, uint64_t number, const char *text)
{
	wire_bytes(buf, number, bytes_of_text(text));
}
