/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/outcome.h - how a command ends; the numbers are promised to scripts. */
#pragma once

enum outcome {
	OUTCOME_DONE = 0,
	OUTCOME_REFUSED = 1,     /* or failed: the reason is told */
	OUTCOME_USAGE = 2,
	OUTCOME_NOT_THERE = 3,   /* the named thing is not there, or a wait ran out */
	OUTCOME_UNREACHABLE = 4, /* no broker */
	OUTCOME_UNDECIDED = 5    /* safe in the outbox only, or cannot be proved either way */
};
