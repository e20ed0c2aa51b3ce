/* SPDX-License-Identifier: Apache-2.0 */
/* Acts of every kind: to which messages they belong, where they stand, and when they need words. */
#include "libtsunagi/draft.h"

#include <stdio.h>

#include "unit.h"

#define NOW_US INT64_C(1790000000000000)
#define BASIS "\"basis\":{\"basis\":\"PUBLIC_DUTY\",\"law\":\"SELF_RELIANCE_9\",\"reason\":\"x\"}"
#define THREAD "\"thread\":\"01960000-0000-7000-8000-000000000000\""
#define NOTE "\"note\":{\"text\":\"t\",\"text_classes\":[\"IDENTITY\"]}"
#define MEETING "\"conference\":{\"title\":\"t\",\"text_classes\":[\"IDENTITY\"]}"

static bool has_field(const struct problems *problems, const char *field)
{
	json_t *list = problems_json(problems), *row = NULL;
	size_t index = 0;
	bool found = false;

	json_array_foreach(list, index, row)
		found |= strcmp(json_string_value(json_object_get(row, "field")), field) == 0;
	json_decref(list);
	return found;
}

/* Whether a message of that kind with these fields has a fault there; field NULL: whether it has none at all. */
static bool told(const char *kind, const char *fields, const char *field)
{
	struct problems problems = { 0 };
	struct draft draft;
	char text[1200];
	json_t *json = NULL;
	bool answer = false;

	snprintf(text, sizeof text, "{\"kind\":\"%s\",\"to\":[\"a\"]," BASIS ",%s}", kind, fields);
	unit_context("%s", text);
	json = json_loads(text, 0, NULL);
	require(json != NULL);
	draft_read(json, NOW_US, &draft, &problems);
	answer = field == NULL ? problems_count(&problems) == 0 : has_field(&problems, field);
	json_decref(json);
	draft_free(&draft);
	problems_free(&problems);
	return answer;
}

static const struct {
	const char *kind, *field, *opening, *later, *content;
} rows[] = {
	{ "CONFERENCE", "conference", "\"conference_act\":{\"action\":\"PROPOSE\",\"kind\":\"CASE\"}", "\"conference_act\":{\"action\":\"CLOSE\"}", MEETING },
	{ "CONSENT", "consent", "\"consent_act\":{\"action\":\"REGISTER\"}", "\"consent_act\":{\"action\":\"WITHDRAW\"}", "\"consent\":{\"person_name\":\"n\"}" },
	{ "ANNOUNCEMENT", "announcement", "\"announcement_act\":{\"categories\":[\"c\"]}", "\"announcement_act\":{\"sign_up\":1}",
	  "\"announcement\":{\"title\":\"t\"}" },
};

#define ROWS (sizeof rows / sizeof *rows)

/* What opens a thread has its content and names no thread; what follows names it, and may be without words. */
static void test_threads(void)
{
	char fields[800];

	for (size_t i = 0; i < ROWS; i++) {
		snprintf(fields, sizeof fields, "%s,%s", rows[i].opening, rows[i].content);
		check(!told(rows[i].kind, fields, "thread"));
		snprintf(fields, sizeof fields, "%s,%s," THREAD, rows[i].opening, rows[i].content);
		check(told(rows[i].kind, fields, strcmp(rows[i].kind, "ANNOUNCEMENT") == 0 ? NULL : "thread")); /* which goes on to more agencies */
		check(told(rows[i].kind, rows[i].opening, rows[i].field));
		check(told(rows[i].kind, rows[i].later, "thread"));
		snprintf(fields, sizeof fields, "%s," THREAD, rows[i].later);
		check(told(rows[i].kind, fields, NULL));
		snprintf(fields, sizeof fields, "%s," THREAD "," NOTE, rows[i].later);
		check(told(rows[i].kind, fields, NULL));
	}
}

/* An act of one kind is none of another. */
static void test_kinds(void)
{
	char fields[800], field[40];

	for (size_t act = 0; act < ROWS; act++)
		for (size_t kind = 0; kind < ROWS; kind++) {
			snprintf(fields, sizeof fields, "%s," THREAD "," NOTE, rows[act].later);
			snprintf(field, sizeof field, "%s_act", rows[act].field);
			check(told(rows[kind].kind, fields, field) == (act != kind));
		}
	check(told("NOTE", "\"report_days\":3," NOTE, "report_days"));
	check(told("NOTE", "\"co_support\":true," NOTE, "co_support"));
}

/* Without an act a message has its content; two acts are too many. */
static void test_one_act(void)
{
	check(told("NOTE", THREAD, "sheet"));
	check(told("CONSENT", "\"consent_act\":{\"action\":\"WITHDRAW\"},\"announcement_act\":{\"sign_up\":1}," THREAD, "kind"));
	check(told("REQUEST", "\"leg_act\":{\"action\":\"RESUME\"}," THREAD ",\"sheet\":{}", "note"));
}

UNIT_SUITE("libtsunagi/draft_acts",
	{ "what opens a thread, and what follows", test_threads },
	{ "an act of one kind is none of another", test_kinds },
	{ "one act, or a content", test_one_act });
