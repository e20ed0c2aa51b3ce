/* SPDX-License-Identifier: Apache-2.0 */
/* cases.c - see cases.h. */
#include "cases.h"

#include <stdlib.h>

#include "broker/rows_cases.h"
#include "legs.h"
#include "unit.h"

struct m_case *case_of(struct sim *sim, uint64_t number)
{
	struct m_case *known = number == 0 ? NULL : map_get(&sim->known_cases, number);

	return known == NULL || known->gone ? NULL : known;
}

static bool has_member(const struct m_case *known, const struct desk *desk)
{
	for (size_t i = 0; i < known->count; i++)
		if (known->members[i] == desk)
			return true;
	return false;
}

static bool is_kept_out(const struct sim *sim, const struct m_case *known, const struct desk *desk)
{
	return known->protected && desk != known->owner && (known->kept_out & UINT64_C(1) << (desk - sim->desks)) != 0;
}

static bool was_written_to(const struct letter *letter, const struct desk *desk)
{
	for (size_t i = 0; i < letter->to_count; i++)
		if (letter->to[i] == desk)
			return true;
	return false;
}

/* A note to who opened the thread with a message to its sender. */
static bool may_answer(const struct letter *letter)
{
	const struct letter *thread = letter->thread;

	return letter->kind == PB__KIND__KIND_NOTE && thread != NULL && thread->accepted && !thread->erased && thread->case_number == letter->case_number &&
	       letter->to_count == 1 && letter->to[0] == thread->from->desk && was_written_to(thread, letter->from->desk);
}

bool case_was_erased(struct sim *sim, uint64_t number)
{
	const struct m_case *known = number == 0 ? NULL : map_get(&sim->known_cases, number);

	return known != NULL && known->erased_owner != NULL;
}

struct m_case *case_by_id(struct sim *sim, struct bytes id)
{
	return id.len == 16 ? map_get(&sim->case_ids, be64_get(id.data)) : NULL;
}

const struct m_case *cases_some(struct sim *sim, const struct desk *owner)
{
	for (size_t tries = 0; tries < 40 && sim->letter_count > 0; tries++) {
		size_t back = (size_t)chance_below(&sim->chance, sim->letter_count > 300 ? 300 : sim->letter_count);
		const struct m_case *known = case_of(sim, sim->letters[sim->letter_count - 1 - back]->case_number);

		if (known != NULL && (owner == NULL || known->owner == owner))
			return known;
	}
	return NULL;
}

bool case_is_known_to(const struct sim *sim, const struct m_case *known, const struct desk *desk)
{
	return has_member(known, desk) && !is_kept_out(sim, known, desk);
}

bool case_keeps_out(struct sim *sim, uint64_t number, const struct desk *desk)
{
	const struct m_case *known = case_of(sim, number);

	return known != NULL && desk != &sim->strangers && is_kept_out(sim, known, desk);
}

bool case_keeps_out_named(struct sim *sim, const struct letter *letter)
{
	for (size_t i = 0; i < letter->to_count; i++)
		if (case_keeps_out(sim, letter->case_number, letter->to[i]))
			return true;
	for (size_t i = 0; i < letter->conferring.item_count; i++)
		if (letter->conferring.items[i].owner != NULL && case_keeps_out(sim, letter->case_number, letter->conferring.items[i].owner))
			return true;
	if (letter->conferring.next != NULL && case_keeps_out(sim, letter->case_number, letter->conferring.next))
		return true;
	return letter->said.next != NULL && case_keeps_out(sim, letter->case_number, letter->said.next);
}

bool case_may_name(struct sim *sim, const struct letter *letter)
{
	const struct m_case *known = case_of(sim, letter->case_number);
	const struct desk *desk = letter->from->desk;

	if (known == NULL)
		return true;
	return !is_kept_out(sim, known, desk) && (has_member(known, desk) || may_answer(letter));
}

static bool brings(const struct letter *letter)
{
	if (letter->said.action == PB__LEG_ACTION__LEG_ACTION_SEAL)
		return true;
	return (letter->kind == PB__KIND__KIND_REQUEST || letter->kind == PB__KIND__KIND_CONFERENCE) && letter->thread == NULL;
}

static void join(struct m_case *known, const struct desk *desk)
{
	if (!has_member(known, desk))
		known->members[known->count++] = desk;
}

static struct m_case *open_case(struct sim *sim, uint64_t seq, const struct letter *letter)
{
	struct m_case *known = map_get(&sim->known_cases, letter->case_number);
	const struct desk *erased_owner = known == NULL ? NULL : known->erased_owner;

	HOLDS(erased_owner != letter->from->desk, "entry %llu: %s opens anew what was erased of it", (ull)seq, letter->from->desk->id);
	if (known == NULL) {
		known = calloc(1, sizeof(*known));
		require(known != NULL);
		map_put(&sim->known_cases, letter->case_number, known);
		map_put(&sim->case_ids, be64_get(letter_case(sim, letter->case_number).bytes), known);
	}
	*known = (struct m_case){ .number = letter->case_number, .owner = letter->from->desk, .erased_owner = erased_owner };
	join(known, known->owner);
	return known;
}

void follow_case(struct sim *sim, uint64_t seq, const Pb__SubmitEntry *entry, const struct letter *letter)
{
	struct m_case *known = case_of(sim, letter->case_number);
	size_t before;

	HOLDS(case_may_name(sim, letter), "entry %llu: %s names a case that it does not know", (ull)seq, letter->from->desk->id);
	HOLDS(entry->opens_case == (known == NULL && letter->case_number != 0), "entry %llu opens case %llu: %d", (ull)seq,
	      (ull)letter->case_number, entry->opens_case);
	HOLDS(!case_keeps_out_named(sim, letter), "entry %llu names somebody who is kept out of the case", (ull)seq);
	if (letter->case_number == 0)
		return;
	if (known == NULL)
		known = open_case(sim, seq, letter);
	before = known->count;
	for (size_t i = 0; brings(letter) && i < letter->to_count; i++)
		join(known, letter->to[i]);
	if (letter->conferring.next != NULL)
		join(known, letter->conferring.next);
	HOLDS(entry->n_joins == known->count - before, "entry %llu brings %zu agencies into the case; should be %zu", (ull)seq, entry->n_joins,
	      known->count - before);
}

void follow_case_joined(struct sim *sim, uint64_t number, const struct desk *desk)
{
	struct m_case *known = case_of(sim, number);

	if (known != NULL)
		join(known, desk);
}

/* What its owner decided about it is another's to decide, by an operator's word; the former owner knows of it still. */
void follow_cases_owned(struct sim *sim, uint64_t seq, const Pb__PieceEntry *entry)
{
	struct desk *owner = desk_by_number(sim, entry->owner);

	for (size_t i = 0; i < entry->n_cases; i++) {
		struct m_case *known = case_by_id(sim, bytes_of_pb(entry->cases[i]));

		HOLDS(known != NULL && !known->gone && known->owner->number == entry->agency && known->owner->closed, "entry %llu takes a case from who is there",
		      (ull)seq);
		HOLDS(owner != NULL && !owner->closed && owner->bound != 0 && !owner->confidential && !is_kept_out(sim, known, owner),
		      "entry %llu gives case %llu to who cannot have it", (ull)seq, (ull)known->number);
		for (size_t k = 0; k < known->count; k++)
			HOLDS(!known->members[k]->confidential || known->members[k]->proxy == owner, "entry %llu gives case %llu past a proxy", (ull)seq,
			      (ull)known->number);
		known->owner = owner;
		join(known, owner);
		sim->cases_owned++;
	}
}

void whole_cases(struct sim *sim, struct txn *txn)
{
	uint64_t there = 0;

	for (size_t i = 0; i < sim->known_cases.room; i++) {
		const struct m_case *known = sim->known_cases.places[i].value;
		struct case_row row;
		struct digest id;

		if (known == NULL || known->gone)
			continue;
		there++;
		id = letter_case(sim, known->number);
		require_ok(case_get(txn, bytes_of(id.bytes, 16), &row));
		HOLDS(case_owner(&row) == known->owner->number && row.protected == known->protected, "case %llu is another's", (ull)known->number);
		HOLDS(row.kept_out_count == (size_t)__builtin_popcountll(known->kept_out), "case %llu keeps out %zu", (ull)known->number,
		      row.kept_out_count);
		for (size_t k = 0; k < known->count; k++)
			HOLDS(case_has_member(&row, known->members[k]->number), "case %llu lacks a member", (ull)known->number);
	}
	HOLDS(txn_rows(txn, TABLE_CASES) == there, "other cases than were opened");
}

void cases_free(struct sim *sim)
{
	for (size_t i = 0; i < sim->known_cases.room; i++)
		free(sim->known_cases.places[i].value);
	map_free(&sim->known_cases);
	map_free(&sim->case_ids);
}
