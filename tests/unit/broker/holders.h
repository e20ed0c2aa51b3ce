/* SPDX-License-Identifier: Apache-2.0 */
/* holders.h - promise P4, looked at row by row: whatever is open has exactly one holder and one timer, what ended has neither. */
#pragma once
#include "site.h"

/* Checks every leg and request of the site against each other, the timers and the index of agencies; how many legs are open. */
size_t holders_check(struct site *site);
