/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/queue_listing.h"

#include <stdio.h>

#include "base/text.h"
#include "tsunagi/admin_client.h"
#include "tsunagi/ids.h"
#include "tsunagi/words.h"

#define PAGE 1000u

static const char *const states[] = { "waiting", "leased", "frozen", "quarantined", "dead", "delivered" };

static bool is_state(const char *word)
{
	for (size_t i = 0; i < sizeof states / sizeof *states; i++)
		if (strcmp(states[i], word) == 0)
			return true;
	return false;
}

static bool is_agency(const char *text)
{
	struct bytes agency;
	struct bytes site;

	return text_is_label(bytes_of_text(text)) || text_split_address(bytes_of_text(text), &agency, &site);
}

enum outcome queue_filter_of(const struct call *call, struct queue_filter *ret_filter)
{
	struct queue_filter filter = { .agency = args_text(&call->args, "to"), .state = args_text(&call->args, "state") };
	struct args_fault fault;
	int64_t older_us;

	if (filter.state != NULL && !is_state(filter.state))
		return call_usage(call, words("--state %s is none of waiting, leased, frozen, quarantined, dead, delivered",
					      "--state %s は waiting、leased、frozen、quarantined、dead、delivered のどれでもありません"),
				  filter.state);
	/* An empty one, as of a variable that was not set, would mean every agency. */
	if (filter.agency != NULL && !is_agency(filter.agency))
		return call_usage(call, words("--to \"%.100s\" is no agency", "--to「%.100s」は機関ではありません"), filter.agency);
	if (args_duration(&call->args, "older", 0, &older_us, &fault) != ERR_OK)
		return call_fault(call, &fault);
	filter.older_than_s = (uint32_t)(older_us / 1000000);
	*ret_filter = filter;
	return OUTCOME_DONE;
}

static enum outcome ask_listing(const struct call *call, const Pb__AdminRequest *request, struct arena *arena, const Pb__QueueListing **ret_listing)
{
	const Pb__AdminReply *reply;
	enum outcome outcome = admin_ask(call, request, arena, &reply);

	if (outcome != OUTCOME_DONE)
		return outcome;
	if (reply->body_case != PB__ADMIN_REPLY__BODY_QUEUE)
		return admin_unexpected();
	*ret_listing = reply->queue;
	return OUTCOME_DONE;
}

/* Hands out what a page holds, up to *left; false when no more is wanted.  after becomes the last item's number. */
static bool hand_out(const Pb__QueueListing *page, queue_take *take, void *context, uint64_t *left, uint64_t *after)
{
	for (size_t i = 0; i < page->n_items; i++) {
		*after = page->items[i]->item;
		if (!take(context, page->items[i]))
			return false;
		if (--*left == 0)
			return false;
	}
	return page->n_items > 0 && page->more > 0;
}

/* The id in "agency" or "agency@site". */
static void agency_id(const char *text, char id[64])
{
	struct bytes agency, site;

	if (!text_split_address(bytes_of_text(text), &agency, &site))
		agency = bytes_of_text(text);
	snprintf(id, 64, "%.*s", (int)agency.len, (const char *)agency.data);
}

enum outcome queue_each(const struct call *call, const struct queue_filter *filter, queue_take *take, void *context, struct queue_rest *ret_rest)
{
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;
	Pb__AdminQueueList list = PB__ADMIN_QUEUE_LIST__INIT;
	const Pb__QueueListing *page = NULL;
	uint64_t left = filter->limit == 0 ? UINT64_MAX : filter->limit;
	struct arena arena;
	bool go_on = true;
	char id[64];
	enum outcome outcome = OUTCOME_DONE;

	request.body_case = PB__ADMIN_REQUEST__BODY_QUEUE_LIST;
	request.queue_list = &list;
	if (filter->agency != NULL) {
		agency_id(filter->agency, id);
		list.agency = id;
	}
	if (filter->state != NULL)
		list.state = pb_of_text(filter->state);
	list.older_than_s = filter->older_than_s;
	list.after = filter->after;
	arena_init(&arena, ADMIN_ARENA_BYTES);
	while (outcome == OUTCOME_DONE && go_on) {
		list.limit = left < PAGE ? (uint32_t)left : PAGE;
		arena_reset(&arena);
		outcome = ask_listing(call, &request, &arena, &page);
		if (outcome != OUTCOME_DONE)
			break;
		go_on = hand_out(page, take, context, &left, &list.after);
		if (ret_rest != NULL)
			*ret_rest = (struct queue_rest){ page->more, page->delivered_unanswered };
	}
	arena_free(&arena);
	return outcome;
}

enum outcome queue_each_of_message(const struct call *call, const struct id *message, const char *agency, queue_take *take, void *context)
{
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;
	const Pb__QueueListing *listing = NULL;
	struct arena arena;
	char id[64];
	enum outcome outcome;

	arena_init(&arena, ADMIN_ARENA_BYTES);
	if (agency != NULL) {
		agency_id(agency, id);
		request.agency = id;
	}
	request.body_case = PB__ADMIN_REQUEST__BODY_QUEUE_SHOW;
	request.queue_show = pb_of_bytes(bytes_of(message->bytes, ID_BYTES));
	outcome = ask_listing(call, &request, &arena, &listing);
	for (size_t i = 0; outcome == OUTCOME_DONE && i < listing->n_items; i++)
		if (!take(context, listing->items[i]))
			break;
	arena_free(&arena);
	return outcome;
}

/* The id that a code is short for; *ret_message stays as it is where there is none. */
static enum outcome ask_code(const struct call *call, uint64_t tail, bool *ret_found, struct id *ret_message)
{
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;
	const Pb__AdminReply *reply = NULL;
	struct arena arena;
	enum outcome outcome;

	request.body_case = PB__ADMIN_REQUEST__BODY_FIND_CODE;
	request.find_code = tail;
	arena_init(&arena, ADMIN_ARENA_BYTES);
	outcome = admin_ask(call, &request, &arena, &reply);
	if (outcome == OUTCOME_DONE && reply->body_case != PB__ADMIN_REPLY__BODY_FOUND)
		outcome = admin_unexpected();
	if (outcome == OUTCOME_DONE)
		*ret_found = id_from_bytes(bytes_of_pb(reply->found), ret_message) == ERR_OK;
	arena_free(&arena);
	return outcome;
}

enum outcome queue_message(const struct call *call, const char *text, struct id *ret_message)
{
	struct id_query query;
	bool found = false;
	enum outcome outcome;

	if (id_query_parse(text, &query) != ERR_OK)
		return call_usage(call, words("%s is neither an id nor a short code (or one character of it is wrong)",
					      "%s は番号でも短いコードでもありません(または一文字違っています)"),
				  text);
	if (query.whole) {
		*ret_message = query.id;
		return OUTCOME_DONE;
	}
	outcome = ask_code(call, query.tail, &found, ret_message);
	if (outcome == OUTCOME_DONE && !found)
		return out_problem(OUTCOME_NOT_THERE, "UNKNOWN_CODE", words("Read the code again; of what is long ago, give the whole id.",
									    "コードをもう一度確かめてください。古い連絡は番号全体を指定してください。"),
				   words("There is no message with the code %s among the newest of this site.", "この拠点の新しい連絡に、コード %s のものはありません。"),
				   text);
	return outcome;
}
