/* SPDX-License-Identifier: Apache-2.0 */
/* broker/submit_recipients.c - whom a message is for, and whether it may go there; see submit_check.h for the contract. */
#include "broker/submit_check.h"
#include "contract/disclosure.h"

#define DANGER_SHARE 16u /* danger to life may go over the site's bound by a sixteenth of it: the index in memory stays bounded */

static const struct objection nothing;

static bool is_danger(const Pb__View *view)
{
	return view->urgency == PB__URGENCY__URGENCY_DANGER;
}

static bool is_sealed_to(const Pb__View *view, const struct digest *sealing)
{
	for (size_t i = 0; i < view->n_sealed_to; i++)
		if (memcmp(view->sealed_to[i].data, sealing->bytes, DIGEST_BYTES) == 0)
			return true;
	return false;
}

static bool has_sealing(const struct registry_agency *agency, const uint8_t *sealing)
{
	for (size_t i = 0; i < agency->device_count; i++)
		if (memcmp(agency->devices[i].sealing.bytes, sealing, DIGEST_BYTES) == 0)
			return true;
	return false;
}

/* Every device of the recipient can open it, and nobody but the recipient's and the sender's devices in force.  What is not sealed
 * for secrecy, an announcement, may name nobody. */
static bool sealed_well(const Pb__View *view, const struct registry_agency *recipient, const struct registry_agency *sender)
{
	if (view->n_parts == 0 || (view->kind == PB__KIND__KIND_ANNOUNCEMENT && view->n_sealed_to == 0))
		return true;
	for (size_t i = 0; i < recipient->device_count; i++)
		if (!is_sealed_to(view, &recipient->devices[i].sealing))
			return false;
	for (size_t i = 0; i < view->n_sealed_to; i++)
		if (!has_sealing(recipient, view->sealed_to[i].data) && !has_sealing(sender, view->sealed_to[i].data))
			return false;
	return true;
}

static struct objection check_recipient(const struct world *world, const struct signer *signer, size_t index)
{
	const struct registry_agency *recipient = signer->recipients[index];
	const struct registry_agency *sender = signer->agency;
	const Pb__View *view = submit_view(signer, index);
	uint64_t waiting;

	/* A confidential agency is not there at all, but for its proxy. */
	if (recipient == NULL || recipient->closed || (recipient != sender && !registry_may_correspond(sender, recipient)))
		return OBJECT(UNKNOWN_AGENCY, .subject = view->recipient);
	if (view->n_parts == 0) /* a word alone: it waits for whoever comes, and no queue is too long for it */
		return nothing;
	if (recipient->device_count == 0)
		return OBJECT(NOT_ENROLLED, .subject = view->recipient);
	if (recipient != sender && (recipient->kinds & (uint32_t)1 << view->kind) == 0)
		return OBJECT(KIND_NOT_TAKEN, .subject = view->recipient);
	if (!sealed_well(view, recipient, sender))
		return OBJECT(STALE_KEY, .subject = view->recipient);
	waiting = mailbox_waiting(world->mailbox, recipient->number);
	if (waiting >= world->rules->mailbox_items_max && !is_danger(view))
		return OBJECT(MAILBOX_FULL, .subject = view->recipient, .value = (int64_t)waiting,
			      .bound = (int64_t)world->rules->mailbox_items_max);
	return nothing;
}

/* What the parts tell, each released as that may be. */
static struct objection check_parts(const Pb__View *view, class_set *ret_classes)
{
	struct disclosure_fault fault = { 0 };
	class_set classes = 0;

	for (size_t i = 0; i < view->n_parts; i++) {
		class_set of_part;

		if (disclosure_set(view->parts[i]->classes, view->parts[i]->n_classes, &of_part) != ERR_OK)
			return OBJECT(MALFORMED, .subject = "parts.classes");
		if (disclosure_check_release(of_part, view->parts[i]->release, &fault) != ERR_OK)
			return OBJECT(BASIS, .subject = fault.reason);
		classes |= of_part;
	}
	*ret_classes = classes;
	return nothing;
}

static struct objection check_basis(const Pb__View *view)
{
	struct disclosure_fault fault = { 0 };
	class_set classes = 0;
	struct objection objection = check_parts(view, &classes);

	if (objection.code != 0)
		return objection;
	if (view->n_parts == 0)
		return nothing; /* it tells nothing */
	if (view->consent_act != NULL)
		return nothing; /* nobody else, at least: it goes to its sender alone */
	if (view->basis == NULL)
		return view->kind == PB__KIND__KIND_ANNOUNCEMENT ? nothing : OBJECT(BASIS, .subject = "needs_basis");
	return disclosure_check(view->basis, classes, NULL, &fault) == ERR_OK ? nothing : OBJECT(BASIS, .subject = fault.reason);
}

/* What is taken back makes room. */
static bool withdraws(const Pb__View *view)
{
	return view->leg_act != NULL && view->leg_act->action == PB__LEG_ACTION__LEG_ACTION_WITHDRAW;
}

static struct objection check_room(const struct world *world, const struct signer *signer)
{
	const Pb__View *view = submit_view(signer, 0);
	uint64_t bound = world->rules->items_max;
	struct mailbox_counts counts;

	if (world->tight && !withdraws(view))
		return OBJECT(STORE_FULL, .value = (int64_t)world->room.disk_free_bytes, .bound = (int64_t)world->room.reserve_bytes);
	if (is_danger(view))
		bound += bound / DANGER_SHARE;
	mailbox_counts(world->mailbox, &counts);
	if (counts.items + signer->order->statement_count > bound)
		return OBJECT(MAILBOX_FULL, .value = (int64_t)counts.items, .bound = (int64_t)bound);
	return nothing;
}

/* Pairs: at most LIMIT_RECIPIENTS of them. */
static const char *named_twice(const struct signer *signer)
{
	for (size_t i = 1; i < signer->order->statement_count; i++)
		for (size_t k = 0; k < i; k++)
			if (strcmp(submit_view(signer, i)->recipient, submit_view(signer, k)->recipient) == 0)
				return submit_view(signer, i)->recipient;
	return NULL;
}

struct objection submit_check_recipients(const struct world *world, const struct signer *signer)
{
	const Pb__View *first = submit_view(signer, 0);
	const char *twice = named_twice(signer);
	struct objection objection = nothing;

	if (signer->agency->closed)
		return OBJECT(UNKNOWN_AGENCY, .subject = signer->agency->address);
	if (twice != NULL)
		return OBJECT(MALFORMED, .subject = "recipient");
	for (size_t i = 0; objection.code == 0 && i < signer->order->statement_count; i++) {
		objection = check_recipient(world, signer, i);
		if (objection.code == 0)
			objection = check_basis(submit_view(signer, i));
	}
	if (objection.code == 0 && first->expires_at_us != 0 && first->expires_at_us <= world->now_us)
		return OBJECT(EXPIRED, .subject = "expires_at_us", .value = first->expires_at_us, .bound = world->now_us);
	return objection.code != 0 ? objection : check_room(world, signer);
}
