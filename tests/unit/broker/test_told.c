/* SPDX-License-Identifier: Apache-2.0 */
/* What the site puts into mailboxes itself: made, delivered in order, acknowledged, refused, and derived anew. */
#include "broker/told.h"

#include "contract/merkle.h"
#include "site.h"
#include "unit.h"

static struct site site;
static struct desk_device alice, bob;

static void set_up(void)
{
	static const char *const ids[] = { "alice", "bob" };

	site = (struct site){ 0 };
	site_open(&site);
	site_directory(&site, ids, 2);
	alice = site_enrol(&site, "alice");
	bob = site_enrol(&site, "bob");
}

/* ---- tales ---- */

struct notice_tale {
	uint32_t agency;
	Pb__Urgency lane;
	uint64_t thread;
	const char *about; /* SiteNotice.agency */
};

static enum err tell_notice(struct world *world, void *context, Pb__Told **ret_told)
{
	const struct notice_tale *tale = context;
	Pb__SiteNotice notice = PB__SITE_NOTICE__INIT;

	notice.what = PB__NOTICE_WHAT__NOTICE_WHAT_ANSWER_DUE;
	notice.agency = pb_of_text(tale->about);
	return told_notice(world, tale->agency, tale->lane, tale->thread, &notice, ret_told);
}

static uint64_t notice(uint32_t agency, Pb__Urgency lane, uint64_t thread)
{
	struct notice_tale tale = { agency, lane, thread, "bob@chiba-city" };

	return item_number(site_tell(&site, &(struct site_tale){ .tell = tell_notice, .context = &tale }, 1), 1);
}

static enum err tell_release(struct world *world, void *context, Pb__Told **ret_told)
{
	struct delivery of;

	require_ok(delivery_get(world->txn, *(uint64_t *)context, &of));
	return told_release(world, &of, ret_told);
}

static uint64_t release(uint64_t item)
{
	return item_number(site_tell(&site, &(struct site_tale){ .tell = tell_release, .context = &item }, 1), 1);
}

static enum err tell_seal_task(struct world *world, void *context, Pb__Told **ret_told)
{
	Pb__SiteNotice notice = PB__SITE_NOTICE__INIT;
	struct delivery of;

	notice.next_agency = pb_of_text("bob@chiba-city");
	require_ok(delivery_get(world->txn, *(uint64_t *)context, &of));
	return told_seal_task(world, &of, of.sender, &notice, ret_told);
}

static uint64_t seal_task(uint64_t item)
{
	return item_number(site_tell(&site, &(struct site_tale){ .tell = tell_seal_task, .context = &item }, 1), 1);
}

/* ---- helpers ---- */

/* A message from alice to bob with so many parts of 100 bytes, all but the first held; in the thread whose id is all of this byte. */
static uint64_t send(size_t parts, uint8_t thread)
{
	struct draft draft = site_draft(&site, &alice, &bob);

	draft.parts = parts;
	draft.kind = parts > 1 ? PB__KIND__KIND_REQUEST : PB__KIND__KIND_NOTE;
	memset(draft.thread, thread, sizeof(draft.thread));
	site_submit(&site, &draft);
	require(site_refusal(&site, 0) == 0);
	return site_item(&site, site_item_count(&site));
}

static uint64_t thread_of(uint8_t byte)
{
	uint8_t id[16];

	memset(id, byte, sizeof(id));
	return told_thread(bytes_of(id, sizeof(id)));
}

static const struct handout_item *handed(const struct desk_device *device, size_t nth)
{
	for (size_t i = 0; i < site.out_count; i++)
		if (site.out[i]->type == OUTBOUND_HANDOUT && site.out[i]->session == device->session && nth < site.out[i]->item_count)
			return &site.out[i]->items[nth];
	return NULL;
}

static struct queue_row queued(uint64_t item)
{
	struct txn *txn = site_read(&site);
	struct queue_row row = { 0 };

	check_ok(queue_row_get(txn, item, &row));
	txn_abort(txn);
	return row;
}

static bool is_queued(uint64_t item)
{
	struct txn *txn = site_read(&site);
	struct queue_row row;
	enum err err = queue_row_get(txn, item, &row);

	txn_abort(txn);
	return err == ERR_OK;
}

static void acknowledge(const struct desk_device *device, uint64_t item)
{
	struct delivery delivery = site_delivery(&site, item);
	struct inbound *frame = frame_new(device);

	frame_acknowledge(frame, &item, &delivery.view_hash, 1);
	site_run(&site, frame);
}

static void refuse(const struct desk_device *device, uint64_t item, Pb__RefuseReason reason)
{
	struct delivery delivery = site_delivery(&site, item);
	struct inbound *frame = frame_new(device);

	frame_refuse(frame, item, &delivery.view_hash, reason);
	site_run(&site, frame);
}

/* ---- making ---- */

static enum err check_notice(struct world *world, void *context, struct decision *ret_decision)
{
	struct notice_tale tale = { bob.agency, PB__URGENCY__URGENCY_URGENT, 77, "bob@chiba-city" };
	const Pb__SiteNotice *read;
	struct digest hash;
	Pb__Told *told = NULL;

	(void)context;
	require_ok(tell_notice(world, &tale, &told));
	check_int(told->what, PB__ITEM_WHAT__ITEM_WHAT_NOTICE);
	check_uint(told->agency, bob.agency);
	check_int(told->lane, PB__URGENCY__URGENCY_URGENT);
	check_uint(told->thread, 77);
	check_uint(told->about + told->sender + told->part_bytes, 0);
	check_uint(told->statement_bytes, told->notice.len);
	hash = merkle_leaf(bytes_of_pb(told->notice));
	check(bytes_equal(bytes_of_pb(told->hash), digest_bytes(&hash)));
	require_ok(CODEC_DECODE(site_notice, bytes_of_pb(told->notice), world->arena, &read, NULL));
	check_text(read->agency, "bob@chiba-city");
	check_int(read->what, PB__NOTICE_WHAT__NOTICE_WHAT_ANSWER_DUE);
	return decide_entry(world, PB__ENTRY_BODY__BODY_ACCESS, world_alloc(world, 1, sizeof(Pb__AccessEntry)), ret_decision);
}

static enum err decide_access(struct world *world, void *context, struct decision *ret_decision)
{
	enum err err = check_notice(world, context, ret_decision);

	pb__access_entry__init(ret_decision->body->access);
	return err;
}

static void test_notice(void)
{
	set_up();
	site_settle(&site, decide_access, NULL);
	site_close(&site);
}

static void test_release(void)
{
	uint64_t message, item;
	struct delivery of, delivery;
	struct queue_row row;

	set_up();
	message = send(4, 9);
	of = site_delivery(&site, message);
	item = release(message);
	row = queued(item);
	check_uint(row.what, PB__ITEM_WHAT__ITEM_WHAT_RELEASE);
	check_uint(row.about, message);
	check_uint(row.agency, bob.agency);
	check_uint(row.sender, alice.agency);
	check_uint(row.thread, thread_of(9));
	check_uint(row.lane, of.lane);
	check_uint(row.part_bytes, 300); /* without the part that was delivered */
	check(row.statement_bytes > 0 && row.statement_bytes == queued(message).statement_bytes);
	check_int(row.expires_at_us, 0);
	check(digest_equal(&row.view_hash, &of.view_hash));
	check_uint(site_delivery(&site, message).told, item);
	check_uint(row.told, 0);
	check_uint(queued(seal_task(message)).told, item); /* one leads to the other */
	delivery = site_delivery(&site, item);
	check_uint(delivery.about, message);
	check_uint(delivery.seq, of.seq); /* where its parts lie */
	check_uint(delivery.recipient, of.recipient);
	site_close(&site);
}

static void test_nothing_held(void)
{
	uint64_t message;

	set_up();
	message = send(1, 9);
	check(!is_queued(release(message)));
	site_close(&site);
}

static void test_seal_task(void)
{
	uint64_t message, item;
	struct queue_row row;

	set_up();
	message = send(3, 9);
	item = seal_task(message);
	row = queued(item);
	check_uint(row.what, PB__ITEM_WHAT__ITEM_WHAT_SEAL_TASK);
	check_uint(row.about, message);
	check_uint(row.agency, alice.agency);
	check_uint(row.sender, alice.agency);
	check_uint(row.part_bytes, 300); /* all of them: they are sealed to the sender as well */
	check(row.statement_bytes > queued(message).statement_bytes); /* and the notice */
	check_uint(site_delivery(&site, item).seq, item_seq(message));
	site_close(&site);
}

static void test_room(void)
{
	check(told_fits(16, 0) && told_fits(0, 16) && told_fits(15, 1));
	check(!told_fits(16, 1) && !told_fits(0, 17) && !told_fits(17, 0) && !told_fits(1, SIZE_MAX));
}

/* ---- delivering ---- */

/* Danger first, and the notice that came before in a thread before the message that came after. */
static void test_order(void)
{
	uint64_t first, second, third, danger, message;

	set_up();
	first = notice(bob.agency, PB__URGENCY__URGENCY_ROUTINE, thread_of(1));
	message = send(1, 1);
	second = notice(bob.agency, PB__URGENCY__URGENCY_ROUTINE, thread_of(1));
	third = notice(bob.agency, PB__URGENCY__URGENCY_ROUTINE, thread_of(2));
	danger = notice(bob.agency, PB__URGENCY__URGENCY_DANGER, thread_of(3));
	site_run(&site, site_credit(&bob, 1, 1u << 20));
	require(handed(&bob, 0) != NULL);
	check_uint(handed(&bob, 0)->item, danger);
	site_run(&site, site_credit(&bob, 10, 1u << 20));
	require(handed(&bob, 1) != NULL);
	check_uint(handed(&bob, 0)->item, first);
	check_int(handed(&bob, 0)->what, PB__ITEM_WHAT__ITEM_WHAT_NOTICE);
	check_uint(handed(&bob, 0)->seq, item_seq(first));
	check_uint(handed(&bob, 0)->recipient, item_recipient(first));
	acknowledge(&bob, first);
	check_int(site_delivery(&site, first).state, DELIVERY_ACKNOWLEDGED);
	check(!is_queued(first));
	acknowledge(&bob, message);
	acknowledge(&bob, second);
	acknowledge(&bob, third);
	acknowledge(&bob, danger);
	check_uint(site_replies(&site, 0)->n_replies, 1);
	check_int(site_refusal(&site, 0), 0);
	site_close(&site);
}

static void test_hand_out_released(void)
{
	uint64_t message, item;

	set_up();
	message = send(2, 1);
	site_run(&site, site_credit(&bob, 10, 1u << 20));
	acknowledge(&bob, message);
	item = release(message);
	site_run(&site, NULL);
	require(handed(&bob, 0) != NULL);
	check_uint(handed(&bob, 0)->item, item);
	check_int(handed(&bob, 0)->what, PB__ITEM_WHAT__ITEM_WHAT_RELEASE);
	check_uint(handed(&bob, 0)->about, message);
	check_uint(handed(&bob, 0)->seq, item_seq(message));
	check_uint(handed(&bob, 0)->recipient, item_recipient(message));
	acknowledge(&bob, item);
	check_int(site_refusal(&site, 0), 0);
	check_uint(site_delivery(&site, item).about, message); /* kept for good */
	site_close(&site);
}

/* Only what the recipient was given, under the hash that it was given. */
static void test_wrong_acknowledgement(void)
{
	struct inbound *frame;
	struct digest other = { { 0 } };
	uint64_t item;

	set_up();
	item = notice(bob.agency, PB__URGENCY__URGENCY_ROUTINE, 1);
	frame = frame_new(&bob);
	frame_acknowledge(frame, &item, &other, 1);
	site_run(&site, frame);
	check_int(site_refusal(&site, 0), REFUSE(UNKNOWN_ITEM));
	acknowledge(&alice, item);
	check_int(site_refusal(&site, 0), REFUSE(UNKNOWN_ITEM));
	site_close(&site);
}

/* A notice that nobody can read: the operator sees it dead, and no agency hears of it, nor when it connects anew. */
static void test_dead_notice(void)
{
	uint64_t item;

	set_up();
	item = notice(bob.agency, PB__URGENCY__URGENCY_ROUTINE, 1);
	site_run(&site, site_credit(&bob, 10, 1u << 20));
	refuse(&bob, item, PB__REFUSE_REASON__REFUSE_REASON_CANNOT_OPEN);
	check_int(site_refusal(&site, 0), 0);
	check_int(site_delivery(&site, item).state, DELIVERY_WAITING); /* one failure */
	check_uint(site_delivery(&site, item).attempts, 1);
	site_pass(&site, 120000000);
	site_run(&site, NULL);
	require(handed(&bob, 0) != NULL);
	refuse(&bob, item, PB__REFUSE_REASON__REFUSE_REASON_NOT_UNDERSTOOD);
	check_int(site_delivery(&site, item).state, DELIVERY_DEAD);
	check(site_notice(&site, PB__NOTICE_KIND__NOTICE_KIND_DEAD_LETTER, 0) == NULL);
	site_run(&site, site_hello(&site, &alice, true));
	check(site_notice(&site, PB__NOTICE_KIND__NOTICE_KIND_DEAD_LETTER, 0) == NULL);
	site_operate(&site, site_act(PB__QUEUE_ACT__QUEUE_ACT_REQUEUE, &item, 1));
	site_run(&site, NULL);
	acknowledge(&bob, item);
	check_int(site_delivery(&site, item).state, DELIVERY_ACKNOWLEDGED);
	site_close(&site);
}

/* Parts that do not arrive are the sender's message that does not arrive. */
static void test_dead_release(void)
{
	uint64_t message, item;

	set_up();
	message = send(2, 1);
	site_run(&site, site_credit(&bob, 10, 1u << 20));
	acknowledge(&bob, message);
	item = release(message);
	site_run(&site, NULL);
	refuse(&bob, item, PB__REFUSE_REASON__REFUSE_REASON_NOT_AUTHENTIC);
	check_int(site_delivery(&site, item).state, DELIVERY_DEAD);
	require(site_notice(&site, PB__NOTICE_KIND__NOTICE_KIND_DEAD_LETTER, 0) != NULL);
	check_text(site_notice(&site, PB__NOTICE_KIND__NOTICE_KIND_DEAD_LETTER, 0)->recipient, "bob@chiba-city");
	site_close(&site);
}

/* Revoked as compromised: what the agency sent and the site was about to release is set aside, what the site asks of the agency is not. */
static void test_compromised(void)
{
	uint64_t message, released, task;

	set_up();
	message = send(2, 1);
	site_run(&site, site_credit(&bob, 1, 1u << 20));
	acknowledge(&bob, message);
	released = release(message);
	task = seal_task(message);
	site_operate(&site, site_revoke("alice", true));
	check_int(site_delivery(&site, released).state, DELIVERY_QUARANTINED);
	check_int(site_delivery(&site, task).state, DELIVERY_WAITING);
	check_int(site_delivery(&site, message).state, DELIVERY_ACKNOWLEDGED);
	site_close(&site);
}

/* ---- applying ---- */

static enum err apply(size_t first, Pb__Told *told, size_t count)
{
	struct leaf_header header = { .seq = 100000, .time_us = 5 };
	Pb__Told *all[17];
	struct txn *txn;
	enum err err;

	for (size_t i = 0; i < count; i++)
		all[i] = told;
	require_ok(txn_begin_write(site.store, &txn));
	err = told_apply(txn, &header, first, all, count);
	txn_abort(txn);
	return err;
}

/* Entries that no release of ours makes. */
static void test_damaged(void)
{
	uint8_t hash[DIGEST_BYTES] = { 0 };
	Pb__Told told = PB__TOLD__INIT;

	set_up();
	told.what = PB__ITEM_WHAT__ITEM_WHAT_NOTICE;
	told.hash = pb_of_bytes(bytes_of(hash, sizeof(hash)));
	check_ok(apply(0, &told, 16));
	check_err(apply(0, &told, 17), ERR_CORRUPT);
	check_err(apply(16, &told, 1), ERR_CORRUPT);
	told.about = send(2, 1);
	check_err(apply(0, &told, 1), ERR_CORRUPT);
	told.what = PB__ITEM_WHAT__ITEM_WHAT_RELEASE;
	check_ok(apply(0, &told, 1));
	told.about += 16; /* no such message */
	check_err(apply(0, &told, 1), ERR_CORRUPT);
	told.about = 0;
	check_err(apply(0, &told, 1), ERR_CORRUPT);
	told.what = PB__ITEM_WHAT__ITEM_WHAT_MESSAGE;
	check_err(apply(0, &told, 1), ERR_CORRUPT);
	told.what = PB__ITEM_WHAT__ITEM_WHAT_NOTICE;
	told.hash.len = 31;
	check_err(apply(0, &told, 1), ERR_CORRUPT);
	site_close(&site);
}

UNIT_SUITE("broker/told",
	{ "a notice is packed and named by its bytes", test_notice },
	{ "a release brings the held parts", test_release },
	{ "nothing held, nothing released", test_nothing_held },
	{ "a seal task brings all parts to the sender", test_seal_task },
	{ "items of an entry are bounded", test_room },
	{ "danger first, a thread in order", test_order },
	{ "handed out and acknowledged", test_hand_out_released },
	{ "acknowledged by another hash", test_wrong_acknowledgement },
	{ "a dead notice", test_dead_notice },
	{ "a dead release", test_dead_release },
	{ "the sender's keys compromised", test_compromised },
	{ "entries that cannot be", test_damaged });
