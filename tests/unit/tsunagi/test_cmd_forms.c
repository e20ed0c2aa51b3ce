/* SPDX-License-Identifier: Apache-2.0 */
/* Commands that need neither a site nor a bundle: codes, template, schema, version, check. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "fake_daemon.h"
#include "tsunagi/code_lists.h"
#include "tsunagi/input_file.h"
#include "tsunagi/words.h"
#include "unit.h"

static enum outcome outcome;

static const struct said *run(bool json, const char *words)
{
	unit_context("%s", words);
	return fake_run(NULL, json, &outcome, "%s", words);
}

static json_t *parsed(const char *text)
{
	json_t *json = json_loads(text, 0, NULL);

	require(json != NULL);
	return json;
}

static void test_codes(void)
{
	json_t *all = parsed(run(true, "codes")->out);
	size_t lists = 0;

	check_int(outcome, OUTCOME_DONE);
	for (const struct code_list *list = code_lists; list->field != NULL; list++, lists++)
		check(json_array_size(json_object_get(all, list->field)) > 0);
	check_uint(json_object_size(all), lists); /* and nothing else: programs go through all */
	json_decref(all);
	check(strstr(run(false, "codes urgency")->out, "DANGER") != NULL);
	check(strstr(run(false, "codes urgency")->out, code_lists[1].field) == NULL || strcmp(code_lists[1].field, "urgency") == 0);
	check(strstr(run(false, "codes colours")->err, "There is no list colours.") != NULL);
	check_int(outcome, OUTCOME_NOT_THERE);
	check(strstr(run(true, "codes colours")->out, "UNKNOWN_LIST") != NULL);
}

/* The row of a word in a list of `codes --json`, or NULL. */
static json_t *row_of(json_t *all, const char *list, const char *word)
{
	json_t *row = NULL;
	size_t index = 0;

	json_array_foreach(json_object_get(all, list), index, row)
		if (strcmp(json_string_value(json_object_get(row, "word")), word) == 0)
			return row;
	return NULL;
}

static bool needs(json_t *row, const char *what)
{
	json_t *need = NULL;
	size_t index = 0;

	json_array_foreach(json_object_get(row, "needs"), index, need)
		if (strcmp(json_string_value(need), what) == 0)
			return true;
	return false;
}

/* Lists of which the numbers have gaps, both languages, and what a word asks for. */
static void test_codes_tell_what_they_need(void)
{
	json_t *all = parsed(run(true, "codes")->out);

	check_text(json_string_value(json_object_get(row_of(all, "reason", "OTHER"), "en")), "other");
	check_text(json_string_value(json_object_get(row_of(all, "reason", "SUPPORT_REFUSED"), "ja")), "支援拒否");
	check(needs(row_of(all, "reason", "FULL"), "leg.DECLINE") && !needs(row_of(all, "reason", "FULL"), "leg.WITHDRAW"));
	check(needs(row_of(all, "outcome", "VISITED"), "leg.COMPLETE"));
	check(needs(row_of(all, "ask", "OUTREACH"), "sheet.outreach.whose_wish"));
	check(needs(row_of(all, "basis.basis", "CONSENT"), "basis.consent_id"));
	check(needs(row_of(all, "basis.basis", "REPORT_ABUSE"), "basis.law=CHILD_ABUSE_PREVENTION"));
	check(!needs(row_of(all, "basis.basis", "REPORT_ABUSE"), "basis.law=ENTRUSTMENT_CONTRACT"));
	check(row_of(all, "basis.basis", "ANONYMOUS") != NULL && json_object_get(row_of(all, "basis.basis", "ANONYMOUS"), "needs") == NULL);
	check(row_of(all, "leg.state", "ON_HOLD") != NULL && row_of(all, "reason", "UNSPECIFIED") == NULL);
	json_decref(all);
	check(strstr(run(false, "codes basis.basis")->out, "basis.meeting_id") != NULL);
	check(strstr(run(false, "codes")->out, "basis.meeting_id") == NULL);
}

/* From the stored message to the calendar; a file that is there stays as it is. */
static void test_conference_ics(void)
{
	char path[600], calendar[600], line[1400];
	const char *message = "{\"kind\":\"CONFERENCE\",\"message_id\":\"01960000-0000-7000-8000-000000000001\",\"sender\":\"link@chiba-city\","
			      "\"conference\":{\"title\":\"ケース会議\",\"place\":\"会議室\",\"starts_at\":\"2026-06-10T14:00:00+09:00\"}}";

	snprintf(path, sizeof path, "%s/message.json", unit_folder());
	snprintf(calendar, sizeof calendar, "%s/conference.ics", unit_folder());
	require_ok(file_write(path, bytes_of_text(message), 0600));
	snprintf(line, sizeof line, "conference ics %s", path);
	check(strstr(run(false, line)->out, "LOCATION:会議室") != NULL);
	snprintf(line, sizeof line, "conference ics %s --protected --state CONVENED", path);
	check(strstr(run(false, line)->out, "STATUS:CONFIRMED") != NULL);
	check(strstr(run(false, line)->out, "会議室") == NULL);
	snprintf(line, sizeof line, "conference ics %s --state SOMETIME", path);
	check(strstr(run(false, line)->err, "state: ") != NULL);
	check_int(outcome, OUTCOME_REFUSED);
	snprintf(line, sizeof line, "conference ics %s --out %s", path, calendar);
	check_text(run(false, line)->out, "");
	check_int(outcome, OUTCOME_DONE);
	check(strstr(run(true, line)->out, "\"FILE\"") != NULL);
	check_int(outcome, OUTCOME_REFUSED);
	check_int((run(true, "conference ics /no/such"), outcome), OUTCOME_NOT_THERE);
}

static const char *const kinds[] = { "request", "conference", "consent", "note", "announcement" };

static void test_templates(void)
{
	char words[60];

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		const char *line;
		json_t *json;

		snprintf(words, sizeof words, "template %s", kinds[i]);
		json = parsed(run(false, words)->out);
		check(json_object_size(json) > 1);
		json_decref(json);
		snprintf(words, sizeof words, "template %s --csv", kinds[i]);
		line = run(false, words)->out;
		check(strchr(line, ',') != NULL && strchr(line, '\n') == line + strlen(line) - 1 && strstr(line, ",,") == NULL);
	}
	run(false, "template letter");
	check_int(outcome, OUTCOME_NOT_THERE);
}

static void test_schemas(void)
{
	json_t *all = parsed(run(false, "schema")->out);
	char words[60];

	check_uint(json_array_size(json_object_get(all, "oneOf")), sizeof kinds / sizeof *kinds);
	json_decref(all);
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		json_t *json;

		snprintf(words, sizeof words, "schema %s", kinds[i]);
		json = parsed(run(false, words)->out);
		check(json_is_object(json));
		json_decref(json);
	}
	check(strstr(run(false, "schema letter")->err, "There is no kind letter.") != NULL);
	check_int(outcome, OUTCOME_NOT_THERE);
}

static void test_version(void)
{
	json_t *json = parsed(run(true, "version")->out);

	check_text(json_string_value(json_object_get(json, "version")), TSUNAGI_VERSION);
	check(json_integer_value(json_object_get(json, "wire")) > 0);
	json_decref(json);
	check(strncmp(run(false, "version")->out, "tsunagi ", 8) == 0);
}

static const char *written(const char *name, const char *text)
{
	static char path[300];

	snprintf(path, sizeof path, "%s/%s", unit_folder(), name);
	require_ok(file_write(path, bytes_of_text(text), 0600));
	return path;
}

static const struct said *check_file(bool json, const char *path)
{
	return fake_run(NULL, json, &outcome, "check %s", path);
}

static void test_check_tells_each_fault(void)
{
	static const char *const bad[] = { "", "[", "[]", "{}", "{\"kind\":\"LETTER\"}", "\"text\"", "{\"kind\":\"NOTE\",\"to\":12}" };

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		const struct said *said = check_file(false, written("message.json", bad[i]));

		unit_context("%s", bad[i]);
		check_int(outcome, OUTCOME_REFUSED);
		check(*said->err != '\0');
	}
}

/* Each kind's template without anything filled in is a form to fill in, not a message. */
static void test_check_of_templates(void)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		char template[65536];

		snprintf(template, sizeof template, "%s", fake_run(NULL, false, &outcome, "template %s", kinds[i])->out);
		check_file(true, written("message.json", template));
		unit_context("%s", kinds[i]);
		check(outcome == OUTCOME_DONE || outcome == OUTCOME_REFUSED);
	}
}

static void test_check_of_what_cannot_be_read(void)
{
	char path[300];
	char *large = malloc(INPUT_BYTES + 1);

	snprintf(path, sizeof path, "%s/none.json", unit_folder());
	check(strstr(check_file(true, path)->out, "NO_FILE") != NULL);
	check_int(outcome, OUTCOME_NOT_THERE);
	check_file(false, unit_folder());
	check_int(outcome, OUTCOME_REFUSED);
	require(large != NULL);
	memset(large, ' ', INPUT_BYTES + 1);
	snprintf(path, sizeof path, "%s/large.json", unit_folder());
	require_ok(file_write(path, bytes_of(large, INPUT_BYTES + 1), 0600));
	check(strstr(check_file(false, path)->err, "is larger than 16 MiB") != NULL);
	check_int(outcome, OUTCOME_REFUSED);
	require_ok(file_write(path, bytes_of(large, INPUT_BYTES), 0600)); /* just fits, and is no JSON */
	check(strstr(check_file(false, path)->err, "is larger than 16 MiB") == NULL);
	check_int(outcome, OUTCOME_REFUSED);
	free(large);
}

UNIT_SUITE("tsunagi/cmd_forms",
	{ "code lists", test_codes },
	{ "a conference as a calendar", test_conference_ics },
	{ "codes tell what they need", test_codes_tell_what_they_need },
	{ "templates", test_templates },
	{ "schemas", test_schemas },
	{ "version", test_version },
	{ "check names what is wrong", test_check_tells_each_fault },
	{ "templates may be checked", test_check_of_templates },
	{ "what cannot be read", test_check_of_what_cannot_be_read });
