/* SPDX-License-Identifier: Apache-2.0 */
#include "front/outtake.h"

#include "front/fault.h"
#include "front/hand_out.h"
#include "front/keys.h"

#define TAKEN_AT_ONCE 32

static void send_frame(struct front *front, struct peer *peer, const Pb__FromBroker *frame)
{
	bool enrolling = peer->state == PEER_ENROLLING;

	if (frame->body_case == PB__FROM_BROKER__BODY_REPLIES && peer->unanswered > 0)
		peer->unanswered--;
	peer->binds = peer->binds && peer->unanswered > 0;
	if (fault_loses(front, peer, frame))
		return;
	reply_send(front, peer, frame, NULL);
	if (enrolling && peer->state == PEER_ENROLLING)
		peer_end(front, peer, true, "enrolled"); /* it connects again, with its own key */
}

static void close_peer(struct front *front, struct peer *peer, const Pb__FromBroker *frame)
{
	if (frame != NULL)
		reply_send(front, peer, frame, NULL);
	if (peer->state == PEER_OPEN || peer->state == PEER_ENROLLING)
		peer_end(front, peer, true, "closed_by_writer");
}

static void to_peer(struct front *front, struct peer *peer, const struct outbound *outbound)
{
	switch (outbound->type) {
	case OUTBOUND_FRAME:
		send_frame(front, peer, outbound->frame);
		break;
	case OUTBOUND_HANDOUT:
		peer->handed_items += outbound->item_count;
		peer->handed_bytes += outbound->part_bytes;
		hand_out(front, peer, outbound->items, outbound->item_count);
		fault_note(front, peer, outbound->items, outbound->item_count);
		break;
	case OUTBOUND_CLOSE:
		close_peer(front, peer, outbound->frame);
		break;
	case OUTBOUND_KEYS:
	case OUTBOUND_STOPPED:
		break;
	}
}

/* Session 0: every session of the agency, or of all. */
static void to_all(struct front *front, const struct outbound *outbound)
{
	struct peer *peer;
	size_t place = 0;

	while ((peer = peer_next(&front->peers, &place)) != NULL)
		if (peer->state == PEER_OPEN && (outbound->agency == 0 || outbound->agency == peer->agency))
			to_peer(front, peer, outbound);
}

static void to_addressed(struct front *front, const struct outbound *outbound)
{
	struct peer *peer = outbound->session != 0 ? peer_by_number(&front->peers, outbound->session) : NULL;

	if (outbound->session == 0)
		to_all(front, outbound);
	else if (peer != NULL && peer->state != PEER_LEAVING)
		to_peer(front, peer, outbound); /* else it has gone, and the writer hears of that, or has */
}

/* Whoever is told that it is enrolled, or that a device of its agency is bound, may come back with that key at once: before the
 * writer's word that keys have changed, which may be in the ring by then or not. */
static bool brings_key(const struct front *front, const struct outbound *outbound)
{
	const struct peer *peer;

	if (outbound->frame->body_case != PB__FROM_BROKER__BODY_REPLIES)
		return outbound->frame->body_case == PB__FROM_BROKER__BODY_ENROLLED;
	peer = peer_by_number(&front->peers, outbound->session);
	return peer != NULL && peer->binds;
}

static void take(struct front *front, struct outbound *outbound, bool *keys_changed)
{
	switch (outbound->type) {
	case OUTBOUND_FRAME:
		*keys_changed = *keys_changed || brings_key(front, outbound);
		to_addressed(front, outbound);
		break;
	case OUTBOUND_HANDOUT:
	case OUTBOUND_CLOSE:
		to_addressed(front, outbound);
		break;
	case OUTBOUND_KEYS:
		*keys_changed = true;
		break;
	case OUTBOUND_STOPPED:
		front_end(front, outbound->err == ERR_OK ? ERR_STOPPED : outbound->err, "the writer has ended");
		break;
	}
	outbound_free(outbound);
}

void outtake(struct front *front, size_t max)
{
	void *taken[TAKEN_AT_ONCE];
	struct ring *ring = broker_outbound(front->broker);
	bool keys_changed = false;
	size_t count;

	do {
		count = ring_take(ring, taken, max < TAKEN_AT_ONCE ? max : TAKEN_AT_ONCE);
		for (size_t i = 0; i < count; i++)
			take(front, taken[i], &keys_changed);
		max -= count;
	} while (count > 0 && max > 0);
	if (!keys_changed)
		return;
	/* Once for all that came, and before anybody is asked about a key again. */
	keys_reload(front);
	peers_recheck(front);
}
