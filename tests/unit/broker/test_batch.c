/* SPDX-License-Identifier: Apache-2.0 */
/* Batches that fail: nothing of them happened, and acknowledgements still get through. */
#include "site.h"
#include "unit.h"

static struct site site;
static struct desk_device alice, bob;
static const char *const ids[] = { "alice", "bob" };

static void set_up(uint64_t map_bytes)
{
	site = (struct site){ .map_bytes = map_bytes };
	site_open(&site);
	site_directory(&site, ids, 2);
	alice = site_enrol(&site, "alice");
	bob = site_enrol(&site, "bob");
}

static struct inbound *large_message(void)
{
	struct draft draft = site_draft(&site, &alice, &bob);
	struct inbound *frame = frame_new(&alice);

	draft.part_bytes = 90000;
	frame_submit(frame, &draft);
	return frame;
}

/* A small map is filled with submissions until they are refused; what came before is acknowledged all the same, and then there is
 * room again for what is small. */
static void test_full_store(void)
{
	uint64_t accepted = 0;
	struct inbound *frame;
	Pb__RefusalCode code = 0;

	set_up(4u * 1024u * 1024u);
	while (accepted < 1000) {
		site_run(&site, large_message());
		code = site_refusal(&site, 0);
		if (code != 0)
			break;
		accepted++;
	}
	check_int(code, REFUSE(STORE_FULL));
	check(accepted > 5);
	check(batch_due_in(site.broker, site.clocks) <= 1000000); /* whether there is room again is looked at by itself */
	check_uint(broker_waiting(site.broker, bob.agency), accepted);
	frame = frame_new(&bob);
	for (size_t nth = 1; nth <= accepted; nth++) {
		uint64_t item = site_item(&site, nth);
		struct digest hash = site_delivery(&site, item).view_hash;

		frame_acknowledge(frame, &item, &hash, 1);
	}
	site_run(&site, frame);
	for (size_t i = 0; i < accepted; i++)
		check_int(site_refusal(&site, i), 0);
	check_uint(broker_waiting(site.broker, bob.agency), 0);
	site_reopen(&site); /* what was acknowledged stays so */
	check_uint(broker_waiting(site.broker, bob.agency), 0);
	site_close(&site);
}

/* One batch of more than the map holds, with an acknowledgement in it: the submissions are refused, the acknowledgement is not. */
static void test_batch_too_large(void)
{
	struct draft draft;
	struct inbound *inbound[2];
	struct digest hash;
	uint64_t item, entries;

	set_up(4u * 1024u * 1024u);
	draft = site_draft(&site, &alice, &bob);
	site_submit(&site, &draft);
	item = site_item(&site, 1);
	hash = site_delivery(&site, item).view_hash;
	entries = ledger_size(site.broker->ledger);
	inbound[0] = frame_new(&alice);
	for (int i = 0; i < 50; i++) {
		draft = site_draft(&site, &alice, &bob);
		draft.part_bytes = 90000;
		frame_submit(inbound[0], &draft);
	}
	inbound[1] = frame_new(&bob);
	frame_acknowledge(inbound[1], &item, &hash, 1);
	require_ok(site_try(&site, inbound, 2));
	require(site_replies(&site, 1) != NULL);
	for (size_t i = 0; i < 50; i++)
		check_int(site_refusal(&site, i), REFUSE(STORE_FULL));
	check_int(site_replies(&site, 1)->replies[0]->outcome_case, PB__REPLY__OUTCOME_ACCEPTED);
	check_uint(ledger_size(site.broker->ledger), entries + 1);
	check_uint(broker_waiting(site.broker, bob.agency), 0);
	check_int(site_delivery(&site, item).state, DELIVERY_ACKNOWLEDGED);
	site_close(&site);
}

/* What was handed out before the batch that failed is still in the same hands. */
static void test_leases_survive(void)
{
	struct draft draft;
	struct inbound *frame;
	uint64_t item;
	bool leased = false;

	set_up(4u * 1024u * 1024u);
	draft = site_draft(&site, &alice, &bob);
	site_submit(&site, &draft);
	site_run(&site, site_credit(&bob, 100, 1000000));
	frame = frame_new(&alice);
	for (int i = 0; i < 50; i++) {
		draft = site_draft(&site, &alice, &bob);
		draft.part_bytes = 90000;
		frame_submit(frame, &draft);
	}
	site_run(&site, frame);
	check_int(site_refusal(&site, 0), REFUSE(STORE_FULL));
	item = site_item(&site, 1);
	broker_leased(site.broker, &item, 1, &leased);
	check(leased);
	check(site_told(&site, OUTBOUND_HANDOUT, 0) == NULL);
	check_uint(broker_waiting(site.broker, bob.agency), 1);
	site_close(&site);
}

static void test_many_items(void)
{
	uint64_t items[1024];
	size_t total = 0;

	set_up(0);
	for (int round = 0; round < 3; round++) {
		struct inbound *frame = frame_new(&alice);

		for (int i = 0; i < 200; i++) {
			struct draft draft = site_draft(&site, &alice, &bob);

			draft.part_bytes = 5000;
			frame_submit(frame, &draft);
		}
		site_run(&site, frame);
	}
	site_run(&site, site_credit(&bob, 1000, 1000000000));
	for (int round = 0; round < 20 && total < 600; round++) {
		size_t count = site_handed(&site, bob.session, items, 1024);

		check(count <= 256);
		check(count * 5000 <= 1048576);
		for (size_t i = 0; i < count; i++)
			check_uint(items[i], site_item(&site, total + i + 1));
		total += count;
		check((batch_due_in(site.broker, site.clocks) == 0) == (total < 600));
		site_run(&site, NULL);
	}
	check_uint(total, 600);
	site_close(&site);
}

static void test_gauges(void)
{
	struct broker_gauges gauges;
	struct draft draft;

	set_up(0);
	draft = site_draft(&site, &alice, &bob);
	draft.urgency = PB__URGENCY__URGENCY_URGENT;
	site_submit(&site, &draft);
	broker_gauges(site.broker, &gauges);
	check_uint(gauges.waiting[PB__URGENCY__URGENCY_URGENT], 1);
	check_uint(gauges.entries, ledger_size(site.broker->ledger));
	check_int(gauges.oldest_waiting_us, site.clocks.wall_us);
	check_uint(gauges.receiving_sessions, 2);
	check(gauges.index_bytes > 0);
	check(gauges.commits > 0);
	site_run(&site, site_credit(&bob, 1, 1000000));
	broker_gauges(site.broker, &gauges);
	check_uint(gauges.leased, 1);
	check_uint(gauges.waiting[PB__URGENCY__URGENCY_URGENT], 0);
	site_close(&site);
}

/* Sessions that the writer cannot know are told to begin anew; what is offered after the stop is refused. */
static void test_refused_at_stop(void)
{
	struct draft draft;
	struct inbound *inbound[2];
	void *item;

	set_up(0);
	draft = site_draft(&site, &alice, &bob);
	inbound[0] = frame_new(&alice);
	frame_submit(inbound[0], &draft);
	inbound[1] = site_hello(&site, &alice, true);
	batch_refuse(site.broker, site.clocks, inbound, 2);
	site_try(&site, NULL, 0);
	while (ring_take(broker_outbound(site.broker), &item, 1) == 1)
		outbound_free(item);
	check_int(site_refusal(&site, 0), REFUSE(STOPPING));
	check(site_told(&site, OUTBOUND_CLOSE, 0) != NULL);
	site_close(&site);
}

UNIT_SUITE("broker/batch",
	{ "a full store refuses submissions and takes acknowledgements", test_full_store },
	{ "a batch that finds no room runs again without submissions", test_batch_too_large },
	{ "leases outlive a batch that failed", test_leases_survive },
	{ "hand-outs are bounded, and go on by themselves", test_many_items },
	{ "gauges", test_gauges },
	{ "what comes after the end is refused", test_refused_at_stop });
