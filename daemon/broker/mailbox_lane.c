/* SPDX-License-Identifier: Apache-2.0 */
/* broker/mailbox_lane.c - lanes as binary heaps by item number.  Items mostly come in ascending order and then stay where they are
 * put; only those that come back late climb. */
#include <stdlib.h>

#include "broker/mailbox_slots.h"

static bool before(const struct mailbox *mailbox, uint32_t a, uint32_t b)
{
	return mailbox->slots[a].item < mailbox->slots[b].item;
}

static void settle(struct mailbox *mailbox, struct lane *lane, uint32_t at, uint32_t place)
{
	lane->places[at] = place;
	mailbox->slots[place].in_lane = at;
}

static void climb(struct mailbox *mailbox, struct lane *lane, uint32_t at, uint32_t place)
{
	for (; at > 0; at = (at - 1) / 2) {
		uint32_t above = lane->places[(at - 1) / 2];

		if (!before(mailbox, place, above))
			break;
		settle(mailbox, lane, at, above);
	}
	settle(mailbox, lane, at, place);
}

static void sink(struct mailbox *mailbox, struct lane *lane, uint32_t at, uint32_t place)
{
	for (;;) {
		uint32_t below = 2 * at + 1;

		if (below >= lane->count)
			break;
		if (below + 1 < lane->count && before(mailbox, lane->places[below + 1], lane->places[below]))
			below++;
		if (!before(mailbox, lane->places[below], place))
			break;
		settle(mailbox, lane, at, lane->places[below]);
		at = below;
	}
	settle(mailbox, lane, at, place);
}

static bool lane_grow(struct mailbox *mailbox, struct lane *lane)
{
	uint32_t room = lane->room == 0 ? 16 : 2 * lane->room;
	uint32_t *grown = realloc(lane->places, room * sizeof(*grown));

	if (grown == NULL) {
		mailbox->err = ERR_NOMEM;
		return false;
	}
	mailbox->lane_bytes += (room - lane->room) * sizeof(*grown);
	lane->places = grown;
	lane->room = room;
	return true;
}

static struct lane *lane_of(struct mailbox *mailbox, const struct slot *slot)
{
	return &desk_find(mailbox, slot->agency)->lanes[slot->raised];
}

void lane_push(struct mailbox *mailbox, uint32_t place)
{
	struct lane *lane = lane_of(mailbox, &mailbox->slots[place]);

	if (lane->count == lane->room && !lane_grow(mailbox, lane))
		return;
	climb(mailbox, lane, lane->count++, place);
}

void lane_pull(struct mailbox *mailbox, uint32_t place)
{
	struct slot *slot = &mailbox->slots[place];
	struct lane *lane = lane_of(mailbox, slot);
	uint32_t at = slot->in_lane;
	uint32_t last;

	if (at == NOWHERE)
		return;
	slot->in_lane = NOWHERE;
	last = lane->places[--lane->count];
	if (last == place)
		return;
	if (at > 0 && before(mailbox, last, lane->places[(at - 1) / 2]))
		climb(mailbox, lane, at, last);
	else
		sink(mailbox, lane, at, last);
}
