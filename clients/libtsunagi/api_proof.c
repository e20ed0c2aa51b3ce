/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/api_proof.c - see tsunagi/tsunagi.h: receipts as evidence. */
#include "libtsunagi/api.h"
#include "libtsunagi/evidence.h"

int tsg_receipt_json(tsg_client *client, const char *message_id, char **ret_json)
{
	json_t *evidence = NULL;
	struct id id;
	int result = api_enter(client);

	if (result != TSG_OK)
		return result;
	if (message_id == NULL || id_parse(message_id, &id) != ERR_OK)
		return failure_tell(&client->failure, PROBLEM_USAGE, "message_id is no id", NULL);
	result = evidence_read(client, &id, 0, &evidence);
	return result == TSG_OK ? api_give(&client->failure, evidence, ret_json) : result;
}
