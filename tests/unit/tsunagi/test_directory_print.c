/* SPDX-License-Identifier: Apache-2.0 */
/* The directory in words: hours as runs of days, what is missing left out, nobody's words able to steer a terminal. */
#include "tsunagi/directory_print.h"

#include <string.h>

#include "said.h"
#include "unit.h"

static const char *json_text;

static void print_entry(void)
{
	json_t *json = json_loads(json_text, JSON_DECODE_ANY, NULL);

	require(json != NULL);
	directory_print_entry(json);
	json_decref(json);
}

static const char *state_of(const void *context, size_t index)
{
	return index == 0 ? "first" : context;
}

static void print_table(void)
{
	json_t *json = json_loads(json_text, JSON_DECODE_ANY, NULL);

	require(json != NULL);
	directory_print_table(json, state_of, "another");
	json_decref(json);
}

static void check_entry(const char *text, const char *part)
{
	unit_context("%s", text);
	json_text = text;
	check(strstr(said_by(false, print_entry)->out, part) != NULL);
}

static void test_hours(void)
{
	check_entry("{}", "Mon-Fri 09:00-17:00"); /* what the schema says of an entry without hours */
	check_entry("{\"hours\":{\"always\":true,\"open_on_holidays\":true}}", "day and night, every day\n");
	check_entry("{\"hours\":{\"spans\":[{\"days\":[1,2,3,5,7],\"opens\":\"08:30\",\"closes\":\"12:00\"}]}}", "Mon-Wed, Fri, Sun 08:30-12:00\n");
	check_entry("{\"hours\":{\"spans\":[{\"days\":[6,7],\"opens\":\"10:00\",\"closes\":\"12:00\"}],\"open_on_holidays\":true}}", "Sat, Sun 10:00-12:00\n");
	check_entry("{\"hours\":{\"spans\":[{\"days\":[6],\"opens\":\"10:00\",\"closes\":\"12:00\"}],\"open_on_holidays\":true}}", "also on public holidays\n");
	check_entry("{\"hours\":{\"spans\":[{\"days\":[0,9],\"opens\":\"10:00\",\"closes\":\"12:00\"}]}}", "?, ? 10:00-12:00\n");
}

static void test_fields(void)
{
	static const char entry[] = "{\"id\":\"kakei\",\"names\":{\"ja\":\"家計改善\",\"en\":\"Household Finance\"},\"categories\":[\"a\",\"b\"],"
				    "\"services\":[{\"id\":\"debt\",\"names\":{\"ja\":\"債務\"}}],\"contact\":{\"phone\":\"043\\u001b[2J\"}}";

	check_entry(entry, "Household Finance\n");
	check_entry(entry, "a, b\n");
	check_entry(entry, "debt  債務\n"); /* it has no English name */
	check_entry(entry, "043 [2J\n");
	json_text = entry;
	check(strstr(said_by(false, print_entry)->out, "coordinator") == NULL);
}

static void test_table(void)
{
	const char *text = NULL;

	json_text = "{\"agencies\":[{\"id\":\"link\",\"areas\":[\"*\",\"outside\"]},{\"id\":\"kakei\"}]}";
	text = said_by(false, print_table)->out;
	check(strstr(text, "*, outside  first") != NULL);
	check(strstr(text, "another") != NULL);
}

UNIT_SUITE("tsunagi/directory_print", { "hours", test_hours }, { "fields", test_fields }, { "all entries", test_table });
