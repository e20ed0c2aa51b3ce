/* SPDX-License-Identifier: Apache-2.0 */
/* The wall clock jumped: danger to life goes on by the time that runs, everything else stands still until it is confirmed. */
#include "acts.h"
#include "desks.h"
#include "unit.h"

#define URGENCY(name) PB__URGENCY__URGENCY_##name
#define NOTICE(name) PB__NOTICE_WHAT__NOTICE_WHAT_##name

static struct desks desks;

static size_t told(unsigned desk, Pb__NoticeWhat what)
{
	return desks_told(&desks, desk, what);
}

/* Time runs on, second by second as the writer's loop looks at it. */
static void pass_seconds(unsigned seconds)
{
	for (unsigned i = 0; i < seconds; i++) {
		site_pass(&desks.site, 1000000);
		site_run(&desks.site, NULL);
	}
}

static void test_danger_goes_on(void)
{
	struct asked danger, urgent;
	struct leg before;

	desks_open(&desks);
	urgent = desks_ask_one(&desks, ASKER, OTHER, &(struct asking){ .urgency = URGENCY(URGENT) });
	danger = desks_ask_one(&desks, ASKER, DESK, &(struct asking){ .urgency = URGENCY(DANGER) });
	before = desks_leg(&desks, &danger, 0);
	desks.site.clocks.wall_us += 10 * DESKS_DAY_US;
	site_run(&desks.site, NULL);
	check(desks.site.broker->clock.frozen);
	check_uint(told(OTHER, NOTICE(ANSWER_DUE)), 0); /* long due by the wall clock */
	check_uint(desks_leg(&desks, &danger, 0).steps, before.steps);
	pass_seconds(6 * 60);
	check(desks_leg(&desks, &danger, 0).steps > before.steps); /* a third of its quarter of an hour */
	check_int(desks_leg(&desks, &danger, 0).due_at_us, before.due_at_us);
	pass_seconds(10 * 60);
	check(told(ASKER, NOTICE(ANSWER_OVERDUE)) + told(CHIEF, NOTICE(DANGER)) > 0);
	site_pass(&desks.site, 20 * DESKS_HOUR_US);
	site_run(&desks.site, NULL);
	check_uint(told(OTHER, NOTICE(ANSWER_DUE)), 0); /* due by the time that ran, and frozen all the same */
	site_operate(&desks.site, site_confirm("looked at the radio clock"));
	check_uint(told(OTHER, NOTICE(ANSWER_DUE)), 1);
	check(!desks.site.broker->clock.frozen);
	(void)urgent;
	desks_close(&desks);
}

UNIT_SUITE("broker/frozen",
	{ "danger to life goes on, all else stands still", test_danger_goes_on });
