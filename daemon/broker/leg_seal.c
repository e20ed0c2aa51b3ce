/* SPDX-License-Identifier: Apache-2.0 */
/* broker/leg_seal.c - rule: what a further agency is to read, only the sender's library can seal to it.  A redirect opens a leg for the next
 * agency that waits for that, and so does again a leg whose message was sealed to a key that is not safe any more and has not been
 * delivered.  The sender holds it, and its own clock runs. */
#include "broker/leg_event.h"
#include "broker/leg_event_draft.h"

#define A(name) PB__LEG_ACTION__LEG_ACTION_##name
#define BROKER PB__PARTY__PARTY_BROKER

/* The first item of the entry: its number is the new leg's. */
static enum err ask_to_seal(struct leg_event *event, uint64_t item, uint32_t agency, const struct leg *leg)
{
	struct world *world = event->world;
	const struct registry_agency *next = registry_agency(world->registry, agency);
	Pb__SiteNotice notice;
	struct delivery delivery;
	Pb__Told *told;
	enum err err = delivery_get(world->txn, item, &delivery);

	pb__site_notice__init(&notice);
	if (next == NULL || err == ERR_NOT_FOUND)
		return ERR_CORRUPT;
	if (err != ERR_OK)
		return err;
	notice.what = PB__NOTICE_WHAT__NOTICE_WHAT_SEAL_DUE;
	notice_fill(world, &event->change.request, leg->sender, leg, &notice);
	notice.next_agency = (char *)(uintptr_t)next->address;
	err = told_seal_task(world, &delivery, leg->sender, &notice, &told);
	return err == ERR_OK ? telling_add(&event->telling, told) : err;
}

static enum err open_next(struct leg_event *event)
{
	const struct leg *redirected = event->leg;
	struct leg *opened = &event->change.legs[event->change.count];
	uint64_t item = redirected->item;
	enum err err;

	if (event->change.count == LIMIT_LEGS || redirected->next_agency == 0)
		return ERR_CORRUPT;
	*opened = (struct leg){
		.request = redirected->request,
		.agency = redirected->next_agency,
		.sender = redirected->sender,
		.asker = redirected->asker,
		.opened_by = redirected->leg,
		.urgency = redirected->urgency,
	};
	event->agency = opened->agency;
	event->opened_by = redirected->leg;
	event->at = event->change.count++;
	event->leg = opened;
	err = leg_event_act(event, A(OPEN), BROKER, NEED_BASIS, PB__REASON__REASON_UNSPECIFIED);
	return err == ERR_OK ? ask_to_seal(event, item, opened->agency, opened) : err;
}

enum err leg_open_decide(struct world *world, uint64_t redirected, struct decision *ret_decision)
{
	struct leg_event event;
	enum err err = leg_event_begin(world, redirected, &event);

	if (err == ERR_OK)
		err = open_next(&event);
	if (err == ERR_OK)
		err = leg_event_end(&event, ret_decision);
	return err == ERR_REFUSED ? ERR_CORRUPT : err;
}

/* It was read already and holds nothing back, or is over. */
static bool nothing_waits(const struct leg *leg, const struct delivery *delivery)
{
	return delivery->state == DELIVERY_UNDELIVERABLE || (delivery->state == DELIVERY_ACKNOWLEDGED && !leg->held);
}

enum err leg_reseal_decide(struct world *world, uint64_t leg, struct decision *ret_decision)
{
	struct leg_event event;
	struct delivery delivery;
	enum err err = leg_event_begin(world, leg, &event);

	if (err == ERR_OK)
		err = event.leg->item == 0 ? ERR_REFUSED : delivery_get(world->txn, event.leg->item, &delivery);
	if (err == ERR_OK && nothing_waits(event.leg, &delivery))
		err = ERR_REFUSED;
	if (err == ERR_OK)
		err = leg_event_act(&event, A(RESEAL), BROKER, NEED_PARTS_WAITING, PB__REASON__REASON_KEY_COMPROMISED);
	if (err == ERR_OK)
		err = ask_to_seal(&event, delivery.item, event.leg->agency, event.leg);
	return err == ERR_OK ? leg_event_end(&event, ret_decision) : leg_event_or_nothing(err, ret_decision);
}
