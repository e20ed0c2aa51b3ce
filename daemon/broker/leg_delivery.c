/* SPDX-License-Identifier: Apache-2.0 */
/* broker/leg_delivery.c - rule: a dead letter leaves its leg open and gives its sender the turn; who put it back gives the recipient the turn
 * again, who gave it up ended the leg.  The clock runs on through all of it. */
#include "broker/leg_event.h"
#include "broker/leg_event_draft.h"

#define A(name) PB__LEG_ACTION__LEG_ACTION_##name
#define NOTICE(name) PB__NOTICE_WHAT__NOTICE_WHAT_##name

/* ERR_REFUSED when the item brings no leg's message, or no longer its newest. */
static enum err begin(struct world *world, uint64_t item, struct leg_event *event, struct delivery *ret_delivery)
{
	struct leg leg;
	enum err err = leg_of_item(world->txn, item, &leg);

	if (err == ERR_NOT_FOUND || (err == ERR_OK && leg.item != item))
		return ERR_REFUSED;
	if (err == ERR_OK)
		err = delivery_get(world->txn, item, ret_delivery);
	return err == ERR_OK ? leg_event_begin(world, leg.leg, event) : err;
}

static enum err tell_sender(struct leg_event *event, Pb__NoticeWhat what, const struct delivery *delivery)
{
	Pb__SiteNotice notice;

	pb__site_notice__init(&notice);
	notice.what = what;
	notice.refused = (Pb__RefuseReason)delivery->reason;
	return tell(&event->telling, event->leg->asker, event->leg, &notice);
}

enum err leg_dead_letter_decide(struct world *world, uint64_t item, struct decision *ret_decision)
{
	struct leg_event event;
	struct delivery delivery;
	enum err err = begin(world, item, &event, &delivery);

	if (err == ERR_OK && delivery.state != DELIVERY_DEAD)
		err = ERR_REFUSED; /* it reached somebody after all */
	if (err == ERR_OK)
		err = leg_event_act(&event, A(DEAD_LETTER), PB__PARTY__PARTY_BROKER, 0, PB__REASON__REASON_UNSPECIFIED);
	if (err == ERR_OK)
		err = tell_sender(&event, NOTICE(DEAD_LETTER), &delivery);
	return err == ERR_OK ? leg_event_end(&event, ret_decision) : leg_event_or_nothing(err, ret_decision);
}

enum err leg_requeue_decide(struct world *world, uint64_t item, struct decision *ret_decision)
{
	struct leg_event event;
	struct delivery delivery;
	enum err err = begin(world, item, &event, &delivery);

	if (err == ERR_OK && !leg_is_dead_letter(event.leg))
		err = ERR_REFUSED;
	if (err == ERR_OK)
		err = leg_event_act(&event, A(REQUEUE), PB__PARTY__PARTY_OPERATOR, NEED_DEAD_LETTER, PB__REASON__REASON_UNSPECIFIED);
	return err == ERR_OK ? leg_event_end(&event, ret_decision) : leg_event_or_nothing(err, ret_decision);
}

enum err leg_expire_decide(struct world *world, uint64_t item, struct decision *ret_decision)
{
	struct leg_event event;
	struct delivery delivery;
	enum err err = begin(world, item, &event, &delivery);

	if (err == ERR_OK && delivery.state != DELIVERY_UNDELIVERABLE)
		err = ERR_REFUSED;
	if (err == ERR_OK)
		err = leg_event_act(&event, A(EXPIRE), PB__PARTY__PARTY_OPERATOR, NEED_DEAD_LETTER, PB__REASON__REASON_UNDELIVERED);
	if (err == ERR_OK)
		err = tell_sender(&event, NOTICE(UNDELIVERABLE), &delivery);
	return err == ERR_OK ? leg_event_end(&event, ret_decision) : leg_event_or_nothing(err, ret_decision);
}
