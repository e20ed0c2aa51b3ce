/* SPDX-License-Identifier: Apache-2.0 */
/* broker/retire.h - what the ledger says of a case, or of a thread without one, is destroyed when it was kept for as many years as it is to be
 * (rules/retention.h); staff accesses, each when it was.
 *
 * No case has a timer for it: messages lie in the order of their ids, which are times, so that a walk from the oldest on finds whatever is due.
 * A case is looked at with the message that opened it, a thread likewise; most are told to be young by one look at what they noted last. */
#pragma once
#include "broker/erasing.h"
#include "broker/world.h"

#define RETIRE_KEY_BYTES (16 + 4)

/* Where the walk goes on; zero: at its beginning. */
struct retire_at {
	uint8_t message[RETIRE_KEY_BYTES]; /* key of MESSAGES */
	bool messages_done;
	uint64_t access; /* entry */
};

/* At most so many are looked at, and one case or thread destroyed.  *ret_more: there may be more from there on.  ret_erasing is to be ended also
 * on failure (erasing.h); while it says so there are further pieces. */
enum err retire_decide(struct world *world, struct retire_at *at, bool *ret_more, struct erasing *ret_erasing, struct decision *ret_decision);
