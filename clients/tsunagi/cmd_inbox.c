/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "contract/json.h"
#include "tsunagi/act_words.h"
#include "tsunagi/agency_client.h"
#include "tsunagi/display.h"
#include "tsunagi/json_row.h"
#include "tsunagi/queue_words.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/table.h"
#include "tsunagi/words.h"

static int word_value(const ProtobufCEnumDescriptor *type, const char *word)
{
	int value = 0;

	json_word_value(type, word, &value);
	return value;
}

/* A message by its kind; what the site tells of one by its title. */
static void put_what(struct table *table, const json_t *row, const char *kind)
{
	table_cell(table, item_word((Pb__ItemWhat)word_value(&pb__item_what__descriptor, json_row_text(row, "what")),
				    (Pb__NoticeWhat)word_value(&pb__notice_what__descriptor, json_row_text(row, "notice")), kind));
}

static void put_row(struct table *table, json_t *row)
{
	char time[DISPLAY_TIME];
	char code[ID_CODE_TEXT];
	char what[ACT_WORDS];

	json_row_code(row, code);
	act_words(row, what);
	json_row_time(row, "accepted_at", time);
	table_cell(table, code);
	table_cell(table, json_row_text(row, "sender"));
	put_what(table, row, what);
	table_cell(table, urgency_word((Pb__Urgency)word_value(&pb__urgency__descriptor, json_row_text(row, "urgency"))));
	table_cell(table, queue_state_word(json_row_text(row, "state")));
	table_cell(table, time);
	table_cell_format(table, "%" JSON_INTEGER_FORMAT, json_integer_value(json_object_get(row, "attempts")));
}

static void print_inbox(const json_t *inbox)
{
	const char *titles[] = { words("CODE", "コード"), words("FROM", "差出"), words("KIND", "種別"), words("URGENCY", "緊急度"), words("STATE", "状態"),
				 words("ACCEPTED", "受付"), words(">TRIES", ">失敗") };
	json_t *items = json_object_get(inbox, "items");
	json_int_t more = json_integer_value(json_object_get(inbox, "more"));
	struct table *table = table_new(titles, 7);
	json_t *row;
	size_t index;

	json_array_foreach(items, index, row)
		put_row(table, row);
	table_print(table);
	table_free(table);
	if (json_array_size(items) == 0)
		out_text("%s\n", words("Nothing waits.", "待っている連絡はありません。"));
	if (more > 0)
		out_text(words("... and %" JSON_INTEGER_FORMAT " more\n", "ほかに %" JSON_INTEGER_FORMAT " 件\n"), more);
}

enum outcome cmd_inbox(const struct call *call)
{
	struct agency_client client;
	char *text = NULL;
	json_t *inbox;
	int result;
	enum outcome outcome = agency_client_open(call, &client);

	if (outcome != OUTCOME_DONE)
		return outcome;
	result = tsg_inbox_json(client.tsg, &text);
	if (result != TSG_OK) {
		outcome = agency_client_problem(&client, result);
		goto out;
	}
	inbox = agency_json(text);
	if (inbox == NULL)
		outcome = OUTCOME_REFUSED;
	else if (out_json_wanted())
		out_json(json_incref(inbox));
	else
		print_inbox(inbox);
	json_decref(inbox);
out:
	agency_client_close(&client);
	return outcome;
}
