/* SPDX-License-Identifier: Apache-2.0 */
/* outbox list, flush and discard: what waits on this device for the broker. */
#include <stdio.h>
#include <string.h>

#include "tsunagi/agency_client.h"
#include "tsunagi/display.h"
#include "tsunagi/json_row.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/table.h"
#include "tsunagi/words.h"

/* Why the last try failed: what the broker said, or what the library did. */
static const char *last_error(const json_t *row)
{
	const json_t *error = json_object_get(row, "last_error");

	return json_is_object(error) ? json_row_text(error, "message") : json_row_text(row, "last_error");
}

static void put_recipients(struct table *table, json_t *to)
{
	char text[400] = "";
	json_t *one;
	size_t index;

	json_array_foreach(to, index, one) {
		const char *address = json_is_object(one) ? json_row_text(one, "address") : json_string_value(one);

		snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", index == 0 ? "" : ", ", address == NULL ? "" : address);
	}
	table_cell(table, json_is_string(to) ? json_string_value(to) : text);
}

static void put_row(struct table *table, json_t *row)
{
	char time[DISPLAY_TIME];
	char code[ID_CODE_TEXT];

	json_row_code(row, code);
	json_row_time(row, "since", time);
	table_cell(table, code);
	table_cell(table, json_row_text(row, "key"));
	put_recipients(table, json_object_get(row, "to"));
	table_cell(table, time);
	table_cell_format(table, "%" JSON_INTEGER_FORMAT, json_integer_value(json_object_get(row, "attempts")));
	table_cell(table, last_error(row));
}

static void print_outbox(const json_t *outbox)
{
	const char *titles[] = { words("CODE", "コード"), words("KEY", "キー"), words("TO", "宛先"), words("SINCE", "保存"), words(">TRIES", ">試行"),
				 words("WHY IT WAITS", "待っている理由") };
	json_t *messages = json_object_get(outbox, "messages");
	struct table *table = table_new(titles, 6);
	json_t *row;
	size_t index;

	json_array_foreach(messages, index, row)
		put_row(table, row);
	table_print(table);
	table_free(table);
	if (json_array_size(messages) == 0)
		out_text("%s\n", words("The outbox is empty.", "送信箱は空です。"));
}

static enum outcome tell(char *text)
{
	json_t *outbox = agency_json(text);

	if (outbox == NULL)
		return OUTCOME_REFUSED;
	if (out_json_wanted())
		out_json(json_incref(outbox));
	else
		print_outbox(outbox);
	json_decref(outbox);
	return OUTCOME_DONE;
}

enum outcome cmd_outbox_list(const struct call *call)
{
	struct agency_client client;
	char *text = NULL;
	int result;
	enum outcome outcome = agency_client_open(call, &client);

	if (outcome != OUTCOME_DONE)
		return outcome;
	result = tsg_outbox_json(client.tsg, &text);
	outcome = result == TSG_OK ? tell(text) : agency_client_problem(&client, result);
	agency_client_close(&client);
	return outcome;
}

enum outcome cmd_outbox_flush(const struct call *call)
{
	struct agency_client client;
	char *text = NULL;
	json_t *flushed;
	int result;
	enum outcome outcome = agency_client_open(call, &client);

	if (outcome != OUTCOME_DONE)
		return outcome;
	result = tsg_outbox_flush(client.tsg, client.timeout_ms, &text);
	flushed = text == NULL ? NULL : json_loads(text, 0, NULL);
	if (flushed != NULL)
		out_text(words("%" JSON_INTEGER_FORMAT " left the outbox, %" JSON_INTEGER_FORMAT " still wait\n",
			       "送信箱から %" JSON_INTEGER_FORMAT " 件が出て、%" JSON_INTEGER_FORMAT " 件が残っています\n"),
			 json_integer_value(json_object_get(flushed, "gone")), json_integer_value(json_object_get(flushed, "left")));
	if (result != TSG_OK)
		outcome = agency_client_problem(&client, result);
	else if (out_json_wanted() && flushed != NULL)
		out_json(json_incref(flushed));
	json_decref(flushed);
	tsg_free(text);
	agency_client_close(&client);
	return outcome;
}

enum outcome cmd_outbox_discard(const struct call *call)
{
	struct agency_client client;
	char message[ID_TEXT];
	char *text = NULL;
	int result;
	enum outcome outcome = agency_client_open_for(call, &client, message);

	if (outcome != OUTCOME_DONE)
		return outcome;
	result = tsg_outbox_discard(client.tsg, message, &text);
	tsg_free(text);
	outcome = result == TSG_OK ? OUTCOME_DONE : agency_client_problem(&client, result);
	if (outcome == OUTCOME_DONE) {
		out_text(words("Taken back: %s was never sent.\n", "取り消しました:%s は送られていません。\n"), message);
		if (out_json_wanted())
			out_json(json_pack("{s:s,s:b}", "message_id", message, "discarded", 1));
	}
	agency_client_close(&client);
	return outcome;
}
