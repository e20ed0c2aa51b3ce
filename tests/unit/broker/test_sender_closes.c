/* SPDX-License-Identifier: Apache-2.0 */
/* An agency that closes leaves what it had asked to somebody: each turn that was its own has a holder again, each end that it waited for is
 * told, and who works on the request knows to whom it speaks. */
#include "acts.h"
#include "broker/conferences.h"
#include "broker/rows_cases.h"
#include "contract/request_states.h"
#include "desks.h"
#include "holders.h"
#include "rebuilt.h"
#include "unit.h"

#define ACTION(name) PB__LEG_ACTION__LEG_ACTION_##name
#define STATE(name) PB__LEG_STATE__LEG_STATE_##name
#define REQUEST_IN(name) PB__REQUEST_STATE__REQUEST_STATE_##name
#define NOTICE(name) PB__NOTICE_WHAT__NOTICE_WHAT_##name
#define CODE(name) PB__REFUSAL_CODE__REFUSAL_CODE_##name

static struct desks desks;
static const char *overseer, *overseer_of_others; /* coordinators: of the asker, and of the rest */
static const char *first_line, *in_hiding, *proxy; /* of who is in hiding */

static void shape(Pb__Agency *agency)
{
	static char *category = (char *)(uintptr_t)"hikikomori_support";

	agency->coordinator = pb_of_text(strcmp(agency->id, "asker") == 0 ? overseer : overseer_of_others);
	if (in_hiding != NULL && strcmp(agency->id, in_hiding) == 0) {
		agency->confidential = true;
		agency->proxy = agency->coordinator = pb_of_text(proxy);
	}
	if (first_line != NULL && strcmp(agency->id, first_line) == 0) {
		agency->categories = &category;
		agency->n_categories = 1;
	}
}

/* The directory names these alone from now on. */
static void stay(const char *const *ids, size_t count)
{
	site_change_agency = shape;
	site_directory(&desks.site, ids, count);
	site_change_agency = NULL;
	holders_check(&desks.site);
}

static const char *const all[] = { "asker", "desk", "other", "third", "fourth", "chief" };
static const char *const without[] = { "desk", "other", "third", "fourth", "chief" };

static void set_up(const char *coordinator, const char *takes_all)
{
	overseer = coordinator;
	overseer_of_others = "chief";
	first_line = takes_all;
	in_hiding = NULL;
	proxy = "asker";
	desks_open(&desks);
	stay(all, 6);
}

static void check_asker(const struct asked *asked, unsigned desk)
{
	struct request request = desks_request(&desks, asked);

	check_uint(request.sender, desks.desk[ASKER].agency);
	check_uint(request_asker(&request), desks.desk[desk].agency);
}

static Pb__RefusalCode word(const struct asked *asked, unsigned from, unsigned to, Pb__LegAction action)
{
	return desks_act(&desks, asked, from, to, &(struct saying){ .action = action, .words = true });
}

/* Questions, answers, an acceptance and all that follows go between who was asked and who acts. */
static void test_goes_on(void)
{
	struct saying complete = { .action = ACTION(COMPLETE), .outcome = PB__OUTCOME__OUTCOME_RESOLVED };
	struct asked asked;

	set_up("chief", NULL);
	asked = desks_ask_one(&desks, ASKER, DESK, NULL);
	require(word(&asked, DESK, ASKER, ACTION(ASK)) == 0);
	stay(without, 5);
	check_asker(&asked, CHIEF);
	check_int(desks_leg(&desks, &asked, 0).state, STATE(QUESTIONED));
	check_uint(leg_holder_agency(&(struct leg){ .timer_at_us = 1, .holder = PB__PARTY__PARTY_SENDER, .asker = 7, .sender = 8 }), 7);
	check_uint(desks_told(&desks, CHIEF, NOTICE(AGENCY_CLOSED)), 1);
	check_uint(desks_told(&desks, DESK, NOTICE(AGENCY_CLOSED)), 1);
	check_uint(word(&asked, CHIEF, DESK, ACTION(ANSWER)), 0);
	check_int(desks_leg(&desks, &asked, 0).state, STATE(RECEIVED));
	check_uint(desks_say(&desks, &asked, DESK, ASKER, ACTION(ACCEPT)), PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_AGENCY);
	check_uint(desks_say(&desks, &asked, DESK, OTHER, ACTION(ACCEPT)), PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_MESSAGE);
	check_uint(desks_say(&desks, &asked, OTHER, DESK, ACTION(WITHDRAW)), PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_MESSAGE);
	check_uint(desks_say(&desks, &asked, DESK, CHIEF, ACTION(ACCEPT)), 0);
	check_uint(desks_act(&desks, &asked, DESK, CHIEF, &(struct saying){ .action = ACTION(START), .on = "2100-01-01" }), 0);
	desks_tick(&desks, &asked, 0);
	check_uint(desks_told(&desks, CHIEF, NOTICE(WORD_OVERDUE)), 1);
	check_uint(desks_act(&desks, &asked, DESK, CHIEF, &complete), 0);
	check_int(desks_request(&desks, &asked).state, REQUEST_IN(COMPLETED));
	rebuilt_check(&desks.site);
	desks_close(&desks);
}

/* Silence comes back to who acts, who decides; a decision that was due is due anew, from when it can know of it. */
static void test_decides(void)
{
	struct saying decline = { .action = ACTION(DECLINE), .reason = PB__REASON__REASON_FULL, .none_known = true };
	struct saying withdraw = { .action = ACTION(WITHDRAW), .reason = PB__REASON__REASON_NO_LONGER_NEEDED };
	struct asked silent, declined, taken_back;
	struct request before;

	set_up("chief", NULL);
	silent = desks_ask_one(&desks, ASKER, DESK, NULL);
	declined = desks_ask_one(&desks, ASKER, DESK, NULL);
	taken_back = desks_ask_one(&desks, ASKER, DESK, NULL);
	require(desks_act(&desks, &declined, DESK, ASKER, &decline) == 0);
	before = desks_request(&desks, &declined);
	site_pass(&desks.site, DESKS_DAY_US / 24);
	stay(without, 5);
	check_asker(&declined, CHIEF);
	check_int(desks_request(&desks, &declined).state, REQUEST_IN(DECISION_DUE));
	check(desks_request(&desks, &declined).due_at_us >= before.due_at_us);
	check_uint(desks_act(&desks, &taken_back, CHIEF, DESK, &withdraw), 0);
	check_int(desks_request(&desks, &taken_back).state, REQUEST_IN(WITHDRAWN));
	check_uint(desks_close_request(&desks, &declined, OTHER, PB__OUTCOME__OUTCOME_NOT_NEEDED), PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_MESSAGE);
	check_uint(desks_close_request(&desks, &declined, CHIEF, PB__OUTCOME__OUTCOME_SENDER_SUPPORTS), 0);
	check_int(desks_request(&desks, &declined).state, REQUEST_IN(CLOSED));
	for (size_t i = 0; i < 6 && desks_leg(&desks, &silent, 0).timer_at_us != 0; i++)
		desks_tick(&desks, &silent, 0);
	check_int(desks_leg(&desks, &silent, 0).state, STATE(LAPSED));
	check_uint(desks_told(&desks, CHIEF, NOTICE(LAPSED)), 1);
	check_int(desks_request(&desks, &silent).state, REQUEST_IN(DECISION_DUE));
	check(desks_told(&desks, CHIEF, NOTICE(DECISION_DUE)) >= 1);
	rebuilt_check(&desks.site);
	desks_close(&desks);
}

/* Whether the leg is among those that the desk can list. */
static bool has_leg(unsigned desk, const struct asked *asked)
{
	struct leg leg = desks_leg(&desks, asked, 0);
	struct txn *txn = site_read(&desks.site);
	bool has = holders_lists(txn, desks.desk[desk].agency, leg.leg);

	txn_abort(txn);
	return has;
}

/* Up the line of coordinators, then to a first-line centre, which takes every consultation. */
static void test_who(void)
{
	static const char *const fewer[] = { "desk", "other", "third", "fourth" };
	struct asked asked;

	set_up("third", "other");
	asked = desks_ask_one(&desks, ASKER, DESK, NULL);
	stay(without, 5);
	check_asker(&asked, THIRD);
	stay((const char *const[]){ "desk", "other", "fourth", "chief" }, 4);
	check_asker(&asked, CHIEF);
	overseer_of_others = "";
	stay(fewer, 4); /* third is there again, and nobody takes from it what is chief's; chief is nobody's coordinator now */
	check_asker(&asked, OTHER);
	check_uint(desks_told(&desks, OTHER, NOTICE(AGENCY_CLOSED)), 1);
	check(!has_leg(CHIEF, &asked) && has_leg(OTHER, &asked) && has_leg(ASKER, &asked) && has_leg(DESK, &asked));
	rebuilt_check(&desks.site);
	desks_close(&desks);
}

/* Where nobody can act it stays, on the operator's list of what is late. */
static void test_nobody(void)
{
	struct saying withdraw = { .action = ACTION(WITHDRAW), .reason = PB__REASON__REASON_NO_LONGER_NEEDED };
	struct asked asked, over;

	set_up("", NULL);
	asked = desks_ask_one(&desks, ASKER, DESK, NULL);
	over = desks_ask_one(&desks, ASKER, DESK, NULL);
	require(desks_act(&desks, &over, ASKER, DESK, &withdraw) == 0);
	stay(without, 5);
	check_asker(&asked, ASKER);
	check_asker(&over, ASKER);
	desks_close(&desks);
}

/* ---- whom an operator names ---- */

static Pb__RefusalCode hand_over(const char *agency, const char *to)
{
	site_operate(&desks.site, site_hand_over(agency, to));
	holders_check(&desks.site);
	return site_answered(&desks.site);
}

/* The newest notice to that desk that an agency closed says whose place it was, which agency's, and who goes on; holder "": the reader. */
static void check_closed(unsigned reader, Pb__Party place, const char *closed, const char *holder)
{
	const Pb__SiteNotice *notice = NULL;
	struct arena arena;

	arena_init(&arena, 1 << 20);
	require(desks_notices(&desks, reader, NOTICE(AGENCY_CLOSED), &arena, &notice) > 0);
	check_int(notice->place, place);
	check_text(notice->agency, closed);
	check_text(notice->holder_agency, holder);
	arena_free(&arena);
}

/* Then the operator names somebody, who hears of it and has all the turns: questions, decisions, what was held for another. */
static void test_named(void)
{
	struct saying decline = { .action = ACTION(DECLINE), .reason = PB__REASON__REASON_FULL, .none_known = true };
	struct asked asked, declined;

	set_up("", NULL);
	asked = desks_ask_one(&desks, ASKER, DESK, NULL);
	declined = desks_ask_one(&desks, ASKER, DESK, NULL);
	require(word(&asked, DESK, ASKER, ACTION(ASK)) == 0);
	require(desks_act(&desks, &declined, DESK, ASKER, &decline) == 0);
	check_int(hand_over("asker", "other"), CODE(AGENCY_OPEN));
	stay(without, 5);
	check_int(hand_over("nobody", "other"), CODE(UNKNOWN_AGENCY));
	check_int(hand_over("asker", "nobody"), CODE(UNKNOWN_AGENCY));
	check_int(hand_over("asker", "asker"), CODE(UNKNOWN_AGENCY));
	check_asker(&asked, ASKER);
	check_int(hand_over("asker", "other"), 0);
	check_asker(&asked, OTHER);
	check_asker(&declined, OTHER);
	check_uint(desks_told(&desks, OTHER, NOTICE(AGENCY_CLOSED)), 2);
	check_uint(desks_told(&desks, DESK, NOTICE(AGENCY_CLOSED)), 1); /* of what it still works on */
	check_closed(OTHER, PB__PARTY__PARTY_SENDER, "asker@chiba-city", "");
	check_closed(DESK, PB__PARTY__PARTY_SENDER, "asker@chiba-city", "other@chiba-city");
	check_uint(word(&asked, OTHER, DESK, ACTION(ANSWER)), 0);
	check_uint(desks_close_request(&desks, &declined, OTHER, PB__OUTCOME__OUTCOME_SENDER_SUPPORTS), 0);
	check_int(hand_over("asker", "third"), 0); /* nothing is left: nobody takes it from who has it */
	check_asker(&asked, OTHER);
	rebuilt_check(&desks.site);
	desks_close(&desks);
}

/* What came back to a sender that then closed, too, goes with the rest. */
static void test_named_for_both(void)
{
	struct asked asked;

	set_up("", NULL);
	overseer_of_others = "";
	stay(all, 6);
	asked = desks_ask_one(&desks, ASKER, DESK, NULL);
	require(desks_say(&desks, &asked, DESK, ASKER, ACTION(ACCEPT)) == 0);
	stay((const char *const[]){ "asker", "other", "third", "fourth", "chief" }, 5);
	check_uint(desks_leg(&desks, &asked, 0).acting, desks.desk[ASKER].agency);
	stay((const char *const[]){ "other", "third", "fourth", "chief" }, 4);
	check_asker(&asked, ASKER);
	check_int(hand_over("asker", "third"), 0);
	check_asker(&asked, THIRD);
	check_uint(desks_leg(&desks, &asked, 0).acting, desks.desk[THIRD].agency);
	rebuilt_check(&desks.site);
	desks_close(&desks);
}

/* No operator lets anybody into a case from which its owner keeps them out: that turn waits for another name. */
static void test_named_is_kept_out(void)
{
	static const char *const addresses[] = { "other@chiba-city" };
	struct inbound *frame;
	struct asked asked, open;

	set_up("", NULL);
	asked = desks_ask_one(&desks, ASKER, DESK, NULL);
	open = desks_ask_one(&desks, ASKER, DESK, NULL);
	frame = frame_new(&desks.desk[ASKER]);
	frame_mark(frame, asked.case_id, true, addresses, 1);
	site_run(&desks.site, frame);
	require(site_refusal(&desks.site, 0) == 0);
	stay(without, 5);
	check_int(hand_over("asker", "other"), 0);
	check_asker(&open, OTHER);
	check_asker(&asked, ASKER);
	check_int(hand_over("asker", "third"), 0);
	check_asker(&asked, THIRD);
	rebuilt_check(&desks.site);
	desks_close(&desks);
}

/* Where a shelter takes part, nobody comes to speak in its proxy's place by being the proxy's coordinator, or a first-line centre. */
static void test_not_to_who_may_not_know(void)
{
	struct asked asked, beside;

	set_up("chief", "other");
	in_hiding = "fourth";
	stay(all, 6);
	asked = desks_ask_one(&desks, ASKER, FOURTH, NULL);
	beside = desks_ask_one(&desks, ASKER, DESK, NULL);
	require(desks_say(&desks, &asked, FOURTH, ASKER, ACTION(ACCEPT)) == 0);
	stay((const char *const[]){ "desk", "other", "third", "chief" }, 4);
	check_asker(&beside, CHIEF);
	check_asker(&asked, ASKER);
	check(!has_leg(CHIEF, &asked) && !has_leg(OTHER, &asked));
	check_uint(desks_told(&desks, CHIEF, NOTICE(AGENCY_CLOSED)), 1); /* of the other */
	check_int(hand_over("asker", "third"), 0); /* nor by an operator's word, though both ends are gone */
	check_int(hand_over("fourth", "third"), CODE(SAFETY));
	check_text(desks.site.answer->refusal->subject, "past_the_proxy");
	check_asker(&asked, ASKER);
	check_uint(desks_told(&desks, THIRD, NOTICE(AGENCY_CLOSED)), 0);
	rebuilt_check(&desks.site);
	desks_close(&desks);
}

/* Then the directory says first who is its proxy now, and that one goes on. */
static void test_to_another_proxy(void)
{
	struct asked asked;

	set_up("chief", NULL);
	in_hiding = "fourth";
	stay(all, 6);
	asked = desks_ask_one(&desks, ASKER, FOURTH, NULL);
	require(desks_say(&desks, &asked, FOURTH, ASKER, ACTION(ACCEPT)) == 0);
	stay((const char *const[]){ "desk", "other", "third", "chief" }, 4);
	check_asker(&asked, ASKER);
	proxy = "third";
	stay(without, 5);
	check_int(hand_over("asker", "other"), 0);
	check_asker(&asked, ASKER);
	check_int(hand_over("asker", "third"), 0);
	check_asker(&asked, THIRD);
	check_uint(desks_leg(&desks, &asked, 0).acting, desks.desk[THIRD].agency);
	check(!has_leg(OTHER, &asked));
	rebuilt_check(&desks.site);
	desks_close(&desks);
}

/* Who asked hears who has what was accepted, whether it went there by itself or an operator named it. */
static void test_who_asked_is_told(void)
{
	struct asked taken;

	set_up("", NULL);
	taken = desks_ask_one(&desks, ASKER, DESK, NULL);
	require(desks_say(&desks, &taken, DESK, ASKER, ACTION(ACCEPT)) == 0);
	stay((const char *const[]){ "asker", "other", "third", "fourth", "chief" }, 5);
	check_uint(desks_leg(&desks, &taken, 0).acting, desks.desk[CHIEF].agency);
	check_closed(CHIEF, PB__PARTY__PARTY_RECIPIENT, "desk@chiba-city", "");
	check_closed(ASKER, PB__PARTY__PARTY_RECIPIENT, "desk@chiba-city", "chief@chiba-city");
	overseer_of_others = "";
	stay((const char *const[]){ "asker", "other", "third", "fourth" }, 4); /* its coordinator, too */
	check_int(hand_over("chief", "other"), 0);
	check_uint(desks_leg(&desks, &taken, 0).acting, desks.desk[OTHER].agency);
	check_closed(OTHER, PB__PARTY__PARTY_RECIPIENT, "desk@chiba-city", "");
	check_closed(ASKER, PB__PARTY__PARTY_RECIPIENT, "desk@chiba-city", "other@chiba-city");
	rebuilt_check(&desks.site);
	desks_close(&desks);
}

/* Who comes back into the directory finds another at work on what it had taken, and is told who: two do not act on one leg. */
static void test_one_at_work(void)
{
	struct saying complete = { .action = ACTION(COMPLETE), .outcome = PB__OUTCOME__OUTCOME_RESOLVED };
	struct asked taken;

	set_up("", NULL);
	taken = desks_ask_one(&desks, ASKER, DESK, NULL);
	require(desks_say(&desks, &taken, DESK, ASKER, ACTION(ACCEPT)) == 0);
	stay((const char *const[]){ "asker", "other", "third", "fourth", "chief" }, 5);
	stay(all, 6);
	check_uint(desks_leg(&desks, &taken, 0).acting, desks.desk[CHIEF].agency);
	check_int(desks_act(&desks, &taken, DESK, ASKER, &complete), CODE(HELD_BY_ANOTHER));
	check_text(site_reply(&desks.site, 0)->refusal->subject, "chief@chiba-city");
	check_int(desks_leg(&desks, &taken, 0).state, STATE(ACCEPTED));
	check_int(desks_say(&desks, &taken, ASKER, DESK, ACTION(WITHDRAW)), CODE(HELD_BY_ANOTHER)); /* nor does who asked speak past it */
	check_uint(desks_act(&desks, &taken, CHIEF, ASKER, &(struct saying){ .action = ACTION(START), .on = "2100-01-01" }), 0);
	check_uint(desks_act(&desks, &taken, CHIEF, ASKER, &complete), 0);
	rebuilt_check(&desks.site);
	desks_close(&desks);
}

/* An agency whose keys are replaced stands in the directory: what it has not answered, danger to life included, does not end for it, and what
 * it had taken is not given away. */
static void test_named_while_keys_are_replaced(void)
{
	struct asked waits, taken;

	set_up("", NULL);
	waits = desks_ask_one(&desks, ASKER, DESK, NULL);
	taken = desks_ask_one(&desks, ASKER, DESK, NULL);
	require(desks_say(&desks, &taken, DESK, ASKER, ACTION(ACCEPT)) == 0);
	site_operate(&desks.site, site_revoke("desk", true));
	require(site_answered(&desks.site) == 0);
	check_int(hand_over("desk", "other"), CODE(AGENCY_OPEN));
	check(leg_is_open(desks_leg(&desks, &waits, 0).state));
	check_int(desks_leg(&desks, &taken, 0).state, STATE(ACCEPTED));
	check_uint(desks_leg(&desks, &taken, 0).acting, 0);
	check_uint(desks_told(&desks, OTHER, NOTICE(AGENCY_CLOSED)), 0);
	desks_close(&desks);
}

/* It stands on record why: who does not say so is refused, whatever program asks. */
static void test_named_without_a_reason(void)
{
	struct inbound *act;
	struct asked asked;

	set_up("", NULL);
	asked = desks_ask_one(&desks, ASKER, DESK, NULL);
	stay(without, 5);
	act = site_hand_over("asker", "other");
	((Pb__AdminRequest *)(uintptr_t)act->act.request)->hand_over->reason = (char *)(uintptr_t)"";
	site_operate(&desks.site, act);
	check_int(site_answered(&desks.site), CODE(MALFORMED));
	check_int(hand_over("asker@elsewhere", "other"), CODE(UNKNOWN_AGENCY));
	check_int(hand_over("asker", "other@elsewhere"), CODE(UNKNOWN_AGENCY));
	check_asker(&asked, ASKER);
	check_int(hand_over("asker@chiba-city", "other@chiba-city"), 0);
	check_asker(&asked, OTHER);
	desks_close(&desks);
}

/* ---- what was recalled ---- */

static enum err first_item(void *context, const struct action_item *item)
{
	*(struct action_item *)context = *item;
	return ERR_STOPPED;
}

static struct action_item item_of(unsigned desk)
{
	struct txn *txn = site_read(&desks.site);
	struct action_item item = { 0 };

	(void)action_item_each(txn, desks.desk[desk].agency, 0, first_item, &item);
	txn_abort(txn);
	return item;
}

/* Who goes on for it says that what was recalled is destroyed there. */
static void test_purge(void)
{
	struct saying recall = { .action = ACTION(WITHDRAW), .reason = PB__REASON__REASON_MISDIRECTED, .purge = true };
	struct inbound *frame;
	struct action_item item;
	struct asked asked;

	set_up("chief", NULL);
	asked = desks_ask_one(&desks, ASKER, DESK, NULL);
	desks_receive(&desks, DESK);
	require(desks_act(&desks, &asked, ASKER, DESK, &recall) == 0);
	item = item_of(DESK);
	require(item.purge && item.owner == desks.desk[DESK].agency);
	site_pass(&desks.site, 10 * DESKS_DAY_US);
	stay((const char *const[]){ "asker", "other", "third", "fourth", "chief" }, 5);
	require(hand_over("desk", "other") == 0);
	item = item_of(OTHER);
	require(item.purge);
	check_uint(item.owner, desks.desk[OTHER].agency);
	check_uint(item.convener, desks.desk[ASKER].agency);
	check(item.due_at_us > desks.site.clocks.wall_us && item.timer_at_us == item.due_at_us);
	check_uint(desks_told(&desks, OTHER, NOTICE(AGENCY_CLOSED)), 1);
	check_uint(item_of(DESK).number, 0); /* in no list of its any more */
	frame = frame_new(&desks.desk[OTHER]);
	frame_purged(frame, &item.number, 1);
	site_run(&desks.site, frame);
	check_int(site_refusal(&desks.site, 0), 0);
	check_uint(desks_told(&desks, ASKER, NOTICE(PURGED)), 1);
	rebuilt_check(&desks.site);
	desks_close(&desks);
}

/* What is over stays as it is. */
static void test_over(void)
{
	struct saying withdraw = { .action = ACTION(WITHDRAW), .reason = PB__REASON__REASON_NO_LONGER_NEEDED };
	struct asked over;

	set_up("chief", NULL);
	over = desks_ask_one(&desks, ASKER, DESK, NULL);
	require(desks_act(&desks, &over, ASKER, DESK, &withdraw) == 0);
	stay(without, 5);
	check_asker(&over, ASKER);
	check_uint(desks_told(&desks, CHIEF, NOTICE(AGENCY_CLOSED)), 0);
	desks_close(&desks);
}

/* Who acts for the sender may be one of those who were asked, and speaks to itself then: nobody is handed that. */
static void test_acts_for_both(void)
{
	struct asked asked;

	set_up("chief", NULL);
	asked = desks_ask(&desks, ASKER, (const unsigned[]){ CHIEF, DESK, DESKS }, NULL);
	require(asked.request != 0);
	desks_receive(&desks, CHIEF);
	stay(without, 5);
	check_asker(&asked, CHIEF);
	check_uint(desks_say(&desks, &asked, CHIEF, CHIEF, ACTION(ACCEPT)), 0);
	check_int(desks_leg(&desks, &asked, 0).state, STATE(ACCEPTED));
	check_uint(desks_receive(&desks, CHIEF), desks_told(&desks, CHIEF, NOTICE(AGENCY_CLOSED)));
	desks_close(&desks);
}

/* What lies in the mailbox of an agency that is gone keeps nothing for ever. */
static void test_closed_mailbox(void)
{
	struct saying complete = { .action = ACTION(COMPLETE), .outcome = PB__OUTCOME__OUTCOME_RESOLVED };
	struct asked asked;
	struct txn *txn;

	set_up("chief", NULL);
	asked = desks_ask_one(&desks, ASKER, DESK, NULL);
	desks_receive(&desks, DESK);
	require(word(&asked, DESK, ASKER, ACTION(ACCEPT)) == 0);
	require(desks_act(&desks, &asked, DESK, ASKER, &(struct saying){ .action = ACTION(START), .on = "2100-01-01" }) == 0);
	require(desks_act(&desks, &asked, DESK, ASKER, &complete) == 0);
	site_pass(&desks.site, DESKS_DAY_US);
	stay(without, 5); /* the asker never took what was said to it */
	desks.site.broker->rules.body_years = 2;
	desks.site.broker->rules.part_days = 30;
	for (int i = 0; i < 10; i++) {
		site_pass(&desks.site, 200 * DESKS_DAY_US);
		do
			site_run(&desks.site, NULL);
		while (batch_due_in(desks.site.broker, desks.site.clocks) == 0);
		for (unsigned desk = DESK; desk < DESKS; desk++)
			while (desks_receive(&desks, desk) > 0)
				;
	}
	txn = site_read(&desks.site);
	check_uint(txn_rows(txn, TABLE_PARTS), 0);
	check_uint(txn_rows(txn, TABLE_REQUESTS), 0);
	check_uint(txn_rows(txn, TABLE_CASES), 0);
	txn_abort(txn);
	desks_close(&desks);
}

UNIT_SUITE("broker/sender_closes",
	{ "questions, answers and all that follows", test_goes_on },
	{ "decisions", test_decides },
	{ "who acts", test_who },
	{ "nobody can", test_nobody },
	{ "an operator names who", test_named },
	{ "for both ends", test_named_for_both },
	{ "but nobody who is kept out", test_named_is_kept_out },
	{ "nor who may not know of a shelter", test_not_to_who_may_not_know },
	{ "but its proxy of now", test_to_another_proxy },
	{ "who asked is told", test_who_asked_is_told },
	{ "one at work on a part", test_one_at_work },
	{ "but not while keys are replaced", test_named_while_keys_are_replaced },
	{ "only with a reason, and here", test_named_without_a_reason },
	{ "what was recalled", test_purge },
	{ "nobody need", test_over },
	{ "who was asked itself", test_acts_for_both },
	{ "what lies in its mailbox keeps nothing", test_closed_mailbox });
