/* SPDX-License-Identifier: Apache-2.0 */
/* table.h - a bare store for tests of rows and rules, without a ledger or a broker. */
#pragma once
#include "store/txn.h"

struct store *table_open(void); /* in the test's folder */
struct txn *table_begin(struct store *store); /* a write transaction, to be ended with txn_abort or txn_commit */

/* Replaces the row by one of its bytes more and one less, and puts it back as it was: calls read each time. */
void table_each_wrong_length(struct txn *txn, enum table table, struct bytes key, void (*read)(struct txn *txn));
