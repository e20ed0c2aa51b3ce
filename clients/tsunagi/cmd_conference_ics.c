/* SPDX-License-Identifier: Apache-2.0 */
#include <tsunagi/tsunagi.h>

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "tsunagi/command.h"
#include "tsunagi/input_file.h"
#include "tsunagi/message_problems.h"
#include "tsunagi/subcommands.h"
#include "tsunagi/words.h"

/* What the person who exports knows, and the message does not say. */
static void add_known(const struct call *call, json_t *message)
{
	if (args_has(&call->args, "protected"))
		json_object_set_new(message, "protected", json_true());
	if (args_text(&call->args, "state") != NULL)
		json_object_set_new(message, "state", json_string(args_text(&call->args, "state")));
}

static enum outcome put_calendar(const struct call *call, const char *calendar)
{
	const char *path = args_text(&call->args, "out");
	enum err err = ERR_OK;

	if (path != NULL) {
		err = file_write_new(path, bytes_of_text(calendar), 0600);
		if (err != ERR_OK)
			return out_problem(OUTCOME_REFUSED, "FILE", words("Check the folder; a file that is there already is never replaced.", "フォルダーを確かめてください。既にあるファイルは置き換えません。"),
					   words("%s cannot be written: %s.", "%s に書き込めません:%s。"), path, err_text(err));
	}
	if (out_json_wanted())
		out_json(json_pack("{s:s,s:s}", "type", "calendar", path != NULL ? "file" : "text", path != NULL ? path : calendar));
	else if (path == NULL)
		out_text("%s", calendar);
	return OUTCOME_DONE;
}

static enum outcome export_message(const struct call *call, const char *path, json_t *message)
{
	char *text = NULL, *calendar = NULL;
	enum outcome outcome;
	int result;

	add_known(call, message);
	text = json_dumps(message, JSON_COMPACT);
	result = text == NULL ? TSG_NO_MEMORY : tsg_conference_ics(text, strlen(text), &calendar);
	outcome = result == TSG_OK ? put_calendar(call, calendar) : message_problems_tell(path, result, calendar);
	tsg_free(calendar);
	free(text);
	return outcome;
}

enum outcome cmd_conference_ics(const struct call *call)
{
	const char *path = call_operand(call, 0);
	json_t *message = NULL;
	struct buf content;
	enum outcome outcome = input_file_read(path, &content);

	if (outcome == OUTCOME_DONE) {
		message = json_loadb((const char *)content.data, content.len, JSON_REJECT_DUPLICATES, NULL);
		if (json_is_object(message))
			outcome = export_message(call, path, message);
		else
			outcome = out_problem(OUTCOME_REFUSED, "MESSAGE",
					      words("Give message.json as `tsunagi receive --out` stores it.", "`tsunagi receive --out` が保存した message.json を指定してください。"),
					      words("%s is no JSON object.", "%s は JSON のオブジェクトではありません。"), path);
		json_decref(message);
	}
	buf_free(&content);
	return outcome;
}
