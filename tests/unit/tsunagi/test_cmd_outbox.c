/* SPDX-License-Identifier: Apache-2.0 */
/* outbox list, flush and discard. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/id.h"
#include "desk.h"
#include "tsunagi/tsunagi.h"
#include "tsunagi/words.h"
#include "unit.h"

static bool has(const char *text, const char *part)
{
	return text != NULL && strstr(text, part) != NULL;
}

/* A message that waits here, since the broker is away; its id. */
static void put(struct desk *desk, const char *other, char id[37])
{
	const struct said *said = desk_run(desk, true, "send %s --timeout 0.1 --as %s", desk_message(other), desk->link->path);
	const char *found = desk_field(said->out, "message_id");

	require(check_int(desk->outcome, OUTCOME_UNDECIDED) && found != NULL);
	snprintf(id, 37, "%s", found);
}

/* Knows the directory, and then has no broker. */
static struct desk begin_alone(void)
{
	struct desk desk = desk_begin();
	char id[37];

	desk_send(&desk, id);
	stage_stop(desk.stage);
	return desk;
}

static void code_of(const char *message_id, char code[ID_CODE_TEXT])
{
	struct id id;

	require_ok(id_parse(message_id, &id));
	id_code(&id, code);
}

static void test_listed(void)
{
	struct desk desk = begin_alone();
	char first[37], second[37], code[ID_CODE_TEXT];
	const struct said *said = desk_run(&desk, false, "outbox list --as %s", desk.link->path);

	check_int(desk.outcome, OUTCOME_DONE); /* an empty list is no failure */
	check(has(said->out, "The outbox is empty."));
	put(&desk, ",\"key\":\"case-1\"", first);
	put(&desk, ",\"urgency\":\"DANGER\"", second);
	code_of(first, code);
	said = desk_run(&desk, false, "outbox list --as %s", desk.link->path);
	check(has(said->out, "CODE") && has(said->out, "WHY IT WAITS"));
	check(has(said->out, code) && has(said->out, "case-1") && has(said->out, "desk@chiba-city"));
	check(!has(said->out, "empty") && !has(said->out, "例田"));
	said = desk_run(&desk, true, "outbox list --as %s", desk.link->path);
	check(has(said->out, first) && has(said->out, second) && has(said->out, "\"messages\""));
	words_start(LANGUAGE_JA);
	said = desk_run(&desk, false, "outbox list --as %s", desk.link->path);
	words_start(LANGUAGE_EN);
	check(has(said->out, "待っている理由"));
	desk_end(&desk);
}

static void test_flushed(void)
{
	struct desk desk = begin_alone();
	char id[37];
	const struct said *said = NULL;

	put(&desk, "", id);
	put(&desk, "", id);
	said = desk_run(&desk, false, "outbox flush --timeout 0.2 --as %s", desk.link->path);
	check_int(desk.outcome, OUTCOME_UNREACHABLE);
	check(has(said->out, "0 left the outbox, 2 still wait"));
	check(has(said->err, "Nobody answers"));
	stage_start(desk.stage);
	said = desk_run(&desk, true, "outbox flush --as %s", desk.link->path);
	check_int(desk.outcome, OUTCOME_DONE);
	check(has(said->out, "\"gone\": 2") && has(said->out, "\"left\": 0"));
	said = desk_run(&desk, false, "outbox flush --as %s", desk.link->path);
	check_int(desk.outcome, OUTCOME_DONE);
	check(has(said->out, "0 left the outbox, 0 still wait"));
	check_uint(stage_tally(desk.stage, TALLY_SUBMITTED), 3);
	desk_end(&desk);
}

static void test_taken_back(void)
{
	struct desk desk = begin_alone();
	char first[37], second[37], code[ID_CODE_TEXT];
	const struct said *said = NULL;

	put(&desk, "", first);
	put(&desk, "", second);
	said = desk_run(&desk, false, "outbox discard %s --as %s", first, desk.link->path);
	check_int(desk.outcome, OUTCOME_DONE);
	check(has(said->out, first) && has(said->out, "never sent"));
	said = desk_run(&desk, true, "outbox discard %s --as %s", first, desk.link->path);
	check_int(desk.outcome, OUTCOME_NOT_THERE);
	check_text(desk_error(said->out, "code"), "NOT_IN_OUTBOX");
	code_of(second, code);
	said = desk_run(&desk, true, "outbox discard %s --as %s", code, desk.link->path); /* by its short code */
	check_int(desk.outcome, OUTCOME_DONE);
	check_text(desk_field(said->out, "message_id"), second);
	check(has(said->out, "\"discarded\": true"));
	stage_start(desk.stage);
	desk_run(&desk, true, "outbox flush --as %s", desk.link->path);
	check_uint(stage_tally(desk.stage, TALLY_SUBMITTED), 1); /* what was taken back never travels */
	desk_end(&desk);
}

static void test_names_that_are_none(void)
{
	struct desk desk = desk_begin();
	char code[ID_CODE_TEXT];
	const struct said *said = desk_run(&desk, true, "outbox discard nonsense --as %s", desk.link->path);

	check_int(desk.outcome, OUTCOME_USAGE);
	check_text(desk_error(said->out, "code"), "USAGE");
	code_of("01960000-0000-7000-8000-000000000000", code);
	said = desk_run(&desk, true, "outbox discard %s --as %s", code, desk.link->path);
	check_int(desk.outcome, OUTCOME_NOT_THERE);
	check_text(desk_error(said->out, "code"), "UNKNOWN_CODE");
	code[0] = code[0] == '2' ? '3' : '2'; /* one character mistyped: the check character tells */
	said = desk_run(&desk, true, "outbox discard %s --as %s", code, desk.link->path);
	check_int(desk.outcome, OUTCOME_USAGE);
	check(has(desk_error(said->out, "message"), "one character of it is wrong"));
	desk_end(&desk);
}

/* What a crash or a disk left behind is set aside, told, and hides nothing else. */
static void test_a_damaged_file(void)
{
	struct desk desk = begin_alone();
	char first[37], second[37], path[800], aside[820];
	struct buf file;
	const struct said *said = NULL;

	put(&desk, "", first);
	put(&desk, "", second);
	snprintf(path, sizeof path, "%s.outbox/messages/%s.message", desk.link->path, first);
	snprintf(aside, sizeof aside, "%s.damaged", path);
	buf_init(&file, 1u << 20);
	require_ok(file_read(path, &file));
	require_ok(file_write(path, bytes_of(file.data, file.len / 2), 0600));
	said = desk_run(&desk, true, "outbox list --as %s", desk.link->path);
	check_int(desk.outcome, OUTCOME_DONE);
	check(!has(said->out, first) && has(said->out, second));
	check_int(access(aside, F_OK), 0);
	check(access(path, F_OK) != 0);
	buf_free(&file);
	desk_end(&desk);
}

static void test_one_process_at_a_time(void)
{
	struct desk desk = begin_alone();
	tsg_client *client = NULL;
	const struct said *said = NULL;

	require(tsg_client_open(desk.link->path, NULL, &client) == TSG_OK);
	said = desk_run(&desk, true, "outbox list --as %s", desk.link->path);
	check_int(desk.outcome, OUTCOME_REFUSED);
	check_text(desk_error(said->out, "code"), "OUTBOX_LOCKED");
	desk_run(&desk, true, "outbox list --outbox %s/other --as %s", unit_folder(), desk.link->path);
	check_int(desk.outcome, OUTCOME_DONE);
	tsg_client_close(client);
	desk_run(&desk, true, "outbox list --as %s", desk.link->path);
	check_int(desk.outcome, OUTCOME_DONE);
	desk_end(&desk);
}

static void test_no_bundle(void)
{
	static const char *const commands[] = { "outbox list", "outbox flush", "outbox discard x" };
	struct desk desk = { 0 };

	unsetenv("TSUNAGI_BUNDLE");
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
		const struct said *said = desk_run(&desk, true, "%s", commands[i]);

		check_int(desk.outcome, OUTCOME_USAGE);
		check(has(desk_error(said->out, "message"), "no bundle"));
	}
}

UNIT_SUITE("tsunagi/cmd_outbox",
	{ "listed", test_listed },
	{ "flushed", test_flushed },
	{ "taken back", test_taken_back },
	{ "names that are none", test_names_that_are_none },
	{ "a damaged file", test_a_damaged_file },
	{ "one process at a time", test_one_process_at_a_time },
	{ "no bundle", test_no_bundle });
