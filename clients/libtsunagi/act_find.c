/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/act_find.c - see acts.h: the message that a short code is of. */
#include "base/clock.h"
#include "contract/json.h"
#include "libtsunagi/acts.h"
#include "libtsunagi/fields.h"

int act_find_code(struct tsg_client *client, const char *text, uint64_t tail, struct id *ret_id)
{
	Pb__Read read = PB__READ__INIT;
	struct answer_read answer;
	int result;

	read.what_case = PB__READ__WHAT_FIND_CODE;
	read.find_code = tail;
	result = asking_wait(client, &read, "the message", client_deadline(client->timeout_ms), &answer);
	if (result == TSG_NOT_FOUND)
		return failure_tell(&client->failure, PROBLEM_NO_CODE, text, NULL);
	if (result != TSG_OK)
		return result;
	if (answer.result->result_case != PB__READ_RESULT__RESULT_FOUND_ID || id_from_bytes(bytes_of_pb(answer.result->found_id), ret_id) != ERR_OK)
		result = failure_tell(&client->failure, PROBLEM_BROKER_TALK, "no id came", NULL);
	asking_free(&answer);
	return result;
}

int act_find(struct tsg_client *client, const json_t *action, json_t **ret_json)
{
	const char *text = field_text(action, "code");
	uint64_t tail;
	struct id id;
	int result;

	if (text == NULL || !id_code_parse(text, &tail))
		return act_missing(client, "find needs a short code");
	result = act_find_code(client, text, tail, &id);
	if (result == TSG_OK)
		*ret_json = json_pack("{s:s, s:s, s:o}", "type", "found", "code", text, "message_id", json_id(id.bytes));
	return result;
}

int act_whole_id(struct tsg_client *client, json_t *action, const char *name)
{
	const char *text = field_text(action, name);
	char whole[ID_TEXT];
	uint64_t tail;
	struct id id;
	int result;

	if (text == NULL || id_parse(text, &id) == ERR_OK || !id_code_parse(text, &tail))
		return TSG_OK; /* whoever reads it tells what is wrong */
	result = act_find_code(client, text, tail, &id);
	if (result != TSG_OK)
		return result;
	id_format(&id, whole);
	return json_object_set_new(action, name, json_string(whole)) == 0 ? TSG_OK : failure_err(&client->failure, ERR_NOMEM, NULL);
}
