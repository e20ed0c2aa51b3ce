/* SPDX-License-Identifier: Apache-2.0 */
/* The rows for developers of partner tools: a throw-away site, what happens at it, and what goes wrong there. */
#include "tsunagi/commands.h"
#include "tsunagi/subcommands.h"

static const struct option_row dev_options[] = {
	{ "agencies", "a,b", { "ids of the agencies to enrol (a,b)", "登録する機関の ID(a,b)" } },
	{ NULL },
};

static const struct option_row dev_answer_options[] = {
	{ "max", "N", { "end after so many answers; else it goes on until the site ends", "この回数答えたら終える。なければ拠点が終わるまで続ける" } },
	{ "wait", "S", { "end when nothing came for so long", "この秒数、何も届かなければ終える" } },
	{ "text", "TEXT", { "the words of a question or a report", "質問や経過の文" } },
	{ "reason", "CODE", { "of decline and hold; else one that fits", "decline・hold の理由。なければ合うもの" } },
	{ "outcome", "CODE", { "of complete (resolved)", "complete の結果(resolved)" } },
	{ "on", "DATE", { "of hold: the review date; of accept: the first contact planned", "hold の見直し日、accept の初回連絡予定日" } },
	{ "next", "AGENCY", { "of redirect: who is to have it; of decline: who could help", "redirect の次の機関、decline で勧める機関" } },
	{ NULL },
};

static const struct option_row dev_fault_options[] = {
	{ "agency", "A", { "whose connection; else the next one's, whoever it is", "どの機関の接続か。なければ最初に当たった機関" } },
	{ "times", "N", { "so often (1)", "回数(1)" } },
	{ NULL },
};

const struct command commands_of_developers[] = {
	{ "dev", "[-- CMD...]", 0, 10000, dev_options, cmd_dev,
	  { "a throw-away local site for developers", "開発用の使い捨ての拠点" },
	  { "Makes a home in a temporary directory, starts tsunagid on ipc://, enrols the agencies, exports TSUNAGI_HOME and\n"
	    "TSUNAGI_BUNDLE_<ID> (upper case, - as _), runs CMD (else your shell), exits as CMD does and leaves nothing.\n"
	    "Its site is dev-test, and its receipts say TEST.",
	    "一時ディレクトリにホームを作り、ipc:// で tsunagid を起動して機関を登録し、TSUNAGI_HOME と TSUNAGI_BUNDLE_<ID>\n"
	    "(大文字、- は _)を設定して CMD(なければシェル)を実行します。終了コードは CMD のもので、何も残しません。\n"
	    "拠点名は dev-test で、受付証には TEST と記されます。" },
	  "tsunagi dev --agencies link,jiritsu-hanamigawa -- sh -c 'tsunagi ping --as \"$TSUNAGI_BUNDLE_LINK\"'" },
	{ "dev clock", "+AMOUNT", 1, 1, NULL, cmd_dev_clock,
	  { "sends a test site's clock ahead; what is due meanwhile happens, in order", "試験用の拠点の時計を進める。その間の期限は順に来る" },
	  { "+6bd are business days of the usual hours; +3h, +2d, +90m and +30s go by the clock. It stays ahead, also after a restart.\n"
	    "Only for a site of `tsunagi dev` or `tsunagi init --test`; a real one refuses.",
	    "+6bd は通常の開庁時間での営業日、+3h、+2d、+90m、+30s は時計の時間です。再起動の後も進んだままです。\n"
	    "「tsunagi dev」か「tsunagi init --test」の拠点だけで使えます。本物の拠点では断られます。" },
	  "tsunagi dev clock +6bd\ntsunagi dev clock +3h" },
	{ "dev answer", "A ANSWER", 2, 2, dev_answer_options, cmd_dev_answer,
	  { "agency A of a throw-away site answers by itself, so that your tool sees the other side act", "使い捨ての拠点の機関 A が自動で応答する。自分のソフトから相手側の動きを見られる" },
	  { "ANSWER is seen, ask, accept, decline, redirect, start, report, hold, complete or silence. start, report, hold and complete accept first;\n"
	    "ask accepts once it is answered; silence takes and says nothing, so that clocks run out (dev clock). A proposed conference is\n"
	    "accepted, declined, or with ask answered TENTATIVE. It runs until the site ends; put it in the background or give it --max.\n"
	    "The bundle is that of `tsunagi dev` ($TSUNAGI_BUNDLE_A), or --as FILE. Only at a site of `tsunagi dev`.",
	    "ANSWER は seen、ask、accept、decline、redirect、start、report、hold、complete、silence のいずれかです。start・report・hold・complete は\n"
	    "まず受諾します。ask は回答が来たら受諾します。silence は受け取るだけで何も言わず、期限が過ぎます(dev clock)。会議の提案には\n"
	    "出席・欠席、ask なら未定と答えます。拠点が終わるまで動くので、背景で動かすか --max を付けてください。\n"
	    "バンドルは「tsunagi dev」のもの($TSUNAGI_BUNDLE_A)か --as ファイルです。「tsunagi dev」の拠点だけで使えます。" },
	  "tsunagi dev answer b accept &\ntsunagi dev answer b ask --text 'since when?' --max 1\ntsunagi dev answer b decline --reason full --next c" },
	{ "dev fault", "lose-ack|cut|duplicate", 1, 1, dev_fault_options, cmd_dev_fault,
	  { "a test site does on purpose what a bad line does, so that your tool can be tried against it", "試験用の拠点が、回線の不調と同じことをわざと起こす" },
	  { "lose-ack: the next answer that says accepted or acknowledged is durable and gets lost, and its connection is cut. A message\n"
	    "that was being sent stays in the outbox and is sent again.\n"
	    "cut: the connections are cut now; where there are none, one is cut when something is sent next, before the site looks at it.\n"
	    "duplicate: what is handed out next is handed out again, acknowledged or not, to the agency's next session, marked redelivered.\n"
	    "A program that runs on with the library is not given it twice; one that starts anew is. What rests on a consent is not repeated.\n"
	    "The library sends again by itself; what your tool sees of that is what it would see. A real site refuses.",
	    "lose-ack:次の「受け付けた」という返事が、記録された後に失われ、接続も切れます。送りかけの連絡は送信箱に残り、送り直されます。\n"
	    "cut:今ある接続を切ります。なければ、次に何か送られたとき、拠点が見る前に切ります。\n"
	    "duplicate:次に渡すものを、受領確認に関わらず、その機関の次のセッションにもう一度 redelivered の印を付けて渡します。\n"
	    "ライブラリーで動き続けているプログラムには二度渡りません。新しく起動したものには渡ります。同意に基づくものは繰り返しません。\n"
	    "ライブラリーは自分で送り直します。本物の拠点では断られます。" },
	  "tsunagi dev fault lose-ack --agency a\ntsunagi dev fault duplicate --times 3\ntsunagi dev fault cut" },
	{ NULL },
};
