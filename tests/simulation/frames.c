/* SPDX-License-Identifier: Apache-2.0 */
/* frames.c - what a device says at once, put together as its library would; the same frame again is the same bytes. */
#include "real.h"
#include "statements.h"
#include "unit.h"

static void add(struct sim *sim, struct inbound *inbound, const struct deed *deed)
{
	switch (deed->kind) {
	case DEED_SUBMIT:
		letter_write(sim, inbound, deed->letter, deed->altered);
		break;
	case DEED_ACKNOWLEDGE:
		frame_acknowledge(inbound, deed->items, deed->hashes, deed->count);
		break;
	case DEED_REFUSE:
		frame_refuse(inbound, deed->items[0], &deed->hashes[0], deed->reason);
		break;
	case DEED_BIND:
		frame_bind(inbound, deed->device, &deed->fresh->keys);
		place_fill_binding(deed->fresh, inbound->batch.orders[inbound->batch.count - 1].issued);
		break;
	case DEED_UNBIND:
		frame_unbind(inbound, deed->device, deed->compromised);
		break;
	default:
		statement_write(sim, inbound, deed);
		break;
	}
}

struct inbound *frame_build(struct sim *sim, const struct frame *frame, uint64_t number)
{
	struct inbound *inbound = frame_new(&frame->by->keys);

	inbound->session = frame->session; /* closed since, when it comes late */
	inbound->batch.number = number;
	for (size_t i = 0; i < frame->count; i++)
		add(sim, inbound, &frame->deeds[i]);
	inbound->batch.certificate = digest_of(place_signing(frame->by));
	if (sim->real)
		real_sign(sim, frame->by, inbound);
	return inbound;
}
