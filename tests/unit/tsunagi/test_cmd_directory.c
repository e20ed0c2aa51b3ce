/* SPDX-License-Identifier: Apache-2.0 */
/* directory check, load, diff and show, against a daemon that keeps what was loaded. */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "contract/codec.h"
#include "fake_daemon.h"
#include "unit.h"

#define HEAD "site: test-site\nlocal_government_code: \"121002\"\nnames: {ja: 試験}\nzone: Asia/Tokyo\nagencies:\n"
#define PAIR HEAD "  - {id: a, names: {ja: エー, en: Ay}, coordinator: b, areas: [chuo, wakaba]}\n  - {id: b, names: {ja: ビー}, coordinator: a}\n"
#define THREE PAIR "  - {id: c, names: {ja: シー}, coordinator: a}\n"
#define SECTOR HEAD "  - {id: a, names: {ja: エー, en: Ay}, coordinator: b, sector: welfare}\n  - {id: b, names: {ja: ビー}, coordinator: a}\n"

static uint8_t loaded[65536];
static size_t loaded_length;
static unsigned loads;
static struct fake_daemon *daemon_;
static enum outcome outcome;

static void answer(void *context, const Pb__AdminRequest *request, struct arena *arena, Pb__AdminReply *reply)
{
	const Pb__DirectoryFile *file = NULL;

	(void)context;
	if (request->body_case == PB__ADMIN_REQUEST__BODY_DIRECTORY_LOAD) {
		loaded_length = request->directory_load.len;
		memcpy(loaded, request->directory_load.data, loaded_length);
		loads++;
		reply->done = arena_alloc(arena, sizeof *reply->done);
		pb__admin_nothing__init(reply->done);
		reply->body_case = PB__ADMIN_REPLY__BODY_DONE;
		reply->seq = 100 + loads;
		return;
	}
	reply->directory = arena_alloc(arena, sizeof *reply->directory);
	pb__directory_view__init(reply->directory);
	reply->body_case = PB__ADMIN_REPLY__BODY_DIRECTORY;
	if (loaded_length > 0 && CODEC_DECODE(directory_file, bytes_of(loaded, loaded_length), arena, &file, NULL) == ERR_OK) {
		reply->directory->file = (Pb__DirectoryFile *)(uintptr_t)file;
		reply->directory->version = 100 + loads;
	}
}

static void begin(void)
{
	loaded_length = loads = 0;
	daemon_ = fake_daemon_start(answer, NULL);
}

static const struct said *run_on(bool json, const char *command, const char *text)
{
	char path[300];

	snprintf(path, sizeof path, "%s/directory.yaml", unit_folder());
	require_ok(file_write(path, bytes_of_text(text), 0600));
	unit_context("%s", command);
	return fake_run(daemon_, json, &outcome, "directory %s %s", command, path);
}

static const struct said *show(bool json, const char *words)
{
	unit_context("%s", words);
	return fake_run(daemon_, json, &outcome, "directory show %s", words);
}

static void test_load(void)
{
	begin();
	check(strstr(run_on(false, "load", PAIR)->out, "2 agencies in force: 2 new, 0 changed, 0 gone (entry 101)") != NULL);
	check_int(outcome, OUTCOME_DONE);
	check(strstr(run_on(false, "load", PAIR)->out, "in force already") != NULL);
	check_uint(loads, 1); /* what is in force makes no entry */
	check(strstr(run_on(true, "load", PAIR)->out, "\"loaded\": false") != NULL);
	check(strstr(run_on(false, "load", THREE)->out, "new  c") != NULL);
	check(strstr(run_on(false, "load", SECTOR)->out, "1 changed, 1 gone (entry 103)") != NULL);
	check_uint(loads, 3);
	fake_daemon_stop(daemon_);
}

/* The same agencies under another head are another directory. */
static void test_load_another_head(void)
{
	begin();
	run_on(false, "load", PAIR);
	run_on(false, "load", "site: test-site\nlocal_government_code: \"121002\"\nnames: {ja: 別の試験}\nzone: Asia/Tokyo\nagencies:\n"
			      "  - {id: a, names: {ja: エー, en: Ay}, coordinator: b, areas: [chuo, wakaba]}\n  - {id: b, names: {ja: ビー}, coordinator: a}\n");
	check_int(outcome, OUTCOME_DONE);
	check_uint(loads, 2);
	fake_daemon_stop(daemon_);
}

static void test_load_what_is_wrong(void)
{
	const struct said *said;

	begin();
	said = run_on(false, "load", HEAD "  - {id: a, names: {ja: エー}, coordinator: nobody}\n");
	check_int(outcome, OUTCOME_REFUSED);
	check(strstr(said->err, "directory.yaml:6:") != NULL && strstr(said->err, "nothing was changed") != NULL);
	said = run_on(true, "load", HEAD "  - {id: a, names: {ja: エー}, coordinator: nobody}\n");
	check(strstr(said->out, "\"line\": 6") != NULL && strstr(said->out, "\"ok\": false") != NULL);
	run_on(false, "load", "");
	check_int(outcome, OUTCOME_REFUSED);
	fake_run(daemon_, false, &outcome, "directory load %s/none.yaml", unit_folder());
	check_int(outcome, OUTCOME_NOT_THERE);
	check_uint(loads, 0);
	check_uint(fake_daemon_questions(daemon_), 0); /* the daemon is not even asked */
	fake_daemon_stop(daemon_);
}

static void test_check(void)
{
	begin();
	run_on(false, "check", PAIR);
	check_int(outcome, OUTCOME_DONE);
	run_on(false, "check", HEAD "  - {id: A, names: {ja: エー}}\n");
	check_int(outcome, OUTCOME_REFUSED);
	check_uint(fake_daemon_questions(daemon_), 0);
	fake_daemon_stop(daemon_);
}

static void test_diff(void)
{
	const struct said *said;

	begin();
	run_on(false, "load", PAIR);
	said = run_on(false, "diff", THREE);
	check(strstr(said->out, "1 new, 0 changed and 0 gone; nothing was changed yet") != NULL);
	said = run_on(true, "diff", SECTOR);
	check(strstr(said->out, "\"changed\": 1") != NULL && strstr(said->out, "\"sector\"") != NULL);
	check_uint(loads, 1);
	fake_daemon_stop(daemon_);
}

static void test_show(void)
{
	const struct said *said;

	begin();
	check(strstr(show(false, "")->out, "No directory was loaded yet.") != NULL);
	run_on(false, "load", PAIR);
	said = show(false, "");
	check(strstr(said->out, "chuo, wakaba") != NULL && strstr(said->out, "2 agencies of test-site; version 101") != NULL);
	check(strstr(said->out, "Ay") != NULL);
	check(strstr(show(true, "")->out, "\"version\": 101") != NULL);
	said = show(false, "a@test-site");
	check(strstr(said->out, "coordinator") != NULL && strstr(said->out, "not enrolled") != NULL);
	check(strstr(show(true, "b")->out, "\"id\": \"b\"") != NULL);
	show(false, "z");
	check_int(outcome, OUTCOME_NOT_THERE);
	show(false, "a@elsewhere");
	check_int(outcome, OUTCOME_NOT_THERE);
	fake_daemon_stop(daemon_);
}

/* An answer that is no answer is told, and nothing of it is believed. */
static void test_garbage(void)
{
	daemon_ = fake_daemon_start(NULL, NULL);
	show(false, "");
	check(outcome != OUTCOME_DONE);
	run_on(false, "load", PAIR);
	check(outcome != OUTCOME_DONE);
	run_on(false, "diff", PAIR);
	check(outcome != OUTCOME_DONE);
	fake_daemon_stop(daemon_);
}

UNIT_SUITE("tsunagi/cmd_directory",
	{ "load", test_load },
	{ "load with another head", test_load_another_head },
	{ "load what is wrong", test_load_what_is_wrong },
	{ "check", test_check },
	{ "diff", test_diff },
	{ "show", test_show },
	{ "garbage from the daemon", test_garbage });
