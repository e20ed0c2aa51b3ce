/* SPDX-License-Identifier: Apache-2.0 */
/* A withdrawal against a submission, a hand-out, an acceptance and a redirect: in every order of the five, in one batch, cut into two
 * wherever it can be, and each in a batch of its own.  From the batch on that makes the withdrawal durable nothing is handed out that rests
 * on it; and what was handed out before stands in the rows from which the withdrawal's receipt is read, each of it and nothing else.
 *
 * What should be handed out is reckoned from the order alone: hand-outs come last in a batch, so what came before the withdrawal's batch is
 * handed out once bob takes anything, and what shares that batch is not. */
#include "broker/lookup_legs.h"
#include "broker/rows_consents.h"
#include "contract/request_states.h"
#include "racing.h"
#include "unit.h"

static struct racing racing;

static bool comes_before(enum racing_event first, enum racing_event second)
{
	for (size_t i = 0; i < EVENTS; i++)
		if (racing.order[i] == first || racing.order[i] == second)
			return racing.order[i] == first;
	return false;
}

/* Bob may take on what he has read of, and gets no more of it. */
static void check_answers(void)
{
	check_int(racing.refused[WITHDRAWAL], 0);
	check_int(racing.refused[ACCEPTANCE], 0);
	check_int(racing.refused[SUBMISSION], comes_before(SUBMISSION, WITHDRAWAL) ? 0 : REFUSE(BASIS));
	check_int(racing.refused[REDIRECT], comes_before(REDIRECT, WITHDRAWAL) ? 0 : REFUSE(BASIS));
}

/* Whether what that event brought was there, and bob took it, before the withdrawal's batch. */
static bool left_in_time(enum racing_event event)
{
	size_t later = racing.batch_of[event] > racing.batch_of[HANDOUT] ? racing.batch_of[event] : racing.batch_of[HANDOUT];

	return racing.refused[event] == 0 && later < racing.batch_of[WITHDRAWAL];
}

/* A row of what the receipt lists. */
static enum err check_use(void *context, const struct condition *condition)
{
	size_t *found = context;

	for (size_t n = 0; n < RACING_ITEMS; n++) {
		if (racing.items[n] != condition->item)
			continue;
		*found += 1;
		check_uint(condition->handed, racing.handed[n]);
		check((condition->handed != 0) == (condition->handed_at_us != 0));
		return ERR_OK;
	}
	check(false); /* nothing else rests on it */
	return ERR_OK;
}

static void check_receipt(void)
{
	struct txn *txn = site_read(&racing.site);
	struct id consent;
	size_t found = 0;

	memcpy(consent.bytes, racing.consent, sizeof(consent.bytes));
	require_ok(consent_uses_each(txn, &consent, 0, check_use, &found));
	check_uint(found, racing.refused[SUBMISSION] == 0 ? 3 : 2);
	txn_abort(txn);
}

static Pb__LegState leg_state(struct txn *txn, uint64_t number)
{
	struct leg leg;

	require_ok(leg_get(txn, number, &leg));
	return leg.state;
}

static void check_legs(void)
{
	struct txn *txn = site_read(&racing.site);
	struct request request;

	check_int(leg_state(txn, racing.items[TO_BOB]), PB__LEG_STATE__LEG_STATE_ACCEPTED);
	if (racing.items[SUBMITTED] != 0) /* in time, or something that he never saw anything of */
		check_int(leg_state(txn, racing.items[SUBMITTED]),
			  racing.handed[SUBMITTED] != 0 ? PB__LEG_STATE__LEG_STATE_SUBMITTED : PB__LEG_STATE__LEG_STATE_BLOCKED);
	require_ok(request_by_message(txn, racing.asked_carol, racing.desk[ALICE].agency, &request));
	check_uint(request.leg_count, racing.refused[REDIRECT] == 0 ? 2 : 1);
	if (request.leg_count == 2)
		check_int(leg_state(txn, request.legs[1]), PB__LEG_STATE__LEG_STATE_BLOCKED);
	txn_abort(txn);
}

static void run_one(uint64_t number, unsigned ends, bool acknowledged)
{
	unit_context("race %llu: %d %d %d %d %d, batches end at %x, acknowledged %d", (unsigned long long)number, racing.order[0],
		     racing.order[1], racing.order[2], racing.order[3], racing.order[4], ends, acknowledged);
	racing_begin(&racing, number, acknowledged);
	racing_run(&racing, ends);
	check_answers();
	check_uint(racing.handed[TO_BOB], FIRST | (acknowledged && left_in_time(ACCEPTANCE) ? SECOND : 0)); /* in a thread one waits for the other */
	check_uint(racing.handed[SUBMITTED], left_in_time(SUBMISSION) ? FIRST : 0);
	racing_look_again(&racing, number % 3 == 0);
	check(racing_seal(&racing) != 0);
	check_uint(racing.late, 0);
	check_receipt();
	check_legs();
}

static void swap(enum racing_event *one, enum racing_event *other)
{
	enum racing_event kept = *one;

	*one = *other;
	*other = kept;
}

/* The order that follows by the dictionary; false: that was the last. */
static bool permute(enum racing_event order[EVENTS])
{
	size_t at = EVENTS - 1, with = EVENTS - 1;

	while (at > 0 && order[at - 1] > order[at])
		at--;
	if (at == 0)
		return false;
	while (order[with] < order[at - 1])
		with--;
	swap(&order[at - 1], &order[with]);
	for (with = EVENTS - 1; at < with; at++, with--)
		swap(&order[at], &order[with]);
	return true;
}

static void test_every_order(void)
{
	static const unsigned ends[] = { 0x0, 0x1, 0x2, 0x4, 0x8, 0xf };
	enum racing_event order[EVENTS] = { WITHDRAWAL, SUBMISSION, HANDOUT, ACCEPTANCE, REDIRECT };
	uint64_t number = 0;

	do {
		racing_open(&racing);
		memcpy(racing.order, order, sizeof(order));
		for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
			run_one(++number, ends[i], true);
		run_one(++number, 0x0, false);
		run_one(++number, 0xf, false);
		racing_close(&racing);
	} while (permute(order));
	unit_context(" ");
	check_uint(number, 960);
}

UNIT_SUITE("broker/consent_races",
	{ "withdrawal, submission, hand-out, acceptance and redirect in every order, in one batch and across batches", test_every_order });
