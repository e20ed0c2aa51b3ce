/* SPDX-License-Identifier: Apache-2.0 */
/* The record that the law asks for as a table: its columns, formulas defused, what an encoding lacks named and left out. */
#include "tsunagi/provisions_csv.h"

#include <string.h>

#include "unit.h"

#define ROW(name, reason)                                                                                                                          \
	"{\"item\":17,\"at\":\"2026-11-29T03:53:49+09:00\",\"from\":\"a@c\",\"to\":\"b@c\",\"direction\":\"GIVEN\",\"person_name\":\"" name          \
	"\",\"classes\":[\"IDENTITY\",\"FINANCE\"],\"kind\":\"REQUEST\",\"ask\":\"REFER\",\"code\":\"AAAAA-BBBBB\","                                 \
	"\"basis\":{\"basis\":\"PUBLIC_DUTY\",\"law\":\"ENTRUSTMENT_CONTRACT\",\"reason\":\"" reason "\"}}"

static struct buf out;
static json_t *left_out;

static const char *written(const char *rows, enum csv_encoding encoding)
{
	json_t *list = json_loads(rows, 0, NULL);

	require(list != NULL);
	json_decref(left_out);
	buf_free(&out);
	buf_init(&out, 1u << 20);
	check_ok(provisions_csv_put(list, encoding, &out, &left_out));
	json_decref(list);
	return buf_text(&out);
}

static size_t lines(const char *table)
{
	size_t count = 0;

	for (; *table != '\0'; table++)
		count += *table == '\n';
	return count;
}

static void test_table(void)
{
	const char *table = written("[" ROW("例田 花", "連携") "]", CSV_UTF8);

	check(strncmp(table, "\xef\xbb\xbf区分,提供日時,", strlen("\xef\xbb\xbf区分,提供日時,")) == 0);
	check(strstr(table, "\r\n提供,2026-11-29T03:53:49+09:00,,a@c,b@c,例田 花,,氏名など、家計,法令・委託による職務,委託契約,連携,,,依頼,繋ぐ,,,,,AAAAA-BBBBB,17\r\n") !=
	      NULL);
	check_uint(lines(table), 2);
	check_uint(lines(written("[]", CSV_GUESS)), 1);
	check_uint(json_array_size(left_out), 0);
}

/* What a partner's words would make a spreadsheet do. */
static void test_formulas(void)
{
	const char *table = written("[" ROW("=HYPERLINK(1)", "@SUM(A1)") "]", CSV_UTF8);

	check(strstr(table, ",'=HYPERLINK(1),") != NULL);
	check(strstr(table, ",'@SUM(A1),") != NULL);
}

static void test_encoding(void)
{
	const char *table = written("[" ROW("例田 花", "連携") "," ROW("𠮷田", "連携") "]", CSV_CP932);

	check_uint(lines(table), 2);
	check(strstr(table, "\x8b\xe6\x95\xaa") == table); /* 区分 */
	require(json_array_size(left_out) == 1);
	check_text(json_string_value(json_array_get(left_out, 0)), "AAAAA-BBBBB: 本人の氏名");
}

static void test_odd_forms(void)
{
	check_uint(lines(written("[{},7,null,{\"basis\":5,\"classes\":{}},{\"at\":\"yesterday\"}]", CSV_UTF8)), 6);
}

UNIT_SUITE("tsunagi/provisions_csv",
	{ "the table", test_table },
	{ "formulas", test_formulas },
	{ "an encoding that lacks a character", test_encoding },
	{ "odd forms", test_odd_forms });
