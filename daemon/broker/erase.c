/* SPDX-License-Identifier: Apache-2.0 */
/* broker/erase.c - rule: an operator erases a case, whole and for ever: the bodies and salts of its entries, its parts, its attachments'
 * segments, and every row that came of them.  What is open is not erased unless the operator says so.  Hashes stay, so that every proof does;
 * marks stay, so that who took part is told; and whoever has copies hears of it by an item of its mailbox.
 *
 * Entries that name several items (hand-outs, acknowledgements, lost sessions, timers, acts on the queue) stay: they say numbers alone. */
#include "broker/erase_rows.h"
#include "broker/erased.h"
#include "broker/erasing.h"
#include "broker/rows_cases.h"
#include "broker/thread_entries.h"
#include "broker/told.h"
#include "broker/verbs.h"
#include "rules/retention.h"

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
	struct erasure erasure;
	enum err err = erased_get(world->txn, &mark, &erasure);

	if (err == ERR_OK)
		*ret_objection = erased_object_operator(&erasure, "case_id");
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

enum err erase_decide(struct world *world, const Pb__Operator *operator, const Pb__AdminErase *erase, struct erasing *ret_erasing,
		      struct decision *ret_decision)
{
	struct erase_scope scope = { .case_id = bytes_of_pb(erase->case_id) };
	struct erase_cause cause = { .operator = operator, .reason = erase->reason };
	struct objection objection = check_form(erase);
	enum err err;

	*ret_erasing = (struct erasing){ 0 };
	if (objection.code != 0)
		return decide_objection(world, &objection, ret_decision);
	err = erasing_begin(world->txn, &scope, &cause, ret_erasing);
	if (err == ERR_NOT_FOUND)
		err = object_absent(world, scope.case_id, &objection);
	else if (err == ERR_OK && ret_erasing->whole.open > 0 && !erase->even_open)
		err = object_open(world, &ret_erasing->whole, &objection);
	if (err != ERR_OK)
		return err;
	if (objection.code == 0)
		return erasing_decide(world, ret_erasing, ret_decision);
	ret_erasing->more = false;
	return decide_objection(world, &objection, ret_decision);
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

static void put_marks(struct txn *txn, const struct erasure *erasure, struct bytes marks)
{
	for (size_t at = 0; at < marks.len; at += ERASED_MARK_BYTES)
		erased_put(txn, bytes_of(marks.data + at, ERASED_MARK_BYTES), erasure);
}

/* The last piece: what is left of it are the rows that say what it was. */
static enum err drop(struct txn *txn, const Pb__EraseEntry *entry)
{
	struct bytes case_id = bytes_of_pb(entry->case_id), thread_id = bytes_of_pb(entry->thread_id);
	enum err err = ERR_OK;

	if (thread_id.len == ID_BYTES)
		thread_entries_forget(txn, told_thread(thread_id));
	if (case_id.len != ID_BYTES)
		return ERR_OK;
	err = case_drop(txn, case_id);
	case_entries_forget(txn, case_id);
	return err;
}

static bool is_sound(const struct leaf_header *header, const Pb__EraseEntry *entry)
{
	bool of_case = entry->case_id.len == ID_BYTES;

	if (entry->marks.len % ERASED_MARK_BYTES != 0 || entry->kept_years > RETENTION_BODY_YEARS_MAX)
		return false;
	if (!of_case && (entry->case_id.len != 0 || entry->kept_years == 0 || (entry->thread_id.len != 0 && entry->thread_id.len != ID_BYTES)))
		return false;
	for (size_t i = 0; i < entry->n_seqs; i++)
		if (entry->seqs[i] >= header->seq)
			return false;
	return true;
}

enum err erase_apply(struct txn *txn, const struct leaf_header *header, const Pb__EraseEntry *entry)
{
	struct erasure erasure = { .seq = header->seq, .kept_years = entry->kept_years };
	enum err err = is_sound(header, entry) ? ERR_OK : ERR_CORRUPT;

	if (err == ERR_OK && entry->n_seqs > 0) {
		err = erase_entries(txn, entry);
		put_marks(txn, &erasure, bytes_of_pb(entry->marks));
	}
	if (err == ERR_OK && entry->n_seqs > 0 && !entry->more)
		err = drop(txn, entry);
	return err == ERR_OK ? told_apply(txn, header, 0, entry->told, entry->n_told) : err;
}
