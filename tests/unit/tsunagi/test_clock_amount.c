/* SPDX-License-Identifier: Apache-2.0 */
/* How far ahead a test site's clock is sent, as people write it. */
#include "tsunagi/clock_amount.h"

#include "unit.h"

#define SECOND INT64_C(1000000)

static void test_amounts(void)
{
	static const struct {
		const char *text;
		int64_t by_us;
		uint32_t business_days;
	} rows[] = {
		{ "+6bd", 0, 6 },
		{ "+3h", 3 * 3600 * SECOND, 0 },
		{ "+2d", 2 * 86400 * SECOND, 0 },
		{ "+90m", 90 * 60 * SECOND, 0 },
		{ "+1s", SECOND, 0 },
		{ "+999999d", INT64_C(999999) * 86400 * SECOND, 0 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct clock_amount amount = { 0 };

		unit_context("%s", rows[i].text);
		check(clock_amount_parse(rows[i].text, &amount));
		check_int(amount.by_us, rows[i].by_us);
		check_uint(amount.business_days, rows[i].business_days);
	}
}

static void test_no_amounts(void)
{
	static const char *const texts[] = { "", "+", "3h", "-3h", "+h", "+0d", "+3", "+3x", "+3hh", "+3 h", "+1000000d", "+99999999999999999999d", "+3bdd" };

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct clock_amount amount;

		unit_context("%s", texts[i]);
		check(!clock_amount_parse(texts[i], &amount));
	}
}

UNIT_SUITE("tsunagi/clock_amount",
	{ "amounts", test_amounts },
	{ "what is none", test_no_amounts });
