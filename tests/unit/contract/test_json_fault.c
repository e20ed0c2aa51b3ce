/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/json_fault.h"

#include "base/text.h"
#include "faults.h"

/* What is told of one value. */
static struct json_fault told(const char *text, const char *reason, const char *reason_ja)
{
	const struct codec_step step = { .field = "field" };
	struct faults faults = { 0 };
	struct json_reader reader = { .on_fault = faults_add, .context = &faults };
	json_t *json = text != NULL ? json_loads(text, JSON_DECODE_ANY, NULL) : NULL;

	json_tell(&reader, &step, json, reason, reason_ja);
	json_decref(json);
	check(reader.faulty);
	require(faults.count == 1);
	return faults.list[0];
}

static void test_values_shown(void)
{
	static const char *const rows[][2] = {
		{ "\"text\"", "\"text\": why" }, { "5", "5: why" },	    { "-5", "-5: why" },     { "1.5", "1.5: why" },
		{ "true", "true: why" },	 { "false", "false: why" }, { "null", "null: why" }, { "{\"a\":1}", "{...}: why" },
		{ "[1,2]", "[...]: why" },	 { "\"\"", "\"\": why" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct json_fault fault = told(rows[i][0], "why", "理由");

		check_text(fault.reason, rows[i][1]);
		check_text(fault.path, "field");
	}
	check_text(told(NULL, "why", "理由").reason, "why");
	check_text(told(NULL, "why", "理由").reason_ja, "理由");
	check_text(told("5", "why", "理由").reason_ja, "5:理由");
}

static bool whole_characters(const char *text)
{
	return text_check(bytes_of_text(text), NULL) == TEXT_OK;
}

static void test_long_ones_are_cut(void)
{
	char text[1000] = "\"";
	char reason[1000] = "";
	struct json_fault fault;

	for (size_t i = 0; i < 100; i++) {
		strcat(text, "長い");
		strcat(reason, "理由");
	}
	strcat(text, "\"");
	fault = told(text, reason, reason);
	check(whole_characters(fault.reason));
	check(whole_characters(fault.reason_ja));
	check(strstr(fault.reason, "...\": 理由") != NULL);
	check(strlen(fault.reason) > sizeof(fault.reason) - 4);
	check(strlen(fault.reason_ja) > sizeof(fault.reason_ja) - 4);
}

static void test_silent(void)
{
	struct json_reader reader = { 0 };

	json_tell(&reader, NULL, NULL, "why", "理由");
	check(reader.faulty);
}

UNIT_SUITE("contract/json_fault",
	{ "values are shown", test_values_shown },
	{ "long ones are cut between characters", test_long_ones_are_cut },
	{ "nobody listens", test_silent });
