/* SPDX-License-Identifier: Apache-2.0 */
/* broker/mailbox_moves.c - what happens to items: they come, are leased and returned, frozen or quarantined and thawed, die, are requeued,
 * end, go. */
#include "broker/mailbox_slots.h"

static uint64_t *count_of(struct mailbox *mailbox, const struct slot *slot)
{
	switch ((enum mailbox_state)slot->state) {
	case MAILBOX_LEASED:
		return &mailbox->counts.leased;
	case MAILBOX_FROZEN:
		return &mailbox->counts.frozen;
	case MAILBOX_QUARANTINED:
		return &mailbox->counts.quarantined;
	case MAILBOX_DEAD:
		return &mailbox->counts.dead;
	case MAILBOX_GAP:
		return &mailbox->counts.gaps;
	case MAILBOX_WAITING:
		break;
	}
	return &mailbox->counts.waiting[slot->lane];
}

static void set_state(struct mailbox *mailbox, uint32_t place, enum mailbox_state state)
{
	struct slot *slot = &mailbox->slots[place];

	--*count_of(mailbox, slot);
	slot->state = (uint8_t)state;
	++*count_of(mailbox, slot);
}

static void count_waiting(struct mailbox *mailbox, const struct slot *slot, int change)
{
	atomic_fetch_add_explicit(&desk_find(mailbox, slot->agency)->waiting, (uint32_t)change, memory_order_relaxed);
}

/* By item number; those that come back are old, so they are sought from the oldest. */
static void age_insert(struct mailbox *mailbox, uint32_t place)
{
	const struct slot *slots = mailbox->slots;
	uint32_t after = NOWHERE;

	for (uint32_t at = mailbox->by_age.first; at != NOWHERE && slots[at].item < slots[place].item; at = slots[at].list_next)
		after = at;
	list_put_after(mailbox, &mailbox->by_age, place, after);
}

/* ---- what happens to items ---- */

static void join_living(struct mailbox *mailbox, uint32_t place)
{
	count_waiting(mailbox, &mailbox->slots[place], 1);
	chain_wake(mailbox, place);
}

static void leave_living(struct mailbox *mailbox, uint32_t place)
{
	lane_pull(mailbox, place);
	chain_drop(mailbox, place);
	list_drop(mailbox, &mailbox->by_age, place);
	count_waiting(mailbox, &mailbox->slots[place], -1);
}

static bool is_living(const struct slot *slot)
{
	return slot->state != MAILBOX_QUARANTINED && slot->state != MAILBOX_DEAD && slot->state != MAILBOX_GAP;
}

/* Of what does not live: the list that it is in. */
static struct list *list_of(struct mailbox *mailbox, uint32_t place)
{
	const struct slot *slot = &mailbox->slots[place];

	if (slot->state == MAILBOX_QUARANTINED)
		return &mailbox->quarantined;
	return slot->state == MAILBOX_GAP ? &mailbox->gaps : &desk_find(mailbox, slot->sender)->dead;
}

static void join_dead(struct mailbox *mailbox, uint32_t place)
{
	struct list *list = list_of(mailbox, place);

	dead_insert(mailbox, place);
	list_put_after(mailbox, list, place, list->last);
}

static void leave_dead(struct mailbox *mailbox, uint32_t place)
{
	dead_drop(mailbox, place);
	list_drop(mailbox, list_of(mailbox, place), place);
}

static void leave(struct mailbox *mailbox, uint32_t place)
{
	if (is_living(&mailbox->slots[place]))
		leave_living(mailbox, place);
	else
		leave_dead(mailbox, place);
}

static void forget_oldest_gap(struct mailbox *mailbox)
{
	if (mailbox->counts.gaps > MAILBOX_GAPS_MAX)
		mailbox_remove(mailbox, mailbox->slots[mailbox->gaps.first].item);
}

void mailbox_add(struct mailbox *mailbox, const struct mailbox_item *item)
{
	bool gap = item->state == MAILBOX_GAP;
	uint32_t place = gap || mailbox->counts.items < mailbox->items_max ? slot_make(mailbox) : NOWHERE;
	struct slot *slot;

	if (place == NOWHERE || desk_make(mailbox, item->agency) == NULL || desk_make(mailbox, item->sender) == NULL) {
		mailbox->err = ERR_NOMEM;
		return;
	}
	slot = &mailbox->slots[place];
	*slot = (struct slot){
		.item = item->item,
		.thread = item->thread,
		.accepted_at_us = item->accepted_at_us,
		.agency = item->agency,
		.sender = item->sender,
		.part_bytes = item->part_bytes,
		.statement_bytes = item->statement_bytes,
		.in_lane = NOWHERE,
		.thread_prev = NOWHERE,
		.thread_next = NOWHERE,
		.lane = item->lane < MAILBOX_LANES ? item->lane : MAILBOX_LANES - 1,
		.state = (uint8_t)item->state,
	};
	slot->raised = slot->lane;
	if (index_add(&mailbox->items, place) != ERR_OK) {
		mailbox->err = ERR_NOMEM;
		return;
	}
	mailbox->counts.items += !gap;
	++*count_of(mailbox, slot);
	if (!is_living(slot)) {
		join_dead(mailbox, place);
		forget_oldest_gap(mailbox);
		return;
	}
	list_put_after(mailbox, &mailbox->by_age, place, mailbox->by_age.last);
	chain_append(mailbox, place);
	join_living(mailbox, place);
}

void mailbox_lease(struct mailbox *mailbox, uint64_t item)
{
	uint32_t place = place_of(mailbox, item);

	if (place == NOWHERE || mailbox->slots[place].state != MAILBOX_WAITING)
		return;
	lane_pull(mailbox, place);
	set_state(mailbox, place, MAILBOX_LEASED);
	chain_to_front(mailbox, place);
}

/* From one state to waiting, in the chain all the time. */
static void come_back(struct mailbox *mailbox, uint64_t item, enum mailbox_state from)
{
	uint32_t place = place_of(mailbox, item);

	if (place == NOWHERE || mailbox->slots[place].state != from)
		return;
	set_state(mailbox, place, MAILBOX_WAITING);
	chain_wake(mailbox, place);
}

void mailbox_return(struct mailbox *mailbox, uint64_t item)
{
	come_back(mailbox, item, MAILBOX_LEASED);
}

void mailbox_freeze(struct mailbox *mailbox, uint64_t item)
{
	uint32_t place = place_of(mailbox, item);

	if (place == NOWHERE || !is_living(&mailbox->slots[place]))
		return;
	lane_pull(mailbox, place);
	set_state(mailbox, place, MAILBOX_FROZEN);
}

void mailbox_quarantine(struct mailbox *mailbox, uint64_t item)
{
	uint32_t place = place_of(mailbox, item);

	if (place == NOWHERE || !is_living(&mailbox->slots[place]))
		return;
	leave_living(mailbox, place);
	set_state(mailbox, place, MAILBOX_QUARANTINED);
	join_dead(mailbox, place);
}

void mailbox_die(struct mailbox *mailbox, uint64_t item)
{
	uint32_t place = place_of(mailbox, item);

	if (place == NOWHERE || mailbox->slots[place].state == MAILBOX_DEAD || mailbox->slots[place].state == MAILBOX_GAP)
		return;
	leave(mailbox, place);
	set_state(mailbox, place, MAILBOX_DEAD);
	join_dead(mailbox, place);
}

/* From among those that do not live to those that wait. */
static void revive(struct mailbox *mailbox, uint64_t item, enum mailbox_state from)
{
	uint32_t place = place_of(mailbox, item);

	if (place == NOWHERE || mailbox->slots[place].state != from)
		return;
	leave_dead(mailbox, place);
	set_state(mailbox, place, MAILBOX_WAITING);
	mailbox->slots[place].raised = mailbox->slots[place].lane;
	age_insert(mailbox, place);
	chain_insert(mailbox, place);
	join_living(mailbox, place);
}

void mailbox_thaw(struct mailbox *mailbox, uint64_t item)
{
	come_back(mailbox, item, MAILBOX_FROZEN);
	revive(mailbox, item, MAILBOX_QUARANTINED);
}

void mailbox_requeue(struct mailbox *mailbox, uint64_t item)
{
	revive(mailbox, item, MAILBOX_DEAD);
}

void mailbox_end(struct mailbox *mailbox, uint64_t item)
{
	uint32_t place = place_of(mailbox, item);

	if (place == NOWHERE || mailbox->slots[place].state == MAILBOX_GAP)
		return;
	leave(mailbox, place);
	set_state(mailbox, place, MAILBOX_GAP);
	mailbox->counts.items--;
	join_dead(mailbox, place);
	forget_oldest_gap(mailbox);
}

void mailbox_remove(struct mailbox *mailbox, uint64_t item)
{
	uint32_t place = place_of(mailbox, item);

	if (place == NOWHERE)
		return;
	leave(mailbox, place);
	--*count_of(mailbox, &mailbox->slots[place]);
	mailbox->counts.items -= mailbox->slots[place].state != MAILBOX_GAP;
	index_remove(&mailbox->items, place);
	slot_free(mailbox, place);
}
