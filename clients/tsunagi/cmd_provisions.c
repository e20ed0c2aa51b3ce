/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/file.h"
#include "tsunagi/csv_sheets.h"
#include "tsunagi/json_row.h"
#include "tsunagi/provisions_csv.h"
#include "tsunagi/records.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/table.h"
#include "tsunagi/words.h"

#define TABLE_BYTES (256u * 1024u * 1024u)
#define CELL 400

static void ask(const struct records_span *span, bool all, Pb__AdminRequest *request, void *query)
{
	Pb__ProvisionQuery *provision = query;

	(void)all;
	pb__provision_query__init(provision);
	provision->since_us = span->since_us;
	provision->until_us = span->until_us;
	provision->after = span->after;
	provision->limit = (uint32_t)span->limit;
	request->body_case = PB__ADMIN_REQUEST__BODY_PROVISIONS;
	request->provisions = provision;
}

static bool take(const Pb__AdminReply *reply, struct records_page *ret_page)
{
	if (reply->body_case != PB__ADMIN_REPLY__BODY_PROVISIONS)
		return false;
	ret_page->rows = (const ProtobufCMessage *const *)(const void *)reply->provisions->provisions;
	ret_page->count = reply->provisions->n_provisions;
	ret_page->more_after = reply->provisions->more_after;
	return true;
}

static const struct records_list provisions = { .action = "provisions", .name = "provisions", .ask = ask, .take = take };

/* ---- for people ---- */

static void print_row(const json_t *row)
{
	const json_t *basis = json_object_get(row, "basis");
	const char *law = json_row_text(basis, "law"), *name = json_row_text(row, "person_name");
	char time[DISPLAY_TIME];
	char classes[CELL];

	json_row_time(row, "at", time);
	out_text("%s  %s  %s → %s\n", json_row_text(row, "code"), time, json_row_text(row, "from"), json_row_text(row, "to"));
	if (*name != '\0')
		table_field(words("person", "本人"), "%s  %s", name, json_row_text(row, "person_kana"));
	records_words("text_classes", json_object_get(row, "classes"), classes, sizeof classes);
	table_field(words("tells", "情報"), "%s%s", classes, json_is_true(json_object_get(row, "released")) ? words(" (on acceptance)", "(受諾後の開示)") : "");
	table_field(words("basis", "根拠"), "%s%s%s", records_word("basis.basis", json_row_text(basis, "basis")), *law == '\0' ? "" : "  ",
		    *law == '\0' ? "" : records_word("basis.law", law));
	if (*json_row_text(basis, "reason") != '\0')
		table_field(words("reason", "理由"), "%s", json_row_text(basis, "reason"));
}

static void print(const json_t *listing)
{
	json_int_t more = json_integer_value(json_object_get(listing, "more_after"));
	json_t *row;
	size_t index;

	json_array_foreach(json_object_get(listing, "provisions"), index, row)
		print_row(row);
	if (json_array_size(json_object_get(listing, "provisions")) == 0)
		out_text("%s\n", words("Nothing was provided.", "提供の記録はありません。"));
	if (more != 0)
		out_text(words("... there is more: --after %" JSON_INTEGER_FORMAT "\n", "続きがあります:--after %" JSON_INTEGER_FORMAT "\n"), more);
}

/* ---- for office tools ---- */

static enum outcome give(const struct call *call, const struct buf *out)
{
	const char *path = args_text(&call->args, "out");
	enum err err = ERR_OK;

	if (path != NULL)
		err = file_write_new(path, buf_bytes(out), 0600);
	else if (fwrite(out->data, 1, out->len, stdout) != out->len || fflush(stdout) != 0)
		err = ERR_IO;
	if (err != ERR_OK)
		return out_problem(OUTCOME_REFUSED, err == ERR_EXISTS ? "FILE_EXISTS" : "FILE", NULL, "%s: %s", path == NULL ? "stdout" : path, err_text(err));
	return OUTCOME_DONE;
}

/* A record that cannot be written whole is named, never changed. */
static enum outcome tell_left_out(const json_t *left_out)
{
	enum outcome outcome = OUTCOME_DONE;
	json_t *text;
	size_t index;

	json_array_foreach(left_out, index, text)
		outcome = out_problem(OUTCOME_REFUSED, "ENCODING", words("Use --encoding utf-8, which has every character.", "すべての文字を表せる --encoding utf-8 を使ってください。"),
				      words("%s: a character does not exist in CP932; nothing was replaced, the row is left out.",
					    "%s:CP932 で表せない文字があります。置き換えず、この行を除きました。"), json_string_value(text));
	return outcome;
}

static enum outcome write_csv(const struct call *call, const json_t *listing, int encoding)
{
	json_int_t more = json_integer_value(json_object_get(listing, "more_after"));
	json_t *left_out = NULL;
	enum outcome outcome;
	struct buf out;
	enum err err;

	buf_init(&out, TABLE_BYTES);
	err = provisions_csv_put(json_object_get(listing, "provisions"), (enum csv_encoding)encoding, &out, &left_out);
	outcome = err == ERR_OK ? give(call, &out) : out_problem(OUTCOME_REFUSED, "FILE", NULL, "%s", err_text(err));
	if (outcome == OUTCOME_DONE)
		outcome = tell_left_out(left_out);
	if (outcome == OUTCOME_DONE && more != 0)
		out_note(words("There is more: --after %" JSON_INTEGER_FORMAT "\n", "続きがあります:--after %" JSON_INTEGER_FORMAT "\n"), more);
	json_decref(left_out);
	buf_free(&out);
	return outcome;
}

enum outcome cmd_provisions(const struct call *call)
{
	struct records_span span;
	json_t *listing = NULL;
	int encoding = 0;
	enum outcome outcome = records_span_of(call, &span);

	if (outcome == OUTCOME_DONE)
		outcome = csv_sheets_encoding(call, &encoding);
	if (outcome == OUTCOME_DONE && args_has(&call->args, "csv") && !args_has(&call->args, "limit"))
		span.limit = RECORDS_MOST;
	if (outcome == OUTCOME_DONE)
		outcome = records_read(call, &provisions, &span, false, &listing);
	if (outcome != OUTCOME_DONE)
		return outcome;
	if (args_has(&call->args, "csv"))
		outcome = write_csv(call, listing, encoding);
	else if (out_json_wanted())
		out_json(json_incref(listing));
	else
		print(listing);
	json_decref(listing);
	return outcome;
}
