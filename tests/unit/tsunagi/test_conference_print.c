/* SPDX-License-Identifier: Apache-2.0 */
/* Conferences, action items, announcements, consents and what was purged as a caseworker reads them; and that no form of JSON does harm. */
#include <string.h>

#include "said.h"
#include "tsunagi/conference_print.h"
#include "tsunagi/consent_act.h"
#include "tsunagi/words.h"
#include "unit.h"

#define ITEM                                                                                                                                      \
	"{\"item\":1408,\"owner\":\"desk@here\",\"state\":\"OPEN\",\"state_text\":\"open\",\"due_at\":\"2026-12-08T09:00:00+09:00\",\"overdue\":true," \
	"\"code\":\"A4613-BSX6W\"}"
#define TALK                                                                                                                                        \
	"{\"code\":\"A4613-BSX6W\",\"kind\":\"CASE\",\"kind_text\":\"case conference\",\"state\":\"HELD\",\"state_text\":\"held\",\"holder\":\"CONVENER\"," \
	"\"convener\":\"link@here\",\"starts_at\":\"2026-12-01T10:00:00+09:00\",\"ends_at\":\"2026-12-01T11:00:00+09:00\","                          \
	"\"due_at\":\"2026-12-15T09:00:00+09:00\",\"law\":\"SELF_RELIANCE_9\",\"seats\":[{\"agency\":\"desk@here\",\"answer\":\"ACCEPTED\","         \
	"\"answer_text\":\"will attend\"},{\"agency\":\"third@here\",\"answer\":\"DELEGATED\",\"answer_text\":\"sends another\",\"delegated_to\":\"fourth@here\"},"  \
	"{\"agency\":\"quiet@here\"}],\"items\":[" ITEM "],\"allowed\":[\"MATERIALS\",\"CLOSE\"],\"next_on\":[\"2026-12-08\",\"2026-12-15\"]}"

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

static void test_conferences(void)
{
	const char *text = printed(conference_print_whole, TALK);

	check_says(text, "A4613-BSX6W  case conference: held");
	check_says(text, "convener link@here; from 2026-12-01 10:00 to 2026-12-01 11:00; due 2026-12-15 09:00");
	check_says(text, "will attend");
	check_says(text, "sends another: fourth@here");
	check_says(text, "has not answered");
	check_says(text, "1408  desk@here  open   2026-12-08 09:00, LATE  A4613-BSX6W");
	check_says(text, "may be done now: MATERIALS CLOSE");
	check_says(text, "held next on: 2026-12-08, 2026-12-15");
	text = printed(conference_print_list, "{\"conferences\":[" TALK "]}");
	check_says(text, "case conference  link@here  held");
	check_says(printed(conference_print_list, "{\"conferences\":[]}"), "no open conference");
	words_start(LANGUAGE_JA);
	check_says(printed(conference_print_whole, TALK), "未回答");
	check_says(printed(conference_print_whole, TALK), "今できる操作");
	check_says(printed(conference_print_list, "{}"), "会議はありません");
	words_start(LANGUAGE_EN);
}

static void test_the_rest(void)
{
	const char *text = printed(conference_print_items, "{\"items\":[" ITEM ",{\"item\":5,\"purge\":true,\"state_text\":\"open\"}]}");

	check_says(text, "open (purge)");
	check_says(printed(conference_print_items, "{}"), "No open action item");
	check_says(printed(conference_print_announcement, "{\"code\":\"C\",\"announcer\":\"link@here\",\"places\":5,\"taken\":3,\"sign_ups\":[{\"agency\":\"desk@here\",\"places\":3}]}"),
		   "3 of 5 places are taken");
	check_says(printed(conference_print_announcement, "{\"taken\":3}"), "no limit");
	check_says(printed(conference_print_announced, "{\"agencies\":17,\"code\":\"C\"}"), "Announced to 17 agencies");
	text = printed(conference_print_purged, "{\"deleted\":[\"a\",\"b\"]}");
	check_says(text, "deleted a\ndeleted b\n");
	check_says(text, "confirmed");
}

static void test_consents(void)
{
	static const char consent[] = "{\"consent_id\":\"ID\",\"case_id\":\"CASE\",\"state\":\"WITHDRAWN\",\"giver\":\"PERSON\",\"classes\":[\"IDENTITY\",\"HEALTH\"],"
				      "\"agencies\":[],\"categories\":[\"police\"],\"until\":\"2027-01-01T00:00:00+09:00\",\"handed_out\":2,"
				      "\"handouts\":[{\"at\":\"T\",\"agency\":\"desk@here\",\"classes\":[\"HEALTH\"]}],\"open_legs\":[{\"request_id\":\"R\",\"to\":\"desk@here\"}]}";
	const char *text = printed(consent_print, consent);

	check_says(text, "WITHDRAWN  ");
	check_says(text, "IDENTITY HEALTH");
	check_says(text, "To          -");
	check_says(text, "Handed out  2");
	check_says(text, "T  desk@here  HEALTH");
	check_says(text, "Open requests that rest on it  1\n  R  desk@here");
	check_says(printed(consent_print_receipt, "{\"message_id\":\"M\",\"consent_id\":\"C\"}"), "Consent     C"); /* from the outbox: not shown yet */
	words_start(LANGUAGE_JA);
	check_says(printed(consent_print, consent), "提供済み");
	words_start(LANGUAGE_EN);
}

/* What a broker sends is no more trusted here than anything else: nothing of it steers a terminal, nothing that is missing or of another type
 * ends the program. */
static void test_strange_json(void)
{
	static void (*const all[])(const json_t *json) = { conference_print_list, conference_print_whole, conference_print_receipt, conference_print_items,
							   conference_print_announcement, conference_print_announced, conference_print_purged, consent_print,
							   consent_print_receipt };
	static const char *const texts[] = {
		"{}", "{\"conferences\":7,\"items\":7,\"seats\":7,\"allowed\":7,\"sign_ups\":7,\"deleted\":7,\"classes\":7,\"handouts\":7,\"conference\":7,\"consent\":7}",
		"{\"conferences\":[7,{}],\"items\":[7,{}],\"seats\":[7,{}],\"allowed\":[7],\"sign_ups\":[7,{}],\"deleted\":[7],\"classes\":[7],\"agencies\":[7],"
		"\"handouts\":[7,{}],\"open_legs\":[7],\"next_on\":[7]}",
		"{\"convener\":\"\\u001b[2J\",\"announcer\":\"\\u001b[2J\",\"code\":\"\\u001b\",\"state_text\":\"\\u001b\",\"kind_text\":\"\\u001b\",\"law\":\"\\u001b\","
		"\"seats\":[{\"agency\":\"\\u001b[2J\",\"answer_text\":\"\\u001b\",\"delegated_to\":\"\\u001b[2J\"}],"
		"\"sign_ups\":[{\"agency\":\"\\u001b[2J\"}],\"items\":[{\"owner\":\"\\u001b[2J\",\"code\":\"\\u001b\",\"state_text\":\"\\u001b\"}],"
		"\"conferences\":[{\"convener\":\"\\u001b[2J\"}],\"agencies\":[\"\\u001b[2J\"],\"categories\":[\"\\u001b\"],\"classes\":[\"\\u001b\"],"
		"\"allowed\":[\"\\u001b\"],\"deleted\":[\"\\u001b\"],\"next_on\":[\"\\u001b\"],\"consent_id\":\"\\u001b\",\"case_id\":\"\\u001b\",\"until\":\"\\u001b\","
		"\"state\":\"\\u001b\",\"giver\":\"\\u001b\",\"handouts\":[{\"at\":\"\\u001b\",\"agency\":\"\\u001b\",\"classes\":[\"\\u001b\"]}],"
		"\"open_legs\":[{\"request_id\":\"\\u001b\",\"to\":\"\\u001b\"}],\"announcement_id\":\"\\u001b\",\"message_id\":\"\\u001b\"}",
	};

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
			const char *text = printed(all[k], texts[i]);

			unit_context("text %zu by printer %zu: %s", i, k, text);
			check(strchr(text, '\x1b') == NULL);
			check(strstr(text, "(null)") == NULL);
		}
}

UNIT_SUITE("tsunagi/conference_print",
	{ "conferences", test_conferences },
	{ "action items, announcements, purges", test_the_rest },
	{ "consents", test_consents },
	{ "strange JSON", test_strange_json });
