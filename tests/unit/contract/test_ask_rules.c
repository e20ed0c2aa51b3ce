/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/ask_rules.h"

#include <stdio.h>
#include <string.h>

#include "contract/disclosure_rules.h"
#include "samples.h"

#define A(name) PB__ASK__ASK_##name

/* A request with everything that any ask needs. */
struct request {
	Pb__View head;
	Pb__BasisClaim basis;
	Pb__Content content;
	Pb__Sheet sheet;
	Pb__Topic topic;
	Pb__Topic *topics[1];
	Pb__Occasion occasion;
	Pb__OutreachChecks outreach;
	Pb__Supporter supporter;
	Pb__Inquiry inquiry;
	Pb__Concern concern;
	uint8_t case_id[16];
};

static void fill_sheet(struct request *request)
{
	pb__sheet__init(&request->sheet);
	pb__topic__init(&request->topic);
	request->topic.topic = PB__TOPIC_NAME__TOPIC_NAME_FAMILY;
	request->topic.mark = PB__TOPIC_MARK__TOPIC_MARK_MAIN;
	request->topics[0] = &request->topic;
	request->sheet.topics = request->topics;
	request->sheet.n_topics = 1;
	request->sheet.referral_reason = "家族だけでは限界がある";
	request->sheet.expected_support = "本人との面談";
	request->sheet.not_seen = "特になし";
}

static void fill_parts(struct request *request)
{
	pb__occasion__init(&request->occasion);
	pb__outreach_checks__init(&request->outreach);
	pb__supporter__init(&request->supporter);
	pb__inquiry__init(&request->inquiry);
	pb__concern__init(&request->concern);
	request->occasion.what = "ふらっと";
	request->occasion.place = "区役所";
	request->occasion.held_on = "2026-12-01";
	request->outreach.family_relation = "父とは筆談";
	request->outreach.psychiatric = "受診歴なし";
	request->outreach.knows_date = PB__ANSWERED__ANSWERED_YES;
	request->outreach.person_consent = "来てもよいと返事";
	request->outreach.whose_wish = "父";
	request->outreach.can_come = PB__ANSWERED__ANSWERED_NO;
	request->supporter.number = "17";
	request->inquiry.question = "利用できる制度は";
	request->inquiry.purpose = "支援計画の作成";
	request->concern.agency = "link@chiba-city";
	request->concern.facts = "連絡が二度届かなかった";
	request->concern.hope = "窓口を決めたい";
	request->sheet.occasion = &request->occasion;
	request->sheet.outreach = &request->outreach;
	request->sheet.supporter = &request->supporter;
	request->sheet.inquiry = &request->inquiry;
	request->sheet.concern = &request->concern;
}

static void full(struct request *request, Pb__Ask ask)
{
	pb__view__init(&request->head);
	pb__basis_claim__init(&request->basis);
	pb__content__init(&request->content);
	fill_sheet(request);
	fill_parts(request);
	request->basis.basis = PB__BASIS__BASIS_PUBLIC_DUTY;
	request->content.body_case = PB__CONTENT__BODY_SHEET;
	request->content.sheet = &request->sheet;
	request->head.kind = PB__KIND__KIND_REQUEST;
	request->head.ask = ask;
	request->head.urgency = PB__URGENCY__URGENCY_SOON;
	request->head.basis = &request->basis;
	request->head.case_id = (ProtobufCBinaryData){ sizeof(request->case_id), request->case_id };
}

/* What a place is asked for with: topics, a ward, an age, and nothing else. */
static void capacity(struct request *request)
{
	full(request, A(CAPACITY));
	pb__sheet__init(&request->sheet);
	request->sheet.topics = request->topics;
	request->sheet.n_topics = 1;
	request->sheet.ward = "花見川区";
	request->basis.basis = PB__BASIS__BASIS_ANONYMOUS;
	request->head.case_id.len = 0;
}

/* Exactly these fields, in this order, separated by spaces. */
static void problems_are(const struct request *request, const char *expected)
{
	const struct ask_problem *problems[ASK_PROBLEMS_MAX];
	size_t count = ask_check(&request->head, &request->content, problems);
	char found[2000] = "";

	require(count <= ASK_PROBLEMS_MAX);
	for (size_t i = 0; i < count; i++)
		snprintf(found + strlen(found), sizeof(found) - strlen(found), "%s%s", i == 0 ? "" : " ", problems[i]->field);
	check_text(found, expected);
}

static void test_complete_requests(void)
{
	struct request request;

	for (int ask = A(REFER); ask <= A(RESOLVE_CONCERN); ask++) {
		unit_context("ask %d", ask);
		if (ask == A(CAPACITY))
			capacity(&request);
		else
			full(&request, (Pb__Ask)ask);
		problems_are(&request, "");
	}
}

/* ---- each required field missing in turn ---- */

static const struct {
	Pb__Ask ask;
	const char *fields;
} required[] = {
	{ A(REFER), "sheet.topics sheet.referral_reason sheet.expected_support sheet.not_seen" },
	{ A(ACCOMPANY), "sheet.occasion.what sheet.occasion.place sheet.occasion.held_on" },
	{ A(OUTREACH), "sheet.outreach.family_relation sheet.outreach.psychiatric sheet.outreach.knows_date sheet.outreach.person_consent "
		       "sheet.outreach.whose_wish sheet.outreach.can_come" },
	{ A(DISPATCH_SUPPORTER), "sheet.supporter.number sheet.occasion.what sheet.occasion.held_on" },
	{ A(ADVISE), "sheet.inquiry.question" },
	{ A(INFORM), "sheet.inquiry.question sheet.inquiry.purpose" },
	{ A(CAPACITY), "sheet.topics" },
	{ A(RESOLVE_CONCERN), "sheet.concern.agency sheet.concern.facts sheet.concern.hope" },
};

/* Empties the field that stands for a path of the list above. */
static void empty_field(struct request *request, const char *field)
{
	const struct {
		const char *field;
		char **text;
		Pb__Answered *answer;
	} places[] = {
		{ "sheet.referral_reason", &request->sheet.referral_reason, NULL },
		{ "sheet.expected_support", &request->sheet.expected_support, NULL },
		{ "sheet.not_seen", &request->sheet.not_seen, NULL },
		{ "sheet.occasion.what", &request->occasion.what, NULL },
		{ "sheet.occasion.place", &request->occasion.place, NULL },
		{ "sheet.occasion.held_on", &request->occasion.held_on, NULL },
		{ "sheet.outreach.family_relation", &request->outreach.family_relation, NULL },
		{ "sheet.outreach.psychiatric", &request->outreach.psychiatric, NULL },
		{ "sheet.outreach.person_consent", &request->outreach.person_consent, NULL },
		{ "sheet.outreach.whose_wish", &request->outreach.whose_wish, NULL },
		{ "sheet.outreach.knows_date", NULL, &request->outreach.knows_date },
		{ "sheet.outreach.can_come", NULL, &request->outreach.can_come },
		{ "sheet.supporter.number", &request->supporter.number, NULL },
		{ "sheet.inquiry.question", &request->inquiry.question, NULL },
		{ "sheet.inquiry.purpose", &request->inquiry.purpose, NULL },
		{ "sheet.concern.agency", &request->concern.agency, NULL },
		{ "sheet.concern.facts", &request->concern.facts, NULL },
		{ "sheet.concern.hope", &request->concern.hope, NULL },
	};

	if (strcmp(field, "sheet.topics") == 0)
		request->sheet.n_topics = 0;
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		if (strcmp(places[i].field, field) != 0)
			continue;
		if (places[i].text != NULL)
			*places[i].text = " \t\u3000\n"; /* nothing but spaces */
		else
			*places[i].answer = PB__ANSWERED__ANSWERED_UNSPECIFIED;
	}
}

static void test_each_field_missing_in_turn(void)
{
	unsigned checked = 0;

	for (size_t i = 0; i < sizeof(required) / sizeof(*required); i++) {
		char list[500];

		snprintf(list, sizeof(list), "%s", required[i].fields);
		for (char *rest = NULL, *field = strtok_r(list, " ", &rest); field != NULL; field = strtok_r(NULL, " ", &rest)) {
			struct request request;

			unit_context("ask %d without %s", (int)required[i].ask, field);
			if (required[i].ask == A(CAPACITY))
				capacity(&request);
			else
				full(&request, required[i].ask);
			empty_field(&request, field);
			problems_are(&request, field);
			checked++;
		}
	}
	check_uint(checked, 23);
}

static void test_empty_sheets(void)
{
	for (size_t i = 0; i < sizeof(required) / sizeof(*required); i++) {
		const char *fields[ASK_PROBLEMS_MAX];
		char listed[500] = "";
		struct request request;

		unit_context("ask %d", (int)required[i].ask);
		capacity(&request);
		request.sheet.n_topics = 0;
		if (required[i].ask != A(CAPACITY))
			request.basis.basis = PB__BASIS__BASIS_CONSENT;
		request.head.ask = required[i].ask;
		problems_are(&request, required[i].fields);
		for (size_t k = 0; k < ask_fields_needed(required[i].ask, fields); k++)
			snprintf(listed + strlen(listed), sizeof(listed) - strlen(listed), "%s%s", k == 0 ? "" : " ", fields[k]);
		check_text(listed, required[i].fields);
	}
	check_uint(ask_fields_needed(A(UNSPECIFIED), (const char *[ASK_PROBLEMS_MAX]){ 0 }), 0);
}

/* ---- outreach ---- */

static void test_who_can_come_is_not_visited(void)
{
	struct request request;

	full(&request, A(OUTREACH));
	request.outreach.can_come = PB__ANSWERED__ANSWERED_YES;
	problems_are(&request, "sheet.outreach.can_come");
	full(&request, A(REFER)); /* only a visit is refused */
	request.outreach.can_come = PB__ANSWERED__ANSWERED_YES;
	problems_are(&request, "");
}

/* Sheets that say it with the older truth fields; their false says nothing. */
static void test_older_sheets(void)
{
	struct request request;

	full(&request, A(OUTREACH));
	request.outreach.knows_date = PB__ANSWERED__ANSWERED_UNSPECIFIED;
	request.outreach.person_knows_date = 1;
	problems_are(&request, "");
	request.outreach.person_knows_date = 0;
	problems_are(&request, "sheet.outreach.knows_date");
	full(&request, A(OUTREACH));
	request.outreach.could_come_instead = 1;
	problems_are(&request, "sheet.outreach.can_come");
	request.outreach.can_come = PB__ANSWERED__ANSWERED_UNSPECIFIED;
	problems_are(&request, "sheet.outreach.can_come");
	full(&request, A(OUTREACH));
	request.outreach.knows_date = PB__ANSWERED__ANSWERED_NO; /* answered; whether to go is the visitor's to judge */
	problems_are(&request, "");
}

/* ---- capacity ---- */

static void test_capacity_names_nobody(void)
{
	struct request request;
	Pb__Person person = PB__PERSON__INIT;

	capacity(&request);
	request.head.case_id.len = 16;
	problems_are(&request, "case");
	capacity(&request);
	request.basis.basis = PB__BASIS__BASIS_CONSENT;
	problems_are(&request, "basis.basis");
	request.head.basis = NULL;
	problems_are(&request, "basis.basis");
	capacity(&request);
	request.sheet.person = &person;
	problems_are(&request, "sheet.person");
	full(&request, A(CAPACITY));
	problems_are(&request, "case basis.basis sheet.outreach sheet.occasion sheet.inquiry sheet.concern sheet.referral_reason sheet.expected_support "
			       "sheet.not_seen");
}

/* Whatever tells of a person, or is free text, may not stand in it: the rules know every such field of a sheet. */
static void test_capacity_knows_every_telling_field(void)
{
	const ProtobufCMessageDescriptor *type = &pb__sheet__descriptor;
	unsigned kept_out = 0;

	for (unsigned i = 0; i < type->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &type->fields[i];
		const struct disclosure_rule *rule = disclosure_rule_of(type, field->name);
		bool harmless = rule != NULL && (rule->telling == TELLS_NOTHING || rule->telling == TELLS_DECLARED);
		static const uint64_t something[64];
		const struct ask_problem *problems[ASK_PROBLEMS_MAX];
		struct request request;

		capacity(&request);
		if (harmless || field->type == PROTOBUF_C_TYPE_ENUM || strcmp(field->name, "topics") == 0 || strcmp(field->name, "supporter") == 0 ||
		    strcmp(field->name, "capacity") == 0)
			continue;
		unit_context("%s", field->name);
		if (field->label == PROTOBUF_C_LABEL_REPEATED) {
			/* one element that is there is enough to be refused; nothing reads it */
			*(size_t *)(void *)((uint8_t *)&request.sheet + field->quantifier_offset) = 1;
			memcpy((uint8_t *)&request.sheet + field->offset, &(const void *){ something }, sizeof(void *));
		} else if (field->type == PROTOBUF_C_TYPE_STRING) {
			memcpy((uint8_t *)&request.sheet + field->offset, &(const char *){ "x" }, sizeof(char *));
		} else {
			memcpy((uint8_t *)&request.sheet + field->offset, &(const void *){ something }, sizeof(void *));
		}
		check_uint(ask_check(&request.head, &request.content, problems), 1);
		check(strstr(problems[0]->field, field->name) != NULL);
		kept_out++;
	}
	check_uint(kept_out, 16);
}

/* ---- the basis and the urgency ---- */

static void test_anonymous(void)
{
	struct request request;

	for (int ask = A(REFER); ask <= A(RESOLVE_CONCERN); ask++) {
		bool never = ask == A(ACCOMPANY) || ask == A(OUTREACH) || ask == A(DISPATCH_SUPPORTER) || ask == A(RESOLVE_CONCERN);

		unit_context("ask %d", ask);
		capacity(&request);
		request.head.ask = (Pb__Ask)ask;
		problems_are(&request, never ? "basis.basis" : ""); /* no free text is asked for */
		request.sheet.n_topics = 0;
		problems_are(&request, never ? "basis.basis" : "sheet.topics");
	}
}

static void test_concerns_are_not_routine(void)
{
	struct request request;

	full(&request, A(RESOLVE_CONCERN));
	request.head.urgency = PB__URGENCY__URGENCY_ROUTINE;
	problems_are(&request, "urgency");
	request.head.urgency = PB__URGENCY__URGENCY_URGENT;
	problems_are(&request, "");
	full(&request, A(REFER));
	request.head.urgency = PB__URGENCY__URGENCY_ROUTINE;
	problems_are(&request, "");
}

/* ---- what else may come ---- */

static void test_without_content(void)
{
	const struct ask_problem *problems[ASK_PROBLEMS_MAX];
	struct request request;

	full(&request, A(OUTREACH));
	pb__sheet__init(&request.sheet);
	check_uint(ask_check(&request.head, NULL, problems), 0); /* sealed: a broker sees the envelope only */
	full(&request, A(CAPACITY));
	check_uint(ask_check(&request.head, NULL, problems), 2);
	check_text(problems[0]->field, "case");
	check_text(problems[1]->field, "basis.basis");
}

static void test_no_request(void)
{
	struct request request;
	Pb__NoteContent note = PB__NOTE_CONTENT__INIT;

	full(&request, A(UNSPECIFIED));
	problems_are(&request, "ask");
	request.head.ask = (Pb__Ask)33;
	problems_are(&request, "ask");
	request.head.ask = (Pb__Ask)-1;
	problems_are(&request, "ask");
	request.head.kind = PB__KIND__KIND_NOTE;
	problems_are(&request, "");
	full(&request, A(ADVISE)); /* a content of another kind has none of the fields */
	request.content.body_case = PB__CONTENT__BODY_NOTE;
	request.content.note = &note;
	problems_are(&request, "sheet.inquiry.question");
}

static void test_texts(void)
{
	const struct ask_problem *problems[ASK_PROBLEMS_MAX];

	for (int ask = A(UNSPECIFIED); ask <= A(RESOLVE_CONCERN); ask++)
		for (int anonymous = 0; anonymous < 2; anonymous++) {
			struct request request;
			size_t count;

			full(&request, (Pb__Ask)ask);
			if (ask != A(CAPACITY))
				pb__sheet__init(&request.sheet);
			request.outreach.can_come = PB__ANSWERED__ANSWERED_YES;
			request.basis.basis = anonymous ? PB__BASIS__BASIS_ANONYMOUS : PB__BASIS__BASIS_CONSENT;
			request.head.urgency = PB__URGENCY__URGENCY_ROUTINE;
			count = ask_check(&request.head, &request.content, problems);
			unit_context("ask %d", ask);
			check(count > 0 && count < ASK_PROBLEMS_MAX);
			for (size_t i = 0; i < count; i++) {
				check(strlen(problems[i]->text[LANGUAGE_EN]) > 10 && (problems[i]->text[LANGUAGE_EN][0] & 0x80) == 0);
				check(strlen(problems[i]->text[LANGUAGE_JA]) > 10 && strcmp(problems[i]->text[0], problems[i]->text[1]) != 0);
			}
		}
}

UNIT_SUITE("contract/ask_rules",
	{ "complete requests", test_complete_requests },
	{ "each required field missing in turn", test_each_field_missing_in_turn },
	{ "empty sheets", test_empty_sheets },
	{ "who can come is not visited", test_who_can_come_is_not_visited },
	{ "older sheets", test_older_sheets },
	{ "asking for a place names nobody", test_capacity_names_nobody },
	{ "asking for a place tells nothing", test_capacity_knows_every_telling_field },
	{ "anonymous requests", test_anonymous },
	{ "concerns are not routine", test_concerns_are_not_routine },
	{ "the envelope alone", test_without_content },
	{ "what is no request", test_no_request },
	{ "problems tell what to do", test_texts });
