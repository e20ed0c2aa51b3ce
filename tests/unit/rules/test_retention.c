/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/retention.h"

#include "desks.h"
#include "unit.h"

#define DAY_US INT64_C(86400000000)
#define REQUEST PB__KIND__KIND_REQUEST
#define COUNT(list) (sizeof(list) / sizeof(*(list)))

static void test_dates_worked_by_hand(void)
{
	static const struct {
		const char *ended;
		const char *parts;
		const char *bodies;
	} rows[] = {
		{ "2026-06-01 10:00", "2026-07-02 00:00", "2031-06-02 00:00" },
		{ "2026-06-01 00:00", "2026-07-02 00:00", "2031-06-02 00:00" },
		{ "2026-06-01 23:59", "2026-07-02 00:00", "2031-06-02 00:00" }, /* still the first of June in Tokyo */
		{ "2026-12-31 12:00", "2027-01-31 00:00", "2032-01-01 00:00" },
		{ "2028-02-29 12:00", "2028-03-31 00:00", "2033-03-02 00:00" }, /* no such day in 2033: 1 March counts */
		{ "2028-01-30 12:00", "2028-03-01 00:00", "2033-01-31 00:00" }, /* over a leap day */
	};
	struct retention_schedule schedule = retention_default(TOKYO);

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct retention_thread thread = { REQUEST, 0, at(rows[i].ended) };
		char text[INSTANT_TEXT];
		int64_t due = 0;

		unit_context("%s", rows[i].ended);
		check_ok(retention_parts_due(&schedule, &thread, &due));
		check_text(said(due, text), rows[i].parts);
		check_ok(retention_bodies_due(&schedule, &thread, &due));
		check_text(said(due, text), rows[i].bodies);
	}
}

/* However old it is. */
static void test_never_while_open(void)
{
	struct retention_schedule schedule = retention_default(TOKYO);
	struct retention_thread thread = { REQUEST, 1, 0 };
	int64_t due = 42;

	check_err(retention_parts_due(&schedule, &thread, &due), ERR_BUSY);
	check_err(retention_bodies_due(&schedule, &thread, &due), ERR_BUSY);
	thread.open = UINT32_MAX;
	check_err(retention_parts_due(&schedule, &thread, &due), ERR_BUSY);
	check_int(due, 42);
}

static void test_schedule_of_a_site(void)
{
	struct retention_schedule schedule = retention_default(TOKYO);
	struct retention_thread thread = { PB__KIND__KIND_ANNOUNCEMENT, 0, at("2026-06-01 10:00") };
	char text[INSTANT_TEXT];
	int64_t due = 0;

	schedule.part_days = 1;
	schedule.body_years[PB__KIND__KIND_ANNOUNCEMENT] = 1;
	schedule.body_years[0] = 10;
	check_ok(retention_check(&schedule));
	check_ok(retention_parts_due(&schedule, &thread, &due));
	check_text(said(due, text), "2026-06-03 00:00");
	check_ok(retention_bodies_due(&schedule, &thread, &due));
	check_text(said(due, text), "2027-06-02 00:00");
	thread.kind = PB__KIND__KIND_UNSPECIFIED;
	check_ok(retention_bodies_due(&schedule, &thread, &due));
	check_text(said(due, text), "2036-06-02 00:00");
	thread.kind = (Pb__Kind)99; /* of a later version */
	check_ok(retention_bodies_due(&schedule, &thread, &due));
	check_text(said(due, text), "2036-06-02 00:00");
}

static void test_bounds(void)
{
	struct retention_schedule schedule = retention_default(0);
	struct retention_thread thread = { REQUEST, 0, -1 };
	int64_t due = 42;

	check_ok(retention_check(&schedule));
	schedule.part_days = 0;
	check_err(retention_check(&schedule), ERR_RANGE);
	schedule.part_days = RETENTION_PART_DAYS_MAX + 1;
	check_err(retention_check(&schedule), ERR_RANGE);
	schedule.part_days = RETENTION_PART_DAYS_MAX;
	schedule.body_years[REQUEST] = 0;
	check_err(retention_check(&schedule), ERR_RANGE);
	schedule.body_years[REQUEST] = RETENTION_BODY_YEARS_MAX + 1;
	check_err(retention_check(&schedule), ERR_RANGE);
	schedule.body_years[REQUEST] = RETENTION_BODY_YEARS_MAX;
	check_ok(retention_check(&schedule));
	check_err(retention_parts_due(&schedule, &thread, &due), ERR_RANGE);
	thread.ended_us = INT64_MAX;
	check_err(retention_bodies_due(&schedule, &thread, &due), ERR_RANGE);
	check_int(due, 42);
	thread.ended_us = at("9899-12-30 00:00");
	check_ok(retention_bodies_due(&schedule, &thread, &due));
	check(due > thread.ended_us);
}

/* Nobody has less than was promised, and nothing stays more than two days longer. */
static void test_any_end(void)
{
	struct retention_schedule schedule = retention_default(TOKYO);

	for (unsigned round = 0; round < 2000; round++) {
		struct retention_thread thread = { REQUEST, 0, at("2026-01-01 00:00") + (int64_t)unit_random_below(4000 * (uint64_t)DAY_US) };
		int64_t parts = 0, bodies = 0;

		unit_context("round %u", round);
		require_ok(retention_parts_due(&schedule, &thread, &parts));
		require_ok(retention_bodies_due(&schedule, &thread, &bodies));
		check(parts > thread.ended_us + 30 * DAY_US && parts <= thread.ended_us + 31 * DAY_US);
		check(bodies > thread.ended_us + 5 * 365 * DAY_US && bodies <= thread.ended_us + (5 * 365 + 3) * DAY_US);
	}
}

UNIT_SUITE("rules/retention",
	{ "dates worked by hand", test_dates_worked_by_hand },
	{ "never while anything is open", test_never_while_open },
	{ "a site's own schedule", test_schedule_of_a_site },
	{ "bounds", test_bounds },
	{ "whatever the end", test_any_end });
