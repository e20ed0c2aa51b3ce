/* SPDX-License-Identifier: Apache-2.0 */
#include "front/pulse.h"

#include <stdlib.h>

enum err pulses_init(struct pulses *pulses, size_t agencies)
{
	*pulses = (struct pulses){ .agencies = calloc(agencies, sizeof *pulses->agencies), .count = agencies };
	return pulses->agencies != NULL ? ERR_OK : ERR_NOMEM;
}

void pulses_free(struct pulses *pulses)
{
	free(pulses->agencies);
	*pulses = (struct pulses){ 0 };
}

void pulse_beat(struct pulses *pulses, uint32_t agency, int64_t wall_us)
{
	if (agency < pulses->count)
		atomic_store(&pulses->agencies[agency].seen_us, wall_us);
}

void pulse_reader(struct pulses *pulses, uint32_t agency, int change)
{
	if (agency < pulses->count)
		atomic_fetch_add(&pulses->agencies[agency].readers, (unsigned)change);
}

bool pulse_take(struct pulses *pulses, uint32_t agency, size_t bytes, size_t share)
{
	atomic_size_t *pending;
	size_t held;

	if (agency >= pulses->count)
		return true;
	pending = &pulses->agencies[agency].pending;
	held = atomic_load(pending);
	do {
		if (held >= share)
			return false;
	} while (!atomic_compare_exchange_weak(pending, &held, held + bytes));
	return true;
}

void pulse_give(struct pulses *pulses, uint32_t agency, size_t bytes)
{
	if (agency < pulses->count)
		atomic_fetch_sub(&pulses->agencies[agency].pending, bytes);
}

int64_t pulse_seen(struct pulses *pulses, uint32_t agency)
{
	return agency < pulses->count ? atomic_load(&pulses->agencies[agency].seen_us) : 0;
}

unsigned pulse_readers(struct pulses *pulses, uint32_t agency)
{
	return agency < pulses->count ? atomic_load(&pulses->agencies[agency].readers) : 0;
}
