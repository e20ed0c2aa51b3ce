/* SPDX-License-Identifier: Apache-2.0 */
/* broker/prune_standing.h - for prune.c alone: where what a message belongs to stands.
 *
 * Its legs, its request's decision, its conference, action items, purges, a consent in force.  That is what it opened itself, as one that grew
 * out of another thread does, and what its thread_id names.  Ids are their senders' own, so that several messages may have that one: while
 * anything that one of them opened is open, so is this one's thread.  A message that belongs to nothing of the kind counts from its acceptance. */
#pragma once
#include "ledger.pb-c.h"
#include "ledger/entry.h"
#include "rules/retention.h"

/* arena: room for what is looked at, not emptied.  ERR_CORRUPT when the entry or a row is none that this release wrote. */
enum err prune_standing(struct txn *txn, const struct entry *entry, const Pb__SubmitEntry *submit, struct arena *arena,
			struct retention_thread *ret_thread);
