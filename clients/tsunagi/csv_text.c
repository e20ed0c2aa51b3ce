/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/csv_text.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>

#include "base/text.h"

#define GROWTH 4u /* bytes of UTF-8 or CP932 that one byte of the other becomes, at most */

static enum err convert(const char *to, const char *from, struct bytes bytes, struct buf *out)
{
	char *input = (char *)(uintptr_t)bytes.data, *output;
	size_t left = bytes.len, room = bytes.len * GROWTH, before = out->len;
	iconv_t conversion;
	enum err err = ERR_OK;

	if (bytes.len == 0)
		return out->err;
	output = (char *)buf_grow(out, room);
	if (output == NULL)
		return out->err;
	conversion = iconv_open(to, from);
	if (conversion == (iconv_t)-1) /* NOLINT: iconv's own sentinel */
		err = ERR_NOT_FOUND;
	/* A count above 0 tells of characters that were not reversible: that is replacing, too. */
	else if (iconv(conversion, &input, &left, &output, &room) != 0 || left != 0)
		err = ERR_FORMAT;
	if (conversion != (iconv_t)-1)
		iconv_close(conversion);
	out->len = err == ERR_OK ? before + bytes.len * GROWTH - room : before;
	return err;
}

bool csv_is_utf8(struct bytes bytes)
{
	uint32_t code;
	size_t length;

	for (size_t at = 0; at < bytes.len; at += length) {
		length = text_decode(bytes_of(bytes.data + at, bytes.len - at), &code);
		if (length == 0)
			return false;
	}
	return true;
}

enum err csv_decode(struct bytes bytes, enum csv_encoding encoding, struct buf *out)
{
	if (encoding == CSV_CP932)
		return convert("UTF-8", "CP932", bytes, out);
	if (!csv_is_utf8(bytes))
		return ERR_FORMAT;
	buf_put(out, bytes);
	return out->err;
}

enum err csv_encode(const char *text, enum csv_encoding encoding, struct buf *out)
{
	size_t before = out->len;
	struct buf back;
	enum err err;

	if (encoding != CSV_CP932) {
		buf_put_text(out, text);
		return out->err;
	}
	err = convert("CP932", "UTF-8", bytes_of_text(text), out);
	if (err != ERR_OK)
		return err;
	buf_init(&back, strlen(text) * GROWTH * GROWTH + 1);
	err = csv_decode(bytes_of(out->data + before, out->len - before), CSV_CP932, &back);
	if (err == ERR_OK && !bytes_equal(buf_bytes(&back), bytes_of_text(text)))
		err = ERR_FORMAT;
	if (err != ERR_OK)
		out->len = before;
	buf_free(&back);
	return err;
}

bool csv_is_risky(const char *text)
{
	static const char *const starts[] = { "=", "+", "-", "@", "\t", "\r", "\n", "\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d", "\xef\xbc\xa0" };

	text += strspn(text, "'");
	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
		if (strncmp(text, starts[i], strlen(starts[i])) == 0)
			return true;
	return false;
}
