/* SPDX-License-Identifier: Apache-2.0 */
/* A purge is asked of who was handed something, chased, and confirmed once by its holder. */
#include <string.h>

#include "broker/conference_after.h"
#include "broker/purge.h"
#include "gathering.h"
#include "unit.h"

#define CODE(name) PB__REFUSAL_CODE__REFUSAL_CODE_##name
#define DAY_US INT64_C(86400000000)
#define REQUEST_ID "purge-request-id"

static struct gathering gathering;

/* What a recall's entry holds, as if it were decided now. */
static void ask(enum gathering_desk holder, Pb__SubmitEntry *entry)
{
	struct world *world = &gathering.site.broker->batch.world;
	struct purge_asked asked = {
		.holder = gathering.desks[holder].agency,
		.recalled_by = gathering.desks[CONVENER].agency,
		.request = 5,
		.request_id = bytes_of_text(REQUEST_ID),
		.case_id = bytes_of_text("0123456789abcdef"),
		.lane = PB__URGENCY__URGENCY_URGENT,
	};

	require_ok(purge_ask(world, entry, &asked));
}

static struct world *begin_world(void)
{
	struct world *world = &gathering.site.broker->batch.world;

	require_ok(txn_begin_write(gathering.site.store, &world->txn));
	world->now_us = gathering.site.clocks.wall_us;
	return world;
}

/* Two holders; the number of the first item.  The rows are those that the recall's entry would bring. */
static uint64_t asked_of_two(void)
{
	struct leaf_header header = { .seq = 1000000, .time_us = SITE_NOW_US };
	Pb__SubmitEntry entry = PB__SUBMIT_ENTRY__INIT;
	struct world *world = begin_world();

	ask(MEMBER, &entry);
	ask(OTHER, &entry);
	require(entry.n_purges == 2 && entry.n_told == 2);
	check_int(entry.told[1]->agency, gathering.desks[OTHER].agency);
	require_ok(action_items_apply(world->txn, &header, entry.purges, entry.n_purges));
	require_ok(txn_commit(world->txn));
	world->txn = NULL;
	gathering.site.broker->next_timer_us = 0;
	return item_number(1000000, 0);
}

static Pb__RefusalCode confirm(enum gathering_desk desk, const uint64_t *items, size_t count)
{
	struct inbound *frame = frame_new(&gathering.desks[desk]);

	frame_purged(frame, items, count);
	site_run(&gathering.site, frame);
	return site_refusal(&gathering.site, 0);
}

static void test_confirmed(void)
{
	uint64_t item;

	gathering_open(&gathering);
	item = asked_of_two();
	check(gathering_item_get(&gathering, item).purge);
	check_int(confirm(OTHER, &item, 1), CODE(UNKNOWN_ITEM)); /* another's */
	check_int(confirm(CONVENER, &item, 1), CODE(UNKNOWN_ITEM));
	check_int(confirm(MEMBER, (uint64_t[]){ item, item }, 2), CODE(MALFORMED));
	check_int(confirm(MEMBER, (uint64_t[]){ item, item + 1 }, 2), CODE(UNKNOWN_ITEM));
	check_int(gathering_item_get(&gathering, item).state, PB__ACTION_ITEM_STATE__ACTION_ITEM_STATE_OPEN);
	check_int(confirm(MEMBER, &item, 1), 0);
	check_int(gathering_item_get(&gathering, item).state, PB__ACTION_ITEM_STATE__ACTION_ITEM_STATE_DONE);
	check_int(gathering_item_get(&gathering, item).timer_at_us, 0);
	check_int(confirm(MEMBER, &item, 1), CODE(NOT_NOW));
	check_text(gathering_refusal(&gathering)->subject, "action_item.FINISH");
	check(gathering_timer(&gathering, PB__TIMER_KIND__TIMER_KIND_ACTION_ITEM, item + 1) > 0);
	gathering_close(&gathering);
}

static void test_bounds(void)
{
	uint64_t items[PURGED_ITEMS_MAX + 1];

	for (size_t i = 0; i <= PURGED_ITEMS_MAX; i++)
		items[i] = i + 1;
	gathering_open(&gathering);
	check_int(confirm(MEMBER, items, 0), CODE(MALFORMED));
	check_int(confirm(MEMBER, items, PURGED_ITEMS_MAX + 1), CODE(TOO_MANY));
	gathering_close(&gathering);
}

/* Due within a business day; then it is overdue, to both. */
static void test_chased(void)
{
	uint64_t item;

	gathering_open(&gathering);
	item = asked_of_two();
	check_int(gathering_item_get(&gathering, item).due_at_us, SITE_NOW_US + 4 * DAY_US); /* Tuesday: Monday is the first day */
	gathering_wait(&gathering, SITE_NOW_US + 4 * DAY_US);
	check_uint(gathering_notices(&gathering, PB__NOTICE_WHAT__NOTICE_WHAT_ACTION_ITEM_OVERDUE, MEMBER), 1);
	check_uint(gathering_notices(&gathering, PB__NOTICE_WHAT__NOTICE_WHAT_ACTION_ITEM_OVERDUE, OTHER), 1);
	check_uint(gathering_notices(&gathering, PB__NOTICE_WHAT__NOTICE_WHAT_ACTION_ITEM_OVERDUE, CONVENER), 2);
	gathering_close(&gathering);
}

UNIT_SUITE("broker/purge",
	{ "its holder confirms it, once", test_confirmed },
	{ "some and not too many at a time", test_bounds },
	{ "it is chased until then", test_chased });
