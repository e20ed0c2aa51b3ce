/* SPDX-License-Identifier: Apache-2.0 */
/* config/amount.h - amounts as a person writes them: 64 GiB, 120 s, 4096. */
#pragma once
#include "base/buf.h"
#include "config/options.h"

/* Sizes take B, KiB, MiB, GiB, TiB (none: bytes); durations take s, min, h, d (none: seconds) and come back in microseconds; counts take
 * none.  One space may stand before the unit.  ERR_FORMAT for anything else, ERR_RANGE above 2^63 - 1. */
enum err amount_parse(enum option_kind kind, const char *text, uint64_t *ret_amount);

/* In the largest unit that leaves no rest. */
void amount_format(enum option_kind kind, uint64_t amount, struct buf *out);

/* Row bounds and defaults stand in seconds for durations; this gives what amount_parse would. */
uint64_t amount_of_row(enum option_kind kind, uint64_t row_value);
