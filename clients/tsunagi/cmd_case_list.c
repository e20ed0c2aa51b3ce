/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "tsunagi/agency_client.h"
#include "tsunagi/json_row.h"
#include "tsunagi/records.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/table.h"
#include "tsunagi/words.h"

/* The row of that case; a new one, with its person, where there is none. */
static json_t *row_of(json_t *cases, const json_t *person)
{
	const char *id = json_row_text(person, "case_id");
	json_t *row;
	size_t index;

	json_array_foreach(cases, index, row)
		if (strcmp(json_row_text(row, "case_id"), id) == 0)
			return row;
	row = json_pack("{s:s, s:O*, s:O*, s:i}", "case_id", id, "name", json_object_get(person, "name"), "kana", json_object_get(person, "kana"), "messages", 0);
	json_array_append_new(cases, row);
	return row;
}

/* One row a case, of all messages that name somebody. */
static json_t *cases_of(const json_t *persons)
{
	json_t *cases = json_array(), *person;
	size_t index;

	json_array_foreach(json_object_get(persons, "persons"), index, person) {
		json_t *row = *json_row_text(person, "case_id") == '\0' ? NULL : row_of(cases, person);

		if (row != NULL)
			json_object_set_new(row, "messages", json_integer(json_integer_value(json_object_get(row, "messages")) + 1));
	}
	return json_pack("{s:s, s:o}", "type", "cases", "cases", cases);
}

static void print(const json_t *listing)
{
	const char *titles[] = { words("CASE", "ケース"), words("NAME", "氏名"), words("KANA", "ふりがな"), words(">MESSAGES", ">連絡") };
	struct table *table = table_new(titles, 4);
	json_t *row;
	size_t index;

	json_array_foreach(json_object_get(listing, "cases"), index, row) {
		table_cell(table, json_row_text(row, "case_id"));
		table_cell(table, json_row_text(row, "name"));
		table_cell(table, json_row_text(row, "kana"));
		table_cell_format(table, "%" JSON_INTEGER_FORMAT, json_integer_value(json_object_get(row, "messages")));
	}
	table_print(table);
	table_free(table);
	if (json_array_size(json_object_get(listing, "cases")) == 0)
		out_text("%s\n", words("This device holds no case with a name.", "この端末に、氏名の分かるケースの控えはありません。"));
}

enum outcome cmd_case_list(const struct call *call)
{
	struct agency_client client;
	json_t *persons = NULL, *listing;
	enum outcome outcome = agency_client_open(call, &client);

	if (outcome != OUTCOME_DONE)
		return outcome;
	outcome = agency_client_act(&client, json_pack("{s:s, s:o*}", "action", "persons", "received", records_received(call)), &persons);
	agency_client_close(&client);
	if (outcome != OUTCOME_DONE)
		return outcome;
	listing = cases_of(persons);
	json_decref(persons);
	if (out_json_wanted())
		out_json(json_incref(listing));
	else
		print(listing);
	json_decref(listing);
	return OUTCOME_DONE;
}
