/* SPDX-License-Identifier: Apache-2.0 */
/* How orders travel together: alone at once, together while something is unanswered, within the broker's terms. */
#include "libtsunagi/batcher.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "contract/codec.h"
#include "contract/limits.h"
#include "libtsunagi/bundle_session.h"
#include "stage.h"
#include "unit.h"

struct line {
	struct stage *stage;
	struct session *session;
	struct batcher *batcher;
	uint64_t answered[64]; /* numbers of batches whose replies came, in order */
	size_t replies[64];
	size_t answered_count;
};

static void turn(struct line *line)
{
	const Pb__FromBroker *message = NULL;
	struct bytes data;

	if (session_next(line->session, &message, &data) == SESSION_FRAME && message->body_case == PB__FROM_BROKER__BODY_REPLIES &&
	    line->answered_count < 64) {
		line->replies[line->answered_count] = message->replies->n_replies;
		line->answered[line->answered_count++] = message->replies->batch;
	}
}

static void wait_open(struct line *line)
{
	int64_t until_us = clock_mono_us() + UNIT_PATIENCE_US;

	while (!session_is_open(line->session) && clock_mono_us() < until_us) {
		turn(line);
		session_wait(line->session, clock_mono_us() + 20000);
	}
	require(session_is_open(line->session));
}

static void wait_answers(struct line *line, size_t count)
{
	int64_t until_us = clock_mono_us() + UNIT_PATIENCE_US;

	while (line->answered_count < count && clock_mono_us() < until_us) {
		turn(line);
		session_wait(line->session, clock_mono_us() + 20000);
	}
	require(line->answered_count >= count);
}

static struct line begin(void)
{
	struct line line = { .stage = stage_new() };
	struct stage_agency *link = stage_agency(line.stage, "link");

	stage_start(line.stage);
	require_ok(bundle_session_new(link->bundle, NULL, 0, &line.session));
	require_ok(batcher_new(STAGE_SITE, link->bundle->signing_certificate, link->bundle->signing_key, &line.batcher));
	session_connect(line.session);
	wait_open(&line);
	return line;
}

static void end(struct line *line)
{
	batcher_free(line->batcher);
	session_free(line->session, 100);
	stage_free(line->stage);
}

/* An order that the broker answers (with a refusal: it acknowledges nothing that there is), with this many bytes of parts. */
static void put(struct line *line, uintptr_t number, size_t part_bytes, bool first)
{
	Pb__Statement statement = PB__STATEMENT__INIT;
	Pb__Acknowledge acknowledge = PB__ACKNOWLEDGE__INIT;
	Pb__Acknowledge__Item item = PB__ACKNOWLEDGE__ITEM__INIT, *items[1] = { &item };
	uint8_t hash[DIGEST_BYTES] = { 0 }, *part = calloc(1, part_bytes + 1);
	struct bytes packed_bytes, parts;
	struct order *order = NULL;
	struct buf packed;

	require(part != NULL);
	item.item = 4000 + number;
	item.view_hash = pb_of_bytes(bytes_of(hash, sizeof hash));
	acknowledge.n_items = 1;
	acknowledge.items = items;
	statement.body_case = PB__STATEMENT__BODY_ACKNOWLEDGE;
	statement.acknowledge = &acknowledge;
	buf_init(&packed, 4096);
	require_ok(codec_pack(&statement.base, &packed));
	packed_bytes = buf_bytes(&packed);
	parts = bytes_of(part, part_bytes);
	require_ok(order_new(&packed_bytes, 1, &parts, part_bytes > 0 ? 1 : 0, (void *)number, &order));
	batcher_put(line->batcher, order, first);
	buf_free(&packed);
	free(part);
}

/* Takes the orders of one answered batch and gives their numbers' list as a decimal text: "1 2 3". */
static const char *taken(struct line *line, uint64_t number, size_t count)
{
	static char text[600];
	struct order_queue orders = { 0 };
	struct order *order = NULL;

	text[0] = '\0';
	if (!check_ok(batcher_answered(line->batcher, number, count, &orders)))
		return text;
	while ((order = order_queue_take(&orders)) != NULL) {
		size_t used = strlen(text);

		snprintf(text + used, sizeof text - used, "%s%zu", used == 0 ? "" : " ", (size_t)(uintptr_t)order->owner);
		order_free(order);
	}
	return text;
}

static void test_alone_at_once(void)
{
	struct line line = begin();

	check_ok(batcher_send(line.batcher, line.session)); /* nothing to send is no error */
	check_uint(batcher_unanswered(line.batcher), 0);
	put(&line, 1, 0, false);
	check_uint(batcher_waiting(line.batcher), 1);
	check(batcher_waiting_bytes(line.batcher) > 0);
	check_ok(batcher_send(line.batcher, line.session));
	check_uint(batcher_waiting(line.batcher), 0);
	check_uint(batcher_waiting_bytes(line.batcher), 0);
	check_uint(batcher_unanswered(line.batcher), 1);
	wait_answers(&line, 1);
	check_uint(line.answered[0], 1);
	check_text(taken(&line, 1, 1), "1");
	check_uint(batcher_unanswered(line.batcher), 0);
	end(&line);
}

/* What comes while a batch is unanswered waits for its answer, and then travels as one. */
static void test_together(void)
{
	struct line line = begin();

	put(&line, 1, 0, false);
	check_ok(batcher_send(line.batcher, line.session));
	for (uintptr_t i = 2; i <= 5; i++) {
		put(&line, i, 0, false);
		check_ok(batcher_send(line.batcher, line.session));
	}
	check_uint(batcher_waiting(line.batcher), 4);
	check_uint(batcher_unanswered(line.batcher), 1);
	wait_answers(&line, 1);
	check_text(taken(&line, 1, 1), "1");
	check_ok(batcher_send(line.batcher, line.session));
	check_uint(batcher_waiting(line.batcher), 0);
	check_uint(batcher_unanswered(line.batcher), 1);
	wait_answers(&line, 2);
	check_uint(line.answered[1], 2);
	check_uint(line.replies[1], 4);
	check_text(taken(&line, 2, 4), "2 3 4 5");
	end(&line);
}

/* A full batch does not wait for an answer; an order too large for company travels alone. */
static void test_full_batches(void)
{
	struct line line = begin();

	put(&line, 1, 0, false);
	check_ok(batcher_send(line.batcher, line.session));
	for (uintptr_t i = 2; i <= 4; i++)
		put(&line, i, LIMIT_BATCH_BYTES / 3, false);
	put(&line, 5, LIMIT_BATCH_BYTES + 1000, false);
	put(&line, 6, 0, false);
	check_ok(batcher_send(line.batcher, line.session));
	/* 2 and 3 with what is around them; 4 alone, since 5 does not go with it; 5 alone.  6 is not full, and waits. */
	check_uint(batcher_unanswered(line.batcher), 4);
	check_uint(batcher_waiting(line.batcher), 1);
	wait_answers(&line, 4);
	check_text(taken(&line, 1, 1), "1");
	check_text(taken(&line, 2, 2), "2 3");
	check_text(taken(&line, 3, 1), "4");
	check_text(taken(&line, 4, 1), "5");
	check_ok(batcher_send(line.batcher, line.session));
	wait_answers(&line, 5);
	check_text(taken(&line, 5, 1), "6");
	end(&line);
}

/* Never more unanswered batches than the Welcome allows (the stage's allows 4), however much waits. */
static void test_the_brokers_terms(void)
{
	struct line line = begin();

	for (uintptr_t i = 1; i <= 9; i++)
		put(&line, i, LIMIT_BATCH_BYTES, false);
	check_ok(batcher_send(line.batcher, line.session));
	check_uint(session_terms(line.session)->batches_open_max, 4);
	check_uint(batcher_unanswered(line.batcher), 4);
	check_uint(batcher_waiting(line.batcher), 5);
	wait_answers(&line, 4);
	check_text(taken(&line, 2, 1), "2"); /* answers may come in any order */
	check_ok(batcher_send(line.batcher, line.session));
	check_uint(batcher_unanswered(line.batcher), 4);
	check_uint(batcher_waiting(line.batcher), 4);
	end(&line);
}

static void test_no_more_orders_than_a_batch_holds(void)
{
	struct line line = begin();

	put(&line, 1, 0, false);
	check_ok(batcher_send(line.batcher, line.session));
	for (uintptr_t i = 2; i <= LIMIT_ORDERS + 5; i++)
		put(&line, i, 0, false);
	wait_answers(&line, 1);
	check_text(taken(&line, 1, 1), "1");
	check_ok(batcher_send(line.batcher, line.session));
	wait_answers(&line, 2);
	check(line.replies[1] <= LIMIT_ORDERS);
	check(batcher_waiting(line.batcher) > 0 || batcher_unanswered(line.batcher) > 1);
	end(&line);
}

/* Acknowledgements go before what waits. */
static void test_first(void)
{
	struct line line = begin();

	put(&line, 1, 0, false);
	check_ok(batcher_send(line.batcher, line.session));
	put(&line, 2, 0, false);
	put(&line, 3, 0, false);
	put(&line, 4, 0, true);
	put(&line, 5, 0, true);
	wait_answers(&line, 1);
	check_text(taken(&line, 1, 1), "1");
	check_ok(batcher_send(line.batcher, line.session));
	wait_answers(&line, 2);
	check_text(taken(&line, 2, 4), "5 4 2 3");
	end(&line);
}

static void test_answers_that_do_not_fit(void)
{
	struct line line = begin();
	struct order_queue orders = { 0 };

	put(&line, 1, 0, false);
	check_ok(batcher_send(line.batcher, line.session));
	check_err(batcher_answered(line.batcher, 7, 1, &orders), ERR_NOT_FOUND);
	check_err(batcher_answered(line.batcher, 0, 0, &orders), ERR_NOT_FOUND);
	check_err(batcher_answered(line.batcher, 1, 0, &orders), ERR_FORMAT);
	check_err(batcher_answered(line.batcher, 1, 2, &orders), ERR_FORMAT);
	check_uint(orders.count, 0);
	check_uint(batcher_unanswered(line.batcher), 1); /* it stays unanswered */
	check_ok(batcher_answered(line.batcher, 1, 1, &orders));
	check_err(batcher_answered(line.batcher, 1, 1, &(struct order_queue){ 0 }), ERR_NOT_FOUND); /* once */
	batcher_put_back(line.batcher, &orders);
	check_uint(orders.count, 0);
	check_uint(batcher_waiting(line.batcher), 1);
	end(&line);
}

/* The session was lost: all that is unanswered is said again, first, in its order; numbers are not used twice. */
static void test_said_again(void)
{
	struct line line = begin();

	for (uintptr_t i = 1; i <= 3; i++)
		put(&line, i, LIMIT_BATCH_BYTES, false);
	put(&line, 4, 0, false);
	check_ok(batcher_send(line.batcher, line.session));
	check_uint(batcher_unanswered(line.batcher), 3);
	batcher_requeue(line.batcher);
	check_uint(batcher_unanswered(line.batcher), 0);
	check_uint(batcher_waiting(line.batcher), 4);
	wait_answers(&line, 3); /* to the lost numbers */
	check_err(batcher_answered(line.batcher, 1, 1, &(struct order_queue){ 0 }), ERR_NOT_FOUND);
	check_ok(batcher_send(line.batcher, line.session));
	wait_answers(&line, 6);
	check_uint(line.answered[3], 4);
	check_text(taken(&line, 4, 1), "1");
	check_text(taken(&line, 5, 1), "2");
	check_text(taken(&line, 6, 1), "3");
	batcher_requeue(line.batcher);
	batcher_requeue(line.batcher); /* of nothing: nothing */
	check_uint(batcher_waiting(line.batcher), 1);
	end(&line);
}

static void test_without_a_session(void)
{
	struct line line = begin();
	struct order_queue all = { 0 };

	session_bye(line.session);
	put(&line, 1, 0, false);
	put(&line, 2, 0, false);
	check_ok(batcher_send(line.batcher, line.session)); /* not now */
	check_uint(batcher_waiting(line.batcher), 2);
	check_uint(batcher_unanswered(line.batcher), 0);
	batcher_take_all(line.batcher, &all);
	check_uint(all.count, 2);
	check_uint(batcher_waiting(line.batcher), 0);
	order_queue_free(&all);
	end(&line);
	batcher_free(NULL);
}

/* After a rotation the new key signs: the broker, which knows both, takes it; an old one's signature would be refused. */
static void test_another_signer(void)
{
	struct line line = begin();
	struct stage_agency *link = &line.stage->agencies[0];
	struct bundle *old = NULL;
	const char *reason = NULL;

	require_ok(bundle_read(link->path, &old, &reason));
	stage_stop(line.stage);
	stage_rotate(line.stage, link);
	stage_start(line.stage);
	for (int64_t until_us = clock_mono_us() + UNIT_PATIENCE_US; session_is_open(line.session) && clock_mono_us() < until_us;)
		turn(&line);
	wait_open(&line);
	batcher_set_signer(line.batcher, old->signing_certificate, old->signing_key);
	put(&line, 1, 0, false);
	check_ok(batcher_send(line.batcher, line.session));
	wait_answers(&line, 1);
	check_text(taken(&line, 1, 1), "1");
	batcher_set_signer(line.batcher, link->bundle->signing_certificate, link->bundle->signing_key);
	put(&line, 2, 0, false);
	check_ok(batcher_send(line.batcher, line.session));
	wait_answers(&line, 2);
	check_text(taken(&line, 2, 1), "2");
	end(&line);
	bundle_free(old);
}

UNIT_SUITE("libtsunagi/batcher",
	{ "alone at once", test_alone_at_once },
	{ "together", test_together },
	{ "full batches", test_full_batches },
	{ "the broker's terms", test_the_brokers_terms },
	{ "no more orders than a batch holds", test_no_more_orders_than_a_batch_holds },
	{ "acknowledgements first", test_first },
	{ "answers that do not fit", test_answers_that_do_not_fit },
	{ "said again", test_said_again },
	{ "without a session", test_without_a_session },
	{ "another signer", test_another_signer });
