/* SPDX-License-Identifier: Apache-2.0 */
/* broker/leg_parts.h - what acts do to the parts of a leg's message: let go what was held back, call back what was handed out. */
#pragma once
#include "broker/leg_change.h"

#define LEGS_RECALLED_MAX (TOLD_ITEMS_MAX / 2) /* by one message: its Views, and a notice to each of who holds something */

/* Whether anything of its message ever left. */
enum err leg_was_handed(struct world *world, const struct leg *leg, bool *ret_handed);

/* Whether its agency ever heard of it: by its message, or by the site's word on it. */
enum err leg_was_heard_of(struct world *world, const struct leg *leg, bool *ret_heard);

/* Accepted: what was held back until now goes to this recipient alone. */
enum err leg_parts_release(struct world *world, const struct leg *leg, struct telling *telling);

/* Withdrawn with a purge: each of these legs' agencies that was handed something is to destroy it, and to confirm that.  The entry's
 * recipients have their legs; its told items stand. */
enum err leg_parts_recall(struct world *world, const struct leg_change *change, Pb__SubmitEntry *entry);
