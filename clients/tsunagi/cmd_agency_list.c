/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/agency_state.h"
#include "tsunagi/directory_source.h"
#include "tsunagi/display.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/table.h"
#include "tsunagi/words.h"

/* Agencies that have or had a device, or are invited; --all: every one of the directory. */
static bool wanted(const struct call *call, const Pb__AgencyState *state)
{
	return args_has(&call->args, "all") || state->n_bindings > 0 || state->invited_until_us != 0;
}

static void list_json(const struct call *call, const Pb__DirectoryView *view)
{
	json_t *list = json_array();

	for (size_t i = 0; i < view->n_agencies; i++)
		if (wanted(call, view->agencies[i]))
			json_array_append_new(list, agency_state_json(view->agencies[i]));
	out_json(json_pack("{s:o}", "agencies", list));
}

static void list_table(const struct call *call, const Pb__DirectoryView *view)
{
	const char *titles[] = { words("AGENCY", "機関"), words("STATE", "状態"), words(">DEVICES", ">端末"), words(">WAITING", ">待ち"),
				 words("LAST SEEN", "最終接続"), words("INVITED UNTIL", "招待期限") };
	struct table *table = table_new(titles, 6);
	char time[DISPLAY_TIME];
	size_t shown = 0;

	for (size_t i = 0; i < view->n_agencies; i++) {
		const Pb__AgencyState *state = view->agencies[i];

		if (!wanted(call, state))
			continue;
		shown++;
		table_cell(table, state->agency);
		table_cell(table, agency_state_word(state));
		table_cell_format(table, "%zu", agency_devices(state));
		table_cell_format(table, "%llu", (unsigned long long)state->waiting);
		display_time(state->last_seen_us, time);
		table_cell(table, time);
		display_time(state->invited_until_us, time);
		table_cell(table, time);
	}
	table_print(table);
	table_free(table);
	if (shown == 0)
		out_text("%s\n", words("No agency was invited yet: tsunagi agency add ID --out FILE", "招待した機関はまだありません:tsunagi agency add ID --out ファイル"));
}

enum outcome cmd_agency_list(const struct call *call)
{
	const Pb__DirectoryView *view = NULL;
	struct arena arena;
	enum outcome outcome = directory_in_force(call, &arena, &view);

	if (outcome == OUTCOME_DONE)
		directory_hide(view);
	if (outcome == OUTCOME_DONE && out_json_wanted())
		list_json(call, view);
	else if (outcome == OUTCOME_DONE)
		list_table(call, view);
	arena_free(&arena);
	return outcome;
}
