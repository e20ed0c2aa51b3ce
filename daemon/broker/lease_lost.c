/* SPDX-License-Identifier: Apache-2.0 */
/* broker/lease_lost.c - rule: the items that a dying session held go back to the head of their lanes.  The first time in a row it is
 * noted, from the second on it counts one failure for each; at attempts_max an item becomes a dead letter.  A clean end, a lease that
 * runs out and a restart are not even noted. */
#include "broker/failure.h"
#include "broker/rows.h"
#include "broker/verbs.h"

static enum err add_failed(struct world *world, uint64_t item, uint32_t agency, Pb__LeaseLostEntry *entry)
{
	Pb__FailedItem *failed;
	struct delivery delivery;
	enum err err = delivery_get(world->txn, item, &delivery);

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	if (delivery.agency != agency || !failure_may_count(&delivery))
		return ERR_OK;
	failed = world_alloc(world, 1, sizeof(*failed));
	if (failed == NULL)
		return ERR_NOMEM;
	failure_lost(world, &delivery, failed);
	entry->failed[entry->n_failed++] = failed;
	return ERR_OK;
}

enum err lease_lost_decide(struct world *world, const struct lease_lost *lost, struct decision *ret_decision)
{
	Pb__LeaseLostEntry *entry = world_alloc(world, 1, sizeof(*entry));

	if (entry == NULL)
		return ERR_NOMEM;
	pb__lease_lost_entry__init(entry);
	entry->agency = lost->agency;
	entry->session = lost->session;
	entry->failed = world_alloc(world, lost->count, sizeof(*entry->failed));
	if (entry->failed == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < lost->count; i++) {
		enum err err = add_failed(world, lost->items[i], lost->agency, entry);

		if (err != ERR_OK)
			return err;
	}
	if (entry->n_failed > 0)
		return decide_entry(world, PB__ENTRY_BODY__BODY_LEASE_LOST, entry, ret_decision);
	decide_nothing(ret_decision);
	return ERR_OK;
}

enum err lease_lost_apply(struct txn *txn, const struct leaf_header *header, const Pb__LeaseLostEntry *entry)
{
	for (size_t i = 0; i < entry->n_failed; i++) {
		enum err err = failure_apply(txn, header->seq, entry->failed[i], PB__REFUSE_REASON__REFUSE_REASON_UNSPECIFIED);

		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}
