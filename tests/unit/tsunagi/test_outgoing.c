/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "tsunagi/commands.h"
#include "tsunagi/outgoing.h"
#include "said.h"
#include "unit.h"

static char *argv_[32];
static json_t *message;
static enum outcome outcome;

static void read_it(void)
{
	static struct call call;
	struct args_fault fault;
	int argc = 0;

	while (argv_[argc] != NULL)
		argc++;
	memset(&call, 0, sizeof call);
	call.command = command_find((char *[]){ (char[]){ "send" } }, 1, &(size_t){ 0 });
	args_allow(&call.args, commands_common_options);
	args_allow(&call.args, call.command->options);
	require_ok(args_parse(&call.args, argc, argv_, &fault));
	message = NULL;
	outcome = outgoing_read(&call, &message);
}

/* A file of this content, then these words (up to four). */
static const struct said *read_file_with(const char *name, const char *content, const char *const words[])
{
	static char path[300];
	static char texts[8][100];
	size_t count = 0;

	snprintf(path, sizeof path, "%s/%s", unit_folder(), name);
	if (content != NULL)
		require_ok(file_write(path, bytes_of_text(content), 0600));
	argv_[0] = path;
	argv_[1] = path;
	for (; words != NULL && words[count] != NULL && count < 8; count++) {
		snprintf(texts[count], sizeof texts[count], "%s", words[count]);
		argv_[2 + count] = texts[count];
	}
	argv_[2 + count] = NULL;
	return said_by(true, read_it);
}

static void test_as_it_stands(void)
{
	read_file_with("a.json", "{\"kind\":\"NOTE\",\"to\":[\"x\"]}", NULL);
	check_int(outcome, OUTCOME_DONE);
	check_text(json_string_value(json_object_get(message, "kind")), "NOTE");
	check(json_object_get(message, "attach") == NULL);
	json_decref(message);
}

static void test_options(void)
{
	const char *const words[] = { "--to", "a", "--to=b", "--key", "k", "--attach=/x/plan.pdf", "--classes=HEALTH,FINANCE", NULL };
	json_t *row;

	read_file_with("a.json", "{\"to\":[\"x\"],\"key\":\"old\",\"attach\":[{\"path\":\"first\"}]}", words);
	check_int(outcome, OUTCOME_DONE);
	check_uint(json_array_size(json_object_get(message, "to")), 2);
	check_text(json_string_value(json_array_get(json_object_get(message, "to"), 1)), "b");
	check_text(json_string_value(json_object_get(message, "key")), "k");
	check_uint(json_array_size(json_object_get(message, "attach")), 2);
	row = json_array_get(json_object_get(message, "attach"), 1);
	check_text(json_string_value(json_object_get(row, "media_type")), "application/pdf");
	check_uint(json_array_size(json_object_get(row, "classes")), 2);
	json_decref(message);
}

static void test_refused(void)
{
	static const struct {
		const char *name, *content, *code;
		enum outcome outcome;
	} rows[] = {
		{ "a.json", "", "\"JSON\"", OUTCOME_REFUSED },
		{ "a.json", "[1]", "\"JSON\"", OUTCOME_REFUSED },
		{ "a.json", "{\"a\":1,\"a\":2}", "\"JSON\"", OUTCOME_REFUSED },
		{ "a.json", "{\"a\":\"\xff\"}", "\"JSON\"", OUTCOME_REFUSED },
		{ "none.json", NULL, "\"NO_FILE\"", OUTCOME_NOT_THERE },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		unit_context("%s %zu", rows[i].name, i);
		check(strstr(read_file_with(rows[i].name, rows[i].content, NULL)->out, rows[i].code) != NULL);
		check_int(outcome, rows[i].outcome);
		check(message == NULL);
	}
}

static void test_media_types(void)
{
	check_text(outgoing_media_type("a.pdf"), "application/pdf");
	check_text(outgoing_media_type("/x.y/A.JPEG"), "image/jpeg");
	check_text(outgoing_media_type("/x.pdf/file"), "application/octet-stream");
	check_text(outgoing_media_type(""), "application/octet-stream");
}

/* What the file has for a list and is none is neither dropped nor mended here: the message's check names it. */
static void test_attached_to_no_list(void)
{
	static const char *const words[] = { "--attach", "report.pdf", NULL };

	read_file_with("a.json", "{\"attach\":{\"path\":\"x\"}}", words);
	check_int(outcome, OUTCOME_DONE);
	check(json_is_object(json_object_get(message, "attach")));
	json_decref(message);
	read_file_with("a.json", "{\"attach\":null}", words);
	check_int(outcome, OUTCOME_DONE);
	check_uint(json_array_size(json_object_get(message, "attach")), 1);
	json_decref(message);
}

UNIT_SUITE("tsunagi/outgoing",
	{ "a file as it stands", test_as_it_stands },
	{ "the command line adds and replaces", test_options },
	{ "what is no message is refused by name", test_refused },
	{ "media types by ending", test_media_types },
	{ "attached to what is no list", test_attached_to_no_list });
