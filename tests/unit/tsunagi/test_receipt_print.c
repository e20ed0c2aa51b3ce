/* SPDX-License-Identifier: Apache-2.0 */
/* A sent message's receipt as a person reads it; and what it asks of them when it cannot wait. */
#include <stdio.h>
#include <string.h>

#include "said.h"
#include "tsunagi/receipt_print.h"
#include "tsunagi/words.h"
#include "unit.h"

static const char *json_text;

static void print(void)
{
	json_t *json = json_loads(json_text, 0, NULL);

	require(json != NULL);
	receipt_print(json);
	json_decref(json);
}

static const char *printed(const char *text)
{
	json_text = text;
	return said_by(false, print)->out;
}

static void check_says(const char *text, const char *part)
{
	unit_context("%s", text);
	check(strstr(text, part) != NULL);
}

static void test_receipts(void)
{
	const char *text = printed("{\"state\":\"accepted\",\"message_id\":\"ID\",\"code\":\"CODE\",\"site\":\"here\",\"seq\":7,\"epoch\":1,"
				   "\"accepted_at\":\"2026-11-22T19:50:12.345+09:00\",\"recipients\":[{\"address\":\"desk@here\",\"lane\":\"SOON\"}]}");

	check_says(text, "accepted  message ID  (CODE)");
	check_says(text, "to     desk@here, soon");
	check_says(text, "entry  7 of here/1, 2026-11-22T19:50:12+09:00");
	check(strstr(text, "Telephone") == NULL);
	text = printed("{\"state\":\"outbox\",\"message_id\":\"ID\"}");
	check_says(text, "in the outbox");
	check(strstr(text, "entry") == NULL);
	check_says(printed("{\"state\":\"accepted\",\"duplicate\":true}"), "nothing was sent twice");
}

/* Also while it is in the outbox only: then all the more. */
static void test_what_cannot_wait(void)
{
	static const char danger[] = "\"danger\":{\"added\":[{\"agency\":\"police@here\",\"because\":\"police come first\"}],\"text\":\"Telephone 110.\"}";
	static const char warnings[] = "\"warnings\":[{\"code\":\"CLOSED_AT_DUE\",\"text\":\"desk is closed.\"}]";
	static const char *const states[] = { "accepted", "outbox" };

	for (size_t i = 0; i < 2; i++) {
		char message[500];

		snprintf(message, sizeof message, "{\"state\":\"%s\",%s,%s}", states[i], danger, warnings);
		check_says(printed(message), "also   police@here: police come first");
		check_says(printed(message), "Telephone 110.");
		check_says(printed(message), "desk is closed.");
		words_start(LANGUAGE_JA);
		check_says(printed(message), "併せて police@here");
		words_start(LANGUAGE_EN);
	}
}

UNIT_SUITE("tsunagi/receipt_print",
	{ "receipts", test_receipts },
	{ "what cannot wait", test_what_cannot_wait });
