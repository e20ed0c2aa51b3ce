/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/route_print.h"

#include <string.h>

#include "tsunagi/json_row.h"
#include "tsunagi/out.h"
#include "tsunagi/table.h"
#include "tsunagi/words.h"

/* A text of the directory, made harmless. */
static const char *clean(const json_t *row, const char *name, char line[DISPLAY_LINE])
{
	display_clean(json_row_text(row, name), line, DISPLAY_LINE);
	return line;
}

static void print_cautions(const json_t *choice)
{
	char line[DISPLAY_LINE], time[DISPLAY_TIME];
	const json_t *caution;
	size_t index;

	json_array_foreach(json_object_get(choice, "cautions"), index, caution) {
		out_text("   %s%s%s", out_style(OUT_WARN), clean(caution, "text", line), out_style(OUT_PLAIN));
		if (strcmp(json_row_text(caution, "code"), "CLOSED") == 0 && *json_row_text(choice, "opens_at") != '\0') {
			json_row_time(choice, "opens_at", time);
			out_text(words("; opens %s", "(次は %s から)"), time);
		}
		out_text("\n");
	}
}

static void print_choice(size_t number, const json_t *choice)
{
	char agency[DISPLAY_LINE], name[DISPLAY_LINE], phone[DISPLAY_LINE];

	out_text("%zu. %s%s%s  %s  %s\n", number, out_style(OUT_BOLD), clean(choice, "agency", agency), out_style(OUT_PLAIN), clean(choice, "name", name),
		 clean(choice, "phone", phone));
	out_text(words("   %s (rule %s)\n", "   %s(規則 %s)\n"), clean(choice, "because", name), clean(choice, "rule", agency));
	print_cautions(choice);
}

void route_print_choices(const json_t *report, size_t most)
{
	const json_t *choice;
	size_t index;
	char line[DISPLAY_LINE];

	if (*json_row_text(report, "danger") != '\0')
		out_text("%s%s%s\n", out_style(OUT_BAD), clean(report, "danger", line), out_style(OUT_PLAIN));
	if (json_is_true(json_object_get(report, "fell_back")))
		out_text("%s\n", words("No rule finds an agency for this; the first line takes every consultation:",
				       "当てはまる機関がありません。どんな相談でも受ける一次相談機関です:"));
	json_array_foreach(json_object_get(report, "choices"), index, choice)
		if (most == 0 || index < most)
			print_choice(index + 1, choice);
}

static void print_passed_over(const json_t *passed_over)
{
	const char *titles[] = { words("PASSED OVER", "選ばれなかった機関"), "", "" };
	json_int_t left_off = json_integer_value(json_object_get(passed_over, "left_off"));
	struct table *table = table_new(titles, 3);
	const json_t *row;
	size_t index;

	json_array_foreach(json_object_get(passed_over, "agencies"), index, row) {
		table_cell(table, json_row_text(row, "agency"));
		table_cell(table, json_row_text(row, "name"));
		table_cell(table, json_row_text(row, "text"));
	}
	if (index > 0)
		out_text("\n");
	table_print(table);
	table_free(table);
	if (left_off > 0)
		out_text(words("\n%" JSON_INTEGER_FORMAT " more agencies were passed over; --all names them with the reason.\n",
			       "\nほかに選ばれなかった機関が %" JSON_INTEGER_FORMAT " あります(--all で理由とともに表示)。\n"), left_off);
}

void route_print(const json_t *report, size_t most)
{
	route_print_choices(report, most);
	print_passed_over(json_object_get(report, "passed_over"));
}
