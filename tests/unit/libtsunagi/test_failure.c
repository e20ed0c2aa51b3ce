/* SPDX-License-Identifier: Apache-2.0 */
#include "libtsunagi/failure.h"

#include <stdlib.h>

#include "base/text.h"
#include "tsunagi/tsunagi.h"
#include "unit.h"

/* Every problem has a row of its own, with sentences in both languages and a code that programs may rely on. */
static void test_rows(void)
{
	for (int problem = 0; problem < PROBLEM_COUNT; problem++) {
		const struct failure_row *row = failure_row((enum problem)problem);

		unit_context("problem %d", problem);
		check_int(row->problem, problem);
		check(row->result <= TSG_OK && row->result >= TSG_UNDECIDED);
		check(row->code[0] != '\0' && strlen(row->code) < sizeof((struct failure *)0)->code);
		check(row->message_en[0] != '\0' && row->message_ja[0] != '\0');
		check_int(text_check(bytes_of_text(row->message_ja), NULL), TEXT_OK);
		for (int other = 0; other < problem; other++)
			check(strcmp(row->code, failure_row((enum problem)other)->code) != 0);
		/* Both languages tell the same details. */
		check_int(strstr(row->message_en, "{}") != NULL, strstr(row->message_ja, "{}") != NULL);
		check_int(strstr(row->message_en, "{2}") != NULL, strstr(row->message_ja, "{2}") != NULL);
	}
	check_int(failure_row((enum problem)9999)->problem, PROBLEM_BROKER_TALK);
}

static void test_details(void)
{
	struct failure failure;

	setenv("LC_ALL", "C", 1);
	check_int(failure_tell(&failure, PROBLEM_FILE, "a/b", "no space"), TSG_IO);
	check_text(failure.message, "a/b: no space.");
	check_text(failure.code, "FILE");
	failure_tell(&failure, PROBLEM_FILE, NULL, NULL);
	check_text(failure.message, "-: -.");
	setenv("LC_ALL", "ja_JP.UTF-8", 1);
	failure_tell(&failure, PROBLEM_FILE, "a/b", "x");
	check_text(failure.message, "a/b:x。");
	setenv("LC_ALL", "C", 1);
	failure_clear(&failure);
	check_text(failure.code, "");
}

/* A long detail is cut between characters, never inside one. */
static void test_long_details(void)
{
	char detail[6000];
	struct failure failure;

	for (unsigned shift = 0; shift < 3; shift++) {
		memset(detail, 'x', shift);
		for (size_t at = shift; at + 3 < sizeof detail; at += 3)
			memcpy(detail + at, "例", 4);
		failure_tell(&failure, PROBLEM_UNKNOWN_AGENCY, detail, NULL);
		check(strlen(failure.message) < sizeof failure.message);
		check(strlen(failure.message) > sizeof failure.message - 8);
		check_int(text_check(bytes_of_text(failure.message), NULL), TEXT_OK);
	}
}

/* A parser's excerpt may end within a character; a failure is told all the same. */
static void test_details_that_are_no_text(void)
{
	struct failure failure;
	char *text;

	failure_tell(&failure, PROBLEM_FILE, "near '\xe4\xbe", "a\x01z\xff");
	check_text(failure.message, "near '??: a?z?.");
	text = failure_text(&failure);
	check(text != NULL);
	free(text);
}

static void test_refusals(void)
{
	Pb__Refusal refusal = PB__REFUSAL__INIT;
	struct failure failure;
	char *text = NULL;
	json_t *json = NULL;

	refusal.code = PB__REFUSAL_CODE__REFUSAL_CODE_OVERLOADED;
	refusal.retry_after_ms = 250;
	check_int(failure_refused(&failure, &refusal), TSG_REFUSED);
	text = failure_text(&failure);
	json = json_loads(text, 0, NULL);
	check_text(json_string_value(json_object_get(json_object_get(json, "error"), "code")), "OVERLOADED");
	check_int(json_integer_value(json_object_get(json_object_get(json, "error"), "retry_after_ms")), 250);
	json_decref(json);
	free(text);
	refusal.code = PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_MESSAGE;
	check_int(failure_refused(&failure, &refusal), TSG_NOT_FOUND);
	refusal.code = (Pb__RefusalCode)777;
	check_int(failure_refused(&failure, &refusal), TSG_REFUSED);
}

static void test_errors(void)
{
	struct failure failure;

	check_int(failure_err(&failure, ERR_NOMEM, "x"), TSG_NO_MEMORY);
	check_int(failure_err(&failure, ERR_NOT_FOUND, "x"), TSG_NOT_FOUND);
	check_int(failure_err(&failure, ERR_NOSPC, "x"), TSG_IO);
	check_int(failure_err(&failure, ERR_AUTH, "x"), TSG_NOT_AUTHENTIC);
	check_int(failure_err(&failure, ERR_TOO_LARGE, "x"), TSG_REFUSED);
	check_int(failure_err(&failure, ERR_CORRUPT, "x"), TSG_IO);
	check(strstr(failure.message, err_text(ERR_CORRUPT)) != NULL);
}

UNIT_SUITE("libtsunagi/failure", { "every problem has its row", test_rows }, { "details", test_details }, { "long details", test_long_details },
	   { "details that are no text", test_details_that_are_no_text },
	   { "refusals", test_refusals }, { "errors", test_errors });
