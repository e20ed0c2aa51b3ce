/* SPDX-License-Identifier: Apache-2.0 */
/* contract/notice_texts.c - see notice_texts.h for the contract.
 *
 * In a text stand for what the notice says:
 *
 *   $A  whose leg, seat or item it is      $D  the due time               $K  the kind of its thread
 *   $O  who opened the thread              $P  when the desk opens        $F  why it was refused
 *   $N  the next agency                    $R  the reason                 $C  the case
 *   $H  who goes on in another's place
 *
 * What stands in brackets is left out when something in it is not said. */
#include "contract/notice_texts.h"

#include "base/id.h"
#include "contract/civil_time.h"
#include "contract/vocabulary_texts.h"

struct notice_row {
	Pb__NoticeWhat what;
	const char *title[2];
	const char *text[2];
};

#define ROW(name, title_en, title_ja, en, ja) { PB__NOTICE_WHAT__NOTICE_WHAT_##name, { title_en, title_ja }, { en, ja } }

static const struct notice_row rows[] = {
	ROW(UNSPECIFIED, "notice", "通知",
	    "The site has something to say that this version does not know; update tsunagi.",
	    "このバージョンでは分からない通知です。tsunagiを更新してください。"),
	ROW(ANSWER_DUE, "answer due", "回答期限",
	    "Please answer the $K[ from $O][ by $D]: accept it, decline it and say why, ask a question, or name another agency.",
	    "[$O からの]$Kに[ $D までに]回答してください。受理、理由を添えた辞退、質問、他機関への紹介のいずれかです。"),
	ROW(ANSWER_OVERDUE, "no answer in time", "期限までに回答なし",
	    "$A has not answered your $K in time[; the answer was due $D]. Telephone them, or ask another agency.",
	    "$A から$Kへの回答が期限[($D)]までにありません。電話で確かめるか、他の機関への依頼を検討してください。"),
	ROW(SILENT, "an agency stays silent", "回答しない機関",
	    "$A stays silent about a $K[ from $O][, which was due $D]. You are its coordinator: please see that it answers.",
	    "$A が[ $O からの]$Kに回答していません[(期限 $D)]。取りまとめ役として、回答するよう働きかけてください。"),
	ROW(ALARM, "DANGER: no answer", "命の危険:回答なし",
	    "Danger to life: still no answer[ from $A] to the $K[ from $O][, due $D]. Act now, by telephone.",
	    "命の危険:[$O からの]$Kに[ $A が]まだ回答していません[(期限 $D)]。今すぐ電話で対応してください。"),
	ROW(CLOSED_AT_DUE, "closed when it is due", "期限時に閉所",
	    "$A is closed when its answer is due[ ($D)][; it opens again $P]. If it cannot wait, choose an agency that is open.",
	    "$A は回答期限[($D)]の時点で閉まっています[(次に開くのは $P)]。待てないときは、開いている機関を選んでください。"),
	ROW(LAPSED, "lapsed", "失効",
	    "The $K[ from $O][ to $A] lapsed, because nobody answered. It is its sender's turn again: ask another agency, or close it.",
	    "[$O からの][ $A への]$Kは、回答がないまま失効しました。差出機関の番に戻ります。他の機関に依頼するか、終結してください。"),
	ROW(WORD_DUE, "a word is due", "一報の期限",
	    "A word on the $K[ from $O] is due[ by $D]: the first contact, how it goes, or the review.",
	    "[$O からの]$Kについて、[ $D までに]一報を入れてください(初回連絡、経過、見直しのいずれか)。"),
	ROW(WORD_OVERDUE, "no word in time", "期限までに一報なし",
	    "$A has not said how the $K[ from $O] goes on[; a word was due $D]. Ask them.",
	    "$A から[ $O の]$Kのその後について連絡がありません[(期限 $D)]。確かめてください。"),
	ROW(DECISION_DUE, "your decision is due", "判断の期限",
	    "All whom you asked have ended their part in the $K. Decide what becomes of it[ by $D]: ask another agency, or close it with an outcome.",
	    "依頼したすべての機関の対応が終わりました。$Kをどうするか[ $D までに]決めてください。他の機関に依頼するか、結果を付けて終結します。"),
	ROW(TAKEN_ELSEWHERE, "taken elsewhere", "他機関が受理",
	    "Another agency took the $K[ from $O]. You need do nothing more.",
	    "[$O からの]$Kは他の機関が引き受けました。これ以上の対応は不要です。"),
	ROW(BLOCKED, "ended, nothing more comes", "提供終了",
	    "The consent that the $K[ from $O] rests on has ended, and with it[ $A's] part in it. Nothing more is handed over.",
	    "[$O からの]$Kの根拠である同意が終わったため、[ $A の]対応は終了しました。これ以上何も渡されません。"),
	ROW(PART_BLOCKED, "some parts withheld", "一部を提供停止",
	    "The consent no longer covers some of what belongs to the $K[ from $O]; these parts are never handed over.",
	    "[$O からの]$Kの一部は同意の範囲外となったため、その部分は渡されません。"),
	ROW(CONSENT_CHANGED, "consent changed", "同意の変更",
	    "The consent under which you received the $K[ from $O] has changed. Stop using what it no longer covers, and ask[ $O] how to go on.",
	    "[$O からの]$Kの受け取りの根拠である同意が変わりました。範囲外となった情報の利用をやめ、[ $O に]今後の扱いを確かめてください。"),
	ROW(DEAD_LETTER, "not delivered", "配達不能",
	    "Your $K could not be delivered[ to $A][: $F]. The site's operator sees it too; telephone[ $A] when it is urgent.",
	    "あなたの$Kを[ $A に]届けられませんでした[($F)]。拠点の運用担当にも表示されています。急ぐときは[ $A に]電話してください。"),
	ROW(UNDELIVERABLE, "undeliverable", "未配達で終了",
	    "The $K[ to $A] ended undelivered[: $R]. Ask another agency, or close it.",
	    "[$A への]$Kは届かないまま終了しました[($R)]。他の機関に依頼するか、終結してください。"),
	ROW(AGENCY_CLOSED, "an agency closed", "機関の廃止",
	    "$A is no longer in the directory. Another agency goes on in its place in the $K[ from $O]: `tsunagi request show` says which.",
	    "$A は名簿から外れました。[$O からの]$Kは別の機関が引き継ぎました。どの機関かは「tsunagi request show」で分かります。"),
	ROW(SEAL_DUE, "to be sealed", "封をする必要",
	    "[$N waits: ]only your system can seal the $K to a further agency. Let the program run that receives for your agency, on a device that can open it.",
	    "[$N が待っています。]$Kを次の機関あてに封をできるのは、あなたの機関のシステムだけです。受信プログラムを、開くことのできる端末で動かしてください。"),
	ROW(PURGE, "to be destroyed", "廃棄の依頼",
	    "[$O recalled the $K: ]what you hold of it is to be destroyed, and that confirmed[ by $D]. `tsunagi purge` does both.",
	    "[$O が$Kを取り消しました。]受け取ったものを廃棄し、[ $D までに]廃棄を確認してください。「tsunagi purge」で両方できます。"),
	ROW(PURGED, "destroyed", "廃棄済み",
	    "$A has confirmed that what you recalled of your $K is destroyed there.",
	    "$A から、取り消した$Kの内容を廃棄したとの確認がありました。"),
	ROW(CASE_ERASED, "case erased", "事例の消去",
	    "The operator has erased a case[: $C]. This site holds nothing of it any more. Destroy your own copies as your rules for such records say.",
	    "運用担当が事例[ $C ]を消去しました。この拠点にはもう何も残っていません。手元の写しも、記録の規程に従って廃棄してください。"),
	ROW(MEETING_DUE, "meeting due", "会議の期限",
	    "The $K[ of $D] waits for you, its convener: hold it, move it or call it off.",
	    "招集者であるあなたの$K[($D)]が次の手続きを待っています。開催、日程変更、中止のいずれかをしてください。"),
	ROW(ACTION_ITEM_DUE, "action item due", "行動項目の期限",
	    "Something that you took on in the $K[ of $O] is due[ by $D]. Do it and say so, or say why not.",
	    "[$O の]$Kで引き受けたことの期限です[($D)]。行って報告するか、できない理由を伝えてください。"),
	ROW(ACTION_ITEM_OVERDUE, "action item overdue", "行動項目の遅れ",
	    "[$A has not done ]what was taken on in the $K[ of $O][; it was due $D]. Ask them.",
	    "[$A が][ $O の]$Kで引き受けたことが期限[($D)]までに行われていません。確かめてください。"),
	ROW(NOT_POLLED, "mailbox not looked into", "受信箱が未確認",
	    "$A does not look into its mailbox, and something waits there. You are its coordinator: please telephone them.",
	    "$A が受信箱を確認しておらず、連絡がたまっています。取りまとめ役として、電話で知らせてください。"),
	ROW(CONSENT_RAN_OUT, "consent ran out", "同意の期限切れ",
	    "The consent ran out[ on $D]. What rests on it is no longer handed over; ask the person anew where it is still needed.",
	    "同意の期限が切れました[($D)]。これを根拠とする情報は渡されません。必要なら本人にあらためて確かめてください。"),
	ROW(CONFERENCE_CLOSED, "conference closed", "会議の終了",
	    "The $K[ of $O] is closed: its time is over and all that was taken on in it is settled.",
	    "[$O の]$Kは終了しました。日程を終え、引き受けたことはすべて済んでいます。"),
	ROW(DANGER, "DANGER TO LIFE", "命の危険",
	    "Danger to life: $O asked[ $A] for help. See now that somebody acts; of its content you are shown nothing.",
	    "命の危険:$O が[ $A に]助けを求めています。今すぐ誰かが対応しているか確かめてください。内容は表示されません。"),
};

/* Where no consent ended it. */
static const struct notice_row cannot_take_part =
	ROW(BLOCKED, "", "",
	    "The $K[ from $O][ to $A] has ended: this agency cannot take part. Nothing more is handed over.",
	    "[$O からの][ $A への]$Kは終了しました。この機関は関わることができないためです。これ以上何も渡されません。");

/* Kinds of a thread, as a noun within a sentence. */
static const char *const kinds[][2] = {
	[PB__KIND__KIND_UNSPECIFIED] = { "message", "連絡" }, [PB__KIND__KIND_REQUEST] = { "request", "依頼" },
	[PB__KIND__KIND_CONFERENCE] = { "conference", "会議" }, [PB__KIND__KIND_CONSENT] = { "consent", "同意" },
	[PB__KIND__KIND_NOTE] = { "note", "連絡" }, [PB__KIND__KIND_ANNOUNCEMENT] = { "announcement", "お知らせ" },
};

static const char *const refusals[][2] = {
	[PB__REFUSE_REASON__REFUSE_REASON_UNSPECIFIED] = { "", "" },
	[PB__REFUSE_REASON__REFUSE_REASON_RETRY_LATER] = { "the recipient's system asked to try later, too often", "受け手のシステムが後での再送を求め続けた" },
	[PB__REFUSE_REASON__REFUSE_REASON_CANNOT_OPEN] = { "no key of theirs opens it", "受け手の鍵で開けない" },
	[PB__REFUSE_REASON__REFUSE_REASON_NOT_AUTHENTIC] = { "its signature did not hold there", "受け手で署名を確かめられない" },
	[PB__REFUSE_REASON__REFUSE_REASON_NOT_UNDERSTOOD] = { "the recipient's system does not know this form", "受け手のシステムが形式を理解できない" },
	[PB__REFUSE_REASON__REFUSE_REASON_PROGRAM_FAILED] = { "the recipient's system failed", "受け手のシステムが失敗した" },
};

/* By whose place it was, and whether who reads it goes on in it, or somebody else does. */
static const struct notice_row asks_now =
	ROW(AGENCY_CLOSED, "", "", "$A is no longer in the directory. You now ask in its place: answering, withdrawing and deciding about its $K is yours.",
	    "$A は名簿から外れました。この$Kでは、あなたが代わって依頼した側になりました。質問への回答、取り下げ、判断を行ってください。");
static const struct notice_row asked_by_another =
	ROW(AGENCY_CLOSED, "", "", "$A is no longer in the directory. You work on its $K for $H now: questions, answers and reports go to them.",
	    "$A は名簿から外れました。この$Kの依頼元は $H に変わりました。質問、回答、報告は $H あてにしてください。");
static const struct notice_row held_now =
	ROW(AGENCY_CLOSED, "", "", "$A is no longer in the directory. You now hold its part in the $K[ from $O].",
	    "$A は名簿から外れました。[$O からの]$Kでこの機関が受け持っていた分は、あなたの担当になりました。");
static const struct notice_row held_by_another =
	ROW(AGENCY_CLOSED, "", "", "$A is no longer in the directory. $H now holds its part in your $K.",
	    "$A は名簿から外れました。あなたの$Kでこの機関が受け持っていた分は、$H が引き継ぎました。");

static const struct notice_row convenes_now =
	ROW(AGENCY_CLOSED, "", "", "$A is no longer in the directory. You now convene its $K: its date, its minutes, what was handed back and its end are yours.",
	    "$A は名簿から外れました。この$Kの招集者はあなたになりました。日程、議事録、戻された宿題、終了の手続きを行ってください。");
static const struct notice_row convened_by_another =
	ROW(AGENCY_CLOSED, "", "", "$A is no longer in the directory. $H convenes its $K now: answers and reports go to them.",
	    "$A は名簿から外れました。この$Kの招集者は $H に変わりました。回答や報告は $H あてにしてください。");
static const struct notice_row owns_now =
	ROW(AGENCY_CLOSED, "", "", "$A is no longer in the directory. What it took on in the $K[ of $O] is yours now[; it is due $D].",
	    "$A は名簿から外れました。[$O の]$Kでこの機関が引き受けたことは、あなたの担当になりました[(期限 $D)]。");
static const struct notice_row owned_by_another =
	ROW(AGENCY_CLOSED, "", "", "$A is no longer in the directory. $H now has what it took on in your $K.",
	    "$A は名簿から外れました。あなたの$Kでこの機関が引き受けたことは、$H が引き継ぎました。");
static const struct notice_row purges_now =
	ROW(AGENCY_CLOSED, "", "", "$A is no longer in the directory. [$O recalled the $K: ]see that what $A held of it is destroyed, and confirm that[ by $D].",
	    "$A は名簿から外れました。[$O が$Kを取り消しています。]$A が受け取ったものが廃棄されていることを確かめ、[$D までに]確認を届け出てください。");
static const struct notice_row purged_by_another =
	ROW(AGENCY_CLOSED, "", "", "$A is no longer in the directory. $H now confirms that what it held of your recalled $K is destroyed.",
	    "$A は名簿から外れました。取り消した$Kの廃棄の確認は、$H が引き継ぎました。");

static const struct notice_row *row_of(Pb__NoticeWhat what)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (rows[i].what == what)
			return &rows[i];
	return &rows[0];
}

const char *notice_title(Pb__NoticeWhat what, enum language language)
{
	return row_of(what)->title[language];
}

/* ---- what stands for a mark ---- */

struct saying {
	const Pb__SiteNotice *notice;
	int offset_minutes;
	enum language language;
};

static void put_time(const struct saying *saying, int64_t at_us, struct buf *out)
{
	struct civil_time time = civil_time_of(at_us, saying->offset_minutes);
	char day[CIVIL_DATE];

	if (at_us == 0)
		return;
	civil_day_format(time.day, day);
	buf_printf(out, "%s %02d:%02d", day, (int)time.minute / 60, (int)time.minute % 60);
}

/* The text that stands for a mark other than a time; NULL: none. */
static const char *text_of(const struct saying *saying, char mark)
{
	const Pb__SiteNotice *notice = saying->notice;
	size_t kind = (size_t)notice->kind < sizeof(kinds) / sizeof(*kinds) ? (size_t)notice->kind : 0;
	size_t refused = (size_t)notice->refused < sizeof(refusals) / sizeof(*refusals) ? (size_t)notice->refused : 0;

	switch (mark) {
	case 'A':
		return notice->agency;
	case 'O':
		return notice->opened_by;
	case 'N':
		return notice->next_agency;
	case 'H':
		return notice->holder_agency;
	case 'K':
		return kinds[kind][saying->language];
	case 'F':
		return refusals[refused][saying->language];
	case 'R':
		return vocabulary_text(&pb__reason__descriptor, (int)notice->reason, saying->language);
	default:
		return NULL;
	}
}

static void put_mark(const struct saying *saying, char mark, struct buf *out)
{
	const char *text = text_of(saying, mark);
	char id[ID_TEXT];

	if (mark == 'C' && saying->notice->case_id.len == ID_BYTES) {
		struct id case_id;

		memcpy(case_id.bytes, saying->notice->case_id.data, ID_BYTES);
		id_format(&case_id, id);
		buf_put_text(out, id);
	} else if (mark == 'D' || mark == 'P')
		put_time(saying, mark == 'D' ? saying->notice->due_at_us : saying->notice->opens_at_us, out);
	else if (text != NULL)
		buf_put_text(out, text);
}

/* Up to end, marks replaced; true when each said something. */
static bool put_run(const struct saying *saying, const char *at, const char *end, struct buf *out)
{
	bool said = true;

	for (; at < end; at++) {
		size_t before = out->len;

		if (*at != '$') {
			buf_put_byte(out, (uint8_t)*at);
			continue;
		}
		put_mark(saying, *++at, out);
		said = said && out->len > before;
	}
	return said;
}

/* NULL: it does not say whose place it was. */
static const struct notice_row *closed_row(const Pb__SiteNotice *notice)
{
	bool reader = notice->holder_agency[0] == '\0';

	if (notice->what != PB__NOTICE_WHAT__NOTICE_WHAT_AGENCY_CLOSED)
		return NULL;
	switch (notice->place) {
	case PB__PARTY__PARTY_SENDER:
		return reader ? &asks_now : &asked_by_another;
	case PB__PARTY__PARTY_RECIPIENT:
		return reader ? &held_now : &held_by_another;
	case PB__PARTY__PARTY_CONVENER:
		return reader ? &convenes_now : &convened_by_another;
	case PB__PARTY__PARTY_OWNER:
		if (notice->kind == PB__KIND__KIND_REQUEST)
			return reader ? &purges_now : &purged_by_another;
		return reader ? &owns_now : &owned_by_another;
	default:
		return NULL;
	}
}

static const struct notice_row *text_row(const Pb__SiteNotice *notice)
{
	const struct notice_row *closed = closed_row(notice);
	bool blocked = notice->what == PB__NOTICE_WHAT__NOTICE_WHAT_BLOCKED;

	if (closed != NULL)
		return closed;
	return blocked && notice->reason == PB__REASON__REASON_CANNOT_TAKE_PART ? &cannot_take_part : row_of(notice->what);
}

enum err notice_text(const Pb__SiteNotice *notice, int offset_minutes, enum language language, struct buf *out)
{
	struct saying saying = { notice, offset_minutes, language };
	const char *at = text_row(notice)->text[language];

	while (*at != '\0') {
		size_t before = out->len;
		const char *end = *at == '[' ? strchr(at, ']') : at + strcspn(at, "[");

		if (*at != '[') {
			put_run(&saying, at, end, out);
			at = end;
			continue;
		}
		if (!put_run(&saying, at + 1, end, out) && out->err == ERR_OK)
			out->len = before;
		at = end + 1;
	}
	return out->err;
}
