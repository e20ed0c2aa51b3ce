/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "tsunagi/agency_state.h"
#include "tsunagi/directory_source.h"
#include "tsunagi/display.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/words.h"

static void show_device(const Pb__Binding *binding)
{
	char print[FINGERPRINT_TEXT];
	char bound[DISPLAY_TIME];
	char ended[DISPLAY_TIME];

	agency_fingerprint(binding, print);
	display_time(binding->bound_at_us, bound);
	display_time(binding->ends_at_us, ended);
	out_text(words("  device %u  %s\n", "  端末 %u  %s\n"), binding->device, binding->device_name);
	out_text(words("    fingerprint  %s\n", "    指紋    %s\n"), print);
	out_text(words("    bound        %s (entry %" PRIu64 ")\n", "    登録    %s(記録 %" PRIu64 ")\n"), bound, binding->seq);
	if (binding->ends_at_us != 0)
		out_text(words("    ended        %s%s\n", "    終了    %s%s\n"), ended,
			 binding->compromised ? words(", compromised", "(漏えいの疑い)") : "");
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
	out_text(words("  waiting  %" PRIu64 "\n  last seen  %s\n", "  待ち    %" PRIu64 "\n  最終接続  %s\n"), state->waiting, seen);
	if (state->invited_until_us != 0)
		out_text(words("  invited until  %s\n", "  招待期限  %s\n"), invited);
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
