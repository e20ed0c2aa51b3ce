/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/act_consent.c - see acts.h and tsunagi/tsunagi.h: consents registered, narrowed, withdrawn and shown.
 *
 * An act is a message to this agency itself: the broker keeps what it decides by, the words stand in a part that only this agency's
 * devices open.  What narrowing does not name stays as it is. */
#include <stdlib.h>
#include <string.h>

#include "contract/json.h"
#include "libtsunagi/act_names.h"
#include "libtsunagi/acts.h"
#include "libtsunagi/api.h"
#include "libtsunagi/fields.h"

/* ---- reading ---- */

static int show(struct tsg_client *client, const char *id_text, json_t **ret_json)
{
	Pb__Read read = PB__READ__INIT;
	struct answer_read answer;
	struct id id;
	int result;

	if (id_text == NULL || id_parse(id_text, &id) != ERR_OK)
		return failure_lacks(&client->failure, "a consent is named by its id", "同意は番号で指定してください");
	read.what_case = PB__READ__WHAT_CONSENT_ID;
	read.consent_id = pb_of_bytes(bytes_of(id.bytes, ID_BYTES));
	result = asking_wait(client, &read, "the consent", client_deadline(client->timeout_ms), &answer);
	if (result == TSG_REFUSED && strcmp(client->failure.code, refusal_code(PB__REFUSAL_CODE__REFUSAL_CODE_CONSENT)) == 0)
		return failure_tell(&client->failure, PROBLEM_NO_CONSENT, id_text, NULL);
	if (result != TSG_OK)
		return result;
	if (answer.result->result_case == PB__READ_RESULT__RESULT_CONSENT)
		*ret_json = json_of_message(&answer.result->consent->base);
	asking_free(&answer);
	if (*ret_json == NULL)
		return failure_tell(&client->failure, PROBLEM_BROKER_TALK, "no consent came", NULL);
	json_object_set_new(*ret_json, "type", json_string("consent"));
	return TSG_OK;
}

/* ---- the message ---- */

static void copy(const json_t *from, const char *name, json_t *to, const char *as)
{
	json_t *value = json_object_get(from, name);

	if (value != NULL && !json_is_null(value))
		json_object_set(to, as, value);
}

/* The words, which only this agency opens; none where nothing is said. */
static void put_words(const json_t *action, json_t *message)
{
	json_t *content = json_object();

	copy(action, "person_name", content, "person_name");
	copy(action, "given_by", content, "given_by");
	copy(action, "text", content, "text");
	if (json_object_size(content) > 0)
		json_object_set(message, "consent", content);
	json_decref(content);
	copy(action, "attach", message, "attach");
	copy(action, "key", message, "key");
}

static json_t *message_new(struct tsg_client *client, const json_t *action, const char *thread, const json_t *case_id, json_t *act)
{
	json_t *message = json_pack("{s:s, s:[s], s:s, s:s*, s:O*, s:o}", "kind", "CONSENT", "to", client->bundle->address, "urgency", "ROUTINE",
				    "thread", thread, "case", case_id, "consent_act", act);

	if (message != NULL)
		put_words(action, message);
	return message;
}

static int send(struct tsg_client *client, const json_t *action, json_t *message, const char *consent, json_t **ret_json)
{
	char *text = NULL;
	json_t *shown = NULL;
	int result = message == NULL ? failure_err(&client->failure, ERR_NOMEM, "the consent") : api_send(client, message, action, &text);

	json_decref(message);
	if (result != TSG_OK && result != TSG_IN_OUTBOX)
		return result;
	*ret_json = text == NULL ? NULL : json_loads(text, 0, NULL);
	free(text);
	if (*ret_json == NULL)
		return failure_err(&client->failure, ERR_NOMEM, "the receipt");
	copy(action, "action", *ret_json, "action");
	if (consent == NULL)
		consent = field_text(*ret_json, "message_id");
	json_object_set_new(*ret_json, "consent_id", json_string(consent));
	/* What was handed out before belongs to the receipt; that it cannot be read changes nothing about what was accepted. */
	if (result == TSG_OK && show(client, consent, &shown) == TSG_OK)
		json_object_set_new(*ret_json, "consent", shown);
	else if (result == TSG_OK)
		failure_clear(&client->failure);
	return result;
}

/* ---- acts ---- */

static int put_names(struct tsg_client *client, const json_t *action, json_t *act)
{
	json_t *agencies;

	if (json_object_get(action, "agencies") == NULL)
		return TSG_OK;
	agencies = act_names_json(client, json_object_get(action, "agencies"), LIMIT_CONSENT_NAMES, "agencies");
	if (agencies == NULL)
		return client->failure.result;
	json_object_set_new(act, "agencies", agencies);
	return TSG_OK;
}

/* Classes in the order in which the broker wants them. */
static int put_classes(struct tsg_client *client, const json_t *action, json_t *act)
{
	const json_t *list = json_object_get(action, "classes");
	json_t *sorted = json_array();
	uint32_t set = 0;
	int class = 0;

	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *word = json_string_value(json_array_get(list, i));

		if (word == NULL || !json_word_value(&pb__disclosure_class__descriptor, word, &class) || class <= 0) {
			json_decref(sorted);
			return failure_tell(&client->failure, PROBLEM_UNKNOWN_WORD, "classes", word == NULL ? "-" : word);
		}
		set |= (uint32_t)1 << class;
	}
	for (class = 1; class <= (int)LIMIT_CLASSES; class++)
		if ((set & (uint32_t)1 << class) != 0)
			json_array_append_new(sorted, json_string(json_word(&pb__disclosure_class__descriptor, class)));
	if (list != NULL)
		json_object_set(act, "classes", sorted);
	json_decref(sorted);
	return TSG_OK;
}

static int put_scope(struct tsg_client *client, const json_t *action, json_t *act)
{
	int result = put_names(client, action, act);

	copy(action, "categories", act, "categories");
	copy(action, "until", act, "until");
	return result == TSG_OK ? put_classes(client, action, act) : result;
}

static int act_register(struct tsg_client *client, const json_t *action, json_t **ret_json)
{
	json_t *act = json_pack("{s:s}", "action", "REGISTER");
	int result = put_scope(client, action, act);

	copy(action, "giver", act, "giver");
	copy(action, "how", act, "how");
	copy(action, "from", act, "from");
	if (result != TSG_OK) {
		json_decref(act);
		return result;
	}
	if (json_object_get(action, "text") == NULL && json_object_get(action, "person_name") == NULL) {
		json_decref(act);
		return failure_lacks(&client->failure, "say in text what the person agreed to, or name the person in person_name: only this agency reads it",
				     "本人が何に同意したかを text に書くか、person_name に氏名を書いてください(読めるのは自機関だけです)");
	}
	return send(client, action, message_new(client, action, NULL, json_object_get(action, "case"), act), NULL, ret_json);
}

/* What stands, with what the action changes of it. */
static json_t *narrowed(const json_t *stands)
{
	json_t *act = json_pack("{s:s}", "action", "NARROW");

	copy(stands, "classes", act, "classes");
	copy(stands, "agencies", act, "agencies");
	copy(stands, "categories", act, "categories");
	copy(stands, "until", act, "until");
	return act;
}

static int act_change(struct tsg_client *client, const json_t *action, bool withdraws, json_t **ret_json)
{
	const char *consent = field_text(action, "id");
	json_t *stands = NULL, *act = NULL;
	int result = show(client, consent, &stands);

	if (result != TSG_OK)
		return result;
	act = withdraws ? json_pack("{s:s}", "action", "WITHDRAW") : narrowed(stands);
	result = withdraws ? TSG_OK : put_scope(client, action, act);
	if (result == TSG_OK)
		result = send(client, action, message_new(client, action, consent, json_object_get(stands, "case_id"), act), consent, ret_json);
	else
		json_decref(act);
	json_decref(stands);
	return result;
}

int act_consent(struct tsg_client *client, const char *word, const json_t *action, json_t **ret_json)
{
	if (strcmp(word, "show") == 0)
		return show(client, field_text(action, "id"), ret_json);
	if (strcmp(word, "register") == 0)
		return act_register(client, action, ret_json);
	if (strcmp(word, "narrow") == 0)
		return act_change(client, action, false, ret_json);
	if (strcmp(word, "withdraw") == 0)
		return act_change(client, action, true, ret_json);
	return failure_tell(&client->failure, PROBLEM_UNKNOWN_ACTION, field_text(action, "action"), NULL);
}
