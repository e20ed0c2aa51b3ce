/* SPDX-License-Identifier: Apache-2.0 */
/* Whose turn it is for too long: what an operator is shown, what stands in the ledger for it, and what comes next. */
#include <string.h>

#include "asking_legs.h"
#include "front/open_legs.h"

static struct trio trio;

static const Pb__AdminReply *ask_overdue(const char *agency, uint32_t limit)
{
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;
	Pb__AdminOverdue overdue = PB__ADMIN_OVERDUE__INIT;

	overdue.agency = (char *)(uintptr_t)agency;
	overdue.limit = limit;
	request.body_case = PB__ADMIN_REQUEST__BODY_OVERDUE;
	request.overdue = &overdue;
	return trio_ask(&trio, &request);
}

static const Pb__Status *ask_status(void)
{
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;
	Pb__AdminNothing nothing = PB__ADMIN_NOTHING__INIT;
	const Pb__AdminReply *reply;

	request.body_case = PB__ADMIN_REQUEST__BODY_STATUS;
	request.status = &nothing;
	reply = trio_ask(&trio, &request);
	require(reply->body_case == PB__ADMIN_REPLY__BODY_STATUS);
	return reply->status;
}

static const Pb__OverdueListing *listing_of(const char *agency, uint32_t limit)
{
	const Pb__AdminReply *reply = ask_overdue(agency, limit);

	require(reply->body_case == PB__ADMIN_REPLY__BODY_OVERDUE);
	check(reply->seq > 0); /* the entry that recorded it */
	return reply->overdue;
}

static void receive_one(struct visitor *visitor)
{
	struct taken taken = trio_take(visitor);

	trio_acknowledge(visitor, &taken);
}

/* Delivered, and nobody has looked; once somebody has, there is nothing to tell. */
static void test_unseen(void)
{
	const struct visitor *to[] = { &trio.beta };
	const Pb__OverdueListing *listing;
	uint8_t id[16];

	trio_open(&trio, NULL);
	legs_request(&trio.alpha, to, 1, PB__URGENCY__URGENCY_ROUTINE, id);
	check_uint(listing_of("", 0)->n_legs, 0); /* not delivered yet, and not late */
	receive_one(&trio.beta);
	listing = listing_of("", 0);
	require(listing->n_legs == 1);
	check_bytes(bytes_of_pb(listing->legs[0]->request_id), bytes_of(id, 16));
	check_text(listing->legs[0]->from, trio.alpha.address);
	check_text(listing->legs[0]->to, trio.beta.address);
	check_text(listing->legs[0]->holder_agency, trio.beta.address);
	check(listing->legs[0]->unseen);
	check_int(listing->legs[0]->next, PB__NOTICE_WHAT__NOTICE_WHAT_ANSWER_DUE);
	check(listing->legs[0]->next_at_us > listing->legs[0]->since_us);
	check_uint(listing_of("beta", 0)->n_legs, 1);
	check_uint(listing_of("alpha", 0)->n_legs, 0);
	check_int(legs_act(&trio.beta, &trio.alpha, id, PB__LEG_ACTION__LEG_ACTION_SEEN, PB__REASON__REASON_UNSPECIFIED), 0);
	check_uint(listing_of("", 0)->n_legs, 0);
	check_uint(ask_status()->n_overdue, 0);
	trio_close(&trio);
}

static void test_limits(void)
{
	const struct visitor *to[] = { &trio.beta };
	const Pb__OverdueListing *listing;
	const Pb__AdminReply *reply;
	uint8_t id[16];

	trio_open(&trio, NULL);
	for (int i = 0; i < 3; i++) {
		legs_request(&trio.alpha, to, 1, PB__URGENCY__URGENCY_ROUTINE, id);
		receive_one(&trio.beta);
	}
	listing = listing_of("", 2);
	check_uint(listing->n_legs, 2);
	check_uint(listing->more, 1);
	check_uint(listing_of("", UINT32_MAX)->n_legs, 3);
	reply = ask_overdue("nobody", 0);
	require(reply->body_case == PB__ADMIN_REPLY__BODY_REFUSAL);
	check_int(reply->refusal->code, PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_AGENCY);
	trio_close(&trio);
}

/* The site's next step, by the clock that runs and the steps that are done. */
static void test_what_comes_next(void)
{
	static const struct {
		Pb__Urgency urgency;
		Pb__ClockKind clock;
		uint32_t steps;
		Pb__NoticeWhat next;
	} rows[] = {
		{ PB__URGENCY__URGENCY_ROUTINE, PB__CLOCK_KIND__CLOCK_KIND_ANSWER, 0, PB__NOTICE_WHAT__NOTICE_WHAT_ANSWER_DUE },
		{ PB__URGENCY__URGENCY_ROUTINE, PB__CLOCK_KIND__CLOCK_KIND_ANSWER, 1, PB__NOTICE_WHAT__NOTICE_WHAT_ANSWER_OVERDUE },
		{ PB__URGENCY__URGENCY_SOON, PB__CLOCK_KIND__CLOCK_KIND_ANSWER, 2, PB__NOTICE_WHAT__NOTICE_WHAT_SILENT },
		{ PB__URGENCY__URGENCY_SOON, PB__CLOCK_KIND__CLOCK_KIND_ANSWER, 3, PB__NOTICE_WHAT__NOTICE_WHAT_LAPSED },
		{ PB__URGENCY__URGENCY_URGENT, PB__CLOCK_KIND__CLOCK_KIND_ANSWER, 1, PB__NOTICE_WHAT__NOTICE_WHAT_ANSWER_OVERDUE },
		{ PB__URGENCY__URGENCY_URGENT, PB__CLOCK_KIND__CLOCK_KIND_ANSWER, 2, PB__NOTICE_WHAT__NOTICE_WHAT_SILENT },
		{ PB__URGENCY__URGENCY_DANGER, PB__CLOCK_KIND__CLOCK_KIND_ANSWER, 0, PB__NOTICE_WHAT__NOTICE_WHAT_SILENT },
		{ PB__URGENCY__URGENCY_DANGER, PB__CLOCK_KIND__CLOCK_KIND_ANSWER, 1, PB__NOTICE_WHAT__NOTICE_WHAT_ANSWER_DUE },
		{ PB__URGENCY__URGENCY_DANGER, PB__CLOCK_KIND__CLOCK_KIND_ANSWER, 7, PB__NOTICE_WHAT__NOTICE_WHAT_ALARM },
		{ PB__URGENCY__URGENCY_SOON, PB__CLOCK_KIND__CLOCK_KIND_REPORT, 0, PB__NOTICE_WHAT__NOTICE_WHAT_WORD_DUE },
		{ PB__URGENCY__URGENCY_SOON, PB__CLOCK_KIND__CLOCK_KIND_FIRST_CONTACT, 2, PB__NOTICE_WHAT__NOTICE_WHAT_WORD_OVERDUE },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct leg leg = { .state = PB__LEG_STATE__LEG_STATE_RECEIVED, .holder = PB__PARTY__PARTY_RECIPIENT };

		unit_context("row %zu", i);
		leg.urgency = rows[i].urgency;
		leg.clock = rows[i].clock;
		leg.steps = rows[i].steps;
		check_int(leg_next(&leg), rows[i].next);
	}
}

static void test_lateness(void)
{
	struct leg leg = { .due_at_us = 1000, .timer_at_us = 2000 };

	check(!leg_is_late(&leg, 999));
	check(leg_is_late(&leg, 1000));
	leg.timer_at_us = 0; /* it ended */
	check(!leg_is_late(&leg, 5000));
}

struct seen_turns {
	struct open_turn turns[8];
	size_t count, stop_at;
};

static enum err see(void *context, const struct open_turn *turn)
{
	struct seen_turns *seen = context;

	require(seen->count < 8);
	seen->turns[seen->count++] = *turn;
	return seen->count == seen->stop_at ? ERR_BUSY : ERR_OK;
}

static enum err walk(struct seen_turns *seen)
{
	struct txn *txn;
	enum err err;

	require_ok(txn_begin_read(trio.house.store, &txn));
	err = open_turns_each(txn, see, seen);
	txn_abort(txn);
	return err;
}

static uint32_t number_of(const char *id)
{
	struct agency agency;
	struct arena arena;
	struct txn *txn;

	arena_init(&arena, 1u << 20);
	require_ok(txn_begin_read(trio.house.store, &txn));
	require_ok(agency_by_id(txn, bytes_of_text(id), &arena, &agency));
	txn_abort(txn);
	arena_free(&arena);
	return agency.number;
}

/* Of two requests one waits for its recipient and one for its sender's decision: each is somebody's turn, once, that of the sooner step first. */
static void test_turns(void)
{
	const struct visitor *to[] = { &trio.beta };
	struct seen_turns seen = { .count = 0 };
	uint8_t waiting[16], declined[16];

	trio_open(&trio, NULL);
	legs_request(&trio.alpha, to, 1, PB__URGENCY__URGENCY_ROUTINE, waiting);
	legs_request(&trio.alpha, to, 1, PB__URGENCY__URGENCY_ROUTINE, declined);
	check_int(legs_act(&trio.beta, &trio.alpha, declined, PB__LEG_ACTION__LEG_ACTION_DECLINE, PB__REASON__REASON_FULL), 0);
	trio_settle(&trio);
	check_err(walk(&seen), ERR_OK);
	require(seen.count == 2);
	for (size_t i = 0; i < 2; i++) {
		const struct open_turn *turn = &seen.turns[i];
		bool leg = turn->kind == PB__TIMER_KIND__TIMER_KIND_LEG;

		check_uint(turn->holder, number_of(leg ? "beta" : "alpha"));
		check(turn->due_at_us > 0 && turn->next_at_us > 0 && turn->next_at_us >= seen.turns[0].next_at_us);
		check(!turn_is_late(turn, turn->due_at_us - 1) && turn_is_late(turn, turn->due_at_us));
		if (!leg) {
			check_int(turn->kind, PB__TIMER_KIND__TIMER_KIND_REQUEST);
			check(turn->leg == NULL);
			check_bytes(bytes_of(turn->thread_id, 16), bytes_of(declined, 16));
			check_uint(turn->asked_by, number_of("alpha"));
		}
	}
	seen = (struct seen_turns){ .stop_at = 1 };
	check_err(walk(&seen), ERR_BUSY); /* ended where it was told to */
	check_uint(seen.count, 1);
	trio_close(&trio);
}

UNIT_SUITE("front/admin_overdue",
	{ "whose turn it is, of all that is open", test_turns },
	{ "delivered and unseen", test_unseen },
	{ "limits", test_limits },
	{ "what comes next", test_what_comes_next },
	{ "lateness", test_lateness });
