/* SPDX-License-Identifier: Apache-2.0 */
/* front/pulse.h - when each agency was last heard, and how many sessions of it ask for hand-outs.  Since the start only; any thread. */
#pragma once
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct pulse {
	atomic_int_least64_t seen_us; /* wall clock; 0: not since the start */
	atomic_uint readers;
};

struct pulses {
	struct pulse *agencies; /* by number; those beyond count are not followed */
	size_t count;
};

enum err pulses_init(struct pulses *pulses, size_t agencies);
void pulses_free(struct pulses *pulses);

void pulse_beat(struct pulses *pulses, uint32_t agency, int64_t wall_us);
void pulse_reader(struct pulses *pulses, uint32_t agency, int change);

int64_t pulse_seen(struct pulses *pulses, uint32_t agency);
unsigned pulse_readers(struct pulses *pulses, uint32_t agency);
