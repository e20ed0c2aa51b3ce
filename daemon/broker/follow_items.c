/* SPDX-License-Identifier: Apache-2.0 */
/* broker/follow_items.c - the mailboxes' order and the leases follow what becomes of items: handed out, acknowledged, refused, expired. */
#include "broker/follow.h"
#include "broker/told.h"
#include "store/compact.h"

static enum err end_lease(struct batch *batch, uint64_t item)
{
	return batch_effect(batch, &(struct effect){ .type = EFFECT_END, .item = item });
}

enum err handout_follow(struct batch *batch, const struct leaf_header *header, const Pb__HandoutEntry *entry)
{
	enum err err = ERR_OK;

	(void)header;
	for (size_t i = 0; err == ERR_OK && i < entry->n_items; i++) {
		mailbox_lease(batch->broker->mailbox, entry->items[i]);
		err = batch_effect(batch, &(struct effect){ .type = EFFECT_LEASE, .item = entry->items[i], .session = entry->session });
	}
	for (size_t i = 0; err == ERR_OK && i < entry->n_ended; i++) {
		mailbox_end(batch->broker->mailbox, entry->ended[i]);
		err = end_lease(batch, entry->ended[i]);
	}
	for (size_t i = 0; err == ERR_OK && i < entry->n_kept_out; i++) { /* whose leg it was ends with it, and its sender is told */
		mailbox_end(batch->broker->mailbox, entry->kept_out[i]);
		err = end_lease(batch, entry->kept_out[i]);
		if (err == ERR_OK)
			err = batch_leg_work(batch, LEG_WORK_EXPIRED, entry->kept_out[i]);
	}
	return err;
}

enum err acknowledge_follow(struct batch *batch, const struct leaf_header *header, const Pb__AcknowledgeEntry *entry)
{
	enum err err = ERR_OK;

	(void)header;
	for (size_t i = 0; err == ERR_OK && i < entry->n_items; i++) {
		mailbox_remove(batch->broker->mailbox, entry->items[i]);
		err = end_lease(batch, entry->items[i]);
	}
	return err;
}

static enum err bury(struct batch *batch, uint64_t item)
{
	enum err err;

	mailbox_die(batch->broker->mailbox, item);
	err = end_lease(batch, item);
	if (err == ERR_OK)
		err = batch_leg_work(batch, LEG_WORK_DEAD, item);
	return err != ERR_OK ? err : news_dead(batch, item, 0);
}

/* What was refused rests before it is tried again: it stays out of its lane. */
enum err refuse_follow(struct batch *batch, const struct leaf_header *header, const Pb__RefuseEntry *entry)
{
	uint64_t item = entry->failed->item;

	(void)header;
	if (entry->failed->dead)
		return bury(batch, item);
	mailbox_lease(batch->broker->mailbox, item);
	mailbox_restrict(batch->broker->mailbox, item, entry->n_openers > 0);
	return batch_effect(batch, &(struct effect){ .type = EFFECT_REST, .item = item, .number = entry->failed->attempts });
}

enum err lease_lost_follow(struct batch *batch, const struct leaf_header *header, const Pb__LeaseLostEntry *entry)
{
	enum err err = ERR_OK;

	(void)header;
	for (size_t i = 0; err == ERR_OK && i < entry->n_failed; i++) {
		if (entry->failed[i]->dead) {
			err = bury(batch, entry->failed[i]->item);
			continue;
		}
		mailbox_return(batch->broker->mailbox, entry->failed[i]->item);
		err = end_lease(batch, entry->failed[i]->item);
	}
	return err;
}

enum err timer_follow(struct batch *batch, const struct leaf_header *header, const Pb__TimerEntry *entry)
{
	enum err err = ERR_OK;

	(void)header;
	for (size_t i = 0; err == ERR_OK && i < entry->n_items; i++)
		err = bury(batch, entry->items[i]);
	return err;
}

/* The operator ended it: its sender hears of it unless it heard already that it is dead. */
static enum err give_up(struct batch *batch, uint64_t item)
{
	struct mailbox *mailbox = batch->broker->mailbox;
	struct mailbox_item was;
	bool told = mailbox_find(mailbox, item, &was) && was.state == MAILBOX_DEAD;
	enum err err;

	mailbox_end(mailbox, item);
	err = end_lease(batch, item);
	if (err == ERR_OK)
		err = batch_leg_work(batch, LEG_WORK_EXPIRED, item);
	return err != ERR_OK || told ? err : news_dead(batch, item, 0);
}

enum err queue_act_follow(struct batch *batch, const struct leaf_header *header, const Pb__QueueActEntry *entry)
{
	struct mailbox *mailbox = batch->broker->mailbox;
	enum err err = ERR_OK;

	(void)header;
	for (size_t i = 0; err == ERR_OK && i < entry->n_items; i++) {
		switch (entry->act) {
		case PB__QUEUE_ACT__QUEUE_ACT_FREEZE:
			mailbox_freeze(mailbox, entry->items[i]);
			err = end_lease(batch, entry->items[i]);
			break;
		case PB__QUEUE_ACT__QUEUE_ACT_THAW:
			mailbox_thaw(mailbox, entry->items[i]);
			break;
		case PB__QUEUE_ACT__QUEUE_ACT_REQUEUE:
			mailbox_requeue(mailbox, entry->items[i]);
			mailbox_restrict(mailbox, entry->items[i], false);
			err = batch_leg_work(batch, LEG_WORK_REQUEUED, entry->items[i]);
			batch->broker->next_timer_us = 0; /* it may have its timer again */
			batch->broker->next_unpolled_us = 0; /* and has waited for long already */
			break;
		default:
			err = give_up(batch, entry->items[i]);
			break;
		}
	}
	return err;
}

enum err quarantine_follow(struct batch *batch, const struct leaf_header *header, const Pb__QuarantineEntry *entry)
{
	(void)header;
	for (size_t i = 0; i < entry->n_items; i++)
		mailbox_quarantine(batch->broker->mailbox, entry->items[i]);
	return ERR_OK;
}

/* Nothing of it is handed out any more; whoever has something in hand has it no longer. */
enum err erase_follow(struct batch *batch, const struct leaf_header *header, const Pb__EraseEntry *entry)
{
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < entry->n_items; i++) {
		mailbox_remove(batch->broker->mailbox, entry->items[i]);
		err = end_lease(batch, entry->items[i]);
	}
	if (entry->n_seqs > 0 && entry->kept_years == 0) /* what was kept long enough is written over in time */
		store_compact_mark(batch->world.txn); /* no result of the entry: a rebuild destroys nothing */
	batch->broker->next_timer_us = 0; /* some are gone */
	batch->erased_tell = entry->tell; /* in the batch's arena */
	batch->erased_tell_count = entry->n_tell;
	batch->erased_case = entry->case_id;
	return err == ERR_OK ? told_follow(batch, header, 0, entry->told, entry->n_told) : err;
}
