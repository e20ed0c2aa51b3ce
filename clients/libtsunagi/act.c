/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/act.c - see tsunagi/tsunagi.h: tsg_act_json, one row per action. */
#include "base/clock.h"
#include "base/text.h"
#include "contract/fingerprint.h"
#include "contract/json.h"
#include "libtsunagi/act_standing.h"
#include "libtsunagi/acts.h"
#include "libtsunagi/api.h"
#include "libtsunagi/compose.h"
#include "libtsunagi/delivery.h"
#include "libtsunagi/devices.h"
#include "libtsunagi/evidence.h"
#include "libtsunagi/fields.h"

#define EXTRA_MOST 4096u /* items taken in at once while one is looked for */

static int missing(struct tsg_client *client, const char *what)
{
	return failure_tell(&client->failure, PROBLEM_USAGE, what, NULL);
}

static bool message_id_of(const json_t *action, struct id *ret_id)
{
	const char *text = field_text(action, "message_id");

	return text != NULL && id_parse(text, ret_id) == ERR_OK;
}

static int act_receipt(struct tsg_client *client, const json_t *action, json_t **ret_json)
{
	struct id id;

	if (message_id_of(action, &id))
		return evidence_read(client, &id, 0, ret_json);
	if (!json_is_integer(json_object_get(action, "seq")))
		return missing(client, "receipt needs message_id or seq");
	return evidence_read(client, NULL, field_number(action, "seq", INT64_MAX, 0), ret_json);
}

static int act_trace(struct tsg_client *client, const json_t *action, json_t **ret_json)
{
	struct answer_read answer;
	Pb__Read read = PB__READ__INIT;
	struct id id;
	char code[ID_CODE_TEXT];
	int result = TSG_OK;

	if (!message_id_of(action, &id))
		return missing(client, "trace needs message_id");
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

/* The newest if the broker can be reached, else the one that is kept. */
static int newest_directory(struct tsg_client *client)
{
	int result = api_fresh_directory(client, client_deadline(client->timeout_ms));

	if (result == TSG_OK || result == TSG_NOT_AUTHENTIC || site_directory_version(client->directory) == 0)
		return result;
	failure_clear(&client->failure);
	return TSG_OK;
}

static int act_directory(struct tsg_client *client, const json_t *action, json_t **ret_json)
{
	const Pb__DirectorySnapshot *snapshot = NULL;
	int result = newest_directory(client);

	(void)action;
	if (result != TSG_OK)
		return result;
	snapshot = site_directory_snapshot(client->directory);
	*ret_json = json_pack("{s:s, s:I, s:b, s:o}", "type", "directory", "version", (json_int_t)snapshot->version, "current",
			      session_is_open(client->session) ? 1 : 0, "directory", json_of_message(&snapshot->file->base));
	return TSG_OK;
}

static json_t *binding_json(const Pb__Binding *binding)
{
	char print[FINGERPRINT_TEXT];

	fingerprint(bytes_of_pb(binding->signing_certificate), bytes_of_pb(binding->sealing_certificate), print);
	return json_pack("{s:I, s:s, s:s, s:I, s:o, s:o, s:o}", "device", (json_int_t)binding->device, "device_name", binding->device_name, "fingerprint",
			 print, "seq", (json_int_t)binding->seq, "bound_at", json_time(binding->bound_at_us), "signing_certificate",
			 json_base64(bytes_of_pb(binding->signing_certificate)), "sealing_certificate",
			 json_base64(bytes_of_pb(binding->sealing_certificate)));
}

static int act_certificates(struct tsg_client *client, const json_t *action, json_t **ret_json)
{
	const char *agency = field_text(action, "agency");
	const Pb__Binding *bindings[LIMIT_DEVICES];
	json_t *list = NULL;
	size_t count = 0;
	int result = newest_directory(client);

	if (result != TSG_OK)
		return result;
	if (agency == NULL)
		agency = client->bundle->agency;
	if (site_directory_agency(client->directory, bytes_of_text(agency)) == NULL)
		return failure_tell(&client->failure, PROBLEM_UNKNOWN_AGENCY, agency, NULL);
	count = site_directory_bindings(client->directory, agency, bindings, LIMIT_DEVICES);
	list = json_array();
	for (size_t i = 0; i < count && i < LIMIT_DEVICES; i++)
		json_array_append_new(list, binding_json(bindings[i]));
	*ret_json = json_pack("{s:s, s:s, s:I, s:o}", "type", "certificates", "agency", agency, "version",
			      (json_int_t)site_directory_version(client->directory), "devices", list);
	return TSG_OK;
}

static int act_route(struct tsg_client *client, const json_t *action, json_t **ret_json)
{
	const json_t *need = json_object_get(action, "need");

	if (need == NULL)
		return missing(client, "route needs need");
	return api_route(client, need, json_is_true(json_object_get(action, "all")), ret_json);
}

static int act_dry_run(struct tsg_client *client, const json_t *action, json_t **ret_json)
{
	const json_t *message = json_object_get(action, "message");

	if (message == NULL)
		return missing(client, "dry_run needs message");
	if (site_directory_version(client->directory) == 0) {
		int result = api_fresh_directory(client, client_deadline(client->timeout_ms));

		if (result != TSG_OK)
			return result;
	}
	return compose_dry(client, message, ret_json);
}

/* ---- an item that waits, by its message ---- */

static bool is_of(const struct arrival *arrival, const struct id *id)
{
	return arrival->view != NULL && bytes_equal(bytes_of_pb(arrival->view->message_id), bytes_of(id->bytes, ID_BYTES));
}

static const struct arrival *find_arrival(const struct tsg_client *client, const struct id *id)
{
	for (const struct arrival *arrival = client->arrivals; arrival != NULL; arrival = arrival->next)
		if (is_of(arrival, id))
			return arrival;
	for (const struct tsg_delivery *delivery = client->deliveries; delivery != NULL; delivery = delivery->next)
		if (!delivery->settled && is_of(delivery->arrival, id))
			return delivery->arrival;
	return NULL;
}

static const struct arrival *wait_for(struct tsg_client *client, const struct id *id, int64_t until_us)
{
	const struct arrival *found = NULL;

	receiving_start(client);
	client_work(client);
	while ((found = find_arrival(client, id)) == NULL) {
		if (client->arrival_count + CREDIT_ITEMS / 2 > CREDIT_ITEMS + client->extra_items && client->extra_items < EXTRA_MOST)
			client->extra_items += CREDIT_ITEMS;
		if (!client_wait(client, until_us))
			break;
	}
	client->extra_items = 0;
	return found;
}

/* Takes what is settled out of the queue, so that it is not handed to the program as well. */
static void forget_arrival(struct tsg_client *client, const struct arrival *settled)
{
	struct arrival **place = &client->arrivals;

	while (*place != NULL && *place != settled)
		place = &(*place)->next;
	if (*place != NULL) {
		struct arrival *gone = *place;

		*place = gone->next;
		client->arrival_count--;
		client->taken_items++;
		client->taken_bytes += gone->cost;
		client->arrivals_end = &client->arrivals;
		while (*client->arrivals_end != NULL)
			client->arrivals_end = &(*client->arrivals_end)->next;
		arrival_free(gone);
		return;
	}
	for (struct tsg_delivery *delivery = client->deliveries; delivery != NULL; delivery = delivery->next)
		if (delivery->arrival == settled)
			delivery->settled = true;
}

static int settle(struct tsg_client *client, const json_t *action, Pb__RefuseReason reason, const char *text, json_t **ret_json)
{
	int64_t until_us = client_deadline(client->timeout_ms);
	const struct arrival *arrival = NULL;
	struct settlement *settlement = NULL;
	struct id id;
	int result = TSG_OK;

	if (!message_id_of(action, &id))
		return missing(client, "message_id is missing or no id");
	arrival = wait_for(client, &id, until_us);
	if (arrival == NULL)
		return session_is_open(client->session) ? failure_tell(&client->failure, PROBLEM_NOT_WAITING, field_text(action, "message_id"), NULL) :
							  client_tell_connection(client, "the message");
	settlement = settling_note(client, arrival->item, &arrival->view_hash, reason, text);
	if (settlement == NULL)
		return failure_err(&client->failure, ERR_NOMEM, "the message");
	*ret_json = json_pack("{s:s, s:s, s:I}", "type", reason == 0 ? "acknowledged" : "refused", "message_id", field_text(action, "message_id"), "item",
			      (json_int_t)arrival->item);
	forget_arrival(client, arrival);
	settlement->awaited = true;
	client_work(client);
	while ((settlement->state == SETTLEMENT_WAITS || settlement->state == SETTLEMENT_TRAVELS) && client_wait(client, until_us))
		;
	if (settlement->state == SETTLEMENT_REFUSED) {
		client->failure = settlement->failure;
		result = settlement->failure.result;
	} else if (settlement->state != SETTLEMENT_DONE) {
		result = client_tell_connection(client, "the message");
	}
	settlement->awaited = false;
	return result;
}

static int act_refuse(struct tsg_client *client, const json_t *action, json_t **ret_json)
{
	const char *word = field_text(action, "reason");
	const char *text = field_text(action, "text");
	int reason = 0;

	if (word == NULL || !json_word_value(&pb__refuse_reason__descriptor, word, &reason) || reason == 0)
		return failure_tell(&client->failure, PROBLEM_UNKNOWN_REASON, word, NULL);
	if (text != NULL && text_check(bytes_of_text(text), NULL) != TEXT_OK)
		return missing(client, "text is no clean UTF-8");
	return settle(client, action, (Pb__RefuseReason)reason, text, ret_json);
}

static int act_acknowledge(struct tsg_client *client, const json_t *action, json_t **ret_json)
{
	return settle(client, action, PB__REFUSE_REASON__REFUSE_REASON_UNSPECIFIED, NULL, ret_json);
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
		return missing(client, "device_add needs request_file and answer_file");
	return device_add(client, request, answer, ret_json);
}

static int act_acknowledge_warning(struct tsg_client *client, const json_t *action, json_t **ret_json)
{
	const char *code = field_text(action, "code");
	enum warning warning;

	if (code == NULL || !warning_of_code(code, &warning))
		return missing(client, "acknowledge_warning needs the code of a warning");
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

static int run(struct tsg_client *client, const json_t *action, json_t **ret_json)
{
	const char *name = field_text(action, "action");

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
