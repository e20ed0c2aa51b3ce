/* SPDX-License-Identifier: Apache-2.0 */
/* broker/clock_watch.h - which time it is for the site: the machine's wall clock, as long as it keeps to the time that runs.
 *
 * A wall clock may jump: an administrator sets it, a machine wakes from sleep, a battery dies.  What jumped by more than
 * CLOCK_JUMP_US against the monotonic clock is not believed: the site's time goes on as it ran, timers stand still, and only an operator's
 * word (clock.c) makes the wall clock's time the site's.  So no bogus instant ever gets into the ledger, whose times never go back, and
 * danger to life, whose timers never stand still, runs on monotonic time.  The same holds at the start for a wall clock that is
 * behind the ledger's last entry, or ahead of it by more than any office is shut: what is kept for years would be destroyed by it.  Small differences are taken as they come; what they add up to is forgotten at the pace of a clock
 * that is being disciplined.
 *
 * A test site's clock may be moved ahead: it then passes through each instant at which a timer is due, in order, so that what happens is
 * what would have happened.
 *
 * Integers alone; the writer's own. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#define CLOCK_JUMP_US (120 * INT64_C(1000000))
#define CLOCK_REST_US (14 * INT64_C(86400000000)) /* how long a site may have rested whose clock is believed as it starts */

/* The machine's two clocks, read once a batch; tests bring their own. */
struct clocks {
	int64_t wall_us;
	int64_t mono_us;
};

/* What the tables hold of it. */
struct clock_row {
	bool frozen;
	int64_t jumped_us; /* by which the wall clock was off when it froze */
	int64_t wall_us;   /* what it showed then, or when it was last confirmed */
	int64_t since_us;  /* the time of that entry */
	int64_t moved_us;  /* of a test site: by how much it is ahead of the machine's */
};

struct clock_watch {
	bool started;
	bool frozen;
	bool new_ledger;   /* of which there is nothing but its beginning: any time may have passed since */
	int64_t base_us;   /* wall minus monotonic time, as it ran */
	int64_t told_us;   /* the jump that was recorded */
	int64_t confirmed_us, confirmed_entry_us; /* a wall clock was confirmed that stood behind the ledger's time; 0: none was */
	int64_t looked_us; /* monotonic */
	int64_t moved_us;  /* ahead of the machine's, so far */
	int64_t target_us; /* and where to; more than moved_us while it moves */
};

/* row: as it stands in the tables, at the start and after a batch was undone: time ran on all the same.  The first look starts it. */
void clock_watch_load(struct clock_watch *watch, const struct clock_row *row);

/* Once a batch.  last_entry_us: time of the ledger's last entry; next_timer_us: when the first timer is due by the site's time, 0 when that is not known.
 * Gives the site's time. */
int64_t clock_watch_look(struct clock_watch *watch, struct clocks clocks, int64_t last_entry_us, int64_t next_timer_us);

/* The site's time now, without looking. */
int64_t clock_watch_now(const struct clock_watch *watch, struct clocks clocks);

/* By how much the wall clock is off, when that is a jump of which nothing is recorded yet; else 0. */
int64_t clock_watch_jump(const struct clock_watch *watch, struct clocks clocks);

/* By how much it is off, a jump or not. */
int64_t clock_watch_off(const struct clock_watch *watch, struct clocks clocks);

/* Whether it is on its way to where it was moved. */
bool clock_watch_moves(const struct clock_watch *watch);

/* What the entries say. */
void clock_watch_freeze(struct clock_watch *watch, int64_t jumped_us);
void clock_watch_confirm(struct clock_watch *watch, struct clocks clocks);
void clock_watch_move(struct clock_watch *watch, int64_t moved_us);
