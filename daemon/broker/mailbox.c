/* SPDX-License-Identifier: Apache-2.0 */
/* broker/mailbox.c - see mailbox.h for the contract, mailbox_slots.h for how it lies in memory. */
#include "broker/mailbox.h"

#include <stdlib.h>
#include <string.h>

#include "broker/mailbox_slots.h"

static uint64_t item_hash(const void *owner, uint32_t place)
{
	const struct mailbox *mailbox = owner;

	return index_mix(mailbox->slots[place].item, mailbox->seed);
}

static uint32_t place_of(const struct mailbox *mailbox, uint64_t item)
{
	const struct index *items = &mailbox->items;
	uint32_t place;

	for (size_t at = index_walk(items, index_mix(item, mailbox->seed)); (place = index_at(items, at)) != INDEX_NONE;
	     at = index_on(items, at))
		if (mailbox->slots[place].item == item)
			return place;
	return NOWHERE;
}

/* ---- desks ---- */

struct desk *desk_find(const struct mailbox *mailbox, uint32_t agency)
{
	uint32_t chunk = agency / DESKS_PER_CHUNK;
	struct desk *desks = chunk < DESK_CHUNKS ? atomic_load_explicit(&mailbox->desks[chunk], memory_order_acquire) : NULL;

	return desks == NULL ? NULL : &desks[agency % DESKS_PER_CHUNK];
}

static void desk_clear(struct desk *desk)
{
	for (unsigned lane = 0; lane < MAILBOX_LANES; lane++) {
		free(desk->lanes[lane].places);
		desk->lanes[lane] = (struct lane){ 0 };
	}
	desk->dead = (struct list){ NOWHERE, NOWHERE };
	atomic_store_explicit(&desk->waiting, 0, memory_order_relaxed);
	desk->stirred = false;
}

struct desk *desk_make(struct mailbox *mailbox, uint32_t agency)
{
	uint32_t chunk = agency / DESKS_PER_CHUNK;
	struct desk *desks;

	if (chunk >= DESK_CHUNKS)
		return NULL;
	if (desk_find(mailbox, agency) == NULL) {
		desks = calloc(DESKS_PER_CHUNK, sizeof(*desks));
		if (desks == NULL)
			return NULL;
		for (unsigned i = 0; i < DESKS_PER_CHUNK; i++)
			desk_clear(&desks[i]);
		mailbox->lane_bytes += DESKS_PER_CHUNK * sizeof(*desks);
		atomic_store_explicit(&mailbox->desks[chunk], desks, memory_order_release);
	}
	return desk_find(mailbox, agency);
}

/* ---- the whole ---- */

enum err mailbox_new(uint64_t seed, uint64_t items_max, struct mailbox **ret_mailbox)
{
	struct mailbox *mailbox = calloc(1, sizeof(*mailbox));

	if (mailbox == NULL)
		return ERR_NOMEM;
	mailbox->seed = seed;
	mailbox->items_max = items_max < INDEX_NONE ? items_max : INDEX_NONE - 1;
	mailbox->free = NOWHERE;
	mailbox->by_age = (struct list){ NOWHERE, NOWHERE };
	index_init(&mailbox->items, item_hash, mailbox);
	index_init(&mailbox->tails, thread_hash, mailbox);
	index_init(&mailbox->deads, thread_hash, mailbox);
	*ret_mailbox = mailbox;
	return ERR_OK;
}

void mailbox_clear(struct mailbox *mailbox)
{
	size_t desk_bytes = 0;

	for (unsigned chunk = 0; chunk < DESK_CHUNKS; chunk++) {
		struct desk *desks = atomic_load_explicit(&mailbox->desks[chunk], memory_order_relaxed);

		if (desks == NULL)
			continue;
		for (unsigned i = 0; i < DESKS_PER_CHUNK; i++)
			desk_clear(&desks[i]);
		desk_bytes += DESKS_PER_CHUNK * sizeof(*desks);
	}
	index_free(&mailbox->items);
	index_free(&mailbox->tails);
	index_free(&mailbox->deads);
	mailbox->lane_bytes = desk_bytes;
	mailbox->touched = 0;
	mailbox->free = NOWHERE;
	mailbox->by_age = (struct list){ NOWHERE, NOWHERE };
	mailbox->stirred_first = mailbox->stirred_last = 0;
	mailbox->counts = (struct mailbox_counts){ 0 };
	mailbox->err = ERR_OK;
}

void mailbox_free(struct mailbox *mailbox)
{
	if (mailbox == NULL)
		return;
	mailbox_clear(mailbox);
	for (unsigned chunk = 0; chunk < DESK_CHUNKS; chunk++)
		free(atomic_load_explicit(&mailbox->desks[chunk], memory_order_relaxed));
	free(mailbox->slots);
	free(mailbox);
}

enum err mailbox_error(const struct mailbox *mailbox)
{
	return mailbox->err;
}

/* ---- slots ---- */

static uint32_t slot_make(struct mailbox *mailbox)
{
	uint32_t place = mailbox->free;

	if (place != NOWHERE) {
		mailbox->free = mailbox->slots[place].list_next;
		return place;
	}
	if (mailbox->touched >= mailbox->items_max)
		return NOWHERE;
	if (mailbox->touched == mailbox->room) {
		uint64_t room = mailbox->room == 0 ? 1024 : 2 * (uint64_t)mailbox->room;
		struct slot *grown;

		if (room > mailbox->items_max)
			room = mailbox->items_max;
		grown = realloc(mailbox->slots, room * sizeof(*grown));
		if (grown == NULL)
			return NOWHERE;
		mailbox->slots = grown;
		mailbox->room = (uint32_t)room;
	}
	return mailbox->touched++;
}

static void slot_free(struct mailbox *mailbox, uint32_t place)
{
	mailbox->slots[place].list_next = mailbox->free;
	mailbox->free = place;
}

static uint64_t *count_of(struct mailbox *mailbox, const struct slot *slot)
{
	switch ((enum mailbox_state)slot->state) {
	case MAILBOX_LEASED:
		return &mailbox->counts.leased;
	case MAILBOX_FROZEN:
		return &mailbox->counts.frozen;
	case MAILBOX_DEAD:
		return &mailbox->counts.dead;
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

/* ---- lists ---- */

void list_put_after(struct mailbox *mailbox, struct list *list, uint32_t place, uint32_t after)
{
	struct slot *slots = mailbox->slots;
	uint32_t next = after == NOWHERE ? list->first : slots[after].list_next;

	slots[place].list_prev = after;
	slots[place].list_next = next;
	*(after == NOWHERE ? &list->first : &slots[after].list_next) = place;
	*(next == NOWHERE ? &list->last : &slots[next].list_prev) = place;
}

void list_drop(struct mailbox *mailbox, struct list *list, uint32_t place)
{
	struct slot *slots = mailbox->slots;
	uint32_t prev = slots[place].list_prev;
	uint32_t next = slots[place].list_next;

	*(prev == NOWHERE ? &list->first : &slots[prev].list_next) = next;
	*(next == NOWHERE ? &list->last : &slots[next].list_prev) = prev;
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

static void join_dead(struct mailbox *mailbox, uint32_t place)
{
	struct list *list = &desk_find(mailbox, mailbox->slots[place].sender)->dead;

	dead_insert(mailbox, place);
	list_put_after(mailbox, list, place, list->last);
}

static void leave_dead(struct mailbox *mailbox, uint32_t place)
{
	dead_drop(mailbox, place);
	list_drop(mailbox, &desk_find(mailbox, mailbox->slots[place].sender)->dead, place);
}

void mailbox_add(struct mailbox *mailbox, const struct mailbox_item *item)
{
	uint32_t place = slot_make(mailbox);
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
	mailbox->counts.items++;
	++*count_of(mailbox, slot);
	if (item->state == MAILBOX_DEAD) {
		join_dead(mailbox, place);
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

void mailbox_thaw(struct mailbox *mailbox, uint64_t item)
{
	come_back(mailbox, item, MAILBOX_FROZEN);
}

void mailbox_freeze(struct mailbox *mailbox, uint64_t item)
{
	uint32_t place = place_of(mailbox, item);

	if (place == NOWHERE || mailbox->slots[place].state == MAILBOX_DEAD)
		return;
	lane_pull(mailbox, place);
	set_state(mailbox, place, MAILBOX_FROZEN);
}

void mailbox_die(struct mailbox *mailbox, uint64_t item)
{
	uint32_t place = place_of(mailbox, item);

	if (place == NOWHERE || mailbox->slots[place].state == MAILBOX_DEAD)
		return;
	leave_living(mailbox, place);
	set_state(mailbox, place, MAILBOX_DEAD);
	join_dead(mailbox, place);
}

void mailbox_requeue(struct mailbox *mailbox, uint64_t item)
{
	uint32_t place = place_of(mailbox, item);

	if (place == NOWHERE || mailbox->slots[place].state != MAILBOX_DEAD)
		return;
	leave_dead(mailbox, place);
	set_state(mailbox, place, MAILBOX_WAITING);
	mailbox->slots[place].raised = mailbox->slots[place].lane;
	age_insert(mailbox, place);
	chain_insert(mailbox, place);
	join_living(mailbox, place);
}

void mailbox_remove(struct mailbox *mailbox, uint64_t item)
{
	uint32_t place = place_of(mailbox, item);

	if (place == NOWHERE)
		return;
	if (mailbox->slots[place].state == MAILBOX_DEAD)
		leave_dead(mailbox, place);
	else
		leave_living(mailbox, place);
	--*count_of(mailbox, &mailbox->slots[place]);
	mailbox->counts.items--;
	index_remove(&mailbox->items, place);
	slot_free(mailbox, place);
}

/* ---- stirred agencies: a queue ---- */

void mailbox_stir(struct mailbox *mailbox, uint32_t agency)
{
	struct desk *desk = desk_find(mailbox, agency);

	if (desk == NULL || desk->stirred)
		return;
	desk->stirred = true;
	desk->stirred_next = 0;
	if (mailbox->stirred_first == 0)
		mailbox->stirred_first = agency;
	else
		desk_find(mailbox, mailbox->stirred_last)->stirred_next = agency;
	mailbox->stirred_last = agency;
}

uint32_t mailbox_stirred(struct mailbox *mailbox)
{
	uint32_t agency = mailbox->stirred_first;
	struct desk *desk;

	if (agency == 0)
		return 0;
	desk = desk_find(mailbox, agency);
	desk->stirred = false;
	mailbox->stirred_first = desk->stirred_next;
	return agency;
}

bool mailbox_is_stirred(const struct mailbox *mailbox)
{
	return mailbox->stirred_first != 0;
}

/* ---- looking ---- */

static void describe(const struct slot *slot, struct mailbox_item *ret_item)
{
	*ret_item = (struct mailbox_item){
		.item = slot->item,
		.thread = slot->thread,
		.agency = slot->agency,
		.sender = slot->sender,
		.part_bytes = slot->part_bytes,
		.statement_bytes = slot->statement_bytes,
		.lane = slot->lane,
		.state = (enum mailbox_state)slot->state,
		.accepted_at_us = slot->accepted_at_us,
	};
}

bool mailbox_find(const struct mailbox *mailbox, uint64_t item, struct mailbox_item *ret_item)
{
	uint32_t place = place_of(mailbox, item);

	if (place != NOWHERE)
		describe(&mailbox->slots[place], ret_item);
	return place != NOWHERE;
}

bool mailbox_peek(const struct mailbox *mailbox, uint32_t agency, struct mailbox_item *ret_item)
{
	const struct desk *desk = desk_find(mailbox, agency);

	for (unsigned lane = MAILBOX_LANES; desk != NULL && lane-- > 0;) {
		if (desk->lanes[lane].count == 0)
			continue;
		describe(&mailbox->slots[desk->lanes[lane].places[0]], ret_item);
		return true;
	}
	return false;
}

bool mailbox_after_dead(const struct mailbox *mailbox, uint64_t item)
{
	uint32_t place = place_of(mailbox, item);
	uint32_t first = place == NOWHERE ? NOWHERE : dead_first(mailbox, place);

	return first != NOWHERE && mailbox->slots[first].item < item;
}

void mailbox_counts(const struct mailbox *mailbox, struct mailbox_counts *ret_counts)
{
	*ret_counts = mailbox->counts;
	ret_counts->oldest_us = mailbox->by_age.first == NOWHERE ? 0 : mailbox->slots[mailbox->by_age.first].accepted_at_us;
	ret_counts->bytes = sizeof(*mailbox) + mailbox->touched * sizeof(struct slot) + mailbox->lane_bytes +
			    index_bytes(&mailbox->items) + index_bytes(&mailbox->tails) + index_bytes(&mailbox->deads);
}

uint64_t mailbox_waiting(const struct mailbox *mailbox, uint32_t agency)
{
	const struct desk *desk = desk_find(mailbox, agency);

	return desk == NULL ? 0 : atomic_load_explicit(&desk->waiting, memory_order_relaxed);
}

void mailbox_each_dead(const struct mailbox *mailbox, uint32_t sender, size_t max, void (*each)(void *context, uint64_t item),
		       void *context)
{
	const struct desk *desk = desk_find(mailbox, sender);

	if (desk == NULL)
		return;
	for (uint32_t at = desk->dead.first; at != NOWHERE && max > 0; at = mailbox->slots[at].list_next, max--)
		each(context, mailbox->slots[at].item);
}
