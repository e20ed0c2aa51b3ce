/* SPDX-License-Identifier: Apache-2.0 */
/* A row of reply.csv as an action: the slip's words, dates of either calendar, and what is told where a word means nothing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tsunagi/desk_reply_action.h"
#include "tsunagi/json_row.h"
#include "unit.h"

static json_t *action;
static char fault[300];

/* Cells under the usual heading. */
static enum outcome read_row(const char *id, const char *reply, const char *reason, const char *on, const char *agency, const char *outcome, const char *text)
{
	json_t *heading = json_array(), *cells = json_pack("[sssssss]", id, reply, reason, on, agency, outcome, text);
	size_t count = 0;
	const char *const *titles = desk_reply_titles(&count);
	enum outcome result;

	for (size_t i = 0; i < count; i++)
		json_array_append_new(heading, json_string(titles[i]));
	json_decref(action);
	action = NULL;
	result = desk_reply_action(heading, cells, &action, fault);
	json_decref(heading);
	json_decref(cells);
	return result;
}

static void check_action(const char *expected)
{
	json_t *wanted = json_loads(expected, 0, NULL);

	require(wanted != NULL);
	if (!check(json_equal(action, wanted))) {
		char *text = json_dumps(action, 0);

		printf("got %s\n", text);
		free(text);
	}
	json_decref(wanted);
}

static void test_answers(void)
{
	check_int(read_row("ZCMNZ-492FH", "受けます", "", "令和8年12月1日", "", "", "電話します"), OUTCOME_DONE);
	check_action("{\"action\":\"request.accept\",\"id\":\"ZCMNZ-492FH\",\"on\":\"2026-12-01\",\"text\":\"電話します\"}");
	check_int(read_row("ZCMNZ-492FH", "受けられません", "担当区域の外", "", "なし", "", ""), OUTCOME_DONE);
	check_action("{\"action\":\"request.decline\",\"id\":\"ZCMNZ-492FH\",\"reason\":\"OUTSIDE_AREA\",\"none_known\":true}");
	check_int(read_row("ZCMNZ-492FH", "DECLINE", "FULL", "", "kakei", "", ""), OUTCOME_DONE);
	check_action("{\"action\":\"request.decline\",\"id\":\"ZCMNZ-492FH\",\"reason\":\"FULL\",\"next_agency\":\"kakei\"}");
	check_int(read_row("ZCMNZ-492FH", "完了", "", "", "", "RESOLVED", ""), OUTCOME_DONE);
	check_action("{\"action\":\"request.complete\",\"id\":\"ZCMNZ-492FH\",\"outcome\":\"RESOLVED\"}");
	check_int(read_row("  ZCMNZ-492FH ", " 質問があります\n", "", "", "", "", "住所は?"), OUTCOME_DONE);
	check_action("{\"action\":\"request.ask\",\"id\":\"ZCMNZ-492FH\",\"text\":\"住所は?\"}");
	check_int(read_row("ZCMNZ-492FH", "hold", "支援拒否", "2026/12/24", "", "", ""), OUTCOME_DONE);
	check_action("{\"action\":\"request.hold\",\"id\":\"ZCMNZ-492FH\",\"reason\":\"SUPPORT_REFUSED\",\"on\":\"2026-12-24\"}");
	json_decref(action);
	action = NULL;
}

/* Every word that the slip and the desk's own notes use leads somewhere. */
static void test_every_reply(void)
{
	static const struct {
		const char *word, *action;
	} rows[] = { { "見ました", "request.seen" },     { "受ける", "request.accept" },  { "受けられない", "request.decline" }, { "質問", "request.ask" },
		     { "回答", "request.answer" },       { "別の機関へ", "request.redirect" }, { "初回連絡", "request.start" },     { "経過", "request.report" },
		     { "保留", "request.hold" },         { "再開", "request.resume" },   { "終了", "request.complete" },     { "取り下げ", "request.withdraw" },
		     { "決着", "request.close" },        { "accept", "request.accept" }, { "REDIRECT", "request.redirect" } };

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		unit_context("%s", rows[i].word);
		check_int(read_row("1", rows[i].word, "", "", "", "", ""), OUTCOME_DONE);
		check_text(json_row_text(action, "action"), rows[i].action);
	}
	json_decref(action);
	action = NULL;
}

static void test_refused(void)
{
	check_int(read_row("", "受けます", "", "", "", "", ""), OUTCOME_REFUSED);
	check(strstr(fault, "number") != NULL);
	check_int(read_row("1", "踊ります", "", "", "", "", ""), OUTCOME_REFUSED);
	check(strstr(fault, "踊ります") != NULL);
	check_int(read_row("1", "lapse", "", "", "", "", ""), OUTCOME_REFUSED); /* an action, but not a desk's */
	check_int(read_row("1", "受けられません", "忙しい", "", "", "", ""), OUTCOME_REFUSED);
	check(strstr(fault, "忙しい") != NULL);
	check_int(read_row("1", "終了", "", "", "", "よかった", ""), OUTCOME_REFUSED);
	check(strstr(fault, "よかった") != NULL);
	check_int(read_row("1", "保留", "", "2月30日", "", "", ""), OUTCOME_REFUSED);
	check(strstr(fault, "2月30日") != NULL);
	check(action == NULL);
}

/* Columns in another order, with names of the schemas, and some that nobody knows. */
static void test_other_headings(void)
{
	json_t *heading = json_pack("[ssss]", "text", "メモ", "reply", "id"), *cells = json_pack("[ssss]", "はい", "自分用", "受けます", "7");

	json_decref(action);
	action = NULL;
	check_int(desk_reply_action(heading, cells, &action, fault), OUTCOME_DONE);
	check_action("{\"action\":\"request.accept\",\"id\":\"7\",\"text\":\"はい\"}");
	json_decref(heading);
	json_decref(cells);
	heading = json_pack("[sss]", "番号", "返答", "内容");
	cells = json_pack("[ss]", "7", "受けます"); /* a row that ends early */
	json_decref(action);
	action = NULL;
	check_int(desk_reply_action(heading, cells, &action, fault), OUTCOME_DONE);
	check_action("{\"action\":\"request.accept\",\"id\":\"7\"}");
	json_decref(heading);
	json_decref(cells);
	json_decref(action);
	action = NULL;
}

/* Which part is meant, of a request in which the desk has several; a heading from before there was the column has none. */
static void test_parts(void)
{
	static const struct {
		const char *reply, *wanted;
	} rows[] = {
		{ "見ました", "{\"action\":\"request.seen\",\"id\":\"7\",\"for\":\"kokoro\"}" },
		{ "取り下げ", "{\"action\":\"request.withdraw\",\"id\":\"7\",\"to\":\"kokoro\"}" },
		{ "回答", "{\"action\":\"request.answer\",\"id\":\"7\",\"to\":\"kokoro\"}" },
	};
	json_t *heading = json_pack("[sss]", "番号", "返答", "対象機関");

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		json_t *cells = json_pack("[sss]", "7", rows[i].reply, " kokoro ");

		json_decref(action);
		action = NULL;
		check_int(desk_reply_action(heading, cells, &action, fault), OUTCOME_DONE);
		check_action(rows[i].wanted);
		json_decref(cells);
	}
	json_decref(action);
	action = NULL;
	json_t *whole = json_pack("[sss]", "7", "決着", "kokoro");

	check_int(desk_reply_action(heading, whole, &action, fault), OUTCOME_REFUSED);
	check(strstr(fault, "対象機関") != NULL && strstr(fault, "kokoro") != NULL);
	json_decref(whole);
	json_decref(heading);
}

UNIT_SUITE("tsunagi/desk_reply_action",
	{ "answers as the slip has them", test_answers },
	{ "every word of an answer", test_every_reply },
	{ "words that mean nothing", test_refused },
	{ "other headings", test_other_headings },
	{ "which part is meant", test_parts });
