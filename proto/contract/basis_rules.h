/* SPDX-License-Identifier: Apache-2.0 */
/* contract/basis_rules.h - domain's table of bases as data: what each needs, which classes it allows, and to whom.
 *
 * Each check answers with a field and a stable word; refusal_basis_text and refusal_basis_hint (refusal_texts.h) make sentences of
 * the word.  What a check needs to know - a consent, a meeting, who an agency is - is looked up by who asks, and given. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "envelope.pb-c.h"

#include "base/err.h"
#include "contract/class_set.h"

struct disclosure_fault {
	const char *field;  /* of the message, such as "basis.law" or "sheet.history"; constant */
	const char *reason; /* a stable word, such as "needs_law", "anonymous_identity", "free_text_undeclared"; constant.  As the
			     * subject of a BASIS refusal it becomes a sentence in refusal.h. */
};

/* Whom a basis reaches. */
enum basis_reach {
	BASIS_REACHES_CONSENTED, /* the agencies that the consent names */
	BASIS_REACHES_ANYONE,    /* ANONYMOUS: it tells nobody's; PROTECT_LIFE: whoever can avert the danger */
	BASIS_REACHES_REPORT,    /* the bodies that receive reports under the law named */
	BASIS_REACHES_MEMBERS,   /* of the meeting, who are bound to secrecy */
	BASIS_REACHES_PUBLIC     /* public bodies and their contractors */
};

struct basis_rule {
	uint32_t laws; /* one of these must be named: bit n for Law n; 0: none is needed */
	class_set withholds; /* classes that it never allows */
	enum basis_reach reach;
	bool consent; /* needs a consent in force */
	bool meeting; /* needs a meeting of a statutory kind */
	bool reason;
	bool no_text;  /* allows neither free text nor attachments */
	bool reviewed; /* its provisions stand on the review list */
};

/* NULL for what is no basis. */
const struct basis_rule *basis_rule_of(Pb__Basis basis);

/* Whether the claim has what its basis needs; claim NULL: there is none.  ERR_REFUSED with the fault. */
enum err basis_check_claim(const Pb__BasisClaim *claim, struct disclosure_fault *ret_fault);

/* An agency as the directory knows it. */
struct basis_agency {
	const char *address;           /* agency@site */
	const char *const *categories; /* the directory's words; may be NULL when category_count is 0 */
	size_t category_count;
	bool member; /* of the meeting that the claim names: a seat that was not declined or left to another */
};

/* Whether the basis reaches from sender to recipient, as far as that does not rest on a consent: an abuse report only to the
 * bodies of its law, a support meeting only from member to member, a public duty only between public bodies and - by an
 * entrustment contract - their contractors.  ERR_REFUSED with the fault; the claim is one that basis_check_claim let pass. */
enum err basis_check_parties(const Pb__BasisClaim *claim, const struct basis_agency *sender, const struct basis_agency *recipient,
			     struct disclosure_fault *ret_fault);

/* A consent as the tables know it. */
struct basis_consent {
	bool known;     /* of this case */
	bool withdrawn;
	int64_t from_us;
	int64_t until_us; /* first moment at which it is over; 0: no end */
	Pb__ConsentGiver giver;
	class_set classes;
	const char *const *agencies; /* addresses that it names */
	size_t agency_count;
	const char *const *categories; /* categories that it names */
	size_t category_count;
};

/* Whether a consent covers these classes for this recipient at that moment.  ERR_REFUSED with the fault. */
enum err basis_check_consent(const struct basis_consent *consent, class_set classes, const struct basis_agency *recipient, int64_t now_us,
			     struct disclosure_fault *ret_fault);

/* Whether a consent may be registered with these classes: a relative consents for their own information only, which is FAMILY.
 * ERR_REFUSED with the fault. */
enum err basis_check_giver(Pb__ConsentGiver giver, class_set classes, struct disclosure_fault *ret_fault);

/* A meeting as the tables know it. */
struct basis_meeting {
	bool known;
	Pb__ConferenceKind kind;
	Pb__ConferenceState state;
	Pb__Law law;
};

/* Whether a meeting carries the claim: known, of the statutory kind, not cancelled, and under the law that the claim names. */
enum err basis_check_meeting(const Pb__BasisClaim *claim, const struct basis_meeting *meeting, struct disclosure_fault *ret_fault);

/* Whether the basis allows these classes at all: ANONYMOUS withholds some. */
enum err basis_check_classes(Pb__Basis basis, class_set classes, struct disclosure_fault *ret_fault);
