/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fake_daemon.h"
#include "said.h"
#include "tsunagi/admin_client.h"
#include "unit.h"

static struct fake_daemon *daemon_;
static const char *words_;
static enum outcome outcome;

static void ask(void)
{
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;
	Pb__AdminNothing nothing = PB__ADMIN_NOTHING__INIT;
	const Pb__AdminReply *reply;
	struct arena arena;

	request.body_case = PB__ADMIN_REQUEST__BODY_STATUS;
	request.status = &nothing;
	arena_init(&arena, ADMIN_ARENA_BYTES);
	outcome = admin_ask(fake_call(daemon_, words_), &request, &arena, &reply);
	if (outcome == OUTCOME_DONE && reply->body_case == PB__ADMIN_REPLY__BODY_CHECKPOINT)
		out_text("%s", reply->checkpoint);
	arena_free(&arena);
}

static void give_checkpoint(void *context, const Pb__AdminRequest *request, struct arena *arena, Pb__AdminReply *reply)
{
	(void)context;
	(void)request;
	reply->body_case = PB__ADMIN_REPLY__BODY_CHECKPOINT;
	reply->checkpoint = arena_text(arena, bytes_of_text("a checkpoint"));
}

static void give_refusal(void *context, const Pb__AdminRequest *request, struct arena *arena, Pb__AdminReply *reply)
{
	Pb__Refusal *refusal = arena_alloc(arena, sizeof *refusal);

	(void)request;
	pb__refusal__init(refusal);
	refusal->code = *(Pb__RefusalCode *)context;
	refusal->subject = arena_text(arena, bytes_of_text("kokoro"));
	reply->body_case = PB__ADMIN_REPLY__BODY_REFUSAL;
	reply->refusal = refusal;
}

static void test_answer(void)
{
	daemon_ = fake_daemon_start(give_checkpoint, NULL);
	words_ = "status";
	check_text(said_by(false, ask)->out, "a checkpoint");
	check_int(outcome, OUTCOME_DONE);
	check_uint(fake_daemon_questions(daemon_), 1);
	fake_daemon_stop(daemon_);
}

static void test_refusals(void)
{
	static const struct {
		Pb__RefusalCode code;
		enum outcome outcome;
		const char *name;
	} rows[] = {
		{ PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_AGENCY, OUTCOME_NOT_THERE, "UNKNOWN_AGENCY" },
		{ PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_MESSAGE, OUTCOME_NOT_THERE, "UNKNOWN_MESSAGE" },
		{ PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_ITEM, OUTCOME_NOT_THERE, "UNKNOWN_ITEM" },
		{ PB__REFUSAL_CODE__REFUSAL_CODE_CONFLICT, OUTCOME_REFUSED, "CONFLICT" },
		{ PB__REFUSAL_CODE__REFUSAL_CODE_STOPPING, OUTCOME_REFUSED, "STOPPING" },
	};
	Pb__RefusalCode code = rows[0].code;

	words_ = "status";
	daemon_ = fake_daemon_start(give_refusal, &code);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct said *said;

		unit_context("%s", rows[i].name);
		code = rows[i].code;
		said = said_by(false, ask);
		check_int(outcome, rows[i].outcome);
		check_text(said->out, "");
		check(strncmp(said->err, "tsunagi: ", 9) == 0);
		said = said_by(true, ask);
		check(strstr(said->out, rows[i].name) != NULL);
		check_text(said->err, "");
	}
	fake_daemon_stop(daemon_);
}

static void test_garbage(void)
{
	words_ = "status";
	daemon_ = fake_daemon_start(NULL, NULL);
	check(strstr(said_by(true, ask)->out, "UNEXPECTED_ANSWER") != NULL);
	check_int(outcome, OUTCOME_REFUSED);
	fake_daemon_stop(daemon_);
}

static void test_nobody(void)
{
	char socket_path[300];

	words_ = "status";
	daemon_ = fake_daemon_start(give_checkpoint, NULL);
	snprintf(socket_path, sizeof socket_path, "%s/home/run/admin.sock", unit_folder());
	require(unlink(socket_path) == 0);
	check(strstr(said_by(true, ask)->out, "NO_DAEMON") != NULL);
	check_int(outcome, OUTCOME_UNREACHABLE);
	words_ = "status --timeout nonsense";
	check(strstr(said_by(true, ask)->out, "USAGE") != NULL);
	check_int(outcome, OUTCOME_USAGE);
	fake_daemon_stop(daemon_);
}

static void ask_nowhere(void)
{
	static struct call call;
	static const struct option_row home[] = { { "home", "DIR", { "", "" } }, { NULL } };
	struct home found;

	call = (struct call){ .args = { .given = { { home, "/nonexistent/home" } }, .given_count = 1 } };
	outcome = admin_home(&call, &found);
}

static void test_no_home(void)
{
	check(strstr(said_by(true, ask_nowhere)->out, "NO_HOME") != NULL);
	check_int(outcome, OUTCOME_NOT_THERE);
}

UNIT_SUITE("tsunagi/admin_client",
	{ "a question and its answer", test_answer },
	{ "refusals become sentences and outcomes", test_refusals },
	{ "an answer that makes no sense", test_garbage },
	{ "nobody there, or a wrong word", test_nobody },
	{ "no home", test_no_home });
