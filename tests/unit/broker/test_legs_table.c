/* SPDX-License-Identifier: Apache-2.0 */
/* Every state, every action, everybody who might try it, through the broker itself: what the table allows succeeds and leads where it says,
 * everything else is refused with the state and with what would be allowed, and changes nothing. */
#include "desks.h"

#include "broker/leg_event.h"
#include "contract/civil_time.h"
#include "contract/request_states.h"
#include "unit.h"

#define STATE(name) PB__LEG_STATE__LEG_STATE_##name
#define ACTION(name) PB__LEG_ACTION__LEG_ACTION_##name
#define REFUSED(name) PB__REFUSAL_CODE__REFUSAL_CODE_##name
#define SENDERS (UINT32_C(1) << ACTION(ANSWER) | UINT32_C(1) << ACTION(WITHDRAW) | UINT32_C(1) << ACTION(SEAL))

static struct desks desks;

/* With all that any row of the table needs. */
static struct saying complete_saying(Pb__LegAction action)
{
	static char today[CIVIL_DATE];
	struct saying saying = { .action = action, .on = today, .words = true };

	civil_day_format(civil_time_of(desks.site.clocks.wall_us, 540).day, today);
	if (action == ACTION(DECLINE))
		saying.reason = PB__REASON__REASON_FULL;
	else if (action == ACTION(HOLD))
		saying.reason = PB__REASON__REASON_IN_HOSPITAL;
	else if (action == ACTION(WITHDRAW))
		saying.reason = PB__REASON__REASON_NO_LONGER_NEEDED;
	if (action == ACTION(REDIRECT))
		saying.next = "fourth@chiba-city";
	saying.none_known = action == ACTION(DECLINE);
	saying.outcome = PB__OUTCOME__OUTCOME_RESOLVED;
	return saying;
}

static void must(const struct asked *asked, unsigned from, unsigned to, Pb__LegAction action)
{
	struct saying saying = complete_saying(action);

	require(desks_act(&desks, asked, from, to, &saying) == 0);
}

/* ---- how each state is reached ---- */

/* A leg in one state: of which request, which of its legs, whose. */
struct reached {
	struct asked asked;
	size_t index;
	unsigned desk;
};

static struct reached ask_desk(void)
{
	return (struct reached){ desks_ask_one(&desks, ASKER, DESK, NULL), 0, DESK };
}

static struct reached after(const Pb__LegAction *actions, size_t count)
{
	struct reached reached = ask_desk();

	for (size_t i = 0; i < count; i++) {
		bool sender = (SENDERS >> actions[i] & 1) != 0;

		must(&reached.asked, sender ? ASKER : DESK, sender ? DESK : ASKER, actions[i]);
	}
	return reached;
}

#define AFTER(...) after((const Pb__LegAction[]){ __VA_ARGS__ }, sizeof((Pb__LegAction[]){ __VA_ARGS__ }) / sizeof(Pb__LegAction))

static struct reached received(void)
{
	struct reached reached = ask_desk();

	desks_receive(&desks, DESK);
	return reached;
}

static struct reached awaiting_seal(void)
{
	struct reached reached = ask_desk();
	struct saying saying = { .action = ACTION(REDIRECT), .next = "third@chiba-city" };

	require(desks_act(&desks, &reached.asked, DESK, ASKER, &saying) == 0);
	reached.index = 1;
	reached.desk = THIRD;
	return reached;
}

static struct reached lapsed(void)
{
	struct reached reached = ask_desk();

	while (leg_is_open(desks_leg(&desks, &reached.asked, 0).state))
		desks_tick(&desks, &reached.asked, 0);
	return reached;
}

static struct reached undeliverable(void)
{
	struct reached reached = ask_desk();
	uint64_t item = desks_leg(&desks, &reached.asked, 0).item;

	site_operate(&desks.site, site_act(PB__QUEUE_ACT__QUEUE_ACT_EXPIRE, &item, 1));
	return reached;
}

static struct reached taken_elsewhere(void)
{
	struct reached reached = { .desk = DESK };

	reached.asked = desks_ask(&desks, ASKER, (const unsigned[]){ DESK, OTHER, DESKS }, &(struct asking){ .take = PB__TAKE__TAKE_ANY_ONE });
	must(&reached.asked, OTHER, ASKER, ACTION(ACCEPT));
	return reached;
}

static enum err decide_block(struct world *world, void *context, struct decision *ret_decision)
{
	const struct leg *leg = context;

	return leg_block_decide(world, leg->leg, PB__REASON__REASON_CONSENT_WITHDRAWN, NULL, 0, ret_decision);
}

/* Of a desk that receives nothing here: what was handed out is no longer blocked as a whole. */
static struct reached blocked(void)
{
	struct reached reached = { desks_ask_one(&desks, ASKER, OTHER, NULL), 0, OTHER };
	struct leg leg = desks_leg(&desks, &reached.asked, 0);

	(void)site_settle(&desks.site, decide_block, &leg);
	return reached;
}

static struct reached reach(Pb__LegState state)
{
	switch (state) {
	case STATE(AWAITING_SEAL):
		return awaiting_seal();
	case STATE(SUBMITTED):
		return ask_desk();
	case STATE(RECEIVED):
		return received();
	case STATE(QUESTIONED):
		return AFTER(ACTION(ASK));
	case STATE(ACCEPTED):
		return AFTER(ACTION(ACCEPT));
	case STATE(ACTIVE):
		return AFTER(ACTION(ACCEPT), ACTION(START));
	case STATE(ON_HOLD):
		return AFTER(ACTION(ACCEPT), ACTION(START), ACTION(HOLD));
	case STATE(DECLINED):
		return AFTER(ACTION(DECLINE));
	case STATE(REDIRECTED):
		return AFTER(ACTION(REDIRECT));
	case STATE(COMPLETED):
		return AFTER(ACTION(ACCEPT), ACTION(COMPLETE));
	case STATE(WITHDRAWN):
		return AFTER(ACTION(WITHDRAW));
	case STATE(LAPSED):
		return lapsed();
	case STATE(BLOCKED):
		return blocked();
	case STATE(UNDELIVERABLE):
		return undeliverable();
	default:
		return taken_elsewhere();
	}
}

/* An acceptance that another site has to confirm: no leg of one site alone waits so. */
static bool is_reached(Pb__LegState state)
{
	return state != STATE(UNSPECIFIED) && state != STATE(ACCEPTING);
}

/* ---- trying ---- */

/* By the right party. */
static void try_party(Pb__LegState state, Pb__LegAction action)
{
	bool by_sender = (SENDERS >> action & 1) != 0;
	Pb__Party by = by_sender ? PB__PARTY__PARTY_SENDER : PB__PARTY__PARTY_RECIPIENT;
	uint32_t allowed = leg_actions_allowed(state, by);
	struct reached reached = reach(state);
	struct saying saying = complete_saying(action);
	struct leg before = desks_leg(&desks, &reached.asked, reached.index), after;
	Pb__RefusalCode code;

	require(before.state == state);
	if (state == STATE(REDIRECTED) && action == ACTION(REDIRECT))
		saying.next = "other@chiba-city"; /* the fourth has a leg by now */
	code = desks_act(&desks, &reached.asked, by_sender ? ASKER : reached.desk, by_sender ? reached.desk : ASKER, &saying);
	after = desks_leg(&desks, &reached.asked, reached.index);
	unit_context("%d in %d by %d", (int)action, (int)state, (int)by);
	if ((allowed >> action & 1) != 0) {
		struct leg_act act = { state, before.holder, action, by, false, UINT32_MAX, saying.reason, saying.outcome };
		struct transition_refusal refusal;
		struct leg_step step;

		check_uint(code, 0);
		require_ok(leg_decide(&act, &step, &refusal));
		check_int(after.state, step.state);
		check_int(after.holder, step.holder);
		return;
	}
	check_uint(code, REFUSED(NOT_NOW));
	if (code == REFUSED(NOT_NOW)) {
		check_int(site_reply(&desks.site, 0)->refusal->value, state);
		check_int(site_reply(&desks.site, 0)->refusal->bound, allowed);
	}
	check_bytes(bytes_of(&after, sizeof(after)), bytes_of(&before, sizeof(before)));
}

/* By who is not the one to do it: the request is not theirs. */
static void try_others(Pb__LegState state)
{
	struct reached reached = reach(state);
	struct leg before = desks_leg(&desks, &reached.asked, reached.index), after;

	for (int action = ACTION(SEEN); action <= ACTION(SEAL); action++) {
		struct saying saying = complete_saying((Pb__LegAction)action);
		bool by_sender = (SENDERS >> action & 1) != 0;

		unit_context("%d in %d by another", action, (int)state);
		check_uint(desks_act(&desks, &reached.asked, by_sender ? reached.desk : ASKER, by_sender ? ASKER : reached.desk, &saying),
			   REFUSED(UNKNOWN_MESSAGE));
		check_uint(desks_act(&desks, &reached.asked, CHIEF, by_sender ? reached.desk : ASKER, &saying), REFUSED(UNKNOWN_MESSAGE));
	}
	after = desks_leg(&desks, &reached.asked, reached.index);
	check_bytes(bytes_of(&after, sizeof(after)), bytes_of(&before, sizeof(before)));
}

static void test_every_pair(void)
{
	desks_open(&desks);
	for (int state = 0; state < LEG_STATE_COUNT; state++) {
		if (!is_reached((Pb__LegState)state))
			continue;
		for (int action = ACTION(SEEN); action <= ACTION(SEAL); action++)
			try_party((Pb__LegState)state, (Pb__LegAction)action);
	}
	desks_close(&desks);
}

static void test_everybody_else(void)
{
	desks_open(&desks);
	for (int state = 0; state < LEG_STATE_COUNT; state++)
		if (is_reached((Pb__LegState)state))
			try_others((Pb__LegState)state);
	desks_close(&desks);
}

/* Each need, left out alone. */
static void test_needs(void)
{
	static const struct {
		Pb__LegState state;
		Pb__LegAction action;
		size_t without; /* which of the fields of struct saying */
		uint32_t missing;
	} rows[] = {
		{ STATE(RECEIVED), ACTION(ASK), 0, NEED_QUESTION },
		{ STATE(RECEIVED), ACTION(DECLINE), 1, NEED_REASON },
		{ STATE(RECEIVED), ACTION(DECLINE), 2, NEED_SUGGESTION },
		{ STATE(RECEIVED), ACTION(REDIRECT), 2, NEED_NEXT_AGENCY },
		{ STATE(ACCEPTED), ACTION(START), 3, NEED_FIRST_CONTACT },
		{ STATE(ACTIVE), ACTION(REPORT), 0, NEED_WORD },
		{ STATE(ACTIVE), ACTION(HOLD), 1, NEED_REASON },
		{ STATE(ACTIVE), ACTION(HOLD), 3, NEED_REVIEW_DATE },
		{ STATE(ACTIVE), ACTION(COMPLETE), 4, NEED_OUTCOME },
		{ STATE(RECEIVED), ACTION(WITHDRAW), 1, NEED_REASON },
	};

	desks_open(&desks);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct reached reached = reach(rows[i].state);
		struct saying saying = complete_saying(rows[i].action);
		bool by_sender = (SENDERS >> rows[i].action & 1) != 0;

		if (rows[i].without == 0)
			saying.words = false;
		else if (rows[i].without == 1)
			saying.reason = PB__REASON__REASON_SILENCE; /* the site's own, nobody else's */
		else if (rows[i].without == 2)
			saying.none_known = false, saying.next = NULL;
		else if (rows[i].without == 3)
			saying.on = NULL;
		else
			saying.outcome = PB__OUTCOME__OUTCOME_SENDER_SUPPORTS; /* no completion */
		unit_context("row %zu", i);
		check_uint(desks_act(&desks, &reached.asked, by_sender ? ASKER : DESK, by_sender ? DESK : ASKER, &saying), REFUSED(INCOMPLETE));
		check_int(site_reply(&desks.site, 0)->refusal->value, rows[i].missing);
		check_int(desks_leg(&desks, &reached.asked, 0).state, rows[i].state);
	}
	desks_close(&desks);
}

UNIT_SUITE("broker/legs_table",
	{ "every state and action by who may try it", test_every_pair },
	{ "everybody else takes no part in it", test_everybody_else },
	{ "every need, when it is not met", test_needs });
