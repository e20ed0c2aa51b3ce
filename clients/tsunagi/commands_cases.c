/* SPDX-License-Identifier: Apache-2.0 */
/* The table of what is done with cases and consents. */
#include "tsunagi/commands.h"
#include "tsunagi/records.h"
#include "tsunagi/subcommands.h"

#define NO_DETAIL { NULL, NULL }
#define TEXT_ROW { "text", "TEXT", { "words that only this agency reads again; \"-\" reads stdin", "この機関だけが読み返せる言葉。- で標準入力から" } }
#define KEY_ROW { "key", "TEXT", { "makes a retry the same act", "再実行を同じ操作として扱うためのキー" } }

static const struct option_row received_options[] = { RECORDS_RECEIVED, { NULL } };

static const struct option_row protect_options[] = {
	{ "keep-out", "AGENCY", { "an agency that is kept out; may be repeated. The list given takes the place of the former one",
				  "関わらせない機関。繰り返し可。前の一覧は置き換わる" } },
	{ "off", NULL, { "the case is protected no more", "保護をやめる" } },
	{ NULL },
};

static const struct option_row register_options[] = {
	{ "case", "ID", { "of which case; else a new one is opened", "どのケースか。なければ新しく開く" } },
	{ "giver", "CODE", { "who gave it: PERSON, LEGAL_REPRESENTATIVE or RELATIVE", "同意した人:PERSON、LEGAL_REPRESENTATIVE、RELATIVE" } },
	{ "how", "CODE", { "WRITTEN, ORAL or ELECTRONIC", "方法:WRITTEN、ORAL、ELECTRONIC" } },
	{ "classes", "A,B", { "what may be shared, such as IDENTITY,HEALTH (tsunagi codes disclosure_class)", "提供してよい情報の区分(IDENTITY,HEALTH など)" } },
	{ "to", "AGENCY", { "with whom; may be repeated", "提供先の機関。繰り返し可" } },
	{ "categories", "A,B", { "with every agency of these categories", "この種別の機関すべてに" } },
	{ "from", "TIME", { "from when (2026-04-01T00:00:00+09:00); else from now", "いつから。なければ今から" } },
	{ "until", "TIME", { "until when; else without end", "いつまで。なければ期限なし" } },
	{ "person", "NAME", { "whose consent; only this agency reads it", "本人の氏名。この機関だけが読める" } },
	{ "given-by", "NAME", { "who said so; only this agency reads it", "同意を述べた人。この機関だけが読める" } },
	TEXT_ROW,
	KEY_ROW,
	{ NULL },
};

static const struct option_row narrow_options[] = {
	{ "classes", "A,B", { "all that may still be shared", "引き続き提供してよい区分の全て" } },
	{ "to", "AGENCY", { "with whom still; may be repeated", "引き続き提供してよい機関。繰り返し可" } },
	{ "categories", "A,B", { "with which categories still", "引き続き提供してよい種別" } },
	{ "until", "TIME", { "an earlier end", "より早い期限" } },
	TEXT_ROW,
	KEY_ROW,
	{ NULL },
};

static const struct option_row withdraw_options[] = { TEXT_ROW, KEY_ROW, { NULL } };

const struct command commands_of_cases[] = {
	{ "case list", "", 0, 0, received_options, cmd_case_list,
	  { "lists the cases whose person this device knows", "この端末に控えのあるケースを一覧する" },
	  { "From what it sent, and from the folders of --received. Asks no broker.", "送った控えと --received の保存先から示します。ブローカーには問い合わせません。" },
	  "tsunagi case list --received inbox --as link.bundle" },
	{ "case show", "CASE", 1, 1, received_options, cmd_case_show,
	  { "tells who owns a case, who is on it, and whether it is protected", "ケースの担当機関、参加機関、保護の有無を示す" },
	  { "The owner sees every member; others see the owner and themselves. Cases of the same household are shown as far as this\n"
	    "device knows them and is on them; of a protected case never.", "担当機関には全ての参加機関が、それ以外には担当機関と自機関だけが示されます。同じ世帯のケースは、この端末の控えにあり、\n"
	    "自機関が関わるものだけが示されます。保護の対象のケースは示されません。" },
	  "tsunagi case show 01930a1b-2c3d-7e4f-8a5b-6c7d8e9f0a1b --as link.bundle" },
	{ "case protect", "CASE", 1, 1, protect_options, cmd_case_protect,
	  { "protects a case, and keeps agencies out of it", "ケースを保護の対象にし、関わらせない機関を定める" },
	  { "For its owner alone. Agencies kept out cannot be asked, named or told, and the case is not there for them.",
	    "担当機関だけができます。除外した機関には依頼も紹介もできず、その機関からはケースの存在が分かりません。" },
	  "tsunagi case protect 01930a1b-2c3d-7e4f-8a5b-6c7d8e9f0a1b --keep-out shakai-engo-chuo --as link.bundle" },
	{ "consent register", "--giver CODE --how CODE --classes A,B --to AGENCY", 0, 0, register_options, cmd_consent_register,
	  { "registers what a person agreed to share, with whom, until when", "本人の同意(何を、どの機関に、いつまで)を登録する" },
	  { "Its id is what a message names in basis.consent_id. The words stay with this agency; the broker keeps what it decides by.",
	    "得られた番号を、連絡の basis.consent_id に書きます。言葉はこの機関だけが読め、ブローカーは判断に使う区分だけを保存します。" },
	  "tsunagi consent register --giver PERSON --how WRITTEN --classes IDENTITY,CONTACT,FINANCE --to jiritsu-hanamigawa \\\n"
	  "  --person 千葉花子 --text '面談で同意書に署名' --as link.bundle" },
	{ "consent narrow", "ID", 1, 1, narrow_options, cmd_consent_narrow,
	  { "takes something back of what was agreed to", "同意の範囲を狭める" },
	  { "Give all that is left of what changes; the rest stays. It holds from the moment it is recorded.",
	    "変わる項目について、残る全てを書きます。書かない項目は変わりません。記録された時点から有効です。" },
	  "tsunagi consent narrow 01930a1b-2c3d-7e4f-8a5b-6c7d8e9f0a1b --classes IDENTITY --as link.bundle" },
	{ "consent withdraw", "ID", 1, 1, withdraw_options, cmd_consent_withdraw,
	  { "withdraws a consent", "同意を撤回する" },
	  { "Any agency on the case may do it, for whoever the person told. What was not handed out yet never is; the receipt tells what was.",
	    "ケースに関わるどの機関でもできます。未提供の情報はもう渡りません。受付証が、それまでに提供した内容を示します。" },
	  "tsunagi consent withdraw 01930a1b-2c3d-7e4f-8a5b-6c7d8e9f0a1b --text '電話で撤回の申し出' --as link.bundle" },
	{ "consent show", "ID", 1, 1, NULL, cmd_consent_show,
	  { "tells what a consent covers, and what was handed out on it", "同意の範囲と、それに基づく提供を示す" },
	  { "To whom it was handed out: for the case's owner; how much: for the others on the case.", "提供先は担当機関に、件数は他の参加機関に示されます。" },
	  "tsunagi consent show 01930a1b-2c3d-7e4f-8a5b-6c7d8e9f0a1b --as link.bundle" },
	{ NULL },
};
