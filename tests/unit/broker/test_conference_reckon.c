/* SPDX-License-Identifier: Apache-2.0 */
/* What is due of conferences and action items, reckoned again when the holidays come: moved where one lies between, told to nobody, once, and
 * the same in a table derived anew. */
#include <stdio.h>

#include "acts.h"
#include "broker/rebuild.h"
#include "gathering.h"
#include "unit.h"

#define I(name) PB__ACTION_ITEM_ACTION__ACTION_ITEM_ACTION_##name
#define A(name) PB__CONFERENCE_ACTION__CONFERENCE_ACTION_##name
#define S(name) PB__CONFERENCE_STATE__CONFERENCE_STATE_##name
#define N(name) PB__NOTICE_WHAT__NOTICE_WHAT_##name
#define DAY_US INT64_C(86400000000)
#define MEMBER_ADDRESS "member@" SITE_NAME
#define MONDAY_US (SITE_NOW_US + 3 * DAY_US) /* 2100-01-04, 9:00 */

static struct gathering gathering;

static void load(const char *january)
{
	char file[400];

	snprintf(file, sizeof file, "国民の祝日・休日月日,国民の祝日・休日名称\r\n2100/1/1,元日\r\n%s2100/11/23,勤労感謝の日\r\n", january);
	site_operate(&gathering.site, site_calendar(bytes_of_text(file)));
	require(site_answered(&gathering.site) == 0);
	gathering_wait(&gathering, gathering.site.clocks.wall_us);
}

/* Monday, 11 January, is one. */
static void load_holiday(void)
{
	load("2100/1/11,成人の日\r\n");
}

static void check_conference(int due_days, int timer_days, bool provisional)
{
	struct conference conference = gathering_conference(&gathering);

	check_int((conference.due_at_us - MONDAY_US) / DAY_US, due_days);
	check_int((conference.timer_at_us - MONDAY_US) / DAY_US, timer_days);
	check_int(gathering_timer(&gathering, PB__TIMER_KIND__TIMER_KIND_CONFERENCE, conference.number), conference.timer_at_us);
	check_int(conference.provisional, provisional);
}

static void test_proposed(void)
{
	gathering_open(&gathering);
	gathering_reach(&gathering, S(PROPOSED));
	check_conference(7, 7, true);
	load_holiday();
	check_conference(8, 8, false);
	load_holiday(); /* once is enough */
	check_conference(8, 8, false);
	check_uint(gathering_notices(&gathering, N(MEETING_DUE), CONVENER), 0);
	gathering_close(&gathering);
}

/* No holiday lies between: nothing moves but that it is certain. */
static void test_nothing_between(void)
{
	gathering_open(&gathering);
	gathering_reach(&gathering, S(PROPOSED));
	load("");
	check_conference(7, 7, false);
	gathering_close(&gathering);
}

/* What was told stays told: how late it is moves, the next step does not. */
static void test_told_before(void)
{
	gathering_open(&gathering);
	gathering_reach(&gathering, S(PROPOSED));
	gathering_wait(&gathering, MONDAY_US + 7 * DAY_US);
	check_uint(gathering_notices(&gathering, N(MEETING_DUE), CONVENER), 1);
	check_conference(7, 8, true);
	load_holiday();
	check_conference(8, 8, false);
	check_uint(gathering_notices(&gathering, N(MEETING_DUE), CONVENER), 1);
	gathering_close(&gathering);
}

static void test_convened(void)
{
	Pb__ConferenceAct act = PB__CONFERENCE_ACT__INIT;

	gathering_open(&gathering);
	gathering_reach(&gathering, S(PROPOSED));
	act.action = A(CONVENE);
	act.starts_at_us = MONDAY_US + 3 * DAY_US;
	act.ends_at_us = MONDAY_US + 4 * DAY_US; /* Friday, 9:00: minutes in two business days */
	require(gathering_say(&gathering, CONVENER, TO(MEMBER) | TO(OTHER), &act, true) == 0);
	check_conference(8, 8, true);
	load_holiday();
	check_conference(9, 9, false);
	gathering_close(&gathering);
}

static uint64_t assign(const char *due_on)
{
	gathering_reach(&gathering, S(HELD));
	require(gathering_item(&gathering, CONVENER, TO(MEMBER), I(ASSIGN), 0, MEMBER_ADDRESS, due_on) == 0);
	return gathering_conference(&gathering).items[0];
}

static void check_item(uint64_t number, int due_days, int timer_days, bool provisional)
{
	struct action_item item = gathering_item_get(&gathering, number);

	check_int((item.due_at_us - MONDAY_US) / DAY_US, due_days);
	check_int((item.timer_at_us - MONDAY_US) / DAY_US, timer_days);
	check_int(gathering_timer(&gathering, PB__TIMER_KIND__TIMER_KIND_ACTION_ITEM, number), item.timer_at_us);
	check_int(item.provisional, provisional);
}

/* Its conference is closed five business days after the last of its items: it follows. */
static void test_item(void)
{
	uint64_t item;

	gathering_open(&gathering);
	item = assign("2100-01-11");
	check_item(item, 8, 7, true);
	check_conference(15, 15, true);
	load_holiday();
	check_item(item, 9, 8, false);
	check_conference(16, 16, false);
	check_uint(gathering_notices(&gathering, N(ACTION_ITEM_DUE), MEMBER), 0);
	gathering_close(&gathering);
}

/* Its day began before the file came: it is due a day later, and so is who waits for it told. */
static void test_item_on_its_day(void)
{
	uint64_t item;

	gathering_open(&gathering);
	item = assign("2100-01-08"); /* Friday */
	gathering_wait(&gathering, MONDAY_US + 4 * DAY_US);
	check_uint(gathering_notices(&gathering, N(ACTION_ITEM_DUE), MEMBER), 1);
	check_item(item, 7, 7, true);
	load_holiday();
	check_item(item, 8, 8, false);
	gathering_wait(&gathering, MONDAY_US + 7 * DAY_US);
	check_uint(gathering_notices(&gathering, N(ACTION_ITEM_OVERDUE), CONVENER), 0);
	gathering_wait(&gathering, MONDAY_US + 8 * DAY_US);
	check_uint(gathering_notices(&gathering, N(ACTION_ITEM_OVERDUE), CONVENER), 1);
	gathering_close(&gathering);
}

static void test_handed_back(void)
{
	uint64_t item;

	gathering_open(&gathering);
	item = assign("2100-01-20");
	gathering_wait(&gathering, MONDAY_US + 4 * DAY_US);
	require(gathering_item(&gathering, MEMBER, TO(CONVENER), I(HAND_BACK), item, NULL, NULL) == 0);
	check_item(item, 8, 8, true);
	load_holiday();
	check_item(item, 9, 9, false);
	gathering_close(&gathering);
}

static void test_over(void)
{
	uint64_t item;
	struct action_item before, after;

	gathering_open(&gathering);
	item = assign("2100-01-11");
	require(gathering_item(&gathering, MEMBER, TO(CONVENER), I(FINISH), item, NULL, NULL) == 0);
	before = gathering_item_get(&gathering, item);
	load_holiday();
	after = gathering_item_get(&gathering, item);
	check_int(after.due_at_us, before.due_at_us);
	check_int(after.timer_at_us, 0);
	gathering_close(&gathering);
}

static void test_derived_anew(void)
{
	struct conference before, after;
	struct action_item item_before, item_after;
	uint64_t item, done = 0;

	gathering_open(&gathering);
	item = assign("2100-01-11");
	load_holiday();
	before = gathering_conference(&gathering);
	item_before = gathering_item_get(&gathering, item);
	broker_close(gathering.site.broker);
	gathering.site.broker = NULL;
	require_ok(broker_rebuild(&gathering.site.options, gathering.site.store, NULL, &done));
	require_ok(broker_open(&gathering.site.options, gathering.site.store, &gathering.site.broker));
	after = gathering_conference(&gathering);
	item_after = gathering_item_get(&gathering, item);
	check(before.clock_from_us != 0);
	check_int(after.clock_from_us, before.clock_from_us);
	check_int(after.due_at_us, before.due_at_us);
	check_int(after.provisional, before.provisional);
	check_int(item_after.clock_from_us, item_before.clock_from_us);
	check_int(item_after.due_at_us, item_before.due_at_us);
	check_int(gathering_timer(&gathering, PB__TIMER_KIND__TIMER_KIND_ACTION_ITEM, item), item_before.timer_at_us);
	gathering_close(&gathering);
}

UNIT_SUITE("broker/conference_reckon",
	{ "a date that is to be fixed", test_proposed },
	{ "no holiday lies between", test_nothing_between },
	{ "what was told before", test_told_before },
	{ "minutes", test_convened },
	{ "an action item, and its conference after it", test_item },
	{ "an item on its day", test_item_on_its_day },
	{ "an item that was handed back", test_handed_back },
	{ "what is over stays", test_over },
	{ "derived anew", test_derived_anew });
