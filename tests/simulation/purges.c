/* SPDX-License-Identifier: Apache-2.0 */
/* purges.c - action items, as the model knows them: what a recall asks to be destroyed.  Each open one has a holder and one timer, whose steps
 * are done once (P4). */
#include <stdlib.h>

#include "contract/conference_states.h"
#include "legs.h"
#include "unit.h"

struct m_purge {
	uint32_t owner;
	Pb__ActionItemState state;
	int64_t timer_at_us;
	uint32_t steps;
};

static bool is_open(Pb__ActionItemState state)
{
	return state == PB__ACTION_ITEM_STATE__ACTION_ITEM_STATE_OPEN || state == PB__ACTION_ITEM_STATE__ACTION_ITEM_STATE_HANDED_BACK;
}

static void follow_one(struct sim *sim, uint64_t seq, uint64_t number, const Pb__ActionItemAfter *after, bool by_clock)
{
	struct m_purge *purge = map_get(&sim->purges, number);

	HOLDS(by_clock == (purge != NULL), "entry %llu: action item %llu is new: %d", (ull)seq, (ull)number, purge == NULL);
	HOLDS(is_open(after->state) == (after->timer_at_us != 0) && is_open(after->state) == (after->holder != PB__PARTY__PARTY_UNSPECIFIED),
	      "entry %llu: action item %llu in state %d, its timer at %lld, its holder %d", (ull)seq, (ull)number, after->state,
	      (long long)after->timer_at_us, after->holder);
	if (purge == NULL) {
		purge = calloc(1, sizeof(*purge));
		require(purge != NULL);
		map_put(&sim->purges, number, purge);
	} else {
		HOLDS(purge->timer_at_us <= sim->site.clocks.wall_us && after->steps > purge->steps,
		      "entry %llu: the clock of action item %llu strikes at its own pleasure", (ull)seq, (ull)number);
	}
	*purge = (struct m_purge){ after->owner, after->state, after->timer_at_us, after->steps };
}

void follow_purges(struct sim *sim, uint64_t seq, Pb__ActionItemAfter *const *items, size_t count, bool by_clock)
{
	for (size_t i = 0; i < count; i++)
		follow_one(sim, seq, items[i]->item != 0 ? items[i]->item : item_number(seq, i), items[i], by_clock);
}

bool purges_some(struct sim *sim, const struct desk *owner, uint64_t *ret_number)
{
	size_t skip = sim->purges.room == 0 ? 0 : (size_t)chance_below(&sim->chance, sim->purges.room);

	for (size_t i = 0; i < sim->purges.room; i++) {
		size_t at = (i + skip) % sim->purges.room;
		const struct m_purge *purge = sim->purges.places[at].value;

		if (purge == NULL || (owner != NULL && purge->owner != owner->number) || (!is_open(purge->state) && !chance_in(&sim->chance, 20, 1)))
			continue;
		*ret_number = sim->purges.places[at].key;
		return true;
	}
	return false;
}

bool purge_is_of(struct sim *sim, uint64_t number, const struct desk *owner)
{
	const struct m_purge *purge = map_get(&sim->purges, number);

	return purge != NULL && purge->owner == owner->number;
}

bool purge_may_end(struct sim *sim, uint64_t number)
{
	const struct m_purge *purge = map_get(&sim->purges, number);

	return transition_set_has(action_item_actions_allowed(purge->state, PB__PARTY__PARTY_OWNER), PB__ACTION_ITEM_ACTION__ACTION_ITEM_ACTION_FINISH);
}

void purge_end(struct sim *sim, uint64_t seq, const Pb__ActionItemAfter *after)
{
	struct m_purge *purge = map_get(&sim->purges, after->item);

	HOLDS(after->state == PB__ACTION_ITEM_STATE__ACTION_ITEM_STATE_DONE && after->timer_at_us == 0, "entry %llu leaves action item %llu in state %d",
	      (ull)seq, (ull)after->item, after->state);
	purge->state = after->state;
	purge->timer_at_us = 0;
	sim->purged++;
}

/* Timers of open ones. */
uint64_t purges_open(const struct sim *sim)
{
	uint64_t open = 0;

	for (size_t i = 0; i < sim->purges.room; i++) {
		const struct m_purge *purge = sim->purges.places[i].value;

		open += purge != NULL && purge->timer_at_us != 0;
		HOLDS(purge == NULL || !sim->settled || purge->timer_at_us == 0 || purge->timer_at_us > sim->site.clocks.wall_us,
		      "action item %llu: its timer did not fire", (ull)sim->purges.places[i].key);
	}
	return open;
}

void purges_free(struct sim *sim)
{
	for (size_t i = 0; i < sim->purges.room; i++)
		free(sim->purges.places[i].value);
	map_free(&sim->purges);
}
