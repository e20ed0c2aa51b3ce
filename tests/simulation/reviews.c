/* SPDX-License-Identifier: Apache-2.0 */
/* reviews.c - see reviews.h. */
#include "reviews.h"

#include <stdlib.h>

#include "acts.h"
#include "broker/rows_reviews.h"
#include "unit.h"

#define REVIEWED_AT_ONCE 6u

static bool is_listed(const struct letter *letter)
{
	return letter->accepted && !letter->erased && letter->to_review;
}

static struct letter *letter_at(const struct sim *sim, uint64_t seq)
{
	for (size_t i = sim->letter_count; i > 0; i--)
		if (sim->letters[i - 1]->accepted && sim->letters[i - 1]->seq == seq)
			return sim->letters[i - 1];
	return NULL;
}

/* What stands on the list under that number: when it was reviewed, 0: not yet, and of which case it is.  NULL: nothing. */
static uint64_t *listed_at(const struct sim *sim, uint64_t seq, uint64_t *ret_case)
{
	struct letter *letter = letter_at(sim, seq);

	*ret_case = letter == NULL ? 0 : letter->case_number;
	if (letter != NULL)
		return is_listed(letter) ? &letter->reviewed_seq : NULL;
	for (size_t i = 0; i < sim->hand_over_count; i++)
		if (sim->hand_overs[i].seq == seq)
			return &sim->hand_overs[i].reviewed_seq;
	return NULL;
}

static bool is_danger(const struct letter *letter)
{
	return letter->kind == PB__KIND__KIND_REQUEST && letter->thread == NULL && letter->urgency == PB__URGENCY__URGENCY_DANGER;
}

/* ---- operators ---- */

/* Something of the list, mostly; else any message. */
static const struct letter *some_letter(struct sim *sim)
{
	bool any = chance_in(&sim->chance, 30, 1);
	size_t skip = (size_t)chance_below(&sim->chance, sim->letter_count + 1);

	for (size_t i = 0; i < sim->letter_count; i++) {
		const struct letter *letter = sim->letters[(i + skip) % sim->letter_count];

		if (any ? letter->accepted : is_listed(letter) && (letter->reviewed_seq == 0 || chance_in(&sim->chance, 10, 1)))
			return letter;
	}
	return NULL;
}

void review_some(struct sim *sim, struct coming *coming)
{
	size_t count = 1 + (size_t)chance_below(&sim->chance, REVIEWED_AT_ONCE);

	coming->kind = COMING_REVIEW;
	for (size_t i = 0; i < count; i++) {
		const struct letter *letter = some_letter(sim);

		if (sim->hand_over_count > 0 && chance_in(&sim->chance, 10, 1))
			coming->items[coming->item_count++] = sim->hand_overs[chance_below(&sim->chance, sim->hand_over_count)].seq;
		else if (letter != NULL)
			coming->items[coming->item_count++] = letter->seq;
	}
	if (coming->item_count == 0)
		coming->items[coming->item_count++] = 1 + chance_below(&sim->chance, sim->audited);
	coming->inbound = site_reviewed(coming->items, coming->item_count, "looked at");
}

/* ---- what entries say ---- */

static bool brings_parts(const Pb__SubmitEntry *entry, const struct letter *letter)
{
	for (size_t i = 0; i < entry->n_recipients; i++)
		if (!entry->recipients[i]->silent && letter->parts > 0)
			return true;
	return false;
}

void follow_reviewable(struct sim *sim, const Pb__SubmitEntry *entry, struct letter *letter)
{
	letter->to_review = is_danger(letter) || (letter->meeting != NULL && brings_parts(entry, letter));
	sim->reviewable += letter->to_review;
}

void follow_handed_over_for_review(struct sim *sim, uint64_t seq, const Pb__HandOverEntry *entry)
{
	if (sim->hand_over_count == sim->hand_over_room) {
		sim->hand_over_room = sim->hand_over_room == 0 ? 64 : 2 * sim->hand_over_room;
		sim->hand_overs = realloc(sim->hand_overs, sim->hand_over_room * sizeof(*sim->hand_overs));
		require(sim->hand_overs != NULL);
	}
	HOLDS(entry->to_review, "entry %llu hands over, and nobody is to look at it", (ull)seq);
	sim->hand_overs[sim->hand_over_count++] = (struct m_hand_over){ .seq = seq, .gone = entry->agency };
	sim->reviewable++;
}

void follow_reviewed(struct sim *sim, const struct leaf_header *header, const Pb__ReviewedEntry *entry)
{
	ull seq = header->seq;
	struct digest id;
	uint64_t number = 0, of; /* the case that all of them are of; 0: they are not of one */

	HOLDS(entry->n_seqs > 0, "entry %llu says that nothing was reviewed", seq);
	for (size_t i = 0; i < entry->n_seqs; i++) {
		uint64_t *reviewed_seq = listed_at(sim, entry->seqs[i], &of);

		HOLDS(reviewed_seq != NULL, "entry %llu reviews %llu, which is not on the list", seq, (ull)entry->seqs[i]);
		HOLDS(*reviewed_seq == 0, "entry %llu reviews %llu again", seq, (ull)entry->seqs[i]);
		*reviewed_seq = header->seq;
		number = i == 0 || of == number ? of : 0;
		sim->reviewed++;
	}
	id = letter_case(sim, number);
	HOLDS(number == 0 ? entry->case_id.len == 0 : bytes_equal(bytes_of_pb(entry->case_id), bytes_of(id.bytes, 16)),
	      "entry %llu is not of case %llu", seq, (ull)number);
}

/* ---- its answer ---- */

/* All that was named was reviewed then, by this act or before; or something of it is not on the list, and nothing was done. */
void judge_reviewed(struct sim *sim, const struct coming *coming)
{
	bool listed = true;
	uint64_t of;

	for (size_t i = 0; i < coming->item_count; i++)
		listed = listed && listed_at(sim, coming->items[i], &of) != NULL;
	if (coming->code != 0) {
		HOLDS((coming->code == REFUSE(UNKNOWN_ITEM) && !listed) || (coming->code == REFUSE(STORE_FULL) && sim->no_room),
		      "a review is refused with %d for no reason", coming->code);
		return;
	}
	HOLDS(listed, "what is not on the list is said to be reviewed");
	for (size_t i = 0; i < coming->item_count; i++)
		HOLDS(*listed_at(sim, coming->items[i], &of) != 0, "what is at %llu stays unreviewed", (ull)coming->items[i]);
}

/* ---- the table ---- */

static void whole_hand_overs(struct sim *sim, struct txn *txn)
{
	for (size_t i = 0; i < sim->hand_over_count; i++) {
		const struct m_hand_over *word = &sim->hand_overs[i];
		struct review_row row;

		require_ok(review_row_get(txn, word->seq, &row));
		HOLDS(row.sender == word->gone && !row.danger && row.reviewed_seq == word->reviewed_seq, "the hand-over at %llu is on the list otherwise",
		      (ull)word->seq);
	}
}

void whole_reviews(struct sim *sim, struct txn *txn)
{
	uint64_t listed = sim->hand_over_count;

	for (size_t i = 0; i < sim->letter_count; i++) {
		const struct letter *letter = sim->letters[i];
		struct review_row row;

		if (!is_listed(letter))
			continue;
		listed++;
		require_ok(review_row_get(txn, letter->seq, &row));
		HOLDS(row.sender == letter->from->desk->number && row.danger == is_danger(letter) && row.reviewed_seq == letter->reviewed_seq,
		      "message %llu is on the list otherwise: reviewed by %llu, should be %llu", (ull)letter->number, (ull)row.reviewed_seq,
		      (ull)letter->reviewed_seq);
	}
	whole_hand_overs(sim, txn);
	HOLDS(txn_rows(txn, TABLE_REVIEWS) == listed, "%llu are on the review list; %llu should", (ull)txn_rows(txn, TABLE_REVIEWS),
	      (ull)listed);
}
