/* SPDX-License-Identifier: Apache-2.0 */
/* Where two things meet that seldom do: a redirect and a close in one batch, an agency and its coordinator that both close, words
 * that nobody could ever read. */
#include "desks.h"

#include "unit.h"

#define STATE(name) PB__LEG_STATE__LEG_STATE_##name
#define REQUEST(name) PB__REQUEST_STATE__REQUEST_STATE_##name
#define ACTION(name) PB__LEG_ACTION__LEG_ACTION_##name
#define NOTICE(name) PB__NOTICE_WHAT__NOTICE_WHAT_##name
#define CODE(name) PB__REFUSAL_CODE__REFUSAL_CODE_##name

static struct desks desks;

/* The further leg is opened after all that came in: a request that has one on its way is not over. */
static void test_close_while_redirected(void)
{
	struct inbound *frames[2];
	struct asked asked;

	desks_open(&desks);
	asked = desks_ask_one(&desks, ASKER, DESK, NULL);
	frames[0] = frame_new(&desks.desk[DESK]);
	desks_put(&desks, frames[0], &asked, DESK, ASKER, &(struct saying){ .action = ACTION(REDIRECT), .next = "other@chiba-city" });
	frames[1] = frame_new(&desks.desk[ASKER]);
	desks_put_close(&desks, frames[1], &asked, PB__OUTCOME__OUTCOME_NOT_NEEDED);
	require_ok(site_try(&desks.site, frames, 2));
	check_int(site_replies(&desks.site, 0)->replies[0]->outcome_case, PB__REPLY__OUTCOME_ACCEPTED);
	require(site_replies(&desks.site, 1)->replies[0]->outcome_case == PB__REPLY__OUTCOME_REFUSAL);
	check_text(site_replies(&desks.site, 1)->replies[0]->refusal->subject, "request.legs_open");
	check_int(desks_request(&desks, &asked).state, REQUEST(WAITING));
	check_int(desks_leg(&desks, &asked, 1).state, STATE(AWAITING_SEAL));
	desks_close(&desks);
}

/* A question that waits for an acceptance is one that nobody can ever read. */
static void test_words_held_back(void)
{
	struct saying ask = { .action = ACTION(ASK), .words = true, .held = true };
	struct saying seal = { .action = ACTION(SEAL), .words = true, .held = true };
	struct asked asked;

	desks_open(&desks);
	asked = desks_ask_one(&desks, ASKER, DESK, NULL);
	check_uint(desks_act(&desks, &asked, DESK, ASKER, &ask), PB__REFUSAL_CODE__REFUSAL_CODE_BASIS);
	check_text(site_reply(&desks.site, 0)->refusal->subject, "held_for_nothing");
	check_int(desks_leg(&desks, &asked, 0).state, STATE(SUBMITTED));
	ask.held = false;
	check_uint(desks_act(&desks, &asked, DESK, ASKER, &ask), 0);
	check_uint(desks_act(&desks, &asked, DESK, ASKER, &(struct saying){ .action = ACTION(REDIRECT), .next = "other@chiba-city" }), 0);
	check_uint(desks_act(&desks, &asked, ASKER, OTHER, &seal), 0); /* it is the request itself */
	check(desks_leg(&desks, &asked, 1).held);
	desks_close(&desks);
}

/* Danger goes ahead of everything, and past every bound: a word on what was not is none. */
static void test_danger_unfounded(void)
{
	struct saying word = { .action = ACTION(ACCEPT), .urgency = PB__URGENCY__URGENCY_DANGER };
	struct asked asked;

	desks_open(&desks);
	asked = desks_ask_one(&desks, ASKER, DESK, NULL);
	check_uint(desks_act(&desks, &asked, DESK, ASKER, &word), PB__REFUSAL_CODE__REFUSAL_CODE_MALFORMED);
	check_text(site_reply(&desks.site, 0)->refusal->subject, "urgency");
	asked = desks_ask_one(&desks, ASKER, DESK, &(struct asking){ .urgency = PB__URGENCY__URGENCY_DANGER });
	check_uint(desks_act(&desks, &asked, DESK, ASKER, &word), 0);
	desks_close(&desks);
}

/* Accepted unseen while its message is set aside, since nobody knows who wrote it: nor is what was held let go. */
static void test_release_set_aside(void)
{
	struct asked asked;
	uint64_t release;

	desks_open(&desks);
	asked = desks_ask(&desks, ASKER, (const unsigned[]){ DESK, DESKS }, &(struct asking){ .held = true });
	site_operate(&desks.site, site_revoke("asker", true));
	check_uint(site_delivery(&desks.site, desks_leg(&desks, &asked, 0).item).state, DELIVERY_QUARANTINED);
	check_uint(desks_say(&desks, &asked, DESK, ASKER, ACTION(ACCEPT)), 0);
	release = desks_leg(&desks, &asked, 0).told;
	require(release != 0);
	check_uint(site_delivery(&desks.site, release).state, DELIVERY_QUARANTINED);
	check_uint(desks_receive(&desks, DESK), 0);
	site_reopen(&desks.site);
	desks.desk[DESK].session = 0;
	site_run(&desks.site, site_hello(&desks.site, &desks.desk[DESK], true));
	desks.granted[DESK] = 0;
	check_uint(desks_receive(&desks, DESK), 0);
	site_operate(&desks.site, site_act(PB__QUEUE_ACT__QUEUE_ACT_THAW, &release, 1));
	check_uint(desks_receive(&desks, DESK), 1);
	desks_close(&desks);
}

/* What the operator gave up is given up with all its parts, though the leg was asked about meanwhile and lives on. */
static void test_release_given_up(void)
{
	struct asked asked;
	uint64_t item;

	desks_open(&desks);
	asked = desks_ask(&desks, ASKER, (const unsigned[]){ DESK, DESKS }, &(struct asking){ .held = true });
	check_uint(desks_act(&desks, &asked, DESK, ASKER, &(struct saying){ .action = ACTION(ASK), .words = true }), 0);
	item = desks_leg(&desks, &asked, 0).item;
	site_operate(&desks.site, site_act(PB__QUEUE_ACT__QUEUE_ACT_EXPIRE, &item, 1));
	check_uint(desks_say(&desks, &asked, DESK, ASKER, ACTION(ACCEPT)), 0);
	check_uint(desks_leg(&desks, &asked, 0).told, 0);
	check_uint(desks_receive(&desks, DESK), 0);
	desks_close(&desks);
}

/* ---- who acts for an agency that closed ---- */

static void oversee(Pb__Agency *agency)
{
	bool is_fourth = strcmp(agency->id, "fourth") == 0;
	bool is_third = strcmp(agency->id, "third") == 0;

	agency->coordinator = pb_of_text(is_fourth ? "third" : is_third ? "other" : "chief");
}

/* The directory names these alone from now on: the coordinator of fourth is third, of third other, of all others chief. */
static void stay(const char *const *ids, size_t count)
{
	site_change_agency = oversee;
	site_directory(&desks.site, ids, count);
	site_change_agency = NULL;
	holders_check(&desks.site);
}

static struct asked taken_by_fourth(void)
{
	static const char *const all[] = { "asker", "desk", "other", "third", "fourth", "chief" };
	struct asked taken;

	desks_open(&desks);
	stay(all, 6);
	taken = desks_ask_one(&desks, ASKER, FOURTH, NULL);
	require(desks_say(&desks, &taken, FOURTH, ASKER, ACTION(ACCEPT)) == 0);
	return taken;
}

static void check_acting(const struct asked *taken, unsigned desk)
{
	struct leg leg = desks_leg(&desks, taken, 0);

	check_int(leg.state, STATE(ACCEPTED));
	check_int(leg.holder, PB__PARTY__PARTY_COORDINATOR);
	check_uint(leg.acting, desks.desk[desk].agency);
}

/* Whoever acts is there: not one who closes at the same time, nor one who closes later. */
static void test_coordinator_closes_too(void)
{
	static const char *const few[] = { "asker", "desk", "other", "chief" };
	struct asked taken = taken_by_fourth();

	stay(few, 4);
	check_acting(&taken, OTHER);
	check_uint(desks_told(&desks, OTHER, NOTICE(AGENCY_CLOSED)), 1);
	desks_close(&desks);
}

static void test_coordinator_closes_later(void)
{
	static const char *const first[] = { "asker", "desk", "other", "third", "chief" };
	static const char *const then[] = { "asker", "desk", "other", "chief" };
	struct asked taken = taken_by_fourth();

	stay(first, 5);
	check_acting(&taken, THIRD);
	stay(then, 4);
	check_acting(&taken, OTHER);
	check_uint(desks_told(&desks, OTHER, NOTICE(AGENCY_CLOSED)), 1);
	check_uint(desks_act(&desks, &taken, OTHER, ASKER, &(struct saying){ .action = ACTION(COMPLETE), .outcome = PB__OUTCOME__OUTCOME_RESOLVED }), 0);
	desks_close(&desks);
}

static void keep_out(const struct asked *asked, const char *const *addresses, size_t count)
{
	struct inbound *frame = frame_new(&desks.desk[ASKER]);

	frame_mark(frame, asked->case_id, true, addresses, count);
	site_run(&desks.site, frame);
	require(site_refusal(&desks.site, 0) == 0);
}

/* The first so many up from fourth are kept out: who acts then, and that they hear nothing of it. */
static void check_kept_out(size_t count, unsigned acting)
{
	static const char *const first[] = { "asker", "desk", "other", "third", "chief" };
	static const unsigned up[] = { THIRD, OTHER, CHIEF };
	const char *addresses[3];
	struct asked taken = taken_by_fourth();

	for (size_t i = 0; i < count; i++)
		addresses[i] = desks.desk[up[i]].address;
	keep_out(&taken, addresses, count);
	stay(first, 5);
	check_acting(&taken, acting);
	for (size_t i = 0; i < count; i++)
		check_uint(desks_told(&desks, up[i], NOTICE(AGENCY_CLOSED)), 0);
	desks_close(&desks);
}

/* Nobody is given what it may not know of. */
static void test_coordinator_kept_out(void)
{
	check_kept_out(1, OTHER);
}

/* It comes back to who asked. */
static void test_coordinators_kept_out(void)
{
	check_kept_out(3, ASKER);
}

/* One desk with a leg of its own and another's: each act is for the one that it can be meant for. */
static void test_acting_beside_own(void)
{
	struct saying start = { .action = ACTION(START), .on = "2100-01-01" };
	struct asked asked;

	desks_open(&desks);
	asked = desks_ask(&desks, ASKER, (const unsigned[]){ FOURTH, CHIEF, DESKS }, NULL);
	require(desks_say(&desks, &asked, FOURTH, ASKER, ACTION(ACCEPT)) == 0);
	desks_directory(&desks, FOURTH + 1);
	check_acting(&asked, CHIEF);
	check_uint(desks_act(&desks, &asked, CHIEF, ASKER, &start), 0);
	check_int(desks_leg(&desks, &asked, 0).state, STATE(ACTIVE));
	check_uint(desks_say(&desks, &asked, CHIEF, ASKER, ACTION(ACCEPT)), 0);
	check_int(desks_leg(&desks, &asked, 1).state, STATE(ACCEPTED));
	check_uint(desks_act(&desks, &asked, CHIEF, ASKER, &start), 0);
	check_int(desks_leg(&desks, &asked, 1).state, STATE(ACTIVE));
	desks_close(&desks);
}

/* FOURTH and THIRD closed, CHIEF holds what both had taken. */
static struct asked closed_pair(void)
{
	struct asked asked;

	desks_open(&desks);
	asked = desks_ask(&desks, ASKER, (const unsigned[]){ FOURTH, THIRD, DESKS }, NULL);
	require(desks_say(&desks, &asked, FOURTH, ASKER, ACTION(ACCEPT)) == 0);
	require(desks_say(&desks, &asked, THIRD, ASKER, ACTION(ACCEPT)) == 0);
	desks_directory(&desks, THIRD + 1);
	return asked;
}

/* Two people's cases may stand behind one coordinator: no act is for the one or the other as it comes. */
static void test_holds_for_two(void)
{
	struct saying start = { .action = ACTION(START), .on = "2100-01-01" };
	struct asked asked = closed_pair();
	struct leg second = desks_leg(&desks, &asked, 1);

	check_acting(&asked, CHIEF);
	check_uint(second.acting, desks.desk[CHIEF].agency);
	check_int(desks_act(&desks, &asked, CHIEF, ASKER, &start), CODE(WHICH_LEG));
	start.leg = second.leg;
	check_int(desks_act(&desks, &asked, CHIEF, ASKER, &start), 0);
	check_int(desks_leg(&desks, &asked, 0).state, STATE(ACCEPTED));
	check_int(desks_leg(&desks, &asked, 1).state, STATE(ACTIVE));
	check_int(desks_act(&desks, &asked, CHIEF, ASKER, &start), CODE(NOT_NOW)); /* named, it is judged as it stands */
	start.leg = 0;
	check_int(desks_act(&desks, &asked, CHIEF, ASKER, &start), 0); /* the only one left that can be meant */
	check_int(desks_leg(&desks, &asked, 0).state, STATE(ACTIVE));
	desks_close(&desks);
}

/* Nor is what who asked takes back, from who holds both. */
static void test_withdraws_one_of_two(void)
{
	struct saying withdraw = { .action = ACTION(WITHDRAW), .reason = PB__REASON__REASON_NO_LONGER_NEEDED };
	struct asked asked = closed_pair();

	check_int(desks_act(&desks, &asked, ASKER, CHIEF, &withdraw), CODE(WHICH_LEG));
	withdraw.leg = desks_leg(&desks, &asked, 1).leg;
	check_int(desks_act(&desks, &asked, ASKER, CHIEF, &withdraw), 0);
	check_int(desks_leg(&desks, &asked, 0).state, STATE(ACCEPTED));
	check_int(desks_leg(&desks, &asked, 1).state, STATE(WITHDRAWN));
	desks_close(&desks);
}

/* A leg that is another's, or of another request, is not there. */
static void test_names_anothers_leg(void)
{
	struct saying report = { .action = ACTION(REPORT), .words = true };
	struct asked asked = closed_pair(), other = desks_ask(&desks, ASKER, (const unsigned[]){ CHIEF, DESK, DESKS }, NULL);
	const uint64_t foreign[] = { desks_leg(&desks, &other, 0).leg, desks_leg(&desks, &other, 1).leg, UINT64_MAX };

	for (size_t i = 0; i < sizeof(foreign) / sizeof(*foreign); i++) {
		report.leg = foreign[i];
		check_int(desks_act(&desks, &asked, CHIEF, ASKER, &report), CODE(UNKNOWN_MESSAGE));
	}
	desks_close(&desks);
}

UNIT_SUITE("broker/legs_corners",
	{ "nothing is closed while a redirect is on its way", test_close_while_redirected },
	{ "no act holds its words back", test_words_held_back },
	{ "no word on what is no danger goes as one", test_danger_unfounded },
	{ "what is set aside is not let go by an acceptance", test_release_set_aside },
	{ "nor what was given up", test_release_given_up },
	{ "a coordinator that closes at the same time acts for nobody", test_coordinator_closes_too },
	{ "a coordinator that was asked as well", test_acting_beside_own },
	{ "a coordinator of two that closed says for which it acts", test_holds_for_two },
	{ "so does who asked them", test_withdraws_one_of_two },
	{ "a leg of somebody else is not there", test_names_anothers_leg },
	{ "nor one that is kept out of the case", test_coordinator_kept_out },
	{ "nor any, when all are", test_coordinators_kept_out },
	{ "what a coordinator held goes on to its own when it closes", test_coordinator_closes_later });
