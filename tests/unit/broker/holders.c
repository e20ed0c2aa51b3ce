/* SPDX-License-Identifier: Apache-2.0 */
/* holders.c - see holders.h. */
#include "holders.h"

#include "broker/rows_legs.h"
#include "contract/request_standing.h"
#include "contract/request_states.h"
#include "unit.h"

struct looking {
	struct txn *txn;
	size_t open_legs, deciding;
};

static enum err take_number(void *context, uint64_t leg)
{
	*(uint64_t *)context = leg;
	return ERR_STOPPED;
}

bool holders_lists(struct txn *txn, uint32_t agency, uint64_t leg)
{
	uint64_t first = 0;

	return agency_leg_numbers(txn, agency, leg - 1, take_number, &first) == ERR_STOPPED && first == leg;
}

static enum err look_at_leg(void *context, const struct leg *leg)
{
	struct looking *looking = context;
	struct delivery delivery;
	uint32_t holder = leg_holder_agency(leg);

	unit_context("leg %llu in state %d", (unsigned long long)leg->leg, (int)leg->state);
	check(holders_lists(looking->txn, leg->sender, leg->leg));
	check(holders_lists(looking->txn, leg->agency, leg->leg));
	check(holders_lists(looking->txn, leg->asker, leg->leg));
	if (leg->acting != 0)
		check(holders_lists(looking->txn, leg->acting, leg->leg));
	if (!leg_is_open(leg->state)) {
		check_uint(holder, 0);
		check_int(leg->timer_at_us, 0);
		check_int(leg->due_at_us, 0);
		check_int(leg->clock, PB__CLOCK_KIND__CLOCK_KIND_UNSPECIFIED);
		return ERR_OK;
	}
	looking->open_legs++;
	check(holder != 0);
	check(leg->holder == PB__PARTY__PARTY_SENDER || leg->holder == PB__PARTY__PARTY_RECIPIENT ||
	      leg->holder == PB__PARTY__PARTY_COORDINATOR);
	check(leg->timer_at_us != 0);
	check(leg->due_at_us != 0);
	check(leg->clock != PB__CLOCK_KIND__CLOCK_KIND_UNSPECIFIED);
	if (leg_is_dead_letter(leg) && check_ok(delivery_get(looking->txn, leg->item, &delivery)))
		check_int(delivery.state, DELIVERY_DEAD);
	return ERR_OK;
}

/* Never two of any one, and nobody is still being asked when one has it. */
static void look_at_takers(const struct leg *legs, size_t count)
{
	size_t takers = 0, undecided = 0;

	for (size_t i = 0; i < count; i++) {
		takers += (legs[i].state >= PB__LEG_STATE__LEG_STATE_ACCEPTED && legs[i].state <= PB__LEG_STATE__LEG_STATE_ON_HOLD) ||
			  legs[i].state == PB__LEG_STATE__LEG_STATE_COMPLETED;
		undecided += legs[i].state >= PB__LEG_STATE__LEG_STATE_AWAITING_SEAL && legs[i].state <= PB__LEG_STATE__LEG_STATE_ACCEPTING;
	}
	check(takers <= 1);
	check(takers == 0 || undecided == 0);
}

static void look_at_request(struct looking *looking, const struct request *request)
{
	struct leg legs[LIMIT_LEGS];
	Pb__LegState states[LIMIT_LEGS];
	struct request_standing standing;
	bool deciding;

	unit_context("request %llu", (unsigned long long)request->request);
	if (!check_ok(legs_of_request(looking->txn, request, legs)))
		return;
	for (size_t i = 0; i < request->leg_count; i++) {
		states[i] = legs[i].state;
		check_uint(legs[i].request, request->request);
		check_uint(legs[i].sender, request->sender);
	}
	standing = request_standing_of(request->take, states, request->leg_count, request->outcome);
	check_int(request->state, standing.state);
	deciding = standing.state == PB__REQUEST_STATE__REQUEST_STATE_DECISION_DUE;
	check((request->timer_at_us != 0) == deciding);
	check((request->due_at_us != 0) == deciding);
	looking->deciding += deciding;
	if (request->take == PB__TAKE__TAKE_ANY_ONE)
		look_at_takers(legs, request->leg_count);
}

static void look_at_requests(struct looking *looking)
{
	struct bytes key, value;
	struct request request;
	struct cursor *cursor;

	require_ok(cursor_open(looking->txn, TABLE_REQUESTS, &cursor));
	for (enum err err = cursor_first(cursor, &key, &value); err == ERR_OK; err = cursor_next(cursor, &key, &value)) {
		require_ok(request_decode(key, value, &request, NULL));
		look_at_request(looking, &request);
	}
	cursor_close(cursor);
}

/* Each timer is the one that its row says. */
static void look_at_timer(struct looking *looking, const struct timer_row *timer, size_t *legs, size_t *requests)
{
	struct request request;
	struct leg leg;

	unit_context("timer of kind %d, number %llu", (int)timer->kind, (unsigned long long)timer->number);
	if (timer->kind == PB__TIMER_KIND__TIMER_KIND_LEG) {
		++*legs;
		if (check_ok(leg_get(looking->txn, timer->number, &leg)))
			check_int(timer->due_at_us, leg.timer_at_us);
	} else if (timer->kind == PB__TIMER_KIND__TIMER_KIND_REQUEST) {
		++*requests;
		if (check_ok(request_get(looking->txn, timer->number, &request)))
			check_int(timer->due_at_us, request.timer_at_us);
	}
}

static void look_at_timers(struct looking *looking)
{
	size_t legs = 0, requests = 0;
	struct bytes key, value;
	struct timer_row timer;
	struct cursor *cursor;

	require_ok(cursor_open(looking->txn, TABLE_TIMERS, &cursor));
	for (enum err err = cursor_first(cursor, &key, &value); err == ERR_OK; err = cursor_next(cursor, &key, &value)) {
		require_ok(timer_decode(key, &timer));
		look_at_timer(looking, &timer, &legs, &requests);
	}
	cursor_close(cursor);
	unit_context("all timers");
	check_uint(legs, looking->open_legs);
	check_uint(requests, looking->deciding);
}

size_t holders_check(struct site *site)
{
	struct looking looking = { .txn = site_read(site) };

	check_ok(legs_each(looking.txn, look_at_leg, &looking));
	look_at_requests(&looking);
	look_at_timers(&looking);
	txn_abort(looking.txn);
	unit_context(" ");
	return looking.open_legs;
}
