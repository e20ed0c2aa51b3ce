/* SPDX-License-Identifier: Apache-2.0 */
/* disclosure: the case's owner and the operator read the same report, whole however many pages it has, on the terminal and as a page to print. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "contract/codec.h"
#include "desk.h"
#include "fake_daemon.h"
#include "tsunagi/words.h"
#include "unit.h"

#define CASE "01930000-0000-7000-8000-0000000000ca"
#define MESSAGE "01930000-0000-7000-8000-00000000000b"
#define REPORT                                                                                                                                         \
	"{\"disclosure\":{\"case_shown\":{\"case_id\":\"" CASE "\",\"owner\":\"link@chiba-city\",\"members\":[\"link@chiba-city\",\"desk@chiba-city\"]," \
	"\"protected\":true},\"provisions\":[{\"item\":17,\"message_id\":\"" MESSAGE "\",\"at\":\"2026-11-29T03:53:49+09:00\",\"from\":\"link@chiba-city\"," \
	"\"to\":\"desk@chiba-city\",\"classes\":[\"EDUCATION\"],\"released\":true,\"blocked\":[0],\"basis\":{\"basis\":\"PUBLIC_DUTY\","                    \
	"\"law\":\"SELF_RELIANCE_9\",\"reason\":\"<script>plan</script>\"}}],\"happenings\":[{\"seq\":3,\"at\":\"2026-11-29T03:53:49+09:00\","              \
	"\"what\":\"SUBMIT\",\"by\":\"link@chiba-city\",\"to\":\"desk@chiba-city\",\"message_id\":\"" MESSAGE "\",\"kind\":\"REQUEST\",\"ask\":\"REFER\"},"  \
	"{\"seq\":4,\"at\":\"2026-11-29T03:54:49+09:00\",\"what\":\"ACCESS\",\"note\":\"trace\"},"                                                          \
	"{\"seq\":5,\"at\":\"2026-11-29T03:55:49+09:00\",\"what\":\"LEG_EVENT\",\"to\":\"desk@chiba-city\",\"kind\":\"REQUEST\",\"leg_action\":\"LAPSE\"}]}}"

static bool has(const char *text, const char *part)
{
	return strstr(text, part) != NULL;
}

/* ---- as the case's owner ---- */

static struct desk desk;

static const struct said *as_owner(bool json, const char *words)
{
	const struct said *said = desk_run(&desk, json, "disclosure " CASE " %s --as %s", words, desk.link->path);

	unit_context("disclosure %s", words);
	return said;
}

static void begin(void)
{
	desk = desk_begin();
	stage_show(desk.stage, REPORT);
}

static void test_on_the_terminal(void)
{
	const char *text;

	begin();
	text = as_owner(false, "")->out;
	check_int(desk.outcome, OUTCOME_DONE);
	check(has(text, "Case " CASE) && has(text, "protected") && has(text, "What was provided") && has(text, "What happened"));
	check(has(text, "link@chiba-city → desk@chiba-city") && has(text, "[3]"));
	check(has(text, "(an operator)") && has(text, "(the site)")); /* nobody in particular is named */
	words_start(LANGUAGE_JA);
	text = as_owner(false, "")->out;
	check(has(text, "提供したもの") && has(text, "経過") && has(text, "(運用担当)") && has(text, "(拠点)"));
	words_start(LANGUAGE_EN);
	desk_end(&desk);
}

static void test_as_json(void)
{
	json_t *report;

	begin();
	report = json_loads(as_owner(true, "")->out, 0, NULL);
	check_uint(json_array_size(json_object_get(report, "provisions")), 1);
	check_uint(json_array_size(json_object_get(report, "happenings")), 3);
	check(json_object_get(json_array_get(json_object_get(report, "happenings"), 0), "code") != NULL); /* to be read out */
	json_decref(report);
	desk_end(&desk);
}

/* Whatever stands in it is text on the page, and nothing is fetched from elsewhere. */
static void test_page(void)
{
	const char *text;

	begin();
	text = as_owner(false, "--print")->out;
	check_int(desk.outcome, OUTCOME_DONE);
	check(has(text, "<!DOCTYPE html>") && has(text, "default-src 'none'") && has(text, "</html>"));
	check(has(text, "&lt;script&gt;plan&lt;/script&gt;") && !has(text, "<script"));
	check(has(text, "<th>ケース</th><td>" CASE "</td>") && has(text, "<th>保護の対象</th><td>はい</td>"));
	check(has(text, "2026-11-29 03:53:49<small>受領 -</small>"));
	check(has(text, "受諾後に開示") && has(text, "同意がなくなり一部を停止"));
	check(has(text, "<td class=n>5</td>"));
	desk_end(&desk);
}

static void test_page_in_a_file(void)
{
	char path[300], words[400];
	const struct said *said;
	struct buf page;

	begin();
	snprintf(path, sizeof path, "%s/report.html", unit_folder());
	snprintf(words, sizeof words, "--print --out %s", path);
	said = as_owner(true, words);
	check_int(desk.outcome, OUTCOME_DONE);
	check_text(desk_field(said->out, "file"), path);
	buf_init(&page, 1u << 20);
	require_ok(file_read(path, &page));
	check(has(buf_text(&page), "<!DOCTYPE html>"));
	buf_free(&page);
	said = as_owner(true, words); /* a report is never written over */
	check_int(desk.outcome, OUTCOME_REFUSED);
	check_text(desk_error(said->out, "code"), "FILE_EXISTS");
	said = as_owner(true, "--print");
	check(has(desk_field(said->out, "html"), "<!DOCTYPE html>"));
	desk_end(&desk);
}

static void test_of_nobody(void)
{
	desk = desk_begin(); /* nothing is shown */
	as_owner(false, "");
	check_int(desk.outcome, OUTCOME_NOT_THERE);
	desk_run(&desk, false, "disclosure ca --as %s", desk.link->path);
	check_int(desk.outcome, OUTCOME_USAGE);
	desk_end(&desk);
}

/* ---- as the operator ---- */

#define PAGES 4u

static unsigned refused_at; /* the page that is refused; 0: none */

static Pb__Happening **one_row(uint64_t seq, struct arena *arena)
{
	Pb__Happening *row = arena_alloc(arena, sizeof *row);

	pb__happening__init(row);
	row->seq = seq;
	row->what = pb_of_text("ACCESS");
	row->operator_ = pb_of_text("root");
	return arena_copy(arena, bytes_of(&row, sizeof row));
}

/* A row a page; what the case is stands on the first. */
static void answer(void *context, const Pb__AdminRequest *request, struct arena *arena, Pb__AdminReply *reply)
{
	static Pb__Refusal refusal = PB__REFUSAL__INIT;
	uint64_t seq = request->disclosure->after + 1;
	Pb__Disclosure *report = arena_alloc(arena, sizeof *report);

	(void)context;
	pb__disclosure__init(report);
	report->happenings = one_row(seq, arena);
	report->n_happenings = 1;
	report->more_after = seq < PAGES ? seq : 0;
	reply->body_case = PB__ADMIN_REPLY__BODY_DISCLOSURE;
	reply->disclosure = report;
	if (seq != refused_at)
		return;
	refusal.code = PB__REFUSAL_CODE__REFUSAL_CODE_STOPPING;
	reply->body_case = PB__ADMIN_REPLY__BODY_REFUSAL;
	reply->refusal = &refusal;
}

static void test_as_operator(void)
{
	struct fake_daemon *daemon = fake_daemon_start(answer, NULL);
	enum outcome outcome;
	json_t *report;

	refused_at = 0;
	report = json_loads(fake_run(daemon, true, &outcome, "disclosure " CASE)->out, 0, NULL);
	require(json_array_size(json_object_get(report, "happenings")) == PAGES);
	for (size_t i = 0; i < PAGES; i++)
		check_int(json_integer_value(json_object_get(json_array_get(json_object_get(report, "happenings"), i), "seq")), (json_int_t)i + 1);
	json_decref(report);
	check(has(fake_run(daemon, false, &outcome, "disclosure " CASE)->out, "root"));
	fake_daemon_stop(daemon);
}

/* Half a report is none: nothing of it is shown. */
static void test_cut_short(void)
{
	struct fake_daemon *daemon = fake_daemon_start(answer, NULL);
	enum outcome outcome;
	const struct said *said;

	refused_at = PAGES - 1;
	said = fake_run(daemon, false, &outcome, "disclosure " CASE);
	check_int(outcome, OUTCOME_REFUSED);
	check_text(said->out, "");
	fake_daemon_stop(daemon);
}

UNIT_SUITE("tsunagi/cmd_disclosure",
	{ "on the terminal", test_on_the_terminal },
	{ "as JSON", test_as_json },
	{ "as a page", test_page },
	{ "as a page in a file", test_page_in_a_file },
	{ "of nobody", test_of_nobody },
	{ "as the operator", test_as_operator },
	{ "cut short", test_cut_short });
