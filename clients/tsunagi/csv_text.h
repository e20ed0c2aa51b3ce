/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/csv_text.h - one cell's text between its encoding and ours, and between a person's words and what a spreadsheet would run. */
#pragma once
#include "base/buf.h"

enum csv_encoding {
	CSV_GUESS, /* reading: UTF-8 by its mark or when all of it is UTF-8, else CP932; writing: as CSV_UTF8 */
	CSV_UTF8,  /* written with a byte order mark, without which office tools take it for CP932 */
	CSV_CP932, /* what those tools call Shift_JIS */
};

/* Whether all of it is well-formed UTF-8, whatever its characters mean. */
bool csv_is_utf8(struct bytes bytes);

/* Appends UTF-8.  ERR_FORMAT when bytes are none of the encoding; CSV_GUESS is not one. */
enum err csv_decode(struct bytes bytes, enum csv_encoding encoding, struct buf *out);

/* Appends text in the encoding; ERR_FORMAT unless it reads back as the very same text. */
enum err csv_encode(const char *text, enum csv_encoding encoding, struct buf *out);

/* Whether text is one that csv_put_row puts an apostrophe before: it begins, after any apostrophes, with = + - @ (also full-width) or a tab
 * or line end.  So what it adds can always be told from what was there. */
bool csv_is_risky(const char *text);
