/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/code_lists.h"

#include "content.pb-c.h"
#include "contract/vocabulary_texts.h"
#include "routing.pb-c.h"

/* The words that stand in messages alone; what happens to a message has its texts in the contract. */
#define W(LIST, name, en, ja) { PB__##LIST##_##name, { en, ja } }
#define END { 0, { NULL, NULL } }

#define X(name, en, ja) W(KIND__KIND, name, en, ja)
static const struct code_text kinds[] = {
	X(REQUEST, "request", "依頼"),
	X(CONFERENCE, "conference", "会議"),
	X(CONSENT, "consent", "同意"),
	X(NOTE, "note", "連絡"),
	X(ANNOUNCEMENT, "announcement", "お知らせ"),
	END,
};
#undef X

#define X(name, en, ja) W(BASIS__BASIS, name, en, ja)
static const struct code_text bases[] = {
	X(CONSENT, "the person's consent", "本人の同意"),
	X(ANONYMOUS, "anonymous", "匿名"),
	X(PROTECT_LIFE, "protection of life (APPI 27-1-2, 69-2)", "生命の保護(個人情報保護法27条1項2号・69条2項)"),
	X(REPORT_ABUSE, "report of abuse", "虐待の通報"),
	X(SUPPORT_MEETING, "statutory support meeting", "支援会議・支援調整会議"),
	X(PUBLIC_DUTY, "public duty, by law or contract", "法令・委託による職務"),
	END,
};
#undef X

#define X(name, en, ja) W(LAW__LAW, name, en, ja)
static const struct code_text laws[] = {
	X(PERSONAL_INFORMATION_27_1_2, "Personal Information Protection Act, art. 27-1-2", "個人情報保護法27条1項2号"),
	X(PERSONAL_INFORMATION_69_2, "Personal Information Protection Act, art. 69-2", "個人情報保護法69条2項"),
	X(CHILD_ABUSE_PREVENTION, "Child Abuse Prevention Act", "児童虐待防止法"),
	X(ELDER_ABUSE_PREVENTION, "Elder Abuse Prevention Act", "高齢者虐待防止法"),
	X(DISABILITY_ABUSE_PREVENTION, "Abuse of Persons with Disabilities Prevention Act", "障害者虐待防止法"),
	X(SPOUSAL_VIOLENCE_6, "Spousal Violence Prevention Act, art. 6", "DV防止法6条"),
	X(SOCIAL_WELFARE_106_6, "Social Welfare Act, art. 106-6", "社会福祉法106条の6"),
	X(SELF_RELIANCE_9, "Self-Reliance Support Act, art. 9", "生活困窮者自立支援法9条"),
	X(CHILD_AND_YOUTH_SUPPORT, "Child and Youth Support Act", "子ども・若者育成支援推進法"),
	X(CHILD_WELFARE_25_2, "Child Welfare Act, art. 25-2", "児童福祉法25条の2"),
	X(PUBLIC_ASSISTANCE_27_3, "Public Assistance Act, art. 27-3", "生活保護法27条の3"),
	X(CARE_INSURANCE_115_48, "Care Insurance Act, art. 115-48", "介護保険法115条の48"),
	X(WOMEN_IN_DIFFICULTY_15, "Women in Difficulty Support Act, art. 15", "困難女性支援法15条"),
	X(SPOUSAL_VIOLENCE_5_2, "Spousal Violence Prevention Act, art. 5-2", "DV防止法5条の2"),
	X(ENTRUSTMENT_CONTRACT, "contract of entrustment", "委託契約"),
	END,
};
#undef X

#define X(name, en, ja) W(DISCLOSURE_CLASS__DISCLOSURE_CLASS, name, en, ja)
static const struct code_text classes[] = {
	X(IDENTITY, "identity", "氏名など"),
	X(CONTACT, "contact", "連絡先"),
	X(WHEREABOUTS, "whereabouts", "居所"),
	X(FAMILY, "family", "家族"),
	X(FINANCE, "finance", "家計"),
	X(HEALTH, "health", "健康"),
	X(MENTAL_HEALTH, "mental health", "こころの健康"),
	X(DISABILITY, "disability", "障害"),
	X(EDUCATION, "education", "教育"),
	X(EMPLOYMENT, "employment", "就労"),
	X(LEGAL, "legal matters", "法律・司法"),
	X(VIOLENCE, "violence", "暴力"),
	END,
};
#undef X

#define X(name, en, ja) W(RELEASE__RELEASE, name, en, ja)
static const struct code_text releases[] = {
	X(ON_DELIVERY, "told on delivery", "配達時に開示"),
	X(ON_ACCEPT, "told on acceptance", "受理後に開示"),
	END,
};
#undef X

#define X(name, en, ja) W(TAKE__TAKE, name, en, ja)
static const struct code_text takes[] = {
	X(ALL, "all take part (overlapping support)", "全員で支援(重なり合う支援)"),
	X(ANY_ONE, "any one of them", "どこか一つ"),
	END,
};
#undef X

#define X(name, en, ja) W(REFUSE_REASON__REFUSE_REASON, name, en, ja)
static const struct code_text refusals[] = {
	X(RETRY_LATER, "send again later", "後で再送してほしい"),
	X(CANNOT_OPEN, "no key of ours opens it", "鍵が合わず開けない"),
	X(NOT_AUTHENTIC, "not authentic", "真正と確認できない"),
	X(NOT_UNDERSTOOD, "a form not known here", "形式を理解できない"),
	X(PROGRAM_FAILED, "the recipient's program failed", "受け手のプログラムが失敗"),
	END,
};
#undef X

#define X(name, en, ja) W(TOPIC_NAME__TOPIC_NAME, name, en, ja)
static const struct code_text topics[] = {
	X(ILLNESS, "illness, medical care", "病気・医療"),
	X(MIND, "mind", "こころ"),
	X(CARE, "nursing care", "介護"),
	X(DISABILITY, "disability", "障害"),
	X(CHILDCARE, "raising children", "子育て"),
	X(INCOME_WORK, "income, work", "収入・仕事"),
	X(JOB_SEARCH, "job search", "求職"),
	X(WORKPLACE, "workplace", "職場"),
	X(EXPENSES_ARREARS, "expenses, arrears", "支出・滞納"),
	X(DEBT, "debt", "借金・債務"),
	X(TAX_UTILITIES, "tax, utilities", "税・公共料金"),
	X(HOUSING, "housing", "住まい"),
	X(RENT_LOAN, "rent, loan", "家賃・ローン"),
	X(VIOLENCE_ABUSE, "violence, abuse", "DV・虐待"),
	X(RIGHTS, "protection of rights", "権利擁護"),
	X(NEIGHBOURHOOD, "neighbourhood", "地域"),
	X(FAMILY, "family", "家族"),
	X(WITHDRAWAL_ABSENCE, "withdrawal, absence from school", "ひきこもり・不登校"),
	X(NO_FOOD, "nothing to eat", "食べるものがない"),
	X(OTHER, "other", "その他"),
	END,
};
#undef X

#define X(name, en, ja) W(AGE_BAND__AGE_BAND, name, en, ja)
static const struct code_text ages[] = {
	X(UNDER_TEN, "under ten", "10歳未満"),
	X(TEENS, "teens", "10代"),
	X(TWENTIES, "twenties", "20代"),
	X(THIRTIES, "thirties", "30代"),
	X(FORTIES, "forties", "40代"),
	X(FIFTIES, "fifties", "50代"),
	X(SIXTIES, "sixties", "60代"),
	X(SEVENTIES, "seventies", "70代"),
	X(EIGHTIES, "eighties", "80代"),
	X(NINETIES, "ninety and older", "90歳以上"),
	END,
};
#undef X

#define X(name, en, ja) W(NEED_FACT__NEED_FACT, name, en, ja)
static const struct code_text facts[] = {
	X(VIOLENCE, "there is violence", "暴力がある"),
	X(MUST_PART, "parent and child must part", "親子を離す必要がある"),
	X(OLDER_SIDE, "support for the 80s side (the elderly parent)", "8050の80側(高齢の親)への支援"),
	X(NOT_CALLED_HIKIKOMORI, "does not want to be called hikikomori", "ひきこもりと呼ばれたくない"),
	X(POVERTY, "poverty", "生活の困窮"),
	X(ISOLATION, "isolation", "社会的な孤立"),
	X(NEXT_STEP_TO_WORK, "the next step towards work", "就労への次の一歩"),
	X(CASH_FLOW, "cash flow", "家計の見通し"),
	X(GREY_ZONE, "grey zone of disability", "障害のグレーゾーン"),
	X(INHERITANCE, "inheritance", "相続"),
	X(CHILDREN_AT_HOME, "children at home", "家に子どもがいる"),
	X(LIVES_ALONE, "lives alone", "一人暮らし"),
	X(YOUNG_CARER, "young carer", "ヤングケアラー"),
	END,
};
#undef X

#define X(name, en, ja) W(TOPIC_MARK__TOPIC_MARK, name, en, ja)
static const struct code_text marks[] = {
	X(CONCERN, "a concern", "○"),
	X(MAIN, "the main concern", "◎"),
	END,
};
#undef X

#define X(name, en, ja) W(SEX__SEX, name, en, ja)
static const struct code_text sexes[] = {
	X(FEMALE, "female", "女"),
	X(MALE, "male", "男"),
	X(OTHER, "other", "その他"),
	X(NOT_ASKED, "not asked", "聞いていない"),
	END,
};
#undef X

const struct code_list code_lists[] = {
	{ "kind", &pb__kind__descriptor, kinds },
	{ "ask", &pb__ask__descriptor, NULL },
	{ "urgency", &pb__urgency__descriptor, NULL },
	{ "take", &pb__take__descriptor, takes },
	{ "release", &pb__release__descriptor, releases },
	{ "basis.basis", &pb__basis__descriptor, bases },
	{ "basis.law", &pb__law__descriptor, laws },
	{ "text_classes", &pb__disclosure_class__descriptor, classes },
	{ "sheet.topics.topic", &pb__topic_name__descriptor, topics },
	{ "sheet.topics.mark", &pb__topic_mark__descriptor, marks },
	{ "sheet.person.sex", &pb__sex__descriptor, sexes },
	{ "sheet.outreach.knows_date", &pb__answered__descriptor, NULL },
	{ "need.age", &pb__age_band__descriptor, ages },
	{ "need.facts", &pb__need_fact__descriptor, facts },
	{ "refuse.reason", &pb__refuse_reason__descriptor, refusals },
	{ "party", &pb__party__descriptor, NULL },
	{ "request.state", &pb__request_state__descriptor, NULL },
	{ "leg.state", &pb__leg_state__descriptor, NULL },
	{ "leg.action", &pb__leg_action__descriptor, NULL },
	{ "reason", &pb__reason__descriptor, NULL },
	{ "outcome", &pb__outcome__descriptor, NULL },
	{ "conference.kind", &pb__conference_kind__descriptor, NULL },
	{ "conference.state", &pb__conference_state__descriptor, NULL },
	{ "conference.action", &pb__conference_action__descriptor, NULL },
	{ "conference.answer", &pb__conference_answer__descriptor, NULL },
	{ "conference.series.step", &pb__series_step__descriptor, NULL },
	{ "action_item.state", &pb__action_item_state__descriptor, NULL },
	{ "action_item.action", &pb__action_item_action__descriptor, NULL },
	{ "consent.giver", &pb__consent_giver__descriptor, NULL },
	{ "consent.how", &pb__consent_how__descriptor, NULL },
	{ "consent.state", &pb__consent_state__descriptor, NULL },
	{ NULL, NULL, NULL },
};

const char *code_text(const struct code_list *list, int value, enum language language)
{
	if (list->texts == NULL)
		return vocabulary_text(list->words, value, language);
	for (const struct code_text *row = list->texts; row->value != 0; row++)
		if (row->value == value)
			return row->text[language];
	return NULL;
}
