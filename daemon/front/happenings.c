/* SPDX-License-Identifier: Apache-2.0 */
#include "front/happenings.h"

#include <string.h>

#include "broker/conferences.h"
#include "broker/lookup.h"
#include "broker/lookup_legs.h"
#include "broker/rows_consents.h"
#include "contract/codec.h"
#include "contract/json.h"
#include "ledger/entry.h"

enum err happenings_begin(const struct reader *reader, const uint8_t *thread, struct happenings *ret_happenings)
{
	*ret_happenings = (struct happenings){ .reader = reader, .thread = thread };
	ret_happenings->rows = arena_calloc(reader->arena, HAPPENINGS_MOST, sizeof *ret_happenings->rows);
	return ret_happenings->rows != NULL ? ERR_OK : ERR_NOMEM;
}

Pb__Happening *happening_new(struct happenings *happenings, const struct leaf_header *header)
{
	Pb__Happening *row = arena_alloc(happenings->reader->arena, sizeof *row);
	const char *what = json_word(&pb__entry_type__descriptor, header->type);

	if (row == NULL)
		return NULL;
	pb__happening__init(row);
	row->seq = header->seq;
	row->at_us = header->time_us;
	row->what = pb_of_text(what != NULL ? what : "");
	happenings->rows[happenings->count++] = row;
	return row;
}

static bool is_thread(const struct happenings *happenings, const uint8_t *id)
{
	return happenings->thread == NULL || memcmp(happenings->thread, id, ID_BYTES) == 0;
}

static enum err keep_id(const struct reader *reader, const uint8_t *id, Pb__Happening *row)
{
	return pb_keep(reader->arena, bytes_of(id, ID_BYTES), &row->thread_id);
}

/* ---- what became of a leg or a request by itself ---- */

/* The sender sees it, and who was asked or acts, once it was handed something. */
static enum err sees_leg(const struct reader *reader, const struct leg *leg, bool *ret_sees)
{
	struct delivery delivery = { 0 };
	enum err err;

	*ret_sees = reader_sees_all(reader) || leg->sender == reader->agency || leg->acting == reader->agency;
	if (*ret_sees || leg->agency != reader->agency || leg->item == 0)
		return ERR_OK;
	err = delivery_get(reader->txn, leg->item, &delivery);
	*ret_sees = delivery.handouts > 0;
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static bool releases(const Pb__LegEventEntry *entry)
{
	for (size_t i = 0; i < entry->n_told; i++)
		if (entry->told[i]->what == PB__ITEM_WHAT__ITEM_WHAT_RELEASE)
			return true;
	return false;
}

/* By whose word somebody goes on; *ret NULL: the entry is kept no longer than others. */
static enum err put_word(const struct reader *reader, uint64_t handed_over, Pb__Happening *row, const Pb__HandOverEntry **ret)
{
	const Pb__EntryBody *body;
	struct entry entry;
	enum err err = entry_decode(reader->txn, handed_over, reader->arena, &entry, &body);

	*ret = NULL;
	row->named = true;
	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	if (body->body_case != PB__ENTRY_BODY__BODY_HAND_OVER)
		return ERR_CORRUPT;
	*ret = body->hand_over;
	row->note = body->hand_over->reason;
	if (reader->agency == 0 && body->hand_over->operator_ != NULL)
		row->operator_ = body->hand_over->operator_->login;
	return ERR_OK;
}

/* Who goes on in the place of an agency that closed. */
static enum err put_succession(const struct reader *reader, uint32_t next, uint64_t handed_over, Pb__Happening *row)
{
	const Pb__HandOverEntry *ignored;
	enum err err = next == 0 ? ERR_OK : reader_name(reader, next, &row->goes_on);

	return err != ERR_OK || next == 0 || handed_over == 0 ? err : put_word(reader, handed_over, row, &ignored);
}

/* The same where nothing but an operator's word gives a place to another; handed_over 0: none was given. */
static enum err put_handed_over(const struct reader *reader, uint64_t handed_over, Pb__Happening *row)
{
	const Pb__HandOverEntry *word = NULL;
	enum err err = handed_over == 0 ? ERR_OK : put_word(reader, handed_over, row, &word);

	if (err == ERR_OK && word != NULL)
		err = reader_name(reader, word->to, &row->goes_on);
	return err == ERR_OK && word != NULL ? reader_name(reader, word->agency, &row->to) : err;
}

static enum err leg_row(struct happenings *happenings, const struct leaf_header *header, const Pb__LegEventEntry *entry, const struct leg *leg)
{
	Pb__Happening *row = happening_new(happenings, header);
	const Pb__LegAfter *after = entry->leg;
	enum err err = ERR_OK;

	if (row == NULL)
		return ERR_NOMEM;
	row->kind = PB__KIND__KIND_REQUEST;
	row->leg_action = after->action;
	row->leg_state = after->state;
	row->holder = after->holder;
	row->due_at_us = after->due_at_us;
	row->reason = after->reason;
	row->outcome = after->outcome;
	row->released = releases(entry);
	row->blocked = entry->blocked;
	row->n_blocked = entry->n_blocked;
	if (entry->request != NULL && (reader_sees_all(happenings->reader) || leg->sender == happenings->reader->agency))
		row->request_state = entry->request->state;
	if (after->action == PB__LEG_ACTION__LEG_ACTION_CLOSE_AGENCY)
		err = put_succession(happenings->reader, after->acting, entry->handed_over, row);
	return err == ERR_OK ? reader_name(happenings->reader, leg->agency, &row->to) : err;
}

/* A leg that this entry opens has the number of the task to seal to its agency. */
static uint64_t leg_number(const struct leaf_header *header, const Pb__LegEventEntry *entry)
{
	size_t task = 0;

	while (task < entry->n_told && entry->told[task]->what != PB__ITEM_WHAT__ITEM_WHAT_SEAL_TASK)
		task++;
	return entry->leg->leg != 0 ? entry->leg->leg : item_number(header->seq, task);
}

/* ERR_NOT_FOUND: its rows are gone. */
static enum err leg_event(struct happenings *happenings, const struct leaf_header *header, const Pb__LegEventEntry *entry)
{
	struct request request;
	struct leg leg;
	bool sees = false;
	enum err err = entry->leg == NULL ? ERR_CORRUPT : leg_get(happenings->reader->txn, leg_number(header, entry), &leg);

	if (err == ERR_OK)
		err = request_get(happenings->reader->txn, leg.request, &request);
	if (err == ERR_OK && is_thread(happenings, request.message_id))
		err = sees_leg(happenings->reader, &leg, &sees);
	if (err != ERR_OK || !sees)
		return err;
	err = leg_row(happenings, header, entry, &leg);
	return err == ERR_OK ? keep_id(happenings->reader, request.message_id, happenings->rows[happenings->count - 1]) : err;
}

static enum err request_event(struct happenings *happenings, const struct leaf_header *header, const Pb__RequestEventEntry *entry)
{
	struct request request;
	Pb__Happening *row;
	enum err err = entry->request == NULL ? ERR_CORRUPT : request_get(happenings->reader->txn, entry->request->request, &request);

	if (err != ERR_OK || !is_thread(happenings, request.message_id) ||
	    (!reader_sees_all(happenings->reader) && request.sender != happenings->reader->agency))
		return err;
	row = happening_new(happenings, header);
	if (row == NULL)
		return ERR_NOMEM;
	row->kind = PB__KIND__KIND_REQUEST;
	row->request_state = entry->request->state;
	row->due_at_us = entry->request->due_at_us;
	row->outcome = entry->request->outcome;
	err = put_succession(happenings->reader, entry->request->acting, entry->handed_over, row);
	if (err == ERR_OK)
		err = reader_name(happenings->reader, request.sender, &row->to);
	return err == ERR_OK ? keep_id(happenings->reader, request.message_id, row) : err;
}

/* ---- conferences, action items, purges, consents ---- */

static enum err item_row(struct happenings *happenings, const struct leaf_header *header, const Pb__ActionItemAfter *item, uint64_t handed_over)
{
	const struct reader *reader = happenings->reader;
	Pb__Happening *row;

	if (item->thread_id.len != ID_BYTES || !is_thread(happenings, item->thread_id.data) ||
	    (!reader_sees_all(reader) && item->owner != reader->agency && item->convener != reader->agency))
		return ERR_OK;
	row = happening_new(happenings, header);
	if (row == NULL)
		return ERR_NOMEM;
	row->kind = item->purge ? PB__KIND__KIND_REQUEST : PB__KIND__KIND_CONFERENCE;
	row->item_state = item->state;
	row->holder = item->holder;
	row->due_at_us = item->due_at_us;
	row->purge = item->purge;
	row->thread_id = item->thread_id;
	return handed_over == 0 ? reader_name(reader, item->owner, &row->to) : put_handed_over(reader, handed_over, row);
}

static enum err item_rows(struct happenings *happenings, const struct leaf_header *header, Pb__ActionItemAfter *const *items, size_t count,
			  uint64_t handed_over)
{
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < count && i < LIMIT_RECIPIENTS; i++)
		err = item_row(happenings, header, items[i], handed_over);
	return err;
}

static bool has_seat(const struct reader *reader, const Pb__ConferenceAfter *conference)
{
	for (size_t i = 0; i < conference->n_seats; i++)
		if (conference->seats[i]->agency == reader->agency && (conference->seats[i]->answer != PB__CONFERENCE_ANSWER__CONFERENCE_ANSWER_DELEGATED))
			return true; /* whoever left its seat to another sees what came before */
	return reader_sees_all(reader);
}

static enum err conference_event(struct happenings *happenings, const struct leaf_header *header, const Pb__ConferenceEventEntry *entry)
{
	const Pb__ConferenceAfter *conference = entry->conference;
	Pb__Happening *row;
	enum err err = ERR_OK;

	if (conference != NULL && conference->conference_id.len == ID_BYTES && is_thread(happenings, conference->conference_id.data) &&
	    has_seat(happenings->reader, conference)) {
		row = happening_new(happenings, header);
		if (row == NULL)
			return ERR_NOMEM;
		row->kind = PB__KIND__KIND_CONFERENCE;
		row->conference_state = conference->state;
		row->due_at_us = conference->due_at_us;
		row->thread_id = conference->conference_id;
		err = put_handed_over(happenings->reader, entry->handed_over, row);
	}
	return err == ERR_OK ? item_rows(happenings, header, entry->items, entry->n_items, entry->handed_over) : err;
}

static enum err purged(struct happenings *happenings, const struct leaf_header *header, const Pb__PurgedEntry *entry)
{
	size_t before = happenings->count;
	enum err err = item_rows(happenings, header, entry->items, entry->n_items, 0);

	for (size_t i = before; err == ERR_OK && i < happenings->count; i++) {
		happenings->rows[i]->by = happenings->rows[i]->to;
		happenings->rows[i]->to = pb_of_text("");
	}
	return err;
}

/* Who registered it hears of it, and who sees the whole case. */
static enum err consent_event(struct happenings *happenings, const struct leaf_header *header, const Pb__ConsentEventEntry *entry)
{
	const struct reader *reader = happenings->reader;
	struct consent_row consent;
	Pb__Happening *row;
	enum err err;

	if (entry->consent == NULL || entry->consent_id.len != ID_BYTES || !is_thread(happenings, entry->consent_id.data))
		return ERR_OK;
	err = consent_get(reader->txn, bytes_of_pb(entry->consent_id), reader->arena, &consent);
	if (err != ERR_OK || (!reader_sees_all(reader) && consent.registered_by != reader->agency))
		return err;
	row = happening_new(happenings, header);
	if (row == NULL)
		return ERR_NOMEM;
	row->kind = PB__KIND__KIND_CONSENT;
	row->consent_state = entry->consent->state;
	row->thread_id = entry->consent_id;
	return ERR_OK;
}

/* ---- any ---- */

static enum err add(struct happenings *happenings, const struct leaf_header *header, const Pb__EntryBody *body)
{
	switch (body->body_case) {
	case PB__ENTRY_BODY__BODY_SUBMIT:
		return happenings_sent(happenings, header, body->submit);
	case PB__ENTRY_BODY__BODY_LEG_EVENT:
		return leg_event(happenings, header, body->leg_event);
	case PB__ENTRY_BODY__BODY_REQUEST_EVENT:
		return request_event(happenings, header, body->request_event);
	case PB__ENTRY_BODY__BODY_CONFERENCE_EVENT:
		return conference_event(happenings, header, body->conference_event);
	case PB__ENTRY_BODY__BODY_CONSENT_EVENT:
		return consent_event(happenings, header, body->consent_event);
	case PB__ENTRY_BODY__BODY_PURGED:
		return purged(happenings, header, body->purged);
	default:
		return happenings_of_case(happenings, header, body);
	}
}

enum err happenings_add(struct happenings *happenings, uint64_t seq)
{
	const Pb__EntryBody *body;
	struct entry entry;
	enum err err;

	if (happenings->count + 2 * LIMIT_RECIPIENTS > HAPPENINGS_MOST)
		return ERR_BUSY;
	err = entry_decode(happenings->reader->txn, seq, happenings->reader->arena, &entry, &body);
	if (err == ERR_NOT_FOUND)
		return happenings_erased(happenings, seq);
	if (err == ERR_OK)
		err = add(happenings, &entry.header, body);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}
