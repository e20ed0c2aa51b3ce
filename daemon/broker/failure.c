/* SPDX-License-Identifier: Apache-2.0 */
/* broker/failure.c - see failure.h for the contract. */
#include "broker/failure.h"

#include "broker/erased.h"
#include "broker/rows.h"

static bool is_alive(const struct delivery *delivery)
{
	return delivery->state == DELIVERY_WAITING || delivery->state == DELIVERY_FROZEN || delivery->state == DELIVERY_QUARANTINED;
}

bool failure_may_count(const struct delivery *delivery)
{
	return is_alive(delivery) && delivery->last_handout_seq > delivery->failed_seq;
}

static bool is_final(Pb__RefuseReason reason)
{
	return reason == PB__REFUSE_REASON__REFUSE_REASON_NOT_AUTHENTIC || reason == PB__REFUSE_REASON__REFUSE_REASON_NOT_UNDERSTOOD;
}

void failure_next(const struct world *world, const struct delivery *delivery, Pb__RefuseReason reason, Pb__FailedItem *ret_failed)
{
	pb__failed_item__init(ret_failed);
	ret_failed->item = delivery->item;
	ret_failed->attempts = delivery->attempts + 1;
	ret_failed->dead = ret_failed->attempts >= world->rules->attempts_max || is_final(reason);
}

void failure_lost(const struct world *world, const struct delivery *delivery, Pb__FailedItem *ret_failed)
{
	failure_next(world, delivery, PB__REFUSE_REASON__REFUSE_REASON_UNSPECIFIED, ret_failed);
	if (delivery->failed_seq != 0 && delivery->reason == 0)
		return;
	ret_failed->attempts = delivery->attempts;
	ret_failed->dead = false;
}

void failure_drop_timer(struct txn *txn, const struct delivery *delivery)
{
	if (delivery->expires_at_us != 0 && is_alive(delivery))
		timer_drop(txn, &(struct timer_row){ delivery->expires_at_us, PB__TIMER_KIND__TIMER_KIND_EXPIRES, delivery->item });
}

void failure_bury(struct txn *txn, struct delivery *delivery)
{
	failure_drop_timer(txn, delivery);
	delivery->state = DELIVERY_DEAD;
	delivery_put(txn, delivery);
}

enum err failure_end(struct txn *txn, uint64_t seq, uint64_t item)
{
	struct delivery delivery;
	enum err err = delivery_get(txn, item, &delivery);

	if (err == ERR_NOT_FOUND)
		return erased_passes(txn, item);
	if (err == ERR_OK && !is_alive(&delivery) && delivery.state != DELIVERY_DEAD)
		return ERR_CORRUPT;
	if (err == ERR_OK)
		err = openers_forget(txn, item);
	if (err != ERR_OK)
		return err;
	failure_drop_timer(txn, &delivery);
	delivery.ended_seq = seq;
	delivery.state = DELIVERY_UNDELIVERABLE;
	delivery_put(txn, &delivery); /* in the queue all the same: what follows in its thread is marked */
	return ERR_OK;
}

enum err failure_apply(struct txn *txn, uint64_t seq, const Pb__FailedItem *failed, Pb__RefuseReason reason)
{
	struct delivery delivery;
	enum err err = delivery_get(txn, failed->item, &delivery);

	if (err == ERR_NOT_FOUND)
		return erased_passes(txn, failed->item);
	if (err == ERR_OK && !is_alive(&delivery))
		return ERR_CORRUPT;
	if (err != ERR_OK)
		return err;
	delivery.attempts = failed->attempts;
	delivery.reason = (uint8_t)reason;
	delivery.failed_seq = seq;
	if (failed->dead)
		failure_bury(txn, &delivery);
	else
		delivery_put(txn, &delivery);
	return ERR_OK;
}
