/* SPDX-License-Identifier: Apache-2.0 */
/* front/item_view.h - what the ledger says of one waiting item: for lists of mailboxes. */
#pragma once
#include "base/arena.h"
#include "broker/lookup.h"
#include "envelope.pb-c.h"
#include "frame.pb-c.h"

/* In the arena.  A NOTICE has no View: it is the site's own. */
struct item_view {
	const Pb__View *view;         /* of the message; NULL: a NOTICE */
	const Pb__SiteNotice *notice; /* of a NOTICE; else NULL */
	int64_t accepted_at_us;       /* when it came into the mailbox */
	uint64_t size;                /* bytes of the parts that it brings in the end, of a notice its own */
};

enum err item_view(struct txn *txn, const struct delivery *delivery, struct arena *arena, struct item_view *ret_view);

/* The message that it is, or is about; of a NOTICE the one that opened its thread, which may be none. */
ProtobufCBinaryData item_message_id(const struct item_view *view);
Pb__Kind item_kind(const struct item_view *view);
const char *item_sender(const struct item_view *view, const char *site); /* the site's name: its own word */

/* "waiting", "leased", "frozen", "quarantined", "dead", "delivered", "undeliverable". */
const char *item_state_word(enum delivery_state state, bool leased);
