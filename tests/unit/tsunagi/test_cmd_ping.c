/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "desk.h"
#include "tsunagi/words.h"
#include "unit.h"

static bool has(const char *text, const char *part)
{
	return text != NULL && strstr(text, part) != NULL;
}

static void test_all_well(void)
{
	struct desk desk = desk_begin();
	const struct said *said = desk_run(&desk, false, "ping --as %s", desk.link->path);

	check_int(desk.outcome, OUTCOME_DONE);
	check(has(said->out, "ok    bundle          link@chiba-city\n"));
	check(has(said->out, "broker's key") && has(said->out, "enrolment") && has(said->out, "version") && has(said->out, "ledger") && has(said->out, "clock"));
	check(!has(said->out, "FAIL"));
	check_text(said->err, "");
	said = desk_run(&desk, true, "ping --as %s", desk.link->path);
	check_int(desk.outcome, OUTCOME_DONE);
	check(has(said->out, "\"ok\": true") && has(said->out, "\"steps\""));
	words_start(LANGUAGE_JA);
	said = desk_run(&desk, false, "ping --as %s", desk.link->path);
	words_start(LANGUAGE_EN);
	check(has(said->out, "良    バンドル") && has(said->out, "時計"));
	desk_end(&desk);
}

/* The step that fails is the one that is told, in the table and as the problem. */
static void test_steps_that_fail(void)
{
	static const struct {
		enum lie lie;
		const char *step, *code;
	} rows[] = {
		{ LIE_OTHER_VERSION, "FAIL  version", "VERSION" },
		{ LIE_OTHER_SITE, "FAIL  greeting", "WRONG_SITE" },
		{ LIE_GARBAGE_WELCOME, "FAIL  ledger", "LEDGER_FORK" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct desk desk = desk_begin();
		const struct said *said = NULL;

		atomic_store(&desk.stage->lie, (int)rows[i].lie);
		said = desk_run(&desk, false, "ping --timeout 2 --as %s", desk.link->path);
		check_int(desk.outcome, OUTCOME_UNREACHABLE);
		check(has(said->out, rows[i].step));
		check(has(said->err, "tsunagi: "));
		said = desk_run(&desk, true, "ping --timeout 2 --as %s", desk.link->path);
		check_text(desk_error(said->out, "code"), rows[i].code);
		desk_end(&desk);
	}
}

static void test_no_broker(void)
{
	struct desk desk = desk_begin();
	const struct said *said = NULL;

	stage_stop(desk.stage);
	said = desk_run(&desk, false, "ping --timeout 0.4 --as %s", desk.link->path);
	check_int(desk.outcome, OUTCOME_UNREACHABLE);
	check(has(said->out, "FAIL  connection") && has(said->err, "Nobody answers"));
	desk_end(&desk);
}

static void test_before_the_broker(void)
{
	struct desk desk = desk_begin();
	const struct said *said = NULL;

	unsetenv("TSUNAGI_BUNDLE");
	desk_run(&desk, true, "ping");
	check_int(desk.outcome, OUTCOME_USAGE);
	said = desk_run(&desk, true, "ping --timeout ages --as %s", desk.link->path);
	check_int(desk.outcome, OUTCOME_USAGE);
	said = desk_run(&desk, true, "ping --as /no/such/bundle");
	check_int(desk.outcome, OUTCOME_NOT_THERE);
	check_text(desk_error(said->out, "code"), "FILE_MISSING");
	require(chmod(desk.link->path, 0604) == 0);
	said = desk_run(&desk, true, "ping --as %s", desk.link->path);
	check_int(desk.outcome, OUTCOME_REFUSED);
	check_text(desk_error(said->out, "code"), "BUNDLE_OPEN_TO_OTHERS");
	check(has(desk_error(said->out, "hint"), "chmod 600"));
	desk_end(&desk);
}

UNIT_SUITE("tsunagi/cmd_ping",
	{ "all well", test_all_well },
	{ "steps that fail", test_steps_that_fail },
	{ "no broker", test_no_broker },
	{ "before the broker", test_before_the_broker });
