/* SPDX-License-Identifier: Apache-2.0 */
/* broker/failure.h - what refusing, lost sessions and timers share: counting failures, and dead letters.
 *
 * One hand-out counts one failure at most, so that a refusal that is sent again does not count twice. */
#pragma once
#include "broker/lookup.h"
#include "broker/world.h"

/* Whether the delivery can fail now: open, not dead, handed out since its last failure. */
bool failure_may_count(const struct delivery *delivery);

/* The next failure of the delivery.  Dead at attempts_max, and at once for NOT_AUTHENTIC and NOT_UNDERSTOOD: the same bytes would
 * fail again.  Initialised in the caller's room. */
void failure_next(const struct world *world, const struct delivery *delivery, Pb__RefuseReason reason, Pb__FailedItem *ret_failed);

/* The delivery's session was lost.  The first time counts nothing: whoever worked on it for too long, or was restarted in the middle of
 * it, did not fail.  When the last that is known of it is such a loss already, or that it was requeued, it is a failure like any other,
 * so that an item that kills every program which reads it becomes a dead letter. */
void failure_lost(const struct world *world, const struct delivery *delivery, Pb__FailedItem *ret_failed);

/* Writes a failure's rows; reason 0: a lost session. */
enum err failure_apply(struct txn *txn, uint64_t seq, const Pb__FailedItem *failed, Pb__RefuseReason reason);

/* Makes an open delivery a dead letter; the row's other changes are the caller's, in delivery. */
void failure_bury(struct txn *txn, struct delivery *delivery);

/* Ends an open delivery: it is never handed out again, and what follows in its thread is marked. */
enum err failure_end(struct txn *txn, uint64_t seq, uint64_t item);

/* Removes its timer, when it has one: those that wait, are frozen or quarantined, and expire. */
void failure_drop_timer(struct txn *txn, const struct delivery *delivery);
