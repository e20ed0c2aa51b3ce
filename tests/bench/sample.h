/* SPDX-License-Identifier: Apache-2.0 */
/* tests/bench/sample.h - latencies as they come, and their percentiles at the end. */
#pragma once
#include <stddef.h>
#include <stdint.h>

struct samples {
	uint32_t *us;
	size_t count, room;
};

void samples_add(struct samples *samples, int64_t us);
void samples_join(struct samples *samples, const struct samples *more);

void samples_sort(struct samples *samples);

/* Of sorted ones, the value at the share (0.5: the median) in microseconds; 0 when there is none. */
double samples_at(const struct samples *samples, double share);
void samples_free(struct samples *samples);
