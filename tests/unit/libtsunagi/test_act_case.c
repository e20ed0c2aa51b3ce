/* SPDX-License-Identifier: Apache-2.0 */
/* A case: shown as the broker knows it, protected by its owner's signed word, and how that fails. */
#include "acting.h"
#include "unit.h"

#define CASE "01960000-0000-7000-8000-00000000cafe"
#define OTHER "01960000-0000-7000-8000-00000000c0f1"
#define SHOWN "{\"case_shown\":{\"case_id\":\"" CASE "\",\"owner\":\"link@chiba-city\",\"members\":[\"link@chiba-city\",\"desk@chiba-city\"]}}"
#define KEPT_OUT "{\"case_shown\":{\"case_id\":\"" CASE "\",\"owner\":\"link@chiba-city\",\"protected\":true,\"kept_out\":[\"gone@chiba-city\"]}}"

static struct talk talk;

static void test_show(void)
{
	json_t *json = NULL;

	talk = talk_begin();
	stage_show(talk.stage, SHOWN);
	json = acting(talk.sender, TSG_OK, "{\"action\":\"case.show\",\"case\":\"" CASE "\"}");
	check_text(acting_text(json, "type"), "case");
	check_text(acting_text(json, "owner"), "link@chiba-city");
	check_uint(json_array_size(json_object_get(json, "members")), 2);
	json_decref(json);
	talk_end(&talk);
}

static void test_protect(void)
{
	const Pb__Statement *said = NULL;
	struct arena arena;
	json_t *json = NULL;

	arena_init(&arena, 16u << 20);
	talk = talk_begin();
	stage_show(talk.stage, SHOWN);
	json = acting(talk.sender, TSG_OK, "{\"action\":\"case.protect\",\"case\":\"" CASE "\",\"keep_out\":[\"third\",\"far@else-where\"]}");
	check_text(acting_text(json, "case_id"), CASE);
	check(json_integer_value(json_object_get(json, "seq")) > 0);
	json_decref(json);
	said = stage_said(talk.stage, &arena);
	require(said != NULL && said->body_case == PB__STATEMENT__BODY_MARK_CASE);
	check(said->mark_case->protected_);
	require(said->mark_case->n_kept_out == 2);
	check_text(said->mark_case->kept_out[0], "third@chiba-city");
	check_text(said->mark_case->kept_out[1], "far@else-where");
	check(said->mark_case->at_us > 0);
	acting_fails(&talk, talk.sender, TSG_REFUSED, "UNKNOWN_AGENCY",
		     "{\"action\":\"case.protect\",\"case\":\"" CASE "\",\"keep_out\":[\"third\",\"tihrd\"]}");
	stage_show(talk.stage, KEPT_OUT); /* who was kept out and left the directory stays so, though nobody can look it up */
	json_decref(acting(talk.sender, TSG_OK, "{\"action\":\"case.protect\",\"case\":\"" CASE "\",\"keep_out\":[\"gone\"]}"));
	json_decref(acting(talk.sender, TSG_OK, "{\"action\":\"case.protect\",\"case\":\"" CASE "\",\"protected\":false}"));
	said = stage_said(talk.stage, &arena);
	check(!said->mark_case->protected_);
	check_uint(said->mark_case->n_kept_out, 0);
	arena_free(&arena);
	talk_end(&talk);
}

static void test_failures(void)
{
	char long_list[4000] = "\"x\"";
	struct arena arena;

	arena_init(&arena, 16u << 20);
	talk = talk_begin();
	for (size_t i = 1; i <= LIMIT_KEPT_OUT && strlen(long_list) + 8 < sizeof long_list; i++)
		strcat(long_list, ",\"x\"");
	acting_fails(&talk, talk.sender, TSG_USAGE, "USAGE", "{\"action\":\"case.show\"}");
	acting_fails(&talk, talk.sender, TSG_USAGE, "USAGE", "{\"action\":\"case.show\",\"case\":\"link\"}");
	acting_fails(&talk, talk.sender, TSG_USAGE, "UNKNOWN_ACTION", "{\"action\":\"case.open\",\"case\":\"" CASE "\"}");
	acting_fails(&talk, talk.sender, TSG_NOT_FOUND, "UNKNOWN_MESSAGE", "{\"action\":\"case.show\",\"case\":\"" OTHER "\"}");
	acting_fails(&talk, talk.sender, TSG_USAGE, "USAGE", "{\"action\":\"case.protect\",\"case\":\"" CASE "\",\"keep_out\":\"third\"}");
	acting_fails(&talk, talk.sender, TSG_USAGE, "USAGE", "{\"action\":\"case.protect\",\"case\":\"" CASE "\",\"keep_out\":[\"third\",7]}");
	acting_fails(&talk, talk.sender, TSG_USAGE, "USAGE", "{\"action\":\"case.protect\",\"case\":\"" CASE "\",\"keep_out\":[%s]}", long_list);
	check(stage_said(talk.stage, &arena) == NULL); /* nothing was said to the broker */
	atomic_store(&talk.stage->refuse_code, PB__REFUSAL_CODE__REFUSAL_CODE_SAFETY);
	atomic_store(&talk.stage->refuse_count, 1);
	acting_fails(&talk, talk.sender, TSG_REFUSED, "SAFETY", "{\"action\":\"case.protect\",\"case\":\"" CASE "\"}");
	atomic_store(&talk.stage->lie, LIE_NO_SUCH_RESULT);
	acting_fails(&talk, talk.sender, TSG_UNREACHABLE, "BROKER_TALK", "{\"action\":\"case.show\",\"case\":\"" CASE "\"}");
	arena_free(&arena);
	talk_end(&talk);
}

UNIT_SUITE("libtsunagi/act_case",
	{ "shown", test_show },
	{ "protected", test_protect },
	{ "what cannot be done", test_failures });
