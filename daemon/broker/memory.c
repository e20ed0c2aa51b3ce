/* SPDX-License-Identifier: Apache-2.0 */
/* broker/memory.c - what memory holds, out of the tables at start and after a batch that failed, and what a commit changes in it. */
#include "broker/batch.h"
#include "broker/business_time.h"
#include "broker/rows.h"

static enum mailbox_state state_of_row(uint8_t state)
{
	switch (state) {
	case DELIVERY_FROZEN:
		return MAILBOX_FROZEN;
	case DELIVERY_QUARANTINED:
		return MAILBOX_QUARANTINED;
	case DELIVERY_DEAD:
		return MAILBOX_DEAD;
	case DELIVERY_UNDELIVERABLE:
		return MAILBOX_GAP;
	default:
		return MAILBOX_WAITING;
	}
}

void memory_add_row(struct mailbox *mailbox, const struct queue_row *row)
{
	mailbox_add(mailbox, &(struct mailbox_item){
				     .item = row->item,
				     .thread = row->thread,
				     .agency = row->agency,
				     .sender = row->sender,
				     .part_bytes = row->part_bytes,
				     .statement_bytes = row->statement_bytes,
				     .lane = row->lane,
				     .state = state_of_row(row->state),
				     .accepted_at_us = row->accepted_at_us,
			     });
}

static enum err load_mailbox(struct mailbox *mailbox, struct txn *txn)
{
	struct bytes key, value;
	struct cursor *cursor;
	enum err err = cursor_open(txn, TABLE_QUEUE, &cursor);

	if (err != ERR_OK)
		return err;
	for (err = cursor_first(cursor, &key, &value); err == ERR_OK; err = cursor_next(cursor, &key, &value)) {
		struct queue_row row;

		err = queue_row_decode(key, value, &row);
		if (err != ERR_OK)
			break;
		memory_add_row(mailbox, &row);
		err = mailbox_error(mailbox);
		if (err != ERR_OK)
			break;
	}
	cursor_close(cursor);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static void restrict_again(void *context, uint64_t item)
{
	mailbox_restrict(context, item, true);
}

static void lease_again(void *context, uint64_t item)
{
	mailbox_lease(context, item);
}

enum err memory_load(struct broker *broker, struct txn *txn)
{
	enum err err = registry_load(broker->registry, txn);

	if (err == ERR_OK)
		err = business_time_load(txn, &broker->holidays);
	if (err == ERR_OK)
		err = batch_clock_load(broker, txn);
	if (err != ERR_OK)
		return err;
	broker->batch.world.holidays = broker->holidays;
	mailbox_clear(broker->mailbox);
	err = load_mailbox(broker->mailbox, txn);
	if (err == ERR_OK)
		err = openers_each(txn, restrict_again, broker->mailbox);
	if (err != ERR_OK)
		return err;
	leases_each(broker->leases, lease_again, broker->mailbox);
	broker->next_timer_us = 0; /* to be looked up by the next batch */
	broker->next_unpolled_us = 0;
	broker->chores = true; /* likewise */
	return mailbox_error(broker->mailbox);
}

/* ---- effects ---- */

/* One item less in the hands of whoever held it. */
static void let_go(struct broker *broker, uint64_t item)
{
	struct session *session = sessions_find(broker->sessions, leases_session(broker->leases, item));

	if (session == NULL)
		return;
	if (session->held-- == SESSION_HELD_MAX)
		mailbox_stir(broker->mailbox, session->agency); /* there is room for another again */
}

/* An item that cannot be remembered as handed out stands in its lane again: it may come twice, it is never stuck. */
static void or_return(struct broker *broker, uint64_t item, enum err err)
{
	if (err != ERR_OK)
		mailbox_return(broker->mailbox, item);
}

static void apply_lease(struct batch *batch, const struct effect *effect)
{
	struct broker *broker = batch->broker;
	struct session *session = sessions_find(broker->sessions, effect->session);

	if (session != NULL)
		session->held++;
	or_return(broker, effect->item, leases_add(broker->leases, effect->item, effect->session, batch->clocks.mono_us));
}

static void apply_rest(struct batch *batch, const struct effect *effect)
{
	struct broker *broker = batch->broker;

	or_return(broker, effect->item,
		  leases_rest(broker->leases, effect->item, (uint32_t)effect->number, batch->clocks.mono_us));
}

static void apply_credit(struct broker *broker, const struct effect *effect)
{
	struct session *session = sessions_find(broker->sessions, effect->session);

	if (session == NULL)
		return;
	session->used_items += effect->item;
	session->used_bytes += effect->number;
}

static void apply_effect(struct batch *batch, const struct effect *effect)
{
	struct broker *broker = batch->broker;

	switch (effect->type) {
	case EFFECT_LEASE:
		let_go(broker, effect->item);
		apply_lease(batch, effect);
		break;
	case EFFECT_END:
		let_go(broker, effect->item);
		leases_end(broker->leases, effect->item);
		break;
	case EFFECT_REST:
		let_go(broker, effect->item);
		apply_rest(batch, effect);
		break;
	case EFFECT_CREDIT:
		apply_credit(broker, effect);
		break;
	case EFFECT_CLOSE:
		sessions_close(broker->sessions, effect->session);
		break;
	}
}

void memory_apply_effects(struct batch *batch)
{
	for (size_t i = 0; i < batch->effects.count; i++)
		apply_effect(batch, &batch->effects.items[i]);
}
