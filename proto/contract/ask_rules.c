/* SPDX-License-Identifier: Apache-2.0 */
/* contract/ask_rules.c - see ask_rules.h for the contract. */
#include "contract/ask_rules.h"

#include <string.h>

#include "contract/fields.h"

/* What a rule wants. */
enum want {
	WANT_FILLED,    /* the field says something */
	WANT_ABSENT,    /* nothing stands there */
	WANT_NOT_YES,   /* the question was not answered YES */
	WANT_CASELESS,  /* the envelope names no case */
	WANT_ANONYMOUS, /* the basis is ANONYMOUS */
	WANT_NAMED,     /* the basis is another */
	WANT_SOON       /* the urgency is SOON at least */
};

enum when { ALWAYS, NAMED, ANONYMOUS };

struct ask_rule {
	uint32_t asks; /* set: bit n for Ask n */
	enum when when; /* under which basis the rule holds */
	enum want want;
	const char *older; /* a truth field by which older sheets say the same; NULL: none */
	struct ask_problem problem;
};

#define A(name) (UINT32_C(1) << PB__ASK__ASK_##name)
#define RULE(asks, when, want, field, en, ja) { asks, when, WANT_##want, NULL, { field, { en, ja } } }
#define NOT_IN_CAPACITY(field)                                                                                                   \
	RULE(A(CAPACITY), ALWAYS, ABSENT, field, "asking for a place tells nothing about a person: leave this out",                 \
	     "受入可否の照会では本人のことを伝えません。この項目を空にしてください")

static const struct ask_rule rules[] = {
	RULE(A(REFER) | A(CAPACITY), ALWAYS, FILLED, "sheet.topics", "mark at least one topic: what is the trouble about?",
	     "お困りごとを一つ以上選んでください(○ または主なもの ◎)"),
	RULE(A(ADVISE) | A(INFORM), ANONYMOUS, FILLED, "sheet.topics",
	     "an anonymous question holds no free text: mark the topics that it is about", "匿名では自由記述ができません。お困りごとを選んで伝えてください"),

	RULE(A(REFER), NAMED, FILLED, "sheet.referral_reason", "say why you hand this to that agency", "紹介する理由を書いてください"),
	RULE(A(REFER), NAMED, FILLED, "sheet.expected_support", "say what you hope that the agency will do", "期待する支援を書いてください"),
	RULE(A(REFER), NAMED, FILLED, "sheet.not_seen",
	     "say what you do not know yet; if you looked and there is nothing, write that", "見えていないことを書いてください(なければ「特になし」と書きます)"),

	RULE(A(ACCOMPANY) | A(OUTREACH) | A(DISPATCH_SUPPORTER) | A(RESOLVE_CONCERN), ALWAYS, NAMED, "basis.basis",
	     "this cannot be done for someone unknown: name another basis than ANONYMOUS, or ask for a place first (CAPACITY)",
	     "匿名のままでは依頼できません。ANONYMOUS 以外の根拠を選ぶか、先に受入可否の照会(CAPACITY)をしてください"),

	RULE(A(ACCOMPANY), NAMED, FILLED, "sheet.occasion.what", "say what the person is accompanied to", "何のための同行かを書いてください"),
	RULE(A(ACCOMPANY), NAMED, FILLED, "sheet.occasion.place", "say where to go", "行き先を書いてください"),
	RULE(A(ACCOMPANY), NAMED, FILLED, "sheet.occasion.held_on", "give the day", "同行の日を書いてください"),

	RULE(A(OUTREACH), NAMED, FILLED, "sheet.outreach.family_relation",
	     "before a visit, find out how the person and the family stand to each other, and write it here",
	     "訪問の前に、本人と家族との関係を確かめて書いてください"),
	RULE(A(OUTREACH), NAMED, FILLED, "sheet.outreach.psychiatric",
	     "before a visit, assess illness of the mind, the history and whether the time is right, and write it here",
	     "訪問の前に、精神的疾患、これまでの経過と訪問のタイミングを見立てて書いてください"),
	{ A(OUTREACH), NAMED, WANT_FILLED, "sheet.outreach.person_knows_date",
	  { "sheet.outreach.knows_date",
	    { "say whether the person knows the day of the visit: YES or NO; telling beforehand comes first",
	      "本人が訪問の日程を知っているかを YES か NO で答えてください(事前に知らせるのが基本です)" } } },
	RULE(A(OUTREACH), NAMED, FILLED, "sheet.outreach.person_consent",
	     "say how you judged the person's consent to be visited", "訪問についての本人の同意をどう見極めたかを書いてください"),
	RULE(A(OUTREACH), NAMED, FILLED, "sheet.outreach.whose_wish",
	     "say whose wish the visit is: who comes for the family may be taken for the person's enemy",
	     "だれの希望による訪問かを書いてください(家族の味方、本人の敵と受け取られるおそれがあります)"),
	{ A(OUTREACH), NAMED, WANT_FILLED, "sheet.outreach.could_come_instead",
	  { "sheet.outreach.can_come",
	    { "say whether the person could come instead: YES or NO", "本人が来所できるかを YES か NO で答えてください" } } },
	{ A(OUTREACH), NAMED, WANT_NOT_YES, "sheet.outreach.could_come_instead",
	  { "sheet.outreach.can_come",
	    { "who can come is not visited, so as not to take away their strength: ask with REFER",
	      "来所できる人は訪問しません(本人の力を奪わないため)。REFER(繋ぐ)で依頼してください" } } },

	RULE(A(DISPATCH_SUPPORTER), NAMED, FILLED, "sheet.supporter.number",
	     "name a registered supporter by the number in the roster", "登録サポーターの登録番号を書いてください"),
	RULE(A(DISPATCH_SUPPORTER), NAMED, FILLED, "sheet.occasion.what", "say for which occasion the supporter goes",
	     "どの機会への派遣かを書いてください"),
	RULE(A(DISPATCH_SUPPORTER), NAMED, FILLED, "sheet.occasion.held_on", "give the day", "派遣の日を書いてください"),

	RULE(A(ADVISE) | A(INFORM), NAMED, FILLED, "sheet.inquiry.question", "write the question", "聞きたいことを書いてください"),
	RULE(A(INFORM), NAMED, FILLED, "sheet.inquiry.purpose",
	     "say what the information is for: who gives it must be able to judge that", "何のために使う情報かを書いてください(提供側の判断に必要です)"),

	RULE(A(CAPACITY), ALWAYS, CASELESS, "case", "asking for a place names no case", "受入可否の照会にはケースを書きません"),
	RULE(A(CAPACITY), ALWAYS, ANONYMOUS, "basis.basis", "asking for a place is ANONYMOUS: choose that basis",
	     "受入可否の照会の根拠は ANONYMOUS(匿名)にしてください"),
	NOT_IN_CAPACITY("sheet.person"),
	NOT_IN_CAPACITY("sheet.visitor"),
	NOT_IN_CAPACITY("sheet.household"),
	NOT_IN_CAPACITY("sheet.household_cases"),
	NOT_IN_CAPACITY("sheet.facts"),
	NOT_IN_CAPACITY("sheet.outreach"),
	NOT_IN_CAPACITY("sheet.occasion"),
	NOT_IN_CAPACITY("sheet.inquiry"),
	NOT_IN_CAPACITY("sheet.concern"),
	NOT_IN_CAPACITY("sheet.history"),
	NOT_IN_CAPACITY("sheet.wishes"),
	NOT_IN_CAPACITY("sheet.referral_reason"),
	NOT_IN_CAPACITY("sheet.expected_support"),
	NOT_IN_CAPACITY("sheet.risk"),
	NOT_IN_CAPACITY("sheet.not_seen"),
	NOT_IN_CAPACITY("sheet.attachments"),

	RULE(A(RESOLVE_CONCERN), NAMED, FILLED, "sheet.concern.agency", "name the other agency (agency@site)", "相手の機関(機関@拠点)を書いてください"),
	RULE(A(RESOLVE_CONCERN), NAMED, FILLED, "sheet.concern.facts", "say what happened", "何があったかを書いてください"),
	RULE(A(RESOLVE_CONCERN), NAMED, FILLED, "sheet.concern.hope", "say how you wish it to be between you", "どうなればよいかを書いてください"),
	RULE(A(RESOLVE_CONCERN), ALWAYS, SOON, "urgency", "act fast, before trust is lost: at least SOON",
	     "信頼を深める機会です。早く動けるよう、緊急度を SOON(早め)以上にしてください"),
};

#define RULE_COUNT (sizeof(rules) / sizeof(*rules))

static const struct ask_problem no_ask = {
	"ask",
	{ "say what you ask for: REFER, ACCOMPANY, OUTREACH, DISPATCH_SUPPORTER, ADVISE, INFORM, CAPACITY or RESOLVE_CONCERN",
	  "何を求めるかを選んでください(REFER, ACCOMPANY, OUTREACH, DISPATCH_SUPPORTER, ADVISE, INFORM, CAPACITY, RESOLVE_CONCERN)" },
};

/* ---- reading a field by its path ---- */

/* The field of that name, whose name in path ends at a dot or at the end; NULL: the schema has none. */
static const ProtobufCFieldDescriptor *field_named(const ProtobufCMessageDescriptor *type, const char *path, size_t len)
{
	for (unsigned i = 0; i < type->n_fields; i++) {
		if (strlen(type->fields[i].name) == len && memcmp(type->fields[i].name, path, len) == 0)
			return &type->fields[i];
	}
	return NULL;
}

/* A text of nothing but spaces says nothing; U+3000 is the space of Japanese keyboards. */
static bool is_blank(const char *text)
{
	while (*text != '\0') {
		if (strchr(" \t\r\n", *text) != NULL)
			text++;
		else if (strncmp(text, "\u3000", 3) == 0)
			text += 3;
		else
			return false;
	}
	return true;
}

/* The first value at the path, or NULL where nothing stands; its field. */
static const void *value_at(const ProtobufCMessage *message, const char *path, const ProtobufCFieldDescriptor **ret_field)
{
	const char *end = strchr(path, '.');
	const ProtobufCFieldDescriptor *field = field_named(message->descriptor, path, end != NULL ? (size_t)(end - path) : strlen(path));

	if (field == NULL || field_count(message, field) == 0)
		return NULL;
	*ret_field = field;
	if (end == NULL)
		return field_value(message, field, 0);
	return value_at(field_pointer(field_value(message, field, 0)), end + 1, ret_field);
}

static bool is_filled(const Pb__Content *content, const char *path)
{
	const ProtobufCFieldDescriptor *field = NULL;
	const void *value = path != NULL ? value_at(&content->base, path, &field) : NULL;

	if (value == NULL)
		return false;
	return field->type != PROTOBUF_C_TYPE_STRING || !is_blank(field_pointer(value));
}

static bool is_yes(const Pb__Content *content, const char *path)
{
	const ProtobufCFieldDescriptor *field = NULL;
	const void *value = value_at(&content->base, path, &field);

	return value != NULL && *(const Pb__Answered *)value == PB__ANSWERED__ANSWERED_YES;
}

/* ---- judging ---- */

static bool is_anonymous(const Pb__View *head)
{
	return head->basis != NULL && head->basis->basis == PB__BASIS__BASIS_ANONYMOUS;
}

/* Whether the sheet has what a rule wants. */
static bool sheet_has(const struct ask_rule *rule, const Pb__Content *content)
{
	const char *field = rule->problem.field;

	switch (rule->want) {
	case WANT_FILLED:
		return is_filled(content, field) || is_filled(content, rule->older);
	case WANT_ABSENT:
		return !is_filled(content, field);
	case WANT_NOT_YES:
		return !is_yes(content, field) && !is_filled(content, rule->older);
	default:
		return true;
	}
}

static bool envelope_has(const struct ask_rule *rule, const Pb__View *head)
{
	switch (rule->want) {
	case WANT_CASELESS:
		return head->case_id.len == 0;
	case WANT_ANONYMOUS:
		return is_anonymous(head);
	case WANT_NAMED:
		return !is_anonymous(head);
	case WANT_SOON:
		return head->urgency >= PB__URGENCY__URGENCY_SOON;
	default:
		return true;
	}
}

static bool concerns(const struct ask_rule *rule, Pb__Ask ask, bool anonymous)
{
	return (rule->asks >> (unsigned)ask & 1) != 0 && (rule->when == ALWAYS || (rule->when == ANONYMOUS) == anonymous);
}

static bool is_known(Pb__Ask ask)
{
	return ask > PB__ASK__ASK_UNSPECIFIED && ask <= PB__ASK__ASK_RESOLVE_CONCERN;
}

static size_t add(const struct ask_problem **problems, size_t count, const struct ask_problem *problem)
{
	if (count < ASK_PROBLEMS_MAX)
		problems[count++] = problem;
	return count;
}

size_t ask_check(const Pb__View *head, const Pb__Content *content, const struct ask_problem *problems[ASK_PROBLEMS_MAX])
{
	bool anonymous = is_anonymous(head);
	size_t count = 0;

	if (head->kind != PB__KIND__KIND_REQUEST)
		return 0;
	if (!is_known(head->ask))
		return add(problems, count, &no_ask);
	for (size_t i = 0; i < RULE_COUNT; i++) {
		if (!concerns(&rules[i], head->ask, anonymous))
			continue;
		if (!envelope_has(&rules[i], head) || (content != NULL && !sheet_has(&rules[i], content)))
			count = add(problems, count, &rules[i].problem);
	}
	return count;
}

size_t ask_fields_needed(Pb__Ask ask, const char *fields[ASK_PROBLEMS_MAX])
{
	bool anonymous = ask == PB__ASK__ASK_CAPACITY;
	size_t count = 0;

	for (size_t i = 0; is_known(ask) && i < RULE_COUNT; i++) {
		if (rules[i].want == WANT_FILLED && concerns(&rules[i], ask, anonymous) && count < ASK_PROBLEMS_MAX)
			fields[count++] = rules[i].problem.field;
	}
	return count;
}
