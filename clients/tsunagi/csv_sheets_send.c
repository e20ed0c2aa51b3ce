/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tsunagi/csv_sheets.h"
#include "tsunagi/display.h"
#include "tsunagi/field_labels.h"
#include "tsunagi/json_row.h"
#include "tsunagi/receipt_print.h"
#include "tsunagi/test_site.h"
#include "tsunagi/words.h"

static json_t *refused_row(size_t number, const json_t *message, json_t *error)
{
	json_t *row = json_pack("{s:s,s:I,s:s,s:o}", "type", "row", "row", (json_int_t)number, "state", "refused", "error", error);

	if (json_object_get(message, "key") != NULL)
		json_object_set(row, "key", json_object_get(message, "key"));
	return row;
}

static json_t *fault_row(size_t number, const char *fault)
{
	return refused_row(number, NULL, json_pack("{s:s,s:s,s:s}", "code", "CSV_ROW", "message", fault, "hint", ""));
}

static json_t *receipt_row(size_t number, const json_t *message, const json_t *receipt)
{
	static const char *const fields[] = { "state", "message_id", "code", "duplicate", "test", "danger", "warnings" };
	json_t *row = json_pack("{s:s,s:I}", "type", "row", "row", (json_int_t)number);

	if (json_object_get(message, "key") != NULL)
		json_object_set(row, "key", json_object_get(message, "key"));
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		if (json_object_get(receipt, fields[i]) != NULL)
			json_object_set(row, fields[i], json_object_get(receipt, fields[i]));
	return row;
}

json_t *csv_sheets_send(const struct agency_client *client, size_t number, json_t *message, const char *fault)
{
	char *text = message == NULL ? NULL : json_dumps(message, JSON_COMPACT), *answer = NULL;
	json_t *row, *receipt = NULL, *problem;
	int result;

	if (message == NULL)
		return fault_row(number, fault);
	result = text == NULL ? TSG_NO_MEMORY : tsg_send_json(client->tsg, text, strlen(text), &answer);
	if (result == TSG_OK || result == TSG_IN_OUTBOX) {
		receipt = agency_json(answer);
		test_site_mark(receipt);
		row = receipt_row(number, message, receipt);
	} else {
		tsg_free(answer);
		problem = json_loads(tsg_last_error(client->tsg), 0, NULL);
		row = refused_row(number, message, json_deep_copy(json_object_get(problem, "error")));
		json_decref(problem);
	}
	if (result == TSG_IN_OUTBOX) /* further rows need not wait as well: they are as safe there */
		tsg_client_set_timeout(client->tsg, 0);
	json_decref(receipt);
	json_decref(message);
	free(text);
	return row;
}

/* ---- send FILE.csv, check FILE.csv ---- */

struct run {
	const struct call *call;
	const char *path;
	struct agency_client client;
	size_t accepted, waiting, refused;
};

static void put_recipients(const struct call *call, json_t *message)
{
	json_t *list = json_array();
	const char *to;

	for (size_t i = 0; (to = args_nth(&call->args, "to", i)) != NULL; i++)
		json_array_append_new(list, json_string(to));
	if (json_array_size(list) > 0)
		json_object_set(message, "to", list);
	json_decref(list);
}

static void tell(const struct run *run, json_t *row)
{
	const char *state = json_row_text(row, "state");
	const json_t *error = json_object_get(row, "error");
	char message[DISPLAY_LINE];

	if (out_json_wanted()) {
		out_json_line(row);
		return;
	}
	if (error != NULL) {
		display_clean(json_row_text(error, "message"), message, sizeof message);
		out_note(words("%s: row %lld: refused: %s", "%s:%lld 行目:拒否:%s"), run->path, json_integer_value(json_object_get(row, "row")), message);
	} else if (strcmp(state, "ok") == 0) {
		out_text(words("row %lld: no problem\n", "%lld 行目:問題ありません\n"), json_integer_value(json_object_get(row, "row")));
	} else {
		out_text(words("row %lld: %s%s, message %s (%s)\n", "%lld 行目:%s%s、連絡 %s(%s)\n"), json_integer_value(json_object_get(row, "row")),
			 json_is_true(json_object_get(row, "test")) ? "TEST " : "", strcmp(state, "outbox") == 0 ? words("in the outbox", "送信箱に保存") : words("accepted", "受付済み"), json_row_text(row, "message_id"),
			 json_row_text(row, "code"));
		receipt_print_precautions(row);
	}
	json_decref(row);
}

static void count(struct run *run, json_t *row)
{
	const char *state = json_row_text(row, "state");

	run->accepted += strcmp(state, "accepted") == 0 || strcmp(state, "ok") == 0;
	run->waiting += strcmp(state, "outbox") == 0;
	run->refused += strcmp(state, "refused") == 0;
	tell(run, row);
}

static void send_row(void *context, size_t number, json_t *message, const char *fault)
{
	struct run *run = context;

	if (message != NULL)
		put_recipients(run->call, message);
	count(run, csv_sheets_send(&run->client, number, message, fault));
}

/* What many columns make up together, such as お困りごと; the field as it is where the form has no name for it. */
static const char *block_title(const char *field)
{
	char name[60];
	const char *label;

	if (strncmp(field, "sheet.", 6) != 0)
		return field;
	snprintf(name, sizeof name, "%.*s", (int)strcspn(field + 6, "."), field + 6);
	label = field_label(&pb__sheet__descriptor, name);
	return label == NULL || *label == '\0' ? field : label;
}

/* "sheet.household[0].name" as the heading over it; the field itself where no column is it. */
static const char *title_of(const struct csv_columns *columns, const char *field, char room[200])
{
	size_t length = 0;
	const struct csv_column *column;

	while (*field != '\0' && length < 170) {
		if (*field != '[') {
			room[length++] = *field++;
			continue;
		}
		length += (size_t)snprintf(room + length, 24, ".%lu", strtoul(field + 1, NULL, 10) + 1);
		field += strcspn(field, "]");
		field += *field == ']';
	}
	room[length] = '\0';
	column = csv_columns_find(columns, room);
	return column == NULL ? block_title(room) : column->title;
}

static json_t *problems_text(const char *answer)
{
	json_t *json = answer == NULL ? NULL : json_loads(answer, 0, NULL), *problem;
	struct csv_columns columns = { 0 };
	struct buf text;
	size_t index;
	json_t *told;

	buf_init(&text, 100000);
	if (csv_columns_of(PB__KIND__KIND_REQUEST, &columns) == ERR_OK)
		json_array_foreach(json_object_get(json, "problems"), index, problem) {
			char room[200];

			buf_printf(&text, "%s%s: %s", index == 0 ? "" : "; ", title_of(&columns, json_row_text(problem, "field"), room), json_row_text(problem, "message"));
		}
	told = json_string(buf_text(&text) == NULL ? "" : buf_text(&text));
	buf_free(&text);
	csv_columns_free(&columns);
	json_decref(json);
	return told;
}

static void check_row(void *context, size_t number, json_t *message, const char *fault)
{
	struct run *run = context;
	char *text = NULL, *answer = NULL;
	int result;

	if (message == NULL) {
		count(run, fault_row(number, fault));
		return;
	}
	put_recipients(run->call, message);
	text = json_dumps(message, JSON_COMPACT);
	result = text == NULL ? TSG_NO_MEMORY : tsg_check_json(text, strlen(text), &answer);
	if (result == TSG_OK)
		count(run, json_pack("{s:s,s:I,s:s}", "type", "row", "row", (json_int_t)number, "state", "ok"));
	else
		count(run, refused_row(number, message, json_pack("{s:s,s:o,s:s}", "code", "MESSAGE", "message", problems_text(answer), "hint", "")));
	tsg_free(answer);
	free(text);
	json_decref(message);
}

static enum outcome conclude(const struct run *run)
{
	if (!out_json_wanted())
		out_note(words("%s: %zu good, %zu in the outbox only, %zu refused.", "%s:良好 %zu 件、送信箱のみ %zu 件、拒否 %zu 件。"), run->path, run->accepted, run->waiting,
			 run->refused);
	if (run->refused > 0)
		return OUTCOME_REFUSED;
	return run->waiting > 0 ? OUTCOME_UNDECIDED : OUTCOME_DONE;
}

enum outcome csv_sheets_check_all(const struct call *call, const char *path)
{
	struct run run = { .call = call, .path = path };
	int encoding = 0;
	enum outcome outcome = csv_sheets_encoding(call, &encoding);

	if (outcome == OUTCOME_DONE)
		outcome = csv_sheets_each(path, encoding, check_row, &run);
	return outcome == OUTCOME_DONE ? conclude(&run) : outcome;
}

enum outcome csv_sheets_send_all(const struct call *call, const char *path)
{
	static const char *const single[] = { "key", "need", "attach" };
	struct run run = { .call = call, .path = path };
	int encoding = 0;
	enum outcome outcome = csv_sheets_encoding(call, &encoding);

	for (size_t i = 0; i < sizeof single / sizeof *single; i++)
		if (args_has(&call->args, single[i]))
			return call_usage(call, words("--%s is for one message; a CSV has columns for it.", "--%s は一件用です。CSV では列に書いてください。"), single[i]);
	if (outcome == OUTCOME_DONE && args_has(&call->args, "dry-run"))
		return csv_sheets_check_all(call, path);
	if (outcome == OUTCOME_DONE)
		outcome = agency_client_open(call, &run.client);
	if (outcome != OUTCOME_DONE)
		return outcome;
	outcome = csv_sheets_each(path, encoding, send_row, &run);
	agency_client_close(&run.client);
	return outcome == OUTCOME_DONE ? conclude(&run) : outcome;
}
