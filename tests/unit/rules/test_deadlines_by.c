/* SPDX-License-Identifier: Apache-2.0 */
/* Answers that are asked for sooner than their urgency has it: dates worked by hand, then whatever chance brings. */
#include "contract/civil_time.h"
#include "desks.h"
#include "rules/deadlines.h"
#include "unit.h"

#define MINUTE_US CIVIL_MINUTE_US
#define DAY_US (1440 * MINUTE_US)

#define ROUTINE PB__URGENCY__URGENCY_ROUTINE
#define SOON PB__URGENCY__URGENCY_SOON
#define URGENT PB__URGENCY__URGENCY_URGENT
#define DANGER PB__URGENCY__URGENCY_DANGER

struct row {
	Pb__Urgency urgency;
	enum desk desk;
	const char *start, *by, *due;
	const char *steps[DEADLINE_STEPS]; /* remind, tell the sender, tell the coordinator, lapse; NULL: never */
};

static const char *step_at(const struct answer_schedule *schedule, enum deadline_kind kind, char text[INSTANT_TEXT])
{
	for (size_t i = 0; i < schedule->count; i++)
		if (schedule->steps[i].kind == kind)
			return said(schedule->steps[i].at_us, text);
	return "never";
}

static void test_by_hand(void)
{
	static const enum deadline_kind kinds[] = { DEADLINE_REMIND_HOLDER, DEADLINE_TELL_SENDER, DEADLINE_TELL_COORDINATOR, DEADLINE_LAPSE };
	static const struct row rows[] = {
		/* Two of five business days: 60 % is 1.2 of them, an hour and 36 minutes into the second; then three and six. */
		{ ROUTINE, WEEKDAYS, "2026-06-02 10:30", "2026-06-04 10:30", "2026-06-04 10:30",
		  { "2026-06-03 12:06", "2026-06-04 10:30", "2026-06-05 10:30", "2026-06-10 10:30" } },
		/* Over a weekend: Monday 9:00 is as good as one business day after Friday 9:00. */
		{ ROUTINE, WEEKDAYS, "2026-06-05 09:00", "2026-06-08 09:00", "2026-06-08 09:00",
		  { "2026-06-05 13:48", "2026-06-08 09:00", "2026-06-08 13:00", "2026-06-10 09:00" } },
		/* One business day of two; 125 % and 250 %. */
		{ SOON, WEEKDAYS, "2026-06-02 10:00", "2026-06-03 10:00", "2026-06-03 10:00",
		  { "2026-06-02 14:00", "2026-06-03 10:00", "2026-06-03 12:00", "2026-06-04 14:00" } },
		/* Two hours of four; it lapses after eight, and after two open ones. */
		{ URGENT, WEEKDAYS, "2026-06-02 09:30", "2026-06-02 11:30", "2026-06-02 11:30",
		  { "2026-06-02 10:30", "2026-06-02 11:30", "2026-06-02 11:30", "2026-06-02 17:30" } },
		{ URGENT, WEEKDAYS, "2026-06-05 16:30", "2026-06-05 18:30", "2026-06-05 18:30",
		  { "2026-06-05 17:30", "2026-06-05 18:30", "2026-06-05 18:30", "2026-06-08 10:30" } },
		/* Ten minutes of fifteen; the coordinator is told at once, and it never lapses. */
		{ DANGER, ALWAYS, "2026-06-05 16:00", "2026-06-05 16:10", "2026-06-05 16:10",
		  { "2026-06-05 16:03:18.000000", "2026-06-05 16:06:36.000000", "2026-06-05 16:00", NULL } },
		/* Later than the urgency's own, or sooner than anybody can be asked: its own. */
		{ SOON, WEEKDAYS, "2026-06-02 10:30", "2026-06-30 10:30", "2026-06-04 10:30",
		  { "2026-06-03 10:30", "2026-06-04 10:30", "2026-06-04 14:30", "2026-06-09 10:30" } },
		{ SOON, WEEKDAYS, "2026-06-02 10:30", "2026-06-02 10:31", "2026-06-04 10:30",
		  { "2026-06-03 10:30", "2026-06-04 10:30", "2026-06-04 14:30", "2026-06-09 10:30" } },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct calendar holder = desk_calendar(rows[i].desk);
		struct answer_schedule schedule;
		char text[INSTANT_TEXT];

		unit_context("row %zu", i);
		require_ok(deadlines_answer_by(rows[i].urgency, at(rows[i].start), at(rows[i].by), &holder, &schedule));
		check_text(said(schedule.due.us, text), rows[i].due);
		for (size_t step = 0; step < DEADLINE_STEPS; step++) {
			unit_context("row %zu, step %zu", i, step);
			check_text(step_at(&schedule, kinds[step], text), rows[i].steps[step] == NULL ? "never" : rows[i].steps[step]);
		}
	}
}

/* Nobody is in at 23:00: the sender is warned, and it stays due then. */
static void test_in_the_night(void)
{
	struct calendar holder = desk_calendar(WEEKDAYS);
	struct answer_schedule schedule;
	char text[INSTANT_TEXT];

	require_ok(deadlines_answer_by(ROUTINE, at("2026-06-02 10:30"), at("2026-06-04 23:00"), &holder, &schedule));
	check_text(said(schedule.due.us, text), "2026-06-04 23:00");
	check(schedule.closed_at_due);
	check_text(said(schedule.opens.us, text), "2026-06-05 09:00");
	check_text(step_at(&schedule, DEADLINE_TELL_SENDER, text), "2026-06-04 23:00");
}

static void test_soonest(void)
{
	static const struct {
		Pb__Urgency urgency;
		const char *start, *soonest;
	} rows[] = {
		{ ROUTINE, "2026-06-02 10:30", "2026-06-03 10:30" }, { ROUTINE, "2026-06-06 12:00", "2026-06-09 09:00" },
		{ SOON, "2026-06-02 10:00", "2026-06-02 14:00" },    { URGENT, "2026-06-06 12:00", "2026-06-06 13:00" },
		{ DANGER, "2026-06-06 12:00", "2026-06-06 12:05" },
	};
	struct calendar holder = desk_calendar(WEEKDAYS);

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct reckoned soonest;
		char text[INSTANT_TEXT];

		unit_context("row %zu", i);
		require_ok(deadlines_soonest(rows[i].urgency, at(rows[i].start), &holder, &soonest));
		check_text(said(soonest.us, text), rows[i].soonest);
	}
	check_err(deadlines_soonest(PB__URGENCY__URGENCY_UNSPECIFIED, 0, &holder, &(struct reckoned){ 0 }), ERR_RANGE);
	check_err(deadlines_soonest(ROUTINE, -1, &holder, &(struct reckoned){ 0 }), ERR_RANGE);
}

/* Never later than the urgency's own clock, due exactly then, every step on its side of it, in order. */
static void test_whatever_is_asked(void)
{
	static const Pb__Urgency urgencies[] = { ROUTINE, SOON, URGENT, DANGER };

	for (unsigned n = 0; n < 3000; n++) {
		struct calendar holder = desk_calendar((enum desk)unit_random_below(3));
		Pb__Urgency urgency = urgencies[unit_random_below(4)];
		int64_t start = at("2026-04-20 00:00") + (int64_t)unit_random_below(60 * 1440) * MINUTE_US;
		int64_t by = start + (int64_t)unit_random_below(14 * 1440) * MINUTE_US;
		struct answer_schedule own, asked;
		struct reckoned soonest;

		unit_context("urgency %d, start %lld, by %lld", (int)urgency, (long long)start, (long long)by);
		require_ok(deadlines_answer(urgency, start, &holder, &own));
		require_ok(deadlines_answer_by(urgency, start, by, &holder, &asked));
		require_ok(deadlines_soonest(urgency, start, &holder, &soonest));
		check(soonest.us <= own.due.us);
		check_int(asked.due.us, by < soonest.us || by >= own.due.us ? own.due.us : by);
		check_uint(asked.count, own.count);
		for (size_t i = 0; i < asked.count; i++) {
			const struct deadline *step = &asked.steps[i];

			check(i == 0 || asked.steps[i - 1].at_us <= step->at_us);
			check(step->at_us >= start);
			if (step->kind == DEADLINE_REMIND_HOLDER)
				check(step->at_us <= asked.due.us);
			if (step->kind == DEADLINE_LAPSE || (step->kind == DEADLINE_TELL_SENDER && urgency != DANGER))
				check(step->at_us >= asked.due.us);
		}
	}
}

UNIT_SUITE("rules/deadlines_by",
	{ "by hand", test_by_hand },
	{ "in the night", test_in_the_night },
	{ "no sooner than", test_soonest },
	{ "whatever is asked", test_whatever_is_asked });
