/* SPDX-License-Identifier: Apache-2.0 */
/* broker/mailbox_looks.c - which agencies have something new, and what the mailbox tells of itself. */
#include "broker/mailbox_slots.h"

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
		.restricted = slot->restricted,
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

void mailbox_restrict(struct mailbox *mailbox, uint64_t item, bool restricted)
{
	uint32_t place = place_of(mailbox, item);

	if (place != NOWHERE)
		mailbox->slots[place].restricted = restricted;
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

bool mailbox_oldest(const struct mailbox *mailbox, uint32_t agency, struct mailbox_item *ret_item)
{
	const struct desk *desk = desk_find(mailbox, agency);
	const struct slot *oldest = NULL;

	for (unsigned lane = 0; desk != NULL && lane < MAILBOX_LANES; lane++) {
		const struct slot *first = desk->lanes[lane].count == 0 ? NULL : &mailbox->slots[desk->lanes[lane].places[0]];

		if (first != NULL && (oldest == NULL || first->item < oldest->item))
			oldest = first;
	}
	if (oldest != NULL)
		describe(oldest, ret_item);
	return oldest != NULL;
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
