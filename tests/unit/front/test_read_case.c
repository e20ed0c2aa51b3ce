/* SPDX-License-Identifier: Apache-2.0 */
/* A case as its owner sees it, and as the others on it do; to everybody else it is not there. */
#include <string.h>

#include "trio.h"

static struct trio trio;
static const uint8_t id[16] = "the only one of";

static void in_case(Pb__View *view)
{
	view->case_id = pb_of_bytes(bytes_of(id, 16));
	view->kind = PB__KIND__KIND_REQUEST;
	view->ask = PB__ASK__ASK_REFER;
	view->take = PB__TAKE__TAKE_ALL;
}

static const Pb__ReadResult *ask(struct visitor *visitor, struct bytes case_id)
{
	Pb__Read read = PB__READ__INIT;

	read.what_case = PB__READ__WHAT_CASE_ID;
	read.case_id = pb_of_bytes(case_id);
	return visitor_read(visitor, &read);
}

static const Pb__CaseShown *shown(struct visitor *visitor)
{
	const Pb__ReadResult *result = ask(visitor, bytes_of(id, 16));

	require(result->result_case == PB__READ_RESULT__RESULT_CASE_SHOWN);
	check_bytes(bytes_of_pb(result->case_shown->case_id), bytes_of(id, 16));
	check_text(result->case_shown->owner, trio.alpha.address);
	return result->case_shown;
}

static void check_not_there(struct visitor *visitor, struct bytes case_id)
{
	const Pb__ReadResult *result = ask(visitor, case_id);

	require(result->result_case == PB__READ_RESULT__RESULT_REFUSAL);
	check_int(result->refusal->code, PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_MESSAGE);
	check_text(result->refusal->subject, "case_id");
}

static void mark(struct visitor *visitor, bool protected, char *kept_out)
{
	Pb__Statement statement = PB__STATEMENT__INIT;
	Pb__MarkCase mark = PB__MARK_CASE__INIT;
	const Pb__Replies *replies;
	struct parcels parcels;

	mark.case_id = pb_of_bytes(bytes_of(id, 16));
	mark.protected_ = protected;
	mark.kept_out = &kept_out;
	mark.n_kept_out = 1;
	statement.body_case = PB__STATEMENT__BODY_MARK_CASE;
	statement.mark_case = &mark;
	parcels_begin(&parcels);
	parcels_statement(&parcels, &statement);
	visitor_send_batch(visitor, &parcels, NULL);
	parcels_free(&parcels);
	replies = visitor_replies(visitor);
	require(replies->n_replies == 1);
	check_int(replies->replies[0]->outcome_case, PB__REPLY__OUTCOME_ACCEPTED);
}

static void test_who_sees_what(void)
{
	const struct visitor *to[] = { &trio.beta, &trio.gamma };
	const Pb__CaseShown *seen;
	uint8_t message[16];

	trio_open(&trio, NULL);
	check_not_there(&trio.alpha, bytes_of(id, 16));
	trio_note(&trio.alpha, to, 2, message, in_case);
	check_not_there(&trio.alpha, bytes_of("another of them", 16));
	check_not_there(&trio.alpha, bytes_of(id, 15));
	seen = shown(&trio.alpha);
	check(!seen->protected_);
	require(seen->n_members == 3);
	check_text(seen->members[2], trio.gamma.address);
	seen = shown(&trio.beta); /* who else was asked is not told */
	require(seen->n_members == 2);
	check_text(seen->members[0], trio.alpha.address);
	check_text(seen->members[1], trio.beta.address);
	trio_close(&trio);
}

static void test_protected(void)
{
	const struct visitor *to[] = { &trio.beta };
	const Pb__CaseShown *seen;
	uint8_t message[16];

	trio_open(&trio, NULL);
	trio_note(&trio.alpha, to, 1, message, in_case);
	check_not_there(&trio.gamma, bytes_of(id, 16));
	mark(&trio.alpha, true, trio.gamma.address);
	seen = shown(&trio.alpha);
	check(seen->protected_);
	require(seen->n_kept_out == 1);
	check_text(seen->kept_out[0], trio.gamma.address);
	seen = shown(&trio.beta);
	check(seen->protected_);
	check_uint(seen->n_kept_out, 0); /* the list is its owner's */
	mark(&trio.alpha, true, trio.beta.address);
	check_not_there(&trio.beta, bytes_of(id, 16));
	trio_close(&trio);
}

static const Pb__Inbox *inbox(struct visitor *visitor)
{
	Pb__Read read = PB__READ__INIT;
	const Pb__ReadResult *result;

	read.what_case = PB__READ__WHAT_INBOX_AFTER;
	result = visitor_read(visitor, &read);
	require(result->result_case == PB__READ_RESULT__RESULT_INBOX);
	return result->inbox;
}

/* What waits for who is kept out is not in its mailbox any more, whoever looks first. */
static void test_inbox(void)
{
	const struct visitor *to[] = { &trio.beta };
	const Pb__Inbox *seen;
	uint8_t message[16], other[16];

	trio_open(&trio, NULL);
	trio_note(&trio.alpha, to, 1, message, in_case);
	trio_note(&trio.alpha, to, 1, other, NULL);
	mark(&trio.alpha, true, trio.beta.address);
	seen = inbox(&trio.beta);
	require(seen->n_items == 1);
	check_bytes(bytes_of_pb(seen->items[0]->message_id), bytes_of(other, 16));
	check_uint(seen->more, 0);
	trio_close(&trio);
}

static void proposes(Pb__View *view)
{
	static Pb__ConferenceAct act;

	pb__conference_act__init(&act);
	act.action = PB__CONFERENCE_ACTION__CONFERENCE_ACTION_PROPOSE;
	act.kind = PB__CONFERENCE_KIND__CONFERENCE_KIND_CASE;
	view->case_id = pb_of_bytes(bytes_of(id, 16));
	view->kind = PB__KIND__KIND_CONFERENCE;
	view->conference_act = &act;
}

static size_t conferences(struct visitor *visitor, struct bytes which)
{
	Pb__Read read = PB__READ__INIT;
	const Pb__ReadResult *result;

	read.what_case = PB__READ__WHAT_CONFERENCE_ID;
	read.conference_id = pb_of_bytes(which);
	result = visitor_read(visitor, &read);
	return result->result_case == PB__READ_RESULT__RESULT_CONFERENCES ? result->conferences->n_conferences : 0;
}

/* A seat at the table shows no table to who is kept out since. */
static void test_conference(void)
{
	const struct visitor *to[] = { &trio.beta, &trio.gamma };
	uint8_t message[16];

	trio_open(&trio, NULL);
	trio_note(&trio.alpha, to, 2, message, proposes);
	check_uint(conferences(&trio.beta, bytes_of(message, 16)), 1);
	check_uint(conferences(&trio.beta, bytes_of(NULL, 0)), 1);
	mark(&trio.alpha, true, trio.beta.address);
	check_uint(conferences(&trio.beta, bytes_of(message, 16)), 0);
	check_uint(conferences(&trio.beta, bytes_of(NULL, 0)), 0);
	check_uint(conferences(&trio.gamma, bytes_of(message, 16)), 1);
	trio_close(&trio);
}

static void note_in_case(Pb__View *view)
{
	view->case_id = pb_of_bytes(bytes_of(id, 16));
}

/* The entry of a hand-out proves what was handed out; that something was not, and why, is nothing that who is kept out may read. */
static void test_receipt(void)
{
	const struct visitor *to[] = { &trio.beta };
	Pb__Read read = PB__READ__INIT;
	uint8_t message[16], other[16];
	size_t bare = 0;
	uint64_t seq;

	trio_open(&trio, NULL);
	trio_note(&trio.alpha, to, 1, message, note_in_case);
	seq = trio_note(&trio.alpha, to, 1, other, NULL);
	mark(&trio.alpha, true, trio.beta.address);
	check_uint(trio_take(&trio.beta).seq, seq); /* the other one */
	read.what_case = PB__READ__WHAT_RECEIPT_SEQ;
	for (read.receipt_seq = seq + 1; read.receipt_seq < seq + 3; read.receipt_seq++) {
		const Pb__ReadResult *result = visitor_read(&trio.beta, &read);

		if (result->result_case != PB__READ_RESULT__RESULT_RECEIPT)
			continue;
		check_uint(result->receipt->body.len, 0);
		check_uint(result->receipt->salt.len, 0);
		bare++;
	}
	check_uint(bare, 1);
	trio_close(&trio);
}

static Pb__ReadResult__ResultCase read_seq(struct visitor *visitor, uint64_t seq)
{
	Pb__Read read = PB__READ__INIT;

	read.what_case = PB__READ__WHAT_RECEIPT_SEQ;
	read.receipt_seq = seq;
	return visitor_read(visitor, &read)->result_case;
}

static Pb__ReadResult__ResultCase read_trace_of(struct visitor *visitor, const uint8_t message[16])
{
	Pb__Read read = PB__READ__INIT;

	read.what_case = PB__READ__WHAT_TRACE_MESSAGE_ID;
	read.trace_message_id = pb_of_bytes(bytes_of(message, 16));
	return visitor_read(visitor, &read)->result_case;
}

/* Entries can be asked for by number: what was meant for an agency and never reached it has no number for it. */
static void test_never_reached(void)
{
	const struct visitor *to[] = { &trio.beta };
	uint8_t message[16];
	uint64_t seq;

	trio_open(&trio, NULL);
	seq = trio_note(&trio.alpha, to, 1, message, in_case);
	check_int(read_seq(&trio.beta, seq), PB__READ_RESULT__RESULT_RECEIPT); /* it waits in its mailbox, for all to see there */
	mark(&trio.alpha, true, trio.beta.address);
	check_int(read_seq(&trio.beta, seq), PB__READ_RESULT__RESULT_REFUSAL);
	check_int(read_trace_of(&trio.beta, message), PB__READ_RESULT__RESULT_REFUSAL);
	check_int(read_seq(&trio.alpha, seq), PB__READ_RESULT__RESULT_RECEIPT);
	check_int(read_trace_of(&trio.alpha, message), PB__READ_RESULT__RESULT_TRACE);
	trio_close(&trio);
}

/* The proof of what it was handed stays its own; what goes on with that does not. */
static void test_trace(void)
{
	const struct visitor *to[] = { &trio.beta };
	uint8_t message[16];
	uint64_t seq;

	trio_open(&trio, NULL);
	seq = trio_note(&trio.alpha, to, 1, message, in_case);
	trio_take(&trio.beta);
	check_int(read_trace_of(&trio.beta, message), PB__READ_RESULT__RESULT_TRACE);
	mark(&trio.alpha, true, trio.beta.address);
	check_int(read_seq(&trio.beta, seq), PB__READ_RESULT__RESULT_RECEIPT);
	check_int(read_trace_of(&trio.beta, message), PB__READ_RESULT__RESULT_REFUSAL);
	trio_close(&trio);
}

static size_t action_items(struct visitor *visitor)
{
	Pb__Read read = PB__READ__INIT;
	const Pb__ReadResult *result;

	read.what_case = PB__READ__WHAT_ACTION_ITEMS;
	read.action_items = true;
	result = visitor_read(visitor, &read);
	require(result->result_case == PB__READ_RESULT__RESULT_CONFERENCES);
	return result->conferences->n_items;
}

static uint8_t recalled[16];

static void recalls(Pb__View *view)
{
	static Pb__LegAct act;

	pb__leg_act__init(&act);
	act.action = PB__LEG_ACTION__LEG_ACTION_WITHDRAW;
	act.reason = PB__REASON__REASON_MISDIRECTED;
	act.purge = true;
	view->case_id = pb_of_bytes(bytes_of(id, 16));
	view->kind = PB__KIND__KIND_REQUEST;
	view->thread_id = pb_of_bytes(bytes_of(recalled, 16));
	view->leg_act = &act;
}

/* What it is still to do in a case that it may not know of is no longer shown to it. */
static void test_action_items(void)
{
	const struct visitor *to[] = { &trio.beta };
	uint8_t message[16];

	trio_open(&trio, NULL);
	trio_note(&trio.alpha, to, 1, recalled, in_case);
	trio_take(&trio.beta);
	trio_note(&trio.alpha, to, 1, message, recalls);
	check_uint(action_items(&trio.beta), 1);
	check_uint(action_items(&trio.alpha), 1);
	mark(&trio.alpha, true, trio.beta.address);
	check_uint(action_items(&trio.beta), 0);
	check_uint(action_items(&trio.alpha), 1);
	trio_close(&trio);
}

UNIT_SUITE("front/a case",
	{ "who sees what", test_who_sees_what },
	{ "protected", test_protected },
	{ "the mailbox of who is kept out", test_inbox },
	{ "the conferences of who is kept out", test_conference },
	{ "the receipt of who is kept out", test_receipt },
	{ "what never reached its agency", test_never_reached },
	{ "the trace of who is kept out", test_trace },
	{ "the action items of who is kept out", test_action_items });
