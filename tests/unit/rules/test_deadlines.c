/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/deadlines.h"

#include "contract/civil_time.h"
#include "desks.h"
#include "unit.h"

#define MINUTE_US CIVIL_MINUTE_US
#define DAY_US (1440 * MINUTE_US)

#define ROUTINE PB__URGENCY__URGENCY_ROUTINE
#define SOON PB__URGENCY__URGENCY_SOON
#define URGENT PB__URGENCY__URGENCY_URGENT
#define DANGER PB__URGENCY__URGENCY_DANGER

#define REMIND DEADLINE_REMIND_HOLDER
#define SENDER DEADLINE_TELL_SENDER
#define COORDINATOR DEADLINE_TELL_COORDINATOR
#define LAPSE DEADLINE_LAPSE

struct step {
	enum deadline_kind kind;
	const char *at;
	bool provisional;
};

struct row {
	Pb__Urgency urgency;
	enum desk desk;
	const char *start;
	const char *due;
	const char *opens; /* NULL: open when it is due, or waits for opening hours */
	size_t count;
	struct step steps[DEADLINE_STEPS];
};

static void check_schedule(const struct row *row)
{
	struct calendar holder = desk_calendar(row->desk);
	int64_t start_us = at(row->start);
	struct answer_schedule schedule = { 0 };
	char text[INSTANT_TEXT];

	unit_context("urgency %d, desk %d, %s", (int)row->urgency, row->desk, row->start);
	check_ok(deadlines_answer(row->urgency, start_us, &holder, &schedule));
	check_text(said(schedule.due.us, text), row->due);
	check_int(schedule.closed_at_due, row->opens != NULL);
	if (row->opens != NULL)
		check_text(said(schedule.opens.us, text), row->opens);
	check_uint(schedule.count, row->count);
	for (size_t i = 0; i < row->count; i++) {
		struct deadline step = { 0 };

		unit_context("urgency %d, desk %d, %s, step %zu", (int)row->urgency, row->desk, row->start, i);
		check(deadlines_step(&schedule, (uint32_t)i, &step));
		check_int(step.kind, row->steps[i].kind);
		check_text(said(step.at_us, text), row->steps[i].at);
		check_int(step.provisional, row->steps[i].provisional);
	}
}

#define CHECK_ROWS(rows)                                                \
	for (size_t row = 0; row < sizeof(rows) / sizeof *(rows); row++) \
	check_schedule(&(rows)[row])

/* Five business days; 60 % is three, 150 % seven and a half, 300 % fifteen. */
static void test_routine(void)
{
	static const struct row rows[] = {
		{ ROUTINE, WEEKDAYS, "2026-06-02 10:30", "2026-06-09 10:30", NULL, 4,
		  { { REMIND, "2026-06-05 10:30", false }, { SENDER, "2026-06-09 10:30", false }, { COORDINATOR, "2026-06-11 14:30", false },
		    { LAPSE, "2026-06-23 10:30", false } } },
		/* Golden Week: the third date is 05-07, the fifth 05-11. */
		{ ROUTINE, WEEKDAYS, "2026-04-28 10:00", "2026-05-11 10:00", NULL, 4,
		  { { REMIND, "2026-05-07 10:00", false }, { SENDER, "2026-05-11 10:00", false }, { COORDINATOR, "2026-05-13 14:00", false },
		    { LAPSE, "2026-05-25 10:00", false } } },
		/* Into 2028, step by step: what lies before it is firm. */
		{ ROUTINE, WEEKDAYS, "2027-12-22 10:00", "2028-01-04 10:00", NULL, 4,
		  { { REMIND, "2027-12-27 10:00", false }, { SENDER, "2028-01-04 10:00", true }, { COORDINATOR, "2028-01-06 14:00", true },
		    { LAPSE, "2028-01-18 10:00", true } } },
		{ ROUTINE, ALWAYS, "2026-06-06 23:00", "2026-06-11 23:00", NULL, 4,
		  { { REMIND, "2026-06-09 23:00", false }, { SENDER, "2026-06-11 23:00", false }, { COORDINATOR, "2026-06-14 11:00", false },
		    { LAPSE, "2026-06-21 23:00", false } } },
		/* On a closed day: nobody's time runs before Monday. */
		{ ROUTINE, WEEKDAYS, "2026-06-06 12:00", "2026-06-15 09:00", NULL, 4,
		  { { REMIND, "2026-06-11 09:00", false }, { SENDER, "2026-06-15 09:00", false }, { COORDINATOR, "2026-06-17 13:00", false },
		    { LAPSE, "2026-06-29 09:00", false } } },
	};

	CHECK_ROWS(rows);
}

/* Two business days; 125 % is two and a half, 250 % five. */
static void test_soon(void)
{
	static const struct row rows[] = {
		{ SOON, WEEKDAYS, "2026-06-02 10:30", "2026-06-04 10:30", NULL, 4,
		  { { REMIND, "2026-06-03 10:30", false }, { SENDER, "2026-06-04 10:30", false }, { COORDINATOR, "2026-06-04 14:30", false },
		    { LAPSE, "2026-06-09 10:30", false } } },
		{ SOON, WEEKDAYS, "2026-12-28 16:00", "2027-01-05 16:00", NULL, 4,
		  { { REMIND, "2027-01-04 16:00", false }, { SENDER, "2027-01-05 16:00", false }, { COORDINATOR, "2027-01-06 12:00", false },
		    { LAPSE, "2027-01-08 16:00", false } } },
		{ SOON, TUESDAY, "2026-06-05 10:00", "2026-06-09 10:00", NULL, 4,
		  { { REMIND, "2026-06-06 10:00", false }, { SENDER, "2026-06-09 10:00", false }, { COORDINATOR, "2026-06-09 14:00", false },
		    { LAPSE, "2026-06-12 10:00", false } } },
	};

	CHECK_ROWS(rows);
}

/* Four hours by the clock; lapses after sixteen, but never before the desk was open for two. */
static void test_urgent(void)
{
	static const struct row rows[] = {
		{ URGENT, WEEKDAYS, "2026-06-02 10:30", "2026-06-02 14:30", NULL, 4,
		  { { REMIND, "2026-06-02 12:30", false }, { SENDER, "2026-06-02 14:30", false }, { COORDINATOR, "2026-06-02 14:30", false },
		    { LAPSE, "2026-06-03 02:30", false } } },
		/* Friday 18:00 to a desk that opens Monday: neither lapses before Monday 11:00 nor stays silent. */
		{ URGENT, WEEKDAYS, "2026-06-05 18:00", "2026-06-05 22:00", "2026-06-08 09:00", 4,
		  { { REMIND, "2026-06-05 20:00", false }, { SENDER, "2026-06-05 22:00", false }, { COORDINATOR, "2026-06-05 22:00", false },
		    { LAPSE, "2026-06-08 11:00", false } } },
		/* An hour of Friday counts. */
		{ URGENT, WEEKDAYS, "2026-06-05 16:00", "2026-06-05 20:00", "2026-06-08 09:00", 4,
		  { { REMIND, "2026-06-05 18:00", false }, { SENDER, "2026-06-05 20:00", false }, { COORDINATOR, "2026-06-05 20:00", false },
		    { LAPSE, "2026-06-08 10:00", false } } },
		/* Open when it is due, though not when it was sent. */
		{ URGENT, WEEKDAYS, "2026-06-08 06:00", "2026-06-08 10:00", NULL, 4,
		  { { REMIND, "2026-06-08 08:00", false }, { SENDER, "2026-06-08 10:00", false }, { COORDINATOR, "2026-06-08 10:00", false },
		    { LAPSE, "2026-06-08 22:00", false } } },
		{ URGENT, WEEKDAYS, "2026-12-28 16:00", "2026-12-28 20:00", "2027-01-04 09:00", 4,
		  { { REMIND, "2026-12-28 18:00", false }, { SENDER, "2026-12-28 20:00", false }, { COORDINATOR, "2026-12-28 20:00", false },
		    { LAPSE, "2027-01-04 10:00", false } } },
		/* Only the lapse waits for opening hours, so only it is provisional. */
		{ URGENT, WEEKDAYS, "2027-12-28 18:00", "2027-12-28 22:00", "2028-01-04 09:00", 4,
		  { { REMIND, "2027-12-28 20:00", false }, { SENDER, "2027-12-28 22:00", false }, { COORDINATOR, "2027-12-28 22:00", false },
		    { LAPSE, "2028-01-04 11:00", true } } },
		{ URGENT, ALWAYS, "2026-06-05 18:00", "2026-06-05 22:00", NULL, 4,
		  { { REMIND, "2026-06-05 20:00", false }, { SENDER, "2026-06-05 22:00", false }, { COORDINATOR, "2026-06-05 22:00", false },
		    { LAPSE, "2026-06-06 10:00", false } } },
	};

	CHECK_ROWS(rows);
}

/* Fifteen minutes by the clock: the coordinator at once, a third of it, two thirds, and no end. */
static void test_danger(void)
{
	static const struct row rows[] = {
		{ DANGER, ALWAYS, "2026-06-05 18:00", "2026-06-05 18:15", NULL, 3,
		  { { COORDINATOR, "2026-06-05 18:00", false }, { REMIND, "2026-06-05 18:04:57.000000", false },
		    { SENDER, "2026-06-05 18:09:54.000000", false } } },
		{ DANGER, WEEKDAYS, "2028-01-01 03:00", "2028-01-01 03:15", "2028-01-04 09:00", 3,
		  { { COORDINATOR, "2028-01-01 03:00", false }, { REMIND, "2028-01-01 03:04:57.000000", false },
		    { SENDER, "2028-01-01 03:09:54.000000", false } } },
	};

	CHECK_ROWS(rows);
}

/* As step(n) has it: never over, a quarter of an hour apart, first when it is due. */
static void test_danger_repeats(void)
{
	struct calendar holder = desk_calendar(ALWAYS);
	int64_t start_us = at("2026-06-05 18:00");
	struct answer_schedule schedule;
	struct deadline step;

	require_ok(deadlines_answer(DANGER, start_us, &holder, &schedule));
	for (uint32_t n = 3; n < 1000; n++) {
		unit_context("step %u", n);
		check(deadlines_step(&schedule, n, &step));
		check_int(step.kind, DEADLINE_REPEAT);
		check_int(step.at_us, start_us + (n - 2) * 15 * MINUTE_US);
		check(!step.provisional);
	}
	check(deadlines_step(&schedule, UINT32_MAX, &step));
	check_int(step.at_us, start_us + (INT64_C(0xffffffff) - 2) * 15 * MINUTE_US);
}

/* The others end. */
static void test_no_step_after_the_last(void)
{
	static const Pb__Urgency urgencies[] = { ROUTINE, SOON, URGENT };

	for (size_t i = 0; i < sizeof urgencies / sizeof *urgencies; i++) {
		struct calendar holder = desk_calendar(WEEKDAYS);
		int64_t start_us = at("2026-06-05 18:00");
		struct answer_schedule schedule;
		struct deadline step = { .at_us = 42 };

		require_ok(deadlines_answer(urgencies[i], start_us, &holder, &schedule));
		check(deadlines_step(&schedule, (uint32_t)schedule.count - 1, &step));
		check_int(step.kind, LAPSE);
		step.at_us = 42;
		check(!deadlines_step(&schedule, (uint32_t)schedule.count, &step));
		check(!deadlines_step(&schedule, UINT32_MAX, &step));
		check_int(step.at_us, 42);
	}
}

/* Whatever the start and the desk: in order, none before the start, the lapse last and where somebody could have answered. */
static void test_any_start(void)
{
	for (unsigned round = 0; round < 3000; round++) {
		Pb__Urgency urgency = (Pb__Urgency)(ROUTINE + (int)unit_random_below(4));
		struct calendar holder = desk_calendar((enum desk)unit_random_below(SHUT));
		int64_t start_us = at("2025-06-01 00:00") + (int64_t)unit_random_below(3 * 365 * (uint64_t)DAY_US);
		struct answer_schedule schedule;
		struct reckoned open;

		unit_context("round %u", round);
		require_ok(deadlines_answer(urgency, start_us, &holder, &schedule));
		require(schedule.count == (urgency == DANGER ? 3 : 4));
		check(schedule.steps[0].at_us >= start_us);
		for (size_t i = 1; i < schedule.count; i++)
			check(schedule.steps[i - 1].at_us <= schedule.steps[i].at_us);
		if (urgency == DANGER)
			continue;
		check_int(schedule.steps[3].kind, LAPSE);
		require_ok(calendar_open_time(&holder, start_us, schedule.steps[3].at_us, &open));
		check(open.us >= 120 * MINUTE_US);
		check(urgency == URGENT ? schedule.steps[3].at_us >= start_us + 960 * MINUTE_US
					: calendar_open_at(&holder, schedule.steps[3].at_us));
	}
}

static void test_table_of_clocks(void)
{
	check(deadlines_answer_clock(PB__URGENCY__URGENCY_UNSPECIFIED) == NULL);
	check(deadlines_answer_clock((Pb__Urgency)99) == NULL);
	for (int urgency = ROUTINE; urgency <= DANGER; urgency++) {
		const struct answer_clock *clock = deadlines_answer_clock((Pb__Urgency)urgency);

		require(clock != NULL);
		check_int(clock->urgency, urgency);
		check_int(clock->answer % 100, 0); /* so that no percentage is rounded */
		check_int(clock->first_contact % 100, 0);
		/* What never lapses is repeated, and the reverse: nothing ends in silence. */
		check_int(clock->lapse_percent == DEADLINE_NEVER, clock->repeat_us != DEADLINE_NEVER);
	}
}

static void test_refused(void)
{
	struct calendar holder = desk_calendar(WEEKDAYS);
	struct answer_schedule schedule = { .repeat_us = 42 };
	int64_t start_us = at("2026-06-01 10:00");

	check_err(deadlines_answer(PB__URGENCY__URGENCY_UNSPECIFIED, start_us, &holder, &schedule), ERR_RANGE);
	check_err(deadlines_answer((Pb__Urgency)99, start_us, &holder, &schedule), ERR_RANGE);
	for (int urgency = ROUTINE; urgency <= DANGER; urgency++) {
		check_err(deadlines_answer((Pb__Urgency)urgency, -1, &holder, &schedule), ERR_RANGE);
		check_err(deadlines_answer((Pb__Urgency)urgency, INT64_MAX, &holder, &schedule), ERR_RANGE);
	}
	check_int(schedule.repeat_us, 42);
}

/* A desk that never opens owes nothing by its hours; danger to life runs all the same. */
static void test_never_open(void)
{
	struct calendar holder = desk_calendar(SHUT);
	struct answer_schedule schedule = { .repeat_us = 42 };
	int64_t start_us = at("2026-06-01 10:00");

	check_err(deadlines_answer(ROUTINE, start_us, &holder, &schedule), ERR_NOT_FOUND);
	check_err(deadlines_answer(SOON, start_us, &holder, &schedule), ERR_NOT_FOUND);
	check_err(deadlines_answer(URGENT, start_us, &holder, &schedule), ERR_NOT_FOUND);
	check_int(schedule.repeat_us, 42);
	check_ok(deadlines_answer(DANGER, start_us, &holder, &schedule));
	check(schedule.closed_at_due);
	check_int(schedule.opens.us, 0);
}

static void check_reached(enum err err, const struct reckoned *reached, const char *expected, bool provisional)
{
	char text[INSTANT_TEXT];

	check_ok(err);
	check_text(said(reached->us, text), expected);
	check_int(reached->provisional, provisional);
}

static void test_first_contact(void)
{
	static const struct {
		Pb__Urgency urgency;
		const char *accepted;
		const char *due;
	} rows[] = {
		{ ROUTINE, "2026-06-02 10:30", "2026-06-09 10:30" }, { SOON, "2026-06-02 10:30", "2026-06-04 10:30" },
		{ URGENT, "2026-06-02 16:30", "2026-06-02 20:30" },  { DANGER, "2026-06-02 16:30", "2026-06-02 20:30" },
		{ ROUTINE, "2026-05-01 10:00", "2026-05-13 10:00" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct calendar holder = desk_calendar(WEEKDAYS);
		int64_t accepted_us = at(rows[i].accepted);
		struct reckoned reached = { 0 };
		enum err err = deadlines_first_contact(rows[i].urgency, accepted_us, &holder, &reached);

		unit_context("urgency %d, %s", (int)rows[i].urgency, rows[i].accepted);
		check_reached(err, &reached, rows[i].due, false);
		check_err(deadlines_first_contact(rows[i].urgency, -1, &holder, &reached), ERR_RANGE);
	}
}

static void test_first_contact_refused(void)
{
	struct calendar holder = desk_calendar(SHUT);
	struct reckoned reached = { 42, false };
	int64_t accepted_us = at("2026-06-02 10:30");

	check_err(deadlines_first_contact(PB__URGENCY__URGENCY_UNSPECIFIED, accepted_us, &holder, &reached), ERR_RANGE);
	check_err(deadlines_first_contact(SOON, accepted_us, &holder, &reached), ERR_NOT_FOUND);
	check_int(reached.us, 42);
}

static void test_report(void)
{
	static const struct {
		enum desk desk;
		const char *last;
		uint32_t days;
		const char *due;
		bool provisional;
	} rows[] = {
		{ WEEKDAYS, "2026-06-02 10:30", 0, "2026-07-02 10:30", false },  /* thirty days */
		{ WEEKDAYS, "2026-06-02 10:30", 30, "2026-07-02 10:30", false },
		{ WEEKDAYS, "2026-06-05 10:30", 30, "2026-07-06 09:00", false }, /* a Sunday: Monday's opening */
		{ WEEKDAYS, "2026-06-02 16:59", 1, "2026-06-03 16:59", false },
		{ WEEKDAYS, "2026-06-02 18:30", 7, "2026-06-10 09:00", false },  /* sent in the evening */
		{ WEEKDAYS, "2026-04-03 10:00", 30, "2026-05-07 09:00", false }, /* 05-03: the Golden Week's first day */
		{ WEEKDAYS, "2026-12-02 10:00", 30, "2027-01-04 09:00", false }, /* New Year's Day */
		{ WEEKDAYS, "2027-12-07 10:00", 30, "2028-01-06 10:00", true },
		{ ALWAYS, "2026-12-02 10:00", 30, "2027-01-01 10:00", false },
		{ WEEKDAYS, "2026-06-02 10:30", DEADLINES_REPORT_DAYS_MAX, "2027-06-03 10:30", false },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct calendar holder = desk_calendar(rows[i].desk);
		int64_t last_us = at(rows[i].last);
		struct reckoned reached = { 0 };
		enum err err = deadlines_report(last_us, rows[i].days, &holder, &reached);

		unit_context("%s, %u days", rows[i].last, rows[i].days);
		check_reached(err, &reached, rows[i].due, rows[i].provisional);
		check_err(deadlines_report(last_us, DEADLINES_REPORT_DAYS_MAX + 1, &holder, &reached), ERR_RANGE);
		check_err(deadlines_report(-1, rows[i].days, &holder, &reached), ERR_RANGE);
		check_err(deadlines_report(CALENDAR_UNTIL_US - 1, rows[i].days, &holder, &reached), ERR_RANGE);
	}
}

static void test_review(void)
{
	static const struct {
		enum desk desk;
		const char *date;
		const char *due;
		bool provisional;
	} rows[] = {
		{ WEEKDAYS, "2026-06-02", "2026-06-02 09:00", false },
		{ WEEKDAYS, "2026-06-06", "2026-06-08 09:00", false }, /* a Saturday */
		{ WEEKDAYS, "2026-05-03", "2026-05-07 09:00", false },
		{ WEEKDAYS, "2028-01-01", "2028-01-04 09:00", true },
		{ NIGHT, "2026-06-02", "2026-06-02 00:00", false },
		{ ALWAYS, "2027-01-01", "2027-01-01 00:00", false },
	};
	struct calendar weekdays = desk_calendar(WEEKDAYS);
	struct reckoned reached = { 0 };

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct calendar holder = desk_calendar(rows[i].desk);
		enum err err = deadlines_review(day(rows[i].date), &holder, &reached);

		unit_context("desk %d, %s", rows[i].desk, rows[i].date);
		check_reached(err, &reached, rows[i].due, rows[i].provisional);
	}
	check_err(deadlines_review(-1, &weekdays, &reached), ERR_RANGE);
	check_err(deadlines_review(INT32_MAX, &weekdays, &reached), ERR_RANGE);
	check_err(deadlines_review(INT32_MIN, &weekdays, &reached), ERR_RANGE);
	check_ok(deadlines_review(day("9999-12-31"), &weekdays, &reached));
}

static void test_decision(void)
{
	struct calendar sender = desk_calendar(WEEKDAYS);
	struct reckoned reached = { 0 };
	int64_t ended_us = at("2026-04-30 15:00");

	check_reached(deadlines_decision(ended_us, &sender, &reached), &reached, "2026-05-07 15:00", false);
	ended_us = at("2027-12-28 15:00");
	check_reached(deadlines_decision(ended_us, &sender, &reached), &reached, "2028-01-05 15:00", true);
	check_err(deadlines_decision(-1, &sender, &reached), ERR_RANGE);
}

UNIT_SUITE("rules/deadlines",
	{ "routine", test_routine },
	{ "soon", test_soon },
	{ "urgent, also on Friday at 18:00", test_urgent },
	{ "danger to life", test_danger },
	{ "danger to life repeats", test_danger_repeats },
	{ "no step after the last", test_no_step_after_the_last },
	{ "any start, any desk", test_any_start },
	{ "the table of clocks", test_table_of_clocks },
	{ "what is refused", test_refused },
	{ "a desk that never opens", test_never_open },
	{ "first contact", test_first_contact },
	{ "first contact refused", test_first_contact_refused },
	{ "a word on progress", test_report },
	{ "the end of a hold", test_review },
	{ "the sender's decision", test_decision });
