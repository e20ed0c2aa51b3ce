/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/request_print.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "tsunagi/display.h"
#include "tsunagi/json_row.h"
#include "tsunagi/out.h"
#include "tsunagi/table.h"
#include "tsunagi/test_site.h"
#include "tsunagi/words.h"

#define LINE 400

/* The text of a word in the reader's language; the word where there is none. */
static const char *text_of(const json_t *row, const char *name)
{
	char text_name[64];
	const char *text = NULL;

	snprintf(text_name, sizeof text_name, "%s_text", name);
	text = json_row_text(row, text_name);
	return *text != '\0' ? text : json_row_text(row, name);
}

static bool is_true(const json_t *row, const char *name)
{
	return json_is_true(json_object_get(row, name));
}

/* ---- cells ---- */

/* A line made harmless for the terminal, with its newline. */
static void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void say(const char *format, ...)
{
	char text[DISPLAY_LINE], clean[DISPLAY_LINE];
	va_list list;

	va_start(list, format);
	vsnprintf(text, sizeof text, format, list);
	va_end(list);
	display_clean(text, clean, sizeof clean);
	out_text("%s\n", clean);
}

/* To the minute, in Japanese time: what a desk reckons in. */
static void minute_of(const json_t *row, const char *name, char to[DISPLAY_TIME])
{
	json_row_time(row, name, to);
	if (strlen(to) < 16)
		return;
	to[10] = ' ';
	to[16] = '\0';
}

/* The state, and why where it has a reason. */
static void state_cell(const json_t *leg, char to[LINE])
{
	const char *why = text_of(leg, *json_row_text(leg, "outcome") != '\0' ? "outcome" : "reason");

	if (is_true(leg, "dead_letter"))
		snprintf(to, LINE, words("%s, could not be delivered", "%s・配達できません"), text_of(leg, "state"));
	else
		snprintf(to, LINE, *why == '\0' ? "%s%s" : words("%s: %s", "%s:%s"), text_of(leg, "state"), why);
}

/* All legs of the request ended, and the reader, who sent it, has to say what becomes of it. */
static bool awaits_decision(const json_t *leg)
{
	return *json_row_text(leg, "holder") == '\0' && *json_row_text(leg, "request_due") != '\0';
}

/* Whose turn it is; nothing when it ended. */
static const char *turn_cell(const json_t *leg, const char *self)
{
	const char *agency = json_row_text(leg, "holder_agency");

	if (awaits_decision(leg))
		return words("this agency, to decide", "この機関(判断)");
	if (*json_row_text(leg, "holder") == '\0')
		return "-";
	if (*agency == '\0')
		return text_of(leg, "holder");
	return strcmp(agency, self) == 0 ? words("this agency", "この機関") : agency;
}

/* The due time, and by how much it is late. */
static void due_cell(const json_t *leg, char to[LINE])
{
	const char *name = awaits_decision(leg) ? "request_due" : "due";
	char time[DISPLAY_TIME], late[80];
	int64_t due_us = 0;

	minute_of(leg, name, time);
	if (!is_true(leg, "overdue") || clock_parse(json_row_text(leg, name), &due_us) != ERR_OK) {
		snprintf(to, LINE, is_true(leg, "provisional") ? words("%s (provisional)", "%s(暫定)") : "%s", time);
		return;
	}
	if (clock_wall_us() < due_us) { /* a test site's clock is ahead of this machine's */
		snprintf(to, LINE, words("%s, LATE", "%s、超過"), time);
		return;
	}
	display_duration(clock_wall_us() - due_us, late, sizeof late);
	snprintf(to, LINE, words("%s, LATE by %s", "%s、%s 超過"), time, late);
}

/* This agency's own address, by the part that it has in the leg. */
static const char *self_of(const json_t *leg)
{
	return json_row_text(leg, strcmp(json_row_text(leg, "part"), "SENDER") == 0 ? "from" : "to");
}

static void seen_cell(const json_t *leg, char to[DISPLAY_TIME])
{
	minute_of(leg, "seen_at", to);
	if (strcmp(to, "-") == 0)
		snprintf(to, DISPLAY_TIME, "%s", words("not yet", "まだ"));
}

/* ---- lists ---- */

static void put_listed(struct table *table, const json_t *leg)
{
	bool sent = strcmp(json_row_text(leg, "part"), "SENDER") == 0;
	char state[LINE], due[LINE];

	state_cell(leg, state);
	due_cell(leg, due);
	table_cell(table, json_row_text(leg, "code"));
	table_cell(table, text_of(leg, "ask"));
	table_cell_format(table, sent ? words("to %s", "宛先 %s") : words("from %s", "差出 %s"), json_row_text(leg, sent ? "to" : "from"));
	table_cell(table, state);
	table_cell(table, turn_cell(leg, self_of(leg)));
	table_cell(table, due);
	table_cell(table, text_of(leg, "urgency"));
}

void request_print_list(const json_t *listing)
{
	const char *titles[] = { words("CODE", "コード"), words("ASK", "依頼"), words("WITH", "相手"), words("STATE", "状態"),
				 words("WHOSE TURN", "だれの番"), words("DUE", "期限"), words("URGENCY", "緊急度") };
	struct table *table = table_new(titles, 7);
	json_t *legs = json_object_get(listing, "legs");
	json_t *leg;
	size_t index;

	json_array_foreach(legs, index, leg)
		put_listed(table, leg);
	table_print(table);
	table_free(table);
	if (json_array_size(legs) == 0)
		out_text("%s\n", words("No request.", "該当する依頼はありません。"));
	if (json_integer_value(json_object_get(listing, "more_after")) != 0)
		out_text("%s\n", words("... and more: narrow the list with --case, --holder or --overdue.", "ほかにもあります。--case、--holder、--overdue で絞り込んでください。"));
}

/* ---- one request ---- */

static void print_allowed(const json_t *list)
{
	char line[2048] = "";
	json_t *row;
	size_t index;

	json_array_foreach(list, index, row) {
		size_t used = strlen(line);

		snprintf(line + used, sizeof line - used, words("%s%s (%s)", "%s%s(%s)"), used == 0 ? "" : words(", ", "、"), json_row_text(row, "action"),
			 json_row_text(row, "text"));
	}
	if (*line == '\0')
		snprintf(line, sizeof line, "%s", words("nothing: it is over, or another's turn", "ありません(終わっているか、他の機関の番です)"));
	table_field(words("you may now", "今できる操作"), "%s", line);
}

/* A line of a leg's block. */
static void leg_line(const char *name, const char *text)
{
	char line[2 * LINE];

	snprintf(line, sizeof line, "  %s", name);
	table_field(line, "%s", text);
}

/* A leg as a block: where it stands, whose turn it is, and what was heard of it. */
static void print_leg(const json_t *leg)
{
	char text[LINE], time[DISPLAY_TIME], line[2 * LINE];

	out_text("\n%s", out_style(OUT_BOLD));
	say("  %s", json_row_text(leg, "to"));
	out_text("%s", out_style(OUT_PLAIN));
	state_cell(leg, text);
	minute_of(leg, "since", time);
	snprintf(line, sizeof line, words("%s  (since %s)", "%s(%s から)"), text, time);
	leg_line(words("state", "状態"), line);
	if (*json_row_text(leg, "holder") != '\0') {
		due_cell(leg, text);
		snprintf(line, sizeof line, words("%s, until %s", "%s(期限 %s)"), turn_cell(leg, self_of(leg)), text);
		leg_line(words("whose turn", "だれの番"), line);
	}
	seen_cell(leg, time);
	leg_line(words("seen", "閲覧"), time);
	minute_of(leg, "last_word_at", time);
	leg_line(words("last word", "最後の連絡"), time);
	if (*json_row_text(leg, "next_agency") != '\0')
		leg_line(words("next agency", "次の機関"), json_row_text(leg, "next_agency"));
}

static void print_standing(const json_t *request)
{
	char due[DISPLAY_TIME];

	minute_of(request, "request_due", due);
	if (*json_row_text(request, "request_state") == '\0')
		return;
	if (*json_row_text(request, "closed_with") != '\0')
		table_field(words("stands", "依頼の状態"), words("%s: %s", "%s:%s"), text_of(request, "request_state"), text_of(request, "closed_with"));
	else if (strcmp(due, "-") != 0)
		table_field(words("stands", "依頼の状態"), words("%s, your decision is due %s", "%s(判断の期限 %s)"), text_of(request, "request_state"), due);
	else
		table_field(words("stands", "依頼の状態"), "%s", text_of(request, "request_state"));
}

void request_print_whole(const json_t *request)
{
	json_t *leg;
	size_t index;

	say(words("request %s  (%s)", "依頼 %s(%s)"), json_row_text(request, "request"), json_row_text(request, "code"));
	table_field(words("asks", "依頼の内容"), words("%s, %s", "%s・%s"), text_of(request, "ask"), text_of(request, "urgency"));
	table_field(words("from", "依頼元"), "%s", json_row_text(request, "from"));
	if (is_true(request, "co_support"))
		table_field("", "%s", words("the sender goes on supporting, beside whoever takes it", "依頼元も支援を続けます(重なり合う支援)"));
	if (*json_row_text(request, "case") != '\0')
		table_field(words("case", "ケース"), "%s", json_row_text(request, "case"));
	print_standing(request);
	print_allowed(json_object_get(request, "allowed"));
	json_array_foreach(json_object_get(request, "legs"), index, leg)
		print_leg(leg);
}

/* One line: what became of it, and whose turn it is now. */
static void print_outcome(const json_t *leg)
{
	char state[LINE], due[LINE];

	state_cell(leg, state);
	due_cell(leg, due);
	if (*json_row_text(leg, "holder") == '\0')
		say("  %s: %s", json_row_text(leg, "to"), state);
	else
		say(words("  %s: %s; the turn of %s, until %s", "  %s:%s。次は %s の番(期限 %s)"), json_row_text(leg, "to"), state,
		    turn_cell(leg, self_of(leg)), due);
}

void request_print_receipt(const json_t *receipt)
{
	bool waits = strcmp(json_row_text(receipt, "state"), "outbox") == 0;
	json_t *leg;
	size_t index;

	if (test_site_is(json_row_text(receipt, "site")))
		out_text("%s%s%s\n", out_style(OUT_WARN), words("TEST: a throw-away site; this reaches nobody.", "TEST:使い捨ての拠点です。どこにも届きません。"), out_style(OUT_PLAIN));
	out_text("%s%s%s", out_style(waits ? OUT_WARN : OUT_GOOD), waits ? words("in the outbox", "送信箱に保存") : words("done", "完了"), out_style(OUT_PLAIN));
	say(words("  message %s  (%s)", "  連絡 %s(%s)"), json_row_text(receipt, "message_id"), json_row_text(receipt, "code"));
	if (json_is_true(json_object_get(receipt, "duplicate")))
		out_text("  %s\n", words("It was done before; this is its first receipt.", "すでに行われた操作です。最初の受付証を示しました。"));
	json_array_foreach(json_object_get(receipt, "legs"), index, leg)
		print_outcome(leg);
	if (*json_row_text(json_object_get(receipt, "leg"), "closed_with") != '\0')
		say(words("  the request is closed: %s", "  依頼を閉じました:%s"), text_of(json_object_get(receipt, "leg"), "closed_with"));
}
