/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/disclosure.h"

#include "samples.h"

#define C(name) CLASS_BIT(PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_##name)
#define ALL_CLASSES ((class_set)0x1ffe)

/* A content with an empty sheet. */
struct blank {
	Pb__Content content;
	Pb__Sheet sheet;
	Pb__Person person;
	Pb__Facts facts;
};

static void blank_init(struct blank *blank)
{
	pb__content__init(&blank->content);
	pb__sheet__init(&blank->sheet);
	pb__person__init(&blank->person);
	pb__facts__init(&blank->facts);
	blank->content.body_case = PB__CONTENT__BODY_SHEET;
	blank->content.sheet = &blank->sheet;
	blank->sheet.person = &blank->person;
	blank->sheet.facts = &blank->facts;
}

static void test_each_field(void)
{
	struct blank blank;
	char *text = "x";
	const struct {
		char **field;
		class_set classes;
	} rows[] = {
		{ &blank.person.name, C(IDENTITY) },
		{ &blank.person.kana, C(IDENTITY) },
		{ &blank.person.birth_date, C(IDENTITY) },
		{ &blank.person.address, C(CONTACT) },
		{ &blank.person.phone, C(CONTACT) },
		{ &blank.person.email, C(CONTACT) },
		{ &blank.person.whereabouts, C(WHEREABOUTS) },
		{ &blank.facts.finance, C(FINANCE) },
		{ &blank.facts.health, C(HEALTH) },
		{ &blank.facts.mental_health, C(MENTAL_HEALTH) },
		{ &blank.facts.disability, C(DISABILITY) },
		{ &blank.facts.education, C(EDUCATION) },
		{ &blank.facts.employment, C(EMPLOYMENT) },
		{ &blank.facts.legal, C(LEGAL) },
		{ &blank.facts.violence, C(VIOLENCE) },
		{ &blank.sheet.ward, 0 },
		{ &blank.sheet.age_band, 0 },
		{ &blank.sheet.organisation, 0 },
		{ &blank.sheet.history, 0 }, /* declared, not derived */
	};

	blank_init(&blank);
	check_uint(disclosure_of_fields(&blank.content), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		blank_init(&blank);
		*rows[i].field = text;
		unit_context("row %zu", i);
		check_uint(disclosure_of_fields(&blank.content), rows[i].classes);
	}
	blank_init(&blank);
	blank.person.sex = PB__SEX__SEX_OTHER;
	check_uint(disclosure_of_fields(&blank.content), C(IDENTITY));
}

static void test_family(void)
{
	struct blank blank;
	Pb__Visitor visitor = PB__VISITOR__INIT;
	Pb__HouseholdMember member = PB__HOUSEHOLD_MEMBER__INIT;
	Pb__HouseholdMember *household[] = { &member };
	ProtobufCBinaryData cases[] = { { 0, NULL } };
	Pb__OutreachChecks outreach = PB__OUTREACH_CHECKS__INIT;

	blank_init(&blank);
	blank.sheet.visitor = &visitor;
	check_uint(disclosure_of_fields(&blank.content), C(FAMILY));
	blank_init(&blank);
	blank.sheet.household = household;
	blank.sheet.n_household = 1;
	check_uint(disclosure_of_fields(&blank.content), C(FAMILY));
	blank_init(&blank);
	blank.sheet.household_cases = cases;
	blank.sheet.n_household_cases = 1;
	check_uint(disclosure_of_fields(&blank.content), C(FAMILY));
	blank_init(&blank);
	outreach.family_relation = "良好";
	outreach.psychiatric = "通院中";
	blank.sheet.outreach = &outreach;
	check_uint(disclosure_of_fields(&blank.content), C(FAMILY) | C(MENTAL_HEALTH));
}

static void test_other_kinds(void)
{
	Pb__Content content = PB__CONTENT__INIT;
	Pb__ConsentContent consent = PB__CONSENT_CONTENT__INIT;
	Pb__NoteContent note = PB__NOTE_CONTENT__INIT;
	Pb__AnnouncementContent announcement = PB__ANNOUNCEMENT_CONTENT__INIT;
	Pb__DisclosureClass classes[] = { PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_LEGAL };

	content.body_case = PB__CONTENT__BODY_CONSENT;
	content.consent = &consent;
	consent.given_by = "本人";
	check_uint(disclosure_of_fields(&content), C(IDENTITY));
	check(!disclosure_has_free_text(&content));
	content.body_case = PB__CONTENT__BODY_NOTE;
	content.note = &note;
	note.text = "来週伺います";
	note.text_classes = classes;
	note.n_text_classes = 1;
	check_uint(disclosure_of_fields(&content), 0);
	check_uint(disclosure_of(&content), C(LEGAL));
	check(disclosure_has_free_text(&content));
	content.body_case = PB__CONTENT__BODY_ANNOUNCEMENT;
	content.announcement = &announcement;
	announcement.text = "ふらっと、毎週水曜";
	check_uint(disclosure_of(&content), 0);
	check(!disclosure_has_free_text(&content));
}

static void test_declared(void)
{
	struct blank blank;
	Pb__DisclosureClass text[] = { PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_FINANCE };
	Pb__DisclosureClass file[] = { PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_HEALTH, PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_IDENTITY };
	Pb__Attachment attachment = PB__ATTACHMENT__INIT;
	Pb__Attachment *attachments[] = { &attachment };

	blank_init(&blank);
	blank.sheet.text_classes = text;
	blank.sheet.n_text_classes = 1;
	attachment.classes = file;
	attachment.n_classes = 2;
	blank.sheet.attachments = attachments;
	blank.sheet.n_attachments = 1;
	check_uint(disclosure_of_fields(&blank.content), 0);
	check_uint(disclosure_of(&blank.content), C(FINANCE) | C(HEALTH) | C(IDENTITY));
	check(disclosure_has_free_text(&blank.content));
}

static void test_set(void)
{
	Pb__DisclosureClass classes[] = { 1, 12, 5, 5 };
	Pb__DisclosureClass unknown[] = { 1, 13 };
	Pb__DisclosureClass unspecified[] = { 0 };
	class_set set = 77;

	check_ok(disclosure_set(classes, 4, &set));
	check_uint(set, CLASS_BIT(1) | CLASS_BIT(5) | CLASS_BIT(12));
	check_err(disclosure_set(unknown, 2, &set), ERR_FORMAT);
	check_err(disclosure_set(unspecified, 1, &set), ERR_FORMAT);
	check_uint(set, CLASS_BIT(1) | CLASS_BIT(5) | CLASS_BIT(12));
	check_ok(disclosure_set(NULL, 0, &set));
	check_uint(set, 0);
}

static const ProtobufCBinaryData id = { 16, (uint8_t *)(uintptr_t)"0123456789abcdef" };

/* A claim with everything that any basis needs but the law. */
static Pb__BasisClaim full_claim(Pb__Basis basis, Pb__Law law)
{
	Pb__BasisClaim claim = PB__BASIS_CLAIM__INIT;

	claim.basis = basis;
	claim.law = law;
	claim.consent_id = id;
	claim.meeting_id = id;
	claim.reason = "理由";
	return claim;
}

static void refused(const Pb__BasisClaim *claim, class_set classes, const Pb__Content *content, const char *field, const char *reason)
{
	struct disclosure_fault fault = { "none", "none" };

	unit_context("%s", reason);
	check_err(disclosure_check(claim, classes, content, &fault), ERR_REFUSED);
	check_text(fault.field, field);
	check_text(fault.reason, reason);
}

static void allowed(const Pb__BasisClaim *claim, class_set classes, const Pb__Content *content)
{
	struct disclosure_fault fault = { "none", "none" };

	check_ok(disclosure_check(claim, classes, content, &fault));
	check_text(fault.reason, "none");
}

static void test_what_bases_need(void)
{
	Pb__BasisClaim claim = full_claim(PB__BASIS__BASIS_UNSPECIFIED, PB__LAW__LAW_UNSPECIFIED);

	refused(NULL, 0, NULL, "basis.basis", "needs_basis");
	refused(&claim, 0, NULL, "basis.basis", "needs_basis");
	claim.basis = (Pb__Basis)99;
	refused(&claim, 0, NULL, "basis.basis", "needs_basis");

	claim = full_claim(PB__BASIS__BASIS_CONSENT, PB__LAW__LAW_UNSPECIFIED);
	allowed(&claim, ALL_CLASSES, NULL);
	claim.consent_id.len = 0;
	refused(&claim, 0, NULL, "basis.consent_id", "needs_consent");
	claim.consent_id.len = 15;
	refused(&claim, 0, NULL, "basis.consent_id", "needs_consent");

	claim = full_claim(PB__BASIS__BASIS_SUPPORT_MEETING, PB__LAW__LAW_SELF_RELIANCE_9);
	allowed(&claim, ALL_CLASSES, NULL);
	claim.meeting_id.len = 0;
	refused(&claim, 0, NULL, "basis.meeting_id", "needs_meeting");

	claim = full_claim(PB__BASIS__BASIS_PROTECT_LIFE, PB__LAW__LAW_PERSONAL_INFORMATION_69_2);
	allowed(&claim, ALL_CLASSES, NULL);
	claim.reason = "";
	refused(&claim, 0, NULL, "basis.reason", "needs_reason");
	claim.reason = NULL;
	refused(&claim, 0, NULL, "basis.reason", "needs_reason");
	claim.reason = "切迫";
	claim.law = PB__LAW__LAW_UNSPECIFIED;
	refused(&claim, 0, NULL, "basis.law", "needs_law");

	claim = full_claim(PB__BASIS__BASIS_PUBLIC_DUTY, PB__LAW__LAW_UNSPECIFIED);
	refused(&claim, 0, NULL, "basis.law", "needs_law");
	claim.law = PB__LAW__LAW_ENTRUSTMENT_CONTRACT;
	allowed(&claim, ALL_CLASSES, NULL);
	claim.reason = "";
	refused(&claim, 0, NULL, "basis.reason", "needs_reason");
}

/* Which law carries which basis, all pairs (domain: Basis). */
static void test_laws(void)
{
	static const struct {
		Pb__Basis basis;
		const char *carried; /* a 1 for each law, from LAW_PERSONAL_INFORMATION_27_1_2 on */
	} rows[] = {
		{ PB__BASIS__BASIS_CONSENT, "111111111111111" },
		{ PB__BASIS__BASIS_ANONYMOUS, "111111111111111" },
		{ PB__BASIS__BASIS_PROTECT_LIFE, "110000000000000" },
		{ PB__BASIS__BASIS_REPORT_ABUSE, "001111000000000" },
		{ PB__BASIS__BASIS_SUPPORT_MEETING, "000000111111110" },
		{ PB__BASIS__BASIS_PUBLIC_DUTY, "111111111111111" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		for (unsigned law = 1; law <= 15; law++) {
			Pb__BasisClaim claim = full_claim(rows[i].basis, (Pb__Law)law);

			if (rows[i].carried[law - 1] == '1')
				allowed(&claim, 0, NULL);
			else
				refused(&claim, 0, NULL, "basis.law", "law_of_another_basis");
		}
	}
}

static void test_anonymous_by_class(void)
{
	Pb__BasisClaim claim = full_claim(PB__BASIS__BASIS_ANONYMOUS, PB__LAW__LAW_UNSPECIFIED);

	refused(&claim, C(IDENTITY), NULL, "parts.classes", "anonymous_identity");
	refused(&claim, C(CONTACT), NULL, "parts.classes", "anonymous_contact");
	refused(&claim, C(WHEREABOUTS), NULL, "parts.classes", "anonymous_whereabouts");
	refused(&claim, C(FAMILY), NULL, "parts.classes", "anonymous_family");
	allowed(&claim, ALL_CLASSES & ~(C(IDENTITY) | C(CONTACT) | C(WHEREABOUTS) | C(FAMILY)), NULL);
}

static void test_anonymous_by_field(void)
{
	Pb__BasisClaim claim = full_claim(PB__BASIS__BASIS_ANONYMOUS, PB__LAW__LAW_UNSPECIFIED);
	Pb__Attachment attachment = PB__ATTACHMENT__INIT;
	Pb__Attachment *attachments[] = { &attachment };
	struct blank blank;

	blank_init(&blank);
	blank.sheet.ward = "花見川区";
	blank.facts.finance = "滞納あり";
	allowed(&claim, C(FINANCE), &blank.content);
	blank.person.kana = "はなこ";
	refused(&claim, ALL_CLASSES, &blank.content, "sheet.person.kana", "anonymous_identity");
	refused(&claim, 0, &blank.content, "sheet.person.kana", "anonymous_identity"); /* hidden from the envelope */
	blank_init(&blank);
	blank.sheet.risk = "あり";
	refused(&claim, 0, &blank.content, "sheet.risk", "anonymous_free_text");
	blank_init(&blank);
	blank.sheet.attachments = attachments;
	blank.sheet.n_attachments = 1;
	refused(&claim, 0, &blank.content, "sheet.attachments", "anonymous_attachment");
}

static void test_undeclared(void)
{
	Pb__BasisClaim claim = full_claim(PB__BASIS__BASIS_CONSENT, PB__LAW__LAW_UNSPECIFIED);
	Pb__DisclosureClass classes[] = { PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_HEALTH };
	Pb__Attachment attachment = PB__ATTACHMENT__INIT;
	Pb__Attachment *attachments[] = { &attachment };
	struct blank blank;

	blank_init(&blank);
	blank.sheet.wishes = "働きたい";
	refused(&claim, ALL_CLASSES, &blank.content, "sheet.wishes", "free_text_undeclared");
	blank.sheet.text_classes = classes;
	blank.sheet.n_text_classes = 1;
	allowed(&claim, C(HEALTH), &blank.content);
	refused(&claim, C(FINANCE), &blank.content, "parts.classes", "class_undeclared");
	blank.sheet.attachments = attachments;
	blank.sheet.n_attachments = 1;
	refused(&claim, ALL_CLASSES, &blank.content, "sheet.attachments", "attachment_undeclared");
	attachment.classes = classes;
	attachment.n_classes = 1;
	allowed(&claim, C(HEALTH), &blank.content);
	blank.person.name = "花子";
	refused(&claim, C(HEALTH), &blank.content, "parts.classes", "class_undeclared");
	allowed(&claim, C(HEALTH) | C(IDENTITY), &blank.content);
}

/* A consent's text stands in a form that has no list of classes: its names tell identity, and that is enough. */
static void test_consent_text(void)
{
	Pb__BasisClaim claim = full_claim(PB__BASIS__BASIS_CONSENT, PB__LAW__LAW_UNSPECIFIED);
	Pb__Content content = PB__CONTENT__INIT;
	Pb__ConsentContent consent = PB__CONSENT_CONTENT__INIT;

	content.body_case = PB__CONTENT__BODY_CONSENT;
	content.consent = &consent;
	consent.person_name = "例示 花子";
	consent.text = "支援のために共有することに同意します";
	allowed(&claim, C(IDENTITY), &content);
	claim.basis = PB__BASIS__BASIS_ANONYMOUS;
	consent.person_name = "";
	refused(&claim, 0, &content, "consent.text", "anonymous_free_text");
}

/* Where someone stays is told after acceptance only; every other class may go with the delivery. */
static void test_release(void)
{
	struct disclosure_fault fault = { 0 };

	check_ok(disclosure_check_release(ALL_CLASSES & ~C(WHEREABOUTS), PB__RELEASE__RELEASE_ON_DELIVERY, &fault));
	check_ok(disclosure_check_release(ALL_CLASSES, PB__RELEASE__RELEASE_ON_ACCEPT, &fault));
	check_ok(disclosure_check_release(0, PB__RELEASE__RELEASE_ON_DELIVERY, &fault));
	check(fault.reason == NULL);
	check_err(disclosure_check_release(C(WHEREABOUTS), PB__RELEASE__RELEASE_ON_DELIVERY, &fault), ERR_REFUSED);
	check_text(fault.field, "release");
	check_text(fault.reason, "whereabouts_on_delivery");
	check_err(disclosure_check_release(C(WHEREABOUTS) | C(CONTACT), PB__RELEASE__RELEASE_UNSPECIFIED, &fault), ERR_REFUSED);
}

UNIT_SUITE("contract/disclosure",
	{ "what each field tells", test_each_field },
	{ "what tells of the family", test_family },
	{ "other kinds of content", test_other_kinds },
	{ "declared classes", test_declared },
	{ "class lists as sets", test_set },
	{ "what each basis needs", test_what_bases_need },
	{ "laws and bases, all pairs", test_laws },
	{ "anonymous, by class", test_anonymous_by_class },
	{ "anonymous, by field", test_anonymous_by_field },
	{ "undeclared", test_undeclared },
	{ "a consent's own text", test_consent_text },
	{ "when a class may be released", test_release });
