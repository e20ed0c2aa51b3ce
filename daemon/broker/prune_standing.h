/* SPDX-License-Identifier: Apache-2.0 */
/* broker/prune_standing.h - for prune.c alone: where what a message belongs to stands.
 *
 * Its legs, its request's decision, its conference, action items, purges, a consent in force.  That is what it opened itself, as one that grew
 * out of another thread does, and what its thread_id names.  Ids are their senders' own, so that several messages may have that one: while
 * anything that one of them opened is open, so is this one's thread.  A message that belongs to nothing of the kind counts from its acceptance. */
#pragma once
#include "base/buf.h"
#include "broker/conferences.h"
#include "ledger.pb-c.h"
#include "ledger/entry.h"
#include "rules/retention.h"

/* What one batch looked up: all purges of a case are found by one walk over it, however many of its messages are looked at. */
struct prune_looks {
	struct txn *txn;
	struct buf cases;  /* ids of those walked over */
	struct buf purges; /* struct action_item */
	uint64_t walked;   /* entries of cases */
};

void prune_looks_begin(struct txn *txn, struct prune_looks *ret_looks);
void prune_looks_end(struct prune_looks *looks);

/* arena: room for what is looked at, not emptied.  ERR_CORRUPT when the entry or a row is none that this release wrote. */
enum err prune_standing(struct prune_looks *looks, const struct entry *entry, const Pb__SubmitEntry *submit, struct arena *arena,
			struct retention_thread *ret_thread);
