/* SPDX-License-Identifier: Apache-2.0 */
/* Verification knows what an entry may leave of a request, a conference, an action item and a recall: each sound one passes, and each with
 * one thing wrong is named. */
#include "ledger/verify.h"

#include <string.h>

#include "site.h"

static uint8_t id[16];

/* A ledger of one entry before and the event itself. */
static struct verdict verdict_of(Pb__EntryBody__BodyCase type, void *entry)
{
	Pb__EntryBody body = PB__ENTRY_BODY__INIT;
	struct verdict verdict;
	struct site site;

	body.body_case = type;
	body.submit = entry; /* every member is a pointer */
	site_open(&site);
	site_append_access(&site, "trace");
	site_append_body(&site, &body);
	site_commit(&site);
	verdict = site_verify(&site);
	site_close(&site);
	return verdict;
}

/* ---- action items ---- */

static Pb__ActionItemAfter open_item(void)
{
	Pb__ActionItemAfter item = PB__ACTION_ITEM_AFTER__INIT;

	item.item = 16;
	item.owner = 1;
	item.convener = 2;
	item.state = PB__ACTION_ITEM_STATE__ACTION_ITEM_STATE_OPEN;
	item.holder = PB__PARTY__PARTY_OWNER;
	item.due_at_us = item.timer_at_us = SITE_START_US;
	item.thread_id = pb_of_bytes(bytes_of(id, 16));
	return item;
}

static void no_owner(Pb__ActionItemAfter *item) { item->owner = 0; }
static void no_convener(Pb__ActionItemAfter *item) { item->convener = 0; }
static void no_holder(Pb__ActionItemAfter *item) { item->holder = PB__PARTY__PARTY_UNSPECIFIED; }
static void no_timer(Pb__ActionItemAfter *item) { item->timer_at_us = 0; }
static void never_due(Pb__ActionItemAfter *item) { item->due_at_us = 0; }
static void no_thread(Pb__ActionItemAfter *item) { item->thread_id.len = 0; }
static void half_a_case(Pb__ActionItemAfter *item) { item->case_id = pb_of_bytes(bytes_of(id, 8)); }
static void done_and_due(Pb__ActionItemAfter *item) { item->state = PB__ACTION_ITEM_STATE__ACTION_ITEM_STATE_DONE; }
static void of_later(Pb__ActionItemAfter *item) { item->item = 32; }

static struct verdict verdict_of_item(Pb__ActionItemAfter *item)
{
	Pb__ConferenceEventEntry event = PB__CONFERENCE_EVENT_ENTRY__INIT;

	event.items = &item;
	event.n_items = 1;
	return verdict_of(PB__ENTRY_BODY__BODY_CONFERENCE_EVENT, &event);
}

static void test_items(void)
{
	static void (*const faults[])(Pb__ActionItemAfter *item) = { no_owner,	no_convener, no_holder,	   no_timer, never_due,
								     no_thread, half_a_case, done_and_due, of_later };
	Pb__ActionItemAfter item = open_item(), ended = open_item();

	ended.state = PB__ACTION_ITEM_STATE__ACTION_ITEM_STATE_DONE;
	ended.holder = PB__PARTY__PARTY_UNSPECIFIED;
	ended.timer_at_us = 0;
	check_uint(verdict_of_item(&item).result.faults, 0);
	check_uint(verdict_of_item(&ended).result.faults, 0);
	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++) {
		struct verdict verdict;

		unit_context("fault %zu", i);
		item = open_item();
		faults[i](&item);
		verdict = verdict_of_item(&item);
		check_fault(&verdict, "entry", 1, 0);
		check(strstr(verdict.first.text, "action item") != NULL);
	}
	unit_context(" ");
}

/* ---- conferences ---- */

static struct {
	Pb__SeatAfter seats[2], *list[40];
	Pb__ConferenceAfter after;
} made;

static Pb__ConferenceAfter *open_conference(void)
{
	for (size_t i = 0; i < 2; i++) {
		pb__seat_after__init(&made.seats[i]);
		made.seats[i].agency = (uint32_t)i + 1;
	}
	for (size_t i = 0; i < sizeof(made.list) / sizeof(*made.list); i++)
		made.list[i] = &made.seats[i % 2];
	pb__conference_after__init(&made.after);
	made.after.conference_id = pb_of_bytes(bytes_of(id, 16));
	made.after.kind = PB__CONFERENCE_KIND__CONFERENCE_KIND_CASE;
	made.after.convener = 1;
	made.after.state = PB__CONFERENCE_STATE__CONFERENCE_STATE_CONVENED;
	made.after.due_at_us = made.after.timer_at_us = SITE_START_US;
	made.after.seats = made.list;
	made.after.n_seats = 2;
	return &made.after;
}

static void no_id(Pb__ConferenceAfter *after) { after->conference_id.len = 0; }
static void of_no_case(Pb__ConferenceAfter *after) { after->case_id = pb_of_bytes(bytes_of(id, 1)); }
static void nobody_convenes(Pb__ConferenceAfter *after) { after->convener = 0; }
static void of_no_kind(Pb__ConferenceAfter *after) { after->kind = 0; }
static void waits_for_ever(Pb__ConferenceAfter *after) { after->timer_at_us = 0; }
static void is_never_due(Pb__ConferenceAfter *after) { after->due_at_us = 0; }
static void closed_and_timed(Pb__ConferenceAfter *after) { after->state = PB__CONFERENCE_STATE__CONFERENCE_STATE_CLOSED; }
static void no_seats(Pb__ConferenceAfter *after) { after->n_seats = 0; }
static void many_seats(Pb__ConferenceAfter *after) { after->n_seats = 33; }
static void seat_of_nobody(Pb__ConferenceAfter *after) { after->seats[1]->agency = 0; }
static void sits_twice(Pb__ConferenceAfter *after) { after->seats[1]->agency = 1; }
static void left_to_nobody(Pb__ConferenceAfter *after) { after->seats[1]->answer = PB__CONFERENCE_ANSWER__CONFERENCE_ANSWER_DELEGATED; }
static void left_unsaid(Pb__ConferenceAfter *after) { after->seats[1]->delegated_to = 3; }
static void of_a_later_entry(Pb__ConferenceAfter *after) { after->conference = 1; }

static void ends_first(Pb__ConferenceAfter *after)
{
	after->starts_at_us = 2;
	after->ends_at_us = 1;
}

static struct verdict verdict_of_conference(Pb__ConferenceAfter *after)
{
	Pb__SubmitEntry submit = PB__SUBMIT_ENTRY__INIT; /* without its order: that is a fault of its own, named before */

	submit.conference = after;
	return verdict_of(PB__ENTRY_BODY__BODY_SUBMIT, &submit);
}

static void test_conferences(void)
{
	static void (*const faults[])(Pb__ConferenceAfter *after) = {
		no_id,		of_no_case, nobody_convenes, of_no_kind,     waits_for_ever, is_never_due, closed_and_timed, no_seats,
		many_seats,	seat_of_nobody, sits_twice,  left_to_nobody, left_unsaid,    ends_first,   of_a_later_entry,
	};

	check(strstr(verdict_of_conference(open_conference()).lines, "conference") == NULL);
	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++) {
		Pb__ConferenceAfter *after = open_conference();

		unit_context("fault %zu", i);
		faults[i](after);
		check(strstr(verdict_of_conference(after).lines, "leaves a conference in state") != NULL);
	}
	unit_context(" ");
}

static void test_conference_events(void)
{
	Pb__ConferenceEventEntry event = PB__CONFERENCE_EVENT_ENTRY__INIT;
	struct verdict verdict = verdict_of(PB__ENTRY_BODY__BODY_CONFERENCE_EVENT, &event);

	check_fault(&verdict, "entry", 1, 0);
	check(strstr(verdict.first.text, "says nothing") != NULL);
	event.conference = open_conference();
	verdict = verdict_of(PB__ENTRY_BODY__BODY_CONFERENCE_EVENT, &event);
	check(strstr(verdict.lines, "opens a conference") != NULL);
	check(strstr(verdict.lines, "by a word") == NULL);
	event.handed_over = 1; /* its own number */
	verdict = verdict_of(PB__ENTRY_BODY__BODY_CONFERENCE_EVENT, &event);
	check(strstr(verdict.lines, "goes on with another by a word that no entry before it says") != NULL);
}

/* ---- requests and recalls ---- */

static struct verdict verdict_of_request(Pb__RequestState state, int64_t due_at_us, int64_t timer_at_us)
{
	Pb__RequestEventEntry event = PB__REQUEST_EVENT_ENTRY__INIT;
	Pb__RequestAfter after = PB__REQUEST_AFTER__INIT;

	after.state = state;
	after.due_at_us = due_at_us;
	after.timer_at_us = timer_at_us;
	event.request = &after;
	return verdict_of(PB__ENTRY_BODY__BODY_REQUEST_EVENT, &event);
}

static void test_requests(void)
{
	check_uint(verdict_of_request(PB__REQUEST_STATE__REQUEST_STATE_DECISION_DUE, 1, 2).result.faults, 0);
	check_uint(verdict_of_request(PB__REQUEST_STATE__REQUEST_STATE_WAITING, 0, 0).result.faults, 0);
	check_uint(verdict_of_request(PB__REQUEST_STATE__REQUEST_STATE_DECISION_DUE, 1, 0).result.faults, 1);
	check_uint(verdict_of_request(PB__REQUEST_STATE__REQUEST_STATE_DECISION_DUE, 0, 1).result.faults, 1);
	check_uint(verdict_of_request(PB__REQUEST_STATE__REQUEST_STATE_CLOSED, 0, 1).result.faults, 1);
	check_uint(verdict_of_request(PB__REQUEST_STATE__REQUEST_STATE_UNSPECIFIED, 0, 0).result.faults, 1);
}

static bool purged_says(Pb__ActionItemAfter *item, const char *says)
{
	Pb__PurgedEntry purged = PB__PURGED_ENTRY__INIT;

	purged.items = &item;
	purged.n_items = item == NULL ? 0 : 1;
	return strstr(verdict_of(PB__ENTRY_BODY__BODY_PURGED, &purged).lines, says) != NULL;
}

static void test_purged(void)
{
	Pb__ActionItemAfter item = open_item();

	check(purged_says(NULL, "confirms a purge without its order"));
	check(purged_says(&item, "leaves a purge in state"));
	item.purge = true;
	check(purged_says(&item, "that it confirms"));
	item.state = PB__ACTION_ITEM_STATE__ACTION_ITEM_STATE_DONE;
	item.timer_at_us = 0;
	item.holder = PB__PARTY__PARTY_UNSPECIFIED;
	check(!purged_says(&item, "leaves a"));
}

static void test_reviewed(void)
{
	Pb__ReviewedEntry reviewed = PB__REVIEWED_ENTRY__INIT;
	Pb__Operator operator = PB__OPERATOR__INIT;
	uint64_t seqs[] = { 0, 1 }; /* the one before, and itself */

	reviewed.operator_ = &operator;
	reviewed.seqs = seqs;
	reviewed.n_seqs = 1;
	check_uint(verdict_of(PB__ENTRY_BODY__BODY_REVIEWED, &reviewed).result.faults, 0);
	reviewed.n_seqs = 2;
	check(strstr(verdict_of(PB__ENTRY_BODY__BODY_REVIEWED, &reviewed).lines, "that is not before it") != NULL);
	reviewed.n_seqs = 0;
	check_uint(verdict_of(PB__ENTRY_BODY__BODY_REVIEWED, &reviewed).result.faults, 1);
	reviewed.n_seqs = 1;
	reviewed.operator_ = NULL;
	check_uint(verdict_of(PB__ENTRY_BODY__BODY_REVIEWED, &reviewed).result.faults, 1);
}

static void test_access(void)
{
	Pb__AccessEntry access = PB__ACCESS_ENTRY__INIT;

	access.case_id = pb_of_bytes(bytes_of(id, 16));
	check_uint(verdict_of(PB__ENTRY_BODY__BODY_ACCESS, &access).result.faults, 0);
	access.case_id.len = 15;
	check(strstr(verdict_of(PB__ENTRY_BODY__BODY_ACCESS, &access).lines, "names what is no case") != NULL);
}

static void test_pieces(void)
{
	Pb__PieceEntry piece = PB__PIECE_ENTRY__INIT;
	Pb__NoticesEntry notices = PB__NOTICES_ENTRY__INIT;

	piece.chore = PB__CHORE__CHORE_CLOSE;
	check_uint(verdict_of(PB__ENTRY_BODY__BODY_PIECE, &piece).result.faults, 0);
	piece.since = 1;
	check_uint(verdict_of(PB__ENTRY_BODY__BODY_PIECE, &piece).result.faults, 1);
	piece.since = 0;
	piece.chore = PB__CHORE__CHORE_UNSPECIFIED;
	check_uint(verdict_of(PB__ENTRY_BODY__BODY_PIECE, &piece).result.faults, 1);
	check_uint(verdict_of(PB__ENTRY_BODY__BODY_NOTICES, &notices).result.faults, 1);
}

UNIT_SUITE("ledger/verify_results",
	{ "action items", test_items },
	{ "conferences", test_conferences },
	{ "events of conferences", test_conference_events },
	{ "requests", test_requests },
	{ "confirmed purges", test_purged },
	{ "reviewed", test_reviewed },
	{ "read by an operator", test_access },
	{ "pieces and notices", test_pieces });
