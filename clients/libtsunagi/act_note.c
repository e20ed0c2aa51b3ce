/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/act_note.c - see acts.h: a word on a conference, a request or a case, to those who take part in it. */
#include <stdlib.h>
#include <string.h>

#include "contract/json.h"
#include "libtsunagi/acts.h"
#include "libtsunagi/api.h"
#include "libtsunagi/conferences.h"
#include "libtsunagi/fields.h"
#include "libtsunagi/requests.h"

/* The draft of an act of the conference is the note's but for its act. */
static json_t *on_conference(const struct tsg_client *client, const struct conference_found *found, const json_t *action)
{
	json_t *message = conference_draft(client, found, CONFERENCE_TO_PARTICIPANTS, NULL, json_pack("{s:s}", "action", "MATERIALS"), action);

	if (message == NULL || found->conference->case_id.len != ID_BYTES)
		return message; /* about nobody's case: its words are materials */
	json_object_del(message, "conference_act");
	json_object_set_new(message, "kind", json_string("NOTE"));
	return message;
}

static json_t *parties(const struct tsg_client *client, const struct request_found *found)
{
	json_t *to = json_array();

	for (size_t i = 0; i < found->count && i < LIMIT_RECIPIENTS; i++) {
		const char *other = found->ours ? found->legs[i]->to : found->legs[i]->from;
		bool known = strcmp(other, client->bundle->address) == 0;

		for (size_t k = 0; k < json_array_size(to); k++)
			known = known || strcmp(json_string_value(json_array_get(to, k)), other) == 0;
		if (!known)
			json_array_append_new(to, json_string(other));
	}
	return to;
}

static json_t *on_request(const struct tsg_client *client, const struct request_found *found, const json_t *action)
{
	const Pb__LegShown *leg = found->legs[0];
	json_t *note = json_object(), *message = NULL;

	conference_copy(action, note, "text");
	conference_copy(action, note, "text_classes");
	message = json_pack("{s:s, s:s, s:o, s:o}", "kind", "NOTE", "thread", found->text, "to", parties(client, found), "note", note);
	if (leg->case_id.len == ID_BYTES)
		json_object_set_new(message, "case", json_id(leg->case_id.data));
	if (leg->basis != NULL)
		json_object_set_new(message, "basis", json_of_message(&leg->basis->base));
	conference_copy(action, message, "basis");
	conference_copy(action, message, "attach");
	conference_copy(action, message, "key");
	return message;
}

/* ---- a case ---- */

/* Whom this agency may know to be on it: all the others to its owner, the owner to others.  A new list. */
static int case_members(struct tsg_client *client, const struct id *id, json_t **ret_to)
{
	Pb__Read read = PB__READ__INIT;
	struct answer_read answer;
	const Pb__CaseShown *shown = NULL;
	int result = TSG_OK;

	read.what_case = PB__READ__WHAT_CASE_ID;
	read.case_id = pb_of_bytes(bytes_of(id->bytes, ID_BYTES));
	result = asking_wait(client, &read, "the case", client_deadline(client->timeout_ms), &answer);
	if (result != TSG_OK)
		return result;
	*ret_to = json_array();
	shown = answer.result->result_case == PB__READ_RESULT__RESULT_CASE_SHOWN ? answer.result->case_shown : NULL;
	for (size_t i = 0; shown != NULL && i < shown->n_members; i++)
		if (strcmp(shown->members[i], client->bundle->address) != 0)
			json_array_append_new(*ret_to, json_string(shown->members[i]));
	asking_free(&answer);
	return TSG_OK;
}

/* The newest request of the case in which this agency takes part; TSG_NOT_FOUND: there is none. */
static int newest_request(struct tsg_client *client, const struct id *id, struct id *ret_request)
{
	Pb__LegQuery query = PB__LEG_QUERY__INIT;
	Pb__Read read = PB__READ__INIT;
	struct answer_read answer;
	bool found = false;
	int result = TSG_OK;

	query.case_id = pb_of_bytes(bytes_of(id->bytes, ID_BYTES));
	query.ended = true;
	read.what_case = PB__READ__WHAT_LEGS;
	read.legs = &query;
	result = asking_wait(client, &read, "the case", client_deadline(client->timeout_ms), &answer);
	if (result != TSG_OK)
		return result;
	for (size_t i = 0; answer.result->result_case == PB__READ_RESULT__RESULT_LEGS && i < answer.result->legs->n_legs; i++)
		found = id_from_bytes(bytes_of_pb(answer.result->legs->legs[i]->request_id), ret_request) == ERR_OK || found;
	asking_free(&answer);
	return found ? TSG_OK : TSG_NOT_FOUND;
}

/* What that request rests on; NULL: there is none, and the note names its own. */
static int case_basis(struct tsg_client *client, const struct id *id, json_t **ret_basis)
{
	struct request_found request;
	char text[ID_TEXT];
	struct id newest;
	int result = newest_request(client, id, &newest);

	if (result == TSG_OK) {
		id_format(&newest, text);
		result = requests_find(client, text, false, &request);
	}
	if (result == TSG_NOT_FOUND)
		failure_clear(&client->failure);
	if (result != TSG_OK)
		return result == TSG_NOT_FOUND ? TSG_OK : result;
	if (request.legs[0]->basis != NULL)
		*ret_basis = json_of_message(&request.legs[0]->basis->base);
	request_free(&request);
	return TSG_OK;
}

static int on_case(struct tsg_client *client, const struct id *id, const json_t *action, json_t **ret_message)
{
	json_t *note = json_object(), *to = NULL, *basis = NULL;
	int result = case_members(client, id, &to);

	if (result == TSG_OK && json_object_get(action, "basis") == NULL)
		result = case_basis(client, id, &basis);
	conference_copy(action, note, "text");
	conference_copy(action, note, "text_classes");
	*ret_message = json_pack("{s:s, s:o, s:o*, s:o, s:o*}", "kind", "NOTE", "case", json_id(id->bytes), "to", to, "note", note, "basis", basis);
	conference_copy(action, *ret_message, "basis");
	conference_copy(action, *ret_message, "attach");
	conference_copy(action, *ret_message, "key");
	return result;
}

/* ---- which it is ---- */

static int on_request_or_case(struct tsg_client *client, const char *text, const json_t *action, json_t **ret_message)
{
	struct request_found request;
	struct id id;
	int result = requests_find(client, text, false, &request);

	if (result == TSG_OK) {
		*ret_message = on_request(client, &request, action);
		request_free(&request);
		return TSG_OK;
	}
	if (result != TSG_NOT_FOUND || id_parse(text, &id) != ERR_OK)
		return result;
	failure_clear(&client->failure);
	result = on_case(client, &id, action, ret_message);
	return result == TSG_NOT_FOUND ? failure_tell(&client->failure, PROBLEM_NO_THREAD, text, NULL) : result;
}

int act_note(struct tsg_client *client, const json_t *action, json_t **ret_json)
{
	const char *text = field_text(action, "id");
	struct conference_found conference;
	json_t *message = NULL;
	int result = TSG_OK;

	if (field_text(action, "text") == NULL && json_object_get(action, "attach") == NULL)
		return failure_lacks(&client->failure, "text is missing: a note says something", "text がありません。連絡には言葉が必要です");
	result = conference_find(client, text, &conference);
	if (result == TSG_OK) {
		message = on_conference(client, &conference, action);
		conference_free(&conference);
	} else if (result == TSG_NOT_FOUND) {
		failure_clear(&client->failure);
		result = on_request_or_case(client, text, action, &message);
	}
	if (result != TSG_OK) {
		json_decref(message);
		return result;
	}
	if (json_object_get(action, "to") != NULL && message != NULL)
		json_object_set(message, "to", json_object_get(action, "to"));
	return conference_send(client, NULL, message, action, ret_json);
}
