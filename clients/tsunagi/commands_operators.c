/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/commands.h"
#include "tsunagi/confirm.h"
#include "tsunagi/subcommands.h"

#define NO_DETAIL { NULL, NULL }
#define ENDPOINT_TEXT { "an address that agencies reach, tcp:// or ipc://; may be repeated", "機関の接続先(tcp:// または ipc://)。繰り返し可" }

static const struct option_row init_options[] = {
	{ "site", "ID", { "the site's name: a label such as chiba-city", "拠点の名前。chiba-city のようなラベル" } },
	{ "test", NULL, { "a throw-away site, for ever: its clock may be moved (dev clock)", "使い捨ての拠点にする(変更不可)。dev clock で時計を進められる" } },
	{ "code", "LGCODE", { "local government code, six digits with check digit", "全国地方公共団体コード(検査数字を含む 6 桁)" } },
	{ "endpoint", "E", ENDPOINT_TEXT },
	{ NULL },
};

static const struct option_row clock_confirm_options[] = {
	CONFIRM_OPTIONS,
	{ NULL },
};

static const struct option_row agency_add_options[] = {
	{ "out", "FILE", { "the file to write (0600): ID.invitation, or with --request ID.answer", "書き出すファイル(0600)。なければ ID.invitation、--request では ID.answer" } },
	{ "expires", "TIME", { "how long the invitation holds (7d)", "招待の有効期間(7d)" } },
	{ "request", "FILE", { "answer a request that was brought by hand", "持ち込まれた登録依頼に答える" } },
	{ "endpoint", "E", ENDPOINT_TEXT },
	{ NULL },
};

static const struct option_row agency_list_options[] = {
	{ "all", NULL, { "every agency of the directory", "一覧のすべての機関" } },
	{ NULL },
};

static const struct option_row agency_rotate_options[] = {
	{ "out", "FILE", { "the invitation to write (0600)", "書き出す招待(0600)" } },
	{ "expires", "TIME", { "how long the invitation holds (7d)", "招待の有効期間(7d)" } },
	{ "compromised", NULL, { "the old keys may be in other hands", "古い鍵が漏れたおそれがある" } },
	{ "endpoint", "E", ENDPOINT_TEXT },
	CONFIRM_OPTIONS,
	{ NULL },
};

static const struct option_row agency_revoke_options[] = {
	{ "closed", NULL, { "the agency closes or leaves", "廃止または離脱" } },
	{ "compromised", NULL, { "its keys may be in other hands", "鍵が漏れたおそれがある" } },
	CONFIRM_OPTIONS,
	{ NULL },
};

static const struct option_row agency_hand_over_options[] = {
	{ "to", "AGENCY", { "who goes on in its place", "引き継ぐ機関" } },
	CONFIRM_OPTIONS,
	{ NULL },
};

static const struct option_row erase_options[] = {
	{ "dry-run", NULL, { "only tell what would be destroyed", "消去されるものを示すだけ" } },
	{ "even-open", NULL, { "also while something of the case is open", "終わっていないものがあっても消去する" } },
	CONFIRM_OPTIONS,
	{ NULL },
};

static const struct option_row status_options[] = {
	{ "check", NULL, { "one line; exit 1 when something fails, for cron", "一行で。異常なら終了コード 1(cron 用)" } },
	{ "wait", "S", { "wait so long until it is ready", "受付状態になるまで待つ秒数" } },
	{ NULL },
};

#define CHOOSING                                                                                                          \
	{ "to", "AGENCY", { "items for this agency", "この機関宛て" } },                                                  \
	{ "state", "STATE", { "waiting, leased, frozen, quarantined or dead", "waiting、leased、frozen、quarantined、dead のいずれか" } },          \
	{ "older", "TIME", { "accepted longer ago than this, such as 2h", "これより前に受け付けたもの(2h など)" } }

static const struct option_row queue_options[] = {
	CHOOSING,
	{ "limit", "N", { "items to show (1000)", "表示する項目数(1000)" } },
	{ "after", "ITEM", { "items with a greater number", "この番号より後" } },
	{ NULL },
};

static const struct option_row overdue_options[] = {
	{ "limit", "N", { "how many to show (1000)", "表示する件数(1000)" } },
	{ NULL },
};

static const struct option_row queue_act_options[] = {
	CHOOSING,
	{ "dry-run", NULL, { "show what would be chosen", "選ばれるものを示すだけ" } },
	{ "reason", "TEXT", { "why; stands in the ledger, so name no person", "理由。台帳に残るので個人名は書かない" } },
	{ NULL },
};

static const struct option_row queue_expire_options[] = {
	CHOOSING,
	{ "dry-run", NULL, { "show what would be chosen", "選ばれるものを示すだけ" } },
	CONFIRM_OPTIONS,
	{ NULL },
};

static const struct option_row ledger_verify_options[] = {
	{ "store", "DIR", { "a copied store instead of the home's own", "ホームのストアでなく、その写し" } },
	{ "trust", "KEY", { "with --store: the site's published key; no home is needed", "--store と共に:公開された検証鍵(ホーム不要)" } },
	{ NULL },
};

static const struct option_row ledger_prove_options[] = {
	{ "out", "FILE", { "where to write the proof; else stdout", "証明の書き出し先。なければ標準出力" } },
	{ NULL },
};

static const struct option_row site_key_options[] = {
	{ "history", NULL, { "a line for every epoch so far", "これまでの世代すべて" } },
	{ NULL },
};

#define QUEUE_ACT_DETAIL                                                                                                      \
	{ "Items are named by number, message id or short code; \"-\" reads them from stdin. Without any, --to, --state\n"    \
	  "and --older choose. Every act is an entry of the ledger.",                                                        \
	  "項目番号、連絡の番号、短いコードで指定します。「-」は標準入力から読みます。指定がなければ --to、--state、--older で\n" \
	  "選びます。操作はすべて台帳に残ります。" }

const struct command commands_of_operators[] = {
	{ "init", "--site ID --code LGCODE", 0, 0, init_options, cmd_init,
	  { "makes a home: keys, options, an empty ledger", "ホームを作る:鍵、設定、空の台帳" }, NO_DETAIL,
	  "tsunagi --home /srv/tsunagi init --site chiba-city --code 121002 --endpoint tcp://192.0.2.7:7411" },
	{ "directory check", "FILE", 1, 1, NULL, cmd_directory_check,
	  { "tells every problem of a directory file with its line", "機関一覧ファイルの問題を行番号つきですべて示す" }, NO_DETAIL,
	  "tsunagi directory check deploy/chiba/directory.yaml" },
	{ "directory load", "FILE", 1, 1, NULL, cmd_directory_load,
	  { "makes a directory file current", "機関一覧ファイルを有効にする" },
	  { "The only way in: agencies appear, change and close by it. A file with problems changes nothing.",
	    "機関の追加・変更・廃止はこの方法だけです。問題のあるファイルは何も変えません。" },
	  "tsunagi directory load deploy/chiba/directory.yaml" },
	{ "directory diff", "FILE", 1, 1, NULL, cmd_directory_diff,
	  { "tells what loading a file would change", "読み込むと何が変わるかを示す" }, NO_DETAIL, "tsunagi directory diff directory.yaml" },
	{ "directory show", "[AGENCY]", 0, 1, NULL, cmd_directory_show,
	  { "shows the directory in force, or one agency", "有効な機関一覧、または一つの機関を示す" },
	  { "With --as (or without a home) it asks as the agency: what the site signed, also while the broker cannot be reached.",
	    "--as を付けるか、ホームがない場合は、機関として示します(拠点が署名した内容。接続できないときは最後に受け取ったもの)。" },
	  "tsunagi directory show jiritsu-hanamigawa\ntsunagi directory show --as link.bundle" },
	{ "calendar load", "FILE", 1, 1, NULL, cmd_calendar_load,
	  { "makes a file of public holidays current", "祝日のファイルを有効にする" },
	  { "FILE is the Cabinet Office's syukujitsu.csv, as it is (\"-\": stdin). Due times are counted in business days without these\n"
	    "holidays; it is published each February for the year after. A file with problems changes nothing.",
	    "内閣府の syukujitsu.csv をそのまま指定します(「-」は標準入力)。期限はこの祝日を除いた営業日で数えます。翌年分は毎年 2 月に\n"
	    "公表されます。問題のあるファイルは何も変えません。" },
	  "tsunagi calendar load deploy/chiba/holidays.csv" },
	{ "calendar show", "", 0, 0, NULL, cmd_calendar_show,
	  { "shows the holidays in force, and until when they last", "有効な祝日と、いつまで足りるかを示す" }, NO_DETAIL, "tsunagi calendar show" },
	{ "clock confirm", "--yes --reason TEXT", 0, 0, clock_confirm_options, cmd_clock_confirm,
	  { "says that the machine's clock is right after it jumped", "飛んだ計算機の時計が正しいことを確認する" },
	  { "A clock that jumps by more than two minutes stops all timers but those of danger to life. Without --yes it shows by how much\n"
	    "it is off and how many timers become due; if the clock is wrong, set it right instead.",
	    "時計が 2 分を超えて飛ぶと、命の危険を除くすべての期限が止まります。--yes なしでは、ずれと期限の来る件数を示すだけです。\n"
	    "時計のほうが誤っているときは、確認せずに時計を直してください。" },
	  "tsunagi clock confirm\ntsunagi clock confirm --yes --reason \"set after the battery was replaced\"" },
	{ "agency add", "ID", 1, 1, agency_add_options, cmd_agency_add,
	  { "invites an agency, or answers its request", "機関を招待する、または登録依頼に答える" },
	  { "The invitation holds a one-time key that can only enrol; hand it over in person. The agency's own keys are made where\n"
	    "the agency is and never leave it. Both sides then compare a fingerprint by telephone (agency show).",
	    "招待には登録だけができる一度限りの鍵が入っています。手渡ししてください。機関の鍵は機関で作られ、外に出ません。\n"
	    "登録後、双方で指紋を電話で照合します(agency show)。" },
	  "tsunagi agency add link --out link.invitation --expires 3d\ntsunagi agency add link --request link.request --out link.answer" },
	{ "agency list", "", 0, 0, agency_list_options, cmd_agency_list,
	  { "lists agencies that are enrolled or invited", "登録済み・招待中の機関を示す" }, NO_DETAIL, "tsunagi agency list --all" },
	{ "agency show", "ID", 1, 1, NULL, cmd_agency_show,
	  { "shows an agency's devices and their fingerprints", "機関の端末と指紋を示す" }, NO_DETAIL, "tsunagi agency show link" },
	{ "agency rotate", "ID --out FILE", 1, 1, agency_rotate_options, cmd_agency_rotate,
	  { "ends an agency's keys and invites it anew", "機関の鍵を終え、新しく招待する" },
	  { "For lost or replaced devices: only an agency without a device in force can be invited. What still waits for it was\n"
	    "sealed to the old keys.",
	    "端末の紛失や交換のときに使います。有効な端末がない機関だけを招待できるためです。待っている連絡は古い鍵で封じられています。" },
	  "tsunagi agency rotate link --out link.invitation --yes --reason \"desk replaced\"" },
	{ "agency revoke", "ID --closed|--compromised", 1, 1, agency_revoke_options, cmd_agency_revoke,
	  { "ends all devices and invitations of an agency", "機関の端末と招待をすべて終える" }, NO_DETAIL,
	  "tsunagi agency revoke link --compromised --yes --reason \"laptop stolen\"" },
	{ "agency hand-over", "ID --to AGENCY", 1, 1, agency_hand_over_options, cmd_agency_hand_over,
	  { "gives what a closed agency left to nobody, and its cases, to another", "閉鎖した機関が残した番とケースを別の機関に引き継ぐ" },
	  { "What an agency was asked, or had asked, goes to its coordinator, or a first-line centre, by itself; where there is none, and for the\n"
	    "conferences that it convened and the action items that it took on, `tsunagi status` says so, and somebody has to be named. Whoever that\n"
	    "is owns its cases, too, and says who is kept out of them. Who is kept out of a case is not let into it by this, nor is anybody but\n"
	    "its proxy let into what a confidential agency takes part in.",
	    "閉鎖した機関の依頼の番は、取りまとめ機関か一次総合相談の窓口に自動で移ります。どちらもないとき、またその機関が招集した会議や\n"
	    "引き受けた宿題があるときは「tsunagi status」に出るので、引き継ぐ機関を決めてください。その機関はケースの担当機関にもなり、除く\n"
	    "機関を決めます。ケースから除かれている機関には、その分は移りません。秘匿機関が関わる分を引き継げるのは、その代理機関だけです。" },
	  "tsunagi agency hand-over npo-kakehashi --to link --yes --reason \"dissolved on 1 May, agreed with Link\"" },
	{ "status", "", 0, 0, status_options, cmd_status,
	  { "shows how the site stands, each condition in words", "拠点の状態を言葉で示す" }, NO_DETAIL, "tsunagi status\ntsunagi status --check" },
	{ "queue", "[AGENCY]", 0, 1, queue_options, cmd_queue,
	  { "lists what waits, why, and what happens next", "待っている連絡と、その理由・次の動きを示す" },
	  { "The last line tells what was delivered but is unanswered.", "最後の行は、配達済みで未応答の件数です。" },
	  "tsunagi queue --state dead\ntsunagi queue jiritsu-hanamigawa --older 2h --json" },
	{ "overdue", "[AGENCY]", 0, 1, overdue_options, cmd_overdue,
	  { "whose turn it is for too long, and what nobody has looked at", "期限を過ぎている機関と、まだ誰も見ていないものを示す" },
	  { "How late, and what the site does next by itself. It shows envelopes, so the ledger records that it was asked.",
	    "どれだけ遅れているか、次に何が起きるかを示します。封筒の情報を見るため、照会は台帳に残ります。" },
	  "tsunagi overdue\ntsunagi overdue jiritsu-hanamigawa --json" },
	{ "queue show", "ID", 1, 1, NULL, cmd_queue_show,
	  { "shows a message for each of its recipients", "連絡を宛先ごとに示す" }, NO_DETAIL, "tsunagi queue show 01890A-7M3KX" },
	{ "queue freeze", "[ID...|-]", 0, 10000, queue_act_options, cmd_queue_freeze,
	  { "holds items back until they are thawed", "項目を凍結し、配達を止める" }, QUEUE_ACT_DETAIL,
	  "tsunagi queue freeze --to jiritsu-hanamigawa --reason \"desk closed today\"" },
	{ "queue thaw", "[ID...|-]", 0, 10000, queue_act_options, cmd_queue_thaw,
	  { "lets frozen or quarantined items go on", "凍結・隔離した項目を再開する" }, QUEUE_ACT_DETAIL, "tsunagi queue thaw --state frozen" },
	{ "queue requeue", "[ID...|-]", 0, 10000, queue_act_options, cmd_queue_requeue,
	  { "puts dead letters back, with no failure counted", "配達不能の項目を待ち行列に戻す" }, QUEUE_ACT_DETAIL,
	  "tsunagi queue requeue --state dead --to link" },
	{ "queue expire", "[ID...|-]", 0, 10000, queue_expire_options, cmd_queue_expire,
	  { "ends items undelivered", "項目を配達しないまま終える" }, QUEUE_ACT_DETAIL,
	  "tsunagi queue expire --state dead --older 30d --yes --reason \"senders were told\"" },
	{ "erase", "CASE", 1, 1, erase_options, cmd_erase,
	  { "destroys all that this site holds of a case", "この拠点にある事例のデータをすべて消去する" },
	  { "The content of its ledger entries, its sealed parts and attachments go, and with them who was asked what. Hashes stay, so that\n"
	    "every proof and every receipt that an agency holds stays valid; the act itself stands in the ledger. Agencies that hold copies are\n"
	    "told. A case of which something is open is refused, and told why. Cannot be undone.",
	    "台帳の記録の内容、封をした本文、添付が消去され、誰が何を依頼したかも残りません。ハッシュは残るので、証明と各機関が持つ受領証は\n"
	    "有効なままです。消去したこと自体は台帳に残ります。写しを持つ機関には通知されます。終わっていないものがある事例は、理由を示して\n"
	    "断られます。取り消せません。" },
	  "tsunagi erase 0192f3a1-7b2c-7d4e-8f5a-6b7c8d9e0f1a --dry-run\n"
	  "tsunagi erase 0192f3a1-7b2c-7d4e-8f5a-6b7c8d9e0f1a --yes --reason \"request of 1 May, file 2026-114\"" },
	{ "trace", "ID", 1, 1, NULL, cmd_trace,
	  { "follows a message through every station", "連絡の足取りを示す" },
	  { "With --as (or without a home) it asks as the agency, which sees its own messages only.",
	    "--as を付けるとその機関として照会し、自分の連絡だけが見えます。" },
	  "tsunagi trace 01930a1b-2c3d-7e4f-8a5b-6c7d8e9f0a1b" },
	{ "ledger verify", "", 0, 0, ledger_verify_options, cmd_ledger_verify,
	  { "walks every entry, part and checkpoint", "すべての記録・本文・チェックポイントを検証する" },
	  { "Works on the home beside a running tsunagid, or on a copy. Every fault is named; exit 1 when there is one.",
	    "稼働中のホームにも、その写しにも使えます。問題はすべて名指しされ、あれば終了コード 1 です。" },
	  "tsunagi ledger verify\ntsunagi ledger verify --store /mnt/copy/store --trust \"$(cat chiba-city.key)\"" },
	{ "ledger checkpoint", "", 0, 0, NULL, cmd_ledger_checkpoint,
	  { "prints the ledger's signed head", "署名つきの台帳の先頭を示す" }, NO_DETAIL, "tsunagi ledger checkpoint >checkpoint.txt" },
	{ "ledger prove", "ID", 1, 1, ledger_prove_options, cmd_ledger_prove,
	  { "proves that an entry stands in the ledger", "記録が台帳にあることの証明を作る" },
	  { "ID is an entry's number, or a message's id or short code.", "ID は記録の番号、または連絡の番号か短いコードです。" },
	  "tsunagi ledger prove 1042 --out proof.json" },
	{ "ledger site key", "", 0, 0, site_key_options, cmd_site_key,
	  { "prints the site's verification key, to publish", "公開用の検証鍵を示す" }, NO_DETAIL, "tsunagi ledger site key >chiba-city.key" },
	{ "site key", "", 0, 0, site_key_options, cmd_site_key,
	  { "the same", "同上" }, NO_DETAIL, "tsunagi site key --history" },
	{ "version", "", 0, 0, NULL, cmd_version,
	  { "release and formats", "版と形式" }, NO_DETAIL, "tsunagi version --json" },
	{ NULL },
};
