/* SPDX-License-Identifier: Apache-2.0 */
/* receive: the three ways to say what becomes of a message, and what each leaves behind when it fails. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "desk.h"
#include "tsunagi/words.h"
#include "unit.h"

static bool has(const char *text, const char *part)
{
	return text != NULL && strstr(text, part) != NULL;
}

static size_t lines(const char *text)
{
	size_t count = 0;

	for (; *text != '\0'; text++)
		count += *text == '\n';
	return count;
}

/* A script in the test's folder that --exec can name without a space. */
static const char *script(const char *text)
{
	static char path[300];
	char whole[1000];

	snprintf(path, sizeof path, "%s/script", unit_folder());
	snprintf(whole, sizeof whole, "#!/bin/sh\n%s\n", text);
	require_ok(file_write(path, bytes_of_text(whole), 0700));
	require(chmod(path, 0700) == 0);
	return path;
}

static const char *content(const char *name)
{
	static char text[65536];
	char path[300];
	struct buf bytes;

	snprintf(path, sizeof path, "%s/%s", unit_folder(), name);
	buf_init(&bytes, sizeof text - 1);
	text[0] = '\0';
	if (file_read(path, &bytes) == ERR_OK && buf_text(&bytes) != NULL)
		snprintf(text, sizeof text, "%s", buf_text(&bytes));
	buf_free(&bytes);
	return text;
}

static void test_wrong_usage(void)
{
	static const char *const wrong[] = { "receive", "receive --out a --exec b", "receive --exec b --ack-from-stdin", "receive --out a --max 0",
					     "receive --out a --max many", "receive --out a --wait soon", "receive --out a --timeout x" };
	struct desk desk = desk_begin();

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		const struct said *said = desk_run(&desk, true, "%s --as %s", wrong[i], desk.desk->path);

		check_int(desk.outcome, OUTCOME_USAGE);
		check_text(desk_error(said->out, "code"), "USAGE");
		check(has(desk_error(said->out, "hint"), "receive"));
	}
	check_uint(stage_tally(desk.stage, TALLY_HELLOS), 0); /* nothing was taken */
	desk_end(&desk);
}

static void test_stored(void)
{
	struct desk desk = desk_begin();
	char first[37], second[37], path[200];
	const struct said *said = NULL;

	desk_send(&desk, first);
	desk_send(&desk, second);
	said = desk_run(&desk, false, "receive --out %s/in --max 1 --wait 5 --as %s", unit_folder(), desk.desk->path);
	check_int(desk.outcome, OUTCOME_DONE);
	check_uint(lines(said->out), 1);
	check(has(said->out, "acknowledged") && has(said->out, first) && has(said->out, "from link@chiba-city"));
	check(!has(said->out, "例田"));
	snprintf(path, sizeof path, "in/%s/message.json", first);
	check(has(content(path), "例田 はるか"));
	said = desk_run(&desk, true, "receive --out %s/in --max 1 --wait 5 --as %s", unit_folder(), desk.desk->path);
	check_int(desk.outcome, OUTCOME_DONE);
	check_text(desk_field(said->out, "message_id"), second);
	check_text(desk_field(said->out, "type"), "delivery");
	check_text(desk_field(said->out, "state"), "acknowledged");
	check_text(desk_field(said->out, "sender"), "link@chiba-city");
	check_text(desk_field(said->out, "kind"), "REQUEST");
	check(has(desk_field(said->out, "directory"), second));
	check(!has(said->out, "例田"));
	check_uint(stage_tally(desk.stage, TALLY_ACKNOWLEDGED), 2);
	desk_end(&desk);
}

static void test_nothing_came(void)
{
	struct desk desk = desk_begin();
	const struct said *said = desk_run(&desk, true, "receive --out %s/in --wait 0.3 --as %s", unit_folder(), desk.desk->path);

	check_int(desk.outcome, OUTCOME_NOT_THERE);
	check_text(desk_error(said->out, "code"), "NOTHING_CAME");
	said = desk_run(&desk, false, "receive --out %s/in --as %s", unit_folder(), desk.desk->path); /* an empty list is no failure */
	check_int(desk.outcome, OUTCOME_DONE);
	check_text(said->out, "Nothing waits.\n");
	stage_stop(desk.stage);
	said = desk_run(&desk, true, "receive --out %s/in --wait 0.5 --as %s", unit_folder(), desk.desk->path);
	check_int(desk.outcome, OUTCOME_UNREACHABLE);
	check_text(desk_error(said->out, "code"), "CONNECT");
	desk_end(&desk);
}

/* What cannot be stored is not acknowledged. */
static void test_nowhere_to_store(void)
{
	struct desk desk = desk_begin();
	char id[37];
	const struct said *said = NULL;

	desk_send(&desk, id);
	said = desk_run(&desk, true, "receive --out /proc/no-such/in --wait 5 --as %s", desk.desk->path);
	check(desk.outcome != OUTCOME_DONE);
	check(desk_error(said->out, "code") != NULL);
	check_uint(stage_tally(desk.stage, TALLY_ACKNOWLEDGED), 0);
	check_uint(stage_tally(desk.stage, TALLY_REFUSED), 0);
	said = desk_run(&desk, true, "receive --out %s/in --max 1 --wait 5 --as %s", unit_folder(), desk.desk->path);
	check_int(desk.outcome, OUTCOME_DONE);
	check(has(said->out, "\"redelivered\": true"));
	desk_end(&desk);
}

/* The broker takes the word and does not answer: stored, and whether it counts is not known. */
static void test_an_acknowledgement_without_answer(void)
{
	struct desk desk = desk_begin();
	char id[37];
	const struct said *said = NULL;

	desk_send(&desk, id);
	atomic_store(&desk.stage->refuse_code, PB__REFUSAL_CODE__REFUSAL_CODE_OVERLOADED);
	atomic_store(&desk.stage->refuse_count, 1000);
	said = desk_run(&desk, true, "receive --out %s/in --max 1 --wait 5 --timeout 0.3 --as %s", unit_folder(), desk.desk->path);
	check_int(desk.outcome, OUTCOME_UNDECIDED);
	check_text(desk_field(said->out, "state"), "undecided");
	check(desk_field(said->out, "directory") != NULL);
	desk_end(&desk);
}

static void test_by_a_program(void)
{
	static const struct {
		const char *program;
		enum outcome outcome;
		const char *state;
		unsigned acknowledged, refused;
	} rows[] = {
		{ "exit 0", OUTCOME_DONE, "acknowledged", 1, 0 },
		{ "exit 65", OUTCOME_REFUSED, "refused", 0, 1 },
		{ "exit 75", OUTCOME_REFUSED, "put_off", 0, 0 },
		{ "exit 3", OUTCOME_REFUSED, "refused", 0, 1 },
		{ "kill -9 $$", OUTCOME_REFUSED, "refused", 0, 1 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct desk desk = desk_begin();
		char id[37];
		const struct said *said = NULL;

		desk_send(&desk, id);
		said = desk_run(&desk, true, "receive --exec %s --max 1 --wait 5 --as %s", script(rows[i].program), desk.desk->path);
		unit_context("%s", rows[i].program);
		check_int(desk.outcome, rows[i].outcome);
		check_text(desk_field(said->out, "state"), rows[i].state);
		check_text(desk_field(said->out, "message_id"), id);
		check_uint(stage_tally(desk.stage, TALLY_ACKNOWLEDGED), rows[i].acknowledged);
		check_uint(stage_tally(desk.stage, TALLY_REFUSED), rows[i].refused);
		desk_end(&desk);
	}
}

/* What the program gets: the message on stdin, its folder and id in the environment; and its stdout is not this command's result. */
static void test_what_a_program_gets(void)
{
	struct desk desk = desk_begin();
	char id[37], text[900], seen[37];
	const struct said *said = NULL;

	desk_send(&desk, id);
	snprintf(text, sizeof text, "cat >%s/got; ls \"$TSUNAGI_DIR\" >%s/listed; printf %%s \"$TSUNAGI_MESSAGE_ID\" >%s/id; printf %%s \"$TSUNAGI_DIR\" >%s/dir; echo from the program",
		 unit_folder(), unit_folder(), unit_folder(), unit_folder());
	said = desk_run(&desk, true, "receive --exec %s --max 1 --wait 5 --as %s", script(text), desk.desk->path);
	check_int(desk.outcome, OUTCOME_DONE);
	check_uint(lines(said->out), 1);
	check(has(said->err, "from the program"));
	snprintf(seen, sizeof seen, "%s", content("id"));
	check_text(seen, id);
	check(has(content("got"), "例田 はるか") && *content("got") == '{');
	check(has(content("listed"), "message.json") && has(content("listed"), "part-0.cms"));
	check(access(content("dir"), F_OK) != 0); /* the clear text goes with the program */
	desk_end(&desk);
}

/* Where SIGCHLD is ignored, how a program ended cannot be learned: that is no acknowledgement. */
static void test_a_program_under_an_ignored_sigchld(void)
{
	struct desk desk = desk_begin();
	char id[37];
	const struct said *said = NULL;

	desk_send(&desk, id);
	signal(SIGCHLD, SIG_IGN);
	said = desk_run(&desk, true, "receive --exec %s --max 1 --wait 5 --as %s", script("exit 65"), desk.desk->path);
	signal(SIGCHLD, SIG_DFL);
	check_uint(stage_tally(desk.stage, TALLY_ACKNOWLEDGED), 0);
	check_int(desk.outcome, OUTCOME_REFUSED);
	check_text(desk_field(said->out, "state"), "put_off");
	desk_end(&desk);
}

static void test_a_program_that_is_not_there(void)
{
	struct desk desk = desk_begin();
	char id[37];
	const struct said *said = NULL;

	desk_send(&desk, id);
	said = desk_run(&desk, false, "receive --exec /no/such/program --max 1 --wait 5 --as %s", desk.desk->path);
	check_int(desk.outcome, OUTCOME_REFUSED);
	check(has(said->out, "sent back") && has(said->err, "1 sent back"));
	check_uint(stage_tally(desk.stage, TALLY_REFUSED), 1);
	desk_end(&desk);
}

static void test_no_room_for_a_programs_folder(void)
{
	struct desk desk = desk_begin();
	char id[37];
	const struct said *said = NULL;

	desk_send(&desk, id);
	setenv("TMPDIR", "/no/such/folder", 1);
	said = desk_run(&desk, true, "receive --exec true --max 1 --wait 5 --as %s", desk.desk->path);
	unsetenv("TMPDIR");
	check_int(desk.outcome, OUTCOME_REFUSED);
	check_text(desk_field(said->out, "state"), "put_off"); /* no fault of the message's */
	check(has(said->err, "no temporary directory"));
	check_uint(stage_tally(desk.stage, TALLY_REFUSED), 0);
	desk_end(&desk);
}

static void test_a_conversation_on_stdin(void)
{
	struct desk desk = desk_begin();
	char ids[3][37], path[300], all[1200];
	const struct said *said = NULL;
	int before = dup(STDIN_FILENO), fifo;

	for (size_t i = 0; i < 3; i++)
		desk_send(&desk, ids[i]);
	/* Answers come through a FIFO from a script that waits for each delivery in what is said. */
	snprintf(path, sizeof path, "%s/answers", unit_folder());
	require(mkfifo(path, 0600) == 0);
	snprintf(all, sizeof all,
		 "exec 3>%s\nuntil [ $(grep -c '\"delivery\"' %s/said.out) -ge 3 ]; do sleep 0.05; done\n"
		 "echo %s >&3\necho '%s NOT_UNDERSTOOD form 9' >&3\necho '%s  RETRY_LATER' >&3\n"
		 "until grep -q %s %s/said.out && [ $(grep -c refused %s/said.out) -ge 1 ]; do sleep 0.05; done\n",
		 path, unit_folder(), ids[0], ids[1], "unknown-id", ids[0], unit_folder(), unit_folder());
	snprintf(path, sizeof path, "sh %s &", script(all));
	require(system(path) == 0);
	snprintf(path, sizeof path, "%s/answers", unit_folder());
	fifo = open(path, O_RDONLY | O_CLOEXEC);
	require(fifo >= 0);
	dup2(fifo, STDIN_FILENO);
	close(fifo);
	said = desk_run(&desk, true, "receive --ack-from-stdin --wait 5 --as %s", desk.desk->path);
	dup2(before, STDIN_FILENO);
	close(before);
	check_int(desk.outcome, OUTCOME_REFUSED); /* one sent back, one left */
	check(has(said->out, "\"acknowledged\"") && has(said->out, "\"refused\"") && has(said->out, "\"unknown\""));
	check(has(said->out, "例田")); /* here the program asked for the message itself */
	check_uint(stage_tally(desk.stage, TALLY_ACKNOWLEDGED), 1);
	check_uint(stage_tally(desk.stage, TALLY_REFUSED), 1);
	check(has(said->err, "1 acknowledged, 1 sent back, 1 left for later"));
	desk_end(&desk);
}

static void test_stdin_that_ends(void)
{
	struct desk desk = desk_begin();
	char id[37];
	const struct said *said = NULL;

	desk_send(&desk, id);
	said = desk_run_fed(&desk, true, "x", "receive --ack-from-stdin --wait 5 --as %s", desk.desk->path); /* a last line without its end */
	check(has(said->out, "\"unknown\""));
	check_uint(stage_tally(desk.stage, TALLY_ACKNOWLEDGED), 0);
	desk_end(&desk);
}

/* A line longer than any id is nobody's, and what follows it is read as usual. */
static void test_an_overlong_line(void)
{
	struct desk desk = desk_begin();
	char input[3000];
	const struct said *said = NULL;

	memset(input, 'x', sizeof input);
	memcpy(input + 2500, "\nshort\n", 8);
	said = desk_run_fed(&desk, true, input, "receive --ack-from-stdin --wait 5 --as %s", desk.desk->path);
	check(has(said->out, "short"));
	check(!has(said->out, "xxxx"));
	desk_end(&desk);
}

/* Nobody there is not the same as nothing there. */
static void test_stdin_and_no_broker(void)
{
	struct desk desk = desk_begin();
	const struct said *said = NULL;

	stage_stop(desk.stage);
	said = desk_run_held(&desk, true, "", "receive --ack-from-stdin --wait 0.5 --as %s", desk.desk->path);
	check_int(desk.outcome, OUTCOME_UNREACHABLE);
	check_text(desk_error(said->out, "code"), "CONNECT");
	stage_start(desk.stage);
	desk_run_held(&desk, true, "", "receive --ack-from-stdin --wait 0.5 --as %s", desk.desk->path);
	check_int(desk.outcome, OUTCOME_NOT_THERE);
	desk_end(&desk);
}

static void test_in_japanese(void)
{
	struct desk desk = desk_begin();
	char id[37];
	const struct said *said = NULL;

	desk_send(&desk, id);
	words_start(LANGUAGE_JA);
	said = desk_run(&desk, false, "receive --out %s/in --max 1 --wait 5 --as %s", unit_folder(), desk.desk->path);
	words_start(LANGUAGE_EN);
	check(has(said->out, "受領") && has(said->out, "依頼") && has(said->out, "保存先"));
	desk_end(&desk);
}

/* ---- what the site tells ---- */

/* A notice to the desk, told while the stage is stopped. */
static void tell_notice(struct desk *desk)
{
	Pb__SiteNotice notice = PB__SITE_NOTICE__INIT;

	notice.what = PB__NOTICE_WHAT__NOTICE_WHAT_ANSWER_OVERDUE;
	notice.kind = PB__KIND__KIND_REQUEST;
	notice.agency = desk->link->address;
	notice.state = PB__LEG_STATE__LEG_STATE_RECEIVED;
	stage_stop(desk->stage);
	stage_tell(desk->stage, PB__ITEM_WHAT__ITEM_WHAT_NOTICE, desk->desk, 0, &notice);
	stage_start(desk->stage);
}

static void test_notice_stored(void)
{
	struct desk desk = desk_begin();
	const struct said *said;

	tell_notice(&desk);
	said = desk_run(&desk, true, "receive --out %s/in --max 1 --wait 10 --as %s", unit_folder(), desk.desk->path);
	check_int(desk.outcome, OUTCOME_DONE);
	check_text(desk_field(said->out, "type"), "notice");
	check_text(desk_field(said->out, "state"), "acknowledged");
	check_text(desk_field(said->out, "leg_state"), "RECEIVED");
	check(has(desk_field(said->out, "directory"), "/in/notices/1.json"));
	check(has(content("in/notices/1.json"), "ANSWER_OVERDUE"));
	tell_notice(&desk);
	said = desk_run(&desk, false, "receive --out %s/in --max 1 --wait 10 --as %s", unit_folder(), desk.desk->path);
	check_int(desk.outcome, OUTCOME_DONE);
	check(has(said->out, "acknowledged: notice 2, no answer in time: link@chiba-city has not answered"));
	desk_end(&desk);
}

static void test_notice_to_a_program(void)
{
	struct desk desk = desk_begin();
	const struct said *said;

	tell_notice(&desk);
	said = desk_run(&desk, true, "receive --exec %s --max 1 --wait 10 --as %s",
			script("echo \"$TSUNAGI_TYPE $TSUNAGI_ITEM ${TSUNAGI_MESSAGE_ID-none} $(ls $TSUNAGI_DIR)\" >> $(dirname $0)/log"), desk.desk->path);
	check_int(desk.outcome, OUTCOME_DONE);
	check_text(content("log"), "notice 1 none 1.json\n");
	check_text(desk_field(said->out, "state"), "acknowledged");
	desk_end(&desk);
}

/* It is acknowledged by its number; so may a message be.  Answers come through a FIFO once both were said. */
static void test_notice_by_number(void)
{
	struct desk desk = desk_begin();
	int before = dup(STDIN_FILENO), fifo;
	char id[37], path[300], all[600];
	const struct said *said;

	desk_send(&desk, id);
	tell_notice(&desk);
	snprintf(path, sizeof path, "%s/answers", unit_folder());
	require(mkfifo(path, 0600) == 0);
	snprintf(all, sizeof all,
		 "exec 3>%s\ncd %s\nwhile [ -e said.out ] && [ $(grep -c '\"item\"' said.out) -lt 2 ]; do sleep 0.05; done\n"
		 "echo 2 >&3\necho 1 >&3\n",
		 path, unit_folder());
	snprintf(path, sizeof path, "sh %s &", script(all));
	require(system(path) == 0);
	snprintf(path, sizeof path, "%s/answers", unit_folder());
	fifo = open(path, O_RDONLY | O_CLOEXEC);
	require(fifo >= 0);
	dup2(fifo, STDIN_FILENO);
	close(fifo);
	said = desk_run(&desk, true, "receive --ack-from-stdin --max 2 --wait 5 --as %s", desk.desk->path);
	dup2(before, STDIN_FILENO);
	close(before);
	check_int(desk.outcome, OUTCOME_DONE);
	check(has(said->out, "ANSWER_OVERDUE") && !has(said->out, "unknown"));
	check_uint(stage_tally(desk.stage, TALLY_ACKNOWLEDGED), 2);
	desk_end(&desk);
}

UNIT_SUITE("tsunagi/cmd_receive",
	{ "wrong usage", test_wrong_usage },
	{ "stored, then acknowledged", test_stored },
	{ "nothing came", test_nothing_came },
	{ "nowhere to store", test_nowhere_to_store },
	{ "an acknowledgement without answer", test_an_acknowledgement_without_answer },
	{ "a program's exit decides", test_by_a_program },
	{ "what a program gets", test_what_a_program_gets },
	{ "a program under an ignored SIGCHLD", test_a_program_under_an_ignored_sigchld },
	{ "a program that is not there", test_a_program_that_is_not_there },
	{ "no room for a program's folder", test_no_room_for_a_programs_folder },
	{ "a conversation on stdin", test_a_conversation_on_stdin },
	{ "stdin that ends", test_stdin_that_ends },
	{ "an overlong line", test_an_overlong_line },
	{ "stdin and no broker", test_stdin_and_no_broker },
	{ "in Japanese", test_in_japanese },
	{ "a notice, stored", test_notice_stored },
	{ "a notice, to a program", test_notice_to_a_program },
	{ "a notice, by its number", test_notice_by_number });
