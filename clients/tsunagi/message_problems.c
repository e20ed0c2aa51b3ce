/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/message_problems.h"

#include "tsunagi/agency_client.h"
#include "tsunagi/display.h"
#include "tsunagi/json_row.h"
#include "tsunagi/words.h"

static void print_problems(const char *path, const json_t *problems)
{
	char message[DISPLAY_LINE];
	json_t *row;
	size_t index;

	json_array_foreach(problems, index, row) {
		display_clean(json_row_text(row, "message"), message, sizeof message);
		out_note("%s: %s: %s", path, json_row_text(row, "field"), message);
	}
	out_note(words("%s: %zu problem(s).", "%s:問題が %zu 件あります。"), path, json_array_size(problems));
}

enum outcome message_problems_tell(const char *path, int result, const char *text)
{
	json_t *json = text == NULL ? NULL : json_loads(text, 0, NULL);
	json_t *problems = json_object_get(json, "problems");
	enum outcome outcome = result == TSG_OK ? OUTCOME_DONE : OUTCOME_REFUSED;

	if (problems == NULL) {
		outcome = result == TSG_OK ? OUTCOME_DONE : agency_problem(result, text);
	} else if (out_json_wanted()) {
		json_object_set_new(json, "file", json_string(path));
		if (result != TSG_OK)
			json_object_set_new(json, "error",
					    json_pack("{s:s,s:s,s:s}", "code", "MESSAGE", "message", words("The message has problems.", "内容に問題があります。"), "hint",
						      words("Correct each field named.", "示された項目を直してください。")));
		out_json(json_incref(json));
	} else if (result == TSG_OK) {
		out_text(words("%s: no problem; it can be sent.\n", "%s:問題ありません。送れます。\n"), path);
	} else {
		print_problems(path, problems);
	}
	json_decref(json);
	return outcome;
}
