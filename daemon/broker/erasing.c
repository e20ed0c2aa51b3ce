/* SPDX-License-Identifier: Apache-2.0 */
/* broker/erasing.c - see erasing.h for the contract. */
#include "broker/erasing.h"

#include "base/id.h"
#include "broker/erased.h"
#include "broker/told.h"
#include "broker/verbs.h"

/* ---- whom it is told ---- */

/* Agencies that have copies and a mailbox that somebody may look into. */
static bool is_told(const struct world *world, const struct erase_party *party)
{
	const struct registry_agency *agency = registry_agency(world->registry, party->agency);

	return party->holds && agency != NULL && !agency->closed && agency->device_count > 0;
}

static enum err tell(struct world *world, ProtobufCBinaryData case_id, const uint32_t *agencies, size_t count, Pb__EraseEntry *entry)
{
	Pb__SiteNotice notice = PB__SITE_NOTICE__INIT;
	enum err err = ERR_OK;

	notice.what = PB__NOTICE_WHAT__NOTICE_WHAT_CASE_ERASED;
	notice.at_us = world->now_us;
	notice.case_id = case_id;
	notice.urgency = PB__URGENCY__URGENCY_ROUTINE;
	entry->told = world_alloc(world, count, sizeof(*entry->told));
	if (entry->told == NULL)
		return ERR_NOMEM;
	for (; err == ERR_OK && entry->n_told < count; entry->n_told += err == ERR_OK)
		err = told_notice(world, agencies[entry->n_told], PB__URGENCY__URGENCY_ROUTINE, told_thread(bytes_of_pb(case_id)), &notice,
				  &entry->told[entry->n_told]);
	return err;
}

static enum err tell_holders(struct world *world, const struct erase_survey *survey, ProtobufCBinaryData case_id, Pb__EraseEntry *entry)
{
	const struct erase_party *parties = (const struct erase_party *)(const void *)survey->parties.data;
	size_t count = survey->parties.len / sizeof(*parties), told = 0, now;
	uint32_t *agencies = world_alloc(world, count, sizeof(*agencies));

	if (agencies == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < count; i++)
		if (is_told(world, &parties[i]))
			agencies[told++] = parties[i].agency;
	now = told < TOLD_ITEMS_MAX ? told : TOLD_ITEMS_MAX;
	entry->tell = agencies + now;
	entry->n_tell = told - now;
	return tell(world, case_id, agencies, now, entry);
}

/* ---- a piece ---- */

static enum err keep_numbers(struct world *world, const struct buf *list, uint64_t **ret_numbers, size_t *ret_count)
{
	*ret_count = list->len / sizeof(**ret_numbers);
	*ret_numbers = world_alloc(world, *ret_count, sizeof(**ret_numbers));
	if (*ret_numbers == NULL)
		return ERR_NOMEM;
	if (list->len > 0)
		memcpy(*ret_numbers, list->data, list->len);
	return ERR_OK;
}

static void put_mark(struct buf *marks, struct erased_mark mark)
{
	buf_put(marks, bytes_of(mark.bytes, sizeof(mark.bytes)));
}

/* Marks of the case itself, for all who took part and for operators. */
static void mark_case(const struct erase_survey *whole, struct buf *marks)
{
	const struct erase_party *parties = (const struct erase_party *)(const void *)whole->parties.data;

	put_mark(marks, erased_mark(ERASED_CASE, 0, whole->scope.case_id));
	for (size_t i = 0; i < whole->parties.len / sizeof(*parties); i++)
		put_mark(marks, erased_mark(ERASED_CASE, parties[i].agency, whole->scope.case_id));
}

/* With the last piece: until then the case is there. */
static enum err close(struct world *world, const struct erasing *erasing, struct erase_survey *piece, Pb__EraseEntry *entry)
{
	if (erasing->whole.scope.case_id.len == ID_BYTES)
		mark_case(&erasing->whole, &piece->marks);
	if (piece->marks.err != ERR_OK)
		return piece->marks.err;
	return erasing->cause.kept_years == 0 ? tell_holders(world, &erasing->whole, entry->case_id, entry) : ERR_OK;
}

static enum err fill(struct world *world, const struct erasing *erasing, struct erase_survey *piece, Pb__EraseEntry *entry)
{
	enum err err = ERR_OK;

	entry->more = piece->next != 0;
	if (!entry->more)
		err = close(world, erasing, piece, entry);
	if (err == ERR_OK)
		err = keep_numbers(world, &piece->seqs, &entry->seqs, &entry->n_seqs);
	if (err == ERR_OK)
		err = keep_numbers(world, &piece->items, &entry->items, &entry->n_items);
	if (err == ERR_OK)
		err = pb_keep(world->arena, buf_bytes(&piece->marks), &entry->marks);
	entry->parts = piece->parts;
	entry->segments = piece->segments;
	return err;
}

static enum err draft(struct world *world, const struct erasing *erasing, Pb__EraseEntry **ret_entry)
{
	const struct erase_scope *scope = &erasing->whole.scope;
	Pb__EraseEntry *entry = world_alloc(world, 1, sizeof(*entry));
	enum err err;

	if (entry == NULL)
		return ERR_NOMEM;
	pb__erase_entry__init(entry);
	err = pb_keep(world->arena, scope->case_id, &entry->case_id);
	if (err == ERR_OK)
		err = pb_keep(world->arena, scope->thread_id, &entry->thread_id);
	entry->operator_ = (Pb__Operator *)(uintptr_t)erasing->cause.operator;
	if (erasing->cause.reason != NULL)
		entry->reason = erasing->cause.reason;
	entry->kept_years = erasing->cause.kept_years;
	*ret_entry = entry;
	return err;
}

enum err erasing_begin(struct txn *txn, const struct erase_scope *scope, const struct erase_cause *cause, struct erasing *ret_erasing)
{
	*ret_erasing = (struct erasing){ .cause = *cause, .more = true };
	return erase_survey(txn, scope, &ret_erasing->whole);
}

enum err erasing_decide(struct world *world, struct erasing *erasing, struct decision *ret_decision)
{
	struct erase_survey piece;
	Pb__EraseEntry *entry;
	enum err err = draft(world, erasing, &entry);

	if (err != ERR_OK)
		return err;
	err = erase_survey_piece(world->txn, &erasing->whole.scope, erasing->next, world->rules->erase_piece, &piece);
	if (err == ERR_OK)
		err = fill(world, erasing, &piece, entry);
	erasing->next = piece.next;
	erasing->more = piece.next != 0;
	erase_survey_free(&piece);
	return err == ERR_OK ? decide_entry(world, PB__ENTRY_BODY__BODY_ERASE, entry, ret_decision) : err;
}

void erasing_end(struct erasing *erasing)
{
	erase_survey_free(&erasing->whole);
}

/* ---- who is told by further entries ---- */

enum err erase_tell_decide(struct world *world, ProtobufCBinaryData case_id, const uint32_t *agencies, size_t count, struct decision *ret_decision)
{
	Pb__EraseEntry *entry = world_alloc(world, 1, sizeof(*entry));
	size_t now = count < TOLD_ITEMS_MAX ? count : TOLD_ITEMS_MAX;
	enum err err;

	if (entry == NULL)
		return ERR_NOMEM;
	pb__erase_entry__init(entry);
	entry->case_id = case_id;
	err = tell(world, case_id, agencies, now, entry);
	if (err != ERR_OK)
		return err;
	entry->tell = (uint32_t *)(uintptr_t)(agencies + now);
	entry->n_tell = count - now;
	return decide_entry(world, PB__ENTRY_BODY__BODY_ERASE, entry, ret_decision);
}
