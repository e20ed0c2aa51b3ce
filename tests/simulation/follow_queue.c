/* SPDX-License-Identifier: Apache-2.0 */
/* follow_queue.c - what may happen to deliveries: to whom an item goes and when, what ends it, what brings it back.
 *
 * The rules anew, from what the broker promises and not from its code: an item is in nobody's hands or one's; a thread's items reach a
 * recipient in order; what arrived has arrived; failures are counted once a hand-out; a timer fires once. */
#include "cases.h"
#include "consents.h"
#include "unit.h"

/* ---- out and back ---- */

/* Nothing that came before it in its thread is still on its way. */
static void check_order(const struct item *item, uint64_t seq)
{
	for (const struct item *before = item->before; before != NULL; before = before->before)
		HOLDS(!item_lives(before), "entry %llu hands out item %llu before item %llu of the same thread", (ull)seq,
		      (ull)item->number, (ull)before->number);
}

/* Some open session holds it. */
static bool is_in_hand(const struct sim *sim, const struct item *item)
{
	const struct place *place = item->session == 0 ? NULL : map_get(&sim->sessions, item->session);

	return place != NULL && place->keys.session == item->session && item->lease_over_us > sim->site.clocks.mono_us;
}

#define LOOKED_BACK 400u /* items */

/* Nothing more urgent, which nobody was handed yet and whose turn it is in its thread, is left behind for it. */
static void check_urgency(struct sim *sim, uint64_t seq, const struct item *handed)
{
	for (size_t back = 1; back <= LOOKED_BACK && back <= sim->all_count; back++) {
		const struct item *item = sim->all[sim->all_count - back], *before = item->before;

		if (item->to != handed->to || item->lane <= handed->lifted || item->state != DELIVERY_WAITING || item->handouts > 0)
			continue;
		while (before != NULL && !item_lives(before) && before->ended_seq != seq) /* this very hand-out ends it */
			before = before->before;
		HOLDS(before != NULL, "entry %llu hands out item %llu before item %llu, which is more urgent", (ull)seq, (ull)handed->number,
		      (ull)item->number);
	}
	sim->hurried++;
}

static void follow_handout(struct sim *sim, uint64_t seq, const Pb__HandoutEntry *entry)
{
	struct place *place = map_get(&sim->sessions, entry->session);

	HOLDS(place != NULL && place->keys.session == entry->session, "entry %llu hands out to no session", (ull)seq);
	place->desk->silent = false;
	HOLDS(place->desk->number == entry->agency && place->keys.device == entry->device && place->bound && place->receives,
	      "entry %llu hands out to the wrong device", (ull)seq);
	for (size_t i = 0; i < entry->n_items; i++) {
		struct item *item = item_of(sim, seq, entry->items[i]);
		ull number = item->number;

		HOLDS(item->to == place->desk, "entry %llu hands item %llu to another", (ull)seq, number);
		HOLDS(!case_keeps_out(sim, item->case_number, item->to), "entry %llu hands out item %llu of a case that %s is kept out of", (ull)seq,
		      number, item->to->id);
		HOLDS(item->state == DELIVERY_WAITING, "entry %llu hands out item %llu in state %u", (ull)seq, number, item->state);
		HOLDS(!is_in_hand(sim, item), "entry %llu hands out item %llu, which is in hand",
		      (ull)seq, number);
		if (item->handouts == 0)
			check_order(item, seq);
		item->handouts++;
		item->last_handout_seq = seq;
		item->session = entry->session;
		item->lease_over_us = sim->site.clocks.mono_us + sim->site.options.lease_us;
	}
}

/* What waits for who is kept out of its case by now. */
static void follow_kept_out(struct sim *sim, uint64_t seq, const Pb__HandoutEntry *entry)
{
	for (size_t i = 0; i < entry->n_kept_out; i++) {
		struct item *item = item_of(sim, seq, entry->kept_out[i]);

		HOLDS(item->state == DELIVERY_WAITING && item->to->number == entry->agency && case_keeps_out(sim, item->case_number, item->to),
		      "entry %llu keeps item %llu away", (ull)seq, (ull)item->number);
		item_set(item, DELIVERY_UNDELIVERABLE);
		item->ended_seq = seq;
		item->session = 0;
		sim->kept_away++;
	}
}

static void follow_acknowledge(struct sim *sim, uint64_t seq, const Pb__AcknowledgeEntry *entry)
{
	for (size_t i = 0; i < entry->n_items; i++) {
		struct item *item = item_of(sim, seq, entry->items[i]);

		HOLDS(item->to->number == entry->order->agency, "entry %llu acknowledges another's item", (ull)seq);
		HOLDS(item->state != DELIVERY_ACKNOWLEDGED, "entry %llu acknowledges item %llu twice", (ull)seq,
		      (ull)item->number);
		item_set(item, DELIVERY_ACKNOWLEDGED);
		item->session = 0;
		item->ended_seq = seq;
	}
}

/* ---- failures ---- */

static void fail(struct sim *sim, uint64_t seq, const Pb__FailedItem *failed, unsigned reason, bool counts, bool final)
{
	struct item *item = item_of(sim, seq, failed->item);
	uint32_t attempts = item->attempts + counts;
	bool dead = counts && (final || attempts >= sim->site.options.attempts_max);

	HOLDS(item_is_alive(item) && item->last_handout_seq > item->failed_seq, "entry %llu counts a failure of item %llu twice",
	      (ull)seq, (ull)item->number);
	HOLDS(failed->attempts == attempts && failed->dead == dead, "entry %llu: item %llu failed %u times, dead %d", (ull)seq,
	      (ull)item->number, failed->attempts, failed->dead);
	item->attempts = attempts;
	item->failed_seq = seq;
	item->reason = (uint8_t)reason;
	item->session = 0;
	if (dead)
		item_set(item, DELIVERY_DEAD);
}

static void follow_refuse(struct sim *sim, uint64_t seq, const Pb__RefuseEntry *entry)
{
	Pb__RefuseReason reason = entry->reason;

	HOLDS(item_of(sim, seq, entry->failed->item)->to->number == entry->order->agency, "entry %llu refuses another's item",
	      (ull)seq);
	HOLDS(entry->n_openers == 0 || reason == PB__REFUSE_REASON__REFUSE_REASON_CANNOT_OPEN, "entry %llu: openers", (ull)seq);
	fail(sim, seq, entry->failed, reason, entry->n_openers == 0,
	     reason == PB__REFUSE_REASON__REFUSE_REASON_NOT_AUTHENTIC || reason == PB__REFUSE_REASON__REFUSE_REASON_NOT_UNDERSTOOD ||
		     (reason == PB__REFUSE_REASON__REFUSE_REASON_CANNOT_OPEN && entry->failed->dead));
}

static void follow_lease_lost(struct sim *sim, uint64_t seq, const Pb__LeaseLostEntry *entry)
{
	for (size_t i = 0; i < entry->n_failed; i++) {
		const struct item *item = item_of(sim, seq, entry->failed[i]->item);

		HOLDS(item->session == entry->session, "entry %llu: item %llu was not in that session's hands", (ull)seq,
		      (ull)item->number);
		fail(sim, seq, entry->failed[i], 0, item->failed_seq != 0 && item->reason == 0, false);
	}
}

/* ---- the site and its operators ---- */

static void follow_timer(struct sim *sim, uint64_t seq, const Pb__TimerEntry *entry)
{
	for (size_t i = 0; i < entry->n_items; i++) {
		struct item *item = item_of(sim, seq, entry->items[i]);

		HOLDS(item_is_alive(item) && item->expires_at_us == entry->due_at_us[i] && item->expires_at_us <= sim->site.clocks.wall_us,
		      "entry %llu: the timer of item %llu fires in state %u, due %lld", (ull)seq, (ull)item->number,
		      item->state, (long long)item->expires_at_us);
		item_set(item, DELIVERY_DEAD);
		item->session = 0;
	}
}

static void follow_act(struct sim *sim, uint64_t seq, const Pb__QueueActEntry *entry, struct item *item)
{
	bool held = item->state == DELIVERY_FROZEN || item->state == DELIVERY_QUARANTINED;
	bool fits = false;

	switch (entry->act) {
	case PB__QUEUE_ACT__QUEUE_ACT_FREEZE:
		fits = item->state == DELIVERY_WAITING;
		item_set(item, DELIVERY_FROZEN);
		item->session = 0;
		break;
	case PB__QUEUE_ACT__QUEUE_ACT_THAW:
		fits = held;
		item_set(item, DELIVERY_WAITING);
		break;
	case PB__QUEUE_ACT__QUEUE_ACT_REQUEUE:
		fits = item->state == DELIVERY_DEAD && (item->expires_at_us == 0 || item->expires_at_us > sim->site.clocks.wall_us);
		item_set(item, DELIVERY_WAITING);
		item->attempts = 0;
		item->reason = 0;
		break;
	default:
		fits = item_is_alive(item) || item->state == DELIVERY_DEAD;
		item_set(item, DELIVERY_UNDELIVERABLE);
		item->ended_seq = seq;
		item->session = 0;
		break;
	}
	HOLDS(fits, "entry %llu: act %d on item %llu", (ull)seq, entry->act, (ull)item->number);
}

static void follow_silence(struct sim *sim, const struct leaf_header *header, const Pb__AgencyEventEntry *entry)
{
	struct desk *desk = desk_by_number(sim, entry->agency);

	if (desk != NULL) {
		HOLDS(!desk->silent && !desk->closed && desk->living > 0 && entry->waiting == desk->living,
		      "entry %llu: nobody looks into the mailbox of %s, in which %llu wait; should be %llu, told before %d", (ull)header->seq, desk->id,
		      (ull)entry->waiting, (ull)desk->living, desk->silent);
		desk->silent = true;
	}
	items_told(sim, header, 0, entry->told, entry->n_told);
	sim->silences++;
}

static void follow_quarantine(struct sim *sim, uint64_t seq, const Pb__QuarantineEntry *entry)
{
	for (size_t i = 0; i < entry->n_items; i++) {
		struct item *item = item_of(sim, seq, entry->items[i]);

		HOLDS(item->from->number == entry->agency && item->state == DELIVERY_WAITING && item->handouts == 0,
		      "entry %llu sets item %llu aside", (ull)seq, (ull)item->number);
		item_set(item, DELIVERY_QUARANTINED);
	}
}

void follow_delivery(struct sim *sim, const struct leaf_header *header, const Pb__EntryBody *body)
{
	uint64_t seq = header->seq;

	switch (body->body_case) {
	case PB__ENTRY_BODY__BODY_HANDOUT:
		follow_handout(sim, seq, body->handout);
		follow_kept_out(sim, seq, body->handout);
		follow_conditions(sim, seq, body->handout);
		for (size_t i = 0; i < body->handout->n_items; i++)
			check_urgency(sim, seq, item_of(sim, seq, body->handout->items[i]));
		break;
	case PB__ENTRY_BODY__BODY_ACKNOWLEDGE:
		follow_acknowledge(sim, seq, body->acknowledge);
		break;
	case PB__ENTRY_BODY__BODY_REFUSE:
		follow_refuse(sim, seq, body->refuse);
		break;
	case PB__ENTRY_BODY__BODY_LEASE_LOST:
		follow_lease_lost(sim, seq, body->lease_lost);
		break;
	case PB__ENTRY_BODY__BODY_TIMER:
		follow_timer(sim, seq, body->timer);
		break;
	case PB__ENTRY_BODY__BODY_QUEUE_ACT:
		for (size_t i = 0; i < body->queue_act->n_items; i++)
			follow_act(sim, seq, body->queue_act, item_of(sim, seq, body->queue_act->items[i]));
		break;
	case PB__ENTRY_BODY__BODY_AGENCY_EVENT:
		follow_silence(sim, header, body->agency_event);
		break;
	case PB__ENTRY_BODY__BODY_QUARANTINE:
		follow_quarantine(sim, seq, body->quarantine);
		break;
	default:
		sim_fail("entry %llu is of type %d, which the model does not know", (ull)seq, body->body_case);
	}
}
