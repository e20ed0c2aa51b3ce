/* SPDX-License-Identifier: Apache-2.0 */
#include "front/held.h"

#include <stdlib.h>

/* Parts of what may be pending: one agency's at most. */
#define SHARE 32
#define SHARE_OF_PRIVILEGED 8 /* acknowledgements and danger to life */
#define SHARE_OF_SEGMENTS 128 /* they are never urgent, and each commit that writes them keeps everybody waiting */

static void release(struct inbound *inbound)
{
	held_free((struct held *)(void *)inbound);
}

struct held *held_new(struct front *front, enum inbound_type type, const struct peer *peer)
{
	struct held *held = calloc(1, sizeof *held);

	if (held == NULL)
		return NULL;
	arena_init(&held->inbound.arena, LIMIT_DECODE_BYTES);
	held->inbound.type = type;
	held->inbound.session = peer->number;
	held->inbound.agency = peer->agency;
	held->inbound.device = peer->device;
	held->inbound.release = release;
	held->pending = &front->pending;
	held->pulses = &front->pulses;
	return held;
}

void held_take_scratch(struct front *front, struct held *held)
{
	arena_free(&held->inbound.arena);
	held->inbound.arena = front->scratch;
	arena_init(&front->scratch, LIMIT_DECODE_BYTES);
}

void held_take_data(struct held *held, struct frame *frame)
{
	zmq_msg_init(&held->data);
	zmq_msg_move(&held->data, &frame->data);
	held->has_data = true;
}

static size_t share_of(const struct front *front, const struct held *held, bool privileged)
{
	size_t all = (size_t)front->config.pending_bytes_max;

	if (privileged)
		return all / SHARE_OF_PRIVILEGED;
	return all / (held->inbound.type == INBOUND_BLOB ? SHARE_OF_SEGMENTS : SHARE);
}

bool held_charge(struct front *front, struct held *held, bool privileged)
{
	size_t bytes = sizeof *held + held->inbound.arena.held + (held->has_data ? zmq_msg_size(&held->data) : 0);

	if (!pulse_take(held->pulses, held->inbound.agency, bytes, share_of(front, held, privileged)))
		return false;
	if (!flow_take(&front->pending, bytes, privileged)) {
		pulse_give(held->pulses, held->inbound.agency, bytes);
		return false;
	}
	held->charged += bytes;
	return true;
}

enum err held_offer(struct front *front, struct held *held, bool privileged)
{
	enum err err = broker_offer(front->broker, &held->inbound, privileged);

	if (err != ERR_OK)
		held_free(held);
	return err;
}

void held_free(struct held *held)
{
	if (held == NULL)
		return;
	if (held->has_data)
		zmq_msg_close(&held->data);
	arena_free(&held->inbound.arena);
	flow_give(held->pending, held->charged);
	pulse_give(held->pulses, held->inbound.agency, held->charged);
	free(held);
}
