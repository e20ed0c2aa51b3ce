/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/routing_texts.h"

struct text {
	const char *code;
	const char *texts[2]; /* by enum language */
};

static const struct text passes[ROUTING_PASSES] = {
	[ROUTING_CHOSEN] = { "CHOSEN", { "chosen", "選ばれました" } },
	[ROUTING_PASS_CATEGORY] = { "CATEGORY", { "no rule that holds for this need leads there", "この困りごとに当てはまる規則の行き先ではありません" } },
	[ROUTING_PASS_SELF] = { "SELF", { "it is the agency that asks", "問い合わせ元の機関です" } },
	[ROUTING_PASS_KIND] = { "KIND", { "it takes no messages of this kind", "この種類の連絡を受けません" } },
	[ROUTING_PASS_AREA] = { "AREA", { "it does not cover where the person lives", "本人の住む地域を担当していません" } },
	[ROUTING_PASS_SERVICE] = { "SERVICE", { "it does not offer the service that is needed", "必要なサービスを行っていません" } },
	[ROUTING_PASS_FULL] = { "FULL", { "it has no places left", "受け入れの空きがありません" } },
	[ROUTING_PASS_CLOSED] = { "CLOSED", { "it is closed until after an answer is needed", "返答が必要な時刻まで閉まっています" } },
	[ROUTING_PASS_RANK] = { "RANK", { "it fits as well; others fit better or come first", "当てはまりますが、より適した機関が先にあります" } },
};

/* By the number of the bit. */
static const struct text cautions[ROUTING_CAUTIONS] = {
	{ "WAITLIST", { "there is a waiting list", "待機が必要です" } },
	{ "STALE", { "its entry was not confirmed for half a year: telephone first", "掲載内容が半年以上確認されていません。先に電話で確かめてください" } },
	{ "CLOSED", { "it is closed at this hour", "この時刻は閉まっています" } },
	{ "HOURS", { "whether it is open cannot be told in this site's time zone", "この拠点の時間帯では、開いているかどうか分かりません" } },
	{ "FULL", { "it has no places left, and takes the consultation all the same", "空きはありませんが、相談は受けます" } },
	{ "AREA", { "it does not cover where the person lives, and takes the consultation all the same", "担当地域の外ですが、相談は受けます" } },
	{ "KIND", { "it takes no messages of this kind: telephone", "この種類の連絡を受けません。電話してください" } },
	{ "SELF", { "it is your own agency: the need stays with you", "自分の機関です。この困りごとは手元に残ります" } },
};

const char *routing_pass_code(enum routing_pass pass)
{
	return passes[pass < ROUTING_PASSES ? pass : ROUTING_PASS_RANK].code;
}

const char *routing_pass_text(enum routing_pass pass, enum language language)
{
	return passes[pass < ROUTING_PASSES ? pass : ROUTING_PASS_RANK].texts[language];
}

static const struct text *caution_row(enum routing_caution caution)
{
	for (unsigned i = 0; i < ROUTING_CAUTIONS; i++)
		if ((unsigned)caution == 1u << i)
			return &cautions[i];
	return &cautions[0];
}

const char *routing_caution_code(enum routing_caution caution)
{
	return caution_row(caution)->code;
}

const char *routing_caution_text(enum routing_caution caution, enum language language)
{
	return caution_row(caution)->texts[language];
}

const char *routing_danger_text(enum language language)
{
	return language == LANGUAGE_JA ? "命の危険があるときは、連絡を送るだけでなく電話もしてください(110・119)"
				       : "In danger to life telephone as well: 110 (police), 119 (ambulance)";
}
