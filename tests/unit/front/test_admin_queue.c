/* SPDX-License-Identifier: Apache-2.0 */
/* What operators see of mailboxes: each state in its words, and only what they asked for. */
#include <string.h>

#include "base/clock.h"
#include "trio.h"

static struct trio trio;

static void two_attempts(struct config *config)
{
	config->attempts = 2;
}

static const Pb__AdminQueueList everything = PB__ADMIN_QUEUE_LIST__INIT;

/* The only open item. */
static const Pb__QueueItem *only(void)
{
	const Pb__AdminReply *reply = trio_list(&trio, &everything);

	require(reply->body_case == PB__ADMIN_REPLY__BODY_QUEUE && reply->queue->n_items == 1);
	return reply->queue->items[0];
}

static void check_words(const Pb__QueueItem *item, const char *state, const char *reason, const char *next)
{
	check_text(item->state, state);
	check_text(item->reason, reason);
	check_text(item->next, next);
}

static void test_a_life_in_words(void)
{
	const struct visitor *to[] = { &trio.beta };
	int64_t before_us = clock_wall_us();
	const Pb__QueueItem *item;
	struct taken taken;
	uint8_t id[16];
	uint64_t seq;

	trio_open(&trio, two_attempts);
	seq = trio_note(&trio.alpha, to, 1, id, NULL);
	item = only();
	check_words(item, "waiting", "", "handed_out"); /* beta receives, and has given no credit yet */
	check_text(item->from, trio.alpha.address);
	check_text(item->to, trio.beta.address);
	check_bytes(bytes_of_pb(item->message_id), bytes_of(id, 16));
	check_int(item->kind, PB__KIND__KIND_NOTE);
	check_int(item->urgency, PB__URGENCY__URGENCY_ROUTINE);
	check_uint(item->size, 500);
	check_uint(item->seq, seq);
	check(item->accepted_at_us >= before_us && item->accepted_at_us <= clock_wall_us());
	taken = trio_take(&trio.beta);
	check_uint(taken.item, item->item);
	check_words(only(), "leased", "", "acknowledge");
	trio_refuse(&trio.beta, &taken, PB__REFUSE_REASON__REFUSE_REASON_PROGRAM_FAILED);
	item = only();
	check_words(item, "waiting", "PROGRAM_FAILED", "handed_out");
	check_uint(item->attempts, 1);
	taken = trio_take(&trio.beta);
	trio_refuse(&trio.beta, &taken, PB__REFUSE_REASON__REFUSE_REASON_CANNOT_OPEN);
	item = only();
	check_words(item, "dead", "CANNOT_OPEN", "requeue");
	check_uint(item->attempts, 2);
	trio_act(&trio, PB__QUEUE_ACT__QUEUE_ACT_REQUEUE, taken.item);
	item = only();
	check_text(item->state, "waiting");
	check_uint(item->attempts, 0);
	trio_act(&trio, PB__QUEUE_ACT__QUEUE_ACT_FREEZE, taken.item);
	item = only();
	check_text(item->state, "frozen");
	check_text(item->next, "thaw");
	trio_act(&trio, PB__QUEUE_ACT__QUEUE_ACT_THAW, taken.item);
	taken = trio_take(&trio.beta);
	trio_acknowledge(&trio.beta, &taken);
	check_uint(trio_list(&trio, &everything)->queue->n_items, 0);
	trio_close(&trio);
}

static const Pb__QueueListing *shown(const uint8_t id[16])
{
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;
	const Pb__AdminReply *reply;

	request.body_case = PB__ADMIN_REQUEST__BODY_QUEUE_SHOW;
	request.queue_show = pb_of_bytes(bytes_of(id, 16));
	reply = trio_ask(&trio, &request);
	require(reply->body_case == PB__ADMIN_REPLY__BODY_QUEUE);
	check(reply->seq > 0); /* the look is on the record */
	return reply->queue;
}

/* One message by its id: all of its recipients, those that have it as well. */
static void test_message_with_several_recipients(void)
{
	const struct visitor *to[] = { &trio.beta, &trio.gamma };
	const Pb__QueueListing *listing;
	struct taken taken;
	uint8_t id[16];

	trio_open(&trio, NULL);
	trio_note(&trio.alpha, to, 2, id, NULL);
	taken = trio_take(&trio.beta);
	trio_acknowledge(&trio.beta, &taken);
	taken = trio_take(&trio.gamma);
	listing = shown(id);
	require(listing->n_items == 2);
	check_text(listing->items[0]->to, trio.beta.address);
	check_words(listing->items[0], "delivered", "", "none");
	check_text(listing->items[1]->to, trio.gamma.address);
	check_words(listing->items[1], "leased", "", "acknowledge");
	check_uint(listing->delivered_unanswered, 1);
	trio_act(&trio, PB__QUEUE_ACT__QUEUE_ACT_EXPIRE, taken.item);
	check_words(shown(id)->items[1], "undeliverable", "", "none");
	trio_close(&trio);
}

static bool waits_for_reader(void *context)
{
	(void)context;
	return strcmp(only()->next, "waits_for_reader") == 0;
}

/* Nobody is there to take it: the operator is told that, not that all is well. */
static void test_without_reader(void)
{
	const struct visitor *to[] = { &trio.beta };
	struct taken taken;
	uint8_t id[16];

	trio_open(&trio, two_attempts);
	trio_note(&trio.alpha, to, 1, id, NULL);
	taken = trio_take(&trio.beta);
	trio_lose(&trio, &trio.beta);
	taken = trio_take(&trio.beta);
	check(taken.redelivered);
	trio_lose(&trio, &trio.beta);
	check_text(only()->reason, "SESSION_LOST");
	visitor_hang_up(&trio.beta);
	check(eventually(waits_for_reader, NULL)); /* as soon as its end is noticed */
	trio_close(&trio);
}

/* ---- what was asked for ---- */

static size_t count_of(const Pb__AdminQueueList *list)
{
	const Pb__AdminReply *reply = trio_list(&trio, list);

	require(reply->body_case == PB__ADMIN_REPLY__BODY_QUEUE);
	return reply->queue->n_items;
}

static void test_filters(void)
{
	const struct visitor *to_beta[] = { &trio.beta }, *to_gamma[] = { &trio.gamma };
	Pb__AdminQueueList list = PB__ADMIN_QUEUE_LIST__INIT;
	struct taken taken;
	uint64_t seqs[3];
	uint8_t id[16];

	trio_open(&trio, two_attempts);
	for (unsigned i = 0; i < 3; i++)
		seqs[i] = trio_note(&trio.alpha, to_beta, 1, id, NULL);
	trio_note(&trio.alpha, to_gamma, 1, id, NULL);
	taken = trio_take(&trio.beta);
	trio_act(&trio, PB__QUEUE_ACT__QUEUE_ACT_FREEZE, item_number(seqs[1], 0));
	check_uint(count_of(&list), 4);
	list.agency = pb_of_text("beta");
	check_uint(count_of(&list), 3);
	list.state = pb_of_text("waiting");
	check_uint(count_of(&list), 1);
	list.state = pb_of_text("leased"); /* a state of memory, not of the tables */
	check_uint(count_of(&list), 1);
	list.state = pb_of_text("frozen");
	check_uint(count_of(&list), 1);
	list.state = pb_of_text("dead");
	check_uint(count_of(&list), 0);
	list.state = pb_of_text("no such state");
	check_uint(count_of(&list), 0);
	list.state = pb_of_text("");
	list.after = taken.item;
	check_uint(count_of(&list), 2);
	list.after = UINT64_MAX;
	check_uint(count_of(&list), 0);
	list.after = 0;
	list.agency = pb_of_text("alpha");
	check_uint(count_of(&list), 0);
	trio_close(&trio);
}

static void test_unknown_agency(void)
{
	Pb__AdminQueueList list = PB__ADMIN_QUEUE_LIST__INIT;
	const Pb__AdminReply *reply;

	trio_open(&trio, NULL);
	list.agency = pb_of_text("nobody");
	reply = trio_list(&trio, &list);
	require(reply->body_case == PB__ADMIN_REPLY__BODY_REFUSAL);
	check_int(reply->refusal->code, PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_AGENCY);
	check_text(reply->refusal->subject, "nobody");
	trio_close(&trio);
}

static void test_pages(void)
{
	const struct visitor *to[] = { &trio.beta };
	Pb__AdminQueueList list = PB__ADMIN_QUEUE_LIST__INIT;
	uint64_t seen = 0, last = 0;
	uint8_t id[16];

	trio_open(&trio, NULL);
	for (unsigned i = 0; i < 7; i++)
		trio_note(&trio.alpha, to, 1, id, NULL);
	list.limit = 3;
	for (unsigned page = 0; page < 3; page++) {
		const Pb__QueueListing *listing = trio_list(&trio, &list)->queue;

		check_uint(listing->n_items, page < 2 ? 3 : 1);
		check_uint(listing->more, page == 0 ? 4 : page == 1 ? 1 : 0);
		for (size_t i = 0; i < listing->n_items; i++) {
			check(listing->items[i]->item > last);
			last = listing->items[i]->item;
			seen++;
		}
		list.after = last;
	}
	check_uint(seen, 7);
	list.after = 0;
	list.limit = UINT32_MAX; /* more than are ever shown at once: no room is taken for them */
	check_uint(count_of(&list), 7);
	trio_close(&trio);
}

static bool is_shown(void *context)
{
	return count_of(context) == 1;
}

static void test_age(void)
{
	const struct visitor *to[] = { &trio.beta };
	Pb__AdminQueueList list = PB__ADMIN_QUEUE_LIST__INIT;
	uint8_t id[16];

	trio_open(&trio, NULL);
	trio_note(&trio.alpha, to, 1, id, NULL);
	list.older_than_s = 3600;
	check_uint(count_of(&list), 0);
	list.older_than_s = UINT32_MAX;
	check_uint(count_of(&list), 0);
	list.older_than_s = 0; /* not asked for */
	check_uint(count_of(&list), 1);
	list.older_than_s = 1;
	check(eventually(is_shown, &list));
	trio_close(&trio);
}

static void test_ids_that_are_none(void)
{
	static const Pb__AdminRequest__BodyCase bodies[] = { PB__ADMIN_REQUEST__BODY_QUEUE_SHOW, PB__ADMIN_REQUEST__BODY_TRACE };
	static uint8_t bytes[17];

	trio_open(&trio, NULL);
	for (size_t i = 0; i < 2; i++) {
		for (size_t len = 0; len <= sizeof bytes; len++) {
			Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;
			const Pb__AdminReply *reply;

			unit_context("%zu bytes", len);
			request.body_case = bodies[i];
			request.trace = pb_of_bytes(bytes_of(bytes, len));
			reply = trio_ask(&trio, &request);
			require(reply->body_case == PB__ADMIN_REPLY__BODY_REFUSAL);
			check(reply->refusal->code == PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_MESSAGE ||
			      reply->refusal->code == PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED);
		}
	}
	trio_close(&trio);
}

/* A confidential agency is its proxy to whoever reads a screen; who asks about it by its name knows it. */
static void test_confidential_is_its_proxy(void)
{
	const struct visitor *to_beta[] = { &trio.beta }, *to_gamma[] = { &trio.gamma };
	Pb__AdminQueueList named = PB__ADMIN_QUEUE_LIST__INIT;
	const Pb__AdminReply *reply;
	uint8_t id[16];

	trio_open(&trio, NULL);
	trio_note(&trio.gamma, to_beta, 1, id, NULL);
	trio_note(&trio.beta, to_gamma, 1, id, NULL);
	trio_hide_beta(&trio);
	reply = trio_list(&trio, &everything);
	require(reply->queue->n_items == 2);
	for (size_t i = 0; i < 2; i++) {
		check_text(reply->queue->items[i]->from, trio.gamma.address);
		check_text(reply->queue->items[i]->to, trio.gamma.address);
	}
	named.agency = pb_of_text("gamma"); /* its proxy's name is not its own */
	reply = trio_list(&trio, &named);
	require(reply->queue->n_items == 1);
	check_text(reply->queue->items[0]->from, trio.gamma.address);
	named.agency = pb_of_text("beta");
	reply = trio_list(&trio, &named);
	require(reply->queue->n_items == 1);
	check_text(reply->queue->items[0]->to, trio.beta.address);
	trio_close(&trio);
}

static const Pb__AdminReply *show_of(const uint8_t id[16], const char *agency)
{
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;

	request.body_case = PB__ADMIN_REQUEST__BODY_QUEUE_SHOW;
	request.queue_show = pb_of_bytes(bytes_of(id, 16));
	request.agency = pb_of_text(agency);
	return trio_ask(&trio, &request);
}

/* One message's items of one agency: under its own name to who gave that name. */
static void test_message_of_one_agency(void)
{
	const struct visitor *to[] = { &trio.beta, &trio.alpha };
	const Pb__AdminReply *reply;
	uint8_t id[16];

	trio_open(&trio, NULL);
	trio_note(&trio.gamma, to, 2, id, NULL);
	trio_hide_beta(&trio);
	require(show_of(id, "")->queue->n_items == 2);
	reply = show_of(id, "beta");
	require(reply->queue->n_items == 1);
	check_text(reply->queue->items[0]->to, trio.beta.address);
	reply = show_of(id, "alpha");
	require(reply->queue->n_items == 1);
	check_text(reply->queue->items[0]->to, trio.alpha.address);
	check_uint(show_of(id, "gamma")->queue->n_items, 0);
	reply = show_of(id, "delta");
	require(reply->body_case == PB__ADMIN_REPLY__BODY_REFUSAL);
	check_int(reply->refusal->code, PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_AGENCY);
	trio_close(&trio);
}

UNIT_SUITE("front/admin_queue",
	{ "a life in words", test_a_life_in_words },
	{ "a message with several recipients", test_message_with_several_recipients },
	{ "a mailbox without reader", test_without_reader },
	{ "filters", test_filters },
	{ "an agency that is none", test_unknown_agency },
	{ "page by page", test_pages },
	{ "older than", test_age },
	{ "ids that are none", test_ids_that_are_none},
	{ "a confidential agency is its proxy", test_confidential_is_its_proxy },
	{ "a message's items of one agency", test_message_of_one_agency });
