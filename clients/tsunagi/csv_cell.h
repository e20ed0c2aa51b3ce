/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/csv_cell.h - one cell's text as the JSON of its column, and back. */
#pragma once
#include <jansson.h>

#include "base/buf.h"
#include "tsunagi/csv_columns.h"

/* A new reference; text that the column does not know stays text, for the message's check to name.  NULL when memory is short. */
json_t *csv_cell_value(const struct csv_column *column, const char *text);

/* Appends the cell's text: words in Japanese, lists with 、 between, files one a line. */
void csv_cell_text(const struct csv_column *column, const json_t *value, struct buf *out);
