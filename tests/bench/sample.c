/* SPDX-License-Identifier: Apache-2.0 */
/* tests/bench/sample.c - see sample.h. */
#include "sample.h"

#include <stdlib.h>

void samples_add(struct samples *samples, int64_t us)
{
	if (samples->count == samples->room) {
		samples->room = samples->room == 0 ? 65536 : 2 * samples->room;
		samples->us = realloc(samples->us, samples->room * sizeof(*samples->us));
		if (samples->us == NULL)
			abort();
	}
	samples->us[samples->count++] = us < 0 ? 0 : us > UINT32_MAX ? UINT32_MAX : (uint32_t)us;
}

void samples_join(struct samples *samples, const struct samples *more)
{
	for (size_t i = 0; i < more->count; i++)
		samples_add(samples, more->us[i]);
}

static int by_value(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a;
	uint32_t y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

void samples_sort(struct samples *samples)
{
	if (samples->count > 0)
		qsort(samples->us, samples->count, sizeof(*samples->us), by_value);
}

double samples_at(const struct samples *samples, double share)
{
	return samples->count == 0 ? 0 : samples->us[(size_t)((double)(samples->count - 1) * share)];
}

void samples_free(struct samples *samples)
{
	free(samples->us);
	*samples = (struct samples){ 0 };
}
