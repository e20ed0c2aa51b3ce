/* SPDX-License-Identifier: Apache-2.0 */
/* broker/erase.c - rule: an operator erases a case, whole and for ever: the bodies and salts of its entries, its parts, its attachments'
 * segments, and every row that came of them.  What is open is not erased unless the operator says so.  Hashes stay, so that every proof does;
 * marks stay, so that who took part is told; and whoever has copies hears of it by an item of its mailbox.
 *
 * Entries that name several items (hand-outs, acknowledgements, lost sessions, timers, acts on the queue) stay: they say numbers alone. */
#include "broker/erase_rows.h"
#include "broker/erase_survey.h"
#include "broker/erased.h"
#include "broker/rows_cases.h"
#include "broker/told.h"
#include "broker/verbs.h"

#define ENTRY_ARENA_BYTES (16u * 1024u * 1024u)

/* ---- decide ---- */

static struct objection check_form(const Pb__AdminErase *erase)
{
	if (erase->case_id.len != ID_BYTES)
		return OBJECT(MALFORMED, .subject = "case_id", .value = (int64_t)erase->case_id.len, .bound = ID_BYTES);
	if (erase->reason[0] == '\0')
		return OBJECT(MALFORMED, .subject = "erase.reason");
	if (strlen(erase->reason) > LIMIT_SHORT_TEXT)
		return OBJECT(TOO_LARGE, .subject = "erase.reason", .value = (int64_t)strlen(erase->reason), .bound = LIMIT_SHORT_TEXT);
	return (struct objection){ 0 };
}

/* There is no such case: it was erased, or nobody ever named it. */
static enum err object_absent(struct world *world, struct bytes case_id, struct objection *ret_objection)
{
	struct erased_mark mark = erased_mark(ERASED_CASE, 0, case_id);
	uint64_t seq = 0;
	enum err err = erased_get(world->txn, &mark, &seq);

	if (err == ERR_OK)
		*ret_objection = OBJECT(ERASED, .subject = "case_id", .value = (int64_t)seq);
	else if (err == ERR_NOT_FOUND)
		*ret_objection = OBJECT(UNKNOWN_MESSAGE, .subject = "case_id");
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static enum err object_open(struct world *world, const struct erase_survey *survey, struct objection *ret_objection)
{
	struct buf text;
	const char *words;
	char *kept;

	buf_init(&text, ERASE_OPEN_KINDS * sizeof(survey->kinds[0]));
	erase_survey_open(survey, &text);
	words = buf_text(&text);
	kept = words == NULL ? NULL : arena_text(world->arena, bytes_of_text(words));
	buf_free(&text);
	if (kept == NULL)
		return ERR_NOMEM;
	*ret_objection = OBJECT(CASE_OPEN, .subject = kept, .value = (int64_t)survey->open);
	return ERR_OK;
}

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

static enum err fill(struct world *world, const struct erase_survey *survey, Pb__EraseEntry *entry)
{
	enum err err = keep_numbers(world, &survey->seqs, &entry->seqs, &entry->n_seqs);

	if (err == ERR_OK)
		err = keep_numbers(world, &survey->items, &entry->items, &entry->n_items);
	if (err == ERR_OK)
		err = pb_keep(world->arena, buf_bytes(&survey->marks), &entry->marks);
	entry->parts = survey->parts;
	entry->segments = survey->segments;
	return err == ERR_OK ? tell_holders(world, survey, entry->case_id, entry) : err;
}

static Pb__EraseEntry *new_entry(struct world *world, ProtobufCBinaryData case_id)
{
	Pb__EraseEntry *entry = world_alloc(world, 1, sizeof(*entry));

	if (entry == NULL)
		return NULL;
	pb__erase_entry__init(entry);
	entry->case_id = case_id;
	return entry;
}

static enum err decide(struct world *world, const Pb__AdminErase *erase, const struct erase_survey *survey, Pb__EraseEntry *entry,
		       struct objection *ret_objection)
{
	if (survey->open > 0 && !erase->even_open)
		return object_open(world, survey, ret_objection);
	return fill(world, survey, entry);
}

enum err erase_decide(struct world *world, const Pb__Operator *operator, const Pb__AdminErase *erase, struct decision *ret_decision)
{
	struct objection objection = check_form(erase);
	Pb__EraseEntry *entry = new_entry(world, erase->case_id);
	struct erase_survey survey;
	enum err err;

	if (entry == NULL)
		return ERR_NOMEM;
	if (objection.code != 0)
		return decide_objection(world, &objection, ret_decision);
	entry->operator_ = (Pb__Operator *)(uintptr_t)operator;
	entry->reason = erase->reason;
	err = erase_survey(world->txn, bytes_of_pb(erase->case_id), &survey);
	if (err == ERR_OK)
		err = decide(world, erase, &survey, entry, &objection);
	else if (err == ERR_NOT_FOUND)
		err = object_absent(world, bytes_of_pb(erase->case_id), &objection);
	else if (err == ERR_TOO_LARGE && survey.entries == LIMIT_ERASED_ENTRIES) {
		objection = OBJECT(TOO_MANY, .subject = "entries", .value = (int64_t)survey.entries, .bound = LIMIT_ERASED_ENTRIES);
		err = ERR_OK;
	}
	erase_survey_free(&survey);
	if (err != ERR_OK)
		return err;
	if (objection.code != 0)
		return decide_objection(world, &objection, ret_decision);
	return decide_entry(world, PB__ENTRY_BODY__BODY_ERASE, entry, ret_decision);
}

enum err erase_tell_decide(struct world *world, ProtobufCBinaryData case_id, const uint32_t *agencies, size_t count, struct decision *ret_decision)
{
	Pb__EraseEntry *entry = new_entry(world, case_id);
	size_t now = count < TOLD_ITEMS_MAX ? count : TOLD_ITEMS_MAX;
	enum err err = entry == NULL ? ERR_NOMEM : tell(world, case_id, agencies, now, entry);

	if (err != ERR_OK)
		return err;
	entry->tell = (uint32_t *)(uintptr_t)(agencies + now);
	entry->n_tell = count - now;
	return decide_entry(world, PB__ENTRY_BODY__BODY_ERASE, entry, ret_decision);
}

/* ---- apply ---- */

static enum err erase_entries(struct txn *txn, const Pb__EraseEntry *entry)
{
	enum err err = ERR_OK;
	struct arena arena;

	arena_init(&arena, ENTRY_ARENA_BYTES);
	for (size_t i = 0; err == ERR_OK && i < entry->n_seqs; i++)
		err = erase_entry(txn, entry->seqs[i], &arena);
	arena_free(&arena);
	return err;
}

static void put_marks(struct txn *txn, uint64_t seq, struct bytes marks)
{
	for (size_t at = 0; at < marks.len; at += ERASED_MARK_BYTES)
		erased_put(txn, bytes_of(marks.data + at, ERASED_MARK_BYTES), seq);
}

enum err erase_apply(struct txn *txn, const struct leaf_header *header, const Pb__EraseEntry *entry)
{
	struct bytes case_id = bytes_of_pb(entry->case_id);
	enum err err = ERR_OK;

	if (case_id.len != ID_BYTES || entry->marks.len % ERASED_MARK_BYTES != 0)
		return ERR_CORRUPT;
	for (size_t i = 0; i < entry->n_seqs; i++)
		if (entry->seqs[i] >= header->seq)
			return ERR_CORRUPT;
	if (entry->n_seqs > 0) {
		err = erase_entries(txn, entry);
		if (err == ERR_OK)
			err = case_drop(txn, case_id);
		case_entries_forget(txn, case_id);
		put_marks(txn, header->seq, bytes_of_pb(entry->marks));
	}
	return err == ERR_OK ? told_apply(txn, header, 0, entry->told, entry->n_told) : err;
}
