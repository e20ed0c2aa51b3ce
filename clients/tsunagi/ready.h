/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/ready.h - waiting for a daemon to come up. */
#pragma once
#include <sys/types.h>

#include "config/home.h"
#include "tsunagi/outcome.h"

/* Asks until a daemon of the home answers that it accepts, or until deadline_us (monotonic); OUTCOME_NOT_THERE then, and told.
 *   child  a process whose end also ends the waiting; 0: none */
enum outcome ready_wait(const struct home *home, int64_t deadline_us, pid_t child);
