/* SPDX-License-Identifier: Apache-2.0 */
/* The sample network's rules, one case for each sentence of the training day's slides. */
#include "config/directory_file.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/clock.h"
#include "contract/routing_report.h"
#include "unit.h"

#define WEEKDAY "2026-11-18T10:00:00+09:00" /* a Wednesday */
#define NIGHT "2026-11-21T23:30:00+09:00"   /* a Saturday */

static struct arena arena;
static Pb__DirectorySnapshot snapshot;
static const struct routing *routing;

/* As the site publishes it: without its confidential agencies. */
static const Pb__DirectoryFile *published(const Pb__DirectoryFile *file)
{
	Pb__DirectoryFile *shown = arena_calloc(&arena, 1, sizeof *shown);

	*shown = *file;
	shown->agencies = arena_calloc(&arena, file->n_agencies, sizeof *shown->agencies);
	shown->n_agencies = 0;
	for (size_t i = 0; i < file->n_agencies; i++)
		if (!file->agencies[i]->confidential)
			shown->agencies[shown->n_agencies++] = file->agencies[i];
	return shown;
}

static void load(bool stripped)
{
	const Pb__DirectoryFile *file = NULL;

	arena_free(&arena);
	arena_init(&arena, DIRECTORY_ARENA_BYTES + ROUTING_ARENA_BYTES);
	require_ok(directory_file_load(SOURCE_ROOT "/deploy/chiba/directory.yaml", NULL, NULL, &arena, &file));
	pb__directory_snapshot__init(&snapshot);
	snapshot.file = (Pb__DirectoryFile *)(uintptr_t)(stripped ? published(file) : file);
	snapshot.version = 5;
	require_ok(routing_compile(&snapshot, &arena, &routing));
}

static json_t *answer(const char *need, const char *at, const char *asking, bool all)
{
	json_t *json = json_loads(need, 0, NULL), *report = NULL;
	char *fault = NULL;
	int64_t now = 0;

	require(json != NULL);
	require_ok(clock_parse(at, &now));
	check_ok(routing_answer(routing, json, asking, now, all, LANGUAGE_EN, &report, &fault));
	check_text(fault, NULL);
	free(fault);
	json_decref(json);
	require(report != NULL);
	return report;
}

static const char *choice_text(const json_t *report, size_t choice, const char *name)
{
	return json_string_value(json_object_get(json_array_get(json_object_get(report, "choices"), choice), name));
}

static void test_slides(void)
{
	static const struct {
		const char *need, *at, *agency, *rule, *because;
	} rows[] = {
		{ "{\"topics\":[\"VIOLENCE_ABUSE\",\"DEBT\"],\"ward\":\"chuo\",\"age\":\"TWENTIES\"}", NIGHT, "police-seian", "violence", "without hesitation" },
		{ "{\"urgency\":\"DANGER\",\"ward\":\"midori\"}", NIGHT, "police-seian", "violence", "danger to life" },
		{ "{\"facts\":[\"VIOLENCE\"]}", WEEKDAY, "police-seian", "violence", "violence" },
		{ "{\"facts\":[\"OLDER_SIDE\"],\"ward\":\"hanamigawa\"}", WEEKDAY, "anshin-hanamigawa", "older-side", "80s side" },
		{ "{\"age\":\"EIGHTIES\",\"ward\":\"wakaba\"}", WEEKDAY, "anshin-wakaba", "older-side", "anshin care centre" },
		{ "{\"age\":\"THIRTIES\",\"topics\":[\"WITHDRAWAL_ABSENCE\"],\"ward\":\"inage\"}", WEEKDAY, "link", "youth", "up to their 30s" },
		{ "{\"age\":\"FORTIES\",\"facts\":[\"NOT_CALLED_HIKIKOMORI\"]}", WEEKDAY, "link", "youth", "unwilling to be called hikikomori" },
		{ "{\"facts\":[\"POVERTY\"],\"ward\":\"mihama\",\"age\":\"FIFTIES\"}", WEEKDAY, "jiritsu-mihama", "poverty-or-isolation", "self-reliance desk" },
		{ "{\"facts\":[\"ISOLATION\"],\"ward\":\"inage\"}", WEEKDAY, "jiritsu-inage", "poverty-or-isolation", "isolation" },
		{ "{\"facts\":[\"NEXT_STEP_TO_WORK\"],\"age\":\"FORTIES\"}", WEEKDAY, "shuro-junbi", "next-step-to-work", "employment readiness" },
		{ "{\"topics\":[\"EXPENSES_ARREARS\"],\"ward\":\"chuo\"}", WEEKDAY, "kakei", "debts-and-cash-flow", "household finance" },
		{ "{\"facts\":[\"CASH_FLOW\"]}", WEEKDAY, "kakei", "debts-and-cash-flow", "cash flow" },
		{ "{\"topics\":[\"DISABILITY\"],\"ward\":\"mihama\"}", WEEKDAY, "kikan-mihama", "disability-or-grey-zone", "core consultation centre" },
		{ "{\"facts\":[\"GREY_ZONE\"],\"ward\":\"midori\"}", WEEKDAY, "kikan-midori", "disability-or-grey-zone", "grey zone" },
		{ "{\"outside\":true,\"ward\":\"funabashi\",\"topics\":[\"MIND\"]}", NIGHT, "chukaku", "outside-the-city", "outside the city" },
		{ "{\"facts\":[\"INHERITANCE\"]}", WEEKDAY, "bengoshi", "inheritance-debt-violence", "lawyers" },
		{ "{\"facts\":[\"MUST_PART\"],\"ward\":\"chuo\"}", NIGHT, "shelter-proxy", "refuge", "refuge" },
		{ "{\"topics\":[\"HOUSING\"],\"ward\":\"chuo\",\"age\":\"FIFTIES\"}", WEEKDAY, "hikikomori", "first-line", "every consultation" },
		{ "{}", NIGHT, "hikikomori", "first-line", "first-line centre" },
	};

	load(true);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		json_t *report = answer(rows[i].need, rows[i].at, "csw-chuo", false);

		unit_context("%s", rows[i].need);
		check_text(choice_text(report, 0, "agency"), rows[i].agency);
		check_text(choice_text(report, 0, "rule"), rows[i].rule);
		check(strstr(choice_text(report, 0, "because"), rows[i].because) != NULL);
		check(json_boolean_value(json_object_get(report, "fell_back")) == (strcmp(rows[i].rule, "first-line") == 0));
		json_decref(report);
	}
	arena_free(&arena);
}

/* Several rules hold: each names its agencies, by rank. */
static void test_several(void)
{
	static const char *const expected[] = { "police-seian", "shelter-proxy", "anshin-chuo", "jiritsu-chuo", "kakei", "bengoshi" };
	json_t *report;

	load(true);
	report = answer("{\"topics\":[\"VIOLENCE_ABUSE\",\"DEBT\"],\"facts\":[\"MUST_PART\",\"OLDER_SIDE\",\"POVERTY\"],\"ward\":\"chuo\",\"age\":\"FIFTIES\"}",
			WEEKDAY, NULL, false);
	check_uint(json_array_size(json_object_get(report, "choices")), 6);
	for (size_t i = 0; i < 6; i++)
		check_text(choice_text(report, i, "agency"), expected[i]);
	json_decref(report);
	arena_free(&arena);
}

static void test_asking(void)
{
	json_t *report;

	load(true);
	report = answer("{\"age\":\"TWENTIES\",\"topics\":[\"DEBT\"]}", WEEKDAY, "link", false);
	check_text(choice_text(report, 0, "agency"), "kakei"); /* Link itself asks */
	json_decref(report);
	report = answer("{}", WEEKDAY, "hikikomori", false);
	check_text(choice_text(report, 0, "agency"), "hikikomori"); /* what nobody takes stays there */
	json_decref(report);
	arena_free(&arena);
}

/* A random need, so that the hunt below is not only for the needs that someone thought of. */
static void random_need(char *text, size_t room)
{
	static const char *const wards[] = { "", "chuo", "hanamigawa", "inage", "wakaba", "midori", "mihama" };

	snprintf(text, room, "{\"topics\":[\"%s\"],\"facts\":[\"%s\",\"%s\"],\"ward\":\"%s\",\"outside\":%s,\"urgency\":\"%s\",\"kind\":\"%s\"}",
		 unit_random_below(2) ? "VIOLENCE_ABUSE" : "DEBT", unit_random_below(2) ? "MUST_PART" : "VIOLENCE", unit_random_below(2) ? "POVERTY" : "GREY_ZONE",
		 wards[unit_random_below(7)], unit_random_below(2) ? "true" : "false", unit_random_below(2) ? "DANGER" : "SOON",
		 unit_random_below(2) ? "REQUEST" : "NOTE");
}

/* Nothing that comes back tells of the shelter: neither its label, nor another number where it is there than where it is not. */
static void test_hiding(void)
{
	char *with[200], need[400];

	for (int stripped = 0; stripped < 2; stripped++) {
		load(stripped == 1);
		for (size_t i = 0; i < 200; i++) {
			json_t *report;
			char *text;

			if (stripped == 0) {
				random_need(need, sizeof need);
				with[i] = strdup(need);
				require(with[i] != NULL);
			}
			report = answer(with[i], unit_random_below(2) ? NIGHT : WEEKDAY, NULL, true);
			json_object_del(report, "at");
			text = json_dumps(report, JSON_SORT_KEYS);
			require(text != NULL);
			check(strstr(text, "k4w7") == NULL && strstr(text, "confidential") == NULL);
			free(text);
			json_decref(report);
		}
	}
	for (size_t i = 0; i < 200; i++)
		free(with[i]);
	arena_free(&arena);
}

static void test_same_with_and_without(void)
{
	char *texts[2];

	for (int stripped = 0; stripped < 2; stripped++) {
		json_t *report;

		load(stripped == 1);
		report = answer("{\"topics\":[\"VIOLENCE_ABUSE\"],\"facts\":[\"MUST_PART\"],\"urgency\":\"DANGER\",\"ward\":\"chuo\"}", NIGHT, NULL, true);
		texts[stripped] = json_dumps(report, JSON_SORT_KEYS);
		json_decref(report);
	}
	require(texts[0] != NULL && texts[1] != NULL);
	check_text(texts[0], texts[1]);
	free(texts[0]);
	free(texts[1]);
	arena_free(&arena);
}

UNIT_SUITE("config/chiba_routing",
	{ "each rule of the slides", test_slides },
	{ "several rules hold", test_several },
	{ "never to the one who asks", test_asking },
	{ "nothing tells of the shelter", test_hiding },
	{ "with and without it the same answer", test_same_with_and_without });
