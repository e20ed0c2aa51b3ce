/* SPDX-License-Identifier: Apache-2.0 */
/* front/handing.h - for handing.c alone: one item read from the store, before it is known which frame it goes into. */
#pragma once
#include "contract/submission.h"
#include "front/state.h"

/* A part to be copied into the data frame. */
struct piece {
	uint64_t seq;
	uint16_t number;
	size_t size;
	struct digest digest;
	struct bytes first; /* its first chunk, once it was found */
};

/* What one item would add.  Bytes are borrowed from the transaction. */
struct offer {
	Pb__HandoutItem *item; /* in the arena; its source is not set */
	struct submission submission; /* of the message; unused of a NOTICE, which has none and no source */
	struct piece pieces[LIMIT_PARTS];
	size_t piece_count;
	size_t control_bytes; /* at most, beside its source */
	size_t data_bytes;
};

/* ERR_NOT_FOUND when its entry was erased. */
enum err offer_read(struct txn *txn, struct arena *arena, const struct handout_item *from, struct offer *ret_offer);
