/* SPDX-License-Identifier: Apache-2.0 */
/* broker/piece.c - rule: a chore goes forward, from leg to leg, until it is done; see chores.h. */
#include "broker/chores.h"

enum err piece_decide(struct world *world, const struct chore *chore, bool done, struct decision *ret_decision)
{
	Pb__PieceEntry *entry = world_alloc(world, 1, sizeof(*entry));

	if (entry == NULL)
		return ERR_NOMEM;
	pb__piece_entry__init(entry);
	entry->chore = chore->kind;
	entry->since = chore->since;
	entry->agency = chore->agency;
	entry->after = chore->after;
	entry->done = done;
	return decide_entry(world, PB__ENTRY_BODY__BODY_PIECE, entry, ret_decision);
}

enum err piece_apply(struct txn *txn, const struct leaf_header *header, const Pb__PieceEntry *entry)
{
	struct chore chore = { .since = entry->since, .kind = entry->chore, .agency = entry->agency };
	enum err err = chore_get(txn, &chore);

	if (err == ERR_NOT_FOUND || (err == ERR_OK && (entry->after < chore.after || entry->since >= header->seq)))
		return ERR_CORRUPT; /* nobody asked for it, or it goes back */
	if (err != ERR_OK)
		return err;
	chore.after = entry->after;
	if (entry->after_case.len == ID_BYTES)
		memcpy(chore.after_case, entry->after_case.data, ID_BYTES);
	err = cases_hand_on_apply(txn, entry);
	if (err != ERR_OK)
		return err;
	if (entry->done)
		chore_end(txn, &chore);
	else
		chore_put(txn, &chore);
	return ERR_OK;
}
