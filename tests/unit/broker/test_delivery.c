/* SPDX-License-Identifier: Apache-2.0 */
/* Hand-outs, acknowledgements, refusals, lost sessions, timers: what happens to an item between its acceptance and its end (P6). */
#include "site.h"
#include "unit.h"

static struct site site;
static struct desk_device alice, bob, carol;

static void set_up(void)
{
	static const char *const ids[] = { "alice", "bob", "carol" };

	site = (struct site){ 0 };
	site_open(&site);
	site_directory(&site, ids, 3);
	alice = site_enrol(&site, "alice");
	bob = site_enrol(&site, "bob");
	carol = site_enrol(&site, "carol");
}

/* One message from alice to bob; its item's number. */
static uint64_t send(Pb__Urgency urgency, const uint8_t *thread)
{
	struct draft draft = site_draft(&site, &alice, &bob);

	draft.urgency = urgency;
	if (thread != NULL)
		memcpy(draft.thread, thread, 16);
	site_submit(&site, &draft);
	require(site_refusal(&site, 0) == 0);
	return site_item(&site, site_item_count(&site));
}

static void credit(const struct desk_device *device, uint64_t items)
{
	site_run(&site, site_credit(device, items, 1000000000));
}

static size_t handed(const struct desk_device *device, uint64_t *items)
{
	return site_handed(&site, device->session, items, 16);
}

static void acknowledge(const struct desk_device *device, uint64_t item)
{
	struct inbound *frame = frame_new(device);
	struct digest hash = site_delivery(&site, item).view_hash;

	frame_acknowledge(frame, &item, &hash, 1);
	site_run(&site, frame);
}

static void refuse(const struct desk_device *device, uint64_t item, Pb__RefuseReason reason)
{
	struct inbound *frame = frame_new(device);
	struct digest hash = site_delivery(&site, item).view_hash;

	frame_refuse(frame, item, &hash, reason);
	site_run(&site, frame);
}

static void operate(Pb__QueueAct act, uint64_t item)
{
	site_operate(&site, site_act(act, &item, 1));
}

#define LATER PB__REFUSE_REASON__REFUSE_REASON_RETRY_LATER
#define SOON PB__URGENCY__URGENCY_SOON

static void test_credit(void)
{
	uint64_t items[16];
	uint64_t first, second, danger;

	set_up();
	first = send(SOON, NULL);
	second = send(SOON, NULL);
	danger = send(PB__URGENCY__URGENCY_DANGER, NULL);
	check_uint(handed(&bob, items), 0);
	credit(&bob, 2);
	require(handed(&bob, items) == 2);
	check_uint(items[0], danger); /* first */
	check_uint(items[1], first);
	check(!site_told(&site, OUTBOUND_HANDOUT, 0)->items[0].redelivered);
	credit(&bob, 2); /* the same total again grants nothing */
	check_uint(handed(&bob, items), 0);
	credit(&bob, 3);
	require(handed(&bob, items) == 1);
	check_uint(items[0], second);
	check_uint(site_delivery(&site, first).handouts, 1);
	site_close(&site);
}

static void test_credit_in_bytes(void)
{
	uint64_t items[16];

	set_up();
	send(SOON, NULL);
	send(SOON, NULL);
	site_run(&site, site_credit(&bob, 100, 50));
	check_uint(handed(&bob, items), 1); /* one item may pass the bound, so that none is too large */
	site_run(&site, site_credit(&bob, 100, 101));
	check_uint(handed(&bob, items), 1);
	site_close(&site);
}

/* A submission goes out in the batch that accepted it. */
static void test_same_batch(void)
{
	uint64_t items[16];

	set_up();
	credit(&bob, 10);
	send(SOON, NULL);
	check_uint(handed(&bob, items), 1);
	site_close(&site);
}

static void test_acknowledge(void)
{
	uint64_t item, items[16], entries;
	struct digest wrong = { 0 };
	struct inbound *frame;

	set_up();
	item = send(SOON, NULL);
	frame = frame_new(&bob);
	frame_acknowledge(frame, &item, &wrong, 1);
	site_run(&site, frame);
	check_int(site_refusal(&site, 0), REFUSE(UNKNOWN_ITEM)); /* nor does that of what was never handed out */
	credit(&bob, 10);
	acknowledge(&carol, item); /* another's is none: its number alone tells nothing */
	check_int(site_refusal(&site, 0), REFUSE(UNKNOWN_ITEM));
	frame = frame_new(&bob);
	frame_acknowledge(frame, &item, &wrong, 1);
	site_run(&site, frame);
	check_int(site_refusal(&site, 0), REFUSE(CONFLICT));
	acknowledge(&bob, item);
	check_int(site_refusal(&site, 0), 0);
	check_int(site_delivery(&site, item).state, DELIVERY_ACKNOWLEDGED);
	check_uint(broker_waiting(site.broker, bob.agency), 0);
	entries = ledger_size(site.broker->ledger);
	acknowledge(&bob, item);
	require(site_refusal(&site, 0) == 0);
	check(site_reply(&site, 0)->accepted->duplicate);
	check_uint(ledger_size(site.broker->ledger), entries);
	check_uint(handed(&bob, items), 0);
	site_close(&site);
}

static void test_acknowledge_many(void)
{
	uint64_t items[3];
	struct digest hashes[3];
	struct inbound *frame;

	set_up();
	for (size_t i = 0; i < 3; i++) {
		items[i] = send(SOON, NULL);
		hashes[i] = site_delivery(&site, items[i]).view_hash;
	}
	items[2] = items[0]; /* twice */
	frame = frame_new(&bob);
	frame_acknowledge(frame, items, hashes, 3);
	frame_acknowledge(frame, items, hashes, 0);
	site_run(&site, frame);
	check_int(site_refusal(&site, 0), REFUSE(MALFORMED));
	check_int(site_refusal(&site, 1), REFUSE(MALFORMED));
	acknowledge(&bob, items[1]);
	frame = frame_new(&bob);
	frame_acknowledge(frame, items, hashes, 2); /* the second was acknowledged before */
	site_run(&site, frame);
	require(site_refusal(&site, 0) == 0);
	check(!site_reply(&site, 0)->accepted->duplicate);
	check_int(site_delivery(&site, items[0]).state, DELIVERY_ACKNOWLEDGED);
	check_uint(broker_waiting(site.broker, bob.agency), 1);
	site_close(&site);
}

static void test_lease_runs_out(void)
{
	uint64_t item, items[16];
	bool leased;

	set_up();
	item = send(SOON, NULL);
	credit(&bob, 10);
	require(handed(&bob, items) == 1);
	broker_leased(site.broker, &item, 1, &leased);
	check(leased);
	site_pass(&site, site.options.lease_us);
	check_int(batch_due_in(site.broker, site.clocks), 0);
	site_run(&site, NULL);
	require(handed(&bob, items) == 1);
	check_uint(items[0], item);
	check(site_told(&site, OUTBOUND_HANDOUT, 0)->items[0].redelivered);
	check_uint(site_delivery(&site, item).attempts, 0);
	site_close(&site);
}

static void test_clean_end(void)
{
	uint64_t item, items[16];

	set_up();
	item = send(SOON, NULL);
	credit(&bob, 10);
	site_run(&site, site_bye(&bob, true));
	check_uint(site_delivery(&site, item).attempts, 0);
	site_run(&site, site_hello(&site, &bob, true));
	credit(&bob, 10);
	check_uint(handed(&bob, items), 1);
	site_close(&site);
}

/* A first session that dies counts nothing, further ones do; at the bound the item is a dead letter and its sender is told. */
static void test_lost_sessions(void)
{
	uint64_t item;
	const Pb__Notice *notice;

	set_up();
	item = send(SOON, NULL);
	for (uint32_t i = 0; i <= 3; i++) {
		credit(&bob, 10);
		site_run(&site, site_bye(&bob, false));
		check_uint(site_delivery(&site, item).attempts, i);
		check_uint(site_delivery(&site, item).failed_seq, ledger_size(site.broker->ledger) - 1); /* noted, counted or not */
		notice = site_notice(&site, PB__NOTICE_KIND__NOTICE_KIND_DEAD_LETTER, 0);
		check((notice != NULL) == (i == 3));
		site_run(&site, site_hello(&site, &bob, true));
	}
	check_int(site_delivery(&site, item).state, DELIVERY_DEAD);
	site_run(&site, site_hello(&site, &alice, true)); /* hears of it again when she comes back */
	notice = site_notice(&site, PB__NOTICE_KIND__NOTICE_KIND_DEAD_LETTER, 0);
	require(notice != NULL);
	check_text(notice->recipient, "bob@" SITE_NAME);
	check_uint(notice->message_id.len, 16);
	site_close(&site);
}

/* What came between two losses makes the later one a first one again. */
static void test_lost_now_and_then(void)
{
	uint64_t item;

	set_up();
	item = send(SOON, NULL);
	credit(&bob, 10);
	site_run(&site, site_bye(&bob, false));
	check_uint(site_delivery(&site, item).attempts, 0);
	site_run(&site, site_hello(&site, &bob, true));
	credit(&bob, 10);
	refuse(&bob, item, LATER);
	check_uint(site_delivery(&site, item).attempts, 1);
	site_pass(&site, 1000000);
	site_run(&site, NULL);
	site_run(&site, site_bye(&bob, false));
	check_uint(site_delivery(&site, item).attempts, 1);
	check_int(site_delivery(&site, item).state, DELIVERY_WAITING);
	acknowledge(&bob, item);
	check_int(site_refusal(&site, 0), 0);
	site_close(&site);
}

/* What an operator takes out of a session's hands is not lost with it, be it of the same batch. */
static void lose_behind(const Pb__QueueAct *acts, size_t count, enum delivery_state then)
{
	uint64_t item, items[16];
	struct inbound *together[3];

	set_up();
	item = send(SOON, NULL);
	credit(&bob, 10);
	for (size_t i = 0; i < count; i++)
		together[i] = site_act(acts[i], &item, 1);
	together[count] = site_bye(&bob, false);
	require_ok(site_try(&site, together, count + 1));
	check_uint(site_delivery(&site, item).failed_seq, 0);
	check_int(site_delivery(&site, item).state, then);
	if (then == DELIVERY_FROZEN)
		site_run(&site, site_act(PB__QUEUE_ACT__QUEUE_ACT_THAW, &item, 1));
	site_run(&site, site_hello(&site, &bob, true));
	credit(&bob, 10);
	check_uint(handed(&bob, items), 1);
	site_close(&site);
}

static void test_frozen_before_it_was_lost(void)
{
	lose_behind((const Pb__QueueAct[]){ PB__QUEUE_ACT__QUEUE_ACT_FREEZE }, 1, DELIVERY_FROZEN);
}

static void test_thawed_before_it_was_lost(void)
{
	lose_behind((const Pb__QueueAct[]){ PB__QUEUE_ACT__QUEUE_ACT_FREEZE, PB__QUEUE_ACT__QUEUE_ACT_THAW }, 2, DELIVERY_WAITING);
}

static void test_refusals(void)
{
	uint64_t item, items[16], entries;

	set_up();
	item = send(SOON, NULL);
	refuse(&bob, item, LATER);
	check_int(site_refusal(&site, 0), REFUSE(UNKNOWN_ITEM)); /* not handed out yet */
	credit(&bob, 100);
	refuse(&carol, item, LATER);
	check_int(site_refusal(&site, 0), REFUSE(UNKNOWN_ITEM));
	for (uint32_t i = 1; i <= 3; i++) {
		refuse(&bob, item, LATER);
		check_int(site_refusal(&site, 0), 0);
		check_uint(site_delivery(&site, item).attempts, i);
		check_uint(handed(&bob, items), 0); /* it rests */
		entries = ledger_size(site.broker->ledger);
		refuse(&bob, item, LATER); /* said again: counted once */
		require(site_refusal(&site, 0) == 0);
		check(site_reply(&site, 0)->accepted->duplicate);
		check_uint(ledger_size(site.broker->ledger), entries);
		site_pass(&site, (int64_t)1000000 << (i - 1));
		site_run(&site, NULL);
		check_uint(handed(&bob, items), i < 3);
	}
	check_int(site_delivery(&site, item).state, DELIVERY_DEAD);
	check_int(site_delivery(&site, item).reason, LATER);
	acknowledge(&bob, item); /* it had arrived after all */
	check_int(site_refusal(&site, 0), 0);
	check_int(site_delivery(&site, item).state, DELIVERY_ACKNOWLEDGED);
	refuse(&bob, item, LATER);
	check_int(site_refusal(&site, 0), REFUSE(UNKNOWN_ITEM));
	site_close(&site);
}

static void test_final_refusal(void)
{
	uint64_t item;
	const Pb__Notice *notice;

	set_up();
	item = send(SOON, NULL);
	credit(&bob, 10);
	refuse(&bob, item, PB__REFUSE_REASON__REFUSE_REASON_UNSPECIFIED);
	check_int(site_refusal(&site, 0), REFUSE(MALFORMED));
	refuse(&bob, item, PB__REFUSE_REASON__REFUSE_REASON_NOT_AUTHENTIC);
	check_int(site_delivery(&site, item).state, DELIVERY_DEAD);
	notice = site_notice(&site, PB__NOTICE_KIND__NOTICE_KIND_DEAD_LETTER, 0);
	require(notice != NULL);
	check_int(notice->reason, PB__REFUSE_REASON__REFUSE_REASON_NOT_AUTHENTIC);
	site_close(&site);
}

/* One of a thread in flight; after a dead letter its successors say so. */
static void test_threads(void)
{
	uint64_t first, second, items[16];
	struct draft opening;

	set_up();
	opening = site_draft(&site, &alice, &bob);
	site_submit(&site, &opening);
	first = site_item(&site, 1);
	second = send(SOON, opening.id);
	credit(&bob, 10);
	require(handed(&bob, items) == 1);
	check_uint(items[0], first);
	refuse(&bob, first, PB__REFUSE_REASON__REFUSE_REASON_NOT_UNDERSTOOD);
	require(handed(&bob, items) == 1);
	check_uint(items[0], second);
	check(site_told(&site, OUTBOUND_HANDOUT, 0)->items[0].after_dead_letter);
	site_close(&site);
}

static bool marked(uint64_t *items)
{
	require(handed(&bob, items) == 1);
	return site_told(&site, OUTBOUND_HANDOUT, 0)->items[0].after_dead_letter;
}

/* The operator gives a dead letter up: what waits behind it, and what comes later, is marked all the same, also after a restart. */
static void test_mark_outlives_the_dead_letter(void)
{
	uint64_t first, items[16];
	struct draft opening;

	set_up();
	opening = site_draft(&site, &alice, &bob);
	site_submit(&site, &opening);
	first = site_item(&site, 1);
	send(SOON, opening.id);
	credit(&bob, 1);
	refuse(&bob, first, PB__REFUSE_REASON__REFUSE_REASON_NOT_UNDERSTOOD);
	operate(PB__QUEUE_ACT__QUEUE_ACT_EXPIRE, first);
	check_int(site_delivery(&site, first).state, DELIVERY_UNDELIVERABLE);
	check_uint(broker_waiting(site.broker, bob.agency), 1);
	credit(&bob, 2);
	check(marked(items));
	acknowledge(&bob, items[0]);
	site_reopen(&site);
	site_run(&site, site_hello(&site, &alice, true));
	check(site_notice(&site, PB__NOTICE_KIND__NOTICE_KIND_DEAD_LETTER, 0) == NULL); /* it is no dead letter any more */
	site_run(&site, site_hello(&site, &bob, true));
	credit(&bob, 10);
	send(SOON, opening.id);
	check(marked(items));
	acknowledge(&bob, first); /* it had arrived after all */
	check_int(site_refusal(&site, 0), 0);
	send(SOON, opening.id);
	check_uint(handed(&bob, items), 0); /* its predecessor is in bob's hands */
	acknowledge(&bob, items[0]);
	check(!marked(items));
	site_close(&site);
}

static void test_expiry(void)
{
	struct draft draft;
	uint64_t rows;

	set_up();
	for (int i = 0; i < 3; i++) {
		draft = site_draft(&site, &alice, &bob);
		draft.expires_at_us = site.clocks.wall_us + 60000000 + i;
		site_submit(&site, &draft);
	}
	acknowledge(&bob, site_item(&site, 3));
	site_table_digest(&site, TABLE_TIMERS, &rows);
	check_uint(rows, 2);
	site_run(&site, NULL);
	site_pass(&site, 60000000);
	check_int(batch_due_in(site.broker, site.clocks), 0);
	site_run(&site, NULL);
	check_int(site_delivery(&site, site_item(&site, 1)).state, DELIVERY_DEAD);
	check_int(site_delivery(&site, site_item(&site, 2)).state, DELIVERY_WAITING);
	check_int(batch_due_in(site.broker, site.clocks), 1);
	check(site_notice(&site, PB__NOTICE_KIND__NOTICE_KIND_DEAD_LETTER, 0) != NULL);
	site_pass(&site, 1);
	site_run(&site, NULL);
	check_int(site_delivery(&site, site_item(&site, 2)).state, DELIVERY_DEAD);
	site_table_digest(&site, TABLE_TIMERS, &rows);
	check_uint(rows, 0);
	operate(PB__QUEUE_ACT__QUEUE_ACT_REQUEUE, site_item(&site, 1));
	require(site.answer->body_case == PB__ADMIN_REPLY__BODY_REFUSAL);
	check_int(site.answer->refusal->code, REFUSE(EXPIRED));
	site_close(&site);
}

static void test_queue_acts(void)
{
	uint64_t item, items[16];

	set_up();
	item = send(SOON, NULL);
	operate(PB__QUEUE_ACT__QUEUE_ACT_FREEZE, item);
	check_int(site.answer->body_case, PB__ADMIN_REPLY__BODY_DONE);
	check_uint(site.answer->seq, ledger_size(site.broker->ledger) - 1);
	operate(PB__QUEUE_ACT__QUEUE_ACT_FREEZE, item); /* already: nothing to record */
	check_int(site.answer->body_case, PB__ADMIN_REPLY__BODY_DONE);
	check_uint(site.answer->seq, 0);
	credit(&bob, 10);
	check_uint(handed(&bob, items), 0);
	operate(PB__QUEUE_ACT__QUEUE_ACT_REQUEUE, item);
	check_int(site.answer->refusal->code, REFUSE(UNKNOWN_ITEM));
	operate(PB__QUEUE_ACT__QUEUE_ACT_THAW, item);
	check_uint(handed(&bob, items), 1);
	refuse(&bob, item, PB__REFUSE_REASON__REFUSE_REASON_NOT_AUTHENTIC);
	operate(PB__QUEUE_ACT__QUEUE_ACT_REQUEUE, item);
	check_int(site_delivery(&site, item).state, DELIVERY_WAITING);
	check_uint(site_delivery(&site, item).attempts, 0);
	check_uint(handed(&bob, items), 1);
	operate(PB__QUEUE_ACT__QUEUE_ACT_EXPIRE, item);
	check_int(site_delivery(&site, item).state, DELIVERY_UNDELIVERABLE);
	check(site_notice(&site, PB__NOTICE_KIND__NOTICE_KIND_DEAD_LETTER, 0) != NULL);
	check_uint(broker_waiting(site.broker, bob.agency), 0);
	acknowledge(&bob, item); /* it had arrived: the truth stands */
	check_int(site_refusal(&site, 0), 0);
	check_int(site_delivery(&site, item).state, DELIVERY_ACKNOWLEDGED);
	operate(PB__QUEUE_ACT__QUEUE_ACT_EXPIRE, item);
	check_int(site.answer->refusal->code, REFUSE(UNKNOWN_ITEM));
	operate(PB__QUEUE_ACT__QUEUE_ACT_EXPIRE, 999);
	check_int(site.answer->refusal->code, REFUSE(UNKNOWN_ITEM));
	site_close(&site);
}

/* One bad item among good ones: nothing happens at all. */
static void test_act_is_whole(void)
{
	uint64_t items[3];

	set_up();
	items[0] = send(SOON, NULL);
	items[1] = 999;
	items[2] = send(SOON, NULL);
	site_operate(&site, site_act(PB__QUEUE_ACT__QUEUE_ACT_FREEZE, items, 3));
	check_int(site.answer->refusal->code, REFUSE(UNKNOWN_ITEM));
	check_int(site_delivery(&site, items[0]).state, DELIVERY_WAITING);
	items[1] = items[2];
	site_operate(&site, site_act(PB__QUEUE_ACT__QUEUE_ACT_FREEZE, items, 3));
	check_int(site.answer->body_case, PB__ADMIN_REPLY__BODY_DONE);
	check_int(site_delivery(&site, items[2]).state, DELIVERY_FROZEN);
	site_close(&site);
}

/* Two sessions of one agency share its mailbox in turn. */
static void test_two_sessions(void)
{
	struct desk_device other;
	uint64_t items[16];

	set_up();
	other = bob;
	site_run(&site, site_hello(&site, &other, true));
	credit(&bob, 10);
	credit(&other, 10);
	send(SOON, NULL);
	check_uint(handed(&bob, items) + handed(&other, items), 1);
	send(SOON, NULL);
	check_uint(handed(&bob, items) + handed(&other, items), 1);
	site_run(&site, site_bye(&bob, true));
	check_uint(handed(&other, items), 1); /* what bob's session held comes to the other */
	check(site_told(&site, OUTBOUND_HANDOUT, 0)->items[0].redelivered);
	site_close(&site);
}

static void test_restart(void)
{
	uint64_t item, routine, items[16];

	set_up();
	item = send(SOON, NULL);
	routine = send(PB__URGENCY__URGENCY_ROUTINE, NULL);
	credit(&bob, 1);
	operate(PB__QUEUE_ACT__QUEUE_ACT_FREEZE, routine);
	site_reopen(&site);
	check_uint(broker_waiting(site.broker, bob.agency), 2);
	site_run(&site, site_hello(&site, &bob, true));
	credit(&bob, 10);
	require(handed(&bob, items) == 1);
	check_uint(items[0], item);
	check_uint(site_delivery(&site, item).attempts, 0); /* a restart counts nothing */
	check_uint(site_delivery(&site, item).handouts, 2);
	site_close(&site);
}

static void test_access(void)
{
	struct draft draft;

	set_up();
	draft = site_draft(&site, &alice, &bob);
	site_submit(&site, &draft);
	site_operate(&site, site_trace(draft.id));
	check_int(site.answer->body_case, PB__ADMIN_REPLY__BODY_DONE);
	check_uint(site.answer->seq, ledger_size(site.broker->ledger) - 1);
	site_close(&site);
}

UNIT_SUITE("broker/delivery",
	{ "credit hands out, the most urgent first", test_credit },
	{ "credit in bytes", test_credit_in_bytes },
	{ "accepted and handed out in one batch", test_same_batch },
	{ "acknowledgements", test_acknowledge },
	{ "acknowledging several at once", test_acknowledge_many },
	{ "a lease that runs out counts nothing", test_lease_runs_out },
	{ "a clean end counts nothing", test_clean_end },
	{ "lost sessions count from the second on, up to a dead letter", test_lost_sessions },
	{ "a session lost now and then counts nothing", test_lost_now_and_then },
	{ "frozen before its session was lost", test_frozen_before_it_was_lost },
	{ "frozen and thawed before its session was lost", test_thawed_before_it_was_lost },
	{ "refusals count once each, and rest", test_refusals },
	{ "what cannot be helped is a dead letter at once", test_final_refusal },
	{ "one of a thread in flight, marked after a dead letter", test_threads },
	{ "the mark outlives the dead letter", test_mark_outlives_the_dead_letter },
	{ "undelivered at its end: a dead letter", test_expiry },
	{ "freeze, thaw, requeue, expire", test_queue_acts },
	{ "an act is whole or not at all", test_act_is_whole },
	{ "sessions of one agency share", test_two_sessions },
	{ "a restart forgets leases alone", test_restart },
	{ "reading leaves an entry", test_access });
