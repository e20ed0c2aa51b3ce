/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "fake_daemon.h"
#include "tsunagi/words.h"
#include "unit.h"

struct state {
	bool accepting;
	bool failing;
	const char *code; /* NULL: no condition */
	int64_t jumped_us, moved_us;
};

static void answer(void *context, const Pb__AdminRequest *request, struct arena *arena, Pb__AdminReply *reply)
{
	const struct state *state = context;
	Pb__Status *status = arena_alloc(arena, sizeof *status);
	Pb__Condition *condition = arena_alloc(arena, sizeof *condition);

	(void)request;
	pb__status__init(status);
	status->clock = arena_alloc(arena, sizeof *status->clock);
	pb__clock_state__init(status->clock);
	status->clock->jumped_us = state->jumped_us;
	status->clock->moved_us = state->moved_us;
	pb__condition__init(condition);
	status->site = arena_text(arena, bytes_of_text("test-site"));
	status->version = arena_text(arena, bytes_of_text("9.8.7"));
	status->now_us = clock_wall_us();
	status->started_at_us = status->now_us - 3 * INT64_C(3600000000);
	status->accepting = state->accepting;
	status->entries = 1234567;
	condition->code = arena_text(arena, bytes_of_text(state->code == NULL ? "" : state->code));
	condition->subject = arena_text(arena, bytes_of_text("kokoro"));
	condition->value = 3;
	condition->failing = state->failing;
	status->conditions = arena_copy(arena, bytes_of(&condition, sizeof condition));
	status->n_conditions = state->code == NULL ? 0 : 1;
	reply->body_case = PB__ADMIN_REPLY__BODY_STATUS;
	reply->status = status;
}

static struct fake_daemon *daemon_;
static enum outcome outcome;

static const struct said *said_with(bool json, const char *words)
{
	return fake_run(daemon_, json, &outcome, "%s", words);
}

static void test_all_well(void)
{
	struct state state = { .accepting = true };

	daemon_ = fake_daemon_start(answer, &state);
	check(strstr(said_with(false, "status")->out, "Nothing needs attention.") != NULL);
	check(strstr(said_with(false, "status")->out, "1,234,567 entries") != NULL);
	check(strstr(said_with(false, "status")->out, "3 h 0 min") != NULL);
	check_text(said_with(false, "status --check")->out, "test-site: ok\n");
	check_int(outcome, OUTCOME_DONE);
	said_with(false, "status --wait 5");
	check_int(outcome, OUTCOME_DONE);
	fake_daemon_stop(daemon_);
}

static void test_a_warning(void)
{
	struct state state = { .accepting = true, .code = "no_reader" };

	daemon_ = fake_daemon_start(answer, &state);
	check(strstr(said_with(false, "status")->out, " ! kokoro has 3 message(s)") != NULL);
	said_with(false, "status --check");
	check_int(outcome, OUTCOME_DONE);
	check(strstr(said_with(true, "status")->out, "\"ok\": true") != NULL);
	words_start(LANGUAGE_JA);
	check(strstr(said_with(false, "status")->out, "3 件待っています") != NULL);
	words_start(LANGUAGE_EN);
	fake_daemon_stop(daemon_);
}

static void test_failing(void)
{
	struct state state = { .accepting = false, .code = "disk_low", .failing = true };

	daemon_ = fake_daemon_start(answer, &state);
	check(strstr(said_with(false, "status")->out, "NOT accepting") != NULL);
	check_int(outcome, OUTCOME_DONE);
	check(strstr(said_with(false, "status --check")->out, "test-site: the disk is nearly full") != NULL);
	check_int(outcome, OUTCOME_REFUSED);
	check(strstr(said_with(true, "status --check")->out, "\"ok\": false") != NULL);
	check(strstr(said_with(true, "status --wait 0.1")->out, "NOT_READY") != NULL);
	check_int(outcome, OUTCOME_NOT_THERE);
	fake_daemon_stop(daemon_);
}

/* By how much the clock is off: in seconds, and under the names that it had first, which programs may look for. */
static void test_clock(void)
{
	struct state state = { .accepting = true, .jumped_us = 90 * 1000000, .moved_us = 1500000 };
	json_t *clock, *status;

	daemon_ = fake_daemon_start(answer, &state);
	status = json_loads(said_with(true, "status")->out, 0, NULL);
	clock = json_object_get(status, "clock");
	check(json_is_false(json_object_get(clock, "frozen")));
	check(json_real_value(json_object_get(clock, "off_s")) == 90.0);
	check(json_real_value(json_object_get(clock, "ahead_s")) == 1.5);
	check(json_is_string(json_object_get(clock, "jumped")) && json_is_string(json_object_get(clock, "moved")));
	json_decref(status);
	fake_daemon_stop(daemon_);
}

UNIT_SUITE("tsunagi/cmd_status",
	{ "all is well", test_all_well },
	{ "a warning", test_a_warning },
	{ "how far the clock is off", test_clock },
	{ "something fails", test_failing });
