/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "desk.h"
#include "tsunagi/agency_client.h"
#include "tsunagi/message_problems.h"
#include "unit.h"

static const char *error_json;
static int result;
static enum outcome outcome;

static void tell(void)
{
	outcome = agency_problem(result, error_json);
}

static void tell_problems(void)
{
	outcome = message_problems_tell("sheet.json", result, error_json);
}

static void test_outcomes(void)
{
	static const struct {
		int result;
		enum outcome outcome;
	} rows[] = {
		{ TSG_OK, OUTCOME_DONE },	       { TSG_REFUSED, OUTCOME_REFUSED },       { TSG_NOT_FOUND, OUTCOME_NOT_THERE },
		{ TSG_TIMEOUT, OUTCOME_NOT_THERE },    { TSG_UNREACHABLE, OUTCOME_UNREACHABLE }, { TSG_IN_OUTBOX, OUTCOME_UNDECIDED },
		{ TSG_USAGE, OUTCOME_USAGE },	       { TSG_NOT_AUTHENTIC, OUTCOME_REFUSED }, { TSG_IO, OUTCOME_REFUSED },
		{ TSG_NO_MEMORY, OUTCOME_REFUSED },    { TSG_UNDECIDED, OUTCOME_UNDECIDED },   { -9999, OUTCOME_REFUSED },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		unit_context("%d", rows[i].result);
		check_int(agency_outcome(rows[i].result), rows[i].outcome);
	}
}

static void test_problem(void)
{
	const struct said *said;

	result = TSG_UNREACHABLE;
	error_json = "{\"error\":{\"code\":\"CONNECT\",\"message\":\"Nobody answers.\",\"hint\":\"Check the cable.\"}}";
	said = said_by(false, tell);
	check_text(said->err, "tsunagi: Nobody answers.\n  Check the cable.\n");
	check_int(outcome, OUTCOME_UNREACHABLE);
	check(strstr(said_by(true, tell)->out, "\"CONNECT\"") != NULL);
	result = TSG_USAGE;
	error_json = "{\"error\":{\"code\":\"JSON\",\"message\":\"no JSON\",\"hint\":\"\"}}";
	said_by(false, tell);
	check_int(outcome, OUTCOME_REFUSED); /* the message is wrong, not the command line */
}

static void test_no_story(void)
{
	static const char *const stories[] = { NULL, "", "{", "[]", "{\"error\":3}", "{\"error\":{}}" };

	result = TSG_IO;
	for (size_t i = 0; i < sizeof stories / sizeof *stories; i++) {
		error_json = stories[i];
		check(strlen(said_by(false, tell)->err) > 10);
		check_int(outcome, OUTCOME_REFUSED);
	}
}

static void test_json(void)
{
	json_t *json = agency_json(strdup("{\"a\":1}"));

	check_int(json_integer_value(json_object_get(json, "a")), 1);
	json_decref(json);
}

static void test_message_problems(void)
{
	const struct said *said;

	result = TSG_REFUSED;
	error_json = "{\"ok\":false,\"problems\":[{\"field\":\"to\",\"message\":\"missing\"},{\"field\":\"sheet\",\"message\":\"none\\u001b[1m\"}]}";
	said = said_by(false, tell_problems);
	check_int(outcome, OUTCOME_REFUSED);
	check_text(said->err, "sheet.json: to: missing\nsheet.json: sheet: none [1m\nsheet.json: 2 problem(s).\n");
	check(strstr(said_by(true, tell_problems)->out, "\"error\"") != NULL);
	result = TSG_OK;
	error_json = "{\"ok\":true,\"problems\":[]}";
	check_text(said_by(false, tell_problems)->out, "sheet.json: no problem; it can be sent.\n");
	check_int(outcome, OUTCOME_DONE);
}

static struct agency_client open_client(const struct desk *desk)
{
	struct agency_client client = { NULL, AGENCY_WAIT_MS };

	require(tsg_client_open(desk->link->path, NULL, &client.tsg) == TSG_OK);
	return client;
}

/* Lets the client work until that is how it stands. */
static void work_until(const struct agency_client *client, bool connecting)
{
	int64_t until_us = clock_mono_us() + UNIT_PATIENCE_US;

	while (agency_client_is_connecting(client) != connecting && clock_mono_us() < until_us)
		tsg_client_dispatch(client->tsg, 20);
	check_int(agency_client_is_connecting(client), connecting);
}

/* Under way until somebody answers, or it is known why not; a broker that is slow to take a connection has not failed. */
static void test_connecting(void)
{
	struct desk desk = desk_begin();
	struct agency_client client = open_client(&desk);
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	check(agency_client_is_connecting(&client));
	work_until(&client, false); /* connected */
	agency_client_close(&client);
	stage_stop(desk.stage);
	client = open_client(&desk);
	work_until(&client, false); /* nobody is there */
	agency_client_close(&client);
	require(snprintf(address.sun_path, sizeof address.sun_path, "%s", desk.stage->endpoint + strlen("ipc://")) < (int)sizeof address.sun_path);
	unlink(address.sun_path);
	require(fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof address) == 0 && listen(fd, 4) == 0);
	client = open_client(&desk);
	for (unsigned turn = 0; turn < 10; turn++)
		tsg_client_dispatch(client.tsg, 20);
	check(agency_client_is_connecting(&client));
	agency_client_close(&client);
	close(fd);
	desk_end(&desk);
}

UNIT_SUITE("tsunagi/agency_client",
	{ "while it connects", test_connecting },
	{ "every result of the library has its exit code", test_outcomes },
	{ "the library's story is told", test_problem },
	{ "without a story there is still a sentence", test_no_story },
	{ "its texts are read", test_json },
	{ "problems of a message, field by field", test_message_problems });
