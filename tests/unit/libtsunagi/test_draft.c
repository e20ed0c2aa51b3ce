/* SPDX-License-Identifier: Apache-2.0 */
#include "libtsunagi/draft.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "conversation.h"
#include "unit.h"

#define BASIS "\"basis\":{\"basis\":\"PUBLIC_DUTY\",\"law\":\"SELF_RELIANCE_9\",\"reason\":\"x\"}"

/* The fields that a message's problems name, joined by spaces; "" when there are none. */
static const char *faults(const char *text)
{
	static char joined[2000];
	struct problems problems = { 0 };
	struct draft draft;
	json_t *json = json_loads(text, JSON_DECODE_ANY, NULL), *list = NULL, *row = NULL;
	size_t index = 0;
	enum err err = ERR_OK;

	require(json != NULL);
	err = draft_read(json, clock_wall_us(), &draft, &problems);
	joined[0] = '\0';
	list = problems_json(&problems);
	json_array_foreach(list, index, row) {
		size_t len = strlen(joined);

		snprintf(joined + len, sizeof joined - len, "%s%s", len == 0 ? "" : " ", json_string_value(json_object_get(row, "field")));
		check(json_string_length(json_object_get(row, "message")) > 0);
	}
	check_err(err, json_array_size(list) == 0 ? ERR_OK : ERR_REFUSED);
	json_decref(list);
	json_decref(json);
	draft_free(&draft);
	problems_free(&problems);
	return joined;
}

static void test_good_ones(void)
{
	check_text(faults("{" TALK_SHEET "}"), "");
	check_text(faults("{" TALK_SHEET ",\"urgency\":\"DANGER\",\"take\":\"ALL\",\"release\":\"ON_ACCEPT\",\"key\":\"k\","
			  "\"case\":\"01960000-0000-7000-8000-000000000000\",\"thread\":\"01960000-0000-7000-8000-000000000001\","
			  "\"respond_by\":\"2999-01-01T00:00:00+09:00\",\"expires_at\":\"2999-01-01T00:00:00Z\"}"), "");
	check_text(faults("{\"kind\":\"NOTE\",\"to\":[\"a\",\"b@chiba-city\"]," BASIS ",\"note\":{\"text\":\"t\",\"text_classes\":[\"IDENTITY\"]}}"), "");
	check_text(faults("{\"kind\":\"ANNOUNCEMENT\",\"to\":[\"a\"],\"announcement\":{\"title\":\"ふらっと\",\"places\":10}}"), "");
	check_text(faults("{\"kind\":\"REQUEST\",\"ask\":\"CAPACITY\",\"to\":[\"a\"],\"basis\":{\"basis\":\"ANONYMOUS\"},\"sheet\":{\"ward\":\"緑区\",\"topics\":[{\"topic\":\"DEBT\",\"mark\":\"MAIN\"}]}}"), "");
}

static void test_names_and_words(void)
{
	check_text(faults("{" TALK_SHEET ",\"nonsense\":1}"), "nonsense");
	check_text(faults("{" TALK_SHEET ",\"urgency\":\"SOMETIME\"}"), "urgency");
	check_text(faults("{" TALK_SHEET ",\"release\":\"NEVER\"}"), "release");
	check_text(faults("{" TALK_SHEET ",\"release\":5}"), "release");
	check_text(faults("{" TALK_SHEET ",\"key\":\"\"}"), "key");
	check_text(faults("{" TALK_SHEET ",\"key\":5}"), "key");
	check_text(faults("{" TALK_SHEET ",\"case\":\"no id\"}"), "case_id");
	check_text(faults("{" TALK_SHEET ",\"expires_at\":\"tomorrow\"}"), "expires_at");
	check_text(faults("{" TALK_SHEET ",\"note\":{\"text\":\"x\"}}"), "sheet");
}

static void test_recipients(void)
{
	char text[3000] = "{\"kind\":\"NOTE\"," BASIS ",\"note\":{\"text\":\"t\",\"text_classes\":[\"IDENTITY\"]},\"to\":[";

	for (unsigned i = 0; i < 17; i++) {
		char row[32];

		snprintf(row, sizeof row, "%s\"a%u\"", i == 0 ? "" : ",", i);
		strcat(text, row);
	}
	strcat(text, "]}");
	check_text(faults(text), "to");
	check_text(faults("{\"kind\":\"NOTE\",\"to\":[]," BASIS ",\"note\":{\"text\":\"t\",\"text_classes\":[\"IDENTITY\"]}}"), "to");
	check_text(faults("{\"kind\":\"NOTE\",\"to\":\"a\"," BASIS ",\"note\":{\"text\":\"t\",\"text_classes\":[\"IDENTITY\"]}}"), "to");
	check_text(faults("{\"kind\":\"NOTE\",\"to\":[\"A b\",5,\"x@y@z\"]," BASIS ",\"note\":{\"text\":\"t\",\"text_classes\":[\"IDENTITY\"]}}"), "to to to");
	check_text(faults("{\"kind\":\"NOTE\",\"to\":[\"a\",\"a\"]," BASIS ",\"note\":{\"text\":\"t\",\"text_classes\":[\"IDENTITY\"]}}"), "to");
}

static void test_kinds(void)
{
	check_text(faults("{\"to\":[\"a\"]," BASIS ",\"note\":{\"text\":\"t\",\"text_classes\":[\"IDENTITY\"]}}"), "kind");
	check_text(faults("{\"kind\":\"REQUEST\",\"ask\":\"REFER\",\"to\":[\"a\"]," BASIS ",\"note\":{\"text\":\"t\",\"text_classes\":[\"IDENTITY\"]}}"), "sheet");
	check_text(faults("{\"kind\":\"REQUEST\",\"to\":[\"a\"]," BASIS ",\"sheet\":{\"ward\":\"x\"}}"), "ask");
	check_text(faults("{\"kind\":\"NOTE\",\"ask\":\"REFER\",\"to\":[\"a\"]," BASIS ",\"note\":{\"text\":\"t\",\"text_classes\":[\"IDENTITY\"]}}"), "ask");
	check_text(faults("{\"kind\":\"ANNOUNCEMENT\",\"case\":\"01960000-0000-7000-8000-000000000000\",\"to\":[\"a\"],\"announcement\":{\"title\":\"t\"}}"), "case");
}

static void test_capacity_and_outreach(void)
{
	check_text(faults("{\"kind\":\"REQUEST\",\"ask\":\"CAPACITY\",\"case\":\"01960000-0000-7000-8000-000000000000\",\"to\":[\"a\"],"
			  "\"basis\":{\"basis\":\"ANONYMOUS\"},\"sheet\":{\"ward\":\"x\",\"topics\":[{\"topic\":\"DEBT\",\"mark\":\"MAIN\"}]}}"), "case");
	check_text(faults("{\"kind\":\"REQUEST\",\"ask\":\"CAPACITY\",\"to\":[\"a\"]," BASIS ",\"sheet\":{\"ward\":\"x\",\"topics\":[{\"topic\":\"DEBT\",\"mark\":\"MAIN\"}]}}"), "basis.basis");
	check_text(faults("{\"kind\":\"REQUEST\",\"ask\":\"OUTREACH\",\"to\":[\"a\"]," BASIS ",\"sheet\":{\"ward\":\"x\"}}"),
		   "sheet.outreach.family_relation sheet.outreach.psychiatric sheet.outreach.knows_date sheet.outreach.person_consent "
		   "sheet.outreach.whose_wish sheet.outreach.can_come");
	check_text(faults("{\"kind\":\"REQUEST\",\"ask\":\"OUTREACH\",\"to\":[\"a\"]," BASIS ",\"sheet\":{\"text_classes\":[\"FAMILY\"],\"outreach\":{\"family_relation\":\"x\","
			  "\"psychiatric\":\"x\",\"person_consent\":\"x\",\"whose_wish\":\"x\",\"knows_date\":\"YES\",\"can_come\":\"YES\"}}}"),
		   "sheet.outreach.can_come");
}

static void test_times_and_basis(void)
{
	check_text(faults("{" TALK_SHEET ",\"expires_at\":\"2000-01-01T00:00:00Z\",\"respond_by\":\"2000-01-01T00:00:00Z\"}"), "expires_at respond_by");
	check(faults("{\"kind\":\"REQUEST\",\"ask\":\"REFER\",\"to\":[\"a\"],\"sheet\":{\"person\":{\"name\":\"x\"}}}")[0] != '\0');
	check(faults("{\"kind\":\"REQUEST\",\"ask\":\"REFER\",\"to\":[\"a\"],\"basis\":{\"basis\":\"ANONYMOUS\"},\"sheet\":{\"person\":{\"name\":\"x\"}}}")[0] != '\0');
	check(faults("{\"kind\":\"REQUEST\",\"ask\":\"REFER\",\"to\":[\"a\"]," BASIS ",\"sheet\":{\"history\":\"free text\"}}")[0] != '\0');
}

/* What nobody can accept would be held back for ever. */
static void test_release(void)
{
	static const char note[] = "{\"kind\":\"NOTE\",\"to\":[\"a\"]," BASIS ",\"note\":{\"text\":\"t\",\"text_classes\":[\"IDENTITY\"]}";
	char text[1000];

	snprintf(text, sizeof text, "%s,\"release\":\"ON_ACCEPT\"}", note);
	check_text(faults(text), "release");
	snprintf(text, sizeof text, "%s,\"release\":\"ON_DELIVERY\"}", note);
	check_text(faults(text), "");
	check_text(faults("{" TALK_SHEET ",\"release\":\"ON_ACCEPT\"}"), "");
}

static void test_attachments(void)
{
	char path[600], text[1500];
	const char *classes[] = { "", ",\"classes\":[\"HEALTH\"]", ",\"classes\":[\"NONSENSE\"]", ",\"classes\":5", ",\"media_type\":5" };
	const char *expected[] = { "", "", "classes[0]", "classes", "attach" };

	snprintf(path, sizeof path, "%s/file", unit_folder());
	talk_write(path, bytes_of_text("x"));
	for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++) {
		unit_context("%s", classes[i]);
		snprintf(text, sizeof text, "{%s,\"attach\":[{\"path\":\"%s\"%s}]}", TALK_SHEET, path, classes[i]);
		check_text(faults(text), expected[i]);
	}
	unit_context("none");
	check_text(faults("{" TALK_SHEET ",\"attach\":[{\"path\":\"/no/such\"}]}"), "attach.path");
	check_text(faults("{" TALK_SHEET ",\"attach\":[{}]}"), "attach.path");
	check_text(faults("{" TALK_SHEET ",\"attach\":[5]}"), "attach.path");
	/* What is no list would be sent without what was to be attached. */
	check_text(faults("{" TALK_SHEET ",\"attach\":{\"path\":\"x\"}}"), "attach");
	check_text(faults("{" TALK_SHEET ",\"attach\":\"report.pdf\"}"), "attach");
	check_text(faults("{" TALK_SHEET ",\"attach\":null}"), "");
	snprintf(text, sizeof text, "{\"kind\":\"ANNOUNCEMENT\",\"to\":[\"a\"],\"announcement\":{\"title\":\"t\"},\"attach\":[{\"path\":\"%s\"}]}", path);
	check_text(faults(text), "attach");
	check_text(faults("{\"kind\":\"NOTE\",\"to\":[\"a\"]," BASIS ",\"note\":{\"text\":\"t\",\"text_classes\":[\"IDENTITY\"],\"attachments\":[{\"name\":\"x\"}]}}"),
		   "attachments");
}

/* The same message, written otherwise, is the same; another is another. */
static void test_canonical_hash(void)
{
	static const char *const texts[] = { "{" TALK_SHEET "}", "{  \"to\" : [ \"desk\" ] , " TALK_SHEET "}", "{" TALK_SHEET ",\"urgency\":\"SOON\"}" };
	struct digest hashes[3];

	for (size_t i = 0; i < 3; i++) {
		struct problems problems = { 0 };
		struct draft draft;
		json_t *json = json_loads(texts[i], 0, NULL);

		require_ok(draft_read(json, 0, &draft, &problems));
		hashes[i] = draft.content_hash;
		draft_free(&draft);
		json_decref(json);
	}
	check(digest_equal(&hashes[0], &hashes[1]));
	check(!digest_equal(&hashes[0], &hashes[2]));
}

/* Whatever is put where, the reader says so and lives. */
static void test_random_changes(void)
{
	static const char *const values[] = { "null", "true", "-1", "1e300", "\"\"", "\"x\"", "[]", "{}", "[[[[[[[[[[]]]]]]]]]]", "99999999999999999999" };
	json_t *good = json_loads("{" TALK_SHEET ",\"attach\":[],\"release\":\"ON_ACCEPT\",\"case\":\"01960000-0000-7000-8000-000000000000\"}", 0, NULL);
	const char *name = NULL;
	json_t *value = NULL;
	void *next = NULL;

	json_object_foreach_safe(good, next, name, value) {
		for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
			json_t *bad = json_deep_copy(good);
			char *text = NULL;

			json_object_set_new(bad, name, json_loads(values[i], JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL, NULL));
			text = json_dumps(bad, 0);
			(void)faults(text);
			free(text);
			json_decref(bad);
		}
	}
	json_decref(good);
}

UNIT_SUITE("libtsunagi/draft", { "good ones", test_good_ones }, { "names and words", test_names_and_words }, { "recipients", test_recipients }, { "kinds", test_kinds },
	{ "only what can be accepted waits for it", test_release },
	   { "capacity and outreach", test_capacity_and_outreach }, { "times and basis", test_times_and_basis }, { "attachments", test_attachments },
	   { "canonical hash", test_canonical_hash }, { "random changes", test_random_changes });
