/* SPDX-License-Identifier: Apache-2.0 */
/* store/snapshots.h - read transactions, kept for the next reader, and which commit they may see; for this room alone.
 *
 * LMDB shows a commit to whoever begins to read after it; nobody may see one that is not durable (confirm.h), since what a power cut takes
 * back must not be known to anyone.  So while one is hidden, readers get what was begun before it, or wait. */
#pragma once
#include "store/environment.h"

void snapshots_init(struct snapshots *snapshots);
void snapshots_free(struct snapshots *snapshots); /* no read transaction is open */

/* Any thread.  ERR_IO: what was hidden is lost. */
enum err snapshots_take(struct store *store, struct txn **ret_txn);
void snapshots_give_back(struct txn *txn); /* it looks at nothing of the journal's */
enum err snapshots_renew(struct txn *txn); /* to the newest that may be seen */

/* Around LMDB's commit until it is durable, or failed.  The writer's thread. */
void snapshots_hide(struct store *store);
void snapshots_show(struct store *store);
void snapshots_lose(struct store *store); /* it stays hidden for ever */
