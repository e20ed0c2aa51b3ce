/* SPDX-License-Identifier: Apache-2.0 */
/* A purge is asked of who was handed something, chased, and confirmed once by its holder. */
#include <string.h>

#include "broker/conference_after.h"
#include "broker/purge.h"
#include "contract/codec.h"
#include "gathering.h"
#include "ledger/entry.h"
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

static enum err apply_two(struct world *world, Pb__SubmitEntry *entry)
{
	struct leaf_header header = { .seq = 1000000, .time_us = SITE_NOW_US };

	return action_items_apply(world->txn, &header, entry->purges, entry->n_purges);
}

/* An entry is of one case, and goes with it when that is erased. */
static void test_one_case(void)
{
	static uint8_t other_case[] = "another case ...";
	uint64_t items[] = { item_number(1000000, 0), item_number(1000000, 1) };
	Pb__SubmitEntry entry = PB__SUBMIT_ENTRY__INIT;
	struct world *world;

	gathering_open(&gathering);
	world = begin_world();
	ask(MEMBER, &entry);
	ask(MEMBER, &entry);
	entry.purges[1]->case_id = pb_of_bytes(bytes_of(other_case, 16));
	require_ok(apply_two(world, &entry));
	require_ok(txn_commit(world->txn));
	world->txn = NULL;
	require(confirm(MEMBER, items, 2) == CODE(MALFORMED));
	check_text(gathering_refusal(&gathering)->subject, "purged.items");
	check_int(confirm(MEMBER, &items[0], 1), 0);
	check_int(confirm(MEMBER, &items[1], 1), 0);
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

/* ---- who recalled is hidden ---- */

static void hide(Pb__Agency *agency)
{
	agency->coordinator = pb_of_text("other");
	if (strcmp(agency->id, "convener") != 0)
		return;
	agency->confidential = true;
	agency->coordinator = pb_of_text("member");
	agency->proxy = pb_of_text("member");
}

/* Who opened it, as conference events tell that desk: how often by its own name, and how often by its proxy's. */
static size_t named(enum gathering_desk reader, enum gathering_desk as)
{
	struct txn *txn = site_read(&gathering.site);
	uint64_t size = txn_rows(txn, TABLE_ENTRIES);
	struct arena arena;
	size_t count = 0;

	arena_init(&arena, 1u << 20);
	for (uint64_t seq = 0; seq < size; seq++) {
		const Pb__SiteNotice *notice;
		const Pb__EntryBody *body;
		struct entry entry;

		arena_reset(&arena);
		require_ok(entry_decode(txn, seq, &arena, &entry, &body));
		for (size_t i = 0; body->body_case == PB__ENTRY_BODY__BODY_CONFERENCE_EVENT && i < body->conference_event->n_told; i++) {
			const Pb__Told *told = body->conference_event->told[i];

			require_ok(CODEC_DECODE(site_notice, bytes_of_pb(told->notice), &arena, &notice, NULL));
			count += told->agency == gathering.desks[reader].agency && strcmp(notice->opened_by, gathering.desks[as].address) == 0;
		}
	}
	arena_free(&arena);
	txn_abort(txn);
	return count;
}

static void test_hidden(void)
{
	static const char *const ids[] = { "convener", "member", "other", "stand-in", "outsider" };

	gathering_open(&gathering);
	site_change_agency = hide;
	site_directory(&gathering.site, ids, DESKS);
	site_change_agency = NULL;
	(void)asked_of_two();
	gathering_wait(&gathering, SITE_NOW_US + 40 * DAY_US);
	gathering_wait(&gathering, SITE_NOW_US + 80 * DAY_US);
	check(named(MEMBER, CONVENER) > 0); /* its proxy knows it */
	check(named(OTHER, MEMBER) > 0);    /* the proxy's coordinator knows the proxy alone */
	check_uint(named(OTHER, CONVENER), 0);
	gathering_close(&gathering);
}

UNIT_SUITE("broker/purge",
	{ "its holder confirms it, once", test_confirmed },
	{ "some and not too many at a time", test_bounds },
	{ "of one case at a time", test_one_case },
	{ "it is chased until then", test_chased },
	{ "who is hidden is named to its proxy alone", test_hidden });
