/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/act_request_list.c - see act_request.h for the contract. */
#include "libtsunagi/act_request.h"

#include <string.h>

#include "libtsunagi/fields.h"
#include "libtsunagi/requests.h"

#define PAGE 256u
#define LISTED_MOST 4096u /* legs in one answer; further ones are told by their number */

static int read_query(struct tsg_client *client, const json_t *action, Pb__LegQuery *query, struct id *case_id)
{
	const char *named = field_text(action, "case");
	const char *holder = field_text(action, "holder");

	if (named != NULL && id_parse(named, case_id) != ERR_OK)
		return failure_lacks(&client->failure, "case is no id", "case が番号ではありません");
	if (holder != NULL && strcmp(holder, "me") != 0)
		return failure_tell(&client->failure, PROBLEM_UNKNOWN_WORD, "holder", holder);
	if (named != NULL)
		query->case_id = pb_of_bytes(bytes_of(case_id->bytes, ID_BYTES));
	query->mine_to_move = holder != NULL;
	query->overdue = json_is_true(json_object_get(action, "overdue"));
	query->ended = json_is_true(json_object_get(action, "ended"));
	query->after = field_number(action, "after", INT64_MAX, 0);
	query->limit = PAGE;
	return TSG_OK;
}

/* Adds one page; *ret_more: where the next begins, 0 for the last. */
static int add_page(struct tsg_client *client, Pb__LegQuery *query, json_t *legs, uint64_t *ret_more)
{
	struct answer_read answer;
	Pb__Read read = PB__READ__INIT;
	const Pb__LegListing *page = NULL;
	int result = TSG_OK;

	read.what_case = PB__READ__WHAT_LEGS;
	read.legs = query;
	result = asking_wait(client, &read, "the requests", client_deadline(client->timeout_ms), &answer);
	if (result != TSG_OK)
		return result;
	if (answer.result->result_case == PB__READ_RESULT__RESULT_LEGS)
		page = answer.result->legs;
	else
		result = failure_tell(&client->failure, PROBLEM_BROKER_TALK, "no legs came", NULL);
	for (size_t i = 0; page != NULL && i < page->n_legs; i++)
		json_array_append_new(legs, request_leg_json(page->legs[i], client->bundle->address));
	*ret_more = page == NULL ? 0 : page->more_after;
	asking_free(&answer);
	return result;
}

int act_request_list(struct tsg_client *client, const json_t *action, json_t **ret_json)
{
	Pb__LegQuery query = PB__LEG_QUERY__INIT;
	json_t *legs = json_array();
	struct id case_id;
	uint64_t more = 0;
	int result = read_query(client, action, &query, &case_id);

	do {
		if (result == TSG_OK)
			result = add_page(client, &query, legs, &more);
		query.after = more;
	} while (result == TSG_OK && more != 0 && json_array_size(legs) < LISTED_MOST);
	if (result != TSG_OK) {
		json_decref(legs);
		return result;
	}
	*ret_json = json_pack("{s:s, s:o, s:I}", "type", "requests", "legs", legs, "more_after", (json_int_t)more);
	return *ret_json == NULL ? failure_err(&client->failure, ERR_NOMEM, "the requests") : TSG_OK;
}

int act_request_show(struct tsg_client *client, const json_t *action, json_t **ret_json)
{
	struct request_found found;
	int result = requests_find(client, field_text(action, "id"), false, &found);

	if (result != TSG_OK)
		return result;
	*ret_json = request_json(&found, client->bundle->address);
	request_free(&found);
	return *ret_json == NULL ? failure_err(&client->failure, ERR_NOMEM, "the request") : TSG_OK;
}
