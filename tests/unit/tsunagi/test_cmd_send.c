/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "desk.h"
#include "tsunagi/words.h"
#include "unit.h"

static bool has(const char *text, const char *part)
{
	return text != NULL && strstr(text, part) != NULL;
}

static void test_sent(void)
{
	struct desk desk = desk_begin();
	const struct said *said = desk_run(&desk, false, "send %s --as %s", desk_message(",\"urgency\":\"URGENT\""), desk.link->path);

	check_int(desk.outcome, OUTCOME_DONE);
	check(has(said->out, "accepted") && has(said->out, "desk@chiba-city, ") && has(said->out, "entry"));
	check_text(said->err, "");
	check(!has(said->out, "例田")); /* nothing of the case is printed */
	said = desk_run(&desk, true, "send %s --as %s", desk_message(""), desk.link->path);
	check_int(desk.outcome, OUTCOME_DONE);
	check_text(desk_field(said->out, "state"), "accepted");
	check_text(desk_field(said->out, "site"), STAGE_SITE);
	check(desk_field(said->out, "code") != NULL && desk_field(said->out, "accepted_at") != NULL);
	check_text(strchr(said->out, '\n'), "\n"); /* one line */
	check_uint(stage_tally(desk.stage, TALLY_SUBMITTED), 2);
	desk_end(&desk);
}

static void test_in_japanese(void)
{
	struct desk desk = desk_begin();
	const struct said *said = NULL;

	words_start(LANGUAGE_JA);
	said = desk_run(&desk, false, "send %s --as %s", desk_message(""), desk.link->path);
	words_start(LANGUAGE_EN);
	check(has(said->out, "受付済み") && has(said->out, "宛先") && !has(said->out, "accepted"));
	desk_end(&desk);
}

/* The same key is the same message; other content under it is refused, and says with which id. */
static void test_keys(void)
{
	struct desk desk = desk_begin();
	char id[37];
	const struct said *said = desk_run(&desk, true, "send %s --key case-7 --as %s", desk_message(""), desk.link->path);

	require(desk.outcome == OUTCOME_DONE);
	snprintf(id, sizeof id, "%s", desk_field(said->out, "message_id"));
	said = desk_run(&desk, true, "send %s --key case-7 --as %s", desk_message(""), desk.link->path);
	check_int(desk.outcome, OUTCOME_DONE);
	check_text(desk_field(said->out, "message_id"), id);
	check(has(said->out, "\"duplicate\": true"));
	said = desk_run(&desk, false, "send %s --key case-7 --as %s", desk_message(""), desk.link->path);
	check(has(said->out, "sent before"));
	said = desk_run(&desk, true, "send %s --key case-7 --as %s", desk_message(",\"urgency\":\"DANGER\""), desk.link->path);
	check_int(desk.outcome, OUTCOME_REFUSED);
	check_text(desk_error(said->out, "code"), "KEY_CONFLICT");
	check_uint(stage_tally(desk.stage, TALLY_SUBMITTED), 1);
	desk_end(&desk);
}

/* Safe here, not there yet: exit 5, with the reason on stderr, and the receipt all the same. */
static void test_in_the_outbox(void)
{
	struct desk desk = desk_begin();
	char id[37];
	const struct said *said = NULL;

	desk_send(&desk, id); /* the directory is known from here on */
	stage_stop(desk.stage);
	said = desk_run(&desk, false, "send %s --timeout 0.2 --as %s", desk_message(""), desk.link->path);
	check_int(desk.outcome, OUTCOME_UNDECIDED);
	check(has(said->out, "in the outbox") && !has(said->out, "entry"));
	check(has(said->err, "safe in this device's outbox only"));
	said = desk_run(&desk, true, "send %s --timeout 0.2 --as %s", desk_message(""), desk.link->path);
	check_int(desk.outcome, OUTCOME_UNDECIDED);
	check_text(desk_field(said->out, "state"), "outbox");
	said = desk_run(&desk, true, "outbox list --as %s", desk.link->path);
	check(has(said->out, "desk@chiba-city"));
	desk_end(&desk);
}

static void test_without_a_directory(void)
{
	struct desk desk = desk_begin();
	const struct said *said = NULL;

	stage_stop(desk.stage);
	said = desk_run(&desk, true, "send %s --timeout 0.2 --as %s", desk_message(""), desk.link->path);
	check(desk.outcome != OUTCOME_DONE);
	check_text(desk_error(said->out, "code"), "NO_DIRECTORY");
	check(*desk_error(said->out, "hint") != '\0');
	desk_end(&desk);
}

/* Refused by the library's checks or by the broker: told with its code, and nothing is kept. */
static void test_refused(void)
{
	struct desk desk = desk_begin();
	const struct said *said = desk_run(&desk, true, "send %s --to nobody --as %s", desk_message(""), desk.link->path);

	check_int(desk.outcome, OUTCOME_REFUSED);
	check_text(desk_error(said->out, "code"), "UNKNOWN_AGENCY");
	check(has(desk_error(said->out, "message"), "nobody"));
	said = desk_run(&desk, false, "send %s --to nobody --as %s", desk_message(""), desk.link->path);
	check_text(said->out, "");
	check(strncmp(said->err, "tsunagi: ", 9) == 0 && has(said->err, "nobody"));
	said = desk_run(&desk, true, "send %s --as %s", desk_message(",\"urgency\":\"SOMETIME\""), desk.link->path);
	check_int(desk.outcome, OUTCOME_REFUSED);
	check_text(desk_error(said->out, "code"), "MESSAGE");
	check(has(desk_error(said->out, "message"), "urgency"));
	atomic_store(&desk.stage->refuse_code, PB__REFUSAL_CODE__REFUSAL_CODE_KIND_NOT_TAKEN);
	atomic_store(&desk.stage->refuse_count, 1);
	said = desk_run(&desk, true, "send %s --as %s", desk_message(""), desk.link->path);
	check_int(desk.outcome, OUTCOME_REFUSED);
	check_text(desk_error(said->out, "code"), "KIND_NOT_TAKEN");
	said = desk_run(&desk, true, "outbox list --as %s", desk.link->path);
	check(has(said->out, "\"messages\": []"));
	desk_end(&desk);
}

static void test_from_standard_input(void)
{
	struct desk desk = desk_begin();
	struct buf text;
	const struct said *said = NULL;

	buf_init(&text, 65536);
	require_ok(file_read(desk_message(""), &text));
	said = desk_run_fed(&desk, true, buf_text(&text), "send - --as %s", desk.link->path);
	check_int(desk.outcome, OUTCOME_DONE);
	check_text(desk_field(said->out, "state"), "accepted");
	said = desk_run_fed(&desk, true, "{\"kind\":", "send - --as %s", desk.link->path);
	check_int(desk.outcome, OUTCOME_REFUSED);
	check_text(desk_error(said->out, "code"), "JSON");
	said = desk_run_fed(&desk, true, "", "send - --as %s", desk.link->path);
	check_int(desk.outcome, OUTCOME_REFUSED);
	buf_free(&text);
	desk_end(&desk);
}

static void test_dry_runs(void)
{
	struct desk desk = desk_begin();
	const struct said *said = desk_run(&desk, false, "send %s --dry-run --as %s", desk_message(""), desk.link->path);

	check_int(desk.outcome, OUTCOME_DONE);
	check(has(said->out, "nothing was sent"));
	said = desk_run(&desk, true, "send %s --dry-run --as %s", desk_message(""), desk.link->path);
	check_int(desk.outcome, OUTCOME_DONE);
	check(*said->out == '{');
	said = desk_run(&desk, true, "send %s --dry-run --to nobody --as %s", desk_message(""), desk.link->path);
	check_int(desk.outcome, OUTCOME_REFUSED);
	check_text(desk_error(said->out, "code"), "UNKNOWN_AGENCY");
	said = desk_run(&desk, false, "send %s --dry-run --as %s", desk_message(",\"urgency\":\"SOMETIME\""), desk.link->path);
	check_int(desk.outcome, OUTCOME_REFUSED);
	check(has(said->err, "urgency"));
	unsetenv("TSUNAGI_BUNDLE");
	said = desk_run(&desk, false, "send %s --dry-run", desk_message("")); /* without a bundle: what can be seen without */
	check_int(desk.outcome, OUTCOME_DONE);
	check(has(said->out, "no problem"));
	check_uint(stage_tally(desk.stage, TALLY_SUBMITTED), 0);
	desk_end(&desk);
}

static void test_attachments(void)
{
	struct desk desk = desk_begin();
	char path[300];
	const struct said *said = NULL;

	snprintf(path, sizeof path, "%s/report.pdf", unit_folder());
	require_ok(file_write(path, bytes_of_text("%PDF"), 0600));
	desk_run(&desk, true, "send %s --attach %s --classes HEALTH --as %s", desk_message(""), path, desk.link->path);
	check_int(desk.outcome, OUTCOME_DONE);
	check_uint(stage_tally(desk.stage, TALLY_BLOBS), 1);
	said = desk_run(&desk, true, "send %s --attach %s --classes NONSENSE --as %s", desk_message(""), path, desk.link->path);
	check_int(desk.outcome, OUTCOME_REFUSED);
	check_text(desk_error(said->out, "code"), "MESSAGE");
	said = desk_run(&desk, true, "send %s --attach /no/such/file --as %s", desk_message(""), desk.link->path);
	check_int(desk.outcome, OUTCOME_REFUSED);
	check(has(desk_error(said->out, "message"), "attach.path"));
	desk_end(&desk);
}

static void test_bundles(void)
{
	struct desk desk = desk_begin();
	const struct said *said = NULL;

	unsetenv("TSUNAGI_BUNDLE");
	said = desk_run(&desk, true, "send %s", desk_message(""));
	check_int(desk.outcome, OUTCOME_USAGE);
	check_text(desk_error(said->out, "code"), "USAGE");
	check(has(desk_error(said->out, "message"), "--as"));
	setenv("TSUNAGI_BUNDLE", desk.link->path, 1);
	desk_run(&desk, true, "send %s", desk_message(""));
	check_int(desk.outcome, OUTCOME_DONE);
	setenv("TSUNAGI_BUNDLE", "", 1);
	desk_run(&desk, true, "send %s", desk_message(""));
	check_int(desk.outcome, OUTCOME_USAGE);
	unsetenv("TSUNAGI_BUNDLE");
	said = desk_run(&desk, true, "send %s --as /no/such/bundle", desk_message(""));
	check_int(desk.outcome, OUTCOME_NOT_THERE);
	require(chmod(desk.link->path, 0640) == 0);
	said = desk_run(&desk, true, "send %s --as %s", desk_message(""), desk.link->path);
	check_int(desk.outcome, OUTCOME_REFUSED);
	check_text(desk_error(said->out, "code"), "BUNDLE_OPEN_TO_OTHERS");
	require(chmod(desk.link->path, 0600) == 0);
	said = desk_run(&desk, true, "send %s --timeout soon --as %s", desk_message(""), desk.link->path);
	check_int(desk.outcome, OUTCOME_USAGE);
	check(has(desk_error(said->out, "message"), "--timeout soon"));
	desk_end(&desk);
}

UNIT_SUITE("tsunagi/cmd_send",
	{ "sent", test_sent },
	{ "in Japanese", test_in_japanese },
	{ "keys", test_keys },
	{ "in the outbox", test_in_the_outbox },
	{ "without a directory", test_without_a_directory },
	{ "refused", test_refused },
	{ "from standard input", test_from_standard_input },
	{ "dry runs", test_dry_runs },
	{ "attachments", test_attachments },
	{ "bundles and their names", test_bundles });
