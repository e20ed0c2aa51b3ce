/* SPDX-License-Identifier: Apache-2.0 */
/* broker/erase_rows.c - see erase_rows.h for the contract.
 *
 * Nearly all rows are known by the number of the entry that made them, or of one of its items: no body is needed to find those.  The rest is
 * what the body names: messages by their ids, consents, segments, and who held a leg for a while. */
#include "broker/erase_rows.h"

#include "broker/rows_conferences.h"
#include "broker/rows_consents.h"
#include "broker/rows_legs.h"
#include "broker/rows_reviews.h"
#include "contract/codec.h"
#include "ledger/entry.h"
#include "ledger/erase.h"
#include "store/parts.h"

/* ---- what the body names ---- */

static void message_forget(struct txn *txn, const Pb__SubmitEntry *submit)
{
	uint8_t key[ID_BYTES + 4];

	if (submit->order == NULL || submit->message_id.len != ID_BYTES)
		return;
	memcpy(key, submit->message_id.data, ID_BYTES);
	be32_put(key + ID_BYTES, submit->order->agency);
	txn_forget(txn, TABLE_MESSAGES, bytes_of(key, sizeof(key)));
}

static void leg_after_forget(struct txn *txn, const Pb__LegAfter *leg)
{
	if (leg != NULL && leg->acting != 0 && leg->leg != 0)
		agency_leg_forget(txn, leg->acting, leg->leg);
}

static enum err consent_forget(struct txn *txn, const Pb__ConsentAfter *consent)
{
	enum err err = consent == NULL ? ERR_NOT_FOUND : consent_drop(txn, bytes_of_pb(consent->consent_id));

	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

/* Its parts went before, and gave its segments back. */
static bool is_pruned(const Pb__SubmitEntry *submit, uint64_t stored_parts)
{
	size_t parts = 0;

	for (size_t i = 0; i < submit->n_recipients; i++)
		parts += submit->recipients[i]->n_part_sizes;
	return parts > 0 && stored_parts == 0;
}

static enum err submit_forget(struct txn *txn, const Pb__SubmitEntry *submit, bool was_pruned)
{
	enum err err = consent_forget(txn, submit->consent);

	message_forget(txn, submit);
	for (size_t i = 0; i < submit->n_recipients; i++)
		leg_after_forget(txn, submit->recipients[i]->leg);
	if (err == ERR_OK && !was_pruned)
		for (size_t i = 0; err == ERR_OK && i < submit->n_blobs; i++)
			err = blob_release(txn, submit->blobs[i]);
	return err;
}

static void access_forget(struct txn *txn, uint64_t seq)
{
	struct key key = key_u64(seq);

	txn_forget(txn, TABLE_ACCESSES, key_bytes(&key));
}

static enum err named_forget(struct txn *txn, uint64_t seq, const Pb__EntryBody *body, uint64_t stored_parts)
{
	switch (body->body_case) {
	case PB__ENTRY_BODY__BODY_SUBMIT:
		return submit_forget(txn, body->submit, is_pruned(body->submit, stored_parts));
	case PB__ENTRY_BODY__BODY_LEG_EVENT:
		leg_after_forget(txn, body->leg_event->leg);
		return ERR_OK;
	case PB__ENTRY_BODY__BODY_CONSENT_EVENT:
		return consent_forget(txn, body->consent_event->consent);
	case PB__ENTRY_BODY__BODY_ACCESS:
		access_forget(txn, seq);
		return ERR_OK;
	default:
		return ERR_OK;
	}
}

/* ---- what numbers find ---- */

enum err erase_numbers(struct txn *txn, enum table table, uint64_t seq, struct erase_numbers *ret_numbers)
{
	struct key first = key_u64(item_number(seq, 0));
	struct bytes key, value;
	struct cursor *cursor;
	enum err err = cursor_open(txn, table, &cursor);

	ret_numbers->count = 0;
	if (err != ERR_OK)
		return err;
	for (err = cursor_seek(cursor, key_bytes(&first), &key, &value); err == ERR_OK; err = cursor_next(cursor, &key, &value)) {
		if (key.len != 8)
			err = ERR_CORRUPT;
		if (err != ERR_OK || item_seq(be64_get(key.data)) != seq)
			break;
		ret_numbers->items[ret_numbers->count++] = be64_get(key.data);
	}
	cursor_close(cursor);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static enum err delivery_forget(struct txn *txn, uint64_t item)
{
	struct key key = key_u64(item);
	uint8_t timer[8 + 1 + 8];
	struct delivery delivery;
	enum err err = delivery_get(txn, item, &delivery);

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	if (delivery.expires_at_us != 0) {
		be64_put(timer, (uint64_t)delivery.expires_at_us);
		timer[8] = PB__TIMER_KIND__TIMER_KIND_EXPIRES;
		be64_put(timer + 9, item);
		txn_forget(txn, TABLE_TIMERS, bytes_of(timer, sizeof(timer)));
	}
	condition_drop(txn, item);
	txn_forget(txn, TABLE_QUEUE, key_bytes(&key));
	txn_forget(txn, TABLE_DELIVERIES, key_bytes(&key));
	txn_forget(txn, TABLE_OPENERS, key_bytes(&key));
	return ERR_OK;
}

/* Calls forget for each item of the entry that has a row in that table. */
static enum err items_forget(struct txn *txn, enum table table, uint64_t seq, enum err (*forget)(struct txn *txn, uint64_t item))
{
	struct erase_numbers numbers;
	enum err err = erase_numbers(txn, table, seq, &numbers);

	for (size_t i = 0; err == ERR_OK && i < numbers.count; i++)
		err = forget(txn, numbers.items[i]);
	return err;
}

static enum err numbered_forget(struct txn *txn, uint64_t seq)
{
	enum err err = items_forget(txn, TABLE_QUEUE, seq, delivery_forget);

	if (err == ERR_OK)
		err = items_forget(txn, TABLE_DELIVERIES, seq, delivery_forget);
	if (err == ERR_OK)
		err = items_forget(txn, TABLE_LEGS, seq, leg_path_drop);
	if (err == ERR_OK)
		err = items_forget(txn, TABLE_ACTION_ITEMS, seq, action_item_row_drop);
	if (err == ERR_OK)
		err = review_row_forget(txn, seq);
	if (err == ERR_OK)
		err = conference_row_drop(txn, seq);
	if (err == ERR_OK)
		err = announcement_row_drop(txn, seq);
	return err == ERR_OK ? request_row_drop(txn, seq) : err;
}

enum err erase_entry(struct txn *txn, uint64_t seq, struct arena *arena)
{
	const Pb__EntryBody *body;
	uint64_t parts = 0;
	struct entry entry;
	enum err err = entry_decode(txn, seq, arena, &entry, &body);

	if (err == ERR_NOT_FOUND)
		return ERR_OK;
	if (err == ERR_OK)
		err = parts_count(txn, seq, &parts);
	if (err == ERR_OK)
		err = named_forget(txn, seq, body, parts);
	arena_reset(arena);
	if (err == ERR_OK)
		err = numbered_forget(txn, seq);
	if (err == ERR_OK)
		err = parts_delete(txn, seq);
	return err == ERR_OK ? entry_erase(txn, seq) : err;
}
