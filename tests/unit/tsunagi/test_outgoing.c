/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/folder.h"
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

#define RECEIVED                                                                                                                  \
	"\"type\":\"delivery\",\"item\":7,\"message_id\":\"x\",\"kind\":\"REQUEST\",\"ask\":\"REFER\",\"sender\":\"link@chiba-city\"," \
	"\"case_id\":\"c\",\"urgency\":\"URGENT\",\"basis\":{\"basis\":\"PROTECT_LIFE\"},\"parts\":[{\"release\":\"ON_ACCEPT\"}]"

/* What was received becomes a request of our own: what it says, in its case, held back where it was; nothing of who sent it. */
static void test_sent_on(void)
{
	static const char *const words[] = { "--to", "k4w7", NULL };
	json_t *attach;
	char path[300];

	read_file_with("message.json", "{" RECEIVED ",\"sheet\":{\"history\":\"h\"}}", words);
	require(outcome == OUTCOME_DONE);
	check_text(json_string_value(json_object_get(message, "ask")), "REFER");
	check_text(json_string_value(json_object_get(message, "case")), "c");
	check_text(json_string_value(json_object_get(message, "release")), "ON_ACCEPT");
	check_text(json_string_value(json_array_get(json_object_get(message, "to"), 0)), "k4w7");
	check(json_object_get(message, "sender") == NULL && json_object_get(message, "message_id") == NULL && json_object_get(message, "parts") == NULL);
	json_decref(message);
	snprintf(path, sizeof path, "%s/attachments", unit_folder());
	require_ok(folder_make(path, 0700));
	snprintf(path, sizeof path, "%s/attachments/1-plan.pdf", unit_folder());
	require_ok(file_write(path, bytes_of_text("plan"), 0600));
	read_file_with("message.json",
		       "{" RECEIVED ",\"sheet\":{\"attachments\":[{\"name\":\"plan.pdf\",\"media_type\":\"application/pdf\",\"classes\":[\"HEALTH\"]}]}}", words);
	require(outcome == OUTCOME_DONE);
	attach = json_array_get(json_object_get(message, "attach"), 0);
	check_text(json_string_value(json_object_get(attach, "path")), path);
	check_uint(json_array_size(json_object_get(attach, "classes")), 1);
	check(json_object_get(json_object_get(message, "sheet"), "attachments") == NULL);
	json_decref(message);
}

static void test_not_sent_on(void)
{
	static const struct {
		const char *content, *piece;
	} rows[] = {
		{ "{\"type\":\"delivery\",\"kind\":\"NOTE\",\"note\":{\"text\":\"x\"}}", "only a request" },
		{ "{" RECEIVED "}", "held back" },
		{ "{" RECEIVED ",\"sheet\":{\"attachments\":[{\"name\":\"a\"},{\"name\":\"b\"},{\"name\":\"c\"}]}}", "not beside it" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		unit_context("%zu", i);
		check(strstr(read_file_with("message.json", rows[i].content, NULL)->out, rows[i].piece) != NULL);
		check_int(outcome, OUTCOME_REFUSED);
		check(message == NULL);
	}
}

UNIT_SUITE("tsunagi/outgoing",
	{ "a file as it stands", test_as_it_stands },
	{ "the command line adds and replaces", test_options },
	{ "what is no message is refused by name", test_refused },
	{ "media types by ending", test_media_types },
	{ "attached to what is no list", test_attached_to_no_list },
	{ "a request that was received, sent on", test_sent_on },
	{ "what cannot be sent on", test_not_sent_on });
