/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/directory_source.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/words.h"

enum outcome cmd_directory_check(const struct call *call)
{
	const char *path = call_operand(call, 0);
	const Pb__DirectoryFile *file = NULL;
	struct arena arena;
	enum outcome outcome = directory_of_file(path, &arena, &file);

	if (outcome == OUTCOME_DONE) {
		out_text(words("%s: %s, %zu agencies, no problem\n", "%s:%s、機関 %zu、問題なし\n"), path, file->site, file->n_agencies);
		if (out_json_wanted())
			out_json(json_pack("{s:b,s:s,s:s,s:I,s:[]}", "ok", 1, "file", path, "site", file->site, "agencies",
					   (json_int_t)file->n_agencies, "problems"));
	}
	arena_free(&arena);
	return outcome;
}
