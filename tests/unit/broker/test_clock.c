/* SPDX-License-Identifier: Apache-2.0 */
/* A wall clock that jumps, under the batch's own clocks: timers stand still until it is confirmed, and nothing happens twice. */
#include "acts.h"
#include "broker/rows_clock.h"
#include "ledger/entry.h"
#include "unit.h"

#define SECOND INT64_C(1000000)
#define HOUR (3600 * SECOND)
#define DAY (24 * HOUR)

static struct site site;
static struct desk_device link, anshin;
static const char *const ids[] = { "anshin", "link" };

static void open_site(bool test)
{
	site = (struct site){ .options.test_site = test };
	site_open(&site);
	site_directory(&site, ids, 2);
	link = site_enrol(&site, "link");
	anshin = site_enrol(&site, "anshin");
}

/* A note that nobody takes and that becomes a dead letter then. */
static uint64_t note_until(int64_t expires_at_us)
{
	struct draft draft = site_draft(&site, &link, &anshin);

	draft.expires_at_us = expires_at_us;
	site_submit(&site, &draft);
	require(site_refusal(&site, 0) == 0);
	return site_item(&site, site_item_count(&site));
}

static bool is_dead(uint64_t item)
{
	return site_delivery(&site, item).state == DELIVERY_DEAD;
}

static void jump(int64_t us)
{
	site.clocks.wall_us += us;
}

static struct clock_row row(void)
{
	struct txn *txn = site_read(&site);
	struct clock_row found;

	require_ok(clock_row_get(txn, &found));
	txn_abort(txn);
	return found;
}

static uint64_t entries(void)
{
	return ledger_size(site.broker->ledger);
}

/* Header and body of the last entry but n; the arena is the caller's. */
static const Pb__EntryBody *last_entry(size_t n, struct arena *arena, struct leaf_header *ret_header)
{
	const Pb__EntryBody *body;
	struct txn *txn = site_read(&site);
	struct entry entry;

	require_ok(entry_decode(txn, entries() - 1 - n, arena, &entry, &body));
	*ret_header = entry.header;
	txn_abort(txn);
	return body;
}

static void test_ahead(void)
{
	int64_t start_us;
	uint64_t item, before;
	struct leaf_header header;
	const Pb__EntryBody *body;
	struct arena arena;

	open_site(false);
	start_us = site.clocks.wall_us;
	item = note_until(start_us + HOUR);
	jump(3 * DAY);
	before = entries();
	site_run(&site, NULL);
	check(!is_dead(item)); /* due by the wall clock, which nobody believes */
	require(check_uint(entries(), before + 1));
	arena_init(&arena, 1000000);
	body = last_entry(0, &arena, &header);
	require(body->body_case == PB__ENTRY_BODY__BODY_CLOCK);
	check_int(body->clock->act, PB__CLOCK_ACT__CLOCK_ACT_JUMP);
	check_int(body->clock->jumped_us, 3 * DAY);
	check_int(body->clock->wall_us, start_us + 3 * DAY);
	check(body->clock->operator_ == NULL);
	check_int(header.time_us, start_us); /* the ledger's time is not taken along */
	site_run(&site, NULL);
	check_uint(entries(), before + 1); /* told once */
	check(row().frozen);
	site_pass(&site, 2 * HOUR); /* due by the time that ran, too: frozen all the same */
	site_run(&site, NULL);
	check(!is_dead(item));
	site_operate(&site, site_confirm("looked at the radio clock"));
	check_int(site_answered(&site), 0);
	check(is_dead(item)); /* at once */
	check(!row().frozen);
	check_uint(entries(), before + 3); /* confirmation, and the timer */
	body = last_entry(1, &arena, &header);
	check_int(body->clock->act, PB__CLOCK_ACT__CLOCK_ACT_CONFIRM);
	check(body->clock->confirmed);
	check_text(body->clock->reason, "looked at the radio clock");
	check_int(body->clock->jumped_us, 3 * DAY);
	(void)last_entry(0, &arena, &header);
	check_int(header.time_us, start_us + 3 * DAY + 2 * HOUR);
	arena_free(&arena);
	site_pass(&site, DAY);
	site_run(&site, NULL);
	check_uint(entries(), before + 3); /* once */
	site_close(&site);
}

static void test_back(void)
{
	uint64_t first, second, before;
	int64_t start_us;

	open_site(false);
	start_us = site.clocks.wall_us;
	first = note_until(start_us + HOUR);
	second = note_until(start_us + 2 * HOUR);
	site_pass(&site, HOUR);
	site_run(&site, NULL);
	check(is_dead(first) && !is_dead(second));
	jump(-DAY);
	site_run(&site, NULL);
	check(row().frozen);
	check_int(row().jumped_us, -DAY);
	site_operate(&site, site_confirm("it was a day ahead"));
	before = entries();
	site_pass(&site, HOUR); /* for the second time, by the wall clock */
	site_run(&site, NULL);
	check_uint(entries(), before);
	check(!is_dead(second));
	site_pass(&site, DAY);
	site_run(&site, NULL);
	check(is_dead(second));
	site_close(&site);
}

/* A step of less than two minutes back: the ledger's time waits, nothing freezes. */
static void test_small_step(void)
{
	struct leaf_header header;
	struct arena arena;
	uint64_t first;
	int64_t start_us;

	open_site(false);
	start_us = site.clocks.wall_us;
	first = note_until(start_us + HOUR);
	site_pass(&site, HOUR);
	site_run(&site, NULL);
	check(is_dead(first));
	jump(-119 * SECOND);
	arena_init(&arena, 1000000);
	note_until(start_us + DAY);
	(void)last_entry(0, &arena, &header);
	check_int(header.time_us, start_us + HOUR);
	arena_free(&arena);
	check(!row().frozen);
	site_close(&site);
}

static void test_start_behind(void)
{
	uint64_t item;
	int64_t start_us;

	open_site(false);
	start_us = site.clocks.wall_us;
	item = note_until(start_us + HOUR);
	jump(-121 * SECOND);
	site_reopen(&site);
	site_run(&site, NULL);
	check(row().frozen);
	site_pass(&site, 2 * HOUR);
	site_run(&site, NULL);
	check(!is_dead(item));
	site_reopen(&site); /* it stays frozen, and is told once */
	site_run(&site, NULL);
	check(row().frozen);
	site_operate(&site, site_confirm("the battery was empty"));
	check(!row().frozen);
	check(is_dead(item));
	site_close(&site);
}

/* Confirmed behind the ledger's time: a restart believes it again, as long as the ledger's time waits for it. */
static void test_restart_after_confirmation(void)
{
	open_site(false);
	jump(-DAY);
	site_run(&site, NULL);
	site_operate(&site, site_confirm("it was a day ahead"));
	site_pass(&site, SECOND);
	site_reopen(&site);
	site_run(&site, NULL);
	check(!row().frozen);
	jump(-HOUR);
	site_reopen(&site);
	site_run(&site, NULL);
	check(row().frozen);
	site_close(&site);
}

static void test_confirm(void)
{
	static char long_reason[LIMIT_SHORT_TEXT + 2];
	uint64_t before;

	open_site(false);
	before = entries();
	site_operate(&site, site_confirm("nothing jumped"));
	check_int(site_answered(&site), 0);
	check_uint(entries(), before); /* nothing was to be confirmed */
	jump(DAY);
	site_run(&site, NULL);
	site_operate(&site, site_confirm(""));
	check_int(site_answered(&site), REFUSE(MALFORMED));
	memset(long_reason, 'a', sizeof(long_reason) - 1);
	site_operate(&site, site_confirm(long_reason));
	check_int(site_answered(&site), REFUSE(TOO_LARGE));
	check(row().frozen);
	site_operate(&site, site_move(HOUR, 0));
	check_int(site_answered(&site), REFUSE(REAL_SITE));
	site_close(&site);
}

/* What a test site's clock passes on its way happens as if that time had passed: each at its own instant. */
static void test_move(void)
{
	uint64_t first, second, third;
	struct leaf_header header;
	struct arena arena;
	int64_t start_us;

	open_site(true);
	start_us = site.clocks.wall_us;
	third = note_until(start_us + 3 * DAY);
	first = note_until(start_us + HOUR);
	second = note_until(start_us + DAY);
	site_operate(&site, site_move(2 * DAY, 0));
	check_int(site_answered(&site), 0);
	for (unsigned i = 0; i < 10 && batch_due_in(site.broker, site.clocks) == 0; i++)
		site_run(&site, NULL);
	check(is_dead(first) && is_dead(second) && !is_dead(third));
	check(!row().frozen);
	arena_init(&arena, 1000000);
	check_int(last_entry(1, &arena, &header)->body_case, PB__ENTRY_BODY__BODY_TIMER);
	check_int(header.time_us, start_us + HOUR);
	check_int(last_entry(0, &arena, &header)->body_case, PB__ENTRY_BODY__BODY_TIMER);
	check_int(header.time_us, start_us + DAY);
	note_until(start_us + 9 * DAY);
	(void)last_entry(0, &arena, &header);
	check_int(header.time_us, start_us + 2 * DAY);
	arena_free(&arena);
	site_reopen(&site); /* still ahead */
	site_run(&site, NULL);
	check(!row().frozen);
	check_int(site.broker->batch.world.now_us, start_us + 2 * DAY);
	site_pass(&site, DAY);
	site_run(&site, NULL);
	check(is_dead(third));
	site_close(&site);
}

/* Six business days from a Friday (2100-01-01, a holiday like the two days after): Monday 4 is the first of office hours. */
static void test_move_business_days(void)
{
	int64_t start_us;

	open_site(true);
	start_us = site.clocks.wall_us; /* 9:00 in Tokyo */
	site_operate(&site, site_move(0, 6));
	check_int(site_answered(&site), 0);
	for (unsigned i = 0; i < 10 && batch_due_in(site.broker, site.clocks) == 0; i++)
		site_run(&site, NULL);
	check_int(site.broker->batch.world.now_us, start_us + 11 * DAY); /* Tuesday 12 January 9:00 */
	site_close(&site);
}

static void test_move_refused(void)
{
	open_site(true);
	site_operate(&site, site_move(0, 0));
	check_int(site_answered(&site), REFUSE(MALFORMED));
	site_operate(&site, site_move(-HOUR, 0));
	check_int(site_answered(&site), REFUSE(MALFORMED));
	site_operate(&site, site_move(HOUR, 1));
	check_int(site_answered(&site), REFUSE(MALFORMED));
	site_operate(&site, site_move(0, 251));
	check_int(site_answered(&site), REFUSE(TOO_LARGE));
	site_operate(&site, site_move(401 * DAY, 0));
	check_int(site_answered(&site), REFUSE(TOO_LARGE));
	check_int(row().moved_us, 0);
	jump(DAY);
	site_run(&site, NULL);
	site_operate(&site, site_move(HOUR, 0));
	check_int(site_answered(&site), REFUSE(CLOCK_FROZEN));
	site_close(&site);
}

/* The mark stands in the ledger's first entry: an option cannot turn a real site into one, or back. */
static void test_mark(void)
{
	open_site(false);
	site.options.test_site = true;
	site_reopen(&site);
	check(!broker_is_test(site.broker));
	site_operate(&site, site_move(HOUR, 0));
	check_int(site_answered(&site), REFUSE(REAL_SITE));
	site_close(&site);
}

static void test_mark_stays(void)
{
	open_site(true);
	site.options.test_site = false;
	site_reopen(&site);
	check(broker_is_test(site.broker));
	site_close(&site);
}

UNIT_SUITE("broker/clock",
	{ "a jump ahead freezes until it is confirmed", test_ahead },
	{ "a jump back fires nothing twice", test_back },
	{ "a small step back", test_small_step },
	{ "a start behind the last entry", test_start_behind },
	{ "a restart after a confirmation", test_restart_after_confirmation },
	{ "confirmations", test_confirm },
	{ "a test site's clock is sent ahead", test_move },
	{ "by business days", test_move_business_days },
	{ "moves that are refused", test_move_refused },
	{ "no option makes a real site one for tests", test_mark },
	{ "and none the other way", test_mark_stays });
