/* SPDX-License-Identifier: Apache-2.0 */
/* erasures.c - see erasures.h. */
#include "erasures.h"

#include <stdlib.h>

#include "acts.h"
#include "action_items.h"
#include "cases.h"
#include "conferences.h"
#include "consents.h"
#include "legs.h"
#include "unit.h"

/* ---- operators ---- */

bool erase_some(struct sim *sim, struct coming *coming)
{
	const struct m_case *known = cases_some(sim, NULL);
	struct digest id;

	if (known == NULL)
		return false;
	id = letter_case(sim, known->number);
	*coming = (struct coming){ .kind = COMING_ACT, .inbound = site_erase(id.bytes, !chance_in(&sim->chance, 6, 1)) };
	return true;
}

/* ---- the entry ---- */

static int in_order(const void *a, const void *b)
{
	const uint64_t *left = a, *right = b;

	return *left < *right ? -1 : *left > *right;
}

static bool names(const Pb__EraseEntry *entry, uint64_t seq)
{
	return entry->n_seqs > 0 && bsearch(&seq, entry->seqs, entry->n_seqs, sizeof(*entry->seqs), in_order) != NULL;
}

/* Every message of the case, and no other. */
static void erase_letters(struct sim *sim, uint64_t seq, const Pb__EraseEntry *entry, uint64_t number)
{
	for (size_t i = 0; i < sim->letter_count; i++) {
		struct letter *letter = sim->letters[i];
		bool of_it = letter->accepted && !letter->erased && letter->case_number == number;

		HOLDS(!letter->accepted || letter->erased || names(entry, letter->seq) == of_it,
		      "entry %llu erases case %llu; message %llu of case %llu is erased: %d", (ull)seq, (ull)number, (ull)letter->number,
		      (ull)letter->case_number, !of_it);
		letter->erased = letter->erased || of_it;
	}
}

/* Every item of a mailbox that was of it, and no other. */
static void erase_items(struct sim *sim, uint64_t seq, const Pb__EraseEntry *entry, uint64_t number)
{
	size_t waited = 0;

	for (size_t i = 0; i < sim->all_count; i++) {
		struct item *item = sim->all[i];
		bool hidden = item->case_number == 0 && item->what == PB__ITEM_WHAT__ITEM_WHAT_NOTICE; /* who is told may not know of the case */
		bool of_it = !item->gone && (item->case_number == number || (hidden && names(entry, item->number / 16)));

		HOLDS(item->gone || names(entry, item->number / 16) == of_it, "entry %llu erases case %llu; item %llu of case %llu is erased: %d", (ull)seq,
		      (ull)number, (ull)item->number, (ull)item->case_number, !of_it);
		if (!of_it)
			continue;
		waited += item->state != DELIVERY_ACKNOWLEDGED;
		item_set(item, DELIVERY_UNDELIVERABLE);
		item->gone = true;
		item->session = 0;
	}
	HOLDS(waited == entry->n_items, "entry %llu takes %zu items out of mailboxes; should be %zu", (ull)seq, entry->n_items, waited);
}

static void erase_threads(struct sim *sim)
{
	for (size_t i = 0; i < sim->legs->request_count; i++)
		sim->legs->requests[i]->gone = sim->legs->requests[i]->opening->erased;
	for (size_t i = 0; i < sim->conferences->count; i++)
		sim->conferences->all[i]->gone = sim->conferences->all[i]->opening->erased;
	for (size_t i = 0; i < sim->consents->count; i++)
		sim->consents->all[i]->gone = sim->consents->all[i]->registered->erased;
}

/* The entry that assigned an action item is of the case, or the item is not. */
static void erase_action_items(struct sim *sim, const Pb__EraseEntry *entry)
{
	for (size_t i = 0; i < sim->action_items.room; i++) {
		struct m_action_item *item = sim->action_items.places[i].value;

		if (item == NULL || !names(entry, item->number / 16))
			continue;
		item->gone = true;
		item->timer_at_us = 0;
	}
}

/* It was open, and the operator had not said that it should go even so. */
void follow_erasure(struct sim *sim, const struct leaf_header *header, const Pb__EraseEntry *entry)
{
	struct m_case *known = case_by_id(sim, bytes_of_pb(entry->case_id));

	HOLDS(known != NULL, "entry %llu erases a case that nobody named", (ull)header->seq);
	for (size_t i = 1; i < entry->n_seqs; i++)
		HOLDS(entry->seqs[i - 1] < entry->seqs[i], "entry %llu erases out of order", (ull)header->seq);
	if (entry->n_seqs > 0) { /* else it only tells whom the first had no room for */
		HOLDS(!known->gone, "entry %llu erases a case twice", (ull)header->seq);
		erase_letters(sim, header->seq, entry, known->number);
		erase_items(sim, header->seq, entry, known->number);
		erase_threads(sim);
		erase_action_items(sim, entry);
		known->gone = true;
		known->erased_owner = known->owner;
		sim->erasures++;
	}
	items_told(sim, header, 0, entry->told, entry->n_told);
}

/* ---- answers ---- */

/* What is told to those alone who knew it; others hear what is said of what was never there. */
bool judge_erased(struct sim *sim, const struct letter *letter, Pb__RefusalCode code)
{
	if (code != REFUSE(ERASED))
		return false;
	return letter->erased || (letter->thread != NULL && letter->thread->erased) || case_was_erased(sim, letter->case_number);
}
