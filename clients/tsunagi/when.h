/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/when.h - a moment as people name it on a command line. */
#pragma once
#include "tsunagi/command.h"

/* The option's moment: a day (2026-11-01, 令和8年11月1日: when it begins, in Japanese time), a time (2026-11-01T09:00:00+09:00), or how long ago
 * (7d, 12h).  0 when it was not given.  OUTCOME_USAGE and told when it is none of these. */
enum outcome when_option(const struct call *call, const char *name, int64_t *ret_us);
