/* SPDX-License-Identifier: Apache-2.0 */
/* Legs whose message does not arrive, whose agency ends, whose keys leak: whose turn it is then, and how it goes on. */
#include "desks.h"

#include "broker/leg_event.h"
#include "contract/request_states.h"
#include "unit.h"

#define STATE(name) PB__LEG_STATE__LEG_STATE_##name
#define ACTION(name) PB__LEG_ACTION__LEG_ACTION_##name
#define NOTICE(name) PB__NOTICE_WHAT__NOTICE_WHAT_##name
#define REFUSED(name) PB__REFUSAL_CODE__REFUSAL_CODE_##name
#define SENDER PB__PARTY__PARTY_SENDER
#define RECIPIENT PB__PARTY__PARTY_RECIPIENT

static struct desks desks;

static void check_leg(const struct asked *asked, size_t index, Pb__LegState state, Pb__Party holder)
{
	struct leg leg = desks_leg(&desks, asked, index);

	check_int(leg.state, state);
	check_int(leg.holder, holder);
}

/* Hands it out and refuses it for good. */
static struct asked dead_letter(void)
{
	struct asked asked = desks_ask_one(&desks, ASKER, DESK, NULL);
	uint64_t item = desks_leg(&desks, &asked, 0).item;
	struct digest hash = site_delivery(&desks.site, item).view_hash;
	struct inbound *frame = frame_new(&desks.desk[DESK]);

	site_run(&desks.site, site_credit(&desks.desk[DESK], ++desks.granted[DESK], 1u << 20));
	frame_refuse(frame, item, &hash, PB__REFUSE_REASON__REFUSE_REASON_NOT_UNDERSTOOD);
	site_run(&desks.site, frame);
	require(site_refusal(&desks.site, 0) == 0);
	holders_check(&desks.site);
	return asked;
}

static void operate(Pb__QueueAct act, uint64_t item)
{
	site_operate(&desks.site, site_act(act, &item, 1));
	require(desks.site.answer->body_case == PB__ADMIN_REPLY__BODY_DONE);
	holders_check(&desks.site);
}

static void test_dead(void)
{
	const Pb__SiteNotice *notice = NULL;
	struct arena arena;
	struct asked asked;
	int64_t due;

	desks_open(&desks);
	asked = dead_letter();
	check_leg(&asked, 0, STATE(SUBMITTED), SENDER);
	arena_init(&arena, 64u << 20);
	check_uint(desks_notices(&desks, ASKER, NOTICE(DEAD_LETTER), &arena, &notice), 1);
	check_int(notice->refused, PB__REFUSE_REASON__REFUSE_REASON_NOT_UNDERSTOOD);
	check_int(notice->holder, SENDER);
	arena_free(&arena);
	due = desks_leg(&desks, &asked, 0).due_at_us;
	operate(PB__QUEUE_ACT__QUEUE_ACT_REQUEUE, desks_leg(&desks, &asked, 0).item);
	check_leg(&asked, 0, STATE(SUBMITTED), RECIPIENT);
	check_int(desks_leg(&desks, &asked, 0).due_at_us, due); /* who waits, waits since it was asked */
	check_uint(desks_receive(&desks, DESK), 1);
	check_leg(&asked, 0, STATE(RECEIVED), RECIPIENT);
	desks_close(&desks);
}

static void test_given_up(void)
{
	struct asked asked;

	desks_open(&desks);
	asked = dead_letter();
	operate(PB__QUEUE_ACT__QUEUE_ACT_EXPIRE, desks_leg(&desks, &asked, 0).item);
	check_leg(&asked, 0, STATE(UNDELIVERABLE), SENDER);
	check_int(desks_leg(&desks, &asked, 0).reason, PB__REASON__REASON_UNDELIVERED);
	check_uint(desks_told(&desks, ASKER, NOTICE(UNDELIVERABLE)), 1);
	check_int(desks_request(&desks, &asked).state, PB__REQUEST_STATE__REQUEST_STATE_DECISION_DUE);
	asked = dead_letter();
	while (leg_is_open(desks_leg(&desks, &asked, 0).state)) /* or the clock gives it up */
		desks_tick(&desks, &asked, 0);
	check_leg(&asked, 0, STATE(UNDELIVERABLE), SENDER);
	check_uint(desks_told(&desks, ASKER, NOTICE(UNDELIVERABLE)), 2);
	check_uint(desks_told(&desks, ASKER, NOTICE(LAPSED)), 0);
	desks_close(&desks);
}

static void test_arrived_after_all(void)
{
	struct asked asked;
	struct inbound *frame;
	struct digest hash;
	uint64_t item;

	desks_open(&desks);
	asked = dead_letter();
	item = desks_leg(&desks, &asked, 0).item;
	hash = site_delivery(&desks.site, item).view_hash;
	frame = frame_new(&desks.desk[DESK]);
	frame_acknowledge(frame, &item, &hash, 1);
	site_run(&desks.site, frame);
	check_uint(site_refusal(&desks.site, 0), 0);
	check_leg(&asked, 0, STATE(RECEIVED), RECIPIENT);
	desks_close(&desks);
}

static void test_expires(void)
{
	struct asked asked;

	desks_open(&desks);
	asked = desks_ask_one(&desks, ASKER, DESK, &(struct asking){ .expires_at_us = desks.site.clocks.wall_us + DESKS_HOUR_US });
	site_pass(&desks.site, DESKS_HOUR_US);
	site_run(&desks.site, NULL);
	check_leg(&asked, 0, STATE(SUBMITTED), SENDER);
	check_uint(desks_told(&desks, ASKER, NOTICE(DEAD_LETTER)), 1);
	desks_close(&desks);
}

/* ---- agencies that end ---- */

static void test_closed(void)
{
	struct asked unanswered, taken;
	struct saying complete = { .action = ACTION(COMPLETE), .outcome = PB__OUTCOME__OUTCOME_RESOLVED };

	desks_open(&desks);
	unanswered = desks_ask_one(&desks, ASKER, FOURTH, NULL);
	taken = desks_ask_one(&desks, ASKER, FOURTH, NULL);
	check_uint(desks_say(&desks, &taken, FOURTH, ASKER, ACTION(ACCEPT)), 0);
	desks_directory(&desks, FOURTH + 1); /* all but the fourth, in whose place the chief stands */
	holders_check(&desks.site);
	check_leg(&unanswered, 0, STATE(UNDELIVERABLE), SENDER);
	check_int(desks_leg(&desks, &unanswered, 0).reason, PB__REASON__REASON_AGENCY_CLOSED);
	check_uint(site_delivery(&desks.site, desks_leg(&desks, &unanswered, 0).item).state, DELIVERY_UNDELIVERABLE);
	check_leg(&taken, 0, STATE(ACCEPTED), PB__PARTY__PARTY_COORDINATOR);
	check_uint(desks_leg(&desks, &taken, 0).acting, desks.desk[CHIEF].agency);
	check_uint(desks_told(&desks, CHIEF, NOTICE(AGENCY_CLOSED)), 1);
	check_uint(desks_told(&desks, ASKER, NOTICE(UNDELIVERABLE)), 1);
	check_uint(desks_act(&desks, &taken, CHIEF, ASKER, &complete), 0); /* it acts in its place */
	check_leg(&taken, 0, STATE(COMPLETED), PB__PARTY__PARTY_UNSPECIFIED);
	desks_close(&desks);
}

static void test_coordinator_goes_on(void)
{
	struct asked taken;

	desks_open(&desks);
	taken = desks_ask_one(&desks, ASKER, FOURTH, NULL);
	check_uint(desks_say(&desks, &taken, FOURTH, ASKER, ACTION(ACCEPT)), 0);
	site_operate(&desks.site, site_revoke("fourth", false)); /* its keys are gone for good */
	holders_check(&desks.site);
	check_leg(&taken, 0, STATE(ACCEPTED), PB__PARTY__PARTY_COORDINATOR);
	check_uint(desks_act(&desks, &taken, CHIEF, ASKER, &(struct saying){ .action = ACTION(START), .on = "2100-01-01" }), 0);
	check_leg(&taken, 0, STATE(ACTIVE), PB__PARTY__PARTY_COORDINATOR);
	desks_tick(&desks, &taken, 0);
	check_uint(desks_told(&desks, CHIEF, NOTICE(WORD_DUE)), 1);
	check_uint(desks_act(&desks, &taken, ASKER, CHIEF,
			     &(struct saying){ .action = ACTION(WITHDRAW), .reason = PB__REASON__REASON_NO_LONGER_NEEDED }), 0);
	check_leg(&taken, 0, STATE(WITHDRAWN), PB__PARTY__PARTY_UNSPECIFIED);
	desks_close(&desks);
}

/* ---- keys that leak ---- */

static void test_reseal(void)
{
	struct asked waiting, read;
	uint64_t item;

	desks_open(&desks);
	read = desks_ask_one(&desks, ASKER, DESK, NULL);
	desks_receive(&desks, DESK);
	waiting = desks_ask_one(&desks, ASKER, DESK, NULL);
	item = desks_leg(&desks, &waiting, 0).item;
	site_operate(&desks.site, site_revoke("desk", true));
	holders_check(&desks.site);
	check_leg(&read, 0, STATE(RECEIVED), RECIPIENT);
	check_leg(&waiting, 0, STATE(AWAITING_SEAL), SENDER);
	check_int(desks_leg(&desks, &waiting, 0).reason, PB__REASON__REASON_KEY_COMPROMISED);
	check_uint(site_delivery(&desks.site, item).state, DELIVERY_UNDELIVERABLE);
	check(desks_leg(&desks, &waiting, 0).told != 0);
	check_uint(desks_act(&desks, &waiting, ASKER, DESK, &(struct saying){ .action = ACTION(SEAL), .words = true }), REFUSED(NOT_ENROLLED));
	desks.desk[DESK] = site_enrol(&desks.site, "desk");
	desks.granted[DESK] = 0;
	check_uint(desks_act(&desks, &waiting, ASKER, DESK, &(struct saying){ .action = ACTION(SEAL), .words = true }), 0);
	check_leg(&waiting, 0, STATE(SUBMITTED), RECIPIENT);
	check_uint(desks_receive(&desks, DESK), 1);
	check_leg(&waiting, 0, STATE(RECEIVED), RECIPIENT);
	desks_close(&desks);
}

/* What was read, and holds something back that only the old keys would open, comes again as a whole; what it held reaches the new ones. */
static void test_reseal_held(void)
{
	struct asked asked, answered;

	desks_open(&desks);
	asked = desks_ask_one(&desks, ASKER, DESK, &(struct asking){ .held = true });
	answered = desks_ask_one(&desks, ASKER, DESK, &(struct asking){ .held = true });
	check_uint(desks_receive(&desks, DESK), 2);
	check_uint(desks_say(&desks, &answered, DESK, ASKER, ACTION(ACCEPT)), 0);
	check_uint(desks_receive(&desks, DESK), 1); /* the release: nothing is held back any more */
	site_operate(&desks.site, site_revoke("desk", true));
	holders_check(&desks.site);
	check_leg(&asked, 0, STATE(AWAITING_SEAL), SENDER);
	check_int(desks_leg(&desks, &asked, 0).reason, PB__REASON__REASON_KEY_COMPROMISED);
	check_leg(&answered, 0, STATE(ACCEPTED), RECIPIENT);
	desks.desk[DESK] = site_enrol(&desks.site, "desk");
	desks.granted[DESK] = 0;
	check_uint(desks_act(&desks, &asked, ASKER, DESK, &(struct saying){ .action = ACTION(SEAL), .words = true, .held = true }), 0);
	check_leg(&asked, 0, STATE(SUBMITTED), RECIPIENT);
	check_uint(desks_receive(&desks, DESK), 1);
	check_uint(desks_say(&desks, &asked, DESK, ASKER, ACTION(ACCEPT)), 0);
	check_uint(desks_receive(&desks, DESK), 1);
	desks_close(&desks);
}

UNIT_SUITE("broker/legs_delivery",
	{ "a dead letter is its sender's turn until it is put back", test_dead },
	{ "one that is given up, by who runs the site or by the clock", test_given_up },
	{ "one that arrived after all is its recipient's", test_arrived_after_all },
	{ "a message that ran out is a dead letter", test_expires },
	{ "an agency that closes hands on what it had taken", test_closed },
	{ "its coordinator goes on in its place", test_coordinator_goes_on },
	{ "what was sealed to a key that leaked is sealed again", test_reseal },
	{ "so is what was read and holds something back", test_reseal_held });
