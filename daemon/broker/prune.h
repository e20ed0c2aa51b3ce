/* SPDX-License-Identifier: Apache-2.0 */
/* broker/prune.h - parts that were kept as long as they are to be are destroyed (rules/retention.h); what the ledger says of them stays.
 *
 * No message has a timer for it: stored parts lie in the order of their entries, so that a walk from the oldest on finds whatever is due, and
 * what it passes over is of threads that are open, which are few.  So nothing is to be kept per message, or to be moved with every word. */
#pragma once
#include "broker/world.h"
#include "ledger.pb-c.h"

/* At most so many messages are looked at from entry *at on; *at: where to go on.  *ret_more: there may be older parts from there on. */
enum err prune_decide(struct world *world, uint64_t *at, bool *ret_more, struct decision *ret_decision);
enum err prune_apply(struct txn *txn, const struct leaf_header *header, const Pb__PruneEntry *entry);
