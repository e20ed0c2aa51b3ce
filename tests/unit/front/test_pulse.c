/* SPDX-License-Identifier: Apache-2.0 */
#include "front/pulse.h"

#include "unit.h"

static void test_pulses(void)
{
	struct pulses pulses;

	require_ok(pulses_init(&pulses, 10));
	check_int(pulse_seen(&pulses, 3), 0);
	pulse_beat(&pulses, 3, 1234);
	check_int(pulse_seen(&pulses, 3), 1234);
	pulse_reader(&pulses, 3, 1);
	pulse_reader(&pulses, 3, 1);
	pulse_reader(&pulses, 3, -1);
	check_uint(pulse_readers(&pulses, 3), 1);
	check_uint(pulse_readers(&pulses, 4), 0);
	pulses_free(&pulses);
}

static void test_beyond(void)
{
	struct pulses pulses;

	require_ok(pulses_init(&pulses, 10));
	pulse_beat(&pulses, 10, 1);
	pulse_reader(&pulses, UINT32_MAX, 1);
	check_int(pulse_seen(&pulses, 10), 0);
	check_uint(pulse_readers(&pulses, UINT32_MAX), 0);
	pulses_free(&pulses);
	pulses_free(&pulses);
}

static void test_share(void)
{
	struct pulses pulses;

	require_ok(pulses_init(&pulses, 10));
	check(pulse_take(&pulses, 3, 60, 100));
	check(pulse_take(&pulses, 3, 39, 100));
	check(pulse_take(&pulses, 3, 1000, 100)); /* the last may pass it */
	check(!pulse_take(&pulses, 3, 1, 100));
	check(!pulse_take(&pulses, 3, 0, 100));
	check(pulse_take(&pulses, 4, 100, 100)); /* another's is its own */
	check(pulse_take(&pulses, 3, 1, 1100));  /* whoever may take more */
	pulse_give(&pulses, 3, 1000);
	check(!pulse_take(&pulses, 3, 1, 100));
	pulse_give(&pulses, 3, 100);
	check(pulse_take(&pulses, 3, 1, 100));
	pulse_give(&pulses, 3, 1);
	check(!pulse_take(&pulses, 3, 1, 0));
	check(pulse_take(&pulses, UINT32_MAX, 1000, 100));
	check(pulse_take(&pulses, UINT32_MAX, 1000, 100));
	pulse_give(&pulses, UINT32_MAX, 2000);
	pulses_free(&pulses);
}

UNIT_SUITE("front/pulse",
	{ "heard and listening", test_pulses },
	{ "numbers beyond are not followed", test_beyond },
	{ "an agency's share of what waits", test_share });
