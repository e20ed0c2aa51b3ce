/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/queue_words.h"

#include <string.h>
#include <strings.h>

#include "base/id.h"
#include "contract/json.h"
#include "contract/notice_texts.h"
#include "tsunagi/words.h"

struct row {
	const char *code;
	const char *text[2];
};

static const struct row states[] = {
	{ "waiting", { "waiting", "待ち" } },
	{ "leased", { "handed out", "配達中" } },
	{ "frozen", { "frozen", "凍結" } },
	{ "quarantined", { "in quarantine", "隔離中" } },
	{ "dead", { "dead letter", "配達不能" } },
	{ "delivered", { "delivered", "配達済み" } },
	{ "acknowledged", { "acknowledged", "受領済み" } },
	{ "undeliverable", { "ended undelivered", "未配達で終了" } },
	{ NULL, { NULL, NULL } },
};

static const struct row reasons[] = {
	{ "retry_later", { "the recipient asked to try later", "受け手が後での再送を希望" } },
	{ "cannot_open", { "no key of the recipient opens it", "受け手の鍵で開けない" } },
	{ "not_authentic", { "signature or digest does not hold", "署名またはダイジェストが不正" } },
	{ "not_understood", { "the recipient's system does not know this form", "受け手のシステムが形式を理解できない" } },
	{ "program_failed", { "the recipient's program failed", "受け手のプログラムが失敗" } },
	{ "session_lost", { "the connection was lost while handing out", "配達中に接続が切れた" } },
	{ "lease_lost", { "the connection was lost while handing out", "配達中に接続が切れた" } },
	{ "expired", { "its time ran out", "期限切れ" } },
	{ "frozen", { "frozen by the operator", "運用担当が凍結" } },
	{ "sender_compromised", { "the sender's keys were revoked as compromised", "差出機関の鍵が漏えいとして失効した" } },
	{ NULL, { NULL, NULL } },
};

static const struct row nexts[] = {
	{ "hand_out", { "is handed out when the agency asks", "機関が受け取りに来たら配達" } },
	{ "handed_out", { "is handed out when the agency asks", "機関が受け取りに来たら配達" } },
	{ "waits_for_reader", { "waits until the agency connects", "機関の接続待ち" } },
	{ "waits_for_credit", { "waits until the agency takes more", "機関の受け取り枠待ち" } },
	{ "waits_for_device", { "waits for another device of the agency, which can open it", "開くことのできる別の端末の接続待ち" } },
	{ "waits_for_predecessor", { "waits for an earlier message of its thread", "同じやり取りの前の連絡を待っている" } },
	{ "acknowledge", { "waits for the agency's acknowledgement", "機関の受領確認待ち" } },
	{ "redeliver", { "is handed out again when the lease runs out", "期限が来たら再配達" } },
	{ "thaw", { "`queue thaw` lets it go on", "`queue thaw` で再開" } },
	{ "judge", { "`queue thaw` if its sender vouches for it, else `queue expire`", "差出機関に確かめ、`queue thaw` か `queue expire`" } },
	{ "requeue", { "`queue requeue` or `queue expire`", "`queue requeue` か `queue expire`" } },
	{ "none", { "nothing: it ended", "なし(終了)" } },
	{ NULL, { NULL, NULL } },
};

/* The row's text; a code that is not in the table stands for itself: a newer daemon may have new ones. */
static const char *lookup(const struct row *rows, const char *code)
{
	for (; rows->code != NULL; rows++)
		if (strcasecmp(rows->code, code) == 0)
			return words_of(rows->text);
	return code;
}

const char *queue_state_word(const char *state)
{
	return lookup(states, state);
}

const char *queue_reason_word(const char *reason)
{
	return lookup(reasons, reason);
}

const char *queue_next_word(const char *next)
{
	return lookup(nexts, next);
}

const char *urgency_word(Pb__Urgency urgency)
{
	switch (urgency) {
	case PB__URGENCY__URGENCY_ROUTINE:
		return words("routine", "通常");
	case PB__URGENCY__URGENCY_SOON:
		return words("soon", "早め");
	case PB__URGENCY__URGENCY_URGENT:
		return words("urgent", "至急");
	case PB__URGENCY__URGENCY_DANGER:
		return words("danger to life", "命の危険");
	default:
		return "-";
	}
}

const char *kind_word(Pb__Kind kind)
{
	switch (kind) {
	case PB__KIND__KIND_REQUEST:
		return words("request", "依頼");
	case PB__KIND__KIND_CONFERENCE:
		return words("conference", "会議");
	case PB__KIND__KIND_CONSENT:
		return words("consent", "同意");
	case PB__KIND__KIND_NOTE:
		return words("note", "連絡");
	case PB__KIND__KIND_ANNOUNCEMENT:
		return words("announcement", "お知らせ");
	default:
		return "-";
	}
}

const char *item_word(Pb__ItemWhat what, Pb__NoticeWhat notice, const char *kind)
{
	switch (what) {
	case PB__ITEM_WHAT__ITEM_WHAT_RELEASE:
		return words("released parts", "受理後の開示分");
	case PB__ITEM_WHAT__ITEM_WHAT_SEAL_TASK:
		return words("to be sealed further", "次の機関あての封");
	case PB__ITEM_WHAT__ITEM_WHAT_NOTICE:
		return notice_title(notice, words_language());
	default:
		return kind;
	}
}

json_t *queue_item_json(const Pb__QueueItem *item)
{
	json_t *json = json_of_message(&item->base);
	char code[ID_CODE_TEXT];
	struct id id;

	if (json != NULL && id_from_bytes(bytes_of_pb(item->message_id), &id) == ERR_OK) {
		id_code(&id, code);
		json_object_set_new(json, "code", json_string(code));
		json_object_set_new(json, "attempts", json_integer((json_int_t)item->attempts));
	}
	return json;
}
