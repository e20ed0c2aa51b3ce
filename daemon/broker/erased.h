/* SPDX-License-Identifier: Apache-2.0 */
/* broker/erased.h - what is left of what was erased: marks, by which those who took part, and nobody else, are told so.
 *
 * A mark is a hash over what was erased and an agency that knew of it; whoever asks brings both.  So the table names neither, and an id that
 * nobody knows any more cannot be found in it.  Agency 0 is the operator. */
#pragma once
#include "broker/world.h"
#include "store/txn.h"

#define ERASED_MARK_BYTES 16u

enum erased_what {
	ERASED_CASE = 1,
	ERASED_SENT,     /* a message, by its sender */
	ERASED_RECEIVED, /* a message, by who got it, or a word in its thread */
	ERASED_ITEM,     /* a delivery, or an action item, by its number */
	ERASED_ENTRY     /* an entry, by who ordered it */
};

struct erased_mark {
	uint8_t bytes[ERASED_MARK_BYTES];
};

/* id: of a case or a message, 16 bytes; of an item or an entry be64 of its number. */
struct erased_mark erased_mark(enum erased_what what, uint32_t agency, struct bytes id);
struct erased_mark erased_mark_item(uint32_t agency, uint64_t item);
struct erased_mark erased_mark_entry(uint32_t agency, uint64_t seq);

/* What destroyed it. */
struct erasure {
	uint64_t seq;        /* the entry */
	uint32_t kept_years; /* for which it had been kept after everything in it had ended; 0: an operator erased it */
};

/* ERASED: by mark.  ERR_NOT_FOUND: nothing of that was erased, or it was not that agency's to know. */
void erased_put(struct txn *txn, struct bytes mark, const struct erasure *erasure);
enum err erased_get(struct txn *txn, const struct erased_mark *mark, struct erasure *ret_erasure);

/* A message by its id, as sent or as received; the same results. */
enum err erased_message(struct txn *txn, uint32_t agency, struct bytes message_id, struct erasure *ret_erasure);

/* How whoever knew of it is told: that it was erased, or that the years of its keeping are over.  Only operators hear by which entry. */
struct objection erased_object(const struct erasure *erasure, const char *subject);
struct objection erased_object_operator(const struct erasure *erasure, const char *subject);
static inline bool erased_objects(Pb__RefusalCode code)
{
	return code == REFUSE(ERASED) || code == REFUSE(KEEPING_OVER);
}

/* Whether an entry's body was destroyed. */
enum err erased_entry(struct txn *txn, uint64_t seq, bool *ret_erased);

/* For apply, where there is no row of that item: ERR_OK when the entry that made it was erased, so that nothing is left to do for it (an entry
 * that names several items outlives some of them, and is replayed without them); else ERR_CORRUPT. */
enum err erased_passes(struct txn *txn, uint64_t item);

/* An objection that there is no such message or case becomes that it was erased, where the signer knew it. */
enum err erased_instead(struct world *world, const struct signer *signer, struct objection *objection);

/* The same of an item by its number. */
enum err erased_item_instead(struct world *world, const struct signer *signer, uint64_t item, struct objection *objection);
