/* SPDX-License-Identifier: Apache-2.0 */
/* Due times that counted days whose holidays nobody knew, reckoned again when the file comes: moved where a holiday lies between, and as good
 * as they were where none does. */
#include "acts.h"
#include "desks.h"

#include "broker/leg_event.h"
#include "contract/civil_time.h"
#include "rules/holidays.h"
#include "unit.h"

#define ACTION(name) PB__LEG_ACTION__LEG_ACTION_##name

static struct desks desks;
static struct holidays *holidays; /* of the year 2100, where Monday, 11 January, is one */

/* Minutes of a day of January 2100. */
static int64_t at(int32_t day, int minute)
{
	return civil_time_us((struct civil_time){ .day = civil_day_of((struct civil_date){ 2100, 1, day }), .minute = minute }, 540);
}

static void set_up(void)
{
	static const char file[] = "国民の祝日・休日月日,国民の祝日・休日名称\r\n2100/1/1,元日\r\n2100/1/11,成人の日\r\n2100/11/23,勤労感謝の日\r\n";

	require_ok(holidays_parse(bytes_of_text(file), NULL, NULL, &holidays));
	desks_open(&desks);
	site_pass(&desks.site, at(4, 600) - desks.site.clocks.wall_us);
}

static void tear_down(void)
{
	desks_close(&desks);
	holidays_free(holidays);
}

static enum err decide(struct world *world, void *context, struct decision *ret_decision)
{
	const struct holidays *before = world->holidays;
	struct schedules *kept = world->schedules;
	const struct asked *asked = context;
	enum err err;

	world->holidays = holidays;
	world->schedules = NULL;
	if (asked->from == DESKS)
		err = request_reckon_decide(world, asked->request, ret_decision);
	else
		err = leg_reckon_decide(world, asked->request, ret_decision);
	world->holidays = before;
	world->schedules = kept;
	return err;
}

/* asked->from DESKS: the request; else the leg of that number. */
static void reckon_again(uint64_t number, bool request)
{
	struct asked what = { .request = number, .from = request ? DESKS : 0 };

	(void)site_settle(&desks.site, decide, &what);
	holders_check(&desks.site);
}

static void test_answer(void)
{
	struct asked asked;
	struct leg leg;

	set_up();
	asked = desks_ask_one(&desks, ASKER, DESK, NULL);
	leg = desks_leg(&desks, &asked, 0);
	check(leg.provisional);
	check_int(leg.due_at_us, at(11, 600));
	check_int(leg.timer_at_us, at(7, 600));
	reckon_again(leg.leg, false);
	leg = desks_leg(&desks, &asked, 0);
	check(!leg.provisional);
	check_int(leg.due_at_us, at(12, 600));
	check_int(leg.timer_at_us, at(7, 600)); /* the reminder lies before the holiday */
	check_uint(leg.steps, 0);
	check_uint(desks_told(&desks, DESK, PB__NOTICE_WHAT__NOTICE_WHAT_ANSWER_DUE), 0);
	reckon_again(leg.leg, false);
	check_int(desks_leg(&desks, &asked, 0).due_at_us, at(12, 600)); /* once is enough */
	tear_down();
}

static void test_words(void)
{
	struct asked plain, planned, held;

	set_up();
	plain = desks_ask_one(&desks, ASKER, DESK, NULL);
	planned = desks_ask_one(&desks, ASKER, DESK, NULL);
	held = desks_ask_one(&desks, ASKER, DESK, NULL);
	require(desks_act(&desks, &plain, DESK, ASKER, &(struct saying){ .action = ACTION(ACCEPT) }) == 0);
	require(desks_act(&desks, &planned, DESK, ASKER, &(struct saying){ .action = ACTION(ACCEPT), .on = "2100-01-08" }) == 0);
	require(desks_act(&desks, &held, DESK, ASKER, &(struct saying){ .action = ACTION(ACCEPT) }) == 0);
	require(desks_act(&desks, &held, DESK, ASKER, &(struct saying){ .action = ACTION(START), .on = "2100-01-04" }) == 0);
	require(desks_act(&desks, &held, DESK, ASKER,
			  &(struct saying){ .action = ACTION(HOLD), .reason = PB__REASON__REASON_IN_HOSPITAL, .on = "2100-01-11" }) == 0);
	check_int(desks_leg(&desks, &plain, 0).due_at_us, at(11, 600));
	check_int(desks_leg(&desks, &planned, 0).due_at_us, at(11, 540)); /* the planned day is a Friday: the first opening after it */
	check_int(desks_leg(&desks, &held, 0).due_at_us, at(11, 540));
	reckon_again(desks_leg(&desks, &plain, 0).leg, false);
	reckon_again(desks_leg(&desks, &planned, 0).leg, false);
	reckon_again(desks_leg(&desks, &held, 0).leg, false);
	check_int(desks_leg(&desks, &plain, 0).due_at_us, at(12, 600));
	check_int(desks_leg(&desks, &planned, 0).due_at_us, at(12, 540));
	check_int(desks_leg(&desks, &held, 0).due_at_us, at(12, 540));
	check_int(desks_leg(&desks, &held, 0).timer_at_us, at(12, 540));
	tear_down();
}

static void test_overdue(void)
{
	struct asked asked;
	struct leg leg;

	set_up();
	asked = desks_ask_one(&desks, ASKER, DESK, NULL);
	require(desks_act(&desks, &asked, DESK, ASKER, &(struct saying){ .action = ACTION(ACCEPT) }) == 0);
	desks_tick(&desks, &asked, 0);
	leg = desks_leg(&desks, &asked, 0);
	check_uint(leg.steps, 1);
	reckon_again(leg.leg, false);
	check_int(desks_leg(&desks, &asked, 0).timer_at_us, leg.timer_at_us); /* what was said is not unsaid */
	check_int(desks_leg(&desks, &asked, 0).due_at_us, at(12, 600));
	tear_down();
}

static void test_decision(void)
{
	struct saying decline = { .action = ACTION(DECLINE), .reason = PB__REASON__REASON_FULL, .none_known = true };
	struct asked asked;

	set_up();
	asked = desks_ask_one(&desks, ASKER, DESK, NULL);
	site_pass(&desks.site, at(8, 600) - desks.site.clocks.wall_us);
	require(desks_act(&desks, &asked, DESK, ASKER, &decline) == 0);
	check_int(desks_request(&desks, &asked).due_at_us, at(12, 600));
	check(desks_request(&desks, &asked).provisional);
	reckon_again(asked.request, true);
	check_int(desks_request(&desks, &asked).due_at_us, at(13, 600));
	check_int(desks_request(&desks, &asked).timer_at_us, at(13, 600));
	check(!desks_request(&desks, &asked).provisional);
	reckon_again(desks_leg(&desks, &asked, 0).leg, false); /* an ended leg has nothing to reckon */
	tear_down();
}

/* The whole way: the operator's file, and all that was provisional follows in the same batch. */
static void test_loaded(void)
{
	static const char file[] = "国民の祝日・休日月日,国民の祝日・休日名称\r\n2100/1/1,元日\r\n2100/1/11,成人の日\r\n2100/11/23,勤労感謝の日\r\n";
	struct saying decline = { .action = ACTION(DECLINE), .reason = PB__REASON__REASON_FULL, .none_known = true };
	struct asked open, decided;

	set_up();
	site_pass(&desks.site, at(8, 600) - desks.site.clocks.wall_us);
	open = desks_ask_one(&desks, ASKER, DESK, NULL);
	decided = desks_ask_one(&desks, ASKER, DESK, NULL);
	require(desks_act(&desks, &decided, DESK, ASKER, &decline) == 0);
	check_int(desks_leg(&desks, &open, 0).due_at_us, at(15, 600));
	check_int(desks_request(&desks, &decided).due_at_us, at(12, 600));
	site_operate(&desks.site, site_calendar(bytes_of_text(file)));
	require(desks.site.answer->body_case == PB__ADMIN_REPLY__BODY_DONE);
	holders_check(&desks.site);
	check_int(desks_leg(&desks, &open, 0).due_at_us, at(18, 600));
	check_int(desks_request(&desks, &decided).due_at_us, at(13, 600));
	tear_down();
}

UNIT_SUITE("broker/legs_reckon",
	{ "an answer's due time moves behind a holiday", test_answer },
	{ "so do words that are owed, and a planned day stays one", test_words },
	{ "what is overdue is asked for when it would have been", test_overdue },
	{ "a decision's too", test_decision },
	{ "a file that is loaded moves all of them", test_loaded });
