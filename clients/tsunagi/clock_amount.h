/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/clock_amount.h - how far ahead a test site's clock is sent: +6bd, +3h, +2d, +90m, +30s. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

struct clock_amount {
	int64_t by_us;          /* 0: business days */
	uint32_t business_days;
};

/* False when text is none: without its sign or unit, 0, or more than six digits. */
bool clock_amount_parse(const char *text, struct clock_amount *ret_amount);
