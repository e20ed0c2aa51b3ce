/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/ids.h"
#include "unit.h"

static struct id random_id(void)
{
	uint8_t tail[10];

	unit_random_bytes(tail, sizeof tail);
	return id_make(unit_random_below(UINT64_C(1) << 45), tail);
}

static void test_whole(void)
{
	struct id id = random_id();
	struct id other = random_id();
	struct id_query query;
	char text[ID_TEXT];

	id_format(&id, text);
	require_ok(id_query_parse(text, &query));
	check(query.whole);
	check(id_query_matches(&query, bytes_of(id.bytes, ID_BYTES)));
	check(!id_query_matches(&query, bytes_of(other.bytes, ID_BYTES)));
	check(!id_query_matches(&query, bytes_of(id.bytes, ID_BYTES - 1)));
	check(!id_query_matches(&query, bytes_of(NULL, 0)));
}

static void test_code(void)
{
	for (int i = 0; i < 200; i++) {
		struct id id = random_id();
		struct id other = random_id();
		struct id_query query;
		char code[ID_CODE_TEXT];

		id_code(&id, code);
		require_ok(id_query_parse(code, &query));
		check(!query.whole);
		check(id_query_matches(&query, bytes_of(id.bytes, ID_BYTES)));
		check(!id_query_matches(&query, bytes_of(other.bytes, ID_BYTES)));
	}
}

static void test_mistyped(void)
{
	struct id id = random_id();
	struct id_query query = { .tail = 77 };
	char code[ID_CODE_TEXT];

	id_code(&id, code);
	code[2] = code[2] == 'A' ? 'B' : 'A';
	check_err(id_query_parse(code, &query), ERR_FORMAT);
	check_err(id_query_parse("", &query), ERR_FORMAT);
	check_err(id_query_parse("link", &query), ERR_FORMAT);
	check_err(id_query_parse("01930a1b-2c3d-7e4f-8a5b-6c7d8e9f0a1", &query), ERR_FORMAT);
	check_uint(query.tail, 77);
}

UNIT_SUITE("tsunagi/ids",
	{ "a UUID means itself alone", test_whole },
	{ "a code means the ids that it was made of", test_code },
	{ "a wrong character is noticed", test_mistyped });
