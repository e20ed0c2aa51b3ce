/* SPDX-License-Identifier: Apache-2.0 */
/* front/pulse.h - of each agency: when it was last heard, how many sessions of it ask for hand-outs, and how much of what it sent is
 * not decided yet.  Since the start only; any thread. */
#pragma once
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct pulse {
	atomic_int_least64_t seen_us; /* wall clock; 0: not since the start */
	atomic_uint readers;
	atomic_size_t pending; /* bytes */
};

struct pulses {
	struct pulse *agencies; /* by number; those beyond count are not followed */
	size_t count;
};

enum err pulses_init(struct pulses *pulses, size_t agencies);
void pulses_free(struct pulses *pulses);

void pulse_beat(struct pulses *pulses, uint32_t agency, int64_t wall_us);
void pulse_reader(struct pulses *pulses, uint32_t agency, int change);

/* Bytes that came from an agency and wait for the writer.  False, with nothing taken, when share is reached: the last taker may pass it,
 * so that nothing is too large for it.  One that is not followed has no bound of its own. */
bool pulse_take(struct pulses *pulses, uint32_t agency, size_t bytes, size_t share);
void pulse_give(struct pulses *pulses, uint32_t agency, size_t bytes);

int64_t pulse_seen(struct pulses *pulses, uint32_t agency);
unsigned pulse_readers(struct pulses *pulses, uint32_t agency);
