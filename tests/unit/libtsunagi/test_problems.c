/* SPDX-License-Identifier: Apache-2.0 */
#include "libtsunagi/problems.h"

#include <stdlib.h>

#include "unit.h"

static const char *message_at(const struct problems *problems, size_t index)
{
	return json_string_value(json_object_get(json_array_get(problems->list, index), "message"));
}

static void test_none(void)
{
	struct problems problems = { 0 };
	struct buf text;
	json_t *json = problems_json(&problems);

	check_uint(problems_count(&problems), 0);
	check(json_is_array(json) && json_array_size(json) == 0);
	buf_init(&text, 100);
	problems_text(&problems, &text);
	check_uint(text.len, 0);
	json_decref(json);
	buf_free(&text);
	problems_free(&problems);
}

static void test_two_languages(void)
{
	struct problems problems = { 0 };

	setenv("LC_ALL", "C.UTF-8", 1);
	problems_add(&problems, "to", "each agency is named once", "同じ機関が二度書かれています", "desk");
	setenv("LC_ALL", "ja_JP.UTF-8", 1);
	problems_add(&problems, "to", "each agency is named once", "同じ機関が二度書かれています", "desk");
	problems_add(&problems, "key", "a text", "文字列です", NULL);
	problems_on_fault(&problems, &(struct json_fault){ .path = "sheet.x", .reason = "wrong", .reason_ja = "誤り" });
	unsetenv("LC_ALL");
	check_uint(problems_count(&problems), 4);
	check_text(message_at(&problems, 0), "each agency is named once (\"desk\")");
	check_text(message_at(&problems, 1), "同じ機関が二度書かれています(「desk」)");
	check_text(message_at(&problems, 2), "文字列です");
	check_text(message_at(&problems, 3), "誤り");
	problems_free(&problems);
	check_uint(problems_count(&problems), 0);
}

/* A long value is cut where a character ends, so that what is told stays text. */
static void test_long_values(void)
{
	char value[300];

	for (size_t shift = 0; shift < 4; shift++) {
		struct problems problems = { 0 };
		size_t len = shift;

		memset(value, 'a', sizeof value);
		while (len + 4 < 200) {
			memcpy(value + len, "漢", 3);
			len += 3;
		}
		value[len] = '\0';
		unit_context("shift %zu", shift);
		problems_add(&problems, "f", "no", "no", value);
		check_uint(problems_count(&problems), 1);
		check(message_at(&problems, 0) != NULL && strlen(message_at(&problems, 0)) <= 80 + 10); /* jansson takes clean UTF-8 alone */
		check(message_at(&problems, 0) != NULL && strlen(message_at(&problems, 0)) > 70);
		problems_free(&problems);
	}
}

static void test_joined(void)
{
	struct problems problems = { 0 };
	struct buf text;

	setenv("LC_ALL", "C.UTF-8", 1);
	problems_add(&problems, "to", "one", "一", NULL);
	problems_add(&problems, "key", "two", "二", "v");
	unsetenv("LC_ALL");
	buf_init(&text, 100);
	buf_put_text(&text, "before: ");
	problems_text(&problems, &text);
	check_text(buf_text(&text), "before: to: one; key: two (\"v\")");
	buf_free(&text);
	problems_free(&problems);
}

UNIT_SUITE("libtsunagi/problems",
	{ "none", test_none },
	{ "two languages", test_two_languages },
	{ "long values", test_long_values },
	{ "joined", test_joined });
