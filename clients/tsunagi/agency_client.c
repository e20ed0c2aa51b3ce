/* SPDX-License-Identifier: Apache-2.0 */
#include "tsunagi/agency_client.h"

#include <stdlib.h>
#include <string.h>

#include "tsunagi/ids.h"
#include "tsunagi/json_row.h"
#include "tsunagi/words.h"

enum outcome agency_bundle(const struct call *call, const char **ret_bundle)
{
	*ret_bundle = call_bundle(call);
	if (*ret_bundle != NULL)
		return OUTCOME_DONE;
	return call_usage(call, "%s", words("no bundle: name it with --as FILE or TSUNAGI_BUNDLE", "バンドルがありません:--as ファイル か TSUNAGI_BUNDLE で指定してください"));
}

enum outcome agency_timeout(const struct call *call, int *ret_timeout_ms)
{
	struct args_fault fault;
	int64_t wait_us;

	if (args_duration(&call->args, "timeout", AGENCY_WAIT_MS * INT64_C(1000), &wait_us, &fault) != ERR_OK)
		return call_fault(call, &fault);
	*ret_timeout_ms = wait_us / 1000 > INT32_MAX ? INT32_MAX : (int)(wait_us / 1000);
	return OUTCOME_DONE;
}

enum outcome agency_client_open(const struct call *call, struct agency_client *ret_client)
{
	struct agency_client client = { NULL, AGENCY_WAIT_MS };
	const char *bundle;
	char *error = NULL;
	enum outcome outcome = agency_bundle(call, &bundle);
	int result;

	if (outcome == OUTCOME_DONE)
		outcome = agency_timeout(call, &client.timeout_ms);
	if (outcome != OUTCOME_DONE)
		return outcome;
	result = tsg_client_open_json(bundle, args_text(&call->args, "outbox"), &client.tsg, &error);
	if (result != TSG_OK)
		outcome = agency_problem(result, error);
	tsg_free(error);
	if (result != TSG_OK)
		return outcome;
	tsg_client_set_timeout(client.tsg, client.timeout_ms);
	*ret_client = client;
	return OUTCOME_DONE;
}

bool agency_client_is_connecting(const struct agency_client *client)
{
	const char *state = NULL;
	json_t *status, *fault = NULL;
	char *text = NULL;
	bool connecting;

	if (tsg_client_status_json(client->tsg, &text) != TSG_OK)
		return false;
	status = json_loads(text, 0, NULL);
	connecting = json_unpack(status, "{s:{s:s, s?o}}", "connection", "state", &state, "fault", &fault) == 0 && strcmp(state, "none") == 0 && fault == NULL;
	json_decref(status);
	tsg_free(text);
	return connecting;
}

void agency_client_close(struct agency_client *client)
{
	tsg_client_close(client->tsg);
	client->tsg = NULL;
}

enum outcome agency_outcome(int result)
{
	switch (result) {
	case TSG_OK:
		return OUTCOME_DONE;
	case TSG_USAGE:
		return OUTCOME_USAGE;
	case TSG_NOT_FOUND:
	case TSG_TIMEOUT:
		return OUTCOME_NOT_THERE;
	case TSG_UNREACHABLE:
		return OUTCOME_UNREACHABLE;
	case TSG_IN_OUTBOX:
	case TSG_UNDECIDED:
		return OUTCOME_UNDECIDED;
	default:
		return OUTCOME_REFUSED;
	}
}

enum outcome agency_problem(int result, const char *error_json)
{
	json_t *json = error_json == NULL ? NULL : json_loads(error_json, 0, NULL);
	const json_t *error = json_object_get(json, "error");
	enum outcome outcome = agency_outcome(result);

	/* What a person gave as a message and is none was refused; the command line was right. */
	if (outcome == OUTCOME_USAGE && strcmp(json_row_text(error, "code"), "JSON") == 0)
		outcome = OUTCOME_REFUSED;
	if (error == NULL || *json_row_text(error, "message") == '\0')
		out_problem_text(outcome, "LIBRARY", tsg_strerror(result), NULL);
	else
		out_problem_text(outcome, json_row_text(error, "code"), json_row_text(error, "message"), json_row_text(error, "hint"));
	json_decref(json);
	return outcome;
}

enum outcome agency_client_problem(const struct agency_client *client, int result)
{
	return agency_problem(result, tsg_last_error(client->tsg));
}

json_t *agency_json(char *text)
{
	json_t *json = text == NULL ? NULL : json_loads(text, 0, NULL);

	tsg_free(text);
	if (json == NULL)
		out_problem_text(OUTCOME_REFUSED, "LIBRARY", words("The library's answer is not understood.", "ライブラリーの応答を理解できません。"), NULL);
	return json;
}

enum outcome agency_client_act(const struct agency_client *client, json_t *action, json_t **ret_result)
{
	char *request = action == NULL ? NULL : json_dumps(action, JSON_COMPACT);
	char *answer = NULL;
	int result = request == NULL ? TSG_NO_MEMORY : tsg_act_json(client->tsg, request, strlen(request), &answer);

	json_decref(action);
	free(request);
	if (result != TSG_OK) {
		tsg_free(answer);
		return agency_client_problem(client, result);
	}
	*ret_result = agency_json(answer);
	return *ret_result == NULL ? OUTCOME_REFUSED : OUTCOME_DONE;
}

/* Looks through list for a message with the query's code. */
static bool find_in(const json_t *list, const struct id_query *query, char message[ID_TEXT])
{
	size_t index;
	json_t *row;

	json_array_foreach(list, index, row) {
		const char *text = json_row_text(row, "message_id");
		struct id id;

		if (id_parse(text, &id) == ERR_OK && id_query_matches(query, bytes_of(id.bytes, ID_BYTES))) {
			id_format(&id, message);
			return true;
		}
	}
	return false;
}

static bool find(const struct agency_client *client, const struct id_query *query, char message[ID_TEXT])
{
	char *text = NULL;
	json_t *json;
	bool found;

	if (tsg_outbox_json(client->tsg, &text) == TSG_OK) {
		json = agency_json(text);
		found = find_in(json_object_get(json, "messages"), query, message);
		json_decref(json);
		if (found)
			return true;
	}
	if (tsg_inbox_json(client->tsg, &text) != TSG_OK)
		return false;
	json = agency_json(text);
	found = find_in(json_object_get(json, "items"), query, message);
	json_decref(json);
	return found;
}

/* Among what this agency sent or was sent before. */
static enum outcome find_at_site(const struct agency_client *client, const char *text, char message[ID_TEXT])
{
	json_t *found = NULL;
	enum outcome outcome = agency_client_act(client, json_pack("{s:s,s:s}", "action", "find", "code", text), &found);

	if (outcome == OUTCOME_DONE)
		snprintf(message, ID_TEXT, "%s", json_row_text(found, "message_id"));
	json_decref(found);
	return outcome;
}

enum outcome agency_client_message(const struct agency_client *client, const struct call *call, const char *text, char message[ID_TEXT])
{
	struct id_query query;

	if (id_query_parse(text, &query) != ERR_OK)
		return call_usage(call, words("%s is neither an id nor a short code (or one character of it is wrong)",
					      "%s は番号でも短いコードでもありません(または一文字違っています)"),
				  text);
	if (query.whole) {
		id_format(&query.id, message);
		return OUTCOME_DONE;
	}
	if (find(client, &query, message))
		return OUTCOME_DONE;
	return find_at_site(client, text, message);
}

enum outcome agency_client_open_for(const struct call *call, struct agency_client *ret_client, char message[ID_TEXT])
{
	struct agency_client client;
	enum outcome outcome = agency_client_open(call, &client);

	if (outcome != OUTCOME_DONE)
		return outcome;
	outcome = agency_client_message(&client, call, call_operand(call, 0), message);
	if (outcome == OUTCOME_DONE)
		*ret_client = client;
	else
		agency_client_close(&client);
	return outcome;
}
