/* SPDX-License-Identifier: Apache-2.0 */
/* holders.h - promise P4, looked at row by row: whatever is open has exactly one holder and one timer, what ended has neither. */
#pragma once
#include "site.h"

/* Checks every leg and request of the site against each other, the timers and the index of agencies; how many legs are open. */
size_t holders_check(struct site *site);

/* Whether the leg is among those that the agency can list. */
bool holders_lists(struct txn *txn, uint32_t agency, uint64_t leg);
