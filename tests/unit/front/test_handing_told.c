/* SPDX-License-Identifier: Apache-2.0 */
/* What the site puts into mailboxes itself: what leaves for each kind, and how lists and traces show it. */
#include <string.h>

#include "contract/merkle.h"
#include "telling.h"
#include "trio.h"

#define BETA 2u /* numbers: in the order of the directory */

static struct trio trio;
static uint8_t id[16];
static uint64_t message; /* its item */

static void come_back(struct visitor *visitor)
{
	visitor_connect(visitor, visitor->curve_public, visitor->curve_secret);
	visitor_hello(visitor);
	visitor->granted_items = visitor->granted_bytes = 0;
	visitor_credit(visitor, 10, 1 << 20);
}

/* A note with two parts from alpha to beta, the second held; beta has acknowledged it. */
static void open_delivered(void)
{
	struct parcels parcels;
	struct taken taken;

	trio_open(&trio, NULL);
	parcels_begin(&parcels);
	parcels_held_note(&parcels, &trio.alpha, &trio.beta, 500, 700, id);
	visitor_send_batch(&trio.alpha, &parcels, NULL);
	require(visitor_replies(&trio.alpha)->replies[0]->outcome_case == PB__REPLY__OUTCOME_ACCEPTED);
	parcels_free(&parcels);
	taken = trio_take(&trio.beta);
	message = taken.item;
	trio_acknowledge(&trio.beta, &taken);
}

static const Pb__HandoutItem *take(struct visitor *visitor)
{
	const Pb__Handout *handout = visitor_await(visitor, PB__FROM_BROKER__BODY_HANDOUT)->handout;

	require(handout->n_items == 1);
	return handout->items[0];
}

static void acknowledge(struct visitor *visitor, uint64_t item, ProtobufCBinaryData named)
{
	struct parcels parcels;

	parcels_begin(&parcels);
	parcels_acknowledge(&parcels, item, bytes_of_pb(named)); /* names the leaf hash of these bytes */
	visitor_send_batch(visitor, &parcels, NULL);
	require(visitor_replies(visitor)->replies[0]->outcome_case == PB__REPLY__OUTCOME_ACCEPTED);
	parcels_free(&parcels);
}

static void check_part(struct bytes data, const Pb__PartRef *part)
{
	struct digest digest = digest_of(data);

	check_bytes(digest_bytes(&digest), bytes_of_pb(part->sha256));
}

static const Pb__View *view_of(struct visitor *visitor, const Pb__HandoutItem *item)
{
	const Pb__Statement *statement;

	require_ok(CODEC_DECODE(statement, bytes_of_pb(item->statement), &visitor->arena, &statement, NULL));
	return statement->view;
}

/* ---- leaving ---- */

static void test_release(void)
{
	const Pb__HandoutItem *item;
	uint64_t released;

	open_delivered();
	released = house_tell(&trio.house, &(struct tale){ .what = PB__ITEM_WHAT__ITEM_WHAT_RELEASE, .about = message });
	come_back(&trio.beta);
	item = take(&trio.beta);
	check_uint(item->item, released);
	check_int(item->what, PB__ITEM_WHAT__ITEM_WHAT_RELEASE);
	check_uint(item->about, message);
	check_uint(item->seq, item_seq(message));
	require(item->n_withheld == 1);
	check_uint(item->withheld[0], 0); /* delivered before */
	check_uint(item->notice.len, 0);
	check_uint(trio.beta.data.len, 700);
	check_part(buf_bytes(&trio.beta.data), view_of(&trio.beta, item)->parts[1]);
	acknowledge(&trio.beta, item->item, item->statement);
	trio_close(&trio);
}

static void test_seal_task(void)
{
	Pb__SiteNotice notice = PB__SITE_NOTICE__INIT;
	const Pb__SiteNotice *told;
	const Pb__HandoutItem *item;

	open_delivered();
	notice.what = PB__NOTICE_WHAT__NOTICE_WHAT_SEAL_DUE;
	notice.next_agency = trio.gamma.address;
	house_tell(&trio.house, &(struct tale){ .what = PB__ITEM_WHAT__ITEM_WHAT_SEAL_TASK, .about = message, .notice = &notice });
	come_back(&trio.alpha);
	item = take(&trio.alpha);
	check_int(item->what, PB__ITEM_WHAT__ITEM_WHAT_SEAL_TASK);
	check_uint(item->n_withheld, 0); /* all parts, those held too */
	check_uint(trio.alpha.data.len, 1200);
	check_part(bytes_of(buf_bytes(&trio.alpha.data).data, 500), view_of(&trio.alpha, item)->parts[0]);
	check_part(bytes_of(buf_bytes(&trio.alpha.data).data + 500, 700), view_of(&trio.alpha, item)->parts[1]);
	require_ok(CODEC_DECODE(site_notice, bytes_of_pb(item->notice), &trio.alpha.arena, &told, NULL));
	check_text(told->next_agency, trio.gamma.address);
	acknowledge(&trio.alpha, item->item, item->statement);
	trio_close(&trio);
}

static Pb__SiteNotice overdue(void)
{
	Pb__SiteNotice notice = PB__SITE_NOTICE__INIT;

	notice.what = PB__NOTICE_WHAT__NOTICE_WHAT_ANSWER_OVERDUE;
	notice.kind = PB__KIND__KIND_REQUEST;
	notice.thread_id = pb_of_bytes(bytes_of(id, sizeof id));
	return notice;
}

static uint64_t tell_notice(Pb__Urgency lane)
{
	Pb__SiteNotice notice = overdue();

	return house_tell(&trio.house,
			  &(struct tale){ .what = PB__ITEM_WHAT__ITEM_WHAT_NOTICE, .agency = BETA, .lane = lane, .notice = &notice });
}

static void test_notice(void)
{
	const Pb__SiteNotice *told;
	const Pb__HandoutItem *item;
	uint64_t noticed;

	open_delivered();
	noticed = tell_notice(PB__URGENCY__URGENCY_DANGER);
	come_back(&trio.beta);
	item = take(&trio.beta);
	check_uint(item->item, noticed);
	check_int(item->what, PB__ITEM_WHAT__ITEM_WHAT_NOTICE);
	check_uint(item->seq, item_seq(noticed));
	check(item->accepted_at_us > 0);
	check_uint(item->statement.len + item->n_withheld + item->view_path.len, 0);
	check_uint(trio.beta.data.len, 0);
	require_ok(CODEC_DECODE(site_notice, bytes_of_pb(item->notice), &trio.beta.arena, &told, NULL));
	check_int(told->what, PB__NOTICE_WHAT__NOTICE_WHAT_ANSWER_OVERDUE);
	acknowledge(&trio.beta, item->item, item->notice);
	trio_close(&trio);
}

/* A notice and a message in one frame: the notice has no source, the message's is its own. */
static void test_mixed(void)
{
	const struct visitor *to[] = { &trio.beta };
	const Pb__Handout *handout;
	uint8_t other[16];
	size_t got = 0;

	open_delivered();
	tell_notice(PB__URGENCY__URGENCY_ROUTINE);
	come_back(&trio.alpha);
	trio_note(&trio.alpha, to, 1, other, NULL);
	come_back(&trio.beta);
	while (got < 2) {
		handout = visitor_await(&trio.beta, PB__FROM_BROKER__BODY_HANDOUT)->handout;
		for (size_t i = 0; i < handout->n_items; i++)
			check(handout->items[i]->what == PB__ITEM_WHAT__ITEM_WHAT_NOTICE || handout->items[i]->source < handout->n_sources);
		got += handout->n_items;
	}
	check_uint(got, 2);
	trio_close(&trio);
}

/* ---- shown ---- */

static void test_lists(void)
{
	Pb__AdminQueueList list = PB__ADMIN_QUEUE_LIST__INIT;
	Pb__Read read = PB__READ__INIT;
	const Pb__QueueItem *queued;
	const Pb__Inbox *inbox;

	open_delivered();
	house_tell(&trio.house, &(struct tale){ .what = PB__ITEM_WHAT__ITEM_WHAT_RELEASE, .about = message });
	tell_notice(PB__URGENCY__URGENCY_URGENT);
	require(trio_list(&trio, &list)->queue->n_items == 2);
	queued = trio_list(&trio, &list)->queue->items[0];
	check_int(queued->what, PB__ITEM_WHAT__ITEM_WHAT_RELEASE);
	check_uint(queued->size, 700);
	check_text(queued->from, trio.alpha.address);
	check_bytes(bytes_of_pb(queued->message_id), bytes_of(id, sizeof id));
	queued = trio_list(&trio, &list)->queue->items[1];
	check_int(queued->what, PB__ITEM_WHAT__ITEM_WHAT_NOTICE);
	check_int(queued->notice, PB__NOTICE_WHAT__NOTICE_WHAT_ANSWER_OVERDUE);
	check_int(queued->urgency, PB__URGENCY__URGENCY_URGENT);
	check_int(queued->kind, PB__KIND__KIND_REQUEST);
	check_text(queued->from, HOUSE_SITE);
	check_uint(queued->seq, item_seq(queued->item));
	visitor_connect(&trio.beta, trio.beta.curve_public, trio.beta.curve_secret);
	visitor_hello(&trio.beta);
	read.what_case = PB__READ__WHAT_INBOX_AFTER;
	inbox = visitor_read(&trio.beta, &read)->inbox;
	require(inbox != NULL && inbox->n_items == 2);
	check_int(inbox->items[0]->what, PB__ITEM_WHAT__ITEM_WHAT_RELEASE);
	check_uint(inbox->items[0]->size, 700);
	check_int(inbox->items[1]->what, PB__ITEM_WHAT__ITEM_WHAT_NOTICE);
	check_int(inbox->items[1]->notice, PB__NOTICE_WHAT__NOTICE_WHAT_ANSWER_OVERDUE);
	check_text(inbox->items[1]->sender, HOUSE_SITE);
	trio_close(&trio);
}

/* `queue show` of the message leads to what was told about it, whatever became of that; the notice is no part of it. */
static void test_shown_with_message(void)
{
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;
	const Pb__AdminReply *reply;

	open_delivered();
	house_tell(&trio.house, &(struct tale){ .what = PB__ITEM_WHAT__ITEM_WHAT_RELEASE, .about = message });
	tell_notice(PB__URGENCY__URGENCY_URGENT);
	request.body_case = PB__ADMIN_REQUEST__BODY_QUEUE_SHOW;
	request.queue_show = pb_of_bytes(bytes_of(id, sizeof id));
	reply = trio_ask(&trio, &request);
	require(reply->body_case == PB__ADMIN_REPLY__BODY_QUEUE && reply->queue->n_items == 2);
	check_text(reply->queue->items[0]->state, "delivered");
	check_text(reply->queue->items[1]->state, "waiting");
	check_int(reply->queue->items[1]->what, PB__ITEM_WHAT__ITEM_WHAT_RELEASE);
	trio_close(&trio);
}

static const Pb__Trace *trace(struct visitor *visitor)
{
	Pb__Read read = PB__READ__INIT;
	const Pb__ReadResult *result;

	read.what_case = PB__READ__WHAT_TRACE_MESSAGE_ID;
	read.trace_message_id = pb_of_bytes(bytes_of(id, sizeof id));
	do /* costly reads have a share of the time, and are told to come again beyond it */
		result = visitor_read(visitor, &read);
	while (result->result_case == PB__READ_RESULT__RESULT_REFUSAL);
	return result->trace;
}

static size_t stations_with(const Pb__Trace *shown, const char *note)
{
	size_t count = 0;

	for (size_t i = 0; i < shown->n_stations; i++)
		count += strcmp(shown->stations[i]->note, note) == 0;
	return count;
}

static void test_trace(void)
{
	Pb__SiteNotice notice = overdue();
	const Pb__HandoutItem *item;

	open_delivered();
	house_tell(&trio.house, &(struct tale){ .what = PB__ITEM_WHAT__ITEM_WHAT_RELEASE, .about = message });
	house_tell(&trio.house, &(struct tale){ .what = PB__ITEM_WHAT__ITEM_WHAT_SEAL_TASK, .about = message, .notice = &notice });
	come_back(&trio.beta);
	item = take(&trio.beta);
	acknowledge(&trio.beta, item->item, item->statement);
	check_uint(stations_with(trace(&trio.beta), "release"), 3); /* released, handed out, acknowledged */
	check_uint(stations_with(trace(&trio.beta), "seal_task"), 0); /* whom else it goes to is the sender's to know */
	come_back(&trio.alpha);
	check_uint(stations_with(trace(&trio.alpha), "release"), 3);
	check(stations_with(trace(&trio.alpha), "seal_task") >= 1);
	trio_close(&trio);
}

UNIT_SUITE("front/handing_offer",
	{ "a release brings what was held", test_release },
	{ "a seal task brings all, and says to whom", test_seal_task },
	{ "a notice is bytes alone", test_notice },
	{ "notices and messages in one hand-out", test_mixed },
	{ "in the queue and in the inbox", test_lists },
	{ "shown with its message", test_shown_with_message },
	{ "traced with its message", test_trace });
