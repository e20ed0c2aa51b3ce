/* SPDX-License-Identifier: Apache-2.0 */
/* What time brings to conferences and action items: whoever holds what is due is told, again and again, and each once. */
#include <string.h>

#include "contract/conference_states.h"
#include "gathering.h"
#include "unit.h"

#define I(name) PB__ACTION_ITEM_ACTION__ACTION_ITEM_ACTION_##name
#define A(name) PB__CONFERENCE_ACTION__CONFERENCE_ACTION_##name
#define S(name) PB__CONFERENCE_STATE__CONFERENCE_STATE_##name
#define N(name) PB__NOTICE_WHAT__NOTICE_WHAT_##name
#define DAY_US INT64_C(86400000000)
#define MEMBER_ADDRESS "member@" SITE_NAME

static struct gathering gathering;

/* SITE_NOW_US is Friday 2100-01-01 00:00 UTC, 9:00 in Japan and a holiday: business begins on Monday the 4th, at 9:00. */
#define MONDAY_US (SITE_NOW_US + 3 * DAY_US)

static void wait_until_timer(int64_t timer_us)
{
	require(timer_us > gathering.site.clocks.wall_us);
	gathering_wait(&gathering, timer_us - 1);
	gathering_wait(&gathering, timer_us);
}

static int64_t conference_timer(void)
{
	struct conference conference = gathering_conference(&gathering);

	check_int(gathering_timer(&gathering, PB__TIMER_KIND__TIMER_KIND_CONFERENCE, conference.number), conference.timer_at_us);
	return conference.timer_at_us;
}

static void test_convener_is_told(void)
{
	static const int days[] = { 7, 8, 10, 17, 24 }; /* after the first Monday: five business days, then one, two, five, five more */

	gathering_open(&gathering);
	gathering_reach(&gathering, S(PROPOSED));
	for (size_t i = 0; i < sizeof(days) / sizeof(*days); i++) {
		unit_context("time %zu", i);
		check_int(conference_timer(), MONDAY_US + days[i] * DAY_US);
		check_uint(gathering_notices(&gathering, N(MEETING_DUE), CONVENER), i);
		wait_until_timer(conference_timer());
		check_uint(gathering_notices(&gathering, N(MEETING_DUE), CONVENER), i + 1);
	}
	unit_context(" ");
	check_uint(gathering_notices(&gathering, N(MEETING_DUE), MEMBER), 0);
	check_int(gathering_conference(&gathering).due_at_us, MONDAY_US + 7 * DAY_US); /* how late it is stays known */
	check_int(gathering_act(&gathering, CONVENER, A(CONVENE)), 0);
	check_uint(gathering_conference(&gathering).steps, 0); /* another clock */
	gathering_close(&gathering);
}

/* A month in which nobody looked is told in one notice. */
static void test_told_once(void)
{
	gathering_open(&gathering);
	gathering_reach(&gathering, S(PROPOSED));
	gathering_wait(&gathering, MONDAY_US + 30 * DAY_US);
	check_uint(gathering_notices(&gathering, N(MEETING_DUE), CONVENER), 1);
	check(conference_timer() > gathering.site.clocks.wall_us);
	gathering_wait(&gathering, gathering.site.clocks.wall_us);
	check_uint(gathering_notices(&gathering, N(MEETING_DUE), CONVENER), 1);
	gathering_close(&gathering);
}

static void test_closes_by_itself(void)
{
	gathering_open(&gathering);
	gathering_reach(&gathering, S(HELD));
	wait_until_timer(conference_timer());
	check_int(gathering_conference(&gathering).state, S(CLOSED));
	check_int(conference_timer(), 0);
	check_uint(gathering_notices(&gathering, N(CONFERENCE_CLOSED), CONVENER), 1);
	check_uint(gathering_notices(&gathering, N(CONFERENCE_CLOSED), MEMBER), 1);
	check_uint(gathering_notices(&gathering, N(CONFERENCE_CLOSED), OUTSIDER), 0);
	gathering_close(&gathering);
}

static uint64_t assign(const char *due_on)
{
	struct conference conference;

	gathering_reach(&gathering, S(HELD));
	require(gathering_item(&gathering, CONVENER, TO(MEMBER), I(ASSIGN), 0, MEMBER_ADDRESS, due_on) == 0);
	conference = gathering_conference(&gathering);
	return conference.items[0];
}

static int64_t item_timer(uint64_t item)
{
	struct action_item row = gathering_item_get(&gathering, item);

	check_int(gathering_timer(&gathering, PB__TIMER_KIND__TIMER_KIND_ACTION_ITEM, item), row.timer_at_us);
	return row.timer_at_us;
}

static void test_item_is_chased(void)
{
	uint64_t item;

	gathering_open(&gathering);
	item = assign("2100-01-06"); /* a Wednesday */
	check_int(item_timer(item), MONDAY_US + 2 * DAY_US);
	check_int(gathering_item_get(&gathering, item).due_at_us, MONDAY_US + 3 * DAY_US);
	wait_until_timer(item_timer(item));
	check_uint(gathering_notices(&gathering, N(ACTION_ITEM_DUE), MEMBER), 1);
	check_uint(gathering_notices(&gathering, N(ACTION_ITEM_DUE), CONVENER), 0);
	check_int(item_timer(item), MONDAY_US + 3 * DAY_US);
	wait_until_timer(item_timer(item));
	check_uint(gathering_notices(&gathering, N(ACTION_ITEM_OVERDUE), MEMBER), 1);
	check_uint(gathering_notices(&gathering, N(ACTION_ITEM_OVERDUE), CONVENER), 1);
	check_int(item_timer(item), MONDAY_US + 7 * DAY_US); /* two business days: Friday, Monday */
	wait_until_timer(item_timer(item));
	check_uint(gathering_notices(&gathering, N(ACTION_ITEM_OVERDUE), CONVENER), 2);
	check_int(gathering_item(&gathering, MEMBER, TO(CONVENER), I(FINISH), item, NULL, NULL), 0);
	check_int(item_timer(item), 0);
	gathering_wait(&gathering, gathering.site.clocks.wall_us + 3 * DAY_US);
	check_uint(gathering_notices(&gathering, N(ACTION_ITEM_OVERDUE), MEMBER), 2);
	gathering_close(&gathering);
}

/* What nobody can do does not lie with nobody. */
static void test_handed_back(void)
{
	uint64_t item;

	gathering_open(&gathering);
	item = assign("2100-01-06");
	check_int(gathering_item(&gathering, MEMBER, TO(CONVENER), I(HAND_BACK), item, NULL, NULL), 0);
	check_int(item_timer(item), MONDAY_US + 2 * DAY_US);
	wait_until_timer(item_timer(item));
	check_uint(gathering_notices(&gathering, N(ACTION_ITEM_OVERDUE), CONVENER), 1);
	check_uint(gathering_notices(&gathering, N(ACTION_ITEM_OVERDUE), MEMBER), 0);
	check_uint(gathering_notices(&gathering, N(ACTION_ITEM_DUE), MEMBER), 0);
	gathering_close(&gathering);
}

/* Minutes that are written late may hold a day that has passed. */
static void test_day_has_passed(void)
{
	uint64_t item;

	gathering_open(&gathering);
	item = assign("2099-12-01");
	gathering_wait(&gathering, gathering.site.clocks.wall_us + 1);
	check_uint(gathering_notices(&gathering, N(ACTION_ITEM_OVERDUE), MEMBER), 1);
	check_uint(gathering_notices(&gathering, N(ACTION_ITEM_DUE), MEMBER), 0);
	check(item_timer(item) > gathering.site.clocks.wall_us);
	gathering_close(&gathering);
}

/* A random life of many conferences: whatever happens, each open one and each open item has its one timer, and replay gives the same. */

static void check_clocks(void)
{
	struct txn *txn = site_read(&gathering.site);
	uint64_t open = 0, timers = 0;
	struct bytes key, value;
	struct cursor *cursor;

	require_ok(cursor_open(txn, TABLE_CONFERENCES, &cursor));
	for (enum err err = cursor_first(cursor, &key, &value); err == ERR_OK; err = cursor_next(cursor, &key, &value)) {
		struct conference conference;

		require_ok(conference_get(txn, be64_get(key.data), &conference));
		check(conference_is_open(conference.state) == (conference.timer_at_us != 0));
		open += conference.timer_at_us != 0;
	}
	cursor_close(cursor);
	require_ok(cursor_open(txn, TABLE_ACTION_ITEMS, &cursor));
	for (enum err err = cursor_first(cursor, &key, &value); err == ERR_OK; err = cursor_next(cursor, &key, &value)) {
		struct action_item item;

		require_ok(action_item_get(txn, be64_get(key.data), &item));
		check(action_item_is_open(item.state) == (item.timer_at_us != 0));
		open += item.timer_at_us != 0;
	}
	cursor_close(cursor);
	require_ok(cursor_open(txn, TABLE_TIMERS, &cursor));
	for (enum err err = cursor_first(cursor, &key, &value); err == ERR_OK; err = cursor_next(cursor, &key, &value)) {
		struct timer_row timer;

		require_ok(timer_decode(key, &timer));
		timers += timer.kind == PB__TIMER_KIND__TIMER_KIND_CONFERENCE || timer.kind == PB__TIMER_KIND__TIMER_KIND_ACTION_ITEM;
	}
	cursor_close(cursor);
	txn_abort(txn);
	check_uint(timers, open);
}

static void random_item_act(void)
{
	static const char *const owners[] = { MEMBER_ADDRESS, "other@" SITE_NAME, "convener@" SITE_NAME };
	struct conference conference = gathering_conference(&gathering);
	uint64_t item = conference.item_count == 0 || unit_random_below(4) == 0 ? 0 : conference.items[unit_random_below(conference.item_count)];

	(void)gathering_item(&gathering, (enum gathering_desk)unit_random_below(3), TO(CONVENER) | TO(MEMBER) | TO(OTHER),
			     (Pb__ActionItemAction)(1 + unit_random_below(ACTION_ITEM_ACTION_COUNT - 1)), item, owners[unit_random_below(3)],
			     "2100-02-01");
}

static void random_step(uint8_t ids[][16], size_t count)
{
	memcpy(gathering.id, ids[unit_random_below(count)], 16);
	switch (unit_random_below(8)) {
	case 0:
		gathering_wait(&gathering, gathering.site.clocks.wall_us + (int64_t)unit_random_below((uint64_t)(4 * DAY_US)));
		break;
	case 1: case 2: case 3: case 4:
		random_item_act();
		break;
	default:
		(void)gathering_act(&gathering, unit_random_below(3) == 0 ? MEMBER : CONVENER,
				    (Pb__ConferenceAction)(2 + unit_random_below(CONFERENCE_ACTION_COUNT - 2)));
		break;
	}
}

static void digests(struct digest *ret_digests, uint64_t *ret_rows)
{
	for (enum table table = 0; table < TABLE_COUNT; table++)
		ret_digests[table] = site_table_digest(&gathering.site, table, &ret_rows[table]);
}

static void progress(void *context, uint64_t done, uint64_t of)
{
	(void)context;
	check(done <= of);
}

static void rebuild(void)
{
	struct digest before[TABLE_COUNT], after[TABLE_COUNT];
	uint64_t rows[TABLE_COUNT], rows_after[TABLE_COUNT];

	digests(before, rows);
	check(rows[TABLE_CONFERENCES] > 0 && rows[TABLE_SEATS] > 0 && rows[TABLE_ACTION_ITEMS] > 0 && rows[TABLE_AGENCY_ITEMS] > 0);
	broker_close(gathering.site.broker);
	gathering.site.broker = NULL;
	require_ok(broker_rebuild(&gathering.site.options, gathering.site.store, progress, NULL));
	digests(after, rows_after);
	for (enum table table = 0; table < TABLE_COUNT; table++) {
		unit_context("table %s", table_name(table));
		check_uint(rows_after[table], rows[table]);
		check(digest_equal(&after[table], &before[table]));
	}
	unit_context(" ");
	require_ok(broker_open(&gathering.site.options, gathering.site.store, &gathering.site.broker));
}

static void test_random_lives(void)
{
	uint8_t ids[8][16];

	gathering_open(&gathering);
	for (size_t i = 0; i < 8; i++) {
		gathering_reach(&gathering, i < 4 ? S(HELD) : S(CONVENED));
		memcpy(ids[i], gathering.id, 16);
	}
	for (int i = 0; i < 600; i++) {
		random_step(ids, 8);
		if (i % 20 == 0)
			check_clocks();
	}
	(void)assign("2100-12-01"); /* one is open for certain */
	check_clocks();
	rebuild();
	gathering_close(&gathering);
}

UNIT_SUITE("broker/conference_event",
	{ "the convener is told until it acts", test_convener_is_told },
	{ "what the clock jumped over is told once", test_told_once },
	{ "a settled conference closes by itself, and all hear it", test_closes_by_itself },
	{ "an action item is chased until it is done", test_item_is_chased },
	{ "one that was handed back is the convener's", test_handed_back },
	{ "a day that has passed is overdue at once", test_day_has_passed },
	{ "random lives keep one timer each, and replay to the same rows", test_random_lives });
