/* SPDX-License-Identifier: Apache-2.0 */
/* Promise P1 between two batches: what is on its way to the disk goes on without its writer, and nobody hears of it before it is there. */
#include <pthread.h>
#include <unistd.h>

#include "../store/disk.h"
#include "site.h"
#include "unit.h"

#define LARGE 60u /* messages of 10,000 bytes: more than is waited for */

static struct site site;
static struct desk_device alice, bob;
static const char *const ids[] = { "alice", "bob" };


static void end(void)
{
	disk_end();
	site_close(&site);
}

static struct inbound *frame_of(unsigned messages, size_t part_bytes)
{
	struct inbound *frame = frame_new(&alice);

	for (unsigned i = 0; i < messages; i++) {
		struct draft draft = site_draft(&site, &alice, &bob);

		draft.part_bytes = part_bytes;
		frame_submit(frame, &draft);
	}
	return frame;
}

/* What came before in small batches is folded by a large one, which is waited for. */
static void set_up(uint64_t map_bytes)
{
	site = (struct site){ .map_bytes = map_bytes };
	site_open(&site);
	site_directory(&site, ids, 2);
	alice = site_enrol(&site, "alice");
	bob = site_enrol(&site, "bob");
	site_run(&site, site_credit(&bob, 10000, 100000000));
	site_run(&site, frame_of(LARGE, 10000));
	disk_begin(unit_folder());
}

/* As the writer's thread runs it: what is not durable yet is not waited for. */
static enum err run_on(struct inbound *inbound)
{
	return batch_run(site.broker, site.clocks, &inbound, 1);
}

/* Takes what was told into site.out, behind what is there. */
static size_t take_told(void)
{
	size_t before = site.out_count;
	void *item;

	while (ring_take(broker_outbound(site.broker), &item, 1) == 1)
		site.out[site.out_count++] = item;
	return site.out_count - before;
}

static void forget_told(void)
{
	(void)take_told();
	for (size_t i = 0; i < site.out_count; i++)
		outbound_free(site.out[i]);
	site.out_count = 0;
}

static void test_told_once_durable(void)
{
	set_up(0);
	forget_told();
	disk_hold_sync("data.mdb");
	require_ok(run_on(frame_of(LARGE, 10000)));
	check(batch_is_untold(site.broker));
	check_uint(take_told(), 0);
	check_uint(broker_waiting(site.broker, bob.agency), 2 * LARGE); /* the writer itself goes on from there */
	disk_let_go();
	require_ok(batch_tell(site.broker));
	check(!batch_is_untold(site.broker));
	check(take_told() > 0);
	require(site_replies(&site, 0) != NULL);
	check_uint(site_replies(&site, 0)->n_replies, LARGE);
	check(site_told(&site, OUTBOUND_HANDOUT, 0) != NULL);
	end();
}

static void *let_go_later(void *nothing)
{
	(void)nothing;
	usleep(20000); /* the batch that waits for it is in its midst by then, or has not begun: both are right */
	disk_let_go();
	return NULL;
}

/* The next batch runs meanwhile, but is never durable before it, nor told. */
static void test_one_after_another(void)
{
	pthread_t thread;

	set_up(0);
	for (unsigned i = 0; i < 4; i++) {
		unsigned next = i % 2 == 0 ? 3 : LARGE + 1; /* one that is waited for, or another that is not */

		forget_told();
		disk_hold_sync("data.mdb");
		require_ok(run_on(frame_of(LARGE, 10000)));
		check_uint(take_told(), 0);
		require(pthread_create(&thread, NULL, let_go_later, NULL) == 0);
		require_ok(run_on(frame_of(next, 10000)));
		require_ok(batch_tell(site.broker));
		pthread_join(thread, NULL);
		(void)take_told();
		require(site_replies(&site, 1) != NULL);
		check_uint(site_replies(&site, 0)->n_replies, LARGE);
		check_uint(site_replies(&site, 1)->n_replies, next);
	}
	end();
}

/* The same bytes: Views carry nonces, so a repeat sends what was sent. */
static void copy_order(struct inbound *to, const struct inbound *from, size_t order)
{
	struct bytes statement = from->batch.orders[order].statements[0];

	((struct bytes *)(uintptr_t)to->batch.orders[0].statements)[0] = bytes_of(arena_copy(&to->arena, statement), statement.len);
	((struct digest *)(uintptr_t)to->batch.orders[0].leaf_hashes)[0] = from->batch.orders[order].leaf_hashes[0];
}

/* Sent again before its first receipt was told: one message, one answer for both, and that once it is durable. */
static void test_again_meanwhile(void)
{
	struct draft draft;
	struct inbound *frame, *again;

	set_up(0);
	forget_told();
	again = frame_new(&alice);
	frame = frame_of(LARGE, 10000);
	draft = site_draft(&site, &alice, &bob);
	frame_submit(frame, &draft);
	frame_submit(again, &draft);
	copy_order(again, frame, LARGE);
	disk_hold_sync("data.mdb");
	require_ok(run_on(frame));
	disk_let_go();
	require_ok(run_on(again));
	require_ok(batch_tell(site.broker));
	(void)take_told();
	require(site_replies(&site, 1) != NULL);
	require(site_replies(&site, 1)->replies[0]->outcome_case == PB__REPLY__OUTCOME_ACCEPTED);
	check(site_replies(&site, 1)->replies[0]->accepted->duplicate);
	check_uint(broker_waiting(site.broker, bob.agency), 2 * LARGE + 1);
	end();
}

/* A batch that is undone finds memory as the batch before left it, durable or not. */
static void test_undone_behind_another(void)
{
	set_up(8u * 1024u * 1024u);
	forget_told();
	require_ok(run_on(frame_of(LARGE, 10000)));
	require_ok(run_on(frame_of(80, 90000))); /* more than the map holds */
	require_ok(batch_tell(site.broker));
	(void)take_told();
	require(site_replies(&site, 1) != NULL);
	check_int(site_replies(&site, 0)->replies[0]->outcome_case, PB__REPLY__OUTCOME_ACCEPTED);
	check_int(site_replies(&site, 1)->replies[0]->outcome_case, PB__REPLY__OUTCOME_REFUSAL);
	check_uint(broker_waiting(site.broker, bob.agency), 2 * LARGE);
	end();
}

/* Nothing is told of it, then or later, and nothing follows. */
static void test_never_durable(void)
{
	uint64_t entries;

	set_up(0);
	forget_told();
	entries = ledger_size(site.broker->ledger);
	disk_fail_sync("data.mdb", true);
	if (run_on(frame_of(LARGE, 10000)) == ERR_OK)
		check_err(batch_tell(site.broker), ERR_IO);
	check_err(run_on(frame_of(1, 100)), ERR_IO);
	check_err(batch_tell(site.broker), ERR_IO);
	(void)take_told();
	for (size_t i = 0; site_replies(&site, i) != NULL; i++)
		check_int(site_replies(&site, i)->replies[0]->outcome_case, PB__REPLY__OUTCOME_REFUSAL);
	check(site_told(&site, OUTBOUND_HANDOUT, 0) == NULL);
	disk_end();
	site_reopen(&site);
	check_uint(ledger_size(site.broker->ledger), entries);
	check_uint(broker_waiting(site.broker, bob.agency), LARGE);
	site_close(&site);
}

UNIT_SUITE("broker/batch_durable",
	{ "told once it is durable", test_told_once_durable },
	{ "one after another", test_one_after_another },
	{ "sent again meanwhile", test_again_meanwhile },
	{ "undone behind another", test_undone_behind_another },
	{ "never durable", test_never_durable });
