/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/routing_report.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "directories.h"
#include "unit.h"

#define FIRST DIRECTORY_DESK("first", ",'areas':['*']")
#define MONEY(id, more) "{'id':'" id "','names':{'ja':'家計の窓口','en':'Money desk'},'categories':['money']" more "}"
#define DEBT "{'id':'debt','when':[{'topics':['DEBT']}],'categories':['money'],'because':{'ja':'借金です','en':'it is about debts'}}"
#define LAST "{'id':'last','rank':9,'fallback':true,'agencies':['first'],'because':{'ja':'一次','en':'first line'}}"

static struct arena arena;

static const struct routing *compiled(const char *agencies)
{
	const struct routing *routing = NULL;

	arena_free(&arena);
	arena_init(&arena, ROUTING_ARENA_BYTES);
	require_ok(routing_compile(directory_with(&arena, agencies, DEBT "," LAST, ",'standings':[{'agency':'m-c','places':[{'places':'FULL'}]}]"), &arena,
				   &routing));
	return routing;
}

static const struct routing *two_desks(void)
{
	return compiled(FIRST "," MONEY("m-a", ",'areas':['*'],'contact':{'phone':'043-000-0001'}") "," MONEY("m-b", ",'areas':['n']") ","
			MONEY("m-c", ",'areas':['*']"));
}

static json_t *answer(const struct routing *routing, const char *need, bool all, enum language language)
{
	json_t *json = json_of(need), *report = NULL;
	char *fault = NULL;
	int64_t now = 0;
	enum err err;

	require_ok(clock_parse("2026-11-21T12:00:00+09:00", &now)); /* a Saturday */
	err = routing_answer(routing, json, NULL, now, all, language, &report, &fault);
	json_decref(json);
	check_text(fault, NULL);
	require_ok(err);
	return report;
}

static const char *text_at(const json_t *json, const char *path)
{
	char step[64];

	while (*path != '\0' && json != NULL) {
		size_t len = strcspn(path, ".");

		snprintf(step, sizeof step, "%.*s", (int)len, path);
		json = json_is_array(json) ? json_array_get(json, strtoul(step, NULL, 10)) : json_object_get(json, step);
		path += len + (path[len] == '.');
	}
	return json_string_value(json);
}

static void test_report(void)
{
	json_t *report = answer(two_desks(), "{'topics':['DEBT']}", false, LANGUAGE_EN);
	const json_t *passed = json_object_get(report, "passed_over");

	check_text(text_at(report, "type"), "route");
	check_int(json_integer_value(json_object_get(report, "directory_version")), 7);
	check_text(text_at(report, "at"), "2026-11-21T12:00:00.000+09:00");
	check(json_is_false(json_object_get(report, "fell_back")));
	check(json_object_get(report, "danger") == NULL);
	check_uint(json_array_size(json_object_get(report, "choices")), 1);
	check_text(text_at(report, "choices.0.agency"), "m-a");
	check_text(text_at(report, "choices.0.address"), "m-a@s");
	check_text(text_at(report, "choices.0.name"), "Money desk");
	check_text(text_at(report, "choices.0.phone"), "043-000-0001");
	check_text(text_at(report, "choices.0.rule"), "debt");
	check_text(text_at(report, "choices.0.because"), "it is about debts");
	check_text(text_at(report, "choices.0.cautions.0.code"), "STALE");
	check_text(text_at(report, "choices.0.cautions.1.code"), "CLOSED");
	check_text(text_at(report, "choices.0.opens_at"), "2026-11-23T09:00:00.000+09:00");
	check_int(json_integer_value(json_object_get(json_object_get(passed, "counts"), "AREA")), 1);
	check_int(json_integer_value(json_object_get(json_object_get(passed, "counts"), "FULL")), 1);
	check_int(json_integer_value(json_object_get(json_object_get(passed, "counts"), "CATEGORY")), 1);
	check(json_object_get(json_object_get(passed, "counts"), "CHOSEN") == NULL);
	check_uint(json_array_size(json_object_get(passed, "agencies")), 2);
	check_text(text_at(passed, "agencies.0.agency"), "m-b");
	check_text(text_at(passed, "agencies.0.reason"), "AREA");
	check_text(text_at(passed, "agencies.0.rule"), "debt");
	check_text(text_at(passed, "agencies.1.reason"), "FULL");
	check_int(json_integer_value(json_object_get(passed, "left_off")), 1);
	json_decref(report);
	arena_free(&arena);
}

static void test_japanese(void)
{
	json_t *report = answer(two_desks(), "{'topics':['DEBT'],'urgency':'DANGER'}", false, LANGUAGE_JA);

	check(json_is_true(json_object_get(report, "fell_back")));
	check_text(text_at(report, "choices.0.agency"), "first");
	check_text(text_at(report, "choices.0.because"), "一次");
	check(strstr(text_at(report, "danger"), "110") != NULL);
	check_text(text_at(report, "passed_over.agencies.0.name"), "家計の窓口");
	check_text(text_at(report, "passed_over.agencies.0.text"), "返答が必要な時刻まで閉まっています");
	json_decref(report);
	arena_free(&arena);
}

static void test_all(void)
{
	json_t *report = answer(two_desks(), "{'topics':['DEBT'],'ward':'n'}", true, LANGUAGE_EN);
	const json_t *passed = json_object_get(report, "passed_over");

	check_int(json_integer_value(json_object_get(passed, "left_off")), 0);
	check_text(text_at(passed, "agencies.0.agency"), "first");
	check_text(text_at(passed, "agencies.0.reason"), "CATEGORY");
	check_text(text_at(passed, "agencies.0.rule"), NULL);
	json_decref(report);
	arena_free(&arena);
}

/* A reader is given a bounded list, and exact numbers. */
static void test_bounded(void)
{
	size_t room = 400 * 100, len;
	char *agencies = malloc(room);
	json_t *report;
	const json_t *passed;

	require(agencies != NULL);
	len = (size_t)snprintf(agencies, room, "%s", FIRST);
	for (int i = 0; i < 200; i++)
		len += (size_t)snprintf(agencies + len, room - len, "," MONEY("m%03d", ",'areas':['n']"), i);
	report = answer(compiled(agencies), "{'topics':['DEBT']}", false, LANGUAGE_EN);
	free(agencies);
	passed = json_object_get(report, "passed_over");
	check_uint(json_array_size(json_object_get(passed, "agencies")), ROUTING_PASSED_SHOWN);
	check_int(json_integer_value(json_object_get(json_object_get(passed, "counts"), "AREA")), 200);
	check_int(json_integer_value(json_object_get(passed, "left_off")), 200 - (int)ROUTING_PASSED_SHOWN);
	json_decref(report);
	arena_free(&arena);
}

static void test_bad_needs(void)
{
	static const struct {
		const char *need, *en, *ja;
	} rows[] = {
		{ "{'topics':['MONEY']}", "topics[0]", "topics[0]" },
		{ "{'topic':['DEBT']}", "topic", "topic" },
		{ "{'urgency':4}", "urgency", "urgency" },
		{ "{'at':'tomorrow'}", "at", "at" },
		{ "{'ward':'moon'}", "no area \"moon\" (it has n)", "「moon」という地域は名簿にありません(あるのは n)" },
		{ "[]", "", "" },
	};
	const struct routing *routing = two_desks();

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		for (int language = 0; language < 2; language++) {
			json_t *json = json_of(rows[i].need), *report = NULL;
			char *fault = NULL;

			unit_context("%s", rows[i].need);
			check_err(routing_answer(routing, json, NULL, 0, false, (enum language)language, &report, &fault), ERR_FORMAT);
			check(report == NULL);
			require(fault != NULL);
			check(strstr(fault, language == LANGUAGE_EN ? rows[i].en : rows[i].ja) != NULL);
			free(fault);
			json_decref(json);
		}
	arena_free(&arena);
}

UNIT_SUITE("contract/routing_report",
	{ "a report, field by field", test_report },
	{ "in Japanese, and in danger", test_japanese },
	{ "every agency when asked for", test_all },
	{ "a bounded list, exact numbers", test_bounded },
	{ "needs that say nothing", test_bad_needs });
