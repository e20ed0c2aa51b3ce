/* SPDX-License-Identifier: Apache-2.0 */
/* broker/handout.c - rule: items of one agency that wait are authorised to go to one session of a device in force, and the hand-out
 * is counted; only after it is durable do bytes leave.  What does not wait any more is passed over.  ON_ACCEPT parts are withheld by
 * whoever reads the parts: the submission's entry names them.
 *
 * What rests on a consent is looked at again, by the consent's row as it stands: parts that it no longer covers are withheld for good, and
 * an item of which nothing is left ends.  So does what is of a protected case that the agency was kept out of meanwhile. */
#include "broker/basis_check.h"
#include "broker/erased.h"
#include "broker/failure.h"
#include "broker/kept_out.h"
#include "broker/rows.h"
#include "broker/rows_cases.h"
#include "broker/rows_polls.h"
#include "broker/verbs.h"

/* The device is in force, the agency is known. */
static bool may_receive(const struct world *world, const struct handout *handout)
{
	const struct registry_agency *agency = registry_agency(world->registry, handout->agency);

	return agency != NULL && registry_device(agency, handout->device) != NULL;
}

/* ---- consent ---- */

/* The item whose condition rules what is handed out; 0: none does. */
static uint64_t conditional_item(const struct delivery *delivery)
{
	if (delivery->what == PB__ITEM_WHAT__ITEM_WHAT_RELEASE)
		return delivery->about;
	return delivery->conditional ? delivery->item : 0;
}

/* The parts of its message that an item brings, as bits. */
static uint8_t brought(const struct condition *condition, const struct delivery *delivery)
{
	uint8_t all = (uint8_t)((1u << condition->part_count) - 1);

	return delivery->what == PB__ITEM_WHAT__ITEM_WHAT_RELEASE ? condition->held : (uint8_t)(all & ~condition->held);
}

static enum err add_withheld(struct world *world, Pb__HandoutEntry *entry, uint64_t item, uint8_t parts)
{
	Pb__Withheld *withheld = world_alloc(world, 1, sizeof(*withheld));

	if (withheld == NULL)
		return ERR_NOMEM;
	pb__withheld__init(withheld);
	withheld->item = item;
	withheld->parts = parts;
	entry->withheld[entry->n_withheld++] = withheld;
	return ERR_OK;
}

/* What is to stay behind of one item; *ret_nothing_left: all of it. */
static enum err look_again(struct world *world, struct handed *handed, Pb__HandoutEntry *entry, bool *ret_nothing_left)
{
	const struct delivery *delivery = &handed->delivery;
	uint64_t item = conditional_item(delivery);
	struct condition condition;
	uint8_t uncovered, parts;
	enum err err = item == 0 ? ERR_NOT_FOUND : condition_get(world->txn, item, &condition);

	handed->blocked = 0;
	handed->blocked_bytes = 0;
	*ret_nothing_left = false;
	if (err == ERR_NOT_FOUND && !delivery->conditional)
		return ERR_OK; /* a message that rests on no consent */
	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	err = consent_uncovered(world, &condition, &uncovered);
	if (err != ERR_OK)
		return err;
	parts = brought(&condition, delivery);
	handed->blocked = parts & uncovered;
	for (size_t i = 0; i < condition.part_count; i++)
		handed->blocked_bytes += (handed->blocked & 1u << i) != 0 ? condition.sizes[i] : 0;
	/* A View alone is worth something while parts may still follow it. */
	if (delivery->what == PB__ITEM_WHAT__ITEM_WHAT_RELEASE)
		*ret_nothing_left = handed->blocked == parts;
	else
		*ret_nothing_left = (uncovered & ((1u << condition.part_count) - 1)) == (1u << condition.part_count) - 1;
	if ((parts & uncovered & ~condition.blocked) == 0)
		return ERR_OK;
	return add_withheld(world, entry, item, parts & uncovered);
}

/* ---- decide ---- */

/* address: of an agency that is kept out of some case; empty: of none. */
static enum err add(struct world *world, const struct handout *handout, size_t at, struct bytes address, struct handed *ret_handed,
		    Pb__HandoutEntry *entry)
{
	struct handed *handed = &ret_handed[entry->n_items];
	bool nothing_left = false, kept_out = false;
	enum err err = delivery_get(world->txn, handout->items[at], &handed->delivery);

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	if (handed->delivery.agency != handout->agency || handed->delivery.state != DELIVERY_WAITING)
		return ERR_OK;
	if (address.len != 0)
		err = kept_out_item(world->txn, address, &handed->delivery, world->arena, &kept_out);
	if (err == ERR_OK && kept_out)
		entry->kept_out[entry->n_kept_out++] = handed->delivery.item;
	if (err == ERR_OK && !kept_out)
		err = look_again(world, handed, entry, &nothing_left);
	if (err != ERR_OK || kept_out)
		return err;
	handed->at = at;
	if (nothing_left)
		entry->ended[entry->n_ended++] = handed->delivery.item;
	else
		entry->items[entry->n_items++] = handed->delivery.item;
	return ERR_OK;
}

static enum err new_entry(struct world *world, const struct handout *handout, Pb__HandoutEntry **ret_entry)
{
	Pb__HandoutEntry *entry = world_alloc(world, 1, sizeof(*entry));

	if (entry == NULL)
		return ERR_NOMEM;
	pb__handout_entry__init(entry);
	entry->agency = handout->agency;
	entry->device = handout->device;
	entry->session = handout->session;
	entry->items = world_alloc(world, handout->count, sizeof(*entry->items));
	entry->ended = world_alloc(world, handout->count, sizeof(*entry->ended));
	entry->kept_out = world_alloc(world, handout->count, sizeof(*entry->kept_out));
	entry->withheld = world_alloc(world, handout->count, sizeof(*entry->withheld));
	if (entry->items == NULL || entry->ended == NULL || entry->kept_out == NULL || entry->withheld == NULL)
		return ERR_NOMEM;
	*ret_entry = entry;
	return ERR_OK;
}

enum err handout_decide(struct world *world, const struct handout *handout, struct handed *ret_handed, struct decision *ret_decision)
{
	const struct registry_agency *agency = registry_agency(world->registry, handout->agency);
	struct bytes address = bytes_of_text(agency == NULL ? "" : agency->address);
	Pb__HandoutEntry *entry;
	bool anywhere = false;
	enum err err = new_entry(world, handout, &entry);

	if (err == ERR_OK)
		err = kept_out_of_any(world->txn, address, &anywhere);
	for (size_t i = 0; err == ERR_OK && may_receive(world, handout) && i < handout->count; i++)
		err = add(world, handout, i, anywhere ? address : bytes_of(NULL, 0), ret_handed, entry);
	if (err != ERR_OK)
		return err;
	if (entry->n_items + entry->n_ended + entry->n_kept_out > 0)
		return decide_entry(world, PB__ENTRY_BODY__BODY_HANDOUT, entry, ret_decision);
	decide_nothing(ret_decision);
	return ERR_OK;
}

/* ---- apply ---- */

static enum err block(struct txn *txn, const Pb__Withheld *withheld)
{
	struct condition condition;
	enum err err = condition_get(txn, withheld->item, &condition);

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? erased_passes(txn, withheld->item) : err;
	condition.blocked = (uint8_t)(condition.blocked | withheld->parts);
	condition_put(txn, &condition);
	return ERR_OK;
}

/* Which parts left, and when first: a withdrawal's receipt tells. */
static enum err note_handed(struct txn *txn, int64_t at_us, const struct delivery *delivery)
{
	uint64_t item = conditional_item(delivery);
	struct condition condition;
	enum err err = item == 0 ? ERR_NOT_FOUND : condition_get(txn, item, &condition);

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND && !delivery->conditional ? ERR_OK : err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	condition.handed = (uint8_t)(condition.handed | (brought(&condition, delivery) & ~condition.blocked));
	if (condition.handed_at_us == 0 && condition.handed != 0)
		condition.handed_at_us = at_us;
	condition_put(txn, &condition);
	return ERR_OK;
}

static enum err apply_item(struct txn *txn, const struct leaf_header *header, uint64_t item)
{
	struct delivery delivery;
	enum err err = delivery_get(txn, item, &delivery);

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? erased_passes(txn, item) : err;
	delivery.handouts++;
	delivery.last_handout_seq = header->seq;
	delivery_put(txn, &delivery);
	return note_handed(txn, header->time_us, &delivery);
}

enum err handout_apply(struct txn *txn, const struct leaf_header *header, const Pb__HandoutEntry *entry)
{
	enum err err = ERR_OK;

	poll_row_put(txn, entry->agency, &(struct poll_row){ .handed_at_us = header->time_us });
	for (size_t i = 0; err == ERR_OK && i < entry->n_withheld; i++)
		err = block(txn, entry->withheld[i]);
	for (size_t i = 0; err == ERR_OK && i < entry->n_items; i++)
		err = apply_item(txn, header, entry->items[i]);
	for (size_t i = 0; err == ERR_OK && i < entry->n_ended; i++)
		err = failure_end(txn, header->seq, entry->ended[i]);
	for (size_t i = 0; err == ERR_OK && i < entry->n_kept_out; i++)
		err = failure_end(txn, header->seq, entry->kept_out[i]);
	return err;
}
