/* SPDX-License-Identifier: Apache-2.0 */
/* broker/rows_standings.h - STANDINGS: what each agency last said of itself.  As rows.h has it. */
#pragma once
#include "base/arena.h"
#include "routing.pb-c.h"
#include "store/txn.h"

/* The row is a packed Standing without the agency's id, which its key's number tells, behind the time of the saying. */
struct standing_row {
	int64_t said_at_us; /* by the sender's clock */
	const Pb__Standing *standing; /* in the arena */
};

/* ERR_NOMEM; failures of writing stick in txn. */
enum err standing_put(struct txn *txn, uint32_t agency, const struct standing_row *row);

/* ERR_NOT_FOUND: it has said nothing. */
enum err standing_get(struct txn *txn, uint32_t agency, struct arena *arena, struct standing_row *ret_row);
