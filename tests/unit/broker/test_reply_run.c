/* SPDX-License-Identifier: Apache-2.0 */
#include "broker/reply_run.h"

#include "contract/replies.h"
#include "unit.h"

#define ORDERS 4u
#define FIRST_SEQ 255u

struct frame {
	struct outcome outcomes[ORDERS];
	Pb__EntryBody bodies[ORDERS];
	Pb__SubmitEntry submits[ORDERS];
	Pb__SubmitEntry__Recipient recipients[ORDERS], *pointers[ORDERS][2];
};

static void set_header(struct outcome *outcome, uint16_t type, uint64_t seq, int64_t time_us)
{
	struct leaf_header header = { .format = 1, .type = type, .seq = seq, .time_us = time_us };

	leaf_header_encode(&header, outcome->header);
	outcome->seq = seq;
}

/* Four submissions of one View each, accepted alike. */
static void fill(struct frame *frame)
{
	*frame = (struct frame){ 0 };
	for (size_t i = 0; i < ORDERS; i++) {
		struct outcome *outcome = &frame->outcomes[i];

		pb__entry_body__init(&frame->bodies[i]);
		pb__submit_entry__init(&frame->submits[i]);
		pb__submit_entry__recipient__init(&frame->recipients[i]);
		frame->recipients[i].lane = i == 2 ? PB__URGENCY__URGENCY_DANGER : PB__URGENCY__URGENCY_ROUTINE;
		frame->pointers[i][0] = frame->pointers[i][1] = &frame->recipients[i];
		frame->submits[i].recipients = frame->pointers[i];
		frame->submits[i].n_recipients = 1;
		frame->bodies[i].body_case = PB__ENTRY_BODY__BODY_SUBMIT;
		frame->bodies[i].submit = &frame->submits[i];
		outcome->decision = (struct decision){ .kind = DECISION_ENTRY, .body = &frame->bodies[i] };
		set_header(outcome, PB__ENTRY_TYPE__ENTRY_TYPE_SUBMIT, FIRST_SEQ + i, 77);
		memset(outcome->body_hash.bytes, (int)(i + 1), DIGEST_BYTES);
	}
}

static void test_read_as_it_was_meant(void)
{
	Pb__Replies replies = PB__REPLIES__INIT;
	struct frame frame;
	struct arena arena;

	fill(&frame);
	arena_init(&arena, 1u << 20);
	require(reply_run_fits(frame.outcomes, ORDERS));
	require_ok(reply_run(frame.outcomes, ORDERS, &arena, &replies));
	check_uint(replies.n_replies, 0);
	require_ok(replies_expand(&replies, &arena));
	require(replies.n_replies == ORDERS);
	for (size_t i = 0; i < ORDERS; i++) {
		const Pb__Accepted *accepted = replies.replies[i]->accepted;

		check_bytes(bytes_of_pb(accepted->header), bytes_of(frame.outcomes[i].header, LEAF_HEADER_BYTES));
		check_bytes(bytes_of_pb(accepted->body_hash), digest_bytes(&frame.outcomes[i].body_hash));
		require(accepted->n_lanes == 1);
		check_int(accepted->lanes[0], frame.recipients[i].lane);
	}
	arena_free(&arena);
}

static void test_entries_without_lanes(void)
{
	Pb__Replies replies = PB__REPLIES__INIT;
	struct frame frame;
	struct arena arena;

	fill(&frame);
	arena_init(&arena, 1u << 20);
	for (size_t i = 0; i < ORDERS; i++) {
		frame.bodies[i].body_case = PB__ENTRY_BODY__BODY_ACKNOWLEDGE;
		set_header(&frame.outcomes[i], PB__ENTRY_TYPE__ENTRY_TYPE_ACKNOWLEDGE, FIRST_SEQ + i, 77);
	}
	require(reply_run_fits(frame.outcomes, ORDERS));
	require_ok(reply_run(frame.outcomes, ORDERS, &arena, &replies));
	require_ok(replies_expand(&replies, &arena));
	require(replies.n_replies == ORDERS);
	check_uint(replies.replies[3]->accepted->n_lanes, 0);
	arena_free(&arena);
}

static void refused(struct frame *frame)
{
	frame->outcomes[2].decision.kind = DECISION_REFUSED;
}

static void duplicate(struct frame *frame)
{
	frame->outcomes[0].decision.kind = DECISION_DUPLICATE;
}

static void other_type(struct frame *frame)
{
	set_header(&frame->outcomes[1], PB__ENTRY_TYPE__ENTRY_TYPE_ACKNOWLEDGE, FIRST_SEQ + 1, 77);
}

static void other_time(struct frame *frame)
{
	set_header(&frame->outcomes[3], PB__ENTRY_TYPE__ENTRY_TYPE_SUBMIT, FIRST_SEQ + 3, 78);
}

static void gap(struct frame *frame)
{
	set_header(&frame->outcomes[3], PB__ENTRY_TYPE__ENTRY_TYPE_SUBMIT, FIRST_SEQ + 4, 77);
}

static void more_views(struct frame *frame)
{
	frame->submits[1].n_recipients = 2;
}

static void test_what_is_not_alike(void)
{
	static void (*const ways[])(struct frame *) = { refused, duplicate, other_type, other_time, gap, more_views };

	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		struct frame frame;

		fill(&frame);
		ways[i](&frame);
		check(!reply_run_fits(frame.outcomes, ORDERS));
	}
}

static void test_no_orders(void)
{
	struct frame frame;

	fill(&frame);
	check(!reply_run_fits(frame.outcomes, 0));
}

static void test_without_memory(void)
{
	Pb__Replies replies = PB__REPLIES__INIT;
	struct frame frame;
	struct arena arena;

	fill(&frame);
	arena_init(&arena, 100);
	check_err(reply_run(frame.outcomes, ORDERS, &arena, &replies), ERR_NOMEM);
	check(replies.run == NULL);
	arena_free(&arena);
}

UNIT_SUITE("broker/reply_run",
	{ "read as it was meant", test_read_as_it_was_meant },
	{ "entries without lanes", test_entries_without_lanes },
	{ "what is not alike", test_what_is_not_alike },
	{ "no orders", test_no_orders },
	{ "without memory", test_without_memory });
