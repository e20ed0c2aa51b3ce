/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/happening_words.h"

#include <string.h>

#include "tsunagi/json_row.h"
#include "tsunagi/records.h"

static const char *pick(enum language language, const char *english, const char *japanese)
{
	return language == LANGUAGE_JA ? japanese : english;
}

static const char *text(const json_t *row, const char *name)
{
	return json_row_text(row, name);
}

static bool has(const json_t *row, const char *name)
{
	return *text(row, name) != '\0';
}

static const char *what_of(const json_t *row)
{
	const char *what = text(row, "what");

	return strncmp(what, "ENTRY_TYPE_", 11) == 0 ? what + 11 : what;
}

static bool is(const json_t *row, const char *what)
{
	return strcmp(what_of(row), what) == 0;
}

bool happening_is_operators(const json_t *row)
{
	return is(row, "ACCESS") || is(row, "ERASE");
}

/* ---- what ---- */

static const struct {
	const char *word;
	const char *text[2];
} consent_actions[] = {
	{ "REGISTER", { "consent registered", "同意の登録" } },
	{ "NARROW", { "consent narrowed", "同意の縮小" } },
	{ "WITHDRAW", { "consent withdrawn", "同意の撤回" } },
};

static const char *consent_action(const json_t *row, enum language language)
{
	for (size_t i = 0; i < sizeof consent_actions / sizeof *consent_actions; i++)
		if (strcmp(consent_actions[i].word, text(row, "consent_action")) == 0)
			return consent_actions[i].text[language];
	return text(row, "consent_action");
}

/* A message: by what it does, else by what it is. */
static void put_message(const json_t *row, enum language language, struct buf *out)
{
	const char *kind = records_word_in("kind", text(row, "kind"), language);
	const char *between = pick(language, ": ", ":");

	if (has(row, "close"))
		buf_printf(out, "%s%s%s", kind, between, pick(language, "closed by its sender", "依頼元が終結"));
	else if (has(row, "leg_action") && strcmp(text(row, "leg_action"), "SUBMIT") != 0)
		buf_printf(out, "%s%s%s", kind, between, records_word_in("leg.action", text(row, "leg_action"), language));
	else if (has(row, "conference_action"))
		buf_printf(out, "%s%s%s", kind, between, records_word_in("conference.action", text(row, "conference_action"), language));
	else if (has(row, "consent_action"))
		buf_put_text(out, consent_action(row, language));
	else if (has(row, "ask"))
		buf_printf(out, "%s%s%s", kind, between, records_word_in("ask", text(row, "ask"), language));
	else
		buf_put_text(out, kind);
}

static void put_by_site(const json_t *row, enum language language, struct buf *out)
{
	if (has(row, "leg_action"))
		buf_put_text(out, records_word_in("leg.action", text(row, "leg_action"), language));
	else if (has(row, "item_state"))
		buf_printf(out, "%s%s%s", pick(language, json_is_true(json_object_get(row, "purge")) ? "purge" : "action item",
						json_is_true(json_object_get(row, "purge")) ? "廃棄" : "宿題"),
			   pick(language, ": ", ":"), records_word_in("action_item.state", text(row, "item_state"), language));
	else if (has(row, "conference_state") && has(row, "goes_on"))
		buf_put_text(out, pick(language, "the conference goes on with another", "会議の引き継ぎ"));
	else if (has(row, "conference_state"))
		buf_put_text(out, pick(language, "the conference's clock", "会議の期限"));
	else if (has(row, "consent_state"))
		buf_put_text(out, pick(language, "the consent ended", "同意の終了"));
	else
		buf_put_text(out, pick(language, "the site", "拠点による処理"));
}

void happening_put_what(const json_t *row, enum language language, struct buf *out)
{
	if (is(row, "ERASE"))
		buf_put_text(out, pick(language, "the case was erased", "ケースの消去"));
	else if (json_is_true(json_object_get(row, "erased")))
		buf_put_text(out, pick(language, "(erased)", "(消去済み)"));
	else if (is(row, "ACCESS"))
		buf_printf(out, pick(language, "an operator looked (%s)", "運用担当が照会(%s)"), text(row, "note"));
	else if (is(row, "MARK_CASE"))
		buf_put_text(out, json_is_true(json_object_get(row, "protected")) ? pick(language, "the case is protected", "保護の対象にした") :
										    pick(language, "the case is protected no more", "保護をやめた"));
	else if (is(row, "PURGED"))
		buf_put_text(out, pick(language, "confirmed that it is destroyed", "廃棄の完了を確認"));
	else if (is(row, "SUBMIT"))
		put_message(row, language, out);
	else
		put_by_site(row, language, out);
}

/* ---- then ---- */

static void put_between(struct buf *out, size_t start, enum language language)
{
	if (out->len > start)
		buf_put_text(out, pick(language, "; ", "、"));
}

static void put_word(const json_t *row, const char *name, const char *list, size_t start, enum language language, struct buf *out)
{
	if (!has(row, name))
		return;
	put_between(out, start, language);
	buf_put_text(out, records_word_in(list, text(row, name), language));
}

static void put_time(const json_t *row, const char *name, const char *format, size_t start, enum language language, struct buf *out)
{
	char time[DISPLAY_TIME];

	if (json_object_get(row, name) == NULL)
		return;
	json_row_time(row, name, time);
	put_between(out, start, language);
	buf_printf(out, "%s %.10s %.5s", format, time, time + 11); /* to the minute, by the clock on the desk's wall */
}

static void put_turn(const json_t *row, size_t start, enum language language, struct buf *out)
{
	if (!has(row, "holder"))
		return;
	put_between(out, start, language);
	buf_printf(out, pick(language, "turn: %s", "番:%s"), records_word_in("party", text(row, "holder"), language));
	put_time(row, "due_at", pick(language, "until", "期限"), start, language, out);
}

static const struct {
	const char *word; /* of a queue's list */
	const char *text[2];
} deliveries[] = {
	{ "waiting", { "not handed out yet", "未配達" } },
	{ "frozen", { "held back by the operator", "運用担当が保留" } },
	{ "quarantined", { "set aside: its sender's keys were in other hands", "差出機関の鍵が漏れたため隔離" } },
	{ "dead", { "could not be delivered", "配達できず" } },
	{ "undeliverable", { "ended undelivered", "配達されずに終了" } },
};

/* Where the message itself stands, unless its times say so. */
static void put_delivery(const json_t *row, size_t start, enum language language, struct buf *out)
{
	const char *word = text(row, "delivery");

	if (strcmp(word, "waiting") == 0 && json_object_get(row, "handed_out_at") != NULL)
		return;
	for (size_t i = 0; i < sizeof deliveries / sizeof *deliveries; i++)
		if (strcmp(deliveries[i].word, word) == 0) {
			put_between(out, start, language);
			buf_put_text(out, deliveries[i].text[language]);
		}
}

void happening_put_then(const json_t *row, enum language language, struct buf *out)
{
	size_t start = out->len;

	put_word(row, "leg_state", "leg.state", start, language, out);
	put_word(row, "conference_state", "conference.state", start, language, out);
	put_word(row, "consent_state", "consent.state", start, language, out);
	put_turn(row, start, language, out);
	put_word(row, "reason", "reason", start, language, out);
	if (is(row, "SUBMIT") && json_is_true(json_object_get(row, "purge"))) {
		put_between(out, start, language);
		buf_put_text(out, pick(language, "whoever has it destroys it", "受け取った機関で廃棄"));
	}
	put_word(row, "outcome", "outcome", start, language, out);
	put_word(row, "close", "outcome", start, language, out);
	if (has(row, "next_agency")) {
		put_between(out, start, language);
		buf_printf(out, pick(language, "next: %s", "次の機関:%s"), text(row, "next_agency"));
	}
	if (has(row, "goes_on")) {
		put_between(out, start, language);
		buf_printf(out, pick(language, "%s goes on for %s", "%s が %s を引き継ぐ"), text(row, "goes_on"), text(row, "to"));
	}
	if (json_is_true(json_object_get(row, "named")))
		buf_printf(out, pick(language, ", named by the site's operator: %s", "(運用担当の指定:%s)"), text(row, "note"));
	if (has(row, "request_state")) {
		put_between(out, start, language);
		buf_printf(out, pick(language, "the request: %s", "依頼全体:%s"), records_word_in("request.state", text(row, "request_state"), language));
	}
	put_time(row, "handed_out_at", pick(language, "handed out", "配達"), start, language, out);
	put_delivery(row, start, language, out);
	put_time(row, "acknowledged_at", pick(language, "acknowledged", "受領"), start, language, out);
	if (json_is_true(json_object_get(row, "released"))) {
		put_between(out, start, language);
		buf_put_text(out, pick(language, "what was held back is released", "保留していた部分を開示"));
	}
	if (json_array_size(json_object_get(row, "blocked")) > 0) {
		put_between(out, start, language);
		buf_put_text(out, pick(language, "parts blocked: consent ended", "同意がなくなり一部を停止"));
	}
}
