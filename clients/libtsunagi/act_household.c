/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/act_household.c - see act_household.h for the contract. */
#include "libtsunagi/act_household.h"

#include <string.h>

#include "libtsunagi/fields.h"
#include "libtsunagi/persons.h"

#define CASES_MOST 16u

struct household {
	struct tsg_client *client;
	const json_t *persons;
	const char *cases[CASES_MOST]; /* those that may be told of, the first being the one asked about; borrowed */
	size_t count;
	const char *hidden[CASES_MOST];
	size_t hidden_count;
};

/* Whether this agency is on it and it is not protected.  What the broker refuses to tell is not there for this agency. */
static int may_be_told(struct tsg_client *client, const char *text, bool *ret_may)
{
	Pb__Read read = PB__READ__INIT;
	struct answer_read answer;
	struct id id;
	int result;

	*ret_may = false;
	if (id_parse(text, &id) != ERR_OK)
		return TSG_OK;
	read.what_case = PB__READ__WHAT_CASE_ID;
	read.case_id = pb_of_bytes(bytes_of(id.bytes, ID_BYTES));
	result = asking_wait(client, &read, "the case", client_deadline(client->timeout_ms), &answer);
	if (result == TSG_REFUSED || result == TSG_NOT_FOUND) {
		failure_clear(&client->failure);
		return TSG_OK;
	}
	if (result != TSG_OK)
		return result;
	*ret_may = answer.result->result_case == PB__READ_RESULT__RESULT_CASE_SHOWN && !answer.result->case_shown->protected_;
	asking_free(&answer);
	return TSG_OK;
}

static bool is_among(const char *const *cases, size_t count, const char *id)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(cases[i], id) == 0)
			return true;
	return false;
}

static int meet(struct household *household, const char *id)
{
	bool may = false;
	int result = TSG_OK;

	if (id == NULL || is_among(household->cases, household->count, id) || is_among(household->hidden, household->hidden_count, id) ||
	    household->count == CASES_MOST || household->hidden_count == CASES_MOST)
		return TSG_OK;
	result = may_be_told(household->client, id, &may);
	if (result == TSG_OK && may)
		household->cases[household->count++] = id;
	else if (result == TSG_OK)
		household->hidden[household->hidden_count++] = id;
	return result;
}

/* Whoever is named beside that case, in either direction. */
static int follow(struct household *household, const char *id)
{
	const json_t *row, *other;
	size_t index, at;
	int result = TSG_OK;

	json_array_foreach(household->persons, index, row) {
		const char *own = field_text(row, "case_id");
		bool from = own != NULL && strcmp(own, id) == 0;

		json_array_foreach(json_object_get(row, "household_cases"), at, other) {
			const char *named = json_string_value(other);

			if (result == TSG_OK && from)
				result = meet(household, named);
			else if (result == TSG_OK && named != NULL && strcmp(named, id) == 0)
				result = meet(household, own);
		}
	}
	return result;
}

static json_t *case_json(const struct household *household, const char *id)
{
	const json_t *person = persons_find(household->persons, NULL, NULL, id);

	return json_pack("{s:s, s:O*, s:O*}", "case_id", id, "name", json_object_get(person, "name"), "kana", json_object_get(person, "kana"));
}

static int put(struct household *household, json_t *shown)
{
	const json_t *person = persons_find(household->persons, NULL, NULL, household->cases[0]);
	json_t *list = json_array();
	int result = TSG_OK;

	for (size_t i = 0; result == TSG_OK && i < household->count; i++)
		result = follow(household, household->cases[i]);
	for (size_t i = 1; result == TSG_OK && i < household->count; i++)
		json_array_append_new(list, case_json(household, household->cases[i]));
	if (result == TSG_OK && person != NULL)
		json_object_set_new(shown, "person", json_pack("{s:O, s:O*}", "name", json_object_get(person, "name"), "kana", json_object_get(person, "kana")));
	if (result == TSG_OK)
		json_object_set(shown, "household", list);
	json_decref(list);
	return result;
}

int household_put(struct tsg_client *client, const json_t *received, json_t *shown)
{
	struct household household = { .client = client, .cases = { field_text(shown, "case_id") }, .count = 1 };
	json_t *persons = NULL;
	int result;

	if (json_is_true(json_object_get(shown, "protected")) || household.cases[0] == NULL)
		return TSG_OK;
	result = persons_read(client, received, &persons);
	household.persons = persons;
	if (result == TSG_OK)
		result = put(&household, shown);
	json_decref(persons);
	return result;
}
