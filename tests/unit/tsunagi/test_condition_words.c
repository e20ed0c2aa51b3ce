/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "tsunagi/condition_words.h"
#include "tsunagi/words.h"
#include "unit.h"

static const char *text_of(const char *code, const char *subject, int64_t value, int64_t bound)
{
	static char text[300];
	Pb__Condition condition = PB__CONDITION__INIT;

	condition.code = (char *)(uintptr_t)code;
	condition.subject = (char *)(uintptr_t)subject;
	condition.value = value;
	condition.bound = bound;
	condition_text(&condition, text, sizeof text);
	return text;
}

static void test_words(void)
{
	words_start(LANGUAGE_EN);
	check_text(text_of("no_reader", "kokoro", 3, 0), "kokoro has 3 message(s) waiting and nobody connected");
	check_text(text_of("disk_low", "", 1536, 3072), "the disk is nearly full: 1.5 KiB free; submissions are refused below 3.0 KiB");
	check_text(text_of("oldest_unacknowledged", "", 7260000000, 0), "the oldest unacknowledged message is 2 h 1 min old");
	check_text(text_of("connections_high", "", 3300, 4096), "3,300 of 4,096 connections are in use");
	check(strstr(text_of("turns_of_nobody", "bengoshi", 2, 0), "tsunagi agency hand-over bengoshi --to AGENCY") != NULL);
	check(strstr(text_of("conferences_of_nobody", "bengoshi", 2, 0), "tsunagi agency hand-over bengoshi --to AGENCY") != NULL);
	check(strchr(text_of("conferences_of_nobody", "*", 2, 0), '*') == NULL);
	check(strchr(text_of("turns_of_nobody", "*", 2, 0), '*') == NULL && strstr(text_of("turns_of_nobody", "*", 2, 0), "2 turn(s)") != NULL);
	check(strchr(text_of("turns_without_device", "*", 2, 0), '*') == NULL);
	check(strchr(text_of("mailbox_full", "*", 2, 3), '*') != NULL); /* which has no words of its own for that */
	words_start(LANGUAGE_JA);
	check_text(text_of("no_reader", "kokoro", 3, 0), "kokoro 宛てに 3 件待っていますが、接続がありません");
	words_start(LANGUAGE_EN);
}

/* A newer daemon may know codes that are not known here. */
static void test_unknown(void)
{
	check_text(text_of("moon_full", "", 0, 0), "moon_full");
	check_text(text_of("moon_full", "tonight", 3, 0), "moon_full tonight 3");
	check_text(text_of("moon_full", "tonight", 3, 9), "moon_full tonight 3/9");
}

static void test_bounded(void)
{
	Pb__Condition condition = PB__CONDITION__INIT;
	char subject[500];
	char text[40];

	memset(subject, 'a', sizeof subject - 1);
	subject[sizeof subject - 1] = '\0';
	condition.code = (char *)(uintptr_t) "no_reader";
	condition.subject = subject;
	condition_text(&condition, text, sizeof text);
	check_uint(strlen(text), sizeof text - 1);
	condition.code = subject;
	condition.value = 5;
	condition_text(&condition, text, sizeof text);
	check_uint(strlen(text), sizeof text - 1);
}

UNIT_SUITE("tsunagi/condition_words",
	{ "codes become sentences with their amounts", test_words },
	{ "an unknown code stands for itself", test_unknown },
	{ "long subjects are cut", test_bounded });
