/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/json_row.h"

#include "unit.h"

#define ROW "{'message_id':'01980a5e-7c00-7abc-8def-0123456789ab','accepted_at':'2026-07-12T10:00:00.500+09:00','text':'名前','count':3}"

static json_t *row_of(const char *text)
{
	char json[500];
	size_t i = 0;

	for (; text[i] != '\0' && i < sizeof json - 1; i++)
		json[i] = text[i] == '\'' ? '"' : text[i];
	json[i] = '\0';
	return json_loads(json, 0, NULL);
}

static void test_what_is_there(void)
{
	json_t *row = row_of(ROW);
	char time[DISPLAY_TIME];
	char code[ID_CODE_TEXT], expected[ID_CODE_TEXT];
	struct id id;

	require(row != NULL);
	check_text(json_row_text(row, "text"), "名前");
	json_row_time(row, "accepted_at", time);
	check_text(time, "2026-07-12T10:00:00+09:00");
	require_ok(id_parse("01980a5e-7c00-7abc-8def-0123456789ab", &id));
	id_code(&id, expected);
	json_row_code(row, code);
	check_text(code, expected);
	json_decref(row);
}

/* A daemon or a library of another version may leave out what this one shows, or give it in another form. */
static void check_nothing(const json_t *row)
{
	char time[DISPLAY_TIME] = "before";
	char code[ID_CODE_TEXT] = "before";

	check_text(json_row_text(row, "text"), "");
	json_row_time(row, "accepted_at", time);
	check_text(time, "-");
	json_row_code(row, code);
	check_text(code, "");
}

static void test_what_is_not(void)
{
	const char *const rows[] = { "{}", "[1]", "{'text':null,'accepted_at':12,'message_id':[]}", "{'text':{},'accepted_at':'yesterday','message_id':'0198'}" };

	check_nothing(NULL);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		json_t *row = row_of(rows[i]);

		unit_context("%s", rows[i]);
		require(row != NULL);
		check_nothing(row);
		json_decref(row);
	}
}

UNIT_SUITE("tsunagi/json_row", { "what is there", test_what_is_there }, { "what is not", test_what_is_not });
