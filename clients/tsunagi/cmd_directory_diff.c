/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/directory_change.h"
#include "tsunagi/directory_source.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/words.h"

enum outcome cmd_directory_diff(const struct call *call)
{
	struct directory_change change = { .list = NULL };
	const Pb__DirectoryView *before = NULL;
	const Pb__DirectoryFile *file = NULL;
	struct arena arena;
	struct arena daemons;
	enum outcome outcome = directory_of_file(call_operand(call, 0), &arena, &file);

	arena_init(&daemons, 0);
	if (outcome == OUTCOME_DONE)
		outcome = directory_in_force(call, &daemons, &before);
	if (outcome == OUTCOME_DONE) {
		directory_compare(before, file, &change);
		directory_change_print(&change);
		out_text(words("Loading it would bring %zu new, %zu changed and %zu gone; nothing was changed yet.\n",
			       "読み込むと、新規 %zu、変更 %zu、廃止 %zu になります。まだ何も変えていません。\n"),
			 change.added, change.changed, change.removed);
		if (change.rules > 0)
			out_text(words("%zu routing rule(s) differ.\n", "振り分け規則 %zu 件が変わります。\n"), change.rules);
		if (out_json_wanted())
			out_json(json_pack("{s:s,s:I,s:I,s:I,s:I,s:O}", "site", file->site, "added", (json_int_t)change.added, "changed",
					   (json_int_t)change.changed, "removed", (json_int_t)change.removed, "rules",
					   (json_int_t)change.rules, "changes", change.list));
	}
	json_decref(change.list);
	arena_free(&arena);
	arena_free(&daemons);
	return outcome;
}
