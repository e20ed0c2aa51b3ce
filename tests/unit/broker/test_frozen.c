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

/* Rows of timers that stand still: none of them is looked into. */
static void put_timers(size_t count)
{
	struct txn *txn;

	require_ok(txn_begin_write(desks.site.store, &txn));
	for (size_t i = 0; i < count; i++)
		timer_put(txn, &(struct timer_row){ (int64_t)i + 1, PB__TIMER_KIND__TIMER_KIND_EXPIRES, i });
	require_ok(txn_commit(txn));
}

static uint32_t steps_of(const struct asked *asked)
{
	return desks_leg(&desks, asked, 0).steps;
}

/* However many timers stand still before those of danger: a look goes through them once, a bounded number a batch, without a pause. */
static void test_one_look(void)
{
	struct asked danger[3];
	size_t served = 0;

	desks_open(&desks);
	for (size_t i = 0; i < 3; i++)
		danger[i] = desks_ask_one(&desks, ASKER, DESK, &(struct asking){ .urgency = URGENCY(DANGER) });
	put_timers(2 * FROZEN_ROWS_MAX - 1);
	desks.site.clocks.wall_us += 10 * DESKS_DAY_US;
	site_run(&desks.site, NULL); /* it jumped; nothing of danger is due by the time that runs */
	for (size_t batch = 0; batch_due_in(desks.site.broker, desks.site.clocks) == 0; batch++) {
		require(batch < 10);
		site_run(&desks.site, NULL);
	}
	site_pass(&desks.site, 6 * 60 * INT64_C(1000000));
	for (size_t batch = 0; batch < 3; batch++) {
		check_uint(served, batch < 2 ? 0 : 1);
		check_int(batch_due_in(desks.site.broker, desks.site.clocks), 0);
		site_run(&desks.site, NULL);
		served = (size_t)(steps_of(&danger[0]) > 1) + (steps_of(&danger[1]) > 1) + (steps_of(&danger[2]) > 1);
	}
	check_uint(served, 3);
	check(batch_due_in(desks.site.broker, desks.site.clocks) > 0);
	site_run(&desks.site, NULL); /* not again within the second */
	desks_close(&desks);
}

UNIT_SUITE("broker/frozen",
	{ "a look passes each timer once", test_one_look },
	{ "danger to life goes on, all else stands still", test_danger_goes_on });
