/* SPDX-License-Identifier: Apache-2.0 */
/* What entries did to a thread or a case, of each kind: to whom it is told, and page by page where there is much of it. */
#include <string.h>

#include "asking_legs.h"
#include "asking_records.h"
#include "base/clock.h"
#include "contract/civil_time.h"
#include "front/happenings.h"
#include "ledger/entry.h"
#include "ledger/erase.h"

#define ROUTINE PB__URGENCY__URGENCY_ROUTINE
#define LONG_AGO_US INT64_C(1700000000000000)
#define MANY 500u

static struct trio trio;
static uint8_t id[16]; /* of the thread, and of its case */

/* ---- saying ---- */

static struct {
	Pb__ConferenceAct conference;
	Pb__ConsentAct consent;
	Pb__LegAct leg;
	Pb__ActionItemAct item, *items[1];
} act;

static void in_case(Pb__View *view)
{
	view->case_id = pb_of_bytes(bytes_of(id, 16));
}

static void in_thread(Pb__View *view)
{
	view->case_id = view->thread_id = pb_of_bytes(bytes_of(id, 16));
}

static void recalls(Pb__View *view)
{
	in_thread(view);
	pb__leg_act__init(&act.leg);
	act.leg.action = PB__LEG_ACTION__LEG_ACTION_WITHDRAW;
	act.leg.reason = PB__REASON__REASON_MISDIRECTED;
	act.leg.purge = true;
	view->kind = PB__KIND__KIND_REQUEST;
	view->leg_act = &act.leg;
}

static void proposes(Pb__View *view)
{
	view->case_id = view->message_id;
	view->kind = PB__KIND__KIND_CONFERENCE;
	pb__conference_act__init(&act.conference);
	act.conference.action = PB__CONFERENCE_ACTION__CONFERENCE_ACTION_PROPOSE;
	act.conference.kind = PB__CONFERENCE_KIND__CONFERENCE_KIND_CASE;
	view->conference_act = &act.conference;
}

static void confers(Pb__View *view)
{
	in_thread(view);
	view->kind = PB__KIND__KIND_CONFERENCE;
	view->conference_act = &act.conference;
}

/* From alpha to the others, or to beta alone. */
static void say(void (*change)(Pb__View *view), size_t count)
{
	const struct visitor *to[] = { &trio.beta, &trio.gamma };
	uint8_t message[16];

	trio_note(&trio.alpha, to, count, message, change);
}

static void say_statement(struct visitor *visitor, const Pb__Statement *statement)
{
	struct parcels parcels;

	parcels_begin(&parcels);
	parcels_statement(&parcels, statement);
	visitor_send_batch(visitor, &parcels, NULL);
	require(visitor_replies(visitor)->replies[0]->outcome_case == PB__REPLY__OUTCOME_ACCEPTED);
	parcels_free(&parcels);
}

/* ---- what is told ---- */

/* The row of that kind of entry in the thread as that agency is told it; NULL: none. */
static const Pb__Happening *told(struct visitor *visitor, const char *what)
{
	const Pb__Trace *trace = records_trace_as(visitor, id);

	return records_entry_of(trace->thread, trace->n_thread, what);
}

/* The same of the case, as its owner is told it. */
static const Pb__Happening *reported(const char *what)
{
	const Pb__ReadResult *result = records_report_as(&trio.alpha, id, 0);

	require(result->result_case == PB__READ_RESULT__RESULT_DISCLOSURE);
	return records_entry_of(result->disclosure->happenings, result->disclosure->n_happenings, what);
}

static bool is_reported(void *what)
{
	return reported(what) != NULL;
}

/* ---- much of it ---- */

/* A request, and many words in its thread or in its case alone. */
static void open_long(void (*change)(Pb__View *view))
{
	const struct visitor *to[] = { &trio.beta };

	trio_open(&trio, NULL);
	legs_request(&trio.alpha, to, 1, ROUTINE, id);
	for (size_t i = 0; i < MANY; i++)
		say(change, 1);
}

static void hand_all(void)
{
	size_t handed = 0;

	visitor_credit(&trio.beta, MANY + 1, 1u << 30);
	while (handed < MANY + 1)
		handed += visitor_await(&trio.beta, PB__FROM_BROKER__BODY_HANDOUT)->handout->n_items;
}

static void test_report_pages(void)
{
	uint64_t after = 0, last = 0, last_item = 0;
	size_t happenings = 0, provisions = 0, pages = 0;

	open_long(in_case);
	hand_all();
	do {
		const Pb__ReadResult *result = records_report_as(&trio.alpha, id, after);

		require(result->result_case == PB__READ_RESULT__RESULT_DISCLOSURE);
		check_text(result->disclosure->case_shown->owner, trio.alpha.address); /* on each page */
		for (size_t i = 0; i < result->disclosure->n_happenings; i++, happenings++) {
			require(result->disclosure->happenings[i]->seq > last);
			last = result->disclosure->happenings[i]->seq;
		}
		for (size_t i = 0; i < result->disclosure->n_provisions; i++, provisions++) {
			require(result->disclosure->provisions[i]->item > last_item);
			last_item = result->disclosure->provisions[i]->item;
		}
		after = result->disclosure->more_after;
		pages++;
	} while (after != 0);
	check_uint(happenings, MANY + 1);
	check_uint(provisions, MANY + 1);
	check(pages > 1);
	check_uint(records_report_as(&trio.alpha, id, UINT64_MAX)->disclosure->n_happenings, 0);
	check_uint(records_report_as(&trio.alpha, id, last)->disclosure->n_happenings, 0);
	trio_close(&trio);
}

/* One answer has room for so many; that there is more it says. */
static void test_long_thread(void)
{
	const Pb__Trace *trace;

	open_long(in_thread);
	trace = records_trace_as(&trio.alpha, id);
	check(trace->more);
	require(trace->n_thread > HAPPENINGS_MOST / 2 && trace->n_thread <= HAPPENINGS_MOST);
	check_bytes(bytes_of_pb(trace->thread[0]->message_id), bytes_of(id, 16)); /* from its beginning */
	for (size_t i = 1; i < trace->n_thread; i++)
		require(trace->thread[i]->seq > trace->thread[i - 1]->seq);
	trio_close(&trio);
}

static void test_whole_thread(void)
{
	const struct visitor *to[] = { &trio.beta };

	trio_open(&trio, NULL);
	legs_request(&trio.alpha, to, 1, ROUTINE, id);
	say(in_thread, 1);
	check(!records_trace_as(&trio.alpha, id)->more);
	check_uint(records_trace_as(&trio.alpha, id)->n_thread, 2);
	trio_close(&trio);
}

/* ---- of a whole case ---- */

static void test_marked(void)
{
	const struct visitor *to[] = { &trio.beta };
	Pb__Statement statement = PB__STATEMENT__INIT;
	Pb__MarkCase mark = PB__MARK_CASE__INIT;
	const Pb__Happening *row;

	trio_open(&trio, NULL);
	legs_request(&trio.alpha, to, 1, ROUTINE, id);
	mark.case_id = pb_of_bytes(bytes_of(id, 16));
	mark.protected_ = true;
	statement.body_case = PB__STATEMENT__BODY_MARK_CASE;
	statement.mark_case = &mark;
	say_statement(&trio.alpha, &statement);
	row = reported("MARK_CASE");
	require(row != NULL);
	check(row->protected_);
	check_text(row->by, trio.alpha.address);
	check(told(&trio.alpha, "MARK_CASE") == NULL); /* it is of no thread */
	trio_close(&trio);
}

/* Of what was erased a case's report tells that it was there; a thread says nothing of it. */
static void test_erased(void)
{
	struct store_options options = { .map_bytes = MIB(256), .reserve_bytes = MIB(1), .readers_max = 8 };
	struct happenings happenings;
	struct reader reader = { .site = HOUSE_SITE, .address = "" };
	uint64_t seq;
	uint8_t message[16];

	trio_open(&trio, NULL);
	seq = trio_note(&trio.alpha, (const struct visitor *[]){ &trio.beta }, 1, message, NULL);
	house_stop(&trio.house);
	options.directory = trio.house.home.store;
	require_ok(store_open(&options, &trio.house.store));
	require_ok(txn_begin_write(trio.house.store, &reader.txn));
	require_ok(entry_erase(reader.txn, seq));
	require_ok(txn_commit(reader.txn));
	require_ok(txn_begin_read(trio.house.store, &reader.txn));
	reader.arena = &trio.arena;
	require_ok(happenings_begin(&reader, NULL, &happenings));
	check_ok(happenings_add(&happenings, seq));
	require(happenings.count == 1);
	check(happenings.rows[0]->erased);
	check_uint(happenings.rows[0]->seq, seq);
	check(happenings.rows[0]->at_us > 0);
	require_ok(happenings_begin(&reader, message, &happenings));
	check_ok(happenings_add(&happenings, seq));
	check_uint(happenings.count, 0);
	txn_abort(reader.txn);
	store_close(trio.house.store);
	trio_close(&trio);
}

/* ---- recalls ---- */

static void confirm_purge(struct visitor *visitor)
{
	Pb__Statement statement = PB__STATEMENT__INIT;
	Pb__Purged purged = PB__PURGED__INIT;
	Pb__Read read = PB__READ__INIT;
	uint64_t item;

	read.what_case = PB__READ__WHAT_ACTION_ITEMS;
	read.action_items = true;
	item = visitor_read(visitor, &read)->conferences->items[0]->item;
	purged.items = &item;
	purged.n_items = 1;
	statement.body_case = PB__STATEMENT__BODY_PURGED;
	statement.purged = &purged;
	say_statement(visitor, &statement);
}

/* Who destroyed it and who recalled it are told; who else was asked is not. */
static void test_purged(void)
{
	const struct visitor *to[] = { &trio.beta, &trio.gamma };
	const Pb__Happening *row;

	trio_open(&trio, NULL);
	legs_request(&trio.alpha, to, 2, ROUTINE, id);
	trio_take(&trio.beta);
	trio_take(&trio.gamma);
	say(recalls, 2);
	confirm_purge(&trio.beta);
	for (size_t i = 0; i < 2; i++) {
		row = told(i == 0 ? &trio.alpha : &trio.beta, "PURGED");
		require(row != NULL);
		check_text(row->by, trio.beta.address);
		check_text(row->to, "");
		check(row->purge);
		check_int(row->item_state, PB__ACTION_ITEM_STATE__ACTION_ITEM_STATE_DONE);
	}
	check(told(&trio.gamma, "PURGED") == NULL);
	trio_close(&trio);
}

/* ---- conferences ---- */

/* One that alpha proposed to beta and gamma. */
static void open_conference(void)
{
	const struct visitor *to[] = { &trio.beta, &trio.gamma };

	trio_open(&trio, NULL);
	trio_note(&trio.alpha, to, 2, id, proposes);
	trio_take(&trio.beta);
	trio_take(&trio.gamma);
}

static void convene_long_ago(void)
{
	pb__conference_act__init(&act.conference);
	act.conference.action = PB__CONFERENCE_ACTION__CONFERENCE_ACTION_CONVENE;
	act.conference.starts_at_us = LONG_AGO_US;
	act.conference.ends_at_us = LONG_AGO_US + 3600000000;
	say(confers, 2);
}

/* Minutes are overdue at once: all who have a seat are told. */
static void test_conference(void)
{
	struct visitor *const seats[] = { &trio.alpha, &trio.beta, &trio.gamma };
	const Pb__Happening *row;

	open_conference();
	convene_long_ago();
	require(eventually(is_reported, (char[]){ "CONFERENCE_EVENT" }));
	for (size_t i = 0; i < 3; i++) {
		row = told(seats[i], "CONFERENCE_EVENT");
		require(row != NULL);
		check_int(row->kind, PB__KIND__KIND_CONFERENCE);
		check_int(row->conference_state, PB__CONFERENCE_STATE__CONFERENCE_STATE_CONVENED);
		check_bytes(bytes_of_pb(row->thread_id), bytes_of(id, 16));
	}
	trio_close(&trio);
}

static void assign_overdue(struct visitor *owner)
{
	static char due[CIVIL_DATE];

	civil_day_format(civil_time_of(clock_wall_us(), 540).day - 30, due);
	pb__conference_act__init(&act.conference);
	pb__action_item_act__init(&act.item);
	act.item.action = PB__ACTION_ITEM_ACTION__ACTION_ITEM_ACTION_ASSIGN;
	act.item.owner = owner->address;
	act.item.due_on = due;
	act.items[0] = &act.item;
	act.conference.action = PB__CONFERENCE_ACTION__CONFERENCE_ACTION_MINUTES;
	act.conference.items = act.items;
	act.conference.n_items = 1;
	say(confers, 2);
}

/* The newest row of an action item as that agency is told it; NULL: none. */
static const Pb__Happening *item_told(struct visitor *visitor)
{
	const Pb__Trace *trace = records_trace_as(visitor, id);

	for (size_t i = trace->n_thread; i > 0; i--)
		if (trace->thread[i - 1]->item_state != PB__ACTION_ITEM_STATE__ACTION_ITEM_STATE_UNSPECIFIED)
			return trace->thread[i - 1];
	return NULL;
}

static bool is_item_told(void *visitor)
{
	return item_told(visitor) != NULL;
}

/* An action item is its owner's and its convener's; others with a seat are not told who is late. */
static void test_action_item(void)
{
	const Pb__Happening *row;

	open_conference();
	convene_long_ago();
	assign_overdue(&trio.gamma);
	require(eventually(is_item_told, &trio.alpha));
	row = item_told(&trio.gamma);
	require(row != NULL);
	check_text(row->to, trio.gamma.address);
	check_int(row->item_state, PB__ACTION_ITEM_STATE__ACTION_ITEM_STATE_OPEN);
	check_int(row->holder, PB__PARTY__PARTY_OWNER);
	check(!row->purge && row->due_at_us < clock_wall_us());
	check(item_told(&trio.beta) == NULL);
	trio_close(&trio);
}

/* ---- consents ---- */

static void registers(Pb__View *view)
{
	static Pb__DisclosureClass classes[] = { PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_EDUCATION };
	static char *agencies[1];

	pb__consent_act__init(&act.consent);
	agencies[0] = trio.beta.address;
	act.consent.action = PB__CONSENT_ACTION__CONSENT_ACTION_REGISTER;
	act.consent.giver = PB__CONSENT_GIVER__CONSENT_GIVER_PERSON;
	act.consent.how = PB__CONSENT_HOW__CONSENT_HOW_ORAL;
	act.consent.until_us = clock_wall_us() + 300000;
	act.consent.classes = classes;
	act.consent.n_classes = 1;
	act.consent.agencies = agencies;
	act.consent.n_agencies = 1;
	view->kind = PB__KIND__KIND_CONSENT;
	view->basis = NULL;
	view->consent_act = &act.consent;
	view->case_id = view->message_id;
}

static void test_consent(void)
{
	const struct visitor *self[] = { &trio.alpha };
	const Pb__Happening *row;

	trio_open(&trio, NULL);
	trio_note(&trio.alpha, self, 1, id, registers);
	check_int(told(&trio.alpha, "SUBMIT")->consent_action, PB__CONSENT_ACTION__CONSENT_ACTION_REGISTER);
	check_text(told(&trio.alpha, "SUBMIT")->to, ""); /* it was said to nobody */
	require(eventually(is_reported, (char[]){ "CONSENT_EVENT" }));
	row = told(&trio.alpha, "CONSENT_EVENT");
	require(row != NULL);
	check_int(row->kind, PB__KIND__KIND_CONSENT);
	check_int(row->consent_state, PB__CONSENT_STATE__CONSENT_STATE_RAN_OUT);
	trio_close(&trio);
}

/* ---- who goes on ---- */

static void close_agency(struct visitor *visitor)
{
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;
	Pb__AdminRevoke revoke = PB__ADMIN_REVOKE__INIT;

	revoke.agency = visitor->id;
	revoke.reason = pb_of_text("it moved");
	request.body_case = PB__ADMIN_REQUEST__BODY_AGENCY_REVOKE;
	request.agency_revoke = &revoke;
	require(trio_ask(&trio, &request)->body_case == PB__ADMIN_REPLY__BODY_DONE);
}

static bool is_succeeded(void *visitor)
{
	const Pb__Trace *trace = records_trace_as(visitor, id);

	return records_row_of(trace->thread, trace->n_thread, PB__LEG_ACTION__LEG_ACTION_CLOSE_AGENCY) != NULL;
}

/* Beta took a request and closed: its coordinator goes on in its place, and nobody named it. */
static void test_succession(void)
{
	const struct visitor *to[] = { &trio.beta };
	const Pb__Happening *row;
	const Pb__Trace *trace;
	struct taken taken;

	trio_open(&trio, NULL);
	legs_request(&trio.alpha, to, 1, ROUTINE, id);
	taken = trio_take(&trio.beta);
	trio_acknowledge(&trio.beta, &taken);
	check_int(legs_act(&trio.beta, &trio.alpha, id, PB__LEG_ACTION__LEG_ACTION_ACCEPT, PB__REASON__REASON_UNSPECIFIED), 0);
	close_agency(&trio.beta);
	require(eventually(is_succeeded, &trio.alpha));
	trace = records_trace_as(&trio.alpha, id);
	row = records_row_of(trace->thread, trace->n_thread, PB__LEG_ACTION__LEG_ACTION_CLOSE_AGENCY);
	check_text(row->to, trio.beta.address);
	check_text(row->goes_on, trio.gamma.address);
	check(!row->named);
	check_text(row->note, "");
	trio_close(&trio);
}

UNIT_SUITE("front/happenings",
	{ "a report, page by page", test_report_pages },
	{ "a thread too long for one answer", test_long_thread },
	{ "a thread that fits", test_whole_thread },
	{ "a case that is marked", test_marked },
	{ "erased", test_erased },
	{ "purged", test_purged },
	{ "a conference", test_conference },
	{ "an action item", test_action_item },
	{ "a consent", test_consent },
	{ "who goes on", test_succession });
