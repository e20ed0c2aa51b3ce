/* SPDX-License-Identifier: Apache-2.0 */
/* A mailbox that nobody looks into: told once, after so much of its agency's open time, to whoever should know. */
#include "acts.h"
#include "broker/rebuild.h"
#include "broker/rows_polls.h"
#include "changed.h"
#include "ledger/entry.h"
#include "unit.h"

#define SECOND INT64_C(1000000)
#define HOUR (3600 * SECOND)
#define DAY (24 * HOUR)

/* It is Friday 2100-01-01, 9:00 in Tokyo: closed until Monday the 4th. */
static struct site site;
static struct desk_device sender, silent, coordinator;
static const char *const ids[] = { "coordinator", "sender", "silent" };

static void coordinate(Pb__DirectoryFile *file, struct arena *arena)
{
	(void)arena;
	changed_agency(file, "silent")->coordinator = (char *)(uintptr_t)"coordinator";
}

static void hide(Pb__DirectoryFile *file, struct arena *arena)
{
	(void)arena;
	changed_agency(file, "silent")->confidential = true;
	changed_agency(file, "silent")->coordinator = (char *)(uintptr_t)"sender";
	changed_agency(file, "silent")->proxy = (char *)(uintptr_t)"sender";
}

static void set_up(void (*change)(Pb__DirectoryFile *file, struct arena *arena))
{
	site = (struct site){ .options.unpolled_us = 8 * HOUR };
	site_open(&site);
	site_operate(&site, site_load_changed(ids, 3, change));
	require(site_answered(&site) == 0);
	sender = site_enrol(&site, "sender");
	silent = site_enrol(&site, "silent");
	coordinator = site_enrol(&site, "coordinator");
	site_run(&site, site_credit(&coordinator, 100, 1 << 20));
}

static void note(void)
{
	struct draft draft = site_draft(&site, &sender, &silent);

	site_submit(&site, &draft);
	require(site_refusal(&site, 0) == 0);
}

/* As the writer would: a batch whenever one is due. */
static void pass(int64_t us)
{
	int64_t until_us = site.clocks.wall_us + us;

	while (site.clocks.wall_us < until_us) {
		int64_t due_us = batch_due_in(site.broker, site.clocks);
		int64_t step_us = until_us - site.clocks.wall_us;

		site_pass(&site, due_us < step_us ? due_us : step_us);
		site_run(&site, NULL);
	}
}

static struct poll_row row(void)
{
	struct txn *txn = site_read(&site);
	struct poll_row found;

	require_ok(poll_row_get(txn, silent.agency, &found));
	txn_abort(txn);
	return found;
}

static uint64_t waits(const struct desk_device *device)
{
	return broker_waiting(site.broker, device->agency);
}

static void test_told_once(void)
{
	int64_t start_us;
	const Pb__EntryBody *body;
	const Pb__SiteNotice *notice;
	struct entry entry;
	struct arena arena;
	struct txn *txn;

	set_up(coordinate);
	start_us = site.clocks.wall_us;
	note();
	note();
	pass(3 * DAY + 8 * HOUR - 1); /* closed until Monday 9:00, and open from then for eight hours but a moment */
	check_uint(row().told_seq, 0);
	check_uint(waits(&coordinator), 0);
	pass(1);
	require(row().told_seq != 0);
	check_uint(waits(&coordinator), 1);
	txn = site_read(&site);
	arena_init(&arena, 1000000);
	require_ok(entry_decode(txn, row().told_seq, &arena, &entry, &body));
	require(body->body_case == PB__ENTRY_BODY__BODY_AGENCY_EVENT && body->agency_event->n_told == 1);
	check_int(entry.header.time_us, start_us + 3 * DAY + 8 * HOUR);
	check_uint(body->agency_event->agency, silent.agency);
	check_uint(body->agency_event->waiting, 2);
	check_int(body->agency_event->last_seen_us, 0);
	check_uint(body->agency_event->told[0]->agency, coordinator.agency);
	require_ok(CODEC_DECODE(site_notice, bytes_of_pb(body->agency_event->told[0]->notice), &arena, &notice, NULL));
	check_int(notice->what, PB__NOTICE_WHAT__NOTICE_WHAT_NOT_POLLED);
	check_text(notice->agency, silent.address);
	check_uint(notice->number, 2);
	arena_free(&arena);
	txn_abort(txn);
	pass(5 * DAY);
	check_uint(waits(&coordinator), 1); /* once */
	site_reopen(&site);
	pass(5 * DAY);
	check_uint(waits(&coordinator), 1);
	site_close(&site);
}

/* It takes something, falls silent anew, and is told of again: from the last hand-out on. */
static void test_again_after_a_poll(void)
{
	uint64_t first;

	set_up(coordinate);
	note();
	note();
	pass(4 * DAY);
	first = row().told_seq;
	require(first != 0);
	site_run(&site, site_hello(&site, &silent, true));
	site_run(&site, site_credit(&silent, 1, 1 << 20));
	check_uint(row().told_seq, 0);
	check_int(row().handed_at_us, site.clocks.wall_us); /* Tuesday 9:00 */
	pass(8 * HOUR - 1);
	check_uint(row().told_seq, 0);
	pass(1);
	check(row().told_seq > first);
	check_uint(waits(&coordinator), 2);
	site_close(&site);
}

/* Nothing waits: nobody is silent, however long. */
static void test_nothing_waits(void)
{
	uint64_t entries;

	set_up(coordinate);
	entries = ledger_size(site.broker->ledger);
	pass(30 * DAY);
	check_uint(ledger_size(site.broker->ledger), entries);
	note(); /* Sunday 31 January: the clock of silence begins with what waits, on Monday */
	pass(DAY + 7 * HOUR);
	check_uint(row().told_seq, 0);
	pass(HOUR);
	check(row().told_seq != 0);
	site_close(&site);
}

/* Who is hidden is known to its proxy alone. */
static void test_hidden(void)
{
	set_up(hide);
	note();
	pass(4 * DAY);
	check(row().told_seq != 0);
	check_uint(waits(&coordinator), 0);
	check_uint(waits(&sender), 1);
	site_close(&site);
}

static void nobody(Pb__DirectoryFile *file, struct arena *arena)
{
	(void)file;
	(void)arena;
}

static void test_no_coordinator(void)
{
	set_up(nobody);
	note();
	pass(4 * DAY);
	check(row().told_seq != 0); /* for the operator to see */
	check_uint(waits(&coordinator) + waits(&sender), 0);
	site_close(&site);
}

static void test_rebuild(void)
{
	static const enum table tables[] = { TABLE_POLLS, TABLE_QUEUE, TABLE_DELIVERIES };
	struct digest before[3];
	uint64_t rows[3], after;

	set_up(coordinate);
	note();
	pass(4 * DAY);
	site_run(&site, site_credit(&silent, 1, 1 << 20));
	note();
	pass(4 * DAY);
	for (size_t i = 0; i < 3; i++)
		before[i] = site_table_digest(&site, tables[i], &rows[i]);
	require_ok(broker_rebuild(&site.options, site.store, NULL, NULL));
	for (size_t i = 0; i < 3; i++) {
		struct digest digest = site_table_digest(&site, tables[i], &after);

		unit_context("%s", table_name(tables[i]));
		check_uint(after, rows[i]);
		check(digest_equal(&digest, &before[i]));
	}
	site_close(&site);
}

UNIT_SUITE("broker/agency_event",
	{ "told once, after eight open hours", test_told_once },
	{ "told again when it fell silent anew", test_again_after_a_poll },
	{ "nothing waits", test_nothing_waits },
	{ "of a hidden agency its proxy hears", test_hidden },
	{ "without a coordinator the operator sees it", test_no_coordinator },
	{ "its rows are derived anew", test_rebuild });
