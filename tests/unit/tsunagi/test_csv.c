/* SPDX-License-Identifier: Apache-2.0 */
/* Tables as office tools write them: cut, decoded, defused, refused row by row. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#include "tsunagi/csv.h"
#include "tsunagi/csv_text.h"
#include "unit.h"

static json_t *rows_of(struct bytes content, enum csv_encoding encoding)
{
	json_t *rows = NULL;

	require_ok(csv_read(content, encoding, &rows));
	return rows;
}

static const char *cell(const json_t *rows, size_t row, size_t index)
{
	return json_string_value(json_array_get(json_object_get(json_array_get(rows, row), "cells"), index));
}

static const char *fault(const json_t *rows, size_t row)
{
	return json_string_value(json_array_get(json_object_get(json_array_get(rows, row), "fault"), 0));
}

static json_int_t number(const json_t *rows, size_t row)
{
	return json_integer_value(json_object_get(json_array_get(rows, row), "row"));
}

static void test_cut(void)
{
	json_t *rows = rows_of(bytes_of_text("\xef\xbb\xbf" "a,\"b,\"\"c\"\"\"\r\n\r\n,,\r\n\"two\r\nlines\",x\n,last"), CSV_GUESS);

	check_uint(json_array_size(rows), 3);
	check_text(cell(rows, 0, 0), "a");
	check_text(cell(rows, 0, 1), "b,\"c\"");
	check_int(number(rows, 0), 1);
	check_text(cell(rows, 1, 0), "two\r\nlines");
	check_int(number(rows, 1), 4); /* as the spreadsheet counts, empty rows too */
	check_text(cell(rows, 2, 0), "");
	check_text(cell(rows, 2, 1), "last");
	json_decref(rows);
}

static void test_faults_are_of_their_row(void)
{
	static const char content[] = "h,i\n\"a\"b,c\nok,\0\ngood,x\n\"open,\n";
	json_t *rows = rows_of(bytes_of(content, sizeof content - 1), CSV_GUESS);

	check_uint(json_array_size(rows), 5);
	check(strstr(fault(rows, 1), "closing quotation") != NULL);
	check(strstr(fault(rows, 2), "NUL") != NULL);
	check_text(cell(rows, 3, 0), "good");
	check(strstr(fault(rows, 4), "not closed") != NULL);
	json_decref(rows);
}

/* "氏名" and "ソ" (its second byte is a backslash) in CP932. */
static const char shift_jis[] = "\x8e\x81\x96\xbc,x\r\n\x83\x5c,\"\x87\x40,\"\r\n";

static void test_encodings_are_found_out(void)
{
	json_t *rows = rows_of(bytes_of_text(shift_jis), CSV_GUESS);

	check_text(cell(rows, 0, 0), "氏名");
	check_text(cell(rows, 1, 0), "ソ");
	check_text(cell(rows, 1, 1), "①,");
	json_decref(rows);
	rows = rows_of(bytes_of_text("氏名,x\r\nソ,\"①,\"\r\n"), CSV_GUESS);
	check_text(cell(rows, 1, 1), "①,");
	json_decref(rows);
	rows = rows_of(bytes_of_text("氏名\n\xff\xfe\n良い\n"), CSV_GUESS); /* UTF-8 by its heading */
	check(fault(rows, 1) != NULL);
	check_text(cell(rows, 2, 0), "良い");
	json_decref(rows);
	rows = rows_of(bytes_of_text("\x8e\x81\n\xff\xff\n\x83\x5c\n"), CSV_GUESS); /* and CP932 */
	check(fault(rows, 1) != NULL);
	check_text(cell(rows, 2, 0), "ソ");
	json_decref(rows);
	rows = rows_of(bytes_of_text("a,b\n\x01\xff,c\n"), CSV_UTF8); /* a control character hides nothing behind it, and no cell moves up */
	check(fault(rows, 1) != NULL);
	json_decref(rows);
	rows = rows_of(bytes_of_text(shift_jis), CSV_UTF8); /* as was said */
	check(fault(rows, 0) != NULL);
	json_decref(rows);
}

static void test_names_of_encodings(void)
{
	enum csv_encoding encoding = CSV_CP932;

	check(csv_encoding_of(NULL, &encoding) && encoding == CSV_GUESS);
	check(csv_encoding_of("UTF-8", &encoding) && encoding == CSV_UTF8);
	check(csv_encoding_of("Shift_JIS", &encoding) && encoding == CSV_CP932);
	check(!csv_encoding_of("latin1", &encoding));
	check(!csv_encoding_of("", &encoding));
}

static void test_written(void)
{
	const char *const cells[] = { "a,b", "\"q\"", NULL, "氏名", "l\nm", "=1+1", "'@x", "it's" };
	struct buf out;
	size_t at = 99;

	buf_init(&out, 1000);
	csv_put_start(CSV_GUESS, &out);
	require_ok(csv_put_row(cells, 8, CSV_GUESS, &out, &at));
	check_text(buf_text(&out), "\xef\xbb\xbf\"a,b\",\"\"\"q\"\"\",,氏名,\"l\nm\",'=1+1,''@x,it's\r\n");
	buf_clear(&out);
	csv_put_start(CSV_CP932, &out);
	require_ok(csv_put_row((const char *const[]){ "氏名", "x" }, 2, CSV_CP932, &out, &at));
	check_text(buf_text(&out), "\x8e\x81\x96\xbc,x\r\n");
	buf_free(&out);
}

/* What the encoding lacks, or would change, is refused with its cell, and nothing of the row is written. */
static void test_never_replaced(void)
{
	static const char *const lacking[] = { "葛\xf3\xa0\x84\x80城", "𠮷野", "é", "🙂", "—" "\xe2\x80\x8b" };
	struct buf out;

	buf_init(&out, 1000);
	buf_put_text(&out, "before");
	for (size_t i = 0; i < sizeof lacking / sizeof *lacking; i++) {
		size_t at = 99;

		unit_context("%s", lacking[i]);
		check_err(csv_put_row((const char *const[]){ "x", lacking[i], "y" }, 3, CSV_CP932, &out, &at), ERR_FORMAT);
		check_uint(at, 1);
		check_text(buf_text(&out), "before");
	}
	for (uint32_t code = 0xa0; code < 0x30000; code += 1 + (uint32_t)unit_random_below(7)) { /* whatever is taken comes back as it was */
		char text[5] = { 0 };
		struct buf encoded, back;

		if (code >= 0xd800 && code < 0xe000)
			continue;
		snprintf(text, sizeof text, "%lc", (wint_t)code);
		if (*text == '\0')
			continue;
		buf_init(&encoded, 100);
		buf_init(&back, 100);
		unit_context("U+%X", code);
		if (csv_encode(text, CSV_CP932, &encoded) == ERR_OK) {
			require_ok(csv_decode(buf_bytes(&encoded), CSV_CP932, &back));
			check_text(buf_text(&back), text);
		} else {
			check_uint(encoded.len, 0);
		}
		buf_free(&encoded);
		buf_free(&back);
	}
	buf_free(&out);
}

static void test_risky(void)
{
	static const char *const risky[] = { "=", "+81", "-1", "@x", "\t", "\r", "\nx", "'=", "'''-", "=1", "@x", "+", "-" },
				 *const plain[] = { "", "a=", "'", "'a", " =1", "○", "1-2" };

	for (size_t i = 0; i < sizeof risky / sizeof *risky; i++)
		check(csv_is_risky(risky[i]));
	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
		check(!csv_is_risky(plain[i]));
}

/* Any row comes back as it was written, and no cell of the file starts what a spreadsheet would run. */
static void test_rows_come_back(void)
{
	static const char *const pieces[] = { "=", "+", "-", "@", "\t", "\r", "\n", "'", "\"", ",", "a", "氏", "ソ", "①", " ", "" };

	for (int round = 0; round < 2000; round++) {
		enum csv_encoding encoding = unit_random_below(2) == 0 ? CSV_UTF8 : CSV_CP932;
		char texts[4][80] = { "first" };
		const char *cells[4];
		struct buf out;
		json_t *rows;
		size_t at;

		for (size_t i = 0; i < 4; i++) {
			for (size_t j = i == 0 ? 9 : unit_random_below(9); j < 9; j++)
				strcat(texts[i], pieces[unit_random_below(sizeof pieces / sizeof *pieces)]);
			cells[i] = texts[i];
		}
		buf_init(&out, 10000);
		csv_put_start(encoding, &out);
		require_ok(csv_put_row(cells, 4, encoding, &out, &at));
		rows = rows_of(buf_bytes(&out), encoding);
		check_uint(json_array_size(rows), 1);
		for (size_t i = 0; i < 4; i++)
			check_text(cell(rows, 0, i), texts[i]);
		json_decref(rows);
		buf_free(&out);
	}
}

static void test_any_bytes(void)
{
	for (int round = 0; round < 500; round++) {
		uint8_t bytes[200];
		json_t *rows;

		unit_random_bytes(bytes, sizeof bytes);
		for (size_t i = 0; i < sizeof bytes; i++)
			if (unit_random_below(3) == 0)
				bytes[i] = (uint8_t)"\",\r\n'="[unit_random_below(6)];
		rows = rows_of(bytes_of(bytes, unit_random_below(sizeof bytes)), (enum csv_encoding)unit_random_below(3));
		for (size_t i = 0; i < json_array_size(rows); i++)
			check((json_object_get(json_array_get(rows, i), "cells") != NULL) != (fault(rows, i) != NULL));
		json_decref(rows);
	}
}

static void test_too_many_columns(void)
{
	char commas[CSV_COLUMNS + 2];
	json_t *rows;

	memset(commas, ',', sizeof commas);
	commas[0] = 'a';
	commas[sizeof commas - 1] = '\0';
	rows = rows_of(bytes_of_text(commas), CSV_GUESS);
	check(fault(rows, 0) != NULL);
	json_decref(rows);
	commas[sizeof commas - 2] = '\0';
	commas[0] = 'a';
	rows = rows_of(bytes_of_text(commas), CSV_GUESS);
	check(fault(rows, 0) == NULL);
	json_decref(rows);
	rows = rows_of(bytes_of_text(""), CSV_GUESS);
	check_uint(json_array_size(rows), 0);
	json_decref(rows);
}

UNIT_SUITE("tsunagi/csv",
	{ "cut into cells", test_cut },
	{ "faults are of their row", test_faults_are_of_their_row },
	{ "encodings are found out", test_encodings_are_found_out },
	{ "names of encodings", test_names_of_encodings },
	{ "written as office tools do", test_written },
	{ "nothing is ever replaced", test_never_replaced },
	{ "what a spreadsheet would run", test_risky },
	{ "rows come back", test_rows_come_back },
	{ "any bytes are taken", test_any_bytes },
	{ "too many columns", test_too_many_columns });
