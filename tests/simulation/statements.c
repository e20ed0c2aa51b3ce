/* SPDX-License-Identifier: Apache-2.0 */
/* statements.c - see statements.h. */
#include "statements.h"

#include <stdio.h>

#include "action_items.h"
#include "acts.h"
#include "cases.h"
#include "erasures.h"

#define SECOND_US INT64_C(1000000)
#define AHEAD_US (LIMIT_ID_AHEAD_S * SECOND_US)
#define UNKNOWN_SERVICE "no-such-service"

/* ---- the walk ---- */

static bool confirm(struct sim *sim, const struct place *by, struct deed *deed)
{
	const struct desk *owner = chance_in(&sim->chance, 15, 1) ? NULL : by->desk;

	deed->kind = DEED_PURGED;
	for (size_t tries = 0; tries < 3; tries++) {
		if (!purges_some(sim, owner, &deed->items[deed->count]))
			break;
		if (deed->count == 0 || chance_in(&sim->chance, 20, 1) ||
		    (deed->items[deed->count] != deed->items[deed->count - 1] &&
		     action_item_case(sim, deed->items[deed->count]) == action_item_case(sim, deed->items[0])))
			deed->count++;
	}
	return deed->count > 0;
}

static bool mark(struct sim *sim, const struct place *by, struct deed *deed)
{
	const struct m_case *known = cases_some(sim, chance_in(&sim->chance, 10, 1) ? NULL : by->desk);

	if (known == NULL)
		return false;
	deed->kind = DEED_MARK;
	deed->case_number = chance_in(&sim->chance, 30, 1) ? ++sim->cases : known->number;
	deed->protected = chance_in(&sim->chance, 3, 2);
	deed->kept_out = UINT64_C(1) << chance_below(&sim->chance, sim->desk_count);
	for (size_t i = 0; i < 2; i++)
		deed->kept_out |= UINT64_C(1) << (known->members[chance_below(&sim->chance, known->count)] - sim->desks);
	if (!chance_in(&sim->chance, 20, 1))
		deed->kept_out &= ~(UINT64_C(1) << (known->owner - sim->desks));
	return true;
}

static bool say_places(struct sim *sim, struct deed *deed)
{
	deed->kind = DEED_STANDING;
	deed->places = (Pb__Places)(1 + chance_below(&sim->chance, 3));
	deed->unknown_service = chance_in(&sim->chance, 20, 1);
	deed->at_us = sim->site.clocks.wall_us;
	if (chance_in(&sim->chance, 10, 1))
		deed->at_us += (int64_t)chance_below(&sim->chance, 7200) * SECOND_US - 3600 * SECOND_US;
	return true;
}

bool walk_statement(struct sim *sim, const struct place *by, struct deed *deed)
{
	static const unsigned weights[] = { 6, 6, 2 };

	switch (chance_weighted(&sim->chance, weights, sizeof(weights) / sizeof(*weights))) {
	case 0:
		return confirm(sim, by, deed);
	case 1:
		return mark(sim, by, deed);
	default:
		return say_places(sim, deed);
	}
}

/* ---- as it is sent ---- */

static void write_mark(struct sim *sim, struct inbound *inbound, const struct deed *deed)
{
	struct digest id = letter_case(sim, deed->case_number);
	char addresses[SIM_DESKS][128];
	const char *kept_out[SIM_DESKS];
	size_t count = 0;

	for (size_t i = 0; i < sim->desk_count; i++) {
		if ((deed->kept_out & UINT64_C(1) << i) == 0)
			continue;
		snprintf(addresses[count], sizeof(addresses[count]), "%s@" SITE_NAME, sim->desks[i].id);
		kept_out[count] = addresses[count];
		count++;
	}
	frame_mark(inbound, id.bytes, deed->protected, kept_out, count);
}

void statement_write(struct sim *sim, struct inbound *inbound, const struct deed *deed)
{
	struct said_places said = { deed->unknown_service ? UNKNOWN_SERVICE : "", deed->places };

	if (deed->kind == DEED_PURGED)
		frame_purged(inbound, deed->items, deed->count);
	else if (deed->kind == DEED_MARK)
		write_mark(sim, inbound, deed);
	else
		frame_standing(inbound, &said, 1, NULL, deed->at_us);
}

/* ---- why it may be refused ---- */

/* One confirmation is of one case. */
static bool mixes_cases(struct sim *sim, const struct deed *deed)
{
	for (size_t i = 1; i < deed->count; i++)
		if (action_item_case(sim, deed->items[i]) != action_item_case(sim, deed->items[0]))
			return true;
	return false;
}

static bool purged_reason(struct sim *sim, const struct frame *frame, const struct deed *deed, Pb__RefusalCode code)
{
	if (code == REFUSE(MALFORMED) && mixes_cases(sim, deed))
		return true;
	for (size_t i = 0; i < deed->count; i++) {
		if (erased_code(code) && action_item_was_erased(sim, deed->items[i]))
			return true;
		for (size_t k = 0; k < i; k++)
			if (code == REFUSE(MALFORMED) && deed->items[i] == deed->items[k])
				return true;
		if (code == REFUSE(UNKNOWN_ITEM) && !purge_is_of(sim, deed->items[i], frame->by->desk))
			return true;
		if (code == REFUSE(NOT_NOW) && purge_is_of(sim, deed->items[i], frame->by->desk) && !purge_may_end(sim, deed->items[i]))
			return true;
	}
	return false;
}

static bool mark_reason(struct sim *sim, const struct frame *frame, const struct deed *deed, Pb__RefusalCode code)
{
	const struct m_case *known = case_of(sim, deed->case_number);
	const struct desk *by = frame->by->desk;

	if (known == NULL || !case_is_known_to(sim, known, by))
		return code == REFUSE(UNKNOWN_MESSAGE) || (erased_code(code) && case_was_erased(sim, deed->case_number));
	return code == REFUSE(SAFETY) && (known->owner != by || (deed->kept_out & UINT64_C(1) << (by - sim->desks)) != 0);
}

static bool standing_reason(const struct sim *sim, const struct frame *frame, const struct deed *deed, Pb__RefusalCode code)
{
	if (code == REFUSE(ID_TIME))
		return deed->at_us <= 0 || deed->at_us > sim->site.clocks.wall_us + AHEAD_US;
	if (code == REFUSE(CONFLICT))
		return deed->at_us < frame->by->desk->said_at_us;
	return code == REFUSE(UNKNOWN_SERVICE) && deed->unknown_service;
}

bool judge_statement(struct sim *sim, const struct frame *frame, const struct deed *deed, Pb__RefusalCode code)
{
	if (deed->kind == DEED_PURGED)
		return purged_reason(sim, frame, deed, code);
	if (deed->kind == DEED_MARK)
		return mark_reason(sim, frame, deed, code);
	return standing_reason(sim, frame, deed, code);
}

bool statement_is_repeat(const struct frame *frame, const struct deed *deed, uint64_t seq)
{
	const struct desk *by = frame->by->desk;

	return deed->kind == DEED_STANDING && by->said_at_us == deed->at_us && by->said_seq == seq;
}

/* ---- what entries say ---- */

void follow_purged(struct sim *sim, const struct leaf_header *header, const struct desk *by, const Pb__PurgedEntry *entry)
{
	HOLDS(entry->n_items > 0 && entry->n_told == entry->n_items, "entry %llu confirms %zu and tells %zu", (ull)header->seq, entry->n_items,
	      entry->n_told);
	for (size_t i = 0; i < entry->n_items; i++) {
		HOLDS(action_item_case(sim, entry->items[i]->item) == action_item_case(sim, entry->items[0]->item),
		      "entry %llu is of two cases", (ull)header->seq);
		HOLDS(purge_is_of(sim, entry->items[i]->item, by) && purge_may_end(sim, entry->items[i]->item),
		      "entry %llu: %s confirms what it is not asked to destroy", (ull)header->seq, by->id);
		HOLDS(entry->items[i]->state == PB__ACTION_ITEM_STATE__ACTION_ITEM_STATE_DONE && entry->items[i]->purge,
		      "entry %llu leaves what is destroyed in state %d", (ull)header->seq, entry->items[i]->state);
		action_item_take(sim, header->seq, entry->items[i]->item, entry->items[i]);
		sim->purged++;
	}
	items_told(sim, header, 0, entry->told, entry->n_told);
}

static uint64_t desks_named(const struct sim *sim, uint64_t seq, char *const *addresses, size_t count)
{
	uint64_t bits = 0;
	char address[128];

	for (size_t i = 0; i < sim->desk_count; i++) {
		snprintf(address, sizeof(address), "%s@" SITE_NAME, sim->desks[i].id);
		for (size_t k = 0; k < count; k++)
			if (strcmp(address, addresses[k]) == 0)
				bits |= UINT64_C(1) << i;
	}
	HOLDS((size_t)__builtin_popcountll(bits) == count, "entry %llu keeps others out than were named", (ull)seq);
	return bits;
}

void follow_mark(struct sim *sim, uint64_t seq, const struct desk *by, const Pb__MarkCaseEntry *entry)
{
	struct m_case *known = case_by_id(sim, bytes_of_pb(entry->case_id));

	HOLDS(known != NULL && known->owner == by, "entry %llu: %s marks a case that is not its own", (ull)seq, by->id);
	known->protected = entry->protected_;
	known->kept_out = desks_named(sim, seq, entry->kept_out, entry->n_kept_out);
	HOLDS((known->kept_out & UINT64_C(1) << (by - sim->desks)) == 0, "entry %llu keeps the owner out of its case", (ull)seq);
	sim->marks++;
}

void follow_standing(struct sim *sim, uint64_t seq, struct desk *by, const Pb__StandingEntry *entry)
{
	HOLDS(entry->agency == by->number && entry->said_at_us > by->said_at_us && entry->said_at_us <= sim->site.clocks.wall_us + AHEAD_US,
	      "entry %llu: %s speaks out of its turn", (ull)seq, by->id);
	for (size_t i = 0; i < entry->n_places; i++)
		HOLDS(strcmp(entry->places[i]->service, UNKNOWN_SERVICE) != 0, "entry %llu: places of no service", (ull)seq);
	by->said_at_us = entry->said_at_us;
	by->said_seq = seq;
	sim->sayings++;
}
