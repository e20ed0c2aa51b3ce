/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures that are proved while the batch is worked on: nothing takes effect before, and what was forged takes none. */
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "site.h"
#include "unit.h"

static struct site site;
static struct desk_device alice, bob;
static const char *const ids[] = { "alice", "bob" };

static void set_up(void)
{
	site = (struct site){ 0 };
	site_open(&site);
	site_directory(&site, ids, 2);
	alice = site_enrol(&site, "alice");
	bob = site_enrol(&site, "bob");
}

static struct inbound *frame_with(struct promise *proof, struct desk_device *from, struct desk_device *to)
{
	struct draft draft = site_draft(&site, from, to);
	struct inbound *frame = frame_new(from);

	frame_submit(frame, &draft);
	promise_init(proof);
	frame->batch.proof = proof;
	return frame;
}

static void test_proved(void)
{
	struct promise proof;
	struct inbound *frame;
	uint64_t before;

	set_up();
	before = ledger_size(site.broker->ledger);
	frame = frame_with(&proof, &alice, &bob);
	promise_tell(&proof, ERR_OK);
	site_run(&site, frame);
	check_int(site_refusal(&site, 0), 0);
	check(ledger_size(site.broker->ledger) > before);
	check(proof.heard);
	site_close(&site);
}

/* In the same batch as a good one: each gets its own answer, and of the forged one nothing is left in tables or memory. */
static void forged_beside_good(enum err result, Pb__RefusalCode code)
{
	struct promise good, bad;
	struct inbound *frames[2];
	uint64_t before;
	size_t items;

	set_up();
	before = ledger_size(site.broker->ledger);
	items = site_item_count(&site);
	frames[0] = frame_with(&bad, &alice, &bob);
	frames[1] = frame_with(&good, &bob, &alice);
	promise_tell(&bad, result);
	promise_tell(&good, ERR_OK);
	require_ok(site_try(&site, frames, 2));
	require(site_replies(&site, 0) != NULL && site_replies(&site, 1) != NULL);
	require(site_replies(&site, 0)->replies[0]->outcome_case == PB__REPLY__OUTCOME_REFUSAL);
	check_int(site_replies(&site, 0)->replies[0]->refusal->code, code);
	check_int(site_replies(&site, 1)->replies[0]->outcome_case, PB__REPLY__OUTCOME_ACCEPTED);
	check_uint(ledger_size(site.broker->ledger), before + 1);
	check_uint(site_item_count(&site), items + 1);
	check_uint(site.broker->gauges.batch_errors, 0); /* it is no fault of ours */
	site_close(&site);
}

static void test_forged(void)
{
	forged_beside_good(ERR_AUTH, REFUSE(BAD_SIGNATURE));
}

static void test_not_verified_for_want_of_memory(void)
{
	forged_beside_good(ERR_NOMEM, REFUSE(INTERNAL));
}

/* The same id again, signed: the forged one used up none. */
static void test_forged_uses_up_no_id(void)
{
	struct draft draft;
	struct promise proof;
	struct inbound *frame;

	set_up();
	draft = site_draft(&site, &alice, &bob);
	frame = frame_new(&alice);
	frame_submit(frame, &draft);
	promise_init(&proof);
	frame->batch.proof = &proof;
	promise_tell(&proof, ERR_AUTH);
	site_run(&site, frame);
	check_int(site_refusal(&site, 0), REFUSE(BAD_SIGNATURE));
	site_submit(&site, &draft);
	check_int(site_refusal(&site, 0), 0);
	check(!site_reply(&site, 0)->accepted->duplicate);
	site_close(&site);
}

static struct promise late;
static atomic_bool told;

static void *tell_late(void *unused)
{
	(void)unused;
	nanosleep(&(struct timespec){ .tv_nsec = 20000000 }, NULL); /* whoever does not wait is through by then */
	atomic_store(&told, true);
	promise_tell(&late, ERR_OK);
	return NULL;
}

/* Whoever runs the batch is back only after it was told. */
static void test_waits(void)
{
	pthread_t thread;
	struct inbound *frame;

	set_up();
	atomic_store(&told, false);
	frame = frame_with(&late, &alice, &bob);
	require(pthread_create(&thread, NULL, tell_late, NULL) == 0);
	site_run(&site, frame);
	check(atomic_load(&told));
	check_int(site_refusal(&site, 0), 0);
	pthread_join(thread, NULL);
	site_close(&site);
}

/* Refused unheard: its frame is still not given back before it was told. */
static void test_waits_when_refused(void)
{
	pthread_t thread;
	struct inbound *frame;

	set_up();
	atomic_store(&told, false);
	frame = frame_with(&late, &alice, &bob);
	require(pthread_create(&thread, NULL, tell_late, NULL) == 0);
	batch_refuse(site.broker, site.clocks, &frame, 1);
	check(atomic_load(&told));
	pthread_join(thread, NULL);
	site_close(&site);
}

UNIT_SUITE("broker/batch_proof",
	{ "proved", test_proved },
	{ "forged", test_forged },
	{ "not verified for want of memory", test_not_verified_for_want_of_memory },
	{ "a forged order uses up no id", test_forged_uses_up_no_id },
	{ "waits until it is told", test_waits },
	{ "waits when refused", test_waits_when_refused });
