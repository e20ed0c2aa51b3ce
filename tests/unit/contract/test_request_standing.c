/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/request_standing.h"

#include <string.h>

#include "contract/request_states.h"
#include "unit.h"

#define S(name) PB__REQUEST_STATE__REQUEST_STATE_##name
#define STATES "-WSRQaAVHdrcwlbut" /* as in test_request_states.c */
#define LEGS 3

static size_t legs_of(const char *letters, Pb__LegState legs[LEGS])
{
	size_t count = strlen(letters);

	require(count <= LEGS);
	for (size_t i = 0; i < count; i++)
		legs[i] = (Pb__LegState)(strchr(STATES, letters[i]) - STATES);
	return count;
}

struct row {
	const char *legs;
	Pb__RequestState any_one;
	Pb__RequestState all;
	size_t by_leg; /* when both agree on it; LEGS + 1: not looked at */
};

static const struct row rows[] = {
	{ "S", S(WAITING), S(WAITING), 0 },
	{ "W", S(WAITING), S(WAITING), 0 },
	{ "a", S(WAITING), S(WAITING), 0 }, /* not before the origin confirms */
	{ "A", S(TAKEN), S(TAKEN), 0 },
	{ "V", S(TAKEN), S(TAKEN), 0 },
	{ "H", S(TAKEN), S(TAKEN), 0 },
	{ "c", S(COMPLETED), S(COMPLETED), 0 },
	{ "d", S(DECISION_DUE), S(DECISION_DUE), 0 },
	{ "l", S(DECISION_DUE), S(DECISION_DUE), 0 }, /* silence is never an end */
	{ "b", S(DECISION_DUE), S(DECISION_DUE), 0 },
	{ "u", S(DECISION_DUE), S(DECISION_DUE), 0 },
	{ "w", S(WITHDRAWN), S(WITHDRAWN), 0 },
	{ "ww", S(WITHDRAWN), S(WITHDRAWN), 0 },
	{ "wd", S(DECISION_DUE), S(DECISION_DUE), 1 },
	{ "dSd", S(WAITING), S(WAITING), 1 },
	{ "ddd", S(DECISION_DUE), S(DECISION_DUE), 0 },
	{ "tAt", S(TAKEN), S(TAKEN), 1 },
	{ "tct", S(COMPLETED), S(COMPLETED), 1 },
	{ "rW", S(WAITING), S(WAITING), 1 },
	{ "rS", S(WAITING), S(WAITING), 1 },
	{ "rA", S(TAKEN), S(TAKEN), 1 },
	{ "rc", S(COMPLETED), S(COMPLETED), 1 },
	{ "rd", S(DECISION_DUE), S(DECISION_DUE), 1 },
	{ "rw", S(WITHDRAWN), S(WITHDRAWN), 1 },
	{ "r", S(DECISION_DUE), S(DECISION_DUE), 0 },
	/* overlapping support: each is to take part */
	{ "AS", S(TAKEN), S(WAITING), LEGS + 1 },
	{ "cR", S(COMPLETED), S(WAITING), LEGS + 1 },
	{ "dA", S(TAKEN), S(TAKEN), 1 },
	{ "dc", S(COMPLETED), S(DECISION_DUE), LEGS + 1 },
	{ "cl", S(COMPLETED), S(DECISION_DUE), LEGS + 1 },
	{ "cc", S(COMPLETED), S(COMPLETED), 0 },
	{ "cw", S(COMPLETED), S(COMPLETED), 0 },
	{ "Hcd", S(TAKEN), S(TAKEN), 0 },
};

static void check_standing(const struct row *row, Pb__Take take, Pb__RequestState expected)
{
	Pb__LegState legs[LEGS];
	size_t count = legs_of(row->legs, legs);
	struct request_standing standing = request_standing_of(take, legs, count, PB__OUTCOME__OUTCOME_UNSPECIFIED);

	unit_context("%s, take %d", row->legs, (int)take);
	check_int((int)standing.state, (int)expected);
	if (row->by_leg <= LEGS)
		check_uint(standing.by_leg, row->by_leg);
	check(standing.open == (expected == S(WAITING) || expected == S(DECISION_DUE)));
	check_int((int)standing.holder, standing.open ? PB__PARTY__PARTY_SENDER : PB__PARTY__PARTY_UNSPECIFIED);
}

static void test_rows(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		check_standing(&rows[i], PB__TAKE__TAKE_ANY_ONE, rows[i].any_one);
		check_standing(&rows[i], PB__TAKE__TAKE_ALL, rows[i].all);
		check_standing(&rows[i], PB__TAKE__TAKE_UNSPECIFIED, rows[i].all);
	}
}

static bool any(const Pb__LegState *legs, const char *letters)
{
	for (size_t i = 0; i < LEGS; i++) {
		if (strchr(letters, STATES[legs[i]]) != NULL)
			return true;
	}
	return false;
}

/* What must hold whatever the legs are. */
static void check_laws(Pb__Take take, const Pb__LegState legs[LEGS])
{
	struct request_standing standing = request_standing_of(take, legs, LEGS, PB__OUTCOME__OUTCOME_UNSPECIFIED);

	check(standing.state != S(UNSPECIFIED) && standing.state != S(CLOSED));
	check(standing.by_leg < LEGS);
	check(standing.taken == any(legs, "AVHc"));
	if (!any(legs, "AVHcw"))
		check(standing.open); /* it cannot end because nobody answered */
	if (any(legs, "AVH"))
		check(standing.state != S(COMPLETED) && standing.state != S(WITHDRAWN));
	if (take == PB__TAKE__TAKE_ALL && any(legs, "WSRQa"))
		check(standing.state == S(WAITING));
	if (take == PB__TAKE__TAKE_ANY_ONE && any(legs, "AVHc"))
		check(!standing.open);
	if (standing.state == S(DECISION_DUE))
		check(!any(legs, "WSRQaAVH"));
}

static void test_every_combination(void)
{
	for (int a = 1; a < (int)LEG_STATE_COUNT; a++)
		for (int b = 1; b < (int)LEG_STATE_COUNT; b++)
			for (int c = 1; c < (int)LEG_STATE_COUNT; c++) {
				const Pb__LegState legs[LEGS] = { (Pb__LegState)a, (Pb__LegState)b, (Pb__LegState)c };

				unit_context("%c%c%c", STATES[a], STATES[b], STATES[c]);
				check_laws(PB__TAKE__TAKE_ANY_ONE, legs);
				check_laws(PB__TAKE__TAKE_ALL, legs);
			}
}

static void test_closed(void)
{
	Pb__LegState legs[LEGS];
	size_t count = legs_of("dl", legs);
	struct request_standing standing = request_standing_of(PB__TAKE__TAKE_ALL, legs, count, PB__OUTCOME__OUTCOME_SENDER_SUPPORTS);

	check_int((int)standing.state, S(CLOSED));
	check(!standing.open);
	check_int((int)standing.holder, PB__PARTY__PARTY_UNSPECIFIED);
	standing = request_standing_of(PB__TAKE__TAKE_ALL, NULL, 0, PB__OUTCOME__OUTCOME_UNSPECIFIED);
	check_int((int)standing.state, S(UNSPECIFIED));
	check(!standing.open);
	legs[0] = (Pb__LegState)99;
	standing = request_standing_of(PB__TAKE__TAKE_ALL, legs, 1, PB__OUTCOME__OUTCOME_UNSPECIFIED);
	check_int((int)standing.state, S(UNSPECIFIED));
}

static enum request_close_fault close_of(const char *letters, Pb__Take take, Pb__Outcome closed, Pb__Outcome outcome)
{
	Pb__LegState legs[LEGS];
	size_t count = legs_of(letters, legs);
	struct request_standing standing = request_standing_of(take, legs, count, closed);

	return request_close_check(&standing, legs, count, outcome);
}

static void test_closing(void)
{
	const Pb__Outcome none = PB__OUTCOME__OUTCOME_UNSPECIFIED;
	const Pb__Outcome sender = PB__OUTCOME__OUTCOME_SENDER_SUPPORTS;

	check_int(close_of("dl", PB__TAKE__TAKE_ANY_ONE, none, sender), REQUEST_CLOSE_OK);
	check_int(close_of("dc", PB__TAKE__TAKE_ALL, none, PB__OUTCOME__OUTCOME_RESOLVED), REQUEST_CLOSE_OK);
	check_int(close_of("dS", PB__TAKE__TAKE_ANY_ONE, none, sender), REQUEST_CLOSE_LEGS_OPEN);
	check_int(close_of("A", PB__TAKE__TAKE_ANY_ONE, none, sender), REQUEST_CLOSE_LEGS_OPEN);
	check_int(close_of("dl", PB__TAKE__TAKE_ANY_ONE, none, none), REQUEST_CLOSE_OUTCOME);
	check_int(close_of("dl", PB__TAKE__TAKE_ANY_ONE, none, PB__OUTCOME__OUTCOME_VISITED), REQUEST_CLOSE_OUTCOME);
	check_int(close_of("dl", PB__TAKE__TAKE_ANY_ONE, sender, sender), REQUEST_CLOSE_OVER);
	check_int(close_of("c", PB__TAKE__TAKE_ANY_ONE, none, sender), REQUEST_CLOSE_OVER);
	check_int(close_of("w", PB__TAKE__TAKE_ANY_ONE, none, sender), REQUEST_CLOSE_OVER);
}

static void test_redirects(void)
{
	const uint32_t had[] = { 7, 0, UINT32_MAX };

	check_int(redirect_guard(8, 1, had, 3, 0), REDIRECT_OK);
	check_int(redirect_guard(8, 1, had, 3, 1), REDIRECT_OK);
	check_int(redirect_guard(8, 1, had, 3, 2), REDIRECT_TOO_MANY); /* the third */
	check_int(redirect_guard(8, 1, had, 3, UINT32_MAX), REDIRECT_TOO_MANY);
	check_int(redirect_guard(7, 1, had, 3, 0), REDIRECT_HAD_LEG);
	check_int(redirect_guard(UINT32_MAX, 1, had, 3, 2), REDIRECT_HAD_LEG);
	check_int(redirect_guard(0, 1, had, 3, 0), REDIRECT_HAD_LEG);
	check_int(redirect_guard(0, 1, had, 1, 0), REDIRECT_OK);
	check_int(redirect_guard(1, 1, had, 3, 0), REDIRECT_TO_SENDER);
	check_int(redirect_guard(8, 1, NULL, 0, 0), REDIRECT_OK);
	check(redirect_fault_word(REDIRECT_OK) == NULL);
	check_text(redirect_fault_word(REDIRECT_HAD_LEG), "had_leg");
	check_text(redirect_fault_word(REDIRECT_TO_SENDER), "to_sender");
	check_text(redirect_fault_word(REDIRECT_TOO_MANY), "too_many");
}

UNIT_SUITE("contract/request_standing",
	{ "where a request stands", test_rows },
	{ "every combination of three legs", test_every_combination },
	{ "closed, and nothing there", test_closed },
	{ "whether it may be closed", test_closing },
	{ "nobody is passed around", test_redirects });
