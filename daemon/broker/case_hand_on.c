/* SPDX-License-Identifier: Apache-2.0 */
/* broker/case_hand_on.c - rule: a case's owner alone protects it, says who is kept out of it, and sees its whole report; where the owner is no more, that
 * would be left to nobody, though others work on in the case or the person comes back.  So whom an operator names in its place (hand_over.c) owns its cases
 * from then on, whether anything in them is open or not.  Who is kept out of a case does not come to own it, nor does anybody but its proxy where a confidential
 * agency is on it.
 *
 * Cases lie in the order of their ids: a piece looks at so many of them, whoever owns them, and says how far it has come. */
#include "broker/chores.h"
#include "broker/rows_cases.h"
#include "broker/successor.h"

struct handing_cases {
	struct world *world;
	const struct chore *chore;
	uint32_t next;
	size_t bound, looked;
	Pb__PieceEntry *entry;
};

static enum err judge(const struct handing_cases *handing, struct bytes case_id, const struct case_row *row, bool *ret_may)
{
	uint32_t *members = world_alloc(handing->world, row->member_count, sizeof(*members));

	if (members == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < row->member_count; i++)
		members[i] = case_member(row, i);
	return may_go_on(handing->world, &(struct going_on){ case_id, members, row->member_count }, handing->next, ret_may);
}

/* ERR_BUSY: there are more. */
static enum err look_at(void *context, struct bytes case_id, const struct case_row *row)
{
	struct handing_cases *handing = context;
	Pb__PieceEntry *entry = handing->entry;
	bool may = false;
	enum err err = ERR_OK;

	if (handing->looked == handing->bound)
		return ERR_BUSY;
	handing->looked++;
	if (case_owner(row) == handing->chore->agency)
		err = judge(handing, case_id, row, &may);
	if (err == ERR_OK)
		err = pb_keep(handing->world->arena, case_id, &entry->after_case);
	if (err == ERR_OK && may)
		entry->cases[entry->n_cases++] = entry->after_case;
	return err;
}

enum err cases_hand_on_decide(struct world *world, const struct chore *chore, uint32_t next, size_t bound, size_t *ret_looked,
			      struct decision *ret_decision)
{
	struct handing_cases handing = { .world = world, .chore = chore, .next = next, .bound = bound };
	struct bytes after = bytes_of(chore->after_case, chore->after == 0 ? 0 : ID_BYTES);
	enum err err = piece_decide(world, chore, false, ret_decision);

	if (err != ERR_OK)
		return err;
	handing.entry = ret_decision->body->piece;
	handing.entry->cases = world_alloc(world, bound, sizeof(*handing.entry->cases));
	if (handing.entry->cases == NULL)
		return ERR_NOMEM;
	handing.entry->owner = next;
	err = cases_each(world->txn, after, look_at, &handing);
	handing.entry->done = err == ERR_OK;
	handing.entry->after += handing.looked;
	*ret_looked = handing.looked;
	return err == ERR_BUSY ? ERR_OK : err;
}

enum err cases_hand_on_apply(struct txn *txn, const Pb__PieceEntry *entry)
{
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < entry->n_cases; i++) {
		err = entry->cases[i].len == ID_BYTES ? case_own(txn, bytes_of_pb(entry->cases[i]), entry->owner) : ERR_CORRUPT;
		if (err == ERR_NOT_FOUND) /* it was erased since, and a replay no longer knows of it */
			err = ERR_OK;
	}
	return err;
}
