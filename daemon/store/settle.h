/* SPDX-License-Identifier: Apache-2.0 */
/* store/settle.h - LMDB's commits, and how they become durable: confirm.h tells the order of things; for this room alone. */
#pragma once
#include "store/confirm.h"
#include "store/environment.h"

/* Commits a write transaction of LMDB's, which is gone then; the one before it is settled.  later: a large one may become durable after return;
 * else it is on return of ERR_OK. */
enum err settle_commit(struct txn *txn, bool later);

/* Waits until the last commit is durable; ERR_IO for ever after a sync that failed.  Whether that would not wait. */
enum err settle_wait(struct store *store);
bool settle_is_done(struct store *store);

/* The data file. */
struct confirm_data settle_data(const struct store *store);
