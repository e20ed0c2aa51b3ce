/* SPDX-License-Identifier: Apache-2.0 */
/* broker/thread_entries.c - see thread_entries.h for the contract. */
#include "broker/thread_entries.h"

#include "broker/lookup_legs.h"
#include "broker/rows_cases.h"
#include "broker/told.h"

#define KEY_BYTES (8 + 8)

void thread_note(struct txn *txn, struct bytes case_id, uint64_t thread, uint64_t seq)
{
	struct key key = key_u64_u64(thread, seq);

	if (case_id.len == ID_BYTES)
		case_entry_put(txn, case_id, seq);
	else
		txn_put(txn, TABLE_THREAD_ENTRIES, key_bytes(&key), bytes_of(NULL, 0));
}

/* The message that opens a thread is found by its id; a row for it would cost every message. */
void thread_note_submit(struct txn *txn, const struct leaf_header *header, const Pb__SubmitEntry *entry)
{
	uint64_t thread = entry->recipients[0]->thread;

	if (entry->case_id.len == 0 && thread != told_thread(bytes_of_pb(entry->message_id)))
		thread_note(txn, bytes_of(NULL, 0), thread, header->seq);
}

enum err thread_note_leg(struct txn *txn, const struct leaf_header *header, const Pb__LegEventEntry *entry)
{
	struct request request;
	struct leg leg;
	enum err err;

	if (entry->case_id.len != 0)
		return ERR_OK;
	err = leg_get(txn, entry->leg->leg != 0 ? entry->leg->leg : entry->opened_by, &leg);
	if (err == ERR_OK)
		err = request_get(txn, leg.request, &request);
	if (err == ERR_OK && !request.has_case)
		thread_note(txn, bytes_of(NULL, 0), told_thread(bytes_of(request.message_id, MESSAGE_ID_BYTES)), header->seq);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static bool are_of_one_case(Pb__ActionItemAfter *const *items, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (!bytes_equal(bytes_of_pb(items[0]->case_id), bytes_of_pb(items[i]->case_id)))
			return false;
	return true;
}

/* One word may confirm what several cases asked for: that is no case's own, and outlives each of them. */
void thread_note_items(struct txn *txn, const struct leaf_header *header, Pb__ActionItemAfter *const *items, size_t count)
{
	bool one_case = are_of_one_case(items, count);

	for (size_t i = 0; i < count; i++)
		if (items[i]->thread_id.len == ID_BYTES && (one_case || items[i]->case_id.len == 0))
			thread_note(txn, bytes_of_pb(items[i]->case_id), told_thread(bytes_of_pb(items[i]->thread_id)), header->seq);
}

void thread_note_conference(struct txn *txn, const struct leaf_header *header, const Pb__ConferenceEventEntry *entry)
{
	const Pb__ConferenceAfter *conference = entry->conference;

	if (conference != NULL && conference->conference_id.len == ID_BYTES)
		thread_note(txn, bytes_of_pb(conference->case_id), told_thread(bytes_of_pb(conference->conference_id)), header->seq);
	thread_note_items(txn, header, entry->items, entry->n_items);
}

/* The first one noted; ERR_NOT_FOUND: none is left. */
static enum err first_entry(struct txn *txn, uint64_t thread, struct key *ret_key)
{
	struct key least = key_u64_u64(thread, 0);
	struct bytes key, value;
	struct cursor *cursor;
	enum err err = cursor_open(txn, TABLE_THREAD_ENTRIES, &cursor);

	if (err != ERR_OK)
		return err;
	err = cursor_seek(cursor, key_bytes(&least), &key, &value);
	if (err == ERR_OK && (key.len != KEY_BYTES || be64_get(key.data) != thread))
		err = ERR_NOT_FOUND;
	if (err == ERR_OK)
		*ret_key = key_u64_u64(thread, be64_get(key.data + 8));
	cursor_close(cursor);
	return err;
}

void thread_entries_forget(struct txn *txn, uint64_t thread)
{
	struct key key;

	while (txn_error(txn) == ERR_OK && first_entry(txn, thread, &key) == ERR_OK)
		txn_delete(txn, TABLE_THREAD_ENTRIES, key_bytes(&key));
}

static enum err without_case(struct txn *txn, uint64_t thread, uint64_t from, enum err (*each)(void *context, uint64_t seq), void *context)
{
	struct key least = key_u64_u64(thread, from);
	struct bytes key, value;
	struct cursor *cursor;
	enum err err = cursor_open(txn, TABLE_THREAD_ENTRIES, &cursor);

	if (err != ERR_OK)
		return err;
	for (err = cursor_seek(cursor, key_bytes(&least), &key, &value); err == ERR_OK; err = cursor_next(cursor, &key, &value)) {
		if (key.len != KEY_BYTES)
			err = ERR_CORRUPT;
		if (err != ERR_OK || be64_get(key.data) != thread)
			break;
		err = each(context, be64_get(key.data + 8));
		if (err != ERR_OK)
			break;
	}
	cursor_close(cursor);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

enum err thread_entries_each(struct txn *txn, struct bytes case_id, uint64_t thread, uint64_t from, enum err (*each)(void *context, uint64_t seq),
			     void *context)
{
	if (case_id.len == ID_BYTES)
		return case_entries_each(txn, case_id, from, each, context);
	return without_case(txn, thread, from, each, context);
}
