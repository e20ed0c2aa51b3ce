/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/conference_draft.c - see conferences.h: the message that is an act of a conference, and what comes back for it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "contract/json.h"
#include "libtsunagi/api.h"
#include "libtsunagi/conferences.h"
#include "libtsunagi/fields.h"

void conference_whole_address(const struct tsg_client *client, const char *text, char *to)
{
	bool label = text_is_label(bytes_of_text(text));

	snprintf(to, LIMIT_ADDRESS + 1, label ? "%s@%s" : "%s", text, client->bundle->site);
}

void conference_copy(const json_t *action, json_t *message, const char *name)
{
	json_t *value = json_object_get(action, name);

	if (value != NULL && !json_is_null(value))
		json_object_set(message, name, value);
}

/* ---- to whom ---- */

static void add(json_t *list, const char *address)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		if (strcmp(json_string_value(json_array_get(list, i)), address) == 0)
			return;
	json_array_append_new(list, json_string(address));
}

static bool hears(const Pb__SeatShown *seat, enum conference_to to, const char *convener)
{
	if (seat->answer == PB__CONFERENCE_ANSWER__CONFERENCE_ANSWER_DELEGATED)
		return false;
	return to == CONFERENCE_TO_SEATS || seat->answer != PB__CONFERENCE_ANSWER__CONFERENCE_ANSWER_DECLINED || strcmp(seat->agency, convener) == 0;
}

/* Who says it hears nothing; a word that nobody else is to hear is to oneself. */
static json_t *recipients(const struct tsg_client *client, const struct conference_found *found, enum conference_to to, const char *also)
{
	const Pb__ConferenceShown *conference = found->conference;
	const char *self = client->bundle->address;
	json_t *list = json_array();

	if (to == CONFERENCE_TO_CONVENER && !found->ours)
		add(list, conference->convener);
	for (size_t i = 0; to != CONFERENCE_TO_CONVENER && i < conference->n_seats; i++)
		if (hears(conference->seats[i], to, conference->convener) && strcmp(conference->seats[i]->agency, self) != 0)
			add(list, conference->seats[i]->agency);
	if (also != NULL && strcmp(also, self) != 0)
		add(list, also);
	if (json_array_size(list) == 0)
		add(list, self);
	return list;
}

/* ---- words ---- */

static bool is_word(const json_t *action)
{
	return json_object_get(action, "conference") != NULL || field_text(action, "text") != NULL || json_object_get(action, "attach") != NULL;
}

static void put_words(const json_t *action, json_t *message)
{
	json_t *note = NULL;

	conference_copy(action, message, "conference");
	conference_copy(action, message, "attach");
	if (json_object_get(message, "conference") != NULL || !is_word(action))
		return;
	note = json_object();
	conference_copy(action, note, "text");
	conference_copy(action, note, "text_classes");
	json_object_set_new(message, "note", note);
}

/* The action's own; else, for words, that on which the conference was proposed; an act without words tells nobody anything. */
static void put_basis(const struct conference_found *found, const json_t *action, json_t *message)
{
	json_t *basis = NULL;

	conference_copy(action, message, "basis");
	if (json_object_get(message, "basis") != NULL)
		return;
	if (is_word(action) && found->conference->basis != NULL)
		basis = json_of_message(&found->conference->basis->base);
	else
		basis = json_pack("{s:s}", "basis", "ANONYMOUS");
	json_object_set_new(message, "basis", basis);
}

json_t *conference_draft(const struct tsg_client *client, const struct conference_found *found, enum conference_to to, const char *also,
			 json_t *act, const json_t *action)
{
	json_t *message = json_pack("{s:s, s:s, s:o, s:o}", "kind", "CONFERENCE", "thread", found->text, "to", recipients(client, found, to, also),
				    "conference_act", act);

	if (message == NULL)
		return NULL;
	if (found->conference->case_id.len == ID_BYTES)
		json_object_set_new(message, "case", json_id(found->conference->case_id.data));
	put_words(action, message);
	put_basis(found, action, message);
	conference_copy(action, message, "key");
	conference_copy(action, message, "urgency");
	return message;
}

/* ---- the receipt ---- */

static int give(struct tsg_client *client, const char *id, const json_t *action, int sent, char *text, json_t **ret_json)
{
	json_t *receipt = text == NULL ? NULL : json_loads(text, 0, NULL);
	struct conference_found now;

	free(text);
	if (receipt == NULL)
		return failure_err(&client->failure, ERR_NOMEM, "the receipt");
	json_object_set(receipt, "action", json_object_get(action, "action"));
	if (sent == TSG_OK && id != NULL && conference_find(client, id, &now) == TSG_OK) {
		json_object_set_new(receipt, "conference", conference_json(now.conference));
		conference_free(&now);
	} else if (sent == TSG_OK) {
		failure_clear(&client->failure); /* that it cannot be read changes nothing about what was accepted */
	}
	*ret_json = receipt;
	return sent;
}

int conference_send(struct tsg_client *client, const struct conference_found *found, json_t *message, const json_t *action, json_t **ret_json)
{
	char *text = NULL;
	int result = message == NULL ? failure_err(&client->failure, ERR_NOMEM, "the act") : api_send(client, message, action, &text);

	json_decref(message);
	if (result != TSG_OK && result != TSG_IN_OUTBOX)
		return result;
	return give(client, found == NULL ? NULL : found->text, action, result, text, ret_json);
}

int conference_again(struct tsg_client *client, const json_t *action, bool *ret_found, json_t **ret_json)
{
	char *text = NULL;
	int result = api_send_again(client, action, ret_found, &text);

	if (!*ret_found || (result != TSG_OK && result != TSG_IN_OUTBOX))
		return result;
	return give(client, field_text(action, "id"), action, result, text, ret_json);
}
