/* SPDX-License-Identifier: Apache-2.0 */
/* base/clock.h - the two clocks.  Only loops read them; rules are handed "now" (promise P9). */
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define CLOCK_TEXT 40 /* RFC 3339 with microseconds and offset, and the NUL */

/* Microseconds since 1970-01-01 UTC; may jump. */
int64_t clock_wall_us(void);

/* Microseconds that never go back; comparable within one boot. */
int64_t clock_mono_us(void);

/* RFC 3339 with the given offset from UTC in minutes, milliseconds shown: 2026-11-22T19:50:12.345+09:00.
 * Offset 0, or one of a day and more, gives UTC with a Z. */
void clock_format(int64_t us, int offset_minutes, char text[CLOCK_TEXT]);

/* RFC 3339 with any offset and up to six decimals; ERR_FORMAT otherwise.  A leap second counts as the second after it. */
enum err clock_parse(const char *text, int64_t *ret_us);
