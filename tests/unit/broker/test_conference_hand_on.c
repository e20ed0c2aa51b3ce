/* SPDX-License-Identifier: Apache-2.0 */
/* What an agency that closed had convened or had taken on in a conference has a holder again once an operator names one: who
 * can act on it, is told of it, and takes part in it; and nobody who may not. */
#include <string.h>

#include "acts.h"
#include "broker/chores.h"
#include "broker/conference_after.h"
#include "broker/conference_hand_on.h"
#include "broker/rows_conferences.h"
#include "broker/rows_reviews.h"
#include "broker/verbs.h"
#include "contract/conference_states.h"
#include "gathering.h"
#include "ledger/entry.h"
#include "rebuilt.h"
#include "unit.h"

#define I(name) PB__ACTION_ITEM_ACTION__ACTION_ITEM_ACTION_##name
#define A(name) PB__CONFERENCE_ACTION__CONFERENCE_ACTION_##name
#define S(name) PB__CONFERENCE_STATE__CONFERENCE_STATE_##name
#define W(name) PB__CONFERENCE_ANSWER__CONFERENCE_ANSWER_##name
#define N(name) PB__NOTICE_WHAT__NOTICE_WHAT_##name
#define DAY_US INT64_C(86400000000)

static struct gathering gathering;

static uint32_t number(enum gathering_desk desk)
{
	return gathering.desks[desk].agency;
}

/* The directory names all but that one from now on. */
static void close_desk(enum gathering_desk desk)
{
	static const char *const ids[DESKS] = { "convener", "member", "other", "stand-in", "outsider" };
	const char *stay[DESKS];
	size_t count = 0;

	for (size_t i = 0; i < DESKS; i++)
		if (i != (size_t)desk)
			stay[count++] = ids[i];
	site_directory(&gathering.site, stay, count);
}

static Pb__RefusalCode hand_over(const char *agency, const char *to)
{
	site_operate(&gathering.site, site_hand_over(agency, to));
	return site_answered(&gathering.site);
}

static void check_seat(enum gathering_desk desk, Pb__ConferenceAnswer answer, uint32_t delegated_to)
{
	struct conference conference = gathering_conference(&gathering);
	const struct seat *seat = conference_seat(&conference, number(desk));

	require(seat != NULL);
	check_int(seat->answer, answer);
	check_uint(seat->delegated_to, delegated_to);
}

static int64_t conference_timer(void)
{
	return gathering_timer(&gathering, PB__TIMER_KIND__TIMER_KIND_CONFERENCE, gathering_conference(&gathering).number);
}

static Pb__RefusalCode convene(enum gathering_desk from)
{
	Pb__ConferenceAct act = PB__CONFERENCE_ACT__INIT;

	act.action = A(CONVENE);
	act.starts_at_us = gathering.site.clocks.wall_us + DAY_US;
	act.ends_at_us = act.starts_at_us + DAY_US / 24;
	return gathering_say(&gathering, from, TO(MEMBER) | TO(OTHER), &act, true);
}

static Pb__RefusalCode answer(enum gathering_desk from, enum gathering_desk to)
{
	Pb__ConferenceAct act = PB__CONFERENCE_ACT__INIT;

	act.action = A(ANSWER);
	act.answer = W(ACCEPTED);
	return gathering_say(&gathering, from, TO(to), &act, false);
}

/* One who had no seat: it has one, its turn is due from now on, and those who take part speak to it. */
static void test_convenes(void)
{
	int64_t due_us;

	gathering_open(&gathering);
	gathering_reach(&gathering, S(PROPOSED));
	due_us = conference_timer();
	gathering_wait(&gathering, due_us + DAY_US); /* it is late */
	close_desk(CONVENER);
	check_int(hand_over("convener", "outsider"), 0);
	check_uint(gathering_conference(&gathering).convener, number(OUTSIDER));
	check_seat(CONVENER, W(DELEGATED), number(OUTSIDER));
	check_seat(OUTSIDER, W(ACCEPTED), 0);
	check(conference_timer() > gathering.site.clocks.wall_us);
	check_int(conference_timer(), gathering_conference(&gathering).due_at_us);
	check_uint(gathering_notices(&gathering, N(AGENCY_CLOSED), OUTSIDER), 1);
	check_uint(gathering_notices(&gathering, N(AGENCY_CLOSED), MEMBER), 1);
	check_uint(gathering_notices(&gathering, N(AGENCY_CLOSED), OTHER), 1);
	check_uint(gathering_notices(&gathering, N(AGENCY_CLOSED), STAND_IN), 0);
	check_int(convene(MEMBER), REFUSE(NOT_NOW));
	check_int(convene(OUTSIDER), 0);
	check_int(answer(MEMBER, OUTSIDER), 0);
	check_int(hand_over("convener", "stand-in"), 0); /* nothing is left: nobody takes it from who has it */
	check_uint(gathering_conference(&gathering).convener, number(OUTSIDER));
	rebuilt_check(&gathering.site);
	gathering_close(&gathering);
}

/* One who took part already, and had declined, takes part as its convener; what it has to write is due from when it can know of it. */
static void test_a_member_convenes(void)
{
	Pb__ConferenceAct act = PB__CONFERENCE_ACT__INIT;

	gathering_open(&gathering);
	gathering_reach(&gathering, S(CONVENED));
	act.action = A(ANSWER);
	act.answer = W(DECLINED);
	require(gathering_say(&gathering, MEMBER, TO(CONVENER), &act, false) == 0);
	close_desk(CONVENER);
	gathering_wait(&gathering, gathering.site.clocks.wall_us + 30 * DAY_US);
	check_int(hand_over("convener", "member"), 0);
	check_seat(MEMBER, W(ACCEPTED), 0);
	check_uint(gathering_conference(&gathering).seat_count, 3);
	check(conference_timer() > gathering.site.clocks.wall_us);
	act = (Pb__ConferenceAct)PB__CONFERENCE_ACT__INIT;
	act.action = A(MINUTES);
	check_int(gathering_say(&gathering, MEMBER, TO(OTHER), &act, true), 0);
	check_int(gathering_conference(&gathering).state, S(HELD));
	rebuilt_check(&gathering.site);
	gathering_close(&gathering);
}

/* What is over stays as it is. */
static void test_over(void)
{
	gathering_open(&gathering);
	gathering_reach(&gathering, S(CLOSED));
	close_desk(CONVENER);
	check_int(hand_over("convener", "outsider"), 0);
	check_uint(gathering_conference(&gathering).convener, number(CONVENER));
	check_uint(gathering_notices(&gathering, N(AGENCY_CLOSED), OUTSIDER), 0);
	gathering_close(&gathering);
}

static uint64_t assign(void)
{
	gathering_reach(&gathering, S(HELD));
	require(gathering_item(&gathering, CONVENER, TO(MEMBER), I(ASSIGN), 0, "member@" SITE_NAME, "2100-01-06") == 0);
	return gathering_conference(&gathering).items[0];
}

/* With a seat, without which it could say nothing; its day stands. */
static void test_owns(void)
{
	struct action_item was;
	uint64_t item;

	gathering_open(&gathering);
	item = assign();
	was = gathering_item_get(&gathering, item);
	close_desk(MEMBER);
	check_int(hand_over("member", "outsider"), 0);
	check_uint(gathering_item_get(&gathering, item).owner, number(OUTSIDER));
	check_int(gathering_item_get(&gathering, item).due_at_us, was.due_at_us);
	check_int(gathering_timer(&gathering, PB__TIMER_KIND__TIMER_KIND_ACTION_ITEM, item), was.timer_at_us);
	check_seat(MEMBER, W(DELEGATED), number(OUTSIDER));
	check_seat(OUTSIDER, W(UNSPECIFIED), 0);
	check_uint(gathering_notices(&gathering, N(AGENCY_CLOSED), OUTSIDER), 1);
	check_uint(gathering_notices(&gathering, N(AGENCY_CLOSED), CONVENER), 1);
	check_uint(gathering_notices(&gathering, N(AGENCY_CLOSED), OTHER), 0); /* whom it does not concern */
	check_int(gathering_item(&gathering, OUTSIDER, TO(CONVENER), I(REPORT), item, NULL, NULL), 0);
	check_int(gathering_item(&gathering, OUTSIDER, TO(CONVENER), I(FINISH), item, NULL, NULL), 0);
	check_int(gathering_item_get(&gathering, item).timer_at_us, 0);
	rebuilt_check(&gathering.site);
	gathering_close(&gathering);
}

/* What its owner handed back goes with the conference, and so does what the convener took on itself. */
static void test_goes_with_its_conference(void)
{
	uint64_t back, own;

	gathering_open(&gathering);
	back = assign();
	require(gathering_item(&gathering, CONVENER, TO(MEMBER), I(ASSIGN), 0, "convener@" SITE_NAME, "2100-01-06") == 0);
	own = gathering_conference(&gathering).items[1];
	require(gathering_item(&gathering, MEMBER, TO(CONVENER), I(HAND_BACK), back, NULL, NULL) == 0);
	gathering_wait(&gathering, gathering.site.clocks.wall_us + 20 * DAY_US);
	close_desk(CONVENER);
	check_int(hand_over("convener", "other"), 0);
	check_uint(gathering_item_get(&gathering, back).convener, number(OTHER));
	check_uint(gathering_item_get(&gathering, back).owner, number(MEMBER));
	check(gathering_item_get(&gathering, back).due_at_us > gathering.site.clocks.wall_us);
	check_int(gathering_timer(&gathering, PB__TIMER_KIND__TIMER_KIND_ACTION_ITEM, back), gathering_item_get(&gathering, back).due_at_us);
	check_uint(gathering_item_get(&gathering, own).convener, number(OTHER));
	check_uint(gathering_item_get(&gathering, own).owner, number(OTHER));
	check_int(gathering_item(&gathering, OTHER, TO(MEMBER), I(DROP), back, NULL, NULL), 0);
	check_int(gathering_item(&gathering, OTHER, TO(OTHER), I(FINISH), own, NULL, NULL), 0);
	rebuilt_check(&gathering.site);
	gathering_close(&gathering);
}

/* No operator lets anybody into a case from which its owner keeps them out. */
static void test_kept_out(void)
{
	static const char *const addresses[] = { "outsider@" SITE_NAME };
	struct inbound *frame;
	uint64_t item;

	gathering_open(&gathering);
	item = assign();
	frame = frame_new(&gathering.desks[CONVENER]);
	frame_mark(frame, gathering_conference(&gathering).case_id, true, addresses, 1);
	site_run(&gathering.site, frame);
	require(site_refusal(&gathering.site, 0) == 0);
	close_desk(MEMBER);
	check_int(hand_over("member", "outsider"), 0);
	check_uint(gathering_item_get(&gathering, item).owner, number(MEMBER));
	close_desk(CONVENER); /* member is there again */
	check_int(hand_over("convener", "outsider"), 0);
	check_uint(gathering_conference(&gathering).convener, number(CONVENER));
	check_uint(gathering_item_get(&gathering, item).convener, number(CONVENER));
	check_uint(gathering_notices(&gathering, N(AGENCY_CLOSED), OUTSIDER), 0);
	check_int(hand_over("convener", "other"), 0);
	check_uint(gathering_conference(&gathering).convener, number(OTHER));
	check_uint(gathering_item_get(&gathering, item).convener, number(OTHER));
	rebuilt_check(&gathering.site);
	gathering_close(&gathering);
}

static const char *hidden, *proxy;

static void hide(Pb__Agency *agency)
{
	if (strcmp(agency->id, hidden) != 0)
		return;
	agency->confidential = true;
	agency->proxy = agency->coordinator = (char *)(uintptr_t)proxy;
}

/* Where a shelter sits, its proxy alone comes to sit. */
static void test_past_a_proxy(void)
{
	Pb__ConferenceAct act = PB__CONFERENCE_ACT__INIT;

	gathering_open(&gathering);
	hidden = "member";
	proxy = "convener";
	site_change_agency = hide;
	close_desk(STAND_IN);
	act.action = A(PROPOSE);
	act.kind = PB__CONFERENCE_KIND__CONFERENCE_KIND_CASE;
	require(gathering_say(&gathering, CONVENER, TO(MEMBER), &act, true) == 0);
	proxy = "other";
	close_desk(CONVENER);
	check_int(hand_over("convener", "outsider"), 0);
	check_uint(gathering_conference(&gathering).convener, number(CONVENER));
	check_int(hand_over("convener", "other"), 0);
	check_uint(gathering_conference(&gathering).convener, number(OTHER));
	site_change_agency = NULL;
	rebuilt_check(&gathering.site);
	gathering_close(&gathering);
}

/* Where all seats are taken, the one that is left is whose who goes on. */
static void test_no_seat_is_free(void)
{
	struct conference conference;
	struct decision decision;
	struct world *world;

	gathering_open(&gathering);
	gathering_reach(&gathering, S(HELD));
	conference = gathering_conference(&gathering);
	while (conference.seat_count < CONFERENCE_SEATS_MAX) {
		conference.seats[conference.seat_count] = (struct seat){ .agency = 1000 + (uint32_t)conference.seat_count };
		conference.seat_count++;
	}
	world = &gathering.site.broker->batch.world;
	require_ok(txn_begin_write(gathering.site.store, &world->txn));
	world->now_us = gathering.site.clocks.wall_us;
	require_ok(conference_row_put(world->txn, &conference));
	require_ok(conference_hand_on_decide(world, conference.number, number(CONVENER), &(struct naming){ number(OUTSIDER), 7 }, &decision));
	require(decision.body != NULL && decision.body->conference_event->conference->n_seats == CONFERENCE_SEATS_MAX);
	check_uint(decision.body->conference_event->conference->seats[0]->agency, number(OUTSIDER));
	check_uint(decision.body->conference_event->handed_over, 7);
	txn_abort(world->txn);
	world->txn = NULL;
	gathering_close(&gathering);
}

/* An entry of an earlier release asks for requests and their legs alone, and does when it is replayed. */
static void test_earlier_release(void)
{
	struct leaf_header header = { .seq = 1000000, .time_us = SITE_NOW_US };
	Pb__HandOverEntry entry = PB__HAND_OVER_ENTRY__INIT;
	struct review_row row;
	struct chore chore;
	struct txn *txn;

	gathering_open(&gathering);
	entry.agency = number(CONVENER);
	entry.to = number(OTHER);
	require_ok(txn_begin_write(gathering.site.store, &txn));
	require_ok(hand_over_apply(txn, &header, &entry));
	require_ok(chore_first(txn, &chore));
	check_int(chore.kind, PB__CHORE__CHORE_HAND_OVER);
	check_uint(chore.agency, number(CONVENER));
	chore_end(txn, &chore);
	check_int(chore_first(txn, &chore), ERR_NOT_FOUND);
	check_int(review_row_get(txn, header.seq, &row), ERR_NOT_FOUND); /* nor does it stand on the review list */
	txn_abort(txn);
	gathering_close(&gathering);
}

UNIT_SUITE("broker/conference_hand_on",
	{ "another convenes", test_convenes },
	{ "who takes part convenes", test_a_member_convenes },
	{ "nobody need", test_over },
	{ "another owns what was taken on", test_owns },
	{ "what goes with its conference", test_goes_with_its_conference },
	{ "nobody who is kept out", test_kept_out },
	{ "nobody past a proxy", test_past_a_proxy },
	{ "where no seat is free", test_no_seat_is_free },
	{ "an earlier release's word", test_earlier_release });
