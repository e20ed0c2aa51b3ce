/* SPDX-License-Identifier: Apache-2.0 */
/* consents.c - see consents.h. */
#include "consents.h"

#include <stdlib.h>

#include "broker/rows_consents.h"
#include "cases.h"
#include "legs.h"
#include "unit.h"

#define A(name) PB__CONSENT_ACTION__CONSENT_ACTION_##name
#define S(name) PB__CONSENT_STATE__CONSENT_STATE_##name
#define DAY_US INT64_C(86400000000)

static uint64_t bit_of(const struct sim *sim, const struct desk *desk)
{
	return UINT64_C(1) << (desk - sim->desks);
}

struct m_consent *consent_of(struct sim *sim, const struct letter *letter)
{
	return letter == NULL || letter->erased ? NULL : map_get(&sim->consents->by_letter, letter->number);
}

static bool is_in_force(const struct sim *sim, const struct m_consent *consent)
{
	int64_t now = sim->site.clocks.wall_us;

	return consent->state == S(IN_FORCE) && now >= consent->from_us && (consent->until_us == 0 || now < consent->until_us);
}

/* Also one that begins later may be narrowed. */
static bool is_over(const struct sim *sim, const struct m_consent *consent)
{
	return consent->state != S(IN_FORCE) || (consent->until_us != 0 && sim->site.clocks.wall_us >= consent->until_us);
}

static bool reaches(const struct sim *sim, const struct m_consent *consent, const struct desk *desk)
{
	return desk == consent->registered->from->desk || (consent->agencies & bit_of(sim, desk)) != 0;
}

/* What goes back to who asked may rest on what the consent gave to who answers. */
static const struct desk *rests_on(const struct sim *sim, const struct letter *letter, size_t index, const struct m_consent *consent)
{
	bool answers = letter->said.action != 0 && legs_party(letter->said.action) == PB__PARTY__PARTY_RECIPIENT;

	return answers && !reaches(sim, consent, letter->to[index]) ? letter->from->desk : letter->to[index];
}

uint8_t consent_uncovers(struct sim *sim, const struct letter *letter, size_t index)
{
	const struct m_consent *consent = consent_of(sim, letter->consent);
	uint8_t uncovered = 0;

	if (letter->consent == NULL)
		return 0;
	for (size_t part = 0; part < letter->parts; part++)
		if (consent == NULL || consent->registered->case_number != letter->case_number || !is_in_force(sim, consent) ||
		    !reaches(sim, consent, rests_on(sim, letter, index, consent)) || (letter->classes[part] & ~consent->classes) != 0)
			uncovered = (uint8_t)(uncovered | 1u << part);
	return uncovered;
}

bool consent_allows_next(struct sim *sim, const struct letter *told, const struct desk *next)
{
	const struct m_consent *consent = consent_of(sim, told->consent);

	if (told->consent == NULL || next == NULL)
		return true;
	if (consent == NULL || !is_in_force(sim, consent) || !reaches(sim, consent, next))
		return false;
	for (size_t part = 0; part < told->parts; part++)
		if ((told->classes[part] & ~consent->classes) != 0)
			return false;
	return true;
}

/* ---- the walk ---- */

static struct m_consent *some_consent(struct sim *sim, const struct desk *desk)
{
	const struct consents *consents = sim->consents;

	for (size_t tries = 0; tries < 30 && consents->count > 0; tries++) {
		size_t back = (size_t)chance_below(&sim->chance, consents->count > 60 ? 60 : consents->count);
		struct m_consent *consent = consents->all[consents->count - 1 - back];
		const struct m_case *known = case_of(sim, consent->registered->case_number);
		bool on_case = false;

		for (size_t i = 0; known != NULL && !consent->gone && i < known->count; i++)
			on_case = on_case || known->members[i] == desk;
		if (on_case && (consent->state == S(IN_FORCE) || chance_in(&sim->chance, 20, 1)))
			return consent;
	}
	return NULL;
}

static uint32_t some_classes(struct sim *sim)
{
	uint32_t classes = (uint32_t)chance_below(&sim->chance, 1u << 4) << PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_FINANCE;

	return classes | UINT32_C(1) << PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_EMPLOYMENT;
}

static void address_self(struct letter *letter)
{
	letter->kind = PB__KIND__KIND_CONSENT;
	letter->to[0] = letter->from->desk;
	letter->to_count = 1;
	letter->sealed_to[0] = letter->from->desk->bound;
	letter->parts = 0;
	letter->expires_at_us = 0;
	letter->ask = PB__ASK__ASK_UNSPECIFIED;
	letter->take = PB__TAKE__TAKE_UNSPECIFIED;
}

bool walk_consent(struct sim *sim, struct place *by, struct letter *letter)
{
	struct chance *chance = &sim->chance;
	const struct m_consent *consent = some_consent(sim, by->desk);
	struct consenting *said = &letter->consenting;

	address_self(letter);
	if (consent == NULL || chance_in(chance, 2, 1)) {
		said->action = A(REGISTER);
		said->classes = some_classes(sim);
		for (size_t i = 0; i < sim->desk_count; i++)
			if (!sim->desks[i].confidential && chance_in(chance, 2, 1))
				said->agencies |= bit_of(sim, &sim->desks[i]);
		if (chance_in(chance, 3, 1))
			said->until_us = letter->made_at_us + (int64_t)chance_below(chance, 20) * DAY_US - DAY_US;
		letter->case_number = ++sim->cases;
		return true;
	}
	letter->thread = (struct letter *)(uintptr_t)consent->registered;
	letter->case_number = consent->registered->case_number;
	said->action = chance_in(chance, 2, 1) ? A(NARROW) : A(WITHDRAW);
	if (said->action == A(WITHDRAW))
		return true;
	said->classes = consent->classes & (chance_in(chance, 2, 1) ? UINT32_MAX : some_classes(sim));
	said->agencies = consent->agencies & (chance_in(chance, 4, 1) ? UINT64_MAX : chance_next(chance));
	said->until_us = consent->until_us;
	return true;
}

void walk_rest_on(struct sim *sim, struct letter *letter)
{
	const struct m_consent *consent = some_consent(sim, letter->from->desk);

	if (consent == NULL || letter->ask == PB__ASK__ASK_CAPACITY)
		return;
	letter->consent = consent->registered;
	letter->case_number = consent->registered->case_number;
	for (size_t part = 0; part < letter->parts; part++)
		letter->classes[part] = chance_in(&sim->chance, 10, 9) ? some_classes(sim) & consent->classes : some_classes(sim);
	for (size_t i = 0; i < letter->to_count; i++)
		for (size_t tries = 0; tries < 8 && !reaches(sim, consent, letter->to[i]); tries++) {
			struct desk *desk = &sim->desks[chance_below(&sim->chance, sim->desk_count)];
			bool among = desk == letter->from->desk;

			for (size_t k = 0; k < letter->to_count; k++)
				among = among || letter->to[k] == desk;
			if (among || !reaches(sim, consent, desk))
				continue;
			letter->to[i] = desk;
			letter->sealed_to[i] = desk->bound;
		}
}

/* ---- what entries say ---- */

static void registers(struct sim *sim, struct letter *letter)
{
	struct consents *consents = sim->consents;
	struct m_consent *consent = calloc(1, sizeof(*consent));
	const struct consenting *said = &letter->consenting;

	require(consent != NULL && consents->count < sizeof(consents->all) / sizeof(*consents->all));
	*consent = (struct m_consent){ letter, S(IN_FORCE), said->classes, said->agencies, sim->site.clocks.wall_us, said->until_us };
	consents->all[consents->count++] = consent;
	map_put(&consents->by_letter, letter->number, consent);
	consents->registered++;
}

void follow_consent(struct sim *sim, const struct leaf_header *header, const Pb__SubmitEntry *entry, struct letter *letter)
{
	const struct consenting *said = &letter->consenting;
	struct m_consent *consent = consent_of(sim, letter->thread);

	for (size_t i = 0; i < letter->to_count; i++) {
		HOLDS(consent_uncovers(sim, letter, i) == 0, "entry %llu: View %zu rests on a consent that does not cover it", (ull)header->seq, i);
		HOLDS(entry->recipients[i]->conditional == (letter->consent != NULL && letter->parts > 0), "entry %llu: View %zu is conditional: %d",
		      (ull)header->seq, i, entry->recipients[i]->conditional);
	}
	if (said->action == 0)
		return;
	HOLDS(entry->consent != NULL && entry->recipients[0]->silent, "entry %llu keeps no consent", (ull)header->seq);
	if (said->action == A(REGISTER)) {
		registers(sim, letter);
		return;
	}
	HOLDS(consent != NULL && consent->state != S(WITHDRAWN), "entry %llu changes a consent that is none", (ull)header->seq);
	if (said->action == A(WITHDRAW)) {
		consent->state = S(WITHDRAWN);
		sim->consents->withdrawn++;
		return;
	}
	HOLDS(!is_over(sim, consent) && (said->classes & ~consent->classes) == 0 && (said->agencies & ~consent->agencies) == 0,
	      "entry %llu widens a consent, or one that is over", (ull)header->seq);
	consent->classes = said->classes;
	consent->agencies = said->agencies;
	consent->until_us = said->until_us;
	sim->consents->narrowed++;
}

void follow_consent_event(struct sim *sim, const struct leaf_header *header, const Pb__ConsentEventEntry *entry)
{
	items_told(sim, header, 0, entry->told, entry->n_told);
	if (entry->consent == NULL)
		return;
	for (size_t i = 0; i < sim->consents->count; i++) {
		struct m_consent *consent = sim->consents->all[i];

		if (!letter_has_id(consent->registered, bytes_of_pb(entry->consent->consent_id)))
			continue;
		HOLDS(consent->state == S(IN_FORCE) && consent->until_us != 0 && consent->until_us <= sim->site.clocks.wall_us,
		      "entry %llu: a consent runs out before its time, or once more", (ull)header->seq);
		consent->state = S(RAN_OUT);
		sim->consents->ran_out++;
		return;
	}
	sim_fail("entry %llu: a consent that nobody registered runs out", (ull)header->seq);
}

/* Which parts of its message an item brings. */
static uint8_t brings(const struct item *item)
{
	uint8_t all = (uint8_t)((1u << item->letter->parts) - 1);

	if (item->what == PB__ITEM_WHAT__ITEM_WHAT_RELEASE)
		return (uint8_t)(all & ~1u);
	return item->what == PB__ITEM_WHAT__ITEM_WHAT_MESSAGE ? all & 1u : 0;
}

/* Of a message, also where a release of it brings them. */
static void note_left(struct item *item)
{
	struct item *message = item->what == PB__ITEM_WHAT__ITEM_WHAT_RELEASE ? (struct item *)(uintptr_t)item->about : item;

	message->parts_left = (uint8_t)(message->parts_left | (brings(item) & ~item->must_stay));
}

void follow_conditions(struct sim *sim, uint64_t seq, const Pb__HandoutEntry *entry)
{
	for (size_t i = 0; i < entry->n_items; i++) {
		struct item *item = item_of(sim, seq, entry->items[i]);

		if (item->letter == NULL || item->letter->consent == NULL)
			continue;
		item->must_stay = (uint8_t)(brings(item) & consent_uncovers(sim, item->letter, item->index));
		sim->consents->kept_back += item->must_stay != 0;
		note_left(item);
	}
	for (size_t i = 0; i < entry->n_ended; i++) {
		struct item *item = item_of(sim, seq, entry->ended[i]);
		uint8_t all = item->letter == NULL ? 0 : (uint8_t)((1u << item->letter->parts) - 1);

		HOLDS(item->state == DELIVERY_WAITING && all != 0 && item->letter->consent != NULL, "entry %llu ends item %llu", (ull)seq,
		      (ull)item->number);
		if (item->what == PB__ITEM_WHAT__ITEM_WHAT_RELEASE)
			all = brings(item);
		HOLDS((consent_uncovers(sim, item->letter, item->index) & all) == all, "entry %llu ends item %llu, which a consent covers", (ull)seq,
		      (ull)item->number);
		item_set(item, DELIVERY_UNDELIVERABLE);
		item->ended_seq = seq;
		item->session = 0;
		sim->consents->kept_back++;
	}
}

/* What reached the leg's own agency is what would be sealed to the next one. */
static bool may_pass_on(struct sim *sim, const struct letter *letter)
{
	const struct m_request *request = request_of_thread(sim, letter->thread, letter->to[0]);
	const struct m_leg *leg = request == NULL ? NULL : leg_meant(request, letter->from->desk->number, &letter->said);

	return leg == NULL || leg->item == NULL || consent_allows_next(sim, leg->item->letter, letter->said.next);
}

bool judge_consent(struct sim *sim, const struct letter *letter, Pb__RefusalCode code)
{
	const struct consenting *said = &letter->consenting;
	const struct m_consent *consent = consent_of(sim, letter->thread);

	if (code == REFUSE(BASIS)) {
		if (letter->said.action == PB__LEG_ACTION__LEG_ACTION_REDIRECT && letter->thread != NULL && letter->thread->accepted &&
		    !may_pass_on(sim, letter))
			return true;
		for (size_t i = 0; i < letter->to_count; i++)
			if (consent_uncovers(sim, letter, i) != 0)
				return true;
		return false;
	}
	if (said->action == 0 || code != REFUSE(CONSENT))
		return false;
	if (said->action == A(REGISTER))
		return said->agencies == 0 || (said->until_us != 0 && said->until_us <= sim->site.clocks.wall_us);
	if (consent == NULL || consent->state == S(WITHDRAWN))
		return true;
	if (said->action == A(WITHDRAW))
		return false;
	return is_over(sim, consent) || (said->classes & ~consent->classes) != 0 || (said->agencies & ~consent->agencies) != 0 ||
	       said->classes == 0 || said->agencies == 0 || (said->classes == consent->classes && said->agencies == consent->agencies) ||
	       (said->until_us != consent->until_us);
}

/* What a withdrawal's receipt lists is what left, all of it. */
static void check_left(const struct sim *sim, struct txn *txn)
{
	for (size_t i = 0; i < sim->all_count; i++) {
		const struct item *item = sim->all[i];
		struct condition condition;

		if (item->gone || item->what != PB__ITEM_WHAT__ITEM_WHAT_MESSAGE || item->letter->consent == NULL || item->letter->parts == 0)
			continue;
		require_ok(condition_get(txn, item->number, &condition));
		HOLDS(condition.handed == item->parts_left && (condition.handed != 0) == (condition.handed_at_us != 0),
		      "item %llu: of its parts %x were handed out, should be %x", (ull)item->number, condition.handed, item->parts_left);
	}
}

void whole_consents(struct sim *sim, struct txn *txn)
{
	struct arena arena;
	uint64_t there = 0;

	arena_init(&arena, 1u << 20);
	for (size_t i = 0; i < sim->consents->count; i++) {
		const struct m_consent *consent = sim->consents->all[i];
		struct consent_row row;
		uint8_t id[16];

		if (consent->gone)
			continue;
		there++;
		arena_reset(&arena);
		letter_id(consent->registered, id);
		require_ok(consent_get(txn, bytes_of(id, sizeof(id)), &arena, &row));
		HOLDS(row.consent.state == consent->state && row.consent.scope.until_us == consent->until_us, "consent %llu: state %d; should be %d",
		      (ull)consent->registered->number, row.consent.state, consent->state);
		HOLDS(!sim->settled || consent->state != S(IN_FORCE) || consent->until_us == 0 || consent->until_us > sim->site.clocks.wall_us,
		      "consent %llu has not run out", (ull)consent->registered->number);
	}
	arena_free(&arena);
	HOLDS(txn_rows(txn, TABLE_CONSENTS) == there, "other consents than were registered");
	check_left(sim, txn);
}

void consents_free(struct sim *sim)
{
	for (size_t i = 0; i < sim->consents->count; i++)
		free(sim->consents->all[i]);
	map_free(&sim->consents->by_letter);
	free(sim->consents);
}
