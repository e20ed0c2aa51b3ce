/* SPDX-License-Identifier: Apache-2.0 */
/* What an agency's end, its keys' or a file of holidays asks for however many legs is done in pieces: bounded, through restarts, each leg by
 * how it stands when its turn comes, and whole in the end. */
#include "broker/chores.h"

#include "acts.h"
#include "broker/lookup_legs.h"
#include "holders.h"
#include "rebuilt.h"
#include "unit.h"

#define LEGS (2 * CHORE_ROWS_MAX + 7u)
#define STATE(name) PB__LEG_STATE__LEG_STATE_##name

static const char *const ids[] = { "alice", "bob", "chief" };
static struct site site;
static struct desk_device alice, bob, chief;
static uint8_t requests[LEGS][16];

static void overseen(Pb__Agency *agency)
{
	agency->coordinator = (char *)(uintptr_t)"chief";
}

static struct inbound *load(const char *const *names, size_t count)
{
	struct inbound *inbound;

	site_change_agency = overseen;
	inbound = site_load(names, count);
	site_change_agency = NULL;
	return inbound;
}

static void refer(Pb__View *view, size_t index)
{
	(void)index;
	view->ask = PB__ASK__ASK_REFER;
}

/* Alice asks bob for so much. */
static void set_up(size_t count)
{
	size_t asked = 0;

	site_open(&site);
	site_operate(&site, load(ids, 3));
	alice = site_enrol(&site, "alice");
	bob = site_enrol(&site, "bob");
	chief = site_enrol(&site, "chief");
	while (asked < count) {
		struct inbound *frame = frame_new(&alice);

		for (; asked < count && frame->batch.count < LIMIT_ORDERS; asked++) {
			struct draft draft = site_draft(&site, &alice, &bob);

			draft.kind = PB__KIND__KIND_REQUEST;
			draft.change = refer;
			memcpy(requests[asked], draft.id, 16);
			frame_submit(frame, &draft);
		}
		site_run(&site, frame);
	}
}

static struct leg leg_of(size_t number)
{
	struct txn *txn = site_read(&site);
	struct request request;
	struct leg leg;

	require_ok(request_by_message(txn, requests[number], alice.agency, &request));
	require_ok(leg_get(txn, request.legs[0], &leg));
	txn_abort(txn);
	return leg;
}

static size_t count_in(Pb__LegState state)
{
	size_t count = 0;

	for (size_t i = 0; i < LEGS; i++)
		count += leg_of(i).state == state;
	return count;
}

static bool is_busy(void)
{
	return batch_due_in(site.broker, site.clocks) == 0;
}

/* One batch: no more entries than a piece makes. */
static void one_piece(struct inbound *inbound)
{
	uint64_t entries = ledger_size(site.broker->ledger);

	site_run(&site, inbound);
	check(ledger_size(site.broker->ledger) - entries <= CHORE_ROWS_MAX + 4);
	holders_check(&site);
}

static void finish(void)
{
	for (size_t batches = 0; is_busy(); batches++) {
		require(batches < 10);
		one_piece(NULL);
	}
}

static void test_closing(void)
{
	static const char *const few[] = { "alice", "chief" };

	set_up(LEGS);
	one_piece(load(few, 2));
	check_uint(count_in(STATE(UNDELIVERABLE)), CHORE_ROWS_MAX);
	check_uint(count_in(STATE(SUBMITTED)), LEGS - CHORE_ROWS_MAX);
	check(is_busy());
	rebuilt_check(&site); /* half done is derived anew as half done */
	check(is_busy());
	one_piece(NULL);
	check_uint(count_in(STATE(UNDELIVERABLE)), 2 * CHORE_ROWS_MAX);
	site_reopen(&site);
	check(is_busy());
	finish();
	check_uint(count_in(STATE(UNDELIVERABLE)), LEGS);
	site_run(&site, NULL);
	check(!is_busy());
	rebuilt_check(&site);
	site_run(&site, NULL); /* nothing is left to do: that is looked up once */
	check(!is_busy());
	site_close(&site);
}

static void withdraw(Pb__View *view, size_t index)
{
	static Pb__LegAct act;

	(void)index;
	pb__leg_act__init(&act);
	act.action = PB__LEG_ACTION__LEG_ACTION_WITHDRAW;
	act.reason = PB__REASON__REASON_NO_LONGER_NEEDED;
	view->leg_act = &act;
}

static void say(const struct desk_device *from, const struct desk_device *to, size_t number, void (*change)(Pb__View *view, size_t index))
{
	struct draft draft = site_draft(&site, from, to);

	draft.kind = PB__KIND__KIND_REQUEST;
	draft.no_parts = true;
	memcpy(draft.thread, requests[number], 16);
	memcpy(draft.case_id, requests[number], 16);
	draft.change = change;
	site_submit(&site, &draft);
}

/* What its parties do meanwhile stands, and an agency that is there again keeps what was not taken from it yet. */
static void test_meanwhile(void)
{
	static const char *const few[] = { "alice", "chief" };

	set_up(LEGS);
	one_piece(load(few, 2));
	say(&alice, &chief, LEGS - 1, withdraw);
	check_uint(site_refusal(&site, 0), REFUSE(UNKNOWN_MESSAGE)); /* who is to act in its place does so for none that was not taken */
	check_uint(count_in(STATE(UNDELIVERABLE)), 2 * CHORE_ROWS_MAX);
	one_piece(load(ids, 3));
	finish();
	check_uint(count_in(STATE(UNDELIVERABLE)), 2 * CHORE_ROWS_MAX);
	check_uint(count_in(STATE(SUBMITTED)), LEGS - 2 * CHORE_ROWS_MAX);
	say(&alice, &bob, LEGS - 1, withdraw);
	check_uint(site_refusal(&site, 0), 0);
	check_int(leg_of(LEGS - 1).state, STATE(WITHDRAWN));
	site_close(&site);
}

static size_t count_provisional(void)
{
	size_t count = 0;

	for (size_t i = 0; i < LEGS; i++)
		count += leg_of(i).provisional;
	return count;
}

static void test_holidays(void)
{
	static char text[ACTS_FILE];

	set_up(LEGS);
	check_uint(count_provisional(), LEGS);
	one_piece(site_calendar(acts_holidays(text, 2101)));
	check_uint(count_provisional(), LEGS - CHORE_ROWS_MAX);
	site_reopen(&site);
	finish();
	check_uint(count_provisional(), 0);
	rebuilt_check(&site);
	site_close(&site);
}

static void test_compromised(void)
{
	set_up(LEGS);
	one_piece(site_revoke("bob", true));
	check_uint(count_in(STATE(AWAITING_SEAL)), CHORE_ROWS_MAX);
	finish();
	check_uint(count_in(STATE(AWAITING_SEAL)), LEGS);
	site_close(&site);
}

/* Several at once, with little to do: none waits for the next batch. */
static void test_several(void)
{
	static const char *const one[] = { "chief" };

	set_up(3);
	one_piece(load(one, 1));
	check(!is_busy());
	for (size_t i = 0; i < 3; i++)
		check_int(leg_of(i).state, STATE(UNDELIVERABLE));
	site_close(&site);
}

UNIT_SUITE("broker/chores",
	{ "an agency that closes", test_closing },
	{ "what happens between two pieces", test_meanwhile },
	{ "holidays", test_holidays },
	{ "keys that leaked", test_compromised },
	{ "several with little to do", test_several });
