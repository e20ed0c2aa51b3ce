/* SPDX-License-Identifier: Apache-2.0 */
/* broker/erase_rows.h - one entry is erased: the rows that it led to, its parts, segments that nobody else refers to, its body and salt. */
#pragma once
#include "base/arena.h"
#include "contract/limits.h"
#include "store/txn.h"

/* The items of an entry that have a row in a table whose keys are numbers of items. */
struct erase_numbers {
	uint64_t items[LIMIT_RECIPIENTS];
	size_t count;
};
enum err erase_numbers(struct txn *txn, enum table table, uint64_t seq, struct erase_numbers *ret_numbers);

/* The arena is emptied after use.  One that is erased already, as in a replay, has left no rows: it stays as it is. */
enum err erase_entry(struct txn *txn, uint64_t seq, struct arena *arena);
