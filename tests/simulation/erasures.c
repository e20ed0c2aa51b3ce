/* SPDX-License-Identifier: Apache-2.0 */
/* erasures.c - see erasures.h. */
#include "erasures.h"

#include <stdlib.h>

#include "acts.h"
#include "action_items.h"
#include "announcements.h"
#include "cases.h"
#include "conferences.h"
#include "consents.h"
#include "keeping.h"
#include "ledger/entry.h"
#include "legs.h"
#include "unit.h"

#define YEAR_US (365 * 24 * INT64_C(3600000000))

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

/* What is erased: a case, or the thread of a message that is of none. */
struct scope {
	uint64_t number;             /* of the case; 0: none */
	const struct letter *opener;
};

static bool is_of(const struct scope *scope, const struct letter *letter)
{
	if (scope->number != 0)
		return letter->case_number == scope->number;
	return letter == scope->opener || letter->thread == scope->opener;
}

/* By this entry, or those before it that began it. */
static bool names(const struct sim *sim, uint64_t seq)
{
	size_t count = sim->erasing_count;

	if (count == 0 || seq < sim->erasing[0] || seq > sim->erasing[count - 1])
		return false;
	return bsearch(&seq, sim->erasing, count, sizeof(*sim->erasing), in_order) != NULL;
}

static void gather(struct sim *sim, uint64_t seq, const Pb__EraseEntry *entry)
{
	for (size_t i = 0; i < entry->n_seqs; i++) {
		if (sim->erasing_count == sim->erasing_room) {
			sim->erasing_room = sim->erasing_room == 0 ? 64 : 2 * sim->erasing_room;
			sim->erasing = realloc(sim->erasing, sim->erasing_room * sizeof(*sim->erasing));
			require(sim->erasing != NULL);
		}
		HOLDS(sim->erasing_count == 0 || sim->erasing[sim->erasing_count - 1] < entry->seqs[i], "entry %llu erases out of order", (ull)seq);
		sim->erasing[sim->erasing_count++] = entry->seqs[i];
	}
	HOLDS(entry->n_seqs <= KEPT_PIECE || (entry->case_id.len == 0 && entry->thread_id.len == 0), "entry %llu is too large a piece: %zu", (ull)seq, entry->n_seqs);
	sim->erasing_items += entry->n_items;
}

/* Every message of the case or thread, and no other. */
static void erase_letters(struct sim *sim, uint64_t seq, const struct scope *scope)
{
	for (size_t i = 0; i < sim->letter_count; i++) {
		struct letter *letter = sim->letters[i];
		bool of_it = letter->accepted && !letter->erased && is_of(scope, letter);

		HOLDS(!letter->accepted || letter->erased || names(sim, letter->seq) == of_it,
		      "entry %llu erases case %llu; message %llu of case %llu is erased: %d", (ull)seq, (ull)scope->number, (ull)letter->number,
		      (ull)letter->case_number, !of_it);
		letter->erased = letter->erased || of_it;
	}
}

/* Whether an item of a mailbox is of it: those that bring a message's parts are where that is. */
static bool takes(const struct sim *sim, const struct scope *scope, const struct item *item)
{
	bool named = names(sim, item->number / 16);

	if (scope->number == 0)
		return named;
	if (item->case_number == 0 && item->what == PB__ITEM_WHAT__ITEM_WHAT_NOTICE) /* who is told may not know of the case */
		return named;
	return item->case_number == scope->number;
}

/* Every item of a mailbox that was of it, and no other. */
static void erase_items(struct sim *sim, uint64_t seq, const struct scope *scope)
{
	size_t waited = 0;

	for (size_t i = 0; i < sim->all_count; i++) {
		struct item *item = sim->all[i];
		bool of_it = !item->gone && takes(sim, scope, item);

		HOLDS(item->gone || names(sim, item->number / 16) == of_it, "entry %llu erases case %llu; item %llu of case %llu is erased: %d", (ull)seq,
		      (ull)scope->number, (ull)item->number, (ull)item->case_number, !of_it);
		if (!of_it)
			continue;
		waited += item->state != DELIVERY_ACKNOWLEDGED;
		item_set(item, DELIVERY_UNDELIVERABLE);
		item->gone = true;
		item->session = 0;
	}
	HOLDS(waited == sim->erasing_items, "entry %llu takes %zu items out of mailboxes; should be %zu", (ull)seq, sim->erasing_items, waited);
}

static void erase_threads(struct sim *sim)
{
	for (size_t i = 0; i < sim->legs->request_count; i++)
		sim->legs->requests[i]->gone = sim->legs->requests[i]->opening->erased;
	for (size_t i = 0; i < sim->conferences->count; i++)
		sim->conferences->all[i]->gone = sim->conferences->all[i]->opening->erased;
	for (size_t i = 0; i < sim->consents->count; i++)
		sim->consents->all[i]->gone = sim->consents->all[i]->registered->erased;
	for (size_t i = 0; i < sim->announcements->count; i++)
		sim->announcements->all[i]->gone = sim->announcements->all[i]->opening->erased;
}

/* The entry that assigned an action item is of the case, or the item is not. */
static void erase_action_items(struct sim *sim)
{
	for (size_t i = 0; i < sim->action_items.room; i++) {
		struct m_action_item *item = sim->action_items.places[i].value;

		if (item == NULL || !names(sim, item->number / 16))
			continue;
		item->gone = true;
		item->timer_at_us = 0;
	}
}

static void erase_all(struct sim *sim, uint64_t seq, const struct scope *scope)
{
	erase_letters(sim, seq, scope);
	erase_items(sim, seq, scope);
	erase_threads(sim);
	erase_action_items(sim);
	sim->erasing_count = sim->erasing_items = 0;
}

/* Who looked is kept for its own years. */
static void retire_accesses(const struct sim *sim, struct txn *txn, const struct leaf_header *header, const Pb__EraseEntry *entry)
{
	for (size_t i = 0; i < entry->n_seqs; i++) {
		struct entry access;

		require_ok(entry_read(txn, entry->seqs[i], &access));
		HOLDS(access.header.type == PB__ENTRY_TYPE__ENTRY_TYPE_ACCESS, "entry %llu destroys %llu, which is of no case", (ull)header->seq,
		      (ull)entry->seqs[i]);
		HOLDS(header->time_us - access.header.time_us >= KEPT_YEARS * YEAR_US, "entry %llu destroys %llu too early", (ull)header->seq,
		      (ull)entry->seqs[i]);
	}
	(void)sim;
}

/* Nothing of it is young, and nobody has to do with it. */
static void check_years(struct sim *sim, const struct leaf_header *header, const struct scope *scope)
{
	for (size_t i = 0; i < sim->letter_count; i++) {
		const struct letter *letter = sim->letters[i];
		const struct m_consent *consent = consent_of(sim, letter);
		bool endless = consent != NULL && consent->until_us == 0;

		if (!letter->accepted || letter->erased || !is_of(scope, letter))
			continue;
		HOLDS(header->time_us - letter->accepted_at_us >= KEPT_YEARS * YEAR_US, "entry %llu destroys message %llu too early", (ull)header->seq,
		      (ull)letter->number);
		HOLDS(endless || letter->thread != NULL || keeping_rests(sim, letter), "entry %llu destroys message %llu, with which somebody has to do",
		      (ull)header->seq, (ull)letter->number);
	}
}

static struct letter *opener_of(const struct sim *sim, struct bytes id)
{
	uint64_t number = id.len == 16 ? be64_get(id.data + 8) & ~(UINT64_C(0x80) << 56) : 0;

	return number == 0 || number > sim->letter_count ? NULL : sim->letters[number - 1];
}

static void follow_case_erased(struct sim *sim, const struct leaf_header *header, const Pb__EraseEntry *entry)
{
	struct m_case *known = case_by_id(sim, bytes_of_pb(entry->case_id));
	struct scope scope = { .number = known == NULL ? 0 : known->number };

	HOLDS(known != NULL, "entry %llu erases a case that nobody named", (ull)header->seq);
	if (entry->n_seqs == 0) /* it only tells whom the first had no room for */
		return;
	HOLDS(!known->gone, "entry %llu erases a case twice", (ull)header->seq);
	gather(sim, header->seq, entry);
	if (entry->more)
		return;
	if (entry->kept_years != 0)
		check_years(sim, header, &scope);
	erase_all(sim, header->seq, &scope);
	known->gone = true;
	known->erased_owner = known->owner;
	*(entry->kept_years != 0 ? &sim->retired : &sim->erasures) += 1;
}

static void follow_thread_retired(struct sim *sim, const struct leaf_header *header, const Pb__EraseEntry *entry)
{
	struct scope scope = { .opener = opener_of(sim, bytes_of_pb(entry->thread_id)) };

	HOLDS(scope.opener != NULL && scope.opener->case_number == 0 && scope.opener->accepted && !scope.opener->erased,
	      "entry %llu destroys no thread that is without a case", (ull)header->seq);
	gather(sim, header->seq, entry);
	if (entry->more)
		return;
	check_years(sim, header, &scope);
	erase_all(sim, header->seq, &scope);
	sim->retired++;
}

void follow_erasure(struct sim *sim, struct txn *txn, const struct leaf_header *header, const Pb__EraseEntry *entry)
{
	HOLDS(entry->kept_years == 0 || entry->kept_years == KEPT_YEARS, "entry %llu knows of other years", (ull)header->seq);
	HOLDS((entry->kept_years != 0) == (entry->operator_ == NULL) || entry->n_seqs == 0, "entry %llu: whose word it was", (ull)header->seq);
	if (entry->case_id.len != 0)
		follow_case_erased(sim, header, entry);
	else if (entry->thread_id.len != 0)
		follow_thread_retired(sim, header, entry);
	else
		retire_accesses(sim, txn, header, entry);
	items_told(sim, header, 0, entry->told, entry->n_told);
}

/* ---- answers ---- */

bool erased_code(Pb__RefusalCode code)
{
	return code == REFUSE(ERASED) || code == REFUSE(KEEPING_OVER);
}

/* What is told to those alone who knew it; others hear what is said of what was never there. */
bool judge_erased(struct sim *sim, const struct letter *letter, Pb__RefusalCode code)
{
	if (!erased_code(code))
		return false;
	return letter->erased || (letter->thread != NULL && letter->thread->erased) || case_was_erased(sim, letter->case_number);
}
