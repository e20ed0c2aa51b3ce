/* SPDX-License-Identifier: Apache-2.0 */
/* broker/follow_threads.c - mailboxes and timers follow messages and what the site says in their threads; what an acceptance, a redirect
 * or a changed consent leads to is put on the batch's lists. */
#include "broker/follow.h"
#include "broker/told.h"

/* A timer was put: the loop must wake for it. */
static void note_timer(struct batch *batch, int64_t due_at_us)
{
	if (due_at_us != 0 && due_at_us < batch->broker->next_timer_us)
		batch->broker->next_timer_us = due_at_us;
}

/* ---- legs and requests ---- */

static enum err follow_leg(struct batch *batch, const Pb__LegAfter *after)
{
	enum err err = ERR_OK;

	if (after == NULL)
		return ERR_OK;
	note_timer(batch, after->timer_at_us);
	for (size_t i = 0; err == ERR_OK && i < after->n_ends; i++) {
		mailbox_end(batch->broker->mailbox, after->ends[i]);
		err = batch_effect(batch, &(struct effect){ .type = EFFECT_END, .item = after->ends[i] });
	}
	if (err == ERR_OK && after->action == PB__LEG_ACTION__LEG_ACTION_ACCEPT)
		err = batch_leg_work(batch, LEG_WORK_TAKEN, after->leg);
	if (err == ERR_OK && after->action == PB__LEG_ACTION__LEG_ACTION_REDIRECT)
		err = batch_leg_work(batch, LEG_WORK_REDIRECTED, after->leg);
	return err;
}

static void note_request(struct batch *batch, const Pb__RequestAfter *after)
{
	if (after != NULL)
		note_timer(batch, after->timer_at_us);
}

enum err leg_event_follow(struct batch *batch, const struct leaf_header *header, const Pb__LegEventEntry *entry)
{
	enum err err = follow_leg(batch, entry->leg);

	note_request(batch, entry->request);
	return err == ERR_OK ? told_follow(batch, header, 0, entry->told, entry->n_told) : err;
}

enum err request_event_follow(struct batch *batch, const struct leaf_header *header, const Pb__RequestEventEntry *entry)
{
	note_request(batch, entry->request);
	return told_follow(batch, header, 0, entry->told, entry->n_told);
}

/* Who is kept out of a case from here on loses its legs there, after all that came in. */
enum err case_mark_follow(struct batch *batch, const struct leaf_header *header, const Pb__MarkCaseEntry *entry)
{
	return entry->protected_ && entry->n_kept_out > 0 ? batch_leg_work(batch, LEG_WORK_CASE_MARKED, header->seq) : ERR_OK;
}

/* ---- conferences and action items ---- */

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

enum err conference_event_follow(struct batch *batch, const struct leaf_header *header, const Pb__ConferenceEventEntry *entry)
{
	note_conference(batch, entry->conference);
	note_items(batch, entry->items, entry->n_items);
	return told_follow(batch, header, 0, entry->told, entry->n_told);
}

enum err purged_follow(struct batch *batch, const struct leaf_header *header, const Pb__PurgedEntry *entry)
{
	return told_follow(batch, header, 0, entry->told, entry->n_told);
}

/* ---- consents, mailboxes that nobody looks into ---- */

static enum err follow_consent(struct batch *batch, const Pb__ConsentAfter *consent)
{
	if (consent == NULL)
		return ERR_OK;
	note_timer(batch, consent->until_us);
	return batch_consent_changed(batch, consent->consent_id);
}

enum err consent_event_follow(struct batch *batch, const struct leaf_header *header, const Pb__ConsentEventEntry *entry)
{
	enum err err = follow_consent(batch, entry->consent);

	return err == ERR_OK ? told_follow(batch, header, 0, entry->told, entry->n_told) : err;
}

enum err notices_follow(struct batch *batch, const struct leaf_header *header, const Pb__NoticesEntry *entry)
{
	return told_follow(batch, header, 0, entry->told, entry->n_told);
}

enum err agency_event_follow(struct batch *batch, const struct leaf_header *header, const Pb__AgencyEventEntry *entry)
{
	return told_follow(batch, header, 0, entry->told, entry->n_told);
}

/* ---- messages ---- */

static void follow_view(struct batch *batch, const struct leaf_header *header, const Pb__SubmitEntry *entry, size_t index)
{
	struct queue_row row;

	if (entry->recipients[index]->silent)
		return;
	submit_queue_row(header, entry, index, &row);
	memory_add_row(batch->broker->mailbox, &row);
	note_timer(batch, entry->recipients[index]->expires_at_us);
}

enum err submit_follow(struct batch *batch, const struct leaf_header *header, const Pb__SubmitEntry *entry)
{
	enum err err;

	for (size_t i = 0; i < entry->n_recipients; i++)
		follow_view(batch, header, entry, i);
	note_conference(batch, entry->conference);
	note_items(batch, entry->purges, entry->n_purges);
	note_request(batch, entry->request);
	err = follow_consent(batch, entry->consent);
	for (size_t i = 0; err == ERR_OK && i < entry->n_recipients; i++)
		err = follow_leg(batch, entry->recipients[i]->leg);
	return err == ERR_OK ? told_follow(batch, header, entry->n_recipients, entry->told, entry->n_told) : err;
}
