/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/basis_rules.h"

#include <string.h>

#include "contract/refusal_texts.h"
#include "samples.h"

#define B(name) PB__BASIS__BASIS_##name
#define L(name) PB__LAW__LAW_##name
#define C(name) CLASS_BIT(PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_##name)
#define ALL ((class_set)0x1ffe)

static const ProtobufCBinaryData id = { 16, (uint8_t *)(uintptr_t)"0123456789abcdef" };

static Pb__BasisClaim claim_of(Pb__Basis basis, Pb__Law law)
{
	Pb__BasisClaim claim = PB__BASIS_CLAIM__INIT;

	claim.basis = basis;
	claim.law = law;
	claim.consent_id = id;
	claim.meeting_id = id;
	claim.reason = "理由";
	return claim;
}

/* Holds a result against the expected word ("" for allowed); every word has its sentence and its hint. */
static void is(enum err err, const struct disclosure_fault *fault, const char *field, const char *reason)
{
	check_err(err, reason[0] == '\0' ? ERR_OK : ERR_REFUSED);
	check_text(fault->reason, reason);
	check_text(fault->field, field);
	if (reason[0] == '\0')
		return;
	for (int language = LANGUAGE_EN; language <= LANGUAGE_JA; language++) {
		check(strcmp(refusal_basis_text(reason, (enum language)language), reason) != 0);
		check(refusal_basis_hint(reason, (enum language)language) != NULL);
	}
}

#define IS(call, field, reason)                            \
	do {                                               \
		struct disclosure_fault fault = { "", "" }; \
		enum err result = call;                    \
		is(result, &fault, field, reason);         \
	} while (0)

/* ---- the table ---- */

static void test_table(void)
{
	static const struct {
		Pb__Basis basis;
		bool consent, meeting, reason, no_text, reviewed;
		enum basis_reach reach;
		unsigned laws; /* how many it takes */
	} rows[] = {
		{ B(CONSENT), true, false, false, false, false, BASIS_REACHES_CONSENTED, 0 },
		{ B(ANONYMOUS), false, false, false, true, false, BASIS_REACHES_ANYONE, 0 },
		{ B(PROTECT_LIFE), false, false, true, false, true, BASIS_REACHES_ANYONE, 2 },
		{ B(REPORT_ABUSE), false, false, false, false, true, BASIS_REACHES_REPORT, 4 },
		{ B(SUPPORT_MEETING), false, true, false, false, true, BASIS_REACHES_MEMBERS, 8 },
		{ B(PUBLIC_DUTY), false, false, true, false, true, BASIS_REACHES_PUBLIC, 15 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct basis_rule *rule = basis_rule_of(rows[i].basis);
		unsigned laws = 0;

		unit_context("basis %d", (int)rows[i].basis);
		require(rule != NULL);
		for (int law = 1; law <= L(ENTRUSTMENT_CONTRACT); law++)
			laws += rule->laws >> law & 1;
		check(rule->consent == rows[i].consent && rule->meeting == rows[i].meeting && rule->reason == rows[i].reason);
		check(rule->no_text == rows[i].no_text && rule->reviewed == rows[i].reviewed && rule->reach == rows[i].reach);
		check_uint(laws, rows[i].laws);
		check_uint(rule->withholds, rows[i].basis == B(ANONYMOUS) ? C(IDENTITY) | C(CONTACT) | C(WHEREABOUTS) | C(FAMILY) : 0);
	}
	check(basis_rule_of(B(UNSPECIFIED)) == NULL);
	check(basis_rule_of((Pb__Basis)7) == NULL);
	check(basis_rule_of((Pb__Basis)-1) == NULL);
}

/* ---- what a claim needs ---- */

static void test_needs(void)
{
	Pb__BasisClaim claim = claim_of(B(CONSENT), L(UNSPECIFIED));

	IS(basis_check_claim(NULL, &fault), "basis.basis", "needs_basis");
	IS(basis_check_claim(&claim, &fault), "", "");
	claim.consent_id.len = 15;
	IS(basis_check_claim(&claim, &fault), "basis.consent_id", "needs_consent");
	claim = claim_of(B(SUPPORT_MEETING), L(SOCIAL_WELFARE_106_6));
	IS(basis_check_claim(&claim, &fault), "", "");
	claim.meeting_id.len = 0;
	IS(basis_check_claim(&claim, &fault), "basis.meeting_id", "needs_meeting");
	claim = claim_of(B(PUBLIC_DUTY), L(ENTRUSTMENT_CONTRACT));
	IS(basis_check_claim(&claim, &fault), "", "");
	claim.reason = "";
	IS(basis_check_claim(&claim, &fault), "basis.reason", "needs_reason");
	claim = claim_of(B(PROTECT_LIFE), L(PERSONAL_INFORMATION_27_1_2));
	claim.reason = NULL;
	IS(basis_check_claim(&claim, &fault), "basis.reason", "needs_reason");
	claim = claim_of(B(ANONYMOUS), L(UNSPECIFIED));
	claim.reason = NULL;
	claim.consent_id.len = claim.meeting_id.len = 0;
	IS(basis_check_claim(&claim, &fault), "", "");
}

/* Every law with every basis: y where it carries it, . where it does not; laws 1 to 15. */
static void test_laws(void)
{
	static const struct {
		Pb__Basis basis;
		const char *laws;
	} rows[] = {
		{ B(CONSENT), "yyyyyyyyyyyyyyy" }, /* needs none, minds none */
		{ B(ANONYMOUS), "yyyyyyyyyyyyyyy" },
		{ B(PROTECT_LIFE), "yy............." },
		{ B(REPORT_ABUSE), "..yyyy........." },
		{ B(SUPPORT_MEETING), "......yyyyyyyy." },
		{ B(PUBLIC_DUTY), "yyyyyyyyyyyyyyy" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		for (int law = 1; law <= L(ENTRUSTMENT_CONTRACT); law++) {
			Pb__BasisClaim claim = claim_of(rows[i].basis, (Pb__Law)law);
			bool carries = rows[i].laws[law - 1] == 'y';

			unit_context("basis %d, law %d", (int)rows[i].basis, law);
			IS(basis_check_claim(&claim, &fault), carries ? "" : "basis.law", carries ? "" : "law_of_another_basis");
		}
	for (size_t i = 2; i < sizeof(rows) / sizeof(*rows); i++) {
		Pb__BasisClaim claim = claim_of(rows[i].basis, L(UNSPECIFIED));

		unit_context("basis %d without a law", (int)rows[i].basis);
		IS(basis_check_claim(&claim, &fault), "basis.law", "needs_law");
		claim.law = (Pb__Law)99;
		IS(basis_check_claim(&claim, &fault), "basis.law", "law_of_another_basis");
	}
}

static void test_classes(void)
{
	IS(basis_check_classes(B(ANONYMOUS), C(IDENTITY) | C(FAMILY), &fault), "parts.classes", "anonymous_identity");
	IS(basis_check_classes(B(ANONYMOUS), C(CONTACT), &fault), "parts.classes", "anonymous_contact");
	IS(basis_check_classes(B(ANONYMOUS), C(WHEREABOUTS), &fault), "parts.classes", "anonymous_whereabouts");
	IS(basis_check_classes(B(ANONYMOUS), C(FAMILY), &fault), "parts.classes", "anonymous_family");
	IS(basis_check_classes(B(ANONYMOUS), ALL & ~(C(IDENTITY) | C(CONTACT) | C(WHEREABOUTS) | C(FAMILY)), &fault), "", "");
	for (int basis = B(CONSENT); basis <= B(PUBLIC_DUTY); basis++) {
		if (basis != B(ANONYMOUS))
			IS(basis_check_classes((Pb__Basis)basis, ALL, &fault), "", "");
	}
	IS(basis_check_classes(B(UNSPECIFIED), 0, &fault), "basis.basis", "needs_basis");
}

/* ---- whom it reaches ---- */

static struct basis_agency agency_of(const char *const *categories, size_t count)
{
	return (struct basis_agency){ "somebody@chiba-city", categories, count, false };
}

#define AGENCY(...) agency_of((const char *const[]){ __VA_ARGS__ }, sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))

static void reaches(Pb__Basis basis, Pb__Law law, struct basis_agency sender, struct basis_agency recipient, const char *field, const char *reason)
{
	Pb__BasisClaim claim = claim_of(basis, law);

	unit_context("basis %d, law %d, to %s", (int)basis, (int)law, recipient.category_count > 0 ? recipient.categories[0] : "nobody in particular");
	IS(basis_check_parties(&claim, &sender, &recipient, &fault), field, reason);
}

static void test_reports(void)
{
	struct basis_agency anyone = agency_of(NULL, 0);

	reaches(B(REPORT_ABUSE), L(CHILD_ABUSE_PREVENTION), anyone, AGENCY("child_guidance_centre", "children_and_family"), "", "");
	reaches(B(REPORT_ABUSE), L(CHILD_ABUSE_PREVENTION), anyone, AGENCY("public_assistance"), "", "");
	reaches(B(REPORT_ABUSE), L(ELDER_ABUSE_PREVENTION), anyone, AGENCY("elderly_and_disability"), "", "");
	reaches(B(REPORT_ABUSE), L(ELDER_ABUSE_PREVENTION), anyone, AGENCY("anshin_care_centre"), "", "");
	reaches(B(REPORT_ABUSE), L(DISABILITY_ABUSE_PREVENTION), anyone, AGENCY("core_consultation_centre"), "", "");
	reaches(B(REPORT_ABUSE), L(SPOUSAL_VIOLENCE_6), anyone, AGENCY("police"), "", "");
	reaches(B(REPORT_ABUSE), L(SPOUSAL_VIOLENCE_6), anyone, AGENCY("anshin_care_centre"), "to", "recipient_takes_no_reports");
	reaches(B(REPORT_ABUSE), L(ELDER_ABUSE_PREVENTION), anyone, AGENCY("child_guidance_centre"), "to", "recipient_takes_no_reports");
	reaches(B(REPORT_ABUSE), L(CHILD_ABUSE_PREVENTION), anyone, AGENCY("network_employer"), "to", "recipient_takes_no_reports");
	reaches(B(REPORT_ABUSE), L(CHILD_ABUSE_PREVENTION), anyone, anyone, "to", "recipient_takes_no_reports");
}

static void test_members(void)
{
	struct basis_agency in = AGENCY("self_reliance");
	struct basis_agency out = in;

	in.member = true;
	reaches(B(SUPPORT_MEETING), L(SELF_RELIANCE_9), in, in, "", "");
	reaches(B(SUPPORT_MEETING), L(SELF_RELIANCE_9), out, in, "basis.meeting_id", "sender_no_member");
	reaches(B(SUPPORT_MEETING), L(SELF_RELIANCE_9), in, out, "to", "recipient_no_member");
	reaches(B(SUPPORT_MEETING), L(SELF_RELIANCE_9), out, out, "basis.meeting_id", "sender_no_member");
	reaches(B(CONSENT), L(UNSPECIFIED), out, out, "", ""); /* membership matters to meetings alone */
}

static void test_public_duty(void)
{
	struct basis_agency office = AGENCY("public_assistance");
	struct basis_agency lawyer = AGENCY("lawyer");
	struct basis_agency hospital = AGENCY("medical_institution", "psychiatry");
	struct basis_agency employer = AGENCY("network_employer");
	struct basis_agency mixed = AGENCY("network_employer", "universal_work");

	reaches(B(PUBLIC_DUTY), L(SELF_RELIANCE_9), office, office, "", "");
	reaches(B(PUBLIC_DUTY), L(SELF_RELIANCE_9), office, agency_of(NULL, 0), "", "");
	reaches(B(PUBLIC_DUTY), L(SELF_RELIANCE_9), office, lawyer, "to", "recipient_not_public");
	reaches(B(PUBLIC_DUTY), L(ENTRUSTMENT_CONTRACT), office, lawyer, "", "");
	reaches(B(PUBLIC_DUTY), L(SELF_RELIANCE_9), hospital, office, "basis.basis", "sender_not_public");
	reaches(B(PUBLIC_DUTY), L(ENTRUSTMENT_CONTRACT), hospital, office, "", "");
	reaches(B(PUBLIC_DUTY), L(ENTRUSTMENT_CONTRACT), office, employer, "to", "recipient_not_public");
	reaches(B(PUBLIC_DUTY), L(SELF_RELIANCE_9), office, mixed, "", "");
	reaches(B(PROTECT_LIFE), L(PERSONAL_INFORMATION_69_2), hospital, employer, "", ""); /* whoever can avert it */
	reaches(B(ANONYMOUS), L(UNSPECIFIED), office, employer, "", "");
}

/* ---- consents ---- */

static const char *const agencies[] = { "link@chiba-city", "hikikomori@chiba-city" };
static const char *const categories[] = { "self_reliance" };

static struct basis_consent consent_of(void)
{
	return (struct basis_consent){ .known = true,
				       .from_us = 1000,
				       .until_us = 2000,
				       .giver = PB__CONSENT_GIVER__CONSENT_GIVER_PERSON,
				       .classes = C(IDENTITY) | C(HEALTH) | C(FAMILY),
				       .agencies = agencies,
				       .agency_count = 2,
				       .categories = categories,
				       .category_count = 1 };
}

static void covers(const struct basis_consent *consent, class_set classes, const struct basis_agency *recipient, int64_t now_us, const char *field,
		   const char *reason)
{
	unit_context("%s at %d", reason, (int)now_us);
	IS(basis_check_consent(consent, classes, recipient, now_us, &fault), field, reason);
}

static void test_consent(void)
{
	struct basis_agency named = { "hikikomori@chiba-city", NULL, 0, false };
	struct basis_agency by_category = AGENCY("household_finance", "self_reliance");
	struct basis_agency other = AGENCY("household_finance");
	struct basis_consent consent = consent_of();

	covers(&consent, C(IDENTITY) | C(HEALTH), &named, 1500, "", "");
	covers(&consent, 0, &by_category, 1500, "", "");
	covers(&consent, C(IDENTITY), &named, 1000, "", "");
	covers(&consent, C(IDENTITY), &named, 999, "basis.consent_id", "consent_not_yet");
	covers(&consent, C(IDENTITY), &named, 1999, "", "");
	covers(&consent, C(IDENTITY), &named, 2000, "basis.consent_id", "consent_ran_out");
	covers(&consent, C(IDENTITY), &other, 1500, "to", "consent_other_agency");
	covers(&consent, C(IDENTITY) | C(FINANCE), &named, 1500, "parts.classes", "consent_other_class");
	consent.until_us = 0;
	covers(&consent, C(IDENTITY), &named, INT64_MAX, "", "");
	consent.withdrawn = true;
	covers(&consent, 0, &named, 1500, "basis.consent_id", "consent_withdrawn");
	consent.known = false;
	covers(&consent, 0, &named, 1500, "basis.consent_id", "consent_unknown");
}

static void test_givers(void)
{
	struct basis_agency named = { "link@chiba-city", NULL, 0, false };
	struct basis_consent consent = consent_of();

	IS(basis_check_giver(PB__CONSENT_GIVER__CONSENT_GIVER_PERSON, ALL, &fault), "", "");
	IS(basis_check_giver(PB__CONSENT_GIVER__CONSENT_GIVER_LEGAL_REPRESENTATIVE, ALL, &fault), "", "");
	IS(basis_check_giver(PB__CONSENT_GIVER__CONSENT_GIVER_RELATIVE, C(FAMILY), &fault), "", "");
	IS(basis_check_giver(PB__CONSENT_GIVER__CONSENT_GIVER_RELATIVE, C(FAMILY) | C(HEALTH), &fault), "consent.classes", "relative_for_person");
	IS(basis_check_giver(PB__CONSENT_GIVER__CONSENT_GIVER_UNSPECIFIED, 0, &fault), "consent.giver", "needs_giver");
	IS(basis_check_giver((Pb__ConsentGiver)9, 0, &fault), "consent.giver", "needs_giver");
	consent.giver = PB__CONSENT_GIVER__CONSENT_GIVER_RELATIVE; /* even when its classes say more */
	covers(&consent, C(FAMILY), &named, 1500, "", "");
	covers(&consent, C(HEALTH), &named, 1500, "parts.classes", "consent_other_class");
}

/* ---- meetings ---- */

static void test_meetings(void)
{
	Pb__BasisClaim claim = claim_of(B(SUPPORT_MEETING), L(SELF_RELIANCE_9));
	struct basis_meeting meeting = { true, PB__CONFERENCE_KIND__CONFERENCE_KIND_SUPPORT_MEETING, PB__CONFERENCE_STATE__CONFERENCE_STATE_PROPOSED,
					 L(SELF_RELIANCE_9) };

	for (int state = PB__CONFERENCE_STATE__CONFERENCE_STATE_PROPOSED; state <= PB__CONFERENCE_STATE__CONFERENCE_STATE_CANCELLED; state++) {
		bool cancelled = state == PB__CONFERENCE_STATE__CONFERENCE_STATE_CANCELLED;

		meeting.state = (Pb__ConferenceState)state;
		IS(basis_check_meeting(&claim, &meeting, &fault), cancelled ? "basis.meeting_id" : "", cancelled ? "meeting_cancelled" : "");
	}
	meeting.state = PB__CONFERENCE_STATE__CONFERENCE_STATE_HELD;
	meeting.law = L(SOCIAL_WELFARE_106_6);
	IS(basis_check_meeting(&claim, &meeting, &fault), "basis.law", "meeting_of_another_law");
	meeting.kind = PB__CONFERENCE_KIND__CONFERENCE_KIND_CASE;
	IS(basis_check_meeting(&claim, &meeting, &fault), "basis.meeting_id", "meeting_not_statutory");
	meeting.known = false;
	IS(basis_check_meeting(&claim, &meeting, &fault), "basis.meeting_id", "meeting_unknown");
}

UNIT_SUITE("contract/basis_rules",
	{ "the table", test_table },
	{ "what a claim needs", test_needs },
	{ "every law with every basis", test_laws },
	{ "classes that a basis withholds", test_classes },
	{ "who receives reports", test_reports },
	{ "members of a meeting", test_members },
	{ "public bodies and contractors", test_public_duty },
	{ "what a consent covers", test_consent },
	{ "who gives a consent", test_givers },
	{ "which meetings carry a claim", test_meetings });
