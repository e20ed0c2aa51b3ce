/* SPDX-License-Identifier: Apache-2.0 */
/* broker/conference_hand_on.h - who goes on, by an operator's word, in conferences and action items of an agency that is no more (hand_over.c).
 *
 * Each decides about one; nothing where it is not that agency's, where it is over, or where the named one may not know of it.  ERR_CORRUPT or what
 * the store said otherwise. */
#pragma once
#include "broker/successor.h"

enum err conference_hand_on_decide(struct world *world, uint64_t number, uint32_t closed, const struct naming *named, struct decision *ret_decision);

/* One of a conference that the agency convened goes with that: it is decided about after it. */
enum err action_item_hand_on_decide(struct world *world, uint64_t number, uint32_t closed, const struct naming *named, struct decision *ret_decision);
