/* SPDX-License-Identifier: Apache-2.0 */
/* contract/basis_rules.c - see basis_rules.h for the contract. */
#include "contract/basis_rules.h"

#include <string.h>

#define C(name) CLASS_BIT(PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_##name)
#define L(name) ((uint32_t)1 << PB__LAW__LAW_##name)
#define ANY_LAW (~(uint32_t)1) /* any that is named */
#define ALL_CLASSES (~(class_set)0)
#define ID_BYTES 16

static const struct basis_rule rules[] = {
	[PB__BASIS__BASIS_CONSENT] = { .consent = true, .reach = BASIS_REACHES_CONSENTED },
	[PB__BASIS__BASIS_ANONYMOUS] = { .withholds = C(IDENTITY) | C(CONTACT) | C(WHEREABOUTS) | C(FAMILY),
					 .no_text = true,
					 .reach = BASIS_REACHES_ANYONE },
	[PB__BASIS__BASIS_PROTECT_LIFE] = { .reason = true,
					    .laws = L(PERSONAL_INFORMATION_27_1_2) | L(PERSONAL_INFORMATION_69_2),
					    .reach = BASIS_REACHES_ANYONE,
					    .reviewed = true },
	[PB__BASIS__BASIS_REPORT_ABUSE] = { .laws = L(CHILD_ABUSE_PREVENTION) | L(ELDER_ABUSE_PREVENTION) |
						    L(DISABILITY_ABUSE_PREVENTION) | L(SPOUSAL_VIOLENCE_6),
					    .reach = BASIS_REACHES_REPORT,
					    .reviewed = true },
	[PB__BASIS__BASIS_SUPPORT_MEETING] = { .meeting = true,
					       .laws = L(SOCIAL_WELFARE_106_6) | L(SELF_RELIANCE_9) | L(CHILD_AND_YOUTH_SUPPORT) |
						       L(CHILD_WELFARE_25_2) | L(PUBLIC_ASSISTANCE_27_3) | L(CARE_INSURANCE_115_48) |
						       L(WOMEN_IN_DIFFICULTY_15) | L(SPOUSAL_VIOLENCE_5_2),
					       .reach = BASIS_REACHES_MEMBERS,
					       .reviewed = true },
	[PB__BASIS__BASIS_PUBLIC_DUTY] = { .reason = true, .laws = ANY_LAW, .reach = BASIS_REACHES_PUBLIC, .reviewed = true },
};

const struct basis_rule *basis_rule_of(Pb__Basis basis)
{
	if (basis == PB__BASIS__BASIS_UNSPECIFIED || (size_t)basis >= sizeof(rules) / sizeof(*rules))
		return NULL;
	return &rules[basis];
}

static enum err refuse(struct disclosure_fault *ret_fault, const char *field, const char *reason)
{
	*ret_fault = (struct disclosure_fault){ field, reason };
	return ERR_REFUSED;
}

/* ---- what a claim needs ---- */

static enum err check_law(Pb__Law law, uint32_t laws, struct disclosure_fault *ret_fault)
{
	if (laws == 0)
		return ERR_OK;
	if (law == PB__LAW__LAW_UNSPECIFIED)
		return refuse(ret_fault, "basis.law", "needs_law");
	if ((unsigned)law >= 32 || (laws >> (unsigned)law & 1) == 0)
		return refuse(ret_fault, "basis.law", "law_of_another_basis");
	return ERR_OK;
}

enum err basis_check_claim(const Pb__BasisClaim *claim, struct disclosure_fault *ret_fault)
{
	const struct basis_rule *rule = claim != NULL ? basis_rule_of(claim->basis) : NULL;

	if (rule == NULL)
		return refuse(ret_fault, "basis.basis", "needs_basis");
	if (rule->consent && claim->consent_id.len != ID_BYTES)
		return refuse(ret_fault, "basis.consent_id", "needs_consent");
	if (rule->meeting && claim->meeting_id.len != ID_BYTES)
		return refuse(ret_fault, "basis.meeting_id", "needs_meeting");
	if (rule->reason && (claim->reason == NULL || claim->reason[0] == '\0'))
		return refuse(ret_fault, "basis.reason", "needs_reason");
	return check_law(claim->law, rule->laws, ret_fault);
}

enum err basis_check_classes(Pb__Basis basis, class_set classes, struct disclosure_fault *ret_fault)
{
	static const struct {
		class_set class;
		const char *reason;
	} withheld[] = {
		{ C(IDENTITY), "anonymous_identity" },
		{ C(CONTACT), "anonymous_contact" },
		{ C(WHEREABOUTS), "anonymous_whereabouts" },
		{ C(FAMILY), "anonymous_family" },
	};
	const struct basis_rule *rule = basis_rule_of(basis);

	if (rule == NULL)
		return refuse(ret_fault, "basis.basis", "needs_basis");
	for (size_t i = 0; i < sizeof(withheld) / sizeof(*withheld); i++) {
		if ((classes & rule->withholds & withheld[i].class) != 0)
			return refuse(ret_fault, "parts.classes", withheld[i].reason);
	}
	return ERR_OK;
}

/* ---- whom it reaches ---- */

static bool names(const char *const *list, size_t count, const char *word)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(list[i], word) == 0)
			return true;
	}
	return false;
}

/* Who receives reports: 児童虐待防止法6条 (municipality, welfare office, child guidance centre, also by way of child welfare
 * volunteers), 高齢者虐待防止法7条 and 障害者虐待防止法7条 (municipality and the centres that it charged with it), DV防止法6条 (spousal
 * violence centre or police).  In the directory's categories. */
static const struct {
	Pb__Law law;
	const char *category;
} report_bodies[] = {
	{ PB__LAW__LAW_CHILD_ABUSE_PREVENTION, "child_guidance_centre" },
	{ PB__LAW__LAW_CHILD_ABUSE_PREVENTION, "children_and_family" },
	{ PB__LAW__LAW_CHILD_ABUSE_PREVENTION, "public_assistance" },
	{ PB__LAW__LAW_CHILD_ABUSE_PREVENTION, "commissioned_volunteers" },
	{ PB__LAW__LAW_ELDER_ABUSE_PREVENTION, "elderly_and_disability" },
	{ PB__LAW__LAW_ELDER_ABUSE_PREVENTION, "elderly_welfare" },
	{ PB__LAW__LAW_ELDER_ABUSE_PREVENTION, "anshin_care_centre" },
	{ PB__LAW__LAW_DISABILITY_ABUSE_PREVENTION, "elderly_and_disability" },
	{ PB__LAW__LAW_DISABILITY_ABUSE_PREVENTION, "core_consultation_centre" },
	{ PB__LAW__LAW_SPOUSAL_VIOLENCE_6, "police" },
	{ PB__LAW__LAW_SPOUSAL_VIOLENCE_6, "children_and_family" },
	{ PB__LAW__LAW_SPOUSAL_VIOLENCE_6, "shelter_proxy" },
};

static bool receives_reports(const struct basis_agency *agency, Pb__Law law)
{
	for (size_t i = 0; i < sizeof(report_bodies) / sizeof(*report_bodies); i++) {
		if (report_bodies[i].law == law && names(agency->categories, agency->category_count, report_bodies[i].category))
			return true;
	}
	return false;
}

/* A site's directory holds public bodies and who works for them; these categories are neither by themselves. */
static const struct {
	const char *category;
	bool by_contract; /* an entrustment contract makes it a contractor */
} private_categories[] = {
	{ "medical_institution", true }, { "psychiatry", true },	{ "visiting_nurse", true },
	{ "lawyer", true },		 { "housing_concierge", true }, { "network_employer", false },
};

/* One category that is public makes the agency so. */
static bool serves_public(const struct basis_agency *agency, Pb__Law law)
{
	bool contract = law == PB__LAW__LAW_ENTRUSTMENT_CONTRACT;
	size_t private_count = 0;

	for (size_t i = 0; i < sizeof(private_categories) / sizeof(*private_categories); i++) {
		if (contract && private_categories[i].by_contract)
			continue;
		if (names(agency->categories, agency->category_count, private_categories[i].category))
			private_count++;
	}
	return private_count == 0 || private_count < agency->category_count;
}

enum err basis_check_parties(const Pb__BasisClaim *claim, const struct basis_agency *sender, const struct basis_agency *recipient,
			     struct disclosure_fault *ret_fault)
{
	const struct basis_rule *rule = basis_rule_of(claim->basis);

	switch (rule != NULL ? rule->reach : BASIS_REACHES_ANYONE) {
	case BASIS_REACHES_REPORT:
		return receives_reports(recipient, claim->law) ? ERR_OK : refuse(ret_fault, "to", "recipient_takes_no_reports");
	case BASIS_REACHES_MEMBERS:
		if (!sender->member)
			return refuse(ret_fault, "basis.meeting_id", "sender_no_member");
		return recipient->member ? ERR_OK : refuse(ret_fault, "to", "recipient_no_member");
	case BASIS_REACHES_PUBLIC:
		if (!serves_public(sender, claim->law))
			return refuse(ret_fault, "basis.basis", "sender_not_public");
		return serves_public(recipient, claim->law) ? ERR_OK : refuse(ret_fault, "to", "recipient_not_public");
	case BASIS_REACHES_CONSENTED:
	case BASIS_REACHES_ANYONE:
		break;
	}
	return ERR_OK;
}

/* ---- consents and meetings ---- */

/* Which classes a giver can consent to. */
static class_set classes_of(Pb__ConsentGiver giver)
{
	switch (giver) {
	case PB__CONSENT_GIVER__CONSENT_GIVER_PERSON:
	case PB__CONSENT_GIVER__CONSENT_GIVER_LEGAL_REPRESENTATIVE:
		return ALL_CLASSES;
	case PB__CONSENT_GIVER__CONSENT_GIVER_RELATIVE:
		return C(FAMILY);
	default:
		return 0;
	}
}

enum err basis_check_giver(Pb__ConsentGiver giver, class_set classes, struct disclosure_fault *ret_fault)
{
	class_set allowed = classes_of(giver);

	if (allowed == 0)
		return refuse(ret_fault, "consent.giver", "needs_giver");
	return (classes & ~allowed) == 0 ? ERR_OK : refuse(ret_fault, "consent.classes", "relative_for_person");
}

static bool consented_to(const struct basis_consent *consent, const struct basis_agency *recipient)
{
	if (names(consent->agencies, consent->agency_count, recipient->address))
		return true;
	for (size_t i = 0; i < recipient->category_count; i++) {
		if (names(consent->categories, consent->category_count, recipient->categories[i]))
			return true;
	}
	return false;
}

enum err basis_check_consent(const struct basis_consent *consent, class_set classes, const struct basis_agency *recipient, int64_t now_us,
			     struct disclosure_fault *ret_fault)
{
	if (!consent->known)
		return refuse(ret_fault, "basis.consent_id", "consent_unknown");
	if (consent->withdrawn)
		return refuse(ret_fault, "basis.consent_id", "consent_withdrawn");
	if (now_us < consent->from_us)
		return refuse(ret_fault, "basis.consent_id", "consent_not_yet");
	if (consent->until_us != 0 && now_us >= consent->until_us)
		return refuse(ret_fault, "basis.consent_id", "consent_ran_out");
	if (!consented_to(consent, recipient))
		return refuse(ret_fault, "to", "consent_other_agency");
	if ((classes & ~(consent->classes & classes_of(consent->giver))) != 0)
		return refuse(ret_fault, "parts.classes", "consent_other_class");
	return ERR_OK;
}

enum err basis_check_meeting(const Pb__BasisClaim *claim, const struct basis_meeting *meeting, struct disclosure_fault *ret_fault)
{
	if (!meeting->known)
		return refuse(ret_fault, "basis.meeting_id", "meeting_unknown");
	if (meeting->kind != PB__CONFERENCE_KIND__CONFERENCE_KIND_SUPPORT_MEETING)
		return refuse(ret_fault, "basis.meeting_id", "meeting_not_statutory");
	if (meeting->state == PB__CONFERENCE_STATE__CONFERENCE_STATE_CANCELLED)
		return refuse(ret_fault, "basis.meeting_id", "meeting_cancelled");
	if (meeting->law != claim->law)
		return refuse(ret_fault, "basis.law", "meeting_of_another_law");
	return ERR_OK;
}
