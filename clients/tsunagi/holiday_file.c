/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/holiday_file.h"

#include "tsunagi/input_file.h"
#include "tsunagi/out.h"
#include "tsunagi/words.h"

struct problems {
	const char *path;
	json_t *list; /* NULL: to stderr */
	unsigned count;
};

static void take_problem(void *context, unsigned line, const char *text)
{
	struct problems *problems = context;

	problems->count++;
	if (problems->list != NULL)
		json_array_append_new(problems->list, json_pack("{s:s,s:i,s:s}", "file", problems->path, "line", (int)line, "message", text));
	else
		out_note("%s:%u: %s", problems->path, line, text);
}

static enum outcome tell(struct problems *problems)
{
	if (out_json_wanted())
		out_json(json_pack("{s:b,s:s,s:O,s:{s:s,s:s,s:s}}", "ok", 0, "file", problems->path, "problems", problems->list, "error", "code",
				   "HOLIDAYS", "message", words("The file of holidays has problems.", "祝日のファイルに問題があります。"), "hint",
				   words("Take the Cabinet Office's syukujitsu.csv as it is.", "内閣府の syukujitsu.csv をそのまま使ってください。")));
	else
		out_note(words("%s: %u problem(s); nothing was changed.", "%s:問題が %u 件あります。何も変えていません。"), problems->path,
			 problems->count);
	return OUTCOME_REFUSED;
}

enum outcome holiday_file_read(const char *path, struct buf *out, struct holidays **ret_holidays)
{
	struct problems problems = { path, NULL, 0 };
	enum outcome outcome = input_file_read(path, out);
	enum err err;

	if (outcome != OUTCOME_DONE)
		return outcome;
	problems.list = out_json_wanted() ? json_array() : NULL;
	err = holidays_parse(buf_bytes(out), take_problem, &problems, ret_holidays);
	if (err == ERR_NOMEM)
		outcome = out_problem(OUTCOME_REFUSED, "NO_MEMORY", NULL, "%s", err_text(err));
	else if (err != ERR_OK)
		outcome = tell(&problems);
	json_decref(problems.list);
	return outcome;
}
