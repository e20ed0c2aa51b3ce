/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/html.h"

#include <string.h>

static const char *reference(char character)
{
	switch (character) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	default:
		return "&#39;";
	}
}

void html_put(struct buf *out, const char *text)
{
	while (*text != '\0') {
		size_t plain = strcspn(text, "&<>\"'");

		buf_put(out, bytes_of(text, plain));
		text += plain;
		if (*text != '\0')
			buf_put_text(out, reference(*text++));
	}
}

void html_put_in(struct buf *out, const char *tag, const char *attributes, const char *text)
{
	buf_printf(out, "<%s%s>", tag, attributes);
	html_put(out, text);
	buf_printf(out, "</%s>", tag);
}
