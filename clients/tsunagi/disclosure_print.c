/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/disclosure_print.h"

#include <string.h>

#include "tsunagi/happening_words.h"
#include "tsunagi/json_row.h"
#include "tsunagi/out.h"
#include "tsunagi/records.h"
#include "tsunagi/table.h"
#include "tsunagi/words.h"

#define TEXT_BYTES 4096u
#define ADDRESS_BYTES 300u
#define CELL 400

static void print_case(const json_t *disclosure)
{
	const json_t *shown = json_object_get(disclosure, "case"), *person = json_object_get(disclosure, "person");
	char members[2048];

	out_text(words("Case %s\n", "ケース %s\n"), json_row_text(shown, "case_id"));
	if (person != NULL)
		table_field(words("person", "本人"), "%s  %s", json_row_text(person, "name"), json_row_text(person, "kana"));
	table_field(words("owner", "担当機関"), "%s", json_row_text(shown, "owner"));
	records_words("", json_object_get(shown, "members"), members, sizeof members);
	table_field(words("members", "参加機関"), "%s", members);
	if (json_is_true(json_object_get(shown, "protected")))
		table_field(words("protected", "保護"), "%s", words("yes", "対象"));
}

static void print_provisions(const json_t *list)
{
	const char *titles[] = { words("TIME", "提供日時"), words("FROM", "提供元"), words("TO", "提供先"), words("TELLS", "情報"), words("BASIS", "根拠"), words("CODE", "番号") };
	struct table *table = table_new(titles, 6);
	char time[DISPLAY_TIME], classes[CELL];
	json_t *row;
	size_t index;

	out_text("\n%s\n", words("What was provided", "提供したもの"));
	json_array_foreach(list, index, row) {
		json_row_time(row, "at", time);
		table_cell(table, time);
		table_cell(table, json_row_text(row, "from"));
		table_cell(table, json_row_text(row, "to"));
		records_words("text_classes", json_object_get(row, "classes"), classes, sizeof classes);
		table_cell(table, classes);
		table_cell(table, records_word("basis.basis", json_row_text(json_object_get(row, "basis"), "basis")));
		table_cell(table, json_row_text(row, "code"));
	}
	table_print(table);
	table_free(table);
	if (json_array_size(list) == 0)
		out_text("  %s\n", words("nothing", "なし"));
}

/* The words of a row, harmless for a terminal. */
static const char *words_put(const json_t *row, void (*put)(const json_t *row, enum language language, struct buf *out), char to[TEXT_BYTES])
{
	struct buf text;

	buf_init(&text, TEXT_BYTES);
	put(row, words_language(), &text);
	display_clean(text.len == 0 || buf_text(&text) == NULL ? "" : buf_text(&text), to, TEXT_BYTES);
	buf_free(&text);
	return to;
}

static const char *who(const json_t *row)
{
	const char *by = json_row_text(row, "by"), *login = json_row_text(row, "operator");

	if (*by != '\0')
		return by;
	return *login != '\0' ? login : happening_is_operators(row) ? words("(an operator)", "(運用担当)") : words("(the site)", "(拠点)");
}

/* Two lines: who did what to whom, and what that led to; a terminal is no wider than that. */
static void print_happening(const json_t *row)
{
	char time[DISPLAY_TIME], from[ADDRESS_BYTES], to[ADDRESS_BYTES], what[TEXT_BYTES], then[TEXT_BYTES];

	json_row_time(row, "at", time);
	display_clean(who(row), from, sizeof from);
	display_clean(json_row_text(row, "to"), to, sizeof to);
	out_text("%.10s %.5s  %s%s%s  %s%s%s  [%" JSON_INTEGER_FORMAT "]\n", time, strlen(time) > 16 ? time + 11 : "", from, *to == '\0' ? "" : " → ", to,
		 out_style(OUT_BOLD), words_put(row, happening_put_what, what), out_style(OUT_PLAIN), json_integer_value(json_object_get(row, "seq")));
	if (*words_put(row, happening_put_then, then) != '\0')
		out_text("                  %s\n", then);
}

void happenings_print(const json_t *list)
{
	json_t *row;
	size_t index;

	json_array_foreach(list, index, row)
		print_happening(row);
}

void disclosure_print(const json_t *disclosure)
{
	print_case(disclosure);
	print_provisions(json_object_get(disclosure, "provisions"));
	out_text("\n%s\n", words("What happened", "経過"));
	happenings_print(json_object_get(disclosure, "happenings"));
}
