/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/csv.h - tables as office tools write and read them (RFC 4180), in UTF-8 or CP932, with formulas defused.
 *
 * In CP932 no second byte is a quote, comma or line end, so a table is cut into cells before it is decoded: what is wrong in one row is
 * wrong in that row alone. */
#pragma once
#include <jansson.h>

#include "tsunagi/csv_text.h"

#define CSV_COLUMNS 512u /* a row with more is refused */

/* "utf-8", "cp932", "shift_jis" in either case; NULL: CSV_GUESS.  False for anything else. */
bool csv_encoding_of(const char *word, enum csv_encoding *ret_encoding);

/* Cuts and decodes a table.  ret_rows: [{"row":n, "cells":[text…]} or {"row":n, "fault":[english, japanese]}], a new reference; n as a
 * spreadsheet counts, from 1.  Rows without any text are left out.  What csv_put_row defused is as it was.  ERR_NOMEM. */
enum err csv_read(struct bytes content, enum csv_encoding encoding, json_t **ret_rows);

/* Appends what stands before the first row: a byte order mark, or nothing. */
void csv_put_start(enum csv_encoding encoding, struct buf *out);

/* Appends a row of cells (NULL: empty), CRLF at its end.  A cell that a spreadsheet would run as a formula gets an apostrophe before it.
 * ERR_FORMAT when the encoding lacks a character of it: out is as it was, and *ret_cell says where. */
enum err csv_put_row(const char *const cells[], size_t count, enum csv_encoding encoding, struct buf *out, size_t *ret_cell);
