/* SPDX-License-Identifier: Apache-2.0 */
#include "front/intake.h"

#include "broker/lookup.h"
#include "contract/batch.h"
#include "contract/codec.h"
#include "contract/refusal.h"
#include "front/refusals.h"

#define DAY_US (86400 * INT64_C(1000000))

void intake_refuse_batch(struct front *front, struct peer *peer, uint64_t number, size_t orders, const Pb__Refusal *refusal)
{
	Pb__FromBroker message = PB__FROM_BROKER__INIT;
	Pb__Replies replies = PB__REPLIES__INIT;
	Pb__Reply reply = PB__REPLY__INIT;
	Pb__Reply *pointers[LIMIT_ORDERS];

	reply.outcome_case = PB__REPLY__OUTCOME_REFUSAL;
	reply.refusal = (Pb__Refusal *)(uintptr_t)refusal;
	for (size_t i = 0; i < orders && i < LIMIT_ORDERS; i++)
		pointers[i] = &reply;
	replies.batch = number;
	replies.replies = pointers;
	replies.n_replies = orders < LIMIT_ORDERS ? orders : LIMIT_ORDERS;
	message.body_case = PB__FROM_BROKER__BODY_REPLIES;
	message.replies = &replies;
	reply_send(front, peer, &message, NULL);
}

/* ---- who signed it ---- */

static enum err load_signer(struct front *front, const struct peer *peer, const struct digest *digest, struct certificate **ret_certificate)
{
	const Pb__Binding *binding;
	struct txn *txn;
	enum err err = txn_begin_read(front->store, &txn);

	if (err != ERR_OK)
		return err;
	err = certificate_binding(txn, digest, &front->scratch, &binding);
	txn_abort(txn);
	if (err != ERR_OK)
		return err;
	/* In force, and of this agency: an agency's device may carry what another of its devices signed. */
	if (binding->ends_at_us != 0 || strncmp(binding->agency, peer->address, strlen(binding->agency)) != 0 ||
	    peer->address[strlen(binding->agency)] != '@')
		return ERR_AUTH;
	return certificate_from_der(bytes_of_pb(binding->signing_certificate), ret_certificate);
}

/* Whoever it names must be able to prove that it was issued here; that costs a verification and is asked once. */
static enum err load_checked(struct front *front, const struct peer *peer, const struct digest *digest, struct certificate **ret_certificate)
{
	struct certificate *certificate = NULL;
	enum err err = load_signer(front, peer, digest, &certificate);

	/* The digest of a device's sealing certificate leads to the same binding. */
	if (err == ERR_OK && !digest_equal(certificate_digest(certificate), digest))
		err = ERR_AUTH;
	if (err == ERR_OK)
		err = certificate_check(certificate, front->keys->certificate, CERTIFICATE_SIGNS, peer->address, front->wall_us);
	if (err == ERR_OK)
		*ret_certificate = certificate;
	else
		certificate_free(certificate);
	return err;
}

/* The certificate that digest names, if it may sign for this session's agency now.  Kept with the session until keys change. */
static enum err signer_of(struct front *front, struct peer *peer, const struct digest *digest, const struct certificate **ret_signer)
{
	struct certificate *certificate;
	int64_t from_us, until_us;
	enum err err;

	if (peer->certificate == NULL || !digest_equal(certificate_digest(peer->certificate), digest)) {
		err = load_checked(front, peer, digest, &certificate);
		if (err != ERR_OK)
			return err;
		certificate_free(peer->certificate);
		peer->certificate = certificate;
	}
	certificate_validity(peer->certificate, &from_us, &until_us);
	*ret_signer = peer->certificate;
	return front->wall_us >= from_us && front->wall_us <= until_us ? ERR_OK : ERR_AUTH;
}

static enum err verify(struct front *front, struct peer *peer, const Pb__Batch *batch, const struct digest *root,
		       struct digest *ret_certificate)
{
	const struct certificate *signer;
	struct digest digest;
	enum err err;

	if (batch->certificate_sha256.len != DIGEST_BYTES || batch->signature.len > SIGNATURE_P256_MAX)
		return ERR_AUTH;
	memcpy(digest.bytes, batch->certificate_sha256.data, DIGEST_BYTES);
	err = signer_of(front, peer, &digest, &signer);
	if (err != ERR_OK)
		return err;
	err = batch_verify(front->config.site, signer, root, bytes_of_pb(batch->signature));
	if (err == ERR_OK)
		*ret_certificate = digest;
	return err;
}

/* ---- new devices ---- */

static enum err issue_for(struct front *front, const struct peer *peer, struct inbound_order *order, const Pb__BindDevice *bind)
{
	Pb__BindEntry *entry = arena_alloc(&front->scratch, sizeof *entry);
	Pb__Refusal refusal;

	if (entry == NULL)
		return ERR_NOMEM;
	pb__bind_entry__init(entry);
	entry->agency = peer->agency;
	entry->device = bind->device;
	entry->device_name = bind->device_name;
	entry->curve_key = bind->curve_key;
	if (issue_certificates(front->keys, peer->address, bind->device_name, bytes_of_pb(bind->signing_request),
			       bytes_of_pb(bind->sealing_request), front->wall_us, (int64_t)front->config.certificate_days * DAY_US,
			       &front->scratch, entry, &refusal)) {
		order->issued = entry;
		return ERR_OK;
	}
	order->refusal = refusal_keep(&front->scratch, &refusal);
	return order->refusal != NULL ? ERR_OK : ERR_NOMEM;
}

/* Only once the signature holds: issuing costs. */
static enum err issue_all(struct front *front, const struct peer *peer, const struct orders *orders)
{
	enum err err = ERR_OK;

	for (size_t i = 0; i < orders->count && err == ERR_OK; i++) {
		const Pb__Statement *statement = orders->orders[i].decoded[0];

		if (orders->orders[i].refusal == NULL && statement->body_case == PB__STATEMENT__BODY_BIND_DEVICE)
			err = issue_for(front, peer, &orders->orders[i], statement->bind_device);
	}
	return err;
}

static bool binds_device(const struct inbound_batch *batch)
{
	for (size_t i = 0; i < batch->count; i++)
		if (batch->orders[i].issued != NULL)
			return true;
	return false;
}

/* ---- the batch ---- */

static void refuse_overloaded(struct front *front, struct peer *peer, uint64_t number, size_t orders, int64_t value, int64_t bound)
{
	const Pb__Refusal refusal = refusal_overloaded(value, bound);

	front->tally.overloaded++;
	intake_refuse_batch(front, peer, number, orders, &refusal);
}

static bool may_send(struct front *front, struct peer *peer, const Pb__Batch *batch)
{
	const Pb__Refusal stopping = refusal_of(PB__REFUSAL_CODE__REFUSAL_CODE_STOPPING, NULL, 0, 0);

	if (front_is_closing(front))
		intake_refuse_batch(front, peer, batch->number, batch->n_orders, &stopping);
	else if (peer->unanswered >= front->config.session_batches)
		refuse_overloaded(front, peer, batch->number, batch->n_orders, peer->unanswered, (int64_t)front->config.session_batches);
	else
		return true;
	return false;
}

static Pb__Refusal verify_failed(struct front *front, const struct peer *peer, enum err err)
{
	bool theirs = err == ERR_AUTH || err == ERR_NOT_FOUND || err == ERR_FORMAT;

	if (!theirs)
		front_read_failed(front, err, "signer", peer->agency);
	return refusal_of(theirs ? PB__REFUSAL_CODE__REFUSAL_CODE_BAD_SIGNATURE : PB__REFUSAL_CODE__REFUSAL_CODE_INTERNAL, NULL, 0, 0);
}

/* Everything but the offer; ERR_OK, or ret_refusal is set. */
static enum err read_batch(struct front *front, struct peer *peer, struct held *held, const Pb__Batch *batch, bool *ret_privileged,
			   Pb__Refusal *ret_refusal)
{
	struct inbound_batch *inbound = &held->inbound.batch;
	struct orders orders;
	enum err err = orders_read(batch, frame_bytes(&held->data), &front->scratch, &orders, ret_refusal);

	if (err != ERR_OK)
		return err;
	err = verify(front, peer, batch, &orders.root, &inbound->certificate);
	if (err == ERR_OK)
		err = issue_all(front, peer, &orders);
	if (err != ERR_OK) {
		*ret_refusal = verify_failed(front, peer, err);
		return err;
	}
	inbound->number = batch->number;
	inbound->signature = bytes_of_pb(batch->signature);
	inbound->orders = orders.orders;
	inbound->count = orders.count;
	*ret_privileged = orders.privileged;
	return ERR_OK;
}

void intake_batch(struct front *front, struct frame *frame, struct peer *peer, const Pb__Batch *batch)
{
	/* Once the writer has the arena, batch may be gone. */
	uint64_t number = batch->number;
	size_t count = batch->n_orders;
	struct held *held;
	Pb__Refusal refusal;
	bool privileged, binds;

	if (!may_send(front, peer, batch))
		return;
	held = held_new(front, INBOUND_BATCH, peer);
	if (held == NULL) {
		refuse_overloaded(front, peer, number, count, 0, 0);
		return;
	}
	held_take_data(held, frame); /* before anything points into it: a small frame's bytes move with its struct */
	if (read_batch(front, peer, held, batch, &privileged, &refusal) != ERR_OK) {
		front->tally.bad_frames++;
		log_debug("batch_refused", "session=%016llx code=%s subject=%s", (unsigned long long)peer->number, refusal_code(refusal.code),
			  refusal.subject);
		intake_refuse_batch(front, peer, number, count, &refusal);
		held_free(held);
		return;
	}
	held_take_scratch(front, held);
	binds = binds_device(&held->inbound.batch);
	if (!held_charge(front, held, privileged))
		held_free(held);
	else if (held_offer(front, held, privileged) == ERR_OK) {
		peer->unanswered++;
		peer->binds = peer->binds || binds;
		return;
	}
	refuse_overloaded(front, peer, number, count, (int64_t)flow_bytes(&front->pending), (int64_t)front->config.pending_bytes_max);
}
