/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/request_states.h"

#include "lives.h"

#define A(name) PB__LEG_ACTION__LEG_ACTION_##name
#define S(name) PB__LEG_STATE__LEG_STATE_##name
#define P(name) PB__PARTY__PARTY_##name

/* - not there; W awaiting seal, S submitted, R received, Q questioned, a accepting, A accepted, V active, H on hold; ended: d declined,
 * r redirected, c completed, w withdrawn, l lapsed, b blocked, u undeliverable, t taken elsewhere. */
#define LETTERS "-WSRQaAVHdrcwlbut"

/* Written from the specification's table, not from the code. */
static const struct life_row rows[] = {
	{ A(SUBMIT), P(SENDER), "->S", P(RECIPIENT), NEED_BASIS },
	{ A(OPEN), P(BROKER), "->W", P(SENDER), NEED_BASIS },
	{ A(SEAL), P(SENDER), "W>S", P(RECIPIENT), 0 },
	{ A(RECEIVE), P(RECIPIENT), "S>R", P(RECIPIENT), 0 },
	{ A(SEEN), P(RECIPIENT), "R= Q= a= A= V= H=", TRANSITION_SAME, 0 },
	{ A(ASK), P(RECIPIENT), "S>Q R>Q", P(SENDER), NEED_QUESTION },
	{ A(ANSWER), P(SENDER), "Q>R", P(RECIPIENT), 0 },
	{ A(ACCEPT), P(RECIPIENT), "S>A R>A Q>A", P(RECIPIENT), 0 },
	{ A(CONFIRM), P(BROKER), "a>A", P(RECIPIENT), 0 },
	{ A(DECLINE), P(RECIPIENT), "S>d R>d Q>d", P(SENDER), NEED_REASON | NEED_SUGGESTION },
	{ A(REDIRECT), P(RECIPIENT), "S>r R>r Q>r A>r", P(SENDER), NEED_NEXT_AGENCY | NEED_BASIS },
	{ A(START), P(RECIPIENT), "A>V", P(RECIPIENT), NEED_FIRST_CONTACT },
	{ A(REPORT), P(RECIPIENT), "V>V", P(RECIPIENT), NEED_WORD },
	{ A(HOLD), P(RECIPIENT), "V>H", P(RECIPIENT), NEED_REASON | NEED_REVIEW_DATE },
	{ A(RESUME), P(RECIPIENT), "H>V", P(RECIPIENT), 0 },
	{ A(COMPLETE), P(RECIPIENT), "A>c V>c H>c", P(UNSPECIFIED), NEED_OUTCOME },
	{ A(WITHDRAW), P(SENDER), "W>w S>w R>w Q>w a>w A>w V>w H>w", P(UNSPECIFIED), NEED_REASON },
	{ A(LAPSE), P(BROKER), "W>l S>l R>l Q>l", P(SENDER), NEED_LAST_ESCALATION },
	{ A(BLOCK), P(BROKER), "W>b S>b R>b Q>b a>b A>b V>b H>b", P(SENDER), NEED_REASON | NEED_PARTS_WAITING | NEED_NOTHING_DELIVERED },
	{ A(BLOCK_PART), P(BROKER), "W= S= R= Q= a= A= V= H=", TRANSITION_SAME, NEED_REASON | NEED_PARTS_WAITING },
	{ A(DEAD_LETTER), P(BROKER), "S=", P(SENDER), 0 },
	{ A(REQUEUE), P(OPERATOR), "S=", P(RECIPIENT), NEED_DEAD_LETTER },
	{ A(EXPIRE), P(OPERATOR), "S>u", P(SENDER), NEED_REASON | NEED_DEAD_LETTER },
	{ A(EXPIRE), P(BROKER), "S>u", P(SENDER), NEED_REASON | NEED_DEAD_LETTER },
	{ A(CLOSE_AGENCY), P(BROKER), "W>u S>u R>u Q>u a>u", P(SENDER), NEED_REASON },
	{ A(CLOSE_AGENCY), P(BROKER), "A= V= H=", P(COORDINATOR), NEED_REASON },
	{ A(TAKE_ELSEWHERE), P(BROKER), "W>t S>t R>t Q>t a>t", P(UNSPECIFIED), NEED_ANY_ONE },
	{ A(RESEAL), P(BROKER), "S>W R>W Q>W", P(SENDER), NEED_REASON | NEED_PARTS_WAITING },
};

static const struct life life = { &leg_table, LETTERS, rows, sizeof(rows) / sizeof(*rows), LEG_ACTION_COUNT };

static void test_every_triple(void)
{
	check_uint(strlen(LETTERS), LEG_STATE_COUNT);
	check_uint(life_walk(&life), 79);
}

/* A reason of the site itself or of a person, that belongs to the action. */
static Pb__Reason reason_for(Pb__LegAction action)
{
	switch (action) {
	case A(DECLINE):
		return PB__REASON__REASON_FULL;
	case A(HOLD):
		return PB__REASON__REASON_SUPPORT_REFUSED;
	case A(WITHDRAW):
		return PB__REASON__REASON_NO_LONGER_NEEDED;
	case A(BLOCK):
	case A(BLOCK_PART):
		return PB__REASON__REASON_CONSENT_WITHDRAWN;
	case A(EXPIRE):
		return PB__REASON__REASON_UNDELIVERED;
	case A(CLOSE_AGENCY):
		return PB__REASON__REASON_AGENCY_CLOSED;
	case A(RESEAL):
		return PB__REASON__REASON_KEY_COMPROMISED;
	default:
		return PB__REASON__REASON_UNSPECIFIED;
	}
}

/* An act with all that any action could need. */
static struct leg_act full_act(unsigned state, unsigned action, Pb__Party by)
{
	return (struct leg_act){ .state = (Pb__LegState)state,
				 .holder = P(PARTICIPANT), /* of another life: told apart from all that a leg's holder can be */
				 .action = (Pb__LegAction)action,
				 .by = by,
				 .given = UINT32_MAX,
				 .reason = reason_for((Pb__LegAction)action),
				 .outcome = PB__OUTCOME__OUTCOME_RESOLVED };
}

static void check_decided(const struct leg_act *act)
{
	unsigned next = 0;
	const struct life_row *expected = life_expected(&life, (unsigned)act->state, (unsigned)act->action, act->by, &next);
	struct transition_refusal refusal = { 0 };
	struct leg_step step = { (Pb__LegState)77, (Pb__Party)77, false };
	enum err err = leg_decide(act, &step, &refusal);

	check_err(err, expected != NULL ? ERR_OK : ERR_REFUSED);
	if (expected == NULL) {
		check_uint(refusal.allowed, life_allowed(&life, (unsigned)act->state, act->by));
		check_uint(refusal.missing, 0);
		check_int((int)step.state, 77); /* written on success only */
		return;
	}
	check_int((int)step.state, (int)next);
	check_int((int)step.holder, expected->holder == TRANSITION_SAME ? (int)act->holder : expected->holder);
	check(step.ended == (next >= S(DECLINED)));
}

static void test_decide_every_triple(void)
{
	for (unsigned state = 0; state < LEG_STATE_COUNT; state++)
		for (unsigned action = 0; action < LEG_ACTION_COUNT; action++)
			for (int by = 0; by <= P(OWNER); by++) {
				struct leg_act act = full_act(state, action, (Pb__Party)by);

				unit_context("state %u, action %u, by %d", state, action, by);
				check_decided(&act);
			}
}

/* Takes one need out of a full act. */
static void take_out(struct leg_act *act, uint32_t need)
{
	act->given &= ~need;
	if (need == NEED_REASON)
		act->reason = PB__REASON__REASON_UNSPECIFIED;
	if (need == NEED_OUTCOME)
		act->outcome = PB__OUTCOME__OUTCOME_UNSPECIFIED;
}

static void test_each_need_missing_in_turn(void)
{
	unsigned checked = 0;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		for (unsigned bit = 0; bit < 32; bit++) {
			uint32_t need = rows[i].needs & UINT32_C(1) << bit;
			unsigned state = (unsigned)(strchr(LETTERS, rows[i].moves[0]) - LETTERS);
			struct leg_act act = full_act(state, rows[i].action, rows[i].by);
			struct transition_refusal refusal = { 0 };
			struct leg_step step;

			if (need == 0)
				continue;
			unit_context("row %zu, need %u", i, bit);
			check_ok(leg_decide(&act, &step, &refusal));
			take_out(&act, need);
			check_err(leg_decide(&act, &step, &refusal), ERR_REFUSED);
			check_uint(refusal.missing, need);
			checked++;
		}
	check_uint(checked, 29);
}

/* The bits alone do not stand for codes, and a code of another action does not either. */
static void test_codes_are_judged(void)
{
	struct leg_act act = full_act(S(RECEIVED), A(DECLINE), P(RECIPIENT));
	struct transition_refusal refusal = { 0 };
	struct leg_step step;

	act.reason = PB__REASON__REASON_NO_LONGER_NEEDED; /* a sender's */
	check_err(leg_decide(&act, &step, &refusal), ERR_REFUSED);
	check_uint(refusal.missing, NEED_REASON);
	act.reason = PB__REASON__REASON_OTHER;
	check_ok(leg_decide(&act, &step, &refusal));

	act = full_act(S(ACTIVE), A(COMPLETE), P(RECIPIENT));
	act.outcome = PB__OUTCOME__OUTCOME_SENDER_SUPPORTS; /* a sender's */
	check_err(leg_decide(&act, &step, &refusal), ERR_REFUSED);
	check_uint(refusal.missing, NEED_OUTCOME);
	act.outcome = (Pb__Outcome)55;
	check_err(leg_decide(&act, &step, &refusal), ERR_REFUSED);
	act.outcome = PB__OUTCOME__OUTCOME_DECEASED;
	check_ok(leg_decide(&act, &step, &refusal));
	check(step.ended);
}

static void test_accepting_across_sites(void)
{
	struct leg_act act = full_act(S(QUESTIONED), A(ACCEPT), P(RECIPIENT));
	struct transition_refusal refusal;
	struct leg_step step;

	act.across = true;
	require_ok(leg_decide(&act, &step, &refusal));
	check_int((int)step.state, S(ACCEPTING));
	check_int((int)step.holder, P(RECIPIENT));
	check(!step.ended);
	act = full_act(S(ACCEPTING), A(CONFIRM), P(BROKER));
	act.across = true;
	require_ok(leg_decide(&act, &step, &refusal));
	check_int((int)step.state, S(ACCEPTED));
	act.across = true; /* means nothing elsewhere */
	act = full_act(S(ACTIVE), A(HOLD), P(RECIPIENT));
	require_ok(leg_decide(&act, &step, &refusal));
	check_int((int)step.state, S(ON_HOLD));
}

static void test_a_coordinator_goes_on_holding(void)
{
	static const Pb__LegAction acts[] = { A(START), A(REPORT), A(SEEN), A(HOLD), A(RESUME), A(BLOCK_PART) };
	struct leg_step leg = { S(ACCEPTED), P(RECIPIENT), false };
	struct leg_act act = full_act(S(ACCEPTED), A(CLOSE_AGENCY), P(BROKER));
	struct transition_refusal refusal;

	act.holder = P(RECIPIENT);
	require_ok(leg_decide(&act, &leg, &refusal));
	check_int((int)leg.holder, P(COORDINATOR));
	for (size_t i = 0; i < sizeof(acts) / sizeof(*acts); i++) {
		act = full_act((unsigned)leg.state, acts[i], acts[i] == A(BLOCK_PART) ? P(BROKER) : P(RECIPIENT));
		act.holder = leg.holder;
		unit_context("action %d", (int)acts[i]);
		require_ok(leg_decide(&act, &leg, &refusal));
		check_int((int)leg.holder, P(COORDINATOR));
	}
	act = full_act((unsigned)leg.state, A(COMPLETE), P(RECIPIENT));
	act.holder = leg.holder;
	require_ok(leg_decide(&act, &leg, &refusal));
	check_int((int)leg.holder, P(UNSPECIFIED));
}

static void test_open(void)
{
	for (int state = 0; state < 40; state++) {
		unit_context("state %d", state);
		check(leg_is_open((Pb__LegState)state) == (state >= S(AWAITING_SEAL) && state <= S(ON_HOLD)));
	}
}

static void test_whose_action(void)
{
	check(leg_action_is_by(A(ANSWER), P(SENDER)));
	check(leg_action_is_by(A(WITHDRAW), P(SENDER)));
	check(leg_action_is_by(A(SEAL), P(SENDER)));
	check(!leg_action_is_by(A(ACCEPT), P(SENDER)));
	check(leg_action_is_by(A(ACCEPT), P(RECIPIENT)));
	check(leg_action_is_by(A(EXPIRE), P(OPERATOR))); /* one of two who may */
	check(!leg_action_is_by((Pb__LegAction)99, P(SENDER)));
}

static void test_allowed(void)
{
	check_uint(leg_actions_allowed(S(RECEIVED), P(RECIPIENT)), 1u << A(SEEN) | 1u << A(ASK) | 1u << A(ACCEPT) | 1u << A(DECLINE) | 1u << A(REDIRECT));
	check_uint(leg_actions_allowed(S(QUESTIONED), P(SENDER)), 1u << A(ANSWER) | 1u << A(WITHDRAW));
	for (int by = 0; by <= P(OWNER); by++)
		for (int state = S(DECLINED); state < (int)LEG_STATE_COUNT; state++)
			check_uint(leg_actions_allowed((Pb__LegState)state, (Pb__Party)by), 0);
}

/* P4: an open leg has one holder; what ended is nobody's, or its sender's to decide about. */
static void check_holder(const struct leg_step *step)
{
	if (step->ended)
		check(step->holder == P(UNSPECIFIED) || step->holder == P(SENDER));
	else
		check(step->holder == P(SENDER) || step->holder == P(RECIPIENT) || step->holder == P(COORDINATOR));
}

#define WALK 200000

static void test_random_walk(void)
{
	struct leg_step leg = { 0 };
	unsigned lives = 0;
	unsigned taken = 0;

	for (unsigned i = 0; i < WALK; i++) {
		bool reborn = leg.ended && unit_random_below(2) == 0;
		struct leg_act act = full_act(reborn ? 0 : (unsigned)leg.state, (unsigned)unit_random_below(LEG_ACTION_COUNT), (Pb__Party)unit_random_below(9));
		struct transition_refusal refusal;
		struct leg_step step = leg;

		act.holder = leg.holder;
		act.across = unit_random_below(4) == 0;
		unit_context("step %u: state %d, action %d, by %d", i, (int)act.state, (int)act.action, (int)act.by);
		if (leg_decide(&act, &step, &refusal) != ERR_OK) {
			check(!leg.ended || reborn || refusal.allowed == 0);
			continue;
		}
		check_holder(&step);
		taken++;
		lives += step.ended;
		check(reborn || !leg.ended); /* the ended stays so */
		leg = step;
	}
	check(taken > 1000);
	check(lives > 100);
}

UNIT_SUITE("contract/request_states",
	{ "every state, action and party", test_every_triple },
	{ "deciding every one of them", test_decide_every_triple },
	{ "each need missing in turn", test_each_need_missing_in_turn },
	{ "codes are judged, not believed", test_codes_are_judged },
	{ "accepting across sites", test_accepting_across_sites },
	{ "a coordinator goes on holding", test_a_coordinator_goes_on_holding },
	{ "what is open", test_open },
	{ "whose action it is", test_whose_action },
	{ "what is allowed", test_allowed },
	{ "a random walk keeps one holder", test_random_walk });
