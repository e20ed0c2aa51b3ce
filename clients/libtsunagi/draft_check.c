/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/draft_check.c - the rules of a message that concern more than one field. */
#include "libtsunagi/draft.h"

#include "contract/ask_rules.h"
#include "contract/refusal.h"

static const struct {
	Pb__Kind kind;
	Pb__Content__BodyCase content;
	const char *name;
} kinds[] = {
	{ PB__KIND__KIND_REQUEST, PB__CONTENT__BODY_SHEET, "sheet" },
	{ PB__KIND__KIND_CONFERENCE, PB__CONTENT__BODY_CONFERENCE, "conference" },
	{ PB__KIND__KIND_CONSENT, PB__CONTENT__BODY_CONSENT, "consent" },
	{ PB__KIND__KIND_NOTE, PB__CONTENT__BODY_NOTE, "note" },
	{ PB__KIND__KIND_ANNOUNCEMENT, PB__CONTENT__BODY_ANNOUNCEMENT, "announcement" },
};

static void check_kind(const struct draft *draft, struct problems *problems)
{
	bool act = draft_is_act(draft->head); /* its words may be a note, or there are none */

	if (act && (draft->content == NULL || draft->content->body_case == PB__CONTENT__BODY_NOTE))
		return;
	if (act && draft->head->kind == PB__KIND__KIND_REQUEST) {
		problems_add(problems, "note", "what is done to a request has its words in a note", "依頼への操作の言葉は note に書きます", NULL);
		return;
	}
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		if (kinds[i].kind != draft->head->kind)
			continue;
		if (kinds[i].content != draft->content->body_case)
			problems_add(problems, kinds[i].name, "a message of this kind has this content, and no other",
				     "この種類の連絡の内容はこの項目に書きます", NULL);
		return;
	}
	problems_add(problems, "kind", "one of REQUEST, CONFERENCE, CONSENT, NOTE, ANNOUNCEMENT is needed",
		     "REQUEST, CONFERENCE, CONSENT, NOTE, ANNOUNCEMENT のいずれかが必要です", NULL);
}

/* What each ask needs, in the contract's own table, which a broker applies to the envelope too. */
static void check_ask(const struct draft *draft, struct problems *problems)
{
	const struct ask_problem *found[ASK_PROBLEMS_MAX];
	const Pb__View *head = draft->head;
	bool act = head->leg_act != NULL || head->close != PB__OUTCOME__OUTCOME_UNSPECIFIED; /* what was asked for stands in the request */
	bool sheet = draft->content != NULL && draft->content->body_case == PB__CONTENT__BODY_SHEET; /* where it is another content, that is what is told */
	size_t count = act ? 0 : ask_check(head, sheet ? draft->content : NULL, found);

	if (head->kind != PB__KIND__KIND_REQUEST &&
	    (head->ask != PB__ASK__ASK_UNSPECIFIED || head->take != PB__TAKE__TAKE_UNSPECIFIED))
		problems_add(problems, "ask", "only a request has ask and take", "ask と take は依頼(REQUEST)だけの項目です", NULL);
	for (size_t i = 0; i < count; i++)
		problems_add(problems, found[i]->field, found[i]->text[LANGUAGE_EN], found[i]->text[LANGUAGE_JA], NULL);
}

static void check_recipients(const struct draft *draft, struct problems *problems)
{
	for (size_t i = 0; i < draft->to_count; i++)
		for (size_t k = 0; k < i; k++)
			if (strcmp(draft->to[i], draft->to[k]) == 0) {
				problems_add(problems, "to", "each agency is named once", "同じ機関が二度書かれています", draft->to[i]);
				return;
			}
}

static void check_times(const struct draft *draft, int64_t now_us, struct problems *problems)
{
	if (draft->head->expires_at_us != 0 && draft->head->expires_at_us <= now_us)
		problems_add(problems, "expires_at", "this time has passed", "この日時は過ぎています", NULL);
	if (draft->head->respond_by_us != 0 && draft->head->respond_by_us <= now_us)
		problems_add(problems, "respond_by", "this time has passed", "この日時は過ぎています", NULL);
	if (draft->head->case_id.len > 0 && draft->head->kind == PB__KIND__KIND_ANNOUNCEMENT)
		problems_add(problems, "case", "an announcement belongs to no case", "お知らせにはケースを書きません", NULL);
}

/* In the words that the broker's refusal would have, with what to do about it. */
static void add_fault(const struct disclosure_fault *fault, struct problems *problems)
{
	enum language language = language_of_environment();
	Pb__Refusal refusal = PB__REFUSAL__INIT;
	struct buf text;

	refusal.code = PB__REFUSAL_CODE__REFUSAL_CODE_BASIS;
	refusal.subject = pb_of_text(fault->reason);
	buf_init(&text, 4096);
	refusal_message(&refusal, language, &text);
	buf_put_text(&text, language == LANGUAGE_JA ? "" : " ");
	refusal_hint(&refusal, language, &text);
	problems_add(problems, fault->field, text.err == ERR_OK ? buf_text(&text) : fault->reason,
		     text.err == ERR_OK ? buf_text(&text) : fault->reason, NULL);
	buf_free(&text);
}

/* Whoever is sent it may accept it: of all others nothing that was held back would ever be let go. */
static bool asks_for_acceptance(const Pb__View *head)
{
	return head->kind == PB__KIND__KIND_REQUEST && head->leg_act == NULL && head->close == PB__OUTCOME__OUTCOME_UNSPECIFIED;
}

static void check_disclosure(struct draft *draft, struct problems *problems)
{
	struct disclosure_fault fault = { 0 };

	draft->classes = draft->content == NULL ? 0 : disclosure_of(draft->content);
	if (draft->release == PB__RELEASE__RELEASE_ON_ACCEPT && draft->content != NULL && !asks_for_acceptance(draft->head))
		problems_add(problems, "release", "only a request waits for an acceptance (ON_ACCEPT)", "受理を待って開示できるのは依頼だけです(ON_ACCEPT)", NULL);
	if (disclosure_check_release(draft->classes, draft->release, &fault) != ERR_OK)
		add_fault(&fault, problems);
	if (draft->head->kind == PB__KIND__KIND_ANNOUNCEMENT && draft->head->basis == NULL)
		return; /* about an event, never about a person */
	if (draft->head->consent_act != NULL)
		return; /* goes to this agency alone */
	if (disclosure_check(draft->head->basis, draft->classes, draft->content, &fault) != ERR_OK)
		add_fault(&fault, problems);
}

void draft_check(struct draft *draft, int64_t now_us, struct problems *problems)
{
	check_kind(draft, problems);
	check_ask(draft, problems);
	check_recipients(draft, problems);
	check_times(draft, now_us, problems);
	check_disclosure(draft, problems);
	draft_check_acts(draft, now_us, problems);
}
