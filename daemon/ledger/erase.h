/* SPDX-License-Identifier: Apache-2.0 */
/* ledger/erase.h - destroying what an entry says: its body and its salt go, the hash over both stays, and with it every proof. */
#pragma once
#include "store/txn.h"

/* In a write transaction; one that is erased already stays as it is.  The bytes are gone from the store's file once that was written anew
 * (store/compact.h).  ERR_CORRUPT when there is no such entry, or its row does not parse; failures of writing stick in txn. */
enum err entry_erase(struct txn *txn, uint64_t seq);
