/* SPDX-License-Identifier: Apache-2.0 */
/* overdue: what an operator reads of legs, decisions, conferences and action items that somebody holds for too long, by the site's own clock. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "contract/codec.h"
#include "fake_daemon.h"
#include "unit.h"

#define HOUR_US INT64_C(3600000000)

static struct {
	char agency[80];
	uint32_t limit;
	bool empty, nonsense;
	int64_t now_us;
} asked;

static struct fake_daemon *daemon;
static const uint8_t request[16] = { 1, 2, 3 }, conference[16] = { 4, 5, 6 };

static Pb__OverdueLeg *leg_at(struct arena *arena, int64_t due_us, bool unseen)
{
	Pb__OverdueLeg *leg = arena_alloc(arena, sizeof *leg);

	pb__overdue_leg__init(leg);
	leg->request_id = pb_of_bytes(bytes_of(request, 16));
	leg->from = (char *)(uintptr_t)"link@test-site";
	leg->to = leg->holder_agency = (char *)(uintptr_t)"desk@test-site";
	leg->state = PB__LEG_STATE__LEG_STATE_RECEIVED;
	leg->urgency = PB__URGENCY__URGENCY_SOON;
	leg->due_at_us = due_us;
	leg->since_us = asked.now_us - 5 * HOUR_US;
	leg->next_at_us = asked.now_us + HOUR_US;
	leg->next = PB__NOTICE_WHAT__NOTICE_WHAT_LAPSED;
	leg->unseen = unseen;
	return leg;
}

static Pb__OverdueThread *thread_at(struct arena *arena, Pb__TimerKind kind, uint64_t item)
{
	Pb__OverdueThread *thread = arena_alloc(arena, sizeof *thread);

	pb__overdue_thread__init(thread);
	thread->kind = kind;
	thread->thread_id = pb_of_bytes(bytes_of(conference, 16));
	thread->item = item;
	thread->holder_agency = (char *)(uintptr_t)"third@test-site";
	thread->asked_by = (char *)(uintptr_t)"link@test-site";
	thread->due_at_us = asked.now_us - 2 * HOUR_US;
	return thread;
}

static void answer(void *context, const Pb__AdminRequest *said, struct arena *arena, Pb__AdminReply *reply)
{
	Pb__OverdueListing *listing = arena_alloc(arena, sizeof *listing);

	(void)context;
	pb__overdue_listing__init(listing);
	listing->now_us = asked.now_us;
	if (said->body_case == PB__ADMIN_REQUEST__BODY_OVERDUE) {
		snprintf(asked.agency, sizeof asked.agency, "%s", said->overdue->agency);
		asked.limit = said->overdue->limit;
	}
	listing->legs = arena_calloc(arena, 2, sizeof *listing->legs);
	listing->threads = arena_calloc(arena, 3, sizeof *listing->threads);
	if (!asked.empty) {
		listing->legs[listing->n_legs++] = leg_at(arena, asked.now_us - 3 * HOUR_US, false);
		listing->legs[listing->n_legs++] = leg_at(arena, asked.now_us + 3 * HOUR_US, true); /* not late: nobody has looked */
		listing->threads[listing->n_threads++] = thread_at(arena, PB__TIMER_KIND__TIMER_KIND_REQUEST, 0);
		listing->threads[listing->n_threads++] = thread_at(arena, PB__TIMER_KIND__TIMER_KIND_CONFERENCE, 0);
		listing->threads[listing->n_threads++] = thread_at(arena, PB__TIMER_KIND__TIMER_KIND_ACTION_ITEM, 1408);
		listing->more = 7;
	}
	reply->body_case = asked.nonsense ? PB__ADMIN_REPLY__BODY_CALENDAR : PB__ADMIN_REPLY__BODY_OVERDUE;
	if (!asked.nonsense)
		reply->overdue = listing;
	else
		reply->body_case = PB__ADMIN_REPLY__BODY__NOT_SET;
}

/* A site whose clock is a month ahead: late is what is late there. */
static const struct said *run(bool json, enum outcome expected, const char *words)
{
	enum outcome outcome;
	const struct said *said = fake_run(daemon, json, &outcome, "%s", words);

	unit_context("%s: %s%s", words, said->out, said->err);
	check_int(outcome, expected);
	return said;
}

static void begin(void)
{
	memset(&asked, 0, sizeof asked);
	asked.now_us = clock_wall_us() + 30 * 24 * HOUR_US;
	daemon = fake_daemon_start(answer, NULL);
}

static void test_as_people_read_it(void)
{
	const struct said *said;

	begin();
	said = run(false, OUTCOME_DONE, "overdue");
	check_uint(asked.limit, 1000);
	check_text(asked.agency, "");
	check(strstr(said->out, "3 h") != NULL && strstr(said->out, "it lapses") != NULL);
	check(strstr(said->out, "action item 1408") != NULL && strstr(said->out, "conference") != NULL && strstr(said->out, "to decide") != NULL);
	check(strstr(said->out, "third") != NULL && strstr(said->out, "@") == NULL);
	check(strstr(said->out, "nobody has looked") != NULL && strstr(said->out, "5 h") != NULL);
	check(strstr(said->out, "7 more") != NULL);
	check(strstr(said->out, "Nothing is overdue") == NULL);
	fake_daemon_stop(daemon);
}

static void test_as_programs_read_it(void)
{
	const struct said *said;
	json_t *json, *rows;

	begin();
	said = run(true, OUTCOME_DONE, "overdue desk --limit 5");
	check_uint(asked.limit, 5);
	check_text(asked.agency, "desk");
	json = json_loads(said->out, 0, NULL);
	rows = json_object_get(json, "legs");
	require(json_array_size(rows) == 2);
	check(json_is_true(json_object_get(json_array_get(rows, 0), "overdue")));
	check_int(json_integer_value(json_object_get(json_array_get(rows, 0), "late_s")), 3 * 3600);
	check(json_is_false(json_object_get(json_array_get(rows, 1), "overdue")));
	check_int(json_integer_value(json_object_get(json_array_get(rows, 1), "late_s")), 0);
	rows = json_object_get(json, "threads");
	require(json_array_size(rows) == 3);
	check_text(json_string_value(json_object_get(json_array_get(rows, 2), "kind")), "ACTION_ITEM");
	check_int(json_integer_value(json_object_get(json_array_get(rows, 2), "late_s")), 2 * 3600);
	json_decref(json);
	fake_daemon_stop(daemon);
}

static void test_nothing(void)
{
	const struct said *said;
	json_t *json;

	begin();
	asked.empty = true;
	said = run(false, OUTCOME_DONE, "overdue");
	check_text(said->out, "Nothing is overdue.\n");
	said = run(true, OUTCOME_DONE, "overdue");
	json = json_loads(said->out, 0, NULL);
	check(json_is_array(json_object_get(json, "legs")) && json_is_array(json_object_get(json, "threads")));
	json_decref(json);
	asked.nonsense = true;
	run(false, OUTCOME_REFUSED, "overdue");
	run(false, OUTCOME_USAGE, "overdue --limit 0");
	run(false, OUTCOME_USAGE, "overdue --limit many");
	fake_daemon_stop(daemon);
}

UNIT_SUITE("tsunagi/cmd_overdue",
	{ "as people read it", test_as_people_read_it },
	{ "as programs read it", test_as_programs_read_it },
	{ "nothing, and nonsense", test_nothing });
