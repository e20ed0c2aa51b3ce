/* SPDX-License-Identifier: Apache-2.0 */
/* The acts on a request as commands: options to action, receipt and exit code; the rest is the library's. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "desk.h"
#include "tsunagi/words.h"
#include "unit.h"

static bool has(const char *text, const char *part)
{
	return text != NULL && strstr(text, part) != NULL;
}

/* Runs it as that agency; the exit is checked. */
static const struct said *run(struct desk *desk, const struct stage_agency *as, enum outcome expected, const char *words)
{
	const struct said *said = desk_run(desk, true, "%s --as %s", words, as->path);

	unit_context("%s: %s", words, said->out);
	check_int(desk->outcome, expected);
	return said;
}

static const char *command(const char *word, const char *id, const char *options)
{
	static char text[300];

	snprintf(text, sizeof text, "request %s %s %s", word, id, options);
	return text;
}

static void test_a_life(void)
{
	static const struct {
		const char *word, *options;
		bool by_sender;
		const char *state;
	} steps[] = {
		{ "seen", "", false, "RECEIVED" },
		{ "ask", "--text when", false, "QUESTIONED" },
		{ "answer", "--text monday", true, "RECEIVED" },
		{ "accept", "--on 2999-12-01", false, "ACCEPTED" },
		{ "start", "--on 2026-01-05", false, "ACTIVE" },
		{ "report", "--text visited", false, "ACTIVE" },
		{ "hold", "--reason support-refused --on 2999-12-01", false, "ON_HOLD" },
		{ "resume", "", false, "ACTIVE" },
		{ "complete", "--outcome resolved", false, "COMPLETED" },
	};
	struct desk desk = desk_begin();
	char id[37];

	desk_send(&desk, id);
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		const struct said *said = run(&desk, steps[i].by_sender ? desk.link : desk.desk, OUTCOME_DONE, command(steps[i].word, id, steps[i].options));
		json_t *receipt = json_loads(said->out, 0, NULL);

		check_text(json_string_value(json_object_get(json_object_get(receipt, "leg"), "state")), steps[i].state);
		json_decref(receipt);
	}
	desk_end(&desk);
}

static void test_refusals_and_usage(void)
{
	struct desk desk = desk_begin();
	const struct said *said = NULL;
	char id[37];

	desk_send(&desk, id);
	said = run(&desk, desk.desk, OUTCOME_REFUSED, command("decline", id, "--reason full"));
	check_text(desk_error(said->out, "code"), "INCOMPLETE");
	said = run(&desk, desk.link, OUTCOME_REFUSED, command("close", id, "--outcome resolved"));
	check_text(desk_error(said->out, "code"), "LEGS_OPEN");
	said = run(&desk, desk.desk, OUTCOME_NOT_THERE, command("accept", "01960000-0000-7000-8000-000000000000", ""));
	check_text(desk_error(said->out, "code"), "NO_REQUEST");
	run(&desk, desk.desk, OUTCOME_USAGE, command("decline", id, "--reason dislike"));
	run(&desk, desk.desk, OUTCOME_USAGE, "request list --holder you");
	check_uint(stage_tally(desk.stage, TALLY_SUBMITTED), 1);
	desk_end(&desk);
}

static void test_decline_withdraw_close(void)
{
	struct desk desk = desk_begin();
	char first[37], second[37];

	desk_send(&desk, first);
	desk_send(&desk, second);
	run(&desk, desk.desk, OUTCOME_DONE, command("decline", first, "--reason full --next link"));
	run(&desk, desk.link, OUTCOME_DONE, command("close", first, "--outcome sender-supports"));
	run(&desk, desk.link, OUTCOME_DONE, command("withdraw", second, "--to desk --reason misdirected --purge"));
	check(has(run(&desk, desk.link, OUTCOME_DONE, "request list --ended")->out, "DECLINED"));
	check(!has(run(&desk, desk.link, OUTCOME_DONE, "request list")->out, "DECLINED"));
	check(has(run(&desk, desk.link, OUTCOME_DONE, command("show", second, ""))->out, "WITHDRAWN"));
	desk_end(&desk);
}

/* A person's affairs need not stand on a command line. */
static void test_words_from_stdin(void)
{
	struct desk desk = desk_begin();
	const struct said *said = NULL;
	char id[37];

	desk_send(&desk, id);
	said = desk_run_fed(&desk, true, "いつがよいですか\n", "request ask %s --text - --as %s", id, desk.desk->path);
	check_int(desk.outcome, OUTCOME_DONE);
	check(has(said->out, "QUESTIONED"));
	desk_run_fed(&desk, true, "\xff\xfe", "request ask %s --text - --as %s", id, desk.desk->path);
	check_int(desk.outcome, OUTCOME_REFUSED);
	desk_end(&desk);
}

static void test_as_people_read_it(void)
{
	struct desk desk = desk_begin();
	const struct said *said = NULL;
	char id[37];

	desk_send(&desk, id);
	said = desk_run(&desk, false, "request accept %s --as %s", id, desk.desk->path);
	check(has(said->out, "done  message ") && has(said->out, "accepted"));
	said = desk_run(&desk, false, "request show %s --as %s", id, desk.link->path);
	check(has(said->out, "you may now") && has(said->out, "withdraw"));
	said = desk_run(&desk, false, "request list --as %s", desk.desk->path);
	check(has(said->out, "from link@"));
	said = desk_run(&desk, false, "request start %s --as %s", id, desk.desk->path);
	check(has(said->err, "first contact"));
	desk_end(&desk);
}

UNIT_SUITE("tsunagi/cmd_request",
	{ "a whole life", test_a_life },
	{ "refusals and wrong usage", test_refusals_and_usage },
	{ "decline, withdraw, close", test_decline_withdraw_close },
	{ "words from stdin", test_words_from_stdin },
	{ "as people read it", test_as_people_read_it });
