/* SPDX-License-Identifier: Apache-2.0 */
/* A random workload over every verb; then all derived tables are derived anew and must be equal, row by row (P2).  The same workload
 * also meets restarts. */
#include <stdlib.h>

#include "broker/kept_out.h"
#include "broker/rows_reviews.h"
#include "broker/told.h"
#include "acts.h"
#include "site.h"
#include "unit.h"

#define AGENCIES 5u
#define STEPS 1500

static struct site site;
static struct desk_device devices[AGENCIES];
static uint64_t granted[AGENCIES];
static uint8_t threads[4][16];
static unsigned erased;
static const char *const ids[AGENCIES] = { "a", "b", "c", "d", "e" };

static const uint8_t cases[3][16] = { "the first case  ", "the second case ", "the third case  " };

static size_t pick(void)
{
	return (size_t)unit_random_below(AGENCIES);
}

static void as_request(Pb__View *view, size_t index)
{
	(void)index;
	view->kind = PB__KIND__KIND_REQUEST;
	view->ask = PB__ASK__ASK_REFER;
	view->take = PB__TAKE__TAKE_ANY_ONE;
}

/* Without anybody's consent: it comes on the review list. */
static void as_danger(Pb__View *view, size_t index)
{
	as_request(view, index);
	view->urgency = PB__URGENCY__URGENCY_DANGER;
	view->basis->basis = PB__BASIS__BASIS_PROTECT_LIFE;
	view->basis->law = PB__LAW__LAW_PERSONAL_INFORMATION_27_1_2;
	view->basis->reason = (char *)(uintptr_t)"a test";
}

/* Consents of the cases, in turn: what they cover changes, and so does what rests on them. */
static uint8_t consents[3][16];
static size_t which;
static Pb__ConsentAct act_on_consent;

static void on_consent(Pb__View *view, size_t index)
{
	as_request(view, index);
	view->basis->basis = PB__BASIS__BASIS_CONSENT;
	view->basis->consent_id = pb_of_bytes(bytes_of(consents[which], 16));
}

static void as_consent(Pb__View *view, size_t index)
{
	(void)index;
	view->kind = PB__KIND__KIND_CONSENT;
	view->basis = NULL;
	view->consent_act = &act_on_consent;
}

static void consent(void)
{
	static Pb__DisclosureClass classes[] = { PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_IDENTITY, PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_EMPLOYMENT };
	static char *named[AGENCIES];
	size_t agency = pick();
	struct draft draft = site_draft(&site, &devices[agency], &devices[agency]);

	which = unit_random_below(3);
	pb__consent_act__init(&act_on_consent);
	act_on_consent.action = (Pb__ConsentAction)(1 + unit_random_below(3));
	act_on_consent.giver = PB__CONSENT_GIVER__CONSENT_GIVER_PERSON;
	act_on_consent.how = PB__CONSENT_HOW__CONSENT_HOW_ORAL;
	act_on_consent.classes = classes;
	act_on_consent.n_classes = 1 + unit_random_below(2);
	if (unit_random_below(3) == 0)
		act_on_consent.until_us = site.clocks.wall_us + 1 + (int64_t)unit_random_below(100000000);
	for (size_t i = 0; i < AGENCIES; i++)
		named[i] = devices[i].address;
	act_on_consent.agencies = named;
	act_on_consent.n_agencies = 1 + unit_random_below(AGENCIES);
	memcpy(draft.case_id, cases[which], 16);
	if (act_on_consent.action != PB__CONSENT_ACTION__CONSENT_ACTION_REGISTER)
		memcpy(draft.thread, consents[which], 16);
	draft.change = as_consent;
	site_submit(&site, &draft);
	if (act_on_consent.action == PB__CONSENT_ACTION__CONSENT_ACTION_REGISTER && site_refusal(&site, 0) == 0)
		memcpy(consents[which], draft.id, 16);
}

/* A request that rests on one, if the case is the sender's. */
static void rest(void)
{
	size_t from = pick();
	struct draft draft = site_draft(&site, &devices[from], &devices[(from + 1) % AGENCIES]);

	which = unit_random_below(3);
	memcpy(draft.case_id, cases[which], 16);
	draft.change = on_consent;
	site_submit(&site, &draft);
}

static void submit(void)
{
	struct inbound *frame;
	size_t from = pick();

	frame = frame_new(&devices[from]);
	for (uint64_t count = 1 + unit_random_below(4); count > 0; count--) {
		struct draft draft = site_draft(&site, &devices[from], &devices[(from + 1) % AGENCIES]);

		draft.to[1] = &devices[(from + 2) % AGENCIES];
		draft.to_count = 1 + unit_random_below(2);
		draft.urgency = (Pb__Urgency)(1 + unit_random_below(4));
		draft.parts = 1 + unit_random_below(2);
		draft.part_bytes = 1 + unit_random_below(60000);
		memcpy(draft.case_id, unit_random_below(3) == 0 ? cases[unit_random_below(3)] : draft.id, 16);
		if (unit_random_below(2) == 0)
			draft.change = unit_random_below(2) == 0 ? as_danger : as_request;
		if (unit_random_below(3) == 0)
			memcpy(draft.thread, threads[unit_random_below(4)], 16);
		if (unit_random_below(4) == 0)
			draft.expires_at_us = site.clocks.wall_us + (int64_t)unit_random_below(100000000);
		frame_submit(frame, &draft);
	}
	site_run(&site, frame);
}

static void grant(void)
{
	size_t agency = pick();

	granted[agency] += unit_random_below(6);
	site_run(&site, site_credit(&devices[agency], granted[agency], 1ull << 40));
}

/* Acknowledges or refuses some item as its recipient would; also such as are long done. */
static void answer(bool acknowledges)
{
	size_t count = site_item_count(&site);
	struct delivery delivery;
	struct inbound *frame;
	uint64_t item;

	if (count == 0)
		return;
	item = site_item(&site, 1 + unit_random_below(count));
	delivery = site_delivery(&site, item);
	frame = frame_new(&devices[delivery.agency - 1]);
	if (acknowledges)
		frame_acknowledge(frame, &item, &delivery.view_hash, 1);
	else
		frame_refuse(frame, item, &delivery.view_hash, (Pb__RefuseReason)(1 + unit_random_below(5)));
	site_run(&site, frame);
}

static void act(void)
{
	size_t count = site_item_count(&site);
	uint64_t item = count == 0 ? 1 : site_item(&site, 1 + unit_random_below(count));

	site_operate(&site, site_act((Pb__QueueAct)(1 + unit_random_below(4)), &item, 1));
}

/* ---- the site's own word ---- */

static enum err tell_notice(struct world *world, void *context, Pb__Told **ret_told)
{
	Pb__SiteNotice notice = PB__SITE_NOTICE__INIT;

	(void)context;
	notice.what = PB__NOTICE_WHAT__NOTICE_WHAT_ALARM;
	return told_notice(world, devices[pick()].agency, (Pb__Urgency)(1 + unit_random_below(4)), told_thread(bytes_of(threads[0], 16)), &notice,
			   ret_told);
}

/* What is told about a message of a case stands in an entry of that case, which these are not. */
static bool may_be_erased(struct world *world, const struct delivery *of)
{
	struct bytes case_id;

	require_ok(case_of_item(world->txn, of, world->arena, &case_id));
	for (size_t i = 0; i < 3; i++)
		if (bytes_equal(case_id, bytes_of(cases[i], 16)))
			return true;
	return false;
}

static enum err tell_about(struct world *world, void *context, Pb__Told **ret_told)
{
	Pb__SiteNotice notice = PB__SITE_NOTICE__INIT;
	struct delivery of;

	require_ok(delivery_get(world->txn, *(uint64_t *)context, &of));
	if (of.what != PB__ITEM_WHAT__ITEM_WHAT_MESSAGE || may_be_erased(world, &of))
		return ERR_OK;
	return unit_random_below(2) == 0 ? told_release(world, &of, ret_told) : told_seal_task(world, &of, of.sender, &notice, ret_told);
}

static void tell(void)
{
	size_t count = site_item_count(&site);
	uint64_t item;

	if (count == 0)
		return;
	item = site_item(&site, 1 + unit_random_below(count));
	site_tell(&site, (struct site_tale[]){ { .tell = tell_notice }, { .tell = tell_about, .context = &item } }, 2);
}

static void lose(void)
{
	size_t agency = pick();

	site_run(&site, site_bye(&devices[agency], unit_random_below(2) == 0));
	site_run(&site, site_hello(&site, &devices[agency], true));
	granted[agency] = 0;
}

static void rotate(void)
{
	size_t agency = pick();
	struct desk_device fresh;
	struct inbound *frame = frame_new(&devices[agency]);

	site_make_device(&site, ids[agency], &fresh);
	fresh.device = devices[agency].device;
	fresh.session = devices[agency].session;
	frame_bind(frame, fresh.device, &fresh);
	site_run(&site, frame);
	require(site_refusal(&site, 0) == 0);
	devices[agency] = fresh;
}

static void revoke(void)
{
	size_t agency = pick();

	site_operate(&site, site_revoke(ids[agency], unit_random_below(2) == 0));
	if (unit_random_below(2) == 0)
		site_operate(&site, site_hand_over(ids[agency], ids[unit_random_below(sizeof(ids) / sizeof(*ids))]));
	if (unit_random_below(2) == 0)
		site_operate(&site, site_revoke(ids[agency], true)); /* now the closed ones, or refused */
	devices[agency] = site_enrol(&site, ids[agency]);
	granted[agency] = 0;
}

static void upload(void)
{
	uint8_t bytes[64];
	struct digest digest;
	struct draft draft;

	unit_random_bytes(bytes, sizeof(bytes));
	digest = digest_of(bytes_of(bytes, sizeof(bytes)));
	site_run(&site, site_blob(&devices[0], bytes_of(bytes, sizeof(bytes))));
	if (unit_random_below(2) == 0)
		return;
	draft = site_draft(&site, &devices[0], &devices[1]);
	draft.blob = &digest;
	draft.blob_size = sizeof(bytes);
	site_submit(&site, &draft);
}

static void load_holidays(void)
{
	static char text[ACTS_FILE];

	site_operate(&site, site_calendar(acts_holidays(text, 2026 + (int)unit_random_below(3))));
}

static void say_standing(void)
{
	size_t agency = pick();
	struct inbound *frame = frame_new(&devices[agency]);

	frame_standing(frame, &(struct said_places){ "", (Pb__Places)unit_random_below(4) }, 1, NULL, site.clocks.wall_us);
	site_run(&site, frame);
}

/* The wall clock jumps, and is found right; or a test site's is sent ahead. */
static void jump(void)
{
	if (unit_random_below(3) == 0) {
		site_operate(&site, site_move(1 + (int64_t)unit_random_below(100000), 0));
		return;
	}
	site.clocks.wall_us += (int64_t)unit_random_below(1000000000) - 300000000;
	site_run(&site, NULL);
	site_operate(&site, site_confirm("a test"));
}

/* Whatever seems to be on the list; much of it is not, or was looked at before. */
static void review(void)
{
	struct txn *txn = site_read(&site);
	uint64_t seqs[2] = { 1 + unit_random_below(txn_rows(txn, TABLE_ENTRIES)) };
	struct review_row row;

	for (uint64_t seq = seqs[0]; seq > 0; seq--)
		if (review_row_get(txn, seq, &row) == ERR_OK) {
			seqs[0] = seq;
			break;
		}
	txn_abort(txn);
	seqs[1] = seqs[0] + unit_random_below(2);
	site_operate(&site, site_reviewed(seqs, 1 + unit_random_below(2), "a test"));
}

static void restart(void)
{
	site_reopen(&site);
	for (size_t i = 0; i < AGENCIES; i++) {
		site_run(&site, site_hello(&site, &devices[i], true));
		granted[i] = 0;
	}
}

/* Whether a case is protected, and from whom; by anybody, so that most of it is refused. */
static void mark(void)
{
	static const char *const kept_out[] = { "b@" SITE_NAME, "someone@elsewhere" };
	size_t agency = pick();
	struct inbound *frame = frame_new(&devices[agency]);

	frame_mark(frame, cases[unit_random_below(3)], unit_random_below(2) == 0, kept_out, unit_random_below(3));
	site_run(&site, frame);
}

/* A case goes, whatever is open of it, and may be named anew by who knew nothing of it. */
static void erase(void)
{
	site_operate(&site, site_erase(cases[unit_random_below(2)], unit_random_below(4) != 0));
	erased += site_answered(&site) == 0;
}

static void step(void)
{
	site_pass(&site, (int64_t)unit_random_below(3000000));
	switch (unit_random_below(45)) {
	case 0:
		act();
		break;
	case 1:
		lose();
		break;
	case 2:
		rotate();
		break;
	case 3:
		revoke();
		break;
	case 4:
		upload();
		break;
	case 5:
		site_operate(&site, site_trace(threads[0]));
		break;
	case 6:
		if (unit_random_below(10) == 0)
			restart();
		break;
	case 7:
		site_directory(&site, ids, AGENCIES - unit_random_below(2));
		site_directory(&site, ids, AGENCIES);
		break;
	case 8: case 9:
		tell();
		break;
	case 10:
		mark();
		break;
	case 11:
		consent();
		break;
	case 12:
		rest();
		break;
	case 13: case 14: case 15:
		submit();
		break;
	case 16: case 17: case 18: case 19: case 20: case 21:
		answer(false);
		break;
	case 22: case 23: case 24: case 25: case 26: case 27: case 28:
		answer(true);
		break;
	case 40:
		load_holidays();
		break;
	case 41:
		say_standing();
		break;
	case 42:
		jump();
		break;
	case 43:
		review();
		break;
	case 44:
		erase();
		break;
	default:
		grant();
		break;
	}
}

static void work(int steps)
{
	site = (struct site){ .options.test_site = true };
	site_open(&site);
	site_directory(&site, ids, AGENCIES);
	memset(granted, 0, sizeof(granted));
	erased = 0;
	for (size_t i = 0; i < AGENCIES; i++)
		devices[i] = site_enrol(&site, ids[i]);
	for (size_t i = 0; i < 4; i++) {
		struct draft draft = site_draft(&site, &devices[0], &devices[1]);

		memcpy(threads[i], draft.id, 16);
	}
	for (int i = 0; i < steps; i++)
		step();
}

static void digests(struct digest *ret_digests, uint64_t *ret_rows)
{
	for (enum table table = 0; table < TABLE_COUNT; table++)
		ret_digests[table] = site_table_digest(&site, table, &ret_rows[table]);
}

static void compare(const struct digest *before, const uint64_t *rows)
{
	struct digest after[TABLE_COUNT];
	uint64_t rows_after[TABLE_COUNT];

	digests(after, rows_after);
	for (enum table table = 0; table < TABLE_COUNT; table++) {
		unit_context("table %s", table_name(table));
		check_uint(rows_after[table], rows[table]);
		check(digest_equal(&after[table], &before[table]));
	}
	unit_context(" ");
}

static void progress(void *context, uint64_t done, uint64_t of)
{
	check(done <= of);
	*(uint64_t *)context = done;
}

/* The mailbox index as it is, and as it is after a load from the tables. */
static void check_memory(void)
{
	struct mailbox_counts before, after;
	struct txn *txn;

	mailbox_counts(site.broker->mailbox, &before);
	txn = site_read(&site);
	require_ok(memory_load(site.broker, txn));
	txn_abort(txn);
	mailbox_counts(site.broker->mailbox, &after);
	check_uint(after.items, before.items);
	check_uint(after.dead, before.dead);
	check_uint(after.frozen, before.frozen);
	check_uint(after.quarantined, before.quarantined);
	check_uint(after.gaps, before.gaps);
	check_uint(after.leased, before.leased);
	check_int(after.oldest_us, before.oldest_us);
}

static uint64_t rows_of(enum table table)
{
	uint64_t rows;

	site_table_digest(&site, table, &rows);
	return rows;
}

/* One stands for certain: the last erasure may have taken all there were. */
static void consent_anyhow(void)
{
	for (int i = 0; i < 1000 && rows_of(TABLE_CONSENTS) == 0; i++)
		consent();
}

static void test_equal_tables(void)
{
	struct digest before[TABLE_COUNT];
	uint64_t rows[TABLE_COUNT];
	uint64_t done = 0;

	struct draft timed;

	work(STEPS);
	for (int i = 0; i < 60; i++) /* one stands for certain, of the case that is never erased */
		consent();
	timed = site_draft(&site, &devices[0], &devices[1]);
	timed.expires_at_us = site.clocks.wall_us + INT64_C(86400000000); /* one timer stands for certain */
	site_submit(&site, &timed);
	require(site_refusal(&site, 0) == 0);
	consent_anyhow();
	check_memory();
	digests(before, rows);
	check(rows[TABLE_DELIVERIES] > 100);
	check(rows[TABLE_QUEUE] > 0);
	check(rows[TABLE_TIMERS] > 0);
	check(erased > 0);
	check(rows[TABLE_ERASED] > 0);
	check(rows[TABLE_CASES] > 3);
	check(rows[TABLE_REVIEWS] > 0);
	check(rows[TABLE_CONSENTS] > 0);
	check(rows[TABLE_CONDITIONS] == rows[TABLE_CONSENT_USES]);
	check(rows[TABLE_CASE_ENTRIES] > 3);
	broker_close(site.broker);
	site.broker = NULL;
	require_ok(broker_rebuild(&site.options, site.store, progress, &done));
	check_uint(done, rows[TABLE_ENTRIES]);
	compare(before, rows);
	require_ok(broker_open(&site.options, site.store, &site.broker));
	site_close(&site);
}

/* A rebuild that was cut short leaves its mark, and the next start does it again. */
static void test_unfinished(void)
{
	struct digest before[TABLE_COUNT];
	uint64_t rows[TABLE_COUNT];
	struct txn *txn;

	work(200);
	digests(before, rows);
	broker_close(site.broker);
	site.broker = NULL;
	require_ok(txn_begin_write(site.store, &txn));
	txn_put(txn, TABLE_META, bytes_of_text("rebuild"), bytes_of_text("unfinished"));
	txn_empty(txn, TABLE_DELIVERIES);
	txn_empty(txn, TABLE_QUEUE);
	require_ok(txn_commit(txn));
	require_ok(broker_open(&site.options, site.store, &site.broker));
	compare(before, rows);
	site_close(&site);
}

/* An entry that does not fit those before it is damage, not a guess. */
static void test_damaged(void)
{
	struct bytes key, value;
	struct cursor *cursor;
	uint8_t copy[65536], place[8];
	struct txn *txn;

	work(50);
	broker_close(site.broker);
	site.broker = NULL;
	require_ok(txn_begin_write(site.store, &txn));
	require_ok(cursor_open(txn, TABLE_ENTRIES, &cursor));
	require_ok(cursor_last(cursor, &key, &value));
	require(value.len <= sizeof(copy));
	memcpy(copy, value.data, value.len);
	memcpy(place, key.data, sizeof(place));
	copy[value.len - 1] ^= 1;
	cursor_close(cursor);
	txn_put(txn, TABLE_ENTRIES, bytes_of(place, sizeof(place)), bytes_of(copy, value.len));
	require_ok(txn_commit(txn));
	check_err(broker_open(&site.options, site.store, &site.broker), ERR_CORRUPT);
	require(site.broker != NULL);
	check(strlen(broker_fault(site.broker)) > 0);
	site_close(&site);
}

static void test_other_key(void)
{
	struct private_key *other;
	struct broker_options options;
	struct broker *broker = NULL;

	work(5);
	broker_close(site.broker);
	site.broker = NULL;
	require_ok(private_key_new(KEY_ED25519, &other));
	options = site.options;
	options.checkpoint_key = other;
	check_err(broker_open(&options, site.store, &broker), ERR_CONFLICT);
	options = site.options;
	options.site = "elsewhere";
	check_err(broker_open(&options, site.store, &broker), ERR_CONFLICT);
	check(broker == NULL);
	private_key_free(other);
	site_close(&site);
}

UNIT_SUITE("broker/rebuild",
	{ "tables derived anew are equal, row by row", test_equal_tables },
	{ "a rebuild that was cut short is done again", test_unfinished },
	{ "a damaged entry stops the start", test_damaged },
	{ "a store of another site or key is refused", test_other_key });
