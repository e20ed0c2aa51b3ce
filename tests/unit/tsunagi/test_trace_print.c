/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "said.h"
#include "tsunagi/trace_print.h"
#include "tsunagi/words.h"
#include "unit.h"

static const char *trace_json;

static void print(void)
{
	json_t *trace = json_loads(trace_json, 0, NULL);

	require(trace != NULL);
	trace_print(trace);
	json_decref(trace);
}

static void test_stations(void)
{
	const char *text;

	trace_json = "{\"message_id\":\"01930a1b-2c3d-7e4f-8a5b-6c7d8e9f0a1b\",\"stations\":["
		     "{\"what\":\"SUBMIT\",\"agency\":\"link\",\"at\":\"2026-11-22T19:50:12.345+09:00\",\"seq\":6},"
		     "{\"what\":\"HANDOUT\",\"agency\":\"kokoro\",\"at\":\"2026-11-22T19:50:13.000+09:00\",\"seq\":8,\"note\":\"times=3\"},"
		     "{\"what\":\"REFUSE\",\"agency\":\"kokoro\",\"seq\":9,\"note\":\"attempts=2 reason=PROGRAM_FAILED\"},"
		     "{\"what\":\"TIMER\",\"agency\":\"kokoro\",\"seq\":10,\"note\":\"attempts=1\"},"
		     "{\"what\":\"MOON_LANDING\",\"agency\":\"kokoro\",\"seq\":11,\"note\":\"something new\"}]}";
	text = said_by(false, print)->out;
	check(strstr(text, "2026-11-22T19:50:12+09:00  accepted by the broker, durable  link") != NULL);
	check(strstr(text, "3 times") != NULL);
	check(strstr(text, "failure 2: the recipient's program failed") != NULL);
	check(strstr(text, "failure 1\n") != NULL);
	check(strstr(text, "MOON_LANDING") != NULL && strstr(text, "something new") != NULL);
	words_start(LANGUAGE_JA);
	text = said_by(false, print)->out;
	check(strstr(text, "失敗 2 回目:受け手のプログラムが失敗") != NULL);
	words_start(LANGUAGE_EN);
}

/* From a broker that means ill, or is of another release. */
static void test_odd_forms(void)
{
	static const char *const forms[] = {
		"{}", "[]", "{\"stations\":{}}", "{\"stations\":[1,null,\"x\",{}]}",
		"{\"message_id\":7,\"stations\":[{\"what\":\"\\u001b[2J\",\"agency\":\"\\n\",\"at\":\"yesterday\",\"seq\":\"six\",\"note\":{}}]}",
	};

	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		trace_json = forms[i];
		check(strchr(said_by(false, print)->out, '\x1b') == NULL);
	}
}

UNIT_SUITE("tsunagi/trace_print",
	{ "stations with their notes, in two languages", test_stations },
	{ "odd forms do no harm", test_odd_forms });
