/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/commands.h"
#include "tsunagi/subcommands.h"

#define NO_DETAIL { NULL, NULL }

static const struct option_row enrol_options[] = {
	{ "device", "NAME", { "this device's name (desk-1)", "この端末の名前(desk-1)" } },
	{ "request", "FILE", { "without a network: make the keys and this file, to carry to the operator", "ネットワークなし:鍵と、運用担当に渡すこのファイルを作る" } },
	{ "agency", "A@SITE", { "with --request: for whom", "--request と共に:機関@拠点" } },
	{ "answer", "FILE", { "the operator's answer to a request", "依頼への運用担当の回答" } },
	{ NULL },
};

static const struct option_row template_options[] = {
	{ "csv", NULL, { "as the heading line of a CSV", "CSV の見出し行として" } },
	{ "encoding", "NAME", { "of the CSV: utf-8 or cp932 (Shift_JIS); utf-8", "CSV の文字コード:utf-8 か cp932(Shift_JIS)。なければ utf-8" } },
	{ NULL },
};

static const struct option_row send_options[] = {
	{ "to", "AGENCY", { "recipient in place of the file's; may be repeated", "ファイルの宛先に代えて指定。繰り返し可" } },
	{ "need", "FILE", { "find the recipient by this need, show it and ask", "困りごとのファイルから宛先を選び、示して確かめる" } },
	{ "choices", "N", { "with --need: so many of the agencies found (1)", "--need と共に:選ばれた機関のうち上位何か所に送るか(1)" } },
	{ "yes", NULL, { "with --need: send without asking", "--need と共に:確かめずに送る" } },
	{ "attach", "FILE", { "attach a file of up to 16 MiB; may be repeated", "添付ファイル(16 MiB まで)。繰り返し可" } },
	{ "classes", "A,B", { "what the attachments tell, such as HEALTH,FINANCE", "添付の内容の区分(HEALTH,FINANCE など)" } },
	{ "key", "TEXT", { "makes a retry the same message", "再送を同じ連絡として扱うためのキー" } },
	{ "encoding", "NAME", { "of the CSV: utf-8 or cp932 (Shift_JIS); else found out", "CSV の文字コード:utf-8 か cp932(Shift_JIS)。なければ自動判別" } },
	{ "dry-run", NULL, { "check only, send nothing", "確認だけで送らない" } },
	{ NULL },
};

static const struct option_row check_options[] = {
	{ "to", "AGENCY", { "for a CSV: recipient in place of its column's", "CSV の宛先の列に代えて指定" } },
	{ "encoding", "NAME", { "of the CSV: utf-8 or cp932 (Shift_JIS); else found out", "CSV の文字コード:utf-8 か cp932(Shift_JIS)。なければ自動判別" } },
	{ NULL },
};

static const struct option_row receive_options[] = {
	{ "out", "DIR", { "store each message in DIR/MESSAGE_ID and each notice in DIR/notices, then acknowledge", "連絡は DIR/番号、通知は DIR/notices に保存してから受領" } },
	{ "exec", "CMD", { "run CMD for each message; its exit code decides", "連絡ごとに CMD を実行し、終了コードで決める" } },
	{ "ack-from-stdin", NULL, { "print each message and notice as a JSON line; ids, or item numbers, on stdin acknowledge", "一件ずつ JSON で出力し、標準入力の番号か項目番号で受領" } },
	{ "wait", "S", { "wait so long for the next message", "次の連絡を待つ秒数" } },
	{ "max", "N", { "stop after N messages", "N 件で終える" } },
	{ NULL },
};

static const struct option_row desk_options[] = {
	{ "print", "PRINTER", { "a page without a name for each arrival, by lp", "届くたびに、名前の載らない紙をこのプリンターへ(lp)" } },
	{ "encoding", "NAME", { "of reply.csv's heading and result.csv: utf-8 or cp932 (Shift_JIS); utf-8", "reply.csv の見出しと result.csv の文字コード:utf-8 か cp932(Shift_JIS)。なければ utf-8" } },
	{ "once", NULL, { "do what there is to do, then end", "今ある分だけ処理して終わる" } },
	{ NULL },
};

static const struct option_row device_add_options[] = {
	{ "out", "FILE", { "the answer to write (0600), to carry to the new device", "新しい端末に渡す回答の書き出し先(0600)" } },
	{ NULL },
};

static const struct option_row refuse_options[] = {
	{ "reason", "CODE",
	  { "RETRY_LATER, CANNOT_OPEN, NOT_AUTHENTIC, NOT_UNDERSTOOD or PROGRAM_FAILED",
	    "RETRY_LATER、CANNOT_OPEN、NOT_AUTHENTIC、NOT_UNDERSTOOD、PROGRAM_FAILED" } },
	{ "text", "TEXT", { "for the sender and the operator; name no person", "送信元と運用担当への説明。個人名は書かない" } },
	{ NULL },
};

static const struct option_row route_options[] = {
	{ "need", "FILE", { "the need: topics, ward, age, facts, urgency (tsunagi template need)", "困りごと:項目・区・年代・事情・緊急度(tsunagi template need)" } },
	{ "directory", "FILE", { "by the rules of this directory file; needs no bundle", "この機関一覧ファイルの規則で選ぶ。バンドル不要" } },
	{ "all", NULL, { "name every agency passed over, also those not concerned", "関わりのない機関も含め、選ばれなかった機関をすべて示す" } },
	{ NULL },
};

static const struct option_row receipt_options[] = {
	{ "out", "FILE", { "where to write it; else stdout", "書き出し先。なければ標準出力" } },
	{ "open", "PART", { "with this part and its key, so that what was said can be shown; may be repeated", "この本文を鍵と共に加え、内容を示せるようにする。繰り返し可" } },
	{ NULL },
};

static const struct option_row verify_options[] = {
	{ "trust", "KEY", { "a site's published key (tsunagi site key); may be repeated", "公開された拠点の検証鍵(tsunagi site key)。繰り返し可" } },
	{ NULL },
};

static const struct option_row conference_ics_options[] = {
	{ "from", "DIR", { "with an ID: where `receive --out` stored its messages", "ID のとき:`receive --out` の保存先" } },
	{ "out", "FILE", { "where to write it; else stdout", "書き出し先。なければ標準出力" } },
	{ "state", "STATE", { "PROPOSED, CONVENED, HELD, CLOSED or CANCELLED, where the message does not say", "会議の状態(PROPOSED、CONVENED、HELD、CLOSED、CANCELLED)" } },
	{ "protected", NULL, { "the case is protected: leave the place out", "保護の対象のケース:場所を書き出さない" } },
	{ NULL },
};

const struct command commands_of_agencies[] = {
	{ "enrol", "[INVITATION]", 0, 1, enrol_options, cmd_enrol,
	  { "makes this device's keys here and writes the bundle", "この端末の鍵を作り、バンドルを書く" },
	  { "The bundle (--as FILE, 0600) is what every other command needs. Compare the fingerprint with the operator by telephone.",
	    "バンドル(--as ファイル、0600)は他のすべてのコマンドで使います。指紋は運用担当と電話で照合してください。" },
	  "tsunagi enrol link.invitation --device desk-1 --as link.bundle\n"
	  "tsunagi enrol --request link.request --agency link@chiba-city --as link.bundle\n"
	  "tsunagi enrol --answer link.answer --as link.bundle" },
	{ "ping", "", 0, 0, NULL, cmd_ping,
	  { "tries each step to the broker and says which fails", "ブローカーまでの各段階を試し、失敗箇所を示す" }, NO_DETAIL,
	  "tsunagi ping --as link.bundle" },
	{ "template", "KIND", 1, 1, template_options, cmd_template,
	  { "prints an empty message to fill in", "記入用の空の連絡を出力する" },
	  { "KIND: request, conference, consent, note, announcement; or need, what `tsunagi route` reads.",
	    "KIND:request、conference、consent、note、announcement、または need(`tsunagi route` が読む困りごと)" },
	  "tsunagi template request >sheet.json" },
	{ "schema", "[KIND]", 0, 1, NULL, cmd_schema,
	  { "prints the JSON Schema of a message", "連絡の JSON Schema を出力する" }, NO_DETAIL, "tsunagi schema request >request.schema.json" },
	{ "codes", "[LIST]", 0, 1, NULL, cmd_codes,
	  { "lists the words that fields, states and reasons take, and what they need", "項目・状態・理由などで使う語と、その語に要るものを示す" },
	  { "Of one list, also what each word asks for: fields of a message, or what it goes with.",
	    "一覧を一つ指定すると、語ごとに必要な項目や、組になる操作も示します。" }, "tsunagi codes basis.law" },
	{ "check", "FILE", 1, 1, check_options, cmd_check,
	  { "tells every problem of a message by field, offline", "連絡の問題を項目ごとにすべて示す(接続不要)" },
	  { "FILE: a message as JSON, or a CSV of sheets (its name ends in .csv), which is told row by row.",
	    "FILE:連絡の JSON、または名前が .csv で終わるシートの CSV(行ごとに示す)。" },
	  "tsunagi check deploy/chiba/sheets/8050-household.json" },
	{ "conference ics", "ID|FILE", 1, 1, conference_ics_options, cmd_conference_ics,
	  { "writes a conference as a calendar file (.ics)", "会議をカレンダーのファイル(.ics)にする" },
	  { "ID: as the site says that it stands; title, place and series stand in sealed messages, so say with --from where they were stored.\n"
	    "Of a protected case the place is left out. FILE: message.json as `tsunagi receive --out` stores it, without a connection; for a\n"
	    "protected case give --protected. A calendar leaves Tsunagi's protection: it tells when, where and under which title one meets,\n"
	    "never agenda or minutes.",
	    "ID:拠点が示す今の状態で書き出します。件名・場所・繰り返しは封をした連絡の中にあるので、保存先を --from で示してください。\n"
	    "保護の対象のケースでは場所を書き出しません。FILE:`tsunagi receive --out` が保存した message.json(接続不要)。保護の対象の\n"
	    "ケースでは --protected を付けてください。カレンダーは Tsunagi の保護の外に出ます:日時・場所・件名だけを書き出し、\n"
	    "議題や議事録は含みません。" },
	  "tsunagi conference ics 01930a1b-2c3d-7e4f-8a5b-6c7d8e9f0a1b --from inbox --out conference.ics\n"
	  "tsunagi conference ics inbox/01930a1b-2c3d-7e4f-8a5b-6c7d8e9f0a1b/message.json --state CONVENED --out conference.ics" },
	{ "send", "FILE.json|FILE.csv|-", 1, 1, send_options, cmd_send,
	  { "checks, seals and submits a message; prints the receipt", "確認し、封をして送り、受付証を示す" },
	  { "Exit 0: durable at the broker. 5: safe in this device's outbox only; it is sent, once, when the broker can be reached.\n"
	    "A CSV sends each row as a message of its own and tells row by row; its column 再送キー (key) makes a retry the same message.\n"
	    "A request as `receive` stored it (message.json, release.json) goes on, in its case, as one of our own: so a proxy hands it to its shelter.",
	    "終了コード 0:ブローカーに保存済み。5:この端末の送信箱に保存のみ。接続でき次第、一度だけ送られます。\n"
	    "CSV は一行を一件として送り、結果を行ごとに示します。「再送キー」の列が同じなら、送り直しても同じ連絡です。\n"
	    "「receive」が保存した依頼(message.json、release.json)は、同じケースの自機関からの依頼として転送できます(窓口から避難先へ、など)。" },
	  "tsunagi send sheet.json --as link.bundle --key case-42-first\ntsunagi template note | jq '...' | tsunagi send - --to hikikomori --as link.bundle" },
	{ "route", "--need FILE", 0, 0, route_options, cmd_route,
	  { "finds the agencies for a need, and says why; works offline", "困りごとに合う機関を選び、理由を示す(接続不要)" },
	  { "The need never leaves this device: the site's signed directory brings its rules. No agency that must stay hidden is ever shown.",
	    "困りごとはこの端末から出ません。拠点が署名した機関一覧の規則で選びます。秘匿すべき機関が示されることはありません。" },
	  "tsunagi template need >need.json\ntsunagi route --need need.json --as link.bundle\n"
	  "tsunagi route --need need.json --directory deploy/chiba/directory.yaml" },
	{ "capacity", "[SERVICE=open|waitlist|full...]", 0, 256, NULL, cmd_capacity,
	  { "says how many places our services have, or shows what stands", "サービスの空きを知らせる、または今の内容を示す" },
	  { "Everyone's routing goes by it at once. \"*\" is the agency as a whole; what is not named stays as it is.",
	    "全機関の案内にすぐ反映されます。「*」は機関全体です。書かないサービスは変わりません。" },
	  "tsunagi capacity --as link.bundle\ntsunagi capacity shien=full ibasho=waitlist --as link.bundle" },
	{ "confirm", "", 0, 0, NULL, cmd_confirm,
	  { "says that our entry in the directory is right, as of today", "機関一覧の自機関の内容が今日の時点で正しいことを知らせる" },
	  { "An entry that nobody confirmed for 180 days makes routing warn.", "180 日確認されていない内容は、案内のときに注意が出ます。" },
	  "tsunagi confirm --as link.bundle" },
	{ "rotate", "", 0, 0, NULL, cmd_rotate,
	  { "makes new keys for this device, signed by the old", "この端末の鍵を新しくする(旧い鍵で署名)" },
	  { "The bundle is rewritten once the site has bound the new keys. For keys that were lost or seen by others, ask the operator (agency rotate).",
	    "拠点が新しい鍵を登録した後で、バンドルを書き換えます。鍵をなくした、または他人に見られたときは、運用担当に依頼してください(agency rotate)。" },
	  "tsunagi rotate --as link.bundle" },
	{ "device add", "REQUEST --out FILE", 1, 1, device_add_options, cmd_device_add,
	  { "admits a further device of this agency", "この機関の端末を追加する" },
	  { "The new device makes its keys and REQUEST itself (enrol --request); compare the fingerprint. It takes FILE with enrol --answer. An agency has at\n"
	    "most eight devices; all of them share its mailbox.",
	    "新しい端末が自分で鍵と REQUEST を作ります(enrol --request)。指紋を照合してください。回答の FILE は enrol --answer で受け取ります。\n"
	    "一つの機関の端末は 8 台までで、受信箱を共有します。" },
	  "tsunagi enrol --request desk-2.request --agency link@chiba-city --device desk-2 --as desk-2.bundle\n"
	  "tsunagi device add desk-2.request --out desk-2.answer --as link.bundle\n"
	  "tsunagi enrol --answer desk-2.answer --as desk-2.bundle" },
	{ "inbox", "", 0, 0, NULL, cmd_inbox,
	  { "lists what waits, counting nothing", "待っている連絡を示す(回数に数えない)" }, NO_DETAIL, "tsunagi inbox --as link.bundle" },
	{ "receive", "--out DIR|--exec CMD|--ack-from-stdin", 0, 0, receive_options, cmd_receive,
	  { "opens, verifies, stores and acknowledges what waits", "待っている連絡を開き、検証し、保存して受領する" },
	  { "--exec: CMD reads the message as JSON on stdin; TSUNAGI_DIR holds message.json, the sealed parts and attachments. Exit 0\n"
	    "acknowledges, 75 leaves it for later, 65 refuses it for good, anything else sends it back and counts.\n"
	    "--ack-from-stdin: a line with a message id acknowledges; \"ID REASON [TEXT]\" sends back. What is stored may come again\n"
	    "after a crash: \"redelivered\": true says so.",
	    "--exec:CMD は標準入力で JSON を読みます。TSUNAGI_DIR に message.json、封をした本文、添付があります。終了コード 0 は受領、\n"
	    "75 は後回し、65 は拒否、それ以外は差し戻し(回数に数える)です。\n"
	    "--ack-from-stdin:番号の行で受領、「番号 理由 [説明]」で差し戻し。障害の後は同じ連絡が再び届くことがあります\n"
	    "(\"redelivered\": true)。" },
	  "tsunagi receive --out inbox --wait 60 --as jiritsu-hanamigawa.bundle\n"
	  "tsunagi receive --exec './import.sh' --as jiritsu-hanamigawa.bundle" },
	{ "desk", "DIR", 1, 1, desk_options, cmd_desk,
	  { "works for a desk from a shared folder: pages in, reply.csv and sheets out", "共有フォルダーで窓口の仕事をする:届いた連絡のページ、reply.csv、送るシート" },
	  { "DIR/inbox gets a page for each arrival; rows of DIR/reply.csv are carried out, each once; sheets in DIR/outbox are sent;\n"
	    "DIR/result.csv tells what became of each. Files that somebody has open, or just wrote, are left alone until then. DIR must be there\n"
	    "already; what belongs in it is made.",
	    "DIR/inbox に届いた連絡のページを書き、DIR/reply.csv の行を一度ずつ実行し、DIR/outbox のシートを送り、結果を DIR/result.csv に\n"
	    "書きます。開いているファイルや書いたばかりのファイルには、それまで触れません。DIR は先に作っておいてください(中身は作られます)。" },
	  "tsunagi desk /srv/share/tsunagi --as jiritsu-hanamigawa.bundle\ntsunagi desk /srv/share/tsunagi --print front-desk --encoding cp932" },
	{ "refuse", "ID --reason CODE", 1, 1, refuse_options, cmd_refuse,
	  { "sends a message back that cannot be handled", "扱えない連絡を差し戻す" }, NO_DETAIL,
	  "tsunagi refuse 01890A-7M3KX --reason NOT_UNDERSTOOD --as jiritsu-hanamigawa.bundle" },
	{ "outbox list", "", 0, 0, NULL, cmd_outbox_list,
	  { "lists what waits on this device for the broker", "この端末で送信待ちの連絡を示す" }, NO_DETAIL, "tsunagi outbox list --as link.bundle" },
	{ "outbox flush", "", 0, 0, NULL, cmd_outbox_flush,
	  { "sends it now", "今すぐ送る" }, NO_DETAIL, "tsunagi outbox flush --timeout 60 --as link.bundle" },
	{ "outbox discard", "ID", 1, 1, NULL, cmd_outbox_discard,
	  { "takes back a message that was never sent", "まだ送られていない連絡を取り消す" }, NO_DETAIL,
	  "tsunagi outbox discard 01890A-7M3KX --as link.bundle" },
	{ "receipt", "ID", 1, 1, receipt_options, cmd_receipt,
	  { "gives the evidence of a message as one file", "連絡の証拠を一つのファイルで出す" },
	  { "It stands offline: `tsunagi verify` needs nothing but the site's published key.\n"
	    "PART: 0 is what is told on delivery or, where all is held back, on acceptance; 1 what is told on acceptance (part-0.cms, part-1.cms at the\n"
	    "recipient). The key of that part's content opens nothing else. Only the device that sent it can open it so.",
	    "単独で検証できます。必要なのは公開された拠点の鍵だけです。\n"
	    "PART:0 は配達時に開示される本文(すべて伏せてあれば受諾の後のもの)、1 は受諾の後に開示される本文(受け手の part-0.cms、part-1.cms)。\n"
	    "その鍵で開くのは、その本文だけです。開けるのは、送った端末だけです。" },
	  "tsunagi receipt 01930a1b-2c3d-7e4f-8a5b-6c7d8e9f0a1b --as link.bundle --out evidence.json\n"
	  "tsunagi receipt 01890A-7M3KX --open 0 --out opened.json --as link.bundle" },
	{ "verify", "FILE --trust KEY...", 1, 1, verify_options, cmd_verify,
	  { "verifies such a file: PROVED, FALSE or UNDECIDED", "証拠ファイルを検証する:PROVED、FALSE、UNDECIDED" },
	  { "Needs no broker and no bundle. Exit 0 PROVED, 1 FALSE, 5 UNDECIDED.", "ブローカーもバンドルも不要です。終了コード 0 は PROVED、1 は FALSE、5 は UNDECIDED。" },
	  "tsunagi verify evidence.json --trust \"$(cat chiba-city.key)\"" },
	{ NULL },
};
