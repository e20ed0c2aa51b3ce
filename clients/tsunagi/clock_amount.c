/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/clock_amount.h"

#include <stddef.h>
#include <string.h>

#define DIGITS_MAX 6 /* days of them are microseconds that fit */
#define SECOND_US INT64_C(1000000)

static const struct {
	const char *word;
	int64_t us; /* 0: a business day */
} units[] = {
	{ "bd", 0 },
	{ "d", 86400 * SECOND_US },
	{ "h", 3600 * SECOND_US },
	{ "m", 60 * SECOND_US },
	{ "s", SECOND_US },
};

bool clock_amount_parse(const char *text, struct clock_amount *ret_amount)
{
	uint32_t number = 0;
	size_t digits = 0;

	if (*text++ != '+')
		return false;
	for (; *text >= '0' && *text <= '9'; text++, digits++)
		number = digits < DIGITS_MAX ? number * 10 + (uint32_t)(*text - '0') : 0;
	if (number == 0 || digits > DIGITS_MAX)
		return false;
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		if (strcmp(text, units[i].word) != 0)
			continue;
		*ret_amount = (struct clock_amount){ .by_us = number * units[i].us, .business_days = units[i].us == 0 ? number : 0 };
		return true;
	}
	return false;
}
