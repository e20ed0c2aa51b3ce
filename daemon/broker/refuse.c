/* SPDX-License-Identifier: Apache-2.0 */
/* broker/refuse.c - rule: an agency says that its system could not handle an item that it was handed.  It counts one failure of that
 * hand-out and goes back to its lane; at attempts_max, or at once when trying again cannot help, it becomes a dead letter.
 * The same word again gets the first receipt; an item that is not in its hands is unknown.
 *
 * That a device cannot open it counts nothing while another one in force, to which it was sealed, has not said so too: it goes to
 * such a one.  When all have said so it is one failure, and all may try again; when none is in force any more it is dead. */
#include "broker/erased.h"
#include "broker/failure.h"
#include "broker/kept_out.h"
#include "broker/openers.h"
#include "broker/rows.h"
#include "broker/rows_cases.h"
#include "broker/verbs.h"
#include "contract/limits.h"

/* The delivery refused, and what speaks against it. */
static enum err look(struct world *world, const struct signer *signer, const Pb__Refuse *refuse, struct delivery *ret_delivery,
		     struct objection *ret_objection)
{
	enum err err;

	*ret_objection = (struct objection){ 0 };
	if (refuse->reason == PB__REFUSE_REASON__REFUSE_REASON_UNSPECIFIED)
		*ret_objection = OBJECT(MALFORMED, .subject = "refuse.reason");
	else if (strlen(refuse->detail) > LIMIT_SHORT_TEXT)
		*ret_objection = OBJECT(TOO_LARGE, .subject = "refuse.detail", .value = (int64_t)strlen(refuse->detail),
					.bound = LIMIT_SHORT_TEXT);
	if (ret_objection->code != 0)
		return ERR_OK;
	err = delivery_of(world->txn, refuse->item, signer->agency->number, bytes_of_pb(refuse->view_hash), ret_delivery);
	if (err == ERR_NOT_FOUND)
		*ret_objection = OBJECT(UNKNOWN_ITEM, .value = (int64_t)refuse->item);
	if (err == ERR_CONFLICT) {
		*ret_objection = OBJECT(CONFLICT, .subject = "view_hash", .value = (int64_t)refuse->item);
		return ERR_OK;
	}
	return err == ERR_NOT_FOUND ? erased_item_instead(world, signer, refuse->item, ret_objection) : err;
}

/* Whether the delivery's last failure was a refusal, not a lost session: then this order repeats it. */
static bool was_refused(const struct delivery *delivery)
{
	return delivery->state != DELIVERY_ACKNOWLEDGED && delivery->failed_seq != 0 && delivery->reason != 0;
}

/* What is to be said of a device that cannot open the delivery. */
static enum err cannot_open(struct world *world, const struct signer *signer, const struct delivery *delivery, Pb__RefuseEntry *entry)
{
	struct openers sealed, left;
	bool open;
	enum err err = openers_sealed_to(world, delivery, &sealed, &open);

	if (err != ERR_OK)
		return err;
	err = openers_get(world->txn, delivery->item, &left);
	if (err == ERR_NOT_FOUND)
		left = sealed;
	else if (err != ERR_OK)
		return err;
	openers_in_force(world->registry, delivery->agency, &left);
	openers_remove(&left, signer->device->device);
	if (left.count == 0) {
		entry->failed->dead = entry->failed->dead || (sealed.count == 0 && !open);
		return ERR_OK;
	}
	entry->failed->attempts = delivery->attempts;
	entry->failed->dead = false;
	entry->openers = world_alloc(world, left.count, sizeof(*entry->openers));
	if (entry->openers == NULL)
		return ERR_NOMEM;
	entry->n_openers = left.count;
	memcpy(entry->openers, left.devices, left.count * sizeof(*entry->openers));
	return ERR_OK;
}

/* What is said of it belongs to the case, and goes with it: to the one that the item is of, not to another that was opened under that id after
 * the first was erased, of which the item may be what told. */
static enum err keep_case(struct world *world, const struct delivery *delivery, Pb__RefuseEntry *entry)
{
	struct bytes case_id;
	struct case_row row;
	enum err err = case_of_item(world->txn, delivery, world->arena, &case_id);

	if (err == ERR_OK && case_id.len == ID_BYTES)
		err = case_get(world->txn, case_id, &row);
	if (err == ERR_OK && case_id.len == ID_BYTES && row.seq <= delivery->seq)
		err = pb_keep(world->arena, case_id, &entry->case_id);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

enum err refuse_decide(struct world *world, const struct signer *signer, const Pb__Refuse *refuse, struct decision *ret_decision)
{
	struct { Pb__RefuseEntry entry; Pb__FailedItem failed; } *made;
	struct objection objection;
	struct delivery delivery;
	enum err err = look(world, signer, refuse, &delivery, &objection);

	if (err != ERR_OK)
		return err;
	if (objection.code != 0)
		return decide_objection(world, &objection, ret_decision);
	if (!failure_may_count(&delivery)) {
		if (!was_refused(&delivery))
			return decide_refusal(world, REFUSE(UNKNOWN_ITEM), NULL, (int64_t)refuse->item, 0, ret_decision);
		decide_duplicate(delivery.failed_seq, ret_decision);
		return ERR_OK;
	}
	made = world_alloc(world, 1, sizeof(*made));
	if (made == NULL)
		return ERR_NOMEM;
	pb__refuse_entry__init(&made->entry);
	failure_next(world, &delivery, refuse->reason, &made->failed);
	made->entry.failed = &made->failed;
	made->entry.reason = refuse->reason;
	if (refuse->reason == PB__REFUSE_REASON__REFUSE_REASON_CANNOT_OPEN) {
		err = cannot_open(world, signer, &delivery, &made->entry);
		if (err != ERR_OK)
			return err;
	}
	err = keep_case(world, &delivery, &made->entry);
	if (err != ERR_OK)
		return err;
	made->entry.order = world_signed_order(world, signer);
	return made->entry.order == NULL ? ERR_NOMEM : decide_entry(world, PB__ENTRY_BODY__BODY_REFUSE, &made->entry, ret_decision);
}

enum err refuse_apply(struct txn *txn, const struct leaf_header *header, const Pb__RefuseEntry *entry)
{
	struct openers openers = { .count = entry->n_openers };
	struct delivery delivery;
	enum err err;

	if (entry->failed == NULL || entry->n_openers > LIMIT_DEVICES)
		return ERR_CORRUPT;
	err = delivery_get(txn, entry->failed->item, &delivery);
	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? erased_passes(txn, entry->failed->item) : err;
	err = failure_apply(txn, header->seq, entry->failed, entry->reason);
	if (err == ERR_OK)
		err = case_note(txn, bytes_of_pb(entry->case_id), header->seq, 0);
	if (err != ERR_OK || entry->n_openers == 0)
		return err != ERR_OK ? err : openers_forget(txn, entry->failed->item);
	memcpy(openers.devices, entry->openers, openers.count * sizeof(*openers.devices));
	openers_put(txn, entry->failed->item, &openers);
	return ERR_OK;
}
