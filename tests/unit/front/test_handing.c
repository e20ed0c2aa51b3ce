/* SPDX-License-Identifier: Apache-2.0 */
/* What is handed out: whole, in frames within the limits, and marked for what it is. */
#include <string.h>

#include "contract/limits.h"
#include "contract/merkle.h"
#include "house.h"

static const char *const ids[] = { "alpha", "beta", "gamma" };
static struct house house;
static struct visitor alpha, beta;

static void two_attempts(struct config *config)
{
	config->attempts = 2;
}

static void open_two(void)
{
	house_open(&house, two_attempts);
	house_directory(&house, ids, 3);
	visitor_new(&alpha, &house, "alpha");
	visitor_new(&beta, &house, "beta");
	visitor_enrol(&alpha);
	visitor_enrol(&beta);
}

static void close_two(void)
{
	visitor_free(&alpha);
	visitor_free(&beta);
	house_close(&house);
}

static void send_notes(unsigned count, size_t part_bytes, void (*change)(Pb__View *view))
{
	const struct visitor *to[] = { &beta };
	const Pb__Replies *replies;
	struct parcels parcels;
	uint8_t id[16];

	parcels_begin(&parcels);
	for (unsigned i = 0; i < count; i++)
		parcels_note(&parcels, &alpha, to, 1, part_bytes, id, change);
	visitor_send_batch(&alpha, &parcels, NULL);
	replies = visitor_replies(&alpha);
	require(replies->n_replies == count);
	for (unsigned i = 0; i < count; i++)
		require(replies->replies[i]->outcome_case == PB__REPLY__OUTCOME_ACCEPTED);
	parcels_free(&parcels);
}

/* The View of an item, and its bytes taken off the data frame. */
static const Pb__View *view_of(const Pb__HandoutItem *item, struct bytes *data)
{
	const Pb__Statement *statement;
	size_t withheld = 0;

	require_ok(CODEC_DECODE(statement, bytes_of_pb(item->statement), &beta.arena, &statement, NULL));
	require(statement->body_case == PB__STATEMENT__BODY_VIEW);
	for (uint32_t i = 0; i < statement->view->n_parts; i++) {
		const Pb__PartRef *part = statement->view->parts[i];
		struct digest digest;

		if (withheld < item->n_withheld && item->withheld[withheld] == i) {
			withheld++;
			continue;
		}
		require(part->size <= data->len);
		digest = digest_of(bytes_of(data->data, part->size));
		check_bytes(digest_bytes(&digest), bytes_of_pb(part->sha256));
		*data = bytes_of(data->data + part->size, data->len - part->size);
	}
	return statement->view;
}

static void test_many_frames(void)
{
	enum { NOTES = 60, BYTES = 90000 };
	unsigned got = 0, frames = 0;

	open_two();
	for (unsigned i = 0; i < NOTES / 12; i++)
		send_notes(12, BYTES, NULL);
	visitor_credit(&beta, NOTES, UINT64_C(1) << 30);
	while (got < NOTES) {
		const Pb__Handout *handout = visitor_await(&beta, PB__FROM_BROKER__BODY_HANDOUT)->handout;
		struct bytes data = buf_bytes(&beta.data);

		check(data.len <= LIMIT_DATA_BYTES);
		check(handout->n_sources <= handout->n_items);
		for (size_t i = 0; i < handout->n_items; i++) {
			check(handout->items[i]->source < handout->n_sources);
			view_of(handout->items[i], &data);
		}
		check_uint(data.len, 0); /* nothing left over */
		got += (unsigned)handout->n_items;
		frames++;
	}
	check_uint(got, NOTES);
	check(frames > 1);
	close_two();
}

static void test_one_batch_is_one_source(void)
{
	const Pb__Handout *handout;
	unsigned got = 0;

	open_two();
	send_notes(20, 100, NULL);
	visitor_credit(&beta, 100, 1 << 20);
	while (got < 20) {
		handout = visitor_await(&beta, PB__FROM_BROKER__BODY_HANDOUT)->handout;
		check_uint(handout->n_sources, 1);
		check_uint(handout->sources[0]->count, 20);
		got += (unsigned)handout->n_items;
	}
	close_two();
}

static void hold_back(Pb__View *view)
{
	view->kind = PB__KIND__KIND_REQUEST;
	view->ask = PB__ASK__ASK_REFER;
	view->parts[0]->release = PB__RELEASE__RELEASE_ON_ACCEPT;
}

static void test_held_part_stays(void)
{
	const Pb__Handout *handout;
	struct bytes data;

	open_two();
	send_notes(1, 5000, hold_back);
	visitor_credit(&beta, 10, 1 << 20);
	handout = visitor_await(&beta, PB__FROM_BROKER__BODY_HANDOUT)->handout;
	require(handout->n_items == 1 && handout->items[0]->n_withheld == 1);
	check_uint(handout->items[0]->withheld[0], 0);
	check_uint(beta.data.len, 0);
	data = buf_bytes(&beta.data);
	check_uint(view_of(handout->items[0], &data)->n_parts, 1);
	close_two();
}

static void refuse(const Pb__HandoutItem *item)
{
	Pb__Statement said = PB__STATEMENT__INIT;
	Pb__Refuse refused = PB__REFUSE__INIT;
	struct digest hash = merkle_leaf(bytes_of_pb(item->statement));
	struct parcels parcels;

	refused.item = item->item;
	refused.view_hash = pb_of_bytes(digest_bytes(&hash));
	refused.reason = PB__REFUSE_REASON__REFUSE_REASON_PROGRAM_FAILED;
	said.body_case = PB__STATEMENT__BODY_REFUSE;
	said.refuse = &refused;
	parcels_begin(&parcels);
	parcels_statement(&parcels, &said);
	visitor_send_batch(&beta, &parcels, NULL);
	parcels_free(&parcels);
}

static void test_refused_comes_again_then_dies(void)
{
	const Pb__Handout *handout;
	const Pb__Notice *notice;

	open_two();
	send_notes(1, 100, NULL);
	visitor_credit(&beta, 10, 1 << 20);
	handout = visitor_await(&beta, PB__FROM_BROKER__BODY_HANDOUT)->handout;
	check(!handout->items[0]->redelivered && handout->items[0]->attempts == 0);
	refuse(handout->items[0]);
	handout = visitor_await(&beta, PB__FROM_BROKER__BODY_HANDOUT)->handout;
	check(handout->items[0]->redelivered);
	check_uint(handout->items[0]->attempts, 1);
	refuse(handout->items[0]);
	do
		notice = visitor_await(&alpha, PB__FROM_BROKER__BODY_NOTICE)->notice;
	while (notice->kind != PB__NOTICE_KIND__NOTICE_KIND_DEAD_LETTER);
	check_text(notice->recipient, beta.address);
	close_two();
}

/* Sessions that go without a word: what they held comes to the next one, as a repeat; from the second on it counts. */
static void test_lost_session(void)
{
	const Pb__Handout *handout;
	uint64_t item;

	open_two();
	send_notes(1, 100, NULL);
	visitor_credit(&beta, 10, 1 << 20);
	item = visitor_await(&beta, PB__FROM_BROKER__BODY_HANDOUT)->handout->items[0]->item;
	for (uint32_t lost = 1; lost <= 2; lost++) {
		visitor_connect(&beta, beta.curve_public, beta.curve_secret);
		visitor_hello(&beta);
		visitor_credit(&beta, 10, 1 << 20);
		handout = visitor_await(&beta, PB__FROM_BROKER__BODY_HANDOUT)->handout;
		check_uint(handout->items[0]->item, item);
		check(handout->items[0]->redelivered);
		check_uint(handout->items[0]->attempts, lost - 1);
	}
	close_two();
}

/* A clean good-bye counts as no failure. */
static void test_bye(void)
{
	Pb__FromClient bye = PB__FROM_CLIENT__INIT;
	const Pb__Handout *handout;

	open_two();
	send_notes(1, 100, NULL);
	visitor_credit(&beta, 10, 1 << 20);
	visitor_await(&beta, PB__FROM_BROKER__BODY_HANDOUT);
	bye.body_case = PB__FROM_CLIENT__BODY_BYE;
	visitor_send(&beta, &bye, bytes_of(NULL, 0));
	visitor_hello(&beta); /* on the same connection */
	visitor_credit(&beta, 10, 1 << 20);
	handout = visitor_await(&beta, PB__FROM_BROKER__BODY_HANDOUT)->handout;
	check(handout->items[0]->redelivered);
	check_uint(handout->items[0]->attempts, 0);
	close_two();
}

static void test_no_more_than_asked_for(void)
{
	const Pb__FromBroker *message;
	unsigned got = 0;

	open_two();
	send_notes(5, 100, NULL);
	visitor_credit(&beta, 2, 1 << 20);
	while (got < 2)
		got += (unsigned)visitor_await(&beta, PB__FROM_BROKER__BODY_HANDOUT)->handout->n_items;
	check_uint(got, 2);
	while ((message = visitor_receive(&beta, 200)) != NULL)
		check(message->body_case != PB__FROM_BROKER__BODY_HANDOUT);
	close_two();
}

/* Credit without end: what is not read waits in the mailbox, and the session is not ended for it (P7). */
static void test_more_credit_than_it_reads(void)
{
	enum { NOTES = 180, MORE = 30, BYTES = 90000 };
	struct broker_gauges gauges;
	unsigned got = 0;

	open_two();
	for (unsigned i = 0; i < NOTES / 12; i++)
		send_notes(12, BYTES, NULL);
	beta.lazy = true;
	visitor_connect(&beta, beta.curve_public, beta.curve_secret);
	visitor_hello(&beta);
	visitor_credit(&beta, UINT64_MAX, UINT64_MAX);
	for (unsigned i = 0; i < MORE; i++) /* each is a batch of the writer's, with a hand-out in it if credit is left */
		send_notes(1, 100, NULL);
	broker_gauges(house.broker, &gauges);
	check(gauges.leased > 0);
	check(gauges.leased * BYTES < 10u << 20); /* 4 MiB, one hand-out, and what sockets hold */
	while (got < NOTES + MORE)
		got += (unsigned)visitor_await(&beta, PB__FROM_BROKER__BODY_HANDOUT)->handout->n_items;
	check_uint(got, NOTES + MORE);
	close_two();
}

UNIT_SUITE("front/handing",
	{ "as many frames as it takes", test_many_frames },
	{ "one batch is one source", test_one_batch_is_one_source },
	{ "a part that waits for acceptance stays", test_held_part_stays },
	{ "refused: again, then a dead letter", test_refused_comes_again_then_dies },
	{ "a lost session's items come again", test_lost_session },
	{ "a good-bye counts as no failure", test_bye },
	{ "no more than was asked for", test_no_more_than_asked_for },
	{ "more credit than it reads", test_more_credit_than_it_reads });
