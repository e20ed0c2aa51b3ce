/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "tsunagi/csv_message.h"
#include "tsunagi/csv_sheets.h"
#include "tsunagi/sheet_source.h"
#include "tsunagi/words.h"

#define TABLE_BYTES (64u * 1024u * 1024u)

static enum err put_cells(const struct csv_columns *columns, const json_t *cells, int encoding, struct buf *out, size_t *ret_cell)
{
	const char **texts = calloc(columns->count, sizeof *texts);
	enum err err = texts == NULL ? ERR_NOMEM : ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < columns->count; i++)
		texts[i] = json_string_value(json_array_get(cells, i));
	if (err == ERR_OK)
		err = csv_put_row(texts, columns->count, (enum csv_encoding)encoding, out, ret_cell);
	free(texts);
	return err;
}

/* One file's request as a row; told when it cannot be one. */
static enum outcome export_one(const struct call *call, const char *name, const struct csv_columns *columns, int encoding, struct buf *out)
{
	json_t *request = NULL, *cells = NULL;
	size_t cell = columns->count;
	enum outcome outcome = sheet_source_read(name, args_text(&call->args, "from"), &request);
	enum err err;

	if (outcome != OUTCOME_DONE)
		return outcome;
	err = csv_row_of_message(columns, request, &cells);
	if (err == ERR_FORMAT)
		outcome = out_problem(OUTCOME_REFUSED, "CSV_ROW", words("Keep it as JSON, or print it.", "JSON のまま使うか、印刷してください。"),
				      words("%s holds more than a row's columns can, such as more than %u people of a household.",
					    "%s は CSV の列に収まりません(世帯は %u 人まで、など)。"), name, CSV_MEMBERS);
	else if (err == ERR_OK)
		err = put_cells(columns, cells, encoding, out, &cell);
	if (err == ERR_FORMAT && outcome == OUTCOME_DONE)
		outcome = out_problem(OUTCOME_REFUSED, "ENCODING", words("Use --encoding utf-8, which has every character.", "すべての文字を表せる --encoding utf-8 を使ってください。"),
				      words("%s: a character of \"%s\" does not exist in CP932; nothing was replaced, the row is left out.",
					    "%s:「%s」に CP932 で表せない文字があります。置き換えず、この行を除きました。"), name, columns->rows[cell].title);
	else if (err != ERR_OK && outcome == OUTCOME_DONE)
		outcome = out_problem(OUTCOME_REFUSED, "FILE", NULL, "%s: %s", name, err_text(err));
	json_decref(cells);
	json_decref(request);
	return outcome;
}

static enum outcome give(const struct call *call, const struct buf *out)
{
	const char *path = args_text(&call->args, "out");
	enum err err = out->err;

	if (err == ERR_OK && path != NULL)
		err = file_write_new(path, buf_bytes(out), 0600);
	else if (err == ERR_OK && (fwrite(out->data, 1, out->len, stdout) != out->len || fflush(stdout) != 0))
		err = ERR_IO;
	if (err != ERR_OK)
		return out_problem(OUTCOME_REFUSED, err == ERR_EXISTS ? "FILE_EXISTS" : "FILE", NULL, "%s: %s", path == NULL ? "stdout" : path, err_text(err));
	return OUTCOME_DONE;
}

enum outcome csv_sheets_export(const struct call *call)
{
	struct csv_columns columns = { 0 };
	const char **titles = NULL;
	enum outcome outcome, all = OUTCOME_DONE;
	struct buf out;
	int encoding = 0;
	size_t cell = 0;

	outcome = csv_sheets_encoding(call, &encoding);
	if (outcome != OUTCOME_DONE)
		return outcome;
	buf_init(&out, TABLE_BYTES);
	if (csv_columns_of(PB__KIND__KIND_REQUEST, &columns) == ERR_OK)
		titles = csv_columns_titles(&columns);
	csv_put_start((enum csv_encoding)encoding, &out);
	if (titles == NULL || csv_put_row(titles, columns.count, (enum csv_encoding)encoding, &out, &cell) != ERR_OK)
		all = out_problem(OUTCOME_REFUSED, "NO_MEMORY", NULL, "%s", words("Out of memory.", "メモリーが足りません。"));
	for (size_t i = 0; titles != NULL && call_operand(call, i) != NULL; i++) {
		outcome = export_one(call, call_operand(call, i), &columns, encoding, &out);
		all = all == OUTCOME_DONE ? outcome : all;
	}
	outcome = give(call, &out);
	free(titles);
	csv_columns_free(&columns);
	buf_free(&out);
	return all == OUTCOME_DONE ? outcome : all;
}
