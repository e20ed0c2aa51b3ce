/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/conference_find.c - see conferences.h: a conference by its id, or by the short code that people read to each other. */
#include "libtsunagi/conferences.h"

#include <string.h>

static int ask(struct tsg_client *client, Pb__Read *read, struct answer_read *ret_answer, const Pb__ConferenceListing **ret_listing)
{
	int result = asking_wait(client, read, "the conference", client_deadline(client->timeout_ms), ret_answer);

	if (result != TSG_OK)
		return result;
	if (ret_answer->result->result_case == PB__READ_RESULT__RESULT_CONFERENCES) {
		*ret_listing = ret_answer->result->conferences;
		return TSG_OK;
	}
	asking_free(ret_answer);
	return failure_tell(&client->failure, PROBLEM_BROKER_TALK, "no conferences came", NULL);
}

int conference_listing(struct tsg_client *client, bool items, struct answer_read *ret_answer, const Pb__ConferenceListing **ret_listing)
{
	Pb__Read read = PB__READ__INIT;

	read.what_case = items ? PB__READ__WHAT_ACTION_ITEMS : PB__READ__WHAT_CONFERENCE_ID;
	if (items)
		read.action_items = true;
	return ask(client, &read, ret_answer, ret_listing);
}

static int find_code(struct tsg_client *client, const char *text, uint64_t tail, struct id *ret_id)
{
	const Pb__ConferenceListing *listing = NULL;
	struct answer_read answer;
	bool found = false;
	int result = conference_listing(client, false, &answer, &listing);

	if (result != TSG_OK)
		return result;
	for (size_t i = 0; i < listing->n_conferences && !found; i++)
		found = id_from_bytes(bytes_of_pb(listing->conferences[i]->conference_id), ret_id) == ERR_OK && id_tail(ret_id) == tail;
	asking_free(&answer);
	return found ? TSG_OK : failure_tell(&client->failure, PROBLEM_NO_CONFERENCE, text, NULL);
}

static int find_id(struct tsg_client *client, const char *text, struct id *ret_id)
{
	uint64_t tail = 0;

	if (text == NULL)
		return failure_lacks(&client->failure, "id is missing: a conference's id or short code", "id(会議の番号または短いコード)がありません");
	if (id_parse(text, ret_id) == ERR_OK)
		return TSG_OK;
	if (!id_code_parse(text, &tail))
		return failure_tell(&client->failure, PROBLEM_NO_CONFERENCE, text, NULL);
	return find_code(client, text, tail, ret_id);
}

int conference_find(struct tsg_client *client, const char *text, struct conference_found *ret_found)
{
	const Pb__ConferenceListing *listing = NULL;
	Pb__Read read = PB__READ__INIT;
	int result = find_id(client, text, &ret_found->id);

	if (result != TSG_OK)
		return result;
	if (outbox_find(&client->outbox, &ret_found->id) != NULL)
		return failure_tell(&client->failure, PROBLEM_REQUEST_WAITS, text, NULL);
	id_format(&ret_found->id, ret_found->text);
	read.what_case = PB__READ__WHAT_CONFERENCE_ID;
	read.conference_id = pb_of_bytes(bytes_of(ret_found->id.bytes, ID_BYTES));
	result = ask(client, &read, &ret_found->answer, &listing);
	if (result == TSG_NOT_FOUND || (result == TSG_OK && listing->n_conferences != 1)) {
		if (result == TSG_OK)
			asking_free(&ret_found->answer);
		return failure_tell(&client->failure, PROBLEM_NO_CONFERENCE, text, NULL);
	}
	if (result != TSG_OK)
		return result;
	ret_found->conference = listing->conferences[0];
	ret_found->ours = strcmp(ret_found->conference->convener, client->bundle->address) == 0;
	return TSG_OK;
}

void conference_free(struct conference_found *found)
{
	asking_free(&found->answer);
}
