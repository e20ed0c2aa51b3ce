/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "contract/json.h"
#include "tsunagi/message_form.h"
#include "tsunagi/tsunagi.h"
#include "unit.h"

static void test_kinds(void)
{
	Pb__Kind kind = 0;

	check(message_kind("request", &kind) && kind == PB__KIND__KIND_REQUEST);
	check(message_kind("ANNOUNCEMENT", &kind) && kind == PB__KIND__KIND_ANNOUNCEMENT);
	check(!message_kind("UNSPECIFIED", &kind));
	check(!message_kind("", &kind));
	check(!message_kind("a word that is longer than every kind there is", &kind));
	check(kind == PB__KIND__KIND_ANNOUNCEMENT);
}

/* The words and names of a template are those that a message may have: the library finds fault with what is empty, never with a name. */
static void test_templates_are_read(void)
{
	for (int kind = PB__KIND__KIND_REQUEST; kind <= PB__KIND__KIND_ANNOUNCEMENT; kind++) {
		json_t *template = message_template((Pb__Kind)kind);
		char *text = json_dumps(template, 0);
		char *report = NULL;

		unit_context("kind %d", kind);
		require(text != NULL);
		check_int(tsg_check_json(text, strlen(text), &report), TSG_REFUSED);
		require(report != NULL);
		check(strstr(report, "there is no such field") == NULL && strstr(report, "unknown") == NULL);
		tsg_free(report);
		free(text);
		json_decref(template);
	}
}

static void test_filled_in(void)
{
	json_t *note = message_template(PB__KIND__KIND_NOTE);
	json_t *body = json_object_get(note, "note");
	char *report = NULL;
	char *text;

	json_array_set_new(json_object_get(note, "to"), 0, json_string("link"));
	json_object_set_new(json_object_get(note, "basis"), "reason", json_string("委託契約による連携"));
	json_object_set_new(body, "text", json_string("予定の確認"));
	json_array_append_new(json_object_get(body, "text_classes"), json_string("IDENTITY"));
	text = json_dumps(note, 0);
	if (!check_int(tsg_check_json(text, strlen(text), &report), TSG_OK))
		unit_context("%s", report);
	tsg_free(report);
	free(text);
	json_decref(note);
}

/* What must be considered before a visit is not considered by a form. */
static void test_no_question_is_answered_beforehand(void)
{
	json_t *request = message_template(PB__KIND__KIND_REQUEST);
	const json_t *checks = json_object_get(json_object_get(request, "sheet"), "outreach");

	check(json_is_null(json_object_get(checks, "knows_date")));
	check(json_is_null(json_object_get(checks, "can_come")));
	json_decref(request);
}

static void test_schemas(void)
{
	for (int kind = PB__KIND__KIND_REQUEST; kind <= PB__KIND__KIND_ANNOUNCEMENT; kind++) {
		const char *content = message_content((Pb__Kind)kind)->name;
		json_t *schema = message_schema((Pb__Kind)kind);
		json_t *properties = json_object_get(schema, "properties");

		unit_context("%s", content);
		require(schema != NULL);
		check(json_is_object(json_object_get(properties, content)));
		check(json_object_get(json_object_get(properties, content), "$schema") == NULL);
		check((json_object_get(properties, "ask") != NULL) == (kind == PB__KIND__KIND_REQUEST));
		check_text(json_string_value(json_object_get(json_object_get(properties, "kind"), "const")), json_word(&pb__kind__descriptor, kind));
		json_decref(schema);
	}
}

UNIT_SUITE("tsunagi/message_form",
	{ "kinds are found by their word", test_kinds },
	{ "templates hold known names and words only", test_templates_are_read },
	{ "a template filled in can be sent", test_filled_in },
	{ "no question is answered beforehand", test_no_question_is_answered_beforehand },
	{ "a schema for every kind", test_schemas });
