/* SPDX-License-Identifier: Apache-2.0 */
/* broker/leg_parts.c - see leg_parts.h for the contract. */
#include "broker/leg_parts.h"

#include "broker/purge.h"

static enum err item_was_handed(struct world *world, uint64_t item, bool *ret_handed)
{
	struct delivery delivery;
	enum err err = item == 0 ? ERR_NOT_FOUND : delivery_get(world->txn, item, &delivery);

	*ret_handed = err == ERR_OK && (delivery.handouts > 0 || delivery.state == DELIVERY_ACKNOWLEDGED);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

enum err leg_was_handed(struct world *world, const struct leg *leg, bool *ret_handed)
{
	return item_was_handed(world, leg->item, ret_handed);
}

enum err leg_was_heard_of(struct world *world, const struct leg *leg, bool *ret_heard)
{
	enum err err = leg_was_handed(world, leg, ret_heard);

	return err == ERR_OK && !*ret_heard ? item_was_handed(world, leg->told, ret_heard) : err;
}

enum err leg_parts_release(struct world *world, const struct leg *leg, struct telling *telling)
{
	struct delivery delivery;
	Pb__Told *told;
	enum err err;

	if (!leg->held)
		return ERR_OK;
	err = delivery_get(world->txn, leg->item, &delivery);
	if (err == ERR_OK)
		err = told_release(world, &delivery, &told);
	if (err == ERR_OK)
		err = telling_add(telling, told);
	return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
}

static enum err recall(struct world *world, const struct request *request, const struct leg *leg, Pb__SubmitEntry *entry)
{
	struct purge_asked asked = {
		.holder = leg->acting != 0 ? leg->acting : leg->agency, /* who keeps its papers now */
		.recalled_by = request_asker(request),
		.request = request->request,
		.request_id = bytes_of(request->message_id, MESSAGE_ID_BYTES),
		.case_id = bytes_of(request->case_id, request->has_case ? CASE_ID_BYTES : 0),
		.lane = request->urgency,
	};
	bool handed;
	enum err err = leg_was_handed(world, leg, &handed);

	return err == ERR_OK && handed ? purge_ask(world, entry, &asked) : err;
}

enum err leg_parts_recall(struct world *world, const struct leg_change *change, Pb__SubmitEntry *entry)
{
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < entry->n_recipients; i++) {
		size_t at;

		err = leg_change_find(change, entry->recipients[i]->leg->leg, &at);
		if (err == ERR_OK)
			err = recall(world, &change->request, &change->legs[at], entry);
	}
	return err;
}
