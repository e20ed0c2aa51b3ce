/* SPDX-License-Identifier: Apache-2.0 */
/* Several devices of one agency, not all of which can open a message: it goes to one that can, and ends only when none is left. */
#include "crypto/digest.h"
#include "site.h"
#include "unit.h"

#define CANNOT_OPEN PB__REFUSE_REASON__REFUSE_REASON_CANNOT_OPEN
#define REST_US 16000000 /* of an item for which no device that may open it asks */

static struct site site;
static uint64_t item; /* what the test is about */
static struct desk_device alice, first, second; /* the last two are bob's */
static struct digest second_sealing;

static void set_up(void)
{
	static const char *const ids[] = { "alice", "bob" };

	site = (struct site){ 0 };
	site_open(&site);
	site_directory(&site, ids, 2);
	alice = site_enrol(&site, "alice");
	first = site_enrol(&site, "bob");
}

/* Bob's second device, from now on. */
static void add_second(void)
{
	struct inbound *frame = frame_new(&first);

	site_make_device(&site, "bob", &second);
	second.device = 2;
	second_sealing = digest_of(bytes_of(second.sealing, sizeof(second.sealing)));
	frame_bind(frame, 0, &second);
	site_run(&site, frame);
	require(site_refusal(&site, 0) == 0);
	site_run(&site, site_hello(&site, &second, true));
}

static void seal_to_second_too(Pb__View *view, size_t index)
{
	static ProtobufCBinaryData list[3];

	(void)index;
	memcpy(list, view->sealed_to, 2 * sizeof(*list));
	list[2] = pb_of_bytes(digest_bytes(&second_sealing));
	view->sealed_to = list;
	view->n_sealed_to = 3;
}

static uint64_t send(bool to_both)
{
	struct draft draft = site_draft(&site, &alice, &first);

	draft.change = to_both ? seal_to_second_too : NULL;
	site_submit(&site, &draft);
	require(site_refusal(&site, 0) == 0);
	return site_item(&site, site_item_count(&site));
}

static void credit(const struct desk_device *device)
{
	site_run(&site, site_credit(device, 100, 1000000000));
}

static size_t handed(const struct desk_device *device)
{
	uint64_t items[16];

	return site_handed(&site, device->session, items, 16);
}

static void answer(const struct desk_device *device, uint64_t which, Pb__RefuseReason reason)
{
	struct inbound *frame = frame_new(device);
	struct digest hash = site_delivery(&site, which).view_hash;

	if (reason != 0)
		frame_refuse(frame, which, &hash, reason);
	else
		frame_acknowledge(frame, &which, &hash, 1);
	site_run(&site, frame);
	require(site_refusal(&site, 0) == 0);
}

static void pass(int64_t us)
{
	site_pass(&site, us);
	site_run(&site, NULL);
}

static uint64_t rows(void)
{
	uint64_t count;

	site_table_digest(&site, TABLE_OPENERS, &count);
	return count;
}

static void unbind(const struct desk_device *by, uint32_t device)
{
	struct inbound *frame = frame_new(by);

	frame_unbind(frame, device, false);
	site_run(&site, frame);
	require(site_refusal(&site, 0) == 0);
}

/* An item sealed before the second device was there, which then refused it; only that one asks for anything. */
static void refused_by_the_late_one(void)
{
	set_up();
	item = send(false);
	add_second();
	credit(&second);
	require(handed(&second) == 1);
	answer(&second, item, CANNOT_OPEN);
}

static void test_late_device(void)
{
	refused_by_the_late_one();
	check_uint(site_delivery(&site, item).attempts, 0);
	check_int(site_delivery(&site, item).state, DELIVERY_WAITING);
	check_int(site_delivery(&site, item).reason, CANNOT_OPEN);
	check_uint(rows(), 1);
	for (int i = 0; i < 5; i++) {
		pass(REST_US);
		check_uint(handed(&second), 0); /* again and again: not to this one */
	}
	check(batch_due_in(site.broker, site.clocks) > REST_US / 2); /* and not in a tight loop */
	credit(&first);
	pass(REST_US);
	require(handed(&first) == 1);
	answer(&first, item, 0);
	check_int(site_delivery(&site, item).state, DELIVERY_ACKNOWLEDGED);
	check_uint(rows(), 0);
	site_close(&site);
}

/* Whoever's turn it is: it goes to the one that can, as soon as it has rested. */
static void test_the_other_is_there(void)
{
	set_up();
	item = send(false);
	add_second();
	credit(&second);
	require(handed(&second) == 1);
	credit(&first);
	answer(&second, item, CANNOT_OPEN);
	check_uint(handed(&first), 0);
	pass(1000000);
	check_uint(handed(&first), 1);
	check_uint(handed(&second), 0);
	site_close(&site);
}

/* What the late device can open does not wait for what it cannot. */
static void test_others_pass(void)
{
	refused_by_the_late_one();
	(void)send(true);
	check_uint(handed(&second), 1);
	(void)send(true);
	check_uint(handed(&second), 1);
	credit(&first);
	(void)send(true);
	pass(1000000);
	check_uint(handed(&first), 1); /* number 1, though number 4 came to one of them just before */
	site_close(&site);
}

static void test_restart(void)
{
	refused_by_the_late_one();
	site_reopen(&site);
	site_run(&site, site_hello(&site, &second, true));
	credit(&second);
	check_uint(handed(&second), 0);
	site_run(&site, site_hello(&site, &first, true));
	credit(&first);
	pass(REST_US);
	check_uint(handed(&first), 1);
	site_close(&site);
}

/* The device that could is revoked: a dead letter, with the reason, and its sender hears of it. */
static void test_nobody_left(void)
{
	const Pb__Notice *notice;

	refused_by_the_late_one();
	unbind(&second, first.device);
	pass(REST_US);
	require(handed(&second) == 1);
	answer(&second, item, CANNOT_OPEN);
	check_int(site_delivery(&site, item).state, DELIVERY_DEAD);
	check_int(site_delivery(&site, item).reason, CANNOT_OPEN);
	check_uint(site_delivery(&site, item).attempts, 1);
	notice = site_notice(&site, PB__NOTICE_KIND__NOTICE_KIND_DEAD_LETTER, 0);
	require(notice != NULL);
	check_int(notice->reason, CANNOT_OPEN);
	check_uint(rows(), 0);
	site_close(&site);
}

/* Sealed to both, and neither can: one failure for both of them, until it is a dead letter. */
static void test_neither_can(void)
{
	unsigned refusals = 0;

	set_up();
	add_second();
	item = send(true);
	credit(&first);
	credit(&second);
	while (site_delivery(&site, item).state != DELIVERY_DEAD && refusals < 100) {
		const struct desk_device *holder = leases_session(site.broker->leases, item) == first.session ? &first : &second;

		require(leases_session(site.broker->leases, item) == holder->session);
		answer(holder, item, CANNOT_OPEN);
		refusals++;
		check_uint(site_delivery(&site, item).attempts, refusals / 2);
		pass(64000000);
	}
	check_uint(refusals, 6);
	site_close(&site);
}

static void test_only_device(void)
{
	set_up();
	item = send(false);
	credit(&first);
	for (uint32_t i = 1; i <= 3; i++) {
		require(handed(&first) == 1);
		answer(&first, item, CANNOT_OPEN);
		check_uint(site_delivery(&site, item).attempts, i);
		pass(8000000);
	}
	check_int(site_delivery(&site, item).state, DELIVERY_DEAD);
	site_close(&site);
}

/* New keys make no new device: it keeps its old ones to open what was sealed to them. */
static void test_rotated(void)
{
	struct desk_device fresh;
	struct inbound *frame;

	set_up();
	item = send(false);
	add_second();
	frame = frame_new(&first);
	site_make_device(&site, "bob", &fresh);
	frame_bind(frame, first.device, &fresh);
	site_run(&site, frame);
	require(site_refusal(&site, 0) == 0);
	fresh.device = first.device;
	fresh.session = first.session;
	credit(&second);
	require(handed(&second) == 1);
	answer(&second, item, CANNOT_OPEN);
	check_uint(site_delivery(&site, item).attempts, 0);
	credit(&fresh);
	pass(1000000);
	check_uint(handed(&fresh), 1);
	site_close(&site);
}

/* The operator puts it back: every device may try again. */
static void test_requeue(void)
{

	refused_by_the_late_one();
	answer(&second, item, CANNOT_OPEN); /* said twice, noted once */
	check(site_reply(&site, 0)->accepted->duplicate);
	unbind(&second, first.device);
	pass(REST_US);
	require(handed(&second) == 1);
	answer(&second, item, CANNOT_OPEN);
	require(site_delivery(&site, item).state == DELIVERY_DEAD);
	site_operate(&site, site_act(PB__QUEUE_ACT__QUEUE_ACT_REQUEUE, &item, 1));
	check_uint(handed(&second), 1);
	site_close(&site);
}

static void test_rebuild(void)
{
	struct digest before, after;
	uint64_t count;

	refused_by_the_late_one();
	before = site_table_digest(&site, TABLE_OPENERS, &count);
	broker_close(site.broker);
	site.broker = NULL;
	require_ok(broker_rebuild(&site.options, site.store, NULL, NULL));
	require_ok(broker_open(&site.options, site.store, &site.broker));
	check_uint(rows(), 1);
	after = site_table_digest(&site, TABLE_OPENERS, &count);
	check(digest_equal(&before, &after));
	site_close(&site);
}

UNIT_SUITE("broker/openers",
	{ "a late device's refusal counts nothing", test_late_device },
	{ "it goes to the device that can open it", test_the_other_is_there },
	{ "nothing else waits for it", test_others_pass },
	{ "a restart remembers", test_restart },
	{ "no device is left: a dead letter", test_nobody_left },
	{ "all devices say so: a failure each round", test_neither_can },
	{ "an only device's refusals count", test_only_device },
	{ "a device with new keys is the same device", test_rotated },
	{ "requeued: all may try", test_requeue },
	{ "a rebuild derives it anew", test_rebuild });
