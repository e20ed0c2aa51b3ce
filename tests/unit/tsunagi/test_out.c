/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "said.h"
#include "tsunagi/out.h"
#include "unit.h"

static void problem(void)
{
	check_int(out_problem(OUTCOME_NOT_THERE, "CODE", "do this", "no %s", "such\x1b[1mthing"), OUTCOME_NOT_THERE);
}

static void problem_without_hint(void)
{
	out_problem_text(OUTCOME_REFUSED, "CODE", "a \"quoted\" sentence", NULL);
}

static void results(void)
{
	out_text("%d rows\n", 3);
	out_json(json_pack("{s:i}", "rows", 3));
	out_json_line(json_pack("{s:s}", "type", "row"));
	out_note("by the %s", "way");
}

static void named(void)
{
	out_type("queue show-it");
	out_json(json_pack("{s:f}", "rate", 0.3));
	out_json(json_pack("[i]", 1));
	out_json(json_pack("{s:b,s:{s:s}}", "ok", 0, "error", "code", "DIRECTORY"));
	out_json(json_pack("{s:{s:s}}", "error", "code", "ALONE"));
	out_type("");
	out_json(json_pack("{s:[]}", "list"));
}

static void nothing_left(void)
{
	out_json(NULL);
	check(out_is_broken());
	check_int(out_finish(OUTCOME_DONE), OUTCOME_REFUSED);
	check_int(out_finish(OUTCOME_UNREACHABLE), OUTCOME_UNREACHABLE);
}

static void fine(void)
{
	check(!out_is_broken());
	check_int(out_finish(OUTCOME_UNDECIDED), OUTCOME_UNDECIDED);
	check_text(out_style(OUT_BAD), ""); /* no terminal, no colours */
	check(!out_is_terminal() && !out_errors_on_terminal());
}

static void steering(void)
{
	out_text("a\x1b[2Jb\x7f\xc2\x9b%s|\t東\r\nc\rd\n", "\x1b]0;x\x07");
}

/* Whatever comes from elsewhere: nothing of it steers a terminal, and its letters and lines stay. */
static void test_steering(void)
{
	check_text(said_by(false, steering)->out, "a?[2Jb???]0;x?|\t東\r\nc?d\n");
}

static void test_problems(void)
{
	const struct said *said = said_by(false, problem);

	check_text(said->out, "");
	check_text(said->err, "tsunagi: no such [1mthing\n  do this\n");
	said = said_by(true, problem);
	check_text(said->err, "");
	check(strstr(said->out, "{\"error\": {\"code\": \"CODE\", \"message\": \"no such\\u001B[1mthing\", \"hint\": \"do this\"}}") != NULL);
	said = said_by(false, problem_without_hint);
	check_text(said->err, "tsunagi: a \"quoted\" sentence\n");
	said = said_by(true, problem_without_hint);
	check(strstr(said->out, "\"hint\": \"\"") != NULL);
}

static void test_results(void)
{
	const struct said *said = said_by(true, results);

	check_text(said->out, "{\"type\": \"help\", \"rows\": 3}\n{\"type\": \"row\"}\n");
	check_text(said->err, "by the way\n");
	check(strncmp(said_by(false, results)->out, "3 rows\n", 7) == 0);
}

/* Every object says what it is, in front; an error alone is only that.  Numbers are as short as they can be. */
static void test_types(void)
{
	check_text(said_by(true, named)->out, "{\"type\": \"queue_show_it\", \"rate\": 0.3}\n[1]\n"
					      "{\"type\": \"queue_show_it\", \"ok\": false, \"error\": {\"code\": \"DIRECTORY\"}}\n"
					      "{\"error\": {\"code\": \"ALONE\"}}\n"
					      "{\"list\": []}\n");
}

static void test_ends(void)
{
	said_by(false, nothing_left);
	said_by(false, fine);
}

UNIT_SUITE("tsunagi/out",
	{ "nothing steers a terminal", test_steering },
	{ "problems as sentences and as JSON", test_problems },
	{ "results by form", test_results },
	{ "results say what they are", test_types },
	{ "what could not be said changes the end", test_ends });
