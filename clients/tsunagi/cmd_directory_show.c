/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "contract/json.h"
#include "tsunagi/agency_state.h"
#include "tsunagi/directory_source.h"
#include "tsunagi/standing_print.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/table.h"
#include "tsunagi/words.h"

static enum outcome show_all(const Pb__DirectoryView *view)
{
	const char *titles[] = { words("AGENCY", "機関"), words("NAME", "名称"), words("SECTOR", "分野"), words("AREAS", "区域"),
				 words("STATE", "状態") };
	struct table *table;

	directory_hide(view);
	if (out_json_wanted()) {
		out_json(json_of_message(&view->base));
		return OUTCOME_DONE;
	}
	if (view->file == NULL) {
		out_text("%s\n", words("No directory was loaded yet.", "機関一覧はまだ読み込まれていません。"));
		return OUTCOME_DONE;
	}
	table = table_new(titles, 5);
	for (size_t i = 0; i < view->file->n_agencies; i++) {
		const Pb__Agency *agency = view->file->agencies[i];
		char areas[200] = "";

		for (size_t n = 0; n < agency->n_areas && strlen(areas) + strlen(agency->areas[n]) + 3 < sizeof areas; n++)
			sprintf(areas + strlen(areas), "%s%s", n == 0 ? "" : ", ", agency->areas[n]);
		table_cell(table, agency->id);
		table_cell(table, agency->names == NULL ? "" : words(agency->names->en, agency->names->ja));
		table_cell(table, agency->sector);
		table_cell(table, areas);
		table_cell(table, agency_state_word(i < view->n_agencies ? view->agencies[i] : NULL));
	}
	table_print(table);
	table_free(table);
	out_text(words("%zu agencies of %s; version %" PRIu64 "\n", "機関 %zu(%s)。版 %" PRIu64 "\n"), view->file->n_agencies, view->file->site,
		 view->version);
	return OUTCOME_DONE;
}

/* The agency's entry as lines "field  value"; what is nested as JSON. */
static void print_fields(json_t *json)
{
	const char *name;
	json_t *value;

	json_object_foreach(json, name, value) {
		char *text = json_is_string(value) ? NULL : json_dumps(value, JSON_ENCODE_ANY);

		table_field(name, "%s", text == NULL ? json_string_value(value) : text);
		free(text);
	}
}

static enum outcome show_one(const Pb__DirectoryView *view, const char *name)
{
	const Pb__Agency *agency = NULL;
	const Pb__AgencyState *state = NULL;
	json_t *json;
	enum outcome outcome = directory_named(view, name, &agency, &state);

	if (outcome != OUTCOME_DONE)
		return outcome;
	json = agency == NULL ? json_object() : json_of_message(&agency->base);
	if (out_json_wanted()) {
		json_object_set_new(json, "state", agency_state_json(state));
		out_json(json);
		return OUTCOME_DONE;
	}
	out_text("%s%s%s  %s\n", out_style(OUT_BOLD), name, out_style(OUT_PLAIN), agency_state_word(state));
	print_fields(json);
	json_decref(json);
	standing_fields(state == NULL ? NULL : state->standing);
	return OUTCOME_DONE;
}

enum outcome cmd_directory_show(const struct call *call)
{
	const char *name = call_operand(call, 0);
	const Pb__DirectoryView *view = NULL;
	struct arena arena;
	enum outcome outcome = directory_in_force(call, &arena, &view);

	if (outcome == OUTCOME_DONE)
		outcome = name == NULL ? show_all(view) : show_one(view, name);
	arena_free(&arena);
	return outcome;
}
