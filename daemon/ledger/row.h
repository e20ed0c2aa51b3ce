/* SPDX-License-Identifier: Apache-2.0 */
/* ledger/row.h - the row of the entries table, taken apart; see entry.h for its form. */
#pragma once
#include "ledger/entry.h"

/* ERR_CORRUPT when it is too short.  Borrowed from row; nothing is held against the tree. */
enum err row_parse(struct bytes row, struct entry *ret_entry);

struct digest row_leaf(const struct entry *entry);

bool row_is_erased(const struct entry *entry);
