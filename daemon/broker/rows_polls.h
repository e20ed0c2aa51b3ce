/* SPDX-License-Identifier: Apache-2.0 */
/* broker/rows_polls.h - POLLS: when each agency last took something out of its mailbox.  As rows.h has it.
 *
 * An agency that asks while something waits is handed it at once: so the time of its last hand-out is when its mailbox was last looked
 * into, as far as that matters, and it stands in entries that there are anyway. */
#pragma once
#include <stdint.h>

#include "base/err.h"
#include "store/txn.h"

struct poll_row {
	int64_t handed_at_us; /* 0: never */
	uint64_t told_seq;    /* entry that told of its silence since; 0: none */
};

void poll_row_put(struct txn *txn, uint32_t agency, const struct poll_row *row);

/* All zero when there is none. */
enum err poll_row_get(struct txn *txn, uint32_t agency, struct poll_row *ret_row);
