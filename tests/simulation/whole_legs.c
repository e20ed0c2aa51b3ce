/* SPDX-License-Identifier: Apache-2.0 */
/* whole_legs.c - the tables of requests and legs against the model; each open one with one holder and one timer (P4). */
#include "broker/lookup_legs.h"
#include "action_items.h"
#include "legs.h"
#include "unit.h"

/* Whether what is in that place of the timers is this one, and nothing else there is of its kind and number. */
static void check_timer(struct txn *txn, Pb__TimerKind kind, uint64_t number, int64_t at_us)
{
	uint8_t key[17];
	struct bytes value;

	be64_put(key, (uint64_t)at_us);
	key[8] = (uint8_t)kind;
	be64_put(key + 9, number);
	HOLDS(txn_get(txn, TABLE_TIMERS, bytes_of(key, sizeof(key)), &value) == ERR_OK, "timer %d of %llu at %lld is not there", kind,
	      (ull)number, (long long)at_us);
}

static void check_leg(struct sim *sim, struct txn *txn, const struct m_leg *leg)
{
	ull number = leg->number;
	struct leg row;

	require_ok(leg_get(txn, leg->number, &row));
	HOLDS(row.state == leg->state && row.holder == leg->holder && row.timer_at_us == leg->timer_at_us && row.acting == leg->acting,
	      "leg %llu: state %d, holder %d, timer %lld; should be %d, %d, %lld", number, row.state, row.holder, (long long)row.timer_at_us,
	      leg->state, leg->holder, (long long)leg->timer_at_us);
	HOLDS(row.agency == leg->desk->number && row.sender == leg->request->sender->number && row.request == leg->request->seq &&
		      row.item == (leg->item == NULL ? 0 : leg->item->number),
	      "leg %llu is another's", number);
	HOLDS(leg_is_open(leg->state) == (leg_holder_agency(&row) != 0), "leg %llu in state %d is in nobody's hands, or still in somebody's", number,
	      leg->state);
	if (leg->timer_at_us != 0)
		check_timer(txn, PB__TIMER_KIND__TIMER_KIND_LEG, leg->number, leg->timer_at_us);
	HOLDS(!leg_is_open(leg->state) || !leg_parts_from_case(sim, leg), "leg %llu is with somebody who may not know of it", number);
	if (leg->state == PB__LEG_STATE__LEG_STATE_SUBMITTED && leg->acting == 0)
		HOLDS((leg->item->state == DELIVERY_DEAD) == (leg->holder == PB__PARTY__PARTY_SENDER), "leg %llu, its letter in state %u, is held by %d",
		      number, leg->item->state, leg->holder);
	HOLDS(!sim->settled || leg->timer_at_us == 0 || leg->timer_at_us > sim->site.clocks.wall_us, "leg %llu: its timer of %lld did not fire", number,
	      (long long)leg->timer_at_us);
}

static void check_request(struct txn *txn, const struct m_request *request)
{
	struct request row;
	size_t takers = 0;

	require_ok(request_get(txn, request->seq, &row));
	HOLDS(row.state == request->state && row.timer_at_us == request->timer_at_us && row.leg_count == request->count,
	      "request %llu: state %d, timer %lld, %zu legs; should be %d, %lld, %zu", (ull)request->seq, row.state,
	      (long long)row.timer_at_us, row.leg_count, request->state, (long long)request->timer_at_us, request->count);
	if (request->timer_at_us != 0)
		check_timer(txn, PB__TIMER_KIND__TIMER_KIND_REQUEST, request->seq, request->timer_at_us);
	for (size_t i = 0; i < request->count; i++)
		takers += request->legs[i]->state >= PB__LEG_STATE__LEG_STATE_ACCEPTED && request->legs[i]->state <= PB__LEG_STATE__LEG_STATE_ON_HOLD;
	HOLDS(request->take != PB__TAKE__TAKE_ANY_ONE || takers <= 1, "request %llu to any one has %zu takers", (ull)request->seq, takers);
}

static void count_timers(struct txn *txn, uint64_t counts[16])
{
	struct bytes key, value;
	struct cursor *cursor;

	require_ok(cursor_open(txn, TABLE_TIMERS, &cursor));
	for (enum err err = cursor_first(cursor, &key, &value); err == ERR_OK; err = cursor_next(cursor, &key, &value)) {
		struct timer_row timer;

		require_ok(timer_decode(key, &timer));
		counts[timer.kind % 16]++;
	}
	cursor_close(cursor);
}

void whole_legs(struct sim *sim, struct txn *txn)
{
	const struct legs *legs = sim->legs;
	uint64_t counts[16] = { 0 }, open = 0, due = 0, there = 0;

	for (size_t i = 0; i < legs->count; i++) {
		if (legs->all[i]->request->gone)
			continue;
		check_leg(sim, txn, legs->all[i]);
		open += legs->all[i]->timer_at_us != 0;
	}
	for (size_t i = 0; i < legs->request_count; i++) {
		if (legs->requests[i]->gone)
			continue;
		there++;
		check_request(txn, legs->requests[i]);
		due += legs->requests[i]->timer_at_us != 0;
	}
	count_timers(txn, counts);
	HOLDS(counts[PB__TIMER_KIND__TIMER_KIND_LEG] == open && counts[PB__TIMER_KIND__TIMER_KIND_REQUEST] == due,
	      "%llu and %llu timers of legs and requests; should be %llu and %llu", (ull)counts[PB__TIMER_KIND__TIMER_KIND_LEG],
	      (ull)counts[PB__TIMER_KIND__TIMER_KIND_REQUEST], (ull)open, (ull)due);
	HOLDS(counts[PB__TIMER_KIND__TIMER_KIND_ACTION_ITEM] == action_items_open(sim), "%llu timers of action items; should be %llu",
	      (ull)counts[PB__TIMER_KIND__TIMER_KIND_ACTION_ITEM], (ull)action_items_open(sim));
	HOLDS(txn_rows(txn, TABLE_REQUESTS) == there, "other requests than were opened");
}
