/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/table.h - rows in columns that line up, also with Japanese in them. */
#pragma once
#include <stddef.h>

#define TABLE_COLUMNS 10

struct table;

/* titles: count of them, at most TABLE_COLUMNS; a title that begins with '>' makes its column flush right.  NULL when memory is short. */
struct table *table_new(const char *const *titles, size_t count);
void table_free(struct table *table);

/* The next cell, row by row; cleaned for the terminal.  Out of memory shows when printing. */
void table_cell(struct table *table, const char *text);
void table_cell_format(struct table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Prints what there is and forgets the rows, keeping the titles; nothing when there are no rows. */
void table_print(struct table *table);

/* A line of its own: a name, and what it is beside it, in the column where all such lines have it. */
void table_field(const char *name, const char *format, ...) __attribute__((format(printf, 2, 3)));
