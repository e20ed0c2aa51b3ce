/* SPDX-License-Identifier: Apache-2.0 */
/* broker/erase_survey.c - see erase_survey.h for the contract. */
#include "broker/erase_survey.h"

#include "base/arena.h"
#include "broker/erase_rows.h"
#include "broker/erased.h"
#include "broker/rows.h"
#include "broker/rows_cases.h"
#include "broker/thread_entries.h"
#include "broker/told.h"
#include "contract/codec.h"
#include "contract/signed_order.h"
#include "contract/told_list.h"
#include "frame.pb-c.h"
#include "ledger/entry.h"
#include "store/parts.h"

#define ENTRY_ARENA_BYTES (16u * 1024u * 1024u)
#define LIST_BYTES_MAX (64u * 1024u * 1024u)

/* ---- the lists ---- */

static void put_number(struct buf *list, uint64_t number)
{
	buf_put(list, bytes_of(&number, sizeof(number)));
}

static void put_mark(struct erase_survey *survey, struct erased_mark mark)
{
	if (survey->most > 0)
		buf_put(&survey->marks, bytes_of(mark.bytes, sizeof(mark.bytes)));
}

static void put_party(struct erase_survey *survey, uint32_t agency, bool holds)
{
	struct erase_party *parties = (struct erase_party *)(void *)survey->parties.data;
	struct erase_party fresh = { agency, holds };

	for (size_t i = 0; i < survey->parties.len / sizeof(*parties); i++) {
		if (parties[i].agency != agency)
			continue;
		parties[i].holds |= holds;
		return;
	}
	buf_put(&survey->parties, bytes_of(&fresh, sizeof(fresh)));
}

/* ---- who took part ---- */

/* Whether it was handed to its agency: who was never handed anything knows of nothing. */
static enum err was_handed(struct txn *txn, uint64_t item, bool *ret_handed)
{
	struct delivery delivery;
	enum err err = delivery_get(txn, item, &delivery);

	*ret_handed = err == ERR_OK && (delivery.handouts > 0 || delivery.state == DELIVERY_ACKNOWLEDGED);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static void note_message(struct erase_survey *survey, const Pb__SubmitEntry *submit)
{
	struct bytes id = bytes_of_pb(submit->message_id);

	survey->messages++;
	survey->segments += submit->n_blobs;
	put_party(survey, submit->order->agency, true);
	put_mark(survey, erased_mark(ERASED_SENT, 0, id));
	put_mark(survey, erased_mark(ERASED_SENT, submit->order->agency, id));
}

static enum err note_recipient(struct txn *txn, struct erase_survey *survey, const Pb__SubmitEntry *submit, uint64_t item, uint32_t agency)
{
	bool handed;
	enum err err = was_handed(txn, item, &handed);

	if (err != ERR_OK || !handed)
		return err;
	put_party(survey, agency, true);
	put_mark(survey, erased_mark(ERASED_RECEIVED, agency, bytes_of_pb(submit->message_id)));
	put_mark(survey, erased_mark_item(agency, item));
	return ERR_OK;
}

static void note_action_items(struct erase_survey *survey, uint64_t seq, Pb__ActionItemAfter *const *items, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		uint64_t number = items[i]->item != 0 ? items[i]->item : item_number(seq, i);

		put_mark(survey, erased_mark_item(items[i]->owner, number));
		if (items[i]->convener != items[i]->owner)
			put_mark(survey, erased_mark_item(items[i]->convener, number));
	}
}

static enum err note_submit(struct txn *txn, struct erase_survey *survey, uint64_t seq, const Pb__SubmitEntry *submit)
{
	enum err err = ERR_OK;

	if (submit->order == NULL)
		return ERR_CORRUPT;
	note_message(survey, submit);
	for (size_t i = 0; err == ERR_OK && i < submit->n_recipients; i++)
		if (!submit->recipients[i]->silent)
			err = note_recipient(txn, survey, submit, item_number(seq, i), submit->recipients[i]->agency);
	note_action_items(survey, seq, submit->purges, submit->n_purges);
	if (submit->conference != NULL)
		note_action_items(survey, seq, submit->conference->items, submit->conference->n_items);
	return err;
}

/* A notice tells its reader of the thread, so its reader is told that the thread was erased. */
static enum err note_notice(struct erase_survey *survey, const Pb__Told *told, struct arena *arena)
{
	const Pb__SiteNotice *notice;
	enum err err;

	if (told->notice.len == 0)
		return ERR_OK;
	err = CODEC_DECODE(site_notice, bytes_of_pb(told->notice), arena, &notice, NULL);
	if (err == ERR_OK && notice->thread_id.len == ID_BYTES)
		put_mark(survey, erased_mark(ERASED_RECEIVED, told->agency, bytes_of_pb(notice->thread_id)));
	return err == ERR_FORMAT ? ERR_CORRUPT : err;
}

static enum err note_told(struct txn *txn, struct erase_survey *survey, uint64_t seq, const Pb__EntryBody *body, struct arena *arena)
{
	struct told_list told = told_list_of(body);
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < told.count; i++) {
		uint64_t item = item_number(seq, told.views + i);
		bool handed;

		err = was_handed(txn, item, &handed);
		if (err != ERR_OK || !handed)
			continue;
		put_party(survey, told.rows[i]->agency, told.rows[i]->what == PB__ITEM_WHAT__ITEM_WHAT_RELEASE);
		put_mark(survey, erased_mark_item(told.rows[i]->agency, item));
		err = note_notice(survey, told.rows[i], arena);
	}
	return err;
}

/* ---- the whole ---- */

struct surveying {
	struct txn *txn;
	struct erase_survey *survey;
	struct arena arena; /* of one entry */
	bool opener_due; /* a thread's opener is not noted yet */
};

/* What confirms several threads at once is none of theirs. */
static bool confirms_others(const struct erase_scope *scope, const Pb__PurgedEntry *purged)
{
	for (size_t i = 0; i < purged->n_items; i++)
		if (!bytes_equal(bytes_of_pb(purged->items[i]->thread_id), scope->thread_id))
			return true;
	return false;
}

static bool outlives(const struct erase_scope *scope, const Pb__EntryBody *body)
{
	if (body->body_case == PB__ENTRY_BODY__BODY_PURGED)
		return scope->case_id.len == 0 && confirms_others(scope, body->purged);
	return body->body_case == PB__ENTRY_BODY__BODY_ACCESS;
}

static enum err list_entry(struct txn *txn, struct erase_survey *survey, uint64_t seq, const Pb__EntryBody *body)
{
	struct erase_numbers numbers;
	enum err err = erase_numbers(txn, TABLE_QUEUE, seq, &numbers);

	put_number(&survey->seqs, seq);
	if (signed_order_of(body) != NULL)
		put_mark(survey, erased_mark_entry(signed_order_of(body)->agency, seq));
	for (size_t i = 0; err == ERR_OK && i < numbers.count; i++)
		put_number(&survey->items, numbers.items[i]);
	return err;
}

static enum err note_body(struct surveying *surveying, const struct leaf_header *header, const Pb__EntryBody *body)
{
	struct erase_survey *survey = surveying->survey;
	uint64_t parts = 0;
	enum err err = survey->most > 0 ? list_entry(surveying->txn, survey, header->seq, body) : ERR_OK;

	survey->entries++;
	if (header->time_us > survey->ended_us)
		survey->ended_us = header->time_us;
	if (err == ERR_OK && body->body_case == PB__ENTRY_BODY__BODY_SUBMIT)
		err = note_submit(surveying->txn, survey, header->seq, body->submit);
	if (err == ERR_OK)
		err = note_told(surveying->txn, survey, header->seq, body, &surveying->arena);
	if (err == ERR_OK)
		err = erase_note_open(surveying->txn, survey, header->seq, body);
	if (err == ERR_OK)
		err = parts_count(surveying->txn, header->seq, &parts);
	survey->parts += parts;
	return err;
}

/* ERR_BUSY: a piece is full. */
static enum err note_entry(void *context, uint64_t seq)
{
	struct surveying *surveying = context;
	struct erase_survey *survey = surveying->survey;
	const Pb__EntryBody *body;
	struct entry entry;
	enum err err = entry_decode(surveying->txn, seq, &surveying->arena, &entry, &body);

	if (err == ERR_OK && !outlives(&survey->scope, body)) {
		if (survey->most > 0 && survey->entries == survey->most)
			survey->next = seq;
		err = survey->next != 0 ? ERR_BUSY : note_body(surveying, &entry.header, body);
	}
	arena_reset(&surveying->arena);
	return err == ERR_NOT_FOUND ? ERR_CORRUPT : err; /* what was erased is noted of no case */
}

static enum err list_error(const struct erase_survey *survey)
{
	const struct buf *lists[] = { &survey->seqs, &survey->items, &survey->parties, &survey->marks };

	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++)
		if (lists[i]->err != ERR_OK)
			return lists[i]->err;
	return ERR_OK;
}

static void begin(const struct erase_scope *scope, size_t most, struct erase_survey *ret_survey)
{
	*ret_survey = (struct erase_survey){ .scope = *scope, .most = most };
	buf_init(&ret_survey->seqs, LIST_BYTES_MAX);
	buf_init(&ret_survey->items, LIST_BYTES_MAX);
	buf_init(&ret_survey->parties, LIST_BYTES_MAX);
	buf_init(&ret_survey->marks, LIST_BYTES_MAX);
}

/* The opener in its place: what was entered of a thread before it stands there, too. */
static enum err note_opener(struct surveying *surveying)
{
	if (!surveying->opener_due)
		return ERR_OK;
	surveying->opener_due = false;
	return note_entry(surveying, surveying->survey->scope.opener);
}

static enum err note_of_thread(void *context, uint64_t seq)
{
	struct surveying *surveying = context;
	enum err err = seq > surveying->survey->scope.opener ? note_opener(surveying) : ERR_OK;

	return err == ERR_OK ? note_entry(surveying, seq) : err;
}

static enum err each(struct surveying *surveying, uint64_t from)
{
	const struct erase_scope *scope = &surveying->survey->scope;
	enum err err;

	if (scope->case_id.len == ID_BYTES)
		return case_entries_each(surveying->txn, scope->case_id, from, note_entry, surveying);
	surveying->opener_due = from <= scope->opener;
	err = thread_entries_each(surveying->txn, scope->case_id, told_thread(scope->thread_id), from, note_of_thread, surveying);
	return err == ERR_OK ? note_opener(surveying) : err;
}

static enum err survey_from(struct txn *txn, uint64_t from, struct erase_survey *survey)
{
	struct surveying surveying = { .txn = txn, .survey = survey };
	enum err err;

	arena_init(&surveying.arena, ENTRY_ARENA_BYTES);
	err = each(&surveying, from);
	arena_free(&surveying.arena);
	return err == ERR_OK || err == ERR_BUSY ? list_error(survey) : err;
}

enum err erase_survey(struct txn *txn, const struct erase_scope *scope, struct erase_survey *ret_survey)
{
	struct case_row row;
	enum err err = ERR_OK;

	begin(scope, 0, ret_survey);
	if (scope->case_id.len == ID_BYTES)
		err = case_get(txn, scope->case_id, &row);
	return err == ERR_OK ? survey_from(txn, 0, ret_survey) : err;
}

enum err erase_survey_piece(struct txn *txn, const struct erase_scope *scope, uint64_t from, size_t most, struct erase_survey *ret_survey)
{
	begin(scope, most, ret_survey);
	return survey_from(txn, from, ret_survey);
}

void erase_survey_free(struct erase_survey *survey)
{
	buf_free(&survey->seqs);
	buf_free(&survey->items);
	buf_free(&survey->parties);
	buf_free(&survey->marks);
}

uint32_t erase_survey_holders(const struct erase_survey *survey)
{
	const struct erase_party *parties = (const struct erase_party *)(const void *)survey->parties.data;
	uint32_t holders = 0;

	for (size_t i = 0; i < survey->parties.len / sizeof(*parties); i++)
		holders += parties[i].holds;
	return holders;
}
