/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/act_records.c - see acts.h and tsunagi/tsunagi.h: what the broker keeps for the law of what this agency sent and was handed. */
#include "base/clock.h"
#include "contract/json.h"
#include "libtsunagi/acts.h"
#include "libtsunagi/fields.h"
#include "libtsunagi/persons.h"

#define PAGE 256u
#define LISTED_STANDARD 1000u
#define LISTED_MOST 100000u

/* What is asked for, whichever list it is. */
struct span {
	int64_t since_us, until_us;
	uint64_t after, limit;
};

static int read_time(struct tsg_client *client, const json_t *action, const char *name, int64_t *ret_us)
{
	const char *text = field_text(action, name);

	*ret_us = 0;
	if (text == NULL || clock_parse(text, ret_us) == ERR_OK)
		return TSG_OK;
	return failure_tell(&client->failure, PROBLEM_UNKNOWN_WORD, name, text);
}

static int read_span(struct tsg_client *client, const json_t *action, struct span *ret_span)
{
	int result = read_time(client, action, "since", &ret_span->since_us);

	if (result == TSG_OK)
		result = read_time(client, action, "until", &ret_span->until_us);
	ret_span->after = field_number(action, "after", INT64_MAX, 0);
	ret_span->limit = field_number(action, "limit", LISTED_MOST, LISTED_STANDARD);
	return result;
}

static uint32_t page_size(const struct span *span, const json_t *list)
{
	uint64_t left = span->limit - json_array_size(list);

	return left < PAGE ? (uint32_t)left : PAGE;
}

static void add_row(json_t *list, const ProtobufCMessage *row, ProtobufCBinaryData message_id)
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

/* One page into list; *ret_more: where the next begins, 0 for the last. */
typedef int read_page(struct tsg_client *client, const json_t *action, const struct span *span, json_t *list, uint64_t *ret_more);

static int review_page(struct tsg_client *client, const json_t *action, const struct span *span, json_t *list, uint64_t *ret_more)
{
	Pb__ReviewQuery query = PB__REVIEW_QUERY__INIT;
	Pb__Read read = PB__READ__INIT;
	struct answer_read answer;
	const Pb__ReviewListing *page = NULL;
	int result;

	query.since_us = span->since_us;
	query.until_us = span->until_us;
	query.after = span->after;
	query.limit = page_size(span, list);
	query.reviewed = json_is_true(json_object_get(action, "reviewed"));
	read.what_case = PB__READ__WHAT_REVIEWS;
	read.reviews = &query;
	result = asking_wait(client, &read, "the review list", client_deadline(client->timeout_ms), &answer);
	if (result != TSG_OK)
		return result;
	if (answer.result->result_case == PB__READ_RESULT__RESULT_REVIEWS)
		page = answer.result->reviews;
	else
		result = failure_tell(&client->failure, PROBLEM_BROKER_TALK, "no review list came", NULL);
	for (size_t i = 0; page != NULL && i < page->n_reviews; i++)
		add_row(list, &page->reviews[i]->base, page->reviews[i]->message_id);
	*ret_more = page == NULL ? 0 : page->more_after;
	asking_free(&answer);
	return result;
}

static int provision_page(struct tsg_client *client, const json_t *action, const struct span *span, json_t *list, uint64_t *ret_more)
{
	Pb__ProvisionQuery query = PB__PROVISION_QUERY__INIT;
	Pb__Read read = PB__READ__INIT;
	struct answer_read answer;
	const Pb__ProvisionListing *page = NULL;
	int result;

	(void)action;
	query.since_us = span->since_us;
	query.until_us = span->until_us;
	query.after = span->after;
	query.limit = page_size(span, list);
	read.what_case = PB__READ__WHAT_PROVISIONS;
	read.provisions = &query;
	result = asking_wait(client, &read, "the provision records", client_deadline(client->timeout_ms), &answer);
	if (result != TSG_OK)
		return result;
	if (answer.result->result_case == PB__READ_RESULT__RESULT_PROVISIONS)
		page = answer.result->provisions;
	else
		result = failure_tell(&client->failure, PROBLEM_BROKER_TALK, "no provision records came", NULL);
	for (size_t i = 0; page != NULL && i < page->n_provisions; i++)
		add_row(list, &page->provisions[i]->base, page->provisions[i]->message_id);
	*ret_more = page == NULL ? 0 : page->more_after;
	asking_free(&answer);
	return result;
}

static int all_pages(struct tsg_client *client, const json_t *action, const char *name, read_page *page, json_t **ret_json)
{
	json_t *list = json_array();
	struct span span;
	uint64_t more = 0;
	int result = read_span(client, action, &span);

	do {
		if (result == TSG_OK)
			result = page(client, action, &span, list, &more);
		span.after = more;
	} while (result == TSG_OK && more != 0 && json_array_size(list) < span.limit);
	if (result != TSG_OK) {
		json_decref(list);
		return result;
	}
	*ret_json = json_pack("{s:s, s:o, s:I}", "type", name, name, list, "more_after", (json_int_t)more);
	return *ret_json == NULL ? failure_err(&client->failure, ERR_NOMEM, name) : TSG_OK;
}

int act_review(struct tsg_client *client, const json_t *action, json_t **ret_json)
{
	return all_pages(client, action, "reviews", review_page, ret_json);
}

/* ---- with names, which stand on this device alone ---- */

static void put_name(const json_t *persons, json_t *row)
{
	const json_t *person = persons_find(persons, field_text(row, "message_id"), field_text(row, "from"), field_text(row, "case_id"));

	if (person == NULL)
		return;
	json_object_set(row, "person_name", json_object_get(person, "name"));
	if (json_object_get(person, "kana") != NULL)
		json_object_set(row, "person_kana", json_object_get(person, "kana"));
}

int act_provisions(struct tsg_client *client, const json_t *action, json_t **ret_json)
{
	json_t *persons = NULL, *row;
	size_t index;
	int result = persons_read(client, json_object_get(action, "received"), &persons);

	if (result == TSG_OK)
		result = all_pages(client, action, "provisions", provision_page, ret_json);
	if (result == TSG_OK)
		json_array_foreach(json_object_get(*ret_json, "provisions"), index, row)
		{
			bool given = field_text(row, "from") != NULL && strcmp(field_text(row, "from"), client->bundle->address) == 0;

			json_object_set_new(row, "direction", json_string(given ? "GIVEN" : "RECEIVED"));
			put_name(persons, row);
		}
	json_decref(persons);
	return result;
}
