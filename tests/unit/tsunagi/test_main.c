/* SPDX-License-Identifier: Apache-2.0 */
/* main: the whole command as a process of its own: how it finds a command, how it ends, in which language and form it says so. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "tsunagi/commands.h"
#include "unit.h"

static char out[262144], err[65536];

static void read_back(const char *name, char *to, size_t room)
{
	char path[300];
	FILE *file;
	size_t length = 0;

	snprintf(path, sizeof path, "%s/%s", unit_folder(), name);
	file = fopen(path, "r");
	if (file != NULL)
		length = fread(to, 1, room - 1, file);
	to[length] = '\0';
	if (file != NULL)
		fclose(file);
}

/* The exit code of `tsunagi` with these words, as a shell reads them; what it said is in out and err. */
static int run(const char *language, const char *words)
{
	char line[4000];
	int status;

	unit_context("%s: %s", language, words);
	snprintf(line, sizeof line, "LANG=%s LC_ALL=%s TSUNAGI_HOME=/no/such/home '%s' %s >%s/out 2>%s/err </dev/null", language, language, TSUNAGI_COMMAND, words,
		 unit_folder(), unit_folder());
	status = system(line);
	read_back("out", out, sizeof out);
	read_back("err", err, sizeof err);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static bool has(const char *text, const char *part)
{
	return text != NULL && strstr(text, part) != NULL;
}

static const char *error_of(const char *text, const char *name)
{
	static char value[1000];
	json_t *json = json_loads(text, 0, NULL);
	const char *found = json_string_value(json_object_get(json_object_get(json, "error"), name));

	snprintf(value, sizeof value, "%s", found == NULL ? "" : found);
	json_decref(json);
	return value;
}

static void test_wrong_words(void)
{
	static const struct {
		const char *words, *says;
	} rows[] = {
		{ "", "A command is missing." },
		{ "dance", "There is no command \"dance\"." },
		{ "queue dance --json=no", "takes no value" },
		{ "agency", "\"agency\" needs one more word:" },
		{ "agency dance", "There is no command \"agency dance\"." },
		{ "ledger site", "There is no command \"ledger site\"." },
		{ "--colour", "no option --colour" },
		{ "-x", "no option -x" },
		{ "--home", "--home needs a value" },
		{ "send", "something is missing: FILE.json|FILE.csv|-" },
		{ "send a b", "one word too many: b" },
		{ "send a --colour", "no option --colour" },
		{ "ping x", "one word too many: x" },
		{ "template", "something is missing: KIND" },
		{ "codes a b", "one word too many: b" },
		{ "refuse", "something is missing" },
		{ "status --check=1", "takes no value" },
		{ "directory load", "something is missing: FILE" },
		{ "queue show a b", "one word too many: b" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		check_int(run("C.UTF-8", rows[i].words), 2);
		check(has(err, rows[i].says));
		check(has(err, "--help") || has(out, "agency list")); /* a way on */
	}
}

/* Every command, called with an option that it does not have, or with too many words, says how it is called. */
static void test_every_command(void)
{
	const struct command *row;
	char words[200];

	for (size_t i = 0; (row = command_at(i)) != NULL; i++) {
		snprintf(words, sizeof words, "%s --no-such-option --json", row->name);
		check_int(run("C.UTF-8", words), 2);
		check_text(error_of(out, "code"), "USAGE");
		check(has(error_of(out, "hint"), row->name));
		check_text(err, "");
		snprintf(words, sizeof words, "%s --help", row->name);
		check_int(run("C.UTF-8", words), 0);
		check(has(out, "Usage: tsunagi ") && has(out, row->name) && has(out, row->summary[0]));
		check_text(err, "");
		snprintf(words, sizeof words, "%s -h", row->name);
		check_int(run("ja_JP.UTF-8", words), 0);
		check(has(out, "使い方:tsunagi ") && has(out, row->summary[1]));
	}
}

/* Where --json stands does not matter, even on a line that is wrong; code never changes with the language. */
static void test_errors_as_json(void)
{
	static const char *const lines[] = { "--json dance", "dance --json", "--json", "--json send", "send --json a b", "agency --json", "status --json --check=x" };
	char english[1000];

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		check_int(run("C.UTF-8", lines[i]), 2);
		check_text(error_of(out, "code"), "USAGE");
		check_text(err, "");
		snprintf(english, sizeof english, "%s", error_of(out, "message"));
		check(*english != '\0');
		check_int(run("ja_JP.UTF-8", lines[i]), 2);
		check_text(error_of(out, "code"), "USAGE");
		check(strcmp(error_of(out, "message"), english) != 0);
	}
	check_int(run("C.UTF-8", "-- --json"), 2);
	check_text(out, ""); /* behind "--" it is a word like any other */
}

static void test_languages(void)
{
	check_int(run("C.UTF-8", "dance"), 2);
	check(has(err, "There is no command"));
	check_int(run("C", "dance"), 2);
	check(has(err, "There is no command"));
	check_int(run("en_US.UTF-8", "dance"), 2);
	check(has(err, "There is no command"));
	check_int(run("ja_JP.UTF-8", "dance"), 2);
	check(has(err, "コマンド「dance」はありません。"));
	check_int(run("ja_JP.UTF-8", "status"), 3);
	check(has(err, "/no/such/home"));
}

static void test_help(void)
{
	json_t *json;
	size_t count = 0;

	check_int(run("C.UTF-8", "--help"), 0);
	check(has(out, "For operators") && has(out, "For agencies") && has(out, "Exit codes") && has(out, "queue expire [ID...|-]"));
	check_text(err, "");
	check_int(run("ja_JP.UTF-8", "--help"), 0);
	check(has(out, "運用担当") && has(out, "終了コード"));
	check_int(run("C.UTF-8", "queue --help"), 0);
	check_int(run("C.UTF-8", "agency --help"), 0); /* a group of commands */
	check(has(out, "agency revoke") && !has(out, "queue"));
	check_int(run("C.UTF-8", "--help --json"), 0);
	json = json_loads(out, 0, NULL);
	while (command_at(count) != NULL)
		count++;
	check_uint(json_array_size(json_object_get(json, "commands")), count);
	json_decref(json);
	check_int(run("C.UTF-8", "send --help --json"), 0);
	json = json_loads(out, 0, NULL);
	check_text(json_string_value(json_object_get(json, "command")), "send");
	check(json_array_size(json_object_get(json, "options")) >= 5);
	check(json_string_value(json_object_get(json, "example")) != NULL);
	json_decref(json);
}

static void test_version(void)
{
	json_t *json;

	check_int(run("C.UTF-8", "--version"), 0);
	check(strncmp(out, "tsunagi " TSUNAGI_VERSION, strlen("tsunagi " TSUNAGI_VERSION)) == 0);
	check_int(run("C.UTF-8", "--version --json"), 0);
	json = json_loads(out, 0, NULL);
	check_text(json_string_value(json_object_get(json, "version")), TSUNAGI_VERSION);
	json_decref(json);
}

/* A result that cannot be written is no success. */
static void test_a_full_disk(void)
{
	char line[1000];
	int status;

	snprintf(line, sizeof line, "'%s' --help >/dev/full 2>%s/err", TSUNAGI_COMMAND, unit_folder());
	status = system(line);
	read_back("err", err, sizeof err);
	check_int(WEXITSTATUS(status), 1);
	check(has(err, "could not be written"));
	snprintf(line, sizeof line, "'%s' codes --json >/dev/full 2>%s/err", TSUNAGI_COMMAND, unit_folder());
	check_int(WEXITSTATUS(system(line)), 1);
	snprintf(line, sizeof line, "{ '%s' --help; echo $? >%s/code; } 2>%s/err | true", TSUNAGI_COMMAND, unit_folder(), unit_folder());
	check_int(system(line), 0);
	read_back("err", err, sizeof err);
	check_text(err, ""); /* who closes a pipe has read enough */
}

/* What it writes may hold keys, whatever mask it was started with. */
static void test_files_are_ones_own(void)
{
	char line[1000], path[300];
	struct stat status;

	snprintf(line, sizeof line, "umask 0; '%s' --home %s/home init --site test-site --code 121002 >/dev/null", TSUNAGI_COMMAND, unit_folder());
	require(system(line) == 0);
	snprintf(path, sizeof path, "%s/home/keys", unit_folder());
	require(stat(path, &status) == 0);
	check_uint(status.st_mode & 0077, 0);
	snprintf(line, sizeof line, "umask 0; '%s' enrol --request %s/r --agency a@b --as %s/b >/dev/null", TSUNAGI_COMMAND, unit_folder(), unit_folder());
	require(system(line) == 0);
	snprintf(path, sizeof path, "%s/b", unit_folder());
	require(stat(path, &status) == 0);
	check_uint(status.st_mode & 0777, 0600);
}

UNIT_SUITE("tsunagi/main",
	{ "wrong words", test_wrong_words },
	{ "every command", test_every_command },
	{ "errors as JSON", test_errors_as_json },
	{ "languages", test_languages },
	{ "help", test_help },
	{ "version", test_version },
	{ "a full disk", test_a_full_disk },
	{ "files are one's own", test_files_are_ones_own });
