/* SPDX-License-Identifier: Apache-2.0 */
/* base/brisk.h - whether a thread stays awake for what comes next.
 *
 * A processor whose only thread sleeps goes to sleep as well, and waking it costs more than a lone message's rules and look-ups together.
 * So a thread to which things come one soon after another watches for a moment before it sleeps, and lets others run meanwhile; one to which
 * nothing comes that soon sleeps at once.  One thread's own. */
#pragma once
#include <sched.h>
#include <stdbool.h>

#include "base/clock.h"

#define BRISK_US 600 /* what comes within this is waited for awake: a lone message, there and back, on a slow machine */

struct brisk {
	bool is; /* the last time, it came within BRISK_US */
};

/* Whether to look once more, start_us being when the wait began; others run first.  Look, ask this, look again. */
static inline bool brisk_stays(const struct brisk *brisk, long long start_us)
{
	if (!brisk->is || clock_mono_us() - start_us >= BRISK_US)
		return false;
	sched_yield();
	return true;
}

/* The wait is over: something came, or its time had. */
static inline void brisk_learn(struct brisk *brisk, long long start_us, bool came)
{
	brisk->is = came && clock_mono_us() - start_us < BRISK_US;
}
