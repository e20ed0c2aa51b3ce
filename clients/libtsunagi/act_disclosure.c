/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/act_disclosure.c - see acts.h: what was provided about a case, to whom and why, and what else happened in it (開示請求). */
#include "contract/json.h"
#include "libtsunagi/acts.h"
#include "libtsunagi/fields.h"
#include "libtsunagi/persons.h"
#include "libtsunagi/site_directory.h"

#define ROWS_MOST 100000u

static void add(json_t *list, const ProtobufCMessage *row, ProtobufCBinaryData message_id)
{
	json_t *json = json_of_message(row);
	char code[ID_CODE_TEXT];
	struct id id;

	if (id_from_bytes(bytes_of_pb(message_id), &id) == ERR_OK) {
		id_code(&id, code);
		json_object_set_new(json, "code", json_string(code));
	}
	json_array_append_new(list, json);
}

static void take_page(const Pb__Disclosure *page, json_t *json)
{
	json_t *provisions = json_object_get(json, "provisions"), *happenings = json_object_get(json, "happenings");

	if (page->case_shown != NULL)
		json_object_set_new(json, "case", json_of_message(&page->case_shown->base));
	for (size_t i = 0; i < page->n_provisions; i++)
		add(provisions, &page->provisions[i]->base, page->provisions[i]->message_id);
	for (size_t i = 0; i < page->n_happenings; i++)
		add(happenings, &page->happenings[i]->base, page->happenings[i]->message_id);
}

static int read_page(struct tsg_client *client, Pb__DisclosureQuery *query, json_t *json)
{
	struct answer_read answer;
	Pb__Read read = PB__READ__INIT;
	int result;

	read.what_case = PB__READ__WHAT_DISCLOSURE;
	read.disclosure = query;
	result = asking_wait(client, &read, "the case's report", client_deadline(client->timeout_ms), &answer);
	if (result != TSG_OK)
		return result;
	query->after = 0;
	if (answer.result->result_case == PB__READ_RESULT__RESULT_DISCLOSURE) {
		take_page(answer.result->disclosure, json);
		query->after = answer.result->disclosure->more_after;
	} else {
		result = failure_tell(&client->failure, PROBLEM_BROKER_TALK, "no report came", NULL);
	}
	asking_free(&answer);
	return result;
}

/* The person's name stands on this device alone. */
static int put_person(struct tsg_client *client, const json_t *action, const char *case_id, json_t *json)
{
	json_t *persons = NULL;
	const json_t *person;
	int result = persons_read(client, json_object_get(action, "received"), &persons);

	if (result != TSG_OK)
		return result;
	person = persons_find(persons, NULL, NULL, case_id);
	if (person != NULL)
		json_object_set_new(json, "person", json_pack("{s:O, s:O*}", "name", json_object_get(person, "name"), "kana", json_object_get(person, "kana")));
	json_decref(persons);
	return TSG_OK;
}

/* What the agencies are called, as far as the directory names them: an address says little to whom the report is for. */
static void put_names(struct tsg_client *client, json_t *json)
{
	json_t *names = json_object(), *address;
	size_t index;

	json_array_foreach(json_object_get(json_object_get(json, "case"), "members"), index, address) {
		const char *text = json_string_value(address);
		const Pb__Agency *agency = text == NULL ? NULL : site_directory_agency(client->directory, bytes_of(text, strcspn(text, "@")));

		if (agency != NULL && agency->names != NULL && *agency->names->ja != '\0')
			json_object_set_new(names, text, json_string(agency->names->ja));
	}
	json_object_set_new(json, "names", names);
}

int act_disclosure(struct tsg_client *client, const json_t *action, json_t **ret_json)
{
	Pb__DisclosureQuery query = PB__DISCLOSURE_QUERY__INIT;
	const char *text = field_text(action, "case");
	json_t *json = json_pack("{s:s, s:[], s:[]}", "type", "disclosure", "provisions", "happenings");
	struct id case_id;
	int result = TSG_OK;

	if (text == NULL || id_parse(text, &case_id) != ERR_OK)
		result = failure_lacks(&client->failure, "case needs the id of a case", "case にはケースの番号が必要です");
	query.case_id = pb_of_bytes(bytes_of(case_id.bytes, ID_BYTES));
	do {
		if (result == TSG_OK)
			result = read_page(client, &query, json);
	} while (result == TSG_OK && query.after != 0 && json_array_size(json_object_get(json, "happenings")) < ROWS_MOST);
	if (result == TSG_OK)
		result = put_person(client, action, text, json);
	if (result == TSG_OK) {
		put_names(client, json);
		*ret_json = json;
	} else {
		json_decref(json);
	}
	return result;
}
