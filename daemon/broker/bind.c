/* SPDX-License-Identifier: Apache-2.0 */
/* broker/bind.c - rule: an agency's first device is admitted by an invitation that is unused and not run out, or by the operator with a
 * request brought by hand, and only while it has none in force.  A device in force binds further ones, up to LIMIT_DEVICES, or
 * replaces its own keys.  Device numbers count from 1 and are never given twice; a CURVE key is no other device's and no invitation's.
 *
 * The certificates were issued before; replaced ones end with the entry, and are known for ever by their digests. */
#include "broker/binding.h"
#include "broker/rows.h"
#include "broker/verbs.h"
#include "contract/limits.h"

#define DEVICE_NAME_MAX (sizeof(((struct device *)0)->name) - 1)

static struct objection check_fields(const Pb__BindEntry *issued)
{
	size_t name = strlen(issued->device_name);

	if (name > DEVICE_NAME_MAX)
		return OBJECT(TOO_LARGE, .subject = "device_name", .value = (int64_t)name, .bound = DEVICE_NAME_MAX);
	if (issued->curve_key.len != CURVE_BYTES)
		return OBJECT(MALFORMED, .subject = "curve_key", .value = (int64_t)issued->curve_key.len, .bound = CURVE_BYTES);
	if (issued->signing_certificate.len == 0 || issued->signing_certificate.len > LIMIT_CERTIFICATE_BYTES)
		return OBJECT(MALFORMED, .subject = "signing_certificate");
	if (issued->sealing_certificate.len == 0 || issued->sealing_certificate.len > LIMIT_CERTIFICATE_BYTES)
		return OBJECT(MALFORMED, .subject = "sealing_certificate");
	return (struct objection){ 0 };
}

/* The CURVE key must be fresh: a key that means two things lets one pass for the other. */
static enum err check_key(struct world *world, const Pb__BindEntry *issued, struct objection *ret_objection)
{
	struct invitation invitation;
	enum err err = invitation_get(world->txn, bytes_of_pb(issued->curve_key), &invitation);

	if (err == ERR_OK || registry_has_curve_key(world->registry, issued->curve_key.data)) {
		*ret_objection = OBJECT(CONFLICT, .subject = "curve_key");
		return ERR_OK;
	}
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static enum err check_admission(struct world *world, const Pb__BindEntry *issued, const struct registry_agency *agency,
				struct objection *ret_objection)
{
	struct invitation invitation;
	enum err err;

	if (agency == NULL || agency->closed) {
		*ret_objection = OBJECT(UNKNOWN_AGENCY, .subject = agency == NULL ? NULL : agency->address);
		return ERR_OK;
	}
	if (agency->device_count > 0) {
		*ret_objection = OBJECT(ENROLLED, .subject = agency->address, .value = (int64_t)agency->device_count);
		return ERR_OK;
	}
	if (issued->operator_ != NULL)
		return ERR_OK;
	err = invitation_get(world->txn, bytes_of_pb(issued->invitation), &invitation);
	if (err == ERR_NOT_FOUND ||
	    (err == ERR_OK && (invitation.used || invitation.agency != issued->agency || invitation.expires_at_us <= world->now_us)))
		*ret_objection = OBJECT(INVITATION, .subject = agency->address);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

/* Greater than that of every device that the agency ever had. */
static enum err next_device(struct world *world, uint32_t agency, uint32_t *ret_device)
{
	uint32_t next = 1;

	for (;; next++) {
		struct device device;
		enum err err = device_get(world->txn, agency, next, &device);

		if (err == ERR_NOT_FOUND)
			break;
		if (err != ERR_OK)
			return err;
	}
	*ret_device = next;
	return ERR_OK;
}

/* The entry for device of an agency: all checks are done. */
static enum err admit(struct world *world, const Pb__BindEntry *issued, uint32_t agency, uint32_t device, Pb__SignedOrder *order,
		      struct decision *ret_decision)
{
	Pb__BindEntry *entry = world_alloc(world, 1, sizeof(*entry));

	if (entry == NULL)
		return ERR_NOMEM;
	*entry = *issued;
	entry->agency = agency;
	entry->device = device;
	entry->order = order;
	return decide_entry(world, PB__ENTRY_BODY__BODY_BIND, entry, ret_decision);
}

enum err bind_decide(struct world *world, const Pb__BindEntry *issued, struct decision *ret_decision)
{
	const struct registry_agency *agency = registry_agency(world->registry, issued->agency);
	struct objection objection = check_fields(issued);
	uint32_t device;
	enum err err = ERR_OK;

	if (objection.code == 0)
		err = check_admission(world, issued, agency, &objection);
	if (err == ERR_OK && objection.code == 0)
		err = check_key(world, issued, &objection);
	if (err != ERR_OK)
		return err;
	if (objection.code != 0)
		return decide_objection(world, &objection, ret_decision);
	err = next_device(world, issued->agency, &device);
	return err != ERR_OK ? err : admit(world, issued, issued->agency, device, NULL, ret_decision);
}

static struct objection check_order(const struct signer *signer, const Pb__BindDevice *bind, const Pb__BindEntry *issued)
{
	if (issued == NULL)
		return OBJECT(MALFORMED, .subject = "bind_device");
	if (bind->device != 0 && bind->device != signer->device->device)
		return OBJECT(NOT_YOURS, .subject = "device", .value = bind->device, .bound = signer->device->device);
	if (bind->device == 0 && signer->agency->device_count >= LIMIT_DEVICES)
		return OBJECT(TOO_MANY_DEVICES, .value = (int64_t)signer->agency->device_count, .bound = LIMIT_DEVICES);
	return check_fields(issued);
}

enum err bind_order_decide(struct world *world, const struct signer *signer, const Pb__BindDevice *bind, struct decision *ret_decision)
{
	const Pb__BindEntry *issued = signer->order->issued;
	struct objection objection = check_order(signer, bind, issued);
	Pb__SignedOrder *order;
	uint32_t device = bind->device;
	enum err err = ERR_OK;

	if (objection.code == 0)
		err = check_key(world, issued, &objection);
	if (err != ERR_OK)
		return err;
	if (objection.code != 0)
		return decide_objection(world, &objection, ret_decision);
	if (device == 0)
		err = next_device(world, signer->agency->number, &device);
	if (err != ERR_OK)
		return err;
	order = world_signed_order(world, signer);
	return order == NULL ? ERR_NOMEM : admit(world, issued, signer->agency->number, device, order, ret_decision);
}

/* The certificates of the device's former binding, if it has one in force. */
static enum err end_former(struct txn *txn, const Pb__BindEntry *entry, int64_t at_us)
{
	struct device former;
	enum err err = device_get(txn, entry->agency, entry->device, &former);

	if (err == ERR_NOT_FOUND)
		return ERR_OK;
	return err != ERR_OK || former.ends_at_us != 0 ? err : binding_end_certificates(txn, &former, at_us, false);
}

static enum err use_invitation(struct txn *txn, struct bytes key)
{
	struct invitation invitation;
	enum err err;

	if (key.len == 0)
		return ERR_OK;
	err = invitation_get(txn, key, &invitation);
	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	invitation.used = true;
	invitation_put(txn, &invitation);
	return ERR_OK;
}

static enum err put_device(struct txn *txn, const struct leaf_header *header, const Pb__BindEntry *entry)
{
	struct device device = {
		.agency = entry->agency,
		.device = entry->device,
		.signing_certificate = bytes_of_pb(entry->signing_certificate),
		.sealing_certificate = bytes_of_pb(entry->sealing_certificate),
		.seq = header->seq,
		.bound_at_us = header->time_us,
	};
	struct certificate_row row = { .agency = entry->agency, .device = entry->device, .seq = header->seq };
	struct digest signing = digest_of(device.signing_certificate);
	struct digest sealing = digest_of(device.sealing_certificate);
	size_t name = strlen(entry->device_name);

	if (entry->curve_key.len != CURVE_BYTES || name > DEVICE_NAME_MAX)
		return ERR_CORRUPT;
	memcpy(device.curve_key, entry->curve_key.data, CURVE_BYTES);
	memcpy(device.name, entry->device_name, name);
	certificate_row_put(txn, &signing, &row);
	certificate_row_put(txn, &sealing, &row);
	return device_put(txn, &device);
}

enum err bind_apply(struct txn *txn, const struct leaf_header *header, const Pb__BindEntry *entry)
{
	enum err err = end_former(txn, entry, header->time_us);

	if (err == ERR_OK)
		err = use_invitation(txn, bytes_of_pb(entry->invitation));
	if (err == ERR_OK)
		err = put_device(txn, header, entry);
	if (err == ERR_OK)
		directory_version_put(txn, header->seq);
	return err;
}
