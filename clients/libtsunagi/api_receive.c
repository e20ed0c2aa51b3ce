/* SPDX-License-Identifier: Apache-2.0 */
/* libtsunagi/api_receive.c - see tsunagi/tsunagi.h: receiving, acknowledging, refusing, the inbox. */
#include "base/text.h"
#include "contract/json.h"
#include "libtsunagi/api.h"
#include "libtsunagi/delivery.h"
#include "libtsunagi/fields.h"

int tsg_next(tsg_client *client, int timeout_ms, tsg_delivery **ret_delivery)
{
	int64_t until_us = client_deadline(timeout_ms);
	struct arrival *arrival = NULL;
	enum err err = ERR_OK;
	int result = api_enter(client);

	if (result != TSG_OK)
		return result;
	if (ret_delivery == NULL)
		return failure_tell(&client->failure, PROBLEM_USAGE, "ret_delivery is NULL", NULL);
	receiving_start(client);
	client_work(client);
	while ((arrival = receiving_take(client)) == NULL && !knowledge_forked(client->knowledge) && client_wait(client, until_us))
		;
	client_work(client); /* credit for what was taken, refusals of what was turned away */
	if (arrival == NULL) {
		if (client_trusts(client) != TSG_OK)
			return client->failure.result;
		if (!session_is_open(client->session) && session_failures(client->session) > 0)
			return client_tell_connection(client, "deliveries");
		return failure_tell(&client->failure, PROBLEM_TIMEOUT, NULL, NULL);
	}
	err = delivery_new(client, arrival, ret_delivery);
	if (err != ERR_OK)
		arrival_free(arrival); /* its lease runs out, and it comes again */
	return err == ERR_OK ? TSG_OK : failure_err(&client->failure, err, "the delivery");
}

int tsg_delivery_save(tsg_delivery *delivery, const char *directory)
{
	int result = delivery == NULL || directory == NULL ? TSG_USAGE : api_enter(delivery->client);

	return result == TSG_OK ? delivery_save(delivery, directory) : result;
}

/* Notes our word on a delivery; NULL with a failure. */
static struct settlement *note(struct tsg_delivery *delivery, Pb__RefuseReason reason, const char *text)
{
	struct tsg_client *client = delivery->client;
	struct settlement *settlement = NULL;

	if (delivery->settled) {
		failure_tell(&client->failure, PROBLEM_SETTLED, NULL, NULL);
		return NULL;
	}
	settlement = settling_note(client, delivery->arrival->item, &delivery->arrival->view_hash, reason, text);
	if (settlement == NULL)
		failure_tell(&client->failure, PROBLEM_MEMORY, "an acknowledgement", NULL);
	else
		delivery->settled = true;
	return settlement;
}

static bool is_open(const struct settlement *settlement)
{
	return settlement->state == SETTLEMENT_WAITS || settlement->state == SETTLEMENT_TRAVELS;
}

static int await(struct tsg_client *client, struct settlement *settlement)
{
	int64_t until_us = client_deadline(client->timeout_ms);
	int result = TSG_OK;

	settlement->awaited = true;
	client_work(client);
	while (is_open(settlement) && !knowledge_forked(client->knowledge) && client_wait(client, until_us))
		;
	if (settlement->state == SETTLEMENT_REFUSED) {
		client->failure = settlement->failure;
		result = TSG_REFUSED;
	} else if (is_open(settlement)) {
		result = client_trusts(client) == TSG_OK ? failure_tell(&client->failure, PROBLEM_NO_ANSWER, "the acknowledgement", NULL) :
							   client->failure.result;
	}
	settlement->awaited = false;
	settling_reap(client);
	return result;
}

int tsg_ack(tsg_delivery *delivery)
{
	struct settlement *settlement = NULL;
	int result = delivery == NULL ? TSG_USAGE : api_enter(delivery->client);

	if (result != TSG_OK)
		return result;
	settlement = note(delivery, PB__REFUSE_REASON__REFUSE_REASON_UNSPECIFIED, NULL);
	return settlement == NULL ? delivery->client->failure.result : await(delivery->client, settlement);
}

int tsg_ack_later(tsg_delivery *delivery)
{
	struct settlement *settlement = NULL;
	int result = delivery == NULL ? TSG_USAGE : api_enter(delivery->client);

	if (result != TSG_OK)
		return result;
	settlement = note(delivery, PB__REFUSE_REASON__REFUSE_REASON_UNSPECIFIED, NULL);
	if (settlement == NULL)
		return delivery->client->failure.result;
	client_work(delivery->client);
	return TSG_OK;
}

size_t tsg_client_unanswered(tsg_client *client)
{
	return client == NULL ? 0 : client->settlements.waiting;
}

int tsg_refuse(tsg_delivery *delivery, const char *code, const char *text)
{
	struct settlement *settlement = NULL;
	int reason = 0;
	int result = delivery == NULL ? TSG_USAGE : api_enter(delivery->client);

	if (result != TSG_OK)
		return result;
	if (code == NULL || !json_word_value(&pb__refuse_reason__descriptor, code, &reason) || reason == 0)
		return failure_tell(&delivery->client->failure, PROBLEM_UNKNOWN_REASON, code, NULL);
	if (text != NULL && text_check(bytes_of_text(text), NULL) != TEXT_OK)
		return failure_tell(&delivery->client->failure, PROBLEM_USAGE, "text is no clean UTF-8", NULL);
	settlement = note(delivery, (Pb__RefuseReason)reason, text);
	return settlement == NULL ? delivery->client->failure.result : await(delivery->client, settlement);
}

/* ---- the inbox ---- */

static json_t *inbox_row(const Pb__InboxItem *item)
{
	json_t *row = json_of_message(&item->base);
	char code[ID_CODE_TEXT];
	struct id id;

	if (row != NULL && id_from_bytes(bytes_of_pb(item->message_id), &id) == ERR_OK) {
		id_code(&id, code);
		json_object_set_new(row, "code", json_string(code));
	}
	return row;
}

/* One page; *ret_after is the last item's number, *ret_more what waits behind it. */
static int read_page(struct tsg_client *client, int64_t until_us, json_t *list, uint64_t *ret_after, uint64_t *ret_more)
{
	struct answer_read answer;
	Pb__Read read = PB__READ__INIT;
	int result = TSG_OK;

	read.what_case = PB__READ__WHAT_INBOX_AFTER;
	read.inbox_after = *ret_after;
	result = asking_wait(client, &read, "the inbox", until_us, &answer);
	if (result != TSG_OK)
		return result;
	*ret_more = 0;
	if (answer.result->result_case == PB__READ_RESULT__RESULT_INBOX) {
		const Pb__Inbox *inbox = answer.result->inbox;

		for (size_t i = 0; i < inbox->n_items; i++) {
			json_array_append_new(list, inbox_row(inbox->items[i]));
			*ret_more = inbox->items[i]->item > *ret_after ? inbox->more : 0; /* a page that goes back ends the reading */
			*ret_after = inbox->items[i]->item;
		}
	} else {
		result = failure_tell(&client->failure, PROBLEM_BROKER_TALK, "no inbox came", NULL);
	}
	asking_free(&answer);
	return result;
}

int tsg_inbox_json(tsg_client *client, char **ret_json)
{
	int64_t until_us = 0;
	uint64_t after = 0, more = 1;
	json_t *list = NULL;
	int result = api_enter(client);

	if (result != TSG_OK)
		return result;
	until_us = client_deadline(client->timeout_ms);
	list = json_array();
	while (result == TSG_OK && more > 0)
		result = read_page(client, until_us, list, &after, &more);
	if (result != TSG_OK) {
		json_decref(list);
		return result;
	}
	return api_give(&client->failure, json_pack("{s:s, s:o}", "type", "inbox", "items", list), ret_json);
}
