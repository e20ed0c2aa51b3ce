/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/conference_states.h"

#include "lives.h"

#define A(name) PB__CONFERENCE_ACTION__CONFERENCE_ACTION_##name
#define S(name) PB__CONFERENCE_STATE__CONFERENCE_STATE_##name
#define W(name) PB__CONFERENCE_ANSWER__CONFERENCE_ANSWER_##name
#define P(name) PB__PARTY__PARTY_##name
#define I(name) PB__ACTION_ITEM_ACTION__ACTION_ITEM_ACTION_##name
#define T(name) PB__ACTION_ITEM_STATE__ACTION_ITEM_STATE_##name

/* Written from the specification: P proposed, C convened, H held, X closed, Z cancelled. */
static const struct life_row rows[] = {
	{ A(PROPOSE), P(CONVENER), "->P", P(CONVENER), NEED_BASIS },
	{ A(CONVENE), P(CONVENER), "P>C C>C", P(CONVENER), NEED_DATE },
	{ A(ANSWER), P(PARTICIPANT), "P= C=", P(CONVENER), NEED_ANSWER },
	{ A(MATERIALS), P(CONVENER), "P= C= H=", P(CONVENER), NEED_MATERIALS },
	{ A(MATERIALS), P(PARTICIPANT), "P= C= H=", P(CONVENER), NEED_MATERIALS },
	{ A(MINUTES), P(CONVENER), "C>H", P(CONVENER), NEED_MINUTES },
	{ A(DISSENT), P(PARTICIPANT), "H=", P(CONVENER), NEED_DISSENT },
	{ A(CLOSE), P(CONVENER), "H>X", P(UNSPECIFIED), NEED_ITEMS_SETTLED },
	{ A(CLOSE), P(BROKER), "H>X", P(UNSPECIFIED), NEED_ITEMS_SETTLED },
	{ A(CANCEL), P(CONVENER), "P>Z C>Z", P(UNSPECIFIED), NEED_REASON },
};
static const struct life life = { &conference_table, "-PCHXZ", rows, sizeof(rows) / sizeof(*rows), CONFERENCE_ACTION_COUNT };

/* O open, B handed back, D done, X dropped. */
static const struct life_row item_rows[] = {
	{ I(ASSIGN), P(CONVENER), "->O O>O B>O", P(OWNER), NEED_OWNER | NEED_DUE_DATE },
	{ I(REPORT), P(OWNER), "O=", P(OWNER), NEED_WORD },
	{ I(FINISH), P(OWNER), "O>D", P(UNSPECIFIED), 0 },
	{ I(HAND_BACK), P(OWNER), "O>B", P(CONVENER), NEED_REASON },
	{ I(DROP), P(CONVENER), "O>X B>X", P(UNSPECIFIED), NEED_REASON },
};
static const struct life items = { &action_item_table, "-OBDX", item_rows, sizeof(item_rows) / sizeof(*item_rows), ACTION_ITEM_ACTION_COUNT };

static void test_every_triple(void)
{
	check_uint(strlen(life.letters), CONFERENCE_STATE_COUNT);
	check_uint(life_walk(&life), 17);
	check_uint(strlen(items.letters), ACTION_ITEM_STATE_COUNT);
	check_uint(life_walk(&items), 8);
}

static struct conference_act full_act(unsigned state, unsigned action, Pb__Party by)
{
	return (struct conference_act){ .state = (Pb__ConferenceState)state,
					.action = (Pb__ConferenceAction)action,
					.by = by,
					.given = UINT32_MAX,
					.reason = PB__REASON__REASON_TOO_FEW_PARTICIPANTS,
					.answer = W(ACCEPTED) };
}

static void test_decide_every_triple(void)
{
	for (unsigned state = 0; state < CONFERENCE_STATE_COUNT; state++)
		for (unsigned action = 0; action < CONFERENCE_ACTION_COUNT; action++)
			for (int by = 0; by <= P(OWNER); by++) {
				struct conference_act act = full_act(state, action, (Pb__Party)by);
				struct conference_step step = { .state = (Pb__ConferenceState)77 };
				struct transition_refusal refusal;
				unsigned next = 0;
				bool expected = life_expected(&life, state, action, (Pb__Party)by, &next) != NULL;

				unit_context("state %u, action %u, by %d", state, action, by);
				check_err(conference_decide(&act, &step, &refusal), expected ? ERR_OK : ERR_REFUSED);
				check_int((int)step.state, expected ? (int)next : 77);
				if (!expected) {
					check_uint(refusal.missing, 0);
					check_uint(refusal.allowed, life_allowed(&life, state, (Pb__Party)by));
					continue;
				}
				check(step.ended == (next == S(CLOSED) || next == S(CANCELLED)));
				check_int((int)step.holder, step.ended ? P(UNSPECIFIED) : P(CONVENER));
				check(step.asks_again == (action == A(CONVENE) && state == S(CONVENED)));
			}
}

static void test_each_need_missing(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		unsigned state = (unsigned)(strchr(life.letters, rows[i].moves[0]) - life.letters);
		struct conference_act act = full_act(state, rows[i].action, rows[i].by);
		struct transition_refusal refusal = { 0 };
		struct conference_step step;

		unit_context("row %zu", i);
		check_ok(conference_decide(&act, &step, &refusal));
		act.given = ~rows[i].needs;
		act.reason = PB__REASON__REASON_FULL; /* no reason to cancel */
		act.answer = W(UNSPECIFIED);
		check_err(conference_decide(&act, &step, &refusal), ERR_REFUSED);
		check_uint(refusal.missing, rows[i].needs);
		check(refusal.table == &conference_table);
	}
}

static void test_answers(void)
{
	for (int answered = 0; answered < (int)CONFERENCE_ANSWER_COUNT; answered++)
		for (int answer = 0; answer < 8; answer++) {
			bool real = answer >= W(ACCEPTED) && answer <= W(DELEGATED);

			unit_context("from %d to %d", answered, answer);
			check(conference_answer_allowed((Pb__ConferenceAnswer)answered, (Pb__ConferenceAnswer)answer) ==
			      (real && answered != W(DELEGATED)));
		}
	check(!conference_answer_allowed((Pb__ConferenceAnswer)9, W(ACCEPTED)));
	check_uint(conference_answer_needs(W(DELEGATED)), NEED_NEXT_AGENCY | NEED_BASIS);
	check_uint(conference_answer_needs(W(DECLINED)), 0);
}

static void test_delegating(void)
{
	struct conference_act act = full_act(S(CONVENED), A(ANSWER), P(PARTICIPANT));
	struct transition_refusal refusal = { 0 };
	struct conference_step step;

	act.answer = W(DELEGATED);
	check_ok(conference_decide(&act, &step, &refusal));
	act.given = NEED_NEXT_AGENCY; /* named, but the basis does not cover it */
	check_err(conference_decide(&act, &step, &refusal), ERR_REFUSED);
	check_uint(refusal.missing, NEED_BASIS);
	act.given = 0;
	check_err(conference_decide(&act, &step, &refusal), ERR_REFUSED);
	check_uint(refusal.missing, NEED_BASIS | NEED_NEXT_AGENCY);
	act.answer = W(TENTATIVE);
	check_ok(conference_decide(&act, &step, &refusal));
	act.answered = W(DELEGATED); /* the seat is another's */
	check_err(conference_decide(&act, &step, &refusal), ERR_REFUSED);
	check_uint(refusal.missing, NEED_ANSWER);
	act = full_act(S(CONVENED), A(MINUTES), P(CONVENER)); /* a left-over answer means nothing elsewhere */
	act.answer = W(DELEGATED);
	act.given = NEED_MINUTES;
	check_ok(conference_decide(&act, &step, &refusal));
}

static void test_open(void)
{
	for (int state = 0; state < 40; state++) {
		unit_context("%d", state);
		check(conference_is_open((Pb__ConferenceState)state) == (state >= S(PROPOSED) && state <= S(HELD)));
		check(action_item_is_open((Pb__ActionItemState)state) == (state == T(OPEN) || state == T(HANDED_BACK)));
	}
	check_uint(conference_actions_allowed(S(HELD), P(PARTICIPANT)), 1u << A(MATERIALS) | 1u << A(DISSENT));
	check_uint(action_item_actions_allowed(T(HANDED_BACK), P(CONVENER)), 1u << I(ASSIGN) | 1u << I(DROP));
	check_uint(action_item_actions_allowed(T(DONE), P(CONVENER)), 0);
}

/* An open item is somebody's; a done one nobody's. */
static void test_items(void)
{
	for (size_t i = 0; i < sizeof(item_rows) / sizeof(*item_rows); i++)
		for (unsigned state = 0; state < ACTION_ITEM_STATE_COUNT; state++) {
			struct action_item_act act = { (Pb__ActionItemState)state, (Pb__ActionItemAction)item_rows[i].action, item_rows[i].by, UINT32_MAX,
						       PB__REASON__REASON_OTHER };
			struct transition_refusal refusal = { 0 };
			struct action_item_step step;
			unsigned next = 0;
			bool expected = life_expected(&items, state, item_rows[i].action, item_rows[i].by, &next) != NULL;

			unit_context("row %zu, state %u", i, state);
			check_err(action_item_decide(&act, &step, &refusal), expected ? ERR_OK : ERR_REFUSED);
			if (!expected)
				continue;
			check_int((int)step.state, (int)next);
			check(step.ended == !action_item_is_open((Pb__ActionItemState)next));
			check(step.ended == (step.holder == P(UNSPECIFIED)));
			act.given = ~item_rows[i].needs;
			act.reason = PB__REASON__REASON_SILENCE;
			check_err(action_item_decide(&act, &step, &refusal), item_rows[i].needs != 0 ? ERR_REFUSED : ERR_OK);
			check_uint(refusal.missing, item_rows[i].needs);
		}
}

UNIT_SUITE("contract/conference_states",
	{ "every state, action and party", test_every_triple },
	{ "deciding every one of them", test_decide_every_triple },
	{ "each need missing", test_each_need_missing },
	{ "answers", test_answers },
	{ "delegating a seat", test_delegating },
	{ "what is open and allowed", test_open },
	{ "action items", test_items });
