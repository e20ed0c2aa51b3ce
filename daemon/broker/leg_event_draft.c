/* SPDX-License-Identifier: Apache-2.0 */
/* broker/leg_event_draft.c - how entries about one leg are put together, and what they leave; see leg_event_draft.h. */
#include "broker/leg_event_draft.h"

#include "broker/requests.h"
#include "broker/rows_cases.h"
#include "broker/rows_legs.h"
#include "broker/thread_entries.h"

#define A(name) PB__LEG_ACTION__LEG_ACTION_##name

enum err leg_event_begin(struct world *world, uint64_t number, struct leg_event *event)
{
	struct leg leg;
	enum err err = leg_get(world->txn, number, &leg);

	memset(event, 0, sizeof(*event));
	event->world = world;
	if (err == ERR_OK)
		err = leg_change_read(world, leg.request, &event->change);
	if (err == ERR_OK)
		err = leg_change_find(&event->change, number, &event->at);
	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	event->leg = &event->change.legs[event->at];
	telling_begin(world, &event->change.request, 0, &event->telling);
	return ERR_OK;
}

enum err leg_event_act(struct leg_event *event, Pb__LegAction action, Pb__Party by, uint32_t given, Pb__Reason reason)
{
	struct leg_act act = { .action = action, .by = by, .given = given, .reason = reason };
	struct transition_refusal refused;

	return leg_change_act(event->world, &event->change, event->at, &act, LEG_NO_DAY, &event->after, &refused);
}

enum err leg_event_or_nothing(enum err err, struct decision *ret_decision)
{
	if (err != ERR_REFUSED)
		return err;
	decide_nothing(ret_decision);
	return ERR_OK;
}

enum err leg_event_end(struct leg_event *event, struct decision *ret_decision)
{
	Pb__LegEventEntry *entry = world_alloc(event->world, 1, sizeof(*entry));
	enum err err;

	if (entry == NULL)
		return ERR_NOMEM;
	pb__leg_event_entry__init(entry);
	err = leg_change_settle(event->world, &event->change, &event->telling, &entry->request);
	if (err == ERR_OK)
		err = telling_list(&event->telling, &entry->told, &entry->n_told);
	if (err == ERR_OK && event->change.request.has_case)
		err = pb_keep(event->world->arena, bytes_of(event->change.request.case_id, CASE_ID_BYTES), &entry->case_id);
	if (err != ERR_OK)
		return err;
	entry->leg = event->after;
	entry->agency = event->agency;
	entry->opened_by = event->opened_by;
	entry->blocked = event->blocked;
	entry->n_blocked = event->blocked_count;
	entry->handed_over = event->handed_over;
	return decide_entry(event->world, PB__ENTRY_BODY__BODY_LEG_EVENT, entry, ret_decision);
}

/* ---- apply ---- */

static enum err apply_open(struct txn *txn, const struct leaf_header *header, const Pb__LegEventEntry *entry)
{
	uint64_t task = told_item_of(header, 0, entry->told, entry->n_told, PB__ITEM_WHAT__ITEM_WHAT_SEAL_TASK);
	struct leg redirected, leg;
	enum err err = leg_get(txn, entry->opened_by, &redirected);

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	leg = (struct leg){
		.leg = item_number(header->seq, 0),
		.request = redirected.request,
		.told = task,
		.opened_by = redirected.leg,
		.agency = entry->agency,
		.sender = redirected.sender,
		.urgency = redirected.urgency,
	};
	leg_apply_opened(txn, header, entry->leg, &leg);
	leg_append(txn, &leg);
	return ERR_OK;
}

enum err leg_event_apply(struct txn *txn, const struct leaf_header *header, const Pb__LegEventEntry *entry)
{
	enum err err;

	if (entry->leg == NULL)
		return ERR_CORRUPT;
	err = told_apply(txn, header, 0, entry->told, entry->n_told);
	if (err != ERR_OK)
		return err;
	if (entry->leg->action == A(OPEN))
		err = apply_open(txn, header, entry);
	else
		err = leg_apply(txn, header, entry->leg, told_item_of(header, 0, entry->told, entry->n_told, PB__ITEM_WHAT__ITEM_WHAT_SEAL_TASK));
	if (err == ERR_OK)
		err = case_note(txn, bytes_of_pb(entry->case_id), header->seq,
				entry->leg->acting != 0 ? entry->leg->acting : entry->agency);
	if (err == ERR_OK)
		err = thread_note_leg(txn, header, entry);
	return err == ERR_OK ? request_apply(txn, header, entry->request) : err;
}
