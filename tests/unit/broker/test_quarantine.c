/* SPDX-License-Identifier: Apache-2.0 */
/* Keys revoked as compromised: what was sent with them and has not left is set aside, in the same commit. */
#include "contract/limits.h"
#include "site.h"
#include "unit.h"

static struct site site;
static struct desk_device alice, bob, carol;
static uint8_t thread[16];

static void set_up(void)
{
	static const char *const ids[] = { "alice", "bob", "carol" };

	site = (struct site){ 0 };
	site_open(&site);
	site_directory(&site, ids, 3);
	alice = site_enrol(&site, "alice");
	bob = site_enrol(&site, "bob");
	carol = site_enrol(&site, "carol");
	memset(thread, 7, sizeof(thread));
}

static uint64_t send(const struct desk_device *from, const struct desk_device *to, const uint8_t *in_thread)
{
	struct draft draft = site_draft(&site, from, to);

	memcpy(draft.case_id, draft.id, 16);
	if (in_thread != NULL)
		memcpy(draft.thread, in_thread, 16);
	site_submit(&site, &draft);
	require(site_refusal(&site, 0) == 0);
	return site_item(&site, site_item_count(&site));
}

static size_t handed(const struct desk_device *device, uint64_t *items)
{
	return site_handed(&site, device->session, items, 16);
}

static void revoke(bool compromised)
{
	site_operate(&site, site_revoke("alice", compromised));
	require(site.answer->body_case == PB__ADMIN_REPLY__BODY_DONE);
}

static uint64_t quarantined(void)
{
	struct broker_gauges gauges;

	broker_gauges(site.broker, &gauges);
	return gauges.quarantined;
}

/* A further device of alice's, with a session. */
static struct desk_device second_device(void)
{
	struct desk_device second;
	struct inbound *frame = frame_new(&alice);

	site_make_device(&site, "alice", &second);
	second.device = 2;
	frame_bind(frame, 0, &second);
	site_run(&site, frame);
	require(site_refusal(&site, 0) == 0);
	site_run(&site, site_hello(&site, &second, true));
	return second;
}

static void test_compromised(void)
{
	uint64_t out, waits, frozen, other, items[16];

	set_up();
	out = send(&alice, &bob, NULL);
	site_run(&site, site_credit(&bob, 1, 1000000));
	require(handed(&bob, items) == 1);
	waits = send(&alice, &bob, NULL);
	frozen = send(&alice, &carol, NULL);
	other = send(&carol, &bob, NULL);
	site_operate(&site, site_act(PB__QUEUE_ACT__QUEUE_ACT_FREEZE, &frozen, 1));
	revoke(true);
	check_int(site_delivery(&site, out).state, DELIVERY_WAITING); /* it has left */
	check_int(site_delivery(&site, waits).state, DELIVERY_QUARANTINED);
	check_int(site_delivery(&site, frozen).state, DELIVERY_FROZEN); /* held already */
	check_int(site_delivery(&site, other).state, DELIVERY_WAITING);
	check_uint(quarantined(), 1);
	site_run(&site, site_credit(&bob, 10, 1000000));
	require(handed(&bob, items) == 1);
	check_uint(items[0], other);
	site_close(&site);
}

static void test_closed(void)
{
	uint64_t waits, items[16];

	set_up();
	waits = send(&alice, &bob, NULL);
	revoke(false);
	check_int(site_delivery(&site, waits).state, DELIVERY_WAITING);
	check_uint(quarantined(), 0);
	site_run(&site, site_credit(&bob, 10, 1000000));
	require(handed(&bob, items) == 1);
	check_uint(items[0], waits);
	site_close(&site);
}

static struct device device_of(const struct desk_device *desk)
{
	struct txn *txn = site_read(&site);
	struct device device;

	require_ok(device_get(txn, desk->agency, desk->device, &device));
	txn_abort(txn);
	return device;
}

/* What became known only later: the keys end when they did, and what they sent stays no longer. */
static void test_closed_then_compromised(void)
{
	uint64_t waits, items[16];
	int64_t ended_at_us;

	set_up();
	waits = send(&alice, &bob, NULL);
	revoke(false);
	ended_at_us = device_of(&alice).ends_at_us;
	check(!device_of(&alice).compromised);
	site_pass(&site, 5000000);
	revoke(true);
	check(device_of(&alice).compromised);
	check_int(device_of(&alice).ends_at_us, ended_at_us);
	check_int(site_delivery(&site, waits).state, DELIVERY_QUARANTINED);
	site_run(&site, site_credit(&bob, 10, 1000000));
	check_uint(handed(&bob, items), 0);
	site_operate(&site, site_revoke("alice", true)); /* that is all there is to say */
	require(site.answer->body_case == PB__ADMIN_REPLY__BODY_REFUSAL);
	check_int(site.answer->refusal->code, REFUSE(NOT_ENROLLED));
	site_operate(&site, site_revoke("alice", false)); /* and it is not unsaid */
	require(site.answer->body_case == PB__ADMIN_REPLY__BODY_REFUSAL);
	check(device_of(&alice).compromised);
	site_close(&site);
}

/* Bound anew meanwhile: the new keys are meant, as before. */
static void test_closed_and_enrolled_again(void)
{
	struct desk_device first, again;

	set_up();
	revoke(false);
	first = alice;
	again = site_enrol(&site, "alice");
	revoke(true);
	check(device_of(&again).compromised);
	check(!device_of(&first).compromised);
	site_operate(&site, site_revoke("alice", true)); /* none is in force: now the old ones */
	require(site.answer->body_case == PB__ADMIN_REPLY__BODY_DONE);
	check(device_of(&first).compromised);
	site_close(&site);
}

/* The operator lets it go on, or ends it; and a restart forgets nothing. */
static void test_release(void)
{
	uint64_t first, second, items[16];
	const struct outbound *told;

	set_up();
	first = send(&alice, &bob, NULL);
	second = send(&alice, &bob, NULL);
	revoke(true);
	site_reopen(&site);
	site_run(&site, site_hello(&site, &bob, true));
	site_run(&site, site_credit(&bob, 10, 1000000));
	check_uint(handed(&bob, items), 0);
	check_uint(quarantined(), 2);
	site_operate(&site, site_act(PB__QUEUE_ACT__QUEUE_ACT_REQUEUE, &first, 1));
	check_int(site.answer->refusal->code, REFUSE(UNKNOWN_ITEM));
	site_operate(&site, site_act(PB__QUEUE_ACT__QUEUE_ACT_FREEZE, &first, 1)); /* held already */
	check_int(site_delivery(&site, first).state, DELIVERY_QUARANTINED);
	site_operate(&site, site_act(PB__QUEUE_ACT__QUEUE_ACT_EXPIRE, &second, 1));
	check_int(site_delivery(&site, second).state, DELIVERY_UNDELIVERABLE);
	site_operate(&site, site_act(PB__QUEUE_ACT__QUEUE_ACT_THAW, &first, 1));
	require(handed(&bob, items) == 1);
	check_uint(items[0], first);
	told = site_told(&site, OUTBOUND_HANDOUT, 0);
	check(!told->items[0].redelivered && !told->items[0].after_dead_letter);
	check_uint(quarantined(), 0);
	site_close(&site);
}

/* Honest agencies that write in the same thread are not held up, but what they say is marked. */
static void test_thread(void)
{
	uint64_t kept, follows, items[16];

	set_up();
	kept = send(&alice, &bob, thread);
	follows = send(&carol, &bob, thread);
	revoke(true);
	site_run(&site, site_credit(&bob, 10, 1000000));
	require(handed(&bob, items) == 1);
	check_uint(items[0], follows);
	check(site_told(&site, OUTBOUND_HANDOUT, 0)->items[0].after_dead_letter);
	check_int(site_delivery(&site, kept).state, DELIVERY_QUARANTINED);
	site_close(&site);
}

/* One device reports another: what that one signed, and no more. */
static void test_one_device(void)
{
	struct desk_device second;
	struct inbound *frame;
	uint64_t by_first, by_second;
	struct draft draft;

	set_up();
	second = second_device();
	by_first = send(&alice, &bob, NULL);
	by_second = send(&second, &bob, NULL);
	frame = frame_new(&alice);
	draft = site_draft(&site, &alice, &carol);
	frame_unbind(frame, second.device, true);
	frame_unbind(frame, 77, true);
	site_run(&site, frame);
	check_int(site_refusal(&site, 0), 0);
	check_int(site_refusal(&site, 1), REFUSE(NOT_YOURS));
	check_int(site_delivery(&site, by_first).state, DELIVERY_WAITING);
	check_int(site_delivery(&site, by_second).state, DELIVERY_QUARANTINED);
	site_submit(&site, &draft); /* the other device goes on */
	check_int(site_refusal(&site, 0), 0);
	site_close(&site);
}

static void test_expires_in_quarantine(void)
{
	struct draft draft;

	set_up();
	draft = site_draft(&site, &alice, &bob);
	draft.expires_at_us = site.clocks.wall_us + 60000000;
	site_submit(&site, &draft);
	revoke(true);
	site_pass(&site, 60000000);
	site_run(&site, NULL);
	check_int(site_delivery(&site, site_item(&site, 1)).state, DELIVERY_DEAD);
	check_uint(quarantined(), 0);
	site_close(&site);
}

/* More than one entry holds: the commit has them all. */
static void test_many(void)
{
	const uint64_t count = QUARANTINE_ITEMS_MAX + 3;
	uint64_t entries;

	set_up();
	for (uint64_t sent = 0; sent < count;) {
		struct inbound *frame = frame_new(&alice);

		for (; frame->batch.count < LIMIT_ORDERS && sent < count; sent++) {
			struct draft draft = site_draft(&site, &alice, &bob);

			frame_submit(frame, &draft);
		}
		site_run(&site, frame);
	}
	entries = ledger_size(site.broker->ledger);
	revoke(true);
	check_uint(ledger_size(site.broker->ledger), entries + 4); /* the revocation, two, and the word that no leg is left to see to */
	check_uint(quarantined(), count);
	check_uint(broker_waiting(site.broker, bob.agency), 0);
	check_int(site_delivery(&site, site_item(&site, count)).state, DELIVERY_QUARANTINED);
	site_close(&site);
}

UNIT_SUITE("broker/quarantine",
	{ "compromised: what waits is set aside", test_compromised },
	{ "closed: what waits goes on", test_closed },
	{ "closed, then called compromised", test_closed_then_compromised },
	{ "closed, and enrolled again", test_closed_and_enrolled_again },
	{ "thawed or expired by the operator", test_release },
	{ "nobody else is held up", test_thread },
	{ "one device reported by another", test_one_device },
	{ "its time may run out there", test_expires_in_quarantine },
	{ "more than one entry holds", test_many });
