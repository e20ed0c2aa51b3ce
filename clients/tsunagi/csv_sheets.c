/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/csv_sheets.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "tsunagi/csv_message.h"
#include "tsunagi/input_file.h"
#include "tsunagi/words.h"

bool csv_sheets_named(const char *path)
{
	size_t length = strlen(path);

	return length >= 4 && strcasecmp(path + length - 4, ".csv") == 0;
}

enum outcome csv_sheets_encoding(const struct call *call, int *ret_encoding)
{
	enum csv_encoding encoding;

	if (!csv_encoding_of(args_text(&call->args, "encoding"), &encoding))
		return call_usage(call, "%s", words("--encoding is utf-8 or cp932.", "--encoding は utf-8 か cp932 です。"));
	*ret_encoding = (int)encoding;
	return OUTCOME_DONE;
}

static void one_row(const json_t *heading, const json_t *row, csv_sheets_row *take, void *context)
{
	size_t number = (size_t)json_integer_value(json_object_get(row, "row"));
	const json_t *told = json_object_get(row, "fault");
	json_t *message = NULL;
	char fault[300] = "";

	if (told != NULL)
		snprintf(fault, sizeof fault, "%s", json_string_value(json_array_get(told, words_language() == LANGUAGE_JA ? 1 : 0)));
	else if (csv_message_of_row(heading, json_object_get(row, "cells"), &message, fault) == ERR_NOMEM)
		snprintf(fault, sizeof fault, "%s", words("out of memory", "メモリーが足りません"));
	take(context, number, message, fault);
}

enum outcome csv_sheets_each(const char *path, int encoding, csv_sheets_row *row, void *context)
{
	json_t *rows = NULL;
	const json_t *heading;
	struct buf content;
	enum outcome outcome = input_file_read(path, &content);

	if (outcome == OUTCOME_DONE && csv_read(buf_bytes(&content), (enum csv_encoding)encoding, &rows) != ERR_OK)
		outcome = out_problem(OUTCOME_REFUSED, "NO_MEMORY", NULL, "%s", words("Out of memory.", "メモリーが足りません。"));
	buf_free(&content);
	if (outcome != OUTCOME_DONE)
		return outcome;
	heading = json_object_get(json_array_get(rows, 0), "cells");
	if (heading == NULL)
		outcome = out_problem(OUTCOME_REFUSED, "CSV", words("`tsunagi template request --csv` prints the heading line.", "`tsunagi template request --csv` で見出し行を出力できます。"),
				      words("%s has no heading line that can be read.", "%s に読み取れる見出し行がありません。"), path);
	for (size_t i = 1; outcome == OUTCOME_DONE && i < json_array_size(rows); i++)
		one_row(heading, json_array_get(rows, i), row, context);
	json_decref(rows);
	return outcome;
}
