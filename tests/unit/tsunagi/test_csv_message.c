/* SPDX-License-Identifier: Apache-2.0 */
/* A row as a message and back: columns, words, lists, the people of a household. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tsunagi/csv_message.h"
#include "tsunagi/message_form.h"
#include "unit.h"

static const char *const kinds[] = { "request", "conference", "consent", "note", "announcement" };

static void test_columns_are_told_apart(void)
{
	for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
		struct csv_columns columns;
		Pb__Kind kind;

		require(message_kind(kinds[k], &kind));
		require_ok(csv_columns_of(kind, &columns));
		check(columns.count > 10 && columns.count < CSV_COLUMNS);
		for (size_t i = 0; i < columns.count; i++) {
			unit_context("%s %s", columns.rows[i].path, columns.rows[i].title);
			check(*columns.rows[i].title != '\0');
			check(csv_columns_find(&columns, columns.rows[i].title) == &columns.rows[i]);
			check(csv_columns_find(&columns, columns.rows[i].path) == &columns.rows[i]);
		}
		check(csv_columns_find(&columns, "靴のサイズ") == NULL);
		check(csv_columns_find(&columns, "") == NULL);
		check(csv_columns_find(&columns, "  宛先 ") != NULL);
		csv_columns_free(&columns);
	}
}

static char fault[300];

static json_t *message_of(const char *heading, const char *cells)
{
	json_t *titles = json_loads(heading, 0, NULL), *texts = json_loads(cells, 0, NULL), *message = NULL;

	require(titles != NULL && texts != NULL);
	unit_context("%s", cells);
	if (csv_message_of_row(titles, texts, &message, fault) != ERR_OK)
		message = NULL;
	json_decref(titles);
	json_decref(texts);
	return message;
}

static void check_message(const char *heading, const char *cells, const char *wanted)
{
	json_t *message = message_of(heading, cells), *json = json_loads(wanted, 0, NULL);
	char *shown = json_dumps(message, JSON_SORT_KEYS | JSON_COMPACT), *right = json_dumps(json, JSON_SORT_KEYS | JSON_COMPACT);

	check_text(shown, right);
	free(shown);
	free(right);
	json_decref(message);
	json_decref(json);
}

static void test_cells(void)
{
	check_message("[\"氏名\",\"sheet.person.sex\",\"宛先\",\"緊急度\"]", "[\"例田\",\"女\",\"link、 desk;kakei\",\"URGENT\"]",
		      "{\"kind\":\"REQUEST\",\"to\":[\"link\",\"desk\",\"kakei\"],\"urgency\":\"URGENT\",\"sheet\":{\"person\":{\"name\":\"例田\",\"sex\":\"FEMALE\"}}}");
	check_message("[\"お困りごと 介護\",\"お困りごと 介護 内容\",\"お困りごと こころ\",\"お困りごと 住まい\"]", "[\"◎\",\"母\",\"〇\",\"\"]",
		      "{\"kind\":\"REQUEST\",\"sheet\":{\"topics\":[{\"topic\":\"CARE\",\"mark\":\"MAIN\",\"note\":\"母\"},{\"topic\":\"MIND\",\"mark\":\"CONCERN\"}]}}");
	check_message("[\"世帯構成3 氏名\",\"世帯構成1 年齢\",\"世帯構成3 年齢\"]", "[\"母\",\" 83 \",\"83歳\"]",
		      "{\"kind\":\"REQUEST\",\"sheet\":{\"household\":[{\"age\":83},{\"name\":\"母\",\"age\":\"83歳\"}]}}");
	check_message("[\"文章に含まれる情報\",\"訪問前の確認 本人は来所できるか\",\"訪問前の確認 本人は来所できる\"]", "[\"健康,LEGAL、噂\",\"いいえ\",\"はい\"]",
		      "{\"kind\":\"REQUEST\",\"sheet\":{\"text_classes\":[\"HEALTH\",\"LEGAL\",\"噂\"],\"outreach\":{\"can_come\":\"NO\",\"could_come_instead\":true}}}");
	check_message("[\"添付\",\"経過\"]", "[\"a、b.pdf\\nc.txt\",\" 一行目\\n二行目 \"]",
		      "{\"kind\":\"REQUEST\",\"attach\":[{\"path\":\"a、b.pdf\",\"media_type\":\"application/pdf\"},{\"path\":\"c.txt\",\"media_type\":\"text/plain\"}],"
		      "\"sheet\":{\"history\":\" 一行目\\n二行目 \"}}");
	check_message("[\"種類\",\"本文\",\"共有の根拠\"]", "[\"連絡\",\"x\",\"匿名\"]", "{\"kind\":\"NOTE\",\"note\":{\"text\":\"x\"},\"basis\":{\"basis\":\"ANONYMOUS\"}}");
	check_message("[\"種類\"]", "[\"手紙\"]", "{\"kind\":\"手紙\"}"); /* its check names it */
	check_message("[\"知らない列\",\"氏名\"]", "[\"\",\"x\"]", "{\"kind\":\"REQUEST\",\"sheet\":{\"person\":{\"name\":\"x\"}}}");
}

static void test_no_message(void)
{
	static const char *const rows[][3] = { { "[\"靴\"]", "[\"x\"]", "靴" },
					       { "[\"氏名\",\"sheet.person.name\"]", "[\"x\",\"y\"]", "twice" },
					       { "[\"氏名\"]", "[\"x\",\"y\"]", "column 2 has no heading" },
					       { "[\"氏名\",\"\"]", "[\"x\",\"y\"]", "column 2" } };

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		check(message_of(rows[i][0], rows[i][1]) == NULL);
		check(strstr(fault, rows[i][2]) != NULL);
	}
}

static enum err back(const struct csv_columns *columns, const json_t *request, json_t **ret_message)
{
	json_t *titles = json_array(), *cells = NULL;
	enum err err = csv_row_of_message(columns, request, &cells);

	for (size_t i = 0; i < columns->count; i++)
		json_array_append_new(titles, json_string(columns->rows[i].title));
	if (err == ERR_OK)
		err = csv_message_of_row(titles, cells, ret_message, fault);
	json_decref(titles);
	json_decref(cells);
	return err;
}

static void test_there_and_back(void)
{
	json_t *request = json_pack("{s:s,s:s,s:[s,s],s:{s:s,s:s},s:{s:{s:s,s:s},s:[{s:s,s:i}],s:[{s:s,s:s,s:s},{s:s,s:s}],s:[s,s],s:s}}", "kind", "REQUEST", "ask", "REFER",
				    "to", "a", "b", "basis", "basis", "PUBLIC_DUTY", "law", "SELF_RELIANCE_9", "sheet", "person", "name", "=例田", "sex", "OTHER", "household", "name",
				    "母", "age", 83, "topics", "topic", "OTHER", "mark", "MAIN", "note", "学び直し", "topic", "CARE", "mark", "CONCERN", "text_classes", "HEALTH",
				    "LEGAL", "history", "一\n二");
	json_t *message = NULL;
	struct csv_columns columns;

	require(request != NULL);
	require_ok(csv_columns_of(PB__KIND__KIND_REQUEST, &columns));
	require_ok(back(&columns, request, &message));
	check_text(json_string_value(json_object_get(json_array_get(json_object_get(json_object_get(message, "sheet"), "topics"), 0), "topic")), "CARE"); /* the form's order */
	json_array_clear(json_object_get(json_object_get(message, "sheet"), "topics"));
	json_array_clear(json_object_get(json_object_get(request, "sheet"), "topics"));
	check(json_equal(message, request));
	json_decref(message);
	csv_columns_free(&columns);
	json_decref(request);
}

/* More than the columns hold is refused, never cut. */
static void test_too_much_for_a_row(void)
{
	json_t *request = json_pack("{s:s,s:{s:[]}}", "kind", "REQUEST", "sheet", "household"), *message = NULL;
	json_t *sheet = json_object_get(request, "sheet");
	struct csv_columns columns;

	require_ok(csv_columns_of(PB__KIND__KIND_REQUEST, &columns));
	for (unsigned i = 0; i <= CSV_MEMBERS; i++) {
		json_array_append_new(json_object_get(sheet, "household"), json_pack("{s:s}", "name", "x"));
		unit_context("%u people", i + 1);
		check_err(back(&columns, request, &message), i < CSV_MEMBERS ? ERR_OK : ERR_FORMAT);
		json_decref(message);
		message = NULL;
	}
	json_object_del(sheet, "household");
	json_object_set_new(sheet, "topics", json_pack("[{s:s,s:s},{s:s,s:s}]", "topic", "DEBT", "note", "a", "topic", "DEBT", "note", "b"));
	check_err(back(&columns, request, &message), ERR_FORMAT);
	csv_columns_free(&columns);
	json_decref(request);
}

UNIT_SUITE("tsunagi/csv_message",
	{ "columns are told apart", test_columns_are_told_apart },
	{ "cells become fields", test_cells },
	{ "rows that are no message", test_no_message },
	{ "there and back", test_there_and_back },
	{ "too much for a row", test_too_much_for_a_row });
