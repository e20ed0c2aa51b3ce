/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/act_announcement.c - see acts.h: announcements to all agencies of some categories, and who signs up.
 *
 * A message has at most 16 recipients: further ones follow in the first one's thread, so that all signs up to one announcement. */
#include <stdlib.h>
#include <string.h>

#include "contract/json.h"
#include "libtsunagi/acts.h"
#include "libtsunagi/api.h"
#include "libtsunagi/conferences.h"
#include "libtsunagi/fields.h"

/* ---- whom it is for ---- */

static bool takes_announcements(const Pb__Agency *agency)
{
	for (size_t i = 0; i < agency->n_kinds; i++)
		if (agency->kinds[i] == PB__KIND__KIND_ANNOUNCEMENT)
			return true;
	return agency->n_kinds == 0;
}

static bool is_of(const Pb__Agency *agency, const json_t *categories)
{
	for (size_t i = 0; i < json_array_size(categories); i++)
		for (size_t k = 0; k < agency->n_categories; k++)
			if (strcmp(json_string_value(json_array_get(categories, i)) == NULL ? "" : json_string_value(json_array_get(categories, i)),
				   agency->categories[k]) == 0)
				return true;
	return false;
}

static bool is_listed(const json_t *list, const char *address)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		if (strcmp(json_string_value(json_array_get(list, i)), address) == 0)
			return true;
	return false;
}

static void add(const struct tsg_client *client, json_t *list, const char *text)
{
	char address[LIMIT_ADDRESS + 1];

	conference_whole_address(client, text, address);
	if (strcmp(address, client->bundle->address) != 0 && !is_listed(list, address))
		json_array_append_new(list, json_string(address));
}

/* Those named, then all enrolled agencies of the categories. */
static json_t *audience(const struct tsg_client *client, const json_t *action)
{
	const Pb__DirectorySnapshot *snapshot = site_directory_snapshot(client->directory);
	const json_t *named = json_object_get(action, "to"), *categories = json_object_get(action, "categories");
	json_t *list = json_array();

	for (size_t i = 0; i < json_array_size(named); i++)
		if (json_is_string(json_array_get(named, i)))
			add(client, list, json_string_value(json_array_get(named, i)));
	for (size_t i = 0; snapshot != NULL && i < snapshot->file->n_agencies; i++) {
		const Pb__Agency *agency = snapshot->file->agencies[i];
		const Pb__Binding *binding;

		if (takes_announcements(agency) && is_of(agency, categories) && site_directory_bindings(client->directory, agency->id, &binding, 1) > 0)
			add(client, list, agency->id);
	}
	return list;
}

static int nobody(struct tsg_client *client, const json_t *categories)
{
	char *text = json_dumps(categories, JSON_COMPACT | JSON_ENCODE_ANY);
	int result = failure_tell(&client->failure, PROBLEM_NOBODY_OF_CATEGORY, text == NULL ? "" : text, NULL);

	free(text);
	return result;
}

/* ---- announcing ---- */

static json_t *piece_of(const json_t *audience, size_t from)
{
	json_t *to = json_array();

	for (size_t i = from; i < json_array_size(audience) && i < from + LIMIT_RECIPIENTS; i++)
		json_array_append(to, json_array_get(audience, i));
	return to;
}

static json_t *message_of(const json_t *action, const char *thread, json_t *to)
{
	json_t *act = json_pack("{s:O*, s:O*}", "categories", json_object_get(action, "categories"), "places",
				json_object_get(json_object_get(action, "announcement"), "places"));
	json_t *message = json_pack("{s:s, s:o, s:o, s:s*}", "kind", "ANNOUNCEMENT", "to", to, "announcement_act", act, "thread", thread);

	conference_copy(action, message, "announcement");
	conference_copy(action, message, "urgency");
	return message;
}

/* Every piece has its own key, so that a retry sends what is lacking and nothing twice. */
static void put_key(const json_t *action, size_t piece, json_t *message)
{
	const char *key = field_text(action, "key");

	if (key != NULL)
		json_object_set_new(message, "key", json_sprintf("%.200s#%zu", key, piece));
}

static int send_piece(struct tsg_client *client, json_t *message, json_t *receipts)
{
	char *text = NULL;
	json_t *receipt = NULL;
	int result = message == NULL ? failure_err(&client->failure, ERR_NOMEM, "the announcement") : api_send(client, message, NULL, &text);

	json_decref(message);
	if (result != TSG_OK && result != TSG_IN_OUTBOX)
		return result;
	receipt = text == NULL ? NULL : json_loads(text, 0, NULL);
	free(text);
	if (receipt == NULL)
		return failure_err(&client->failure, ERR_NOMEM, "the receipt");
	json_array_append_new(receipts, receipt);
	return result;
}

static int send_all(struct tsg_client *client, const json_t *action, const json_t *to, json_t *receipts)
{
	int result = TSG_OK;

	for (size_t from = 0; from < json_array_size(to) && (result == TSG_OK || result == TSG_IN_OUTBOX); from += LIMIT_RECIPIENTS) {
		const char *thread = from == 0 ? NULL : field_text(json_array_get(receipts, 0), "message_id");
		json_t *message = message_of(action, thread, piece_of(to, from));
		int sent = TSG_OK;

		put_key(action, from / LIMIT_RECIPIENTS, message);
		sent = send_piece(client, message, receipts);
		result = sent == TSG_OK ? result : sent;
	}
	return result;
}

static int announce(struct tsg_client *client, const json_t *action, json_t **ret_json)
{
	json_t *to = NULL, *receipts = NULL;
	int result = api_fresh_directory(client, client_deadline(client->timeout_ms));

	if (result != TSG_OK && (result == TSG_NOT_AUTHENTIC || site_directory_version(client->directory) == 0))
		return result;
	failure_clear(&client->failure);
	to = audience(client, action);
	if (json_array_size(to) == 0) {
		json_decref(to);
		if (json_array_size(json_object_get(action, "categories")) == 0)
			return failure_lacks(&client->failure, "whom is it for? name other agencies in to, or their categories",
					     "だれに宛てるかがありません。to に他の機関を、または categories に種別を書いてください");
		return nobody(client, json_object_get(action, "categories"));
	}
	receipts = json_array();
	result = send_all(client, action, to, receipts);
	if (result == TSG_OK || result == TSG_IN_OUTBOX)
		*ret_json = json_pack("{s:s, s:O, s:O, s:I, s:O}", "type", "announced", "announcement_id", json_object_get(json_array_get(receipts, 0), "message_id"),
				      "code", json_object_get(json_array_get(receipts, 0), "code"), "agencies", (json_int_t)json_array_size(to), "receipts",
				      receipts);
	json_decref(receipts);
	json_decref(to);
	return result;
}

/* ---- signing up ---- */

static int read_shown(struct tsg_client *client, const json_t *action, struct id *id, struct answer_read *ret_answer)
{
	const char *text = field_text(action, "id");
	Pb__Read read = PB__READ__INIT;
	int result = TSG_OK;

	if (text == NULL || id_parse(text, id) != ERR_OK)
		return failure_lacks(&client->failure, "id is missing: the id of the announcement's first message (its thread)",
				     "id(お知らせの最初の連絡の番号)がありません");
	read.what_case = PB__READ__WHAT_ANNOUNCEMENT_ID;
	read.announcement_id = pb_of_bytes(bytes_of(id->bytes, ID_BYTES));
	result = asking_wait(client, &read, "the announcement", client_deadline(client->timeout_ms), ret_answer);
	if (result == TSG_OK && ret_answer->result->result_case != PB__READ_RESULT__RESULT_ANNOUNCEMENT) {
		asking_free(ret_answer);
		return failure_tell(&client->failure, PROBLEM_BROKER_TALK, "no announcement came", NULL);
	}
	return result;
}

static int show(struct tsg_client *client, const json_t *action, json_t **ret_json)
{
	struct answer_read answer;
	struct id id;
	char code[ID_CODE_TEXT];
	int result = read_shown(client, action, &id, &answer);

	if (result != TSG_OK)
		return result;
	*ret_json = json_of_message(&answer.result->announcement->base);
	asking_free(&answer);
	if (*ret_json == NULL)
		return failure_err(&client->failure, ERR_NOMEM, "the announcement");
	id_code(&id, code);
	json_object_set_new(*ret_json, "type", json_string("announcement"));
	json_object_set_new(*ret_json, "code", json_string(code));
	return TSG_OK;
}

static int sign_up(struct tsg_client *client, const json_t *action, json_t **ret_json)
{
	bool cancel = json_is_true(json_object_get(action, "cancel"));
	uint64_t places = json_object_get(action, "places") == NULL ? 1 : field_number(action, "places", UINT32_MAX, 0);
	json_t *act = cancel ? json_pack("{s:b}", "cancel", 1) : json_pack("{s:I}", "sign_up", (json_int_t)places);
	struct answer_read answer;
	json_t *message = NULL;
	struct id id;
	int result = places == 0 ? failure_lacks(&client->failure, "places is a number, at least 1", "places は 1 以上の数です") :
				   read_shown(client, action, &id, &answer);

	if (result == TSG_OK) {
		message = json_pack("{s:s, s:s, s:[s], s:O}", "kind", "ANNOUNCEMENT", "thread", field_text(action, "id"), "to",
				    answer.result->announcement->announcer, "announcement_act", act);
		asking_free(&answer);
		conference_copy(action, message, "key");
		result = conference_send(client, NULL, message, action, ret_json);
	}
	json_decref(act);
	return result;
}

int act_announcement(struct tsg_client *client, const char *word, const json_t *action, json_t **ret_json)
{
	bool found = false;
	int result = TSG_OK;

	if (strcmp(word, "show") == 0)
		return show(client, action, ret_json);
	if (strcmp(word, "announce") == 0)
		return announce(client, action, ret_json);
	if (strcmp(word, "sign_up") != 0)
		return failure_tell(&client->failure, PROBLEM_UNKNOWN_ACTION, field_text(action, "action"), NULL);
	result = conference_again(client, action, &found, ret_json);
	return result != TSG_OK || found ? result : sign_up(client, action, ret_json);
}
