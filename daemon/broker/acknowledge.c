/* SPDX-License-Identifier: Apache-2.0 */
/* broker/acknowledge.c - rule: an agency says that items have reached it, naming each by its number and by the hash of the View that it
 * holds.  It is valid whatever the leases say, and for frozen and dead items too: what has arrived has arrived.  One order takes effect
 * whole; items acknowledged before are passed over, and if all were, the first receipt is given again.
 *
 * The first acknowledgement of a leg's message is what moves the leg to RECEIVED; nothing else of the leg changes, its clock least of all. */
#include <stdlib.h>

#include "broker/erased.h"
#include "broker/failure.h"
#include "broker/rows_legs.h"
#include "broker/verbs.h"
#include "contract/limits.h"

static int compare_u64(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a;
	uint64_t right = *(const uint64_t *)b;

	return left < right ? -1 : left > right;
}

/* Whether an item is named twice.  sorted: room for all. */
static bool names_twice(const Pb__Acknowledge *acknowledge, uint64_t *sorted)
{
	bool ascending = true;

	for (size_t i = 0; i < acknowledge->n_items; i++) {
		sorted[i] = acknowledge->items[i]->item;
		ascending = ascending && (i == 0 || sorted[i - 1] < sorted[i]);
	}
	if (ascending)
		return false;
	qsort(sorted, acknowledge->n_items, sizeof(*sorted), compare_u64);
	for (size_t i = 1; i < acknowledge->n_items; i++)
		if (sorted[i - 1] == sorted[i])
			return true;
	return false;
}

static enum err look(struct world *world, const struct signer *signer, const Pb__Acknowledge__Item *item,
		     struct delivery *ret_delivery, struct objection *ret_objection)
{
	enum err err = delivery_of(world->txn, item->item, signer->agency->number, bytes_of_pb(item->view_hash), ret_delivery);

	if (err == ERR_NOT_FOUND)
		*ret_objection = OBJECT(UNKNOWN_ITEM, .value = (int64_t)item->item);
	if (err == ERR_CONFLICT) {
		*ret_objection = OBJECT(CONFLICT, .subject = "view_hash", .value = (int64_t)item->item);
		return ERR_OK;
	}
	return err == ERR_NOT_FOUND ? erased_item_instead(world, signer, item->item, ret_objection) : err;
}

/* The leg whose message has now reached its recipient: once, whatever was said of it meanwhile. */
static enum err note_received(struct world *world, uint64_t item, Pb__AcknowledgeEntry *entry)
{
	struct leg leg;
	enum err err = leg_of_item(world->txn, item, &leg);

	if (err == ERR_OK && leg.item == item && leg.state == PB__LEG_STATE__LEG_STATE_SUBMITTED)
		entry->received[entry->n_received++] = leg.leg;
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

/* Puts the items that are acknowledged first into entry, without those that were erased meanwhile, unless nothing else is named; ret_seq: the entry that acknowledged one that was before, if any. */
static enum err gather(struct world *world, const struct signer *signer, const Pb__Acknowledge *acknowledge,
		       Pb__AcknowledgeEntry *entry, uint64_t *ret_seq, struct objection *ret_objection)
{
	struct objection erased = { 0 };

	for (size_t i = 0; i < acknowledge->n_items; i++) {
		struct delivery delivery;
		enum err err = look(world, signer, acknowledge->items[i], &delivery, ret_objection);

		if (err == ERR_OK && erased_objects(ret_objection->code) && acknowledge->n_items > 1) {
			erased = *ret_objection;
			*ret_objection = (struct objection){ 0 };
			continue;
		}
		if (err != ERR_OK || ret_objection->code != 0)
			return err;
		if (delivery.state == DELIVERY_ACKNOWLEDGED)
			*ret_seq = delivery.ended_seq;
		else
			entry->items[entry->n_items++] = delivery.item;
		if (delivery.state != DELIVERY_ACKNOWLEDGED && delivery.what == PB__ITEM_WHAT__ITEM_WHAT_MESSAGE)
			err = note_received(world, delivery.item, entry);
		if (err != ERR_OK)
			return err;
	}
	if (entry->n_items == 0 && *ret_seq == 0)
		*ret_objection = erased;
	return ERR_OK;
}

enum err acknowledge_decide(struct world *world, const struct signer *signer, const Pb__Acknowledge *acknowledge,
			    struct decision *ret_decision)
{
	Pb__AcknowledgeEntry *entry = world_room(world, 1, sizeof(*entry));
	struct objection objection = { 0 };
	uint64_t seq = 0;
	enum err err;

	if (entry == NULL)
		return ERR_NOMEM;
	if (acknowledge->n_items == 0)
		return decide_refusal(world, REFUSE(MALFORMED), "acknowledge.items", 0, 1, ret_decision);
	if (acknowledge->n_items > LIMIT_ACKNOWLEDGED)
		return decide_refusal(world, REFUSE(TOO_MANY), "acknowledge.items", (int64_t)acknowledge->n_items, LIMIT_ACKNOWLEDGED,
				      ret_decision);
	pb__acknowledge_entry__init(entry);
	entry->items = world_room(world, acknowledge->n_items, sizeof(*entry->items));
	entry->received = world_room(world, acknowledge->n_items, sizeof(*entry->received));
	if (entry->items == NULL || entry->received == NULL)
		return ERR_NOMEM;
	if (names_twice(acknowledge, entry->items))
		return decide_refusal(world, REFUSE(MALFORMED), "acknowledge.items", 0, 0, ret_decision);
	err = gather(world, signer, acknowledge, entry, &seq, &objection);
	if (err != ERR_OK)
		return err;
	if (objection.code != 0)
		return decide_objection(world, &objection, ret_decision);
	if (entry->n_items == 0) {
		decide_duplicate(seq, ret_decision);
		return ERR_OK;
	}
	entry->order = world_signed_order(world, signer);
	return entry->order == NULL ? ERR_NOMEM : decide_entry(world, PB__ENTRY_BODY__BODY_ACKNOWLEDGE, entry, ret_decision);
}

static enum err receive(struct txn *txn, const struct leaf_header *header, uint64_t number)
{
	struct leg_row row;
	enum err err = leg_row_get(txn, number, &row);

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? erased_passes(txn, number) : err;
	row.leg->state = PB__LEG_STATE__LEG_STATE_RECEIVED;
	row.leg->holder = PB__PARTY__PARTY_RECIPIENT; /* a dead letter that arrived all the same is its turn again */
	row.leg->since_us = header->time_us;
	leg_row_put(txn, &row);
	return ERR_OK;
}

static enum err apply_one(struct txn *txn, uint64_t seq, uint64_t item)
{
	struct delivery delivery;
	enum err err = delivery_get(txn, item, &delivery);

	if (err == ERR_NOT_FOUND)
		return erased_passes(txn, item);
	if (err == ERR_OK && delivery.state == DELIVERY_ACKNOWLEDGED)
		return ERR_CORRUPT;
	if (err != ERR_OK)
		return err;
	failure_drop_timer(txn, &delivery);
	if (delivery.failed_seq != 0)
		err = openers_forget(txn, delivery.item);
	if (err == ERR_OK)
		delivery_acknowledge(txn, &delivery, seq);
	return err;
}

enum err acknowledge_apply(struct txn *txn, const struct leaf_header *header, const Pb__AcknowledgeEntry *entry)
{
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < entry->n_items; i++)
		err = apply_one(txn, header->seq, entry->items[i]);
	for (size_t i = 0; err == ERR_OK && i < entry->n_received; i++)
		err = receive(txn, header, entry->received[i]);
	return err;
}
