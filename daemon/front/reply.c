/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/codec.h"
#include "front/refusals.h"
#include "front/state.h"

/* A session that leaves so many bytes unread is not served further. */
#define UNREAD_BYTES_MAX (8u * 1024u * 1024u)

const Pb__Refusal *refusal_keep(struct arena *arena, const Pb__Refusal *refusal)
{
	Pb__Refusal *kept = arena_copy(arena, bytes_of(refusal, sizeof *refusal));
	char *subject = arena_text(arena, bytes_of_text(refusal->subject));

	if (kept == NULL || subject == NULL)
		return NULL;
	kept->subject = subject;
	return kept;
}

static struct peer *most_unread(struct front *front)
{
	struct peer *most = NULL;
	struct peer *peer;
	size_t place = 0;

	while ((peer = peer_next(&front->peers, &place)) != NULL)
		if (peer->state == PEER_OPEN && (most == NULL || atomic_load(&peer->flow->bytes) > atomic_load(&most->flow->bytes)))
			most = peer;
	return most;
}

static void cut(struct front *front, struct peer *peer)
{
	int fd = peer->fd;

	peer_end(front, peer, false, "does_not_read");
	guard_cut(&front->guard, fd, 0); /* nobody's since its session ended */
}

struct parcel *reply_room(struct front *front, struct peer *peer, size_t size)
{
	struct parcel *parcel;
	struct peer *most;

	if (atomic_load(&peer->flow->bytes) > UNREAD_BYTES_MAX)
		return NULL;
	parcel = parcel_new(size, &front->sending, peer->flow, false);
	if (parcel != NULL)
		return parcel;
	most = most_unread(front);
	if (most == NULL || most == peer)
		return NULL;
	cut(front, most);
	return parcel_new(size, &front->sending, peer->flow, true); /* out of the reserve, until the other's comes free */
}

/* NULL when there is no room. */
static struct parcel *packed(struct front *front, struct peer *peer, const Pb__FromBroker *message)
{
	struct buf *packing = &front->packing; /* where there is room it is packed at once; a copy is cheaper than reckoning its size first */
	struct parcel *parcel;

	buf_clear(packing);
	if (codec_pack(&message->base, packing) != ERR_OK)
		return NULL;
	parcel = reply_room(front, peer, packing->len);
	if (parcel != NULL && packing->len > 0)
		memcpy(parcel_bytes(parcel), packing->data, packing->len);
	return parcel;
}

void reply_send(struct front *front, struct peer *peer, const Pb__FromBroker *message, struct parcel *data)
{
	struct parcel *control = packed(front, peer, message);
	enum err err;

	if (control == NULL) {
		parcel_free(data);
		cut(front, peer);
		return;
	}
	err = frame_send(front->endpoint.router, peer->routing, control, data);
	if (err == ERR_BUSY)
		cut(front, peer);
	else if (err != ERR_OK)
		peer_end(front, peer, false, "unreachable");
}

static void closing_notice(const Pb__Refusal *refusal, Pb__Notice *notice, Pb__FromBroker *message)
{
	pb__notice__init(notice);
	pb__from_broker__init(message);
	notice->kind = PB__NOTICE_KIND__NOTICE_KIND_CLOSING;
	notice->refusal = (Pb__Refusal *)(uintptr_t)refusal;
	message->body_case = PB__FROM_BROKER__BODY_NOTICE;
	message->notice = notice;
}

void reply_closing(struct front *front, struct peer *peer, const Pb__Refusal *refusal)
{
	Pb__FromBroker message;
	Pb__Notice notice;
	struct parcel *control;

	closing_notice(refusal, &notice, &message);
	control = packed(front, peer, &message);
	if (control != NULL)
		(void)frame_send(front->endpoint.router, peer->routing, control, NULL); /* it ends anyway */
}

void reply_stranger(struct front *front, uint32_t routing, const Pb__Refusal *refusal)
{
	struct peer passing = { .routing = routing, .flow = peer_flow_new() };

	if (passing.flow != NULL)
		reply_closing(front, &passing, refusal);
	peer_flow_drop(passing.flow);
}
