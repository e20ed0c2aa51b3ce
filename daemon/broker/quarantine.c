/* SPDX-License-Identifier: Apache-2.0 */
/* broker/quarantine.c - rule: when keys are revoked as compromised, nobody knows who wrote what they signed last.  What waits and was
 * never handed out is set aside: everything that the agency sent when the operator revoked it, what the device signed when another device
 * of the agency did.  It holds nobody back, but marks what follows it, until the operator thaws or expires it.  What has left stays as it is. */
#include "broker/erased.h"
#include "broker/rows.h"
#include "broker/verbs.h"
#include "ledger/entry.h"

#define SUBMISSION_ARENA_BYTES (16u * 1024u * 1024u)

/* Who signed the submission last looked at: items of one lie side by side. */
struct signed_by {
	uint64_t seq; /* of it; 0: none yet, since entry 0 is the genesis */
	uint32_t device;
};

static enum err read_device(struct txn *txn, uint64_t seq, struct signed_by *signed_by)
{
	const Pb__EntryBody *body;
	struct arena arena;
	struct entry entry;
	enum err err;

	if (signed_by->seq == seq)
		return ERR_OK;
	arena_init(&arena, SUBMISSION_ARENA_BYTES);
	err = entry_decode(txn, seq, &arena, &entry, &body);
	if (err == ERR_OK && (body->body_case != PB__ENTRY_BODY__BODY_SUBMIT || body->submit->order == NULL))
		err = ERR_CORRUPT;
	if (err == ERR_OK)
		*signed_by = (struct signed_by){ seq, body->submit->order->device };
	arena_free(&arena);
	return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
}

static enum err is_concerned(struct txn *txn, const struct compromise *compromise, const struct queue_row *row, struct signed_by *signed_by,
			     bool *ret_concerned)
{
	struct delivery delivery;
	enum err err;

	*ret_concerned = false;
	if (row->sender != compromise->agency || row->state != DELIVERY_WAITING || row->what == PB__ITEM_WHAT__ITEM_WHAT_SEAL_TASK)
		return ERR_OK; /* a SEAL_TASK goes back to who signed, and brings nobody anything */
	err = delivery_get(txn, row->item, &delivery);
	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	if (delivery.handouts > 0)
		return ERR_OK;
	if (compromise->device != 0) {
		err = read_device(txn, delivery.seq, signed_by);
		if (err != ERR_OK)
			return err;
	}
	*ret_concerned = compromise->device == 0 || signed_by->device == compromise->device;
	return ERR_OK;
}

/* Fills the entry, in the order of the items' numbers. */
static enum err gather(struct world *world, const struct compromise *compromise, Pb__QuarantineEntry *entry)
{
	struct signed_by signed_by = { 0 };
	struct bytes key, value;
	struct cursor *cursor;
	enum err err = cursor_open(world->txn, TABLE_QUEUE, &cursor);

	if (err != ERR_OK)
		return err;
	for (err = cursor_first(cursor, &key, &value); err == ERR_OK && entry->n_items < QUARANTINE_ITEMS_MAX;
	     err = cursor_next(cursor, &key, &value)) {
		struct queue_row row;
		bool concerned;

		err = queue_row_decode(key, value, &row);
		if (err == ERR_OK)
			err = is_concerned(world->txn, compromise, &row, &signed_by, &concerned);
		if (err != ERR_OK)
			break;
		if (concerned)
			entry->items[entry->n_items++] = row.item;
	}
	cursor_close(cursor);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

enum err quarantine_decide(struct world *world, const struct compromise *compromise, struct decision *ret_decision)
{
	Pb__QuarantineEntry *entry = world_alloc(world, 1, sizeof(*entry));
	enum err err;

	if (entry == NULL)
		return ERR_NOMEM;
	pb__quarantine_entry__init(entry);
	entry->agency = compromise->agency;
	entry->unbound_seq = compromise->seq;
	entry->items = world_alloc(world, QUARANTINE_ITEMS_MAX, sizeof(*entry->items));
	if (entry->items == NULL)
		return ERR_NOMEM;
	err = gather(world, compromise, entry);
	if (err != ERR_OK)
		return err;
	if (entry->n_items > 0)
		return decide_entry(world, PB__ENTRY_BODY__BODY_QUARANTINE, entry, ret_decision);
	decide_nothing(ret_decision);
	return ERR_OK;
}

static enum err set_aside(struct txn *txn, uint64_t item)
{
	struct delivery delivery;
	enum err err = delivery_get(txn, item, &delivery);

	if (err == ERR_NOT_FOUND)
		return erased_passes(txn, item);
	if (err == ERR_OK && delivery.state != DELIVERY_WAITING)
		return ERR_CORRUPT;
	if (err != ERR_OK)
		return err;
	delivery.state = DELIVERY_QUARANTINED;
	delivery_put(txn, &delivery);
	return ERR_OK;
}

enum err quarantine_apply(struct txn *txn, const struct leaf_header *header, const Pb__QuarantineEntry *entry)
{
	enum err err = ERR_OK;

	(void)header;
	for (size_t i = 0; err == ERR_OK && i < entry->n_items; i++)
		err = set_aside(txn, entry->items[i]);
	return err;
}
