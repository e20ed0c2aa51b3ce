/* SPDX-License-Identifier: Apache-2.0 */
/* The table of what is done with conferences, action items and announcements. */
#include "tsunagi/commands.h"
#include "tsunagi/subcommands.h"

#define NO_DETAIL { NULL, NULL }

static const struct option_row list_options[] = {
	{ "ended", NULL, { "also what has ended", "終わったものも" } },
	{ NULL },
};

static const struct option_row show_options[] = {
	{ "from", "DIR", { "where `receive --out` stored what arrived", "`receive --out` の保存先" } },
	{ NULL },
};

static const struct option_row propose_options[] = {
	{ "to", "AGENCY", { "who is to take part, in place of the file's; may be repeated", "参加機関(ファイルの宛先に代えて)。繰り返し可" } },
	{ "kind", "KIND", { "CASE, STAFF, EDUCATION_LIAISON or SUPPORT_MEETING (CASE)", "CASE、STAFF、EDUCATION_LIAISON、SUPPORT_MEETING(なければ CASE)" } },
	{ "law", "LAW", { "of a support meeting: a code of `tsunagi codes law`", "支援会議の根拠法(`tsunagi codes law`)" } },
	{ "case", "ID", { "about this case", "このケースについて" } },
	{ "starts", "TIME", { "when it begins, as 2026-12-01T10:00:00+09:00", "開始の日時(2026-12-01T10:00:00+09:00 の形)" } },
	{ "ends", "TIME", { "when it ends", "終了の日時" } },
	{ "attach", "FILE", { "attach a file of up to 16 MiB; may be repeated", "添付ファイル(16 MiB まで)。繰り返し可" } },
	{ "key", "TEXT", { "makes a retry the same act", "再実行を同じ操作として扱うためのキー" } },
	{ NULL },
};

static const struct option_row convene_options[] = {
	{ "starts", "TIME", { "when it begins, as 2026-12-01T10:00:00+09:00", "開始の日時(2026-12-01T10:00:00+09:00 の形)" } },
	{ "ends", "TIME", { "when it ends", "終了の日時" } },
	{ "text", "TEXT", { "words, sealed; \"-\" reads stdin", "言葉(封をする)。- で標準入力から" } },
	{ "attach", "FILE", { "attach a file of up to 16 MiB; may be repeated", "添付ファイル(16 MiB まで)。繰り返し可" } },
	{ "classes", "A,B", { "what the words and files tell, such as HEALTH,FAMILY", "言葉と添付の内容の区分(HEALTH,FAMILY など)" } },
	{ "key", "TEXT", { "makes a retry the same act", "再実行を同じ操作として扱うためのキー" } },
	{ NULL },
};

static const struct option_row answer_options[] = {
	{ "answer", "WORD", { "ACCEPTED, TENTATIVE, DECLINED or DELEGATED", "ACCEPTED(出席)、TENTATIVE(未定)、DECLINED(欠席)、DELEGATED(代わりの機関)" } },
	{ "next", "AGENCY", { "with DELEGATED: who takes part instead", "DELEGATED のとき:代わりに参加する機関" } },
	{ "text", "TEXT", { "words, sealed; \"-\" reads stdin", "言葉(封をする)。- で標準入力から" } },
	{ "attach", "FILE", { "attach a file of up to 16 MiB; may be repeated", "添付ファイル(16 MiB まで)。繰り返し可" } },
	{ "classes", "A,B", { "what the words and files tell, such as HEALTH,FAMILY", "言葉と添付の内容の区分(HEALTH,FAMILY など)" } },
	{ "key", "TEXT", { "makes a retry the same act", "再実行を同じ操作として扱うためのキー" } },
	{ NULL },
};

static const struct option_row words_options[] = {
	{ "text", "TEXT", { "words, sealed; \"-\" reads stdin", "言葉(封をする)。- で標準入力から" } },
	{ "attach", "FILE", { "attach a file of up to 16 MiB; may be repeated", "添付ファイル(16 MiB まで)。繰り返し可" } },
	{ "classes", "A,B", { "what the words and files tell, such as HEALTH,FAMILY", "言葉と添付の内容の区分(HEALTH,FAMILY など)" } },
	{ "key", "TEXT", { "makes a retry the same act", "再実行を同じ操作として扱うためのキー" } },
	{ NULL },
};

static const struct option_row minutes_options[] = {
	{ "attach", "FILE", { "attach a file of up to 16 MiB; may be repeated", "添付ファイル(16 MiB まで)。繰り返し可" } },
	{ "key", "TEXT", { "makes a retry the same act", "再実行を同じ操作として扱うためのキー" } },
	{ NULL },
};

static const struct option_row cancel_options[] = {
	{ "reason", "CODE", { "why: a code of `tsunagi codes reason`", "理由のコード(`tsunagi codes reason`)" } },
	{ "text", "TEXT", { "words, sealed; \"-\" reads stdin", "言葉(封をする)。- で標準入力から" } },
	{ "attach", "FILE", { "attach a file of up to 16 MiB; may be repeated", "添付ファイル(16 MiB まで)。繰り返し可" } },
	{ "classes", "A,B", { "what the words and files tell, such as HEALTH,FAMILY", "言葉と添付の内容の区分(HEALTH,FAMILY など)" } },
	{ "key", "TEXT", { "makes a retry the same act", "再実行を同じ操作として扱うためのキー" } },
	{ NULL },
};

static const struct option_row assign_options[] = {
	{ "owner", "AGENCY", { "who is to do it", "担当する機関" } },
	{ "due", "DATE", { "by the end of this day", "期限の日" } },
	{ "text", "TEXT", { "words, sealed; \"-\" reads stdin", "言葉(封をする)。- で標準入力から" } },
	{ "attach", "FILE", { "attach a file of up to 16 MiB; may be repeated", "添付ファイル(16 MiB まで)。繰り返し可" } },
	{ "classes", "A,B", { "what the words and files tell, such as HEALTH,FAMILY", "言葉と添付の内容の区分(HEALTH,FAMILY など)" } },
	{ "key", "TEXT", { "makes a retry the same act", "再実行を同じ操作として扱うためのキー" } },
	{ NULL },
};

static const struct option_row announce_options[] = {
	{ "to", "AGENCY", { "to this agency too; may be repeated", "この機関にも。繰り返し可" } },
	{ "category", "CATEGORY", { "to every agency of this category; may be repeated", "この種類の全機関に。繰り返し可" } },
	{ "key", "TEXT", { "makes a retry the same act", "再実行を同じ操作として扱うためのキー" } },
	{ NULL },
};

static const struct option_row sign_up_options[] = {
	{ "places", "N", { "so many take part in all (1)", "参加人数の合計(1)" } },
	{ "cancel", NULL, { "gives them back", "申し込みを取り消す" } },
	{ "key", "TEXT", { "makes a retry the same act", "再実行を同じ操作として扱うためのキー" } },
	{ NULL },
};

static const struct option_row purge_options[] = {
	{ "from", "DIR", { "where `receive --out` stored it: deleted there", "`receive --out` の保存先。そこから削除する" } },
	{ NULL },
};

static const struct option_row note_options[] = {
	{ "to", "AGENCY", { "to these alone; else to all who take part; may be repeated", "この機関だけに。なければ関わる全機関に。繰り返し可" } },
	{ "text", "TEXT", { "words, sealed; \"-\" reads stdin", "言葉(封をする)。- で標準入力から" } },
	{ "attach", "FILE", { "attach a file of up to 16 MiB; may be repeated", "添付ファイル(16 MiB まで)。繰り返し可" } },
	{ "classes", "A,B", { "what the words and files tell, such as HEALTH,FAMILY", "言葉と添付の内容の区分(HEALTH,FAMILY など)" } },
	{ "basis", "BASIS", { "on which it rests, such as public-duty; `tsunagi codes` lists them", "提供の根拠(public-duty など)。一覧は tsunagi codes" } },
	{ "law", "LAW", { "with --basis: the law", "--basis と共に:法律" } },
	{ "why", "TEXT", { "with --basis: the reason, without anybody's name", "--basis と共に:理由(個人名なし)" } },
	{ "consent", "ID", { "with --basis consent: the consent's id", "--basis consent と共に:同意の番号" } },
	{ "key", "TEXT", { "makes a retry the same act", "再実行を同じ操作として扱うためのキー" } },
	{ NULL },
};

const struct command commands_of_conferences[] = {
	{ "conference list", "", 0, 0, list_options, cmd_conference_list,
	  { "lists the conferences in which this agency has a seat", "この機関が参加する会議を示す" },
	  NO_DETAIL,
	  "tsunagi conference list --as link.bundle" },
	{ "conference show", "ID", 1, 1, show_options, cmd_conference_show,
	  { "tells who takes part, what is due and what may be done", "参加機関・期限・今できる操作を示す" },
	  { "With --from, the next dates of a series are shown as well.",
	    "--from を指定すると、定例会の次回以降の日付も示します。" },
	  "tsunagi conference show 01890A-7M3KX --from inbox --as link.bundle" },
	{ "conference propose", "FILE", 1, 1, propose_options, cmd_conference_propose,
	  { "proposes a conference; who is asked has a seat", "会議を提案する(宛先の機関が参加機関になる)" },
	  { "FILE: a message as `tsunagi template conference` shows it. A statutory support meeting names its law, and its members may share on it.",
	    "FILE:`tsunagi template conference` の形。支援会議には根拠法が要り、構成員の間で情報を共有できます。" },
	  "tsunagi conference propose meeting.json --kind CASE --to jiritsu-hanamigawa --as link.bundle" },
	{ "conference convene", "ID", 1, 1, convene_options, cmd_conference_convene,
	  { "fixes the date, or another one: answers are asked for again", "日時を決める(変更すると、回答を改めて求める)" },
	  NO_DETAIL,
	  "tsunagi conference convene 01890A-7M3KX --starts 2026-12-01T10:00:00+09:00 --ends 2026-12-01T11:30:00+09:00 --as link.bundle" },
	{ "conference answer", "ID", 1, 1, answer_options, cmd_conference_answer,
	  { "says whether this agency takes part, or who does instead", "出欠を答える(代わりの機関を立てることもできる)" },
	  NO_DETAIL,
	  "tsunagi conference answer 01890A-7M3KX --answer ACCEPTED --as jiritsu-hanamigawa.bundle\ntsunagi conference answer 01890A-7M3KX --answer DELEGATED --next jiritsu-inage --as jiritsu-hanamigawa.bundle" },
	{ "conference materials", "ID", 1, 1, words_options, cmd_conference_materials,
	  { "gives materials to those who take part", "参加機関に資料を渡す" },
	  NO_DETAIL,
	  "tsunagi conference materials 01890A-7M3KX --attach plan.pdf --classes HEALTH --as link.bundle" },
	{ "conference minutes", "ID FILE", 2, 2, minutes_options, cmd_conference_minutes,
	  { "sends the minutes: decisions, dissent, action items", "議事録を送る(決定・異なる意見・宿題)" },
	  { "FILE: conference content with decisions, dissents and action_items (owner, text, due_on). Each action item is chased until it is done.",
	    "FILE:decisions・dissents・action_items(owner、text、due_on)を書いた会議の内容。宿題は、終わるまで期限を知らせます。" },
	  "tsunagi conference minutes 01890A-7M3KX minutes.json --as link.bundle" },
	{ "conference dissent", "ID", 1, 1, words_options, cmd_conference_dissent,
	  { "keeps this agency's other view of what was decided", "決定とは異なる、この機関の意見を残す" },
	  NO_DETAIL,
	  "tsunagi conference dissent 01890A-7M3KX --text 'We see it otherwise.' --classes HEALTH --as jiritsu-hanamigawa.bundle" },
	{ "conference close", "ID", 1, 1, words_options, cmd_conference_close,
	  { "closes it, once every action item is done or dropped", "会議を閉じる(宿題がすべて済んでから)" },
	  NO_DETAIL,
	  "tsunagi conference close 01890A-7M3KX --as link.bundle" },
	{ "conference cancel", "ID", 1, 1, cancel_options, cmd_conference_cancel,
	  { "calls it off, with a reason", "会議を取りやめる(理由が要る)" },
	  NO_DETAIL,
	  "tsunagi conference cancel 01890A-7M3KX --reason TOO_FEW_PARTICIPANTS --as link.bundle" },
	{ "item list", "", 0, 0, NULL, cmd_item_list,
	  { "lists the open action items of this agency, and those it waits for", "この機関の宿題と、結果を待つ宿題を示す" },
	  NO_DETAIL,
	  "tsunagi item list --as link.bundle" },
	{ "item assign", "CONFERENCE", 1, 1, assign_options, cmd_item_assign,
	  { "assigns a further action item after the minutes", "議事録の後で、宿題を追加する" },
	  NO_DETAIL,
	  "tsunagi item assign 01890A-7M3KX --owner jiritsu-hanamigawa --due 2026-12-10 --as link.bundle" },
	{ "item reassign", "ITEM", 1, 1, assign_options, cmd_item_reassign,
	  { "gives an action item to another agency or day", "宿題の担当や期限を変える" },
	  NO_DETAIL,
	  "tsunagi item reassign 4128 --owner jiritsu-inage --due 2026-12-20 --as link.bundle" },
	{ "item report", "ITEM", 1, 1, words_options, cmd_item_report,
	  { "a word on how an action item goes", "宿題の経過を伝える" },
	  NO_DETAIL,
	  "tsunagi item report 4128 --text 'Called twice.' --as jiritsu-hanamigawa.bundle" },
	{ "item finish", "ITEM", 1, 1, words_options, cmd_item_finish,
	  { "tells that an action item is done", "宿題が済んだことを伝える" },
	  NO_DETAIL,
	  "tsunagi item finish 4128 --as jiritsu-hanamigawa.bundle" },
	{ "item hand-back", "ITEM", 1, 1, cancel_options, cmd_item_hand_back,
	  { "gives an action item back, with a reason", "宿題を、理由を付けて主催機関に戻す" },
	  NO_DETAIL,
	  "tsunagi item hand-back 4128 --reason OUTSIDE_REMIT --as jiritsu-hanamigawa.bundle" },
	{ "item drop", "ITEM", 1, 1, cancel_options, cmd_item_drop,
	  { "drops an action item, with a reason", "宿題を、理由を付けて取りやめる" },
	  NO_DETAIL,
	  "tsunagi item drop 4128 --reason NO_LONGER_NEEDED --as link.bundle" },
	{ "announce", "FILE", 1, 1, announce_options, cmd_announce,
	  { "announces an event to agencies by category", "行事を、種類で選んだ機関に知らせる" },
	  { "FILE: {\"announcement\": {\"title\", \"text\", \"place\", \"starts_at\", \"ends_at\", \"places\", \"series\"}}. With places, agencies sign up\n"
	    "until they are taken. What is held again has a series, as conferences have: {\"step\": \"WEEKLY\", \"weekday\": 3, \"starts_on\": \"2026-06-03\"},\n"
	    "or MONTHLY or EVERY_OTHER_MONTH with \"day\", or with \"nth\" and \"weekday\"; \"until_on\" where it ends.",
	    "FILE:{\"announcement\": {\"title\", \"text\", \"place\", \"starts_at\", \"ends_at\", \"places\", \"series\"}}。places があれば、定員まで申し込めます。\n"
	    "定例のものは、会議と同じく series を書きます:{\"step\": \"WEEKLY\", \"weekday\": 3, \"starts_on\": \"2026-06-03\"}。MONTHLY(毎月)と\n"
	    "EVERY_OTHER_MONTH(隔月)は \"day\"(日)、または \"nth\"(第何週)と \"weekday\"(曜日)。終わりがあれば \"until_on\"。" },
	  "tsunagi announce flat.json --category hikikomori_support_centre --as link.bundle" },
	{ "announcement show", "ID", 1, 1, show_options, cmd_announcement_show,
	  { "tells how many places are taken, and by whom", "申し込みの数と機関を示す" },
	  { "With --from, the next dates of a series are shown as well.", "--from を指定すると、定例の次回以降の日付も示します。" },
	  "tsunagi announcement show 01960000-0000-7000-8000-000000000001 --as link.bundle" },
	{ "announcement sign-up", "ID", 1, 1, sign_up_options, cmd_announcement_sign_up,
	  { "signs up, or gives the places back", "申し込む、または取り消す" },
	  NO_DETAIL,
	  "tsunagi announcement sign-up 01960000-0000-7000-8000-000000000001 --places 2 --as jiritsu-hanamigawa.bundle" },
	{ "purge", "ID", 1, 1, purge_options, cmd_purge,
	  { "deletes what was recalled, and confirms it", "回収された内容を削除し、確認を送る" },
	  { "Copies that other programs made are theirs to delete first: what is confirmed is that nothing is kept.",
	    "他のプログラムが作った写しは、先に削除してください。残っていないことを確認する操作です。" },
	  "tsunagi purge 01960000-0000-7000-8000-000000000001 --from inbox --as jiritsu-hanamigawa.bundle" },
	{ "note", "ID", 1, 1, note_options, cmd_note,
	  { "sends a word on a conference, a request or a case to those who take part", "会議・依頼・ケースについて、関わる機関に連絡する" },
	  { "ID is that of a conference or a request, or its short code, or a case's id. Of a case its owner writes to all who are on it, the others to\n"
	    "its owner. Without --basis it rests on what the thread, or the newest request of the case, rests on; a request for a place is anonymous\n"
	    "and takes no free text, so name a basis there, and nothing of who needs the place.",
	    "ID は会議か依頼の番号または短いコード、あるいはケースの番号です。ケースでは、担当機関は関わる全機関に、ほかの機関は担当機関に送ります。\n"
	    "--basis がなければ、その依頼や会議、またはケースの最新の依頼と同じ根拠によります。受入可否の照会は匿名で自由記述を受け付けないので、\n"
	    "別の根拠を示し、誰のことかは書かないでください。" },
	  "tsunagi note 01890A-7M3KX --text 'The room has changed.' --classes EMPLOYMENT --as link.bundle\n"
	  "tsunagi note 01930a1b-2c3d-7e4f-8a5b-6c7d8e9f0a1b --text 'He called.' --classes HEALTH --basis public-duty --law self-reliance-9 --why 'support plan'" },
	{ NULL },
};
