/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/directory_source.h"

#include <stdio.h>
#include <unistd.h>

#include "base/text.h"
#include "config/directory_file.h"
#include "tsunagi/admin_client.h"
#include "tsunagi/words.h"

struct problems {
	json_t *list; /* NULL: to stderr */
	unsigned count;
};

static void take_problem(void *context, const struct config_fault *fault)
{
	struct problems *problems = context;

	problems->count++;
	if (problems->list != NULL)
		json_array_append_new(problems->list, json_pack("{s:s,s:i,s:s}", "file", fault->file, "line", (int)fault->line, "message", fault->text));
	else
		out_note("%s:%u: %s", fault->file, fault->line, fault->text);
}

enum outcome directory_of_file(const char *path, struct arena *arena, const Pb__DirectoryFile **ret_file)
{
	struct problems problems = { out_json_wanted() ? json_array() : NULL, 0 };
	enum err err;

	arena_init(arena, DIRECTORY_ARENA_BYTES);
	if (access(path, F_OK) != 0) {
		json_decref(problems.list);
		return out_problem(OUTCOME_NOT_THERE, "NO_FILE", NULL, words("%s is not there.", "%s がありません。"), path);
	}
	err = directory_file_load(path, take_problem, &problems, arena, ret_file);
	if (err == ERR_OK) {
		json_decref(problems.list);
		return OUTCOME_DONE;
	}
	if (out_json_wanted())
		out_json(json_pack("{s:b,s:s,s:o,s:{s:s,s:s,s:s}}", "ok", 0, "file", path, "problems", problems.list, "error", "code", "DIRECTORY",
				   "message", words("The directory has problems.", "機関一覧に問題があります。"), "hint",
				   words("Correct each line named.", "示された行を直してください。")));
	else
		out_note(words("%s: %u problem(s); nothing was changed.", "%s:問題が %u 件あります。何も変えていません。"), path, problems.count);
	return OUTCOME_REFUSED;
}

enum outcome directory_in_force(const struct call *call, struct arena *arena, const Pb__DirectoryView **ret_view)
{
	Pb__AdminRequest request = PB__ADMIN_REQUEST__INIT;
	Pb__AdminNothing nothing = PB__ADMIN_NOTHING__INIT;
	const Pb__AdminReply *reply;
	enum outcome outcome;

	arena_init(arena, ADMIN_ARENA_BYTES);
	request.body_case = PB__ADMIN_REQUEST__BODY_DIRECTORY_SHOW;
	request.directory_show = &nothing;
	outcome = admin_ask(call, &request, arena, &reply);
	if (outcome != OUTCOME_DONE)
		return outcome;
	if (reply->body_case != PB__ADMIN_REPLY__BODY_DIRECTORY)
		return admin_unexpected();
	*ret_view = reply->directory;
	return OUTCOME_DONE;
}

static void hide_state(Pb__AgencyState *state)
{
	state->agency = pb_of_text("*");
	if (state->standing != NULL)
		state->standing->agency = state->agency;
	for (size_t i = 0; i < state->n_bindings; i++) {
		Pb__Binding *binding = state->bindings[i];

		binding->agency = state->agency;
		binding->device_name = pb_of_text("");
		binding->signing_certificate = binding->sealing_certificate = pb_of_bytes(bytes_of(NULL, 0)); /* they name it */
	}
}

void directory_hide(const Pb__DirectoryView *view)
{
	size_t next = 0; /* states stand in the file's order */

	for (size_t i = 0; view->file != NULL && i < view->file->n_agencies; i++) {
		Pb__Agency *agency = view->file->agencies[i];
		Pb__AgencyState *state = next < view->n_agencies && strcmp(view->agencies[next]->agency, agency->id) == 0 ? view->agencies[next++] : NULL;

		if (!agency->confidential)
			continue;
		agency->id = pb_of_text("*");
		if (state != NULL)
			hide_state(state);
	}
}

const Pb__Agency *directory_agency(const Pb__DirectoryFile *file, const char *id)
{
	for (size_t i = 0; file != NULL && i < file->n_agencies; i++)
		if (strcmp(file->agencies[i]->id, id) == 0)
			return file->agencies[i];
	return NULL;
}

const Pb__AgencyState *directory_state(const Pb__DirectoryView *view, const char *id)
{
	for (size_t i = 0; i < view->n_agencies; i++)
		if (strcmp(view->agencies[i]->agency, id) == 0)
			return view->agencies[i];
	return NULL;
}

enum outcome directory_not_there(const char *name)
{
	return out_problem(OUTCOME_NOT_THERE, "UNKNOWN_AGENCY", words("`tsunagi directory show` lists them.", "`tsunagi directory show` で一覧を表示します。"),
			   words("There is no agency %s in the directory.", "機関一覧に %s はありません。"), name);
}

enum outcome directory_named(const Pb__DirectoryView *view, const char *name, const Pb__Agency **ret_agency, const Pb__AgencyState **ret_state)
{
	char id[64];
	struct bytes agency = bytes_of_text(name);
	struct bytes site;

	if (text_split_address(bytes_of_text(name), &agency, &site) && view->file != NULL && !bytes_equal(site, bytes_of_text(view->file->site)))
		return out_problem(OUTCOME_NOT_THERE, "OTHER_SITE", NULL, words("%s is of another site; this one is %s.", "%s は別の拠点です(ここは %s)。"), name,
				   view->file->site);
	snprintf(id, sizeof id, "%.*s", (int)agency.len, (const char *)agency.data);
	*ret_agency = directory_agency(view->file, id);
	*ret_state = directory_state(view, id);
	if (*ret_agency != NULL || *ret_state != NULL)
		return OUTCOME_DONE;
	return directory_not_there(name);
}
