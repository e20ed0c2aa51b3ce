/* SPDX-License-Identifier: Apache-2.0 */
/* broker/mailbox_thread.c - the order within one thread and recipient.
 *
 * Invariants of a chain: item numbers ascend, but for a leased item, which may head it; raised never rises from an item to its
 * successor. */
#include "broker/mailbox_slots.h"

static uint64_t key_hash(const struct mailbox *mailbox, uint32_t agency, uint64_t thread)
{
	return index_mix(thread ^ ((uint64_t)agency << 32 | agency), mailbox->seed);
}

uint64_t thread_hash(const void *owner, uint32_t place)
{
	const struct mailbox *mailbox = owner;
	const struct slot *slot = &mailbox->slots[place];

	return key_hash(mailbox, slot->agency, slot->thread);
}

/* What index holds for the thread of slot. */
static uint32_t find_thread(const struct mailbox *mailbox, const struct index *index, const struct slot *slot)
{
	uint32_t place;

	for (struct index_walk walk = index_walk(index, key_hash(mailbox, slot->agency, slot->thread));
	     (place = index_next(index, &walk)) != INDEX_NONE;)
		if (mailbox->slots[place].thread == slot->thread && mailbox->slots[place].agency == slot->agency)
			return place;
	return NOWHERE;
}

static void enter(struct mailbox *mailbox, struct index *index, uint32_t place)
{
	enum err err = index_add(index, place);

	if (err != ERR_OK)
		mailbox->err = err;
}

/* Raises what stands before place to its lane.  An item rises at most three times in its life. */
static void lift(struct mailbox *mailbox, uint32_t place)
{
	uint8_t raised = mailbox->slots[place].raised;

	for (uint32_t at = mailbox->slots[place].thread_prev; at != NOWHERE && mailbox->slots[at].raised < raised;
	     at = mailbox->slots[at].thread_prev) {
		bool standing = mailbox->slots[at].in_lane != NOWHERE;

		lane_pull(mailbox, at);
		mailbox->slots[at].raised = raised;
		if (standing)
			lane_push(mailbox, at);
	}
}

void chain_wake(struct mailbox *mailbox, uint32_t place)
{
	struct slot *slot = &mailbox->slots[place];

	if (slot->state != MAILBOX_WAITING || slot->thread_prev != NOWHERE || slot->in_lane != NOWHERE)
		return;
	lane_push(mailbox, place);
	mailbox_stir(mailbox, slot->agency);
}

/* Links place behind after (NOWHERE: in front of the chain that tail ends; both NOWHERE: a chain of its own). */
static void link_after(struct mailbox *mailbox, uint32_t place, uint32_t after, uint32_t tail)
{
	struct slot *slots = mailbox->slots;
	uint32_t next = NOWHERE;

	if (after != NOWHERE) {
		next = slots[after].thread_next;
		slots[after].thread_next = place;
	} else if (tail != NOWHERE) {
		for (next = tail; slots[next].thread_prev != NOWHERE;)
			next = slots[next].thread_prev;
		lane_pull(mailbox, next); /* heads the chain no more */
	}
	slots[place].thread_prev = after;
	slots[place].thread_next = next;
	if (next != NOWHERE)
		slots[next].thread_prev = place;
	else if (tail != NOWHERE)
		index_replace(&mailbox->tails, tail, place);
	else
		enter(mailbox, &mailbox->tails, place);
	if (next != NOWHERE && slots[place].raised < slots[next].raised)
		slots[place].raised = slots[next].raised;
	lift(mailbox, place);
}

void chain_append(struct mailbox *mailbox, uint32_t place)
{
	uint32_t tail = find_thread(mailbox, &mailbox->tails, &mailbox->slots[place]);

	link_after(mailbox, place, tail, tail);
}

void chain_insert(struct mailbox *mailbox, uint32_t place)
{
	const struct slot *slots = mailbox->slots;
	uint32_t tail = find_thread(mailbox, &mailbox->tails, &slots[place]);
	uint32_t after = tail;

	while (after != NOWHERE && slots[after].item > slots[place].item && slots[after].state != MAILBOX_LEASED)
		after = slots[after].thread_prev;
	link_after(mailbox, place, after, tail);
}

static void unlink_slot(struct mailbox *mailbox, uint32_t place)
{
	struct slot *slots = mailbox->slots;
	uint32_t prev = slots[place].thread_prev;
	uint32_t next = slots[place].thread_next;

	if (prev != NOWHERE)
		slots[prev].thread_next = next;
	if (next != NOWHERE)
		slots[next].thread_prev = prev;
	else if (prev != NOWHERE)
		index_replace(&mailbox->tails, place, prev);
	else
		index_remove(&mailbox->tails, place);
	slots[place].thread_prev = NOWHERE;
	slots[place].thread_next = NOWHERE;
}

void chain_drop(struct mailbox *mailbox, uint32_t place)
{
	uint32_t next = mailbox->slots[place].thread_next;

	unlink_slot(mailbox, place);
	if (next != NOWHERE)
		chain_wake(mailbox, next);
}

void chain_to_front(struct mailbox *mailbox, uint32_t place)
{
	uint32_t tail;

	if (mailbox->slots[place].thread_prev == NOWHERE)
		return;
	unlink_slot(mailbox, place);
	tail = find_thread(mailbox, &mailbox->tails, &mailbox->slots[place]);
	link_after(mailbox, place, NOWHERE, tail);
}

/* ---- the dead of a thread, gaps among them: ascending, so that the first tells whom they precede ---- */

uint32_t dead_first(const struct mailbox *mailbox, uint32_t place)
{
	return find_thread(mailbox, &mailbox->deads, &mailbox->slots[place]);
}

void dead_insert(struct mailbox *mailbox, uint32_t place)
{
	struct slot *slots = mailbox->slots;
	uint32_t first = dead_first(mailbox, place);
	uint32_t after;

	if (first == NOWHERE) {
		slots[place].thread_prev = place;
		slots[place].thread_next = NOWHERE;
		enter(mailbox, &mailbox->deads, place);
		return;
	}
	if (slots[place].item < slots[first].item) {
		slots[place].thread_prev = slots[first].thread_prev;
		slots[place].thread_next = first;
		slots[first].thread_prev = place;
		index_replace(&mailbox->deads, first, place);
		return;
	}
	for (after = slots[first].thread_prev; slots[after].item > slots[place].item;)
		after = slots[after].thread_prev;
	slots[place].thread_prev = after;
	slots[place].thread_next = slots[after].thread_next;
	slots[after].thread_next = place;
	slots[slots[place].thread_next != NOWHERE ? slots[place].thread_next : first].thread_prev = place;
}

void dead_drop(struct mailbox *mailbox, uint32_t place)
{
	struct slot *slots = mailbox->slots;
	uint32_t first = dead_first(mailbox, place);
	uint32_t prev = slots[place].thread_prev;
	uint32_t next = slots[place].thread_next;

	if (place == first && next == NOWHERE) {
		index_remove(&mailbox->deads, place);
	} else if (place == first) {
		slots[next].thread_prev = prev; /* the last */
		index_replace(&mailbox->deads, place, next);
	} else {
		slots[prev].thread_next = next;
		slots[next != NOWHERE ? next : first].thread_prev = prev;
	}
	slots[place].thread_prev = NOWHERE;
	slots[place].thread_next = NOWHERE;
}
