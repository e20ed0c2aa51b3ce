/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/code_lists.h"

#include "content.pb-c.h"
#include "routing.pb-c.h"

static const char *const kinds[] = { "依頼", "会議", "同意", "連絡", "お知らせ" };
static const char *const asks[] = { "繋ぐ", "同行支援", "訪問", "サポーター派遣", "助言", "情報照会", "受入可否の照会", "機関間トラブルの解決" };
static const char *const urgencies[] = { "通常", "早め", "至急", "命の危険" };
static const char *const bases[] = { "本人の同意", "匿名", "生命の保護(個人情報保護法27条1項2号・69条2項)", "虐待の通報", "支援会議・支援調整会議", "法令・委託による職務" };
static const char *const laws[] = { "個人情報保護法27条1項2号", "個人情報保護法69条2項", "児童虐待防止法", "高齢者虐待防止法", "障害者虐待防止法",
				    "DV防止法6条", "社会福祉法106条の6", "生活困窮者自立支援法9条", "子ども・若者育成支援推進法", "児童福祉法25条の2",
				    "生活保護法27条の3", "介護保険法115条の48", "困難女性支援法15条", "DV防止法5条の2", "委託契約" };
static const char *const classes[] = { "氏名など", "連絡先", "居所", "家族", "家計", "健康", "こころの健康", "障害", "教育", "就労", "法律・司法", "暴力" };
static const char *const releases[] = { "配達時に開示", "受理後に開示" };
static const char *const takes[] = { "全員で支援(重なり合う支援)", "どこか一つ" };
static const char *const refusals[] = { "後で再送してほしい", "鍵が合わず開けない", "真正と確認できない", "形式を理解できない", "受け手のプログラムが失敗" };
static const char *const topics[] = { "病気・医療", "こころ", "介護", "障害", "子育て", "収入・仕事", "求職", "職場", "支出・滞納", "借金・債務",
				      "税・公共料金", "住まい", "家賃・ローン", "DV・虐待", "権利擁護", "地域", "家族", "ひきこもり・不登校",
				      "食べるものがない", "その他" };
static const char *const ages[] = { "10歳未満", "10代", "20代", "30代", "40代", "50代", "60代", "70代", "80代", "90歳以上" };
static const char *const facts[] = { "暴力がある", "親子を離す必要がある", "8050の80側(高齢の親)への支援", "ひきこもりと呼ばれたくない", "生活の困窮", "社会的な孤立",
				     "就労への次の一歩", "家計の見通し", "障害のグレーゾーン", "相続", "家に子どもがいる", "一人暮らし", "ヤングケアラー" };
static const char *const marks[] = { "○", "◎" };
static const char *const sexes[] = { "女", "男", "その他", "聞いていない" };

const struct code_list code_lists[] = {
	{ "kind", &pb__kind__descriptor, kinds },
	{ "ask", &pb__ask__descriptor, asks },
	{ "urgency", &pb__urgency__descriptor, urgencies },
	{ "take", &pb__take__descriptor, takes },
	{ "release", &pb__release__descriptor, releases },
	{ "basis.basis", &pb__basis__descriptor, bases },
	{ "basis.law", &pb__law__descriptor, laws },
	{ "text_classes", &pb__disclosure_class__descriptor, classes },
	{ "sheet.topics.topic", &pb__topic_name__descriptor, topics },
	{ "sheet.topics.mark", &pb__topic_mark__descriptor, marks },
	{ "sheet.person.sex", &pb__sex__descriptor, sexes },
	{ "need.age", &pb__age_band__descriptor, ages },
	{ "need.facts", &pb__need_fact__descriptor, facts },
	{ "refuse.reason", &pb__refuse_reason__descriptor, refusals },
	{ NULL, NULL, NULL },
};

/* A word that joins a list gets its Japanese here too. */
#define COVERS(list, last) _Static_assert(sizeof(list) / sizeof *(list) == (last), "one text per word of " #list)
COVERS(kinds, PB__KIND__KIND_ANNOUNCEMENT);
COVERS(asks, PB__ASK__ASK_RESOLVE_CONCERN);
COVERS(urgencies, PB__URGENCY__URGENCY_DANGER);
COVERS(bases, PB__BASIS__BASIS_PUBLIC_DUTY);
COVERS(laws, PB__LAW__LAW_ENTRUSTMENT_CONTRACT);
COVERS(classes, PB__DISCLOSURE_CLASS__DISCLOSURE_CLASS_VIOLENCE);
COVERS(releases, PB__RELEASE__RELEASE_ON_ACCEPT);
COVERS(takes, PB__TAKE__TAKE_ANY_ONE);
COVERS(refusals, PB__REFUSE_REASON__REFUSE_REASON_PROGRAM_FAILED);
COVERS(topics, PB__TOPIC_NAME__TOPIC_NAME_OTHER);
COVERS(ages, PB__AGE_BAND__AGE_BAND_NINETIES);
COVERS(facts, PB__NEED_FACT__NEED_FACT_YOUNG_CARER);
COVERS(marks, PB__TOPIC_MARK__TOPIC_MARK_MAIN);
COVERS(sexes, PB__SEX__SEX_NOT_ASKED);
