/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <string.h>

#include "contract/json.h"
#include "tsunagi/agency_client.h"
#include "tsunagi/agency_state.h"
#include "tsunagi/directory_print.h"
#include "tsunagi/directory_source.h"
#include "tsunagi/json_row.h"
#include "tsunagi/standing_print.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/words.h"

static void print_heading(const char *name, const char *state)
{
	out_text("%s%s%s  %s\n", out_style(OUT_BOLD), name, out_style(OUT_PLAIN), state);
}

static void print_end(const json_t *file, uint64_t version)
{
	out_text(words("%zu agencies of %s; version %" PRIu64 "\n", "機関 %zu(%s)。版 %" PRIu64 "\n"), json_array_size(json_object_get(file, "agencies")),
		 json_row_text(file, "site"), version);
}

/* ---- as the operator: with devices, and what waits ---- */

static const char *state_in_view(const void *context, size_t index)
{
	const Pb__DirectoryView *view = context;

	return agency_state_word(index < view->n_agencies ? view->agencies[index] : NULL);
}

static enum outcome show_all(const Pb__DirectoryView *view)
{
	json_t *json = NULL;

	directory_hide(view);
	json = json_of_message(&view->base);
	if (out_json_wanted()) {
		out_json(json);
		return OUTCOME_DONE;
	}
	if (view->file == NULL) {
		out_text("%s\n", words("No directory was loaded yet.", "機関一覧はまだ読み込まれていません。"));
	} else {
		directory_print_table(json_object_get(json, "file"), state_in_view, view);
		print_end(json_object_get(json, "file"), view->version);
	}
	json_decref(json);
	return OUTCOME_DONE;
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
	print_heading(name, agency_state_word(state));
	directory_print_entry(json);
	json_decref(json);
	standing_fields(state == NULL ? NULL : state->standing);
	return OUTCOME_DONE;
}

static enum outcome show_as_operator(const struct call *call, const char *name)
{
	const Pb__DirectoryView *view = NULL;
	struct arena arena;
	enum outcome outcome = directory_in_force(call, &arena, &view);

	if (outcome == OUTCOME_DONE)
		outcome = name == NULL ? show_all(view) : show_one(view, name);
	arena_free(&arena);
	return outcome;
}

/* ---- as an agency: what the site signed, also without a connection ---- */

static bool is_enrolled(const json_t *answer, const char *id)
{
	json_t *row;
	size_t index;

	json_array_foreach(json_object_get(answer, "enrolled"), index, row)
		if (strcmp(json_string_value(row), id) == 0)
			return true;
	return false;
}

static const char *enrolled_word(const json_t *answer, const char *id)
{
	return is_enrolled(answer, id) ? words("enrolled", "登録済み") : words("not enrolled", "未登録");
}

static const char *state_in_answer(const void *context, size_t index)
{
	const json_t *agencies = json_object_get(json_object_get(context, "directory"), "agencies");

	return enrolled_word(context, json_row_text(json_array_get(agencies, index), "id"));
}

/* By id or id@site; NULL and told when it is not there. */
static json_t *entry_named(const json_t *answer, const char *name)
{
	const json_t *file = json_object_get(answer, "directory");
	const char *at = strchr(name, '@');
	size_t len = at == NULL ? strlen(name) : (size_t)(at - name);
	json_t *entry;
	size_t index;

	json_array_foreach(json_object_get(file, "agencies"), index, entry) {
		const char *id = json_row_text(entry, "id");

		if (strlen(id) == len && strncmp(id, name, len) == 0 && (at == NULL || strcmp(at + 1, json_row_text(file, "site")) == 0))
			return entry;
	}
	directory_not_there(name);
	return NULL;
}

static enum outcome show_entry(const json_t *answer, const char *name)
{
	json_t *entry = entry_named(answer, name);

	if (entry == NULL)
		return OUTCOME_NOT_THERE;
	if (out_json_wanted()) {
		json_object_set_new(entry, "enrolled", json_boolean(is_enrolled(answer, json_row_text(entry, "id"))));
		out_json(json_incref(entry));
		return OUTCOME_DONE;
	}
	print_heading(name, enrolled_word(answer, json_row_text(entry, "id")));
	directory_print_entry(entry);
	return OUTCOME_DONE;
}

static enum outcome show_answer(json_t *answer)
{
	const json_t *file = json_object_get(answer, "directory");

	if (out_json_wanted()) {
		json_object_del(answer, "type"); /* this command's own name takes its place */
		json_object_set(answer, "file", json_object_get(answer, "directory"));
		json_object_del(answer, "directory");
		out_json(json_incref(answer));
		return OUTCOME_DONE;
	}
	directory_print_table(file, state_in_answer, answer);
	print_end(file, (uint64_t)json_integer_value(json_object_get(answer, "version")));
	if (!json_is_true(json_object_get(answer, "current")))
		out_text("%s\n", words("As it was last seen: the broker cannot be reached.", "最後に受け取った内容です(ブローカーに接続できません)。"));
	return OUTCOME_DONE;
}

static enum outcome show_as_agency(const struct call *call, const char *name)
{
	struct agency_client client;
	json_t *answer = NULL;
	enum outcome outcome = agency_client_open(call, &client);

	if (outcome != OUTCOME_DONE)
		return outcome;
	outcome = agency_client_act(&client, json_pack("{s:s}", "action", "directory"), &answer);
	if (outcome == OUTCOME_DONE)
		outcome = name == NULL ? show_answer(answer) : show_entry(answer, name);
	json_decref(answer);
	agency_client_close(&client);
	return outcome;
}

enum outcome cmd_directory_show(const struct call *call)
{
	const char *name = call_operand(call, 0);

	return call_as_agency(call) ? show_as_agency(call, name) : show_as_operator(call, name);
}
