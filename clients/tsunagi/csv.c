/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/csv.h"

#include <string.h>
#include <strings.h>

#include "tsunagi/input_file.h"

#define MARK "\xef\xbb\xbf"
#define MARK_BYTES 3u

bool csv_encoding_of(const char *word, enum csv_encoding *ret_encoding)
{
	static const struct {
		const char *word;
		enum csv_encoding encoding;
	} rows[] = { { "utf-8", CSV_UTF8 }, { "utf8", CSV_UTF8 }, { "cp932", CSV_CP932 }, { "shift_jis", CSV_CP932 }, { "sjis", CSV_CP932 } };

	if (word == NULL) {
		*ret_encoding = CSV_GUESS;
		return true;
	}
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (strcasecmp(rows[i].word, word) == 0) {
			*ret_encoding = rows[i].encoding;
			return true;
		}
	}
	return false;
}

/* ---- reading ---- */

struct reading {
	struct bytes content;
	size_t at;
	enum csv_encoding encoding;
	struct buf cell;   /* as it stands in the file, quotes resolved */
	struct buf text;   /* the same in UTF-8 */
	json_t *cells;
	const char *fault[2]; /* of this row; NULL: none so far */
	bool filled;          /* some cell of this row has text */
};

static void set_fault(struct reading *reading, const char *english, const char *japanese)
{
	if (reading->fault[0] == NULL) {
		reading->fault[0] = english;
		reading->fault[1] = japanese;
	}
}

static int byte_at(const struct reading *reading, size_t at)
{
	return at < reading->content.len ? reading->content.data[at] : -1;
}

static bool ends_cell(int byte)
{
	return byte == ',' || byte == '\r' || byte == '\n' || byte < 0;
}

static void read_quoted(struct reading *reading)
{
	reading->at++;
	for (;;) {
		int byte = byte_at(reading, reading->at);

		if (byte < 0) {
			set_fault(reading, "a quotation mark is not closed", "引用符が閉じていません");
			return;
		}
		reading->at++;
		if (byte == '"' && byte_at(reading, reading->at) == '"')
			reading->at++;
		else if (byte == '"')
			break;
		buf_put_byte(&reading->cell, (uint8_t)byte);
	}
	if (!ends_cell(byte_at(reading, reading->at)))
		set_fault(reading, "text follows a closing quotation mark", "閉じた引用符の後に文字があります");
}

static void read_cell(struct reading *reading)
{
	buf_clear(&reading->cell);
	buf_clear(&reading->text);
	if (byte_at(reading, reading->at) == '"')
		read_quoted(reading);
	while (!ends_cell(byte_at(reading, reading->at)))
		buf_put_byte(&reading->cell, reading->content.data[reading->at++]);
	if (csv_decode(buf_bytes(&reading->cell), reading->encoding, &reading->text) != ERR_OK)
		set_fault(reading, "bytes that are no text in the file's encoding", "文字コードとして読めない文字があります");
	else if (memchr(reading->text.data == NULL ? (uint8_t *)"" : reading->text.data, '\0', reading->text.len) != NULL)
		set_fault(reading, "a NUL byte", "NUL 文字があります");
}

static void keep_cell(struct reading *reading)
{
	const char *text = buf_text(&reading->text);

	if (reading->fault[0] != NULL)
		return;
	if (text == NULL) {
		set_fault(reading, "out of memory", "メモリーが足りません");
		return;
	}
	if (*text == '\'' && csv_is_risky(text))
		text++;
	reading->filled = reading->filled || *text != '\0';
	if (json_array_size(reading->cells) >= CSV_COLUMNS)
		set_fault(reading, "more than 512 columns", "512 列を超えています");
	else if (json_array_append_new(reading->cells, json_string(text)) != 0)
		set_fault(reading, "out of memory", "メモリーが足りません");
}

/* One row, up to and with its line end. */
static void read_row(struct reading *reading)
{
	reading->cells = json_array();
	reading->fault[0] = NULL;
	reading->filled = false;
	for (;;) {
		read_cell(reading);
		keep_cell(reading);
		if (byte_at(reading, reading->at) != ',')
			break;
		reading->at++;
	}
	if (byte_at(reading, reading->at) == '\r')
		reading->at++;
	if (byte_at(reading, reading->at) == '\n')
		reading->at++;
}

static void keep_row(struct reading *reading, size_t number, json_t *rows)
{
	if (reading->fault[0] != NULL) {
		json_array_append_new(rows, json_pack("{s:I,s:[s,s]}", "row", (json_int_t)number, "fault", reading->fault[0], reading->fault[1]));
		json_decref(reading->cells);
	} else if (reading->filled) {
		json_array_append_new(rows, json_pack("{s:I,s:o}", "row", (json_int_t)number, "cells", reading->cells));
	} else {
		json_decref(reading->cells);
	}
	reading->cells = NULL;
}

static enum csv_encoding guess(struct bytes content)
{
	struct buf whole;
	bool readable;

	if (csv_is_utf8(content))
		return CSV_UTF8;
	buf_init(&whole, INPUT_BYTES * 4u);
	readable = csv_decode(content, CSV_CP932, &whole) == ERR_OK;
	buf_free(&whole);
	if (!readable) { /* neither throughout: by its heading */
		const uint8_t *end = memchr(content.data, '\n', content.len);
		struct bytes heading = bytes_of(content.data, end == NULL ? content.len : (size_t)(end - content.data));

		return csv_is_utf8(heading) ? CSV_UTF8 : CSV_CP932;
	}
	return CSV_CP932;
}

enum err csv_read(struct bytes content, enum csv_encoding encoding, json_t **ret_rows)
{
	struct reading reading = { .encoding = encoding };
	bool marked = content.len >= MARK_BYTES && memcmp(content.data, MARK, MARK_BYTES) == 0;
	json_t *rows = json_array();

	if (encoding == CSV_GUESS)
		reading.encoding = marked ? CSV_UTF8 : guess(content);
	if (marked && reading.encoding == CSV_UTF8)
		content = bytes_of(content.data + MARK_BYTES, content.len - MARK_BYTES);
	reading.content = content;
	buf_init(&reading.cell, INPUT_BYTES);
	buf_init(&reading.text, INPUT_BYTES * 4u);
	for (size_t number = 1; reading.at < content.len; number++) {
		read_row(&reading);
		keep_row(&reading, number, rows);
	}
	buf_free(&reading.cell);
	buf_free(&reading.text);
	if (rows == NULL)
		return ERR_NOMEM;
	*ret_rows = rows;
	return ERR_OK;
}

/* ---- writing ---- */

void csv_put_start(enum csv_encoding encoding, struct buf *out)
{
	if (encoding != CSV_CP932)
		buf_put_text(out, MARK);
}

static void put_quoted(struct bytes cell, struct buf *out)
{
	bool quotes = false;

	for (size_t i = 0; i < cell.len; i++)
		quotes = quotes || strchr(",\"\r\n", cell.data[i]) != NULL;
	if (!quotes) {
		buf_put(out, cell);
		return;
	}
	buf_put_byte(out, '"');
	for (size_t i = 0; i < cell.len; i++) {
		if (cell.data[i] == '"')
			buf_put_byte(out, '"');
		buf_put_byte(out, cell.data[i]);
	}
	buf_put_byte(out, '"');
}

enum err csv_put_row(const char *const cells[], size_t count, enum csv_encoding encoding, struct buf *out, size_t *ret_cell)
{
	size_t before = out->len;
	struct buf cell;
	enum err err = ERR_OK;

	buf_init(&cell, INPUT_BYTES * 4u);
	for (size_t i = 0; i < count && err == ERR_OK; i++) {
		const char *text = cells[i] == NULL ? "" : cells[i];

		buf_clear(&cell);
		if (csv_is_risky(text))
			buf_put_byte(&cell, '\'');
		err = csv_encode(text, encoding, &cell);
		if (err != ERR_OK) {
			*ret_cell = i;
			out->len = before;
			break;
		}
		if (i > 0)
			buf_put_byte(out, ',');
		put_quoted(buf_bytes(&cell), out);
	}
	if (err == ERR_OK)
		buf_put_text(out, "\r\n");
	buf_free(&cell);
	return err == ERR_OK ? out->err : err;
}
