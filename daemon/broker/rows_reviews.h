/* SPDX-License-Identifier: Apache-2.0 */
/* broker/rows_reviews.h - REVIEWS: what somebody is to look at afterwards: messages, since no consent stands behind them, and what an operator handed
 * over.  As rows.h has it.
 *
 * A row for each, by the number of its entry, so that the list grows at its end; it is small and there are few: what there is to know stands in
 * the entry. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "store/txn.h"

struct review_row {
	uint64_t seq;          /* entry of the submission, or HAND_OVER */
	uint32_t sender;       /* agency; or that which closed */
	bool danger;           /* a fan-out in danger to life */
	uint64_t reviewed_seq; /* entry that says that it was reviewed; 0: none yet */
};

void review_row_append(struct txn *txn, const struct review_row *row); /* a new one: its message is the newest */
void review_row_put(struct txn *txn, const struct review_row *row);
enum err review_row_get(struct txn *txn, uint64_t seq, struct review_row *ret_row);

/* For an erasure; also when there is none. */
enum err review_row_forget(struct txn *txn, uint64_t seq);

/* Calls each with every row from *from* on, in order, until it gives another result than ERR_OK, which is given back.  It may write no rows. */
enum err review_rows_each(struct txn *txn, uint64_t from, enum err (*each)(void *context, const struct review_row *row), void *context);
