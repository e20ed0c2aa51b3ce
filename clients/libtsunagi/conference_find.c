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

/* Conferences come the newest first, action items by rising number: a page that does not lead on in its order would be read for ever. */
static bool leads_on(const Pb__Read *read, uint64_t more_after)
{
	if (more_after == 0 || read->after == 0)
		return true;
	return read->what_case == PB__READ__WHAT_ACTION_ITEMS ? more_after > read->after : more_after < read->after;
}

static int read_page(struct tsg_client *client, Pb__Read *read, conference_page *each, void *context)
{
	const Pb__ConferenceListing *page = NULL;
	struct answer_read answer;
	int result = ask(client, read, &answer, &page);

	if (result != TSG_OK)
		return result;
	if (!leads_on(read, page->more_after))
		result = failure_tell(&client->failure, PROBLEM_BROKER_TALK, "a page of a list leads back", NULL);
	else
		read->after = each(context, page) ? page->more_after : 0;
	asking_free(&answer);
	return result;
}

int conference_pages(struct tsg_client *client, bool items, conference_page *each, void *context)
{
	Pb__Read read = PB__READ__INIT;
	int result;

	read.what_case = items ? PB__READ__WHAT_ACTION_ITEMS : PB__READ__WHAT_CONFERENCE_ID;
	if (items)
		read.action_items = true;
	do
		result = read_page(client, &read, each, context);
	while (result == TSG_OK && read.after != 0);
	return result;
}

/* A conference by its short code. */
struct coded {
	uint64_t tail;
	struct id id;
	bool found;
};

static bool find_in_page(void *context, const Pb__ConferenceListing *page)
{
	struct coded *coded = context;

	for (size_t i = 0; i < page->n_conferences && !coded->found; i++)
		coded->found = id_from_bytes(bytes_of_pb(page->conferences[i]->conference_id), &coded->id) == ERR_OK && id_tail(&coded->id) == coded->tail;
	return !coded->found;
}

static int find_code(struct tsg_client *client, const char *text, uint64_t tail, struct id *ret_id)
{
	struct coded coded = { .tail = tail };
	int result = conference_pages(client, false, find_in_page, &coded);

	if (result != TSG_OK)
		return result;
	if (!coded.found)
		return failure_tell(&client->failure, PROBLEM_NO_CONFERENCE, text, NULL);
	*ret_id = coded.id;
	return TSG_OK;
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
