/* SPDX-License-Identifier: Apache-2.0 */
/* broker/erasing.h - a case, or a thread without one, is destroyed by as many ERASE entries as it takes, all within one commit: so whoever
 * looks finds it whole or not at all, also after a restart. */
#pragma once
#include "broker/erase_survey.h"
#include "broker/world.h"

/* Why: by an operator's word, or since the years for which it is kept are over. */
struct erase_cause {
	const Pb__Operator *operator;
	char *reason;        /* NULL: none */
	uint32_t kept_years; /* 0: by an operator's word; then those who hold copies are told */
};

struct erasing {
	struct erase_survey whole;
	struct erase_cause cause;
	uint64_t next; /* entry from which the next piece is */
	bool more;     /* there is a next piece */
};

/* Surveys it, so that it may still be left as it is.  To be ended also on failure; scope and cause are borrowed until then.
 * ERR_NOT_FOUND: there is no such case. */
enum err erasing_begin(struct txn *txn, const struct erase_scope *scope, const struct erase_cause *cause, struct erasing *ret_erasing);

/* The next piece; it must have been applied before the one after it. */
enum err erasing_decide(struct world *world, struct erasing *erasing, struct decision *ret_decision);
void erasing_end(struct erasing *erasing);
