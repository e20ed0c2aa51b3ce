/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "tsunagi/agency_state.h"
#include "tsunagi/directory_source.h"
#include "tsunagi/display.h"
#include "tsunagi/standing_print.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/table.h"
#include "tsunagi/words.h"

static void show_device(const Pb__Binding *binding)
{
	char print[FINGERPRINT_TEXT];
	char bound[DISPLAY_TIME];
	char ended[DISPLAY_TIME];

	agency_fingerprint(binding, print);
	display_time(binding->bound_at_us, bound);
	display_time(binding->ends_at_us, ended);
	table_field(words("device", "端末"), "%u, %s", binding->device, binding->device_name);
	table_field(words("  fingerprint", "  指紋"), "%s", print);
	table_field(words("  bound", "  登録"), words("%s (entry %" PRIu64 ")", "%s(記録 %" PRIu64 ")"), bound, binding->seq);
	if (binding->ends_at_us != 0)
		table_field(words("  ended", "  終了"), "%s%s", ended, binding->compromised ? words(", compromised", "(漏えいの疑い)") : "");
}

static void show(const Pb__Agency *agency, const Pb__AgencyState *state, const char *name)
{
	char seen[DISPLAY_TIME];
	char invited[DISPLAY_TIME];

	out_text("%s%s%s  %s  %s\n", out_style(OUT_BOLD), name, out_style(OUT_PLAIN),
		 agency != NULL && agency->names != NULL ? words(agency->names->en, agency->names->ja) : "", agency_state_word(state));
	if (agency == NULL)
		out_text("  %s\n", words("no longer in the directory", "機関一覧にありません(廃止)"));
	if (state == NULL)
		return;
	display_time(state->last_seen_us, seen);
	display_time(state->invited_until_us, invited);
	table_field(words("waiting", "待ち"), "%" PRIu64, state->waiting);
	table_field(words("last seen", "最終接続"), "%s", seen);
	if (state->invited_until_us != 0)
		table_field(words("invited until", "招待期限"), "%s", invited);
	standing_fields(state->standing);
	for (size_t i = 0; i < state->n_bindings; i++)
		show_device(state->bindings[i]);
	if (agency_devices(state) > 0)
		out_text("%s\n", words("Compare each fingerprint with the agency by telephone.", "指紋は電話で機関と照合してください。"));
}

enum outcome cmd_agency_show(const struct call *call)
{
	const Pb__DirectoryView *view = NULL;
	const Pb__Agency *agency = NULL;
	const Pb__AgencyState *state = NULL;
	struct arena arena;
	json_t *json;
	enum outcome outcome = directory_in_force(call, &arena, &view);

	if (outcome == OUTCOME_DONE)
		outcome = directory_named(view, call_operand(call, 0), &agency, &state);
	if (outcome == OUTCOME_DONE && out_json_wanted()) {
		json = agency_state_json(state);
		json_object_set_new(json, "agency", json_string(agency != NULL ? agency->id : state->agency));
		json_object_set_new(json, "in_directory", json_boolean(agency != NULL));
		out_json(json);
	} else if (outcome == OUTCOME_DONE) {
		show(agency, state, call_operand(call, 0));
	}
	arena_free(&arena);
	return outcome;
}
