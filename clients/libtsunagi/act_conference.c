/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/act_conference.c - see acts.h: what an agency does to a conference, from the word to the receipt. */
#include <string.h>

#include "contract/json.h"
#include "contract/wareki.h"
#include "libtsunagi/acts.h"
#include "libtsunagi/api.h"
#include "libtsunagi/conferences.h"
#include "libtsunagi/fields.h"

/* ---- reading ---- */

struct listed {
	json_t *rows;
	bool ended; /* those too */
};

static bool list_page(void *context, const Pb__ConferenceListing *page)
{
	struct listed *listed = context;

	for (size_t i = 0; i < page->n_conferences; i++)
		if (listed->ended || page->conferences[i]->holder != PB__PARTY__PARTY_UNSPECIFIED)
			json_array_append_new(listed->rows, conference_json(page->conferences[i]));
	return true;
}

static int list(struct tsg_client *client, const json_t *action, json_t **ret_json)
{
	struct listed listed = { .rows = json_array(), .ended = json_is_true(json_object_get(action, "ended")) };
	int result = conference_pages(client, false, list_page, &listed);

	if (result != TSG_OK) {
		json_decref(listed.rows);
		return result;
	}
	*ret_json = json_pack("{s:s, s:o}", "type", "conferences", "conferences", listed.rows);
	return *ret_json == NULL ? failure_err(&client->failure, ERR_NOMEM, "the conferences") : TSG_OK;
}

static int show(struct tsg_client *client, const json_t *action, json_t **ret_json)
{
	struct conference_found found;
	int result = conference_find(client, field_text(action, "id"), &found);

	if (result != TSG_OK)
		return result;
	*ret_json = conference_json(found.conference);
	conference_free(&found);
	return *ret_json == NULL ? failure_err(&client->failure, ERR_NOMEM, "the conference") : TSG_OK;
}

/* ---- proposing ---- */

/* The content's words for the act: an envelope holds the date, a sealed part the rest. */
static json_t *proposal_act(const json_t *action)
{
	const json_t *content = json_object_get(action, "conference");
	json_t *act = json_pack("{s:s}", "action", "PROPOSE");

	if (json_object_get(action, "kind") != NULL)
		json_object_set(act, "kind", json_object_get(action, "kind"));
	else
		json_object_set_new(act, "kind", json_string("CASE"));
	conference_copy(action, act, "law");
	conference_copy(content, act, "starts_at");
	conference_copy(content, act, "ends_at");
	conference_copy(action, act, "starts_at");
	conference_copy(action, act, "ends_at");
	return act;
}

/* A statutory meeting rests on itself: its members are bound to secrecy from its proposal on. */
static void put_basis(const json_t *action, json_t *message)
{
	const char *kind = field_text(action, "kind");

	conference_copy(action, message, "basis");
	if (json_object_get(message, "basis") == NULL && kind != NULL && strcmp(kind, "SUPPORT_MEETING") == 0)
		json_object_set_new(message, "basis", json_pack("{s:s, s:O*}", "basis", "SUPPORT_MEETING", "law", json_object_get(action, "law")));
}

static int propose(struct tsg_client *client, const json_t *action, json_t **ret_json)
{
	static const char *const shared[] = { "to", "case", "urgency", "conference", "attach", "key" };
	json_t *message = json_pack("{s:s, s:o}", "kind", "CONFERENCE", "conference_act", proposal_act(action));

	for (size_t i = 0; message != NULL && i < sizeof shared / sizeof *shared; i++)
		conference_copy(action, message, shared[i]);
	if (message != NULL)
		put_basis(action, message);
	return conference_send(client, NULL, message, action, ret_json);
}

/* ---- acting ---- */

static json_t *convene_act(const struct tsg_client *client, const json_t *action)
{
	json_t *act = json_pack("{s:s}", "action", "CONVENE");

	(void)client;
	conference_copy(json_object_get(action, "conference"), act, "starts_at");
	conference_copy(json_object_get(action, "conference"), act, "ends_at");
	conference_copy(action, act, "starts_at");
	conference_copy(action, act, "ends_at");
	return act;
}

static json_t *answer_act(const struct tsg_client *client, const json_t *action)
{
	json_t *act = json_pack("{s:s}", "action", "ANSWER");
	const char *next = field_text(action, "next_agency");
	char address[LIMIT_ADDRESS + 1];

	conference_copy(action, act, "answer");
	if (next != NULL) {
		conference_whole_address(client, next, address);
		json_object_set_new(act, "next_agency", json_string(address));
	}
	return act;
}

/* What the minutes assign stands in the envelope as well, so that it can be chased: owner and day, without the words. */
static json_t *minutes_act(const struct tsg_client *client, const json_t *action)
{
	const json_t *items = json_object_get(json_object_get(action, "conference"), "action_items");
	json_t *act = json_pack("{s:s}", "action", "MINUTES");
	json_t *list = json_array();

	for (size_t i = 0; i < json_array_size(items); i++) {
		const json_t *item = json_array_get(items, i);
		const char *owner = field_text(item, "owner"), *due = field_text(item, "due_on");
		char address[LIMIT_ADDRESS + 1], day[WAREKI_DATE];

		conference_whole_address(client, owner == NULL ? "" : owner, address);
		json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "action", "ASSIGN", "owner", owner == NULL ? "" : address, "due_on",
						      due == NULL ? "" : wareki_parse(bytes_of_text(due), day) == ERR_OK ? day : due));
	}
	json_object_set_new(act, "items", list);
	return act;
}

static json_t *plain_act(const char *word)
{
	return json_pack("{s:s}", "action", word);
}

static json_t *materials_act(const struct tsg_client *client, const json_t *action)
{
	(void)client;
	(void)action;
	return plain_act("MATERIALS");
}

static json_t *dissent_act(const struct tsg_client *client, const json_t *action)
{
	(void)client;
	(void)action;
	return plain_act("DISSENT");
}

static json_t *close_act(const struct tsg_client *client, const json_t *action)
{
	(void)client;
	(void)action;
	return plain_act("CLOSE");
}

static json_t *cancel_act(const struct tsg_client *client, const json_t *action)
{
	json_t *act = plain_act("CANCEL");

	(void)client;
	conference_copy(action, act, "reason");
	return act;
}

static const struct {
	const char *word;
	enum conference_to to;
	json_t *(*act)(const struct tsg_client *client, const json_t *action);
} acts[] = {
	{ "convene", CONFERENCE_TO_SEATS, convene_act },
	{ "answer", CONFERENCE_TO_CONVENER, answer_act },
	{ "materials", CONFERENCE_TO_PARTICIPANTS, materials_act },
	{ "minutes", CONFERENCE_TO_PARTICIPANTS, minutes_act },
	{ "dissent", CONFERENCE_TO_PARTICIPANTS, dissent_act },
	{ "close", CONFERENCE_TO_SEATS, close_act },
	{ "cancel", CONFERENCE_TO_SEATS, cancel_act },
};

static int do_act(struct tsg_client *client, size_t row, const json_t *action, json_t **ret_json)
{
	const char *next = field_text(action, "next_agency");
	char also[LIMIT_ADDRESS + 1];
	struct conference_found found;
	json_t *message = NULL;
	int result = conference_find(client, field_text(action, "id"), &found);

	if (result != TSG_OK)
		return result;
	if (next != NULL)
		conference_whole_address(client, next, also);
	message = conference_draft(client, &found, acts[row].to, next == NULL ? NULL : also, acts[row].act(client, action), action);
	result = conference_send(client, &found, message, action, ret_json);
	conference_free(&found);
	return result;
}

int act_conference(struct tsg_client *client, const char *word, const json_t *action, json_t **ret_json)
{
	bool found = false;
	int result = TSG_OK;

	if (strcmp(word, "list") == 0)
		return list(client, action, ret_json);
	if (strcmp(word, "show") == 0)
		return show(client, action, ret_json);
	if (strcmp(word, "ics") == 0)
		return conference_calendar(client, action, ret_json);
	result = conference_again(client, action, &found, ret_json);
	if (result != TSG_OK || found)
		return result;
	if (strcmp(word, "propose") == 0)
		return propose(client, action, ret_json);
	for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
		if (strcmp(word, acts[i].word) == 0)
			return do_act(client, i, action, ret_json);
	return failure_tell(&client->failure, PROBLEM_UNKNOWN_ACTION, field_text(action, "action"), NULL);
}
