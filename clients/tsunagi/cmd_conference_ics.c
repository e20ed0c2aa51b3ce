/* SPDX-License-Identifier: Apache-2.0 */
#include <tsunagi/tsunagi.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "tsunagi/agency_client.h"
#include "tsunagi/conference_kept.h"
#include "tsunagi/ids.h"
#include "tsunagi/input_file.h"
#include "tsunagi/json_row.h"
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

static enum outcome export_file(const struct call *call, const char *path)
{
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

/* ---- as the site says that it stands ---- */

/* The site knows the id of what a short code names, and the folder is read by ids. */
static enum outcome whole_id(const struct agency_client *client, const char *text, char id[ID_TEXT])
{
	json_t *conference = NULL;
	enum outcome outcome = agency_client_act(client, json_pack("{s:s, s:s}", "action", "conference.show", "id", text), &conference);

	if (outcome == OUTCOME_DONE)
		snprintf(id, ID_TEXT, "%s", json_row_text(conference, "conference_id"));
	json_decref(conference);
	return outcome;
}

static enum outcome ask(const struct call *call, const struct agency_client *client, const char *id)
{
	const char *folder = args_text(&call->args, "from");
	json_t *calendar = NULL;
	enum outcome outcome = agency_client_act(client, json_pack("{s:s, s:s, s:o*}", "action", "conference.ics", "id", id, "conference",
								   folder == NULL ? NULL : conference_kept(folder, id)), &calendar);

	if (outcome == OUTCOME_DONE)
		outcome = put_calendar(call, json_row_text(calendar, "text"));
	json_decref(calendar);
	return outcome;
}

static enum outcome export_id(const struct call *call, const char *text)
{
	struct agency_client client;
	char id[ID_TEXT] = "";
	enum outcome outcome = agency_client_open(call, &client);

	if (outcome != OUTCOME_DONE)
		return outcome;
	outcome = whole_id(&client, text, id);
	if (outcome == OUTCOME_DONE)
		outcome = ask(call, &client, id);
	agency_client_close(&client);
	return outcome;
}

enum outcome cmd_conference_ics(const struct call *call)
{
	const char *operand = call_operand(call, 0);
	struct id_query query;

	if (id_query_parse(operand, &query) == ERR_OK && access(operand, F_OK) != 0)
		return export_id(call, operand);
	return export_file(call, operand);
}
