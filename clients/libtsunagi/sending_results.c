/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/sending_results.c - see client.h: what became of a message, for the program that sent it. */
#include <stdlib.h>

#include "libtsunagi/client.h"
#include "libtsunagi/tasks.h"

static char *result_json(const struct outbox_message *message, json_t *receipt, const struct failure *failure)
{
	char text[ID_TEXT];
	json_t *json = json_incref(receipt);
	char *dumped = NULL;

	id_format(&message->id, text);
	if (json == NULL)
		json = json_pack("{s:s, s:s, s:s, s:O*, s:o}", "type", "receipt", "message_id", text, "state", "refused", "key",
				 json_object_get(message->head, "key"), "error", failure_json(failure));
	dumped = json == NULL ? NULL : json_dumps(json, JSON_COMPACT);
	json_decref(json);
	return dumped;
}

static void queue_result(struct tsg_client *client, struct result_text *result)
{
	if (client->result_count == RECEIPTS_MAX) {
		struct result_text *oldest = client->results;

		client->results = oldest->next;
		client->result_count--;
		free(oldest->json);
		free(oldest);
	}
	if (client->results == NULL)
		client->results_end = &client->results;
	*client->results_end = result;
	client->results_end = &result->next;
	client->result_count++;
}

void sending_finish(struct tsg_client *client, struct outbox_message *message, json_t *receipt, int result, const struct failure *failure)
{
	bool awaited = client->awaiting && memcmp(client->awaited.bytes, message->id.bytes, ID_BYTES) == 0;
	struct result_text *text = NULL;
	char id[ID_TEXT];

	if (tasks_finish(client, message, result, failure))
		return;
	id_format(&message->id, id);
	if (result != TSG_OK && !awaited)
		knowledge_warn(client->knowledge, WARNING_SEND_REFUSED, id, failure->code);
	if (!awaited && !message->collect)
		return;
	text = calloc(1, sizeof *text);
	if (text == NULL)
		return; /* the message itself is settled: `receipt` tells of it any time */
	text->json = result_json(message, receipt, failure);
	text->result = result;
	if (failure != NULL)
		text->failure = *failure;
	if (awaited)
		client->awaited_result = text;
	else
		queue_result(client, text);
}

void sending_results_free(struct tsg_client *client)
{
	struct result_text *text = NULL;

	while ((text = client->results) != NULL) {
		client->results = text->next;
		free(text->json);
		free(text);
	}
	if (client->awaited_result != NULL)
		free(client->awaited_result->json);
	free(client->awaited_result);
}
