/* SPDX-License-Identifier: Apache-2.0 */
#include "broker/lookup.h"
#include "contract/codec.h"
#include "front/hello.h"
#include "front/intake.h"
#include "front/refusals.h"

#define DAY_US (86400 * INT64_C(1000000))

static void refuse(struct front *front, struct peer *peer, const Pb__Refusal *refusal)
{
	Pb__FromBroker message = PB__FROM_BROKER__INIT;
	Pb__Enrolled enrolled = PB__ENROLLED__INIT;

	enrolled.refusal = (Pb__Refusal *)(uintptr_t)refusal;
	message.body_case = PB__FROM_BROKER__BODY_ENROLLED;
	message.enrolled = &enrolled;
	reply_send(front, peer, &message, NULL);
	if (peer->state == PEER_ENROLLING)
		peer_end(front, peer, true, "not_enrolled");
}

static bool within_limits(const Pb__Enrol *enrol, Pb__Refusal *ret_refusal)
{
	Pb__BindDevice bind = PB__BIND_DEVICE__INIT;
	Pb__Statement statement = PB__STATEMENT__INIT;

	/* The same fields under the same limits. */
	bind.device_name = enrol->device_name;
	bind.curve_key = enrol->curve_key;
	bind.signing_request = enrol->signing_request;
	bind.sealing_request = enrol->sealing_request;
	statement.body_case = PB__STATEMENT__BODY_BIND_DEVICE;
	statement.bind_device = &bind;
	return statement_within_limits(&statement, ret_refusal);
}

/* The entry that admits the first device of the invitation's agency; NULL, with the refusal set, when it cannot be made. */
static const Pb__BindEntry *make_entry(struct front *front, const struct peer *peer, const struct key_entry *key, const Pb__Enrol *enrol,
				       Pb__Refusal *ret_refusal)
{
	Pb__BindEntry *entry = arena_alloc(&front->scratch, sizeof *entry);
	uint8_t *invitation = arena_copy(&front->scratch, bytes_of(key->key, CURVE_BYTES));

	*ret_refusal = refusal_overloaded(0, 0);
	if (entry == NULL || invitation == NULL || !within_limits(enrol, ret_refusal))
		return NULL;
	pb__bind_entry__init(entry);
	entry->invitation = pb_of_bytes(bytes_of(invitation, CURVE_BYTES));
	entry->agency = key->agency;
	entry->device_name = enrol->device_name;
	entry->curve_key = enrol->curve_key;
	if (!issue_certificates(front->keys, peer->address, enrol->device_name, bytes_of_pb(enrol->signing_request),
				bytes_of_pb(enrol->sealing_request), front->wall_us,
				(int64_t)front->config.certificate_days * DAY_US, &front->scratch, entry, ret_refusal))
		return NULL;
	return entry;
}

static void offer(struct front *front, struct peer *peer, const Pb__BindEntry *entry)
{
	Pb__Refusal refusal = refusal_overloaded(0, 0);
	struct held *held = held_new(front, INBOUND_BIND, peer);
	const char *address = arena_text(&front->scratch, bytes_of_text(peer->address));

	if (held == NULL || address == NULL) {
		held_free(held);
		refuse(front, peer, &refusal);
		return;
	}
	held->inbound.bind.entry = entry;
	held->inbound.bind.address = address;
	held_take_scratch(front, held);
	if (!held_charge(front, held, true))
		held_free(held);
	else if (held_offer(front, held, true) == ERR_OK)
		return;
	refuse(front, peer, &refusal);
}

static const Pb__Agency *record_of(struct front *front, uint32_t number)
{
	struct agency agency;
	struct txn *txn = NULL;
	enum err err = txn_begin_read(front->store, &txn);

	if (err == ERR_OK)
		err = agency_by_number(txn, number, &front->scratch, &agency);
	txn_abort(txn);
	if (err == ERR_OK)
		return agency.record;
	front_read_failed(front, err, "agency", number);
	return NULL;
}

void intake_enrol(struct front *front, const struct frame *frame, const Pb__Enrol *enrol)
{
	const struct key_entry *key = keyring_identified(&front->keyring, frame->identity, front->site_us);
	Pb__Refusal refusal = refusal_of(PB__REFUSAL_CODE__REFUSAL_CODE_INVITATION, NULL, 0, 0);
	const Pb__BindEntry *entry;
	const Pb__Agency *agency;
	struct peer *peer;

	if (front_is_closing(front))
		refusal = refusal_of(PB__REFUSAL_CODE__REFUSAL_CODE_STOPPING, NULL, 0, 0);
	if (front_is_closing(front) || key == NULL || key->kind != KEY_INVITATION) {
		reply_stranger(front, frame->routing, &refusal);
		return;
	}
	agency = record_of(front, key->agency);
	peer = agency != NULL ? peer_admit(front, frame, key, agency, PEER_ENROLLING) : NULL;
	if (peer == NULL)
		return;
	entry = make_entry(front, peer, key, enrol, &refusal);
	if (entry == NULL)
		refuse(front, peer, &refusal);
	else
		offer(front, peer, entry);
}
