/* SPDX-License-Identifier: Apache-2.0 */
/* front/handing.h - for handing.c alone: one item read from the store, before it is known which frame it goes into. */
#pragma once
#include "contract/submission.h"
#include "front/state.h"
#include "ledger/entry.h"
#include "store/parts.h"

/* What one item would add.  Bytes are borrowed from the transaction. */
struct offer {
	Pb__HandoutItem *item; /* in the arena; its source is not set */
	struct submission submission; /* of the message; unused of a NOTICE, which has none and no source */
	struct part_found pieces[LIMIT_PARTS]; /* its parts; none is found yet */
	size_t piece_count;
	size_t control_bytes; /* at most, beside its source */
	size_t data_bytes;
};

/* The entry that says what an item brings. */
uint64_t offer_seq(const struct handout_item *from);

/* entry: that of offer_seq, as entry_read gives it.  ERR_NOT_FOUND when it was erased. */
enum err offer_read(struct txn *txn, struct arena *arena, const struct handout_item *from, const struct entry *entry, struct offer *ret_offer);
