/* SPDX-License-Identifier: Apache-2.0 */
/* announcements.c - see announcements.h. */
#include "announcements.h"

#include <stdlib.h>

#include "broker/conferences.h"
#include "unit.h"

#define PLACES_MOST 12u /* few, so that they run out */
#define WANTED_MOST 5u

static uint64_t bit_of(const struct sim *sim, const struct desk *desk)
{
	return UINT64_C(1) << (desk - sim->desks);
}

static struct m_announcement *announcement_of(struct sim *sim, const struct letter *letter)
{
	return letter == NULL || letter->erased ? NULL : map_get(&sim->announcements->by_letter, letter->number);
}

/* ---- the walk ---- */

void announcement_open(struct sim *sim, struct letter *letter)
{
	letter->announcing.is_one = !chance_in(&sim->chance, 6, 1);
	if (letter->announcing.is_one && !chance_in(&sim->chance, 6, 1))
		letter->announcing.places = 1 + (uint32_t)chance_below(&sim->chance, PLACES_MOST);
}

static const struct m_announcement *some_announcement(struct sim *sim, const struct desk *desk, bool any)
{
	const struct announcements *announcements = sim->announcements;

	for (size_t tries = 0; tries < 40 && announcements->count > 0; tries++) {
		size_t back = (size_t)chance_below(&sim->chance, announcements->count > 30 ? 30 : announcements->count);
		const struct m_announcement *announcement = announcements->all[announcements->count - 1 - back];

		if (any || (announcement->told & bit_of(sim, desk)) != 0 || announcement->opening->from->desk == desk)
			return announcement;
	}
	return NULL;
}

/* To who announced it, but for a mistake. */
static void address(struct sim *sim, struct letter *letter, struct desk *announcer)
{
	if (chance_in(&sim->chance, 20, 1))
		return;
	letter->to[0] = announcer;
	letter->to_count = 1;
	letter->sealed_to[0] = announcer->bound;
}

bool walk_sign_up(struct sim *sim, struct place *by, struct letter *letter)
{
	bool wild = chance_in(&sim->chance, 20, 1);
	const struct m_announcement *announcement = some_announcement(sim, by->desk, wild);
	struct desk *announcer = announcement == NULL ? NULL : announcement->opening->from->desk;

	letter->kind = PB__KIND__KIND_ANNOUNCEMENT;
	letter->ask = PB__ASK__ASK_UNSPECIFIED;
	letter->take = PB__TAKE__TAKE_UNSPECIFIED;
	letter->case_number = 0;
	letter->parts = chance_below(&sim->chance, 2);
	if (announcement == NULL)
		return false;
	letter->thread = (struct letter *)(uintptr_t)announcement->opening;
	letter->announcing = (struct announcing){ .is_one = true };
	if ((announcer == by->desk && chance_in(&sim->chance, 2, 1)) || (wild && chance_in(&sim->chance, 3, 1))) {
		letter->parts = 1;
		return true; /* whom it was addressed to by chance is told, too */
	}
	address(sim, letter, announcer);
	letter->announcing.cancels = chance_in(&sim->chance, 4, 1);
	if (!letter->announcing.cancels)
		letter->announcing.wanted = 1 + (uint32_t)chance_below(&sim->chance, WANTED_MOST);
	return true;
}

void announcement_write(Pb__View *view, const struct letter *letter)
{
	static Pb__AnnouncementAct act;

	if (!letter->announcing.is_one)
		return;
	pb__announcement_act__init(&act);
	act.places = letter->announcing.places;
	act.sign_up = letter->announcing.wanted;
	act.cancel = letter->announcing.cancels;
	view->announcement_act = &act;
}

/* ---- the rule ---- */

static bool signs_up(const struct letter *letter)
{
	return letter->announcing.wanted != 0 || letter->announcing.cancels;
}

/* 0: it is done. */
static Pb__RefusalCode refused(struct sim *sim, const struct letter *letter)
{
	const struct desk *by = letter->from->desk;
	const struct m_announcement *announcement;
	uint32_t held;

	if (letter->thread == NULL)
		return 0;
	announcement = letter->thread->accepted ? announcement_of(sim, letter->thread) : NULL;
	if (announcement == NULL || (!signs_up(letter) && announcement->opening->from->desk != by))
		return REFUSE(UNKNOWN_MESSAGE);
	if (!signs_up(letter))
		return 0;
	if ((announcement->told & bit_of(sim, by)) == 0)
		return REFUSE(UNKNOWN_MESSAGE);
	held = announcement->signed_up[by - sim->desks];
	if (letter->to_count != 1 || letter->to[0] != announcement->opening->from->desk || (letter->announcing.cancels && held == 0))
		return REFUSE(MALFORMED);
	if (announcement->places != 0 && announcement->taken - held + letter->announcing.wanted > announcement->places)
		return REFUSE(NO_PLACES);
	return 0;
}

bool judge_announcement(struct sim *sim, const struct letter *letter, Pb__RefusalCode code)
{
	return letter->announcing.is_one && code != 0 && refused(sim, letter) == code;
}

/* ---- what entries say ---- */

static struct m_announcement *open_one(struct sim *sim, const struct letter *letter)
{
	struct announcements *announcements = sim->announcements;
	struct m_announcement *opened = calloc(1, sizeof(*opened));

	if (announcements->count == announcements->room) {
		announcements->room = announcements->room == 0 ? 64 : 2 * announcements->room;
		announcements->all = realloc(announcements->all, announcements->room * sizeof(*announcements->all));
	}
	require(opened != NULL && announcements->all != NULL);
	*opened = (struct m_announcement){ .opening = letter, .places = letter->announcing.places };
	announcements->all[announcements->count++] = opened;
	map_put(&announcements->by_letter, letter->number, opened);
	return opened;
}

static void sign_up(struct sim *sim, struct m_announcement *announcement, const struct letter *letter)
{
	uint32_t *own = &announcement->signed_up[letter->from->desk - sim->desks];

	announcement->taken += letter->announcing.wanted - *own;
	*own = letter->announcing.wanted;
	*(letter->announcing.cancels ? &sim->announcements->cancelled : &sim->announcements->sign_ups) += 1;
}

static void check_after(const struct leaf_header *header, const Pb__AnnouncementAfter *after, const struct m_announcement *announcement,
			const struct letter *letter)
{
	uint32_t agency = signs_up(letter) ? letter->from->desk->number : 0;

	HOLDS(after->places == announcement->places && after->taken == announcement->taken, "entry %llu: %u of %u places are taken; should be %u of %u",
	      (ull)header->seq, after->taken, after->places, announcement->taken, announcement->places);
	HOLDS(after->agency == agency && after->signed_up == letter->announcing.wanted, "entry %llu: agency %u takes %u places; should be %u, %u",
	      (ull)header->seq, after->agency, after->signed_up, agency, letter->announcing.wanted);
}

void follow_announcement(struct sim *sim, const struct leaf_header *header, const Pb__SubmitEntry *entry, const struct letter *letter)
{
	struct m_announcement *announcement;

	HOLDS((entry->announcement != NULL) == letter->announcing.is_one, "entry %llu is an announcement: %d", (ull)header->seq, entry->announcement != NULL);
	if (!letter->announcing.is_one)
		return;
	HOLDS(refused(sim, letter) == 0, "entry %llu: an act on an announcement that is to be refused with %d", (ull)header->seq, refused(sim, letter));
	announcement = letter->thread == NULL ? open_one(sim, letter) : announcement_of(sim, letter->thread);
	if (signs_up(letter))
		sign_up(sim, announcement, letter);
	for (size_t i = 0; !signs_up(letter) && i < letter->to_count; i++)
		announcement->told |= bit_of(sim, letter->to[i]);
	check_after(header, entry->announcement, announcement, letter);
}

/* ---- the tables ---- */

static uint64_t check_sign_ups(const struct sim *sim, struct txn *txn, const struct m_announcement *announcement)
{
	uint64_t told = 0;

	for (size_t i = 0; i < sim->desk_count; i++) {
		uint32_t places = 0;

		if ((announcement->told & UINT64_C(1) << i) == 0)
			continue;
		told++;
		require_ok(sign_up_get(txn, announcement->opening->seq, sim->desks[i].number, &places));
		HOLDS(places == announcement->signed_up[i], "%s takes %u places of announcement %llu; should be %u", sim->desks[i].id, places,
		      (ull)announcement->opening->number, announcement->signed_up[i]);
	}
	return told;
}

void whole_announcements(struct sim *sim, struct txn *txn)
{
	uint64_t there = 0, told = 0;

	for (size_t i = 0; i < sim->announcements->count; i++) {
		const struct m_announcement *announcement = sim->announcements->all[i];
		struct announcement row;

		if (announcement->gone)
			continue;
		there++;
		require_ok(announcement_get(txn, announcement->opening->seq, &row));
		HOLDS(row.announcer == announcement->opening->from->desk->number && row.places == announcement->places && row.taken == announcement->taken,
		      "announcement %llu: %u of %u places are taken; should be %u of %u", (ull)announcement->opening->number, row.taken, row.places,
		      announcement->taken, announcement->places);
		told += check_sign_ups(sim, txn, announcement);
	}
	HOLDS(txn_rows(txn, TABLE_ANNOUNCEMENTS) == there && txn_rows(txn, TABLE_SIGN_UPS) == told, "%llu announcements and %llu sign-ups; should be %llu, %llu",
	      (ull)txn_rows(txn, TABLE_ANNOUNCEMENTS), (ull)txn_rows(txn, TABLE_SIGN_UPS), (ull)there, (ull)told);
}

void announcements_free(struct sim *sim)
{
	for (size_t i = 0; i < sim->announcements->count; i++)
		free(sim->announcements->all[i]);
	free(sim->announcements->all);
	map_free(&sim->announcements->by_letter);
	free(sim->announcements);
}
