/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/table.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "tsunagi/display.h"
#include "tsunagi/out.h"
#include "tsunagi/words.h"

#define TABLE_BYTES (256u * 1024u * 1024u)
#define FIELD_COLUMNS 22

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

static void put_spaces(struct buf *line, size_t count)
{
	while (count-- > 0)
		buf_put_byte(line, ' ');
}

static void put_cell(const struct table *table, size_t column, const char *text, size_t width, struct buf *line)
{
	size_t own = display_width(text);
	size_t gap = own < width ? width - own : 0;

	put_spaces(line, column == 0 ? 0 : 2);
	put_spaces(line, table->right[column] ? gap : 0);
	buf_put_text(line, text);
	put_spaces(line, table->right[column] ? 0 : gap);
}

/* Without spaces at its end. */
static void print_line(struct buf *line, const char *before, const char *after)
{
	const char *text;

	while (line->len > 0 && line->data[line->len - 1] == ' ')
		line->len--;
	text = buf_text(line);
	out_text("%s%s%s\n", before, text == NULL ? "" : text, after);
	buf_clear(line);
}

static void print_rows(const struct table *table, const size_t *widths)
{
	struct buf line;

	buf_init(&line, TABLE_COLUMNS * DISPLAY_LINE * 2);
	for (size_t i = 0; i < table->columns; i++)
		put_cell(table, i, table->titles[i], widths[i], &line);
	print_line(&line, out_style(OUT_BOLD), out_style(OUT_PLAIN));
	for (const struct cell *cell = table->first; cell != NULL;) {
		for (size_t i = 0; i < table->columns && cell != NULL; i++, cell = cell->next)
			put_cell(table, i, cell->text, widths[i], &line);
		print_line(&line, "", "");
	}
	buf_free(&line);
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

void table_field(const char *name, const char *format, ...)
{
	char text[DISPLAY_LINE];
	char clean[DISPLAY_LINE];
	size_t width = display_width(name);
	va_list list;

	va_start(list, format);
	vsnprintf(text, sizeof text, format, list);
	va_end(list);
	display_clean(text, clean, sizeof clean);
	out_text("  %s%*s%s\n", name, (int)(width < FIELD_COLUMNS ? FIELD_COLUMNS - width : 1), "", clean);
}
