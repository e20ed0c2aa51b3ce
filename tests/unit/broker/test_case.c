/* SPDX-License-Identifier: Apache-2.0 */
#include "broker/lookup_legs.h"
#include "broker/rows_cases.h"
#include "contract/limits.h"
#include "site.h"
#include "unit.h"

static struct site site;
static struct desk_device alice, bob, carol, dan;

static const char *const names[] = { "alice", "bob", "carol", "dan", "eve" };
static const uint8_t family[16] = "the case of one"; /* with the NUL */

static void set_up(void)
{
	site = (struct site){ 0 };
	site_open(&site);
	site_directory(&site, names, 5);
	alice = site_enrol(&site, "alice");
	bob = site_enrol(&site, "bob");
	carol = site_enrol(&site, "carol");
	dan = site_enrol(&site, "dan");
}

static void as_request(Pb__View *view, size_t index)
{
	(void)index;
	view->kind = PB__KIND__KIND_REQUEST;
	view->ask = PB__ASK__ASK_REFER;
	view->take = PB__TAKE__TAKE_ALL;
}

static struct draft note(const struct desk_device *from, const struct desk_device *to)
{
	struct draft draft = site_draft(&site, from, to);

	memcpy(draft.case_id, family, 16);
	return draft;
}

static Pb__RefusalCode submit(const struct draft *draft)
{
	site_submit(&site, draft);
	return site_refusal(&site, 0);
}

static struct draft request(const struct desk_device *from, const struct desk_device *to)
{
	struct draft draft = note(from, to);

	draft.change = as_request;
	return draft;
}

static void refer(const struct desk_device *from, const struct desk_device *to)
{
	struct draft draft = request(from, to);

	require(submit(&draft) == 0);
}

static Pb__RefusalCode mark(const struct desk_device *who, bool protected, const char *const *kept_out, size_t count)
{
	struct inbound *frame = frame_new(who);

	frame_mark(frame, family, protected, kept_out, count);
	site_run(&site, frame);
	return site_refusal(&site, 0);
}

static void check_unknown(Pb__RefusalCode code)
{
	check_int(code, PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_MESSAGE);
	check_text(site_reply(&site, 0)->refusal->subject, "case_id");
}

static void check_safety(Pb__RefusalCode code, const char *subject)
{
	check_int(code, PB__REFUSAL_CODE__REFUSAL_CODE_SAFETY);
	check_text(site_reply(&site, 0)->refusal->subject, subject);
}

static void test_membership(void)
{
	struct case_row row;
	struct draft draft;
	struct txn *txn;

	set_up();
	draft = request(&alice, &bob);
	draft.to[1] = &carol;
	draft.to_count = 2;
	require(submit(&draft) == 0);
	txn = site_read(&site);
	require_ok(case_get(txn, bytes_of(family, 16), &row));
	check_uint(case_owner(&row), alice.agency);
	check_uint(row.member_count, 3);
	check(case_has_member(&row, bob.agency) && case_has_member(&row, carol.agency) && !case_has_member(&row, dan.agency));
	check(!row.protected);
	txn_abort(txn);
	draft = request(&dan, &bob); /* dan guesses the id */
	check_unknown(submit(&draft));
	refer(&bob, &dan); /* whoever is on it may bring another in */
	refer(&dan, &bob);
	txn = site_read(&site);
	require_ok(case_get(txn, bytes_of(family, 16), &row));
	check_uint(row.member_count, 4);
	check_uint(case_owner(&row), alice.agency);
	check_uint(txn_rows(txn, TABLE_CASE_ENTRIES), 2); /* the case's own row tells of the entry that opened it */
	txn_abort(txn);
	site_close(&site);
}

/* A note brings nobody in, but who was written to may answer in its thread, and to who wrote alone. */
static void test_note(void)
{
	struct draft draft, answer;

	set_up();
	refer(&alice, &carol);
	draft = note(&alice, &bob);
	require(submit(&draft) == 0);
	answer = note(&bob, &alice);
	check_unknown(submit(&answer));
	memcpy(answer.thread, draft.id, 16);
	check_int(submit(&answer), 0);
	answer = note(&bob, &carol);
	memcpy(answer.thread, draft.id, 16);
	check_unknown(submit(&answer));
	answer = request(&bob, &alice);
	memcpy(answer.thread, draft.id, 16);
	check_unknown(submit(&answer));
	site_close(&site);
}

static void test_protected(void)
{
	const char *const bob_out[] = { "bob@chiba-city", "nobody@elsewhere" };
	struct draft draft;

	set_up();
	check_unknown(mark(&alice, true, NULL, 0)); /* nobody has named it yet */
	refer(&alice, &bob);
	refer(&alice, &carol);
	check_safety(mark(&carol, true, NULL, 0), "only_owner_protects");
	check_unknown(mark(&dan, true, NULL, 0));
	check_int(mark(&alice, true, bob_out, 2), 0);
	draft = request(&alice, &bob);
	check_safety(submit(&draft), "denied_in_case");
	draft = request(&carol, &bob);
	check_safety(submit(&draft), "not_in_this_case");
	draft = note(&bob, &alice); /* though it had a leg before */
	check_unknown(submit(&draft));
	check_unknown(mark(&bob, false, NULL, 0));
	check_int(mark(&alice, false, bob_out, 2), 0); /* the list holds while the case is protected */
	draft = note(&bob, &alice);
	check_int(submit(&draft), 0);
	site_close(&site);
}

/* ---- what waits for who is kept out ---- */

static uint64_t newest(void)
{
	return site_item(&site, site_item_count(&site));
}

static Pb__LegState leg_state(uint64_t item)
{
	struct txn *txn = site_read(&site);
	struct leg leg;

	require_ok(leg_of_item(txn, item, &leg));
	txn_abort(txn);
	return leg.state;
}

static size_t handed_to(const struct desk_device *who, uint64_t *ret_first)
{
	uint64_t items[16] = { 0 };
	size_t count = site_handed(&site, who->session, items, 16);

	*ret_first = items[0];
	return count;
}

static void test_waiting(void)
{
	const char *const bob_out[] = { "bob@chiba-city" };
	uint64_t asked, noted, other, first;
	struct draft draft;

	set_up();
	refer(&alice, &bob);
	asked = newest();
	draft = note(&alice, &bob);
	require(submit(&draft) == 0);
	noted = newest();
	draft = note(&carol, &bob);
	memcpy(draft.case_id, "another case ...", 16);
	require(submit(&draft) == 0);
	other = newest();
	require(mark(&alice, true, bob_out, 1) == 0);
	site_reopen(&site);
	site_run(&site, site_hello(&site, &alice, true));
	site_run(&site, site_hello(&site, &bob, true));
	site_run(&site, site_credit(&bob, 10, 1u << 20));
	check_uint(handed_to(&bob, &first), 1);
	check_uint(first, other);
	check_int(site_delivery(&site, asked).state, DELIVERY_UNDELIVERABLE);
	check_int(site_delivery(&site, noted).state, DELIVERY_UNDELIVERABLE);
	check_uint(broker_waiting(site.broker, bob.agency), 1); /* what was handed out */
	check_int(leg_state(asked), PB__LEG_STATE__LEG_STATE_BLOCKED); /* silence is no end: its sender is told, and has to decide */
	site_run(&site, site_credit(&alice, 10, 1u << 20));
	require(handed_to(&alice, &first) == 1); /* one of a thread at a time */
	check_int(site_delivery(&site, first).what, PB__ITEM_WHAT__ITEM_WHAT_NOTICE);
	site_close(&site);
}

/* What it had in its hands once and never acknowledged comes no second time; who is let in again is written to again. */
static void test_redelivery(void)
{
	const char *const bob_out[] = { "bob@chiba-city", "bob@chiba-city" };
	struct draft draft;
	uint64_t item, first;

	set_up();
	refer(&alice, &bob);
	item = newest();
	site_run(&site, site_credit(&bob, 10, 1u << 20));
	check_uint(handed_to(&bob, &first), 1);
	require(mark(&alice, true, bob_out, 2) == 0);
	site_run(&site, site_bye(&bob, true));
	site_run(&site, site_hello(&site, &bob, true));
	site_run(&site, site_credit(&bob, 10, 1u << 20));
	check_uint(handed_to(&bob, &first), 0);
	check_int(site_delivery(&site, item).state, DELIVERY_UNDELIVERABLE);
	require(mark(&alice, false, bob_out, 2) == 0);
	draft = note(&alice, &bob);
	require(submit(&draft) == 0);
	check_uint(handed_to(&bob, &first), 1);
	check_uint(first, newest());
	site_close(&site);
}

static void accepts(Pb__View *view, size_t index)
{
	static Pb__LegAct act = PB__LEG_ACT__INIT;

	as_request(view, index);
	act.action = PB__LEG_ACTION__LEG_ACTION_ACCEPT;
	view->leg_act = &act;
}

static Pb__RefusalCode accept_it(const struct desk_device *who, const struct draft *opened)
{
	struct draft draft = note(who, opened->from);

	memcpy(draft.thread, opened->id, 16);
	draft.no_parts = true;
	draft.change = accepts;
	return submit(&draft);
}

static struct leg leg_of(uint64_t item)
{
	struct txn *txn = site_read(&site);
	struct leg leg;

	require_ok(leg_of_item(txn, item, &leg));
	txn_abort(txn);
	return leg;
}

/* Whatever it had done on the case, its leg is over, and who asked has the next turn; it hears nothing, and can say nothing. */
static void test_legs_end(void)
{
	const char *const bob_out[] = { "bob@chiba-city" };
	struct draft opened;
	uint64_t item, other, first;

	set_up();
	opened = request(&alice, &bob);
	opened.to[1] = &carol;
	opened.to_count = 2;
	require(submit(&opened) == 0);
	item = site_item(&site, site_item_count(&site) - 1);
	other = newest();
	site_run(&site, site_credit(&bob, 10, 1u << 20));
	require(handed_to(&bob, &first) == 1 && first == item);
	require(accept_it(&bob, &opened) == 0);
	require(leg_of(item).state == PB__LEG_STATE__LEG_STATE_ACCEPTED);
	require(mark(&alice, true, bob_out, 1) == 0);
	check_int(leg_of(item).state, PB__LEG_STATE__LEG_STATE_BLOCKED);
	check_int(leg_of(item).reason, PB__REASON__REASON_CANNOT_TAKE_PART);
	check_int(leg_of(item).timer_at_us, 0);
	check_int(leg_of(other).state, PB__LEG_STATE__LEG_STATE_SUBMITTED); /* nobody else is concerned */
	check_uint(handed_to(&bob, &first), 0);
	check_uint(broker_waiting(site.broker, bob.agency), 0);
	check_unknown(accept_it(&bob, &opened));
	site_run(&site, site_credit(&alice, 10, 1u << 20));
	check(handed_to(&alice, &first) > 0);
	require(mark(&alice, true, bob_out, 1) == 0); /* once more: nothing is left to do */
	check_int(leg_of(item).state, PB__LEG_STATE__LEG_STATE_BLOCKED);
	site_close(&site);
}

/* Who asked is kept out: who was asked is let go, and is told so. */
static void test_asker_kept_out(void)
{
	const char *const carol_out[] = { "carol@chiba-city" };
	uint64_t item, first;
	struct draft asked;

	set_up();
	refer(&alice, &carol);
	asked = request(&carol, &bob);
	require(submit(&asked) == 0);
	item = newest();
	site_run(&site, site_credit(&bob, 10, 1u << 20));
	require(handed_to(&bob, &first) == 1);
	require(mark(&alice, true, carol_out, 1) == 0);
	check_int(leg_of(item).state, PB__LEG_STATE__LEG_STATE_BLOCKED);
	require(handed_to(&bob, &first) == 1);
	check_int(site_delivery(&site, first).what, PB__ITEM_WHAT__ITEM_WHAT_NOTICE);
	site_run(&site, site_credit(&carol, 10, 1u << 20));
	check_uint(handed_to(&carol, &first), 0);
	site_close(&site);
}

static void names_next(Pb__View *view, size_t index)
{
	static Pb__LegAct act = PB__LEG_ACT__INIT;

	as_request(view, index);
	act.action = PB__LEG_ACTION__LEG_ACTION_DECLINE;
	act.reason = PB__REASON__REASON_FULL;
	act.next_agency = (char *)(uintptr_t)"dan@chiba-city";
	view->leg_act = &act;
}

static void names_nobody(Pb__View *view, size_t index)
{
	names_next(view, index);
	view->leg_act->next_agency = (char *)(uintptr_t)"nobody@chiba-city";
}

/* Who could help instead: a door shown is asked about as a door gone through. */
static void test_named(void)
{
	const char *const dan_out[] = { "dan@chiba-city" };
	struct draft opened, draft;

	set_up();
	opened = request(&alice, &carol);
	require(submit(&opened) == 0);
	require(mark(&alice, true, dan_out, 1) == 0);
	draft = note(&carol, &alice);
	memcpy(draft.thread, opened.id, 16);
	draft.change = names_next;
	check_safety(submit(&draft), "not_in_this_case");
	draft.change = names_nobody;
	check_int(submit(&draft), PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_AGENCY);
	check_text(site_reply(&site, 0)->refusal->subject, "nobody@chiba-city");
	site_close(&site);
}

static void test_mark_form(void)
{
	const char *many[LIMIT_KEPT_OUT + 1];
	const char *const no_address[] = { "bob" };
	const char *const herself[] = { "alice@chiba-city" };

	for (size_t i = 0; i < sizeof(many) / sizeof(*many); i++)
		many[i] = "bob@chiba-city";
	set_up();
	refer(&alice, &bob);
	check_int(mark(&alice, true, many, LIMIT_KEPT_OUT + 1), PB__REFUSAL_CODE__REFUSAL_CODE_TOO_MANY);
	check_int(mark(&alice, true, no_address, 1), PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED);
	check_safety(mark(&alice, true, herself, 1), "owner_kept_out");
	check_int(mark(&alice, true, many, LIMIT_KEPT_OUT), 0);
	site_close(&site);
}

/* Two in one batch: the first owns it, and the other is refused. */
static void test_race(void)
{
	struct draft first = { 0 }, second = { 0 };
	struct inbound *frames[2];

	set_up();
	first = request(&alice, &bob);
	second = request(&carol, &bob);
	frames[0] = frame_new(&alice);
	frames[1] = frame_new(&carol);
	frame_submit(frames[0], &first);
	frame_submit(frames[1], &second);
	require_ok(site_try(&site, frames, 2));
	check_int(site_replies(&site, 0)->replies[0]->outcome_case, PB__REPLY__OUTCOME_ACCEPTED);
	require(site_replies(&site, 1)->replies[0]->outcome_case == PB__REPLY__OUTCOME_REFUSAL);
	check_int(site_replies(&site, 1)->replies[0]->refusal->code, PB__REFUSAL_CODE__REFUSAL_CODE_UNKNOWN_MESSAGE);
	site_close(&site);
}

UNIT_SUITE("broker/case",
	{ "the first to name it owns it, requests bring others in", test_membership },
	{ "a note brings nobody in, but may be answered", test_note },
	{ "protected, with a list of those kept out", test_protected },
	{ "what waits for who is kept out", test_waiting },
	{ "and comes no second time", test_redelivery },
	{ "legs of who is kept out end, whatever was done on them", test_legs_end },
	{ "so do those that it had asked for", test_asker_kept_out },
	{ "who could help instead", test_named },
	{ "what a mark must be", test_mark_form },
	{ "two at once", test_race },
);
