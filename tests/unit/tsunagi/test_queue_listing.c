/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "contract/codec.h"
#include "fake_daemon.h"
#include "tsunagi/queue_listing.h"
#include "tsunagi/queue_selection.h"
#include "unit.h"

#define ITEMS 2500u

static struct id id_of(uint64_t item)
{
	uint8_t tail[10] = { 0 };

	be64_put(tail + 2, item);
	return id_make(1000, tail);
}

/* Item n: to "b" when even, else "c"; dead when divisible by 10. */
static Pb__QueueItem *make_item(uint64_t number, struct arena *arena)
{
	Pb__QueueItem *item = arena_alloc(arena, sizeof *item);
	struct id id = id_of(number);

	pb__queue_item__init(item);
	item->item = number;
	item->message_id = pb_of_bytes(bytes_of(arena_copy(arena, bytes_of(id.bytes, ID_BYTES)), ID_BYTES));
	item->from = arena_text(arena, bytes_of_text("a@test-site"));
	item->to = arena_text(arena, bytes_of_text(number % 2 == 0 ? "b@test-site" : "c@test-site"));
	item->state = arena_text(arena, bytes_of_text(number % 10 == 0 ? "dead" : "waiting"));
	item->seq = number + 100;
	return item;
}

static bool wanted(const Pb__AdminQueueList *list, const Pb__QueueItem *item)
{
	return item->item > list->after && (*list->agency == '\0' || strncmp(list->agency, item->to, 1) == 0) &&
	       (*list->state == '\0' || strcmp(list->state, item->state) == 0);
}

static void give_listing(struct arena *arena, Pb__AdminReply *reply, const Pb__AdminQueueList *list, const struct id *only)
{
	Pb__QueueListing *listing = arena_alloc(arena, sizeof *listing);
	size_t limit = list->limit == 0 ? 1000 : list->limit;

	pb__queue_listing__init(listing);
	listing->items = arena_calloc(arena, ITEMS, sizeof *listing->items);
	for (uint64_t n = 1; n <= ITEMS; n++) {
		Pb__QueueItem *item = make_item(n, arena);

		if (only != NULL ? !bytes_equal(bytes_of_pb(item->message_id), bytes_of(only->bytes, ID_BYTES)) : !wanted(list, item))
			continue;
		if (listing->n_items < limit)
			listing->items[listing->n_items++] = item;
		else
			listing->more++;
	}
	listing->delivered_unanswered = 7;
	reply->body_case = PB__ADMIN_REPLY__BODY_QUEUE;
	reply->queue = listing;
}

/* The newest of the items whose message has that code; none: empty. */
static void give_found(struct arena *arena, Pb__AdminReply *reply, uint64_t tail)
{
	reply->body_case = PB__ADMIN_REPLY__BODY_FOUND;
	reply->found = (ProtobufCBinaryData){ 0 };
	for (uint64_t n = 1; n <= ITEMS; n++) {
		struct id id = id_of(n);

		if (id_tail(&id) == tail)
			reply->found = pb_of_bytes(bytes_of(arena_copy(arena, bytes_of(id.bytes, ID_BYTES)), ID_BYTES));
	}
}

static Pb__AdminQueueAct last_act;
static uint64_t acted[ITEMS];
static size_t acted_count;

static void answer(void *context, const Pb__AdminRequest *request, struct arena *arena, Pb__AdminReply *reply)
{
	Pb__AdminQueueList all = PB__ADMIN_QUEUE_LIST__INIT;
	Pb__AdminNothing *nothing = arena_alloc(arena, sizeof *nothing);
	struct id id;

	(void)context;
	pb__admin_nothing__init(nothing);
	if (request->body_case == PB__ADMIN_REQUEST__BODY_QUEUE_LIST) {
		give_listing(arena, reply, request->queue_list, NULL);
	} else if (request->body_case == PB__ADMIN_REQUEST__BODY_FIND_CODE) {
		give_found(arena, reply, request->find_code);
	} else if (request->body_case == PB__ADMIN_REQUEST__BODY_QUEUE_SHOW && id_from_bytes(bytes_of_pb(request->queue_show), &id) == ERR_OK) {
		give_listing(arena, reply, &all, &id);
	} else if (request->body_case == PB__ADMIN_REQUEST__BODY_QUEUE_ACT) {
		last_act.act = request->queue_act->act;
		for (size_t i = 0; i < request->queue_act->n_items && acted_count < ITEMS; i++)
			acted[acted_count++] = request->queue_act->items[i];
		reply->body_case = PB__ADMIN_REPLY__BODY_DONE;
		reply->done = nothing;
		reply->seq = 4711;
	}
}

static struct fake_daemon *daemon_;
static enum outcome outcome;
static uint64_t seen_count, seen_last;
static bool in_order;

static bool count_item(void *context, const Pb__QueueItem *item)
{
	(void)context;
	in_order = in_order && item->item > seen_last;
	seen_last = item->item;
	seen_count++;
	return true;
}

static void walk(uint64_t limit, const char *agency, const char *state, uint64_t expected)
{
	const struct queue_filter filter = { .agency = agency, .state = state, .limit = limit };
	struct queue_rest rest = { 99, 99 };

	seen_count = seen_last = 0;
	in_order = true;
	check_int(queue_each(fake_call(daemon_, "queue"), &filter, count_item, NULL, &rest), OUTCOME_DONE);
	check_uint(seen_count, expected);
	check(in_order);
	check_uint(rest.delivered_unanswered, 7);
}

static void test_pages(void)
{
	daemon_ = fake_daemon_start(answer, NULL);
	walk(0, NULL, NULL, ITEMS);
	check_uint(fake_daemon_questions(daemon_), 3);
	walk(1, NULL, NULL, 1);
	walk(1500, NULL, NULL, 1500);
	walk(0, "b", NULL, ITEMS / 2);
	walk(0, "b@test-site", "dead", ITEMS / 10);
	walk(0, "c", "dead", 0);
	fake_daemon_stop(daemon_);
}

static const struct said *said_with(bool json, const char *words)
{
	return fake_run(daemon_, json, &outcome, "%s", words);
}

static void test_shown(void)
{
	const struct said *said;

	daemon_ = fake_daemon_start(answer, NULL);
	said = said_with(false, "queue --limit 2");
	check(strstr(said->out, "   1  ") != NULL && strstr(said->out, "   2  ") != NULL && strstr(said->out, "   3  ") == NULL);
	check(strstr(said->out, "and 2498 more") != NULL);
	check(strstr(said->out, "2 shown; delivered but unanswered: 7") != NULL);
	said = said_with(true, "queue c --state waiting --limit 3 --after 5");
	check(strstr(said->out, "\"item\": 7") != NULL && strstr(said->out, "\"item\": 5") == NULL && strstr(said->out, "\"item\": 6") == NULL);
	said_with(false, "queue --state angry");
	check_int(outcome, OUTCOME_USAGE);
	said_with(false, "queue --limit 0");
	check_int(outcome, OUTCOME_USAGE);
	fake_daemon_stop(daemon_);
}

static void test_short_code(void)
{
	struct id id = id_of(2345);
	char code[ID_CODE_TEXT];
	char words[80];

	daemon_ = fake_daemon_start(answer, NULL);
	id_code(&id, code);
	snprintf(words, sizeof words, "queue show %s", code);
	check(strstr(said_with(true, words)->out, "\"item\": 2345") != NULL);
	check_int(outcome, OUTCOME_DONE);
	id = id_of(ITEMS + 5);
	id_code(&id, code);
	snprintf(words, sizeof words, "queue show %s", code);
	check(strstr(said_with(true, words)->out, "UNKNOWN_CODE") != NULL);
	check_int(outcome, OUTCOME_NOT_THERE);
	fake_daemon_stop(daemon_);
}

static void check_acted(const char *words, size_t expected, enum outcome expected_outcome)
{
	unit_context("%s", words);
	acted_count = 0;
	said_with(false, words);
	check_int(outcome, expected_outcome);
	check_uint(acted_count, expected);
}

static void test_selection(void)
{
	struct id id = id_of(30);
	char text[ID_TEXT];
	char words[160];

	daemon_ = fake_daemon_start(answer, NULL);
	check_acted("queue freeze 17", 1, OUTCOME_DONE);
	check_uint(acted[0], 17);
	check_acted("queue freeze 17 18 19", 3, OUTCOME_DONE);
	check_acted("queue freeze 99999", 0, OUTCOME_NOT_THERE);
	check_acted("queue freeze", 0, OUTCOME_USAGE);
	check_acted("queue freeze nonsense", 0, OUTCOME_USAGE);
	check_acted("queue requeue --state dead --to b", ITEMS / 10, OUTCOME_DONE);
	check_int(last_act.act, PB__QUEUE_ACT__QUEUE_ACT_REQUEUE);
	check_acted("queue freeze --to b", ITEMS / 2, OUTCOME_DONE); /* in several acts */
	check_acted("queue freeze --to b --dry-run", 0, OUTCOME_DONE);
	check_acted("queue expire 17", 0, OUTCOME_USAGE);
	check_acted("queue expire 17 --yes --reason told", 1, OUTCOME_DONE);
	check_acted("queue expire 17 --yes --reason told --dry-run", 0, OUTCOME_DONE);
	id_format(&id, text);
	snprintf(words, sizeof words, "queue thaw %s --to b --state dead", text);
	check_acted(words, 1, OUTCOME_DONE);
	snprintf(words, sizeof words, "queue thaw %s --to c", text);
	check_acted(words, 0, OUTCOME_DONE);
	fake_daemon_stop(daemon_);
}

static void test_prove_by_message(void)
{
	struct id id = id_of(30);
	char text[ID_TEXT];
	char words[80];

	daemon_ = fake_daemon_start(answer, NULL);
	id_format(&id, text);
	snprintf(words, sizeof words, "ledger prove %s", text);
	check(strstr(said_with(true, words)->out, "UNEXPECTED_ANSWER") != NULL || outcome != OUTCOME_DONE); /* this daemon proves nothing */
	fake_daemon_stop(daemon_);
}

UNIT_SUITE("tsunagi/queue_listing",
	{ "pages are walked to the end, each item once", test_pages },
	{ "what a person sees of a long queue", test_shown },
	{ "a short code is asked for", test_short_code },
	{ "what an act chooses", test_selection },
	{ "an answer of another kind is not taken for one", test_prove_by_message });
