/* SPDX-License-Identifier: Apache-2.0 */
/* tsunagi/csv_message.h - a row of a CSV as a message, and a message as a row. */
#pragma once
#include "tsunagi/csv.h"
#include "tsunagi/csv_columns.h"

/* The message that a row makes under this heading (both arrays of texts).  Empty cells are fields that are not there; a row without a kind is
 * a request.  What a cell says wrongly goes into the message as it is, for the message's own check to name.
 *   ret_message  a new reference
 *   fault        what could not be a message at all, in the reader's language; "" unless ERR_FORMAT
 * ERR_FORMAT  a heading that is not known or there twice over a filled cell, or a cell without heading */
enum err csv_message_of_row(const json_t *heading, const json_t *cells, json_t **ret_message, char fault[300]);

/* The row of a request, in the columns' order: texts, a new reference.  ERR_FORMAT when it would not read back as the same sheet, such as with
 * more people than there are columns. */
enum err csv_row_of_message(const struct csv_columns *columns, const json_t *request, json_t **ret_cells);
