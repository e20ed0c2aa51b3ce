/* SPDX-License-Identifier: Apache-2.0 */
/* broker/notices.h - an entry puts TOLD_ITEMS_MAX items into mailboxes and no more; what it had to tell beyond that stands in entries of
 * their own, in the same transaction, so that nothing that is owed to an agency is dropped. */
#pragma once
#include "broker/world.h"

/* The entry that is being decided has no room for it: it follows once that entry is recorded, and is forgotten when it is refused.
 * told and what case_id points to live as long as the world's arena.  ERR_NOMEM. */
enum err notices_defer(struct world *world, Pb__Told *told, struct bytes case_id);

/* The first of the list, as many of one case as an entry holds; *list goes on behind them.  Not for an empty list. */
enum err notices_decide(struct world *world, struct untold **list, struct decision *ret_decision);
enum err notices_apply(struct txn *txn, const struct leaf_header *header, const Pb__NoticesEntry *entry);
