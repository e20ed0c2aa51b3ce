/* SPDX-License-Identifier: Apache-2.0 */
/* broker/invite.c - rule: the operator invites an agency of the directory that has no device in force, by a one-time key that nobody
 * uses yet and that runs out.  Further devices are the agency's own word (bind.c), not the operator's. */
#include "broker/rows.h"
#include "broker/verbs.h"

#define VALID_MAX_US (INT64_C(3660) * 86400 * 1000000)

/* By the site's clock; whoever invites may have another. */
static int64_t expires_at(const struct world *world, const Pb__AdminAgencyAdd *add)
{
	return add->valid_us > 0 ? world->now_us + add->valid_us : add->expires_at_us;
}

static enum err check(struct world *world, const Pb__AdminAgencyAdd *add, const struct registry_agency *agency,
		      struct objection *ret_objection)
{
	struct invitation invitation;
	enum err err;

	*ret_objection = (struct objection){ 0 };
	if (agency == NULL || agency->closed)
		*ret_objection = OBJECT(UNKNOWN_AGENCY, .subject = add->agency);
	else if (agency->device_count > 0)
		*ret_objection = OBJECT(ENROLLED, .subject = agency->address, .value = (int64_t)agency->device_count);
	else if (add->curve_key.len != CURVE_BYTES)
		*ret_objection = OBJECT(MALFORMED, .subject = "curve_key", .value = (int64_t)add->curve_key.len, .bound = CURVE_BYTES);
	else if (add->valid_us < 0 || add->valid_us > VALID_MAX_US)
		*ret_objection = OBJECT(TOO_LARGE, .subject = "valid_us", .value = add->valid_us, .bound = VALID_MAX_US);
	else if (expires_at(world, add) <= world->now_us)
		*ret_objection = OBJECT(EXPIRED, .subject = "expires_at_us", .value = add->expires_at_us, .bound = world->now_us);
	else if (registry_has_curve_key(world->registry, add->curve_key.data))
		*ret_objection = OBJECT(CONFLICT, .subject = "curve_key");
	if (ret_objection->code != 0)
		return ERR_OK;
	err = invitation_get(world->txn, bytes_of_pb(add->curve_key), &invitation);
	if (err == ERR_OK)
		*ret_objection = OBJECT(CONFLICT, .subject = "curve_key");
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

enum err invite_decide(struct world *world, const Pb__Operator *operator, const Pb__AdminAgencyAdd *add, struct decision *ret_decision)
{
	const struct registry_agency *agency = registry_by_id(world->registry, bytes_of_text(add->agency));
	Pb__InviteEntry *entry = world_alloc(world, 1, sizeof(*entry));
	struct objection objection;
	enum err err;

	if (entry == NULL)
		return ERR_NOMEM;
	err = check(world, add, agency, &objection);
	if (err != ERR_OK)
		return err;
	if (objection.code != 0)
		return decide_objection(world, &objection, ret_decision);
	pb__invite_entry__init(entry);
	entry->operator_ = (Pb__Operator *)(uintptr_t)operator;
	entry->agency = agency->number;
	entry->curve_key = add->curve_key;
	entry->expires_at_us = expires_at(world, add);
	return decide_entry(world, PB__ENTRY_BODY__BODY_INVITE, entry, ret_decision);
}

enum err invite_apply(struct txn *txn, const struct leaf_header *header, const Pb__InviteEntry *entry)
{
	struct invitation invitation = { .agency = entry->agency, .expires_at_us = entry->expires_at_us };

	(void)header;
	if (entry->curve_key.len != CURVE_BYTES)
		return ERR_CORRUPT;
	memcpy(invitation.curve_key, entry->curve_key.data, CURVE_BYTES);
	invitation_put(txn, &invitation);
	return ERR_OK;
}
