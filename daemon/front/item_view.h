/* SPDX-License-Identifier: Apache-2.0 */
/* front/item_view.h - what the submission says of one waiting item: for lists of mailboxes. */
#pragma once
#include "base/arena.h"
#include "broker/lookup.h"
#include "envelope.pb-c.h"

struct item_view {
	const Pb__View *view; /* in the arena */
	int64_t accepted_at_us;
	uint64_t size;        /* bytes of its parts */
};

enum err item_view(struct txn *txn, const struct delivery *delivery, struct arena *arena, struct item_view *ret_view);

/* "waiting", "leased", "frozen", "quarantined", "dead", "delivered", "undeliverable". */
const char *item_state_word(enum delivery_state state, bool leased);
