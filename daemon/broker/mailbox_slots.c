/* SPDX-License-Identifier: Apache-2.0 */
/* broker/mailbox_slots.c - the memory of the mailbox: desks, slots, lists; the whole made, emptied and freed. */
#include <stdlib.h>

#include "base/large.h"
#include "broker/mailbox_slots.h"

static uint64_t item_hash(const void *owner, uint32_t place)
{
	const struct mailbox *mailbox = owner;

	return index_mix(mailbox->slots[place].item, mailbox->seed);
}

uint32_t place_of(const struct mailbox *mailbox, uint64_t item)
{
	const struct index *items = &mailbox->items;
	uint32_t place;

	for (struct index_walk walk = index_walk(items, index_mix(item, mailbox->seed));
	     (place = index_next(items, &walk)) != INDEX_NONE;)
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
	mailbox->items_max = items_max < INDEX_NONE - MAILBOX_GAPS_MAX ? items_max : INDEX_NONE - MAILBOX_GAPS_MAX - 1;
	mailbox->free = NOWHERE;
	mailbox->by_age = mailbox->gaps = mailbox->quarantined = (struct list){ NOWHERE, NOWHERE };
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
	mailbox->by_age = mailbox->gaps = mailbox->quarantined = (struct list){ NOWHERE, NOWHERE };
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

uint32_t slot_make(struct mailbox *mailbox)
{
	uint64_t most = mailbox->items_max + MAILBOX_GAPS_MAX + 1; /* one gap too many, for a moment */
	uint32_t place = mailbox->free;

	if (place != NOWHERE) {
		mailbox->free = mailbox->slots[place].list_next;
		return place;
	}
	if (mailbox->touched >= most)
		return NOWHERE;
	if (mailbox->touched == mailbox->room) {
		uint64_t room = mailbox->room == 0 ? 1024 : 2 * (uint64_t)mailbox->room;
		struct slot *grown;

		if (room > most)
			room = most;
		grown = realloc(mailbox->slots, room * sizeof(*grown));
		if (grown == NULL)
			return NOWHERE;
		large_advise(grown, room * sizeof(*grown));
		mailbox->slots = grown;
		mailbox->room = (uint32_t)room;
	}
	return mailbox->touched++;
}

void slot_free(struct mailbox *mailbox, uint32_t place)
{
	mailbox->slots[place].list_next = mailbox->free;
	mailbox->free = place;
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
