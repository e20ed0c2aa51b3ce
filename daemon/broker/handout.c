/* SPDX-License-Identifier: Apache-2.0 */
/* broker/handout.c - rule: items of one agency that wait are authorised to go to one session of a device in force, and the hand-out
 * is counted; only after it is durable do bytes leave.  What does not wait any more is passed over.  ON_ACCEPT parts are withheld by
 * whoever reads the parts: the submission's entry names them. */
#include "broker/rows.h"
#include "broker/verbs.h"

/* The device is in force, the agency is known. */
static bool may_receive(const struct world *world, const struct handout *handout)
{
	const struct registry_agency *agency = registry_agency(world->registry, handout->agency);

	return agency != NULL && registry_device(agency, handout->device) != NULL;
}

enum err handout_decide(struct world *world, const struct handout *handout, struct delivery *ret_deliveries,
			struct decision *ret_decision)
{
	Pb__HandoutEntry *entry = world_alloc(world, 1, sizeof(*entry));

	if (entry == NULL)
		return ERR_NOMEM;
	pb__handout_entry__init(entry);
	entry->agency = handout->agency;
	entry->device = handout->device;
	entry->session = handout->session;
	entry->items = world_alloc(world, handout->count, sizeof(*entry->items));
	if (entry->items == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; may_receive(world, handout) && i < handout->count; i++) {
		struct delivery *delivery = &ret_deliveries[entry->n_items];
		enum err err = delivery_get(world->txn, handout->items[i], delivery);

		if (err != ERR_OK)
			return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
		if (delivery->agency == handout->agency && delivery->state == DELIVERY_WAITING)
			entry->items[entry->n_items++] = delivery->item;
	}
	if (entry->n_items > 0)
		return decide_entry(world, PB__ENTRY_BODY__BODY_HANDOUT, entry, ret_decision);
	decide_nothing(ret_decision);
	return ERR_OK;
}

enum err handout_apply(struct txn *txn, const struct leaf_header *header, const Pb__HandoutEntry *entry)
{
	for (size_t i = 0; i < entry->n_items; i++) {
		struct delivery delivery;
		enum err err = delivery_get(txn, entry->items[i], &delivery);

		if (err != ERR_OK)
			return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
		delivery.handouts++;
		delivery.last_handout_seq = header->seq;
		delivery_put(txn, &delivery);
	}
	return ERR_OK;
}
