/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/api_send.c - see tsunagi/tsunagi.h: sending, receipts, the outbox. */
#include <stdlib.h>

#include "base/clock.h"
#include "libtsunagi/api.h"
#include "libtsunagi/compose.h"
#include "libtsunagi/fields.h"

/* ---- composing, with the newest directory where the kept one does not do ---- */

static bool directory_may_help(const struct failure *failure)
{
	return failure->problem == PROBLEM_NO_DIRECTORY || failure->problem == PROBLEM_UNKNOWN_AGENCY || failure->problem == PROBLEM_NOT_ENROLLED;
}

static int compose_or_fetch(struct tsg_client *client, const json_t *json, const json_t *said, int64_t until_us, struct composed *ret_composed)
{
	int result = compose(client, json, said, ret_composed);
	struct failure first = client->failure;
	int fetched = TSG_OK;
	char reason[sizeof first.message];

	if (result == TSG_OK || !directory_may_help(&first))
		return result;
	fetched = api_fresh_directory(client, until_us);
	if (fetched == TSG_OK)
		return compose(client, json, said, ret_composed);
	if (first.problem == PROBLEM_NO_DIRECTORY && fetched != TSG_NOT_AUTHENTIC) {
		memcpy(reason, client->failure.message, sizeof reason);
		return failure_tell(&client->failure, PROBLEM_NO_DIRECTORY, reason, NULL);
	}
	if (fetched == TSG_NOT_AUTHENTIC)
		return fetched;
	client->failure = first;
	return result;
}

/* ---- sending ---- */

/* The receipt of a key that was answered before: the same, told as a repeat. */
static int give_earlier(struct tsg_client *client, json_t *receipt, char **ret_json)
{
	json_t *copy = json_deep_copy(receipt);

	if (copy != NULL)
		json_object_set_new(copy, "duplicate", json_true());
	json_decref(receipt);
	return api_give(&client->failure, copy, ret_json);
}

static int give_waiting(struct tsg_client *client, const struct outbox_message *message, const struct failure *reason, char **ret_json)
{
	char id[ID_TEXT];
	json_t *receipt = NULL;

	id_format(&message->id, id);
	receipt = receipt_waiting(id, message->head, client->bundle->site);
	if (receipt != NULL && reason != NULL)
		json_object_set_new(receipt, "reason", failure_json(reason));
	return api_give(&client->failure, receipt, ret_json);
}

static int still_waiting(struct tsg_client *client, struct outbox_message *message, char **ret_json)
{
	struct failure reason;
	int result = TSG_OK;

	if (client_trusts(client) == TSG_OK)
		client_tell_connection(client, "the message");
	reason = message->last != NULL ? *message->last : client->failure;
	message->collect = true;
	result = give_waiting(client, message, &reason, ret_json);
	return result == TSG_OK ? failure_tell(&client->failure, PROBLEM_IN_OUTBOX, reason.message, NULL) : result;
}

static int take_awaited(struct tsg_client *client, char **ret_json)
{
	struct result_text *text = client->awaited_result;
	int result = text->result;

	client->awaited_result = NULL;
	if (result != TSG_OK)
		client->failure = text->failure;
	if (result == TSG_OK && text->json == NULL)
		result = failure_err(&client->failure, ERR_NOMEM, "the receipt");
	if (result == TSG_OK && ret_json != NULL) {
		*ret_json = text->json;
		text->json = NULL;
	}
	free(text->json);
	free(text);
	return result;
}

/* Waits for the answer about one message of the outbox; it may be gone when this returns. */
static int await(struct tsg_client *client, struct outbox_message *message, int64_t until_us, char **ret_json)
{
	struct id id = message->id;

	client->awaited = id;
	client->awaiting = true;
	api_wait_open(client, until_us);
	while (client->awaited_result == NULL && session_is_open(client->session) && client_wait(client, until_us))
		;
	client->awaiting = false;
	if (client->awaited_result != NULL)
		return take_awaited(client, ret_json);
	message = outbox_find(&client->outbox, &id);
	if (message == NULL)
		return failure_err(&client->failure, ERR_NOMEM, "the receipt");
	return still_waiting(client, message, ret_json);
}

static int finish(struct tsg_client *client, const struct composed *composed, int64_t until_us, char **ret_receipt_json)
{
	if (composed->message == NULL)
		return give_earlier(client, composed->receipt, ret_receipt_json);
	return await(client, composed->message, until_us, ret_receipt_json);
}

int api_send(struct tsg_client *client, const json_t *message, const json_t *said, char **ret_receipt_json)
{
	struct composed composed;
	int64_t until_us = client_deadline(client->timeout_ms);
	int result = compose_or_fetch(client, message, said, until_us, &composed);

	return result == TSG_OK ? finish(client, &composed, until_us, ret_receipt_json) : result;
}

int api_send_again(struct tsg_client *client, const json_t *said, bool *ret_found, char **ret_receipt_json)
{
	const char *key = field_text(said, "key");
	struct composed composed = { 0 };
	struct digest content;
	int result = TSG_OK;

	*ret_found = false;
	if (key == NULL)
		return TSG_OK;
	result = content_identity_said(client, said, &content);
	if (result == TSG_OK)
		result = compose_look_up(client, key, &content, &composed, ret_found);
	if (result != TSG_OK || !*ret_found)
		return result;
	return finish(client, &composed, client_deadline(client->timeout_ms), ret_receipt_json);
}

int tsg_send_json(tsg_client *client, const char *json, size_t length, char **ret_receipt_json)
{
	json_t *parsed = NULL;
	int result = api_enter(client);

	if (result != TSG_OK)
		return result;
	parsed = api_parse(&client->failure, json, length);
	if (parsed == NULL)
		return client->failure.result;
	result = api_send(client, parsed, NULL, ret_receipt_json);
	json_decref(parsed);
	return result;
}

int tsg_enqueue_json(tsg_client *client, const char *json, size_t length, char **ret_json)
{
	struct composed composed;
	json_t *parsed = NULL;
	int result = api_enter(client);

	if (result != TSG_OK)
		return result;
	if (client->result_count + client->outbox.count >= RECEIPTS_MAX)
		return failure_tell(&client->failure, PROBLEM_TOO_MANY_RECEIPTS, "65536", NULL);
	parsed = api_parse(&client->failure, json, length);
	if (parsed == NULL)
		return client->failure.result;
	result = compose_or_fetch(client, parsed, NULL, client_deadline(client->timeout_ms), &composed);
	json_decref(parsed);
	if (result != TSG_OK)
		return result;
	if (composed.message == NULL)
		return give_earlier(client, composed.receipt, ret_json);
	composed.message->collect = true;
	result = give_waiting(client, composed.message, NULL, ret_json);
	client_work(client);
	return result;
}

int tsg_next_receipt(tsg_client *client, int timeout_ms, char **ret_receipt_json)
{
	struct result_text *text = NULL;
	int64_t until_us = client_deadline(timeout_ms);
	int result = api_enter(client);

	if (result != TSG_OK)
		return result;
	if (ret_receipt_json == NULL)
		return TSG_USAGE;
	client_work(client);
	while (client->results == NULL && client_wait(client, until_us))
		;
	text = client->results;
	if (text == NULL)
		return client->outbox.count > 0 && !session_is_open(client->session) ? client_tell_connection(client, "a receipt") :
										       failure_tell(&client->failure, PROBLEM_TIMEOUT, NULL, NULL);
	client->results = text->next;
	client->result_count--;
	*ret_receipt_json = text->json;
	free(text);
	return *ret_receipt_json == NULL ? failure_err(&client->failure, ERR_NOMEM, "the receipt") : TSG_OK;
}

int tsg_check_json(const char *json, size_t length, char **ret_json)
{
	struct problems problems = { 0 };
	struct failure failure = { 0 };
	struct draft draft;
	json_t *parsed = api_parse(&failure, json, length);
	enum err err = ERR_OK;
	int result = TSG_OK;

	if (parsed == NULL) {
		if (json != NULL && ret_json != NULL)
			*ret_json = failure_text(&failure);
		return failure.result;
	}
	err = draft_read(parsed, clock_wall_us(), &draft, &problems);
	json_decref(parsed);
	draft_free(&draft);
	if (err == ERR_OK || err == ERR_REFUSED) {
		result = api_give(&failure, json_pack("{s:s, s:b, s:o}", "type", "check", "ok", err == ERR_OK, "problems", problems_json(&problems)), ret_json);
		if (result == TSG_OK && err == ERR_REFUSED)
			result = TSG_REFUSED;
	} else {
		result = failure_err(&failure, err, "the message");
		if (ret_json != NULL)
			*ret_json = failure_text(&failure);
	}
	problems_free(&problems);
	return result;
}

/* ---- the outbox ---- */

static const char *state_word(const struct outbox_message *message)
{
	switch (message->state) {
	case OUTBOX_UPLOADING:
		return "uploading";
	case OUTBOX_TRAVELS:
		return "unanswered";
	case OUTBOX_STALE:
		return "sealing_again";
	case OUTBOX_READY:
		break;
	}
	return message->last == NULL ? "waiting" : "paused";
}

static json_t *message_json(const struct outbox_message *message)
{
	char id[ID_TEXT], code[ID_CODE_TEXT];

	id_format(&message->id, id);
	id_code(&message->id, code);
	return json_pack("{s:s, s:s, s:O*, s:O*, s:O*, s:O*, s:o, s:I, s:s, s:b, s:o*}", "message_id", id, "code", code, "key",
			 json_object_get(message->head, "key"), "to", json_object_get(message->head, "to"), "kind",
			 json_object_get(message->head, "kind"), "urgency", json_object_get(message->head, "urgency"), "since",
			 json_time(message->since_us), "attempts", (json_int_t)message->attempts, "state", state_word(message), "sent",
			 message->sent ? 1 : 0, "last_error", message->last == NULL ? NULL : failure_json(message->last));
}

int tsg_outbox_json(tsg_client *client, char **ret_json)
{
	json_t *list = NULL;

	if (client == NULL || ret_json == NULL)
		return TSG_USAGE;
	list = json_array();
	for (const struct outbox_message *message = client->outbox.first; message != NULL; message = message->next)
		json_array_append_new(list, message_json(message));
	return api_give(&client->failure, json_pack("{s:s, s:o}", "type", "outbox", "messages", list), ret_json);
}

int tsg_outbox_flush(tsg_client *client, int timeout_ms, char **ret_json)
{
	int64_t until_us = client_deadline(timeout_ms);
	size_t before = 0;
	int result = api_enter(client);

	if (result != TSG_OK)
		return result;
	before = client->outbox.count;
	for (struct outbox_message *message = client->outbox.first; message != NULL; message = message->next)
		message->not_before_us = 0;
	if (before > 0 && api_wait_open(client, until_us))
		while (client->outbox.count > 0 && session_is_open(client->session) && client_wait(client, until_us))
			;
	result = api_give(&client->failure,
			  json_pack("{s:s, s:I, s:I}", "type", "flush", "gone", (json_int_t)(before - client->outbox.count), "left",
				    (json_int_t)client->outbox.count),
			  ret_json);
	if (result != TSG_OK || client->outbox.count == 0)
		return result;
	client_tell_connection(client, "the outbox");
	return client->failure.result == TSG_TIMEOUT ? failure_tell(&client->failure, PROBLEM_IN_OUTBOX, client->failure.message, NULL) :
						       client->failure.result;
}

/* True when the broker says that it does not have the message. */
static int broker_lacks(struct tsg_client *client, const struct id *id, bool *ret_lacks)
{
	struct answer_read answer;
	Pb__Read read = PB__READ__INIT;
	int result = TSG_OK;

	read.what_case = PB__READ__WHAT_RECEIPT_MESSAGE_ID;
	read.receipt_message_id = pb_of_bytes(bytes_of(id->bytes, ID_BYTES));
	result = asking_wait(client, &read, "the message", client_deadline(client->timeout_ms), &answer);
	if (result == TSG_OK)
		asking_free(&answer);
	*ret_lacks = result == TSG_NOT_FOUND;
	return result == TSG_NOT_FOUND ? TSG_OK : result;
}

int tsg_outbox_discard(tsg_client *client, const char *message_id, char **ret_json)
{
	struct outbox_message *message = NULL;
	struct id id;
	bool lacks = true;
	enum err err = ERR_OK;

	if (client == NULL || message_id == NULL)
		return TSG_USAGE;
	failure_clear(&client->failure);
	message = id_parse(message_id, &id) == ERR_OK ? outbox_find(&client->outbox, &id) : NULL;
	if (message == NULL)
		return failure_tell(&client->failure, PROBLEM_NOT_IN_OUTBOX, message_id, NULL);
	if (message->state == OUTBOX_TRAVELS || (message->sent && broker_lacks(client, &id, &lacks) != TSG_OK) || !lacks)
		return failure_tell(&client->failure, PROBLEM_OUTBOX_SENT, message_id, NULL);
	message = outbox_find(&client->outbox, &id); /* it may have been sent while we asked */
	if (message == NULL || message->state == OUTBOX_TRAVELS)
		return failure_tell(&client->failure, PROBLEM_OUTBOX_SENT, message_id, NULL);
	if (client->blob_message == message)
		client->blob_message = NULL;
	err = outbox_remove(&client->outbox, message);
	if (err != ERR_OK)
		return failure_err(&client->failure, err, client->outbox.folder);
	return api_give(&client->failure, json_pack("{s:s, s:s}", "type", "discarded", "message_id", message_id), ret_json);
}
