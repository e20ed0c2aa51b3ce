/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/file.h"
#include "tsunagi/command.h"
#include "tsunagi/csv_sheets.h"
#include "tsunagi/sheet_page.h"
#include "tsunagi/sheet_source.h"
#include "tsunagi/sheet_words.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/words.h"

#define PAGE_BYTES (16u * 1024u * 1024u)

static enum outcome give(const char *path, const json_t *request, struct buf *page)
{
	enum err err = path == NULL ? ERR_OK : file_write_new(path, buf_bytes(page), 0600);

	if (err != ERR_OK)
		return out_problem(OUTCOME_REFUSED, err == ERR_EXISTS ? "FILE_EXISTS" : "FILE", NULL, "%s: %s", path, err_text(err));
	if (out_json_wanted())
		out_json(path == NULL ? json_pack("{s:s,s:s,s:s}", "type", "page", "code", sheet_code(request), "html", buf_text(page))
				      : json_pack("{s:s,s:s,s:s}", "type", "page", "code", sheet_code(request), "file", path));
	else if (path == NULL)
		out_text("%s", buf_text(page));
	else
		out_text(words("The sheet is in %s; print it from any browser.\n", "シートを %s に書きました。ブラウザーから印刷できます。\n"), path);
	return OUTCOME_DONE;
}

enum outcome cmd_request_print(const struct call *call)
{
	json_t *request = NULL;
	struct buf page;
	enum outcome outcome;

	if (args_has(&call->args, "csv"))
		return csv_sheets_export(call);
	if (call_operand(call, 1) != NULL)
		return call_usage(call, "%s", words("a page is of one request; several make a CSV (--csv).", "印刷は一件ずつです。複数は CSV(--csv)にできます。"));
	outcome = sheet_source_read(call_operand(call, 0), args_text(&call->args, "from"), &request);
	if (outcome != OUTCOME_DONE)
		return outcome;
	buf_init(&page, PAGE_BYTES);
	sheet_page_put(request, &page);
	outcome = buf_text(&page) == NULL ? out_problem(OUTCOME_REFUSED, "PAGE", NULL, "%s: %s", call_operand(call, 0), err_text(page.err))
					  : give(args_text(&call->args, "out"), request, &page);
	buf_free(&page);
	json_decref(request);
	return outcome;
}
