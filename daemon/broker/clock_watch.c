/* SPDX-License-Identifier: Apache-2.0 */
/* broker/clock_watch.c - see clock_watch.h for the contract. */
#include "broker/clock_watch.h"

#define FORGET 1000 /* microseconds of running time in which one of difference is forgotten: twice what NTP slews at most */

static int64_t magnitude(int64_t us)
{
	return us < 0 ? -us : us;
}

/* The machine's wall clock as the site takes it. */
static int64_t wall(const struct clock_watch *watch, struct clocks clocks)
{
	return clocks.wall_us + watch->moved_us;
}

void clock_watch_load(struct clock_watch *watch, const struct clock_row *row)
{
	watch->frozen = row->frozen;
	watch->told_us = row->frozen ? row->jumped_us : 0;
	watch->target_us = row->moved_us;
	watch->confirmed_us = row->frozen ? 0 : row->wall_us;
	watch->confirmed_entry_us = row->frozen ? 0 : row->since_us;
	if (!watch->started || watch->moved_us > row->moved_us)
		watch->moved_us = row->moved_us;
}

/* Where the time that runs goes on from. */
static void start(struct clock_watch *watch, struct clocks clocks, int64_t last_entry_us)
{
	int64_t now_us = wall(watch, clocks);

	if (last_entry_us == watch->confirmed_entry_us && watch->confirmed_us != 0)
		last_entry_us = watch->confirmed_us; /* the ledger's time waits for the clock that was confirmed */
	if (watch->frozen)
		now_us -= watch->told_us; /* as far as anyone knows it is still off by that */
	if ((watch->frozen && now_us < last_entry_us) || now_us < last_entry_us - CLOCK_JUMP_US)
		now_us = last_entry_us;
	else if (!watch->frozen && !watch->new_ledger && now_us > last_entry_us + CLOCK_REST_US)
		now_us = last_entry_us; /* a jump, until somebody says that it is none */
	watch->base_us = now_us - clocks.mono_us;
	watch->looked_us = clocks.mono_us;
	watch->started = true;
}

/* Lets the time that runs follow the wall clock, slowly. */
static void follow(struct clock_watch *watch, struct clocks clocks)
{
	int64_t off = clock_watch_off(watch, clocks);
	int64_t most = (clocks.mono_us - watch->looked_us) / FORGET;

	if (magnitude(off) <= most)
		watch->base_us += off;
	else
		watch->base_us += off < 0 ? -most : most;
}

/* To where it was moved, or to the next timer that is due before. */
static void advance(struct clock_watch *watch, struct clocks clocks, int64_t next_timer_us)
{
	int64_t to_us = watch->target_us;
	int64_t due_us = next_timer_us - clocks.wall_us;

	if (due_us < to_us)
		to_us = due_us < watch->moved_us ? watch->moved_us : due_us;
	watch->base_us += to_us - watch->moved_us;
	watch->moved_us = to_us;
}

int64_t clock_watch_look(struct clock_watch *watch, struct clocks clocks, int64_t last_entry_us, int64_t next_timer_us)
{
	if (!watch->started)
		start(watch, clocks, last_entry_us);
	if (clock_watch_moves(watch) && next_timer_us != 0)
		advance(watch, clocks, next_timer_us);
	if (!watch->frozen && clock_watch_jump(watch, clocks) == 0)
		follow(watch, clocks);
	watch->looked_us = clocks.mono_us;
	return clock_watch_now(watch, clocks);
}

int64_t clock_watch_now(const struct clock_watch *watch, struct clocks clocks)
{
	if (!watch->started || (!watch->frozen && clock_watch_jump(watch, clocks) == 0))
		return wall(watch, clocks);
	return clocks.mono_us + watch->base_us;
}

int64_t clock_watch_off(const struct clock_watch *watch, struct clocks clocks)
{
	return wall(watch, clocks) - clocks.mono_us - watch->base_us;
}

int64_t clock_watch_jump(const struct clock_watch *watch, struct clocks clocks)
{
	int64_t off = clock_watch_off(watch, clocks);

	if (!watch->started || magnitude(off - watch->told_us) <= CLOCK_JUMP_US)
		return 0;
	return off;
}

bool clock_watch_moves(const struct clock_watch *watch)
{
	return watch->moved_us < watch->target_us;
}

void clock_watch_freeze(struct clock_watch *watch, int64_t jumped_us)
{
	watch->frozen = true;
	watch->told_us = jumped_us;
}

void clock_watch_confirm(struct clock_watch *watch, struct clocks clocks)
{
	watch->frozen = false;
	watch->told_us = 0;
	watch->base_us = wall(watch, clocks) - clocks.mono_us;
}

void clock_watch_move(struct clock_watch *watch, int64_t moved_us)
{
	watch->target_us = moved_us;
}
