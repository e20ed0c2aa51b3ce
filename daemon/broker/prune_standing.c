/* SPDX-License-Identifier: Apache-2.0 */
/* broker/prune_standing.c - see prune_standing.h for the contract. */
#include "broker/prune_standing.h"

#include "broker/conferences.h"
#include "broker/erase_rows.h"
#include "broker/lookup_legs.h"
#include "broker/rows_cases.h"
#include "broker/rows_conferences.h"
#include "broker/rows_consents.h"
#include "contract/codec.h"
#include "contract/request_states.h"
#include "frame.pb-c.h"

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static enum err of_request(struct txn *txn, const struct request *request, struct retention_thread *thread)
{
	struct leg legs[LIMIT_LEGS];
	enum err err = legs_of_request(txn, request, legs);

	thread->open += request->timer_at_us != 0;
	thread->ended_us = later(thread->ended_us, request->since_us);
	for (size_t i = 0; err == ERR_OK && i < request->leg_count; i++) {
		thread->open += leg_is_open(legs[i].state);
		thread->ended_us = later(thread->ended_us, legs[i].since_us);
	}
	return err;
}

static enum err of_conference(struct txn *txn, const struct conference *conference, struct retention_thread *thread)
{
	enum err err = ERR_OK;

	thread->open += conference->timer_at_us != 0;
	thread->ended_us = later(thread->ended_us, conference->ends_at_us);
	for (size_t i = 0; err == ERR_OK && i < conference->item_count; i++) {
		struct action_item item;

		err = action_item_get(txn, conference->items[i], &item);
		thread->open += err == ERR_OK && item.timer_at_us != 0;
	}
	return err;
}

/* Purges stand with the recall's entry, which is of the same case. */
struct purges {
	struct txn *txn;
	uint64_t thread;
	uint32_t open;
};

static enum err count_purges(void *context, uint64_t seq)
{
	struct purges *purges = context;
	struct erase_numbers numbers;
	enum err err = erase_numbers(purges->txn, TABLE_ACTION_ITEMS, seq, &numbers);

	for (size_t i = 0; err == ERR_OK && i < numbers.count; i++) {
		struct action_item item;

		err = action_item_get(purges->txn, numbers.items[i], &item);
		purges->open += err == ERR_OK && item.thread == purges->thread && item.timer_at_us != 0;
	}
	return err;
}

/* Nothing where that entry opened neither. */
static enum err of_opener(struct txn *txn, uint64_t opener, const Pb__SubmitEntry *submit, struct retention_thread *thread)
{
	struct purges purges = { .txn = txn, .thread = opener };
	struct conference conference;
	struct request request;
	enum err err = request_get(txn, opener, &request);

	if (err == ERR_OK)
		err = of_request(txn, &request, thread);
	else if (err == ERR_NOT_FOUND && (err = conference_get(txn, opener, &conference)) == ERR_OK)
		err = of_conference(txn, &conference, thread);
	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	if (submit->case_id.len == ID_BYTES)
		err = case_entries_each(txn, bytes_of_pb(submit->case_id), 0, count_purges, &purges);
	thread->open += purges.open;
	return err;
}

static enum err of_consent(struct txn *txn, struct bytes id, struct arena *arena, struct retention_thread *thread)
{
	struct consent_row row;
	enum err err = consent_get(txn, id, arena, &row);

	thread->open += err == ERR_OK && row.consent.state == PB__CONSENT_STATE__CONSENT_STATE_IN_FORCE;
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

/* The thread's id, in the arena; empty: it is the message's own. */
static enum err thread_id(const Pb__SubmitEntry *submit, struct arena *arena, struct bytes *ret_id)
{
	const Pb__Statement *statement;
	struct bytes id;
	enum err err;

	if (submit->order == NULL || submit->order->n_statements == 0)
		return ERR_CORRUPT;
	err = CODEC_DECODE(statement, bytes_of_pb(submit->order->statements[0]), arena, &statement, NULL);
	if (err != ERR_OK || statement->body_case != PB__STATEMENT__BODY_VIEW)
		return err == ERR_FORMAT || err == ERR_OK ? ERR_CORRUPT : err;
	id = bytes_of_pb(statement->view->thread_id);
	*ret_id = id.len == ID_BYTES && !bytes_equal(id, bytes_of_pb(submit->message_id)) ? id : bytes_of(NULL, 0);
	return ERR_OK;
}

struct named {
	const Pb__SubmitEntry *submit;
	struct retention_thread *thread;
};

/* One of the messages that have the thread's id; the next one has it too. */
static enum err of_named(struct txn *txn, uint64_t opener, void *to)
{
	struct named *named = to;
	enum err err = of_opener(txn, opener, named->submit, named->thread);

	return err == ERR_OK ? ERR_NOT_FOUND : err;
}

enum err prune_standing(struct txn *txn, const struct entry *entry, const Pb__SubmitEntry *submit, struct arena *arena,
			struct retention_thread *ret_thread)
{
	struct retention_thread thread = { .kind = submit->kind, .ended_us = entry->header.time_us };
	struct named named = { submit, &thread };
	struct bytes id;
	enum err err = thread_id(submit, arena, &id);

	if (err == ERR_OK && id.len == 0 && submit->kind == PB__KIND__KIND_CONSENT)
		err = of_consent(txn, bytes_of_pb(submit->message_id), arena, &thread);
	if (err == ERR_OK && id.len > 0)
		err = of_consent(txn, id, arena, &thread); /* words about a consent are of its thread, too */
	if (err == ERR_OK)
		err = of_opener(txn, entry->header.seq, submit, &thread);
	if (err == ERR_OK && id.len > 0)
		err = message_find(txn, id.data, of_named, &named);
	if (err != ERR_OK && err != ERR_NOT_FOUND)
		return err;
	*ret_thread = thread;
	return ERR_OK;
}
