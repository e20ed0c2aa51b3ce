/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/field_labels.h"

#include <string.h>

#include "content.pb-c.h"
#include "contract/vocabulary_texts.h"
#include "envelope.pb-c.h"
#include "tsunagi/code_lists.h"

struct label {
	const char *field;
	const char *text;
};

static const struct label view[] = { { "kind", "種類" },	   { "ask", "依頼の内容" },	 { "urgency", "緊急度" },      { "take", "受け方" },
				     { "case_id", "ケース番号" },  { "thread_id", "元の依頼の番号" }, { "respond_by", "回答期限" }, { "expires_at", "有効期限" },
				     { "rule_id", "振り分け規則" }, { "basis", "" },		 { NULL, NULL } };
static const struct label basis[] = { { "basis", "共有の根拠" },  { "law", "根拠法令" },	    { "reason", "根拠の理由" },
				      { "consent_id", "同意番号" }, { "meeting_id", "会議番号" }, { NULL, NULL } };
static const struct label sheet[] = { { "received_on", "受付日" },	  { "organisation", "所属" },	     { "worker", "担当者" },
				      { "person", "" },			  { "visitor", "来談者" },	     { "household", "世帯構成" },
				      { "topics", "お困りごと" },	  { "history", "経過" },	     { "wishes", "本人の希望" },
				      { "referral_reason", "紹介する理由" }, { "expected_support", "期待する支援" }, { "risk", "リスク" },
				      { "not_seen", "見えていないこと" }, { "facts", "事実" },	     { "outreach", "訪問前の確認" },
				      { "ward", "区" },			  { "age_band", "年代" },	     { "text_classes", "文章に含まれる情報" },
				      { "attachments", "添付" },	  { "household_cases", "同じ世帯のケース" }, { "occasion", "機会" },
				      { "supporter", "登録サポーター" },  { "inquiry", "照会" },	     { "capacity", "受入可否" },
				      { "concern", "機関間のこと" },	  { NULL, NULL } };
static const struct label person[] = { { "name", "氏名" }, { "kana", "ふりがな" }, { "sex", "性別" },	 { "birth_date", "生年月日" }, { "address", "住所" },
				       { "phone", "電話" }, { "email", "E-mail" },  { "whereabouts", "居所" }, { NULL, NULL } };
static const struct label visitor[] = { { "name", "氏名" }, { "relation", "関係" }, { NULL, NULL } };
static const struct label household[] = { { "name", "氏名" }, { "age", "年齢" }, { "relation", "続柄" }, { "remark", "備考" }, { NULL, NULL } };
static const struct label topic[] = { { "topic", "項目" }, { "mark", "印" }, { "note", "内容" }, { NULL, NULL } };
static const struct label facts[] = { { "finance", "家計" },     { "health", "健康" },	  { "mental_health", "こころの健康" }, { "disability", "障害" },
				      { "education", "教育" },  { "employment", "就労" }, { "legal", "法律・司法" },	       { "violence", "暴力" },
				      { NULL, NULL } };
static const struct label outreach[] = { { "family_relation", "家族との関係" },
					 { "psychiatric", "精神的疾患・経過とタイミング" },
					 { "person_knows_date", "本人は日程を知っている" },
					 { "person_consent", "本人同意の見極め" },
					 { "whose_wish", "だれの希望か" },
					 { "could_come_instead", "本人は来所できる" },
					 { "knows_date", "本人は訪問の日程を知っているか" },
					 { "can_come", "本人は来所できるか" },
					 { NULL, NULL } };
static const struct label occasion[] = { { "what", "用件" }, { "place", "場所" }, { "held_on", "日付" }, { "time", "時刻" }, { NULL, NULL } };
static const struct label supporter[] = { { "number", "登録番号" }, { "name", "氏名" }, { NULL, NULL } };
static const struct label inquiry[] = { { "question", "聞きたいこと" }, { "purpose", "利用目的" }, { NULL, NULL } };
static const struct label capacity[] = { { "service", "サービス" }, { "places", "人数" }, { "from_on", "いつから" }, { NULL, NULL } };
static const struct label concern[] = { { "agency", "相手の機関" }, { "facts", "何があったか" }, { "hope", "どうなればよいか" }, { NULL, NULL } };
static const struct label series[] = { { "step", "間隔" }, { "weekday", "曜日(1月曜〜7日曜)" }, { "nth", "第何週" }, { "day", "日" }, { "starts_on", "開始日" },
				       { "until_on", "最終日" }, { NULL, NULL } };
static const struct label conference[] = { { "title", "会議名" },	     { "place", "場所" },	{ "agenda", "議題" },	     { "text_classes", "文章に含まれる情報" },
					   { "attachments", "添付" },	     { "decisions", "決定" },	{ "dissents", "異なる立場" }, { "action_items", "行動項目" },
					   { "starts_at", "開始日時" }, { "ends_at", "終了日時" }, { "series", "定例" },	     { NULL, NULL } };
static const struct label decision[] = { { "text", "内容" }, { NULL, NULL } };
static const struct label dissent[] = { { "agency", "機関" }, { "text", "内容" }, { NULL, NULL } };
static const struct label action_item[] = { { "owner", "担当機関" }, { "text", "内容" }, { "due_on", "期限" }, { NULL, NULL } };
static const struct label consent[] = { { "person_name", "氏名" }, { "given_by", "同意した人" }, { "how", "方法" }, { "text", "内容" }, { "attachments", "添付" },
					{ NULL, NULL } };
static const struct label note[] = { { "text", "本文" }, { "text_classes", "文章に含まれる情報" }, { "attachments", "添付" }, { NULL, NULL } };
static const struct label announcement[] = { { "series", "定例" }, { "title", "件名" },	    { "text", "本文" },		{ "place", "場所" }, { "starts_at", "開始日時" },
					     { "ends_at", "終了日時" }, { "places", "定員" }, { NULL, NULL } };

static const struct {
	const ProtobufCMessageDescriptor *type;
	const struct label *labels;
} forms[] = {
	{ &pb__view__descriptor, view },	   { &pb__basis_claim__descriptor, basis },
	{ &pb__sheet__descriptor, sheet },	   { &pb__person__descriptor, person },
	{ &pb__visitor__descriptor, visitor },	   { &pb__household_member__descriptor, household },
	{ &pb__topic__descriptor, topic },	   { &pb__facts__descriptor, facts },
	{ &pb__outreach_checks__descriptor, outreach }, { &pb__occasion__descriptor, occasion },
	{ &pb__supporter__descriptor, supporter }, { &pb__inquiry__descriptor, inquiry },
	{ &pb__capacity_inquiry__descriptor, capacity }, { &pb__concern__descriptor, concern },
	{ &pb__series__descriptor, series },	   { &pb__conference_content__descriptor, conference },
	{ &pb__conference_content__decision__descriptor, decision }, { &pb__conference_content__dissent__descriptor, dissent },
	{ &pb__conference_content__action_item__descriptor, action_item }, { &pb__consent_content__descriptor, consent },
	{ &pb__note_content__descriptor, note },   { &pb__announcement_content__descriptor, announcement },
};

const char *field_label(const ProtobufCMessageDescriptor *type, const char *field)
{
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
		for (const struct label *label = forms[i].type == type ? forms[i].labels : NULL; label != NULL && label->field != NULL; label++)
			if (strcmp(label->field, field) == 0)
				return label->text;
	return NULL;
}

const char *field_word(const ProtobufCEnumDescriptor *type, int value)
{
	for (const struct code_list *list = code_lists; list->field != NULL; list++)
		if (list->words == type)
			return code_text(list, value, LANGUAGE_JA);
	return vocabulary_text(type, value, LANGUAGE_JA);
}
