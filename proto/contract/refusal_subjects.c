/* SPDX-License-Identifier: Apache-2.0 */
/* contract/refusal_subjects.c - the subjects of BASIS, CONSENT, SAFETY, REDIRECT and a closing's refusals, in both languages: see refusal_texts.h. */
#include <stddef.h>
#include <string.h>

#include "contract/refusal_texts.h"

struct subject_text {
	const char *word;
	const char *text[2]; /* by enum language */
	const char *hint[2];
};

#define ROW(word, en, en_hint, ja, ja_hint) { word, { en, ja }, { en_hint, ja_hint } }
#define LEAVE_OUT "Leave it out, or choose another basis than ANONYMOUS."
#define LEAVE_OUT_JA "その項目を除くか、ANONYMOUS 以外の根拠を選んでください。"
#define NEW_CONSENT "Ask the person again and register a new consent, or name another basis."
#define NEW_CONSENT_JA "本人に改めて確認して同意を登録し直すか、別の根拠を選んでください。"

static const struct subject_text bases[] = {
	/* what a claim needs */
	ROW("needs_basis", "no basis is named", "Name one: CONSENT where the person agreed, else the law that allows it.",
	    "提供の根拠が示されていません", "本人が同意していれば CONSENT、そうでなければ提供を認める法律の根拠を選んでください。"),
	ROW("needs_consent", "the consent that it rests on is not named",
	    "Name the consent in basis.consent_id; if there is none yet, register it with `tsunagi consent register`.",
	    "根拠とする本人同意が示されていません",
	    "basis.consent_id に同意の番号を書いてください。まだなければ「tsunagi consent register」で登録します。"),
	ROW("needs_meeting", "the support meeting that it rests on is not named", "Name the meeting in basis.meeting_id.",
	    "根拠とする支援会議が示されていません", "basis.meeting_id に会議の番号を書いてください。"),
	ROW("needs_reason", "the reason is not given", "Write a short reason in basis.reason, without anybody's name.", "理由が書かれていません",
	    "basis.reason に、個人名を入れずに短く理由を書いてください。"),
	ROW("needs_law", "the law that it rests on is not named", "Name it in basis.law; `tsunagi codes` lists them.",
	    "根拠とする法律が示されていません", "basis.law に法律を書いてください。一覧は「tsunagi codes」で見られます。"),
	ROW("law_of_another_basis", "the law that is named does not carry this basis",
	    "Choose a law of this basis, or the basis of that law.", "示された法律はこの根拠に当たりません",
	    "この根拠に当たる法律か、その法律に当たる根拠を選んでください。"),

	/* what ANONYMOUS withholds, and what must be declared */
	ROW("anonymous_identity", "anonymous, but it tells who the person is", LEAVE_OUT, "匿名なのに、本人が誰か分かる事項があります", LEAVE_OUT_JA),
	ROW("anonymous_contact", "anonymous, but it tells how to reach the person", LEAVE_OUT, "匿名なのに、本人の連絡先があります", LEAVE_OUT_JA),
	ROW("anonymous_whereabouts", "anonymous, but it tells where the person stays", LEAVE_OUT, "匿名なのに、本人の居所があります", LEAVE_OUT_JA),
	ROW("anonymous_family", "anonymous, but it tells of the family", LEAVE_OUT, "匿名なのに、家族に関する事項があります", LEAVE_OUT_JA),
	ROW("anonymous_free_text", "anonymous, but it holds free text", LEAVE_OUT, "匿名なのに、自由記述があります", LEAVE_OUT_JA),
	ROW("anonymous_attachment", "anonymous, but it holds an attachment", LEAVE_OUT, "匿名なのに、添付があります", LEAVE_OUT_JA),
	ROW("free_text_undeclared", "what the free text tells is not declared (text_classes)",
	    "List in text_classes what the free text tells, such as HEALTH or FAMILY.", "自由記述に含まれる情報の区分(text_classes)が示されていません",
	    "自由記述が何について述べているかを text_classes に挙げてください(HEALTH、FAMILY など)。"),
	ROW("attachment_undeclared", "what an attachment tells is not declared (classes)", "List in the attachment's classes what it tells.",
	    "添付に含まれる情報の区分(classes)が示されていません", "添付が何について述べているかを classes に挙げてください。"),
	ROW("whereabouts_on_delivery", "it tells where the person stays, and that is released only on acceptance (release: ON_ACCEPT)",
	    "Set release to ON_ACCEPT, or leave the whereabouts out.", "本人の居所は、受諾の後にだけ開示できます(release は ON_ACCEPT)",
	    "release を ON_ACCEPT にするか、居所を除いてください。"),
	ROW("held_for_nothing", "only a request is accepted: what is held back here (release: ON_ACCEPT) would never be released",
	    "Set release to ON_DELIVERY; what may be told only to who takes the case, and whereabouts, belong into a request.",
	    "受諾されるのは依頼だけです。ここで伏せた内容(release: ON_ACCEPT)は、いつまでも開示されません",
	    "release を ON_DELIVERY にしてください。引き受けた機関だけに伝えることや居所は、依頼に書きます。"),
	ROW("class_undeclared", "it tells more than its envelope declares", "Declare every class in the envelope; a library does this by itself.",
	    "宣言された区分を超える情報が含まれています", "含まれる区分を全て宣言してください。ライブラリーは自動で行います。"),

	/* consents */
	ROW("needs_giver", "it does not say who gave the consent", "Say so: the person, a legal representative, or a relative for themselves.",
	    "だれの同意かが示されていません", "本人、法定代理人、家族(自身の情報に限る)のいずれかを選んでください。"),
	ROW("relative_for_person", "a relative consents for their own information only",
	    "Ask the person, or a legal representative; without either, register the class FAMILY alone.", "家族が同意できるのは家族自身の情報だけです",
	    "本人か法定代理人に確認してください。それがなければ、区分は FAMILY だけで登録します。"),
	ROW("consent_unknown", "there is no such consent for this case", "Check its id with `tsunagi consent show`, or register it first.",
	    "このケースにその同意はありません", "「tsunagi consent show」で番号を確かめるか、先に登録してください。"),
	ROW("consent_withdrawn", "the consent was withdrawn", NEW_CONSENT, "同意は撤回されています", NEW_CONSENT_JA),
	ROW("consent_not_yet", "the consent is not in force yet", "Send it once the consent has begun, or name another basis.",
	    "同意の始まる日時の前です", "始まってから送るか、別の根拠を選んでください。"),
	ROW("consent_ran_out", "the consent has run out", NEW_CONSENT, "同意の期限が切れています", NEW_CONSENT_JA),
	ROW("consent_other_agency", "the person did not consent to this agency", "Ask the person about this agency, or choose one that the consent names.",
	    "本人はこの機関への提供に同意していません", "この機関について本人に確認するか、同意のある機関を選んでください。"),
	ROW("consent_other_class", "the person did not consent to all that it tells", "Leave out what the consent does not cover, or ask the person about it.",
	    "本人が同意していない区分の情報が含まれています", "同意のない事項を除くか、本人に確認してください。"),

	/* keeping consents */
	ROW("consent_needs_how", "it does not say how the consent was given", "Say so: WRITTEN, ORAL or ELECTRONIC.",
	    "同意をどのように得たかが示されていません", "WRITTEN(書面)、ORAL(口頭)、ELECTRONIC(電子)のいずれかを選んでください。"),
	ROW("consent_needs_classes", "it does not say what may be shared", "List the classes that the person agreed to, such as IDENTITY or HEALTH.",
	    "何を提供してよいかが示されていません", "本人が同意した区分を挙げてください(IDENTITY、HEALTH など)。"),
	ROW("consent_needs_agencies", "it does not say with whom", "Name the agencies, or the categories of agencies, that the person agreed to.",
	    "だれに提供してよいかが示されていません", "本人が同意した機関、または機関の種類を挙げてください。"),
	ROW("consent_over_already", "its end is not after its beginning, or has passed",
	    "Give an end that lies ahead, or none where the person set none.", "終わりの日時が始まりより後でないか、すでに過ぎています",
	    "これから先の日時にするか、本人が期限を定めていなければ空にしてください。"),
	ROW("consent_wider", "that is more than the person agreed to",
	    "Narrowing only takes away; for more, ask the person and register a new consent.", "本人が同意した範囲より広がっています",
	    "縮小では範囲を減らすことだけができます。広げるときは本人に確認し、新しい同意を登録してください。"),
	ROW("consent_nothing_taken", "nothing is taken away by it", "Leave out the classes or agencies that the person no longer agrees to.",
	    "何も減っていません", "本人が同意をやめた区分や機関を除いてください。"),
	ROW("consent_nothing_left", "nothing would be left of it", "Withdraw the consent instead: `tsunagi consent withdraw`.",
	    "同意の範囲が何も残りません", "代わりに同意を撤回してください(tsunagi consent withdraw)。"),
	ROW("consent_withdrawn_before", "the consent was withdrawn before",
	    "Nothing needs to be done: since then nothing is handed out under it.", "同意はすでに撤回されています",
	    "操作は要りません。撤回の後は、この同意では何も渡されません。"),
	ROW("consent_runs", "the consent has not run out", "Wait for its end, or withdraw it where the person wishes so.", "同意の期限はまだ切れていません",
	    "期限を待つか、本人が望むなら撤回してください。"),

	/* who is in hiding */
	ROW("not_in_this_case", "that agency cannot take part in this case", "Ask the agency that owns the case, by telephone, who could help instead.",
	    "その機関はこのケースに加われません", "どこに頼めるかを、ケースの担当機関に電話で相談してください。"),
	ROW("denied_in_case", "your agency keeps that agency out of this case",
	    "Choose another agency; take it off the case's list only when you are certain that it endangers nobody.",
	    "その機関は、貴機関がこのケースから除いた機関です", "別の機関を選んでください。危険がないと確かめられたときだけ、除いた機関の一覧から外します。"),
	ROW("only_owner_protects", "only the agency that owns the case protects it", "Tell that agency at once, by telephone, what you know.",
	    "ケースを保護の対象にできるのは担当機関だけです", "知っていることを、すぐに担当機関へ電話で伝えてください。"),
	ROW("owner_kept_out", "the agency that owns a case cannot be kept out of it", "Hand the case on first, then keep the agency out.",
	    "ケースの担当機関を除くことはできません", "先に別の機関へ引き継いでから除いてください。"),
	ROW("confidential_entry", "the directory would lead to a confidential agency",
	    "A confidential agency has a proxy, which is its coordinator, too, and nothing else; `tsunagi directory check FILE` names each line.",
	    "この機関一覧から秘匿機関が知られてしまいます",
	    "秘匿機関に書けるのは代理機関だけで、取りまとめ機関も代理機関と同じにします。「tsunagi directory check ファイル」で行ごとに確認できます。"),
	ROW("confidential_goes_on", "a confidential agency deals with its proxy alone, and cannot go on in another's place",
	    "Hand over to another agency.",
	    "秘匿機関は代理機関とだけやりとりし、ほかの機関の代わりはできません", "別の機関に引き継がせてください。"),
	ROW("past_the_proxy", "a confidential agency takes part, and nobody but its proxy may go on in that",
	    "Name its proxy. Where that is gone, too, load a directory in which the confidential agency has another proxy, and name that one.",
	    "秘匿機関が関わっており、引き継げるのはその代理機関だけです",
	    "代理機関を指定してください。代理機関もないときは、秘匿機関に別の代理機関を定めた機関一覧を読み込み、その機関を指定します。"),
	ROW("kept_out_of_cases", "that agency is kept out of every case in which something is left",
	    "Name another agency. Only the agency that owns a case says who is kept out of it.",
	    "その機関は、引き継ぐもののあるどのケースからも除かれています",
	    "別の機関を指定してください。だれを除くかを決めるのは、ケースの担当機関だけです。"),
	ROW("protected_household", "a protected case names no other case of the household", "Leave household_cases empty; tell by telephone what must be told.",
	    "保護の対象のケースでは、同じ世帯のケースを示せません", "household_cases を空にしてください。必要なことは電話で伝えます。"),

	/* meetings */
	ROW("meeting_unknown", "there is no such meeting, or your agency has no seat in it",
	    "Check its id with `tsunagi conference list`.  Without a seat, ask its convener for one, or name another basis.",
	    "その会議はないか、貴機関は構成員ではありません",
	    "「tsunagi conference list」で番号を確かめてください。構成員でないときは、招集した機関に参加を申し入れるか、別の根拠を選んでください。"),
	ROW("meeting_not_statutory", "the meeting is none that a law binds to secrecy",
	    "Propose a statutory support meeting, ask for consent, or name another basis.", "法律上の守秘義務がある支援会議ではありません",
	    "支援会議として開くか、本人の同意を得るか、別の根拠を選んでください。"),
	ROW("meeting_cancelled", "the meeting was cancelled", "Name the meeting that replaces it, or another basis.", "その会議は中止されています",
	    "代わりの会議か、別の根拠を選んでください。"),
	ROW("meeting_of_another_law", "the meeting is held under another law than the one named", "Name the meeting's own law in basis.law.",
	    "会議の根拠法が、示された法律と異なります", "basis.law に会議の根拠法を書いてください。"),
	ROW("sender_no_member", "your agency is no member of that meeting", "Ask its convener for a seat, or name another basis.",
	    "貴機関はその会議の構成員ではありません", "主催機関に参加を申し入れるか、別の根拠を選んでください。"),
	ROW("recipient_no_member", "that agency is no member of the meeting", "Ask its convener to give it a seat, or name another basis.",
	    "宛先の機関はその会議の構成員ではありません", "主催機関に参加の追加を頼むか、別の根拠を選んでください。"),

	/* reports and public duties */
	ROW("recipient_takes_no_reports", "that agency does not receive reports under this law",
	    "Report to one that does: `tsunagi route` finds it; where life is in danger, choose PROTECT_LIFE and telephone 110.",
	    "宛先は、この法律による通報を受ける機関ではありません",
	    "通報先は「tsunagi route」で探せます。命の危険があれば PROTECT_LIFE を選び、110番にも電話してください。"),
	ROW("sender_not_public", "your agency is no public body, nor its contractor for this duty",
	    "Where a contract charges you with it, name ENTRUSTMENT_CONTRACT; else ask for consent.",
	    "貴機関は、この職務を担う公的機関やその受託者ではありません",
	    "委託を受けているときは ENTRUSTMENT_CONTRACT を、そうでなければ本人の同意を根拠にしてください。"),
	ROW("recipient_not_public", "that agency is no public body, nor its contractor for this duty",
	    "Where a contract charges it with the duty, name ENTRUSTMENT_CONTRACT; else ask for consent.",
	    "宛先は、この職務を担う公的機関やその受託者ではありません",
	    "宛先が委託を受けているときは ENTRUSTMENT_CONTRACT を、そうでなければ本人の同意を根拠にしてください。"),
};

static const struct subject_text *find(const char *word)
{
	for (size_t i = 0; i < sizeof(bases) / sizeof(*bases); i++) {
		if (strcmp(bases[i].word, word) == 0)
			return &bases[i];
	}
	return NULL;
}

const char *refusal_basis_text(const char *reason, enum language language)
{
	const struct subject_text *row = find(reason);

	return row != NULL ? row->text[language] : reason;
}

const char *refusal_basis_hint(const char *reason, enum language language)
{
	const struct subject_text *row = find(reason);

	return row != NULL ? row->hint[language] : NULL;
}

const char *refusal_request_text(const char *word, enum language language)
{
	static const struct {
		const char *word;
		const char *text[2];
	} words[] = {
		{ "had_leg", { "that agency was asked already", "その機関にはすでに依頼しています" } },
		{ "to_sender", { "that is the agency that asked you", "その機関は依頼元です" } },
		{ "too_many", { "it was redirected twice before", "すでに二度、他機関へ回されています" } },
		{ "request.legs_open",
		  { "some of those asked have not answered, or still work on it: withdraw what you asked of them first",
		    "まだ回答していない、または支援中の機関があります。先にその依頼を取り下げてください" } },
		{ "request.over", { "the request is over already", "この依頼はすでに終わっています" } },
		{ "request.outcome",
		  { "an outcome that a sender gives, such as SENDER_SUPPORTS, HANDED_ON or NOT_NEEDED",
		    "依頼元が付ける結果(SENDER_SUPPORTS、HANDED_ON、NOT_NEEDED など)" } },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (strcmp(words[i].word, word) == 0)
			return words[i].text[language];
	}
	return word;
}
