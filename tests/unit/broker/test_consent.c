/* SPDX-License-Identifier: Apache-2.0 */
/* A consent's life, and the races around its end: once a withdrawal is durable, nothing that rested on it is handed out. */
#include "broker/lookup_legs.h"
#include "broker/rows_consents.h"
#include "contract/limits.h"
#include "site.h"
#include "unit.h"

#define HOUR_US INT64_C(3600000000)

static struct site site;
static struct desk_device alice, bob, carol, dan;

static const char *const names[] = { "alice", "bob", "carol", "dan" };
static const uint8_t family[16] = "the case of one"; /* with the NUL */

/* What the next consent act, and the next message, says. */
static Pb__ConsentAct act;
static Pb__DisclosureClass classes[LIMIT_CLASSES];
static char *agencies[4];
static uint8_t consent_id[16];
static Pb__DisclosureClass told;

static void registers(void)
{
	pb__consent_act__init(&act);
	act.action = PB__CONSENT_ACTION__CONSENT_ACTION_REGISTER;
	act.giver = PB__CONSENT_GIVER__CONSENT_GIVER_PERSON;
	act.how = PB__CONSENT_HOW__CONSENT_HOW_WRITTEN;
	classes[0] = PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_IDENTITY;
	classes[1] = PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_EMPLOYMENT;
	act.classes = classes;
	act.n_classes = 2;
	agencies[0] = bob.address;
	agencies[1] = carol.address;
	act.agencies = agencies;
	act.n_agencies = 2;
	told = PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_EMPLOYMENT;
}

static void set_up(void)
{
	site = (struct site){ 0 };
	site_open(&site);
	site_directory(&site, names, 4);
	alice = site_enrol(&site, "alice");
	bob = site_enrol(&site, "bob");
	carol = site_enrol(&site, "carol");
	dan = site_enrol(&site, "dan");
	registers();
}

static void as_consent(Pb__View *view, size_t index)
{
	(void)index;
	view->kind = PB__KIND__KIND_CONSENT;
	view->basis = NULL;
	view->consent_act = &act;
}

static struct draft consent_draft(const struct desk_device *who)
{
	struct draft draft = site_draft(&site, who, who);

	memcpy(draft.case_id, family, 16);
	if (act.action != PB__CONSENT_ACTION__CONSENT_ACTION_REGISTER)
		memcpy(draft.thread, consent_id, 16);
	draft.change = as_consent;
	return draft;
}

static Pb__RefusalCode submit(const struct draft *draft)
{
	site_submit(&site, draft);
	return site_refusal(&site, 0);
}

static Pb__RefusalCode say(const struct desk_device *who)
{
	struct draft draft = consent_draft(who);

	if (act.action == PB__CONSENT_ACTION__CONSENT_ACTION_REGISTER)
		memcpy(consent_id, draft.id, 16);
	return submit(&draft);
}

static void check_refused(Pb__RefusalCode code, Pb__RefusalCode expected, const char *subject)
{
	check_int(code, expected);
	if (code != 0)
		check_text(site_reply(&site, 0)->refusal->subject, subject);
}

static void on_consent(Pb__View *view, size_t index)
{
	(void)index;
	view->basis->basis = PB__BASIS__BASIS_CONSENT;
	view->basis->consent_id = pb_of_bytes(bytes_of(consent_id, 16));
	for (size_t i = 0; i < view->n_parts; i++)
		view->parts[i]->classes[0] = i == 0 ? told : PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_IDENTITY;
}

/* Bob and carol come onto the case by requests. */
static void as_request(Pb__View *view, size_t index)
{
	on_consent(view, index);
	view->kind = PB__KIND__KIND_REQUEST;
	view->ask = PB__ASK__ASK_REFER;
	view->take = PB__TAKE__TAKE_ALL;
}

static struct draft sheet(const struct desk_device *from, const struct desk_device *to)
{
	struct draft draft = site_draft(&site, from, to);

	memcpy(draft.case_id, family, 16);
	draft.change = on_consent;
	return draft;
}

static void withdraws(void)
{
	act.action = PB__CONSENT_ACTION__CONSENT_ACTION_WITHDRAW;
	act.n_classes = 0;
	act.n_agencies = 0;
}

static struct consent_row row(void)
{
	static struct arena arena;
	struct consent_row found = { 0 };
	struct txn *txn = site_read(&site);

	arena_free(&arena);
	arena_init(&arena, 1u << 20);
	require_ok(consent_get(txn, bytes_of(consent_id, 16), &arena, &found));
	txn_abort(txn);
	return found;
}

static void test_register(void)
{
	struct draft draft;
	struct consent_row stands;

	set_up();
	check_int(say(&alice), 0);
	stands = row();
	check_int(stands.consent.state, PB__CONSENT_STATE__CONSENT_STATE_IN_FORCE);
	check_uint(stands.consent.scope.classes, CLASS_BIT(1) | CLASS_BIT(10));
	check_uint(stands.consent.scope.agency_count, 2);
	check_text(stands.consent.scope.agencies[1], carol.address);
	check_int(stands.consent.from_us, site.clocks.wall_us);
	check_uint(stands.registered_by, alice.agency);
	/* The same id is another's for ever. */
	draft = consent_draft(&bob);
	memcpy(draft.id, consent_id, 16);
	memcpy(draft.case_id, "another case ...", 16);
	check_refused(submit(&draft), REFUSE(CONFLICT), "message_id");
	act.giver = PB__CONSENT_GIVER__CONSENT_GIVER_RELATIVE;
	check_refused(say(&alice), REFUSE(CONSENT), "relative_for_person");
	act.giver = PB__CONSENT_GIVER__CONSENT_GIVER_PERSON;
	agencies[1] = (char *)(uintptr_t)"nobody@" SITE_NAME;
	check_refused(say(&alice), REFUSE(UNKNOWN_AGENCY), agencies[1]);
	agencies[1] = carol.address;
	act.until_us = site.clocks.wall_us;
	check_refused(say(&alice), REFUSE(CONSENT), "consent_over_already");
	act.until_us = 0;
	draft = consent_draft(&alice);
	draft.to[0] = &bob;
	check_refused(submit(&draft), REFUSE(MALFORMED), "recipient"); /* it is to oneself */
	check_uint(site_handed(&site, alice.session, (uint64_t[8]){ 0 }, 8), 0); /* handed to nobody, not to herself either */
	site_close(&site);
}

static void test_covers(void)
{
	struct draft draft;

	set_up();
	memset(consent_id, 9, 16);
	draft = sheet(&alice, &bob);
	check_refused(submit(&draft), REFUSE(BASIS), "consent_unknown");
	require(say(&alice) == 0);
	draft = sheet(&alice, &bob);
	check_int(submit(&draft), 0);
	draft = sheet(&alice, &dan);
	check_refused(submit(&draft), REFUSE(BASIS), "consent_other_agency");
	draft = sheet(&alice, &bob);
	told = PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_HEALTH;
	check_refused(submit(&draft), REFUSE(BASIS), "consent_other_class");
	told = PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_EMPLOYMENT;
	draft = sheet(&alice, &bob);
	memcpy(draft.case_id, "another case ...", 16); /* the consent is of one case */
	check_refused(submit(&draft), REFUSE(BASIS), "consent_unknown");
	site_close(&site);
}

static void test_change(void)
{
	struct draft draft;

	set_up();
	require(say(&alice) == 0);
	draft = sheet(&alice, &bob);
	draft.change = as_request;
	require(submit(&draft) == 0);
	act.action = PB__CONSENT_ACTION__CONSENT_ACTION_NARROW;
	check_refused(say(&alice), REFUSE(CONSENT), "consent_nothing_taken");
	check_refused(say(&dan), REFUSE(UNKNOWN_MESSAGE), "case_id"); /* not on the case */
	act.n_agencies = 1;
	act.n_classes = 1;
	check_int(say(&bob), 0); /* on it by the request */
	check_uint(row().consent.scope.classes, CLASS_BIT(1));
	draft = sheet(&alice, &bob);
	check_refused(submit(&draft), REFUSE(BASIS), "consent_other_class");
	act.n_classes = 2;
	check_refused(say(&alice), REFUSE(CONSENT), "consent_wider");
	withdraws();
	check_int(say(&bob), 0);
	check_int(row().consent.state, PB__CONSENT_STATE__CONSENT_STATE_WITHDRAWN);
	check_refused(say(&alice), REFUSE(CONSENT), "consent_withdrawn_before");
	told = PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_IDENTITY;
	draft = sheet(&alice, &bob);
	check_refused(submit(&draft), REFUSE(BASIS), "consent_withdrawn");
	memset(consent_id, 9, 16);
	check_refused(say(&alice), REFUSE(CONSENT), "consent_unknown");
	site_close(&site);
}

/* ---- races ---- */

/* What bob was handed since, messages of alice alone, not what the site told him. */
static size_t sheets_handed(void)
{
	uint64_t items[32];
	size_t count = site_handed(&site, bob.session, items, 32), sheets = 0;

	for (size_t i = 0; i < count; i++)
		sheets += site_delivery(&site, items[i]).sender != 0;
	return sheets;
}

/* Sheet, withdrawal and credit in every order of one batch: handed out at most what was handed out before it was withdrawn, that is
 * nothing, since hand-outs come last. */
static void test_race_submit(void)
{
	static const uint8_t orders[6][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };

	set_up();
	for (size_t order = 0; order < 6; order++) {
		struct inbound *inbound[3];
		struct draft draft, end;
		bool first;

		registers();
		require(say(&alice) == 0);
		withdraws();
		draft = sheet(&alice, &bob);
		end = consent_draft(&alice);
		for (size_t i = 0; i < 3; i++) {
			if (orders[order][i] == 0)
				frame_submit(inbound[i] = frame_new(&alice), &draft);
			else if (orders[order][i] == 1)
				frame_submit(inbound[i] = frame_new(&alice), &end);
			else
				inbound[i] = site_credit(&bob, 100, 1u << 20);
		}
		require_ok(site_try(&site, inbound, 3));
		unit_context("order %zu", order);
		first = orders[order][0] == 0 || (orders[order][0] == 2 && orders[order][1] == 0);
		check_int(site_replies(&site, first ? 0 : 1)->replies[0]->outcome_case,
			  first ? PB__REPLY__OUTCOME_ACCEPTED : PB__REPLY__OUTCOME_REFUSAL);
		check_uint(sheets_handed(), 0);
		site_pass(&site, HOUR_US);
		site_run(&site, NULL);
		check_uint(sheets_handed(), 0);
		check_uint(broker_waiting(site.broker, bob.agency), 0); /* nothing of it waits */
	}
	unit_context(" ");
	site_close(&site);
}

/* What was handed out and not acknowledged is not handed out again. */
static void test_race_redelivery(void)
{
	struct condition condition;
	struct draft draft;
	struct txn *txn;
	uint64_t item;

	set_up();
	require(say(&alice) == 0);
	draft = sheet(&alice, &bob);
	require(submit(&draft) == 0);
	item = site_item(&site, site_item_count(&site));
	site_run(&site, site_credit(&bob, 10, 1u << 20));
	check_uint(sheets_handed(), 1);
	withdraws();
	require(say(&alice) == 0);
	site_run(&site, site_bye(&bob, true));
	site_run(&site, site_hello(&site, &bob, true));
	site_run(&site, site_credit(&bob, 10, 1u << 20));
	check_uint(sheets_handed(), 0);
	check_int(site_delivery(&site, item).state, DELIVERY_UNDELIVERABLE);
	txn = site_read(&site);
	require_ok(condition_get(txn, item, &condition));
	check_uint(condition.handed, 1);
	check_int(condition.handed_at_us, site.clocks.wall_us);
	txn_abort(txn);
	site_close(&site);
}

/* Parts that are no longer covered stay, the others go; and who had received is told. */
static void test_narrowed(void)
{
	const struct outbound *out;
	struct draft draft, second;
	uint64_t items[8];
	bool notice = false;
	size_t count;

	set_up();
	require(say(&alice) == 0);
	draft = sheet(&alice, &bob);
	draft.change = as_request;
	require(submit(&draft) == 0);
	site_run(&site, site_credit(&bob, 1, 1u << 20));
	check_uint(sheets_handed(), 1);
	told = PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_IDENTITY;
	second = sheet(&alice, &carol);
	second.kind = PB__KIND__KIND_REQUEST;
	second.parts = 2; /* both tell the identity: the second on acceptance */
	require(submit(&second) == 0);
	act.action = PB__CONSENT_ACTION__CONSENT_ACTION_NARROW;
	act.n_classes = 1; /* identity stays, employment goes */
	require(say(&alice) == 0);
	site_run(&site, site_credit(&carol, 10, 1u << 20));
	count = site_handed(&site, carol.session, items, 8);
	check_uint(count, 1);
	out = site_told(&site, OUTBOUND_HANDOUT, 0);
	require(out != NULL);
	check_uint(out->items[0].blocked, 0); /* all of it is covered still */
	site_run(&site, site_credit(&bob, 10, 1u << 20));
	count = site_handed(&site, bob.session, items, 8);
	for (size_t i = 0; i < count; i++)
		notice |= site_delivery(&site, items[i]).what == PB__ITEM_WHAT__ITEM_WHAT_NOTICE;
	check(notice);
	site_close(&site);
}

static void two_parts(Pb__View *view, size_t index)
{
	on_consent(view, index);
	view->parts[1]->release = PB__RELEASE__RELEASE_ON_DELIVERY;
}

static void test_part(void)
{
	const struct outbound *out;
	struct condition condition;
	struct draft draft;
	struct txn *txn;
	uint64_t item;

	set_up();
	require(say(&alice) == 0);
	draft = sheet(&alice, &bob);
	draft.parts = 2; /* employment, then identity */
	draft.change = two_parts;
	require(submit(&draft) == 0);
	item = site_item(&site, site_item_count(&site));
	act.action = PB__CONSENT_ACTION__CONSENT_ACTION_NARROW;
	act.n_classes = 1;
	require(say(&alice) == 0);
	site_run(&site, site_credit(&bob, 10, 1u << 20));
	out = site_told(&site, OUTBOUND_HANDOUT, 0);
	require(out != NULL && out->item_count == 1);
	check_uint(out->items[0].blocked, 1);
	check_uint(out->part_bytes, 100);
	txn = site_read(&site);
	require_ok(condition_get(txn, item, &condition));
	check_uint(condition.blocked, 1);
	check_uint(condition.handed, 2);
	txn_abort(txn);
	site_close(&site);
}

static void test_runs_out(void)
{
	struct draft draft;

	set_up();
	act.until_us = site.clocks.wall_us + HOUR_US;
	require(say(&alice) == 0);
	draft = sheet(&alice, &bob);
	require(submit(&draft) == 0);
	site_pass(&site, HOUR_US - 1);
	site_run(&site, NULL);
	check_int(row().consent.state, PB__CONSENT_STATE__CONSENT_STATE_IN_FORCE);
	site_pass(&site, 1);
	site_run(&site, site_credit(&bob, 10, 1u << 20));
	check_int(row().consent.state, PB__CONSENT_STATE__CONSENT_STATE_RAN_OUT);
	check_uint(sheets_handed(), 0);
	draft = sheet(&alice, &bob);
	check_refused(submit(&draft), REFUSE(BASIS), "consent_ran_out");
	withdraws();
	check_int(say(&alice), 0); /* its receipt tells what was handed out before */
	site_close(&site);
}

/* A consent that has begun once has begun: a clock that comes back up a little behind withholds nothing. */
static void test_has_begun(void)
{
	struct draft draft;

	set_up();
	act.from_us = site.clocks.wall_us + HOUR_US;
	require(say(&alice) == 0);
	draft = sheet(&alice, &bob);
	check_refused(submit(&draft), REFUSE(BASIS), "consent_not_yet");
	site_pass(&site, HOUR_US);
	draft = sheet(&alice, &bob);
	require(submit(&draft) == 0);
	site.clocks.wall_us -= HOUR_US / 60;
	site_reopen(&site);
	site_run(&site, site_hello(&site, &bob, true));
	site_run(&site, site_credit(&bob, 10, 1u << 20));
	require(sheets_handed() == 1);
	check_uint(site_told(&site, OUTBOUND_HANDOUT, 0)->items[0].blocked, 0);
	site_close(&site);
}

/* ---- a redirect ---- */

static char *next;

static void redirects(Pb__View *view, size_t index)
{
	static Pb__LegAct leg_act;

	(void)index;
	pb__leg_act__init(&leg_act);
	leg_act.action = PB__LEG_ACTION__LEG_ACTION_REDIRECT;
	leg_act.reason = PB__REASON__REASON_FULL;
	leg_act.next_agency = next;
	view->kind = PB__KIND__KIND_REQUEST;
	view->ask = PB__ASK__ASK_REFER;
	view->leg_act = &leg_act;
}

static void test_redirect(void)
{
	struct draft opened, draft;

	set_up();
	require(say(&alice) == 0);
	opened = sheet(&alice, &bob);
	opened.change = as_request;
	require(submit(&opened) == 0);
	draft = sheet(&bob, &alice);
	memcpy(draft.thread, opened.id, 16);
	draft.change = redirects;
	next = dan.address;
	check_refused(submit(&draft), REFUSE(BASIS), "consent_other_agency");
	next = carol.address;
	check_int(submit(&draft), 0);
	site_close(&site);
}

/* The first recipient is told less than the second: each redirect is held against what its own message tells. */
static void more_to_the_second(Pb__View *view, size_t index)
{
	as_request(view, index);
	if (index == 1)
		view->parts[0]->classes[0] = PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_IDENTITY;
}

static void test_redirect_of_each(void)
{
	const struct desk_device *from[2] = { &carol, &bob };
	struct draft opened, draft;

	set_up();
	agencies[2] = dan.address;
	act.n_agencies = 3;
	require(say(&alice) == 0);
	opened = sheet(&alice, &bob);
	opened.to[1] = &carol;
	opened.to_count = 2;
	opened.change = more_to_the_second;
	require(submit(&opened) == 0);
	site_run(&site, site_credit(&bob, 10, 1u << 20));
	site_run(&site, site_credit(&carol, 10, 1u << 20)); /* both have what they were told */
	registers();
	agencies[2] = dan.address;
	act.action = PB__CONSENT_ACTION__CONSENT_ACTION_NARROW; /* from now on nobody else may learn who it is */
	classes[0] = PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_EMPLOYMENT;
	act.n_classes = 1;
	act.n_agencies = 3;
	require(say(&alice) == 0);
	next = dan.address;
	for (size_t i = 0; i < 2; i++) {
		unit_context("%s", from[i]->id);
		draft = sheet(from[i], &alice);
		memcpy(draft.thread, opened.id, 16);
		draft.no_parts = true;
		draft.change = redirects;
		if (i == 0)
			check_refused(submit(&draft), REFUSE(BASIS), "consent_other_class");
		else
			check_int(submit(&draft), 0);
	}
	site_close(&site);
}

/* The leg of whoever is to have it next, which waits for its sender to seal. */
static struct leg next_leg(const struct draft *opened)
{
	struct txn *txn = site_read(&site);
	struct request request;
	struct leg leg;

	require_ok(request_by_message(txn, opened->id, alice.agency, &request));
	require(request.leg_count == 2);
	require_ok(leg_get(txn, request.legs[1], &leg));
	txn_abort(txn);
	return leg;
}

/* What nobody may seal any more waits for nobody: its sender is told at once. */
static void test_awaiting_seal(void)
{
	struct draft opened, draft;

	set_up();
	for (size_t narrows = 0; narrows < 2; narrows++) {
		registers();
		require(say(&alice) == 0);
		opened = sheet(&alice, &bob);
		opened.change = as_request;
		require(submit(&opened) == 0);
		draft = sheet(&bob, &alice);
		memcpy(draft.thread, opened.id, 16);
		draft.change = redirects;
		next = carol.address;
		require(submit(&draft) == 0);
		check_int(next_leg(&opened).state, PB__LEG_STATE__LEG_STATE_AWAITING_SEAL);
		withdraws();
		if (narrows != 0) { /* bob alone, who has nothing of it to lose */
			registers();
			act.action = PB__CONSENT_ACTION__CONSENT_ACTION_NARROW;
			act.n_agencies = 1;
		}
		require(say(&alice) == 0);
		check_int(next_leg(&opened).state, PB__LEG_STATE__LEG_STATE_BLOCKED);
		check_int(next_leg(&opened).reason, PB__REASON__REASON_CONSENT_WITHDRAWN);
	}
	site_close(&site);
}

/* The redirect and the withdrawal in one batch: the leg is opened, and is blocked in the same transaction. */
static void test_race_redirect(void)
{
	struct draft opened, draft, end;
	struct inbound *frames[2];

	set_up();
	require(say(&alice) == 0);
	opened = sheet(&alice, &bob);
	opened.change = as_request;
	require(submit(&opened) == 0);
	draft = sheet(&bob, &alice);
	memcpy(draft.thread, opened.id, 16);
	draft.change = redirects;
	next = carol.address;
	withdraws();
	end = consent_draft(&alice);
	frames[0] = frame_new(&bob);
	frames[1] = frame_new(&alice);
	frame_submit(frames[0], &draft);
	frame_submit(frames[1], &end);
	require_ok(site_try(&site, frames, 2));
	require(site_replies(&site, 0)->replies[0]->outcome_case == PB__REPLY__OUTCOME_ACCEPTED);
	require(site_replies(&site, 1)->replies[0]->outcome_case == PB__REPLY__OUTCOME_ACCEPTED);
	check_int(next_leg(&opened).state, PB__LEG_STATE__LEG_STATE_BLOCKED);
	site_close(&site);
}

static void redirects_blindly(Pb__View *view, size_t index)
{
	redirects(view, index);
	view->case_id = pb_of_bytes(bytes_of(NULL, 0));
	view->basis = NULL;
}

/* Who has no part in a request learns nothing of what it rests on, whatever is named. */
static void test_blind_redirect(void)
{
	struct draft opened, draft;

	set_up();
	require(say(&alice) == 0);
	opened = sheet(&alice, &bob);
	opened.change = as_request;
	require(submit(&opened) == 0);
	next = dan.address; /* whom the consent does not reach */
	draft = sheet(&carol, &alice);
	memcpy(draft.thread, opened.id, 16);
	draft.change = redirects_blindly;
	draft.no_parts = true;
	check_refused(submit(&draft), REFUSE(UNKNOWN_MESSAGE), "thread_id");
	draft = sheet(&carol, &alice);
	memset(draft.thread, 9, 16);
	draft.change = redirects_blindly;
	draft.no_parts = true;
	check_refused(submit(&draft), REFUSE(UNKNOWN_MESSAGE), "thread_id"); /* as of one that is not there */
	site_close(&site);
}

/* ---- a meeting ---- */

static uint8_t meeting[16];
static Pb__Law law;

static void on_meeting(Pb__View *view, size_t index)
{
	(void)index;
	view->basis->basis = PB__BASIS__BASIS_SUPPORT_MEETING;
	view->basis->law = law;
	view->basis->meeting_id = pb_of_bytes(bytes_of(meeting, 16));
}

static void proposes(Pb__View *view, size_t index)
{
	static Pb__ConferenceAct conference;

	(void)index;
	pb__conference_act__init(&conference);
	conference.action = PB__CONFERENCE_ACTION__CONFERENCE_ACTION_PROPOSE;
	conference.kind = PB__CONFERENCE_KIND__CONFERENCE_KIND_SUPPORT_MEETING;
	conference.law = PB__LAW__LAW_SELF_RELIANCE_9;
	view->kind = PB__KIND__KIND_CONFERENCE;
	view->conference_act = &conference;
}

static void test_meeting(void)
{
	struct draft proposal, draft;

	set_up();
	law = PB__LAW__LAW_SELF_RELIANCE_9;
	memset(meeting, 9, 16);
	draft = sheet(&alice, &bob);
	draft.change = on_meeting;
	check_refused(submit(&draft), REFUSE(BASIS), "meeting_unknown");
	proposal = sheet(&alice, &bob);
	proposal.change = proposes;
	check_int(submit(&proposal), 0);
	memcpy(meeting, proposal.id, 16);
	draft = sheet(&alice, &bob);
	draft.change = on_meeting;
	check_int(submit(&draft), 0);
	draft = sheet(&alice, &dan); /* who has no seat */
	draft.change = on_meeting;
	check_int(submit(&draft), REFUSE(BASIS));
	law = PB__LAW__LAW_SOCIAL_WELFARE_106_6;
	draft = sheet(&alice, &bob);
	draft.change = on_meeting;
	check_refused(submit(&draft), REFUSE(BASIS), "meeting_of_another_law");
	site_close(&site);
}

UNIT_SUITE("broker/consent",
	{ "registered, or why not", test_register },
	{ "what it covers", test_covers },
	{ "narrowed and withdrawn", test_change },
	{ "sheet, withdrawal and hand-out in one batch, in every order", test_race_submit },
	{ "a repeated hand-out", test_race_redelivery },
	{ "narrowed: others go on, who has it is told", test_narrowed },
	{ "a part alone", test_part },
	{ "it runs out", test_runs_out },
	{ "it has begun, whatever a clock says later", test_has_begun },
	{ "a redirect to whom it does not reach", test_redirect },
	{ "a redirect of what one of several was told", test_redirect_of_each },
	{ "a redirect that waits for its sender to seal", test_awaiting_seal },
	{ "a redirect and a withdrawal at once", test_race_redirect },
	{ "a redirect by who has no part in it", test_blind_redirect },
	{ "a meeting's members alone", test_meeting },
);
