/* SPDX-License-Identifier: Apache-2.0 */
/* Which time it is, under two clocks that are moved by hand. */
#include "broker/clock_watch.h"

#include "unit.h"

#define SECOND INT64_C(1000000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
#define NOON INT64_C(1800000000000000)

static struct clock_watch watch;
static struct clocks clocks;

static int64_t look(void)
{
	return clock_watch_look(&watch, clocks, NOON, INT64_MAX);
}

static void pass(int64_t wall_us, int64_t mono_us)
{
	clocks.wall_us += wall_us;
	clocks.mono_us += mono_us;
}

static void set_up(const struct clock_row *row, int64_t wall_us)
{
	watch = (struct clock_watch){ 0 };
	clocks = (struct clocks){ .wall_us = wall_us, .mono_us = 7 * SECOND };
	clock_watch_load(&watch, row);
	look();
}

static const struct clock_row untouched;

static void test_ordinary(void)
{
	set_up(&untouched, NOON);
	check_int(look(), NOON);
	pass(HOUR, HOUR);
	check_int(look(), NOON + HOUR);
	pass(HOUR + 110 * SECOND, HOUR); /* less than two minutes: the wall clock is believed */
	check_int(clock_watch_jump(&watch, clocks), 0);
	check_int(look(), NOON + 2 * HOUR + 110 * SECOND);
	pass(-100 * SECOND, SECOND);
	check_int(clock_watch_jump(&watch, clocks), 0);
	check_int(look(), clocks.wall_us);
}

/* An hour's slewing at NTP's fastest, over and over, is no jump. */
static void test_slewed(void)
{
	set_up(&untouched, NOON);
	for (unsigned i = 0; i < 24 * 30; i++) {
		pass(HOUR + HOUR / 2000, HOUR);
		check_int(look(), clocks.wall_us);
		check_int(clock_watch_jump(&watch, clocks), 0);
	}
}

/* A minute's step once a day is forgotten in between; two at once are not. */
static void test_small_steps(void)
{
	set_up(&untouched, NOON);
	for (unsigned i = 0; i < 30; i++) {
		pass(DAY + MINUTE, DAY);
		look();
		check_int(clock_watch_jump(&watch, clocks), 0);
	}
	pass(MINUTE, 0);
	look();
	pass(62 * SECOND, SECOND);
	check(clock_watch_jump(&watch, clocks) > CLOCK_JUMP_US);
}

static void test_ahead(void)
{
	set_up(&untouched, NOON);
	pass(3 * DAY, SECOND);
	check_int(clock_watch_jump(&watch, clocks), 3 * DAY - SECOND);
	check_int(look(), NOON + SECOND); /* time goes on as it ran */
	clock_watch_freeze(&watch, 3 * DAY - SECOND);
	check_int(clock_watch_jump(&watch, clocks), 0); /* it is recorded */
	pass(HOUR, HOUR);
	check_int(look(), NOON + SECOND + HOUR);
	check_int(clock_watch_jump(&watch, clocks), 0);
	pass(DAY, 0); /* and again */
	check_int(clock_watch_jump(&watch, clocks), 4 * DAY - SECOND);
	check_int(look(), NOON + SECOND + HOUR);
	clock_watch_confirm(&watch, clocks);
	check_int(clock_watch_now(&watch, clocks), clocks.wall_us);
	pass(HOUR, HOUR);
	check_int(look(), NOON + 4 * DAY + 2 * HOUR);
	check_int(clock_watch_jump(&watch, clocks), 0);
}

static void test_back(void)
{
	set_up(&untouched, NOON);
	pass(-DAY, SECOND);
	check_int(clock_watch_jump(&watch, clocks), -DAY - SECOND);
	check_int(look(), NOON + SECOND);
	clock_watch_freeze(&watch, -DAY - SECOND);
	pass(HOUR, HOUR);
	check_int(look(), NOON + SECOND + HOUR);
	clock_watch_confirm(&watch, clocks);
	check_int(look(), NOON - DAY + HOUR);
}

static void test_bound(void)
{
	set_up(&untouched, NOON);
	pass(CLOCK_JUMP_US, 0);
	check_int(clock_watch_jump(&watch, clocks), 0);
	pass(1, 0);
	check_int(clock_watch_jump(&watch, clocks), CLOCK_JUMP_US + 1);
	pass(-2 * CLOCK_JUMP_US - 1, 0);
	check_int(clock_watch_jump(&watch, clocks), 0);
	pass(-1, 0);
	check_int(clock_watch_jump(&watch, clocks), -CLOCK_JUMP_US - 1);
}

/* A machine that starts in the past goes on from the last entry. */
static void test_start_behind(void)
{
	set_up(&untouched, NOON - CLOCK_JUMP_US);
	check_int(clock_watch_jump(&watch, clocks), 0);
	check_int(look(), NOON - CLOCK_JUMP_US);
	set_up(&untouched, NOON - CLOCK_JUMP_US - 1);
	check_int(clock_watch_jump(&watch, clocks), -CLOCK_JUMP_US - 1);
	check_int(look(), NOON);
	pass(MINUTE, MINUTE);
	check_int(look(), NOON + MINUTE);
}

/* Frozen, and started again: off by as much as before, as far as anyone knows; never behind the last entry. */
static void test_start_frozen(void)
{
	const struct clock_row frozen = { .frozen = true, .jumped_us = 3 * DAY };

	set_up(&frozen, NOON + 3 * DAY + HOUR);
	check(watch.frozen);
	check_int(look(), NOON + HOUR);
	check_int(clock_watch_jump(&watch, clocks), 0);
	set_up(&frozen, NOON + HOUR); /* somebody set it right meanwhile */
	check_int(look(), NOON);
	check_int(clock_watch_jump(&watch, clocks), HOUR);
	clock_watch_confirm(&watch, clocks);
	check_int(look(), NOON + HOUR);
}

/* Moved ahead it stops at each timer, and is neither a jump nor back after a restart. */
static void test_moved(void)
{
	set_up(&untouched, NOON);
	clock_watch_move(&watch, 2 * DAY);
	check(clock_watch_moves(&watch));
	check_int(clock_watch_look(&watch, clocks, NOON, 0), NOON); /* not known yet when the first timer is due */
	check_int(clock_watch_look(&watch, clocks, NOON, NOON + HOUR), NOON + HOUR);
	check_int(clock_watch_look(&watch, clocks, NOON, NOON + HOUR), NOON + HOUR); /* as long as it is due */
	check_int(clock_watch_jump(&watch, clocks), 0);
	pass(SECOND, SECOND);
	check_int(clock_watch_look(&watch, clocks, NOON, NOON + HOUR), NOON + HOUR + SECOND);
	check_int(clock_watch_look(&watch, clocks, NOON, NOON + DAY), NOON + DAY);
	check(clock_watch_moves(&watch));
	check_int(clock_watch_look(&watch, clocks, NOON, NOON + 3 * DAY), NOON + 2 * DAY + SECOND);
	check(!clock_watch_moves(&watch));
	check_int(clock_watch_jump(&watch, clocks), 0);
	pass(HOUR, HOUR);
	check_int(look(), NOON + 2 * DAY + HOUR + SECOND);
	set_up(&(struct clock_row){ .moved_us = 2 * DAY }, NOON + HOUR);
	check_int(look(), NOON + 2 * DAY + HOUR);
	check(!clock_watch_moves(&watch));
}

/* What a batch did and took back: the row tells, and time ran on. */
static void test_undone(void)
{
	set_up(&untouched, NOON);
	pass(DAY, SECOND);
	look();
	clock_watch_freeze(&watch, DAY - SECOND);
	clock_watch_load(&watch, &untouched);
	check(!watch.frozen);
	check_int(clock_watch_jump(&watch, clocks), DAY - SECOND); /* to be recorded yet */
	check_int(look(), NOON + SECOND);
	clock_watch_move(&watch, HOUR);
	clock_watch_load(&watch, &untouched);
	check(!clock_watch_moves(&watch));
}

UNIT_SUITE("broker/clock_watch",
	{ "small differences are taken as they come", test_ordinary },
	{ "slewing is no jump", test_slewed },
	{ "small steps add up, and are forgotten", test_small_steps },
	{ "a jump ahead is not believed before it is confirmed", test_ahead },
	{ "nor is one back", test_back },
	{ "the bound is two minutes", test_bound },
	{ "a start behind the last entry", test_start_behind },
	{ "a start while it is frozen", test_start_frozen },
	{ "a moved clock passes each timer", test_moved },
	{ "what was undone", test_undone });
