/* SPDX-License-Identifier: Apache-2.0 */
/* broker/apply.h - entries become rows: the same function live and in a rebuild (P2). */
#pragma once
#include "contract/leaf.h"
#include "ledger.pb-c.h"
#include "store/txn.h"

/* Writes what the entry means into the derived tables, from the entry alone.  Failures of writing stick in txn.
 * ERR_CORRUPT when header and body do not belong together or the entry does not fit the tables; ERR_VERSION for a type that this
 * release does not know. */
enum err apply_entry(struct txn *txn, const struct leaf_header *header, const Pb__EntryBody *body);
