/* SPDX-License-Identifier: Apache-2.0 */
#include "front/reviews.h"

#include <string.h>

#include "broker/lookup.h"
#include "broker/rows_reviews.h"
#include "contract/codec.h"
#include "front/sent_message.h"
#include "ledger/entry.h"

#define REVIEWS_DEFAULT 100u
#define REVIEWS_MOST 256u
#define REVIEWS_WALKED 2048u

struct walk {
	const struct reader *reader;
	const Pb__ReviewQuery *query;
	Pb__ReviewListing *listing;
	size_t limit, walked;
	uint64_t last;
};

/* That it was reviewed; by whom and what was said, to operators. */
static enum err put_review(const struct reader *reader, uint64_t seq, Pb__ReviewShown *shown)
{
	const Pb__EntryBody *body;
	struct entry entry;
	enum err err = seq == 0 ? ERR_NOT_FOUND : entry_decode(reader->txn, seq, reader->arena, &entry, &body);

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	if (body->body_case != PB__ENTRY_BODY__BODY_REVIEWED)
		return ERR_CORRUPT;
	shown->reviewed_at_us = entry.header.time_us;
	if (reader->agency == 0) {
		shown->reviewed_by = body->reviewed->operator_ != NULL ? body->reviewed->operator_->login : shown->reviewed_by;
		shown->remark = body->reviewed->remark;
	}
	return ERR_OK;
}

static bool is_listed(const Pb__ReviewShown *shown, const char *name)
{
	for (size_t i = 0; i < shown->n_to; i++)
		if (strcmp(shown->to[i], name) == 0)
			return true;
	return false;
}

/* The recipients that the reader may know of, and what they were to be told. */
static enum err put_recipients(const struct reader *reader, const struct sent_message *submission, Pb__ReviewShown *shown, uint32_t *ret_classes)
{
	const Pb__SubmitEntry *entry = submission->entry;
	enum err err = ERR_OK;

	*ret_classes = 0;
	shown->to = arena_calloc(reader->arena, entry->n_recipients, sizeof *shown->to);
	if (shown->to == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; err == ERR_OK && i < entry->n_recipients; i++) {
		struct delivery delivery = { 0 };
		bool seen = false;
		char *name;

		err = sent_is_seen(reader, submission, i, &seen);
		if (err != ERR_OK || !seen || entry->recipients[i]->silent)
			continue;
		err = reader_name(reader, entry->recipients[i]->agency, &name);
		if (err == ERR_OK && !is_listed(shown, name))
			shown->to[shown->n_to++] = name;
		if (err == ERR_OK)
			err = delivery_get(reader->txn, item_number(submission->seq, i), &delivery);
		shown->handed_out += delivery.handouts > 0;
		*ret_classes |= view_classes(submission->views[i], UINT32_MAX);
		err = err == ERR_NOT_FOUND ? ERR_OK : err;
	}
	return err;
}

static enum err fill(const struct reader *reader, const struct review_row *row, const struct sent_message *submission, Pb__ReviewShown *shown)
{
	const Pb__View *view = submission->views[0];
	uint32_t classes = 0;
	enum err err;

	pb__review_shown__init(shown);
	shown->seq = submission->seq;
	shown->at_us = submission->at_us;
	shown->message_id = view->message_id;
	shown->case_id = view->case_id;
	shown->thread_id = view->thread_id;
	shown->kind = view->kind;
	shown->ask = view->ask;
	shown->urgency = view->urgency;
	shown->basis = view->basis;
	shown->danger = row->danger;
	err = reader_name(reader, row->sender, &shown->from);
	if (err == ERR_OK)
		err = put_recipients(reader, submission, shown, &classes);
	if (err == ERR_OK)
		err = reader_classes(reader, classes, &shown->classes, &shown->n_classes);
	return err == ERR_OK ? put_review(reader, row->reviewed_seq, shown) : err;
}

/* What an operator handed over is operators' to look at. */
static enum err show_hand_over(const struct reader *reader, const struct review_row *row, const struct leaf_header *header,
			       const Pb__HandOverEntry *entry, Pb__ReviewShown **ret_shown)
{
	Pb__ReviewShown *shown = arena_alloc(reader->arena, sizeof *shown);
	char **to = arena_alloc(reader->arena, sizeof *to);
	enum err err;

	if (reader->agency != 0)
		return ERR_NOT_FOUND;
	if (shown == NULL || to == NULL)
		return ERR_NOMEM;
	pb__review_shown__init(shown);
	shown->seq = header->seq;
	shown->at_us = header->time_us;
	shown->hand_over = true;
	shown->by = entry->operator_ != NULL ? entry->operator_->login : shown->by;
	shown->reason = entry->reason;
	shown->to = to;
	shown->n_to = 1;
	err = reader_name(reader, entry->agency, &shown->from);
	if (err == ERR_OK)
		err = reader_name(reader, entry->to, to);
	*ret_shown = shown;
	return err == ERR_OK ? put_review(reader, row->reviewed_seq, shown) : err;
}

/* ERR_NOT_FOUND: not the reader's, or erased. */
static enum err show_message(const struct reader *reader, const struct review_row *row, Pb__ReviewShown **ret_shown)
{
	struct sent_message submission;
	bool kept_out = false;
	Pb__ReviewShown *shown;
	enum err err = sent_read(reader, row->seq, &submission);

	if (err != ERR_OK)
		return err;
	err = reader_is_kept_out(reader, bytes_of_pb(submission.entry->case_id), &kept_out);
	if (err != ERR_OK || kept_out)
		return err != ERR_OK ? err : ERR_NOT_FOUND;
	shown = arena_alloc(reader->arena, sizeof *shown);
	if (shown == NULL)
		return ERR_NOMEM;
	err = fill(reader, row, &submission, shown);
	if (err == ERR_OK && shown->n_to == 0)
		return ERR_NOT_FOUND;
	*ret_shown = shown;
	return err;
}

/* The same of either. */
static enum err show(const struct reader *reader, const struct review_row *row, Pb__ReviewShown **ret_shown)
{
	const Pb__EntryBody *body;
	struct entry entry;
	enum err err = entry_read(reader->txn, row->seq, &entry);

	if (err != ERR_OK || entry.header.type != PB__ENTRY_TYPE__ENTRY_TYPE_HAND_OVER)
		return err == ERR_OK ? show_message(reader, row, ret_shown) : err;
	err = entry_decode(reader->txn, row->seq, reader->arena, &entry, &body);
	return err == ERR_OK ? show_hand_over(reader, row, &entry.header, body->hand_over, ret_shown) : err;
}

/* ERR_BUSY ends the walk: the answer is full. */
static enum err visit(void *context, const struct review_row *row)
{
	struct walk *walk = context;
	enum err err;

	if (walk->listing->n_reviews == walk->limit || walk->walked == REVIEWS_WALKED)
		return ERR_BUSY;
	walk->walked++;
	if (row->reviewed_seq != 0 && !walk->query->reviewed) {
		walk->last = row->seq;
		return ERR_OK;
	}
	err = show(walk->reader, row, &walk->listing->reviews[walk->listing->n_reviews]);
	if (err == ERR_OK && walk->query->until_us != 0 && walk->listing->reviews[walk->listing->n_reviews]->at_us >= walk->query->until_us)
		return ERR_STOPPED; /* times never go back */
	if (err == ERR_OK)
		walk->listing->n_reviews++;
	walk->last = row->seq;
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

enum err reviews_list(const struct reader *reader, const Pb__ReviewQuery *query, Pb__ReviewListing *ret_listing)
{
	struct walk walk = { .reader = reader, .query = query, .listing = ret_listing };
	uint64_t from = 0;
	enum err err = entry_seq_at(reader->txn, query->since_us, &from);

	pb__review_listing__init(ret_listing);
	walk.limit = query->limit == 0 ? REVIEWS_DEFAULT : query->limit < REVIEWS_MOST ? query->limit : REVIEWS_MOST;
	ret_listing->reviews = arena_calloc(reader->arena, walk.limit, sizeof(Pb__ReviewShown *));
	if (ret_listing->reviews == NULL)
		return ERR_NOMEM;
	if (err == ERR_OK && query->after != 0 && query->after < UINT64_MAX && query->after + 1 > from)
		from = query->after + 1;
	if (err == ERR_OK)
		err = review_rows_each(reader->txn, from, visit, &walk);
	if (err == ERR_BUSY)
		ret_listing->more_after = walk.last;
	return err == ERR_BUSY || err == ERR_STOPPED ? ERR_OK : err;
}
