/* SPDX-License-Identifier: Apache-2.0 */
/* broker/outbox.c - see outbox.h and outbound.h for the contracts. */
#include "broker/outbox.h"

#include <stdlib.h>
#include <string.h>

void outbound_free(struct outbound *outbound)
{
	if (outbound == NULL)
		return;
	arena_free(&outbound->arena);
	free(outbound);
}

static bool make_room(struct outbox *outbox, size_t count)
{
	size_t room = outbox->room == 0 ? 64 : outbox->room;
	struct outbound **grown;

	if (outbox->count + count <= outbox->room)
		return true;
	while (room < outbox->count + count)
		room *= 2;
	grown = realloc(outbox->items, room * sizeof(struct outbound *));
	if (grown == NULL)
		return false;
	outbox->items = grown;
	outbox->room = room;
	return true;
}

struct outbound *outbox_add(struct outbox *outbox, enum outbound_type type, uint64_t session, uint32_t agency)
{
	struct outbound *outbound;

	if (!make_room(outbox, 1))
		return NULL;
	outbound = calloc(1, sizeof(*outbound));
	if (outbound == NULL)
		return NULL;
	outbound->type = type;
	outbound->session = session;
	outbound->agency = agency;
	arena_init(&outbound->arena, OUTBOUND_ARENA_BYTES);
	outbox->items[outbox->count++] = outbound;
	return outbound;
}

struct outbound *outbox_add_frame(struct outbox *outbox, enum outbound_type type, uint64_t session, uint32_t agency,
				  Pb__FromBroker **ret_frame)
{
	struct outbound *outbound = outbox_add(outbox, type, session, agency);
	Pb__FromBroker *frame;

	if (outbound == NULL)
		return NULL;
	frame = arena_alloc(&outbound->arena, sizeof(*frame));
	if (frame == NULL)
		return NULL; /* it goes with the outbox */
	pb__from_broker__init(frame);
	outbound->frame = frame;
	*ret_frame = frame;
	return outbound;
}

bool outbox_move(struct outbox *to, struct outbox *from)
{
	if (from->count == 0)
		return true;
	if (!make_room(to, from->count))
		return false;
	memcpy(to->items + to->count, from->items, from->count * sizeof from->items[0]);
	to->count += from->count;
	from->count = 0;
	return true;
}

void outbox_clear(struct outbox *outbox)
{
	for (size_t i = 0; i < outbox->count; i++)
		outbound_free(outbox->items[i]);
	outbox->count = 0;
}

void outbox_free(struct outbox *outbox)
{
	outbox_clear(outbox);
	free(outbox->items);
	*outbox = (struct outbox){ 0 };
}
