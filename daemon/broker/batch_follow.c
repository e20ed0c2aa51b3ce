/* SPDX-License-Identifier: Apache-2.0 */
/* broker/batch_follow.c - memory follows the entries, as the tables do: mailbox order, registry, leases, and who must hear of it. */
#include "broker/batch.h"
#include "broker/business_time.h"
#include "broker/told.h"
#include "broker/verbs.h"

static enum err end_lease(struct batch *batch, uint64_t item)
{
	return batch_effect(batch, &(struct effect){ .type = EFFECT_END, .item = item });
}

/* A timer was put: the loop must wake for it. */
static void note_timer(struct batch *batch, int64_t due_at_us)
{
	if (due_at_us != 0 && due_at_us < batch->broker->next_timer_us)
		batch->broker->next_timer_us = due_at_us;
}

static void note_items(struct batch *batch, Pb__ActionItemAfter *const *items, size_t count)
{
	for (size_t i = 0; i < count; i++)
		note_timer(batch, items[i]->timer_at_us);
}

static void note_conference(struct batch *batch, const Pb__ConferenceAfter *conference)
{
	if (conference == NULL)
		return;
	note_timer(batch, conference->timer_at_us);
	note_items(batch, conference->items, conference->n_items);
}

static enum err follow_conference_event(struct batch *batch, const struct leaf_header *header, const Pb__ConferenceEventEntry *entry)
{
	note_conference(batch, entry->conference);
	note_items(batch, entry->items, entry->n_items);
	return told_follow(batch, header, 0, entry->told, entry->n_told);
}

static enum err follow_consent(struct batch *batch, const Pb__ConsentAfter *consent)
{
	if (consent == NULL)
		return ERR_OK;
	note_timer(batch, consent->until_us);
	return batch_consent_changed(batch, consent->consent_id);
}

static enum err follow_submit(struct batch *batch, const struct leaf_header *header, const Pb__SubmitEntry *entry)
{
	enum err err;

	for (size_t i = 0; i < entry->n_recipients; i++) {
		struct queue_row row;

		if (entry->recipients[i]->silent)
			continue;
		submit_queue_row(header, entry, i, &row);
		memory_add_row(batch->broker->mailbox, &row);
		note_timer(batch, entry->recipients[i]->expires_at_us);
	}
	note_conference(batch, entry->conference);
	note_items(batch, entry->purges, entry->n_purges);
	err = follow_consent(batch, entry->consent);
	if (err == ERR_OK)
		err = batch_follow_legs(batch, entry);
	return err == ERR_OK ? told_follow(batch, header, entry->n_recipients, entry->told, entry->n_told) : err;
}

static enum err follow_handout(struct batch *batch, const Pb__HandoutEntry *entry)
{
	enum err err = ERR_OK;

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

static enum err follow_acknowledge(struct batch *batch, const Pb__AcknowledgeEntry *entry)
{
	enum err err = ERR_OK;

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
static enum err follow_refuse(struct batch *batch, const Pb__RefuseEntry *entry)
{
	uint64_t item = entry->failed->item;

	if (entry->failed->dead)
		return bury(batch, item);
	mailbox_lease(batch->broker->mailbox, item);
	mailbox_restrict(batch->broker->mailbox, item, entry->n_openers > 0);
	return batch_effect(batch, &(struct effect){ .type = EFFECT_REST, .item = item, .number = entry->failed->attempts });
}

static enum err follow_lease_lost(struct batch *batch, const Pb__LeaseLostEntry *entry)
{
	enum err err = ERR_OK;

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

static enum err follow_timer(struct batch *batch, const Pb__TimerEntry *entry)
{
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < entry->n_items; i++)
		err = bury(batch, entry->items[i]);
	return err;
}

/* The operator ended it: its sender hears of it unless it heard already that it is dead. */
static enum err follow_expire(struct batch *batch, uint64_t item)
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

static enum err follow_queue_act(struct batch *batch, const Pb__QueueActEntry *entry)
{
	struct mailbox *mailbox = batch->broker->mailbox;
	enum err err = ERR_OK;

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
			err = follow_expire(batch, entry->items[i]);
			break;
		}
	}
	return err;
}

static void note_change(struct batch *batch, const struct leaf_header *header)
{
	batch->keys_changed = true;
	batch->version = header->seq;
}

/* Keys that are not safe any more, or gone, ask for another sealing, also those of one device: all of an agency's open what is sealed to it.
 * That the operator took the last away for good ends the agency. */
static enum err follow_legs_of(struct batch *batch, const Pb__UnbindEntry *entry)
{
	if (entry->compromised || entry->renewed)
		return batch_leg_work(batch, LEG_WORK_AGENCY_COMPROMISED, entry->agency);
	return entry->order == NULL ? batch_leg_work(batch, LEG_WORK_AGENCY_CLOSED, entry->agency) : ERR_OK;
}

enum err batch_follow(struct batch *batch, const struct leaf_header *header, const Pb__EntryBody *body)
{
	struct broker *broker = batch->broker;
	enum err err;

	switch (body->body_case) {
	case PB__ENTRY_BODY__BODY_SUBMIT:
		return follow_submit(batch, header, body->submit);
	case PB__ENTRY_BODY__BODY_CONSENT_EVENT:
		err = follow_consent(batch, body->consent_event->consent);
		return err != ERR_OK ? err : told_follow(batch, header, 0, body->consent_event->told, body->consent_event->n_told);
	case PB__ENTRY_BODY__BODY_HANDOUT:
		return follow_handout(batch, body->handout);
	case PB__ENTRY_BODY__BODY_ACKNOWLEDGE:
		return follow_acknowledge(batch, body->acknowledge);
	case PB__ENTRY_BODY__BODY_REFUSE:
		return follow_refuse(batch, body->refuse);
	case PB__ENTRY_BODY__BODY_LEASE_LOST:
		return follow_lease_lost(batch, body->lease_lost);
	case PB__ENTRY_BODY__BODY_QUEUE_ACT:
		return follow_queue_act(batch, body->queue_act);
	case PB__ENTRY_BODY__BODY_TIMER:
		return follow_timer(batch, body->timer);
	case PB__ENTRY_BODY__BODY_DIRECTORY:
		broker->next_unpolled_us = 0; /* hours may be others */
		note_change(batch, header);
		err = registry_load(broker->registry, batch->world.txn);
		batch->world.schedules = NULL; /* hours may be others now */
		for (size_t i = 0; err == ERR_OK && i < body->directory->n_closed; i++)
			err = batch_leg_work(batch, LEG_WORK_AGENCY_CLOSED, body->directory->closed[i]);
		return err;
	case PB__ENTRY_BODY__BODY_CALENDAR:
		batch->version = header->seq;
		broker->next_unpolled_us = 0;
		err = business_time_load(batch->world.txn, &broker->holidays);
		batch->world.holidays = broker->holidays;
		batch->world.schedules = NULL; /* days may be others now */
		return err == ERR_OK ? batch_leg_work(batch, LEG_WORK_CALENDAR, 0) : err;
	case PB__ENTRY_BODY__BODY_AGENCY_EVENT:
		return told_follow(batch, header, 0, body->agency_event->told, body->agency_event->n_told);
	case PB__ENTRY_BODY__BODY_STANDING:
		batch->version = header->seq;
		return ERR_OK;
	case PB__ENTRY_BODY__BODY_CLOCK:
		batch_clock_follow(batch, body->clock);
		return ERR_OK;
	case PB__ENTRY_BODY__BODY_INVITE:
		batch->keys_changed = true;
		return ERR_OK;
	case PB__ENTRY_BODY__BODY_BIND:
		note_change(batch, header);
		err = registry_refresh(broker->registry, batch->world.txn, body->bind->agency);
		return err != ERR_OK ? err : news_bound(batch, body->bind);
	case PB__ENTRY_BODY__BODY_UNBIND:
		note_change(batch, header);
		err = registry_refresh(broker->registry, batch->world.txn, body->unbind->agency);
		if (err == ERR_OK)
			err = batch_compromised(batch, header->seq, body->unbind);
		if (err == ERR_OK)
			err = follow_legs_of(batch, body->unbind);
		return err != ERR_OK ? err : news_unbound(batch, body->unbind);
	case PB__ENTRY_BODY__BODY_QUARANTINE:
		for (size_t i = 0; i < body->quarantine->n_items; i++)
			mailbox_quarantine(broker->mailbox, body->quarantine->items[i]);
		return ERR_OK;
	case PB__ENTRY_BODY__BODY_LEG_EVENT:
		return batch_follow_leg_event(batch, header, body->leg_event);
	case PB__ENTRY_BODY__BODY_REQUEST_EVENT:
		return batch_follow_request_event(batch, header, body->request_event);
	case PB__ENTRY_BODY__BODY_PURGED:
		return told_follow(batch, header, 0, body->purged->told, body->purged->n_told);
	case PB__ENTRY_BODY__BODY_CONFERENCE_EVENT:
		return follow_conference_event(batch, header, body->conference_event);
	default:
		return ERR_OK; /* genesis and access change nothing in memory */
	}
}
