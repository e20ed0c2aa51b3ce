/* SPDX-License-Identifier: Apache-2.0 */
/* broker/batch_consents.c - what follows once a consent was narrowed, withdrawn, or ran out, in the same transaction and before anything
 * is handed out: legs that rest on it lose what they had not been given; who holds what it no longer covers, and whose turn an open leg
 * is, is told. */
#include "broker/basis_check.h"
#include "broker/batch.h"
#include "broker/consent_act.h"
#include "broker/leg_event.h"
#include "broker/told.h"

#define LOOKED_AT 1024u /* items taken in at a time */

struct following {
	struct batch *batch;
	struct consent_row row;
	Pb__Reason reason;
	struct condition items[LOOKED_AT];
	size_t count;
	uint32_t told_agencies[LIMIT_RECIPIENTS];
	Pb__Told *told[TOLD_ITEMS_MAX];
	size_t told_count;
};

enum err batch_consent_changed(struct batch *batch, ProtobufCBinaryData id)
{
	struct consent_change *change = world_alloc(&batch->world, 1, sizeof(*change));

	if (change == NULL || id.len != ID_BYTES)
		return change == NULL ? ERR_NOMEM : ERR_CORRUPT;
	memcpy(change->consent.bytes, id.data, ID_BYTES);
	change->next = batch->consents_changed;
	batch->consents_changed = change;
	return ERR_OK;
}

/* ---- notices ---- */

static enum err flush(struct following *following)
{
	struct world *world = &following->batch->world;
	struct decision decision;
	struct outcome outcome;
	Pb__Told **told;
	enum err err;

	if (following->told_count == 0)
		return ERR_OK;
	told = arena_copy(world->arena, bytes_of(following->told, following->told_count * sizeof(*told)));
	if (told == NULL)
		return ERR_NOMEM;
	err = consent_notices_decide(world, &following->row, told, following->told_count, &decision);
	following->told_count = 0;
	return err == ERR_OK ? batch_settle(following->batch, &decision, &outcome) : err;
}

static Pb__NoticeWhat what_happened(const struct following *following)
{
	if (following->row.consent.state == PB__CONSENT_STATE__CONSENT_STATE_RAN_OUT)
		return PB__NOTICE_WHAT__NOTICE_WHAT_CONSENT_RAN_OUT;
	return PB__NOTICE_WHAT__NOTICE_WHAT_CONSENT_CHANGED;
}

/* Once an agency; those told before this entry may hear of it twice where there are very many. */
static enum err tell(struct following *following, uint32_t agency)
{
	struct world *world = &following->batch->world;
	Pb__SiteNotice notice = PB__SITE_NOTICE__INIT;
	const uint8_t *id = following->row.consent.id.bytes;
	enum err err;

	for (size_t i = 0; i < following->told_count; i++)
		if (following->told_agencies[i] == agency)
			return ERR_OK;
	notice.what = what_happened(following);
	notice.at_us = world->now_us;
	notice.kind = PB__KIND__KIND_CONSENT;
	notice.thread_id = pb_of_bytes(bytes_of(id, ID_BYTES));
	notice.case_id = pb_of_bytes(bytes_of(following->row.consent.case_id.bytes, ID_BYTES));
	notice.reason = following->reason;
	notice.urgency = PB__URGENCY__URGENCY_URGENT;
	err = told_notice(world, agency, PB__URGENCY__URGENCY_URGENT, told_thread(bytes_of(id, ID_BYTES)), &notice,
			  &following->told[following->told_count]);
	if (err != ERR_OK)
		return err;
	following->told_agencies[following->told_count++] = agency;
	return following->told_count == TOLD_ITEMS_MAX ? flush(following) : ERR_OK;
}

/* ---- legs ---- */

/* Parts that wait and shall wait for ever. */
static uint8_t lost_parts(const struct condition *condition, uint8_t uncovered)
{
	uint8_t all = (uint8_t)((1u << condition->part_count) - 1);

	return (uint8_t)(all & uncovered & ~condition->handed & ~condition->blocked);
}

static enum err block_leg(struct following *following, const struct leg *leg, const struct condition *condition, uint8_t lost)
{
	uint8_t all = (uint8_t)((1u << condition->part_count) - 1);
	uint32_t parts[LIMIT_PARTS];
	size_t count = 0;
	struct decision decision;
	struct outcome outcome;
	enum err err;

	for (uint32_t i = 0; (lost | condition->blocked) != all && i < condition->part_count; i++)
		if ((lost & 1u << i) != 0)
			parts[count++] = i;
	err = leg_block_decide(&following->batch->world, leg->leg, following->reason, parts, count, &decision);
	return err == ERR_OK ? batch_settle(following->batch, &decision, &outcome) : err;
}

/* Whether of a message nothing may go on to a further agency. */
static enum err reaches_nothing(struct following *following, const struct condition *condition, uint32_t agency, bool *ret_nothing)
{
	struct world *world = &following->batch->world;
	const struct registry_agency *next = registry_agency(world->registry, agency);
	struct disclosure_fault fault;
	enum err err = next == NULL ? ERR_CORRUPT : ERR_REFUSED;

	for (size_t i = 0; err == ERR_REFUSED && i < condition->part_count; i++)
		err = consent_cover(world, &following->row, next, condition->classes[i], &fault);
	*ret_nothing = err == ERR_REFUSED;
	return err == ERR_REFUSED ? ERR_OK : err;
}

/* A leg that a redirect opened and that waits for its sender to seal: nothing of it was handed to anybody. */
static enum err see_to_next(struct following *following, const struct condition *condition, const struct leg *redirected)
{
	struct world *world = &following->batch->world;
	struct decision decision;
	struct outcome outcome;
	struct request request;
	enum err err = request_get(world->txn, redirected->request, &request);

	for (size_t i = 0; err == ERR_OK && i < request.leg_count; i++) {
		bool nothing = false;
		struct leg leg;

		err = leg_get(world->txn, request.legs[i], &leg);
		if (err == ERR_OK && leg.opened_by == redirected->leg && leg.item == 0 && leg.timer_at_us != 0)
			err = reaches_nothing(following, condition, leg.agency, &nothing);
		if (err == ERR_OK && nothing)
			err = leg_block_decide(world, leg.leg, following->reason, NULL, 0, &decision);
		if (err == ERR_OK && nothing)
			err = batch_settle(following->batch, &decision, &outcome);
	}
	return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
}

/* What a leg that stands loses. */
static enum err see_to_leg(struct following *following, const struct condition *condition, const struct leg *leg, uint8_t uncovered)
{
	uint8_t lost = lost_parts(condition, uncovered);

	if (leg->state == PB__LEG_STATE__LEG_STATE_REDIRECTED)
		return see_to_next(following, condition, leg);
	if (leg->timer_at_us == 0 || uncovered == condition->blocked)
		return ERR_OK;
	return lost != 0 ? block_leg(following, leg, condition, lost) : tell(following, leg_holder_agency(leg));
}

static enum err see_to(struct following *following, const struct condition *condition)
{
	struct world *world = &following->batch->world;
	struct delivery delivery;
	struct leg leg;
	uint8_t uncovered;
	enum err err = consent_uncovered(world, condition, &uncovered);

	if (err == ERR_OK && (condition->handed & uncovered) != 0) { /* it has what it would not be given any more */
		err = delivery_get(world->txn, condition->item, &delivery);
		if (err == ERR_OK)
			err = tell(following, delivery.agency);
	}
	if (err != ERR_OK)
		return err;
	err = leg_of_item(world->txn, condition->item, &leg);
	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_OK : err; /* no leg: it is withheld when its turn comes */
	return see_to_leg(following, condition, &leg, uncovered);
}

/* ---- one consent ---- */

static enum err take_in(void *context, const struct condition *condition)
{
	struct following *following = context;

	following->items[following->count++] = *condition;
	return following->count == LOOKED_AT ? ERR_BUSY : ERR_OK;
}

static enum err follow_one(struct batch *batch, const struct id *id, struct following *following)
{
	struct world *world = &batch->world;
	enum err err = consent_get(world->txn, bytes_of(id->bytes, ID_BYTES), world->arena, &following->row);
	uint64_t from = 0;

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_OK : err; /* erased since */
	following->batch = batch;
	following->row.consent.from_us = 0; /* what rests on it was taken in once it had begun */
	following->told_count = 0;
	following->reason = following->row.consent.state == PB__CONSENT_STATE__CONSENT_STATE_RAN_OUT ?
				    PB__REASON__REASON_CONSENT_RAN_OUT :
				    PB__REASON__REASON_CONSENT_WITHDRAWN;
	do {
		following->count = 0;
		err = consent_uses_each(world->txn, id, from, take_in, following);
		if (err == ERR_OK || err == ERR_BUSY) {
			bool more = err == ERR_BUSY;

			err = ERR_OK;
			for (size_t i = 0; err == ERR_OK && i < following->count; i++)
				err = see_to(following, &following->items[i]);
			if (!more)
				break;
			from = following->items[following->count - 1].item + 1;
		}
	} while (err == ERR_OK);
	return err == ERR_OK ? flush(following) : err;
}

enum err batch_consents(struct batch *batch)
{
	struct following *following;
	enum err err = ERR_OK;

	if (batch->consents_changed == NULL)
		return ERR_OK;
	following = world_alloc(&batch->world, 1, sizeof(*following));
	if (following == NULL)
		return ERR_NOMEM;
	while (err == ERR_OK && batch->consents_changed != NULL) {
		struct consent_change *change = batch->consents_changed;

		batch->consents_changed = change->next;
		err = follow_one(batch, &change->consent, following);
	}
	return err;
}
