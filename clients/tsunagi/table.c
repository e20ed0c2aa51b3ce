/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/table.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "tsunagi/display.h"
#include "tsunagi/out.h"
#include "tsunagi/words.h"

#define TABLE_BYTES (256u * 1024u * 1024u)

struct table {
	size_t columns;
	const char *titles[TABLE_COLUMNS];
	bool right[TABLE_COLUMNS];
	struct arena arena; /* texts and cells */
	struct cell *first, *last;
	bool failed;
};

struct cell {
	struct cell *next;
	const char *text;
};

struct table *table_new(const char *const *titles, size_t count)
{
	struct table *table = calloc(1, sizeof *table);

	if (table == NULL)
		return NULL;
	table->columns = count;
	for (size_t i = 0; i < count; i++) {
		table->right[i] = *titles[i] == '>';
		table->titles[i] = titles[i] + table->right[i];
	}
	arena_init(&table->arena, TABLE_BYTES);
	return table;
}

void table_free(struct table *table)
{
	if (table == NULL)
		return;
	arena_free(&table->arena);
	free(table);
}

void table_cell(struct table *table, const char *text)
{
	char clean[DISPLAY_LINE];
	struct cell *cell;

	if (table == NULL)
		return;
	display_clean(text, clean, sizeof clean);
	cell = arena_alloc(&table->arena, sizeof *cell);
	if (cell != NULL)
		*cell = (struct cell){ .text = arena_text(&table->arena, bytes_of_text(clean)) };
	if (cell == NULL || cell->text == NULL) {
		table->failed = true;
		return;
	}
	if (table->last == NULL)
		table->first = cell;
	else
		table->last->next = cell;
	table->last = cell;
}

void table_cell_format(struct table *table, const char *format, ...)
{
	char text[DISPLAY_LINE];
	va_list list;

	va_start(list, format);
	vsnprintf(text, sizeof text, format, list);
	va_end(list);
	table_cell(table, text);
}

static void print_cell(const struct table *table, size_t column, const char *text, size_t width)
{
	size_t own = display_width(text);
	int gap = own < width ? (int)(width - own) : 0;
	bool last = column + 1 == table->columns;

	if (table->right[column])
		out_text("%*s%s%s", gap, "", text, last ? "" : "  ");
	else
		out_text("%s%*s%s", text, last ? 0 : gap, "", last ? "" : "  ");
}

static void print_rows(const struct table *table, const size_t *widths)
{
	out_text("%s", out_style(OUT_BOLD));
	for (size_t i = 0; i < table->columns; i++)
		print_cell(table, i, table->titles[i], widths[i]);
	out_text("%s\n", out_style(OUT_PLAIN));
	for (const struct cell *cell = table->first; cell != NULL;) {
		for (size_t i = 0; i < table->columns && cell != NULL; i++, cell = cell->next)
			print_cell(table, i, cell->text, widths[i]);
		out_text("\n");
	}
}

void table_print(struct table *table)
{
	size_t widths[TABLE_COLUMNS];
	size_t column = 0;

	if (table == NULL || table->failed) {
		out_note("%s", words("tsunagi: out of memory", "tsunagi: メモリーが足りません"));
		return;
	}
	if (table->first == NULL)
		return;
	for (size_t i = 0; i < table->columns; i++)
		widths[i] = display_width(table->titles[i]);
	for (const struct cell *cell = table->first; cell != NULL; cell = cell->next, column = (column + 1) % table->columns) {
		size_t width = display_width(cell->text);

		if (width > widths[column])
			widths[column] = width;
	}
	print_rows(table, widths);
	table->first = table->last = NULL;
	arena_reset(&table->arena);
}
