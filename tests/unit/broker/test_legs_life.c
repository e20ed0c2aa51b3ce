/* SPDX-License-Identifier: Apache-2.0 */
/* The life of a request, told from desk to desk: what each word leads to, whose turn it is then, who hears of it. */
#include "desks.h"

#include "contract/civil_time.h"
#include "contract/request_states.h"
#include "unit.h"

#define STATE(name) PB__LEG_STATE__LEG_STATE_##name
#define REQUEST(name) PB__REQUEST_STATE__REQUEST_STATE_##name
#define ACTION(name) PB__LEG_ACTION__LEG_ACTION_##name
#define NOTICE(name) PB__NOTICE_WHAT__NOTICE_WHAT_##name
#define REFUSED(name) PB__REFUSAL_CODE__REFUSAL_CODE_##name
#define SENDER PB__PARTY__PARTY_SENDER
#define RECIPIENT PB__PARTY__PARTY_RECIPIENT

static struct desks desks;
static char day_text[CIVIL_DATE];

/* The site's date so many days from now. */
static const char *day(int32_t after)
{
	civil_day_format(civil_time_of(desks.site.clocks.wall_us, 540).day + after, day_text);
	return day_text;
}

static void check_leg(const struct asked *asked, size_t index, Pb__LegState state, Pb__Party holder)
{
	struct leg leg = desks_leg(&desks, asked, index);

	check_int(leg.state, state);
	check_int(leg.holder, holder);
}

static void act(const struct asked *asked, unsigned from, unsigned to, const struct saying *saying)
{
	check_uint(desks_act(&desks, asked, from, to, saying), 0);
}

/* ---- from the question to its end ---- */

static void test_straight(void)
{
	struct asked asked;
	struct leg leg;

	desks_open(&desks);
	asked = desks_ask_one(&desks, ASKER, DESK, NULL);
	check_leg(&asked, 0, STATE(SUBMITTED), RECIPIENT);
	check_int(desks_request(&desks, &asked).state, REQUEST(WAITING));
	check_uint(desks_receive(&desks, DESK), 1);
	check_leg(&asked, 0, STATE(RECEIVED), RECIPIENT);
	act(&asked, DESK, ASKER, &(struct saying){ .action = ACTION(ACCEPT) });
	check_leg(&asked, 0, STATE(ACCEPTED), RECIPIENT);
	check_int(desks_leg(&desks, &asked, 0).clock, PB__CLOCK_KIND__CLOCK_KIND_FIRST_CONTACT);
	check_int(desks_request(&desks, &asked).state, REQUEST(TAKEN));
	act(&asked, DESK, ASKER, &(struct saying){ .action = ACTION(START), .on = day(0) });
	leg = desks_leg(&desks, &asked, 0);
	check_int(leg.state, STATE(ACTIVE));
	check_int(leg.clock, PB__CLOCK_KIND__CLOCK_KIND_REPORT);
	check(leg.due_at_us >= desks.site.clocks.wall_us + 30 * DESKS_DAY_US);
	act(&asked, DESK, ASKER, &(struct saying){ .action = ACTION(COMPLETE), .outcome = PB__OUTCOME__OUTCOME_RESOLVED });
	leg = desks_leg(&desks, &asked, 0);
	check_int(leg.state, STATE(COMPLETED));
	check_int(leg.outcome, PB__OUTCOME__OUTCOME_RESOLVED);
	check_int(desks_request(&desks, &asked).state, REQUEST(COMPLETED));
	check_uint(desks_receive(&desks, ASKER), 3); /* each act is delivered */
	desks_close(&desks);
}

static void test_received_once(void)
{
	struct asked asked;
	int64_t since;

	desks_open(&desks);
	asked = desks_ask_one(&desks, ASKER, DESK, NULL);
	act(&asked, DESK, ASKER, &(struct saying){ .action = ACTION(ASK), .words = true }); /* before its system acknowledged */
	check_leg(&asked, 0, STATE(QUESTIONED), SENDER);
	since = desks_leg(&desks, &asked, 0).since_us;
	site_pass(&desks.site, 1000);
	check_uint(desks_receive(&desks, DESK), 1);
	check_leg(&asked, 0, STATE(QUESTIONED), SENDER);
	check_int(desks_leg(&desks, &asked, 0).since_us, since);
	act(&asked, ASKER, DESK, &(struct saying){ .action = ACTION(ANSWER), .words = true });
	check_leg(&asked, 0, STATE(RECEIVED), RECIPIENT);
	check_int(desks_leg(&desks, &asked, 0).clock_from_us, desks.site.clocks.wall_us); /* its time begins again */
	desks_close(&desks);
}

static void test_seen(void)
{
	struct asked asked;
	int64_t seen;

	desks_open(&desks);
	asked = desks_ask_one(&desks, ASKER, DESK, NULL);
	check_uint(desks_say(&desks, &asked, DESK, ASKER, ACTION(SEEN)), REFUSED(NOT_NOW)); /* nothing has reached it */
	desks_receive(&desks, DESK);
	check_int(desks_leg(&desks, &asked, 0).seen_at_us, 0);
	site_pass(&desks.site, 1000000);
	seen = desks.site.clocks.wall_us;
	check_uint(desks_say(&desks, &asked, DESK, ASKER, ACTION(SEEN)), 0);
	check_int(desks_leg(&desks, &asked, 0).seen_at_us, seen);
	site_pass(&desks.site, 1000000);
	check_uint(desks_say(&desks, &asked, DESK, ASKER, ACTION(SEEN)), 0);
	check_int(desks_leg(&desks, &asked, 0).seen_at_us, seen);
	check_leg(&asked, 0, STATE(RECEIVED), RECIPIENT);
	check_uint(desks_receive(&desks, ASKER), 0); /* recorded, and handed to nobody */
	desks_close(&desks);
}

static void test_decline(void)
{
	struct asked asked;
	struct saying saying = { .action = ACTION(DECLINE), .reason = PB__REASON__REASON_FULL };

	desks_open(&desks);
	asked = desks_ask_one(&desks, ASKER, DESK, NULL);
	check_uint(desks_act(&desks, &asked, DESK, ASKER, &saying), REFUSED(INCOMPLETE)); /* who could help instead? */
	check_int(site_reply(&desks.site, 0)->refusal->value, NEED_SUGGESTION);
	saying.next = "nobody@chiba-city";
	check_uint(desks_act(&desks, &asked, DESK, ASKER, &saying), REFUSED(UNKNOWN_AGENCY));
	saying.next = "other@chiba-city";
	act(&asked, DESK, ASKER, &saying);
	check_leg(&asked, 0, STATE(DECLINED), SENDER);
	check_uint(desks_leg(&desks, &asked, 0).next_agency, desks.desk[OTHER].agency);
	check_int(desks_leg(&desks, &asked, 0).reason, PB__REASON__REASON_FULL);
	check_int(desks_request(&desks, &asked).state, REQUEST(DECISION_DUE));
	check_uint(desks_told(&desks, ASKER, NOTICE(DECISION_DUE)), 1);
	check_uint(desks_close_request(&desks, &asked, ASKER, PB__OUTCOME__OUTCOME_UNSPECIFIED), REFUSED(MALFORMED));
	check_uint(desks_close_request(&desks, &asked, ASKER, PB__OUTCOME__OUTCOME_SENDER_SUPPORTS), 0);
	check_int(desks_request(&desks, &asked).state, REQUEST(CLOSED));
	check_int(desks_request(&desks, &asked).outcome, PB__OUTCOME__OUTCOME_SENDER_SUPPORTS);
	check_uint(desks_close_request(&desks, &asked, ASKER, PB__OUTCOME__OUTCOME_SENDER_SUPPORTS), REFUSED(NOT_NOW));
	desks_close(&desks);
}

static void test_close_early(void)
{
	struct asked asked;

	desks_open(&desks);
	asked = desks_ask_one(&desks, ASKER, DESK, NULL);
	check_uint(desks_close_request(&desks, &asked, ASKER, PB__OUTCOME__OUTCOME_NOT_NEEDED), REFUSED(NOT_NOW));
	check_uint(desks_close_request(&desks, &asked, DESK, PB__OUTCOME__OUTCOME_NOT_NEEDED), REFUSED(UNKNOWN_MESSAGE));
	desks_close(&desks);
}

/* ---- any one ---- */

static const unsigned three[] = { DESK, OTHER, THIRD, DESKS };

static void test_any_one(void)
{
	struct asked asked;
	struct inbound *frame;

	desks_open(&desks);
	asked = desks_ask(&desks, ASKER, three, &(struct asking){ .take = PB__TAKE__TAKE_ANY_ONE, .held = true });
	require(asked.request != 0);
	desks_receive(&desks, DESK);
	desks_receive(&desks, OTHER);
	frame = frame_new(&desks.desk[OTHER]);
	desks_put(&desks, frame, &asked, OTHER, ASKER, &(struct saying){ .action = ACTION(ACCEPT) });
	{
		struct inbound *second = frame_new(&desks.desk[DESK]);
		struct inbound *both[2] = { frame, second };

		desks_put(&desks, second, &asked, DESK, ASKER, &(struct saying){ .action = ACTION(ACCEPT) });
		require_ok(site_try(&desks.site, both, 2));
	}
	check_int(site_replies(&desks.site, 0)->replies[0]->outcome_case, PB__REPLY__OUTCOME_ACCEPTED);
	check_int(site_replies(&desks.site, 1)->replies[0]->refusal->code, REFUSED(NOT_NOW));
	check_int(site_replies(&desks.site, 1)->replies[0]->refusal->value, STATE(TAKEN_ELSEWHERE));
	check_leg(&asked, 0, STATE(TAKEN_ELSEWHERE), PB__PARTY__PARTY_UNSPECIFIED);
	check_leg(&asked, 1, STATE(ACCEPTED), RECIPIENT);
	check_leg(&asked, 2, STATE(TAKEN_ELSEWHERE), PB__PARTY__PARTY_UNSPECIFIED);
	check_uint(desks_told(&desks, DESK, NOTICE(TAKEN_ELSEWHERE)), 1);
	check_uint(desks_told(&desks, THIRD, NOTICE(TAKEN_ELSEWHERE)), 0); /* it never heard of it */
	check_uint(site_delivery(&desks.site, desks_leg(&desks, &asked, 2).item).state, DELIVERY_UNDELIVERABLE);
	check(desks_leg(&desks, &asked, 1).told != 0); /* what was held is let go, for it alone */
	check_uint(desks_leg(&desks, &asked, 0).told, 0);
	check_uint(desks_receive(&desks, THIRD), 0);
	check_uint(desks_receive(&desks, OTHER), 1);
	check_uint(desks_receive(&desks, DESK), 1);
	holders_check(&desks.site);
	desks_close(&desks);
}

static void test_all(void)
{
	struct asked asked;

	desks_open(&desks);
	asked = desks_ask(&desks, ASKER, three, &(struct asking){ .take = PB__TAKE__TAKE_ALL });
	act(&asked, OTHER, ASKER, &(struct saying){ .action = ACTION(ACCEPT) });
	act(&asked, DESK, ASKER, &(struct saying){ .action = ACTION(ACCEPT) });
	check_int(desks_request(&desks, &asked).state, REQUEST(WAITING)); /* each is to take part */
	act(&asked, THIRD, ASKER, &(struct saying){ .action = ACTION(ACCEPT) });
	check_int(desks_request(&desks, &asked).state, REQUEST(TAKEN));
	desks_close(&desks);
}

/* ---- withdrawing ---- */

static void test_withdraw(void)
{
	struct saying saying = { .action = ACTION(WITHDRAW), .reason = PB__REASON__REASON_MISDIRECTED };
	struct asked asked;
	uint64_t item;

	desks_open(&desks);
	asked = desks_ask_one(&desks, ASKER, DESK, NULL);
	item = desks_leg(&desks, &asked, 0).item;
	act(&asked, ASKER, DESK, &saying);
	check_leg(&asked, 0, STATE(WITHDRAWN), PB__PARTY__PARTY_UNSPECIFIED);
	check_uint(site_delivery(&desks.site, item).state, DELIVERY_UNDELIVERABLE);
	check_int(desks_request(&desks, &asked).state, REQUEST(WITHDRAWN));
	check_uint(desks_receive(&desks, DESK), 0); /* it never heard of it: not now either */
	check_uint(desks_act(&desks, &asked, ASKER, DESK, &saying), REFUSED(NOT_NOW));
	asked = desks_ask_one(&desks, ASKER, DESK, NULL);
	desks_receive(&desks, DESK);
	act(&asked, ASKER, DESK, &saying);
	check_uint(site_delivery(&desks.site, desks_leg(&desks, &asked, 0).item).state, DELIVERY_ACKNOWLEDGED);
	check_uint(desks_receive(&desks, DESK), 1); /* the word alone */
	desks_close(&desks);
}

/* A recall: who was handed something owes the word that it is destroyed, who was not owes nothing. */
static void test_recall(void)
{
	struct asked asked;
	uint64_t rows;

	desks_open(&desks);
	asked = desks_ask(&desks, ASKER, (const unsigned[]){ DESK, OTHER, DESKS }, NULL);
	desks_receive(&desks, DESK);
	act(&asked, ASKER, OTHER, &(struct saying){ .action = ACTION(WITHDRAW), .reason = PB__REASON__REASON_SENT_BY_MISTAKE, .purge = true });
	(void)site_table_digest(&desks.site, TABLE_ACTION_ITEMS, &rows);
	check_uint(rows, 0);
	act(&asked, ASKER, DESK, &(struct saying){ .action = ACTION(WITHDRAW), .reason = PB__REASON__REASON_SENT_BY_MISTAKE, .purge = true });
	(void)site_table_digest(&desks.site, TABLE_ACTION_ITEMS, &rows);
	check_uint(rows, 1);
	check_uint(desks_told(&desks, DESK, NOTICE(PURGE)), 1);
	check_uint(desks_told(&desks, OTHER, NOTICE(PURGE)), 0);
	check_int(desks_request(&desks, &asked).state, REQUEST(WITHDRAWN));
	desks_close(&desks);
}

/* ---- passing on ---- */

static void test_redirect(void)
{
	struct saying saying = { .action = ACTION(REDIRECT), .next = "other@chiba-city" };
	struct asked asked;
	struct leg leg;

	desks_open(&desks);
	asked = desks_ask_one(&desks, ASKER, DESK, NULL);
	desks_receive(&desks, DESK);
	act(&asked, DESK, ASKER, &saying);
	check_leg(&asked, 0, STATE(REDIRECTED), SENDER);
	leg = desks_leg(&desks, &asked, 1);
	check_int(leg.state, STATE(AWAITING_SEAL));
	check_int(leg.holder, SENDER);
	check_uint(leg.agency, desks.desk[OTHER].agency);
	check_uint(leg.opened_by, desks_leg(&desks, &asked, 0).leg);
	check_uint(leg.told, leg.leg); /* the task has its number */
	check_int(desks_request(&desks, &asked).state, REQUEST(WAITING));
	check_uint(desks_told(&desks, ASKER, NOTICE(DECISION_DUE)), 0);
	check_uint(desks_receive(&desks, OTHER), 0);
	act(&asked, ASKER, OTHER, &(struct saying){ .action = ACTION(SEAL), .words = true });
	leg = desks_leg(&desks, &asked, 1);
	check_int(leg.state, STATE(SUBMITTED));
	check(leg.item != leg.leg);
	check_uint(desks_receive(&desks, OTHER), 1);
	check_leg(&asked, 1, STATE(RECEIVED), RECIPIENT);
	saying.next = "desk@chiba-city";
	check_uint(desks_act(&desks, &asked, OTHER, ASKER, &saying), REFUSED(REDIRECT)); /* it had a leg */
	check_text(site_reply(&desks.site, 0)->refusal->subject, "had_leg");
	saying.next = "asker@chiba-city";
	check_uint(desks_act(&desks, &asked, OTHER, ASKER, &saying), REFUSED(REDIRECT));
	saying.next = "third@chiba-city";
	act(&asked, OTHER, ASKER, &saying);
	act(&asked, ASKER, THIRD, &(struct saying){ .action = ACTION(SEAL), .words = true });
	saying.next = "fourth@chiba-city";
	check_uint(desks_act(&desks, &asked, THIRD, ASKER, &saying), REFUSED(REDIRECT));
	check_text(site_reply(&desks.site, 0)->refusal->subject, "too_many");
	desks_close(&desks);
}

/* Several redirect within one batch, before any further leg is opened: what is on its way counts. */
static void test_redirects_at_once(void)
{
	static const char *const nexts[] = { "third@chiba-city", "third@chiba-city", "fourth@chiba-city", "chief@chiba-city" };
	static const unsigned by[] = { DESK, OTHER, OTHER, FOURTH };
	struct inbound *frames[4];
	struct asked asked;

	desks_open(&desks);
	asked = desks_ask(&desks, ASKER, (const unsigned[]){ DESK, OTHER, FOURTH, DESKS }, NULL);
	for (size_t i = 0; i < 4; i++) {
		struct saying saying = { .action = ACTION(REDIRECT), .next = nexts[i] };

		frames[i] = frame_new(&desks.desk[by[i]]);
		desks_put(&desks, frames[i], &asked, by[i], ASKER, &saying);
	}
	require_ok(site_try(&desks.site, frames, 4));
	check_uint(site_replies(&desks.site, 0)->replies[0]->outcome_case, PB__REPLY__OUTCOME_ACCEPTED);
	require(site_replies(&desks.site, 1)->replies[0]->outcome_case == PB__REPLY__OUTCOME_REFUSAL);
	check_text(site_replies(&desks.site, 1)->replies[0]->refusal->subject, "had_leg"); /* it is about to */
	require(site_replies(&desks.site, 2)->replies[0]->outcome_case == PB__REPLY__OUTCOME_REFUSAL);
	check_text(site_replies(&desks.site, 2)->replies[0]->refusal->subject, "had_leg"); /* it was asked */
	check_uint(site_replies(&desks.site, 3)->replies[0]->outcome_case, PB__REPLY__OUTCOME_ACCEPTED);
	check_uint(desks_request(&desks, &asked).leg_count, 5);
	frames[0] = frame_new(&desks.desk[OTHER]);
	desks_put(&desks, frames[0], &asked, OTHER, ASKER, &(struct saying){ .action = ACTION(REDIRECT), .next = "nobody@chiba-city" });
	site_run(&desks.site, frames[0]);
	check_uint(site_refusal(&desks.site, 0), REFUSED(UNKNOWN_AGENCY));
	check_uint(desks_told(&desks, ASKER, NOTICE(DECISION_DUE)), 0);
	desks_close(&desks);
}

/* The third is one too many, though none of the first two has opened its leg yet; and no request gets more legs than it can hold. */
static void test_redirects_too_many(void)
{
	struct inbound *frames[3];
	struct asked asked;

	desks_open(&desks);
	asked = desks_ask(&desks, ASKER, (const unsigned[]){ DESK, OTHER, DESKS }, NULL);
	for (size_t i = 0; i < 2; i++) {
		struct saying saying = { .action = ACTION(REDIRECT), .next = i == 0 ? "third@chiba-city" : "fourth@chiba-city" };

		frames[i] = frame_new(&desks.desk[DESK + i]);
		desks_put(&desks, frames[i], &asked, DESK + (unsigned)i, ASKER, &saying);
	}
	require_ok(site_try(&desks.site, frames, 2));
	check_uint(desks_request(&desks, &asked).leg_count, 4);
	act(&asked, ASKER, THIRD, &(struct saying){ .action = ACTION(SEAL), .words = true });
	check_uint(desks_act(&desks, &asked, THIRD, ASKER, &(struct saying){ .action = ACTION(REDIRECT), .next = "chief@chiba-city" }),
		   REFUSED(REDIRECT));
	check_text(site_reply(&desks.site, 0)->refusal->subject, "too_many");
	desks_close(&desks);
}

/* ---- what cannot be ---- */

static void test_strangers(void)
{
	struct asked asked, other = { .from = ASKER };

	desks_open(&desks);
	asked = desks_ask_one(&desks, ASKER, DESK, NULL);
	check_uint(desks_say(&desks, &asked, OTHER, ASKER, ACTION(ACCEPT)), REFUSED(UNKNOWN_MESSAGE));
	check_uint(desks_say(&desks, &asked, OTHER, DESK, ACTION(WITHDRAW)), REFUSED(UNKNOWN_MESSAGE));
	check_uint(desks_say(&desks, &asked, ASKER, OTHER, ACTION(ANSWER)), REFUSED(UNKNOWN_MESSAGE));
	check_uint(desks_say(&desks, &other, DESK, ASKER, ACTION(ACCEPT)), REFUSED(UNKNOWN_MESSAGE)); /* no thread */
	for (int action = 0; action < LEG_ACTION_COUNT; action++) {
		static const uint32_t sites = 1u << ACTION(UNSPECIFIED) | 1u << ACTION(SUBMIT) | 1u << ACTION(RECEIVE) | 0xffff0000;

		if ((sites >> action & 1) != 0)
			check_uint(desks_say(&desks, &asked, DESK, ASKER, (Pb__LegAction)action), REFUSED(MALFORMED));
	}
	check_leg(&asked, 0, STATE(SUBMITTED), RECIPIENT);
	desks_close(&desks);
}

static void test_dates(void)
{
	struct saying start = { .action = ACTION(START) };
	struct saying hold = { .action = ACTION(HOLD), .reason = PB__REASON__REASON_SUPPORT_REFUSED };
	struct asked asked;

	desks_open(&desks);
	asked = desks_ask_one(&desks, ASKER, DESK, NULL);
	check_uint(desks_act(&desks, &asked, DESK, ASKER, &(struct saying){ .action = ACTION(ACCEPT), .on = "soon" }), REFUSED(MALFORMED));
	act(&asked, DESK, ASKER, &(struct saying){ .action = ACTION(ACCEPT), .on = day(60) });
	check(desks_leg(&desks, &asked, 0).due_at_us < desks.site.clocks.wall_us + 30 * DESKS_DAY_US); /* a plan puts nothing off */
	check_uint(desks_act(&desks, &asked, DESK, ASKER, &start), REFUSED(INCOMPLETE));
	start.on = day(1);
	check_uint(desks_act(&desks, &asked, DESK, ASKER, &start), REFUSED(MALFORMED));
	start.on = "2099-02-30";
	check_uint(desks_act(&desks, &asked, DESK, ASKER, &start), REFUSED(MALFORMED));
	start.on = day(0);
	act(&asked, DESK, ASKER, &start);
	check_uint(desks_act(&desks, &asked, DESK, ASKER, &hold), REFUSED(INCOMPLETE));
	hold.on = day(-1);
	check_uint(desks_act(&desks, &asked, DESK, ASKER, &hold), REFUSED(MALFORMED));
	hold.on = day(367);
	check_uint(desks_act(&desks, &asked, DESK, ASKER, &hold), REFUSED(MALFORMED));
	hold.on = day(40);
	act(&asked, DESK, ASKER, &hold);
	check_int(desks_leg(&desks, &asked, 0).clock, PB__CLOCK_KIND__CLOCK_KIND_REVIEW);
	check(desks_leg(&desks, &asked, 0).due_at_us > desks.site.clocks.wall_us + 38 * DESKS_DAY_US);
	act(&asked, DESK, ASKER, &(struct saying){ .action = ACTION(RESUME) });
	check_leg(&asked, 0, STATE(ACTIVE), RECIPIENT);
	check_int(desks_leg(&desks, &asked, 0).reason, PB__REASON__REASON_UNSPECIFIED);
	desks_close(&desks);
}

static void test_envelope(void)
{
	struct asked asked;

	desks_open(&desks);
	asked = desks_ask(&desks, ASKER, (const unsigned[]){ DESK, DESKS }, &(struct asking){ .report_days = 367 });
	check_uint(site_refusal(&desks.site, 0), REFUSED(TOO_LARGE));
	asked = desks_ask(&desks, ASKER, (const unsigned[]){ ASKER, DESKS }, NULL);
	check_uint(site_refusal(&desks.site, 0), REFUSED(MALFORMED)); /* nobody asks oneself */
	asked = desks_ask(&desks, ASKER, (const unsigned[]){ DESK, DESKS }, &(struct asking){ .ask = PB__ASK__ASK_OUTREACH });
	check_uint(site_refusal(&desks.site, 0), REFUSED(MALFORMED)); /* not for somebody unknown */
	check_text(site_reply(&desks.site, 0)->refusal->subject, "basis.basis");
	asked = desks_ask_one(&desks, ASKER, DESK, &(struct asking){ .co_support = true });
	check(desks_request(&desks, &asked).co_support); /* and stays so, whatever becomes of it */
	act(&asked, DESK, ASKER, &(struct saying){ .action = ACTION(ACCEPT) });
	check(desks_request(&desks, &asked).co_support);
	asked = desks_ask_one(&desks, ASKER, DESK, &(struct asking){ .ask = PB__ASK__ASK_CAPACITY });
	check(!desks_request(&desks, &asked).co_support);
	check(!desks_request(&desks, &asked).has_case);
	check_leg(&asked, 0, STATE(SUBMITTED), RECIPIENT);
	act(&asked, DESK, ASKER, &(struct saying){ .action = ACTION(ACCEPT) });
	act(&asked, DESK, ASKER, &(struct saying){ .action = ACTION(COMPLETE), .outcome = PB__OUTCOME__OUTCOME_CAN_TAKE });
	check_int(desks_request(&desks, &asked).state, REQUEST(COMPLETED));
	asked.caseless = false; /* a case where there is none */
	check_uint(desks_say(&desks, &asked, DESK, ASKER, ACTION(SEEN)), REFUSED(MALFORMED));
	desks_close(&desks);
}

/* A request that grew out of another's thread is one of its own: its legs are its agencies', who know the case by them. */
static void test_within_a_thread(void)
{
	struct asked first, second;

	desks_open(&desks);
	first = desks_ask_one(&desks, ASKER, DESK, NULL);
	second = desks_ask_one(&desks, ASKER, OTHER, &(struct asking){ .thread = first.id });
	check_uint(desks_say(&desks, &first, OTHER, ASKER, ACTION(ACCEPT)), REFUSED(UNKNOWN_MESSAGE));
	check_uint(desks_say(&desks, &second, OTHER, ASKER, ACTION(ACCEPT)), 0);
	check_leg(&second, 0, STATE(ACCEPTED), RECIPIENT);
	check_leg(&first, 0, STATE(SUBMITTED), RECIPIENT);
	desks_close(&desks);
}

UNIT_SUITE("broker/legs_life",
	{ "asked, received, accepted, started, completed", test_straight },
	{ "an acknowledgement receives once, a question is answered", test_received_once },
	{ "a person has looked: once, told to nobody", test_seen },
	{ "declined, decided, closed", test_decline },
	{ "nothing is closed on who still works on it", test_close_early },
	{ "of any one the first acceptance wins", test_any_one },
	{ "of all each is to take part", test_all },
	{ "withdrawn before and after it was delivered", test_withdraw },
	{ "recalled: who holds something is to destroy it", test_recall },
	{ "passed on, sealed anew, and not in circles", test_redirect },
	{ "redirects on their way count as much as those that have arrived", test_redirects_at_once },
	{ "two redirects at once leave no room for a third", test_redirects_too_many },
	{ "who takes no part is told that there is none", test_strangers },
	{ "days that cannot be meant", test_dates },
	{ "what an envelope may ask", test_envelope },
	{ "a request within another's thread is its own", test_within_a_thread });
