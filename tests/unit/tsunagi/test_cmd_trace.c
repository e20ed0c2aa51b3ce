/* SPDX-License-Identifier: Apache-2.0 */
/* trace: as the agency, and as the operator; who asks is found from what was named. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/id.h"
#include "contract/codec.h"
#include "desk.h"
#include "fake_daemon.h"
#include "unit.h"

static bool has(const char *text, const char *part)
{
	return text != NULL && strstr(text, part) != NULL;
}

static void test_as_the_agency(void)
{
	struct desk desk = desk_begin();
	char id[37], code[ID_CODE_TEXT];
	struct id parsed;
	const struct said *said = NULL;

	unsetenv("TSUNAGI_HOME");
	desk_send(&desk, id);
	said = desk_run(&desk, false, "trace %s --as %s", id, desk.link->path);
	check_int(desk.outcome, OUTCOME_DONE);
	check(has(said->out, id) && has(said->out, "accepted by the broker, durable") && has(said->out, "link@chiba-city"));
	said = desk_run(&desk, true, "trace %s --as %s", id, desk.link->path);
	check_text(desk_field(said->out, "message_id"), id);
	check_text(desk_field(said->out, "type"), "trace");
	require_ok(id_parse(id, &parsed));
	id_code(&parsed, code);
	said = desk_run(&desk, true, "trace %s --as %s", code, desk.desk->path); /* the short code, from the inbox */
	check_int(desk.outcome, OUTCOME_DONE);
	check_text(desk_field(said->out, "message_id"), id);
	said = desk_run(&desk, true, "trace 01960000-0000-7000-8000-000000000000 --as %s", desk.link->path);
	check_int(desk.outcome, OUTCOME_NOT_THERE);
	check_text(desk_error(said->out, "code"), "UNKNOWN_MESSAGE");
	desk_run(&desk, true, "trace nonsense --as %s", desk.link->path);
	check_int(desk.outcome, OUTCOME_USAGE);
	desk_end(&desk);
}

/* A bundle in the environment asks as the agency, unless something speaks of a home. */
static void test_who_asks(void)
{
	struct desk desk = desk_begin();
	char id[37];
	const struct said *said = NULL;

	desk_send(&desk, id);
	unsetenv("TSUNAGI_HOME");
	setenv("TSUNAGI_BUNDLE", desk.link->path, 1);
	desk_run(&desk, true, "trace %s", id);
	check_int(desk.outcome, OUTCOME_DONE);
	said = desk_run(&desk, true, "trace %s --home %s/no-home", id, unit_folder());
	check(desk.outcome != OUTCOME_DONE);
	check(has(desk_error(said->out, "message"), "no-home"));
	setenv("TSUNAGI_HOME", "/no/such/home", 1);
	said = desk_run(&desk, true, "trace %s", id);
	check(desk.outcome != OUTCOME_DONE);
	check(has(desk_error(said->out, "message"), "/no/such/home"));
	unsetenv("TSUNAGI_HOME");
	unsetenv("TSUNAGI_BUNDLE");
	desk_end(&desk);
}

static bool nonsense;

static void answer(void *context, const Pb__AdminRequest *request, struct arena *arena, Pb__AdminReply *reply)
{
	Pb__Trace *trace = arena_alloc(arena, sizeof *trace);
	Pb__Station *station = arena_alloc(arena, sizeof *station);

	(void)context;
	if (nonsense || request->body_case != PB__ADMIN_REQUEST__BODY_TRACE) {
		reply->body_case = PB__ADMIN_REPLY__BODY_CHECKPOINT;
		reply->checkpoint = arena_text(arena, bytes_of_text("x"));
		return;
	}
	pb__trace__init(trace);
	pb__station__init(station);
	station->what = arena_text(arena, bytes_of_text("QUEUE_ACT"));
	station->agency = arena_text(arena, bytes_of_text("desk"));
	station->seq = 9;
	trace->message_id = request->trace;
	trace->stations = arena_calloc(arena, 1, sizeof *trace->stations);
	trace->stations[trace->n_stations++] = station;
	reply->body_case = PB__ADMIN_REPLY__BODY_TRACE;
	reply->trace = trace;
}

static void test_as_the_operator(void)
{
	struct fake_daemon *daemon = fake_daemon_start(answer, NULL);
	enum outcome outcome;
	const struct said *said = fake_run(daemon, false, &outcome, "trace 01930a1b-2c3d-7e4f-8a5b-6c7d8e9f0a1b");

	nonsense = false;
	check_int(outcome, OUTCOME_DONE);
	check(has(said->out, "01930a1b-2c3d-7e4f-8a5b-6c7d8e9f0a1b") && has(said->out, "act of the operator"));
	said = fake_run(daemon, true, &outcome, "trace 01930a1b-2c3d-7e4f-8a5b-6c7d8e9f0a1b");
	check_text(desk_field(said->out, "message_id"), "01930a1b-2c3d-7e4f-8a5b-6c7d8e9f0a1b");
	nonsense = true;
	said = fake_run(daemon, true, &outcome, "trace 01930a1b-2c3d-7e4f-8a5b-6c7d8e9f0a1b");
	check(outcome != OUTCOME_DONE);
	check_text(desk_error(said->out, "code"), "UNEXPECTED_ANSWER");
	nonsense = false;
	fake_daemon_stop(daemon);
}

UNIT_SUITE("tsunagi/cmd_trace",
	{ "as the agency", test_as_the_agency },
	{ "who asks", test_who_asks },
	{ "as the operator", test_as_the_operator });
