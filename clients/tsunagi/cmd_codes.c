/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "contract/json.h"
#include "tsunagi/code_lists.h"
#include "tsunagi/command.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/table.h"
#include "tsunagi/words.h"

static json_t *list_json(const struct code_list *list)
{
	json_t *rows = json_array();

	for (unsigned i = 0; i < list->words->n_values; i++) {
		int value = list->words->values[i].value;
		json_t *row = value == 0 ? NULL : json_pack("{s:s,s:s,s:s}", "word", json_word(list->words, value), "ja", code_text(list, value, LANGUAGE_JA), "en",
							    code_text(list, value, LANGUAGE_EN));
		json_t *needs = value == 0 ? NULL : code_needs(list, value);

		if (json_array_size(needs) > 0)
			json_object_set(row, "needs", needs);
		json_decref(needs);
		if (row != NULL)
			json_array_append_new(rows, row);
	}
	return rows;
}

/* What a word needs, a line each below it; only where one list is asked for. */
static void print_needs(struct table *table, const struct code_list *list, int value)
{
	json_t *needs = code_needs(list, value), *need = NULL;
	size_t index = 0;

	json_array_foreach(needs, index, need) {
		table_cell(table, "");
		table_cell_format(table, "  %s", json_string_value(need));
		table_cell(table, "");
	}
	json_decref(needs);
}

static void print_list(const struct code_list *list, bool whole)
{
	const char *titles[] = { list->field, "", "" };
	struct table *table = table_new(titles, 3);

	for (unsigned i = 0; i < list->words->n_values; i++) {
		int value = list->words->values[i].value;

		if (value == 0)
			continue;
		table_cell_format(table, "  %s", json_word(list->words, value));
		table_cell(table, code_text(list, value, words_language()));
		table_cell(table, words_language() == LANGUAGE_JA ? "" : code_text(list, value, LANGUAGE_JA)); /* as it stands on paper */
		if (whole)
			print_needs(table, list, value);
	}
	table_print(table);
	table_free(table);
}

enum outcome cmd_codes(const struct call *call)
{
	const char *only = call_operand(call, 0);
	json_t *json = json_object();
	size_t shown = 0;

	for (const struct code_list *list = code_lists; list->field != NULL; list++) {
		if (only != NULL && strcmp(only, list->field) != 0)
			continue;
		shown++;
		json_object_set_new(json, list->field, list_json(list));
		if (!out_json_wanted())
			print_list(list, only != NULL);
	}
	if (shown == 0) {
		json_decref(json);
		return out_problem(OUTCOME_NOT_THERE, "UNKNOWN_LIST", words("`tsunagi codes` shows all lists.", "`tsunagi codes` で一覧を表示します。"),
				   words("There is no list %s.", "%s という一覧はありません。"), only);
	}
	if (out_json_wanted()) {
		out_type(""); /* nothing but lists: programs go through all that is in it */
		out_json(json);
	} else {
		json_decref(json);
	}
	return OUTCOME_DONE;
}
