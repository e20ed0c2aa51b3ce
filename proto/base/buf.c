/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define BUF_FIRST 64u /* bytes of the first allocation */

void buf_init(struct buf *buf, size_t limit)
{
	*buf = (struct buf){ .limit = limit };
}

void buf_free(struct buf *buf)
{
	if (buf == NULL)
		return;
	free(buf->data);
	buf_init(buf, buf->limit);
}

void buf_clear(struct buf *buf)
{
	buf->len = 0;
	buf->err = ERR_OK;
}

/* The next capacity: doubled, so that appending stays linear, but never past the limit and the NUL of buf_text. */
static size_t next_cap(const struct buf *buf, size_t need)
{
	size_t most = buf->limit < SIZE_MAX ? buf->limit + 1 : SIZE_MAX;
	size_t cap = buf->cap > SIZE_MAX / 2 ? SIZE_MAX : buf->cap * 2;

	if (cap < BUF_FIRST)
		cap = BUF_FIRST;
	if (cap > most)
		cap = most;
	return cap < need ? need : cap;
}

/* Makes room for need bytes in all; false sets the sticky error. */
static bool reserve(struct buf *buf, size_t need)
{
	size_t cap;
	uint8_t *data;

	if (need <= buf->cap && buf->data != NULL)
		return true;
	cap = next_cap(buf, need);
	data = realloc(buf->data, cap);
	if (data == NULL) {
		buf->err = ERR_NOMEM;
		return false;
	}
	buf->data = data;
	buf->cap = cap;
	return true;
}

uint8_t *buf_grow(struct buf *buf, size_t len)
{
	uint8_t *room;

	if (buf->err != ERR_OK)
		return NULL;
	if (buf->len > buf->limit || len > buf->limit - buf->len) {
		buf->err = ERR_TOO_LARGE;
		return NULL;
	}
	if (!reserve(buf, buf->len + len))
		return NULL;
	room = buf->data + buf->len;
	buf->len += len;
	return room;
}

void buf_put(struct buf *buf, struct bytes bytes)
{
	uint8_t *room = buf_grow(buf, bytes.len);

	if (room != NULL && bytes.len > 0)
		memcpy(room, bytes.data, bytes.len);
}

void buf_put_byte(struct buf *buf, uint8_t byte)
{
	buf_put(buf, bytes_of(&byte, 1));
}

void buf_put_text(struct buf *buf, const char *text)
{
	buf_put(buf, bytes_of_text(text));
}

void buf_printf(struct buf *buf, const char *format, ...)
{
	va_list measure, print;
	uint8_t *room;
	int len;

	va_start(measure, format);
	len = vsnprintf(NULL, 0, format, measure);
	va_end(measure);
	if (len < 0) {
		if (buf->err == ERR_OK)
			buf->err = ERR_FORMAT;
		return;
	}
	room = buf_grow(buf, (size_t)len);
	/* vsnprintf also writes its NUL: one byte that is not counted. */
	if (room == NULL || !reserve(buf, buf->len + 1))
		return;
	va_start(print, format);
	vsnprintf((char *)buf->data + buf->len - len, (size_t)len + 1, format, print);
	va_end(print);
}

const char *buf_text(struct buf *buf)
{
	if (buf->err != ERR_OK || !reserve(buf, buf->len + 1))
		return NULL;
	buf->data[buf->len] = '\0';
	return (const char *)buf->data;
}
