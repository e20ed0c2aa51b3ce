/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/act_action_item.c - see acts.h: action items: listed, assigned, reported on, finished, handed back, dropped. */
#include <string.h>

#include "contract/json.h"
#include "contract/wareki.h"
#include "libtsunagi/acts.h"
#include "libtsunagi/api.h"
#include "libtsunagi/conferences.h"
#include "libtsunagi/fields.h"

static bool list_page(void *items, const Pb__ConferenceListing *page)
{
	for (size_t i = 0; i < page->n_items; i++)
		json_array_append_new(items, action_item_json(page->items[i]));
	return true;
}

static int list(struct tsg_client *client, json_t **ret_json)
{
	json_t *items = json_array();
	int result = conference_pages(client, true, list_page, items);

	if (result != TSG_OK) {
		json_decref(items);
		return result;
	}
	*ret_json = json_pack("{s:s, s:o}", "type", "action_items", "items", items);
	return *ret_json == NULL ? failure_err(&client->failure, ERR_NOMEM, "the action items") : TSG_OK;
}

/* ---- acting ---- */

static json_t *act_of(const struct tsg_client *client, const char *word, uint64_t number, const json_t *action)
{
	json_t *item = json_pack("{s:s}", "action", word);
	const char *owner = field_text(action, "owner"), *due = field_text(action, "due_on");
	char address[LIMIT_ADDRESS + 1], day[WAREKI_DATE];

	if (number != 0)
		json_object_set_new(item, "item", json_integer((json_int_t)number));
	if (owner != NULL) {
		conference_whole_address(client, owner, address);
		json_object_set_new(item, "owner", json_string(address));
	}
	if (due != NULL)
		json_object_set_new(item, "due_on", json_string(wareki_parse(bytes_of_text(due), day) == ERR_OK ? day : due));
	conference_copy(action, item, "reason");
	return json_pack("{s:[o]}", "items", item);
}

static int send(struct tsg_client *client, const char *word, const char *conference, uint64_t number, const char *other, const json_t *action,
		json_t **ret_json)
{
	struct conference_found found;
	json_t *message = NULL;
	int result = conference_find(client, conference, &found);

	if (result != TSG_OK)
		return result;
	message = conference_draft(client, &found, CONFERENCE_TO_CONVENER, other, act_of(client, word, number, action), action);
	result = conference_send(client, &found, message, action, ret_json);
	conference_free(&found);
	return result;
}

/* The open item of that number: its conference as an id, and its owner, who is to hear of what the convener does to it. */
struct numbered {
	uint64_t number;
	bool found;
	char conference[ID_TEXT];
	char owner[LIMIT_ADDRESS + 1];
};

static bool find_in_page(void *context, const Pb__ConferenceListing *page)
{
	struct numbered *item = context;
	struct id id;

	for (size_t i = 0; i < page->n_items && !item->found; i++) {
		item->found = page->items[i]->item == item->number && !page->items[i]->purge &&
			      id_from_bytes(bytes_of_pb(page->items[i]->conference_id), &id) == ERR_OK;
		if (!item->found)
			continue;
		id_format(&id, item->conference);
		snprintf(item->owner, sizeof item->owner, "%s", page->items[i]->owner);
	}
	return !item->found;
}

static int find(struct tsg_client *client, struct numbered *item)
{
	char text[24];
	int result = conference_pages(client, true, find_in_page, item);

	if (result != TSG_OK || item->found)
		return result;
	snprintf(text, sizeof text, "%llu", (unsigned long long)item->number);
	return failure_tell(&client->failure, PROBLEM_NO_ACTION_ITEM, text, NULL);
}

static int on_item(struct tsg_client *client, const char *word, const json_t *action, json_t **ret_json)
{
	struct numbered item = { .number = field_number(action, "item", INT64_MAX, 0) };
	const char *next = field_text(action, "owner");
	int result = TSG_OK;

	if (item.number == 0)
		return failure_lacks(&client->failure, "item is missing: the number of an action item", "item(宿題の番号)がありません");
	result = find(client, &item);
	if (result != TSG_OK)
		return result;
	if (next != NULL)
		conference_whole_address(client, next, item.owner);
	return send(client, word, item.conference, item.number, item.owner, action, ret_json);
}

/* A further one of a conference; the owner hears of it by the message. */
static int assign(struct tsg_client *client, const json_t *action, json_t **ret_json)
{
	const char *owner = field_text(action, "owner");
	char address[LIMIT_ADDRESS + 1];

	if (json_object_get(action, "item") != NULL)
		return on_item(client, "ASSIGN", action, ret_json);
	if (owner == NULL)
		return failure_lacks(&client->failure, "owner is missing: the agency that is to do it", "owner(担当する機関)がありません");
	conference_whole_address(client, owner, address);
	return send(client, "ASSIGN", field_text(action, "id"), 0, address, action, ret_json);
}

int act_action_item(struct tsg_client *client, const char *word, const json_t *action, json_t **ret_json)
{
	static const struct {
		const char *word, *action;
	} words[] = { { "report", "REPORT" }, { "finish", "FINISH" }, { "hand_back", "HAND_BACK" }, { "drop", "DROP" } };
	bool found = false;
	int result = TSG_OK;

	if (strcmp(word, "list") == 0)
		return list(client, ret_json);
	result = conference_again(client, action, &found, ret_json);
	if (result != TSG_OK || found)
		return result;
	if (strcmp(word, "assign") == 0)
		return assign(client, action, ret_json);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(word, words[i].word) == 0)
			return on_item(client, words[i].action, action, ret_json);
	return failure_tell(&client->failure, PROBLEM_UNKNOWN_ACTION, field_text(action, "action"), NULL);
}
