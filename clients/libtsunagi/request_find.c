/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/request_find.c - see requests.h: a request by its id, or by the short code that people read to each other. */
#include <string.h>

#include "libtsunagi/requests.h"

#define PAGE 256u
#define PAGES_MAX 64u /* of a search by code: beyond so many legs the whole id is asked for */

static int ask(struct tsg_client *client, Pb__LegQuery *query, struct answer_read *ret_answer)
{
	Pb__Read read = PB__READ__INIT;
	int result = TSG_OK;

	read.what_case = PB__READ__WHAT_LEGS;
	read.legs = query;
	result = asking_wait(client, &read, "the request", client_deadline(client->timeout_ms), ret_answer);
	if (result != TSG_OK || ret_answer->result->result_case == PB__READ_RESULT__RESULT_LEGS)
		return result;
	asking_free(ret_answer);
	return failure_tell(&client->failure, PROBLEM_BROKER_TALK, "no legs came", NULL);
}

/* One leg of a page whose request has that code. */
static bool find_on_page(const Pb__LegListing *page, uint64_t tail, struct id *ret_id)
{
	for (size_t i = 0; i < page->n_legs; i++)
		if (id_from_bytes(bytes_of_pb(page->legs[i]->request_id), ret_id) == ERR_OK && id_tail(ret_id) == tail)
			return true;
	return false;
}

static int find_code(struct tsg_client *client, const char *text, uint64_t tail, struct id *ret_id)
{
	Pb__LegQuery query = PB__LEG_QUERY__INIT;
	bool found = false;

	query.ended = true;
	query.limit = PAGE;
	for (size_t pages = 0; pages < PAGES_MAX; pages++) {
		struct answer_read answer;
		int result = ask(client, &query, &answer);

		if (result != TSG_OK)
			return result;
		found = find_on_page(answer.result->legs, tail, ret_id);
		query.after = answer.result->legs->more_after;
		asking_free(&answer);
		if (found)
			return TSG_OK;
		if (query.after == 0)
			break;
	}
	return failure_tell(&client->failure, PROBLEM_NO_REQUEST, text, NULL);
}

static bool is_away(int result)
{
	return result == TSG_UNREACHABLE || result == TSG_TIMEOUT;
}

static int find_id(struct tsg_client *client, const char *text, bool may_be_kept, struct id *ret_id)
{
	uint64_t tail = 0;
	int result = TSG_OK;

	if (text == NULL)
		return failure_lacks(&client->failure, "id is missing: a request's id or short code", "id(依頼の番号または短いコード)がありません");
	if (id_parse(text, ret_id) == ERR_OK)
		return TSG_OK;
	if (!id_code_parse(text, &tail))
		return failure_tell(&client->failure, PROBLEM_NO_REQUEST, text, NULL);
	result = find_code(client, text, tail, ret_id);
	return is_away(result) && may_be_kept && request_memory_find(client->folder, tail, ret_id) ? TSG_OK : result;
}

/* The legs, and whether we sent them.  Ids are their senders' own: two requests may share one, and then ours is meant. */
static void take_legs(const struct tsg_client *client, struct request_found *found)
{
	const Pb__LegListing *listing = found->answer.result->legs;

	for (size_t i = 0; i < listing->n_legs; i++)
		found->ours |= strcmp(listing->legs[i]->from, client->bundle->address) == 0;
	for (size_t i = 0; i < listing->n_legs && found->count < REQUEST_LEGS_MAX; i++)
		if (!found->ours || strcmp(listing->legs[i]->from, client->bundle->address) == 0)
			found->legs[found->count++] = listing->legs[i];
}

/* From the broker, or from memory where it cannot be reached. */
static int read_legs(struct tsg_client *client, bool may_be_kept, struct request_found *found)
{
	Pb__LegQuery query = PB__LEG_QUERY__INIT;
	int result = TSG_OK;

	query.request_id = pb_of_bytes(bytes_of(found->id.bytes, ID_BYTES));
	query.ended = true;
	query.limit = REQUEST_LEGS_MAX;
	result = ask(client, &query, &found->answer);
	if (result == TSG_OK)
		request_memory_keep(client->folder, found->text, found->answer.result->legs);
	if (!is_away(result) || !may_be_kept)
		return result;
	found->kept = request_memory_read(client->folder, found->text, &found->answer) == ERR_OK;
	return found->kept ? TSG_OK : result;
}

int requests_find(struct tsg_client *client, const char *text, bool may_be_kept, struct request_found *ret_found)
{
	struct request_found found = { .count = 0 };
	int result = find_id(client, text, may_be_kept, &found.id);

	if (result != TSG_OK)
		return result;
	if (outbox_find(&client->outbox, &found.id) != NULL)
		return failure_tell(&client->failure, PROBLEM_REQUEST_WAITS, text, NULL);
	id_format(&found.id, found.text);
	result = read_legs(client, may_be_kept, &found);
	if (result == TSG_NOT_FOUND)
		return failure_tell(&client->failure, PROBLEM_NO_REQUEST, text, NULL);
	if (result != TSG_OK)
		return result;
	take_legs(client, &found);
	if (found.count == 0) {
		asking_free(&found.answer);
		return failure_tell(&client->failure, PROBLEM_NO_REQUEST, text, NULL);
	}
	*ret_found = found;
	return TSG_OK;
}

void request_free(struct request_found *found)
{
	asking_free(&found->answer);
}
