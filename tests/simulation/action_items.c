/* SPDX-License-Identifier: Apache-2.0 */
/* action_items.c - see action_items.h. */
#include "action_items.h"

#include <stdlib.h>

#include "contract/conference_states.h"
#include "cases.h"
#include "legs.h"
#include "unit.h"

struct m_action_item *action_item_of(struct sim *sim, uint64_t number)
{
	struct m_action_item *item = map_get(&sim->action_items, number);

	return item == NULL || item->gone ? NULL : item;
}

uint64_t action_item_case(struct sim *sim, uint64_t number)
{
	const struct m_action_item *item = action_item_of(sim, number);

	return item == NULL ? 0 : item->case_number;
}

static uint64_t case_named(struct sim *sim, uint64_t seq, struct bytes id)
{
	const struct m_case *known = id.len == 0 ? NULL : case_by_id(sim, id);

	HOLDS(id.len == 0 || known != NULL, "entry %llu: an action item of a case that nobody named", (ull)seq);
	return known == NULL ? 0 : known->number;
}

bool action_item_was_erased(struct sim *sim, uint64_t number)
{
	const struct m_action_item *item = map_get(&sim->action_items, number);

	return item != NULL && item->gone;
}

void action_item_take(struct sim *sim, uint64_t seq, uint64_t number, const Pb__ActionItemAfter *after)
{
	struct m_action_item *item = action_item_of(sim, number);
	bool open = action_item_is_open(after->state);

	HOLDS(open == (after->timer_at_us != 0) && open == (after->holder != PB__PARTY__PARTY_UNSPECIFIED),
	      "entry %llu: action item %llu in state %d, its timer at %lld, its holder %d", (ull)seq, (ull)number, after->state,
	      (long long)after->timer_at_us, after->holder);
	if (item == NULL) {
		item = calloc(1, sizeof(*item));
		require(item != NULL);
		map_put(&sim->action_items, number, item);
	}
	*item = (struct m_action_item){
		.number = number,
		.owner = after->owner,
		.convener = after->convener,
		.purge = after->purge,
		.case_number = case_named(sim, seq, bytes_of_pb(after->case_id)),
		.state = after->state,
		.holder = after->holder,
		.timer_at_us = after->timer_at_us,
		.steps = after->steps,
		.provisional = after->provisional,
	};
}

void follow_purges(struct sim *sim, uint64_t seq, Pb__ActionItemAfter *const *items, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		HOLDS(items[i]->item == 0 && items[i]->purge && items[i]->state == PB__ACTION_ITEM_STATE__ACTION_ITEM_STATE_OPEN,
		      "entry %llu asks anew for what was asked", (ull)seq);
		action_item_take(sim, seq, item_number(seq, i), items[i]);
	}
}

void follow_overdue_items(struct sim *sim, uint64_t seq, Pb__ActionItemAfter *const *items, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct m_action_item *item = action_item_of(sim, items[i]->item);

		HOLDS(item != NULL && item->timer_at_us != 0 && items[i]->state == item->state && items[i]->owner == item->owner &&
			      items[i]->purge == item->purge,
		      "entry %llu changes action item %llu by itself", (ull)seq, (ull)items[i]->item);
		HOLDS(follow_reckoned(sim, seq, item->provisional, item->steps, items[i]->steps) ||
			      (item->timer_at_us <= sim->site.clocks.wall_us && items[i]->steps > item->steps),
		      "entry %llu: the clock of action item %llu strikes at its own pleasure", (ull)seq, (ull)items[i]->item);
		action_item_take(sim, seq, items[i]->item, items[i]);
	}
}

/* Timers of open ones. */
uint64_t action_items_open(const struct sim *sim)
{
	uint64_t open = 0;

	for (size_t i = 0; i < sim->action_items.room; i++) {
		const struct m_action_item *item = sim->action_items.places[i].value;

		open += item != NULL && item->timer_at_us != 0;
		HOLDS(item == NULL || !sim->settled || item->timer_at_us == 0 || item->timer_at_us > sim->site.clocks.wall_us,
		      "action item %llu: its timer did not fire", (ull)sim->action_items.places[i].key);
	}
	return open;
}

void action_items_free(struct sim *sim)
{
	for (size_t i = 0; i < sim->action_items.room; i++)
		free(sim->action_items.places[i].value);
	map_free(&sim->action_items);
}

/* ---- purges ---- */

bool purges_some(struct sim *sim, const struct desk *owner, uint64_t *ret_number)
{
	size_t skip = sim->action_items.room == 0 ? 0 : (size_t)chance_below(&sim->chance, sim->action_items.room);

	for (size_t i = 0; i < sim->action_items.room; i++) {
		const struct m_action_item *item = sim->action_items.places[(i + skip) % sim->action_items.room].value;

		if (item == NULL || item->gone || (owner != NULL && item->owner != owner->number) || (!item->purge && !chance_in(&sim->chance, 20, 1)) ||
		    (!action_item_is_open(item->state) && !chance_in(&sim->chance, 20, 1)))
			continue;
		*ret_number = item->number;
		return true;
	}
	return false;
}

bool purge_is_of(struct sim *sim, uint64_t number, const struct desk *owner)
{
	const struct m_action_item *item = action_item_of(sim, number);

	return item != NULL && item->purge && item->owner == owner->number;
}

bool purge_may_end(struct sim *sim, uint64_t number)
{
	const struct m_action_item *item = action_item_of(sim, number);

	return transition_set_has(action_item_actions_allowed(item->state, PB__PARTY__PARTY_OWNER), PB__ACTION_ITEM_ACTION__ACTION_ITEM_ACTION_FINISH);
}
