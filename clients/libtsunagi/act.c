/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/act.c - see tsunagi/tsunagi.h: tsg_act_json, one row per action. */
#include "base/clock.h"
#include "contract/json.h"
#include "libtsunagi/act_standing.h"
#include "libtsunagi/acts.h"
#include "libtsunagi/api.h"
#include "libtsunagi/compose.h"
#include "libtsunagi/devices.h"
#include "libtsunagi/evidence.h"
#include "libtsunagi/fields.h"
#include "libtsunagi/opened.h"

int act_missing(struct tsg_client *client, const char *what)
{
	return failure_tell(&client->failure, PROBLEM_USAGE, what, NULL);
}

bool act_message_id(const json_t *action, struct id *ret_id)
{
	const char *text = field_text(action, "message_id");

	return text != NULL && id_parse(text, ret_id) == ERR_OK;
}

static int act_receipt(struct tsg_client *client, const json_t *action, json_t **ret_json)
{
	const json_t *open = json_object_get(action, "open");
	json_t *evidence = NULL;
	struct id id;
	int result;

	if (act_message_id(action, &id)) {
		result = evidence_read(client, &id, 0, &evidence);
		if (result == TSG_OK && json_array_size(open) > 0)
			result = opened_add(client, &id, open, evidence);
		if (result == TSG_OK)
			*ret_json = evidence;
		else
			json_decref(evidence);
		return result;
	}
	if (!json_is_integer(json_object_get(action, "seq")))
		return act_missing(client, "receipt needs message_id or seq");
	return evidence_read(client, NULL, field_number(action, "seq", INT64_MAX, 0), ret_json);
}

static int act_trace(struct tsg_client *client, const json_t *action, json_t **ret_json)
{
	struct answer_read answer;
	Pb__Read read = PB__READ__INIT;
	struct id id;
	char code[ID_CODE_TEXT];
	int result = TSG_OK;

	if (!act_message_id(action, &id))
		return act_missing(client, "trace needs message_id");
	read.what_case = PB__READ__WHAT_TRACE_MESSAGE_ID;
	read.trace_message_id = pb_of_bytes(bytes_of(id.bytes, ID_BYTES));
	result = asking_wait(client, &read, "the trace", client_deadline(client->timeout_ms), &answer);
	if (result != TSG_OK)
		return result;
	if (answer.result->result_case == PB__READ_RESULT__RESULT_TRACE)
		*ret_json = json_of_message(&answer.result->trace->base);
	asking_free(&answer);
	if (*ret_json == NULL)
		return failure_tell(&client->failure, PROBLEM_BROKER_TALK, "no trace came", NULL);
	id_code(&id, code);
	json_object_set_new(*ret_json, "type", json_string("trace"));
	json_object_set_new(*ret_json, "code", json_string(code));
	return TSG_OK;
}

static int act_route(struct tsg_client *client, const json_t *action, json_t **ret_json)
{
	const json_t *need = json_object_get(action, "need");

	if (need == NULL)
		return act_missing(client, "route needs need");
	return api_route(client, need, json_is_true(json_object_get(action, "all")), ret_json);
}

static int act_dry_run(struct tsg_client *client, const json_t *action, json_t **ret_json)
{
	const json_t *message = json_object_get(action, "message");

	if (message == NULL)
		return act_missing(client, "dry_run needs message");
	if (site_directory_version(client->directory) == 0) {
		int result = api_fresh_directory(client, client_deadline(client->timeout_ms));

		if (result != TSG_OK)
			return result;
	}
	return compose_dry(client, message, ret_json);
}

/* ---- devices and warnings ---- */

static int act_rotate(struct tsg_client *client, const json_t *action, json_t **ret_json)
{
	(void)action;
	return device_rotate(client, ret_json);
}

static int act_device_add(struct tsg_client *client, const json_t *action, json_t **ret_json)
{
	const char *request = field_text(action, "request_file");
	const char *answer = field_text(action, "answer_file");

	if (request == NULL || answer == NULL)
		return act_missing(client, "device_add needs request_file and answer_file");
	return device_add(client, request, answer, ret_json);
}

static int act_acknowledge_warning(struct tsg_client *client, const json_t *action, json_t **ret_json)
{
	const char *code = field_text(action, "code");
	enum warning warning;

	if (code == NULL || !warning_of_code(code, &warning))
		return act_missing(client, "acknowledge_warning needs the code of a warning");
	*ret_json = json_pack("{s:s, s:s, s:I}", "type", "acknowledged", "code", code, "count",
			      (json_int_t)knowledge_acknowledge(client->knowledge, warning, field_text(action, "subject")));
	return TSG_OK;
}

static const struct {
	const char *name;
	int (*act)(struct tsg_client *client, const json_t *action, json_t **ret_json);
	bool distrusted; /* may be done after a fork */
} actions[] = {
	{ "receipt", act_receipt, false },
	{ "trace", act_trace, false },
	{ "find", act_find, false },
	{ "directory", act_directory, false },
	{ "certificates", act_certificates, false },
	{ "capacity", act_capacity, false },
	{ "confirm", act_confirm, false },
	{ "route", act_route, true },
	{ "dry_run", act_dry_run, true },
	{ "refuse", act_refuse, false },
	{ "acknowledge", act_acknowledge, false },
	{ "rotate", act_rotate, false },
	{ "device_add", act_device_add, false },
	{ "note", act_note, false },
	{ "purge", act_purge, false },
	{ "review", act_review, false },
	{ "provisions", act_provisions, false },
	{ "disclosure", act_disclosure, false },
	{ "persons", act_persons, true },
	{ "acknowledge_warning", act_acknowledge_warning, true },
};

static const struct {
	const char *prefix;
	int (*act)(struct tsg_client *client, const char *word, const json_t *action, json_t **ret_json);
} families[] = {
	{ "request.", act_request },
	{ "conference.", act_conference },
	{ "action_item.", act_action_item },
	{ "announcement.", act_announcement },
	{ "case.", act_case },
	{ "consent.", act_consent },
};

/* Which field of those actions names a message that is looked for by its short code here; the others look among what is theirs. */
static int find_whole_id(struct tsg_client *client, const char *name, json_t *action)
{
	static const char *const by_id[] = { "consent.", "announcement.", "purge" };

	if (strcmp(name, "trace") == 0 || strcmp(name, "receipt") == 0)
		return act_whole_id(client, action, "message_id");
	for (size_t i = 0; i < sizeof by_id / sizeof by_id[0]; i++)
		if (strncmp(name, by_id[i], strlen(by_id[i])) == 0)
			return act_whole_id(client, action, "id");
	return TSG_OK;
}

static int run(struct tsg_client *client, json_t *action, json_t **ret_json)
{
	const char *name = field_text(action, "action");
	int found = TSG_OK;

	if (name != NULL && client_trusts(client) == TSG_OK)
		found = find_whole_id(client, name, action);
	else
		failure_clear(&client->failure); /* whether it matters is the action's to say */
	if (found != TSG_OK)
		return found;

	for (size_t i = 0; name != NULL && i < sizeof families / sizeof families[0]; i++) {
		size_t len = strlen(families[i].prefix);

		if (strncmp(name, families[i].prefix, len) == 0)
			return client_trusts(client) != TSG_OK ? client->failure.result : families[i].act(client, name + len, action, ret_json);
	}
	for (size_t i = 0; name != NULL && i < sizeof actions / sizeof actions[0]; i++) {
		if (strcmp(actions[i].name, name) != 0)
			continue;
		if (!actions[i].distrusted && client_trusts(client) != TSG_OK)
			return client->failure.result;
		return actions[i].act(client, action, ret_json);
	}
	return failure_tell(&client->failure, PROBLEM_UNKNOWN_ACTION, name, NULL);
}

int tsg_act_json(tsg_client *client, const char *json, size_t length, char **ret_result_json)
{
	json_t *action = NULL, *answer = NULL;
	int result = TSG_OK;

	if (client == NULL)
		return TSG_USAGE;
	failure_clear(&client->failure);
	action = api_parse(&client->failure, json, length);
	if (action == NULL)
		return client->failure.result;
	result = run(client, action, &answer);
	json_decref(action);
	if (result == TSG_IN_OUTBOX) { /* the failure stays: it says why, and the receipt what waits */
		struct failure none;

		return api_give(&none, answer, ret_result_json) == TSG_OK ? result : TSG_NO_MEMORY;
	}
	if (result != TSG_OK) {
		json_decref(answer);
		return result;
	}
	return api_give(&client->failure, answer, ret_result_json);
}
