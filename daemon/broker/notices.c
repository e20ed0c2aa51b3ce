/* SPDX-License-Identifier: Apache-2.0 */
/* broker/notices.c - see notices.h for the contract. */
#include "broker/notices.h"

#include "broker/rows_cases.h"
#include "broker/told.h"

enum err notices_defer(struct world *world, Pb__Told *told, struct bytes case_id)
{
	struct untold *untold = world_alloc(world, 1, sizeof(*untold));
	struct untold **last = &world->untold;

	if (untold == NULL)
		return ERR_NOMEM;
	untold->told = told;
	if (case_id.len > 0 && pb_keep(world->arena, case_id, &untold->case_id) != ERR_OK)
		return ERR_NOMEM;
	while (*last != NULL)
		last = &(*last)->next;
	*last = untold;
	return ERR_OK;
}

enum err notices_decide(struct world *world, struct untold **list, struct decision *ret_decision)
{
	Pb__NoticesEntry *entry = world_alloc(world, 1, sizeof(*entry));
	struct bytes case_id = bytes_of_pb((*list)->case_id);

	if (entry == NULL)
		return ERR_NOMEM;
	pb__notices_entry__init(entry);
	entry->told = world_alloc(world, TOLD_ITEMS_MAX, sizeof(*entry->told));
	if (entry->told == NULL)
		return ERR_NOMEM;
	entry->case_id = (*list)->case_id;
	for (; *list != NULL && entry->n_told < TOLD_ITEMS_MAX && bytes_equal(bytes_of_pb((*list)->case_id), case_id); *list = (*list)->next)
		entry->told[entry->n_told++] = (*list)->told;
	return decide_entry(world, PB__ENTRY_BODY__BODY_NOTICES, entry, ret_decision);
}

enum err notices_apply(struct txn *txn, const struct leaf_header *header, const Pb__NoticesEntry *entry)
{
	enum err err = told_apply(txn, header, 0, entry->told, entry->n_told);

	return err == ERR_OK ? case_note(txn, bytes_of_pb(entry->case_id), header->seq, 0) : err;
}
