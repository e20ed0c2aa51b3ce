/* SPDX-License-Identifier: Apache-2.0 */
/* Requests as a caseworker reads them, in two languages; and that no form of JSON does harm. */
#include <string.h>

#include "said.h"
#include "tsunagi/act_words.h"
#include "tsunagi/request_print.h"
#include "tsunagi/words.h"
#include "unit.h"

#define LEG                                                                                                                                              \
	"{\"code\":\"01890A-7M3KX\",\"ask\":\"REFER\",\"ask_text\":\"refer\",\"from\":\"link@here\",\"to\":\"desk@here\",\"part\":\"SENDER\","            \
	"\"state\":\"QUESTIONED\",\"state_text\":\"questioned\",\"holder\":\"SENDER\",\"holder_agency\":\"link@here\",\"urgency_text\":\"soon\","       \
	"\"due\":\"2020-11-20T17:00:00+09:00\",\"overdue\":true,\"since\":\"2026-11-18T10:30:59.123+09:00\",\"seen_at\":\"2026-11-18T11:00:00+09:00\"}"

static const char *json_text;
static void (*printer)(const json_t *json);

static void print(void)
{
	json_t *json = json_loads(json_text, JSON_DECODE_ANY, NULL);

	require(json != NULL);
	printer(json);
	json_decref(json);
}

static const char *printed(void (*by)(const json_t *json), const char *text)
{
	printer = by;
	json_text = text;
	return said_by(false, print)->out;
}

static void check_says(const char *text, const char *part)
{
	unit_context("%s", text);
	check(strstr(text, part) != NULL);
}

static void test_list(void)
{
	const char *text = printed(request_print_list, "{\"legs\":[" LEG "]}");

	check_says(text, "01890A-7M3KX  refer  to desk@here  questioned  this agency  2020-11-20 17:00, LATE by ");
	text = printed(request_print_list, "{\"legs\":[{\"holder\":null,\"due\":null,\"overdue\":true,\"request_due\":\"2020-12-02T09:00:00+09:00\"}]}");
	check_says(text, "this agency, to decide  2020-12-02 09:00, LATE by "); /* a decision is late as anything is */
	text = printed(request_print_list, "{\"legs\":[{\"holder\":\"SENDER\",\"due\":\"2400-01-02T09:00:00+09:00\",\"overdue\":true}]}");
	check_says(text, "2400-01-02 09:00, LATE"); /* by a test site's clock */
	check(strstr(text, "LATE by") == NULL);
	text = printed(request_print_list, "{\"legs\":[],\"more_after\":0}");
	check_says(text, "No request.");
	text = printed(request_print_list, "{\"legs\":[" LEG "],\"more_after\":9}");
	check_says(text, "narrow the list");
	words_start(LANGUAGE_JA);
	check_says(printed(request_print_list, "{\"legs\":[" LEG "]}"), "この機関");
	check_says(printed(request_print_list, "{\"legs\":[" LEG "]}"), "超過");
	check_says(printed(request_print_list, "{\"legs\":[]}"), "該当する依頼はありません");
	words_start(LANGUAGE_EN);
}

static void test_whole(void)
{
	static const char request[] = "{\"request\":\"ID\",\"code\":\"CODE\",\"ask_text\":\"refer\",\"urgency_text\":\"soon\",\"from\":\"link@here\","
				      "\"request_state_text\":\"a decision is due\",\"request_state\":\"DECISION_DUE\",\"request_due\":\"2026-12-01T09:00:00+09:00\","
				      "\"allowed\":[{\"action\":\"withdraw\",\"text\":\"take back\"},{\"action\":\"close\",\"text\":\"close it\"}],"
				      "\"legs\":[" LEG ",{\"to\":\"third@here\",\"state_text\":\"declined\",\"reason\":\"FULL\",\"reason_text\":\"full\",\"next_agency\":\"fourth@here\"}]}";
	const char *text = printed(request_print_whole, request);

	check_says(text, "request ID  (CODE)");
	check(strstr(text, "goes on supporting") == NULL);
	check_says(text, "a decision is due, your decision is due 2026-12-01 09:00");
	check_says(text, "withdraw (take back), close (close it)");
	check_says(text, "questioned  (since 2026-11-18 10:30)");
	check_says(text, "this agency, until 2020-11-20 17:00, LATE by ");
	check_says(text, "2026-11-18 11:00");
	check_says(text, "declined: full");
	check_says(text, "fourth@here");
	check_says(text, "not yet");
	check_says(printed(request_print_whole, "{\"co_support\":true}"), "the sender goes on supporting");
	check_says(printed(request_print_whole, "{\"allowed\":[]}"), "it is over, or another's turn");
	check_says(printed(request_print_whole, "{\"request_state\":\"CLOSED\",\"closed_with\":\"NOT_NEEDED\"}"), "CLOSED: NOT_NEEDED");
	words_start(LANGUAGE_JA);
	check_says(printed(request_print_whole, request), "判断の期限 2026-12-01 09:00");
	check_says(printed(request_print_whole, request), "withdraw(take back)、close(close it)");
	words_start(LANGUAGE_EN);
}

static void test_receipts(void)
{
	const char *text = printed(request_print_receipt, "{\"state\":\"accepted\",\"message_id\":\"ID\",\"code\":\"CODE\",\"legs\":[" LEG ",{\"to\":\"x@here\",\"state_text\":\"withdrawn\"}]}");

	check_says(text, "done  message ID  (CODE)");
	check_says(text, "desk@here: questioned; the turn of this agency, until 2020-11-20 17:00");
	check_says(text, "x@here: withdrawn\n");
	check_says(printed(request_print_receipt, "{\"state\":\"outbox\"}"), "in the outbox");
	check_says(printed(request_print_receipt, "{\"state\":\"accepted\",\"duplicate\":true}"), "done before");
	check_says(printed(request_print_receipt, "{\"state\":\"accepted\",\"leg\":{\"closed_with\":\"RESOLVED\",\"closed_with_text\":\"resolved\"}}"), "is closed: resolved");
	words_start(LANGUAGE_JA);
	check_says(printed(request_print_receipt, "{\"state\":\"accepted\",\"legs\":[" LEG "]}"), "の番");
	words_start(LANGUAGE_EN);
}

/* From a broker that means ill, or is of another release. */
static void test_odd_forms(void)
{
	static const char *const forms[] = {
		"{}", "[]", "null", "{\"legs\":7}", "{\"legs\":[1,null,\"x\",{},[]]}", "{\"allowed\":[3,{}],\"legs\":{}}",
		"{\"legs\":[{\"to\":\"\\u001b[2J\",\"state_text\":\"\\u001b[31m\",\"due\":\"yesterday\",\"overdue\":true,\"holder\":\"X\"}],\"code\":\"\\u001b\"}",
	};

	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		check(strchr(printed(request_print_list, forms[i]), '\x1b') == NULL);
		check(strchr(printed(request_print_whole, forms[i]), '\x1b') == NULL);
		check(strchr(printed(request_print_receipt, forms[i]), '\x1b') == NULL);
	}
}

static void check_act(const char *message, const char *english, const char *japanese)
{
	json_t *json = json_loads(message, 0, NULL);
	char text[ACT_WORDS];

	unit_context("%s", message);
	act_words(json, text);
	check_text(text, english);
	words_start(LANGUAGE_JA);
	act_words(json, text);
	check_text(text, japanese);
	words_start(LANGUAGE_EN);
	json_decref(json);
}

/* What a message does, where it does something. */
static void test_acts(void)
{
	check_act("{\"kind\":\"REQUEST\"}", "request", "依頼");
	check_act("{\"kind\":\"REQUEST\",\"leg_act\":{\"action\":\"ACCEPT\"}}", "request: accept", "依頼:受諾");
	check_act("{\"kind\":\"REQUEST\",\"leg_action\":\"ASK\"}", "request: ask", "依頼:問い合わせ");
	check_act("{\"kind\":\"REQUEST\",\"leg_act\":{\"action\":\"COMPLETE\",\"outcome\":\"RESOLVED\"}}", "request: complete (resolved)", "依頼:完了(困りごとが解決した)");
	check_act("{\"kind\":\"REQUEST\",\"leg_act\":{\"action\":\"A_NEW_ONE\"}}", "request", "依頼");
}

UNIT_SUITE("tsunagi/request_print",
	{ "a list", test_list },
	{ "one request", test_whole },
	{ "receipts", test_receipts },
	{ "odd forms do no harm", test_odd_forms },
	{ "what a message does", test_acts });
