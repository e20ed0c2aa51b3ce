/* SPDX-License-Identifier: Apache-2.0 */
/* broker/erase_survey.c - see erase_survey.h for the contract. */
#include "broker/erase_survey.h"

#include <stdio.h>

#include "base/arena.h"
#include "broker/conferences.h"
#include "broker/erase_rows.h"
#include "broker/erased.h"
#include "broker/lookup_legs.h"
#include "broker/rows.h"
#include "broker/rows_cases.h"
#include "contract/codec.h"
#include "contract/json.h"
#include "contract/request_states.h"
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

static void put_open(struct erase_survey *survey, const char *what, const ProtobufCEnumDescriptor *states, int state)
{
	const char *name = json_word(states, state);
	char word[sizeof(survey->kinds[0].word)];
	size_t at = 0;

	survey->open++;
	snprintf(word, sizeof(word), "%s.%s", what, name != NULL ? name : "?");
	while (at < survey->kind_count && strcmp(survey->kinds[at].word, word) != 0)
		at++;
	if (at == ERASE_OPEN_KINDS)
		return;
	if (at == survey->kind_count)
		memcpy(survey->kinds[survey->kind_count++].word, word, sizeof(word));
	survey->kinds[at].count++;
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

/* ---- what is open ---- */

static enum err note_request(struct txn *txn, struct erase_survey *survey, uint64_t seq)
{
	struct leg legs[LIMIT_LEGS];
	struct request request;
	enum err err = request_get(txn, seq, &request);

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	if (request.timer_at_us != 0)
		put_open(survey, "request", &pb__request_state__descriptor, (int)request.state);
	err = legs_of_request(txn, &request, legs);
	for (size_t i = 0; err == ERR_OK && i < request.leg_count; i++)
		if (leg_is_open(legs[i].state))
			put_open(survey, "leg", &pb__leg_state__descriptor, (int)legs[i].state);
	return err;
}

static enum err note_conference(struct txn *txn, struct erase_survey *survey, uint64_t seq)
{
	struct conference conference;
	enum err err = conference_get(txn, seq, &conference);

	if (err == ERR_OK && conference.timer_at_us != 0)
		put_open(survey, "conference", &pb__conference_state__descriptor, (int)conference.state);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static enum err note_assigned(struct txn *txn, struct erase_survey *survey, uint64_t seq)
{
	struct erase_numbers numbers;
	enum err err = erase_numbers(txn, TABLE_ACTION_ITEMS, seq, &numbers);

	for (size_t i = 0; err == ERR_OK && i < numbers.count; i++) {
		struct action_item item;

		err = action_item_get(txn, numbers.items[i], &item);
		if (err == ERR_OK && item.timer_at_us != 0)
			put_open(survey, item.purge ? "purge" : "action_item", &pb__action_item_state__descriptor, (int)item.state);
	}
	return err;
}

static enum err note_waiting(struct txn *txn, struct erase_survey *survey, uint64_t seq)
{
	struct erase_numbers numbers;
	enum err err = erase_numbers(txn, TABLE_QUEUE, seq, &numbers);

	for (size_t i = 0; err == ERR_OK && i < numbers.count; i++)
		put_number(&survey->items, numbers.items[i]);
	return err;
}

/* ---- the whole ---- */

struct surveying {
	struct txn *txn;
	struct erase_survey *survey;
	struct arena arena; /* of one entry */
};

static enum err note_body(struct surveying *surveying, uint64_t seq)
{
	struct erase_survey *survey = surveying->survey;
	const Pb__EntryBody *body;
	struct entry entry;
	enum err err = entry_decode(surveying->txn, seq, &surveying->arena, &entry, &body);

	if (err == ERR_OK && signed_order_of(body) != NULL)
		put_mark(survey, erased_mark_entry(signed_order_of(body)->agency, seq));
	if (err == ERR_OK && body->body_case == PB__ENTRY_BODY__BODY_SUBMIT)
		err = note_submit(surveying->txn, survey, seq, body->submit);
	if (err == ERR_OK)
		err = note_told(surveying->txn, survey, seq, body, &surveying->arena);
	arena_reset(&surveying->arena);
	return err == ERR_NOT_FOUND ? ERR_CORRUPT : err; /* what was erased is noted of no case */
}

static enum err note_entry(void *context, uint64_t seq)
{
	struct surveying *surveying = context;
	struct erase_survey *survey = surveying->survey;
	uint64_t parts = 0;
	enum err err;

	if (survey->entries == LIMIT_ERASED_ENTRIES)
		return ERR_TOO_LARGE;
	survey->entries++;
	put_number(&survey->seqs, seq);
	err = note_body(surveying, seq);
	if (err == ERR_OK)
		err = note_request(surveying->txn, survey, seq);
	if (err == ERR_OK)
		err = note_conference(surveying->txn, survey, seq);
	if (err == ERR_OK)
		err = note_assigned(surveying->txn, survey, seq);
	if (err == ERR_OK)
		err = note_waiting(surveying->txn, survey, seq);
	if (err == ERR_OK)
		err = parts_count(surveying->txn, seq, &parts);
	survey->parts += parts;
	return err;
}

/* Marks of the case itself, for all who took part and for operators. */
static void mark_case(struct erase_survey *survey, struct bytes case_id)
{
	const struct erase_party *parties = (const struct erase_party *)(const void *)survey->parties.data;

	put_mark(survey, erased_mark(ERASED_CASE, 0, case_id));
	for (size_t i = 0; i < survey->parties.len / sizeof(*parties); i++)
		put_mark(survey, erased_mark(ERASED_CASE, parties[i].agency, case_id));
}

static enum err list_error(const struct erase_survey *survey)
{
	const struct buf *lists[] = { &survey->seqs, &survey->items, &survey->parties, &survey->marks };

	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++)
		if (lists[i]->err != ERR_OK)
			return lists[i]->err;
	return ERR_OK;
}

enum err erase_survey(struct txn *txn, struct bytes case_id, struct erase_survey *ret_survey)
{
	struct surveying surveying = { .txn = txn, .survey = ret_survey };
	struct case_row row;
	enum err err;

	*ret_survey = (struct erase_survey){ 0 };
	buf_init(&ret_survey->seqs, LIST_BYTES_MAX);
	buf_init(&ret_survey->items, LIST_BYTES_MAX);
	buf_init(&ret_survey->parties, LIST_BYTES_MAX);
	buf_init(&ret_survey->marks, LIST_BYTES_MAX);
	err = case_get(txn, case_id, &row);
	if (err != ERR_OK)
		return err;
	arena_init(&surveying.arena, ENTRY_ARENA_BYTES);
	err = case_entries_each(txn, case_id, 0, note_entry, &surveying);
	arena_free(&surveying.arena);
	if (err != ERR_OK)
		return err;
	mark_case(ret_survey, case_id);
	return list_error(ret_survey);
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

void erase_survey_open(const struct erase_survey *survey, struct buf *out)
{
	for (size_t i = 0; i < survey->kind_count; i++)
		buf_printf(out, "%s%s=%llu", i > 0 ? " " : "", survey->kinds[i].word, (unsigned long long)survey->kinds[i].count);
}
