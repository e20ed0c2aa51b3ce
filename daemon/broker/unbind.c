/* SPDX-License-Identifier: Apache-2.0 */
/* broker/unbind.c - rule: the operator revokes an agency: all of its devices in force and all of its invitations end with the entry.
 * A device in force unbinds one of its own agency's, itself too.  Which of both it is, closed or compromised, is kept with
 * the binding for ever; after the latter, quarantine.c sets aside what was sent.  Of an agency that has no device in force any more, those
 * that ended as closed can still be called compromised: when they ended stays as it was. */
#include "broker/binding.h"
#include "broker/chores.h"
#include "broker/rows.h"
#include "broker/verbs.h"
#include "contract/limits.h"

/* An unused invitation of the agency; ERR_NOT_FOUND. */
struct seeking {
	uint32_t agency;
	struct invitation found;
};

static enum err seek(void *context, const struct invitation *invitation)
{
	struct seeking *seeking = context;

	if (invitation->agency != seeking->agency || invitation->used)
		return ERR_OK;
	seeking->found = *invitation;
	return ERR_EXISTS;
}

static enum err open_invitation(struct txn *txn, uint32_t agency, struct invitation *ret_invitation)
{
	struct seeking seeking = { .agency = agency };
	enum err err = invitation_each(txn, seek, &seeking);

	if (err != ERR_EXISTS)
		return err == ERR_OK ? ERR_NOT_FOUND : err;
	*ret_invitation = seeking.found;
	return ERR_OK;
}

static void put_device(Pb__UnbindEntry *entry, uint32_t device)
{
	entry->devices[entry->n_devices++] = device;
}

/* Devices that ended as closed, by their numbers from 1: what was not known then is said of all of them. */
static enum err gather_closed(struct world *world, uint32_t agency, Pb__UnbindEntry *entry)
{
	struct device device;
	uint32_t count = 0;
	enum err err;

	while ((err = device_get(world->txn, agency, count + 1, &device)) == ERR_OK)
		count++;
	if (err != ERR_NOT_FOUND)
		return err;
	entry->devices = world_alloc(world, count, sizeof(*entry->devices));
	if (entry->devices == NULL)
		return ERR_NOMEM;
	for (uint32_t number = 1; number <= count; number++) {
		err = device_get(world->txn, agency, number, &device);
		if (err != ERR_OK)
			return err;
		if (device.ends_at_us != 0 && !device.compromised)
			put_device(entry, number);
	}
	return ERR_OK;
}

static enum err gather_devices(struct world *world, const struct registry_agency *agency, bool compromised, Pb__UnbindEntry *entry)
{
	if (agency->device_count == 0 && compromised)
		return gather_closed(world, agency->number, entry);
	entry->devices = world_alloc(world, agency->device_count, sizeof(*entry->devices));
	if (entry->devices == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < agency->device_count; i++)
		put_device(entry, agency->devices[i].device);
	return ERR_OK;
}

enum err revoke_decide(struct world *world, const Pb__Operator *operator, const Pb__AdminRevoke *revoke, struct decision *ret_decision)
{
	const struct registry_agency *agency = registry_by_id(world->registry, bytes_of_text(revoke->agency));
	Pb__UnbindEntry *entry = world_alloc(world, 1, sizeof(*entry));
	struct invitation invitation;
	enum err err;

	if (entry == NULL)
		return ERR_NOMEM;
	if (agency == NULL)
		return decide_refusal(world, REFUSE(UNKNOWN_AGENCY), revoke->agency, 0, 0, ret_decision);
	if (strlen(revoke->reason) > LIMIT_SHORT_TEXT)
		return decide_refusal(world, REFUSE(TOO_LARGE), "reason", (int64_t)strlen(revoke->reason), LIMIT_SHORT_TEXT, ret_decision);
	pb__unbind_entry__init(entry);
	err = gather_devices(world, agency, revoke->compromised, entry);
	if (err != ERR_OK)
		return err;
	if (entry->n_devices == 0) {
		err = open_invitation(world->txn, agency->number, &invitation);
		if (err == ERR_NOT_FOUND)
			return decide_refusal(world, REFUSE(NOT_ENROLLED), agency->address, 0, 0, ret_decision);
		if (err != ERR_OK)
			return err;
	}
	entry->operator_ = (Pb__Operator *)(uintptr_t)operator;
	entry->agency = agency->number;
	entry->compromised = revoke->compromised;
	entry->renewed = revoke->renewed;
	entry->reason = revoke->reason;
	return decide_entry(world, PB__ENTRY_BODY__BODY_UNBIND, entry, ret_decision);
}

enum err unbind_order_decide(struct world *world, const struct signer *signer, const Pb__UnbindDevice *unbind,
			     struct decision *ret_decision)
{
	Pb__UnbindEntry *entry = world_alloc(world, 1, sizeof(*entry));
	uint32_t *devices = world_alloc(world, 1, sizeof(*devices));

	if (entry == NULL || devices == NULL)
		return ERR_NOMEM;
	if (registry_device(signer->agency, unbind->device) == NULL)
		return decide_refusal(world, REFUSE(NOT_YOURS), "device", unbind->device, 0, ret_decision);
	pb__unbind_entry__init(entry);
	entry->order = world_signed_order(world, signer);
	if (entry->order == NULL)
		return ERR_NOMEM;
	devices[0] = unbind->device;
	entry->devices = devices;
	entry->n_devices = 1;
	entry->agency = signer->agency->number;
	entry->compromised = unbind->compromised;
	return decide_entry(world, PB__ENTRY_BODY__BODY_UNBIND, entry, ret_decision);
}

static enum err end_device(struct txn *txn, const Pb__UnbindEntry *entry, uint32_t number, int64_t at_us)
{
	uint8_t signing[LIMIT_CERTIFICATE_BYTES], sealing[LIMIT_CERTIFICATE_BYTES];
	struct device device;
	enum err err = device_get(txn, entry->agency, number, &device);

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	if (device.signing_certificate.len > sizeof(signing) || device.sealing_certificate.len > sizeof(sealing))
		return ERR_CORRUPT;
	memcpy(signing, device.signing_certificate.data, device.signing_certificate.len); /* borrowed from what is written next */
	memcpy(sealing, device.sealing_certificate.data, device.sealing_certificate.len);
	device.signing_certificate.data = signing;
	device.sealing_certificate.data = sealing;
	if (device.ends_at_us == 0)
		device.ends_at_us = at_us;
	device.compromised = entry->compromised;
	err = binding_end_certificates(txn, &device, device.ends_at_us, entry->compromised);
	return err != ERR_OK ? err : device_put(txn, &device);
}

static enum err end_invitations(struct txn *txn, uint32_t agency)
{
	struct invitation invitation;
	enum err err;

	while ((err = open_invitation(txn, agency, &invitation)) == ERR_OK) {
		invitation.used = true;
		invitation_put(txn, &invitation);
		if (txn_error(txn) != ERR_OK)
			return txn_error(txn);
	}
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

/* Keys that are not safe any more, or gone, ask for another sealing, also those of one device: all of an agency's open what is sealed to it.
 * That the operator took the last away for good ends the agency. */
static void see_to_legs(struct txn *txn, uint64_t seq, const Pb__UnbindEntry *entry)
{
	if (entry->compromised || entry->renewed)
		chore_put(txn, &(struct chore){ .since = seq, .kind = PB__CHORE__CHORE_RESEAL, .agency = entry->agency });
	else if (entry->order == NULL)
		chore_put(txn, &(struct chore){ .since = seq, .kind = PB__CHORE__CHORE_CLOSE, .agency = entry->agency });
}

enum err unbind_apply(struct txn *txn, const struct leaf_header *header, const Pb__UnbindEntry *entry)
{
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < entry->n_devices; i++)
		err = end_device(txn, entry, entry->devices[i], header->time_us);
	if (err == ERR_OK && entry->order == NULL)
		err = end_invitations(txn, entry->agency);
	if (err == ERR_OK)
		directory_version_put(txn, header->seq);
	see_to_legs(txn, header->seq, entry);
	return err;
}
