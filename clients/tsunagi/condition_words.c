/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/condition_words.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "tsunagi/display.h"
#include "tsunagi/words.h"

enum unit { UNIT_NONE, UNIT_COUNT, UNIT_BYTES, UNIT_DURATION, UNIT_TIME };

/* In a text, $S stands for the subject, $V for the value and $B for the bound, in the row's unit. */
static const struct row {
	const char *code;
	enum unit unit;
	const char *text[2];
} rows[] = {
	{ "disk_low", UNIT_BYTES, { "the disk is nearly full: $V free; submissions are refused below $B", "ディスクの空きが少なくなっています:空き $V($B を切ると受付停止)" } },
	{ "store_full", UNIT_BYTES, { "the store is full: submissions are refused until space is freed", "ストアが満杯です。空きができるまで送信を受け付けません" } },
	{ "store_low", UNIT_BYTES, { "the store is nearly full: $V of $B", "ストアがほぼ満杯です:$V / $B" } },
	{ "reserve_short", UNIT_BYTES, { "the reserve is not whole: $V of $B", "予備領域が足りません:$V / $B" } },
	{ "memory_high", UNIT_BYTES, { "memory use is high: $V of $B", "メモリー使用量が多くなっています:$V / $B" } },
	{ "not_accepting", UNIT_NONE, { "submissions are refused: $S", "送信を受け付けていません:$S" } },
	{ "no_directory", UNIT_NONE, { "no directory was loaded yet: tsunagi directory load FILE", "機関一覧がまだありません:tsunagi directory load ファイル" } },
	{ "no_agency", UNIT_NONE, { "no agency is enrolled yet: tsunagi agency add ID --out FILE", "登録済みの機関がまだありません:tsunagi agency add ID --out ファイル" } },
	{ "no_reader", UNIT_COUNT, { "$S has $V message(s) waiting and nobody connected", "$S 宛てに $V 件待っていますが、接続がありません" } },
	{ "unread", UNIT_DURATION, { "$S has not taken its messages for $V", "$S は $V のあいだ受け取っていません" } },
	{ "mailbox_full", UNIT_COUNT, { "the mailbox of $S is full: $V of $B", "$S の受信箱が満杯です:$V / $B" } },
	{ "mailbox_high", UNIT_COUNT, { "the mailbox of $S is filling up: $V of $B", "$S の受信箱が増えています:$V / $B" } },
	{ "dead_letters", UNIT_COUNT, { "$V dead letter(s): tsunagi queue --state dead", "配達不能 $V 件:tsunagi queue --state dead" } },
	{ "quarantined", UNIT_COUNT,
	  { "$V item(s) in quarantine: their sender's keys were revoked as compromised", "隔離中の項目 $V 件。差出機関の鍵が漏えいとして失効した" } },
	{ "frozen", UNIT_COUNT, { "$V item(s) frozen by an operator", "運用担当が凍結した項目 $V 件" } },
	{ "oldest_unacknowledged", UNIT_DURATION, { "the oldest unacknowledged message is $V old", "最も古い未受領の連絡は $V 経過しています" } },
	{ "connections_high", UNIT_COUNT, { "$V of $B connections are in use", "接続 $V / $B を使用中です" } },
	{ "overloaded", UNIT_BYTES, { "more comes in than is written: $V of $B wait for the writer", "書き込みが追いついていません:待ち $V / $B" } },
	{ "reader_old", UNIT_DURATION, { "a reader has held the store for $V, which makes it grow", "$V 続いている読み取りがあり、ストアが大きくなります" } },
	{ "certificate_expiring", UNIT_TIME, { "the certificate of $S expires at $V", "$S の証明書は $V に期限切れになります" } },
	{ "certificate_expired", UNIT_TIME, { "the certificate of $S expired at $V", "$S の証明書は $V に期限が切れました" } },
	{ "clock_back", UNIT_DURATION,
	  { "this machine's clock went back by $V: timers stand still until tsunagi clock confirm",
	    "この計算機の時計が $V 戻りました。期限は tsunagi clock confirm まで止まります" } },
	{ "clock_ahead", UNIT_DURATION,
	  { "this machine's clock jumped ahead by $V: timers stand still until tsunagi clock confirm",
	    "この計算機の時計が $V 進みました。期限は tsunagi clock confirm まで止まります" } },
	{ "holidays_none", UNIT_NONE,
	  { "no public holidays are known, so due times count them as business days: tsunagi calendar load FILE",
	    "祝日のファイルがなく、祝日も営業日として期限を数えます:tsunagi calendar load ファイル" } },
	{ "holidays_ending", UNIT_TIME,
	  { "the file of holidays ends before $V: load the next one with tsunagi calendar load FILE",
	    "祝日のファイルは $V より前までです。次のものを tsunagi calendar load ファイル で読み込んでください" } },
	{ "holidays_ended", UNIT_TIME,
	  { "the file of holidays ended before $V, and due times count holidays as business days: tsunagi calendar load FILE",
	    "祝日のファイルは $V より前で終わり、祝日も営業日として期限を数えています:tsunagi calendar load ファイル" } },
	{ "erased_until_restart", UNIT_NONE,
	  { "the bytes of an erased case are still in the store's file: restart tsunagid, which writes it anew",
	    "消去した事例の断片がデータファイルに残っています。tsunagid を再起動すると書き直されて消えます" } },
	{ "turns_of_nobody", UNIT_COUNT,
	  { "$S is there no longer, and $V turn(s) are still its own: tsunagi agency hand-over $S --to AGENCY",
	    "$S はもうありませんが、その番が $V 件残っています。tsunagi agency hand-over $S --to 引き継ぐ機関" } },
	{ "conferences_of_nobody", UNIT_COUNT,
	  { "$S is there no longer, and $V conference(s) and action item(s) are still its own: tsunagi agency hand-over $S --to AGENCY",
	    "$S はもうありませんが、その会議・宿題が $V 件残っています。tsunagi agency hand-over $S --to 引き継ぐ機関" } },
	{ "turns_without_device", UNIT_COUNT,
	  { "$S has no device in force, and $V turn(s) wait for it: enrol one with its invitation; tsunagi agency add makes a new one",
	    "$S には有効な端末がなく、その番が $V 件待っています。招待で端末を登録してください(招待し直すときは tsunagi agency add)" } },
	{ "turns_of_nobody*", UNIT_COUNT,
	  { "a confidential agency is there no longer, and $V turn(s) are still its own: tsunagi agency hand-over, with the id that it had",
	    "秘匿機関がなくなり、その番が $V 件残っています。tsunagi agency hand-over に、その機関の ID を指定してください" } },
	{ "conferences_of_nobody*", UNIT_COUNT,
	  { "a confidential agency is there no longer, and $V conference(s) and action item(s) are still its own: tsunagi agency hand-over, with the id that it had",
	    "秘匿機関がなくなり、その会議・宿題が $V 件残っています。tsunagi agency hand-over に、その機関の ID を指定してください" } },
	{ "turns_without_device*", UNIT_COUNT,
	  { "a confidential agency has no device in force, and $V turn(s) wait for it: enrol one with its invitation",
	    "秘匿機関には有効な端末がなく、その番が $V 件待っています。招待で端末を登録してください" } },
	{ "turns_of_nobody_more", UNIT_COUNT,
	  { "$V more turn(s) are left to nobody by further agencies: they are named once those above are handed over",
	    "このほかの機関が残した番が $V 件あります。上の機関の分を引き継ぐと、名前が出ます" } },
	{ "conferences_of_nobody_more", UNIT_COUNT,
	  { "$V more conference(s) and action item(s) are left to nobody by further agencies: they are named once those above are handed over",
	    "このほかの機関が残した会議・宿題が $V 件あります。上の機関の分を引き継ぐと、名前が出ます" } },
	{ "turns_without_device_more", UNIT_COUNT,
	  { "$V more turn(s) wait for further agencies without a device in force", "このほかの端末のない機関の番が $V 件待っています" } },
	{ "not_enrolled", UNIT_COUNT, { "$V agencies are not enrolled yet", "未登録の機関 $V" } },
	{ "stopping", UNIT_NONE, { "it is stopping", "停止処理中です" } },
};

static void amount(enum unit unit, int64_t value, char *to, size_t room)
{
	char text[DISPLAY_TIME + 24];

	switch (unit) {
	case UNIT_BYTES:
		display_bytes((uint64_t)value, text);
		break;
	case UNIT_DURATION:
		display_duration(value, text, sizeof text);
		break;
	case UNIT_TIME:
		display_time(value, text);
		break;
	default:
		display_count((uint64_t)value, text);
		break;
	}
	snprintf(to, room, "%s", text);
}

static const struct row *find(const char *code)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (strcmp(rows[i].code, code) == 0)
			return &rows[i];
	return NULL;
}

/* Of an agency that is not named there may be other words: nothing can be typed with its name. */
static const struct row *find_for(const Pb__Condition *condition)
{
	const struct row *row = NULL;
	char code[64];

	if (strcmp(condition->subject, "*") == 0) {
		snprintf(code, sizeof code, "%s*", condition->code);
		row = find(code);
	}
	return row != NULL ? row : find(condition->code);
}

/* A code of a newer daemon, as it comes. */
static void plain(const Pb__Condition *condition, char *to, size_t room)
{
	int used = snprintf(to, room, "%s%s%s", condition->code, *condition->subject == '\0' ? "" : " ", condition->subject);

	if (condition->value != 0 && used >= 0 && (size_t)used < room)
		snprintf(to + used, room - (size_t)used, condition->bound == 0 ? " %lld" : " %lld/%lld", (long long)condition->value,
			 (long long)condition->bound);
}

void condition_text(const Pb__Condition *condition, char *to, size_t room)
{
	const struct row *row = find_for(condition);
	const char *from;
	size_t used = 0;

	if (row == NULL) {
		plain(condition, to, room);
		return;
	}
	to[0] = '\0';
	for (from = words_of(row->text); *from != '\0' && used + 1 < room;) {
		if (from[0] == '$' && from[1] == 'S')
			snprintf(to + used, room - used, "%s", condition->subject);
		else if (from[0] == '$' && from[1] == 'V')
			amount(row->unit, condition->value, to + used, room - used);
		else if (from[0] == '$' && from[1] == 'B')
			amount(row->unit, condition->bound, to + used, room - used);
		else {
			to[used++] = *from++;
			to[used] = '\0';
			continue;
		}
		from += 2;
		used += strlen(to + used);
	}
}
