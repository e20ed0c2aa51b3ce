/* SPDX-License-Identifier: Apache-2.0 */
/* What is done to a leg: each action with all that it needs, and with each thing missing or wrong. */
#include "libtsunagi/draft.h"

#include <stdio.h>
#include <stdlib.h>

#include "contract/json.h"
#include "unit.h"

#define NOW_US INT64_C(1790000000000000) /* 2026-09-21 in Tokyo */
#define HEAD "{\"kind\":\"REQUEST\",\"to\":[\"a\"],\"thread\":\"01960000-0000-7000-8000-000000000000\"," \
	     "\"basis\":{\"basis\":\"PUBLIC_DUTY\",\"law\":\"SELF_RELIANCE_9\",\"reason\":\"x\"}"
#define NOTE "\"note\":{\"text\":\"t\",\"text_classes\":[\"IDENTITY\"]}"

/* The fields that an act's problems name, joined by spaces; "" when it may be sent.  words: the note, or empty. */
static const char *faults_of(const char *text)
{
	static char joined[2000];
	struct problems problems = { 0 };
	struct draft draft;
	json_t *json = json_loads(text, 0, NULL), *list = NULL, *row = NULL;
	size_t index = 0;
	enum err err = ERR_OK;

	unit_context("%s", text);
	require(json != NULL);
	err = draft_read(json, NOW_US, &draft, &problems);
	check_err(err, problems_count(&problems) == 0 ? ERR_OK : ERR_REFUSED);
	joined[0] = '\0';
	list = problems_json(&problems);
	json_array_foreach(list, index, row) {
		size_t used = strlen(joined);

		snprintf(joined + used, sizeof joined - used, "%s%s", used == 0 ? "" : " ", json_string_value(json_object_get(row, "field")));
	}
	json_decref(list);
	json_decref(json);
	draft_free(&draft);
	problems_free(&problems);
	return joined;
}

static const char *faults(const char *act, const char *words)
{
	char text[1200];

	snprintf(text, sizeof text, HEAD ",\"leg_act\":{%s}%s%s}", act, *words == '\0' ? "" : ",", words);
	return faults_of(text);
}

/* Each action with what it needs may be sent, also without words where none are needed. */
static void test_complete_acts(void)
{
	static const struct {
		const char *act, *words;
	} rows[] = {
		{ "\"action\":\"SEEN\"", "" },
		{ "\"action\":\"ASK\"", NOTE },
		{ "\"action\":\"ANSWER\"", NOTE },
		{ "\"action\":\"ANSWER\"", "" },
		{ "\"action\":\"ACCEPT\"", "" },
		{ "\"action\":\"ACCEPT\",\"on\":\"2026-09-21\"", "" },
		{ "\"action\":\"DECLINE\",\"reason\":\"FULL\",\"next_agency\":\"b@here\"", "" },
		{ "\"action\":\"DECLINE\",\"reason\":\"OTHER\",\"none_known\":true", NOTE },
		{ "\"action\":\"REDIRECT\",\"next_agency\":\"b@here\"", "" },
		{ "\"action\":\"START\",\"on\":\"2026-09-21\"", "" },
		{ "\"action\":\"REPORT\"", NOTE },
		{ "\"action\":\"HOLD\",\"reason\":\"SUPPORT_REFUSED\",\"on\":\"2026-10-21\"", "" },
		{ "\"action\":\"RESUME\"", "" },
		{ "\"action\":\"COMPLETE\",\"outcome\":\"RESOLVED\"", "" },
		{ "\"action\":\"WITHDRAW\",\"reason\":\"MISDIRECTED\",\"purge\":true", "" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		check_text(faults(rows[i].act, rows[i].words), "");
}

static void test_what_is_missing(void)
{
	static const struct {
		const char *act, *words, *fields;
	} rows[] = {
		{ "\"action\":\"ASK\"", "", "note.text" },
		{ "\"action\":\"REPORT\"", "", "note.text" },
		{ "\"action\":\"DECLINE\"", "", "leg_act.reason leg_act.next_agency" },
		{ "\"action\":\"DECLINE\",\"reason\":\"FULL\"", "", "leg_act.next_agency" },
		{ "\"action\":\"DECLINE\",\"none_known\":true", "", "leg_act.reason" },
		{ "\"action\":\"DECLINE\",\"reason\":\"MISDIRECTED\",\"none_known\":true", "", "leg_act.reason" },
		{ "\"action\":\"REDIRECT\"", "", "leg_act.next_agency" },
		{ "\"action\":\"START\"", "", "leg_act.on" },
		{ "\"action\":\"HOLD\",\"reason\":\"NOT_REACHED\"", "", "leg_act.on" },
		{ "\"action\":\"HOLD\",\"on\":\"2026-10-01\"", "", "leg_act.reason" },
		{ "\"action\":\"COMPLETE\"", "", "leg_act.outcome" },
		{ "\"action\":\"COMPLETE\",\"outcome\":\"SENDER_SUPPORTS\"", "", "leg_act.outcome" },
		{ "\"action\":\"WITHDRAW\"", "", "leg_act.reason" },
		{ "\"action\":\"WITHDRAW\",\"reason\":\"FULL\"", "", "leg_act.reason" },
		{ "\"purge\":false", "", "leg_act.action" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		check_text(faults(rows[i].act, rows[i].words), rows[i].fields);
}

/* What the site itself does, and what the first message does, is no agency's act. */
static void test_acts_of_others(void)
{
	static const char *const words[] = { "SUBMIT", "RECEIVE", "CONFIRM", "OPEN", "LAPSE", "BLOCK", "DEAD_LETTER", "EXPIRE", "TAKE_ELSEWHERE" };
	char act[80];

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		snprintf(act, sizeof act, "\"action\":\"%s\",\"reason\":\"OTHER\"", words[i]);
		check_text(faults(act, ""), "leg_act.action");
	}
}

static void test_days(void)
{
	check_text(faults("\"action\":\"ACCEPT\",\"on\":\"2026-09-20\"", ""), "leg_act.on");
	check_text(faults("\"action\":\"START\",\"on\":\"2026-09-22\"", ""), "leg_act.on");
	check_text(faults("\"action\":\"START\",\"on\":\"2026-08-01\"", ""), "");
	check_text(faults("\"action\":\"HOLD\",\"reason\":\"OTHER\",\"on\":\"2026-09-20\"", ""), "leg_act.on");
	check_text(faults("\"action\":\"HOLD\",\"reason\":\"OTHER\",\"on\":\"2026-02-30\"", ""), "leg_act.on");
	check_text(faults("\"action\":\"HOLD\",\"reason\":\"OTHER\",\"on\":\"tomorrow\"", ""), "leg_act.on");
}

static void test_what_does_not_belong(void)
{
	check_text(faults("\"action\":\"RESUME\",\"reason\":\"FULL\"", ""), "leg_act.reason");
	check_text(faults("\"action\":\"DECLINE\",\"reason\":\"FULL\",\"next_agency\":\"b@here\",\"none_known\":true", ""), "leg_act.none_known");
	check_text(faults("\"action\":\"REDIRECT\",\"next_agency\":\"b\"", ""), "leg_act.next_agency");
	check_text(faults("\"action\":\"RESUME\",\"purge\":true", ""), "leg_act.purge");
	check_text(faults("\"action\":\"RESUME\"", "\"sheet\":{\"ward\":\"x\"}"), "note");
	check_text(faults("\"action\":\"RESUME\"", "\"close\":\"RESOLVED\""), "kind");
	check_text(faults("\"action\":\"RESUME\"", "\"report_days\":14"), "report_days");
	check_text(faults("\"action\":\"RESUME\"", "\"co_support\":true"), "co_support");
	check_text(faults("\"action\":\"RESUME\"", "\"ask\":\"REFER\""), "");
}

/* An act names its request and is of a request's kind. */
static void test_threads(void)
{
	char text[900];

	check_text(faults_of("{\"kind\":\"REQUEST\",\"to\":[\"a\"],\"basis\":{\"basis\":\"ANONYMOUS\"},\"leg_act\":{\"action\":\"RESUME\"}}"), "thread");
	check_text(faults_of("{\"kind\":\"REQUEST\",\"to\":[\"a\"],\"basis\":{\"basis\":\"ANONYMOUS\"},\"close\":\"RESOLVED\"}"), "thread");
	snprintf(text, sizeof text, HEAD ",\"close\":\"%s\"}", "SENDER_SUPPORTS");
	check_text(faults_of(text), "");
	snprintf(text, sizeof text, HEAD ",\"close\":\"%s\"}", "VISITED");
	check_text(faults_of(text), "close");
	check_text(faults_of("{\"kind\":\"NOTE\",\"to\":[\"a\"],\"thread\":\"01960000-0000-7000-8000-000000000000\",\"basis\":{\"basis\":\"PUBLIC_DUTY\","
			     "\"law\":\"SELF_RELIANCE_9\",\"reason\":\"x\"}," NOTE ",\"leg_act\":{\"action\":\"RESUME\"}}"),
		   "leg_act");
}

/* What is missing is told with the codes that fit, in either language. */
static void test_words(void)
{
	struct problems problems = { 0 };
	struct draft draft;
	json_t *json = json_loads(HEAD ",\"leg_act\":{\"action\":\"DECLINE\",\"none_known\":true}}", 0, NULL);
	struct buf text;

	setenv("LANG", "ja_JP.UTF-8", 1);
	unsetenv("LC_ALL");
	unsetenv("LC_MESSAGES");
	check_err(draft_read(json, NOW_US, &draft, &problems), ERR_REFUSED);
	buf_init(&text, 4096);
	problems_text(&problems, &text);
	check(strstr(buf_text(&text), "OUTSIDE_AREA") != NULL);
	check(strstr(buf_text(&text), "理由") != NULL);
	check(strstr(buf_text(&text), "MISDIRECTED") == NULL);
	buf_free(&text);
	setenv("LANG", "C.UTF-8", 1);
	json_decref(json);
	draft_free(&draft);
	problems_free(&problems);
}

UNIT_SUITE("libtsunagi/draft_leg",
	{ "each action with what it needs", test_complete_acts },
	{ "what is missing is named by its field", test_what_is_missing },
	{ "what others do is no agency's act", test_acts_of_others },
	{ "days that have passed, and that have not come", test_days },
	{ "what does not belong to an act", test_what_does_not_belong },
	{ "an act stands in its request's thread", test_threads },
	{ "what is missing is told with its codes", test_words });
