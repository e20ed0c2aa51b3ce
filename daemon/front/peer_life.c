/* SPDX-License-Identifier: Apache-2.0 */
/* How a session goes on and ends.  The writer must hear of every end, or leases would hang: a session whose end the writer had no room
 * for stays LEAVING and is offered again at each tick. */
#include "front/held.h"
#include "front/refusals.h"
#include "front/state.h"

#define UNSENT_HANDOUTS (4u * 1024u * 1024u) /* bytes of hand-outs for one session that may wait to be sent, about */
#define UNSENT_ITEM 2048u                    /* what an item takes of that beside its parts, at most as a rule */

/* True when the writer has it, or will never ask again. */
static bool offer_close(struct front *front, const struct peer *peer)
{
	struct held *held = held_new(front, INBOUND_SESSION_CLOSE, peer);

	if (held == NULL)
		return false;
	held->inbound.clean = peer->clean;
	return held_offer(front, held, true) != ERR_BUSY;
}

static uint64_t lesser(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Credit may be without end. */
static uint64_t sum(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

/* A session may give more credit than it can read: what the writer is told of leaves room for what is not sent yet, so that the hand-outs
 * of one that reads slowly, or not at all, wait in its mailbox and not in memory (P7). */
void peer_offer_credit(struct front *front, struct peer *peer)
{
	size_t unsent = atomic_load(&peer->flow->bytes);
	size_t room = unsent < UNSENT_HANDOUTS ? UNSENT_HANDOUTS - unsent : 0;
	uint64_t given_items = sum(peer->credit_items, peer->returned_items), given_bytes = sum(peer->credit_bytes, peer->returned_bytes);
	uint64_t items = lesser(given_items, peer->handed_items + room / UNSENT_ITEM);
	uint64_t bytes = lesser(given_bytes, peer->handed_bytes + room);
	struct held *held;

	peer->credit_due = items < given_items || bytes < given_bytes;
	if (items <= peer->offered_items && bytes <= peer->offered_bytes)
		return;
	held = held_new(front, INBOUND_CREDIT, peer);
	if (held == NULL) {
		peer->credit_due = true;
		return;
	}
	held->inbound.credit.items = items;
	held->inbound.credit.bytes = bytes;
	if (held_offer(front, held, true) == ERR_BUSY) {
		peer->credit_due = true;
		return;
	}
	peer->offered_items = items;
	peer->offered_bytes = bytes;
}

void peer_end(struct front *front, struct peer *peer, bool clean, const char *reason)
{
	if (peer->state == PEER_LEAVING)
		return;
	log_info("session_closed", "session=%016llx address=%s device=%u reason=%s", (unsigned long long)peer->number,
		 peer_logged_as(peer), peer->device, reason);
	guard_unknown(&front->guard, peer->fd, peer->number, front->mono_us);
	if (peer->state == PEER_ENROLLING) {
		peer_remove(&front->peers, peer);
		return;
	}
	atomic_fetch_sub(&front->open_peers, 1);
	pulse_reader(&front->pulses, peer->agency, -(int)peer->receives);
	peer->state = PEER_LEAVING;
	peer->clean = clean;
	if (offer_close(front, peer))
		peer_remove(&front->peers, peer);
}

void peer_expel(struct front *front, struct peer *peer, const Pb__Refusal *refusal, const char *reason)
{
	reply_closing(front, peer, refusal);
	peer_end(front, peer, true, reason);
}

void peers_tick(struct front *front)
{
	int64_t silent_since = front->mono_us - (int64_t)front->config.session_timeout;
	struct peer *peer;
	size_t place = 0;

	while ((peer = peer_next(&front->peers, &place)) != NULL) {
		if (peer->state == PEER_LEAVING) {
			if (offer_close(front, peer))
				peer_remove(&front->peers, peer);
		} else if (peer->gone) {
			peer_end(front, peer, false, "connection_lost");
		} else if (peer->heard_us < silent_since) {
			int fd = peer->fd;

			peer_end(front, peer, false, "silent");
			guard_cut(&front->guard, fd, 0); /* nobody's since its session ended */
		} else if (peer->state == PEER_OPEN) {
			pulse_beat(&front->pulses, peer->agency, front->site_us);
			if (peer->credit_due)
				peer_offer_credit(front, peer);
		}
	}
}

void peers_recheck(struct front *front)
{
	const Pb__Refusal revoked = refusal_of(PB__REFUSAL_CODE__REFUSAL_CODE_REVOKED, NULL, 0, 0);
	struct peer *peer;
	size_t place = 0;

	while ((peer = peer_next(&front->peers, &place)) != NULL) {
		certificate_free(peer->certificate);
		peer->certificate = NULL;
		/* An invitation just used is out of the keyring, but its answer is still to be sent. */
		if (peer->state == PEER_OPEN && keyring_identified(&front->keyring, peer->identity, front->site_us) == NULL)
			peer_expel(front, peer, &revoked, "revoked");
	}
}
