/* SPDX-License-Identifier: Apache-2.0 */
/* broker/conference_after.h - conferences and action items as entries hold them, and the rows that come of it. */
#pragma once
#include "broker/conferences.h"
#include "broker/world.h"

/* In the world's arena; NULL: out of memory.  What this entry opens (number 0) gets its number when it is applied.
 *   items  those that change; borrowed */
Pb__ConferenceAfter *conference_after(struct world *world, const struct conference *conference, Pb__ActionItemAfter **items, size_t count);
Pb__ActionItemAfter *action_item_after(struct world *world, const struct action_item *item);

/* Writes rows from the entry alone.  ERR_CORRUPT when it does not fit the tables. */
enum err conference_apply(struct txn *txn, const struct leaf_header *header, const Pb__ConferenceAfter *after);
enum err action_items_apply(struct txn *txn, const struct leaf_header *header, Pb__ActionItemAfter *const *items, size_t count);

/* The case that all of them are of, borrowed; empty: of none, or of more than one. */
struct bytes action_items_case(Pb__ActionItemAfter *const *items, size_t count);
