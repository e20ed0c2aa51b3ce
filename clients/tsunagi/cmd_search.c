/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/action_call.h"
#include "tsunagi/json_row.h"
#include "tsunagi/records.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/table.h"
#include "tsunagi/words.h"

static void print(const json_t *found)
{
	const char *titles[] = { words("NAME", "氏名"), words("KANA", "ふりがな"), words("BORN", "生年月日"), words("CASE", "ケース"), words("MESSAGE", "連絡"), words("FROM", "差出"),
				 words("KEPT IN", "控え") };
	struct table *table = table_new(titles, 7);
	json_t *row;
	size_t index;

	json_array_foreach(json_object_get(found, "persons"), index, row) {
		table_cell(table, json_row_text(row, "name"));
		table_cell(table, json_row_text(row, "kana"));
		table_cell(table, json_row_text(row, "birth_date"));
		table_cell(table, json_row_text(row, "case_id"));
		table_cell(table, json_row_text(row, "message_id"));
		table_cell(table, json_row_text(row, "sender"));
		table_cell(table, json_row_text(row, "from"));
	}
	table_print(table);
	table_free(table);
	if (json_array_size(json_object_get(found, "persons")) == 0)
		out_text("%s\n", words("This device holds nobody by that name.", "この端末の控えに、その名前の人はいません。"));
}

enum outcome cmd_search(const struct call *call)
{
	return action_call(call, json_pack("{s:s, s:s, s:o*}", "action", "persons", "query", call_operand(call, 0), "received", records_received(call)), print);
}
