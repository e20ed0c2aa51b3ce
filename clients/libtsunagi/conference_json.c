/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/conference_json.c - see conferences.h: conferences and action items as programs and people read them. */
#include <stdio.h>
#include <string.h>

#include "contract/json.h"
#include "contract/vocabulary_texts.h"
#include "libtsunagi/conferences.h"

/* What people call the value under name, beside its word. */
static void put_text(json_t *json, const char *name, const ProtobufCEnumDescriptor *list, int value)
{
	const char *text = value == 0 ? NULL : vocabulary_text(list, value, language_of_environment());
	char text_name[64];

	snprintf(text_name, sizeof text_name, "%s_text", name);
	if (text != NULL)
		json_object_set_new(json, text_name, json_string(text));
}

static void put_code(json_t *json, ProtobufCBinaryData bytes)
{
	char code[ID_CODE_TEXT];
	struct id id;

	if (id_from_bytes(bytes_of_pb(bytes), &id) != ERR_OK)
		return;
	id_code(&id, code);
	json_object_set_new(json, "code", json_string(code));
}

json_t *action_item_json(const Pb__ActionItemShown *item)
{
	json_t *json = json_of_message(&item->base);

	if (json == NULL)
		return NULL;
	json_object_set_new(json, "type", json_string("action_item"));
	put_code(json, item->conference_id);
	put_text(json, "state", &pb__action_item_state__descriptor, (int)item->state);
	put_text(json, "holder", &pb__party__descriptor, (int)item->holder);
	return json;
}

static void put_seats(json_t *json, const Pb__ConferenceShown *conference)
{
	json_t *seats = json_object_get(json, "seats");

	for (size_t i = 0; i < conference->n_seats; i++)
		put_text(json_array_get(seats, i), "answer", &pb__conference_answer__descriptor, (int)conference->seats[i]->answer);
}

json_t *conference_json(const Pb__ConferenceShown *conference)
{
	json_t *json = json_of_message(&conference->base);
	json_t *items = NULL;

	if (json == NULL)
		return NULL;
	json_object_set_new(json, "type", json_string("conference"));
	put_code(json, conference->conference_id);
	put_text(json, "kind", &pb__conference_kind__descriptor, (int)conference->kind);
	put_text(json, "law", &pb__law__descriptor, (int)conference->law);
	put_text(json, "state", &pb__conference_state__descriptor, (int)conference->state);
	put_seats(json, conference);
	if (conference->n_items > 0) {
		items = json_array();
		for (size_t i = 0; i < conference->n_items; i++)
			json_array_append_new(items, action_item_json(conference->items[i]));
		json_object_set_new(json, "items", items);
	}
	return json;
}
