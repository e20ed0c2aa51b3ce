/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/state_refusal.h"

#include <string.h>

#include "contract/conference_states.h"
#include "contract/refusal.h"
#include "contract/request_states.h"
#include "unit.h"

static const struct transition_table *const tables[] = { &leg_table, &conference_table, &action_item_table };

/* What is put is what is read. */
static void check_round(const struct transition_refusal *refusal)
{
	struct transition_refusal read = { 0 };
	Pb__Refusal sent = PB__REFUSAL__INIT;
	char subject[STATE_SUBJECT];

	state_refusal_put(refusal, subject, &sent);
	check(strlen(subject) < STATE_SUBJECT - 1); /* nothing was cut off */
	require(state_refusal_read(&sent, &read));
	check(read.table == refusal->table);
	check_uint(read.action, refusal->action);
	check_uint(read.missing, refusal->missing);
	if (refusal->missing == 0) {
		check_uint(read.state, refusal->state);
		check_uint(read.allowed, refusal->allowed);
	}
}

static void test_round_trips(void)
{
	for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++)
		for (unsigned action = 1; action < tables[i]->actions->n_values; action++) {
			struct transition_refusal refusal = { tables[i], 3, action, PB__PARTY__PARTY_SENDER, UINT32_MAX, 0 };

			unit_context("%s, action %u", tables[i]->name, action);
			check_round(&refusal);
			refusal.missing = NEED_REASON | UINT32_C(1) << 31;
			check_round(&refusal);
		}
}

static bool reads(Pb__RefusalCode code, const char *subject, int64_t value, int64_t bound)
{
	struct transition_refusal read;
	Pb__Refusal refusal = PB__REFUSAL__INIT;

	refusal.code = code;
	refusal.subject = (char *)(uintptr_t)subject;
	refusal.value = value;
	refusal.bound = bound;
	return state_refusal_read(&refusal, &read);
}

static void test_what_is_none(void)
{
	const Pb__RefusalCode now = PB__REFUSAL_CODE__REFUSAL_CODE_NOT_NOW;

	check(reads(now, "leg.ACCEPT", 2, 3));
	check(!reads(PB__REFUSAL_CODE__REFUSAL_CODE_BASIS, "leg.ACCEPT", 2, 3));
	check(!reads(now, NULL, 2, 3));
	check(!reads(now, "", 2, 3));
	check(!reads(now, "leg", 2, 3));
	check(!reads(now, "leg.", 2, 3));
	check(!reads(now, ".ACCEPT", 2, 3));
	check(!reads(now, "legs.ACCEPT", 2, 3));
	check(!reads(now, "le.ACCEPT", 2, 3));
	check(!reads(now, "leg.DANCE", 2, 3));
	check(!reads(now, "conference.ACCEPT", 2, 3)); /* of another list */
	check(!reads(now, "leg.ACCEPT", -1, 3));
	check(!reads(now, "leg.ACCEPT", INT64_C(1) << 32, 3));
	check(!reads(now, "leg.ACCEPT", 2, -1));
	check(!reads(now, "leg.ACCEPT", 2, INT64_MAX));
	check(reads(now, "leg.ACCEPT", UINT32_MAX, UINT32_MAX)); /* a newer broker's state has no text, and does no harm */
}

/* ---- as a person reads it ---- */

static void says(const struct transition_refusal *refusal, enum language language, const char *message, const char *hint)
{
	Pb__Refusal sent = PB__REFUSAL__INIT;
	char subject[STATE_SUBJECT];
	struct buf out;

	state_refusal_put(refusal, subject, &sent);
	buf_init(&out, 4000);
	refusal_message(&sent, language, &out);
	check_text(buf_text(&out), message);
	buf_clear(&out);
	refusal_hint(&sent, language, &out);
	check_text(buf_text(&out), hint);
	buf_free(&out);
}

static void test_not_now(void)
{
	struct leg_act act = { .state = PB__LEG_STATE__LEG_STATE_COMPLETED, .action = PB__LEG_ACTION__LEG_ACTION_ACCEPT, .by = PB__PARTY__PARTY_RECIPIENT };
	struct transition_refusal refusal;
	struct leg_step step;

	require(leg_decide(&act, &step, &refusal) == ERR_REFUSED);
	says(&refusal, LANGUAGE_EN, "This cannot be done now: accept; it stands at \"completed\".",
	     "`tsunagi request show` (or `conference show`) tells where it stands and whose turn it is.");
	act.state = PB__LEG_STATE__LEG_STATE_ON_HOLD;
	require(leg_decide(&act, &step, &refusal) == ERR_REFUSED);
	says(&refusal, LANGUAGE_EN, "This cannot be done now: accept; it stands at \"on hold\".",
	     "What this agency may do now: mark as seen, resume, complete.  `tsunagi request show` (or `conference show`) tells where it stands and whose turn it is.");
	says(&refusal, LANGUAGE_JA, "今はこの操作ができません:受諾(現在の状態:保留中)。",
	     "今できる操作:閲覧の記録、再開、完了。状態と、だれの番かは「tsunagi request show」(会議は「conference show」)で分かります。");
}

static void test_incomplete(void)
{
	struct leg_act act = { .state = PB__LEG_STATE__LEG_STATE_RECEIVED, .action = PB__LEG_ACTION__LEG_ACTION_DECLINE, .by = PB__PARTY__PARTY_RECIPIENT };
	struct transition_refusal refusal;
	struct leg_step step;

	require(leg_decide(&act, &step, &refusal) == ERR_REFUSED);
	says(&refusal, LANGUAGE_EN,
	     "Something is missing: decline needs a reason that belongs to it (FULL, OUTSIDE_AREA, OUTSIDE_REMIT, LACKS_EXPERTISE, OTHER_FITS_BETTER, "
	     "NOT_IMPARTIAL, NOT_ENOUGH_INFORMATION, TEMPORARILY_CLOSED, SUPPORT_REFUSED, OTHER); who could help instead (next), or the word that none is known (none_known).",
	     "Add it and send again.");
	act.reason = PB__REASON__REASON_FULL;
	require(leg_decide(&act, &step, &refusal) == ERR_REFUSED);
	says(&refusal, LANGUAGE_JA, "必要な事項が足りません:断るには代わりに支援できる機関(next)、または「心当たりなし」(none_known)が要ります。", "補ってから、もう一度送ってください。");
	act = (struct leg_act){ .state = PB__LEG_STATE__LEG_STATE_ACTIVE, .action = PB__LEG_ACTION__LEG_ACTION_REPORT, .by = PB__PARTY__PARTY_RECIPIENT };
	require(leg_decide(&act, &step, &refusal) == ERR_REFUSED);
	says(&refusal, LANGUAGE_EN, "Something is missing: report needs a word on progress.", "Add it and send again.");
}

static void test_outcomes_are_listed(void)
{
	struct transition_refusal refusal = { &leg_table, 7, PB__LEG_ACTION__LEG_ACTION_COMPLETE, PB__PARTY__PARTY_RECIPIENT, 0, NEED_OUTCOME };
	struct buf out;

	buf_init(&out, 4000);
	check(state_refusal_put_missing(&refusal, LANGUAGE_EN, &out));
	check(strstr(buf_text(&out), "(RESOLVED, SUPPORT_CONTINUES, ") != NULL);
	check(strstr(buf_text(&out), "SENDER_SUPPORTS") == NULL);
	buf_free(&out);
}

/* Every need has a phrase, and no two the same. */
static void test_needs(void)
{
	static const uint32_t needs[] = {
#define X(name, bit) NEED_##name,
		NEEDS(X)
#undef X
	};

	for (size_t i = 0; i < sizeof(needs) / sizeof(*needs); i++)
		for (int language = LANGUAGE_EN; language <= LANGUAGE_JA; language++) {
			unit_context("need %zu", i);
			require(need_text(needs[i], (enum language)language) != NULL);
			check((language == LANGUAGE_EN) == ((need_text(needs[i], (enum language)language)[0] & 0x80) == 0));
			for (size_t k = 0; k < i; k++)
				check(strcmp(need_text(needs[i], (enum language)language), need_text(needs[k], (enum language)language)) != 0);
		}
	check(need_text(0, LANGUAGE_EN) == NULL);
	check(need_text(UINT32_C(1) << 31, LANGUAGE_EN) == NULL);
}

static void test_unknown_values_say_nothing(void)
{
	struct transition_refusal refusal = { &leg_table, UINT32_MAX, UINT32_MAX, PB__PARTY__PARTY_SENDER, 0, 0 };
	struct buf out;

	buf_init(&out, 100);
	check(!state_refusal_put_state(&refusal, LANGUAGE_EN, &out));
	check(!state_refusal_put_allowed(&refusal, LANGUAGE_EN, &out));
	check(!state_refusal_put_missing(&refusal, LANGUAGE_EN, &out));
	refusal.state = 0;
	refusal.missing = UINT32_C(1) << 31;
	check(!state_refusal_put_state(&refusal, LANGUAGE_EN, &out));
	check(!state_refusal_put_missing(&refusal, LANGUAGE_EN, &out));
	check_uint(out.len, 0);
	buf_free(&out);
}

UNIT_SUITE("contract/state_refusal",
	{ "what is put is what is read", test_round_trips },
	{ "what is no such refusal", test_what_is_none },
	{ "not allowed now", test_not_now },
	{ "something is missing", test_incomplete },
	{ "outcomes are listed", test_outcomes_are_listed },
	{ "needs in words", test_needs },
	{ "unknown values say nothing", test_unknown_values_say_nothing });
