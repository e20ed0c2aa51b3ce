/* SPDX-License-Identifier: Apache-2.0 */
/* What happened in a thread or a case, as a caseworker reads it in either language; and the report as a page, in which nothing is markup. */
#include <string.h>

#include "said.h"
#include "tsunagi/disclosure_page.h"
#include "tsunagi/disclosure_print.h"
#include "tsunagi/happening_words.h"
#include "unit.h"

static struct buf text;

static const char *put(void (*put_it)(const json_t *row, enum language language, struct buf *out), const char *row, enum language language)
{
	json_t *json = json_loads(row, 0, NULL);

	require(json != NULL);
	buf_free(&text);
	buf_init(&text, 65536);
	put_it(json, language, &text);
	json_decref(json);
	return text.len == 0 ? "" : buf_text(&text);
}

static void test_what(void)
{
	static const struct {
		const char *row, *english, *japanese;
	} rows[] = {
		{ "{\"what\":\"SUBMIT\",\"kind\":\"REQUEST\",\"ask\":\"REFER\",\"leg_action\":\"SUBMIT\"}", "request: refer", "依頼:繋ぐ" },
		{ "{\"what\":\"SUBMIT\",\"kind\":\"REQUEST\",\"leg_action\":\"ACCEPT\"}", "request: accept", "依頼:受諾" },
		{ "{\"what\":\"SUBMIT\",\"kind\":\"REQUEST\",\"close\":\"RESOLVED\"}", "request: closed by its sender", "依頼:依頼元が終結" },
		{ "{\"what\":\"SUBMIT\",\"kind\":\"CONSENT\",\"consent_action\":\"WITHDRAW\"}", "consent withdrawn", "同意の撤回" },
		{ "{\"what\":\"SUBMIT\",\"kind\":\"NOTE\"}", "note", "連絡" },
		{ "{\"what\":\"PURGED\",\"purge\":true,\"item_state\":\"DONE\"}", "confirmed that it is destroyed", "廃棄の完了を確認" },
		{ "{\"what\":\"CONFERENCE_EVENT\",\"conference_state\":\"HELD\"}", "the conference's clock", "会議の期限" },
		{ "{\"what\":\"CONFERENCE_EVENT\",\"conference_state\":\"HELD\",\"goes_on\":\"d@c\"}", "the conference goes on with another", "会議の引き継ぎ" },
		{ "{\"what\":\"CONSENT_EVENT\",\"consent_state\":\"RAN_OUT\"}", "the consent ended", "同意の終了" },
		{ "{\"what\":\"MARK_CASE\",\"protected\":true}", "the case is protected", "保護の対象にした" },
		{ "{\"what\":\"MARK_CASE\"}", "the case is protected no more", "保護をやめた" },
		{ "{\"what\":\"ACCESS\",\"note\":\"trace\"}", "an operator looked (trace)", "運用担当が照会(trace)" },
		{ "{\"what\":\"SUBMIT\",\"erased\":true}", "(erased)", "(消去済み)" },
		{ "{\"what\":\"ERASE\",\"erased\":true}", "the case was erased", "ケースの消去" },
		{ "{\"what\":\"REQUEST_EVENT\"}", "the site", "拠点による処理" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		unit_context("%s", rows[i].row);
		check_text(put(happening_put_what, rows[i].row, LANGUAGE_EN), rows[i].english);
		check_text(put(happening_put_what, rows[i].row, LANGUAGE_JA), rows[i].japanese);
	}
	check(*put(happening_put_what, "{\"what\":\"LEG_EVENT\",\"leg_action\":\"LAPSE\"}", LANGUAGE_EN) != '\0');
}

static void test_then(void)
{
	const char *row = "{\"leg_state\":\"ACCEPTED\",\"holder\":\"RECIPIENT\",\"due_at\":\"2026-12-02T09:00:00+09:00\",\"request_state\":\"TAKEN\","
			  "\"handed_out_at\":\"2026-11-29T03:53:49.123+09:00\",\"released\":true,\"blocked\":[1]}";

	check_text(put(happening_put_then, row, LANGUAGE_EN),
		   "accepted; turn: the recipient; until 2026-12-02 09:00; the request: taken; handed out 2026-11-29 03:53; what was held back is released; "
		   "parts blocked: consent ended");
	check_text(put(happening_put_then, row, LANGUAGE_JA),
		   "受諾、番:依頼先、期限 2026-12-02 09:00、依頼全体:引き受け済み、配達 2026-11-29 03:53、保留していた部分を開示、同意がなくなり一部を停止");
	check_text(put(happening_put_then, "{\"to\":\"b@c\",\"goes_on\":\"d@c\"}", LANGUAGE_EN), "d@c goes on for b@c");
	check_text(put(happening_put_then, "{\"to\":\"b@c\",\"goes_on\":\"d@c\",\"named\":true,\"note\":\"dissolved\"}", LANGUAGE_EN),
		   "d@c goes on for b@c, named by the site's operator: dissolved");
	check_text(put(happening_put_then, "{\"reason\":\"FULL\",\"next_agency\":\"b@c\"}", LANGUAGE_JA), "定員・件数がいっぱい、次の機関:b@c");
	check_text(put(happening_put_then, "{\"what\":\"SUBMIT\",\"reason\":\"MISDIRECTED\",\"purge\":true}", LANGUAGE_EN),
		   "sent to the wrong agency; whoever has it destroys it");
	check_text(put(happening_put_then, "{\"delivery\":\"waiting\"}", LANGUAGE_EN), "not handed out yet");
	check_text(put(happening_put_then, "{\"delivery\":\"dead\"}", LANGUAGE_JA), "配達できず");
	check_text(put(happening_put_then, "{\"delivery\":\"delivered\"}", LANGUAGE_JA), "");
	check_text(put(happening_put_then, "{\"delivery\":\"waiting\",\"handed_out_at\":\"2026-11-29T03:53:49+09:00\"}", LANGUAGE_EN), "handed out 2026-11-29 03:53");
	check_text(put(happening_put_then, "{}", LANGUAGE_EN), "");
	check_text(put(happening_put_then, "{\"leg_state\":\"NO_SUCH_STATE\"}", LANGUAGE_EN), "NO_SUCH_STATE");
}

/* ---- the report ---- */

static const char *report_json;

static void print(void)
{
	json_t *report = json_loads(report_json, 0, NULL);

	require(report != NULL);
	disclosure_print(report);
	json_decref(report);
}

static const char *page(const char *report)
{
	json_t *json = json_loads(report, 0, NULL);

	require(json != NULL);
	buf_free(&text);
	buf_init(&text, 1u << 20);
	disclosure_page_put(json, "2026-11-29T04:00:00+09:00", &text);
	json_decref(json);
	return buf_text(&text);
}

#define REPORT                                                                                                                                          \
	"{\"case\":{\"case_id\":\"01960000-0000-7000-8000-0000000000ca\",\"owner\":\"link@chiba-city\",\"members\":[\"link@chiba-city\"]},"            \
	"\"person\":{\"name\":\"<b>例田</b>\"},\"names\":{\"link@chiba-city\":\"リンク & \\\"窓口\\\"\"},"                                              \
	"\"provisions\":[{\"at\":\"2026-11-29T03:53:49+09:00\",\"from\":\"link@chiba-city\",\"to\":\"b@c\",\"classes\":[\"IDENTITY\"],\"released\":true," \
	"\"basis\":{\"basis\":\"PROTECT_LIFE\",\"law\":\"PERSONAL_INFORMATION_27_1_2\",\"reason\":\"<script>\"},\"code\":\"AAAAA-BBBBB\"}],"              \
	"\"happenings\":[{\"what\":\"ACCESS\",\"note\":\"trace\",\"at\":\"2026-11-29T03:53:49+09:00\",\"seq\":7}]}"

static void test_page(void)
{
	const char *html = page(REPORT);

	require(html != NULL);
	check(strstr(html, "&lt;b&gt;例田&lt;/b&gt;") != NULL && strstr(html, "<b>例田") == NULL);
	check(strstr(html, "<script") == NULL);
	check(strstr(html, "リンク &amp; &quot;窓口&quot;<small>link@chiba-city</small>") != NULL);
	check(strstr(html, "受諾後に開示") != NULL && strstr(html, "個人情報保護法27条1項2号") != NULL);
	check(strstr(html, "(運用担当)") != NULL && strstr(html, "2026-11-29 03:53:49") != NULL);
	check(strstr(page("{}"), "提供したものはありません") != NULL); /* odd forms do no harm */
	check(page("{\"case\":7,\"provisions\":[1,null],\"happenings\":[{}],\"names\":[]}") != NULL);
}

static void test_terminal(void)
{
	const char *said;

	report_json = REPORT;
	said = said_by(false, print)->out;
	check(strstr(said, "01960000-0000-7000-8000-0000000000ca") != NULL && strstr(said, "(an operator)") != NULL);
	check(strstr(said, "AAAAA-BBBBB") != NULL && strstr(said, "identity") != NULL);
	report_json = "{\"case\":{\"owner\":\"\\u001b[2J\"},\"happenings\":[{\"by\":\"\\u001b[2J\",\"at\":5}]}";
	said = said_by(false, print)->out;
	check(strchr(said, '\x1b') == NULL);
	check(strstr(said, "nothing") != NULL);
}

UNIT_SUITE("tsunagi/happening_words",
	{ "what was done", test_what },
	{ "what it led to", test_then },
	{ "the report as a page", test_page },
	{ "the report on a terminal", test_terminal });
