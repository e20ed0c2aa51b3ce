/* SPDX-License-Identifier: Apache-2.0 */
/* What was provided, what a case's report tells, and what became of a thread: to operators, to the case's owner, to an ordinary party; a
 * confidential agency is its proxy everywhere, and what an operator reads is an entry. */
#include <string.h>

#include "asking_legs.h"
#include "asking_records.h"
#include "ledger/entry.h"

#define ROUTINE PB__URGENCY__URGENCY_ROUTINE

static struct trio trio;

/* ---- asking ---- */

static const Pb__ProvisionListing *provisions_as(struct visitor *reader, Pb__ProvisionQuery *query)
{
	Pb__Read read = PB__READ__INIT;
	const Pb__ReadResult *result;

	read.what_case = PB__READ__WHAT_PROVISIONS;
	read.provisions = query;
	result = records_read(reader, &read);
	require(result->result_case == PB__READ_RESULT__RESULT_PROVISIONS);
	return result->provisions;
}

static const Pb__ProvisionListing *provisions(Pb__ProvisionQuery *query)
{
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;
	const Pb__AdminReply *reply;

	request.body_case = PB__ADMIN_REQUEST__BODY_PROVISIONS;
	request.provisions = query;
	reply = trio_ask(&trio, &request);
	require(reply->body_case == PB__ADMIN_REPLY__BODY_PROVISIONS);
	return reply->provisions;
}

/* A request of alpha to beta and gamma; beta takes it. */
static void scene(uint8_t id[16])
{
	const struct visitor *to[] = { &trio.beta, &trio.gamma };
	struct taken taken;

	trio_open(&trio, NULL);
	legs_request(&trio.alpha, to, 2, ROUTINE, id);
	taken = trio_take(&trio.beta);
	trio_acknowledge(&trio.beta, &taken);
	taken = trio_take(&trio.gamma);
	trio_acknowledge(&trio.gamma, &taken);
	check_int(legs_act(&trio.beta, &trio.alpha, id, PB__LEG_ACTION__LEG_ACTION_ACCEPT, PB__REASON__REASON_UNSPECIFIED), 0);
}

/* ---- provisions ---- */

static void test_provisions(void)
{
	Pb__ProvisionQuery query = PB__PROVISION_QUERY__INIT;
	const Pb__ProvisionShown *shown;
	uint8_t id[16];

	scene(id);
	require(provisions(&query)->n_provisions == 2); /* the acceptance has not been handed out */
	shown = provisions(&query)->provisions[0];
	check_bytes(bytes_of_pb(shown->message_id), bytes_of(id, 16));
	check_text(shown->from, trio.alpha.address);
	check_text(shown->to, trio.beta.address);
	check(shown->at_us > 0 && shown->acknowledged_at_us >= shown->at_us);
	require(shown->basis != NULL && shown->n_classes == 1 && shown->n_parts == 1);
	check_int(shown->classes[0], PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_EDUCATION);
	check_uint(provisions_as(&trio.alpha, &query)->n_provisions, 2);
	require(provisions_as(&trio.gamma, &query)->n_provisions == 1);
	check_text(provisions_as(&trio.gamma, &query)->provisions[0]->to, trio.gamma.address);
	trio_take(&trio.alpha);
	check_uint(provisions_as(&trio.beta, &query)->n_provisions, 2); /* what it got, and what it said with its acceptance */
	trio_close(&trio);
}

static void test_provision_pages(void)
{
	Pb__ProvisionQuery query = PB__PROVISION_QUERY__INIT;
	const Pb__ProvisionListing *listing;
	uint8_t id[16];

	scene(id);
	query.limit = 1;
	listing = provisions(&query);
	require(listing->n_provisions == 1 && listing->more_after != 0);
	query.after = listing->more_after;
	listing = provisions(&query);
	require(listing->n_provisions == 1);
	check_text(listing->provisions[0]->to, trio.gamma.address);
	query.after = listing->more_after;
	check(listing->more_after == 0 || provisions(&query)->n_provisions == 0);
	query = (Pb__ProvisionQuery)PB__PROVISION_QUERY__INIT;
	query.since_us = INT64_MAX;
	check_uint(provisions(&query)->n_provisions, 0);
	query.since_us = INT64_MIN;
	query.until_us = 1;
	check_uint(provisions(&query)->n_provisions, 0);
	query.until_us = INT64_MAX;
	query.after = UINT64_MAX;
	query.limit = UINT32_MAX;
	provisions(&query);
	trio_close(&trio);
}

/* A message whose parts are all held provides nothing until it is accepted; then it says which. */
static void test_released(void)
{
	Pb__ProvisionQuery query = PB__PROVISION_QUERY__INIT;
	const struct visitor *to[] = { &trio.beta };
	uint8_t id[16];

	trio_open(&trio, NULL);
	trio_note(&trio.alpha, to, 1, id, NULL);
	check_uint(provisions(&query)->n_provisions, 0); /* not handed out */
	trio_take(&trio.beta);
	require(provisions(&query)->n_provisions == 1);
	check(!provisions(&query)->provisions[0]->released);
	check_int(provisions(&query)->provisions[0]->acknowledged_at_us, 0);
	trio_close(&trio);
}

/* ---- a case's report ---- */

static void test_disclosure(void)
{
	const Pb__Disclosure *report;
	const Pb__AdminReply *reply;
	const Pb__Happening *row;
	uint8_t id[16];

	scene(id);
	records_trace(&trio, id); /* an operator looks */
	reply = records_report(&trio, id);
	require(reply->body_case == PB__ADMIN_REPLY__BODY_DISCLOSURE);
	report = reply->disclosure;
	check_text(report->case_shown->owner, trio.alpha.address);
	check_uint(report->case_shown->n_members, 3);
	check_uint(report->n_provisions, 2);
	row = records_row_of(report->happenings, report->n_happenings, PB__LEG_ACTION__LEG_ACTION_ACCEPT);
	require(row != NULL);
	check_text(row->by, trio.beta.address);
	check_int(row->request_state, PB__REQUEST_STATE__REQUEST_STATE_TAKEN);
	row = records_row_of(report->happenings, report->n_happenings, PB__LEG_ACTION__LEG_ACTION_TAKE_ELSEWHERE);
	require(row != NULL);
	check_text(row->to, trio.gamma.address);
	row = report->happenings[report->n_happenings - 1]; /* this very reading, made before anything was shown */
	check_text(row->what, "ACCESS");
	check_text(row->note, "disclosure");
	check_uint(row->seq, reply->seq);
	check(*row->operator_ != '\0');
	row = report->happenings[report->n_happenings - 2];
	check_text(row->note, "trace");
	check_bytes(bytes_of_pb(row->message_id), bytes_of(id, 16));
	trio_close(&trio);
}

/* The owner reads the same, but who among the operators looked; others on the case, and strangers, are told that it is not there. */
static void test_whose_it_is(void)
{
	const Pb__ReadResult *result;
	const Pb__Disclosure *report;
	uint8_t id[16], nobodys[16] = { 1 };

	scene(id);
	records_report(&trio, id);
	result = records_report_as(&trio.alpha, id, 0);
	require(result->result_case == PB__READ_RESULT__RESULT_DISCLOSURE);
	report = result->disclosure;
	check_uint(report->n_provisions, 2);
	check_text(report->happenings[report->n_happenings - 1]->what, "ACCESS");
	check_text(report->happenings[report->n_happenings - 1]->operator_, "");
	result = records_report_as(&trio.beta, id, 0);
	require(result->result_case == PB__READ_RESULT__RESULT_REFUSAL);
	check_int(result->refusal->code, PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_MESSAGE);
	result = records_report_as(&trio.alpha, nobodys, 0);
	require(result->result_case == PB__READ_RESULT__RESULT_REFUSAL);
	check_int(result->refusal->code, PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_MESSAGE);
	require(records_report(&trio, nobodys)->body_case == PB__ADMIN_REPLY__BODY_REFUSAL);
	check_int(records_report(&trio, nobodys)->refusal->code, PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_MESSAGE);
	trio_close(&trio);
}

static void test_hidden(void)
{
	const Pb__Disclosure *report;
	const Pb__Trace *traced;
	uint8_t id[16];

	scene(id);
	trio_hide_beta(&trio);
	report = records_report(&trio, id)->disclosure;
	check(!records_name(report->happenings, report->n_happenings, trio.beta.address));
	check_uint(report->case_shown->n_members, 2);
	for (size_t i = 0; i < report->n_provisions; i++)
		check(strcmp(report->provisions[i]->to, trio.beta.address) != 0);
	report = records_report_as(&trio.alpha, id, 0)->disclosure;
	check(!records_name(report->happenings, report->n_happenings, trio.beta.address));
	traced = records_trace(&trio, id);
	check(traced->n_thread > 0 && !records_name(traced->thread, traced->n_thread, trio.beta.address));
	traced = records_trace_as(&trio.alpha, id);
	check(traced->n_thread > 0 && !records_name(traced->thread, traced->n_thread, trio.beta.address));
	trio_close(&trio);
}

/* ---- a thread ---- */

/* An ordinary party sees what concerns it: nobody learns who else was asked, nor who took it. */
static void test_thread(void)
{
	const Pb__Trace *traced;
	const Pb__Happening *row;
	uint8_t id[16];

	scene(id);
	traced = records_trace_as(&trio.alpha, id);
	require(traced->n_thread == 4);
	check(records_row_of(traced->thread, traced->n_thread, PB__LEG_ACTION__LEG_ACTION_TAKE_ELSEWHERE) != NULL);
	check_int(traced->thread[0]->request_state, PB__REQUEST_STATE__REQUEST_STATE_WAITING);
	check(traced->thread[0]->handed_out_at_us > 0 && traced->thread[0]->acknowledged_at_us > 0);
	for (size_t i = 1; i < traced->n_thread; i++)
		check(traced->thread[i]->seq >= traced->thread[i - 1]->seq);
	traced = records_trace_as(&trio.beta, id);
	check_uint(traced->n_thread, 2);
	check(!records_name(traced->thread, traced->n_thread, trio.gamma.address));
	check_int(traced->thread[0]->request_state, PB__REQUEST_STATE__REQUEST_STATE_UNSPECIFIED);
	traced = records_trace_as(&trio.gamma, id);
	require(traced->n_thread == 2);
	check(!records_name(traced->thread, traced->n_thread, trio.beta.address));
	row = records_row_of(traced->thread, traced->n_thread, PB__LEG_ACTION__LEG_ACTION_TAKE_ELSEWHERE);
	require(row != NULL);
	check_text(row->by, "");
	check_uint(records_trace(&trio, id)->n_thread, 4);
	trio_close(&trio);
}

/* Who has no part in it is told what is told of a thread that is not there. */
static void test_strangers(void)
{
	const struct visitor *to[] = { &trio.beta };
	Pb__Read read = PB__READ__INIT;
	const Pb__ReadResult *result;
	uint8_t id[16], nobodys[16] = { 1 };

	trio_open(&trio, NULL);
	legs_request(&trio.alpha, to, 1, ROUTINE, id);
	read.what_case = PB__READ__WHAT_TRACE_MESSAGE_ID;
	for (int i = 0; i < 2; i++) {
		read.trace_message_id = pb_of_bytes(bytes_of(i == 0 ? id : nobodys, 16));
		result = records_read(&trio.gamma, &read);
		require(result->result_case == PB__READ_RESULT__RESULT_REFUSAL);
		check_int(result->refusal->code, PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_MESSAGE);
		check_text(result->refusal->subject, "");
	}
	trio_close(&trio);
}

static void without_case(Pb__View *view)
{
	view->kind = PB__KIND__KIND_REQUEST;
	view->ask = PB__ASK__ASK_CAPACITY;
	view->take = PB__TAKE__TAKE_ALL;
	view->case_id = pb_of_bytes(bytes_of(NULL, 0));
}

static uint8_t opened[16];

static void accepts(Pb__View *view)
{
	static Pb__LegAct act;

	pb__leg_act__init(&act);
	act.action = PB__LEG_ACTION__LEG_ACTION_ACCEPT;
	view->kind = PB__KIND__KIND_REQUEST;
	view->case_id = pb_of_bytes(bytes_of(NULL, 0));
	view->thread_id = pb_of_bytes(bytes_of(opened, 16));
	view->leg_act = &act;
}

/* A thread without a case has its own rows; another's are not among them. */
static void test_without_case(void)
{
	const struct visitor *to[] = { &trio.beta }, *back[] = { &trio.alpha };
	const Pb__Trace *traced;
	uint8_t id[16], other[16];

	trio_open(&trio, NULL);
	trio_note(&trio.alpha, to, 1, opened, without_case);
	trio_note(&trio.alpha, to, 1, other, without_case);
	trio_take(&trio.beta);
	trio_note(&trio.beta, back, 1, id, accepts);
	traced = records_trace_as(&trio.alpha, opened);
	require(traced->n_thread == 2);
	check_int(traced->thread[1]->leg_action, PB__LEG_ACTION__LEG_ACTION_ACCEPT);
	check_int(traced->thread[1]->leg_state, PB__LEG_STATE__LEG_STATE_ACCEPTED);
	check_uint(records_trace_as(&trio.alpha, other)->n_thread, 1);
	check_uint(records_trace_as(&trio.beta, id)->n_thread, 2); /* from the act's own id the same */
	trio_close(&trio);
}

UNIT_SUITE("front/records",
	{ "provisions", test_provisions },
	{ "provisions, page by page", test_provision_pages },
	{ "provided when it was handed out", test_released },
	{ "a case's report", test_disclosure },
	{ "whose report it is", test_whose_it_is },
	{ "a confidential agency", test_hidden },
	{ "a thread", test_thread },
	{ "a stranger", test_strangers },
	{ "a thread without a case", test_without_case });
