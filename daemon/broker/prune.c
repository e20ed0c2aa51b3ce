/* SPDX-License-Identifier: Apache-2.0 */
/* broker/prune.c - rule: the parts of a message go so many days after everything in its thread ended: its legs, its request's decision, its
 * conference, action items, purges, a consent in force.  A message that is no part of such a thread counts from its own acceptance.  What still
 * waits for somebody, or was just released to somebody, stays, however old it is. */
#include "broker/prune.h"

#include "broker/conferences.h"
#include "broker/erase_rows.h"
#include "broker/lookup_legs.h"
#include "broker/rows.h"
#include "broker/rows_cases.h"
#include "broker/rows_consents.h"
#include "contract/request_states.h"
#include "ledger/entry.h"
#include "rules/retention.h"
#include "store/parts.h"

#define LOOKS_MAX 64u
#define ENTRY_ARENA_BYTES (16u * 1024u * 1024u)
#define TOLD_MAX 64u /* about one message: what a chain may not be longer than */

/* ---- does somebody still wait for it? ---- */

static enum err waits(struct txn *txn, uint64_t item, bool *ret_waits)
{
	struct queue_row row;
	enum err err = queue_row_get(txn, item, &row);

	if (err == ERR_OK && row.state != DELIVERY_UNDELIVERABLE)
		*ret_waits = true;
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

/* The item, and what was told about it: releases, tasks to seal. */
static enum err item_waits(struct txn *txn, uint64_t item, bool *ret_waits)
{
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && item != 0 && i < TOLD_MAX; i++) {
		struct delivery delivery;

		err = waits(txn, item, ret_waits);
		if (err == ERR_OK)
			err = delivery_get(txn, item, &delivery);
		item = err == ERR_OK ? delivery.told : 0;
	}
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static enum err message_waits(struct txn *txn, uint64_t seq, const Pb__SubmitEntry *submit, bool *ret_waits)
{
	enum err err = ERR_OK;

	*ret_waits = false;
	for (size_t i = 0; err == ERR_OK && i < submit->n_recipients; i++)
		if (!submit->recipients[i]->silent)
			err = item_waits(txn, item_number(seq, i), ret_waits);
	return err;
}

/* ---- where its thread stands ---- */

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static enum err of_request(struct txn *txn, const struct request *request, struct retention_thread *thread)
{
	struct leg legs[LIMIT_LEGS];
	enum err err = legs_of_request(txn, request, legs);

	thread->kind = PB__KIND__KIND_REQUEST;
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

	thread->kind = PB__KIND__KIND_CONFERENCE;
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

/* The thread's id, in the arena; of a message that opens one its own. */
static enum err thread_id(const Pb__SubmitEntry *submit, struct arena *arena, struct bytes *ret_id)
{
	const Pb__Statement *statement;
	enum err err;

	if (submit->order == NULL || submit->order->n_statements == 0)
		return ERR_CORRUPT;
	err = CODEC_DECODE(statement, bytes_of_pb(submit->order->statements[0]), arena, &statement, NULL);
	if (err != ERR_OK || statement->body_case != PB__STATEMENT__BODY_VIEW)
		return err == ERR_FORMAT || err == ERR_OK ? ERR_CORRUPT : err;
	*ret_id = bytes_of_pb(statement->view->thread_id.len == ID_BYTES ? statement->view->thread_id : submit->message_id);
	return ERR_OK;
}

static enum err standing_of(struct txn *txn, const struct entry *entry, const Pb__SubmitEntry *submit, struct arena *arena,
			    struct retention_thread *ret_thread)
{
	uint64_t opener = entry->header.seq;
	struct bytes id;
	enum err err = thread_id(submit, arena, &id);

	*ret_thread = (struct retention_thread){ .kind = submit->kind, .ended_us = entry->header.time_us };
	if (err == ERR_OK)
		err = message_seq(txn, id.data, 0, &opener);
	if (err == ERR_OK || err == ERR_NOT_FOUND)
		err = of_opener(txn, opener, submit, ret_thread);
	return err == ERR_OK ? of_consent(txn, id, arena, ret_thread) : err; /* words about a consent are of its thread, too */
}

/* ---- decide ---- */

struct pruning {
	struct world *world;
	struct retention_schedule schedule;
	struct arena arena; /* of one entry */
	Pb__PruneEntry *entry;
};

static enum err is_due(struct pruning *pruning, const struct entry *entry, const Pb__SubmitEntry *submit, bool *ret_due)
{
	struct retention_thread thread;
	bool waiting;
	int64_t due_us;
	enum err err = message_waits(pruning->world->txn, entry->header.seq, submit, &waiting);

	*ret_due = false;
	if (err == ERR_OK)
		err = standing_of(pruning->world->txn, entry, submit, &pruning->arena, &thread);
	if (err != ERR_OK || waiting)
		return err;
	err = retention_parts_due(&pruning->schedule, &thread, &due_us);
	*ret_due = err == ERR_OK && due_us <= pruning->world->now_us;
	return err == ERR_BUSY || err == ERR_RANGE ? ERR_OK : err;
}

/* *ret_young: neither this one nor any behind it can be due. */
static enum err look(struct pruning *pruning, uint64_t seq, bool *ret_young)
{
	const int64_t day_us = INT64_C(86400000000);
	const Pb__EntryBody *body;
	struct entry entry;
	uint64_t parts;
	bool due = false;
	enum err err = entry_decode(pruning->world->txn, seq, &pruning->arena, &entry, &body);

	if (err == ERR_OK && body->body_case != PB__ENTRY_BODY__BODY_SUBMIT)
		err = ERR_CORRUPT;
	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err; /* what was erased has no parts */
	*ret_young = entry.header.time_us + (int64_t)pruning->schedule.part_days * day_us > pruning->world->now_us;
	if (!*ret_young)
		err = is_due(pruning, &entry, body->submit, &due);
	if (err != ERR_OK || !due)
		return err;
	pruning->entry->seqs[pruning->entry->n_seqs++] = seq;
	err = parts_count(pruning->world->txn, seq, &parts);
	pruning->entry->parts += err == ERR_OK ? parts : 0;
	return err;
}

static enum err walk(struct pruning *pruning, uint64_t *at, bool *ret_more)
{
	enum err err = ERR_OK;
	bool young = false;
	uint64_t seq;

	for (size_t i = 0; err == ERR_OK && !young && i < LOOKS_MAX; i++) {
		err = parts_next(pruning->world->txn, *at, &seq);
		if (err != ERR_OK)
			break;
		err = look(pruning, seq, &young);
		arena_reset(&pruning->arena);
		*at = seq + 1;
	}
	*ret_more = err == ERR_OK && !young;
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

enum err prune_decide(struct world *world, uint64_t *at, bool *ret_more, struct decision *ret_decision)
{
	struct pruning pruning = { .world = world, .schedule = retention_default(registry_zone_minutes(world->registry)) };
	enum err err;

	pruning.schedule.part_days = world->rules->part_days;
	pruning.entry = world_alloc(world, 1, sizeof(*pruning.entry));
	if (pruning.entry == NULL)
		return ERR_NOMEM;
	pb__prune_entry__init(pruning.entry);
	pruning.entry->seqs = world_alloc(world, LOOKS_MAX, sizeof(*pruning.entry->seqs));
	if (pruning.entry->seqs == NULL)
		return ERR_NOMEM;
	arena_init(&pruning.arena, ENTRY_ARENA_BYTES);
	err = walk(&pruning, at, ret_more);
	arena_free(&pruning.arena);
	if (err == ERR_OK && pruning.entry->n_seqs > 0)
		return decide_entry(world, PB__ENTRY_BODY__BODY_PRUNE, pruning.entry, ret_decision);
	decide_nothing(ret_decision);
	return err;
}

/* ---- apply ---- */

/* One that was erased since has given its segments back with its body. */
static enum err prune(struct txn *txn, uint64_t seq, struct arena *arena)
{
	const Pb__EntryBody *body;
	struct entry entry;
	enum err err = entry_decode(txn, seq, arena, &entry, &body);

	if (err == ERR_OK && body->body_case != PB__ENTRY_BODY__BODY_SUBMIT)
		err = ERR_CORRUPT;
	for (size_t i = 0; err == ERR_OK && i < body->submit->n_blobs; i++)
		err = blob_release(txn, body->submit->blobs[i]);
	arena_reset(arena);
	if (err == ERR_OK)
		err = parts_delete(txn, seq);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

enum err prune_apply(struct txn *txn, const struct leaf_header *header, const Pb__PruneEntry *entry)
{
	enum err err = ERR_OK;
	struct arena arena;

	arena_init(&arena, ENTRY_ARENA_BYTES);
	for (size_t i = 0; err == ERR_OK && i < entry->n_seqs; i++)
		err = entry->seqs[i] < header->seq ? prune(txn, entry->seqs[i], &arena) : ERR_CORRUPT;
	arena_free(&arena);
	return err;
}
