/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/conference_print.h"

#include <stdio.h>
#include <string.h>

#include "tsunagi/display.h"
#include "tsunagi/json_row.h"
#include "tsunagi/out.h"
#include "tsunagi/receipt_print.h"
#include "tsunagi/table.h"
#include "tsunagi/words.h"

#define LINE 300

/* The text of a word in the reader's language; the word where there is none. */
static const char *text_of(const json_t *row, const char *name)
{
	char text_name[64];
	const char *text = NULL;

	snprintf(text_name, sizeof text_name, "%s_text", name);
	text = json_row_text(row, text_name);
	return *text != '\0' ? text : json_row_text(row, name);
}

/* To the minute, in Japanese time. */
static void minute_of(const json_t *row, const char *name, char to[DISPLAY_TIME])
{
	json_row_time(row, name, to);
	if (strlen(to) < 16)
		return;
	to[10] = ' ';
	to[16] = '\0';
}

static void due_cell(const json_t *row, char to[LINE])
{
	char time[DISPLAY_TIME];

	minute_of(row, "due_at", time);
	snprintf(to, LINE, json_is_true(json_object_get(row, "overdue")) ? words("%s, LATE", "%s、超過") : "%s", time);
}

static void address_cell(const json_t *row, const char *name, char to[LINE])
{
	display_clean(json_row_text(row, name), to, LINE);
}

/* ---- conferences ---- */

void conference_print_list(const json_t *listing)
{
	const char *titles[] = { words("CODE", "コード"), words("KIND", "種類"), words("CONVENER", "主催"), words("STATE", "状態"), words("BEGINS", "開始"),
				 words("DUE", "期限") };
	struct table *table = table_new(titles, 6);
	json_t *conferences = json_object_get(listing, "conferences");

	for (size_t i = 0; i < json_array_size(conferences); i++) {
		const json_t *row = json_array_get(conferences, i);
		char begins[DISPLAY_TIME], due[LINE], convener[LINE];

		minute_of(row, "starts_at", begins);
		due_cell(row, due);
		address_cell(row, "convener", convener);
		table_cell(table, json_row_text(row, "code"));
		table_cell(table, text_of(row, "kind"));
		table_cell(table, convener);
		table_cell(table, text_of(row, "state"));
		table_cell(table, begins);
		table_cell(table, *json_row_text(row, "holder") == '\0' ? "-" : due);
	}
	table_print(table);
	table_free(table);
	if (json_array_size(conferences) == 0)
		out_text("%s\n", words("There is no open conference in which this agency has a seat.", "この機関が参加する、続いている会議はありません。"));
}

static void print_seats(const json_t *conference)
{
	json_t *seats = json_object_get(conference, "seats");

	for (size_t i = 0; i < json_array_size(seats); i++) {
		const json_t *seat = json_array_get(seats, i);
		const char *answer = text_of(seat, "answer"), *next = json_row_text(seat, "delegated_to");

		out_text("  %-30s %s%s%s\n", json_row_text(seat, "agency"), *answer == '\0' ? words("has not answered", "未回答") : answer,
			 *next == '\0' ? "" : words(": ", ":"), next);
	}
}

static void print_items(const json_t *items)
{
	const char *titles[] = { words("ITEM", "番号"), words("OWNER", "担当"), words("STATE", "状態"), words("DUE", "期限"), words("OF", "会議・依頼") };
	struct table *table = table_new(titles, 5);

	for (size_t i = 0; i < json_array_size(items); i++) {
		const json_t *row = json_array_get(items, i);
		char due[LINE], owner[LINE];

		due_cell(row, due);
		address_cell(row, "owner", owner);
		table_cell_format(table, "%lld", (long long)json_integer_value(json_object_get(row, "item")));
		table_cell(table, owner);
		table_cell_format(table, "%s%s", text_of(row, "state"), json_is_true(json_object_get(row, "purge")) ? words(" (purge)", "(破棄)") : "");
		table_cell(table, due);
		table_cell(table, json_row_text(row, "code"));
	}
	table_print(table);
	table_free(table);
}

static void print_allowed(const json_t *conference)
{
	json_t *allowed = json_object_get(conference, "allowed");

	if (json_array_size(allowed) == 0)
		return;
	out_text("%s", words("may be done now:", "今できる操作:"));
	for (size_t i = 0; i < json_array_size(allowed); i++)
		out_text(" %s", json_row_item(allowed, i));
	out_text("\n");
}

static void print_next_dates(const json_t *conference)
{
	json_t *dates = json_object_get(conference, "next_on");

	for (size_t i = 0; i < json_array_size(dates); i++)
		out_text("%s%s", i == 0 ? words("held next on: ", "次回以降:") : ", ", json_row_item(dates, i));
	if (json_array_size(dates) > 0)
		out_text("\n");
}

void conference_print_whole(const json_t *conference)
{
	char begins[DISPLAY_TIME], ends[DISPLAY_TIME], due[LINE];
	json_t *items = json_object_get(conference, "items");

	minute_of(conference, "starts_at", begins);
	minute_of(conference, "ends_at", ends);
	due_cell(conference, due);
	out_text(words("%s  %s: %s\n", "%s  %s:%s\n"), json_row_text(conference, "code"), text_of(conference, "kind"), text_of(conference, "state"));
	if (*json_row_text(conference, "law") != '\0')
		out_text(words("under %s\n", "根拠法:%s\n"), text_of(conference, "law"));
	out_text(words("convener %s; from %s to %s; due %s\n", "主催 %s、%s〜%s、期限 %s\n"), json_row_text(conference, "convener"), begins, ends,
		 *json_row_text(conference, "holder") == '\0' ? "-" : due);
	print_next_dates(conference);
	print_seats(conference);
	if (json_array_size(items) > 0)
		print_items(items);
	print_allowed(conference);
}

void conference_print_receipt(const json_t *receipt)
{
	receipt_print(receipt);
	if (json_is_object(json_object_get(receipt, "conference")))
		conference_print_whole(json_object_get(receipt, "conference"));
}

void conference_print_items(const json_t *listing)
{
	json_t *items = json_object_get(listing, "items");

	if (json_array_size(items) == 0)
		out_text("%s\n", words("No open action item is this agency's, or awaited by it.", "この機関が担当する、または待っている宿題はありません。"));
	else
		print_items(items);
}

/* ---- announcements, purges ---- */

static long long number_of(const json_t *row, const char *name)
{
	return (long long)json_integer_value(json_object_get(row, name));
}

void conference_print_announcement(const json_t *announcement)
{
	json_t *sign_ups = json_object_get(announcement, "sign_ups");
	long long places = number_of(announcement, "places");

	out_text(words("%s  announced by %s\n", "%s  お知らせ元 %s\n"), json_row_text(announcement, "code"), json_row_text(announcement, "announcer"));
	if (places == 0)
		out_text(words("%lld places are taken; there is no limit\n", "申込 %lld 人(定員なし)\n"), number_of(announcement, "taken"));
	else
		out_text(words("%lld of %lld places are taken\n", "申込 %lld 人(定員 %lld 人)\n"), number_of(announcement, "taken"), places);
	for (size_t i = 0; i < json_array_size(sign_ups); i++)
		out_text("  %-30s %lld\n", json_row_text(json_array_get(sign_ups, i), "agency"), number_of(json_array_get(sign_ups, i), "places"));
	print_next_dates(announcement);
}

void conference_print_announced(const json_t *announced)
{
	out_text(words("Announced to %lld agencies. Code %s; sign-ups name %s.\n", "%lld 機関にお知らせしました。コード %s、申し込みの番号 %s。\n"),
		 number_of(announced, "agencies"), json_row_text(announced, "code"), json_row_text(announced, "announcement_id"));
	print_next_dates(announced);
}

void conference_print_purged(const json_t *purged)
{
	json_t *deleted = json_object_get(purged, "deleted");

	for (size_t i = 0; i < json_array_size(deleted); i++)
		out_text(words("deleted %s\n", "%s を削除しました\n"), json_row_item(deleted, i));
	out_text("%s\n", words("It is confirmed that nothing of it is kept here.", "この端末に残っていないことを確認として送りました。"));
}
