/* SPDX-License-Identifier: Apache-2.0 */
/* Each notice in words: all of them, in both languages, whatever it says and leaves out. */
#include "contract/notice_texts.h"

#include <string.h>

#include "base/text.h"
#include "unit.h"

#define JST 540

static Pb__SiteNotice full(Pb__NoticeWhat what)
{
	Pb__SiteNotice notice = PB__SITE_NOTICE__INIT;

	notice.what = what;
	notice.kind = PB__KIND__KIND_REQUEST;
	notice.opened_by = (char *)(uintptr_t)"link@chiba-city";
	notice.agency = (char *)(uintptr_t)"hanamigawa@chiba-city";
	notice.next_agency = (char *)(uintptr_t)"jobcafe@chiba-pref";
	notice.due_at_us = 1796025600000000; /* 2026-11-30 08:00 UTC */
	notice.opens_at_us = 1796083200000000;
	notice.reason = PB__REASON__REASON_FULL;
	notice.refused = PB__REFUSE_REASON__REFUSE_REASON_CANNOT_OPEN;
	return notice;
}

static const char *text_of(const Pb__SiteNotice *notice, enum language language, struct buf *out)
{
	buf_clear(out);
	require_ok(notice_text(notice, JST, language, out));
	return buf_text(out);
}

/* No mark, no bracket and no doubled blank is left, whatever is said. */
static void check_clean(const char *text)
{
	check(strlen(text) > 10);
	check(strpbrk(text, "$[]") == NULL);
	check(strstr(text, "  ") == NULL);
	check(strstr(text, " .") == NULL && strstr(text, " ;") == NULL && strstr(text, "()") == NULL);
	check(text_check(bytes_of_text(text), NULL) == TEXT_OK);
}

static bool is_japanese(const char *text)
{
	return strstr(text, "。") != NULL;
}

static void test_every_notice(void)
{
	const ProtobufCEnumDescriptor *list = &pb__notice_what__descriptor;
	struct buf text;

	buf_init(&text, 4096);
	for (unsigned i = 0; i < list->n_values; i++) {
		Pb__SiteNotice notice = full((Pb__NoticeWhat)list->values[i].value);
		Pb__SiteNotice bare = PB__SITE_NOTICE__INIT;

		unit_context("%s", list->values[i].name);
		bare.what = notice.what;
		for (int language = 0; language < 2; language++) {
			check_clean(text_of(&notice, (enum language)language, &text));
			check_int(is_japanese(buf_text(&text)), language == LANGUAGE_JA);
			text_of(&bare, (enum language)language, &text);
			check(strpbrk(buf_text(&text), "$[]") == NULL);
			check(strlen(notice_title(notice.what, (enum language)language)) > 0);
		}
		/* every value has a row of its own */
		check(notice.what == 0 || strcmp(notice_title(notice.what, LANGUAGE_EN), notice_title(0, LANGUAGE_EN)) != 0);
	}
	unit_context(" ");
	buf_free(&text);
}

static void test_what_is_said(void)
{
	Pb__SiteNotice notice = full(PB__NOTICE_WHAT__NOTICE_WHAT_ANSWER_OVERDUE);
	struct buf text;

	buf_init(&text, 4096);
	check_text(text_of(&notice, LANGUAGE_EN, &text), "hanamigawa@chiba-city has not answered your request in time; the answer was due "
							 "2026-11-30 17:00. Telephone them, or ask another agency.");
	check_text(text_of(&notice, LANGUAGE_JA, &text), "hanamigawa@chiba-city から依頼への回答が期限(2026-11-30 "
							 "17:00)までにありません。電話で確かめるか、他の機関への依頼を検討してください。");
	notice.due_at_us = 0;
	check_text(text_of(&notice, LANGUAGE_EN, &text),
		   "hanamigawa@chiba-city has not answered your request in time. Telephone them, or ask another agency.");
	notice = full(PB__NOTICE_WHAT__NOTICE_WHAT_DEAD_LETTER);
	check(strstr(text_of(&notice, LANGUAGE_EN, &text), "no key of theirs opens it") != NULL);
	notice.refused = 0;
	check(strstr(text_of(&notice, LANGUAGE_EN, &text), ":") == NULL);
	buf_free(&text);
}

static void check_closed_in(Pb__Kind kind, Pb__Party place, const char *holder, const char *english, const char *japanese)
{
	Pb__SiteNotice notice = full(PB__NOTICE_WHAT__NOTICE_WHAT_AGENCY_CLOSED);
	struct buf text;

	buf_init(&text, 4096);
	notice.kind = kind;
	notice.place = place;
	notice.holder_agency = (char *)(uintptr_t)holder;
	check_text(text_of(&notice, LANGUAGE_EN, &text), english);
	check_clean(buf_text(&text));
	check_text(text_of(&notice, LANGUAGE_JA, &text), japanese);
	check_clean(buf_text(&text));
	buf_free(&text);
}

static void check_closed(Pb__Party place, const char *holder, const char *english, const char *japanese)
{
	check_closed_in(PB__KIND__KIND_REQUEST, place, holder, english, japanese);
}

/* An agency closed: to each what it has to do with it, and nobody is called a coordinator. */
static void test_in_whose_place(void)
{
	check_closed(PB__PARTY__PARTY_SENDER, "",
		     "hanamigawa@chiba-city is no longer in the directory. You now ask in its place: answering, withdrawing and deciding about its "
		     "request is yours.",
		     "hanamigawa@chiba-city は名簿から外れました。この依頼では、あなたが代わって依頼した側になりました。質問への回答、取り下げ、判断を行ってください。");
	check_closed(PB__PARTY__PARTY_SENDER, "saposute@chiba-city",
		     "hanamigawa@chiba-city is no longer in the directory. You work on its request for saposute@chiba-city now: questions, answers and "
		     "reports go to them.",
		     "hanamigawa@chiba-city は名簿から外れました。この依頼の依頼元は saposute@chiba-city に変わりました。質問、回答、報告は "
		     "saposute@chiba-city あてにしてください。");
	check_closed(PB__PARTY__PARTY_RECIPIENT, "",
		     "hanamigawa@chiba-city is no longer in the directory. You now hold its part in the request from link@chiba-city.",
		     "hanamigawa@chiba-city は名簿から外れました。link@chiba-city "
		     "からの依頼でこの機関が受け持っていた分は、あなたの担当になりました。");
	check_closed(PB__PARTY__PARTY_RECIPIENT, "saposute@chiba-city",
		     "hanamigawa@chiba-city is no longer in the directory. saposute@chiba-city now holds its part in your request.",
		     "hanamigawa@chiba-city は名簿から外れました。あなたの依頼でこの機関が受け持っていた分は、saposute@chiba-city が引き継ぎました。");
}

static void test_in_whose_place_in_a_conference(void)
{
	const Pb__Kind conference = PB__KIND__KIND_CONFERENCE;

	check_closed_in(conference, PB__PARTY__PARTY_CONVENER, "",
			"hanamigawa@chiba-city is no longer in the directory. You now convene its conference: its date, its minutes, what was handed back and "
			"its end are yours.",
			"hanamigawa@chiba-city は名簿から外れました。この会議の招集者はあなたになりました。日程、議事録、戻された宿題、終了の手続きを行ってください。");
	check_closed_in(conference, PB__PARTY__PARTY_CONVENER, "saposute@chiba-city",
			"hanamigawa@chiba-city is no longer in the directory. saposute@chiba-city convenes its conference now: answers and reports go to them.",
			"hanamigawa@chiba-city は名簿から外れました。この会議の招集者は saposute@chiba-city に変わりました。回答や報告は saposute@chiba-city "
			"あてにしてください。");
	check_closed_in(conference, PB__PARTY__PARTY_OWNER, "",
			"hanamigawa@chiba-city is no longer in the directory. What it took on in the conference of link@chiba-city is yours now; it is due "
			"2026-11-30 17:00.",
			"hanamigawa@chiba-city は名簿から外れました。link@chiba-city の会議でこの機関が引き受けたことは、あなたの担当になりました(期限 "
			"2026-11-30 17:00)。");
	check_closed_in(conference, PB__PARTY__PARTY_OWNER, "saposute@chiba-city",
			"hanamigawa@chiba-city is no longer in the directory. saposute@chiba-city now has what it took on in your conference.",
			"hanamigawa@chiba-city は名簿から外れました。あなたの会議でこの機関が引き受けたことは、saposute@chiba-city が引き継ぎました。");
	check_closed(PB__PARTY__PARTY_OWNER, "",
		     "hanamigawa@chiba-city is no longer in the directory. link@chiba-city recalled the request: see that what hanamigawa@chiba-city held of "
		     "it is destroyed, and confirm that by 2026-11-30 17:00.",
		     "hanamigawa@chiba-city は名簿から外れました。link@chiba-city が依頼を取り消しています。hanamigawa@chiba-city "
		     "が受け取ったものが廃棄されていることを確かめ、2026-11-30 17:00 までに確認を届け出てください。");
	check_closed(PB__PARTY__PARTY_OWNER, "saposute@chiba-city",
		     "hanamigawa@chiba-city is no longer in the directory. saposute@chiba-city now confirms that what it held of your recalled request is "
		     "destroyed.",
		     "hanamigawa@chiba-city は名簿から外れました。取り消した依頼の廃棄の確認は、saposute@chiba-city が引き継ぎました。");
}

/* To whom another agency took it, it is not told who that is. */
static void test_does_not_tell_who(void)
{
	Pb__SiteNotice notice = full(PB__NOTICE_WHAT__NOTICE_WHAT_TAKEN_ELSEWHERE);
	struct buf text;

	buf_init(&text, 4096);
	for (int language = 0; language < 2; language++) {
		text_of(&notice, (enum language)language, &text);
		check(strstr(buf_text(&text), "hanamigawa") == NULL);
		check(strstr(buf_text(&text), "jobcafe") == NULL);
	}
	buf_free(&text);
}

/* Of a later release: said as far as it can be. */
static void test_unknown(void)
{
	Pb__SiteNotice notice = full((Pb__NoticeWhat)999);
	struct buf text;

	notice.kind = (Pb__Kind)77;
	notice.refused = (Pb__RefuseReason)99;
	buf_init(&text, 4096);
	check_clean(text_of(&notice, LANGUAGE_EN, &text));
	notice.what = PB__NOTICE_WHAT__NOTICE_WHAT_DEAD_LETTER;
	check_clean(text_of(&notice, LANGUAGE_JA, &text));
	buf_free(&text);
}

static void test_no_room(void)
{
	Pb__SiteNotice notice = full(PB__NOTICE_WHAT__NOTICE_WHAT_ANSWER_DUE);

	for (size_t limit = 0; limit < 100; limit++) {
		struct buf text;

		buf_init(&text, limit);
		check_err(notice_text(&notice, JST, LANGUAGE_JA, &text), ERR_TOO_LARGE);
		buf_free(&text);
	}
}

/* What ended because one of the two is kept out of the case is not put down to a consent, and names no list. */
static void test_cannot_take_part(void)
{
	Pb__SiteNotice notice = full(PB__NOTICE_WHAT__NOTICE_WHAT_BLOCKED);
	struct buf text;

	buf_init(&text, 4096);
	check(strstr(text_of(&notice, LANGUAGE_EN, &text), "consent") != NULL);
	notice.reason = PB__REASON__REASON_CANNOT_TAKE_PART;
	for (int language = LANGUAGE_EN; language <= LANGUAGE_JA; language++) {
		const char *said = text_of(&notice, (enum language)language, &text);

		check_clean(said);
		check(strstr(said, "consent") == NULL && strstr(said, "同意") == NULL);
		check(strstr(said, "hanamigawa@chiba-city") != NULL);
	}
	check(strstr(text_of(&notice, LANGUAGE_EN, &text), "cannot take part") != NULL);
	buf_free(&text);
}

UNIT_SUITE("contract/notice_texts",
	{ "every notice, in both languages", test_every_notice },
	{ "what is said, and what is left out", test_what_is_said },
	{ "taken elsewhere: not by whom", test_does_not_tell_who },
	{ "in whose place one goes on", test_in_whose_place },
	{ "in whose place in a conference", test_in_whose_place_in_a_conference },
	{ "a notice of a later release", test_unknown },
	{ "no room", test_no_room },
	{ "ended where an agency cannot take part", test_cannot_take_part });
