/* SPDX-License-Identifier: Apache-2.0 */
/* ledger/entries.h - reading many entries at once, their leaves found with one cursor. */
#pragma once
#include "ledger/entry.h"

/* Of each of seqs, in any order, what entry_read gives and says: its entry is set where its error is ERR_OK. */
void entries_read(struct txn *txn, const uint64_t *seqs, size_t count, struct entry *ret_entries, enum err *ret_errs);
