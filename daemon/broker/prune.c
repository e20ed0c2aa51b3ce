/* SPDX-License-Identifier: Apache-2.0 */
/* broker/prune.c - rule: the parts of a message go so many days after everything in its thread ended (prune_standing.h).  What still waits for
 * somebody, or was just released to somebody, stays, however old it is. */
#include "broker/prune.h"

#include "broker/prune_standing.h"
#include "broker/rows.h"
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

/* ---- decide ---- */

struct pruning {
	struct world *world;
	struct retention_schedule schedule;
	struct prune_looks looks;
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
		err = prune_standing(&pruning->looks, entry, submit, &pruning->arena, &thread);
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
	prune_looks_begin(world->txn, &pruning.looks);
	err = walk(&pruning, at, ret_more);
	prune_looks_end(&pruning.looks);
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
