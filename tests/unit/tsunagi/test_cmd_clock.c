/* SPDX-License-Identifier: Apache-2.0 */
/* Holidays and clocks as an operator handles them: files that are taken or refused line by line, a jump that is shown before it is confirmed, a
 * test site's clock that is waited for. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "contract/codec.h"
#include "fake_daemon.h"
#include "unit.h"

#define HOLIDAYS                                                                                                                 \
	"国民の祝日・休日月日,国民の祝日・休日名称\r\n2026/1/1,元日\r\n2026/5/3,憲法記念日\r\n2026/11/23,勤労感謝の日\r\n" \
	"2027/1/1,元日\r\n2027/11/23,勤労感謝の日\r\n"
#define HOUR_US INT64_C(3600000000)

static struct fake_daemon *daemon_;
static struct {
	bool frozen, refuses;
	unsigned moving; /* looks until the clock has arrived */
	unsigned loads, confirms, moves;
	char reason[80];
	int64_t by_us;
	uint32_t business_days;
	char file[4000];
	size_t file_len;
} site;

static void put_status(struct arena *arena, Pb__AdminReply *reply)
{
	Pb__Status *status = arena_alloc(arena, sizeof *status);
	Pb__ClockState *clock = arena_alloc(arena, sizeof *clock);

	pb__status__init(status);
	pb__clock_state__init(clock);
	clock->frozen = site.frozen;
	clock->jumped_us = site.frozen ? -2 * HOUR_US : 0;
	clock->wall_us = clock_wall_us();
	clock->since_us = clock->wall_us - HOUR_US;
	clock->due = 12;
	clock->moved_us = 5 * HOUR_US;
	clock->moving = site.moving > 0;
	site.moving -= site.moving > 0;
	status->clock = clock;
	reply->body_case = PB__ADMIN_REPLY__BODY_STATUS;
	reply->status = status;
}

static void put_calendar(struct arena *arena, Pb__AdminReply *reply)
{
	Pb__CalendarView *view = arena_alloc(arena, sizeof *view);

	pb__calendar_view__init(view);
	view->file = pb_of_bytes(bytes_of(site.file, site.file_len));
	reply->body_case = PB__ADMIN_REPLY__BODY_CALENDAR;
	reply->calendar = view;
}

static void put_refusal(struct arena *arena, Pb__AdminReply *reply)
{
	Pb__Refusal *refusal = arena_alloc(arena, sizeof *refusal);

	pb__refusal__init(refusal);
	refusal->code = PB__REFUSAL_CODE__REFUSAL_CODE_REAL_SITE;
	reply->body_case = PB__ADMIN_REPLY__BODY_REFUSAL;
	reply->refusal = refusal;
}

static void put_done(uint64_t seq, struct arena *arena, Pb__AdminReply *reply)
{
	Pb__AdminNothing *nothing = arena_alloc(arena, sizeof *nothing);

	pb__admin_nothing__init(nothing);
	reply->body_case = PB__ADMIN_REPLY__BODY_DONE;
	reply->done = nothing;
	reply->seq = seq;
}

static void answer(void *context, const Pb__AdminRequest *said, struct arena *arena, Pb__AdminReply *reply)
{
	(void)context;
	if (site.refuses) {
		put_refusal(arena, reply);
	} else if (said->body_case == PB__ADMIN_REQUEST__BODY_STATUS) {
		put_status(arena, reply);
	} else if (said->body_case == PB__ADMIN_REQUEST__BODY_CALENDAR_SHOW) {
		put_calendar(arena, reply);
	} else if (said->body_case == PB__ADMIN_REQUEST__BODY_CALENDAR_LOAD) {
		site.loads++;
		site.file_len = said->calendar_load.len;
		memcpy(site.file, said->calendar_load.data, site.file_len);
		put_done(33, arena, reply);
	} else if (said->body_case == PB__ADMIN_REQUEST__BODY_CLOCK_CONFIRM) {
		site.confirms++;
		snprintf(site.reason, sizeof site.reason, "%s", said->clock_confirm);
		put_done(34, arena, reply);
	} else if (said->body_case == PB__ADMIN_REQUEST__BODY_CLOCK_MOVE) {
		site.moves++;
		site.by_us = said->clock_move->by_us;
		site.business_days = said->clock_move->business_days;
		put_done(35, arena, reply);
	}
}

static const struct said *run(bool json, enum outcome expected, const char *words)
{
	enum outcome outcome;
	const struct said *said = fake_run(daemon_, json, &outcome, "%s", words);

	unit_context("%s: %s%s", words, said->out, said->err);
	check_int(outcome, expected);
	return said;
}

static void begin(void)
{
	memset(&site, 0, sizeof site);
	daemon_ = fake_daemon_start(answer, NULL);
}

static const char *load_words(const char *content)
{
	static char words[400];
	char path[300];

	snprintf(path, sizeof path, "%s/holidays.csv", unit_folder());
	require_ok(file_write(path, bytes_of_text(content), 0600));
	snprintf(words, sizeof words, "calendar load %s", path);
	return words;
}

static void test_holidays(void)
{
	const struct said *said;
	json_t *json;

	begin();
	check(strstr(run(false, OUTCOME_NOT_THERE, "calendar show")->err, "every weekday") != NULL);
	said = run(true, OUTCOME_DONE, load_words(HOLIDAYS));
	json = json_loads(said->out, 0, NULL);
	check(json_is_true(json_object_get(json, "loaded")));
	check_int(json_integer_value(json_object_get(json, "first_year")), 2026);
	check_int(json_integer_value(json_object_get(json, "last_year")), 2027);
	json_decref(json);
	check_uint(site.loads, 1);
	check_uint(site.file_len, strlen(HOLIDAYS)); /* as it is */
	said = run(false, OUTCOME_DONE, "calendar show");
	check(strstr(said->out, "2026-05-03 憲法記念日") != NULL);
	site.file_len = 7; /* a daemon that gives what it cannot have taken */
	run(false, OUTCOME_REFUSED, "calendar show");
	fake_daemon_stop(daemon_);
}

/* Each line by its number, and nothing is sent. */
static void test_bad_holidays(void)
{
	static const struct {
		const char *content, *line;
	} rows[] = {
		{ "", ":0: " },
		{ "no holidays at all\r\n", ":0: " },
		{ "国民の祝日・休日月日,国民の祝日・休日名称\r\n2026/2/31,ない日\r\n2026/1/1,元日\r\n", ":2: " },
		{ "国民の祝日・休日月日,国民の祝日・休日名称\r\n2026/1/1,元日\r\n\xff\xfe,x\r\n", ":3: " },
	};

	begin();
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct said *said = run(false, OUTCOME_REFUSED, load_words(rows[i].content));

		check(strstr(said->err, rows[i].line) != NULL);
		check(strstr(said->err, "problem(s); nothing was changed") != NULL);
		said = run(true, OUTCOME_REFUSED, load_words(rows[i].content));
		check(strstr(said->out, "\"code\": \"HOLIDAYS\"") != NULL && strstr(said->out, "\"line\": ") != NULL);
		check_text(said->err, "");
	}
	check_uint(site.loads, 0);
	run(false, OUTCOME_NOT_THERE, "calendar load /nowhere");
	fake_daemon_stop(daemon_);
}

/* What would happen is shown; it happens with --yes and a reason alone. */
static void test_confirm(void)
{
	const struct said *said;

	begin();
	check(strstr(run(false, OUTCOME_DONE, "clock confirm")->out, "did not jump") != NULL);
	site.frozen = true;
	said = run(false, OUTCOME_USAGE, "clock confirm");
	check(strstr(said->out, "2 h") != NULL && strstr(said->out, "behind") != NULL && strstr(said->out, "12") != NULL);
	run(true, OUTCOME_USAGE, "clock confirm --yes");
	check_uint(site.confirms, 0);
	said = run(true, OUTCOME_DONE, "clock confirm --yes --reason NTP");
	check(strstr(said->out, "\"confirmed\": true") != NULL && strstr(said->out, "\"seq\": 34") != NULL && strstr(said->out, "\"off_s\": -7200.0") != NULL);
	check_uint(site.confirms, 1);
	check_text(site.reason, "NTP");
	fake_daemon_stop(daemon_);
}

static void test_ahead(void)
{
	const struct said *said;

	begin();
	site.moving = 3; /* it is waited for */
	said = run(true, OUTCOME_DONE, "dev clock +6bd");
	check_uint(site.business_days, 6);
	check_int(site.by_us, 0);
	check_uint(site.moving, 0);
	check(strstr(said->out, "\"test\": true") != NULL && strstr(said->out, "\"ahead_s\": 18000.0") != NULL);
	run(false, OUTCOME_DONE, "dev clock +90m");
	check_int(site.by_us, 90 * 60 * INT64_C(1000000));
	run(false, OUTCOME_USAGE, "dev clock 3h");
	run(false, OUTCOME_USAGE, "dev clock +");
	check_uint(site.moves, 2);
	site.refuses = true;
	said = run(true, OUTCOME_REFUSED, "dev clock +3h");
	check(strstr(said->out, "REAL_SITE") != NULL);
	fake_daemon_stop(daemon_);
}

UNIT_SUITE("tsunagi/cmd_clock",
	{ "holidays", test_holidays },
	{ "holidays that are none", test_bad_holidays },
	{ "a jump that is confirmed", test_confirm },
	{ "a test site's clock", test_ahead });
