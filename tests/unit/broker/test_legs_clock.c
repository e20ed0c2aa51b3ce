/* SPDX-License-Identifier: Apache-2.0 */
/* The clocks of legs and requests, run on the broker: who hears what, in which order, once each, also across restarts. */
#include "desks.h"

#include "contract/civil_time.h"
#include "contract/request_states.h"
#include "unit.h"

#define STATE(name) PB__LEG_STATE__LEG_STATE_##name
#define ACTION(name) PB__LEG_ACTION__LEG_ACTION_##name
#define NOTICE(name) PB__NOTICE_WHAT__NOTICE_WHAT_##name
#define URGENCY(name) PB__URGENCY__URGENCY_##name

static struct desks desks;

/* Monday, 4 January 2100, is a day on which desks open: 10:00. */
static void go_to_monday(void)
{
	int32_t monday = civil_day_of((struct civil_date){ 2100, 1, 4 });
	int64_t at_us = civil_time_us((struct civil_time){ .day = monday, .minute = 600 }, 540);

	site_pass(&desks.site, at_us - desks.site.clocks.wall_us);
}

static int64_t at(int32_t days_after_monday, int minute)
{
	int32_t monday = civil_day_of((struct civil_date){ 2100, 1, 4 });

	return civil_time_us((struct civil_time){ .day = monday + days_after_monday, .minute = minute }, 540);
}

static void expect_told(unsigned desk, Pb__NoticeWhat what, size_t times)
{
	unit_context("notice %d to desk %u", (int)what, desk);
	check_uint(desks_told(&desks, desk, what), times);
	unit_context(" ");
}

static struct asked open_and_ask(const struct asking *asking)
{
	desks_open(&desks);
	go_to_monday();
	return desks_ask_one(&desks, ASKER, DESK, asking);
}

static void test_routine(void)
{
	struct asked asked = open_and_ask(NULL);

	check_int(desks_leg(&desks, &asked, 0).due_at_us, at(7, 600)); /* five business days */
	desks_tick(&desks, &asked, 0);
	expect_told(DESK, NOTICE(ANSWER_DUE), 1);
	expect_told(ASKER, NOTICE(ANSWER_OVERDUE), 0);
	site_reopen(&desks.site); /* a restart repeats nothing */
	site_run(&desks.site, NULL);
	expect_told(DESK, NOTICE(ANSWER_DUE), 1);
	desks_tick(&desks, &asked, 0);
	expect_told(ASKER, NOTICE(ANSWER_OVERDUE), 1);
	expect_told(CHIEF, NOTICE(SILENT), 0);
	desks_tick(&desks, &asked, 0);
	expect_told(CHIEF, NOTICE(SILENT), 1);
	check_int(desks_leg(&desks, &asked, 0).state, STATE(SUBMITTED));
	desks_tick(&desks, &asked, 0);
	check_int(desks_leg(&desks, &asked, 0).state, STATE(LAPSED));
	check_int(desks_leg(&desks, &asked, 0).reason, PB__REASON__REASON_SILENCE);
	expect_told(ASKER, NOTICE(LAPSED), 1);
	expect_told(CHIEF, NOTICE(LAPSED), 1);
	check_int(desks_request(&desks, &asked).state, PB__REQUEST_STATE__REQUEST_STATE_DECISION_DUE);
	check_uint(desks_receive(&desks, DESK), 1); /* the reminder; what lapsed is not delivered any more */
	desks_close(&desks);
}

/* The sender asked for its answer by Wednesday 10:00: two business days instead of five. */
static void test_respond_by(void)
{
	struct asked asked;
	struct leg leg;

	asked = open_and_ask(&(struct asking){ .respond_by_us = at(2, 600) });
	leg = desks_leg(&desks, &asked, 0);
	check_int(leg.due_at_us, at(2, 600));
	check_int(leg.respond_by_us, at(2, 600));
	check_int(leg.timer_at_us, at(1, 696)); /* 60 %: a fifth of Tuesday after 10:00 */
	desks_tick(&desks, &asked, 0);
	expect_told(DESK, NOTICE(ANSWER_DUE), 1);
	site_reopen(&desks.site);
	desks_tick(&desks, &asked, 0);
	expect_told(ASKER, NOTICE(ANSWER_OVERDUE), 1);
	check_int(desks_leg(&desks, &asked, 0).timer_at_us, at(3, 600));
	desks_tick(&desks, &asked, 0);
	expect_told(CHIEF, NOTICE(SILENT), 1);
	check_int(desks_leg(&desks, &asked, 0).timer_at_us, at(8, 600));
	desks_tick(&desks, &asked, 0);
	check_int(desks_leg(&desks, &asked, 0).state, STATE(LAPSED));
	desks_close(&desks);
}

/* It shortens who was asked, not the sender's own turn; after an answer it holds on, as far as it is still ahead. */
static void test_respond_by_and_a_question(void)
{
	struct asked asked = open_and_ask(&(struct asking){ .respond_by_us = at(3, 600) });

	require(desks_act(&desks, &asked, DESK, ASKER, &(struct saying){ .action = ACTION(ASK), .words = true }) == 0);
	check_int(desks_leg(&desks, &asked, 0).due_at_us, at(7, 600));
	require(desks_act(&desks, &asked, ASKER, DESK, &(struct saying){ .action = ACTION(ANSWER), .words = true }) == 0);
	check_int(desks_leg(&desks, &asked, 0).due_at_us, at(3, 600));
	require(desks_act(&desks, &asked, DESK, ASKER, &(struct saying){ .action = ACTION(ASK), .words = true }) == 0);
	site_pass(&desks.site, 2 * DESKS_DAY_US + DESKS_HOUR_US); /* Wednesday, 11:00: less than a business day is left */
	require(desks_act(&desks, &asked, ASKER, DESK, &(struct saying){ .action = ACTION(ANSWER), .words = true }) == 0);
	check_int(desks_leg(&desks, &asked, 0).due_at_us, at(9, 660));
	require(desks_act(&desks, &asked, DESK, ASKER, &(struct saying){ .action = ACTION(ACCEPT) }) == 0);
	check_int(desks_leg(&desks, &asked, 0).due_at_us, at(9, 660)); /* first contact has a clock of its own */
	desks_close(&desks);
}

/* Never later; and not sooner than anybody can be asked to answer: said with what was asked for and what can be. */
static void test_respond_by_bounds(void)
{
	static const struct {
		Pb__Urgency urgency;
		int32_t day;
		int minute;
	} soonest[] = { { URGENCY(ROUTINE), 1, 600 }, { URGENCY(SOON), 0, 840 }, { URGENCY(URGENT), 0, 660 }, { URGENCY(DANGER), 0, 605 } };
	struct asked asked = open_and_ask(&(struct asking){ .respond_by_us = at(30, 600) });

	check_int(desks_leg(&desks, &asked, 0).due_at_us, at(7, 600));
	for (size_t i = 0; i < sizeof(soonest) / sizeof(*soonest); i++) {
		int64_t bound = at(soonest[i].day, soonest[i].minute);
		struct asking asking = { .urgency = soonest[i].urgency, .respond_by_us = bound };

		unit_context("urgency %d", (int)soonest[i].urgency);
		asked = desks_ask_one(&desks, ASKER, DESK, &asking);
		check_int(desks_leg(&desks, &asked, 0).due_at_us, bound);
		asking.respond_by_us = bound - 1;
		asked = desks_ask(&desks, ASKER, (const unsigned[]){ DESK, OTHER, DESKS }, &asking);
		check_uint(site_refusal(&desks.site, 0), PB__REFUSAL_CODE__REFUSAL_CODE_TOO_SOON);
		check_text(site_reply(&desks.site, 0)->refusal->subject, "respond_by");
		check_int(site_reply(&desks.site, 0)->refusal->value, bound - 1);
		check_int(site_reply(&desks.site, 0)->refusal->bound, bound);
		asking.respond_by_us = at(-3, 600); /* what has passed */
		asked = desks_ask(&desks, ASKER, (const unsigned[]){ DESK, DESKS }, &asking);
		check_uint(site_refusal(&desks.site, 0), PB__REFUSAL_CODE__REFUSAL_CODE_TOO_SOON);
	}
	desks_close(&desks);
}

static void test_urgent_closed(void)
{
	struct asked asked;
	const Pb__SiteNotice *notice = NULL;
	struct arena arena;

	desks_open(&desks);
	go_to_monday();
	site_pass(&desks.site, 6 * DESKS_HOUR_US); /* 16:00: due at 20:00, when nobody is there */
	asked = desks_ask_one(&desks, ASKER, DESK, &(struct asking){ .urgency = URGENCY(URGENT) });
	arena_init(&arena, 64u << 20);
	check_uint(desks_notices(&desks, ASKER, NOTICE(CLOSED_AT_DUE), &arena, &notice), 1);
	require(notice != NULL);
	check_text(notice->agency, "desk@chiba-city");
	check_int(notice->due_at_us, at(0, 20 * 60));
	check_int(notice->opens_at_us, at(1, 9 * 60));
	arena_free(&arena);
	desks_tick(&desks, &asked, 0);
	expect_told(DESK, NOTICE(ANSWER_DUE), 1);
	desks_close(&desks);
}

/* On Friday at 18:00, to a desk that opens on Monday: the sender is warned at once and told when nobody answered, and the leg is open until the
 * desk had two hours to look at it. */
static void test_urgent_on_friday_evening(void)
{
	struct asked asked;

	desks_open(&desks);
	go_to_monday();
	site_pass(&desks.site, 4 * DESKS_DAY_US + 8 * DESKS_HOUR_US);
	asked = desks_ask_one(&desks, ASKER, DESK, &(struct asking){ .urgency = URGENCY(URGENT) });
	expect_told(ASKER, NOTICE(CLOSED_AT_DUE), 1);
	check_int(desks_leg(&desks, &asked, 0).due_at_us, at(4, 22 * 60));
	desks_tick(&desks, &asked, 0);
	check_int(desks.site.clocks.wall_us, at(4, 20 * 60));
	expect_told(DESK, NOTICE(ANSWER_DUE), 1);
	desks_tick(&desks, &asked, 0);
	check_int(desks.site.clocks.wall_us, at(4, 22 * 60));
	expect_told(ASKER, NOTICE(ANSWER_OVERDUE), 1);
	expect_told(CHIEF, NOTICE(SILENT), 1);
	site_pass(&desks.site, at(7, 11 * 60) - 1 - desks.site.clocks.wall_us);
	site_run(&desks.site, NULL);
	check_int(desks_leg(&desks, &asked, 0).state, STATE(SUBMITTED));
	check_int(desks_leg(&desks, &asked, 0).timer_at_us, at(7, 11 * 60));
	desks_tick(&desks, &asked, 0);
	check_int(desks_leg(&desks, &asked, 0).state, STATE(LAPSED));
	expect_told(ASKER, NOTICE(LAPSED), 1);
	desks_close(&desks);
}

static void test_danger(void)
{
	struct asked asked = open_and_ask(&(struct asking){ .urgency = URGENCY(DANGER) });
	struct leg leg;

	expect_told(CHIEF, NOTICE(DANGER), 1); /* in the batch that took it */
	check_uint(desks_leg(&desks, &asked, 0).steps, 1);
	desks_tick(&desks, &asked, 0);
	desks_tick(&desks, &asked, 0);
	expect_told(DESK, NOTICE(ANSWER_DUE), 1);
	expect_told(ASKER, NOTICE(ANSWER_OVERDUE), 1);
	for (size_t times = 1; times <= 3; times++) {
		desks_tick(&desks, &asked, 0);
		expect_told(DESK, NOTICE(ALARM), times);
		expect_told(ASKER, NOTICE(ALARM), times);
		expect_told(CHIEF, NOTICE(ALARM), times);
	}
	leg = desks_leg(&desks, &asked, 0);
	check_int(leg.timer_at_us - desks.site.clocks.wall_us, 15 * 60000000);
	site_pass(&desks.site, 100 * DESKS_HOUR_US); /* nobody ran this for days: one alarm, not hundreds */
	site_run(&desks.site, NULL);
	expect_told(CHIEF, NOTICE(ALARM), 4);
	check(leg_is_open(desks_leg(&desks, &asked, 0).state));
	check(desks_leg(&desks, &asked, 0).timer_at_us > desks.site.clocks.wall_us);
	desks_close(&desks);
}

static void test_question(void)
{
	struct asked asked = open_and_ask(&(struct asking){ .urgency = URGENCY(SOON) });

	check_uint(desks_act(&desks, &asked, DESK, ASKER, &(struct saying){ .action = ACTION(ASK), .words = true }), 0);
	desks_tick(&desks, &asked, 0);
	expect_told(ASKER, NOTICE(ANSWER_DUE), 1); /* it is the sender's turn */
	expect_told(DESK, NOTICE(ANSWER_DUE), 0);
	while (leg_is_open(desks_leg(&desks, &asked, 0).state))
		desks_tick(&desks, &asked, 0);
	check_int(desks_leg(&desks, &asked, 0).state, STATE(LAPSED));
	desks_close(&desks);
}

/* ---- after acceptance ---- */

static void test_words(void)
{
	struct asked asked = open_and_ask(&(struct asking){ .report_days = 10 });

	check_uint(desks_say(&desks, &asked, DESK, ASKER, ACTION(ACCEPT)), 0);
	desks_tick(&desks, &asked, 0);
	expect_told(DESK, NOTICE(WORD_DUE), 1);
	expect_told(ASKER, NOTICE(WORD_OVERDUE), 1);
	expect_told(CHIEF, NOTICE(WORD_OVERDUE), 0);
	desks_tick(&desks, &asked, 0);
	expect_told(DESK, NOTICE(WORD_DUE), 2);
	expect_told(CHIEF, NOTICE(WORD_OVERDUE), 1);
	for (int i = 0; i < 10; i++)
		desks_tick(&desks, &asked, 0);
	check_int(desks_leg(&desks, &asked, 0).state, STATE(ACCEPTED)); /* it never lapses */
	expect_told(ASKER, NOTICE(WORD_OVERDUE), 12);
	check_uint(desks_act(&desks, &asked, DESK, ASKER, &(struct saying){ .action = ACTION(START), .on = "2100-01-04" }), 0);
	check(desks_leg(&desks, &asked, 0).due_at_us >= desks.site.clocks.wall_us + 10 * DESKS_DAY_US);
	check(desks_leg(&desks, &asked, 0).due_at_us <= desks.site.clocks.wall_us + 13 * DESKS_DAY_US);
	check_uint(desks_leg(&desks, &asked, 0).steps, 0);
	desks_close(&desks);
}

static void test_decision(void)
{
	struct saying saying = { .action = ACTION(DECLINE), .reason = PB__REASON__REASON_FULL, .none_known = true };
	struct asked asked = open_and_ask(NULL);
	struct request request;

	check_uint(desks_act(&desks, &asked, DESK, ASKER, &saying), 0);
	request = desks_request(&desks, &asked);
	check_int(request.due_at_us, at(2, 600));
	for (size_t times = 1; times <= 3; times++) {
		expect_told(ASKER, NOTICE(DECISION_DUE), times);
		expect_told(CHIEF, NOTICE(DECISION_DUE), times > 2 ? times - 2 : 0);
		request = desks_request(&desks, &asked);
		check_uint(request.steps, times - 1);
		site_pass(&desks.site, request.timer_at_us - desks.site.clocks.wall_us);
		site_run(&desks.site, NULL);
		holders_check(&desks.site);
	}
	check_int(desks_request(&desks, &asked).due_at_us, at(2, 600)); /* when it was due stays so */
	check_uint(desks_close_request(&desks, &asked, ASKER, PB__OUTCOME__OUTCOME_SENDER_SUPPORTS), 0);
	desks_close(&desks);
}

/* ---- sealing ---- */

static void test_unsealed(void)
{
	struct asked asked = open_and_ask(NULL);

	check_uint(desks_act(&desks, &asked, DESK, ASKER, &(struct saying){ .action = ACTION(REDIRECT), .next = "other@chiba-city" }), 0);
	desks_tick(&desks, &asked, 1);
	expect_told(ASKER, NOTICE(SEAL_DUE), 2); /* the task says so too */
	while (leg_is_open(desks_leg(&desks, &asked, 1).state))
		desks_tick(&desks, &asked, 1);
	check_int(desks_leg(&desks, &asked, 1).state, STATE(LAPSED));
	check_uint(site_delivery(&desks.site, desks_leg(&desks, &asked, 1).told).state, DELIVERY_UNDELIVERABLE);
	check_int(desks_request(&desks, &asked).state, PB__REQUEST_STATE__REQUEST_STATE_DECISION_DUE);
	desks_close(&desks);
}

UNIT_SUITE("broker/legs_clock",
	{ "an answer that is asked for sooner", test_respond_by },
	{ "and a question", test_respond_by_and_a_question },
	{ "neither later nor too soon", test_respond_by_bounds },
	{ "a routine request, unanswered", test_routine },
	{ "an urgent one to a desk that is closed when it is due", test_urgent_closed },
	{ "an urgent one on Friday at 18:00", test_urgent_on_friday_evening },
	{ "danger to life never lapses", test_danger },
	{ "a question runs by the sender's clock", test_question },
	{ "what was taken owes words, and never lapses", test_words },
	{ "a decision that is not made is asked for again", test_decision },
	{ "what nobody seals lapses", test_unsealed });
