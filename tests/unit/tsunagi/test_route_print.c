/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/route_print.h"

#include <string.h>

#include "said.h"
#include "tsunagi/words.h"
#include "unit.h"

#define CHOICE(id, more) "{\"agency\":\"" id "\",\"name\":\"Desk " id "\",\"phone\":\"043-000-0001\",\"rule\":\"r\",\"because\":\"since so\"" more "}"
#define CLOSED ",\"cautions\":[{\"code\":\"STALE\",\"text\":\"old\"},{\"code\":\"CLOSED\",\"text\":\"shut\"}],\"opens_at\":\"2026-11-23T09:00:00.000+09:00\""

static const char *report_json;
static size_t most;
static bool whole;

static void print(void)
{
	json_t *report = json_loads(report_json, 0, NULL);

	require(report != NULL);
	if (whole)
		route_print(report, most);
	else
		route_print_choices(report, most);
	json_decref(report);
}

static const char *printed(const char *json, size_t at_most, bool all_of_it)
{
	report_json = json;
	most = at_most;
	whole = all_of_it;
	return said_by(false, print)->out;
}

static void test_choices(void)
{
	static const char json[] = "{\"choices\":[" CHOICE("a", CLOSED) "," CHOICE("b", "") "],\"passed_over\":{\"agencies\":[],\"left_off\":0}}";

	check_text(printed(json, 0, true), "1. a  Desk a  043-000-0001\n   since so (rule r)\n   old\n   shut; opens 2026-11-23T09:00:00+09:00\n"
					   "2. b  Desk b  043-000-0001\n   since so (rule r)\n");
	check(strstr(printed(json, 1, false), "Desk b") == NULL);
	words_start(LANGUAGE_JA);
	check(strstr(printed(json, 0, false), "since so(規則 r)") != NULL);
	check(strstr(printed(json, 0, false), "shut(次は 2026-11-23T09:00:00+09:00 から)") != NULL);
	words_start(LANGUAGE_EN);
}

static void test_passed_over(void)
{
	static const char json[] = "{\"danger\":\"telephone 110\",\"fell_back\":true,\"choices\":[" CHOICE("a", "") "],\"passed_over\":{\"agencies\":["
				   "{\"agency\":\"c\",\"name\":\"Desk c\",\"reason\":\"AREA\",\"text\":\"too far\"}],\"left_off\":7}}";
	const char *text = printed(json, 0, true);

	check(strstr(text, "telephone 110\n") == text);
	check(strstr(text, "No rule finds an agency") != NULL);
	check(strstr(text, "PASSED OVER") != NULL && strstr(text, "too far") != NULL && strstr(text, "7 more agencies") != NULL);
	text = printed(json, 0, false);
	check(strstr(text, "PASSED OVER") == NULL);
	words_start(LANGUAGE_JA);
	text = printed(json, 0, true);
	check(strstr(text, "選ばれなかった機関") != NULL && strstr(text, "一次相談機関") != NULL && strstr(text, "7 あります") != NULL);
	words_start(LANGUAGE_EN);
}

/* Of another release, or from a directory that means ill: nothing steers the terminal. */
static void test_odd_forms(void)
{
	static const char *const forms[] = {
		"{}", "[]", "{\"choices\":{}}", "{\"choices\":[1,null,{}],\"passed_over\":[]}",
		"{\"choices\":[{\"agency\":\"\\u001b[2J\",\"name\":\"\\n2. forged\",\"rule\":\"\\u0007\",\"because\":7,\"cautions\":[{\"text\":\"\\u001b\"}]}]}",
	};

	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		const char *text;

		unit_context("%s", forms[i]);
		text = printed(forms[i], 0, true);
		check(strpbrk(text, "\x1b\x07") == NULL);
		check(strstr(text, "\n2. forged") == NULL);
	}
}

UNIT_SUITE("tsunagi/route_print",
	{ "choices with their reasons", test_choices },
	{ "who was passed over", test_passed_over },
	{ "odd forms", test_odd_forms });
