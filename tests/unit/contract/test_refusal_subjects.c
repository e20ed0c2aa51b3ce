/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "contract/refusal.h"
#include "contract/refusal_texts.h"
#include "contract/request_standing.h"
#include "unit.h"

/* Every word that a check of bases or disclosure answers with. */
static const char *const words[] = {
	"needs_basis", "needs_consent", "needs_meeting", "needs_reason", "needs_law", "law_of_another_basis", "anonymous_identity", "anonymous_contact",
	"anonymous_whereabouts", "anonymous_family", "anonymous_free_text", "anonymous_attachment", "free_text_undeclared", "attachment_undeclared",
	"whereabouts_on_delivery", "class_undeclared", "needs_giver", "relative_for_person", "consent_unknown", "consent_withdrawn", "consent_not_yet",
	"consent_ran_out", "consent_other_agency", "consent_other_class", "meeting_unknown", "meeting_not_statutory", "meeting_cancelled",
	"meeting_of_another_law", "sender_no_member", "recipient_no_member", "recipient_takes_no_reports", "sender_not_public", "recipient_not_public",
	"consent_needs_how", "consent_needs_classes", "consent_needs_agencies", "consent_over_already", "consent_wider", "consent_nothing_taken",
	"consent_nothing_left", "consent_withdrawn_before", "consent_runs", "not_in_this_case", "denied_in_case", "only_owner_protects", "owner_kept_out",
	"protected_household", "confidential_entry", "confidential_goes_on",
};

static void test_every_word(void)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		unit_context("%s", words[i]);
		for (int language = LANGUAGE_EN; language <= LANGUAGE_JA; language++) {
			const char *text = refusal_basis_text(words[i], (enum language)language);
			const char *hint = refusal_basis_hint(words[i], (enum language)language);

			require(hint != NULL);
			check(strcmp(text, words[i]) != 0 && strlen(text) > 10 && strlen(hint) > 10);
			check(strchr("[]$", text[strlen(text) - 1]) == NULL && strpbrk(hint, "[]$") == NULL); /* hints are filled like texts */
		}
		check((refusal_basis_text(words[i], LANGUAGE_EN)[0] & 0x80) == 0);
		check(strstr(refusal_basis_hint(words[i], LANGUAGE_JA), "。") != NULL);
		check(refusal_basis_hint(words[i], LANGUAGE_EN)[strlen(refusal_basis_hint(words[i], LANGUAGE_EN)) - 1] == '.');
	}
	check(refusal_basis_hint("something else", LANGUAGE_EN) == NULL);
}

static void says(Pb__RefusalCode code, const char *subject, enum language language, const char *message, const char *hint)
{
	Pb__Refusal refusal = PB__REFUSAL__INIT;
	struct buf out;

	refusal.code = code;
	refusal.subject = (char *)(uintptr_t)subject;
	buf_init(&out, 4000);
	refusal_message(&refusal, language, &out);
	check_text(buf_text(&out), message);
	buf_clear(&out);
	refusal_hint(&refusal, language, &out);
	check_text(buf_text(&out), hint);
	buf_free(&out);
}

static void test_basis_tells_what_to_do(void)
{
	says(PB__REFUSAL_CODE__REFUSAL_CODE_BASIS, "relative_for_person", LANGUAGE_EN,
	     "The basis does not allow this to be shared: a relative consents for their own information only.",
	     "Ask the person, or a legal representative; without either, register the class FAMILY alone.");
	says(PB__REFUSAL_CODE__REFUSAL_CODE_BASIS, "sender_no_member", LANGUAGE_JA,
	     "この根拠では、この内容を提供できません:貴機関はその会議の構成員ではありません。", "主催機関に参加を申し入れるか、別の根拠を選んでください。");
	says(PB__REFUSAL_CODE__REFUSAL_CODE_BASIS, "of_a_newer_version", LANGUAGE_EN, "The basis does not allow this to be shared: of_a_newer_version.",
	     "Name what is missing, choose another basis, or leave the information out.");
}

static void test_consent_and_safety_tell_what_to_do(void)
{
	says(PB__REFUSAL_CODE__REFUSAL_CODE_CONSENT, "consent_nothing_left", LANGUAGE_EN,
	     "The consent cannot be kept so: nothing would be left of it.", "Withdraw the consent instead: `tsunagi consent withdraw`.");
	says(PB__REFUSAL_CODE__REFUSAL_CODE_SAFETY, "not_in_this_case", LANGUAGE_JA,
	     "本人の安全を守るため、この操作はできません:その機関はこのケースに加われません。",
	     "どこに頼めるかを、ケースの担当機関に電話で相談してください。");
	says(PB__REFUSAL_CODE__REFUSAL_CODE_SAFETY, NULL, LANGUAGE_EN, "What protects the person stands against it.",
	     "Speak with the agency that owns the case before you do anything else.");
}

static void test_redirects(void)
{
	for (int fault = REDIRECT_HAD_LEG; fault <= REDIRECT_TOO_MANY; fault++) {
		const char *word = redirect_fault_word((enum redirect_fault)fault);

		unit_context("%s", word);
		check(strcmp(refusal_request_text(word, LANGUAGE_EN), word) != 0);
		check((refusal_request_text(word, LANGUAGE_JA)[0] & 0x80) != 0);
	}
	check_text(refusal_request_text("else", LANGUAGE_EN), "else");
	says(PB__REFUSAL_CODE__REFUSAL_CODE_REDIRECT, "too_many", LANGUAGE_EN, "It cannot be redirected there: it was redirected twice before.",
	     "Decline it and name the first-line centre as the one who could help: it takes every consultation.");
	says(PB__REFUSAL_CODE__REFUSAL_CODE_REDIRECT, "had_leg", LANGUAGE_JA, "その機関には回せません:その機関にはすでに依頼しています。",
	     "「断る」を選び、支援できる機関として一次総合相談の窓口を挙げてください。どんな相談でも受けます。");
}

static void test_closing(void)
{
	static const char *const closing[] = { "request.legs_open", "request.over", "request.outcome" };

	for (size_t i = 0; i < sizeof(closing) / sizeof(*closing); i++) {
		check(strcmp(refusal_request_text(closing[i], LANGUAGE_EN), closing[i]) != 0);
		check((refusal_request_text(closing[i], LANGUAGE_JA)[0] & 0x80) != 0);
	}
	says(PB__REFUSAL_CODE__REFUSAL_CODE_NOT_NOW, "request.over", LANGUAGE_EN, "This cannot be done now: the request is over already.",
	     "`tsunagi request show` (or `conference show`) tells where it stands and whose turn it is.");
	says(PB__REFUSAL_CODE__REFUSAL_CODE_NOT_NOW, "request.over", LANGUAGE_JA, "今はこの操作ができません:この依頼はすでに終わっています。",
	     "状態と、だれの番かは「tsunagi request show」(会議は「conference show」)で分かります。");
}

UNIT_SUITE("contract/refusal_subjects",
	{ "every word of a basis", test_every_word },
	{ "a basis refused tells what to do", test_basis_tells_what_to_do },
	{ "a consent or a safety refused tells what to do", test_consent_and_safety_tell_what_to_do },
	{ "redirects refused", test_redirects },
	{ "closings refused", test_closing });
