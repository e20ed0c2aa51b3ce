/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/draft_leg.c - the rules of what is done to a leg, or to a whole request by its sender: all that needs no broker. */
#include "libtsunagi/draft.h"

#include "base/text.h"
#include "contract/civil_time.h"
#include "contract/refusal.h"
#include "contract/request_states.h"
#include "contract/state_refusal.h"

#define REPORT_DAYS_MAX 366
#define SITE_OFFSET_MINUTES (9 * 60) /* a desk's calendar day: Asia/Tokyo */

#define A(name) PB__LEG_ACTION__LEG_ACTION_##name

static bool has_words(const struct draft *draft)
{
	return draft->content != NULL && draft->content->body_case == PB__CONTENT__BODY_NOTE && draft->content->note->text[0] != '\0';
}

/* What the act brings, as a set of needs.  Basis and state are the broker's to judge. */
static uint32_t given_by(const struct draft *draft)
{
	const Pb__LegAct *act = draft->head->leg_act;
	uint32_t given = NEED_BASIS;

	if (has_words(draft))
		given |= NEED_QUESTION | NEED_WORD;
	if (leg_reason_fits(act->action, act->reason))
		given |= NEED_REASON;
	if (leg_outcome_fits(act->outcome))
		given |= NEED_OUTCOME;
	if (act->next_agency[0] != '\0')
		given |= NEED_NEXT_AGENCY | NEED_SUGGESTION;
	if (act->none_known)
		given |= NEED_SUGGESTION;
	if (act->on[0] != '\0')
		given |= NEED_FIRST_CONTACT | NEED_REVIEW_DATE;
	return given;
}

/* What the table asks of an agency that does this, in any state; 0 with *ret_agencies false: no agency does it. */
static uint32_t needs_of(Pb__LegAction action, bool *ret_agencies)
{
	uint32_t needs = 0;

	*ret_agencies = false;
	for (size_t i = 0; i < leg_table.count; i++) {
		const struct transition *row = &leg_table.rows[i];

		if (row->action != (unsigned)action || (row->by != PB__PARTY__PARTY_SENDER && row->by != PB__PARTY__PARTY_RECIPIENT))
			continue;
		*ret_agencies = true;
		needs |= row->needs;
	}
	return needs;
}

static const struct {
	uint32_t need;
	const char *field;
} fields[] = {
	{ NEED_QUESTION, "note.text" },	   { NEED_WORD, "note.text" },		{ NEED_REASON, "leg_act.reason" },
	{ NEED_OUTCOME, "leg_act.outcome" }, { NEED_SUGGESTION, "leg_act.next_agency" }, { NEED_NEXT_AGENCY, "leg_act.next_agency" },
	{ NEED_FIRST_CONTACT, "leg_act.on" }, { NEED_REVIEW_DATE, "leg_act.on" },
};

/* In the words that the broker's refusal would have, which name the codes that fit. */
static void add_missing(Pb__LegAction action, uint32_t need, const char *field, struct problems *problems)
{
	struct transition_refusal missing = { .table = &leg_table, .action = (unsigned)action, .missing = need };
	Pb__Refusal refusal = PB__REFUSAL__INIT;
	char subject[STATE_SUBJECT];
	struct buf text[2];

	state_refusal_put(&missing, subject, &refusal);
	for (int language = 0; language < 2; language++) {
		buf_init(&text[language], 4096);
		refusal_message(&refusal, (enum language)language, &text[language]);
	}
	problems_add(problems, field, text[LANGUAGE_EN].err == ERR_OK ? buf_text(&text[LANGUAGE_EN]) : need_text(need, LANGUAGE_EN),
		     text[LANGUAGE_JA].err == ERR_OK ? buf_text(&text[LANGUAGE_JA]) : need_text(need, LANGUAGE_JA), NULL);
	for (int language = 0; language < 2; language++)
		buf_free(&text[language]);
}

static void check_needs(const struct draft *draft, struct problems *problems)
{
	const Pb__LegAct *act = draft->head->leg_act;
	bool agencies = false;
	uint32_t missing = needs_of(act->action, &agencies) & ~given_by(draft);

	if (!agencies || act->action == A(SUBMIT) || act->action == A(RECEIVE)) {
		problems_add(problems, "leg_act.action", "one of SEEN, ASK, ANSWER, ACCEPT, DECLINE, REDIRECT, START, REPORT, HOLD, RESUME, COMPLETE, WITHDRAW is needed",
			     "SEEN, ASK, ANSWER, ACCEPT, DECLINE, REDIRECT, START, REPORT, HOLD, RESUME, COMPLETE, WITHDRAW のいずれかが必要です", NULL);
		return;
	}
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		if ((missing & fields[i].need) != 0)
			add_missing(act->action, fields[i].need, fields[i].field, problems);
	if (act->reason != PB__REASON__REASON_UNSPECIFIED && !leg_reason_fits(act->action, act->reason) && (missing & NEED_REASON) == 0)
		problems_add(problems, "leg_act.reason", "a reason does not belong to this action", "この操作に理由は付けられません", NULL);
}

static void check_day(const Pb__LegAct *act, int64_t now_us, struct problems *problems)
{
	int32_t today = civil_time_of(now_us, SITE_OFFSET_MINUTES).day;
	int32_t day = 0;

	if (act->on[0] == '\0')
		return;
	if (civil_day_parse(bytes_of_text(act->on), &day) != ERR_OK)
		problems_add(problems, "leg_act.on", "a day is written YYYY-MM-DD", "日付は YYYY-MM-DD で書いてください", act->on);
	else if (act->action == A(START) && day > today)
		problems_add(problems, "leg_act.on", "the first contact has not been made yet on this day: accept with the day on which it is planned",
			     "この日はまだ来ていません。予定の日は受諾(accept)で伝えてください", act->on);
	else if ((act->action == A(HOLD) || act->action == A(ACCEPT)) && day < today)
		problems_add(problems, "leg_act.on", "this day has passed", "この日は過ぎています", act->on);
}

static void check_next(const Pb__LegAct *act, struct problems *problems)
{
	struct bytes agency, site;

	if (act->next_agency[0] != '\0' && !text_split_address(bytes_of_text(act->next_agency), &agency, &site))
		problems_add(problems, "leg_act.next_agency", "an agency is written id@site", "機関は id@site で書きます", act->next_agency);
	if (act->next_agency[0] != '\0' && act->none_known)
		problems_add(problems, "leg_act.none_known", "an agency is named, and none is known: which of the two?",
			     "機関の指定と「心当たりなし」は両立しません", NULL);
	if (act->purge && act->action != A(WITHDRAW))
		problems_add(problems, "leg_act.purge", "only a withdrawal can recall what was handed out", "purge は取り下げだけの指定です", NULL);
}

static void check_close(const Pb__View *head, struct problems *problems)
{
	if (head->close != PB__OUTCOME__OUTCOME_UNSPECIFIED && !request_outcome_fits(head->close))
		problems_add(problems, "close", "a sender does not close a request with this outcome: `tsunagi codes outcome` tells which fit",
			     "依頼元がこの結果で依頼を閉じることはできません(使える結果は `tsunagi codes outcome`)", NULL);
}

void draft_check_leg(const struct draft *draft, int64_t now_us, struct problems *problems)
{
	const Pb__View *head = draft->head;
	bool acts = head->leg_act != NULL || head->close != PB__OUTCOME__OUTCOME_UNSPECIFIED;

	if (head->report_days > REPORT_DAYS_MAX || (head->report_days > 0 && acts))
		problems_add(problems, "report_days", "of a request itself, from 1 to 366 days", "依頼そのものに1〜366日で指定します", NULL);
	if (head->co_support && acts)
		problems_add(problems, "co_support", "of a request itself: say so when you ask", "依頼そのものに書きます(依頼するときに示してください)", NULL);
	if (!acts)
		return;
	if (head->thread_id.len == 0)
		problems_add(problems, "thread", "name the request that this is done to", "どの依頼への操作かを thread に書いてください", NULL);
	check_close(head, problems);
	if (head->leg_act == NULL)
		return;
	check_needs(draft, problems);
	check_day(head->leg_act, now_us, problems);
	check_next(head->leg_act, problems);
}
