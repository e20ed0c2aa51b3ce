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

UNIT_SUITE("front/pulse",
	{ "heard and listening", test_pulses },
	{ "numbers beyond are not followed", test_beyond });
