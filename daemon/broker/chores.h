/* SPDX-License-Identifier: Apache-2.0 */
/* broker/chores.h - what the site has to do because of one entry and does piece by piece: an agency is no more, its keys are not safe any
 * more, holidays are known.  That is a word about each of however many legs; done at once it would hold up everything else, and fill a
 * transaction without bound.
 *
 * The entry that asks for it puts a row, each PIECE says how far it has come, the last one takes the row away: so it goes on after a restart,
 * and a rebuild ends with the same rows.  Between two pieces a leg that was not seen to yet stands as it did, with its holder, its timer and
 * whatever its parties do to it meanwhile; each is judged when its turn comes, by how things stand then. */
#pragma once
#include "base/id.h"
#include "broker/world.h"

struct chore {
	uint64_t since; /* entry that asks for it */
	Pb__Chore kind;
	uint32_t agency;
	uint64_t after; /* the last leg, request, conference or action item that was seen to; HAND_OVER_CASES: how many cases were looked at, */
	uint8_t after_case[ID_BYTES]; /* the last of them this one */
};

/* Whether an operator's word asks for it. */
static inline bool chore_hands_over(Pb__Chore kind)
{
	return kind >= PB__CHORE__CHORE_HAND_OVER && kind <= PB__CHORE__CHORE_HAND_OVER_CASES;
}

/* rows_chores.c: rows of CHORES.  Failures of writing stick in txn. */
void chore_put(struct txn *txn, const struct chore *chore);
void chore_end(struct txn *txn, const struct chore *chore);
enum err chore_first(struct txn *txn, struct chore *ret_chore); /* the oldest; ERR_NOT_FOUND: nothing is left to do */
enum err chore_get(struct txn *txn, struct chore *chore);       /* after is filled in; ERR_NOT_FOUND */

/* piece.c: how far it has come. */
enum err piece_decide(struct world *world, const struct chore *chore, bool done, struct decision *ret_decision);
enum err piece_apply(struct txn *txn, const struct leaf_header *header, const Pb__PieceEntry *entry);

/* case_hand_on.c: the piece in which at most so many cases are looked at, and what it says of them.  *ret_looked: how many it was. */
enum err cases_hand_on_decide(struct world *world, const struct chore *chore, uint32_t next, size_t bound, size_t *ret_looked,
			      struct decision *ret_decision);
enum err cases_hand_on_apply(struct txn *txn, const Pb__PieceEntry *entry);
