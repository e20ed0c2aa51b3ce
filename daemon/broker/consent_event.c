/* SPDX-License-Identifier: Apache-2.0 */
/* broker/consent_event.c - what the site itself records of a consent: that it ran out, and whom it told; see consent_act.h. */
#include "broker/case_check.h"
#include "broker/consent_act.h"
#include "broker/told.h"
#include "ledger/entry.h"

static enum err event_new(struct world *world, const struct consent_row *row, Pb__ConsentEventEntry **ret_entry)
{
	Pb__ConsentEventEntry *entry = world_alloc(world, 1, sizeof(*entry));
	enum err err = entry == NULL ? ERR_NOMEM : ERR_OK;

	if (err != ERR_OK)
		return err;
	pb__consent_event_entry__init(entry);
	err = pb_keep(world->arena, bytes_of(row->consent.id.bytes, ID_BYTES), &entry->consent_id);
	if (err == ERR_OK)
		err = pb_keep(world->arena, bytes_of(row->consent.case_id.bytes, ID_BYTES), &entry->case_id);
	*ret_entry = entry;
	return err;
}

/* The consent that an entry registered. */
static enum err consent_of_entry(struct world *world, uint64_t seq, struct consent_row *ret_row)
{
	const Pb__EntryBody *body;
	struct entry entry;
	enum err err = entry_decode(world->txn, seq, world->arena, &entry, &body);

	if (err == ERR_OK && (body->body_case != PB__ENTRY_BODY__BODY_SUBMIT || body->submit->consent == NULL))
		return ERR_CORRUPT;
	if (err == ERR_OK)
		err = consent_get(world->txn, bytes_of_pb(body->submit->consent->consent_id), world->arena, ret_row);
	return err == ERR_NOT_FOUND ? ERR_CORRUPT : err; /* a timer that leads nowhere */
}

enum err consent_timer_decide(struct world *world, uint64_t seq, struct decision *ret_decision)
{
	Pb__ConsentEventEntry *entry;
	struct disclosure_fault fault;
	struct consent_row row;
	enum err err = consent_of_entry(world, seq, &row);

	if (err != ERR_OK)
		return err;
	if (consent_run_out(&row.consent, world->now_us, &fault) != ERR_OK)
		return ERR_CORRUPT; /* one that is over has no timer */
	row.consent.state = PB__CONSENT_STATE__CONSENT_STATE_RAN_OUT;
	err = event_new(world, &row, &entry);
	if (err != ERR_OK)
		return err;
	entry->consent = consent_after(world->arena, &row);
	return entry->consent == NULL ? ERR_NOMEM : decide_entry(world, PB__ENTRY_BODY__BODY_CONSENT_EVENT, entry, ret_decision);
}

enum err consent_notices_decide(struct world *world, const struct consent_row *row, Pb__Told **told, size_t count, struct decision *ret_decision)
{
	Pb__ConsentEventEntry *entry;
	enum err err = event_new(world, row, &entry);

	if (err != ERR_OK)
		return err;
	entry->told = told;
	entry->n_told = count;
	return decide_entry(world, PB__ENTRY_BODY__BODY_CONSENT_EVENT, entry, ret_decision);
}

enum err consent_event_apply(struct txn *txn, const struct leaf_header *header, const Pb__ConsentEventEntry *entry)
{
	enum err err = ERR_OK;

	if (entry->case_id.len != ID_BYTES)
		return ERR_CORRUPT;
	if (entry->consent != NULL)
		err = consent_put(txn, header, entry->consent);
	case_entry_put(txn, bytes_of_pb(entry->case_id), header->seq);
	return err != ERR_OK ? err : told_apply(txn, header, 0, entry->told, entry->n_told);
}
