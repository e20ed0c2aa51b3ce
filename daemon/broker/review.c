/* SPDX-License-Identifier: Apache-2.0 */
/* broker/review.c - rule: whatever tells of a person without that person's consent is looked at afterwards: every message with parts that stands
 * on another basis than CONSENT and ANONYMOUS, and every request in danger to life, which goes to more agencies than its sender named; and that an
 * operator named who goes on in a closed agency's cases (hand_over.c), which nobody else was asked about.
 *
 * That it was looked at is an entry too, with whose login and when: a list from which nothing is ever taken is read by nobody, and the law asks
 * for proof that somebody did.  What was reviewed before is passed over; an act that names something else changes nothing. */
#include "broker/review.h"

#include "broker/rows_cases.h"
#include "broker/rows_reviews.h"
#include "contract/limits.h"
#include "ledger/entry.h"

/* ---- what is on the list ---- */

static bool has_parts(const Pb__SubmitEntry *entry)
{
	for (size_t i = 0; i < entry->n_recipients; i++)
		if (!entry->recipients[i]->silent && entry->recipients[i]->n_part_sizes > 0)
			return true;
	return false;
}

/* It opened a request. */
static bool is_fan_out(const Pb__SubmitEntry *entry)
{
	return entry->kind == PB__KIND__KIND_REQUEST && entry->request != NULL && entry->request->request == 0 &&
	       entry->recipients[0]->lane == PB__URGENCY__URGENCY_DANGER;
}

bool review_is_due(const Pb__SubmitEntry *entry)
{
	switch (entry->basis) {
	case PB__BASIS__BASIS_UNSPECIFIED:
	case PB__BASIS__BASIS_CONSENT:
	case PB__BASIS__BASIS_ANONYMOUS:
		return is_fan_out(entry);
	default:
		return has_parts(entry) || is_fan_out(entry);
	}
}

void review_note(struct txn *txn, const struct leaf_header *header, const Pb__SubmitEntry *entry)
{
	if (review_is_due(entry))
		review_row_append(txn, &(struct review_row){ .seq = header->seq, .sender = entry->order->agency, .danger = is_fan_out(entry) });
}

/* ---- that it was reviewed ---- */

static struct objection check(const Pb__AdminReviewed *act)
{
	size_t len = strlen(act->remark);

	if (act->n_seqs == 0)
		return OBJECT(MALFORMED, .subject = "reviewed.seqs");
	if (act->n_seqs > REVIEWED_MAX)
		return OBJECT(TOO_MANY, .subject = "reviewed.seqs", .value = (int64_t)act->n_seqs, .bound = REVIEWED_MAX);
	if (len > LIMIT_SHORT_TEXT)
		return OBJECT(TOO_LARGE, .subject = "reviewed.remark", .value = (int64_t)len, .bound = LIMIT_SHORT_TEXT);
	return (struct objection){ 0 };
}

static bool is_named(const Pb__ReviewedEntry *entry, uint64_t seq)
{
	for (size_t i = 0; i < entry->n_seqs; i++)
		if (entry->seqs[i] == seq)
			return true;
	return false;
}

static enum err gather(struct world *world, const Pb__AdminReviewed *act, Pb__ReviewedEntry *entry, struct objection *ret_objection)
{
	enum err err = ERR_OK;

	entry->seqs = world_alloc(world, act->n_seqs, sizeof(*entry->seqs));
	if (entry->seqs == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; err == ERR_OK && ret_objection->code == 0 && i < act->n_seqs; i++) {
		struct review_row row;

		err = review_row_get(world->txn, act->seqs[i], &row);
		if (err == ERR_NOT_FOUND) {
			*ret_objection = OBJECT(UNKNOWN_ITEM, .subject = "review", .value = (int64_t)act->seqs[i]);
			err = ERR_OK;
		} else if (err == ERR_OK && row.reviewed_seq == 0 && !is_named(entry, row.seq)) {
			entry->seqs[entry->n_seqs++] = row.seq;
		}
	}
	return err;
}

/* Of a submission; empty: of none, as what was handed over, which is of many. */
static enum err case_of(struct world *world, uint64_t seq, struct bytes *ret_case)
{
	const Pb__EntryBody *body;
	struct entry reviewed;
	enum err err = entry_decode(world->txn, seq, world->arena, &reviewed, &body);

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	*ret_case = bytes_of(NULL, 0);
	if (body->body_case == PB__ENTRY_BODY__BODY_SUBMIT)
		*ret_case = bytes_of_pb(body->submit->case_id);
	return body->body_case == PB__ENTRY_BODY__BODY_SUBMIT || body->body_case == PB__ENTRY_BODY__BODY_HAND_OVER ? ERR_OK : ERR_CORRUPT;
}

/* The case that all of them are of; none where they are not of one. */
static enum err find_case(struct world *world, Pb__ReviewedEntry *entry)
{
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < entry->n_seqs; i++) {
		struct bytes case_id;

		err = case_of(world, entry->seqs[i], &case_id);
		if (err != ERR_OK)
			return err;
		if (i == 0)
			entry->case_id = pb_of_bytes(case_id);
		else if (!bytes_equal(case_id, bytes_of_pb(entry->case_id)))
			entry->case_id = pb_of_bytes(bytes_of(NULL, 0));
	}
	return err;
}

enum err reviewed_decide(struct world *world, const Pb__Operator *operator, const Pb__AdminReviewed *act, struct decision *ret_decision)
{
	Pb__ReviewedEntry *entry = world_alloc(world, 1, sizeof(*entry));
	struct objection objection = check(act);
	enum err err = ERR_OK;

	if (entry == NULL)
		return ERR_NOMEM;
	pb__reviewed_entry__init(entry);
	if (objection.code == 0)
		err = gather(world, act, entry, &objection);
	if (err != ERR_OK)
		return err;
	if (objection.code != 0)
		return decide_objection(world, &objection, ret_decision);
	if (entry->n_seqs == 0) {
		decide_nothing(ret_decision);
		return ERR_OK;
	}
	entry->operator_ = (Pb__Operator *)(uintptr_t)operator;
	entry->remark = act->remark;
	err = find_case(world, entry);
	return err != ERR_OK ? err : decide_entry(world, PB__ENTRY_BODY__BODY_REVIEWED, entry, ret_decision);
}

enum err reviewed_apply(struct txn *txn, const struct leaf_header *header, const Pb__ReviewedEntry *entry)
{
	enum err err = ERR_OK;

	if (entry->case_id.len == ID_BYTES)
		case_entry_put(txn, bytes_of_pb(entry->case_id), header->seq);
	for (size_t i = 0; err == ERR_OK && i < entry->n_seqs; i++) {
		struct review_row row;

		err = review_row_get(txn, entry->seqs[i], &row);
		if (err == ERR_NOT_FOUND) { /* it was erased since, and a replay no longer knows what it was */
			err = ERR_OK;
			continue;
		}
		row.reviewed_seq = header->seq;
		if (err == ERR_OK)
			review_row_put(txn, &row);
	}
	return err;
}
