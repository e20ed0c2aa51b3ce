/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/act_request.c - see acts.h and tsunagi/tsunagi.h: what an agency does to a request, from the word to the receipt. */
#include <stdlib.h>
#include <string.h>

#include "contract/json.h"
#include "contract/request_states.h"
#include "libtsunagi/act_request.h"
#include "libtsunagi/acts.h"
#include "libtsunagi/api.h"
#include "libtsunagi/fields.h"
#include "libtsunagi/requests.h"

/* ---- the receipt ---- */

static bool concerns(const struct request_concerned *concerned, const Pb__LegShown *leg)
{
	if (concerned == NULL)
		return true;
	for (size_t i = 0; i < concerned->count; i++)
		if (concerned->legs[i]->leg == leg->leg)
			return true;
	return false;
}

/* The legs as they stand now.  That they could not be read changes nothing about what was accepted: then they are left out. */
static void add_legs(struct tsg_client *client, const struct request_found *before, const struct request_concerned *concerned, json_t *receipt)
{
	struct request_found now;
	json_t *legs = NULL;

	if (requests_find(client, before->text, false, &now) != TSG_OK) {
		failure_clear(&client->failure);
		return;
	}
	legs = json_array();
	for (size_t i = 0; i < now.count; i++)
		if (concerns(concerned, now.legs[i]))
			json_array_append_new(legs, request_leg_json(now.legs[i], client->bundle->address));
	if (json_array_size(legs) > 0)
		json_object_set(receipt, "leg", json_array_get(legs, 0));
	json_object_set_new(receipt, "legs", legs);
	request_free(&now);
}

/* Makes the act's own receipt of the message's; takes text over. */
static int give(struct tsg_client *client, const struct request_found *found, const struct request_concerned *concerned, const json_t *action,
		int sent, char *text, json_t **ret_json)
{
	json_t *receipt = text == NULL ? NULL : json_loads(text, 0, NULL);

	free(text);
	if (receipt == NULL)
		return failure_err(&client->failure, ERR_NOMEM, "the receipt");
	json_object_set(receipt, "action", json_object_get(action, "action"));
	json_object_set_new(receipt, "request", json_string(found->text));
	if (sent == TSG_OK)
		add_legs(client, found, concerned, receipt);
	*ret_json = receipt;
	return sent;
}

static int send_act(struct tsg_client *client, const struct request_found *found, const struct request_act *act, json_t **ret_json)
{
	json_t *message = request_draft(client, found, act);
	char *text = NULL;
	int result = message == NULL ? failure_err(&client->failure, ERR_NOMEM, "the act") : api_send(client, message, act->action, &text);

	json_decref(message);
	if (result != TSG_OK && result != TSG_IN_OUTBOX)
		return result;
	return give(client, found, act->concerned, act->action, result, text, ret_json);
}

/* The receipt that the action had before, under its key; *ret_found. */
static int act_again(struct tsg_client *client, const json_t *action, bool *ret_found, json_t **ret_json)
{
	struct request_found found;
	char *text = NULL;
	int sent = api_send_again(client, action, ret_found, &text);
	int result = sent;

	if (!*ret_found || (sent != TSG_OK && sent != TSG_IN_OUTBOX))
		return sent;
	if (sent == TSG_OK && requests_find(client, field_text(action, "id"), false, &found) == TSG_OK) {
		result = give(client, &found, NULL, action, sent, text, ret_json);
		request_free(&found);
		return result;
	}
	if (sent == TSG_OK)
		failure_clear(&client->failure); /* where it stands now cannot be told: the receipt stands by itself */
	*ret_json = text == NULL ? NULL : json_loads(text, 0, NULL);
	free(text);
	return *ret_json == NULL ? failure_err(&client->failure, ERR_NOMEM, "the receipt") : sent;
}

/* ---- acts ---- */

static int act_on_legs(struct tsg_client *client, Pb__LegAction action, const json_t *json, json_t **ret_json)
{
	struct request_found found;
	struct request_concerned concerned;
	struct request_wish wish;
	json_t *leg_act = NULL;
	int result = request_wish_read(client, action, json, &wish, &leg_act);

	if (result != TSG_OK)
		return result;
	result = requests_find(client, field_text(json, "id"), true, &found);
	if (result != TSG_OK) {
		json_decref(leg_act);
		return result;
	}
	result = requests_legs(client, &found, &wish, &concerned);
	if (result == TSG_OK) {
		const struct request_act act = { .concerned = &concerned, .leg_act = leg_act, .action = json };

		result = send_act(client, &found, &act, ret_json);
	}
	json_decref(leg_act);
	request_free(&found);
	return result;
}

static int act_close(struct tsg_client *client, const json_t *json, json_t **ret_json)
{
	const char *word = field_text(json, "outcome");
	struct request_found found;
	int outcome = 0;
	int result = TSG_OK;

	if (word != NULL && (!json_word_value(&pb__outcome__descriptor, word, &outcome) || outcome == 0))
		return failure_tell(&client->failure, PROBLEM_UNKNOWN_WORD, "outcome", word);
	result = requests_find(client, field_text(json, "id"), true, &found);
	if (result != TSG_OK)
		return result;
	result = request_may_close(client, &found, (Pb__Outcome)outcome);
	if (result == TSG_OK) {
		const struct request_act act = { .close = json_word(&pb__outcome__descriptor, outcome), .action = json };

		result = send_act(client, &found, &act, ret_json);
	}
	request_free(&found);
	return result;
}

static int act_anew(struct tsg_client *client, const char *word, const json_t *action, json_t **ret_json)
{
	if (strcmp(word, "close") == 0)
		return act_close(client, action, ret_json);
	for (unsigned value = 0; value < LEG_ACTION_COUNT; value++) {
		const char *known = request_action_word((Pb__LegAction)value);

		if (known != NULL && strcmp(known, word) == 0)
			return act_on_legs(client, (Pb__LegAction)value, action, ret_json);
	}
	return failure_tell(&client->failure, PROBLEM_UNKNOWN_ACTION, field_text(action, "action"), NULL);
}

int act_request(struct tsg_client *client, const char *word, const json_t *action, json_t **ret_json)
{
	bool found = false;
	int result = TSG_OK;

	if (strcmp(word, "list") == 0)
		return act_request_list(client, action, ret_json);
	if (strcmp(word, "show") == 0)
		return act_request_show(client, action, ret_json);
	result = act_again(client, action, &found, ret_json);
	return result == TSG_OK && !found ? act_anew(client, word, action, ret_json) : result;
}
