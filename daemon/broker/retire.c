/* SPDX-License-Identifier: Apache-2.0 */
/* broker/retire.c - rule: a case goes when all that ever was in it ended, and so many years have passed since the last word in it; nothing of it
 * waits for anybody, and no consent in it has an end to come.  It goes whole, by an ERASE entry that says so: while anything of it is young it can
 * be told, and reported, from its beginning.  A thread without a case goes likewise.
 *
 * A staff access goes so many years after it was made, and not before its case: so whoever asks about a case that stands hears of all. */
#include "broker/retire.h"

#include "base/id.h"
#include "broker/erased.h"
#include "broker/rows.h"
#include "broker/rows_cases.h"
#include "broker/thread_entries.h"
#include "broker/told.h"
#include "ledger/entry.h"
#include "rules/retention.h"
#include "store/keys.h"

#define LOOKS_MAX 64u
#define ENTRY_ARENA_BYTES (16u * 1024u * 1024u)
#define DAY_US INT64_C(86400000000)

struct retiring {
	struct world *world;
	struct retention_schedule schedule;
	struct erase_cause cause;
	int64_t young_us; /* nothing that is younger is due */
	uint64_t young;   /* entries from that on are */
	struct arena arena; /* of one entry */
	struct erasing *erasing;
	struct decision *decision;
	bool surveyed;    /* one was, which is enough for one batch */
	bool found;
};

/* ---- a case or a thread ---- */

static enum err is_due(const struct retiring *retiring, const struct erase_survey *survey, Pb__Kind kind, bool *ret_due)
{
	struct retention_thread thread = { .kind = kind, .open = (uint32_t)(survey->open + survey->waiting + survey->in_force), .ended_us = survey->ended_us };
	int64_t due_us;
	enum err err = retention_bodies_due(&retiring->schedule, &thread, &due_us);

	*ret_due = err == ERR_OK && due_us <= retiring->world->now_us;
	return err == ERR_BUSY || err == ERR_RANGE ? ERR_OK : err;
}

static enum err survey(struct retiring *retiring, const struct erase_scope *scope, Pb__Kind kind)
{
	struct world *world = retiring->world;
	struct erase_scope kept = { .opener = scope->opener };
	const struct bytes *id = scope->case_id.len > 0 ? &scope->case_id : &scope->thread_id;
	const uint8_t *copy = arena_copy(world->arena, *id); /* the pieces outlive the entry that it was read from */
	enum err err;

	if (copy == NULL)
		return ERR_NOMEM;
	*(scope->case_id.len > 0 ? &kept.case_id : &kept.thread_id) = bytes_of(copy, id->len);
	retiring->surveyed = true;
	err = erasing_begin(world->txn, &kept, &retiring->cause, retiring->erasing);
	if (err == ERR_OK)
		err = is_due(retiring, &retiring->erasing->whole, kind, &retiring->found);
	retiring->erasing->more = retiring->found;
	return err == ERR_OK && retiring->found ? erasing_decide(world, retiring->erasing, retiring->decision) : err;
}

/* ERR_BUSY: a word that is young.  That somebody looked at it does not keep it. */
static enum err find_young(void *context, uint64_t seq)
{
	struct retiring *retiring = context;
	struct entry entry;
	enum err err = entry_read(retiring->world->txn, seq, &entry);

	return err == ERR_OK && entry.header.type != PB__ENTRY_TYPE__ENTRY_TYPE_ACCESS ? ERR_BUSY : err;
}

static enum err look_at_scope(struct retiring *retiring, const struct erase_scope *scope, Pb__Kind kind)
{
	struct txn *txn = retiring->world->txn;
	enum err err = thread_entries_each(txn, scope->case_id, scope->case_id.len > 0 ? 0 : told_thread(scope->thread_id), retiring->young, find_young,
					   retiring);

	return err == ERR_OK ? survey(retiring, scope, kind) : err == ERR_BUSY ? ERR_OK : err;
}

static enum err look_at_submit(struct retiring *retiring, uint64_t seq, const Pb__SubmitEntry *submit)
{
	struct erase_scope scope = { .opener = seq };
	struct case_row row;
	enum err err = ERR_OK;

	if (submit->n_recipients == 0)
		return ERR_CORRUPT;
	if (submit->case_id.len == ID_BYTES) {
		scope.case_id = bytes_of_pb(submit->case_id);
		err = case_get(retiring->world->txn, scope.case_id, &row);
		if (err != ERR_OK)
			return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
		if (row.seq != seq)
			return ERR_OK; /* looked at with its first */
	} else {
		scope.thread_id = bytes_of_pb(submit->message_id);
		if (submit->recipients[0]->thread != told_thread(scope.thread_id))
			return ERR_OK;
	}
	return look_at_scope(retiring, &scope, submit->kind);
}

static enum err look_at_message(struct retiring *retiring, uint64_t seq)
{
	const Pb__EntryBody *body;
	struct entry entry;
	enum err err;

	if (seq >= retiring->young)
		return ERR_OK;
	err = entry_decode(retiring->world->txn, seq, &retiring->arena, &entry, &body);
	if (err == ERR_OK && body->body_case != PB__ENTRY_BODY__BODY_SUBMIT)
		err = ERR_CORRUPT;
	return err == ERR_OK ? look_at_submit(retiring, seq, body->submit) : err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
}

/* ---- the walk over messages ---- */

/* The first message at or behind *at.  ERR_NOT_FOUND: none is left that can be due. */
static enum err next_message(const struct retiring *retiring, struct retire_at *at, uint64_t *ret_seq)
{
	struct bytes key, value;
	struct cursor *cursor;
	struct id id;
	enum err err = cursor_open(retiring->world->txn, TABLE_MESSAGES, &cursor);

	if (err != ERR_OK)
		return err;
	err = cursor_seek(cursor, bytes_of(at->message, sizeof(at->message)), &key, &value);
	if (err == ERR_OK && key.len != RETIRE_KEY_BYTES)
		err = ERR_CORRUPT;
	if (err == ERR_OK)
		err = message_row_decode(value, ret_seq);
	if (err == ERR_OK) {
		memcpy(at->message, key.data, RETIRE_KEY_BYTES);
		memcpy(id.bytes, key.data, ID_BYTES);
		if ((int64_t)(id_time_ms(&id) * 1000) > retiring->young_us + LIMIT_ID_AHEAD_S * INT64_C(1000000))
			err = ERR_NOT_FOUND;
	}
	cursor_close(cursor);
	return err;
}

static void step(struct retire_at *at)
{
	for (size_t i = RETIRE_KEY_BYTES; i > 0 && ++at->message[i - 1] == 0; i--)
		;
}

static enum err walk_messages(struct retiring *retiring, struct retire_at *at)
{
	enum err err = ERR_OK;
	uint64_t seq;

	for (size_t i = 0; err == ERR_OK && !retiring->surveyed && i < LOOKS_MAX; i++) {
		err = next_message(retiring, at, &seq);
		if (err != ERR_OK)
			break;
		err = look_at_message(retiring, seq);
		arena_reset(&retiring->arena);
		step(at);
	}
	at->messages_done = err == ERR_NOT_FOUND;
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

/* ---- staff accesses ---- */

static enum err next_access(struct txn *txn, uint64_t from, uint64_t *ret_seq)
{
	struct key least = key_u64(from);
	struct bytes key, value;
	struct cursor *cursor;
	enum err err = cursor_open(txn, TABLE_ACCESSES, &cursor);

	if (err != ERR_OK)
		return err;
	err = cursor_seek(cursor, key_bytes(&least), &key, &value);
	if (err == ERR_OK && key.len != 8)
		err = ERR_CORRUPT;
	if (err == ERR_OK)
		*ret_seq = be64_get(key.data);
	cursor_close(cursor);
	return err;
}

static enum err look_at_access(struct retiring *retiring, uint64_t seq, Pb__EraseEntry *entry)
{
	struct txn *txn = retiring->world->txn;
	const Pb__EntryBody *body;
	struct case_row row;
	struct entry access;
	bool due = false;
	enum err err = entry_decode(txn, seq, &retiring->arena, &access, &body);

	if (err == ERR_OK && body->body_case == PB__ENTRY_BODY__BODY_ACCESS)
		err = is_due(retiring, &(struct erase_survey){ .ended_us = access.header.time_us }, PB__KIND__KIND_UNSPECIFIED, &due);
	else
		err = err == ERR_OK || err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	if (err == ERR_OK && due && body->access->case_id.len == ID_BYTES) {
		err = case_get(txn, bytes_of_pb(body->access->case_id), &row);
		due = err == ERR_NOT_FOUND;
	}
	if (due)
		entry->seqs[entry->n_seqs++] = seq;
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static enum err walk_accesses(struct retiring *retiring, struct retire_at *at, bool *ret_more)
{
	Pb__EraseEntry *entry = world_alloc(retiring->world, 1, sizeof(*entry));
	enum err err = ERR_OK;
	uint64_t seq = 0;

	if (entry == NULL)
		return ERR_NOMEM;
	pb__erase_entry__init(entry);
	entry->kept_years = retiring->cause.kept_years;
	entry->seqs = world_alloc(retiring->world, LOOKS_MAX, sizeof(*entry->seqs));
	if (entry->seqs == NULL)
		return ERR_NOMEM;
	*ret_more = true;
	for (size_t i = 0; err == ERR_OK && *ret_more && i < LOOKS_MAX; i++) {
		err = next_access(retiring->world->txn, at->access, &seq);
		*ret_more = err == ERR_OK && seq < retiring->young;
		if (*ret_more)
			err = look_at_access(retiring, seq, entry);
		arena_reset(&retiring->arena);
		at->access = seq + 1;
	}
	if (err == ERR_NOT_FOUND)
		err = ERR_OK;
	retiring->found = err == ERR_OK && entry->n_seqs > 0;
	return retiring->found ? decide_entry(retiring->world, PB__ENTRY_BODY__BODY_ERASE, entry, retiring->decision) : err;
}

/* ---- decide ---- */

/* The years are those of the calendar; fewer days than they have are enough to pass over what is young. */
static enum err begin(struct retiring *retiring)
{
	struct world *world = retiring->world;
	uint32_t years = world->rules->body_years;

	retiring->schedule = retention_default(registry_zone_minutes(world->registry));
	for (size_t kind = 0; kind < RETENTION_KINDS; kind++)
		retiring->schedule.body_years[kind] = years;
	retiring->cause = (struct erase_cause){ .kept_years = years };
	retiring->young_us = world->now_us - (int64_t)years * 365 * DAY_US;
	arena_init(&retiring->arena, ENTRY_ARENA_BYTES);
	return entry_seq_at(world->txn, retiring->young_us, &retiring->young);
}

enum err retire_decide(struct world *world, struct retire_at *at, bool *ret_more, struct erasing *ret_erasing, struct decision *ret_decision)
{
	struct retiring retiring = { .world = world, .erasing = ret_erasing, .decision = ret_decision };
	enum err err;

	*ret_erasing = (struct erasing){ 0 };
	*ret_more = true;
	err = begin(&retiring);
	if (err == ERR_OK && !at->messages_done)
		err = walk_messages(&retiring, at);
	else if (err == ERR_OK)
		err = walk_accesses(&retiring, at, ret_more);
	arena_free(&retiring.arena);
	if (err == ERR_OK && !retiring.found)
		decide_nothing(ret_decision);
	return err;
}
