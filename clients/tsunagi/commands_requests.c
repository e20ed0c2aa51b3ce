/* SPDX-License-Identifier: Apache-2.0 */
/* The table of what is done with requests, apart from the other agencies' commands by its length alone. */
#include "tsunagi/commands.h"
#include "tsunagi/subcommands.h"

#define NO_DETAIL { NULL, NULL }

static const struct option_row list_options[] = {
	{ "holder", "me", { "only where it is this agency's turn", "この機関の番のものだけ" } },
	{ "overdue", NULL, { "only what is late", "期限を過ぎたものだけ" } },
	{ "case", "ID", { "only of this case", "このケースのものだけ" } },
	{ "ended", NULL, { "also what has ended", "終わったものも" } },
	{ NULL },
};

static const struct option_row print_options[] = {
	{ "out", "FILE", { "where to write the page; else stdout", "書き出し先。なければ標準出力" } },
	{ "csv", NULL, { "as rows of a CSV of sheets; several FILEs", "シートの CSV として。複数の FILE を指定できる" } },
	{ "encoding", "NAME", { "of the CSV: utf-8 or cp932 (Shift_JIS); utf-8", "CSV の文字コード:utf-8 か cp932(Shift_JIS)。なければ utf-8" } },
	{ "from", "DIR", { "where `receive --out` stored what arrived: then an ID will do", "`receive --out` の保存先。番号で指定できる" } },
	{ NULL },
};

/* The last rows of every act's options: what it says in words. */
#define WORDS                                                                                                                           \
	{ "text", "TEXT", { "words, sealed like the request; \"-\" reads stdin", "言葉(依頼と同じく封をする)。- で標準入力から" } },      \
	{ "attach", "FILE", { "attach a file of up to 16 MiB; may be repeated", "添付ファイル(16 MiB まで)。繰り返し可" } },               \
	{ "classes", "A,B", { "what the words and files tell; else what the request told", "言葉と添付の内容の区分。なければ依頼と同じ" } }, \
	{ "key", "TEXT", { "makes a retry the same act", "再実行を同じ操作として扱うためのキー" } },                                     \
	{ NULL }

#define TO { "to", "AGENCY", { "only this agency's part, where several were asked; may be repeated", "複数の依頼先のうち、この機関だけに。繰り返し可" } }
#define FOR { "for", "AGENCY", { "whose part, where this agency has several: its own name for its own, else the one that closed", "この機関に複数の分があるとき、どの分か:自機関の分なら自機関、ほかは閉鎖した機関" } }
#define REASON { "reason", "CODE", { "why: a code of `tsunagi codes reason`", "理由のコード(`tsunagi codes reason`)" } }
#define OUTCOME { "outcome", "CODE", { "how it ended: a code of `tsunagi codes outcome`", "結果のコード(`tsunagi codes outcome`)" } }

static const struct option_row words_options[] = {
	FOR,
	WORDS,
};

static const struct option_row answer_options[] = {
	TO,
	WORDS,
};

static const struct option_row accept_options[] = {
	FOR,
	{ "on", "DATE", { "day on which the first contact is planned", "最初に接触する予定日" } },
	WORDS,
};

static const struct option_row decline_options[] = {
	FOR,
	REASON,
	{ "next", "AGENCY", { "who could help instead", "代わりに支援できる機関" } },
	{ "none-known", NULL, { "nobody is known who could help", "支援できる機関に心当たりがない" } },
	WORDS,
};

static const struct option_row redirect_options[] = {
	FOR,
	{ "next", "AGENCY", { "who is to have it", "次にお願いする機関" } },
	REASON,
	WORDS,
};

static const struct option_row start_options[] = {
	FOR,
	{ "on", "DATE", { "day on which the first contact was made", "最初に接触した日" } },
	WORDS,
};

static const struct option_row hold_options[] = {
	FOR,
	REASON,
	{ "on", "DATE", { "day on which it is looked at again", "見直しの日" } },
	WORDS,
};

static const struct option_row complete_options[] = {
	FOR,
	OUTCOME,
	WORDS,
};

static const struct option_row withdraw_options[] = {
	TO,
	REASON,
	{ "purge", NULL, { "a recall: what was handed out is to be destroyed", "回収:渡した内容の破棄も求める" } },
	WORDS,
};

static const struct option_row close_options[] = {
	OUTCOME,
	WORDS,
};

const struct command commands_of_requests[] = {
	{ "request list", "", 0, 0, list_options, cmd_request_list,
	  { "lists the requests that this agency sent or was asked", "この機関が出した依頼と、受けた依頼を示す" },
	  { "Whose turn it is and until when, and what is late. Who else was asked is its sender's to know.",
	    "だれの番か、期限、遅れを示します。ほかにどこへ依頼したかは、依頼元にだけ示されます。" },
	  "tsunagi request list --holder me --as link.bundle\ntsunagi request list --overdue --as link.bundle" },
	{ "request show", "ID", 1, 1, NULL, cmd_request_show,
	  { "tells where a request stands and what may be done", "依頼の状態と、今できる操作を示す" }, NO_DETAIL,
	  "tsunagi request show 01890A-7M3KX --as link.bundle" },
	{ "request print", "FILE|ID...", 1, 10000, print_options, cmd_request_print,
	  { "renders a request as a printable sheet with its reply slip", "依頼を、返信票の付いた印刷用のつなぎシートにする" },
	  { "FILE: a sheet as JSON, or message.json of a stored delivery. The page is one HTML file of A4, in Japanese; it loads nothing from\n"
	    "anywhere. Long texts are set smaller, and go on on a further page: nothing is cut off.",
	    "FILE:シートの JSON、または受け取って保存した message.json。A4 の HTML 一つにまとめ、外部から何も読み込みません。\n"
	    "長い文章は字を小さくし、入りきらなければ次のページに続けます。途中で切れることはありません。" },
	  "tsunagi request print sheet.json --out sheet.html\n"
	  "tsunagi request print 01890A-7M3KX --from inbox --out sheet.html" },
	{ "request seen", "ID", 1, 1, words_options, cmd_request_seen,
	  { "tells that a person has looked at it", "担当者が目を通したことを伝える" },
	  { "Software that stored a file has not looked: only this says that somebody has.",
	    "受け取って保存しただけでは「見た」ことになりません。人が見たときに使います。" },
	  "tsunagi request seen 01890A-7M3KX --as jiritsu-hanamigawa.bundle" },
	{ "request ask", "ID", 1, 1, words_options, cmd_request_ask,
	  { "asks its sender something; then it is the sender's turn", "依頼元に問い合わせる(次は依頼元の番になる)" },
	  NO_DETAIL,
	  "tsunagi request ask 01890A-7M3KX --text 'Which day suits the family?' --as jiritsu-hanamigawa.bundle" },
	{ "request answer", "ID", 1, 1, answer_options, cmd_request_answer,
	  { "answers what was asked; then it is the asked agency's turn again", "問い合わせに答える(次は依頼先の番に戻る)" },
	  NO_DETAIL,
	  "tsunagi request answer 01890A-7M3KX --text 'Mondays, in the morning.' --as link.bundle" },
	{ "request accept", "ID", 1, 1, accept_options, cmd_request_accept,
	  { "takes it on; what was held back until then is released", "引き受ける(受諾まで伏せられていた内容が届く)" },
	  { "Where several were asked for any one, the first acceptance takes it.",
	    "「どこか一つ」の依頼では、最初に受諾した機関が引き受けます。" },
	  "tsunagi request accept 01890A-7M3KX --on 2026-12-01 --as jiritsu-hanamigawa.bundle" },
	{ "request decline", "ID", 1, 1, decline_options, cmd_request_decline,
	  { "does not take it on, and says why and who could help", "引き受けないことを、理由と、代わりの機関と共に伝える" },
	  NO_DETAIL,
	  "tsunagi request decline 01890A-7M3KX --reason FULL --next jiritsu-inage --as jiritsu-hanamigawa.bundle\ntsunagi request decline 01890A-7M3KX --reason OUTSIDE_REMIT --none-known --as jiritsu-hanamigawa.bundle" },
	{ "request redirect", "ID", 1, 1, redirect_options, cmd_request_redirect,
	  { "hands it to another agency, which gets a request of its own", "別の機関に回す(その機関への新しい依頼になる)" },
	  { "The sender's library seals it to that agency. A third redirect, and one to an agency that was asked already, is refused: nobody is passed around.",
	    "依頼元のライブラリーが、その機関宛てに封をし直します。三度目や、すでに依頼した機関へは回せません(たらい回しにしないため)。" },
	  "tsunagi request redirect 01890A-7M3KX --next jiritsu-inage --as jiritsu-hanamigawa.bundle" },
	{ "request start", "ID", 1, 1, start_options, cmd_request_start,
	  { "tells that support began: the first contact was made", "支援を始めた(最初の接触をした)ことを伝える" },
	  NO_DETAIL,
	  "tsunagi request start 01890A-7M3KX --on 2026-12-01 --as jiritsu-hanamigawa.bundle" },
	{ "request report", "ID", 1, 1, words_options, cmd_request_report,
	  { "a word on progress; the next is due later from then on", "経過を伝える(次の期限がそこから数え直される)" },
	  NO_DETAIL,
	  "tsunagi request report 01890A-7M3KX --text 'Visited twice; the person spoke to us.' --as jiritsu-hanamigawa.bundle" },
	{ "request hold", "ID", 1, 1, hold_options, cmd_request_hold,
	  { "lets it rest, with a reason and a day to look at it again", "保留にする(理由と見直しの日が要る)" },
	  NO_DETAIL,
	  "tsunagi request hold 01890A-7M3KX --reason SUPPORT_REFUSED --on 2027-01-15 --as jiritsu-hanamigawa.bundle" },
	{ "request resume", "ID", 1, 1, words_options, cmd_request_resume,
	  { "goes on with what rested", "保留を解いて再開する" },
	  NO_DETAIL,
	  "tsunagi request resume 01890A-7M3KX --as jiritsu-hanamigawa.bundle" },
	{ "request complete", "ID", 1, 1, complete_options, cmd_request_complete,
	  { "ends it with an outcome", "結果を付けて終える" },
	  NO_DETAIL,
	  "tsunagi request complete 01890A-7M3KX --outcome SUPPORT_CONTINUES --as jiritsu-hanamigawa.bundle\ntsunagi request complete 01890A-7M3KX --for jiritsu-inage --outcome RESOLVED --as chiiki-fukushi.bundle" },
	{ "request withdraw", "ID", 1, 1, withdraw_options, cmd_request_withdraw,
	  { "takes it back, from all who were asked or from one", "依頼を取り下げる(全部、または一つの機関から)" },
	  NO_DETAIL,
	  "tsunagi request withdraw 01890A-7M3KX --reason NO_LONGER_NEEDED --as link.bundle\ntsunagi request withdraw 01890A-7M3KX --to jiritsu-inage --reason MISDIRECTED --purge --as link.bundle" },
	{ "request close", "ID", 1, 1, close_options, cmd_request_close,
	  { "decides as its sender what became of the whole", "依頼元として、依頼全体の結末を決めて閉じる" },
	  { "A request does not end because nobody answered: it stays with its sender until somebody took it, or until it is closed so.",
	    "返事がないだけでは終わりません。引き受け手が決まるか、こうして閉じるまで、依頼元のもとに残ります。" },
	  "tsunagi request close 01890A-7M3KX --outcome SENDER_SUPPORTS --as link.bundle" },
	{ NULL },
};
