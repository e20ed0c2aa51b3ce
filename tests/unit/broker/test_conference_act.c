/* SPDX-License-Identifier: Apache-2.0 */
/* Every (state, action, actor) of conferences through the real decide and apply; then what single acts need and do. */
#include "contract/conference_states.h"
#include "gathering.h"
#include <string.h>

#include "unit.h"

#define A(name) PB__CONFERENCE_ACTION__CONFERENCE_ACTION_##name
#define S(name) PB__CONFERENCE_STATE__CONFERENCE_STATE_##name
#define W(name) PB__CONFERENCE_ANSWER__CONFERENCE_ANSWER_##name
#define CODE(name) PB__REFUSAL_CODE__REFUSAL_CODE_##name
#define DAY_US INT64_C(86400000000)

static struct gathering gathering;

/* What the contract's table says of it, for those who hold a seat. */
static const struct transition *row_of(Pb__ConferenceState state, Pb__ConferenceAction action, bool convener)
{
	const struct transition *row = transition_find(&conference_table, (unsigned)state, (unsigned)action, PB__PARTY__PARTY_PARTICIPANT);

	if (row == NULL && convener)
		row = transition_find(&conference_table, (unsigned)state, (unsigned)action, PB__PARTY__PARTY_CONVENER);
	return row;
}

/* Each open conference has one timer, each ended one none (P4). */
static void check_clock(const struct conference *conference)
{
	int64_t timer_us = gathering_timer(&gathering, PB__TIMER_KIND__TIMER_KIND_CONFERENCE, conference->number);

	check_int(timer_us, conference->timer_at_us);
	check(conference_is_open(conference->state) == (timer_us != 0));
}

static void check_refused(Pb__ConferenceState state, Pb__ConferenceAction action)
{
	const Pb__Refusal *refusal = gathering_refusal(&gathering);

	require(refusal != NULL);
	check_int(refusal->code, CODE(NOT_NOW));
	check(strncmp(refusal->subject, "conference.", 11) == 0);
	check_int(refusal->value, state);
	check((refusal->bound & INT64_C(1) << action) == 0);
}

static void try(Pb__ConferenceState state, Pb__ConferenceAction action, enum gathering_desk desk)
{
	struct conference before, after;
	const struct transition *row = row_of(state, action, desk == CONVENER);
	Pb__RefusalCode code;

	unit_context("state %d, action %d, desk %d", (int)state, (int)action, (int)desk);
	gathering_reach(&gathering, state);
	before = gathering_conference(&gathering);
	code = gathering_act(&gathering, desk, action);
	after = gathering_conference(&gathering);
	if (state == S(UNSPECIFIED) || desk == OUTSIDER) {
		check_int(code, CODE(UNKNOWN_MESSAGE));
		check_text(gathering_refusal(&gathering)->subject, desk == OUTSIDER && state != S(UNSPECIFIED) ? "case_id" : "thread_id");
	} else if (row == NULL) {
		check_refused(state, action);
	} else {
		check_int(code, 0);
		check_int(after.state, row->next == TRANSITION_SAME ? (int)state : row->next);
	}
	if (code != 0) {
		check_int(after.state, before.state);
		check_int(after.timer_at_us, before.timer_at_us);
	}
	if (state != S(UNSPECIFIED))
		check_clock(&after);
	unit_context(" ");
}

static void test_every_pair(void)
{
	static const enum gathering_desk desks[] = { CONVENER, MEMBER, OUTSIDER };

	gathering_open(&gathering);
	for (int state = 0; state < (int)CONFERENCE_STATE_COUNT; state++)
		for (int action = A(CONVENE); action < (int)CONFERENCE_ACTION_COUNT; action++)
			for (size_t i = 0; i < sizeof(desks) / sizeof(*desks); i++)
				try((Pb__ConferenceState)state, (Pb__ConferenceAction)action, desks[i]);
	gathering_close(&gathering);
}

/* ---- what single acts need ---- */

static Pb__ConferenceAct act_of(Pb__ConferenceAction action)
{
	Pb__ConferenceAct act = PB__CONFERENCE_ACT__INIT;

	act.action = action;
	return act;
}

static Pb__ConferenceAct proposal(Pb__ConferenceKind kind, Pb__Law law)
{
	Pb__ConferenceAct act = act_of(A(PROPOSE));

	act.kind = kind;
	act.law = law;
	return act;
}

static Pb__RefusalCode propose(Pb__ConferenceKind kind, Pb__Law law)
{
	Pb__ConferenceAct act = proposal(kind, law);

	return gathering_say(&gathering, CONVENER, TO(MEMBER), &act, true);
}

static void test_proposals(void)
{
	gathering_open(&gathering);
	check_int(propose(PB__CONFERENCE_KIND__CONFERENCE_KIND_UNSPECIFIED, 0), CODE(MALFORMED));
	check_int(propose(PB__CONFERENCE_KIND__CONFERENCE_KIND_SUPPORT_MEETING, 0), CODE(BASIS));
	check_text(gathering_refusal(&gathering)->subject, "needs_law");
	check_int(propose(PB__CONFERENCE_KIND__CONFERENCE_KIND_SUPPORT_MEETING, PB__LAW__LAW_CHILD_ABUSE_PREVENTION), CODE(BASIS));
	check_text(gathering_refusal(&gathering)->subject, "law_of_another_basis");
	check_int(propose(PB__CONFERENCE_KIND__CONFERENCE_KIND_SUPPORT_MEETING, PB__LAW__LAW_SELF_RELIANCE_9), 0);
	check_int(gathering_conference(&gathering).law, PB__LAW__LAW_SELF_RELIANCE_9);
	check_int(propose(PB__CONFERENCE_KIND__CONFERENCE_KIND_STAFF, PB__LAW__LAW_SELF_RELIANCE_9), CODE(MALFORMED));
	check_int(propose(PB__CONFERENCE_KIND__CONFERENCE_KIND_STAFF, 0), 0);
	check_uint(gathering_conference(&gathering).seat_count, 2);
	gathering_close(&gathering);
}

static void without_case(Pb__View *view, size_t index)
{
	static Pb__ConferenceAct act;

	(void)index;
	act = proposal(view->urgency == PB__URGENCY__URGENCY_SOON ? PB__CONFERENCE_KIND__CONFERENCE_KIND_STAFF :
								   PB__CONFERENCE_KIND__CONFERENCE_KIND_CASE, 0);
	view->conference_act = &act;
	view->case_id.len = 0;
}

static void test_caseless(void)
{
	struct draft draft;

	gathering_open(&gathering);
	draft = site_draft(&gathering.site, &gathering.desks[CONVENER], &gathering.desks[MEMBER]);
	draft.kind = PB__KIND__KIND_CONFERENCE;
	draft.change = without_case;
	site_submit(&gathering.site, &draft);
	check_int(site_refusal(&gathering.site, 0), CODE(MALFORMED));
	draft = site_draft(&gathering.site, &gathering.desks[CONVENER], &gathering.desks[MEMBER]);
	draft.kind = PB__KIND__KIND_CONFERENCE;
	draft.urgency = PB__URGENCY__URGENCY_SOON;
	draft.change = without_case;
	site_submit(&gathering.site, &draft);
	check_int(site_refusal(&gathering.site, 0), 0);
	gathering_close(&gathering);
}

/* ---- answers ---- */

static Pb__RefusalCode answer(enum gathering_desk desk, unsigned to, Pb__ConferenceAnswer answer, const char *next)
{
	Pb__ConferenceAct act = act_of(A(ANSWER));

	act.answer = answer;
	if (next != NULL)
		act.next_agency = (char *)(uintptr_t)next;
	return gathering_say(&gathering, desk, to, &act, false);
}

static Pb__ConferenceAnswer answered(enum gathering_desk desk)
{
	struct conference conference = gathering_conference(&gathering);
	const struct seat *seat = conference_seat(&conference, gathering.desks[desk].agency);

	require(seat != NULL);
	return seat->answer;
}

static void test_answers(void)
{
	gathering_open(&gathering);
	gathering_reach(&gathering, S(CONVENED));
	check_int(answer(MEMBER, TO(CONVENER), W(UNSPECIFIED), NULL), CODE(INCOMPLETE));
	check_int(answer(MEMBER, TO(CONVENER), W(TENTATIVE), NULL), 0);
	check_int(answered(MEMBER), W(TENTATIVE));
	check_int(answer(MEMBER, TO(CONVENER), W(DECLINED), NULL), 0);
	check_int(gathering_act(&gathering, MEMBER, A(MATERIALS)), CODE(NOT_NOW));
	check_int(gathering_refusal(&gathering)->bound, 1 << A(ANSWER));
	check_int(gathering_act(&gathering, CONVENER, A(MATERIALS)), CODE(BASIS)); /* one of two has declined */
	check_text(gathering_refusal(&gathering)->subject, "recipient_no_member");
	check_int(answer(MEMBER, TO(CONVENER), W(ACCEPTED), NULL), 0);
	check_int(gathering_act(&gathering, CONVENER, A(MATERIALS)), 0);
	check_int(answer(MEMBER, TO(OTHER), W(ACCEPTED), NULL), CODE(MALFORMED)); /* the convener must hear it */
	gathering_close(&gathering);
}

/* Another date is asked for again; a later change counts, a first date does not. */
static void test_another_date(void)
{
	struct conference conference;

	gathering_open(&gathering);
	gathering_reach(&gathering, S(PROPOSED));
	check_int(answer(MEMBER, TO(CONVENER), W(ACCEPTED), NULL), 0);
	check_int(gathering_act(&gathering, CONVENER, A(CONVENE)), 0);
	check_int(answered(MEMBER), W(ACCEPTED));
	conference = gathering_conference(&gathering);
	check_uint(conference.sequence, 0);
	site_pass(&gathering.site, DAY_US / 2);
	check_int(gathering_act(&gathering, CONVENER, A(CONVENE)), 0);
	check_int(answered(MEMBER), W(UNSPECIFIED));
	check_int(answered(CONVENER), W(ACCEPTED));
	check_int(gathering_conference(&gathering).starts_at_us, conference.starts_at_us + DAY_US / 2);
	check_uint(gathering_conference(&gathering).sequence, 1);
	gathering_close(&gathering);
}

static void test_dates(void)
{
	Pb__ConferenceAct act = act_of(A(CONVENE));

	gathering_open(&gathering);
	gathering_reach(&gathering, S(PROPOSED));
	check_int(gathering_say(&gathering, CONVENER, TO(MEMBER), &act, false), CODE(INCOMPLETE));
	check_int(gathering_refusal(&gathering)->value, NEED_DATE);
	act.starts_at_us = SITE_NOW_US;
	check_int(gathering_say(&gathering, CONVENER, TO(MEMBER), &act, false), CODE(MALFORMED));
	act.ends_at_us = SITE_NOW_US;
	check_int(gathering_say(&gathering, CONVENER, TO(MEMBER), &act, false), CODE(MALFORMED));
	act.ends_at_us = INT64_MAX;
	check_int(gathering_say(&gathering, CONVENER, TO(MEMBER), &act, false), CODE(MALFORMED));
	act.ends_at_us = SITE_NOW_US + 1;
	check_int(gathering_say(&gathering, CONVENER, TO(MEMBER), &act, false), 0);
	gathering_close(&gathering);
}

/* ---- delegation ---- */

static void test_delegation(void)
{
	const char *next = "stand-in@" SITE_NAME;
	struct conference conference;

	gathering_open(&gathering);
	gathering_reach(&gathering, S(CONVENED));
	check_int(answer(MEMBER, TO(CONVENER), W(DELEGATED), NULL), CODE(INCOMPLETE));
	check_int(answer(MEMBER, TO(CONVENER), W(DELEGATED), next), CODE(MALFORMED)); /* the delegate must hear it */
	check_int(answer(MEMBER, TO(CONVENER) | TO(STAND_IN), W(DELEGATED), "nobody@" SITE_NAME), CODE(UNKNOWN_AGENCY));
	check_int(answer(MEMBER, TO(CONVENER) | TO(OTHER), W(DELEGATED), "other@" SITE_NAME), CODE(MALFORMED));
	check_int(answer(CONVENER, TO(STAND_IN), W(DELEGATED), next), CODE(MALFORMED)); /* a conference keeps its convener */
	check_int(answer(MEMBER, TO(CONVENER) | TO(STAND_IN), W(ACCEPTED), next), CODE(BASIS));
	check_int(answer(MEMBER, TO(CONVENER) | TO(STAND_IN), W(DELEGATED), next), 0);
	conference = gathering_conference(&gathering);
	check_int(conference_seat(&conference, gathering.desks[MEMBER].agency)->delegated_to, gathering.desks[STAND_IN].agency);
	check_int(answered(STAND_IN), W(UNSPECIFIED));

	check_int(answer(MEMBER, TO(CONVENER), W(ACCEPTED), NULL), CODE(UNKNOWN_MESSAGE)); /* it has left its seat */
	check_int(gathering_act(&gathering, CONVENER, A(MATERIALS)), CODE(BASIS));
	check_int(answer(STAND_IN, TO(CONVENER), W(ACCEPTED), NULL), 0);
	check_int(answer(STAND_IN, TO(CONVENER) | TO(MEMBER), W(DELEGATED), "member@" SITE_NAME), CODE(MALFORMED));
	gathering_close(&gathering);
}

static enum err count_one(void *context, uint64_t number)
{
	(void)number;
	++*(size_t *)context;
	return ERR_OK;
}

static size_t seats_of(enum gathering_desk desk)
{
	struct txn *txn = site_read(&gathering.site);
	size_t count = 0;

	require_ok(conference_each(txn, gathering.desks[desk].agency, 0, count_one, &count));
	txn_abort(txn);
	return count;
}

static void test_seats_listed(void)
{
	gathering_open(&gathering);
	gathering_reach(&gathering, S(PROPOSED));
	gathering_reach(&gathering, S(CONVENED));
	check_uint(seats_of(CONVENER), 2);
	check_uint(seats_of(MEMBER), 2);
	check_uint(seats_of(STAND_IN), 0);
	check_uint(seats_of(OUTSIDER), 0);
	check_int(answer(MEMBER, TO(CONVENER) | TO(STAND_IN), W(DELEGATED), "stand-in@" SITE_NAME), 0);
	check_uint(seats_of(MEMBER), 1);
	check_uint(seats_of(STAND_IN), 1);
	check_uint(seats_of(OUTSIDER), 0);
	gathering_close(&gathering);
}

/* ---- who hears what ---- */

static void test_only_participants(void)
{
	Pb__ConferenceAct minutes = act_of(A(MINUTES));
	Pb__ConferenceAct dissent = act_of(A(DISSENT));

	gathering_open(&gathering);
	gathering_reach(&gathering, S(CONVENED));
	check_int(gathering_say(&gathering, CONVENER, TO(MEMBER) | TO(OUTSIDER), &minutes, true), CODE(BASIS));
	check_int(gathering_say(&gathering, CONVENER, TO(MEMBER) | TO(OTHER), &minutes, false), CODE(INCOMPLETE));
	check_int(gathering_say(&gathering, CONVENER, TO(MEMBER) | TO(OTHER), &minutes, true), 0);
	check_int(gathering_say(&gathering, MEMBER, TO(CONVENER) | TO(OTHER), &dissent, false), CODE(INCOMPLETE));
	check_int(gathering_say(&gathering, MEMBER, TO(OTHER), &dissent, true), CODE(MALFORMED));
	check_int(gathering_say(&gathering, MEMBER, TO(CONVENER) | TO(OTHER), &dissent, true), 0);
	check_int(gathering_say(&gathering, MEMBER, TO(CONVENER) | TO(OTHER), &dissent, true), 0); /* positions may differ twice */
	gathering_close(&gathering);
}

/* Nobody can open a second conference under the id of one. */
static void test_id_taken(void)
{
	Pb__ConferenceAct act = proposal(PB__CONFERENCE_KIND__CONFERENCE_KIND_CASE, 0);
	uint8_t id[16];

	gathering_open(&gathering);
	gathering_reach(&gathering, S(PROPOSED));
	memcpy(id, gathering.id, 16);
	gathering.site.last_id--; /* the next message has that id again, from another sender */
	check_int(gathering_say(&gathering, MEMBER, TO(OTHER), &act, true), CODE(CONFLICT));
	check(memcmp(gathering.id, id, 16) == 0);
	gathering_close(&gathering);
}

static void other_act(Pb__View *view, size_t index)
{
	static Pb__ConferenceAct acts[2];

	acts[index] = proposal(index == 0 ? PB__CONFERENCE_KIND__CONFERENCE_KIND_CASE : PB__CONFERENCE_KIND__CONFERENCE_KIND_STAFF, 0);
	view->conference_act = &acts[index];
}

static void act_in_note(Pb__View *view, size_t index)
{
	other_act(view, index);
	view->kind = PB__KIND__KIND_NOTE;
}

static void no_act(Pb__View *view, size_t index)
{
	(void)view;
	(void)index;
}

static void test_forms(void)
{
	static void (*const changes[])(Pb__View *, size_t) = { other_act, act_in_note, no_act };

	gathering_open(&gathering);
	for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++) {
		struct draft draft = site_draft(&gathering.site, &gathering.desks[CONVENER], &gathering.desks[MEMBER]);

		unit_context("form %zu", i);
		draft.to[1] = &gathering.desks[OTHER];
		draft.to_count = 2;
		draft.kind = PB__KIND__KIND_CONFERENCE;
		draft.change = changes[i];
		site_submit(&gathering.site, &draft);
		check_int(site_refusal(&gathering.site, 0), CODE(MALFORMED));
		check(strncmp(gathering_refusal(&gathering)->subject, "conference_act", 14) == 0);
	}
	unit_context(" ");
	gathering_close(&gathering);
}

UNIT_SUITE("broker/conference_act",
	{ "every state, action and actor", test_every_pair },
	{ "a proposal says what kind of meeting, and under which law", test_proposals },
	{ "a staff meeting may be about nobody, a case conference not", test_caseless },
	{ "answers are given, changed and heard", test_answers },
	{ "another date asks for the answers again", test_another_date },
	{ "a date has a beginning and an end", test_dates },
	{ "a seat passes on to who hears of it", test_delegation },
	{ "seats are found by their agency", test_seats_listed },
	{ "what is said is for those who take part", test_only_participants },
	{ "an id stands for one conference", test_id_taken },
	{ "an act stands in every View of a conference, and in no other message", test_forms });
