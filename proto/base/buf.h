/* SPDX-License-Identifier: Apache-2.0 */
/* base/buf.h - a growing run of bytes with a sticky error: append freely, look at err once at the end. */
#pragma once
#include "base/bytes.h"
#include "base/err.h"

struct buf {
	uint8_t *data; /* ours; NULL while cap is 0 */
	size_t len;
	size_t cap;
	size_t limit;  /* len never passes it: ERR_TOO_LARGE */
	enum err err;  /* first failure; later appends do nothing */
};

/* An empty buffer that may hold up to limit bytes.  Nothing is allocated yet. */
void buf_init(struct buf *buf, size_t limit);

/* Frees what it holds; buf is empty and usable again with the same limit.  NULL does nothing. */
void buf_free(struct buf *buf);

/* Forgets the content and the error, keeps the memory. */
void buf_clear(struct buf *buf);

/* What is appended must not lie in the buffer itself. */
void buf_put(struct buf *buf, struct bytes bytes);
void buf_put_byte(struct buf *buf, uint8_t byte);
void buf_put_text(struct buf *buf, const char *text);
void buf_printf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Room for len further bytes, counted into buf->len; NULL on failure (buf->err is set). */
uint8_t *buf_grow(struct buf *buf, size_t len);

/* What it holds, borrowed until the next change. */
static inline struct bytes buf_bytes(const struct buf *buf)
{
	return bytes_of(buf->data, buf->len);
}

/* What it holds as a NUL-terminated string (the NUL is not counted); NULL when buf->err is set. */
const char *buf_text(struct buf *buf);
