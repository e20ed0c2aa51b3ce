/* SPDX-License-Identifier: Apache-2.0 */
/* broker/prune_standing.c - see prune_standing.h for the contract. */
#include "broker/prune_standing.h"

#include "broker/erase_rows.h"
#include "broker/lookup_legs.h"
#include "broker/rows_cases.h"
#include "broker/rows_conferences.h"
#include "broker/rows_consents.h"
#include "contract/codec.h"
#include "contract/request_states.h"
#include "frame.pb-c.h"

#define LIST_BYTES_MAX (64u * 1024u * 1024u)

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

static void of_item(const struct action_item *item, struct retention_thread *thread)
{
	thread->open += item->timer_at_us != 0;
	thread->ended_us = later(thread->ended_us, item->ended_at_us);
}

static enum err of_conference(struct txn *txn, const struct conference *conference, struct retention_thread *thread)
{
	enum err err = ERR_OK;

	thread->open += conference->timer_at_us != 0;
	thread->ended_us = later(later(thread->ended_us, conference->ends_at_us), conference->ended_at_us);
	for (size_t i = 0; err == ERR_OK && i < conference->item_count; i++) {
		struct action_item item;

		err = action_item_get(txn, conference->items[i], &item);
		if (err == ERR_OK)
			of_item(&item, thread);
	}
	return err;
}

/* ---- purges: they stand with the recall's entry, which is of the same case ---- */

static enum err note_purges(void *context, uint64_t seq)
{
	struct prune_looks *looks = context;
	struct erase_numbers numbers;
	enum err err = erase_numbers(looks->txn, TABLE_ACTION_ITEMS, seq, &numbers);

	looks->walked++;
	for (size_t i = 0; err == ERR_OK && i < numbers.count; i++) {
		struct action_item item;

		err = action_item_get(looks->txn, numbers.items[i], &item);
		if (err == ERR_OK && item.purge)
			buf_put(&looks->purges, bytes_of(&item, sizeof(item)));
	}
	return err;
}

static enum err walk_case(struct prune_looks *looks, struct bytes case_id)
{
	enum err err;

	for (size_t at = 0; at < looks->cases.len; at += ID_BYTES)
		if (bytes_equal(bytes_of(looks->cases.data + at, ID_BYTES), case_id))
			return ERR_OK;
	buf_put(&looks->cases, case_id);
	err = case_entries_each(looks->txn, case_id, 0, note_purges, looks);
	if (err == ERR_OK)
		err = looks->cases.err != ERR_OK ? looks->cases.err : looks->purges.err;
	return err;
}

static enum err of_purges(struct prune_looks *looks, uint64_t request, struct bytes case_id, struct retention_thread *thread)
{
	const struct action_item *purges;
	enum err err = walk_case(looks, case_id);

	purges = (const struct action_item *)(const void *)looks->purges.data;
	for (size_t i = 0; err == ERR_OK && i < looks->purges.len / sizeof(*purges); i++)
		if (purges[i].thread == request)
			of_item(&purges[i], thread);
	return err;
}

/* ---- what a message opened ---- */

/* Nothing where that entry opened neither.  What is open anyhow needs no look at what else may be. */
static enum err of_opener(struct prune_looks *looks, uint64_t opener, struct retention_thread *thread)
{
	struct conference conference;
	struct request request;
	enum err err = request_get(looks->txn, opener, &request);

	if (err == ERR_NOT_FOUND) {
		err = conference_get(looks->txn, opener, &conference);
		if (err == ERR_OK)
			return of_conference(looks->txn, &conference, thread);
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	}
	if (err == ERR_OK)
		err = of_request(looks->txn, &request, thread);
	if (err != ERR_OK || thread->open > 0 || !request.has_case)
		return err;
	return of_purges(looks, opener, bytes_of(request.case_id, CASE_ID_BYTES), thread);
}

static enum err of_consent(struct txn *txn, struct bytes id, struct arena *arena, struct retention_thread *thread)
{
	struct consent_row row;
	enum err err = consent_get(txn, id, arena, &row);

	thread->open += err == ERR_OK && row.consent.state == PB__CONSENT_STATE__CONSENT_STATE_IN_FORCE;
	if (err == ERR_OK)
		thread->ended_us = later(thread->ended_us, row.ended_at_us);
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
	struct prune_looks *looks;
	struct retention_thread *thread;
};

/* One of the messages that have the thread's id; the next one has it too. */
static enum err of_named(struct txn *txn, uint64_t opener, void *to)
{
	struct named *named = to;
	enum err err = of_opener(named->looks, opener, named->thread);

	(void)txn;
	return err == ERR_OK ? ERR_NOT_FOUND : err;
}

void prune_looks_begin(struct txn *txn, struct prune_looks *ret_looks)
{
	*ret_looks = (struct prune_looks){ .txn = txn };
	buf_init(&ret_looks->cases, LIST_BYTES_MAX);
	buf_init(&ret_looks->purges, LIST_BYTES_MAX);
}

void prune_looks_end(struct prune_looks *looks)
{
	buf_free(&looks->cases);
	buf_free(&looks->purges);
}

enum err prune_standing(struct prune_looks *looks, const struct entry *entry, const Pb__SubmitEntry *submit, struct arena *arena,
			struct retention_thread *ret_thread)
{
	struct retention_thread thread = { .kind = submit->kind, .ended_us = entry->header.time_us };
	struct named named = { looks, &thread };
	struct bytes id;
	enum err err = thread_id(submit, arena, &id);

	if (err == ERR_OK && id.len == 0 && submit->kind == PB__KIND__KIND_CONSENT)
		err = of_consent(looks->txn, bytes_of_pb(submit->message_id), arena, &thread);
	if (err == ERR_OK && id.len > 0)
		err = of_consent(looks->txn, id, arena, &thread); /* words about a consent are of its thread, too */
	if (err == ERR_OK)
		err = of_opener(looks, entry->header.seq, &thread);
	if (err == ERR_OK && id.len > 0)
		err = message_find(looks->txn, id.data, of_named, &named);
	if (err != ERR_OK && err != ERR_NOT_FOUND)
		return err;
	*ret_thread = thread;
	return ERR_OK;
}
