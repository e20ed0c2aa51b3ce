/* SPDX-License-Identifier: Apache-2.0 */
/* What is due when of conferences and action items, worked by hand; and that silence is never an end. */
#include "rules/meetings.h"

#include "contract/civil_time.h"
#include "desks.h"
#include "unit.h"

static void check_at(struct reckoned reached, const char *due, bool provisional)
{
	char text[INSTANT_TEXT];

	check_text(said(reached.us, text), due);
	check_int(reached.provisional, provisional);
}

static void test_dates(void)
{
	static const struct {
		struct reckoned (*rule)(int64_t from_us, const struct calendar *calendar);
		enum desk desk;
		const char *from, *due;
		bool provisional;
	} rows[] = {
		{ meetings_date_due, WEEKDAYS, "2026-06-02 10:30", "2026-06-09 10:30", false },
		{ meetings_date_due, WEEKDAYS, "2026-04-28 10:00", "2026-05-11 10:00", false }, /* Golden Week */
		{ meetings_date_due, WEEKDAYS, "2027-12-22 10:00", "2028-01-04 10:00", true },  /* beyond the file */
		{ meetings_minutes_due, WEEKDAYS, "2026-06-05 16:00", "2026-06-09 16:00", false },
		{ meetings_minutes_due, SATURDAY, "2026-06-05 16:00", "2026-06-08 16:00", false },
		{ meetings_minutes_due, WEEKDAYS, "2026-06-05 20:00", "2026-06-10 09:00", false }, /* it ended in the evening */
		{ meetings_close_due, WEEKDAYS, "2026-12-24 12:00", "2027-01-06 12:00", false },   /* over the year's end */
		{ meetings_close_due, ALWAYS, "2026-12-24 12:00", "2026-12-29 12:00", false },
		{ meetings_purge_due, WEEKDAYS, "2026-06-05 12:00", "2026-06-08 12:00", false },
		{ meetings_purge_due, ALWAYS, "2026-06-05 23:59", "2026-06-06 23:59", false },
		{ meetings_hand_back_due, WEEKDAYS, "2026-05-01 12:00", "2026-05-08 12:00", false },
		/* A desk that never opens is held by the wall clock, or it would never be due. */
		{ meetings_date_due, SHUT, "2026-06-02 10:30", "2026-06-07 10:30", true },
		{ meetings_purge_due, SHUT, "2026-06-02 10:30", "2026-06-03 10:30", true },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct calendar calendar = desk_calendar(rows[i].desk);

		unit_context("row %zu", i);
		check_at(rows[i].rule(at(rows[i].from), &calendar), rows[i].due, rows[i].provisional);
	}
}

/* Until the end of its day: at the next opening after it, whichever day that is. */
static void test_action_items(void)
{
	static const struct {
		enum desk desk;
		const char *day, *begins, *due;
		bool provisional;
	} rows[] = {
		{ WEEKDAYS, "2026-06-02", "2026-06-02 09:00", "2026-06-03 09:00", false },
		{ WEEKDAYS, "2026-06-05", "2026-06-05 09:00", "2026-06-08 09:00", false },  /* a Friday */
		{ WEEKDAYS, "2026-06-06", "2026-06-08 09:00", "2026-06-09 09:00", false },  /* a Saturday is looked at on Monday */
		{ SATURDAY, "2026-06-05", "2026-06-05 10:00", "2026-06-06 10:00", false },
		{ ALWAYS, "2026-12-31", "2026-12-31 00:00", "2027-01-01 00:00", false },
		{ WEEKDAYS, "2027-12-28", "2027-12-28 09:00", "2028-01-04 09:00", true },
		{ SHUT, "2026-06-02", "2026-06-02 00:00", "2026-06-03 00:00", true },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct calendar owner = desk_calendar(rows[i].desk);
		struct reckoned begins = meetings_item_begins(day(rows[i].day), &owner);
		char text[INSTANT_TEXT];

		unit_context("row %zu", i);
		check_text(said(begins.us, text), rows[i].begins);
		check_at(meetings_item_due(day(rows[i].day), &owner), rows[i].due, rows[i].provisional);
	}
}

/* First its holder, then who waits as well, then the coordinator too; and again for as long as it is open. */
static void test_steps(void)
{
	struct calendar holder = desk_calendar(WEEKDAYS);
	int64_t step_us = at("2026-06-01 10:00");
	static const char *const after[] = { "2026-06-02 10:00", "2026-06-04 10:00", "2026-06-11 10:00", "2026-06-18 10:00", "2026-06-25 10:00" };

	for (uint32_t n = 0; n < 5; n++) {
		struct meetings_told told = meetings_step(n);

		unit_context("step %u", n);
		check_int(told.waiting, n >= 1);
		check_int(told.coordinator, n >= 2);
		check_at(meetings_after_step(n, step_us, &holder), after[n], false);
		step_us = meetings_after_step(n, step_us, &holder).us;
	}
	check(meetings_step(UINT32_MAX).coordinator); /* never an end */
	check(meetings_after_step(UINT32_MAX, step_us, &holder).us > step_us);
	holder = desk_calendar(SHUT);
	check(meetings_after_step(0, step_us, &holder).us > step_us);
}

UNIT_SUITE("rules/meetings",
	{ "dates, minutes, closing, purges", test_dates },
	{ "action items", test_action_items },
	{ "who hears, and again", test_steps });
