/* SPDX-License-Identifier: Apache-2.0 */
#include "front/hello.h"

#include <stdio.h>

#include "broker/lookup.h"
#include "broker/rows.h"
#include "contract/codec.h"
#include "front/held.h"
#include "front/refusals.h"
#include "ledger/entry.h"

/* One device may take this share of all connections, so that it cannot shut the others out. */
#define DEVICE_SHARE 4

/* ---- may it come in? ---- */

/* A connection that is over is noticed here too: its session is let go with the next tick, and cuts nobody. */
static void take_descriptor(struct front *front, const struct frame *frame, struct peer *peer)
{
	struct peer *displaced;
	uint64_t number;

	if (guard_known(&front->guard, frame->fd, frame->routing, peer->number, &number))
		peer->fd = frame->fd;
	else
		peer->gone = true;
	displaced = number != 0 ? peer_by_number(&front->peers, number) : NULL;
	if (displaced == NULL)
		return;
	displaced->fd = -1;
	displaced->gone = true;
}

struct peer *peer_admit(struct front *front, const struct frame *frame, const struct key_entry *key, const Pb__Agency *agency,
			      enum peer_state state)
{
	const Pb__Refusal busy = refusal_overloaded((int64_t)front->peers.count, (int64_t)front->peers.slot_count);
	struct peer *peer;

	front_listen(front); /* so that what the descriptor stood for before is over, and its end is not taken for this one's */
	peer = peer_add(&front->peers, frame->routing, state);
	if (peer == NULL) {
		reply_stranger(front, frame->routing, &busy);
		return NULL;
	}
	peer->agency = key->agency;
	peer->device = key->device;
	peer->heard_us = front->mono_us;
	snprintf(peer->identity, sizeof peer->identity, "%s", frame->identity);
	snprintf(peer->address, sizeof peer->address, "%s@%s", agency->id, front->config.site);
	peer->confidential = agency->confidential;
	take_descriptor(front, frame, peer);
	return peer;
}

static bool version_spoken(const Pb__Hello *hello, Pb__Refusal *ret_refusal)
{
	if (hello->version_min <= WIRE_VERSION && WIRE_VERSION <= hello->version_max)
		return true;
	*ret_refusal = refusal_of(PB__REFUSAL_CODE__REFUSAL_CODE_VERSION, "version", hello->version_max, WIRE_VERSION);
	return false;
}

static bool address_is(const struct front *front, const char *address, const char *agency)
{
	char expected[128];

	snprintf(expected, sizeof expected, "%s@%s", agency, front->config.site);
	return strcmp(address, expected) == 0;
}

static bool may_open(struct front *front, const Pb__Hello *hello, const struct key_entry *key, const struct agency *agency,
		     Pb__Refusal *ret_refusal)
{
	size_t most = front->peers.slot_count / DEVICE_SHARE + 1;
	size_t open = peers_of(&front->peers, key->agency, key->device);

	if (!version_spoken(hello, ret_refusal))
		return false;
	if (agency->closed)
		*ret_refusal = refusal_of(PB__REFUSAL_CODE__REFUSAL_CODE_REVOKED, NULL, 0, 0);
	else if (!address_is(front, hello->agency, agency->record->id))
		*ret_refusal = refusal_of(PB__REFUSAL_CODE__REFUSAL_CODE_NOT_YOURS, hello->agency, 0, 0);
	else if (open >= most)
		*ret_refusal = refusal_of(PB__REFUSAL_CODE__REFUSAL_CODE_TOO_MANY, "sessions", (int64_t)open, (int64_t)most);
	else
		return true;
	return false;
}

/* ---- the welcome ---- */

struct greeting {
	struct front *front;
	const struct peer *peer;
	struct arena *arena;
	Pb__Welcome welcome;
	Pb__Binding *bindings[LIMIT_DEVICES];
};

static enum err add_binding(void *context, const struct device *device)
{
	struct greeting *greeting = context;
	char *agency = arena_text(greeting->arena, bytes_of(greeting->peer->address, strcspn(greeting->peer->address, "@")));

	if (agency == NULL)
		return ERR_NOMEM;
	if (greeting->welcome.n_bindings == LIMIT_DEVICES)
		return ERR_CORRUPT;
	return binding_shown(device, agency, greeting->arena, &greeting->bindings[greeting->welcome.n_bindings++]);
}

/* The newest checkpoint, and the proof from the one that the device knew to it. */
static enum err add_checkpoint(struct greeting *greeting, struct txn *txn, const Pb__Hello *hello)
{
	struct buf proof;
	struct bytes note;
	uint64_t size;
	enum err err = checkpoint_newest(txn, 0, &note, &size);

	if (err != ERR_OK)
		return err;
	greeting->welcome.checkpoint = arena_text(greeting->arena, note);
	/* A tree larger than ours is none that we could prove from: the device sees that history went back, and says so. */
	if (hello->known_size == 0 || hello->known_size > size || hello->known_epoch != greeting->front->epoch)
		return greeting->welcome.checkpoint != NULL ? ERR_OK : ERR_NOMEM;
	buf_init(&proof, 2 * MERKLE_PATH_MAX * DIGEST_BYTES);
	err = merkle_prove_consistency(tree_read, txn, hello->known_size, size, &proof);
	if (err == ERR_OK)
		err = pb_keep(greeting->arena, buf_bytes(&proof), &greeting->welcome.consistency);
	buf_free(&proof);
	if (err == ERR_OK && greeting->welcome.checkpoint == NULL)
		err = ERR_NOMEM;
	return err;
}

static void welcome(struct front *front, struct peer *peer, struct txn *txn, const Pb__Hello *hello)
{
	struct greeting greeting = { .front = front, .peer = peer, .arena = &front->scratch };
	Pb__FromBroker message = PB__FROM_BROKER__INIT;
	uint64_t version = 0;
	enum err err;

	pb__welcome__init(&greeting.welcome);
	greeting.welcome.version = WIRE_VERSION;
	greeting.welcome.site = front->config.site;
	greeting.welcome.epoch = front->epoch;
	greeting.welcome.now_us = front->site_us;
	greeting.welcome.agency = peer->address;
	greeting.welcome.device = peer->device;
	greeting.welcome.bindings = greeting.bindings;
	greeting.welcome.heartbeat_ms = (uint32_t)(front->config.heartbeat / 1000);
	greeting.welcome.batch_bytes_max = LIMIT_DATA_BYTES;
	greeting.welcome.batches_open_max = (uint32_t)front->config.session_batches;
	err = add_checkpoint(&greeting, txn, hello);
	if (err == ERR_OK)
		err = directory_version_get(txn, &version);
	if (err == ERR_OK)
		err = device_each(txn, peer->agency, add_binding, &greeting);
	if (err != ERR_OK) {
		front_read_failed(front, err, "welcome", peer->agency);
		peer_end(front, peer, true, "internal");
		return;
	}
	greeting.welcome.directory_version = version;
	message.body_case = PB__FROM_BROKER__BODY_WELCOME;
	message.welcome = &greeting.welcome;
	reply_send(front, peer, &message, NULL);
}

/* The writer hears of the session before anything else of it. */
static bool offer_open(struct front *front, const struct peer *peer, bool receives)
{
	struct held *held = held_new(front, INBOUND_SESSION_OPEN, peer);

	if (held == NULL)
		return false;
	held->inbound.receives = receives;
	return held_offer(front, held, true) == ERR_OK;
}

static void open_peer(struct front *front, const struct frame *frame, struct txn *txn, const Pb__Hello *hello,
			 const struct key_entry *key, const Pb__Agency *agency)
{
	const Pb__Refusal busy = refusal_overloaded(0, 0);
	struct peer *peer = peer_admit(front, frame, key, agency, PEER_OPEN);

	if (peer == NULL)
		return;
	if (!offer_open(front, peer, hello->receives)) {
		reply_closing(front, peer, &busy);
		guard_unknown(&front->guard, peer->fd, peer->number, front->mono_us);
		peer_remove(&front->peers, peer);
		return;
	}
	atomic_fetch_add(&front->open_peers, 1);
	peer->receives = hello->receives;
	pulse_beat(&front->pulses, peer->agency, front->site_us);
	pulse_reader(&front->pulses, peer->agency, hello->receives);
	log_info("session_open", "session=%016llx address=%s device=%u receives=%s software=%s", (unsigned long long)peer->number,
		 peer_logged_as(peer), peer->device, hello->receives ? "yes" : "no", hello->software);
	welcome(front, peer, txn, hello);
}

static void hello_of_device(struct front *front, const struct frame *frame, const Pb__Hello *hello, const struct key_entry *key)
{
	Pb__Refusal refusal = refusal_of(PB__REFUSAL_CODE__REFUSAL_CODE_INTERNAL, NULL, 0, 0);
	struct agency agency;
	struct txn *txn = NULL;
	enum err err = txn_begin_read(front->store, &txn);

	if (err == ERR_OK)
		err = agency_by_number(txn, key->agency, &front->scratch, &agency);
	if (err != ERR_OK)
		front_read_failed(front, err, "agency", key->agency);
	if (err == ERR_OK && may_open(front, hello, key, &agency, &refusal))
		open_peer(front, frame, txn, hello, key, agency.record);
	else
		reply_stranger(front, frame->routing, &refusal);
	txn_abort(txn);
}

void hello(struct front *front, const struct frame *frame, const Pb__Hello *hello)
{
	const struct key_entry *key = keyring_identified(&front->keyring, frame->identity, front->site_us);
	const Pb__Refusal revoked = refusal_of(PB__REFUSAL_CODE__REFUSAL_CODE_REVOKED, NULL, 0, 0);
	const Pb__Refusal stopping = refusal_of(PB__REFUSAL_CODE__REFUSAL_CODE_STOPPING, NULL, 0, 0);
	const Pb__Refusal invited = refusal_of(PB__REFUSAL_CODE__REFUSAL_CODE_INVITATION, NULL, 0, 0);

	if (front_is_closing(front))
		reply_stranger(front, frame->routing, &stopping);
	else if (key == NULL)
		reply_stranger(front, frame->routing, &revoked);
	else if (key->kind == KEY_INVITATION)
		reply_stranger(front, frame->routing, &invited); /* it may only enrol */
	else
		hello_of_device(front, frame, hello, key);
}
