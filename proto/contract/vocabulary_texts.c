/* SPDX-License-Identifier: Apache-2.0 */
/* contract/vocabulary_texts.c - see vocabulary_texts.h for the contract. */
#include "contract/vocabulary_texts.h"

#include <stddef.h>

struct word_text {
	int value;
	const char *text[2]; /* by enum language */
};

#define W(LIST, name, en, ja) { PB__##LIST##_##name, { en, ja } }

#define X(name, en, ja) W(PARTY__PARTY, name, en, ja)
static const struct word_text parties[] = {
	X(SENDER, "the sender", "依頼元"),
	X(RECIPIENT, "the recipient", "依頼先"),
	X(BROKER, "the broker", "仲介サーバー"),
	X(OPERATOR, "the operator", "運用担当"),
	X(COORDINATOR, "the coordinator", "調整役の機関"),
	X(CONVENER, "the convener", "主催機関"),
	X(PARTICIPANT, "a participant", "参加機関"),
	X(OWNER, "the owner", "担当機関"),
};
#undef X

#define X(name, en, ja) W(LEG_STATE__LEG_STATE, name, en, ja)
static const struct word_text leg_states[] = {
	X(AWAITING_SEAL, "awaiting the sender's seal", "封の準備中"),
	X(SUBMITTED, "submitted", "送信済み"),
	X(RECEIVED, "received", "受領済み"),
	X(QUESTIONED, "questioned", "問い合わせ中"),
	X(ACCEPTING, "acceptance to be confirmed", "受諾の確認中"),
	X(ACCEPTED, "accepted", "受諾"),
	X(ACTIVE, "support under way", "支援中"),
	X(ON_HOLD, "on hold", "保留中"),
	X(DECLINED, "declined", "辞退"),
	X(REDIRECTED, "redirected", "他機関へ回付"),
	X(COMPLETED, "completed", "完了"),
	X(WITHDRAWN, "withdrawn", "取り下げ"),
	X(LAPSED, "lapsed without an answer", "回答なく失効"),
	X(BLOCKED, "blocked, since consent ended", "同意の終了により停止"),
	X(UNDELIVERABLE, "undeliverable", "配達不能"),
	X(TAKEN_ELSEWHERE, "taken by another agency", "他機関が受諾"),
};
#undef X

#define X(name, en, ja) W(LEG_ACTION__LEG_ACTION, name, en, ja)
static const struct word_text leg_actions[] = {
	X(SUBMIT, "submit", "送信"),
	X(RECEIVE, "receive", "受領"),
	X(SEEN, "mark as seen", "閲覧の記録"),
	X(ASK, "ask", "問い合わせ"),
	X(ANSWER, "answer", "問い合わせへの回答"),
	X(ACCEPT, "accept", "受諾"),
	X(DECLINE, "decline", "断る"),
	X(REDIRECT, "redirect", "他機関へ回す"),
	X(START, "start", "支援の開始"),
	X(REPORT, "report", "経過の報告"),
	X(HOLD, "hold", "保留"),
	X(RESUME, "resume", "再開"),
	X(COMPLETE, "complete", "完了"),
	X(WITHDRAW, "withdraw", "取り下げ"),
	X(SEAL, "seal", "封をする"),
	X(CONFIRM, "confirm the acceptance", "受諾の確認"),
	X(OPEN, "open for the next agency", "次の機関への回付"),
	X(LAPSE, "lapse", "失効"),
	X(BLOCK, "block", "停止"),
	X(BLOCK_PART, "block a part", "一部の停止"),
	X(DEAD_LETTER, "set aside as a dead letter", "配達不能として保管"),
	X(REQUEUE, "deliver again", "再配達"),
	X(EXPIRE, "give up the delivery", "配達の打ち切り"),
	X(CLOSE_AGENCY, "close the agency", "機関の閉鎖"),
	X(TAKE_ELSEWHERE, "end, taken by another agency", "他機関の受諾による終了"),
	X(RESEAL, "seal again", "封のし直し"),
};
#undef X

#define X(name, en, ja) W(REQUEST_STATE__REQUEST_STATE, name, en, ja)
static const struct word_text request_states[] = {
	X(WAITING, "waiting for an answer", "回答待ち"),
	X(DECISION_DUE, "the sender is to decide what follows", "依頼元の判断待ち"),
	X(TAKEN, "taken", "引き受け済み"),
	X(COMPLETED, "completed", "完了"),
	X(WITHDRAWN, "withdrawn", "取り下げ"),
	X(CLOSED, "closed by the sender", "依頼元が終結"),
};
#undef X

#define X(name, en, ja) W(REASON__REASON, name, en, ja)
static const struct word_text reasons[] = {
	X(FULL, "no place free", "定員・件数がいっぱい"),
	X(OUTSIDE_AREA, "outside our area", "担当区域の外"),
	X(OUTSIDE_REMIT, "outside our remit (age, scheme)", "対象(年齢・制度)の外"),
	X(LACKS_EXPERTISE, "we lack the expertise", "専門性が足りない"),
	X(OTHER_FITS_BETTER, "another agency fits better", "他の機関がより適している"),
	X(NOT_IMPARTIAL, "we could not be impartial", "公平に関われない事情がある"),
	X(NOT_ENOUGH_INFORMATION, "not enough information to judge", "判断できるだけの情報がない"),
	X(TEMPORARILY_CLOSED, "closed for a time", "一時的に受けられない"),
	X(SUPPORT_REFUSED, "the person refuses support for now", "支援拒否"),
	X(NOT_REACHED, "the person cannot be reached", "連絡がつかない"),
	X(IN_HOSPITAL, "in hospital or recovering", "入院・療養中"),
	X(AWAITING_OTHERS, "waiting for another agency", "他機関の手続き待ち"),
	X(PERSONS_WISH, "the person's wish", "本人の希望"),
	X(NO_LONGER_NEEDED, "no longer needed", "必要がなくなった"),
	X(MISDIRECTED, "sent to the wrong agency", "宛先の誤り"),
	X(SENT_BY_MISTAKE, "its content is wrong", "内容の誤り"),
	X(CIRCUMSTANCES_CHANGED, "circumstances changed", "状況が変わった"),
	X(CONSENT_CHANGED, "the person's consent changed", "本人の同意が変わった"),
	X(TOO_FEW_PARTICIPANTS, "too few participants", "参加機関がそろわない"),
	X(SUPERSEDED, "replaced by another", "別の依頼・予定に替えた"),
	X(SILENCE, "nobody answered in time", "期限までに回答がなかった"),
	X(CONSENT_WITHDRAWN, "consent was withdrawn", "同意が撤回された"),
	X(CONSENT_RAN_OUT, "consent ran out", "同意の期限が切れた"),
	X(UNDELIVERED, "it could not be delivered", "届けられなかった"),
	X(AGENCY_CLOSED, "the agency closed", "機関が閉鎖した"),
	X(KEY_COMPROMISED, "a key was compromised", "鍵が漏れたおそれがある"),
	X(CANNOT_TAKE_PART, "this agency cannot take part", "この機関は関われない"),
	X(OTHER, "other", "その他"),
};
#undef X

#define X(name, en, ja) W(OUTCOME__OUTCOME, name, en, ja)
static const struct word_text outcomes[] = {
	X(RESOLVED, "resolved", "困りごとが解決した"),
	X(SUPPORT_CONTINUES, "continuing support is in place", "継続した支援につながった"),
	X(HANDED_ON, "another agency took it over", "別の機関につながった"),
	X(ACCOMPANIED, "accompanied", "同行した"),
	X(VISITED, "visited", "訪問した"),
	X(SUPPORTER_SENT, "a supporter went", "サポーターを派遣した"),
	X(ADVISED, "advised", "助言した"),
	X(INFORMED, "information given", "情報を提供した"),
	X(CAN_TAKE, "there is a place", "受け入れられる"),
	X(CANNOT_TAKE, "there is no place", "受け入れられない"),
	X(CONCERN_SETTLED, "the concern between agencies is settled", "機関間の行き違いが解けた"),
	X(SUPPORT_REFUSED, "the person did not want support", "本人が支援を望まなかった"),
	X(NOT_REACHED, "the person could not be reached", "連絡がつかなかった"),
	X(MOVED_AWAY, "moved away", "転居した"),
	X(DECEASED, "deceased", "亡くなった"),
	X(SENDER_SUPPORTS, "nobody took it; the sender goes on supporting", "引き受け先がなく、依頼元が支援を続ける"),
	X(NOT_NEEDED, "no longer needed", "必要がなくなった"),
	X(OTHER, "other", "その他"),
};
#undef X

#define X(name, en, ja) W(CONFERENCE_KIND__CONFERENCE_KIND, name, en, ja)
static const struct word_text conference_kinds[] = {
	X(CASE, "case conference", "ケース会議"),
	X(STAFF, "staff meeting", "スタッフ会議"),
	X(EDUCATION_LIAISON, "education liaison meeting", "教育関係機関連携会議"),
	X(SUPPORT_MEETING, "statutory support meeting", "支援会議"),
};
#undef X

#define X(name, en, ja) W(CONFERENCE_STATE__CONFERENCE_STATE, name, en, ja)
static const struct word_text conference_states[] = {
	X(PROPOSED, "proposed", "提案中"),
	X(CONVENED, "convened", "日程確定"),
	X(HELD, "held", "開催済み"),
	X(CLOSED, "closed", "終結"),
	X(CANCELLED, "cancelled", "中止"),
};
#undef X

#define X(name, en, ja) W(CONFERENCE_ACTION__CONFERENCE_ACTION, name, en, ja)
static const struct word_text conference_actions[] = {
	X(PROPOSE, "propose", "提案"),
	X(CONVENE, "fix the date", "日程の決定"),
	X(ANSWER, "answer the invitation", "出欠の回答"),
	X(MATERIALS, "send materials", "資料の送付"),
	X(MINUTES, "send the minutes", "議事録の送付"),
	X(DISSENT, "record a dissent", "異なる意見の記録"),
	X(CLOSE, "close", "終結"),
	X(CANCEL, "cancel", "中止"),
};
#undef X

#define X(name, en, ja) W(CONFERENCE_ANSWER__CONFERENCE_ANSWER, name, en, ja)
static const struct word_text conference_answers[] = {
	X(ACCEPTED, "will attend", "出席"),
	X(TENTATIVE, "may attend", "未定"),
	X(DECLINED, "will not attend", "欠席"),
	X(DELEGATED, "another agency attends", "他機関が代わりに出席"),
};
#undef X

#define X(name, en, ja) W(ACTION_ITEM_STATE__ACTION_ITEM_STATE, name, en, ja)
static const struct word_text action_item_states[] = {
	X(OPEN, "open", "未了"),
	X(HANDED_BACK, "handed back", "返上"),
	X(DONE, "done", "完了"),
	X(DROPPED, "dropped", "取りやめ"),
};
#undef X

#define X(name, en, ja) W(ACTION_ITEM_ACTION__ACTION_ITEM_ACTION, name, en, ja)
static const struct word_text action_item_actions[] = {
	X(ASSIGN, "assign", "割り当て"),
	X(REPORT, "report", "経過の報告"),
	X(FINISH, "finish", "完了"),
	X(HAND_BACK, "hand back", "返上"),
	X(DROP, "drop", "取りやめ"),
};
#undef X

#define X(name, en, ja) W(SERIES_STEP__SERIES_STEP, name, en, ja)
static const struct word_text series_steps[] = {
	X(WEEKLY, "weekly", "毎週"),
	X(MONTHLY, "monthly", "毎月"),
	X(EVERY_OTHER_MONTH, "every other month", "隔月"),
};
#undef X

#define X(name, en, ja) W(CONSENT_GIVER__CONSENT_GIVER, name, en, ja)
static const struct word_text consent_givers[] = {
	X(PERSON, "the person", "本人"),
	X(LEGAL_REPRESENTATIVE, "a legal representative", "法定代理人"),
	X(RELATIVE, "a relative, for their own information", "家族(家族自身の情報に限る)"),
};
#undef X

#define X(name, en, ja) W(CONSENT_HOW__CONSENT_HOW, name, en, ja)
static const struct word_text consent_hows[] = {
	X(WRITTEN, "in writing", "書面"),
	X(ORAL, "by word of mouth", "口頭"),
	X(ELECTRONIC, "electronically", "電子"),
};
#undef X

#define X(name, en, ja) W(CONSENT_STATE__CONSENT_STATE, name, en, ja)
static const struct word_text consent_states[] = {
	X(IN_FORCE, "in force", "有効"),
	X(WITHDRAWN, "withdrawn", "撤回"),
	X(RAN_OUT, "run out", "期限切れ"),
};
#undef X

#define X(name, en, ja) W(ANSWERED__ANSWERED, name, en, ja)
static const struct word_text answers[] = {
	X(YES, "yes", "はい"),
	X(NO, "no", "いいえ"),
};
#undef X

#define X(name, en, ja) W(ASK__ASK, name, en, ja)
static const struct word_text asks[] = {
	X(REFER, "refer", "繋ぐ"),
	X(ACCOMPANY, "accompany", "同行支援"),
	X(OUTREACH, "outreach", "訪問"),
	X(DISPATCH_SUPPORTER, "dispatch a supporter", "サポーター派遣"),
	X(ADVISE, "advise", "助言"),
	X(INFORM, "inform", "情報照会"),
	X(CAPACITY, "ask for a place", "受入可否の照会"),
	X(RESOLVE_CONCERN, "resolve a concern between agencies", "機関間トラブルの解決"),
};
#undef X

#define X(name, en, ja) W(URGENCY__URGENCY, name, en, ja)
static const struct word_text urgencies[] = {
	X(ROUTINE, "routine", "通常"),
	X(SOON, "soon", "早め"),
	X(URGENT, "urgent", "至急"),
	X(DANGER, "danger to life", "命の危険"),
};
#undef X

#define LIST(name, texts) { &pb__##name##__descriptor, texts, sizeof(texts) / sizeof(*(texts)) }

static const struct {
	const ProtobufCEnumDescriptor *list;
	const struct word_text *texts;
	size_t count;
} lists[] = {
	LIST(party, parties),
	LIST(leg_state, leg_states),
	LIST(leg_action, leg_actions),
	LIST(request_state, request_states),
	LIST(reason, reasons),
	LIST(outcome, outcomes),
	LIST(conference_kind, conference_kinds),
	LIST(conference_state, conference_states),
	LIST(conference_action, conference_actions),
	LIST(conference_answer, conference_answers),
	LIST(action_item_state, action_item_states),
	LIST(action_item_action, action_item_actions),
	LIST(series_step, series_steps),
	LIST(consent_giver, consent_givers),
	LIST(consent_how, consent_hows),
	LIST(consent_state, consent_states),
	LIST(answered, answers),
	LIST(ask, asks),
	LIST(urgency, urgencies),
};

static const char *text_in(const struct word_text *texts, size_t count, int value, enum language language)
{
	for (size_t i = 0; i < count; i++) {
		if (texts[i].value == value)
			return texts[i].text[language];
	}
	return NULL;
}

const char *vocabulary_text(const ProtobufCEnumDescriptor *list, int value, enum language language)
{
	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		if (lists[i].list == list)
			return text_in(lists[i].texts, lists[i].count, value, language);
	}
	return NULL;
}

void vocabulary_put_set(const ProtobufCEnumDescriptor *list, uint32_t set, enum language language, struct buf *out)
{
	const char *separator = "";

	for (int value = 0; value < 32; value++) {
		const char *text = (set >> value & 1) != 0 ? vocabulary_text(list, value, language) : NULL;

		if (text == NULL)
			continue;
		buf_put_text(out, separator);
		buf_put_text(out, text);
		separator = language == LANGUAGE_JA ? "、" : ", ";
	}
}
