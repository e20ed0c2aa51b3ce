/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "tsunagi/csv.h"
#include "tsunagi/csv_sheets.h"
#include "tsunagi/message_form.h"
#include "tsunagi/command.h"
#include "tsunagi/need.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/words.h"

#define HEADING_BYTES 100000u

/* The heading line, as the municipal form has the fields. */
static enum outcome put_heading(const struct call *call, Pb__Kind kind)
{
	struct csv_columns columns = { 0 };
	const char **titles = NULL;
	size_t cell = 0;
	struct buf line;
	int encoding = 0;
	enum outcome outcome = csv_sheets_encoding(call, &encoding);
	enum err err;

	if (outcome != OUTCOME_DONE)
		return outcome;
	buf_init(&line, HEADING_BYTES);
	err = csv_columns_of(kind, &columns);
	if (err == ERR_OK && (titles = csv_columns_titles(&columns)) == NULL)
		err = ERR_NOMEM;
	csv_put_start((enum csv_encoding)encoding, &line);
	if (err == ERR_OK)
		err = csv_put_row(titles, columns.count, (enum csv_encoding)encoding, &line, &cell);
	if (err == ERR_OK)
		fwrite(line.data, 1, line.len, stdout);
	else
		outcome = out_problem(OUTCOME_REFUSED, "FILE", NULL, "%s", err_text(err));
	free(titles);
	csv_columns_free(&columns);
	buf_free(&line);
	return outcome;
}

enum outcome cmd_template(const struct call *call)
{
	const char *word = call_operand(call, 0);
	bool need = strcasecmp(word, "need") == 0;
	json_t *template;
	Pb__Kind kind;
	char *text;

	if (!need && !message_kind(word, &kind))
		return out_problem(OUTCOME_NOT_THERE, "UNKNOWN_KIND", words("Kinds: request, conference, consent, note, announcement; or need.",
									    "種類:request、conference、consent、note、announcement、または need"),
				   words("There is no kind %s.", "%s という種類はありません。"), word);
	if (args_has(&call->args, "csv") && need)
		return call_usage(call, "%s", words("a need has no CSV.", "need に CSV はありません。"));
	if (args_has(&call->args, "csv"))
		return put_heading(call, kind);
	template = need ? need_template() : message_template(kind);
	text = json_dumps(template, JSON_INDENT(2));
	puts(text == NULL ? "" : text);
	free(text);
	json_decref(template);
	return OUTCOME_DONE;
}
