/* SPDX-License-Identifier: Apache-2.0 */
/* broker/queue_act.c - rule: what the operator may do with items, each act an entry, and each whole or not at all:
 *
 *   freeze    waits            -> frozen: stays until it is thawed, and holds back what follows in its thread
 *   thaw      frozen           -> waits; so does what was quarantined
 *   requeue   a dead letter    -> waits, with no failure counted; not once it has expired
 *   expire    any that is open -> undeliverable: ended; what follows in its thread stays marked, as after a dead letter
 *
 * An item that is there already is passed over. */
#include <stdlib.h>

#include "broker/erased.h"
#include "broker/failure.h"
#include "broker/rows.h"
#include "broker/verbs.h"
#include "contract/limits.h"

static bool is_held(const struct delivery *delivery)
{
	return delivery->state == DELIVERY_FROZEN || delivery->state == DELIVERY_QUARANTINED;
}

static bool is_open(const struct delivery *delivery)
{
	return delivery->state == DELIVERY_WAITING || is_held(delivery) || delivery->state == DELIVERY_DEAD;
}

enum finding { ACT_NOW, ACT_DONE, ACT_CANNOT };

static enum finding judge(Pb__QueueAct act, const struct delivery *delivery)
{
	switch (act) {
	case PB__QUEUE_ACT__QUEUE_ACT_FREEZE:
		return delivery->state == DELIVERY_WAITING ? ACT_NOW : is_held(delivery) ? ACT_DONE : ACT_CANNOT;
	case PB__QUEUE_ACT__QUEUE_ACT_THAW:
		return is_held(delivery) ? ACT_NOW : delivery->state == DELIVERY_WAITING ? ACT_DONE : ACT_CANNOT;
	case PB__QUEUE_ACT__QUEUE_ACT_REQUEUE:
		return delivery->state == DELIVERY_DEAD ? ACT_NOW : delivery->state == DELIVERY_WAITING ? ACT_DONE : ACT_CANNOT;
	case PB__QUEUE_ACT__QUEUE_ACT_EXPIRE:
		return is_open(delivery) ? ACT_NOW : delivery->state == DELIVERY_UNDELIVERABLE ? ACT_DONE : ACT_CANNOT;
	default:
		return ACT_CANNOT;
	}
}

/* Puts the item into entry unless nothing is to be done. */
static enum err look(struct world *world, Pb__QueueAct act, uint64_t item, Pb__QueueActEntry *entry, struct objection *ret_objection)
{
	struct delivery delivery;
	enum err err = delivery_get(world->txn, item, &delivery);
	enum finding finding;

	if (err == ERR_NOT_FOUND)
		*ret_objection = OBJECT(UNKNOWN_ITEM, .value = (int64_t)item);
	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	finding = judge(act, &delivery);
	if (finding == ACT_CANNOT)
		*ret_objection = OBJECT(UNKNOWN_ITEM, .subject = "state", .value = (int64_t)item);
	else if (act == PB__QUEUE_ACT__QUEUE_ACT_REQUEUE && finding == ACT_NOW && delivery.expires_at_us != 0 &&
		 delivery.expires_at_us <= world->now_us)
		*ret_objection = OBJECT(EXPIRED, .value = (int64_t)item, .bound = delivery.expires_at_us);
	else if (finding == ACT_NOW)
		entry->items[entry->n_items++] = item;
	return ERR_OK;
}

static int compare_u64(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a;
	uint64_t right = *(const uint64_t *)b;

	return left < right ? -1 : left > right;
}

/* Looks at each item once, in the order of their numbers. */
static enum err gather(struct world *world, const Pb__AdminQueueAct *act, Pb__QueueActEntry *entry, struct objection *ret_objection)
{
	uint64_t *sorted = world_alloc(world, act->n_items, sizeof(*sorted));

	entry->items = world_alloc(world, act->n_items, sizeof(*entry->items));
	if (sorted == NULL || entry->items == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < act->n_items; i++)
		sorted[i] = act->items[i];
	qsort(sorted, act->n_items, sizeof(*sorted), compare_u64);
	for (size_t i = 0; i < act->n_items; i++) {
		enum err err;

		if (i > 0 && sorted[i - 1] == sorted[i])
			continue;
		err = look(world, act->act, sorted[i], entry, ret_objection);
		if (err != ERR_OK || ret_objection->code != 0)
			return err;
	}
	return ERR_OK;
}

static struct objection check(const Pb__AdminQueueAct *act)
{
	if (act->act == PB__QUEUE_ACT__QUEUE_ACT_UNSPECIFIED)
		return OBJECT(MALFORMED, .subject = "queue_act.act");
	if (act->n_items > QUEUE_ACT_ITEMS_MAX)
		return OBJECT(TOO_MANY, .subject = "queue_act.items", .value = (int64_t)act->n_items, .bound = QUEUE_ACT_ITEMS_MAX);
	if (strlen(act->reason) > LIMIT_SHORT_TEXT)
		return OBJECT(TOO_LARGE, .subject = "queue_act.reason", .value = (int64_t)strlen(act->reason), .bound = LIMIT_SHORT_TEXT);
	return (struct objection){ 0 };
}

enum err queue_act_decide(struct world *world, const Pb__Operator *operator, const Pb__AdminQueueAct *act, struct decision *ret_decision)
{
	Pb__QueueActEntry *entry = world_alloc(world, 1, sizeof(*entry));
	struct objection objection = check(act);
	enum err err;

	if (entry == NULL)
		return ERR_NOMEM;
	if (objection.code != 0)
		return decide_objection(world, &objection, ret_decision);
	pb__queue_act_entry__init(entry);
	entry->operator_ = (Pb__Operator *)(uintptr_t)operator;
	entry->act = act->act;
	entry->reason = act->reason;
	err = gather(world, act, entry, &objection);
	if (err != ERR_OK)
		return err;
	if (objection.code != 0)
		return decide_objection(world, &objection, ret_decision);
	if (entry->n_items > 0)
		return decide_entry(world, PB__ENTRY_BODY__BODY_QUEUE_ACT, entry, ret_decision);
	decide_nothing(ret_decision);
	return ERR_OK;
}

static enum err set_state(struct txn *txn, struct delivery *delivery, enum delivery_state state)
{
	delivery->state = state;
	delivery_put(txn, delivery);
	return ERR_OK; /* failures stick */
}

static enum err requeue(struct txn *txn, struct delivery *delivery)
{
	enum err err = openers_forget(txn, delivery->item); /* every device may try */

	delivery->attempts = 0;
	delivery->reason = 0;
	if (err == ERR_OK && delivery->expires_at_us != 0)
		timer_put(txn, &(struct timer_row){ delivery->expires_at_us, PB__TIMER_KIND__TIMER_KIND_EXPIRES, delivery->item });
	return err == ERR_OK ? set_state(txn, delivery, DELIVERY_WAITING) : err;
}

static enum err apply_one(struct txn *txn, uint64_t seq, Pb__QueueAct act, uint64_t item)
{
	struct delivery delivery;
	enum err err = delivery_get(txn, item, &delivery);

	if (err == ERR_NOT_FOUND)
		return erased_passes(txn, item);
	if (err == ERR_OK && judge(act, &delivery) != ACT_NOW)
		return ERR_CORRUPT;
	if (err != ERR_OK)
		return err;
	switch (act) {
	case PB__QUEUE_ACT__QUEUE_ACT_FREEZE:
		return set_state(txn, &delivery, DELIVERY_FROZEN);
	case PB__QUEUE_ACT__QUEUE_ACT_THAW:
		return set_state(txn, &delivery, DELIVERY_WAITING);
	case PB__QUEUE_ACT__QUEUE_ACT_REQUEUE:
		return requeue(txn, &delivery);
	default:
		return failure_end(txn, seq, item);
	}
}

enum err queue_act_apply(struct txn *txn, const struct leaf_header *header, const Pb__QueueActEntry *entry)
{
	for (size_t i = 0; i < entry->n_items; i++) {
		enum err err = apply_one(txn, header->seq, entry->act, entry->items[i]);

		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}
