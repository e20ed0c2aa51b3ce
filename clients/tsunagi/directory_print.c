/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/directory_print.h"

#include <stdio.h>
#include <string.h>

#include "tsunagi/display.h"
#include "tsunagi/json_row.h"
#include "tsunagi/table.h"
#include "tsunagi/words.h"

#define LINE DISPLAY_LINE

static void add(char line[LINE], const char *before, const char *text)
{
	size_t len = strlen(line);

	snprintf(line + len, LINE - len, "%s%s", len == 0 ? "" : before, text);
}

static void join(const json_t *list, char line[LINE])
{
	line[0] = '\0';
	for (size_t i = 0; i < json_array_size(list); i++)
		add(line, ", ", json_row_item(list, i));
}

/* In the reader's language where the directory has it. */
static const char *name_of(const json_t *entry)
{
	const json_t *names = json_object_get(entry, "names");
	const char *name = json_row_text(names, words("en", "ja"));

	return *name == '\0' ? json_row_text(names, "ja") : name;
}

static void print_text(const char *label, const char *text)
{
	char clean[LINE];

	if (*text == '\0')
		return;
	display_clean(text, clean, sizeof clean);
	table_field(label, "%s", clean);
}

static void print_list(const char *label, const json_t *list)
{
	char line[LINE];

	join(list, line);
	print_text(label, line);
}

/* 1 is Monday (ISO 8601). */
static const char *day_name(json_int_t day)
{
	static const char *const names[][2] = { { "Mon", "月" }, { "Tue", "火" }, { "Wed", "水" }, { "Thu", "木" },
						{ "Fri", "金" }, { "Sat", "土" }, { "Sun", "日" } };

	return day < 1 || day > 7 ? "?" : words(names[day - 1][0], names[day - 1][1]);
}

/* "Mon-Fri 09:00-17:00": days that follow each other as a run. */
static void span_text(const json_t *span, char line[LINE])
{
	const json_t *days = json_object_get(span, "days");
	size_t count = json_array_size(days);

	line[0] = '\0';
	for (size_t first = 0, last; first < count; first = last + 1) {
		json_int_t day = json_integer_value(json_array_get(days, first));

		for (last = first; last + 1 < count && json_integer_value(json_array_get(days, last + 1)) == day + (json_int_t)(last + 1 - first); last++)
			continue;
		add(line, words(", ", "・"), day_name(day));
		if (last > first)
			add(line, last > first + 1 ? words("-", "〜") : words(", ", "・"), day_name(day + (json_int_t)(last - first)));
	}
	add(line, " ", json_row_text(span, "opens"));
	add(line, "-", json_row_text(span, "closes"));
}

static void print_hours(const json_t *hours)
{
	const char *label = words("hours", "開所時間");
	char line[LINE];
	json_t *span;
	size_t index;

	if (json_is_true(json_object_get(hours, "always")))
		print_text(label, words("day and night, every day", "24 時間・365 日"));
	else if (json_array_size(json_object_get(hours, "spans")) == 0)
		print_text(label, words("Mon-Fri 09:00-17:00", "月〜金 09:00-17:00"));
	json_array_foreach(json_object_get(hours, "spans"), index, span) {
		span_text(span, line);
		print_text(index == 0 ? label : "", line);
	}
	if (json_is_true(json_object_get(hours, "open_on_holidays")) && !json_is_true(json_object_get(hours, "always")))
		print_text("", words("also on public holidays", "祝日も開所"));
}

static void print_services(const json_t *services)
{
	char line[LINE];
	json_t *service;
	size_t index;

	json_array_foreach(services, index, service) {
		snprintf(line, sizeof line, "%s  %s", json_row_text(service, "id"), name_of(service));
		print_text(index == 0 ? words("services", "サービス") : "", line);
	}
}

static void print_contact(const json_t *contact)
{
	static const char *const rows[][3] = { { "phone", "phone", "電話" }, { "fax", "fax", "ファクス" }, { "email", "e-mail", "メール" },
					       { "address", "address", "所在地" } };

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		print_text(words(rows[i][1], rows[i][2]), json_row_text(contact, rows[i][0]));
}

void directory_print_entry(const json_t *entry)
{
	const json_t *names = json_object_get(entry, "names");

	print_text(words("name", "名称"), name_of(entry));
	print_text(words("Japanese", "ふりがな"), json_row_text(names, words("ja", "kana")));
	print_text(words("sector", "分野"), json_row_text(entry, "sector"));
	print_list(words("categories", "種類"), json_object_get(entry, "categories"));
	print_list(words("areas", "区域"), json_object_get(entry, "areas"));
	print_hours(json_object_get(entry, "hours"));
	print_services(json_object_get(entry, "services"));
	print_list(words("takes only", "受ける種別"), json_object_get(entry, "kinds"));
	print_contact(json_object_get(entry, "contact"));
	print_text(words("coordinator", "調整機関"), json_row_text(entry, "coordinator"));
	print_text(words("reached through", "連絡窓口"), json_row_text(entry, "proxy"));
	print_text(words("organisation number", "法人番号"), json_row_text(entry, "corporate_number"));
	print_text(words("care office number", "介護保険事業所番号"), json_row_text(entry, "care_office_number"));
	print_text(words("confirmed", "確認日"), json_row_text(entry, "confirmed_on"));
}

void directory_print_table(const json_t *file, const char *(*state)(const void *context, size_t index), const void *context)
{
	const char *titles[] = { words("AGENCY", "機関"), words("NAME", "名称"), words("SECTOR", "分野"), words("AREAS", "区域"),
				 words("STATE", "状態") };
	struct table *table = table_new(titles, 5);
	char areas[LINE];
	json_t *entry;
	size_t index;

	json_array_foreach(json_object_get(file, "agencies"), index, entry) {
		join(json_object_get(entry, "areas"), areas);
		table_cell(table, json_row_text(entry, "id"));
		table_cell(table, name_of(entry));
		table_cell(table, json_row_text(entry, "sector"));
		table_cell(table, areas);
		table_cell(table, state(context, index));
	}
	table_print(table);
	table_free(table);
}
