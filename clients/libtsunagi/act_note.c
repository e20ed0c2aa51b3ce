/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/act_note.c - see acts.h: a word on a conference or a request, to those who take part in it. */
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

int act_note(struct tsg_client *client, const json_t *action, json_t **ret_json)
{
	const char *text = field_text(action, "id");
	struct conference_found conference;
	struct request_found request;
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
		result = requests_find(client, text, false, &request);
		if (result != TSG_OK)
			return result;
		message = on_request(client, &request, action);
		request_free(&request);
	} else {
		return result;
	}
	if (json_object_get(action, "to") != NULL && message != NULL)
		json_object_set(message, "to", json_object_get(action, "to"));
	return conference_send(client, NULL, message, action, ret_json);
}
