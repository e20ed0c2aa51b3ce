/* SPDX-License-Identifier: Apache-2.0 */
/* broker/conference_event.h - what time brings to conferences and action items.  Each decision moves its timer, or ends it. */
#pragma once
#include "broker/conferences.h"
#include "broker/rows.h"
#include "broker/world.h"

enum err conference_due_decide(struct world *world, const struct timer_row *timer, struct decision *ret_decision);
enum err action_item_due_decide(struct world *world, const struct timer_row *timer, struct decision *ret_decision);
enum err conference_event_apply(struct txn *txn, const struct leaf_header *header, const Pb__ConferenceEventEntry *entry);

/* conference_reckon.c: holidays are known now that were not; nothing where that changes nothing. */
enum err conference_reckon_decide(struct world *world, uint64_t number, struct decision *ret_decision);
enum err action_item_reckon_decide(struct world *world, uint64_t number, struct decision *ret_decision);
